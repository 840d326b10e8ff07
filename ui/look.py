"""Opens the window where nobody sees it, in a process of its own, and looks whether anything is on it.

Owns what counts as an open window. It must not know why somebody wants to know.
"""

import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from models.roles import ModelError

if TYPE_CHECKING:
    from ui.window import Window

SECONDS = 60.0
"""A window that takes longer does not open."""
LEAST_COLORS = 20
"""A window without words and controls has fewer."""


def look(folder: Path) -> str:
    """What the window is like that uses the data folder `folder`. Raises ModelError where it does not open."""
    processes = multiprocessing.get_context("spawn")  # a copy of this process would have its engines' threads, halved
    receiver, sender = processes.Pipe(duplex=False)
    child = processes.Process(target=_open, args=(sender, folder), name="window")
    child.start()
    sender.close()
    try:
        told = receiver.recv() if receiver.poll(SECONDS) else f"nothing was shown within {SECONDS:.0f} s"
        child.join(SECONDS)
    except EOFError:
        child.join(SECONDS)
        told = f"its process ended with status {child.exitcode}"
    finally:
        if child.is_alive():
            child.kill()
            child.join()
    if isinstance(told, str) or child.exitcode != 0:
        reason = told if isinstance(told, str) else f"its process ended with status {child.exitcode}"
        raise ModelError("no-window", f"The window does not open: {reason}.", "Install Parley again.")
    width, height, colors = told
    if colors < LEAST_COLORS:
        raise ModelError("no-window", "The window opens and shows nothing.", "Install Parley again.")
    return f"{width} by {height} pixels in {colors} colors"


def _open(sender: Connection, folder: Path) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui import start

    def shown(window: "Window") -> None:
        image = window.grab().toImage()
        width, height = image.width(), image.height()
        colors = {image.pixel(x, y) for x in range(0, width, 2) for y in range(0, height, 2)}
        sender.send((width, height, len(colors)))
        window.close()

    def refuse(reason: str) -> int:
        sender.send(reason.rstrip("."))
        return 1

    start.run(folder, refuse, shown=shown)
