"""What goes where: a whole set of models on a machine's cards and memory, with the reasons. Pure.

Takes readings, forecasts and wishes, gives plans; opens nothing and asks no driver. It must not know engines or files.
Sizes are bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import gt

from models import cuda, gpus
from models.fitting import NOT, SHARED, Candidate, Kind, Search, Seat, Way, in_turn, ladder, taken_on, taken_ram, ways
from models.hardware import Hardware
from models.reasons import Reasons
from models.roles import RESERVED, Memory, Need, Placement, Role, Scope

GPU_PRIORITY = (Role.VLM, Role.LLM, Role.TTS)
"""Who gets room on a card first; the others stay on the CPU unless one card has plenty: room for all five roles."""
SEATING = (*GPU_PRIORITY, Role.TRANSLATION, Role.ASR)
PRESENCE = (Role.LLM, Role.ASR, Role.TTS, Role.VLM, Role.TRANSLATION)
"""Who is kept when not everything can run at all: an answer first, then a talk, then pictures, then other languages."""

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
    scope: Scope
    """What a plan may decide about it."""
    idle: bool = False
    """Whether no question in the languages that are set needs it: it is there and takes nothing."""


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
    reason: str = ""
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

    @property
    def idle(self) -> bool:
        """Whether nobody needs it in the languages that are set: it takes nothing here, nor runs elsewhere."""
        return self.placement is not None and not (self.placement.host or self.reserved or self.reserved_ram)


@dataclass(frozen=True)
class Plan:
    """Where every role goes on a machine."""

    machine: Hardware
    roles: Mapping[Role, RolePlan]
    """Every role, in the order of Role."""
    headroom: Mapping[int, int]
    """What remains on each card, by its index, once everything is taken that is kept for the roles that need a card:
    for longer contexts and larger pictures. The margin, the driver's context and what is `lent` come out of it."""
    headroom_ram: int
    lent: Mapping[int, int] = field(default_factory=dict)
    """What of a card's headroom is kept for roles that would do as well on the CPU, by the card's index."""
    failover: Mapping[int, "Plan"] = field(default_factory=dict)
    """The plan on what is left if a card, by its index, is lost. These plans have no failover of their own."""
    traded: tuple[str, ...] = ()
    """What this machine costs compared with one where everything has room; whole sentences."""
    advice: tuple[str, ...] = ()
    """What the room that remains, or the next larger card, would buy; whole sentences."""
    rank: tuple[int, ...] = ()
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


def plan(machine: Hardware, models: Sequence[ModelNeeds], preferences: Preferences | None = None) -> Plan:
    """The best plan for these models, at most one a role, on this machine.

    Room on a card is what is free there and what this process holds there already (`Gpu.ours`): a plan is made as if
    all of Parley's models were placed anew.
    """
    wishes = preferences or Preferences()
    aside = [model for model in models if model.scope.host or model.idle]
    models = [model for model in models if not (model.scope.host or model.idle)]
    known = {model.role: _ways(model, wishes) for model in models}
    lost = {
        gpu.index: _Planner(
            replace(machine, gpus=tuple(other for other in machine.gpus if other is not gpu)), models, known, wishes
        ).plan()
        for gpu in machine.gpus
    }
    found = replace(_Planner(machine, models, known, wishes).plan(), failover=lost)
    return _with_those(found, aside) if aside else found


def _with_those(found: Plan, models: Sequence[ModelNeeds]) -> Plan:
    """The plan, and what happens if a card is lost, with models that take nothing here: they run on another computer,
    or nobody needs them."""
    roles = dict(found.roles)
    for model in models:
        reason = "No question in the languages that are set needs it, so it takes no memory."
        if model.scope.host:
            reason = f"It runs on another computer, {model.scope.host}, and takes no memory here."
        nothing = Need(Memory())
        roles[model.role] = RolePlan(model.role, model.name, Placement(host=model.scope.host), nothing, 0, 0, reason)
    failover = {index: _with_those(left, models) for index, left in found.failover.items()}
    return replace(found, roles=roles, failover=failover)


def _ways(model: ModelNeeds, wishes: Preferences) -> list[Way]:
    """All ways in which a model can run on a machine with cards."""
    scope = model.scope
    rungs = ladder(scope.context, scope.picture_side, split=scope.layers > 0)
    rungs = rungs[min(wishes.smaller.get(model.role, 0), len(rungs) - 1) :]
    floor = wishes.reserved.get(model.role, 0)
    return [*ways(model.need, rungs, scope.layers, floor, on_card=scope.cpu_only is None), NOT]


