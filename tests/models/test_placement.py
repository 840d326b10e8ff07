"""Plans: where a set of models goes on machines of every kind."""

from dataclasses import replace

import pytest

from models import cuda
from models.placement import Plan, Preferences, WhenShort, plan
from models.roles import GB, RESERVED, Placement, Role
from tests.plans import ASR, LLM, MODELS, TRANSLATION, TTS, VLM, layered, machine


def where(found: Plan) -> dict[Role, int]:
    """The cards of the roles that are on one."""
    return {role: placed.gpu for role, placed in found.placements.items() if placed.gpu is not None}


@pytest.mark.parametrize(
    ("cards", "on_cards", "headroom"),
    [
        (["T4"], {VLM: 0, LLM: 0, TTS: 0}, [1.5]),
        (["T4", "GTX 1660"], {VLM: 0, LLM: 0, TTS: 0}, [1.5, 6]),
        (["A100"], {VLM: 0, LLM: 0, TTS: 0, TRANSLATION: 0}, [25.5]),
        (["A100 80GB"], {VLM: 0, LLM: 0, TTS: 0, TRANSLATION: 0}, [65.5]),
        (["T4", "T4"], {LLM: 0, TTS: 0, VLM: 1}, [5.5, 12]),
        # The faster card is filled first, wherever it is.
        (["GTX 1660", "T4"], {VLM: 1, LLM: 1, TTS: 1}, [6, 1.5]),
        (["RTX 4090"], {VLM: 0, LLM: 0, TTS: 0, TRANSLATION: 0}, [9.5]),
    ],
)
def test_set_ups_come_out_of_the_rules(cards: list[str], on_cards: dict[Role, int], headroom: list[float]) -> None:
    found = plan(machine(*cards), MODELS)
    assert where(found) == on_cards
    assert [found.headroom[index] for index in range(len(cards))] == [round(size * GB) for size in headroom]
    assert found.fits
    assert all(found.roles[role].reserved == RESERVED[role] for role in Role)
    assert found.traded == ()


@pytest.mark.parametrize(
    ("cards", "on_cards", "split"),
    [
        (["GTX 1650"], {VLM: 0}, False),
        (["GTX 1660"], {VLM: 0, TTS: 0}, False),
        (["RTX 3070"], {VLM: 0, LLM: 0}, True),
        (["RTX 3080"], {VLM: 0, LLM: 0}, False),
        (["RTX 3060"], {VLM: 0, LLM: 0, TTS: 0}, False),
        (["RTX 3070", "RTX 3070"], {LLM: 0, TTS: 0, VLM: 1}, False),
        ([], {}, False),
    ],
)
def test_smaller_cards_hold_what_comes_first(cards: list[str], on_cards: dict[Role, int], split: bool) -> None:
    found = plan(machine(*cards), MODELS)
    assert where(found) == on_cards
    assert (found.placements[LLM].layers >= 0) == split
    assert found.fits
    for gpu in found.machine.gpus:
        assert found.headroom[gpu.index] >= Preferences().margin + Preferences().context


def test_what_is_given_up_and_in_which_order() -> None:
    # Alone on a card that shrinks, so that nothing else has a say.
    models = [layered(VLM, 2_500_000_000, context=8192, side=768)]
    seen: list[Placement] = []
    for size in range(60, 0, -1):
        placed = plan(machine("GTX 1660", free=[size / 10]), models).placements[VLM]
        if placed not in seen:
            seen.append(placed)
    opened = [(p.context, p.cache.value, p.picture_side) for p in seen if p.gpu == 0 and p.layers < 0]
    assert opened == [
        (8192, "f16", 768),
        (4096, "f16", 768),
        (2048, "f16", 768),
        (2048, "q8_0", 768),
        (2048, "q4_0", 768),
        (2048, "q4_0", 512),
        (2048, "q4_0", 384),
    ]
    kinds = ["card" if p.gpu == 0 and p.layers < 0 else "split" if p.gpu == 0 else "cpu" for p in seen]
    assert kinds == sorted(kinds, key=["card", "split", "cpu"].index)
    layers = [p.layers for p in seen if p.gpu == 0 and p.layers >= 0]
    assert layers == sorted(layers, reverse=True)
    assert len(layers) > 5


def test_a_card_that_another_program_uses() -> None:
    found = plan(machine("T4", free=[8.0]), MODELS)
    assert where(found)[VLM] == 0
    assert found.placements[LLM].layers > 0
    assert found.headroom[0] >= 750_000_000
    # What this process holds already is its own to place anew.
    again = machine("T4", free=[8.0])
    again = replace(again, gpus=(replace(again.gpus[0], ours=8 * GB),))
    assert where(plan(again, MODELS)) == {VLM: 0, LLM: 0, TTS: 0}


def test_with_too_little_memory_one_model_answers_everything() -> None:
    found = plan(machine(ram=8), MODELS)
    assert found.roles[LLM].served_by is VLM
    assert LLM not in found.placements
    assert found.answers
    assert not found.fits
    assert "answers its questions too" in found.roles[LLM].reason
    assert found.traded == ("The picture model answers in place of the language model.",)
    lost = plan(machine(ram=2), MODELS)
    assert [role for role in Role if not lost.roles[role].runs] == [LLM, VLM]
    assert not lost.answers


