"""Known graphics cards, for planning without the card: what is written in resources/gpus.toml.

Owns the table and how a card is called. It must not know what cards this machine has.
"""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from models.roles import GB

MIB = 1024 * 1024
_FORMS = {"gpu", "graphics", "card", "pcie", "sxm", "sxm2", "sxm3", "sxm4", "sxm5", "hbm2", "hbm2e", "hbm3", "nvl"}
_EDGES = (100 * GB, 250 * GB, 500 * GB, 1000 * GB)
"""Bytes a second between the classes of bandwidth."""


@dataclass(frozen=True)
class KnownGpu:
    """A kind of card; sizes in bytes."""

    name: str
    memory: int
    """As it is sold, in decimal gigabytes: what planning without the card counts with."""
    reported: int
    """What the driver tells, before it keeps some hundred megabytes for itself."""
    bandwidth: int
    """Bytes a second."""
    capability: tuple[int, int]
    verified: bool
    """Whether somebody has looked these numbers up."""


@lru_cache(maxsize=1)
def known() -> tuple[KnownGpu, ...]:
    """The table."""
    tables = tomllib.loads((resources.files("resources") / "gpus.toml").read_text(encoding="utf-8"))["card"]
    return tuple(
        KnownGpu(
            name=table["name"],
            memory=table["memory"] * GB,
            reported=table["reported"] * MIB,
            bandwidth=table["bandwidth"] * GB,
            capability=(table["capability"][0], table["capability"][1]),
            verified="unverified" not in table["sources"].values(),
        )
        for table in tables
    )


def find(name: str, memory: int | None = None) -> KnownGpu | None:
    """The card that is meant by a name as people or the driver write it ("T4", "rtx3060", "NVIDIA A100-SXM4-40GB").

    Of cards that come in several sizes, the one nearest to `memory` bytes, else to the size in the name, else the
    smallest.
    """
    wanted = _model(name)
    fitting = [card for card in known() if wanted and _model(card.name) == wanted]
    told = re.search(r"(\d+) ?gb", name.lower())
    size = memory or (int(told[1]) * GB if told else 0)
    return min(fitting, key=lambda card: abs(card.memory - size), default=None)


def _model(name: str) -> frozenset[str]:
    """What tells one model from another in a name: without maker, series, size and form."""
    words = re.sub(r"\d+ ?gb\b|nvidia|geforce|tesla|quadro|rtx|gtx", " ", name.lower())
    words = re.sub(r"(\d)(ti|super)\b", r"\1 \2", words)
    return frozenset(re.findall(r"[a-z0-9]+", words)) - _FORMS


def speed(bandwidth: int | None) -> int:
    """The class of a card by its memory's bandwidth in bytes a second: 1 (slow) to 5; 0 where it is not known.

    A T4 is in 3 and a GTX 1660 in 2. Cards of one class are taken for equally fast.
    """
    return 0 if bandwidth is None else bisect_right(_EDGES, bandwidth) + 1
