"""What to expect of a model on this machine as it is now: whether it fits beside the others in use, and its speed.

Owns putting the two together. It must not know who shows it.
"""

from dataclasses import dataclass
from pathlib import Path

from app import fits, speed
from app.fits import Fit
from app.speed import Speed, Speeds
from models import available, hardware
from models.catalog import Card
from models.residency import Library


@dataclass(frozen=True)
class Prospect:
    """What is expected of a model."""

    fit: Fit
    speed: Speed | None
    """None where nothing can be said, as of a voice."""


def prospect(card: Card, folder: Path | None, library: Library, data: Path) -> Prospect:
    """What to expect of a model, which lies in `folder` or is not here yet (None).

    The library, which must have places, has the models in use; `data` is the data folder. Reads files and the driver:
    not for a window's own thread.
    """
    fit = fits.judged(card, library)
    needed, where = speed.reads(card, folder), fit.placement
    if needed is None or where is None:
        return Prospect(fit, None)
    machine = hardware.read()
    main = None if where.gpu is not None and where.layers < 0 else speed.main_memory()
    measured = Speeds(available.converted(data) / speed.FILE).of(card.id, where, machine)
    return Prospect(fit, speed.expected(needed, where, machine, main, measured))
