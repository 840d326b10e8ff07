"""The search behind a plan: which of the ways in which each role can run go together into the memory there is.

Pure, and exact: of all combinations that fit it finds the best one, by a fixed order of what matters. Because more
memory only adds combinations, it never makes the best one worse. It must not know names, reasons or machines.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from models.roles import CacheType, Need, Placement, Scope

SHORTEST_CONTEXT = 2048
"""Tokens that are never given up: a question with a few exchanges before it."""
SMALLEST_SIDE = 256
"""Pixels that are never given up: below that, text and faces in a photo are lost."""
EIGHTHS = 8
"""A model is split between card and CPU in this many parts; the last step then counts single layers."""

ROOM_STEP = 250_000_000
"""Cards whose free memory differs by less are alike."""

LEAST_SHARE = 2
"""Of a model on a card, in eighths: less of it is not worth what the card's share of the context costs."""


class Kind(IntEnum):
    """How a role runs, the better the higher."""

    NOT = 0
    SHARED = 1
    """Another role's model does its work."""
    IN_TURN = 2
    """Its model is opened when another one was closed."""
    CPU = 3
    SPLIT = 4
    CARD = 5


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a role can run, wherever there is room for it."""

    kind: Kind
    share: int
    """Of the model on the card, in eighths."""
    rung: int
    """Steps down from what the model was made for."""
    floor: bool
    """Whether it gets at least what is reserved for the role."""
    vram: int
    ram: int
    """Bytes to be kept for it."""
    placement: Placement | None
    """Without the card's number."""


@dataclass(frozen=True, slots=True)
class Seat:
    """What the search decided for a role."""

    way: Way
    device: int | None
    """Position of the card in the list of rooms; None off the cards."""


