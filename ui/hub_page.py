"""The page on which models are found on the hub: what is searched for, what was found, and which file is wanted.

Owns how that looks. It must not know how one searches: it tells what is asked, and is told what was found, in words.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from models import languages
from ui import groups, plain, theme
from ui.beside import Beside

SIZE = 760, 640
LEAST = 490, 320
LICENCES = (
    ("Any licence", ""),
    ("Apache-2.0", "apache-2.0"),
    ("MIT", "mit"),
    ("CC-BY-4.0", "cc-by-4.0"),
    ("Gemma", "gemma"),
    ("Llama 3.1", "llama3.1"),
    ("Llama 3.2", "llama3.2"),
    ("Llama 3.3", "llama3.3"),
)
"""As people and as the hub call them."""


class Asked(NamedTuple):
    """What is searched for."""

    words: str
    licence: str
    """As the hub calls it; "" for any."""
    largest: float
    """GB that a file may have; 0 for any."""
    pictures: bool
    """Only models that look at pictures."""


class Offered(NamedTuple):
    """A repository that was found."""

    hub: str
    """Owner and name."""
    facts: str
    files: tuple[tuple[str, str], ...]
    """Models in it: path, and words for people."""
    usual: int
    """Which of them most people take."""
    eye: str
    """Path of the picture projector that goes with each; "" where there is none."""
    closed: str
    """Why it cannot be had, as a sentence."""
    spoken: tuple[str, ...] = ()
    """Languages that it names (ISO 639-1)."""


class HubPage(Beside):
    """A search and what it found, in a window of its own."""

    searched = Signal(object)
    """The person asks for this: `Asked`."""
    stopped = Signal()
    """The person no longer waits."""
    wanted = Signal(str, str, str, tuple)
    """The person wants a model: repository, path of the file, path of the projector or "", and its languages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Find models", SIZE, LEAST, parent)
        self._style()
        self._busy = False
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Words of a model's name, such as qwen 4b")
        self.search.setAccessibleName("Search the hub")
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        self.search.returnPressed.connect(self._ask)
        self._go = groups.button("Search", "Ask the hub (Enter)")
        self._go.setProperty("kind", "primary")
        self._go.clicked.connect(lambda: self.stopped.emit() if self._busy else self._ask())
        line = QHBoxLayout()
        line.setSpacing(theme.GAP)
        line.addWidget(self.search, 1)
        line.addWidget(self._go)
        self._licence = QComboBox(self)
        self._licence.setAccessibleName("Licence")
        self._licence.setToolTip("Only models under this licence")
        for title, name in LICENCES:
            self._licence.addItem(title, name)
        self._largest = QDoubleSpinBox(self)
        self._largest.setAccessibleName("Largest file in GB")
        self._largest.setToolTip("Leave out larger files")
        self._largest.setRange(0, 500)
        self._largest.setDecimals(1)
        self._largest.setSuffix(" GB")
        self._largest.setSpecialValueText("Any size")
        self._largest.setPrefix("At most ")
        self._largest.setMinimumWidth(150)
        self._largest.lineEdit().setTextMargins(theme.GAP, 0, 0, 0)  # a style sheet's padding does not reach it
        self._pictures = QCheckBox("Looks at pictures", self)
        less = QHBoxLayout()
        less.setSpacing(theme.GAP)
        for widget in (self._licence, self._largest, self._pictures):
            less.addWidget(widget)
        less.addStretch(1)
        self._where = groups.words("")
        self._told = groups.words("", quiet=False)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Searching")
        self._bar.hide()
        self._scroll = QScrollArea(self)
        self._scroll.setAccessibleName("What was found")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        close = groups.button("Close", "Close (Esc)")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 2)
        whole.setSpacing(theme.GAP)
        whole.addLayout(line)
        whole.addLayout(less)
        whole.addWidget(self._where)
        whole.addWidget(self._told)
        whole.addWidget(self._bar)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(foot)

    def present_for(self, words: str) -> None:
        """Show the page with words to search for."""
        if words:
            self.search.setText(words)
        self.present()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def introduce(self, sentence: str) -> None:
        """Say below the search where it goes."""
        self._where.setText(plain.line(sentence, 300))

    def tell(self, sentence: str, busy: bool = False) -> None:
        """Tell something above what was found; `busy` while there is something to wait for."""
        self._busy = busy
        self._told.setText(plain.line(sentence, 600))
        self._told.setVisible(bool(sentence))
        self._bar.setVisible(busy)
        self._go.setText("Stop" if busy else "Search")
        self._go.setToolTip("Wait no longer" if busy else "Ask the hub (Enter)")

    def show_found(self, found: Sequence[Offered]) -> None:
        """Show these."""
        content = QWidget()
        content.setObjectName("page")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, theme.GAP, 0)
        group = groups.Group("What was found", content)
        column.addWidget(group)
        for offered in found:
            group.add(self._row(offered))
        group.setVisible(bool(found))
        column.addStretch(1)
        self._scroll.setWidget(content)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits any more."""
        super().hideEvent(event)
        if self._busy and not event.spontaneous():
            self.stopped.emit()

    def _ask(self) -> None:
        words = self.search.text().strip()
        if not words:
            self.tell("Type what to search for.")
            return
        licence = str(self._licence.currentData())
        self.searched.emit(Asked(words, licence, self._largest.value(), self._pictures.isChecked()))

    def _row(self, offered: Offered) -> QWidget:
        name = plain.line(offered.hub, 200)
        title = groups.words(name, quiet=False)
        title.setFont(theme.text_font(0, bold=True))
        column = QVBoxLayout()
        column.setSpacing(theme.GAP // 2)
        column.addWidget(title)
        column.addWidget(groups.words(plain.line(offered.facts, 300)))
        if offered.closed:
            column.addWidget(groups.words(offered.closed))
            return groups.row(column)
        files = _Files()
        files.setAccessibleName(f"File of {name}")
        files.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        files.setMinimumContentsLength(12)
        files.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for path, words in offered.files:
            files.addItem(plain.line(words, 120), path)
        files.setCurrentIndex(offered.usual)
        install = groups.button("Install", "Download it, check it, and try it once")
        install.setAccessibleName(f"Install from {name}")
        knows = QLineEdit()
        knows.setAccessibleName(f"Languages of {name}")
        knows.setPlaceholderText("Its languages, if not English alone")
        knows.setToolTip("By name or code, with commas between; everything else is translated for it")
        knows.setMaxLength(200)
        knows.setText(", ".join(map(languages.name, offered.spoken)))
        install.clicked.connect(lambda: self._want(offered, str(files.currentData()), knows))
        choice = QHBoxLayout()
        choice.setSpacing(theme.GAP)
        choice.addWidget(files, 1)
        choice.addWidget(install)
        column.addLayout(choice)
        column.addWidget(knows)
        return groups.row(column)

    def _want(self, offered: Offered, path: str, knows: QLineEdit) -> None:
        try:
            self.wanted.emit(offered.hub, path, offered.eye, languages.codes(knows.text()))
        except ValueError as error:
            self.tell(f"Parley knows no language “{plain.line(str(error), 60)}”. Name it in English, or by its code.")
            knows.setFocus(Qt.FocusReason.OtherFocusReason)


class _Files(QComboBox):
    """Chosen from on purpose: the wheel scrolls the page."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