class _Planner:
    """One plan in the making."""

    def __init__(
        self,
        machine: Hardware,
        models: Sequence[ModelNeeds],
        known: Mapping[Role, Sequence[Way]],
        wishes: Preferences,
    ) -> None:
        self._machine, self._known, self._wishes = machine, known, wishes
        self._models = {model.role: model for model in models if model.role not in wishes.without}
        self._roles = [role for role in SEATING if role in self._models]
        oldest = cuda.oldest()
        self._free = [gpu.free + (gpu.ours or 0) for gpu in machine.gpus]
        self._rooms = [
            max(0, free - wishes.margin - wishes.context) if not gpu.older_than(oldest) else 0
            for gpu, free in zip(machine.gpus, self._free, strict=True)
        ]
        self._ram = max(0, machine.ram_free + machine.ram_private - wishes.ram_margin)
        everything = sum(wishes.reserved.values())
        self._plenty = [place for place, room in enumerate(self._rooms) if room >= everything]

    def plan(self) -> Plan:
        candidates = [self._candidate(role) for role in self._roles]
        seats, rank = self._search(candidates)
        seats = self._completed(candidates, self._stretched(seats))
        taken = taken_on(seats, len(self._rooms))
        guests = [seat for role, seat in zip(self._roles, seats, strict=True) if self._is_guest(role)]
        lent = taken_on(guests, len(self._rooms))
        roles = {role: self._empty(role) for role in Role}
        for role, seat in zip(self._roles, seats, strict=True):
            roles[role] = self._seated(role, seat)
        found = Plan(
            machine=self._machine,
            roles=roles,
            headroom={
                gpu.index: free - used + guest
                for gpu, free, used, guest in zip(self._machine.gpus, self._free, taken, lent, strict=True)
            },
            lent={gpu.index: guest for gpu, guest in zip(self._machine.gpus, lent, strict=True)},
            headroom_ram=self._machine.ram_free + self._machine.ram_private - taken_ram(seats),
            rank=rank,
        )
        return Reasons(found, self._models, self._wishes, frozenset(filter(self._is_guest, Role))).told()

    def _search(self, candidates: Sequence[Candidate]) -> tuple[list[Seat], tuple[int, ...]]:
        speeds = [gpus.speed(gpu.bandwidth) for gpu in self._machine.gpus]
        search = Search(candidates, self._rooms, self._ram, speeds)
        return search.best([self._roles.index(role) for role in PRESENCE if role in self._models])

    def _completed(self, candidates: Sequence[Candidate], seats: Sequence[Seat]) -> list[Seat]:
        """The seats, and those filled that were empty before the last layers on the cards freed main memory."""
        if all(seat.way.kind > Kind.SHARED for seat in seats):
            return list(seats)
        kept = [
            candidate
            if seat.way.kind <= Kind.SHARED
            else Candidate([seat.way], [] if seat.device is None else [seat.device])
            for candidate, seat in zip(candidates, seats, strict=True)
        ]
        return self._search(kept)[0]

    def _candidate(self, role: Role) -> Candidate:
        devices = self._devices(role)
        found = [way for way in self._known[role] if devices or not way.vram]
        if role is Role.LLM and Role.VLM in self._models:
            if self._wishes.when_short is WhenShort.SWAP:
                found += in_turn(found)
            found.append(SHARED)
        return Candidate(found, devices, self._pin(role))

    def _is_guest(self, role: Role) -> bool:
        return role not in GPU_PRIORITY and role not in self._wishes.pinned

    def _devices(self, role: Role) -> list[int]:
        """Positions of the cards that the role may use."""
        if self._models[role].scope.cpu_only is not None:
            return []
        return self._plenty if self._is_guest(role) else list(range(len(self._rooms)))

    def _pin(self, role: Role) -> int | None:
        if role not in self._wishes.pinned:
            return None
        index = self._wishes.pinned[role]
        if index is None:
            return -1
        return next((place for place, gpu in enumerate(self._machine.gpus) if gpu.index == index), None)

    def _stretched(self, seats: Sequence[Seat]) -> list[Seat]:
        """Split models with as many layers on their card as there is room for; the search counts eighths only."""
        stretched = list(seats)
        for place, role in enumerate(self._roles):
            while (more := self._with_a_layer_more(role, stretched[place])) is not None:
                tried = [*stretched[:place], more, *stretched[place + 1 :]]
                taken = taken_on(tried, len(self._rooms))
                if taken_ram(tried) > self._ram or any(map(gt, taken, self._rooms)):
                    break
                stretched = tried
        return stretched

    def _with_a_layer_more(self, role: Role, seat: Seat) -> Seat | None:
        opened = seat.way.placement
        if seat.way.kind is not Kind.SPLIT or opened is None or opened.layers >= self._models[role].scope.layers:
            return None
        more = replace(opened, layers=opened.layers + 1)
        need = self._models[role].need(replace(more, gpu=0))
        return replace(seat, way=replace(seat.way, placement=more, vram=need.vram, ram=need.ram))

    def _empty(self, role: Role) -> RolePlan:
        return RolePlan(role, "", None, Need(Memory()), 0, 0)

    def _seated(self, role: Role, seat: Seat) -> RolePlan:
        model, way = self._models[role], seat.way
        if way.placement is None:
            served = Role.VLM if way.kind is Kind.SHARED else None
            return RolePlan(role, model.name, None, Need(Memory()), 0, 0, served_by=served)
        index = None if seat.device is None else self._machine.gpus[seat.device].index
        placement = replace(way.placement, gpu=index)
        return RolePlan(
            role,
            model.name,
            placement,
            predicted=model.need(placement),
            reserved=way.ram if index is None else way.vram,
            reserved_ram=way.ram,
            turns_with=Role.VLM if way.kind is Kind.IN_TURN else None,
        )
