"""The whole of Parley behind its window, for tests that work it by mouse and keyboard."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QMimeData, QPoint, Qt, QTimer
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage, QKeyEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from ui.appearance import Appearance
from ui.desk import Desk
from ui.message import Turn
from ui.window import Window

LONGEST = 60.0
"""Seconds that anything may take on a machine that is busy with other things."""


def until(predicate: Callable[[], object], seconds: float = LONGEST) -> None:
    """Run the event loop until it is so. Unlike QTest.qWait it lets other threads run Python meanwhile."""
    loop, clock = QEventLoop(), QTimer(interval=5)
    deadline = time.monotonic() + seconds
    found: list[object] = []

    def look() -> None:
        try:
            found[:] = [predicate()]
        except Exception as error:
            found[:] = [error]
        if found[0] or time.monotonic() > deadline:
            loop.quit()

    clock.timeout.connect(look)
    clock.start()
    loop.exec()
    clock.stop()
    if isinstance(found[0], Exception):
        raise found[0]
    assert found[0], "it did not happen"


def pause(seconds: float) -> None:
    """Run the event loop for so long."""
    over = time.monotonic() + seconds
    until(lambda: time.monotonic() >= over)


class Parley:
    """A window on the display, and what a person does with it."""

    def __init__(self, folder: Path, width: int = 1280, height: int = 800) -> None:
        self.window = Window(Appearance(width=width, height=height))
        painted: list[bool] = []
        self.window.painted.connect(lambda: painted.append(True))
        self.window.show()
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window, 10_000)
        until(lambda: painted)
        self.desk = Desk(self.window, folder)
        self._closed = False

    def close(self) -> None:
        """Close the window and wait for the end of everything; harmless when closed."""
        if not self._closed:
            self._closed = True
            self.window.close()
            assert self.desk.close(30)

    @property
    def ready(self) -> bool:
        """Every model that is needed is loaded."""
        return self.window.header.progress == ""

    @property
    def turns(self) -> list[Turn]:
        return [turn for number in self.window.chat.numbers if (turn := self.window.chat.turn(number)) is not None]

    @property
    def sentences(self) -> list[str]:
        """What the banner says or will say."""
        return [problem.message for problem in self.window.banner.problems]

    @property
    def notices(self) -> list[str]:
        """Every sentence that the banner shows now."""
        return [label.text() for label in self.window.banner.findChildren(QLabel) if label.isVisible()]

    def type(self, text: str) -> None:
        for letter in text:
            if letter.isascii():
                QTest.keyClick(self.window.composer.editor, letter)
            else:  # QTest has no keys for these
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                    QApplication.sendEvent(self.window.composer.editor, event)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def ask(self, text: str) -> Turn:
        """Type a question, send it, and wait for the end of its turn."""
        count = len(self.turns)
        self.window.composer.setFocus()
        self.type(text)
        QTest.keyClick(self.window.composer.editor, Qt.Key.Key_Return)
        # The turn that is seen first may be the place of one that cannot be asked yet.
        until(lambda: len(self.turns) == count + 1 and self.turns[-1].finished)
        return self.turns[-1]

    def drop(self, mime: QMimeData, at: QPoint | None = None) -> bool:
        """Drag something over the window and let it go; True if the window takes it."""
        place = at or QPoint(self.window.width() // 2, self.window.height() // 2)
        handle = self.window.windowHandle()
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for kind in (QDragEnterEvent, QDragMoveEvent, QDropEvent):
            event = kind(place, Qt.DropAction.CopyAction, mime, buttons, keys)
            QApplication.sendEvent(handle, event)
            if not event.isAccepted():
                return False
        return True


def answer(turn: Turn) -> str:
    """The words of the answer on the screen."""
    return turn.answer.whole if turn.answer is not None else ""


def drawing(color: str = "red") -> QImage:
    """What the starter picture model knows: a circle."""
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(40, 40, 120, 120)
    painter.end()
    return image
