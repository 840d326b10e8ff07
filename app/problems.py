"""What went wrong, in a form that a person can act on and a front end can show.

Owns the one translation from exceptions to problems. It must not know any stage or front end.
"""

import logging
import traceback
from dataclasses import dataclass

from models.roles import ModelError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """One sentence and one remedy; `details` is for a bug report."""

    stage: str
    """"ear", "brain", "voice", "mouth" or "assistant"."""
    code: str
    message: str
    remedy: str
    recoverable: bool = True
    """The next turn can work without anybody doing anything."""
    details: str = ""


def from_exception(stage: str, error: Exception) -> Problem:
    """The problem that an exception raised in `stage` stands for."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, ModelError):
        log.info("%s: %s", stage, error)
        return Problem(stage, error.code, error.message, error.remedy, details=details)
    if isinstance(error, MemoryError):
        return Problem(
            stage,
            "no-memory",
            "The machine ran out of memory.",
            "Close other programs or choose smaller models, then ask again.",
            details=details,
        )
    log.error("unexpected error in %s", stage, exc_info=error)
    return Problem(
        stage,
        "internal",
        f"Something unexpected happened: {type(error).__name__}: {error}.",
        "Ask again; if it happens again, report it with the details.",
        details=details,
    )
