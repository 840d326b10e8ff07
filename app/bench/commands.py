"""`parley bench soak|latency|rehearse`: runs a measurement, writes its page, prints what it found.

Returns the fields of --json. Ctrl-C ends a measurement early; its report is written and told all the same, with
"interrupted" set, by which the command line knows how to end.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from app import settings
from app.bench import latency as delays
from app.bench import rehearsal, report, script
from app.bench import soak as soaking
from app.bench.progress import Progress
from app.bench.workspace import clear, workspace
from app.folders import data_folder
from app.planning import placed
from models import available, hardware
from models.residency import Library, starter_library
from models.roles import ModelError


def soak(arguments: argparse.Namespace) -> dict[str, Any]:
    """All models together for minutes."""
    _check_out(arguments.out)
    clear(data_folder(arguments.data))
    library, seconds = _usual(arguments), arguments.minutes * 60
    with tempfile.TemporaryDirectory(prefix="parley-soak-") as folder:
        found = soaking.run(library, library, Path(folder), seconds, arguments.seed, Progress(sys.stderr))
    _no_more_interruptions()
    return _told(arguments, report.soaked(found))


def rehearse(arguments: argparse.Namespace) -> dict[str, Any]:
    """The soak before any download, on models of real shapes with random weights."""
    _check_out(arguments.out)
    data = data_folder(arguments.data)
    machine = hardware.read()
    chosen = rehearsal.choose(machine, [name for name in arguments.shapes.split(",") if name])
    progress = Progress(sys.stderr)
    try:
        data.mkdir(parents=True, exist_ok=True)
        clear(data)
        rehearsal.check_room(data, machine, chosen)
        with workspace(data) as folder:
            progress.say("Writing " + ", ".join(shape.name for shape in chosen) + ".")
            models = folder / "models"
            models.mkdir()
            library = rehearsal.write(models, chosen, lambda share, name: progress.show("writing", share, name))
            seconds = arguments.minutes * 60
            voices = starter_library(models / "converted", {})
            found = soaking.run(library, voices, folder, seconds, arguments.seed, progress)
            # What the report looks up in the files must come before they are gone.
            result = report.soaked(found, "rehearsal")
            _no_more_interruptions()
    except OSError as error:
        raise ModelError(
            "rehearsal-unwritable",
            f"The models for the rehearsal cannot be written into {data}: {error.strerror or error}.",
            "Free some room, or choose another folder with --data.",
        ) from error
    result["shapes"] = [{"id": shape.id, "name": shape.name, "unverified": list(shape.unverified)} for shape in chosen]
    return _told(arguments, result)


def latency(arguments: argparse.Namespace) -> dict[str, Any]:
    """Spoken turns from the end of speech to the first sound of the answer."""
    _check_out(arguments.out)
    clear(data_folder(arguments.data))
    library = _usual(arguments)
    progress = Progress(sys.stderr)
    with tempfile.TemporaryDirectory(prefix="parley-latency-") as folder:
        sounds = arguments.in_wav or list(script.speak(library, Path(folder), script.ENGLISH).values())
        found = delays.run(
            placed(library), sounds, arguments.rounds, lambda share, name: progress.show("asking", share, name)
        )
    _no_more_interruptions()
    progress.done()
    result = report.delayed(
        found.began, found.seconds, found.interrupted, found.machine, found.questions, found.answers, found.problems
    )
    return _told(arguments, result)


def _usual(arguments: argparse.Namespace) -> Library:
    """The models that a talk would use."""
    data = data_folder(arguments.data)
    return available.library(data, settings.load(data)[0].models.split())


def _no_more_interruptions() -> None:
    """What is left is telling what was found."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check_out(path: Path | None) -> None:
    """Before minutes are spent on what could not be kept."""
    if path is not None and not path.absolute().parent.is_dir():
        raise ModelError(
            "report-unwritable", f"There is no folder {path.absolute().parent}.", "Choose another place for the report."
        )


def _told(arguments: argparse.Namespace, result: dict[str, Any]) -> dict[str, Any]:
    """Write the page and print the verdict."""
    if arguments.out is not None:
        from app.bench.page import page

        fresh = arguments.out.with_name(arguments.out.name + ".part")
        try:
            fresh.write_text(page(result), encoding="utf-8")
            fresh.replace(arguments.out)
        except OSError as error:
            raise ModelError(
                "report-unwritable",
                f"The report {arguments.out} cannot be written: {error.strerror or error}.",
                "Choose another place for it.",
            ) from error
    if not arguments.json:
        print(result["verdict"]["headline"])
        for sentence in result["verdict"]["sentences"]:
            print(f"  {sentence}")
        for complaint in result["errors"]["first"]:
            print(f"  ERROR: {complaint}")
        if arguments.out is not None:
            print(f"  The report with charts: {arguments.out}")
        else:
            print("  For charts, add --out FILE.html.")
    return result
