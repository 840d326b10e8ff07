"""Where each model is opened: a plan that follows what happens to the machine.

Owns the plan in force, what is remembered of forecasts, and room that is promised to a picture. Shared by all threads
that open models. It opens nothing itself, and must not know who is told of a new plan.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models import hardware
from models.calibration import CPU as PROCESSOR
from models.calibration import Calibration
from models.catalog import Card
from models.fitting import lower
from models.hardware import Gpu, Hardware
from models.languages import Pair
from models.placement import ModelNeeds, Plan, Preferences, plan
from models.reasons import size
from models.roles import CPU, Engine, Memory, ModelError, Need, Placement, Role, Scope

if TYPE_CHECKING:
    from models.residency import Library

log = logging.getLogger(__name__)

SLACK = 100_000_000
"""Bytes of a card that must remain when a model is opened. A plan leaves more: by then others may have taken it."""
RAM_SLACK = 250_000_000
"""The same of main memory."""
MISSED = 2
"""Readings in a row without a card after which it is lost: a driver may fail to answer once."""
_TOLD = 50_000_000
"""Bytes by which another program must have grown to be named as the cause."""


@dataclass(frozen=True)
class Change:
    """A new plan is in force."""

    plan: Plan
    cause: str = ""
    """Why, as a sentence; empty for the first plan and one that was asked for."""


def in_use(library: "Library", pair: Pair | None) -> list[Card]:
    """The models that questions in these languages may need, spoken, with pictures and all, as far as there are such.

    Without languages they are all that some question may need: of LLM and VLM the one that serves, and all others.
    """
    chats = _chats(library)
    if pair is None:
        return [*chats, *(card for card in library.cards if card.role not in (Role.LLM, Role.VLM))]
    found = [
        library.find(Role.ASR, pair.source, pair.source),
        *(library.find(Role.TRANSLATION, *way) for way in _translations(chats, pair)),
        *chats,
        library.find(Role.TTS, pair.target, pair.target),
    ]
    return list({card.id: card for card in found if card is not None}.values())


def _chats(library: "Library") -> list[Card]:
    return [card for role in (Role.LLM, Role.VLM) if (card := library.find(role)) is not None]


def _translations(chats: Sequence[Card], pair: Pair) -> Iterator[tuple[str, str]]:
    """From what to what must be translated around the models that answer."""
    for card in chats:
        if pair.source not in card.source:
            yield pair.source, card.source[0]
        if pair.target not in card.target:
            yield card.target[0], pair.target


def needs(
    library: "Library", calibration: Calibration, machine: Hardware, pair: Pair | None = None
) -> list[ModelNeeds]:
    """What the models in use for these languages need, all of a role together."""
    found = _needs(library, in_use(library, pair), calibration, machine)
    spare = library.find(Role.TRANSLATION)
    if pair is not None and spare is not None and not any(_translations(_chats(library), pair)):
        found.append(ModelNeeds(Role.TRANSLATION, spare.name, lambda placement: Need(Memory()), Scope(), idle=True))
    return found


def _needs(library: "Library", cards: Sequence[Card], calibration: Calibration, machine: Hardware) -> list[ModelNeeds]:
    names = [gpu.name for gpu in machine.gpus]
    found = []
    for role in Role:
        of_role = [card for card in cards if card.role is role]
        if models := [(card, engine) for card in of_role if (engine := _engine(library, card)) is not None]:
            found.append(_together(role, models, calibration, names))
    return found


def _engine(library: "Library", card: Card) -> Engine | None:
    """The engine of a model, if its files can be read; why they cannot is told when it is wanted."""
    try:
        engine = library.engine(card)
        engine.need(CPU)
        engine.scope()
    except ModelError as error:
        log.info("no plan is made for “%s”: %s", card.name, error)
        return None
    return engine


def _together(
    role: Role, models: Sequence[tuple[Card, Engine]], calibration: Calibration, names: Sequence[str]
) -> ModelNeeds:
    known: dict[Placement, Need] = {}

    def need(placement: Placement) -> Need:
        # Whatever card it is on, it takes the same.
        alike = placement if placement.gpu is None else replace(placement, gpu=0)
        if alike not in known:
            parts = [calibration.corrected(card.id, alike, names, engine.need(alike)) for card, engine in models]
            known[alike] = sum(parts[1:], parts[0])
        return known[alike]

    return ModelNeeds(role, " + ".join(card.name for card, _ in models), need, models[0][1].scope())


class Places:
    """The plan in force for a library. All methods may be called from any thread."""

    def __init__(
        self,
        library: "Library",
        calibration: Calibration | None = None,
        wishes: Preferences | None = None,
        fixed: Mapping[Role, Placement] | None = None,
        read: Callable[[], Hardware] = hardware.read,
        pair: Pair | None = None,
    ) -> None:
        """The plan is for the machine as `read` finds it when it is first asked for, and for a talk in the languages of
        `pair`, or in all at once. With `fixed`, every role is opened as told there, or else on the CPU, and no plan is
        asked."""
        self._library, self._read, self._fixed, self._pair = library, read, fixed, pair
        self._calibration = calibration or Calibration(None)
        self._wishes = wishes or Preferences()
        self._lock = threading.RLock()
        self._lost: set[int] = set()
        self._missed: dict[int, int] = {}
        self._promised: dict[int | None, int] = {}
        self._used: set[int] = set()
        self._held: dict[str, tuple[int, int]] = {}
        self._listeners: tuple[Callable[[Change], None], ...] = ()
        self._known: Plan | None = None

    @property
    def plan(self) -> Plan:
        """The plan in force."""
        with self._lock:
            if self._known is None:
                self._known = self._planned()
            return self._known

    @property
    def wishes(self) -> Preferences:
        """What the plan in force was asked for."""
        with self._lock:
            return self._wishes

    @property
    def pair(self) -> Pair | None:
        """The languages that the plan in force is for; None for all at once."""
        with self._lock:
            return self._pair

    def uses(self, card: Card) -> bool:
        """Whether the plan in force counts a model: in other languages than the plan's it may be needed all the same,
        and is then opened where there is room."""
        with self._lock:
            return any(other.id == card.id for other in in_use(self._library, self._pair))

    def now(self, cards: Sequence[Card] | None = None) -> tuple[Hardware, list[ModelNeeds]]:
        """The machine as it is now without its lost cards, and what the models in use need on it, or others that are
        here; whose files cannot be read is left out."""
        machine = self._read()
        left = tuple(replace(gpu, ours=self._ours(gpu)) for gpu in machine.gpus if gpu.index not in self._lost)
        absence = machine.gpu_absence if left or not self._lost else "the graphics card is lost"
        machine = replace(machine, gpus=left, gpu_absence=absence)
        if cards is not None:
            return machine, _needs(self._library, cards, self._calibration, machine)
        return machine, needs(self._library, self._calibration, machine, self.pair)

    def subscribe(self, listener: Callable[[Change], None]) -> None:
        """Tell `listener` every new plan, on the thread that makes it; it must be quick."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

    def renew(self, wishes: Preferences | None = None, cause: str = "") -> None:
        """Plan anew for the machine as it is now, with other wishes where there are."""
        with self._lock:
            self._wishes = wishes or self._wishes
            self._lost.clear()
        self._change(cause)

    def talk(self, pair: Pair) -> None:
        """Plan anew for a talk in other languages. Does nothing where the plan in force is for them."""
        with self._lock:
            if pair == self._pair:
                return
            self._pair = pair
        self._change("")

    def use(self, library: "Library") -> None:
        """Plan anew for the models of another library."""
        with self._lock:
            self._library = library
        self._change("")

    def watch(self, machine: Hardware) -> None:
        """Look at a reading: a card in use that is missing from two in a row is lost."""
        if machine.driver_silent:
            return
        here = {gpu.index for gpu in machine.gpus}
        with self._lock:
            planned = {gpu.index for gpu in self.plan.machine.gpus}
            self._missed = {index: self._missed.get(index, 0) + 1 for index in planned - here}
            gone = [index for index, times in self._missed.items() if times >= MISSED]
        for index in gone:
            self.lose(index)

    def answers(self, index: int) -> bool:
        """Whether a card is there now; one that is not is lost from here on."""
        if any(gpu.index == index for gpu in self._read().gpus):
            return True
        self.lose(index)
        return False

    def lose(self, index: int) -> None:
        """A card is lost: plan for what is left. Does nothing when that is known."""
        gone = _gpu(self.plan.machine, index)
        with self._lock:
            if gone is None or index in self._lost:
                return
            self._lost.add(index)
        self._change(f"GPU {index} ({gone.name}) is lost.")

    def _change(self, cause: str) -> None:
        with self._lock:
            self._missed.clear()
            self._known = self._planned()
            change, listeners = Change(self._known, cause), self._listeners
        # Not while the lock is held: listeners may wait for threads that want to know where to open a model.
        for listener in listeners:
            listener(change)

    def _planned(self) -> Plan:
        return plan(*self.now(), self._wishes)

    def wanted(self, role: Role) -> Placement:
        """Where the plan opens a role's model. What has no place is tried on the CPU: memory may be free by then."""
        if self._fixed is not None:
            return self._fixed.get(role, CPU)
        return self.plan.placements.get(role, CPU)

    def served_by(self, role: Role) -> Role:
        """The role whose model does a role's work: itself but where memory is short."""
        return role if self._fixed is not None else self.plan.roles[role].served_by or role

    def alternates(self) -> bool:
        """Whether language model and picture model take turns, because both together have no room."""
        return self._fixed is None and any(planned.turns_with is not None for planned in self.plan.roles.values())

    def need(self, card: Card, engine: Engine, placement: Placement) -> Need:
        """What a model is forecast to take at a placement, by all that is known."""
        gpu = self._planned_gpu(placement)
        return self._calibration.corrected(card.id, placement, [gpu.name] if gpu else [], engine.need(placement))

    def lack(self, need: Need, placement: Placement, held: Need | None = None) -> str:
        """Why there is no room now for something with a need, as part of a sentence; empty where there is.

        `held` is what will be given back before.
        """
        if placement.host:
            return ""
        if not need.ram and not need.vram:
            return ""
        machine = self._read()
        with self._lock:
            promised = dict(self._promised)
            unused = placement.gpu is not None and placement.gpu not in self._used
        context = self._wishes.context if unused else 0
        if placement.gpu is not None:
            gpu = _gpu(machine, placement.gpu)
            if gpu is None:
                return f"GPU {placement.gpu} does not answer"
            free = gpu.free - promised.get(gpu.index, 0) + (held.vram if held else 0)
            if need.vram + context + SLACK > free:
                before = self._planned_gpu(placement)
                # In the plan's reading it is known what is ours.
                others = 0 if before is None else self._others(gpu) - self._others(before)
                if others > _TOLD:
                    return f"other programs have taken {size(others)} more of GPU {gpu.index} ({gpu.name})"
                return f"only {size(max(0, gpu.free))} of GPU {gpu.index} ({gpu.name}) are free"
        free = machine.ram_free - promised.get(None, 0) + (held.ram if held else 0)
        if need.ram + RAM_SLACK > free:
            return f"only {size(machine.ram_free)} of main memory are free"
        return ""

    def lower(self, engine: Engine, placement: Placement) -> list[Placement]:
        """Where a model can still be opened when there is no room for it at a placement, in the order of trying."""
        return lower(placement, engine.scope())

    @contextmanager
    def promise(self, placement: Placement, need: Need) -> Iterator[None]:
        """Keep room free of other models while something takes it little by little."""
        taken: dict[int | None, int] = {None: need.ram}
        if placement.gpu is not None:
            taken[placement.gpu] = need.vram
        with self._lock:
            for device, count in taken.items():
                self._promised[device] = self._promised.get(device, 0) + count
        try:
            yield
        finally:
            with self._lock:
                for device, count in taken.items():
                    self._promised[device] -= count

    def loaded(self, card: Card, engine: Engine, placement: Placement, ram: int, vram: int) -> None:
        """A model was loaded and the process grew by so much: remembered for the next plan."""
        if placement.host:
            return
        gpu = self._planned_gpu(placement)
        if gpu is not None:
            with self._lock:
                if gpu.index not in self._used and not gpu.ours:
                    # The first model on a card is not to blame for what the driver takes for all.
                    vram = max(0, vram - self._wishes.context)
                self._used.add(gpu.index)
                self._held[card.id] = gpu.index, vram
        device = PROCESSOR if gpu is None else gpu.name
        self._calibration.note(card.id, placement, device, engine.need(placement), ram, vram)

    def no_room(self, card: Card, cause: str) -> ModelError:
        """There is no place at all for a model."""
        return ModelError(
            "no-room",
            f"There is no memory for “{card.name}”: {cause}.",
            "Close other programs, or choose a smaller model.",
        )

    def closed(self, card: Card) -> None:
        """A model was closed."""
        with self._lock:
            self._held.pop(card.id, None)

    def _ours(self, gpu: Gpu) -> int:
        """What this process holds of a card: by the driver, or, where it does not say, what loads were seen to take."""
        if gpu.ours is not None:
            return gpu.ours
        with self._lock:
            held = sum(size for index, size in self._held.values() if index == gpu.index)
            return held + self._wishes.context * (gpu.index in self._used)

    def _others(self, gpu: Gpu) -> int:
        return gpu.total - gpu.free - self._ours(gpu)

    def _planned_gpu(self, placement: Placement) -> Gpu | None:
        """The card of a placement as it was when the plan was made."""
        return None if placement.gpu is None else _gpu(self.plan.machine, placement.gpu)


def _gpu(machine: Hardware, index: int) -> Gpu | None:
    return next((gpu for gpu in machine.gpus if gpu.index == index), None)
