"""Which device each role gets. Pure: takes readings, gives placements; opens nothing."""

from collections.abc import Sequence

from models.hardware import Gpu
from models.roles import CPU, RESERVED, Placement, Role

GPU_PRIORITY = (Role.VLM, Role.LLM, Role.TTS)
"""Who gets room on a card first; ASR and translation stay on the CPU."""


def place(gpus: Sequence[Gpu]) -> dict[Role, Placement]:
    """A placement for every role: the first card with room for the role's reservation, else the CPU."""
    room = {gpu.index: gpu.free for gpu in gpus}
    placements = dict.fromkeys(Role, CPU)
    for role in GPU_PRIORITY:
        for index, free in room.items():
            if free >= RESERVED[role]:
                placements[role] = Placement(gpu=index)
                room[index] = free - RESERVED[role]
                break
    return placements
