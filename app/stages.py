"""What stages with engines have in common, and two of them: brain and voice (the ear is app.ear).

Each runs on a worker's thread and owns its engines there. A turn travels ear → brain → voice → mouth → keeper; at its
end, however it ends, an End item goes that way, and the keeper tells the outcome. Stages must not know who listens to
their events, nor where models lie.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Generic, TypeVar

from app.events import (
    AnswerPiece,
    Bus,
    ClauseReady,
    ModelChosen,
    QuestionTranslated,
)
from app.instructions import system_prompt
from app.mouth import Clause, End, MouthItem, Sound, note
from app.problems import Problem
from app.speech import ClauseCutter, speakable
from app.turn import Turn
from app.worker import Item, Worker
from models import languages
from models.pictures import shrunk
from models.residency import Library, Residency
from models.roles import AudioChunk, Message, ModelError, Role, Sampling


@dataclass(frozen=True)
class Load:
    """Open what a coming turn will need; no turn of its own."""

    job: Callable[[], None]
    done: Callable[[Problem | None], None]
    turn: None = None


@dataclass(frozen=True)
class Think:
    """Answer the turn's question."""

    turn: Turn


T = TypeVar("T", bound=Item)


class EngineStage(ABC, Generic[T]):
    """What ear, brain and voice have in common: engines of their own, and loading them ahead of time."""

    name: str

    def __init__(self, bus: Bus, residency: Callable[[], Residency]) -> None:
        self._bus = bus
        self._make_residency = residency
        self._lazy: Residency | None = None

    @property
    def engines(self) -> Residency:
        """Made on the stage's own thread, at first use."""
        if self._lazy is None:
            self._lazy = self._make_residency()
        return self._lazy

    def handle(self, item: Load | T) -> None:
        if isinstance(item, Load):
            item.job()
            item.done(None)
        else:
            self._do(item)

    def skip(self, item: Load | T) -> None:
        if isinstance(item, Load):
            item.done(None)
        else:
            self._leave(item)

    def failed(self, item: Load | T, problem: Problem) -> None:
        note(self._bus, item.turn, problem)
        if self._lazy is not None:
            # Whatever went wrong: what lies on a card that is gone must not fail the next turn as well.
            self._lazy.lost()
        if isinstance(item, Load):
            item.done(problem)
        else:
            self._give_up(item)

    def use(self, library: Library) -> None:
        """Work with the models of another library from the next item on."""
        if self._lazy is not None:
            self._lazy.use(library)

    def settle(self) -> None:
        """Close what a new plan has no use for, and open anew what it has moved elsewhere."""
        if self._lazy is not None:
            self._lazy.settle()

    def unload(self, role: Role) -> None:
        """Give back what a role's models take, until they are needed again."""
        if self._lazy is not None:
            self._lazy.unload(role)

    def close(self) -> None:
        if self._lazy is not None:
            self._lazy.close()

    @abstractmethod
    def _do(self, item: T) -> None:
        """The stage's work."""

    @abstractmethod
    def _leave(self, item: T) -> None:
        """The item's turn was cancelled."""

    @abstractmethod
    def _give_up(self, item: T) -> None:
        """The work raised, and the problem was told."""


