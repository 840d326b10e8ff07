"""What the machine and the models are doing, once a second.

Owns the sampling thread and what a reading is. It must not know how readings are shown.
"""

from dataclasses import dataclass
from enum import StrEnum

from models.hardware import Hardware
from models.roles import Placement, Role


class RoleState(StrEnum):
    """How far a role's models are."""

    WAITING = "waiting"
    """Not asked for yet."""
    LOADING = "loading"
    READY = "ready"


@dataclass(frozen=True)
class RoleReading:
    """One of the five roles; all its loaded models together."""

    role: Role
    state: RoleState
    placement: Placement
    """Where it runs, or will run."""
    reserved: int
    ram: int
    vram: int
    """Bytes that its models really took while they loaded."""
    cards: tuple[str, ...] = ()
    """Identities of the loaded models."""


@dataclass(frozen=True)
class Reading:
    """A moment."""

    at: float
    """Seconds of time.monotonic."""
    hardware: Hardware
    roles: tuple[RoleReading, ...]
    """In the order of Role."""
    tokens_per_second: float | None
    """Of the answer being written, else of the last one; None before the first."""