def ladder(context: int | None, side: int | None, split: bool) -> list[Placement]:
    """What a model is opened with, from what it was made for down to the least: context, cache type, then pixels."""
    rungs = [Placement(context=context, picture_side=side)]

    def down(**change: int | CacheType) -> None:
        lower = replace(rungs[-1], **change)  # type: ignore[arg-type]
        if lower != rungs[-1]:
            rungs.append(lower)

    if context is not None:
        for part in (2, 4):
            down(context=min(context, max(SHORTEST_CONTEXT, context // part)))
    if split:
        down(cache=CacheType.Q8_0)
        down(cache=CacheType.Q4_0)
    if side is not None:
        for numerator, denominator in ((2, 3), (1, 2)):
            down(picture_side=min(side, max(SMALLEST_SIDE, side * numerator // denominator)))
    return rungs


def lower(opened: Placement, scope: Scope) -> list[Placement]:
    """What a model can still be opened with when there is no room for it as it is `opened`, in the order in which it is
    tried: a shorter context, a smaller cache, smaller pictures, layers on the CPU, and at last the CPU, with all that
    it was opened with and then stepping down again."""
    rungs = ladder(scope.context, scope.picture_side, scope.layers > 0)

    def below(start: Placement, gpu: int | None, layers: int) -> list[Placement]:
        found: list[Placement] = []
        for rung in rungs:
            step = replace(
                start,
                gpu=gpu,
                layers=layers,
                context=_least(start.context, rung.context),
                cache=max(start.cache, rung.cache, key=list(CacheType).index),
                picture_side=_least(start.picture_side, rung.picture_side),
            )
            if step not in (start, *found):
                found.append(step)
        return found

    steps = below(opened, opened.gpu, opened.layers)
    if opened.gpu is None:
        return steps
    last = steps[-1] if steps else opened
    most = opened.layers if opened.layers >= 0 else scope.layers
    for share in range(EIGHTHS - 1, LEAST_SHARE - 1, -1):
        count = scope.layers * share // EIGHTHS
        if 0 < count < most:
            steps.append(replace(last, layers=count))
    off_card = replace(opened, gpu=None, layers=-1)
    return [*steps, off_card, *below(off_card, None, -1)]


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def ways(
    need: Callable[[Placement], Need], rungs: Sequence[Placement], layers: int, floor: int, on_card: bool
) -> list[Way]:
    """All ways in which one model can run; each with the reservation `floor` kept and, where that is more, without."""
    found = []
    for rung, opened in enumerate(rungs):
        if on_card:
            taken = need(replace(opened, gpu=0))
            for kept in (True, False) if taken.vram < floor else (True,):
                found.append(Way(Kind.CARD, EIGHTHS, rung, kept, max(taken.vram, floor * kept, 1), taken.ram, opened))
        taken = need(opened)
        for kept in (True, False) if taken.ram < floor else (True,):
            found.append(Way(Kind.CPU, 0, rung, kept, 0, max(taken.ram, floor * kept), opened))
    if on_card and layers:
        # What lies between these rungs frees no more than a layer does.
        for rung in sorted({0, len(rungs) // 2, len(rungs) - 1}):
            for share in range(LEAST_SHARE, EIGHTHS):
                if count := layers * share // EIGHTHS:
                    placement = replace(rungs[rung], layers=count)
                    taken = need(replace(placement, gpu=0))
                    found.append(Way(Kind.SPLIT, share, rung, False, taken.vram, taken.ram, placement))
    return found


NOT = Way(Kind.NOT, 0, 0, False, 0, 0, None)
SHARED = Way(Kind.SHARED, 0, 0, False, 0, 0, None)


def in_turn(found: Sequence[Way]) -> list[Way]:
    """The same ways for a model that is opened when the first candidate's was closed."""
    return [replace(way, kind=Kind.IN_TURN) for way in found if not way.floor and way.placement is not None]


@dataclass(frozen=True)
class Candidate:
    """A role that looks for a seat. The first candidate's model is the one that others share or take turns with."""

    ways: Sequence[Way]
    devices: Sequence[int]
    """Positions of the cards that it may use."""
    pinned: int | None = None
    """The card that it shall go to if it can, or -1 for the CPU."""


@dataclass
class _Open:
    """What is still open for a candidate."""

    ways: Sequence[Way]
    devices: Sequence[int]
    lean: Sequence[Way] = field(init=False)
    """Those of the ways that are worth trying when only the others' room counts."""

    def __post_init__(self) -> None:
        # Of ways that are alike to the others, each is worth a try that takes less main memory than all with less of a
        # card. Whether a role runs by itself matters to those that share its model.
        least: dict[Kind, int] = {}
        lean = []
        for way in sorted(self.ways, key=_taken):
            alike = min(way.kind, Kind.CPU)
            if alike not in least or way.ram < least[alike]:
                least[alike] = way.ram
                lean.append(way)
        self.lean = lean


class Search:
    """Seats candidates, whose order is that in which cards are given out."""

    def __init__(self, candidates: Sequence[Candidate], rooms: Sequence[int], ram: int, speeds: Sequence[int]) -> None:
        """`rooms` are bytes free on each card, `speeds` the cards' classes."""
        self._rooms, self._ram, self._speeds = list(rooms), ram, speeds
        self._open = [_Open(candidate.ways, candidate.devices) for candidate in candidates]
        self._pins = [candidate.pinned for candidate in candidates]

    def best(self, presence: Sequence[int]) -> tuple[list[Seat], tuple[int, ...]]:
        """The best seats, and their rank, which grows with what they are worth.

        What matters, in this order: that every candidate runs, in the order of `presence`; that pinned ones are where
        they shall be; that the first and then the second are whole on a card; for one after the other, how much of it
        is on a card and what it gives up; reservations; fast cards; and room around each for what may come.
        """
        everyone = range(len(self._open))
        rank = [self._most(place, lambda way: way.kind > Kind.NOT) for place in presence]
        rank += [self._pin(place, pin) for place, pin in enumerate(self._pins) if pin is not None]
        rank += [self._most(place, lambda way: way.kind is Kind.CARD) for place in everyone[:2]]
        rank += [self._most(place, worth) for place in everyone for worth in (_kind, _share, _rung)]
        rank += [self._most(place, _floor) for place in everyone]
        rank += [self._fastest(place) for place in everyone]
        return max(self._combinations(), key=self._looks), tuple(rank)

    def _most(self, place: int, worth: Callable[[Way], int]) -> int:
        """Keep of a candidate's ways only the most worthy ones that still go together with the others; their worth."""
        here = self._open[place]
        values = sorted({worth(way) for way in here.ways}, reverse=True)
        for value in values[:-1]:
            self._open[place] = _Open([way for way in here.ways if worth(way) == value], here.devices)
            if self._possible():
                return int(value)
        if len(values) > 1:
            self._open[place] = _Open([way for way in here.ways if worth(way) == values[-1]], here.devices)
        return int(values[-1])

    def _pin(self, place: int, pin: int) -> int:
        here = self._open[place]
        wanted = [way for way in here.ways if (way.kind is Kind.CPU if pin < 0 else way.vram > 0)]
        if wanted and (pin < 0 or pin in here.devices):
            self._open[place] = _Open(wanted, here.devices if pin < 0 else [pin])
            if self._possible():
                return 1
        self._open[place] = here
        return 0

    def _fastest(self, place: int) -> int:
        here = self._open[place]
        if here.ways[0].vram == 0:
            return 0
        speeds = sorted({self._speeds[device] for device in here.devices}, reverse=True)
        for speed in speeds[:-1]:
            self._open[place] = _Open(here.ways, [device for device in here.devices if self._speeds[device] == speed])
            if self._possible():
                return speed
        self._open[place] = _Open(here.ways, [device for device in here.devices if self._speeds[device] == speeds[-1]])
        return speeds[-1]

    def _looks(self, seats: Sequence[Seat]) -> tuple[int, ...]:
        """Of seats that are worth the same: room around each model, and the first cards first for all but the first."""
        left = [room - taken for room, taken in zip(self._rooms, taken_on(seats, len(self._rooms)), strict=True)]
        on_cards = [seat.device for seat in seats if seat.device is not None]
        order = [seat.device or 0 for seat in [*seats[1:], *seats[:1]]]
        return (*(left[device] // ROOM_STEP for device in on_cards), *(-device for device in order))

    def _possible(self) -> bool:
        return next(self._combinations(lean=True), None) is not None

    def _combinations(self, lean: bool = False) -> Iterator[list[Seat]]:
        """All ways together that fit; of the `lean` ones, if any fits at all one of these does."""
        left = list(self._rooms)
        seats: list[Seat] = []

        def seat(place: int, ram: int) -> Iterator[list[Seat]]:
            if place == len(self._open):
                yield list(seats)
                return
            here = self._open[place]
            for way in here.lean if lean else here.ways:
                closed = None
                if way.kind in (Kind.SHARED, Kind.IN_TURN):
                    if seats[0].way.kind < Kind.CPU:
                        continue
                    closed = seats[0] if way.kind is Kind.IN_TURN else None
                more_ram = way.ram if closed is None else max(0, way.ram - closed.way.ram)
                if more_ram > ram:
                    continue
                for device in here.devices if way.vram else (None,):
                    more = way.vram
                    if device is not None:
                        if closed is not None and closed.device == device:
                            more = max(0, more - closed.way.vram)
                        if more > left[device]:
                            continue
                        left[device] -= more
                    seats.append(Seat(way, device))
                    yield from seat(place + 1, ram - more_ram)
                    seats.pop()
                    if device is not None:
                        left[device] += more

        return seat(0, self._ram)


def taken_on(seats: Sequence[Seat], devices: int) -> list[int]:
    """Bytes that seats take on each card at most at one time."""
    taken = [0] * devices
    for seat in seats:
        if seat.device is not None:
            closed = seats[0].way.vram if seat.way.kind is Kind.IN_TURN and seats[0].device == seat.device else 0
            taken[seat.device] += max(0, seat.way.vram - closed)
    return taken


def taken_ram(seats: Sequence[Seat]) -> int:
    """The same in main memory."""
    return sum(
        max(0, seat.way.ram - seats[0].way.ram) if seat.way.kind is Kind.IN_TURN else seat.way.ram for seat in seats
    )


def _taken(way: Way) -> tuple[int, int]:
    return way.vram, way.ram


def _kind(way: Way) -> int:
    return way.kind


def _share(way: Way) -> int:
    return way.share


def _rung(way: Way) -> int:
    return -way.rung


def _floor(way: Way) -> int:
    return way.floor
