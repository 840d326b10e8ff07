"""Plans for this machine and for machines that are only thought of.

Owns whose plan is made, the four set-ups, and what larger models and a larger card would change. It must not know how
plans are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app import sets
from app.sets import ModelSet
from app.settings import Settings
from models import catalog, gpus, places
from models.calibration import FILE, Calibration
from models.hardware import Gpu, Hardware
from models.languages import Pair
from models.need import EyeShape, LanguageShape, language_model, projector, shape_of, takes_any_size
from models.placement import GPU_PRIORITY, ModelNeeds, Plan, Preferences, RolePlan, WhenShort, plan
from models.places import Places
from models.reasons import NAMES, listed, size
from models.residency import Library
from models.roles import GB, Memory, ModelError, Need, Placement, Role, Scope

SET_UPS = {1: ("T4",), 2: ("T4", "GTX 1660"), 3: ("A100:40",), 4: ("T4", "T4")}
"""The cards of the set-ups that Parley is sized for."""
SET_UP_RAM = 32 * GB
"""Main memory and cores that a set-up is thought of with: neither decides anything there."""
SET_UP_CORES = 8
LANGUAGE_MODEL, PICTURE_MODEL = "qwen3-8b", "qwen3-vl-4b"
"""The shapes of models for which the reservations of their roles are made, with the contexts that these allow: a
question about a picture goes without the talk before it."""
CONTEXTS = {Role.LLM: 4096, Role.VLM: 3072}
_OTHERS = {
    Role.ASR: ("Vosk small, English", Need(Memory(weights=240_000_000, compute=45_000_000)), Need(Memory())),
    Role.TRANSLATION: (
        "Marian, int8",
        Need(Memory(weights=75_000_000, compute=30_000_000)),
        Need(Memory(compute=30_000_000), Memory(weights=75_000_000, compute=200_000_000)),
    ),
    Role.TTS: (
        "Piper voice, medium quality",
        Need(Memory(weights=63_000_000, compute=375_000_000)),
        Need(Memory(weights=63_000_000, compute=75_000_000), Memory(weights=63_000_000, compute=1_041_000_000)),
    ),
}
"""Models of the usual size for the other roles: name, need on the CPU and on a card, by the engines' own formulas."""
_LEAST_GAIN = 1.1
_WORTH_TELLING = 500_000_000


@dataclass(frozen=True)
class WantedGpu:
    """A card that is thought of; `memory` in bytes, None for what the known card of that name has."""

    name: str
    memory: int | None = None


def placed(library: Library, settings: Settings | None = None, pair: Pair | None = None) -> Library:
    """The library with places for its models by a plan for this machine, corrected by what was measured earlier; for a
    talk in the languages of `pair`, or in all at once."""
    calibration = Calibration(library.cache / FILE)
    return replace(library, places=Places(library, calibration, wishes(settings or Settings()), pair=pair))


def spoken(settings: Settings) -> Pair:
    """The languages that are set."""
    return Pair(settings.language_in, settings.language_out)


def wishes(settings: Settings) -> Preferences:
    """What the settings say about a plan."""
    return Preferences(when_short=WhenShort(settings.when_short))


def needs(library: Library, machine: Hardware, pair: Pair | None = None) -> list[ModelNeeds]:
    """What the library's models need on a machine, corrected by what was measured earlier: those for a talk in the
    languages of `pair`, or all."""
    return places.needs(library, Calibration(library.cache / FILE), machine, pair)


