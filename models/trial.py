"""Trying a model for the first time: opened and used once in a process of its own, before Parley opens it itself.

    python -m models.trial < JOB     what the child runs: a JSON document with the card and the folder

Owns what a trial does for each role, its bounds, and the sentence for what went wrong. It must not know where models
come from or where the result is kept.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from models import catalog, child, engines, hardware
from models.catalog import Card
from models.roles import (
    CPU,
    GB,
    CancelToken,
    ChatModel,
    Message,
    ModelError,
    Picture,
    Placement,
    Recognizer,
    Role,
    Sampling,
    Translator,
)
from models.store.installed import taken

CONTEXT = 512
"""Tokens; enough for a greeting and a small picture."""
SECONDS, SECONDS_A_GB = 60.0, 60.0
MEMORY = 3 * GB
"""Beside the model's own forecast: Python, libraries, and what a rearranged copy takes."""
_CHILD = "try-model"
"""First argument by which a frozen program knows that it is to hand over to `main` of this module."""


@dataclass(frozen=True)
class Outcome:
    """What came of a trial."""

    reason: str = ""
    """Why the model cannot be used, in a sentence; "" where it can."""
    skipped: bool = False
    """It was not tried, because this machine has not the memory for it at this moment."""


def tried(card: Card, folder: Path, cache: Path, cancel: CancelToken) -> Outcome:
    """Try the model in `folder`; `cache` is where converted copies lie. Raises Cancelled."""
    size = taken(folder, linked=True)
    try:
        need = engines.engine(card, folder, cache).need(_placement(card)).ram
    except ModelError as error:
        return Outcome(error.message)
    if need + GB > hardware.read().ram_free:
        return Outcome(skipped=True)
    seconds = SECONDS + SECONDS_A_GB * size / GB
    job = {
        "id": card.id,
        "card": catalog.table(replace(card, folder=card.id)),
        "folder": str(folder),
        "cache": str(cache),
        "seconds": seconds,
    }
    try:
        ended = child.run(
            "models.trial",
            _CHILD,
            [],
            seconds=seconds,
            memory=MEMORY + 2 * need,
            cancel=cancel,
            words=json.dumps(job),
        )
    except OSError as error:
        return Outcome(f"“{card.name}” could not be tried: {error.strerror or error}.")
    if not ended.reason:
        return Outcome()
    if ended.status == 3 and not ended.overrun:
        return Outcome(ended.complaint)
    return Outcome(f"“{card.name}” failed its trial: {ended.reason}.")


def _placement(card: Card) -> Placement:
    return replace(CPU, context=min(card.context or CONTEXT, CONTEXT)) if card.role in (Role.LLM, Role.VLM) else CPU


def main(arguments: Sequence[str] = ()) -> int:
    """What the child runs; returns 0, or 3 and writes the sentence for a person as the last line of stderr."""
    job = json.load(sys.stdin)
    _bound(job["seconds"])
    card = catalog.card(job["id"], job["card"])
    try:
        engine: Any = engines.engine(card, Path(job["folder"]), Path(job["cache"]))
        engine.load(_placement(card))
        _use(card, engine)
        # Closing is left to the end of the process: what a damaged model does then harms nobody.
        sys.stderr.flush()
        os._exit(0)
    except ModelError as error:
        print(error.message, file=sys.stderr)
        return 3
    except Exception as error:  # whatever a library raises on a file that it does not understand
        print(f"“{card.name}” cannot be used: {type(error).__name__}: {error}.".replace("\n", " "), file=sys.stderr)
        return 3


def _use(card: Card, engine: Any) -> None:
    if card.role is Role.LLM:
        _reply(cast("ChatModel", engine), ())
    elif card.role is Role.VLM:
        _reply(cast("ChatModel", engine), (_picture(),))
    elif card.role is Role.TRANSLATION:
        translator = cast("Translator", engine)
        target = next((code for code in card.target if code != card.source[0]), card.target[0])
        list(translator.translate("1, 2, 3.", card.source[0], target, CancelToken()))
    elif card.role is Role.ASR:
        import numpy as np

        recognition = cast("Recognizer", engine).recognition(16_000)
        recognition.accept(np.zeros(8000, np.int16))
        recognition.finish()
    # A voice speaks while it is loaded.


def _reply(model: ChatModel, pictures: tuple[Picture, ...]) -> None:
    list(model.reply([Message("user", "Hi", pictures)], Sampling(max_tokens=2), CancelToken()))


def _picture() -> Picture:
    import hashlib
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (56, 56), "red").save(data, "PNG")
    return Picture(data.getvalue(), "image/png", 56, 56, hashlib.sha256(data.getvalue()).hexdigest())


def _bound(seconds: float) -> None:
    """Leave no dump on the disk, and come to an end even if whoever watches is gone."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        most = int(seconds * (os.cpu_count() or 1)) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
