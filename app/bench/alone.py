"""Every model by itself: what each takes, and how long its steps take while no other model computes.

All models stay open, as they do in a talk, and take turns. First each does the most that it may ever be asked, so that
its memory shows. Runs on a thread of its own, because a native step cannot be interrupted; owns its engines there.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain, cycle, repeat
from pathlib import Path

from app.audio import MICROPHONE_RATE, WavMicrophone
from app.bench.gauge import Highest
from app.bench.script import ENGLISH, SPANISH, STORY, Script
from app.bench.watch import WatchedLibrary
from app.instructions import system_prompt
from models import hardware
from models.catalog import Card
from models.hardware import Hardware
from models.pictures import shrunk
from models.residency import Loaded, Residency
from models.roles import Cancelled, CancelToken, Message, ModelError, Placement, Role, Sampling

LONGEST_ANSWER = 64
"""Tokens of an answer here."""
_NOON = datetime(2026, 11, 25, 12)
_PROMPT_WORDS = 560
_UNBROKEN = 2 * f"{STORY} ".replace(",", "").replace(".", "")
"""What a voice says in the longest pieces that it ever makes: it has no stop to cut it at."""
_PART = 0.05
"""Seconds between two looks at the memory while a model does its most."""


@dataclass(frozen=True)
class Weighed:
    """What one model really took; bytes."""

    card: Card
    placement: Placement
    load_seconds: float
    ram: int
    """By which the process grew while it loaded and then did the most that it may be asked."""
    vram: int
    """The same of its card."""


@dataclass(frozen=True)
class _Task:
    """What one model is asked: once the most, then over and over the usual."""

    card: Card
    most: Callable[[], None]
    usual: Callable[[], None]


class Alone:
    """Runs for `seconds`, and at least until every model has done its most and its usual work."""

    def __init__(
        self,
        library: WatchedLibrary,
        script: Script,
        sounds: dict[str, Path],
        seconds: float,
        tell: Callable[[float, str], None] = lambda share, doing: None,
    ) -> None:
        """`tell` hears the share that is done and what is being done, on the thread that does it."""
        self._library, self._script, self._sounds, self._seconds = library, script, sounds, seconds
        self._tell = tell
        self._cancel = CancelToken()
        self._loaded: dict[str, Loaded] = {}
        self._weighed: list[Weighed] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="parley-alone", daemon=True)

    def run(self) -> None:
        """Start it and wait for its end. Raises ModelError; an interruption of the wait must be followed by `stop`."""
        self._thread.start()
        while self._thread.is_alive():
            self._thread.join(0.2)
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """End it after the native step under way, and wait for that."""
        self._cancel.cancel()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def weighed(self) -> list[Weighed]:
        """The models that did their most so far."""
        return list(self._weighed)

    def _run(self) -> None:
        engines = Residency(self._library, self._note)
        try:
            self._work({task.card.id: task for task in self._tasks(engines)})
        except Cancelled:
            pass
        except BaseException as error:
            self._error = error
        finally:
            engines.close()

    def _work(self, tasks: dict[str, _Task]) -> None:
        began = time.perf_counter()
        # What is most for a model may be its usual work, too: that has been noted then.
        left = {task.card.id for task in tasks.values() if task.most is not task.usual}
        needed = len(tasks) + len(left)

        def share() -> float:
            over = (time.perf_counter() - began) / self._seconds
            return min(over, (len(self._weighed) + needed - len(tasks) - len(left)) / needed)

        for task in tasks.values():
            self._cancel.check()
            self._tell(share(), f"{task.card.name} does its most")
            self._weigh(task)
        for task in chain((tasks[name] for name in sorted(left)), cycle(tasks.values())):
            self._cancel.check()
            if share() >= 1:
                return
            self._tell(share(), task.card.name)
            task.usual()
            left.discard(task.card.id)

    def _note(self, card: Card, loaded: Loaded | None) -> None:
        if loaded is not None:
            self._loaded[card.id] = loaded

    def _tasks(self, engines: Residency) -> Iterator[_Task]:
        find = self._library.find
        if card := find(Role.ASR, "en", "en"):
            hear = partial(self._hear, engines, cycle(self._sounds.values()))
            yield _Task(card, hear, hear)
        for source, target, texts in (("en", "es", ENGLISH), ("es", "en", SPANISH)):
            if card := find(Role.TRANSLATION, source, target):
                translate = partial(self._translate, engines, source, target)
                yield _Task(card, partial(translate, repeat(STORY)), partial(translate, cycle(texts)))
        places = self._library.places
        if (card := find(Role.LLM)) and (places is None or places.served_by(Role.LLM) is Role.LLM):
            yield _Task(card, partial(self._read, engines), partial(self._answer, engines))
        if card := find(Role.VLM):
            look = partial(self._look, engines)
            yield _Task(card, look, look)
        for language, texts in (("en", ENGLISH), ("es", SPANISH)):
            if card := find(Role.TTS, language, language):
                say = partial(self._say, engines, language)
                yield _Task(card, partial(say, repeat(_UNBROKEN)), partial(say, cycle(texts)))

    def _weigh(self, task: _Task) -> None:
        before = hardware.read()
        self._library.watch.phase = "alone" if task.most is task.usual else "most"
        with _Watched() as watched:
            task.most()
        self._library.watch.phase = "alone"
        loaded, after = self._loaded[task.card.id], hardware.read()
        vram = _on_card(after, loaded.placement) - _on_card(before, loaded.placement)
        self._weighed.append(
            Weighed(
                task.card,
                loaded.placement,
                loaded.seconds,
                ram=watched.ram - before.ram_ours,
                vram=max(vram, loaded.vram),
            )
        )

    def _hear(self, engines: Residency, sounds: Iterator[Path]) -> None:
        recognition = engines.recognizer("en").recognition(MICROPHONE_RATE)
        for block in WavMicrophone(next(sounds)).blocks():
            self._cancel.check()
            recognition.accept(block)
        recognition.finish()

    def _translate(self, engines: Residency, source: str, target: str, texts: Iterator[str]) -> None:
        for _ in engines.translator(source, target).translate(next(texts), source, target, self._cancel):
            pass

    def _read(self, engines: Residency) -> None:
        """A prompt that fills a batch, or as much of one as the model takes."""
        words = (STORY.split() * _PROMPT_WORDS)[:_PROMPT_WORDS]
        while True:
            try:
                return self._reply(engines, Role.LLM, Message("user", " ".join(words)), most=2)
            except ModelError as error:
                if error.code != "too-long" or len(words) < 20:
                    raise
                words = words[: len(words) // 2]

    def _answer(self, engines: Residency) -> None:
        self._reply(engines, Role.LLM, Message("user", self._script.talk().text))

    def _look(self, engines: Residency) -> None:
        text, picture = self._script.look()
        self._reply(engines, Role.VLM, Message("user", text, (picture,)))

    def _reply(self, engines: Residency, role: Role, question: Message, most: int = LONGEST_ANSWER) -> None:
        model, card = engines.chat(role)
        if side := card.picture_side:
            question = replace(question, pictures=tuple(shrunk(picture, side) for picture in question.pictures))
        sampling = Sampling(**{**card.sampling, "max_tokens": most})  # type: ignore[arg-type]
        for _ in model.reply([Message("system", system_prompt(_NOON)), question], sampling, self._cancel):
            pass

    def _say(self, engines: Residency, language: str, texts: Iterator[str]) -> None:
        for _ in engines.voice(language).speak(next(texts), self._cancel):
            pass


class _Watched:
    """The most that the process takes of the main memory in a stretch of time."""

    def __init__(self) -> None:
        self.ram = 0
        self._highest = Highest()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="parley-highest", daemon=True)

    def __enter__(self) -> "_Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._look()
        self.ram = self._highest.ram(self.ram)

    def _run(self) -> None:
        while not self._ended.wait(_PART):
            self._look()

    def _look(self) -> None:
        self.ram = max(self.ram, hardware.read().ram_ours)


def _on_card(machine: Hardware, placement: Placement) -> int:
    """What anybody has of the model's card."""
    return next((gpu.total - gpu.free for gpu in machine.gpus if gpu.index == placement.gpu), 0)
