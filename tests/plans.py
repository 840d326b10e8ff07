"""Models of all roles by their sizes alone, and machines with known cards, to plan for."""

from collections.abc import Sequence

from models import gpus
from models.hardware import Gpu, Hardware
from models.placement import ModelNeeds
from models.roles import GB, CacheType, Memory, Need, Placement, Role, Scope

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
