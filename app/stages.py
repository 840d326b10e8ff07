"""The stages that need engines: ear, brain and voice. Each runs on a worker's thread and owns its engines there.

A turn travels ear → brain → voice → mouth; at its end, however it ends, an End item reaches the mouth, which tells
the outcome. The stages must not know who listens to their events, nor where models lie.
"""

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.audio import BLOCK, MICROPHONE_RATE, Microphone
from app.events import (
    AnswerPiece,
    Bus,
    ClauseReady,
    ModelChosen,
    PartialTranscript,
    QuestionHeard,
    QuestionTranslated,
    SpeechStarted,
)
from app.mouth import Clause, End, MouthItem, Sound, note
from app.problems import Problem
from app.speech import ClauseCutter, Endpoint, EndpointRules, Segmenter, speakable
from app.turn import Turn
from app.worker import Worker
from models.residency import Residency
from models.roles import Message, ModelError, Recognition, Role, Samples, Sampling
from models.vad import VoiceActivity

LONGEST_UNVOICED = 300
"""Seconds of sound kept while the detector notices no voice."""


@dataclass(frozen=True)
class Load:
    """Open what a coming turn will need; no turn of its own."""

    job: Callable[[], None]
    done: Callable[[Problem | None], None]
    turn: None = None


@dataclass(frozen=True)
class Listen:
    """Hear one question from the microphone."""

    turn: Turn
    microphone: Microphone
    rules: EndpointRules


@dataclass(frozen=True)
class Think:
    """Answer the turn's question."""

    turn: Turn


T = TypeVar("T", Listen, Think, Clause | End)


class _Stage(ABC, Generic[T]):
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
        if isinstance(item, Load):
            item.done(problem)
        else:
            self._give_up(item)

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


