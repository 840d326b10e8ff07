"""Starts the desktop program and ends it: the one place that knows application, window and desk.

What the first frame needs is imported and made before it, and all else after it.
"""

import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from app.folders import data_folder
from ui import appearance, theme
from ui.display import open_display
from ui.window import Window

if TYPE_CHECKING:
    from ui.desk import Desk

log = logging.getLogger(__name__)

END_SECONDS = 1.2
"""So long the end waits for engines that are in the middle of a step; then the process ends without them."""


def run(
    data: Path | None,
    refuse: Callable[[str], int],
    pictures: Sequence[str] = (),
    shown: Callable[[Window], None] = lambda window: None,
) -> NoReturn:
    """Show the window and stay until it is closed; then the process ends, with the window's exit code.

    Where no window can be shown, `refuse` gets the reason, and the process ends with what it returns. `pictures` are
    files to ask about. `shown` is called once, with the window that is painted and at work.
    """
    folder = data_folder(data)
    looked = appearance.load(folder)
    application = open_display(refuse)
    application.setApplicationDisplayName("Parley")
    application.setDesktopFileName("parley")
    theme.apply(application, looked.theme)
    window = Window(looked)
    program = _Program(application, window, folder, pictures)
    window.painted.connect(program.begin)
    window.painted.connect(lambda: shown(window))
    window.closed.connect(application.quit)
    window.show()
    application.exec()
    program.end()


class _Program:
    """What runs behind the window."""

    def __init__(self, application: QApplication, window: Window, folder: Path, pictures: Sequence[str]) -> None:
        self.code = 0
        self._desk: Desk | None = None
        self._application = application
        self._window = window
        self._folder = folder
        self._pictures = pictures

    def begin(self) -> None:
        """The window is on the screen."""
        log.info("the window is filled")
        # What is there now stays: without it in their way, later collections are too short to be noticed.
        gc.freeze()
        gc.enable()
        from ui.desk import Desk

        self._heed_signals()
        self._desk = Desk(self._window, self._folder)
        if self._pictures:
            from ui.attachments import first_pictures

            self._window.composer.take(first_pictures(list(self._pictures)))

    def end(self) -> NoReturn:
        """The window is gone: keep what is to be kept, give back what can be given back in time, and end."""
        if self._desk is not None:
            self._desk.close(END_SECONDS)
        sys.stdout.flush()
        sys.stderr.flush()
        # Not by the interpreter's way: an engine in the middle of a step would hold it up, and native libraries
        # complain, or worse, when they are taken down in the order of chance.
        os._exit(self.code)

    def _heed_signals(self) -> None:
        """Ctrl+C and a request to terminate close the window.

        Python runs its handlers between two steps of Python, of which an idle event loop makes none, and in the
        middle of whatever it does else: so a signal is written into a socket that the loop watches.
        """
        import signal
        import socket

        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        signal.set_wakeup_fd(self._far.fileno())
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._signalled)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)

    def _signalled(self) -> None:
        import signal

        numbers = self._near.recv(64)
        self.code = 130 if signal.SIGINT in numbers else 0
        self._window.close()
