"""The conversations of the history: listed, opened, gone on with, deleted.

Owns which conversation the window shows. It must not know how they are kept; whatever it wants of the history is done
on the thread that owns it, and comes back over the bridge.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from app import events
from app.events import Event
from app.problems import Problem
from app.turn import Outcome
from ui.bridge import Bridge
from ui.finished import FinishedTurn
from ui.outbox import LAST

if TYPE_CHECKING:
    from app.assistant import Assistant
    from app.history import Conversation, Exchange, History
    from ui.turns import Turns
    from ui.window import Window

PAGE = 20
"""Exchanges that are shown at a time."""

R = TypeVar("R")


class Past:
    """Joins the side bar, the conversation that is shown, and the history."""

    def __init__(self, bridge: Bridge, window: "Window", turns: "Turns", failed: Callable[[Problem], None]) -> None:
        self._bridge = bridge
        self._window = window
        self._turns = turns
        self._failed = failed
        self._assistant: Assistant | None = None
        self._shown: int | None = None
        """The conversation in the window; None for one of which nothing is kept yet."""
        self._first: int | None = None
        """The earliest exchange that is shown."""
        self._search = ""
        self._opening = 0
        """Counts what was opened: an answer that comes late is for nobody."""
        side, chat = window.conversations, window.chat
        side.newRequested.connect(self.new)
        side.opened.connect(self.open)
        side.deleteRequested.connect(self._delete)
        side.deleteAllRequested.connect(self._delete_all)
        side.searchChanged.connect(self._look_for)
        chat.earlierRequested.connect(self._show_earlier)
        chat.deleteRequested.connect(self._delete_turn)

    def begin(self, assistant: "Assistant") -> None:
        """The history can be read."""
        self._assistant = assistant
        self.refresh()

    def hear(self, event: Event) -> None:
        """A question that is kept changes the list."""
        match event:
            case events.QuestionKept(turn=number, conversation=conversation):
                if self._window.chat.turn(number) is not None:
                    self._shown = conversation
                self.refresh()

    def refresh(self) -> None:
        """Show the list anew."""
        search = self._search
        self._look(lambda history: history.conversations(search), self._list)

    def new(self) -> None:
        """Begin a new conversation."""
        if self._assistant is None:
            return
        self._leave()
        self._assistant.open_conversation(None)
        self._window.chat.clear()
        self._window.show_conversation()
        self.refresh()

    def open(self, conversation: int) -> None:
        """Show a conversation of the history, and go on with it."""
        if self._assistant is None or conversation == self._shown:
            self._window.show_conversation()
            return
        self._leave()
        opening = self._opening
        assistant = self._assistant

        def show(page: "_Page") -> None:
            if opening != self._opening:
                return
            assistant.open_conversation(conversation, page.exchanges)
            self._shown, self._first = conversation, page.first
            self._window.chat.load(page.turns(), page.earlier)
            self._window.show_conversation()
            self.refresh()

        self._look(lambda history: _page(history, conversation, None), show)

    def _leave(self) -> None:
        """What is under way belongs to the conversation that is left: it ends."""
        if self._assistant is not None:
            self._assistant.interrupt()
        self._opening += 1
        self._shown = self._first = None

    def _list(self, conversations: "Sequence[Conversation]") -> None:
        self._window.conversations.show_conversations(conversations, self._shown)

    def _look_for(self, search: str) -> None:
        self._search = search
        self.refresh()

    def _show_earlier(self) -> None:
        conversation, first, opening = self._shown, self._first, self._opening
        if conversation is None:
            self._window.chat.set_earlier(False)
            return

        def show(page: "_Page") -> None:
            if opening == self._opening:
                self._first = page.first or first
                self._window.chat.prepend(page.turns(), page.earlier)

        self._look(lambda history: _page(history, conversation, first), show)

    def _delete(self, conversation: int) -> None:
        if conversation == self._shown:
            self.new()
        self._look(lambda history: history.delete_conversation(conversation), lambda _: self.refresh())

    def _delete_all(self) -> None:
        self.new()
        self._look(lambda history: history.delete_all(), lambda _: self.refresh())

    def _delete_turn(self, number: int) -> None:
        """A turn that is deleted is forgotten by the models, too."""
        exchange = self._turns.exchange(number) if number > 0 else -number if number > LAST else None
        self._window.chat.remove(number)
        conversation, opening, assistant = self._shown, self._opening, self._assistant
        if exchange is None or conversation is None or assistant is None:
            return

        def forget(left: "tuple[Exchange, ...]") -> None:
            if opening == self._opening:
                self._shown = conversation if left else None
                assistant.open_conversation(self._shown, left)
            self.refresh()

        def job(history: "History") -> "tuple[Exchange, ...]":
            history.delete_exchange(exchange)
            return history.exchanges(conversation, limit=PAGE)

        self._look(job, forget)

    def _look(self, job: "Callable[[History], R]", done: Callable[[R], None]) -> None:
        if self._assistant is not None:
            self._assistant.look(
                job,
                lambda result: self._bridge.call(lambda: done(result)),
                lambda problem: self._bridge.call(lambda: self._failed(problem)),
            )


class _Page:
    """Some exchanges of a conversation in their order, with their pictures."""

    def __init__(self, exchanges: "tuple[Exchange, ...]", pictures: dict[str, bytes], earlier: bool) -> None:
        self.exchanges = exchanges
        self._pictures = pictures
        self.earlier = earlier
        """There are exchanges before these."""

    @property
    def first(self) -> int | None:
        return self.exchanges[0].id if self.exchanges else None

    def turns(self) -> list[FinishedTurn]:
        return [
            FinishedTurn(
                number=-exchange.id,  # turns of this start count upwards from 1
                question=exchange.question,
                answer=exchange.answer,
                spoken=exchange.spoken,
                translated=exchange.question_translated,
                answer_translated=exchange.answer_translated,
                heard=exchange.heard if exchange.speak else None,
                outcome=exchange.outcome,
                problem=(exchange.problem or "") if exchange.outcome == Outcome.FAILED else "",
                pictures=tuple(self._pictures[name] for name in exchange.pictures if name in self._pictures),
            )
            for exchange in self.exchanges
        ]


def _page(history: "History", conversation: int, before: int | None) -> _Page:
    found = history.exchanges(conversation, before, PAGE + 1)
    exchanges = found[-PAGE:]
    pictures = {}
    for name in {name for exchange in exchanges for name in exchange.pictures}:
        picture = history.picture(name)
        if picture is not None:
            pictures[name] = picture.data
    return _Page(exchanges, pictures, len(found) > PAGE)
