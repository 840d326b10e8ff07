"""A whole set of models for a machine and languages, chosen from the catalog before anything is downloaded. Pure.

Owns the choice. What a model takes is the catalog's rough figure here, because its files are not there yet; once they
are, the plan reads their headers. It must not know what is installed or how.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from models import languages as names
from models.catalog import Card
from models.hardware import Hardware
from models.placement import GPU_PRIORITY, ModelNeeds, Plan, Preferences, RolePlan, plan
from models.roles import CPU, GB, RESERVED, Memory, Need, Placement, Role, Scope

PIVOT = "en"
"""The language that every other one is translated to and from: the one that all models know."""
LARGEST_ON_CPU = 4_500_000_000
"""Parameters of a language model that still answers at a bearable speed without a graphics card."""
_VOICE_SHARE = 3
"""A voice or a recognizer takes so many times its files at work, where the catalog does not say."""
_LARGER = 1.2
"""A model is larger than another one whose weights it has so many times at least."""


@dataclass(frozen=True)
class ModelSet:
    """What was chosen."""

    cards: tuple[Card, ...]
    plan: Plan
    """Where each would go on the machine as it is now."""
    missing: tuple[str, ...]
    """What the catalog has no model for, as parts of a sentence: "a voice for Korean"."""

    @property
    def size(self) -> int:
        """Bytes to download in all."""
        return sum(card.size for card in self.cards)

    @property
    def fits(self) -> bool:
        """Whether all of it can stay in memory at once."""
        return all(
            self.plan.roles[role].placement is not None and self.plan.roles[role].turns_with is None
            for role in {card.role for card in self.cards}
        )

    @property
    def on_cards(self) -> int:
        """How many of language and picture model run on graphics cards as a whole."""
        placed = (self.plan.roles[role].placement for role in (Role.LLM, Role.VLM))
        return sum(where is not None and where.gpu is not None and where.layers < 0 for where in placed)


def choose(cards: Sequence[Card], machine: Hardware, wanted: Sequence[str]) -> ModelSet:
    """The best set of `cards` for a machine and languages (ISO 639-1).

    The strongest pair of language and picture model that runs on the machine's graphics cards as a whole beside
    everything else; where no pair does, one of them there and a small one on the CPU; else the smallest.
    """
    usable = _usable(cards)
    spoken = tuple(dict.fromkeys(wanted))
    rest: list[Card] = []
    missing: list[str] = []
    for role, what in ((Role.ASR, "a recognizer"), (Role.TTS, "a voice")):
        for code in spoken:
            found = next((card for card in usable if card.role is role and card.serves(code, code)), None)
            if found is None:
                missing.append(f"{what} for {names.name(code)}")
            else:
                rest.append(found)
    translators, lacking = _translators(usable, spoken)
    rest += translators
    missing += lacking
    best: ModelSet | None = None
    for llm, vlm in _pairs(usable, machine):
        chosen = tuple(card for card in (llm, vlm) if card is not None)
        tried = ModelSet((*chosen, *rest), plan(machine, needs([*chosen, *rest])), tuple(missing))
        on_cpu = [card for card in chosen if _on_cpu(tried, card)]
        slow = any((card.parameters or 0) > LARGEST_ON_CPU for card in on_cpu)
        if tried.fits and not slow and (best is None or tried.on_cards > best.on_cards):
            best = tried
            if tried.on_cards == 2:
                break
    if best is not None:
        return best
    smallest = tuple(
        min(of_role, key=lambda card: card.need or card.size)
        for role in (Role.LLM, Role.VLM)
        if (of_role := [card for card in usable if card.role is role])
    )
    return ModelSet((*smallest, *rest), plan(machine, needs([*smallest, *rest])), tuple(missing))


def _usable(cards: Sequence[Card]) -> list[Card]:
    return [card for card in cards if not card.starter and card.origins and card.commercial is not False]


def larger(
    cards: Sequence[Card], found: Plan, models: Sequence[ModelNeeds], wishes: Preferences | None = None
) -> ModelSet | None:
    """Of `cards`, the larger language and picture model that would run in place of those in a plan of `models`.

    The strongest such pair, or one of the two, that is whole on the machine's graphics cards, or answers at a bearable
    speed where there are none. Reservations that are kept are kept then too, and every other role stays as it is; but
    where not all are kept, the voice may have to go to the CPU.
    """
    machine, there = found.machine, {model.role: model for model in models}
    if machine.gpus:
        most = sum(gpu.free + (gpu.ours or 0) for gpu in machine.gpus)
    else:
        most = machine.ram_free + machine.ram_private
    weights = _weights(models)
    options: dict[Role, list[Card | None]] = {Role.LLM: [None], Role.VLM: [None]}
    for card in _usable(cards):
        if card.role not in options or _is_away(there.get(card.role)):
            continue
        bearable = bool(machine.gpus) or (card.parameters or 0) <= LARGEST_ON_CPU
        if bearable and card.size > _LARGER * weights[card.role]:
            options[card.role].append(card)

    pairs = product(options[Role.LLM], options[Role.VLM])
    sets = [tuple(card for card in pair if card is not None) for pair in pairs]
    for chosen in sorted(sets, key=lambda each: strength(each, models), reverse=True):
        if chosen and sum(card.need or card.size for card in chosen) <= most:
            roles = [card.role for card in chosen]
            others = [model for model in models if model.role not in roles]
            tried = plan(machine, [*others, *needs(chosen)], wishes)
            if _keeps(tried, found, roles):
                return ModelSet(chosen, tried, ())
    return None


def strength(chosen: Sequence[Card], models: Sequence[ModelNeeds]) -> int:
    """What language and picture model are worth together, with the chosen ones in place of those among `models`."""
    weights = _weights(models)
    return prod(({role: size + 1 for role, size in weights.items()} | {c.role: c.size for c in chosen}).values())


def _weights(models: Sequence[ModelNeeds]) -> dict[Role, int]:
    """Bytes of the language and the picture model; 0 where there is none."""
    found = {Role.LLM: 0, Role.VLM: 0}
    for model in models:
        if model.role in found:
            memory = model.need(CPU).host
            found[model.role] = memory.weights + memory.projector
    return found


def _is_away(model: ModelNeeds | None) -> bool:
    return model is not None and bool(model.scope.host)


def _keeps(tried: Plan, found: Plan, chosen: Sequence[Role]) -> bool:
    """Whether a plan has the chosen models whole where they shall be, and costs little that another plan has."""
    for role in chosen:
        where = tried.roles[role].placement
        if where is None or tried.roles[role].steps or tried.roles[role].turns_with is not None:
            return False
        if tried.machine.gpus and (where.gpu is None or where.layers >= 0):
            return False
    short = not _kept(found)
    for role, before in found.roles.items():
        now = tried.roles[role]
        moved = off_card(now) and not off_card(before) and not (short and role is Role.TTS)
        if role not in chosen and (moved or now.steps != before.steps or before.runs > now.runs):
            return False
    return short or _kept(tried)


def off_card(planned: RolePlan) -> bool:
    """Whether a role has nothing on a graphics card."""
    return planned.placement is None or planned.placement.gpu is None


def _kept(found: Plan) -> bool:
    """Whether every role that needs a card has what is reserved for it."""
    here = [role for role, at in found.placements.items() if role in GPU_PRIORITY and not at.host]
    return all(found.roles[role].reserved >= RESERVED[role] for role in here)


def _on_cpu(tried: ModelSet, card: Card) -> bool:
    where = tried.plan.roles[card.role].placement
    return where is not None and (where.gpu is None or where.layers >= 0)


def _pairs(cards: Sequence[Card], machine: Hardware) -> Iterator[tuple[Card | None, Card | None]]:
    """Pairs of language and picture model, the strongest first; strength is the product of their parameters."""
    of_role: dict[Role, list[Card | None]] = {
        role: [card for card in cards if card.role is role] for role in (Role.LLM, Role.VLM)
    }
    most = sum(gpu.free + (gpu.ours or 0) for gpu in machine.gpus)
    pairs = []
    for llm, vlm in product(of_role[Role.LLM] or [None], of_role[Role.VLM] or [None]):
        both = [card for card in (llm, vlm) if card is not None]
        # What is too large for the cards and too slow without them need not be planned.
        large = [card for card in both if (card.parameters or 0) > LARGEST_ON_CPU]
        if sum(card.need or card.size for card in large) <= most:
            strength = 1
            for card in both:
                strength *= card.parameters or 1
            pairs.append((strength, llm, vlm))
    pairs.sort(key=lambda pair: -pair[0])
    yield from ((llm, vlm) for _, llm, vlm in pairs)


def _translators(cards: Sequence[Card], spoken: Sequence[str]) -> tuple[list[Card], list[str]]:
    """Translators to and from the pivot: pairs of their own if there are such for all, else one model for all."""
    ways = [way for code in spoken if code != PIVOT for way in ((code, PIVOT), (PIVOT, code))]
    known = [card for card in cards if card.role is Role.TRANSLATION]
    for one in sorted(known, key=lambda card: card.size):
        if ways and all(one.serves(*way) for way in ways):
            own = [next((c for c in known if len(c.source) == 1 and c.serves(*way)), None) for way in ways]
            pairs = [card for card in own if card is not None]
            whole = len(pairs) == len(ways) and sum(card.size for card in pairs) <= one.size
            return (pairs if whole else [one]), []
    found, lacking = list[Card](), list[str]()
    for way in ways:
        card = next((card for card in known if card.serves(*way)), None)
        if card is None:
            lacking.append(f"a translator from {names.name(way[0])} to {names.name(way[1])}")
        elif card not in found:
            found.append(card)
    return found, lacking


def needs(cards: Sequence[Card]) -> list[ModelNeeds]:
    """What the models need by the catalog, role by role, all of a role together."""
    found = []
    for role in Role:
        of_role = [card for card in cards if card.role is role]
        if of_role:
            name = " + ".join(card.name for card in of_role)
            found.append(ModelNeeds(role, name, _forecast(of_role), _scope(of_role[0])))
    return found


def _forecast(cards: Sequence[Card]) -> "_Forecast":
    return _Forecast(
        weights=sum(card.size if card.role in (Role.LLM, Role.VLM) else 0 for card in cards),
        rest=sum(_rest(card) for card in cards),
        context=cards[0].context,
    )


def _rest(card: Card) -> int:
    if card.need is None:
        return card.size * _VOICE_SHARE
    return max(card.need - card.size, 0) if card.role in (Role.LLM, Role.VLM) else card.need


@dataclass(frozen=True)
class _Forecast:
    """Answers what a model takes at a placement: its files, and what grows with the context."""

    weights: int
    rest: int
    context: int | None

    def __call__(self, placement: Placement) -> Need:
        share = 1.0
        if self.context is not None and placement.context is not None:
            share = min(1.0, placement.context / self.context)
        taken = Memory(weights=self.weights, compute=round(self.rest * share))
        host = Memory(compute=GB // 4)
        return Need(taken) if placement.gpu is None else Need(host, taken)


def _scope(card: Card) -> Scope:
    if card.role is Role.ASR:
        return Scope(cpu_only="Vosk cannot use a graphics card")
    return Scope(context=card.context, picture_side=card.picture_side)
