"""Typed questions on their way: those that cannot be asked yet wait in the conversation, to be seen.

Owns their order. It must not know what they wait for beyond their own pictures, nor what becomes of them.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app import events
from app.events import Event
from models.roles import ModelError
from ui.chat import Chat
from ui.finished import FinishedTurn
from ui.pictures import Batch

if TYPE_CHECKING:
    from models.roles import Picture

FIRST = -2_000_000_000
LAST = -1_000_000_000
"""Turns here have numbers between these, as no turn of the assistant or the history has."""


class Outbox:
    """Asks questions in the order in which they were sent.

    `ask` is given a question that is complete; it raises ModelError for one that cannot be asked at all.
    """

    def __init__(self, chat: Chat, ask: "Callable[[str, tuple[Picture, ...]], object]") -> None:
        self._chat = chat
        self._ask = ask
        self._waiting: dict[int, tuple[str, Batch]] = {}
        self._asked: list[int] = []
        """Those whose turn has not come back yet."""
        self._number = FIRST
        self.open = False
        """There is somebody to ask."""

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, text: str, pictures: Batch) -> None:
        """Ask now or later. Raises ModelError for what cannot be asked now, which is then not kept."""
        if self.open and not self._waiting and not pictures.loading:
            self._ask(text, pictures.ready)
            return
        self._number += 1
        self._waiting[self._number] = (text, pictures)
        turn = self._chat.add_turn(self._number, text, [picture.data for picture in pictures.ready])
        turn.set_state("waiting", "Waiting for its pictures" if self.open else "Waiting until Parley has started")

    def go_on(self) -> None:
        """Ask what can be asked by now."""
        while self.open and self._waiting:
            number, (text, pictures) = next(iter(self._waiting.items()))
            if pictures.loading:
                return
            del self._waiting[number]
            try:
                self._ask(text, pictures.ready)
            except ModelError as error:
                self._end(number, text, "failed", error.message, error.remedy)
            else:
                self._asked.append(number)

    def stop(self) -> None:
        """Nothing that waits is to be asked any more."""
        for number, (text, _) in self._waiting.items():
            self._end(number, text, "cancelled")
        self._waiting.clear()

    def hear(self, event: Event) -> None:
        """A question that waited here is a turn now."""
        if isinstance(event, events.TurnStarted) and event.request.text is not None and self._asked:
            self._chat.remove(self._asked.pop(0))

    def _end(self, number: int, text: str, outcome: str, problem: str = "", remedy: str = "") -> None:
        turn = self._chat.turn(number)
        if turn is not None:
            turn.finish(FinishedTurn(number, text, "", outcome=outcome, problem=problem, remedy=remedy))
