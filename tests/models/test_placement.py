"""Which device each role gets, for cards of several sizes."""

import pytest

from models.hardware import Gpu, read
from models.placement import place
from models.roles import CPU, GB, RESERVED, Role

T4, GTX_1660, A100 = 16 * GB, 6 * GB, 40 * GB


@pytest.mark.parametrize(
    ("free", "expected"),
    [
        ([], {}),
        ([T4], {Role.VLM: 0, Role.LLM: 0, Role.TTS: 0}),
        ([A100], {Role.VLM: 0, Role.LLM: 0, Role.TTS: 0}),
        ([GTX_1660], {Role.VLM: 0}),
        ([10 * GB], {Role.VLM: 0, Role.LLM: 0}),
        ([8 * GB, 8 * GB], {Role.VLM: 0, Role.LLM: 1}),
        ([2 * GB], {}),
        ([T4 // 2, GTX_1660], {Role.VLM: 0, Role.LLM: 1}),
    ],
)
def test_the_first_card_with_room_takes_the_role(free: list[int], expected: dict[Role, int]) -> None:
    placements = place([Gpu(index, "card", bytes_free, bytes_free) for index, bytes_free in enumerate(free)])
    assert {role: p.gpu for role, p in placements.items() if p != CPU} == expected
    assert set(placements) == set(Role)


@pytest.mark.parametrize("free", range(0, 50 * GB, GB))
def test_no_card_is_given_more_than_it_has_free(free: int) -> None:
    placements = place([Gpu(0, "card", 50 * GB, free)])
    assert sum(RESERVED[role] for role, p in placements.items() if p.gpu == 0) <= free


def test_the_reading_of_this_machine_is_whole() -> None:
    reading = read()
    assert reading.ram_total >= reading.ram_free > 0
    assert reading.cores >= 1
    assert bool(reading.gpus) == (reading.gpu_absence is None)
