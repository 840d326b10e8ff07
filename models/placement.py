"""What goes where: a whole set of models on a machine's cards and memory, with the reasons. Pure.

Takes readings, forecasts and wishes, gives plans; opens nothing and asks no driver. It must not know engines or files.
Sizes are bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.hardware import Gpu, Hardware
from models.roles import CPU, RESERVED, Need, Placement, Role

GPU_PRIORITY = (Role.VLM, Role.LLM, Role.TTS)
"""Who gets room on a card first; ASR and translation stay on the CPU unless there is plenty."""

MARGIN = 400_000_000
"""Of each card's free memory, what no plan gives away: forecasts err, and other programs draw on the screen."""

CONTEXT = 350_000_000
"""What the driver and CUDA's libraries take of a card once a process computes on it, whatever it computes."""

RAM_MARGIN = 1_000_000_000
"""Of the main memory that is free, what no plan gives away: the window, the talk, the system's own needs."""


@dataclass(frozen=True)
class ModelNeeds:
    """A model that a plan finds a place for."""

    role: Role
    name: str
    """For the reasons, as a person knows it."""
    need: Callable[[Placement], Need]
    """What it takes at any placement. Must answer the same for the same placement."""
    layers: int = 0
    """How many layers can be split between a card and the CPU; 0 where a model goes whole or not at all."""
    context: int | None = None
    """Tokens that it is opened with where there is room; None for a model without a context."""
    picture_side: int | None = None
    """Longest side in pixels of a picture where there is room; None for a model without eyes."""
    cpu_only: str | None = None
    """Why it cannot run on a card ("Vosk runs on the processor only"); None where it can."""


class WhenShort(StrEnum):
    """What happens to the language model when it and the picture model cannot both stay in memory."""

    SHARE = "share"
    """The picture model answers its questions too."""
    SWAP = "swap"
    """They take turns: one is closed before the other is opened."""


@dataclass(frozen=True)
class Preferences:
    """What the person wishes, and what is known of this machine's overheads."""

    pinned: Mapping[Role, int | None] = field(default_factory=dict)
    """Roles that must go to one card (by its index) or to the CPU (None), if they can have any place there."""
    smaller: Mapping[Role, int] = field(default_factory=dict)
    """Roles that begin so many steps down."""
    without: frozenset[Role] = frozenset()
    """Roles that get no place."""
    when_short: WhenShort = WhenShort.SHARE
    reserved: Mapping[Role, int] = field(default_factory=lambda: RESERVED)
    """What a role gets at least, where there is room."""
    margin: int = MARGIN
    context: int = CONTEXT
    """What each used card loses to the driver's context; calibration knows it better."""
    ram_margin: int = RAM_MARGIN


@dataclass(frozen=True)
class RolePlan:
    """Where one role goes, and why."""

    role: Role
    model: str
    """Name of the model; empty where there is none for the role."""
    placement: Placement | None
    """Where it is opened, with all that the plan decides; None where it is not opened."""
    predicted: Need
    """What it is forecast to take there."""
    reserved: int
    """What the plan keeps for it on its device: never less than forecast."""
    reserved_ram: int
    """The same in main memory: all of it for a role on the CPU."""
    reason: str
    """Whole sentences for a person."""
    steps: tuple[str, ...] = ()
    """What it gave up, in the order in which it did: "a context of 4,096 tokens instead of 8,192"."""
    served_by: Role | None = None
    """The role whose model does this one's work as well."""
    turns_with: Role | None = None
    """The role whose model must be closed before this one is opened."""

    @property
    def runs(self) -> bool:
        """Whether the role's work is done at all."""
        return self.placement is not None or self.served_by is not None


@dataclass(frozen=True)
class Plan:
    """Where every role goes on a machine."""

    machine: Hardware
    roles: Mapping[Role, RolePlan]
    """Every role, in the order of Role."""
    headroom: Mapping[int, int]
    """What remains on each card, by its index, once everything reserved is taken: for longer contexts and larger
    pictures. The margin and the driver's context come out of it."""
    headroom_ram: int
    failover: Mapping[int, "Plan"]
    """The plan on what is left if a card, by its index, is lost. These plans have no failover of their own."""
    traded: tuple[str, ...]
    """What this machine costs compared with one where everything has room; whole sentences."""
    advice: tuple[str, ...]
    """What the room that remains, or the next larger card, would buy; whole sentences."""
    rank: tuple[int, ...]
    """How good the plan is, for comparing plans of the same models: more memory never lowers it."""

    @property
    def fits(self) -> bool:
        """Whether every role has a model of its own in memory, within what is free."""
        return all(role.placement is not None and role.turns_with is None for role in self.roles.values())

    @property
    def answers(self) -> bool:
        """Whether the assistant can answer a question at all."""
        return self.roles[Role.LLM].runs

    @property
    def placements(self) -> dict[Role, Placement]:
        """For every role that is opened, where."""
        return {role: plan.placement for role, plan in self.roles.items() if plan.placement is not None}


def place(gpus: Sequence[Gpu]) -> dict[Role, Placement]:
    """A placement for every role: the first card with room for the role's reservation, else the CPU."""
    room = {gpu.index: gpu.free for gpu in gpus}
    placements = dict.fromkeys(Role, CPU)
    for role in GPU_PRIORITY:
        for index, free in room.items():
            if free >= RESERVED[role]:
                placements[role] = Placement(gpu=index)
                room[index] = free - RESERVED[role]
                break
    return placements