def full_size() -> list[ModelNeeds]:
    """Models of the size that the roles' reservations are made for, whether or not they are on this machine."""
    from models import shapes
    from models.shapes.decoder import DecoderShape, decoder_tensors, projector_tensors

    found = []
    for role, identity in ((Role.LLM, LANGUAGE_MODEL), (Role.VLM, PICTURE_MODEL)):
        known = shapes.find(identity)
        form = known.form
        assert isinstance(form, DecoderShape)
        cells = [2 * form.kv_heads * form.head_width] * form.layers
        shape = shape_of(
            decoder_tensors(form),
            cells,
            form.width,
            form.feed_forward,
            form.vocabulary,
            merges=form.vocabulary,
            trained=form.trained_context,
        )
        eye, tower = None, form.projector
        if tower is not None:
            weights = sum(tensor.size for tensor in projector_tensors(form))
            any_size = takes_any_size(tower.layout)
            eye = EyeShape(weights, tower.width, tower.feed_forward, tower.patch, tower.side, any_size)
        found.append(_decoder(role, known.name, shape, eye, known.picture_side))
    for role, (name, on_cpu, on_card) in _OTHERS.items():
        cpu_only = "Vosk cannot use a graphics card" if role is Role.ASR else None
        found.append(ModelNeeds(role, name, _Whole(on_cpu, on_card), Scope(cpu_only=cpu_only)))
    return found


def _decoder(role: Role, name: str, shape: LanguageShape, eye: EyeShape | None, side: int | None) -> ModelNeeds:
    def need(placement: Placement) -> Need:
        taken = language_model(shape, placement, placement.context or CONTEXTS[role])
        return taken if eye is None else taken + projector(eye, placement, placement.picture_side or side)

    scope = Scope(len(shape.layers), CONTEXTS[role], None if eye is None else side, trained=shape.trained)
    return ModelNeeds(role, name, need, scope)


@dataclass(frozen=True)
class _Whole:
    """The need of a model that goes whole or not at all."""

    on_cpu: Need
    on_card: Need

    def __call__(self, placement: Placement) -> Need:
        return self.on_cpu if placement.gpu is None else self.on_card


def set_up(number: int) -> Hardware:
    """The machine of one of the set-ups, with nothing on its cards."""
    bare = Hardware((), "it has no graphics card", None, SET_UP_RAM, SET_UP_RAM, SET_UP_CORES)
    wanted = [_wanted(text) for text in SET_UPS[number]]
    return with_cards(bare, wanted)


def _wanted(text: str) -> WantedGpu:
    name, _, told = text.partition(":")
    return WantedGpu(name, int(told) * GB if told else None)


def with_cards(machine: Hardware, wanted: Sequence[WantedGpu]) -> Hardware:
    """A machine with other cards in it, and nothing on them. Raises ModelError("gpu-unknown")."""
    return replace(machine, gpus=tuple(_thought(index, card) for index, card in enumerate(wanted)), gpu_faults=())


def _thought(index: int, wanted: WantedGpu) -> Gpu:
    known = gpus.find(wanted.name, wanted.memory)
    if known is not None:
        memory = wanted.memory or known.memory
        return Gpu(index, known.name, memory, memory, 0, None, known.capability, known.bandwidth)
    if wanted.memory is None:
        names = ", ".join(dict.fromkeys(card.name for card in gpus.known()))
        raise ModelError(
            "gpu-unknown",
            f"The graphics card “{wanted.name}” is not in the table of known ones.",
            f"Tell its memory in GB as well, for instance “{wanted.name}:12”, or choose one of these: {names}.",
        )
    return Gpu(index, wanted.name, wanted.memory, wanted.memory, 0)


def named(machine: Hardware, words: str) -> Gpu:
    """The card that is meant by its number ("1", "GPU 1") or its name. Raises ModelError("gpu-unknown")."""
    wanted = words.strip().lower().removeprefix("gpu").strip()
    for gpu in machine.gpus:
        if wanted == str(gpu.index):
            return gpu
    meant = gpus.find(words)
    for gpu in machine.gpus:
        if wanted == gpu.name.lower() or (meant is not None and gpus.find(gpu.name, gpu.total) == meant):
            return gpu
    cards = ", ".join(f"GPU {gpu.index} ({gpu.name})" for gpu in machine.gpus)
    raise ModelError(
        "gpu-unknown",
        f"This plan has no graphics card “{words}”.",
        f"Choose one of these: {cards}." if cards else "There is no graphics card in it that could be lost.",
    )


def without(machine: Hardware, index: int) -> Hardware:
    """The machine when a card, by its index, is lost."""
    left = tuple(gpu for gpu in machine.gpus if gpu.index != index)
    return replace(machine, gpus=left, gpu_absence=machine.gpu_absence if left else "the graphics card is lost")


