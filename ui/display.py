"""What happens where no window can be shown: Qt would abort the process, Parley says why in a line.

Owns the reading of what Qt tells while it starts. It must not know what comes after.
"""

import os
import sys
from collections.abc import Callable

from PySide6.QtCore import QLibraryInfo, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from ui import theme


def open_display(refuse: Callable[[str], int]) -> QApplication:
    """Connect to the display server. Where that fails, `refuse` gets the reason, and the process ends with its code."""
    told: list[str] = []
    wayland = os.environ.get("WAYLAND_DISPLAY", "")
    if wayland and not os.path.isabs(wayland) and not os.environ.get("XDG_RUNTIME_DIR"):
        # It cannot be reached, and its library would say so in words of its own.
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")

    def hear(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind is not QtMsgType.QtFatalMsg:
            told.append(text)
            return
        code = refuse(_reason(told))
        sys.stderr.flush()
        os._exit(code)  # behind the end of this function Qt aborts

    qInstallMessageHandler(hear)
    try:
        application = QApplication(list(theme.ARGUMENTS))
    finally:
        qInstallMessageHandler(None)
    for text in told:
        print(text, file=sys.stderr)
    return application


def _reason(told: list[str]) -> str:
    names = [os.environ[name] for name in ("DISPLAY", "WAYLAND_DISPLAY") if os.environ.get(name)]
    if not names and "QT_QPA_PLATFORM" not in os.environ:
        return "There is no display to show a window on."
    missing = _missing_library()
    if missing:
        return f"The window needs a library that is missing: {missing}."
    if any("could not connect to display" in text for text in told):
        return f"The display “{names[0] if names else ''}” cannot be reached."
    return "No window can be shown: " + " ".join(" ".join(told).split())


def _missing_library() -> str:
    """What keeps the plugin for X11 from being loaded, which Qt does not tell; empty if nothing does."""
    import ctypes

    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    plugin = os.path.join(plugins, "platforms", "libqxcb.so")
    if not os.path.exists(plugin):
        return ""
    try:
        ctypes.CDLL(plugin)
    except OSError as error:
        return str(error).partition(":")[0]
    return ""
