"""The page on which a model of this computer is imported: where to look, what was found, what to call it, how it goes.

Owns how that looks. It must not open a file: it is told what was found, and tells what the person wants.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from models import languages
from ui import groups, plain, theme
from ui.beside import Beside

SIZE = 720, 600
LEAST = 580, 520
TAKEN = (
    "From files of this computer: GGUF models, with their mmproj for pictures; Vosk recognizers, as a folder or packed;"
    " Piper voices; Marian, M2M100 and NLLB translators. Where the disk allows it nothing is copied."
    " They may be dropped here, too."
)


class Candidate(NamedTuple):
    """A model that could be imported."""

    name: str
    role: str
    """What it is for, as a heading."""
    size: str
    place: str
    """Where it lies, or the program that has it."""
    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    """Its languages (ISO 639-1); both the same but for a translator. Empty where it does not say them."""
    licence: str = ""
    translates: bool = False
    """Whether it is a translator, or may be one."""
    packed: bool = False
    """What it is shows only when it is unpacked."""


class Wish(NamedTuple):
    """What the person says of the chosen model; what is empty is taken from the model."""

    place: int
    """Of the candidate in the list."""
    name: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    licence: str


class ImportPage(Beside):
    """In a window of its own beside Parley's."""

    pathsChosen = Signal(list)
    """Look at these: strings, of files or one folder."""
    othersWanted = Signal()
    """Look at what other programs have."""
    importWanted = Signal(object)
    """A `Wish`."""
    cancelWanted = Signal()
    useWanted = Signal()
    """Use the model that was imported last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Import a model", SIZE, LEAST, parent)
        self.setAcceptDrops(True)
        self._style()
        self._found: tuple[Candidate, ...] = ()
        self._busy = False
        files = groups.button("Choose files…", "One model: its file, or two that belong together")
        files.clicked.connect(lambda: self._choose(QFileDialog.FileMode.ExistingFiles))
        folder = groups.button("Choose a folder…", "A model's folder, or one with several models")
        folder.clicked.connect(lambda: self._choose(QFileDialog.FileMode.Directory))
        others = groups.button("Look in other programs", "Hugging Face, LM Studio, Ollama, llama.cpp, GPT4All, Vosk")
        others.clicked.connect(self.othersWanted)
        self._sources = (files, folder, others)
        where = QHBoxLayout()
        where.setSpacing(theme.GAP)
        for each in self._sources:
            where.addWidget(each)
        where.addStretch(1)
        self._list = QListWidget()
        self._list.setAccessibleName("Models that were found")
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setWordWrap(True)
        self._list.setSpacing(2)
        self._list.currentRowChanged.connect(self._show)
        self._list.itemActivated.connect(self._go_on)
        self._name = self._line("Name", "What to call it")
        self._source = self._line("Understands", "Languages by name or code, with commas between")
        self._target = self._line("Translates into", "Languages by name or code, with commas between")
        self._licence = self._line("Licence", "As far as you know it")
        self._form = QWidget()
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(theme.GAP)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for line in (self._name, self._source, self._target, self._licence):
            form.addRow(line.accessibleName(), line)
        self._form_layout = form
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the import")
        self._told = groups.words("")
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._cancel = groups.button("Cancel", "Stop; nothing of it is left")
        self._cancel.clicked.connect(self.cancelWanted)
        self._use = groups.button("Use it", "Let it do its work from the next question on")
        self._use.clicked.connect(self.useWanted)
        self._import = groups.button("Import", "Check it, try it once, and add it to the models")
        self._import.setProperty("kind", "primary")
        self._import.clicked.connect(self._wish)
        close = groups.button("Close", "Close (Esc)")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setSpacing(theme.GAP)
        foot.addStretch(1)
        for each in (close, self._cancel, self._use, self._import):
            foot.addWidget(each)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        whole.setSpacing(theme.GAP)
        whole.addWidget(groups.words(TAKEN))
        whole.addLayout(where)
        whole.addWidget(self._list, 1)
        whole.addWidget(self._form)
        whole.addWidget(self._bar)
        whole.addWidget(self._told)
        whole.addLayout(foot)
        self.show_found(())
        self.tell("")

    def show_found(self, found: Sequence[Candidate]) -> None:
        """These could be imported; one alone is chosen at once."""
        self._found = tuple(found)
        self._list.clear()
        for one in found:
            item = QListWidgetItem(plain.line(one.name, 200))
            facts = (one.role, _spoken(one), one.size, one.place)
            item.setText(f"{item.text()}\n{plain.line(' · '.join(filter(None, facts)), 200)}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, plain.line(f"{one.name}, {', '.join(facts)}", 300))
            self._list.addItem(item)
        self._show(-1)
        if found:
            self._list.setCurrentRow(0)
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_work(self, words: str, share: float | None = None, *, can_cancel: bool = True) -> None:
        """Something is being done; `share` from 0 to 1 where it is known how far."""
        self._busy = True
        self._say(words, "quiet")
        self._bar.setRange(0, 0 if share is None else 1000)
        if share is not None:
            self._bar.setValue(round(1000 * share))
        self._bar.setAccessibleDescription(words)
        self._bar.show()
        self._use.hide()
        self._cancel.setVisible(can_cancel)
        self._enable()

    def tell(self, sentence: str, tone: str = "quiet", *, can_use: bool = False) -> None:
        """Nothing is being done any more; how that ended, `tone` "good", "danger" or "quiet"."""
        self._busy = False
        self._bar.hide()
        self._cancel.hide()
        self._use.setVisible(can_use)
        self._say(sentence, tone)
        self._enable()
        if can_use and self.isVisible():
            self._use.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_languages(self) -> None:
        """Bring the person to where the languages are told."""
        self._source.setFocus(Qt.FocusReason.OtherFocusReason)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._busy and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths and not self._busy:
            event.acceptProposedAction()
            self.pathsChosen.emit(paths)

    def _dress(self, colors: theme.Palette) -> None:
        size = theme.font_size(-1)
        self.setStyleSheet(
            f"""
            QLabel[tone="danger"] {{ color: {colors.danger}; font-size: {size}px; }}
            QLabel[tone="good"] {{ color: {colors.good}; font-size: {size}px; }}
            QListWidget {{ selection-background-color: {colors.mine}; selection-color: {colors.text}; }}
            QListWidget:focus {{ border: 2px solid {colors.accent}; }}
            QListWidget::item {{ padding: 4px 8px; }}
            """
        )

    def _line(self, name: str, hint: str) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setToolTip(hint)
        line.setPlaceholderText(hint)
        line.setMaxLength(200)
        line.returnPressed.connect(self._press)
        return line

    def _press(self) -> None:
        self._import.click()

    def _go_on(self) -> None:
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, sentence: str, tone: str) -> None:
        self._told.setText(plain.line(sentence, 1000))
        self._told.setProperty("tone", tone)
        self._told.style().polish(self._told)

    def _enable(self) -> None:
        for each in (*self._sources, self._list, self._form):
            each.setEnabled(not self._busy)
        self._import.setEnabled(not self._busy and self._list.currentRow() >= 0)

    def _show(self, place: int) -> None:
        """The chosen one's particulars, to be mended."""
        chosen = self._found[place] if 0 <= place < len(self._found) else None
        self._form.setVisible(chosen is not None)
        if chosen is not None:
            self._name.setText(plain.line(chosen.name, 200))
            self._source.setText(_names(chosen.source))
            self._target.setText(_names(chosen.target))
            self._licence.setText(plain.line(chosen.licence, 200))
            self._form_layout.setRowVisible(self._target, chosen.translates)
        self._enable()

    def _choose(self, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self, "Choose a model")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(lambda paths: self.pathsChosen.emit(list(paths)))
        dialog.open()

    def _wish(self) -> None:
        place = self._list.currentRow()
        one = self._found[place]
        try:
            source = languages.codes(self._source.text())
            target = languages.codes(self._target.text()) if one.translates else ()
        except ValueError as error:
            self.tell(
                f"Parley knows no language “{plain.line(str(error), 60)}”. Name it in English, or by its code.",
                "danger",
            )
            return
        if one.translates and not one.packed and not (source and target):
            self.tell("This translator does not say its languages. Name them above.", "danger")
            self.ask_languages()
            return
        self.importWanted.emit(Wish(place, self._name.text().strip(), source, target, self._licence.text().strip()))


def _names(spoken: tuple[str, ...]) -> str:
    return ", ".join(languages.name(code) for code in spoken)


def _spoken(one: Candidate) -> str:
    few = [_names(each) if len(each) <= 3 else f"{len(each)} languages" for each in (one.source, one.target)]
    return few[0] if one.source == one.target else " → ".join(few)
