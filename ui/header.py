"""The bar at the top: which languages are spoken, how far the models are, and the buttons of the window's parts.

Owns how these look. It must not know which languages there are, nor what a button does.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from ui import icons, theme

if TYPE_CHECKING:
    from ui.offers import Offer

PICKER_WIDTH = 120
NARROW = 720
"""Below this width the pickers stand without words before them."""
NOTE = Qt.ItemDataRole.UserRole + 1
"""Of a row: what does not work in the language, in a few words."""


class _Picker(QComboBox):
    """One language of several."""

    def __init__(self, name: str, code: str, language: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumWidth(PICKER_WIDTH)
        self.setProperty("kind", "picker")
        self.addItem(language, code)

    def offer(self, languages: "Sequence[Offer]", chosen: str) -> None:
        from ui.offers import Noted, model

        self.setModel(model(languages, self))
        self.setItemDelegate(Noted(self))
        self.choose(chosen)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 4 * theme.GAP)

    def choose(self, code: str) -> None:
        self.setCurrentIndex(self.findData(code))
        note = self.currentData(NOTE) or ""
        self.setToolTip(f"{self.currentText()}: {note}" if note else "")
        self.setAccessibleDescription(note)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The arrow is drawn here: the style sheet's is an SVG, and to read one costs the first frame 2 ms."""
        super().paintEvent(event)
        area = QRectF(self.width() - 24, (self.height() - 16) / 2, 16, 16)
        with QPainter(self) as painter:
            icons.draw(painter, "unfold", area, QColor(theme.current().quiet))


class Header(QWidget):
    """Languages, progress, buttons."""

    languagesChosen = Signal(str, str)
    """The codes of "I speak" and "it answers in"."""
    newRequested = Signal()
    devicesRequested = Signal()
    settingsRequested = Signal()
    modelsRequested = Signal()
    conversationsToggled = Signal(bool)
    resourcesToggled = Signal(bool)

    def __init__(self, language_in: str, language_out: str, parent: QWidget) -> None:
        """With the languages that were chosen last."""
        from models.languages import name

        super().__init__(parent)
        self.conversations = self._button("side-bar", "Conversations", "Show or hide earlier conversations (Ctrl+B)")
        self.new = self._button("new", "New conversation", "Begin a new conversation (Ctrl+N)")
        self.models = self._button("models", "Models", "What each model can, and how to get larger ones (Ctrl+M)")
        self.devices = self._button("speaker", "Sound devices", "Choose microphone and speaker")
        self.resources = self._button("panel", "Resources", "Show or hide memory, models and timings (Ctrl+R)")
        self.settings = self._button("settings", "Settings", "Settings (Ctrl+,)")
        self.conversations.setCheckable(True)
        self.resources.setCheckable(True)
        self.spoken = _Picker("I speak", language_in, name(language_in), self)
        self.answered = _Picker("It answers in", language_out, name(language_out), self)
        self._progress = QLabel(self)
        self._progress.setProperty("tone", "quiet")
        self._progress.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._progress.setMinimumWidth(1)  # where there is no room for it, it gives way
        self._labels = speak, answer = QLabel("I speak", self), QLabel("It answers in", self)
        for label, picker in ((speak, self.spoken), (answer, self.answered)):
            label.setProperty("tone", "quiet")
            label.setBuddy(picker)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        row.setSpacing(theme.GAP)
        for widget in (self.conversations, self.new, speak, self.spoken, answer, self.answered):
            row.addWidget(widget)
        row.addWidget(self._progress, 1)
        for widget in (self.models, self.devices, self.resources, self.settings):
            row.addWidget(widget)
        self.new.clicked.connect(self.newRequested)
        self.devices.clicked.connect(self.devicesRequested)
        self.settings.clicked.connect(self.settingsRequested)
        self.models.clicked.connect(self.modelsRequested)
        self.conversations.clicked.connect(self.conversationsToggled)
        self.resources.clicked.connect(self.resourcesToggled)
        self.spoken.activated.connect(self._choose)
        self.answered.activated.connect(self._choose)

    def offer(self, spoken: "Sequence[Offer]", answered: "Sequence[Offer]", chosen: tuple[str, str]) -> None:
        """Offer these languages; `chosen` are the codes in use."""
        self.spoken.offer(spoken, chosen[0])
        self.answered.offer(answered, chosen[1])

    def choose(self, chosen: tuple[str, str]) -> None:
        """Show other languages as being in use."""
        self.spoken.choose(chosen[0])
        self.answered.choose(chosen[1])

    def show_progress(self, sentence: str) -> None:
        """What the person waits for; "" for nothing."""
        self._progress.setText(sentence)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for label in self._labels:
            label.setVisible(event.size().width() >= NARROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme.current().line))

    @property
    def progress(self) -> str:
        return self._progress.text()

    def _choose(self) -> None:
        self.languagesChosen.emit(self.spoken.currentData(), self.answered.currentData())

    def _button(self, icon: str, name: str, hint: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon))
        button.setIconSize(QSize(20, 20))
        button.setProperty("kind", "quiet")
        button.setAccessibleName(name)
        button.setToolTip(hint)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button
