"""Languages to choose from, each with a word on what does not work in it.

Owns how they are listed. It must not know models, nor which language is in use.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from ui.header import NOTE

CODE = Qt.ItemDataRole.UserRole


class Offer(NamedTuple):
    """A language that can be chosen, or could be if there were a model for it."""

    code: str
    """ISO 639-1."""
    name: str
    note: str = ""
    """What does not work in it, in a few words."""
    usable: bool = True


def model(offers: Sequence[Offer], parent: QObject) -> QStandardItemModel:
    """Rows with the name to show, and `CODE` and `NOTE`."""
    rows = QStandardItemModel(parent)
    for offer in offers:
        item = QStandardItem(offer.name)
        item.setData(offer.code, CODE)
        item.setData(offer.note, NOTE)
        item.setEnabled(offer.usable)
        item.setAccessibleText(f"{offer.name}, {offer.note}" if offer.note else offer.name)
        rows.appendRow(item)
    return rows


class Noted(QStyledItemDelegate):
    """Shows the note beside the name in an open list."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if note := index.data(NOTE):
            option.text = f"{index.data()} – {note}"