def test_models_that_take_turns() -> None:
    found = plan(machine("GTX 1660", ram=5), MODELS, Preferences(when_short=WhenShort.SWAP))
    assert found.roles[LLM].turns_with is VLM
    assert found.placements[LLM].gpu == found.placements[VLM].gpu == 0
    taken = max(found.roles[LLM].reserved, found.roles[VLM].reserved) + found.roles[TTS].reserved * (
        TTS in where(found)
    )
    assert found.headroom[0] == 6 * GB - taken
    assert found.answers
    assert not found.fits


def test_wishes() -> None:
    two = machine("T4", "GTX 1660")
    moved = plan(two, MODELS, Preferences(pinned={VLM: 1, TTS: None, TRANSLATION: 1}))
    assert where(moved) == {VLM: 1, LLM: 0, TRANSLATION: 1}
    assert "where you want it" in moved.roles[VLM].reason
    assert "where you want it" in moved.roles[TTS].reason
    # What cannot be is not done, and nothing is lost by it.
    assert where(plan(machine("GTX 1660"), MODELS, Preferences(pinned={LLM: 0, ASR: 0}))).keys() <= {LLM, VLM, TTS}
    assert plan(two, MODELS, Preferences(pinned={LLM: 9})).fits
    smaller = plan(two, MODELS, Preferences(smaller={LLM: 1}))
    assert smaller.placements[LLM].context == 2048
    assert smaller.roles[LLM].steps == ("a context of 2,048 tokens instead of 4,096",)
    without = plan(two, MODELS, Preferences(without=frozenset({VLM})))
    assert not without.roles[VLM].runs
    assert without.roles[LLM].runs
    assert without.roles[VLM].reason == "It is left out, as you wish."


@pytest.mark.parametrize("cards", [["T4", "GTX 1660"], ["T4", "T4"], ["T4"]])
def test_when_a_card_is_lost_the_assistant_goes_on(cards: list[str]) -> None:
    found = plan(machine(*cards), MODELS)
    assert set(found.failover) == set(range(len(cards)))
    for index, left in found.failover.items():
        assert left.answers
        assert left.fits
        assert index not in where(left).values()
    assert (
        where(found.failover[0])
        == {
            ("T4", "GTX 1660"): {VLM: 1, TTS: 1},
            ("T4", "T4"): {VLM: 1, LLM: 1, TTS: 1},
            ("T4",): {},
        }[tuple(cards)]
    )


def test_a_card_too_old_for_the_libraries_is_not_used() -> None:
    one = machine("T4")
    old = replace(one, gpus=(replace(one.gpus[0], capability=(3, 7)),))
    found = plan(old, MODELS)
    assert where(found) == {}
    assert found.roles[LLM].reason == (
        "It runs on the CPU: Tesla T4 is too old; CUDA's compute capability 5.0 is needed."
    )


def test_the_package_of_cuda_13_uses_newer_cards_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    two = machine("T4", "GTX 1660")
    pair = replace(two, gpus=(replace(two.gpus[0], capability=(7, 0)), two.gpus[1]))
    assert set(where(plan(pair, MODELS)).values()) == {0}
    monkeypatch.setattr(cuda, "_PACKAGED", True)
    monkeypatch.setattr(cuda, "built_for", lambda: "NVIDIA cards")
    assert set(where(plan(pair, MODELS)).values()) == {1}


def test_reasons_are_plain_words() -> None:
    found = plan(machine("T4", "GTX 1660"), MODELS)
    assert found.roles[ASR].reason == "It runs on the CPU: Vosk cannot use a graphics card."
    assert found.roles[LLM].reason == (
        "It fits whole on GPU 0 (Tesla T4): 6.0 GB are kept for it, of which 5.9 GB are forecast."
    )
    assert "room to spare for all roles" in found.roles[TRANSLATION].reason
    assert "no NVIDIA driver" in plan(machine(), MODELS).roles[LLM].reason
    assert plan(machine("T4"), MODELS[:1]).roles[LLM].reason == "There is no model for it."
    (language, pictures, idle) = found.advice
    assert language.startswith(
        "The language model could take 0.8 GB more of GPU 0 (Tesla T4): enough for a context of "
    )
    assert "talks at a time" in language
    assert "talks" not in pictures
    assert pictures.endswith(" or pictures of 1,024 pixels.")
    assert idle.startswith("GPU 1 (GeForce GTX 1660) is free")


@pytest.mark.parametrize(("trained", "told"), [(None, True), (4096, False), (6000, True)])
def test_no_longer_context_is_advised_than_a_model_was_made_for(trained: int | None, told: bool) -> None:
    model = layered(LLM, 5_030_000_000)
    found = plan(machine("RTX 3090"), [replace(model, scope=replace(model.scope, trained=trained))])
    (advice,) = found.advice
    assert "talks at a time" in advice
    assert ("a context of" in advice) is told
    assert ("a context of 6,000 tokens" in advice) is (trained == 6000)
