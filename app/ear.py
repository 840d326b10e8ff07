"""The first stage: turns sound into questions, from a sound file or a live microphone.

Owns the recognizer, the voice activity detector and the echo canceller while it listens. When somebody speaks to
Parley is decided in app.attention; the ear must not know devices, nor who listens to its events.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.attention import Attention, Listener, Step
from app.audio import BLOCK, MICROPHONE_RATE, Microphone, Speaker
from app.events import (
    AnswerPaused,
    AnswerResumed,
    Bus,
    Dropped,
    Hearing,
    HearingChanged,
    PartialTranscript,
    QuestionHeard,
    SoundLevel,
    SpeechDropped,
    SpeechStarted,
)
from app.mouth import End, note
from app.problems import Problem, from_exception
from app.speech import Endpoint, EndpointRules, Segmenter, is_stop, new_words, stop_words, words
from app.stages import EngineStage, Load
from app.turn import Turn
from models.residency import Residency
from models.roles import ModelError, Recognition, Role, Samples, Transcript
from models.vad import VoiceActivity

log = logging.getLogger(__name__)

SECONDS = BLOCK / MICROPHONE_RATE
"""Of one block."""
LONGEST_UNVOICED = 300
"""Seconds of sound kept while the detector notices no voice in a file."""
BLOCKS_PER_LEVEL = 3
MOST_STOP_WORDS = 3
"""What was said over an answer is no more than a wish for silence up to here, if it holds one."""
INTERRUPTING_SECONDS = 1.0
"""Sound that holds the words by which somebody was understood to interrupt, where Parley's echo came before them."""


class Echo(Protocol):
    """What takes Parley's own voice out of the microphone."""

    def clean(self, block: Samples) -> Samples:
        """The block of BLOCK samples at MICROPHONE_RATE without the echo."""
        ...

    def reset(self) -> None:
        """Another microphone or speaker."""
        ...


class Around(Protocol):
    """What the ear may ask of the assistant."""

    def ask_spoken(self, transcript: Transcript, speech_end: float) -> Turn:
        """Answer a question that was heard at a live microphone; `speech_end` in seconds of time.perf_counter."""
        ...

    def interrupt(self) -> None: ...

    def last_voiced(self, count: int = 1) -> tuple[Turn, ...]:
        """The turns whose answers were heard last, the newest at the end."""
        ...

    def think(self, turn: Turn) -> None:
        """The turn's question is known."""
        ...

    def give_up(self, end: End) -> None: ...


@dataclass(frozen=True)
class Listen:
    """Hear one question from the microphone, which ends by itself or in silence."""

    turn: Turn
    microphone: Microphone
    rules: EndpointRules


@dataclass(frozen=True)
class Attend:
    """Listen at a live microphone until it is closed."""

    microphone: Microphone
    turn: None = None


EarItem = Load | Listen | Attend


