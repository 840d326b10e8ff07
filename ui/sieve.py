"""What of a list of models is shown: words to search for, what a model is for, its language, where it is, its licence.

Owns the controls and the choice. It must not know how a model is shown.
"""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from models import languages
from ui import icons, keys, theme
from ui.shelf import ROLES, Shelved

NARROW = 620
"""Pixels below which the boxes stand in two lines."""
EVERYWHERE, HERE, ELSEWHERE = "Everywhere", "On this computer", "Not here yet"


class Sieve(QWidget):
    """A line to search in, and below it what else a model must be."""

    changed = Signal()
    """The person chose otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Search models")
        self.search.setAccessibleName("Search models")
        self.search.setToolTip("Search names, languages, descriptions and licences (Ctrl+F)")
        self.search.addAction(icons.icon("search", "quiet"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self.search.textChanged.connect(self.changed)
        self.search.installEventFilter(self)
        self._role = self._box("What it is for", ["For everything", *ROLES.values()])
        self._language = self._box("Language", ["Every language"])
        self._place = self._box("Where it is", [EVERYWHERE, HERE, ELSEWHERE])
        self._commercial = QCheckBox("For commercial use", self)
        self._commercial.setToolTip("Only models whose licence is known to allow commercial use")
        self._commercial.toggled.connect(self.changed)
        self._boxes = QGridLayout()
        self._boxes.setSpacing(theme.GAP)
        self._columns = 0
        self._arrange(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.search)
        column.addLayout(self._boxes)

    @property
    def last(self) -> QWidget:
        """Where the tab key stops last."""
        return self._commercial

    def offer(self, models: Iterable[Shelved]) -> None:
        """The languages that can be chosen are those of these models."""
        codes = sorted({code for model in models for code in model.codes}, key=languages.name)
        if codes != [self._language.itemData(place) for place in range(1, self._language.count())]:
            chosen = self._language.currentData()
            with QSignalBlocker(self._language):
                self._language.clear()
                self._language.addItem("Every language", "")
                for code in codes:
                    self._language.addItem(languages.name(code), code)
                self._language.setCurrentIndex(max(0, self._language.findData(chosen)))

    def keeps(self, model: Shelved) -> bool:
        """Whether a model is to be shown."""
        place, code = self._place.currentText(), self._language.currentData()
        if self._role.currentIndex() > 0 and self._role.currentText() != model.role:
            return False
        if code and code not in model.codes:
            return False
        if (place == HERE and not model.here) or (place == ELSEWHERE and model.here):
            return False
        if self._commercial.isChecked() and model.commercial is not True:
            return False
        spoken = " ".join(languages.name(each) for each in model.codes)
        text = " ".join((model.name, model.id, model.role, spoken, model.about, model.licence)).lower()
        return all(word in text for word in self.search.text().lower().split())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field Esc empties it first."""
        if watched is self.search and self.search.text() and (escaped := keys.escapes(event)) is not None:
            if escaped:
                self.search.clear()
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(2 if self.width() < NARROW else 4)

    def _arrange(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            for place, widget in enumerate((self._role, self._language, self._place, self._commercial)):
                self._boxes.addWidget(widget, place // columns, place % columns)
            for column in range(4):
                self._boxes.setColumnStretch(column, 1 if column < min(columns, 3) else 0)

    def _box(self, name: str, words: list[str]) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(6)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.addItems(words)
        box.currentIndexChanged.connect(self.changed)
        return box
