"""Does once, unseen, what the window will do when the first answer comes: what is done for the first time is slow.

Modules are imported, Qt's classes are made by PySide, fonts are loaded and laid out. That takes tens of milliseconds,
which would be seen in the middle of an answer and are not while the models load. Owns nothing that stays.
"""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

STEP_MS = 5
"""Between two steps, for whoever uses the window already."""
WORDS = "One **two** `three`:\n\n1. four\n2. five\n\n| six | seven |\n|---|---|\n| 8 | 9 |"


def rehearse(parent: QObject) -> None:
    """Begin; returns at once."""
    steps = _steps()
    clock = QTimer(parent, interval=STEP_MS)

    def step() -> None:
        if next(steps, None) is None:
            clock.stop()
            clock.deleteLater()

    clock.timeout.connect(step)
    clock.start()


def _steps() -> Iterator[str]:
    """Each step is short; what it yields is its name."""
    from ui import message  # noqa: F401

    yield "imports"
    from ui.chat import Chat
    from ui.finished import FinishedTurn

    chat = Chat()
    chat.resize(600, 400)
    yield "conversation"
    turn = chat.add_turn(1, "A question")
    yield "question"
    turn.set_state("thinking")
    turn.append("An answer ")
    turn.set_state("speaking")
    yield "answer"
    turn.append("that goes on.")
    chat.grab()
    yield "picture of it"
    turn.finish(FinishedTurn(1, "A question", WORDS, heard="One", outcome="cancelled"))
    yield "end"
    chat.grab()
    yield "picture of the end"
    from ui.attachments import Tray

    tray = Tray(chat)
    yield "tray"
    tray.put("1", b"", "a picture")
    tray.grab()
    yield "thumbnail"
    chat.deleteLater()
    yield "over"