class Ear(EngineStage[Listen | Attend]):
    """Turns sound into questions."""

    name = "ear"

    def __init__(
        self,
        bus: Bus,
        residency: Callable[[], Residency],
        around: Around,
        attention: Attention,
        speaker: Speaker,
        echo: Echo | None,
    ) -> None:
        super().__init__(bus, residency)
        self._around = around
        self._attention = attention
        self._speaker = speaker
        self._echo = echo
        self._lazy_detector: VoiceActivity | None = None

    def _do(self, item: Listen | Attend) -> None:
        if isinstance(item, Attend):
            _Live(self, item.microphone).run()
        else:
            self._listen(item)
            self._around.think(item.turn)

    def _leave(self, item: Listen | Attend) -> None:
        if isinstance(item, Listen):
            self._around.give_up(End(item.turn))

    def _give_up(self, item: Listen | Attend) -> None:
        if isinstance(item, Listen):
            item.turn.failed = True
            self._around.give_up(End(item.turn))

    def warm(self, language: str) -> None:
        """Open the detector and the recognizer."""
        self.detector()
        self.engines.recognizer(language)

    def detector(self) -> VoiceActivity:
        if self._lazy_detector is None:
            self._lazy_detector = VoiceActivity()
        return self._lazy_detector

    def _listen(self, item: Listen) -> None:
        turn = item.turn
        detector = self.detector()
        detector.reset()
        recognition = self.engines.recognizer(turn.request.language_in).recognition(MICROPHONE_RATE)
        segmenter = Segmenter(item.rules)
        before: deque[Samples] = deque(maxlen=LONGEST_UNVOICED * MICROPHONE_RATE // BLOCK)
        kept = _blocks(item.rules.pre_roll_seconds)
        started = False
        speech_end = time.perf_counter()
        for block in item.microphone.blocks():
            turn.cancel.check()
            endpoint = segmenter.feed(SECONDS, detector.probability(block))
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


class _Live:
    """One time of listening at a live microphone; everything runs on the ear's thread."""

    def __init__(self, ear: Ear, microphone: Microphone) -> None:
        self._ear = ear
        self._bus = ear._bus
        self._around = ear._around
        self._attention = ear._attention
        self._speaker = ear._speaker
        self._echo = ear._echo
        self._microphone = microphone
        self._listener = Listener(self._attention)
        self._recognition: Recognition | None = None
        self._stop: Recognition | None = None
        """While an answer pauses: hears nothing but wishes for silence, and these far better than the other does."""
        self._recent: deque[Samples] = deque(maxlen=_blocks(INTERRUPTING_SECONDS))
        self._speech_end = 0.0
        self._told: Hearing | None = None
        self._language = ""
        self._deaf: Problem | None = None
        """Why there is no recognizer for the language."""

    def run(self) -> None:
        """Listen until the microphone ends. Raises ModelError when it fails."""
        self._tell(Hearing.OPENING)
        detector = self._ear.detector()
        detector.reset()
        if self._echo is not None:
            self._echo.reset()
        loudest, blocks = 0.0, 0
        was_playing = False
        try:
            self._choose_language()  # before the microphone is opened: there may be none
            for raw in self._microphone.blocks():
                self._choose_language()
                playing = self._speaker.playing
                clean = self._without_echo(raw)  # in any case: the canceller has to stay in step
                # When both speak at once the canceller takes the person for an echo as well, and goes on so for a
                # moment after Parley has fallen silent; then the microphone itself is the better witness.
                block = raw if self._listener.paused else clean
                if was_playing and not playing and not self._listener.settled:
                    # What is left of the answer's echo is not the beginning of anybody's question.
                    self._recent.clear()
                was_playing = playing
                steps = self._listener.step(SECONDS, detector.probability(block), playing)
                self._recent.append(block)
                for step in steps:
                    self._take(step, block)
                if self._listener.voiced_now or self._listener.by_key:
                    self._speech_end = time.perf_counter()
                self._tell(Hearing.HEARING if self._listener.addressed else Hearing.READY)
                loudest, blocks = max(loudest, _mean_square(raw)), blocks + 1
                if blocks == BLOCKS_PER_LEVEL:
                    self._bus.post(SoundLevel(_decibels(loudest)))
                    loudest, blocks = 0.0, 0
        finally:
            if self._listener.paused:
                self._speaker.resume()
            self._tell(Hearing.OFF)

    def _without_echo(self, raw: Samples) -> Samples:
        if self._echo is None or not self._attention.cancel_echo:
            return raw
        return self._echo.clean(raw)

    def _choose_language(self) -> None:
        """Open the recognizer of the language that is spoken now; where there is none, say so once."""
        language = self._attention.request.language_in
        if language == self._language or self._listener.utterance:
            return
        if self._language:
            self._ear.unload(Role.ASR)  # the plan has room for one
        self._language = language
        try:
            self._ear.engines.recognizer(language)
            self._deaf = None
        except ModelError as error:
            self._deaf = from_exception(self._ear.name, error)
            note(self._bus, None, self._deaf)

    def _take(self, step: Step, block: Samples) -> None:
        if step is Step.BEGIN:
            self._begin()
        elif step is Step.PAUSE:
            self._pause()
        elif step is Step.INTERRUPT:
            self._around.interrupt()
        elif step is Step.FEED:
            if self._stop is not None:
                self._stop.accept(block)
            self._feed(block)
        else:
            self._end()

    def _begin(self) -> None:
        if self._deaf is not None:
            self._recognition = None
            if self._listener.by_key:
                note(self._bus, None, self._deaf)
            return
        if self._listener.addressed:
            self._bus.post(SpeechStarted(None))
        by_key_over_echo = self._listener.by_key and self._speaker.playing and not self._listener.settled
        self._recognize(0.0 if by_key_over_echo else self._attention.rules.pre_roll_seconds)

    def _recognize(self, seconds: float) -> None:
        """Begin to recognize, with the newest block and `seconds` from before."""
        self._recognition = self._ear.engines.recognizer(self._language).recognition(MICROPHONE_RATE)
        for early in list(self._recent)[-_blocks(seconds) :]:
            self._feed(early)

    def _pause(self) -> None:
        self._speaker.pause()
        phrases = stop_words(self._language)
        if self._recognition is not None and phrases:
            self._stop = self._ear.engines.recognizer(self._language).recognition(MICROPHONE_RATE, phrases)
            for early in list(self._recent)[-_blocks(self._attention.rules.pre_roll_seconds) :]:
                self._stop.accept(early)
        for turn in self._around.last_voiced():
            self._bus.post(AnswerPaused(turn.number))

    def _feed(self, block: Samples) -> None:
        partial = self._recognition.accept(block) if self._recognition is not None else None
        if partial is None or not partial.text:
            return
        was_addressed, paused = self._listener.addressed, self._listener.paused
        if self._listener.words(partial.text, self._said()):
            log.debug("%r is for Parley; lately said: %r", partial.text, self._said())
            self._around.interrupt()
            if not was_addressed:
                self._bus.post(SpeechStarted(None))
                if not paused:
                    self._recognize(INTERRUPTING_SECONDS)
                    return
        if self._listener.addressed:
            self._bus.post(PartialTranscript(None, partial.text))

    def _end(self) -> None:
        listener, said = self._listener, self._said()
        transcript = self._recognition.finish() if self._recognition is not None else Transcript("")
        if self._stop is not None:
            stop = self._stop.finish()
            # With so few words to choose from it takes some of a longer sentence for one of them.
            if len(words(transcript.text)) <= MOST_STOP_WORDS and self._is_stop(stop, said):
                transcript = stop
        self._recognition = self._stop = None
        self._recent.clear()
        addressed, over_answer, paused = listener.addressed, listener.begun_over_answer, listener.paused
        person = listener.finish(transcript, said)
        confidences = [round(word.confidence, 2) for word in transcript.words]
        log.debug("heard %r %s; lately said %r; for Parley: %s", transcript.text, confidences, said, person)
        if not person:
            if paused:
                self._resume()
            if addressed:
                self._bus.post(SpeechDropped(Dropped.NOTHING_HEARD))
            return
        if not addressed:
            self._around.interrupt()
        if over_answer and self._is_stop(transcript, said):
            self._bus.post(SpeechDropped(Dropped.STOP))
        else:
            self._around.ask_spoken(transcript, self._speech_end)

    def _is_stop(self, transcript: Transcript, said: str) -> bool:
        """A wish for silence, and little beside: what is said while Parley speaks is heard badly."""
        new = new_words(transcript.text, said)
        whole = is_stop(" ".join(new), self._language)
        return whole or (len(new) <= MOST_STOP_WORDS and any(is_stop(word, self._language) for word in new))

    def _resume(self) -> None:
        self._speaker.resume()
        for turn in self._around.last_voiced():
            self._bus.post(AnswerResumed(turn.number))

    def _said(self) -> str:
        """What an echo could consist of; one may reach over from an answer to the next."""
        return " ".join(turn.voiced for turn in self._around.last_voiced(2))

    def _tell(self, hearing: Hearing) -> None:
        if hearing is not self._told:
            self._told = hearing
            self._bus.post(HearingChanged(hearing))


def _blocks(seconds: float) -> int:
    return int(seconds / SECONDS) + 1


def _mean_square(block: Samples) -> float:
    import numpy as np

    return float(np.mean(np.square(block.astype(np.float32))))


def _decibels(mean_square: float) -> float:
    """Of full scale, no lower than -90."""
    import math

    return round(max(-90.0, 10 * math.log10(max(mean_square, 1e-9) / 32768**2)), 1)
