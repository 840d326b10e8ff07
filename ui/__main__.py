"""`python -m ui`, what `./run` and the command `parley` start: the window, or with a command the command line.

Until the window is painted, nothing is imported that it does not show.
"""

import builtins
import gc
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

SWITCH_SECONDS = 0.001
"""So long one Python thread may keep another from running: the window's must not wait for the stages'."""


def main() -> int:
    """Open the window, or run the command that the command line names."""
    if getattr(sys, "frozen", False):
        from app.frozen import begin, unfit

        status = begin()
        if status is not None:
            return status
        reason = unfit()
        if reason:
            return stop(reason)
    if len(sys.argv) == 1:
        return open_window(None)
    from app.__main__ import main as run

    return run(open_window, look)


def look(folder: Path) -> str:
    """Open the window where nobody sees it, in a process of its own; returns what was found, for `parley --self-test`.

    Raises ModelError.
    """
    from ui.look import look as looked

    return looked(folder)


def open_window(data: Path | None, debug: bool = False, pictures: Sequence[Path] = ()) -> int:
    """Show the window and stay until it is closed; `data` is another data folder than the user's own.

    The window opens with the first few of `pictures` to be asked about.
    """
    # Until the window heeds it, Ctrl+C ends the process: an exception somewhere in Qt's loop would not.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()  # until the first frame: nothing that is made before it is garbage
    sys.setswitchinterval(SWITCH_SECONDS)
    if debug:
        import logging

        form = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, format=form)
    try:
        _import_qt()
        from ui import start
    except ImportError as error:  # of a library that Qt itself needs
        return refuse(f"The window's libraries cannot be loaded ({error}).")
    return start.run(data, refuse, [str(path.absolute()) for path in pictures])


def _import_qt() -> None:
    """Import PySide without what it does to the import of everything else.

    It makes `import` read the source of each module in search of `from __feature__ import …`, which nobody uses here.
    """
    usual = builtins.__import__
    import PySide6.QtCore  # noqa: F401

    builtins.__import__ = usual


def refuse(reason: str) -> int:
    """Say in a line why there is no window, and what works without; returns the exit code."""
    from app.cli import COMMANDS

    print(f"parley: {reason} Without a window these commands work: {', '.join(COMMANDS)}.", file=sys.stderr)
    return 1


def stop(reason: str) -> int:
    """Say why nothing of Parley works here, also to a person who sees no terminal; returns the exit code."""
    print(f"parley: {reason}", file=sys.stderr, flush=True)
    if len(sys.argv) == 1:
        from PySide6.QtWidgets import QMessageBox

        from ui.display import open_display

        open_display(lambda _: 1)  # where there is no display, that was all
        QMessageBox.critical(None, "Parley", reason)
    return 1


if __name__ == "__main__":
    sys.exit(main())