def advised(machine: Hardware, models: Sequence[ModelNeeds], preferences: Preferences | None = None) -> Plan:
    """The plan, with which larger models the catalog has for this machine, and what a larger card would buy."""
    found = plan(machine, models, preferences)
    more = larger_models(found, models, preferences), next_card(found, models, preferences)[0]
    return replace(found, advice=(*found.advice, *filter(None, more)))


def larger_models(found: Plan, models: Sequence[ModelNeeds], preferences: Preferences | None = None) -> str:
    """Which larger models of the catalog would fit in place of those in a plan; empty if none would."""
    larger = sets.larger(catalog.load(), found, models, preferences)
    return "" if larger is None else f"There is room for larger models: {_as_roles(larger, found)}."


def _as_roles(larger: ModelSet, before: Plan) -> str:
    told = listed([f"“{card.name}” as {NAMES[card.role]}" for card in larger.cards])
    moved = sets.off_card(larger.plan.roles[Role.TTS]) and not sets.off_card(before.roles[Role.TTS])
    return f"{told}, with {NAMES[Role.TTS]} on the CPU" if moved else told


def next_card(
    found: Plan, models: Sequence[ModelNeeds], preferences: Preferences | None = None
) -> tuple[str, Plan | None]:
    """What the next larger card that makes a difference, in place of the largest, would buy, and the plan with it;
    empty and None if no known card makes one."""
    machine = found.machine
    largest = max(machine.gpus, key=lambda gpu: gpu.total, default=None)
    least = 0 if largest is None else largest.total * _LEAST_GAIN
    index = 0 if largest is None else largest.index
    others = tuple(gpu for gpu in machine.gpus if gpu is not largest)
    by_size = {card.memory: card for card in reversed(gpus.known()) if card.memory > least}
    here = sets.larger(catalog.load(), found, models, preferences)
    for memory, card in sorted(by_size.items()):
        thought = (*others, _thought(index, WantedGpu(card.name, memory)))
        with_it = replace(machine, gpus=tuple(sorted(thought, key=lambda gpu: gpu.index)))
        bought = plan(with_it, models, preferences)
        would = _gains(found, bought, index)
        there = sets.larger(catalog.load(), bought, models, preferences)
        if there is not None and sets.strength(there.cards, models) > sets.strength(here.cards if here else (), models):
            more = f"let you use {_as_roles(there, bought)}"
            would = [more] if largest is None else [*would, more]
        elif largest is None and here is not None:
            continue  # so small models need no card, and those that this one has room for can be had without
        if would:
            such = f"A card of {memory // GB} GB, such as the {card.name},"
            place = "" if largest is None else f" in place of GPU {index}"
            return f"{such}{place} would {listed(would)}.", bought
    return "", None


def _gains(before: Plan, after: Plan, index: int) -> list[str]:
    """What is better in a plan of the same models with another card, by its index; as parts after "would"."""
    if not before.machine.gpus:
        placed = [role for role in GPU_PRIORITY if after.roles[role].model]
        whole = [role for role in placed if _kind(after.roles[role]) == _WHOLE]
        return [f"have room for {listed([NAMES[role] for role in whole])}"] if whole == placed else []
    whole = [role for role in GPU_PRIORITY if _kind(after.roles[role]) > _kind(before.roles[role])]
    complete = [role for role in GPU_PRIORITY if before.roles[role].steps and not after.roles[role].steps]
    complete = [role for role in complete if role not in whole]
    would = [f"have room for all of {listed([NAMES[role] for role in whole])}"] if whole else []
    would += [f"open {listed([NAMES[role] for role in complete])} with nothing given up"] if complete else []
    if after.headroom[index] - before.headroom[index] > _WORTH_TELLING:
        would.append(f"leave {size(after.headroom[index])} on it instead of {size(before.headroom[index])}")
    return would


_WHOLE = 3


def _kind(planned: RolePlan) -> int:
    """How well a role is placed: whole on a card, on the CPU or in part on a card, after another one, or not."""
    at = planned.placement
    if at is None or planned.turns_with is not None:
        return int(at is not None)
    return _WHOLE if at.gpu is not None and at.layers < 0 else 2
