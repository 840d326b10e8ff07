"""`parley --self-test`: does everything work that this copy of Parley consists of? For packages, on any machine.

Needs no display, network, sound card or graphics card, and touches nothing of the person's. Owns the list of trials and
the form of the result. The check-up in app.doctor looks at the machine; this looks at the program.
"""

import io
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib import resources
from pathlib import Path

from app import __version__
from app.assistant import Assistant
from app.audio import WavMicrophone, WavSpeaker
from app.speech import EndpointRules
from app.turn import PICTURE_SIDE, Answer, Request
from models import conversion, cuda, hardware, remote
from models.catalog import Card
from models.engines import engine_classes
from models.pictures import picture_from_bytes
from models.residency import Library, Residency, starter_library
from models.roles import CPU, CancelToken, ModelError, Role

PATIENCE = 120.0
"""Seconds that a turn may take on a slow machine."""
SPOKEN, SPOKEN_KEY = "What is the capital of France?", "paris"
SEEN = "What is in this picture?"
TRANSLATED, TRANSLATED_KEY = "¿Cuánto es tres más cuatro?", "siete"


@dataclass(frozen=True)
class Trial:
    """What was tried, and what came of it."""

    name: str
    ok: bool
    found: str
    remedy: str
    seconds: float


def run(look: Callable[[Path], str] | None) -> int:
    """Try everything, tell it on stderr as it goes on, and print one JSON document; returns the exit code.

    `look` opens the window with a data folder and returns what is seen, or raises ModelError; None where there is none.
    """
    started = time.perf_counter()
    trials = []
    with tempfile.TemporaryDirectory(prefix="parley-self-test-") as folder:
        for name, action in _actions(Path(folder), look):
            trial = _tried(name, action)
            trials.append(trial)
            print(f"{'ok  ' if trial.ok else 'FAIL'}  {name:<32} {trial.found}", file=sys.stderr, flush=True)
    ok = all(trial.ok for trial in trials)
    document = {
        "version": __version__,
        "packaged": bool(getattr(sys, "frozen", False)),
        "built_for": cuda.built_for(),
        "ok": ok,
        "seconds": round(time.perf_counter() - started, 1),
        "trials": [asdict(trial) for trial in trials],
    }
    print(json.dumps(document, indent=2))
    return 0 if ok else 1


def _tried(name: str, action: Callable[[], str]) -> Trial:
    started = time.perf_counter()
    try:
        found, remedy, ok = action(), "", True
    except ModelError as error:
        found, remedy, ok = error.message, error.remedy, False
    except Exception as error:  # whatever a library raises that is not whole
        found, remedy, ok = f"{type(error).__name__}: {error}", "Install Parley again.", False
    return Trial(name, ok, found, remedy, round(time.perf_counter() - started, 2))


def _actions(folder: Path, look: Callable[[Path], str] | None) -> Iterator[tuple[str, Callable[[], str]]]:
    library = starter_library(folder / "converted", {})
    yield "graphics card", _graphics
    yield "sound library", _sound
    yield "conversion in a child process", lambda: _converted(library, folder / "made")
    for card in library.cards:
        yield f"model {card.id}", partial(_loaded, library, card)
    for card in _cards_for_other_engines(library):
        yield f"engine {card.engine}", partial(_loaded, library, card)
    yield "spoken turn", lambda: _spoken(library, folder)
    yield "translated turn", lambda: _translated(library)
    yield "picture", lambda: _seen(library)
    if look is not None:
        yield "window", lambda: look(folder / "data")


def _graphics() -> str:
    reading = hardware.read()
    names = ", ".join(f"{gpu.name} with {gpu.total / 1e9:.1f} GB" for gpu in reading.gpus)
    return names or f"none: {reading.gpu_absence}"


def _sound() -> str:
    from app import devices

    return f"{len(devices.microphones())} microphones, {len(devices.speakers())} speakers"


def _converted(library: Library, folder: Path) -> str:
    card = next(card for card in library.cards if card.role is Role.TRANSLATION)
    copy = conversion.convert_in_child(library.folder / card.folder, folder)
    return f"{(copy / 'model.bin').stat().st_size / 1e6:.1f} MB from {card.id}"


def _cards_for_other_engines(library: Library) -> list[Card]:
    """For each engine that no starter model asks for, a starter model of its role."""
    asked = {card.engine for card in library.cards} | {remote.ENGINE}  # which opens no files
    return [
        replace(next(card for card in library.cards if card.role is engine.role), engine=name)
        for name, engine in sorted(engine_classes().items())
        if name not in asked
    ]


def _loaded(library: Library, card: Card) -> str:
    engine = library.engine(card)
    try:
        engine.load(CPU)
    finally:
        engine.close()
    return f"{card.name} loads"


def _spoken(library: Library, folder: Path) -> str:
    """Parley asks itself, in its own voice."""
    asked, said = folder / "question.wav", folder / "answer.wav"
    residency, speaker = Residency(library), WavSpeaker(asked)
    try:
        for chunk in residency.voice("en").speak(SPOKEN, CancelToken()):
            speaker.write(chunk.samples, chunk.sample_rate)
    finally:
        residency.close()
        speaker.close()
    answer = _turn(library, Request(), (asked, said))
    if answer.audio_seconds < 0.3 or not said.is_file():
        raise ModelError("self-test", "The answer was not spoken.", "Install Parley again.")
    return f"{_checked(answer, SPOKEN_KEY)}, spoken in {answer.audio_seconds:.1f} s"


def _translated(library: Library) -> str:
    return _checked(_turn(library, Request(TRANSLATED, (), "es", "es", False)), TRANSLATED_KEY)


def _seen(library: Library) -> str:
    """Two pictures whose answers must differ: the example with something red in it, and a blue square."""
    from PIL import Image

    example = (resources.files("resources") / "examples" / "shapes.png").read_bytes()
    square, drawn = Image.new("RGB", (256, 256), "white"), io.BytesIO()
    square.paste("blue", (60, 60, 190, 190))
    square.save(drawn, "PNG")
    told = []
    for data, key in ((example, "red"), (drawn.getvalue(), "blue")):
        picture = picture_from_bytes(data, PICTURE_SIDE)
        told.append(_checked(_turn(library, Request(SEEN, (picture,), speak=False)), key))
    return ", ".join(told)


def _turn(library: Library, request: Request, files: tuple[Path, Path] | None = None) -> Answer:
    """A turn on an assistant of its own; `files` are the spoken question and the answer to be spoken."""
    speaker = WavSpeaker(files[1]) if files else None
    assistant = Assistant(library, speaker)
    assistant.start()
    try:
        if files:
            turn = assistant.listen(WavMicrophone(files[0]), request, EndpointRules(end_seconds=None))
        else:
            turn = assistant.ask(request)
        return assistant.wait(turn, PATIENCE)
    finally:
        assistant.close()
        if speaker is not None:
            speaker.close()


def _checked(answer: Answer, *keys: str) -> str:
    """Question and answer. Raises ModelError where the turn failed or its answer lacks one of the key words."""
    if answer.problem is not None:
        raise ModelError(answer.problem.code, answer.problem.message, answer.problem.remedy)
    told = answer.answer_translated or answer.answer
    if not all(key in told.lower() for key in keys):
        wrong = f"“{answer.question}” was answered by “{told}”."
        raise ModelError("self-test", wrong, "Install Parley again.")
    return f"“{answer.question}” “{told}”"
