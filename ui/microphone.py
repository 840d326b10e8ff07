"""The large round microphone button: its state, the level around it, and how it is pressed.

Held, it is push-to-talk; a short click begins to talk and the next one ends it. It must not know the microphone.
"""

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui import icons, theme

DIAMETER = 56
SIDE = 72
"""With the room for the level around it."""
HOLD_MS = 300
"""Pressed at least so long, the release ends the talking; a shorter click goes on until the next one."""
STATES = {
    "off": "Talk",
    "opening": "Talk; the microphone is being opened",
    "ready": "Talk; the microphone is open",
    "hearing": "Talk; you are being heard",
    "unavailable": "Talk; there is no microphone",
}
"""State → accessible name."""
_PRESSING = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select}
_FRAME_MS = 33


class MicrophoneButton(QAbstractButton):
    """A press of mouse or key is told as talkPressed, its end as talkReleased; they always come in pairs.

    In the state "unavailable" a press is told too: whoever knows the devices may look again.
    """

    talkPressed = Signal()
    talkReleased = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._state = "off"
        self._level = self._shown = 0.0
        self._held = False
        self._talking = False
        self._since = QElapsedTimer()
        self._clock = QTimer(self, interval=_FRAME_MS)
        self._clock.timeout.connect(self._approach)
        self.setAccessibleName(STATES["off"])

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    @property
    def state(self) -> str:
        return self._state

    @property
    def talking(self) -> bool:
        """It is held, or was clicked to talk."""
        return self._talking

    def set_state(self, state: str) -> None:
        """One of STATES."""
        self.setAccessibleName(STATES[state])
        self._state = state
        if state in ("off", "unavailable"):
            self.set_level(0.0)
        self.update()

    def set_level(self, level: float) -> None:
        """How loud it is, 0 to 1."""
        self._level = min(max(level, 0.0), 1.0)
        if self.isVisible() and abs(self._level - self._shown) > 0.01:
            self._clock.start()

    def talk_over(self) -> None:
        """The talking ended by other means: nothing is held any more, and nothing is told."""
        self._held = self._talking = False
        self.setDown(False)
        self.update()

    # -- pressing

    def _press(self) -> None:
        self._held = True
        self.setDown(True)
        if self._talking:  # the second click ends what the first began
            self._held = False
            self._end()
        else:
            self._talking = True
            self._since.start()
            self.talkPressed.emit()
        self.update()

    def _let_go(self) -> None:
        self.setDown(False)
        if self._held:
            self._held = False
            if self._talking and self._since.elapsed() >= HOLD_MS:
                self._end()
        self.update()

    def _end(self) -> None:
        if self._talking:
            self._talking = False
            self.talkReleased.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._let_go()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()  # leaving the button with the mouse held does not end the talking

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _PRESSING:
            if not event.isAutoRepeat():
                self._press()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in _PRESSING:
            if not event.isAutoRepeat():
                self._let_go()
        else:
            super().keyReleaseEvent(event)

    def click(self) -> None:
        """As a screen reader presses it: begins to talk, or ends it."""
        self._press()
        self._let_go()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._held:  # the release of the key will go elsewhere
            self._held = False
            self.setDown(False)
            self._end()
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
        self._held = False
        self._end()

    # -- painting

    def _approach(self) -> None:
        """Bring the ring nearer to the level; it rests when it is there."""
        step = 0.5 if self._level > self._shown else 0.25
        self._shown += (self._level - self._shown) * step
        if abs(self._level - self._shown) <= 0.01:
            self._shown = self._level
            self._clock.stop()
        self.update()

    @property
    def moving(self) -> bool:
        return self._clock.isActive()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hearing = self._state == "hearing"
        strong = colors.danger if hearing else colors.accent
        middle = QRectF(self.rect()).center()
        circle = QRectF(0, 0, DIAMETER, DIAMETER)
        circle.moveCenter(middle)
        if self._shown > 0.01:
            glow = QColor(strong)
            glow.setAlphaF(0.3)
            wide = 2 + 6 * self._shown
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(glow)
            painter.drawEllipse(circle.adjusted(-wide, -wide, wide, wide))
        fill, sign, picture = QColor(strong), colors.on_accent, "microphone"
        if self._state == "unavailable":
            fill, sign, picture = QColor(colors.line), colors.quiet, "microphone-off"
        elif self._state == "opening":
            fill = QColor(theme.mix(colors.accent, colors.window, 0.55))
        if self.isDown() or self._talking:
            fill = fill.darker(112)
        elif self.underMouse():
            fill = fill.lighter(108)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawEllipse(circle)
        icons.draw(painter, picture, circle.adjusted(14, 14, -14, -14), QColor(sign))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._state == "ready":
            painter.setPen(QPen(QColor(strong), 2))
            painter.drawEllipse(circle.adjusted(-4, -4, 4, 4))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.text), 2))
            painter.drawEllipse(circle.adjusted(-6.5, -6.5, 6.5, 6.5))
