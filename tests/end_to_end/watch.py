"""Waiting for what an assistant tells."""

import threading
from collections.abc import Callable

from app.assistant import Assistant
from app.events import Event, Hearing, HearingChanged, TurnEnded
from app.turn import Answer


class Watch:
    """Keeps every event, and waits for those to come."""

    def __init__(self, assistant: Assistant) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()
        assistant.bus.subscribe(self._take)

    def _take(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[Event], bool], count: int = 1) -> Event:
        """The last of the first `count` events that are wanted."""

        def found() -> list[Event]:
            return [event for event in self.events if wanted(event)]

        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= count, 60), self.events[-10:]
            return found()[count - 1]

    def answer(self, count: int = 1) -> Answer:
        """The answer of the `count`th turn to end."""
        event = self.wait(lambda event: isinstance(event, TurnEnded), count)
        assert isinstance(event, TurnEnded)
        return event.answer

    def heard(self, hearing: Hearing) -> Event:
        """The first time that the ear was in this state."""
        return self.wait(lambda event: event == HearingChanged(hearing))

    def count(self, kind: type[Event]) -> int:
        with self._changed:
            return sum(isinstance(event, kind) for event in self.events)
