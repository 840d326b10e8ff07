"""Plans: where a set of models goes on machines of every kind, and the properties that no plan may lack."""

import math
import random
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import cuda, gpus
from models.fitting import ladder
from models.hardware import Gpu, Hardware
from models.placement import ModelNeeds, Plan, Preferences, WhenShort, plan
from models.roles import GB, RESERVED, CacheType, Memory, Need, Placement, Role, Scope

ASR, TRANSLATION, LLM, VLM, TTS = Role.ASR, Role.TRANSLATION, Role.LLM, Role.VLM, Role.TTS
SAVED = {CacheType.F16: 1.0, CacheType.Q8_0: 0.53, CacheType.Q4_0: 0.28}


def whole(role: Role, ram: int, vram: int, cpu_only: str | None = None) -> ModelNeeds:
    """A model that goes whole or not at all."""

    def need(placement: Placement) -> Need:
        return Need(Memory(weights=ram)) if placement.gpu is None else Need(Memory(compute=ram // 8), Memory(vram))

    return ModelNeeds(role, f"a {role.value}", need, Scope(cpu_only=cpu_only))


def layered(
    role: Role, weights: int, layers: int = 36, context: int = 4096, token: int = 147_456, side: int | None = None
) -> ModelNeeds:
    """A model as llama.cpp opens them; `token` are bytes of cache for one, `side` pixels."""

    def need(placement: Placement) -> Need:
        cache = round((placement.context or context) * token * SAVED[placement.cache])
        picture = 0 if side is None else 900 * (placement.picture_side or side) ** 2
        if placement.gpu is None:
            return Need(Memory(weights, cache, 300_000_000, 0, picture))
        share = 1.0 if placement.layers < 0 else placement.layers / (layers + 1)
        there, kept = round(weights * share), round(cache * share)
        return Need(Memory(weights - there, cache - kept, 100_000_000), Memory(there, kept, 300_000_000, 0, picture))

    return ModelNeeds(role, f"a {role.value}", need, Scope(layers, context, side))


MODELS = (
    whole(ASR, 300_000_000, 0, cpu_only="Vosk cannot use a graphics card"),
    whole(TRANSLATION, 200_000_000, 500_000_000),
    layered(LLM, 5_030_000_000),
    layered(VLM, 2_500_000_000, side=768),
    whole(TTS, 200_000_000, 900_000_000),
)
"""The size of models that the roles are reserved for."""


def machine(*cards: str, free: Sequence[float] = (), ram: float = 32) -> Hardware:
    """A machine with cards that are known; `free` and `ram` in GB."""
    found = []
    for index, name in enumerate(cards):
        kind = gpus.find(name)
        assert kind is not None
        left = round(free[index] * GB) if free else kind.memory
        found.append(Gpu(index, kind.name, kind.memory, left, 0, None, kind.capability, kind.bandwidth))
    return Hardware(tuple(found), None if found else "no NVIDIA driver", None, round(ram * GB), round(ram * GB), 8)


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


# Properties, over machines and sets of models of every kind.


def any_set(draw: random.Random) -> tuple[Hardware, list[ModelNeeds], Preferences]:
    """A machine of any kind, and up to five models of any size."""
    sizes = [draw.choice([2, 4, 6, 8, 10, 12, 16, 24, 40, 80]) for _ in range(draw.choice([0, 1, 1, 1, 2, 2, 3, 4]))]
    cards = tuple(
        Gpu(
            index,
            f"card {index}",
            size * GB,
            round(size * GB * draw.choice([1, 1, draw.random()])),
            draw.choice([0, None, round(size * GB * draw.random() / 4)]),
            capability=draw.choice([None, (3, 5), (7, 5), (8, 6)]),
            bandwidth=draw.choice([None, 192 * GB, 320 * GB, 320 * GB, 1008 * GB]),
        )
        for index, size in enumerate(sizes)
    )
    ram = round(GB * draw.choice([1, 2, 4, 8, 16, 32, 64, 70 * draw.random()]))
    side = draw.choice([None, 96, 512, 768, 1344])
    models = [
        whole(ASR, round(GB * 2 * draw.random()), 0, cpu_only="it cannot"),
        whole(TRANSLATION, round(GB * 2 * draw.random()), round(GB * 3 * draw.random())),
        whole(TTS, round(GB * draw.random()), round(GB * 6 * draw.random())),
        *(
            layered(
                role,
                round(GB * 10 ** draw.uniform(-2, 1.3)),
                layers=draw.choice([4, 16, 28, 36, 80]),
                context=draw.choice([1024, 4096, 8192, 32768]),
                token=draw.choice([1000, 30_000, 147_456, 400_000]),
                side=side if role is VLM else None,
            )
            for role in (LLM, VLM)
        ),
    ]
    models = [model for model in models if draw.random() < 0.9]
    wishes = Preferences(
        pinned={role: draw.choice([None, 0, 1]) for role in Role if draw.random() < 0.1},
        smaller={role: draw.randrange(8) for role in (LLM, VLM) if draw.random() < 0.1},
        when_short=draw.choice(list(WhenShort)),
    )
    return Hardware(cards, None, None, ram, ram, 8), models, wishes


def room(gpu: Gpu, wishes: Preferences) -> int:
    return max(0, gpu.free + (gpu.ours or 0) - wishes.margin - wishes.context)


def check(hardware: Hardware, models: Sequence[ModelNeeds], wishes: Preferences) -> Plan:
    """The properties of one plan and its failovers; returns the plan."""
    found = plan(hardware, models, wishes)
    for each in (found, *found.failover.values()):
        never_over(each, models, wishes)
        never_lost(each, models, wishes)
    assert set(found.failover) == {gpu.index for gpu in hardware.gpus}
    return found


def never_over(found: Plan, models: Sequence[ModelNeeds], wishes: Preferences) -> None:
    """What is opened at one time, with all that is kept for it, stays within what is free less the margin."""
    opened = {role: each for role, each in found.roles.items() if each.placement is not None}
    in_turn = next((each for each in opened.values() if each.turns_with is not None), None)
    sets = [[each for each in opened.values() if each is not in_turn]]
    if in_turn is not None:
        sets.append([each for role, each in opened.items() if role is not in_turn.turns_with])
    by_role = {model.role: model for model in models}
    for together in sets:
        for gpu in found.machine.gpus:
            here = [each for each in together if each.placement is not None and each.placement.gpu == gpu.index]
            kept = sum(each.reserved for each in here)
            assert kept <= room(gpu, wishes)
            assert found.headroom[gpu.index] - found.lent[gpu.index] <= gpu.free + (gpu.ours or 0) - kept
        assert sum(each.reserved_ram for each in together) <= max(0, found.machine.ram_free - wishes.ram_margin)
    for role, each in opened.items():
        assert each.placement is not None
        need = by_role[role].need(each.placement)
        assert need == each.predicted
        assert need.ram <= each.reserved_ram
        assert (need.ram if each.placement.gpu is None else need.vram) <= each.reserved


def never_lost(found: Plan, models: Sequence[ModelNeeds], wishes: Preferences) -> None:
    """A role without a place would not fit in what the others leave, however little it made do with."""
    kept = sum(each.reserved_ram for each in found.roles.values() if each.turns_with is None)
    spare = found.machine.ram_free - wishes.ram_margin - kept
    for model in models:
        if found.roles[model.role].runs:
            continue
        scope = model.scope
        for rung in ladder(scope.context, scope.picture_side, scope.layers > 0)[wishes.smaller.get(model.role, 0) :]:
            assert model.need(rung).ram > spare
            for gpu in found.machine.gpus if scope.cpu_only is None and model.role in (LLM, VLM, TTS) else ():
                need = model.need(replace(rung, gpu=0))
                left = found.headroom[gpu.index] - found.lent[gpu.index] - wishes.margin - wishes.context
                too_old = gpu.older_than(cuda.oldest())
                assert too_old or need.ram > spare or need.vram > left


@pytest.mark.timeout(1200)
def test_machines_and_sets_of_every_kind(pytestconfig: pytest.Config) -> None:
    """`pytest --machines 10000 -s` tries that many and tells the time."""
    count = pytestconfig.getoption("machines")
    draw, started = random.Random(5), time.perf_counter()
    for _ in range(count):
        check(*any_set(draw))
    print(f"{count:,} machines and model sets in {time.perf_counter() - started:.1f} s")


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), more=st.integers(0, 20), where_to=st.integers(0, 4))
def test_more_memory_never_makes_a_plan_worse(seed: int, more: int, where_to: int) -> None:
    hardware, models, wishes = any_set(random.Random(seed))
    cards = list(hardware.gpus)
    if where_to < len(cards):
        cards[where_to] = replace(cards[where_to], free=cards[where_to].free + more * GB)
        larger = replace(hardware, gpus=tuple(cards))
    else:
        larger = replace(hardware, ram_free=hardware.ram_free + more * GB)
    assert check(larger, models, wishes).rank >= check(hardware, models, wishes).rank


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_a_plan_is_the_best_of_all(seed: int) -> None:
    """Against trying everything: which of VLM and LLM can be whole on a card at the same time, in this order."""
    hardware, models, wishes = any_set(random.Random(seed))
    wishes = replace(wishes, pinned={}, smaller={}, when_short=WhenShort.SHARE)
    hardware = replace(hardware, ram_free=1000 * GB)
    by_role = {model.role: model for model in models}
    rooms = [0 if gpu.older_than(cuda.oldest()) else room(gpu, wishes) for gpu in hardware.gpus]

    def least(role: Role) -> float:
        if role not in by_role:
            return math.inf
        scope = by_role[role].scope
        context = scope.context and min(scope.context, max(2048, scope.context // 4))
        side = scope.picture_side and min(scope.picture_side, max(256, scope.picture_side // 2))
        smallest = Placement(gpu=0, context=context, cache=CacheType.Q4_0, picture_side=side)
        return by_role[role].need(smallest).vram

    vlm, llm = least(VLM), least(LLM)
    alone = max(rooms, default=0)
    best = (vlm <= alone, llm <= alone)
    if all(best):
        best = (
            True,
            any(
                vlm <= rooms[a] and llm <= rooms[b] - (vlm if a == b else 0)
                for a in range(len(rooms))
                for b in range(len(rooms))
            ),
        )
    found = plan(hardware, models, wishes)
    on_card = tuple(
        role in found.placements and found.placements[role].gpu is not None and found.placements[role].layers < 0
        for role in (VLM, LLM)
    )
    assert on_card == best
