"""A whole set for a machine: the strongest that fits, with every language's models, and what is missing told."""

import pytest

from app import planning
from app.sets import ModelSet, choose, larger, strength
from models import catalog
from models.catalog import Card
from models.hardware import Gpu, Hardware
from models.placement import plan
from models.roles import GB, Placement, Role

CARDS = catalog.load()


def machine(*gpus: int, ram: int = 32) -> Hardware:
    cards = tuple(
        Gpu(place, f"Card {place}", size * GB, size * GB * 96 // 100, 0, None, (7, 5), 320 * GB)
        for place, size in enumerate(gpus)
    )
    return Hardware(cards, None if gpus else "no card", "1", ram * GB, ram * GB * 8 // 10, 8)


@pytest.mark.parametrize(
    ("gpus", "on_cards"), [((), 0), ((4,), 1), ((6,), 2), ((8,), 2), ((12,), 2), ((16,), 2), ((24,), 2), ((16, 16), 2)]
)
def test_a_set_fits_the_machine_and_its_rooms(gpus: tuple[int, ...], on_cards: int) -> None:
    found = choose(CARDS, machine(*gpus), ("en", "es"))
    assert (found.fits, found.on_cards, found.missing) == (True, on_cards, ())
    roles = [card.role for card in found.cards]
    assert (roles.count(Role.LLM), roles.count(Role.VLM)) == (1, 1)
    for role in (Role.ASR, Role.TTS):
        assert {card.source[0] for card in found.cards if card.role is role} == {"en", "es"}
    translators = [card for card in found.cards if card.role is Role.TRANSLATION]
    assert all(any(card.serves(*way) for card in translators) for way in (("en", "es"), ("es", "en")))
    assert found.size == sum(card.size for card in found.cards)
    for gpu, room in zip(machine(*gpus).gpus, found.plan.headroom.values(), strict=True):
        assert 0 <= room <= gpu.free


def test_a_larger_card_never_gets_weaker_models() -> None:
    strength = []
    for size in (6, 8, 12, 16, 24, 48):  # on 4 GB just one of the two has room
        found = choose(CARDS, machine(size), ("en",))
        strength.append(sum(card.parameters or 0 for card in found.cards if _on_card(found, card)))
    assert strength == sorted(strength)
    assert strength[0] < strength[-1]


def _on_card(found: ModelSet, card: Card) -> bool:
    where = found.plan.roles[card.role].placement
    return card.role in (Role.LLM, Role.VLM) and where is not None and where.gpu is not None


def test_a_language_without_pairs_of_its_own_gets_the_model_for_all() -> None:
    found = choose(CARDS, machine(16), ("en", "zh"))
    assert [card.id for card in found.cards if card.role is Role.TRANSLATION] == ["m2m100"]


def test_larger_models_are_whole_on_the_cards_and_cost_nobody_else_anything() -> None:
    full = planning.full_size()
    for gpus in ((), (6,), (10,), (16,), (24,), (48,), (16, 16)):
        found = plan(machine(*gpus, ram=24), full)
        larger_ones = larger(CARDS, found, full)
        if larger_ones is None:
            continue
        for card in larger_ones.cards:
            there = next(model for model in full if model.role is card.role).need(Placement()).host
            assert card.size > 1.2 * (there.weights + there.projector)
            placement = larger_ones.plan.roles[card.role].placement
            assert placement is not None
            assert (placement.gpu is not None, placement.layers) == (bool(gpus), -1)
        if not found.traded:
            assert larger_ones.plan.traded == ()
    # The T4 is filled by what it is meant for, and a language model of 8B is more than what a CPU bears.
    assert larger(CARDS, plan(machine(16), full), full) is None
    assert larger(CARDS, plan(machine(), full), full) is None
    one_more = larger(CARDS, plan(machine(24), full), full)
    assert one_more is not None
    assert strength(one_more.cards, full) > strength((), full)


def test_what_the_catalog_lacks_is_told() -> None:
    assert choose(CARDS, machine(16), ("en", "ko")).missing == ("a voice for Korean",)


def test_nothing_for_research_alone_is_chosen() -> None:
    for language in ("en", "de", "fr"):
        assert all(card.commercial is not False for card in choose(CARDS, machine(8), (language,)).cards)


def test_on_a_small_machine_it_says_that_it_does_not_fit() -> None:
    found = choose(CARDS, machine(ram=2), ("en",))
    assert not found.fits
    assert {card.id for card in found.cards if card.role is Role.LLM} == {"qwen3-0.6b"}
