"""The last stop of every turn: what was asked and answered goes to disk before anybody is told that it is done.

Owns the history while the assistant runs; all that reads or deletes there runs on its thread too. Without a history
it only tells the turn's end. It must not know front ends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.events import Bus, ProblemRaised, QuestionKept, TurnEnded
from app.history import History
from app.mouth import End, note
from app.problems import Problem
from app.turn import Answer, Turn


@dataclass(frozen=True)
class Asked:
    """The turn's question is known."""

    turn: Turn


@dataclass(frozen=True)
class Written:
    """Another piece of the turn's answer is known."""

    turn: Turn


@dataclass(frozen=True)
class Look:
    """Read or change the history; `done` gets what `job` returns, `failed` what went wrong."""

    job: Callable[[History], Any]
    done: Callable[[Any], None]
    failed: Callable[[Problem], None]
    turn: None = None


KeeperItem = Asked | Written | End | Look


class Keeper:
    """Keeps turns in the history. What cannot be kept is one problem, and the turn goes on."""

    name = "keeper"

    def __init__(self, bus: Bus, folder: Path | None) -> None:
        self._bus = bus
        self._folder = folder
        self._lazy: History | None = None
        self._noticed: Problem | None = None

    def handle(self, item: KeeperItem) -> None:
        if isinstance(item, Look):
            item.done(item.job(self._history(self._need_folder())))
        elif isinstance(item, Asked):
            self._ask(item.turn)
        elif isinstance(item, Written):
            self._write(item.turn)
        else:
            self._end(item.turn)

    def skip(self, item: KeeperItem) -> None:
        """A cancelled turn is kept like any other."""
        if not isinstance(item, Look):
            self.handle(item)

    def failed(self, item: KeeperItem, problem: Problem) -> None:
        if isinstance(item, Look):
            item.failed(problem)
            return
        note(self._bus, item.turn, problem)
        if isinstance(item, End):
            self._tell(item.turn, item.turn.snapshot())

    def close(self) -> None:
        if self._lazy is not None:
            self._lazy.close()

    def _history(self, folder: Path) -> History:
        """Opened at first use, on the thread that owns it."""
        if self._lazy is None:
            self._lazy = History(folder)
            self._tell_notice(self._lazy)
        return self._lazy

    def _tell_notice(self, history: History) -> None:
        """Tell that the history had to begin anew, once."""
        if history.notice is not None and history.notice is not self._noticed:
            self._bus.post(ProblemRaised(history.notice))
        self._noticed = history.notice

    def _need_folder(self) -> Path:
        if self._folder is None:
            raise LookupError("this assistant keeps no history")
        return self._folder

    def _ask(self, turn: Turn) -> None:
        if self._folder is None:
            return
        request = turn.request
        history = self._history(self._folder)
        turn.talk.conversation, turn.exchange = history.keep_question(
            turn.talk.conversation,
            spoken=request.text is None,
            question=turn.question,
            pictures=request.pictures,
            language_in=request.language_in,
            language_out=request.language_out,
            speak=request.speak,
        )
        self._bus.post(QuestionKept(turn.number, turn.talk.conversation, turn.exchange))
        self._tell_notice(history)

    def _write(self, turn: Turn) -> None:
        if self._folder is not None and turn.exchange is not None:
            self._history(self._folder).keep_progress(turn.exchange, turn.answer, turn.answer_translated)

    def _end(self, turn: Turn) -> None:
        answer = turn.snapshot()  # once: the turn may still be cancelled between keeping and telling
        if self._folder is not None and turn.exchange is not None:
            self._history(self._folder).keep_answer(turn.exchange, answer)
        self._tell(turn, answer)

    def _tell(self, turn: Turn, answer: Answer) -> None:
        self._bus.post(TurnEnded(turn.number, answer))
        turn.ended.set()
