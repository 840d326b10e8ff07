"""A soak: all five models for minutes, first each by itself, then all together, and what memory and speed did.

Owns the order of a measurement, and what is left of it when it is interrupted. How it reads as a report is
app.bench.report's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.bench import script, together
from app.bench.alone import Alone, Weighed
from app.bench.gauge import Gauge
from app.bench.progress import Progress
from app.bench.script import Script
from app.bench.together import Outcomes
from app.bench.watch import Watch, WatchedLibrary, watched
from app.bench.workspace import undisturbed
from app.planning import placed
from models.catalog import Card
from models.placement import Plan
from models.residency import Library
from models.roles import ModelError, Role

ALONE_SHARE = 0.25
"""Of the time, for each model by itself."""
SEED = 5
STOPPING = "Stopping. What a model has begun is finished first: on a slow processor a picture takes minutes."


@dataclass
class Soak:
    """What a soak has found so far."""

    library: WatchedLibrary
    plan: Plan
    gauge: Gauge
    seed: int
    seconds: float
    """That were asked for."""
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    watch: Watch = field(default_factory=Watch)
    weighed: list[Weighed] = field(default_factory=list)
    outcomes: Outcomes = field(default_factory=Outcomes)
    together_from: float | None = None
    """Seconds since the beginning at which all models began to work together."""
    errors: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def used(self) -> list[Card]:
        """The models that take part."""
        wanted = [
            (Role.ASR, "en", "en"),
            (Role.TRANSLATION, "en", "es"),
            (Role.TRANSLATION, "es", "en"),
            (Role.LLM, None, None),
            (Role.VLM, None, None),
            (Role.TTS, "en", "en"),
            (Role.TTS, "es", "es"),
        ]
        found = [self.library.find(role, source, target) for role, source, target in wanted]
        return list({card.id: card for card in found if card is not None}.values())


def run(
    library: Library,
    voices: Library,
    folder: Path,
    seconds: float,
    seed: int = SEED,
    progress: Progress | None = None,
    hold: Callable[[Soak], None] = lambda soak: None,
) -> Soak:
    """Soak the library's models for `seconds` and until everything was done once.

    `voices` speaks the questions beforehand; `folder` is for what is written meanwhile; `hold` is given the soak as it
    begins. An interruption ends it early; then `interrupted` is set. A model that cannot work at all is an error in the
    report. Raises ModelError where the questions cannot be spoken.
    """
    line = progress or Progress(quiet=True)
    gauge = Gauge()
    watch = Watch()
    seen = watched(placed(library), watch)
    assert seen.places is not None
    soak = Soak(seen, seen.places.plan, gauge, seed, seconds, watch=watch)
    hold(soak)
    gauge.start()
    try:
        line.show("preparing the questions", 0)
        sounds = script.speak(voices, folder, script.ENGLISH)
        _alone(soak, folder, sounds, line)
        _together(soak, folder, sounds, line)
    except KeyboardInterrupt:
        soak.interrupted = True
    finally:
        with undisturbed():
            gauge.stop()
            line.done()
    return soak


def _alone(soak: Soak, folder: Path, sounds: dict[str, Path], line: Progress) -> None:

    def tell(share: float, doing: str) -> None:
        line.show("each by itself", share, f"{doing} · {_taken(soak)}")

    questions = Script(soak.seed, folder, sounds.get)
    alone = Alone(soak.library, questions, sounds, soak.seconds * ALONE_SHARE, tell)
    try:
        alone.run()
    except ModelError as error:
        soak.errors.append(str(error))
    except KeyboardInterrupt:
        line.say(STOPPING)
        raise
    finally:
        with undisturbed():
            alone.stop()
        soak.weighed = alone.weighed


def _together(soak: Soak, folder: Path, sounds: dict[str, Path], line: Progress) -> None:
    soak.watch.phase, soak.together_from = "together", soak.gauge.elapsed
    seconds = soak.seconds * (1 - ALONE_SHARE)

    def tell(share: float) -> None:
        turns, problems = soak.outcomes.turns, len(soak.outcomes.problems)
        counted = f"{turns} turn{'' if turns == 1 else 's'} · {problems} error{'' if problems == 1 else 's'}"
        line.show("all together", share, f"{counted} · {_taken(soak)}")

    def stopping() -> None:
        line.say(STOPPING)

    together.run(soak.library, Script(soak.seed, folder, sounds.get), seconds, soak.outcomes, tell, stopping)


def _taken(soak: Soak) -> str:
    moments = soak.gauge.moments(None)
    return f"{moments[-1].taken / 1e6:,.0f} MB" if moments else ""
