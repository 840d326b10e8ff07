"""A window system for the window's tests: an Xvfb of their own, one QApplication on it, and a clean end of every test.

What Qt warns of and what is raised in a slot goes to the log as a warning, which fails the test.
"""

import gc
import io
import logging
import os
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from ui.chat import Chat
    from ui.composer import Composer

log = logging.getLogger("qt")

_SYSTEM = ("WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORMTHEME", "QT_STYLE_OVERRIDE", "QT_SCALE_FACTOR")


def _tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    level = logging.DEBUG if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
    log.log(level, "%s", text)


def _raised(kind: type[BaseException], error: BaseException, trace: types.TracebackType | None) -> None:
    log.error("raised in a slot: %r", error, exc_info=(kind, error, trace))


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of an X display that nothing else uses, 1600 by 1200 pixels."""
    read, write = os.pipe()
    arguments = ["-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        ["Xvfb", *arguments], pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        assert number, f"Xvfb did not start: exit status {server.wait()}"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture(scope="session")
def qapp(display: str) -> Iterator[QApplication]:
    """The one QApplication of the test run, on `display`, in Parley's light colors."""
    from ui import theme

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", display)
        patch.setenv("QT_QPA_PLATFORM", "xcb")
        for name in _SYSTEM:
            patch.delenv(name, raising=False)
        handler = qInstallMessageHandler(_tell)
        app = QApplication(list(theme.ARGUMENTS))
        app.setQuitOnLastWindowClosed(False)
        theme.apply(app, "light")
        yield app
        app.shutdown()
        qInstallMessageHandler(handler)


@pytest.fixture(autouse=True)
def _window_system(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ends every test with no widget left, so that none meets the windows of another."""
    monkeypatch.setattr(sys, "excepthook", _raised)
    yield
    for widget in QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    QApplication.clipboard().clear()


@pytest.fixture
def show() -> Callable[..., None]:
    """Shows a widget, of the given size if any, and waits until it is on the display and has the keyboard."""

    def shown(widget: QWidget, width: int = 0, height: int = 0) -> None:
        if width:
            widget.resize(width, height)
        widget.show()
        widget.activateWindow()
        assert QTest.qWaitForWindowActive(widget, 10_000)

    return shown


@pytest.fixture
def until() -> Callable[..., None]:
    """Runs the event loop until a predicate holds; fails after `seconds`."""

    def wait(predicate: Callable[[], object], seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not predicate():
            assert time.monotonic() < deadline, "it did not happen"
            QTest.qWait(5)

    return wait


@pytest.fixture
def picture() -> bytes:
    """A blue PNG of 320 by 200 pixels."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (320, 200), "#2060c0").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def chat(qapp: QApplication, show: Callable[..., None]) -> Iterator["Chat"]:
    """An empty conversation in a window of 700 by 500."""
    from ui.chat import Chat

    window = QWidget()
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    chat = Chat(window)
    layout.addWidget(chat)
    show(window, 700, 500)
    yield chat
    window.close()


@pytest.fixture
def composer(qapp: QApplication, show: Callable[..., None]) -> Iterator["Composer"]:
    """A composer with the focus, at the bottom of a window of 700 by 400."""
    from ui.composer import Composer

    window = QWidget()
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addStretch(1)
    composer = Composer(window)
    layout.addWidget(composer)
    show(window, 700, 400)
    composer.setFocus()
    yield composer
    window.close()


@pytest.fixture
def heard(composer: "Composer") -> list[object]:
    """Everything that the composer tells: names of signals, with their value where they have one."""
    told: list[object] = []
    for name in ("sent", "handsFreeToggled", "filesChosen", "imagePasted", "pictureRemoved", "noticed"):
        getattr(composer, name).connect(lambda value, name=name: told.append((name, value)))
    for name in ("stopRequested", "talkPressed", "talkReleased"):
        getattr(composer, name).connect(lambda name=name: told.append(name))
    return told
