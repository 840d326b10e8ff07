"""Watches engines at work: how long each of their steps takes, whoever uses them.

Owns the library whose engines note their steps. Only time inside the engine counts, not what its user does between two
steps. It must not know what the figures are for.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from models.catalog import Card
from models.residency import Library
from models.roles import AudioChunk, CancelToken, Engine, Message, Role, Samples, Sampling, Transcript

STAGES = {
    "asr_second": "Recognizer: a second of speech",
    "asr_final": "Recognizer: last words of a question",
    "translation": "Translator: a sentence",
    "llm_first": "Language model: first token",
    "llm_token": "Language model: each further token",
    "vlm_first": "Picture model: picture and first token",
    "vlm_token": "Picture model: each further token",
    "tts_first": "Voice: first sound of a clause",
    "tts_second": "Voice: a second of speech",
}
"""What is noted, in seconds, in the order of a turn; the titles are for people."""

T = TypeVar("T")


class Watch:
    """The notes, from any thread."""

    def __init__(self) -> None:
        self.phase = "alone"
        self._lock = threading.Lock()
        self._seconds: dict[tuple[str, str], list[float]] = defaultdict(list)

    def note(self, stage: str, seconds: float) -> None:
        """Note a step of the present phase."""
        with self._lock:
            self._seconds[self.phase, stage].append(seconds)

    def seconds(self, phase: str, stage: str) -> list[float]:
        """What was noted in a phase."""
        with self._lock:
            return list(self._seconds.get((phase, stage), ()))


@dataclass(frozen=True)
class WatchedLibrary(Library):
    """A library whose engines are watched."""

    watch: Watch = field(default_factory=Watch)

    def engine(self, card: Card) -> Engine:
        return cast("Engine", _WATCHED[card.role](super().engine(card), self.watch))


def watched(library: Library, watch: Watch) -> WatchedLibrary:
    """The same library, watched."""
    return WatchedLibrary(**vars(library), watch=watch)


class _Watched:
    """What is not watched is the engine's own."""

    def __init__(self, engine: Any, watch: Watch) -> None:
        self._engine = engine
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


class _Recognizer(_Watched):
    def recognition(self, sample_rate: int, phrases: Sequence[str] = ()) -> "_Recognition":
        return _Recognition(self._engine.recognition(sample_rate, phrases), sample_rate, self._watch)


class _Recognition:
    def __init__(self, recognition: Any, sample_rate: int, watch: Watch) -> None:
        self._recognition, self._sample_rate, self._watch = recognition, sample_rate, watch
        self._audio = self._taken = 0.0

    def accept(self, samples: Samples) -> Transcript | None:
        started = time.perf_counter()
        found: Transcript | None = self._recognition.accept(samples)
        self._taken += time.perf_counter() - started
        self._audio += len(samples) / self._sample_rate
        return found

    def finish(self) -> Transcript:
        started = time.perf_counter()
        found: Transcript = self._recognition.finish()
        taken = time.perf_counter() - started
        if self._audio:
            self._watch.note("asr_final", taken)
            self._watch.note("asr_second", (self._taken + taken) / self._audio)
        return found


class _Translator(_Watched):
    def translate(self, text: str, source: str, target: str, cancel: CancelToken) -> Iterator[str]:
        total = 0.0
        for piece, taken in _timed(self._engine.translate(text, source, target, cancel)):
            total += taken
            yield piece
        self._watch.note("translation", total)


class _Chat(_Watched):
    def reply(self, messages: Sequence[Message], sampling: Sampling, cancel: CancelToken) -> Iterator[str]:
        name, step = str(self._engine.role), "first"
        for piece, taken in _timed(self._engine.reply(messages, sampling, cancel)):
            self._watch.note(f"{name}_{step}", taken)
            step = "token"
            yield piece


class _Voice(_Watched):
    def speak(self, text: str, cancel: CancelToken) -> Iterator[AudioChunk]:
        first = True
        for chunk, taken in _timed(self._engine.speak(text, cancel)):
            if first:
                self._watch.note("tts_first", taken)
            if chunk.seconds:
                self._watch.note("tts_second", taken / chunk.seconds)
            first = False
            yield chunk


_WATCHED: dict[Role, type[_Watched]] = {
    Role.ASR: _Recognizer,
    Role.TRANSLATION: _Translator,
    Role.LLM: _Chat,
    Role.VLM: _Chat,
    Role.TTS: _Voice,
}


def _timed(steps: Iterator[T]) -> Iterator[tuple[T, float]]:
    """Each item with the seconds in which it was made."""
    while True:
        started = time.perf_counter()
        try:
            item = next(steps)
        except StopIteration:
            return
        yield item, time.perf_counter() - started
