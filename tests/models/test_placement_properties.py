"""The properties that no plan may lack, over machines and sets of models of every kind."""

import math
import random
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import cuda
from models.fitting import ladder
from models.hardware import Gpu, Hardware
from models.placement import ModelNeeds, Plan, Preferences, WhenShort, plan
from models.roles import GB, CacheType, Placement, Role
from tests.plans import ASR, LLM, TRANSLATION, TTS, VLM, layered, whole


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