class Ear(_Stage[Listen]):
    """Turns sound into a question."""

    name = "ear"

    def __init__(
        self, bus: Bus, residency: Callable[[], Residency], brain: "Worker[BrainItem]", voice: "Worker[VoiceItem]"
    ) -> None:
        super().__init__(bus, residency)
        self._brain = brain
        self._voice = voice
        self._activity: VoiceActivity | None = None

    def _do(self, item: Listen) -> None:
        self._listen(item)
        self._brain.put(Think(item.turn))

    def _leave(self, item: Listen) -> None:
        self._voice.put(End(item.turn))

    def _give_up(self, item: Listen) -> None:
        item.turn.failed = True
        self._voice.put(End(item.turn))

    def warm(self, language: str) -> None:
        """Open the detector and the recognizer."""
        self._detector()
        self.engines.recognizer(language)

    def _detector(self) -> VoiceActivity:
        if self._activity is None:
            self._activity = VoiceActivity()
        return self._activity

    def _listen(self, item: Listen) -> None:
        turn = item.turn
        detector = self._detector()
        detector.reset()
        recognition = self.engines.recognizer(turn.request.language_in).recognition(MICROPHONE_RATE)
        segmenter = Segmenter(item.rules)
        before: deque[Samples] = deque(maxlen=LONGEST_UNVOICED * MICROPHONE_RATE // BLOCK)
        kept = int(item.rules.pre_roll_seconds * MICROPHONE_RATE / BLOCK) + 1
        started = False
        speech_end = time.perf_counter()
        for block in item.microphone.blocks():
            turn.cancel.check()
            endpoint = segmenter.feed(BLOCK / MICROPHONE_RATE, detector.probability(block))
            if started:
                self._accept(turn, recognition, block)
            else:
                before.append(block)
                if endpoint is Endpoint.STARTED:
                    started = True
                    self._bus.post(SpeechStarted(turn.number))
                    for early in list(before)[-kept:]:
                        self._accept(turn, recognition, early)
                    before.clear()
            if segmenter.voiced_now or not started:
                speech_end = time.perf_counter()
            if endpoint is Endpoint.ENDED:
                break
        # A detector that noticed no voice must not lose what the recognizer might hear.
        for early in before:
            turn.cancel.check()
            self._accept(turn, recognition, early)
        turn.begin(speech_end)
        transcript = recognition.finish()
        turn.mark("asr_final")
        if not transcript.text.strip():
            raise ModelError(
                "nothing-heard",
                "No words were heard.",
                "Speak a little louder or closer to the microphone, and check that the right language is chosen.",
            )
        turn.question, turn.words = transcript.text, transcript.words
        self._bus.post(QuestionHeard(turn.number, transcript.text))

    def _accept(self, turn: Turn, recognition: Recognition, block: Samples) -> None:
        partial = recognition.accept(block)
        if partial is not None and partial.text:
            self._bus.post(PartialTranscript(turn.number, partial.text))


class Brain(_Stage[Think]):
    """Turns a question into an answer, in clauses."""

    name = "brain"

    def __init__(
        self,
        bus: Bus,
        residency: Callable[[], Residency],
        voice: "Worker[VoiceItem]",
        system_prompt: str,
        talk: Callable[[Turn], Sequence[Message]],
    ) -> None:
        super().__init__(bus, residency)
        self._voice = voice
        self._system_prompt = system_prompt
        self._talk = talk

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
        model, card = self.engines.chat(role)
        question = turn.question
        if request.language_in not in card.source:
            translator = self.engines.translator(request.language_in, card.source[0])
            question = "".join(translator.translate(question, request.language_in, card.source[0], turn.cancel))
            turn.question_translated = question
            turn.mark("translate_in")
            self._bus.post(QuestionTranslated(turn.number, question))
        answers_in = request.language_out if request.language_out in card.target else card.target[0]
        turn.role = role
        self._bus.post(ModelChosen(turn.number, role, answers_in))
        messages = [Message("system", self._system_prompt)]
        if role is Role.LLM:
            messages += self._talk(turn)
        messages.append(Message("user", question, request.pictures))
        sampling = Sampling(
            temperature=float(card.sampling.get("temperature", 0.7)),
            top_p=float(card.sampling.get("top_p", 0.95)),
            max_tokens=int(card.sampling.get("max_tokens", 512)),
        )
        # A translator needs whole sentences; a voice is content with clauses.
        cutter = ClauseCutter(clauses=answers_in == request.language_out)
        index = 0
        for piece in model.reply(messages, sampling, turn.cancel):
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
        if not turn.answer:
            raise ModelError(
                "empty-answer", "The model gave an empty answer.", "Ask in other words, or choose another model."
            )

    def _say(self, turn: Turn, index: int, clause: str, language: str) -> None:
        text = clause
        target = turn.request.language_out
        if language != target:
            translator = self.engines.translator(language, target)
            text = "".join(translator.translate(clause, language, target, turn.cancel)).strip()
            turn.answer_translated = f"{turn.answer_translated} {text}" if turn.answer_translated else text
        turn.cancel.check()
        turn.mark("first_clause")
        self._bus.post(ClauseReady(turn.number, index, text))
        self._voice.put(Clause(turn, index, text))


class Voice(_Stage[Clause | End]):
    """Turns clauses into sound."""

    name = "voice"

    def __init__(self, bus: Bus, residency: Callable[[], Residency], mouth: "Worker[MouthItem]") -> None:
        super().__init__(bus, residency)
        self._mouth = mouth

    def _do(self, item: Clause | End) -> None:
        if isinstance(item, End):
            self._mouth.put(item)
        elif item.turn.request.speak and not item.turn.silenced:
            voice = self.engines.voice(item.turn.request.language_out)
            for chunk in voice.speak(speakable(item.text), item.turn.cancel):
                self._mouth.put(Sound(item.turn, item, chunk))
            self._mouth.put(Sound(item.turn, item, None))

    def _leave(self, item: Clause | End) -> None:
        if isinstance(item, End):
            self._mouth.put(item)

    def _give_up(self, item: Clause | End) -> None:
        # The answer goes on in writing.
        item.turn.silenced = True

    def warm(self, language: str) -> None:
        """Open the voice."""
        self.engines.voice(language)


EarItem = Load | Listen
BrainItem = Load | Think
VoiceItem = Load | Clause | End