class Brain(EngineStage[Think]):
    """Turns a question into an answer, in clauses."""

    name = "brain"

    def __init__(
        self,
        bus: Bus,
        residency: Callable[[], Residency],
        voice: "Worker[VoiceItem]",
        talk: Callable[[Turn], Sequence[Message]],
        written: Callable[[Turn], object],
    ) -> None:
        super().__init__(bus, residency)
        self._voice = voice
        self._talk = talk
        self._written = written

    def _do(self, item: Think) -> None:
        self._think(item.turn)
        self._voice.put(End(item.turn))

    def _leave(self, item: Think) -> None:
        self._voice.put(End(item.turn))

    def _give_up(self, item: Think) -> None:
        item.turn.failed = True
        self._voice.put(End(item.turn))

    def warm(self, role: Role, language_in: str, language_out: str) -> None:
        """Open the chat model and the translators around it."""
        _, card = self.engines.chat(role)
        if language_in not in card.source:
            self.engines.translator(language_in, card.source[0])
        if language_out not in card.target:
            self.engines.translator(card.target[0], language_out)

    def _think(self, turn: Turn) -> None:
        request = turn.request
        role = Role.VLM if request.pictures else Role.LLM
        _, card = self.engines.chat(role)
        question = turn.question
        if request.language_in not in card.source:
            question = self._translated(turn, question, request.language_in, card.source[0])
            turn.question_translated = question
            turn.mark("translate_in")
            self._bus.post(QuestionTranslated(turn.number, question))
        answers_in = request.language_out if request.language_out in card.target else card.target[0]
        turn.role = card.role
        self._bus.post(ModelChosen(turn.number, card.role, answers_in))
        told = languages.name(answers_in) if len(card.target) > 1 else ""
        messages = [Message("system", system_prompt(datetime.now(), request.simple, told))]
        if role is Role.LLM:
            messages += self._talk(turn)
        sampling = Sampling(
            temperature=float(card.sampling.get("temperature", 0.7)),
            top_p=float(card.sampling.get("top_p", 0.95)),
            max_tokens=int(card.sampling.get("max_tokens", 512)),
        )
        # A translator needs whole sentences; a voice is content with clauses.
        cutter = ClauseCutter(clauses=answers_in == request.language_out)
        index = 0
        for piece in self._pieces(turn, role, Message("user", question), messages, sampling):
            turn.mark("first_token")
            turn.tokens += 1
            turn.answer += piece
            self._bus.post(AnswerPiece(turn.number, piece))
            for clause in cutter.feed(piece):
                self._say(turn, index, clause, answers_in)
                index += 1
        for clause in cutter.finish():
            self._say(turn, index, clause, answers_in)
            index += 1
        turn.answer = turn.answer.strip()
        turn.beyond = bool(card.beyond) and turn.answer.startswith(card.beyond)
        if not turn.answer:
            raise ModelError(
                "empty-answer", "The model gave an empty answer.", "Ask in other words, or choose another model."
            )

    def _pieces(
        self, turn: Turn, role: Role, question: Message, before: Sequence[Message], sampling: Sampling
    ) -> Iterator[str]:
        """The pieces of the answer. If the model's card fails meanwhile, it is asked again elsewhere, and what it says
        again is left out."""
        said = ""
        while True:
            again = ""
            try:
                for piece in self._reply(turn, role, question, before, sampling):
                    again += piece
                    if not (said.startswith(again) or again.startswith(said)):
                        raise ModelError(
                            "card-failed",
                            "The graphics card failed while the answer was being written.",
                            "Ask again.",
                        )
                    if new := again[len(said) :]:
                        said += new
                        yield new
                return
            except ModelError as error:
                if again != said or not self.engines.recover(error, role):
                    raise

    def _reply(
        self, turn: Turn, role: Role, question: Message, before: Sequence[Message], sampling: Sampling
    ) -> Iterator[str]:
        pictures = turn.request.pictures
        if not pictures:
            model, _ = self.engines.chat(role)
            yield from model.reply([*before, question], sampling, turn.cancel)
            return
        with self.engines.picture_room(role, max(max(picture.width, picture.height) for picture in pictures)) as lent:
            model, card = lent
            side = card.picture_side
            shown = tuple(shrunk(picture, side) for picture in pictures) if side else pictures
            yield from model.reply([*before, replace(question, pictures=shown)], sampling, turn.cancel)

    def _translated(self, turn: Turn, text: str, source: str, target: str) -> str:
        while True:
            try:
                return "".join(self.engines.translator(source, target).translate(text, source, target, turn.cancel))
            except ModelError as error:
                if not self.engines.recover(error, Role.TRANSLATION, source, target):
                    raise

    def _say(self, turn: Turn, index: int, clause: str, language: str) -> None:
        text = clause
        target = turn.request.language_out
        if language != target:
            text = self._translated(turn, clause, language, target).strip()
            turn.answer_translated = f"{turn.answer_translated} {text}" if turn.answer_translated else text
        turn.cancel.check()
        turn.mark("first_clause")
        self._bus.post(ClauseReady(turn.number, index, text))
        self._written(turn)
        self._voice.put(Clause(turn, index, text))


class Voice(EngineStage[Clause | End]):
    """Turns clauses into sound."""

    name = "voice"

    def __init__(self, bus: Bus, residency: Callable[[], Residency], mouth: "Worker[MouthItem]") -> None:
        super().__init__(bus, residency)
        self._mouth = mouth

    def _do(self, item: Clause | End) -> None:
        if isinstance(item, End):
            self._mouth.put(item)
        elif item.turn.request.speak and not item.turn.silenced:
            for chunk in self._chunks(item):
                self._mouth.put(Sound(item.turn, item, chunk))
            self._mouth.put(Sound(item.turn, item, None))

    def _leave(self, item: Clause | End) -> None:
        if isinstance(item, End):
            self._mouth.put(item)

    def _give_up(self, item: Clause | End) -> None:
        # The answer goes on in writing.
        item.turn.silenced = True

    def _chunks(self, clause: Clause) -> Iterator[AudioChunk]:
        """The clause in sound. If the voice's card fails meanwhile, it goes on elsewhere where it was."""
        language = clause.turn.request.language_out
        spoken = 0
        while True:
            try:
                voice = self.engines.voice(language)
                for chunk in islice(voice.speak(speakable(clause.text), clause.turn.cancel), spoken, None):
                    spoken += 1
                    yield chunk
                return
            except ModelError as error:
                if not self.engines.recover(error, Role.TTS, language):
                    raise

    def warm(self, language: str) -> None:
        """Open the voice."""
        self.engines.voice(language)


BrainItem = Load | Think
VoiceItem = Load | Clause | End
