"""Who takes what of a memory, and how sizes are told. Pure: readings in, numbers and words out.

Gigabytes are decimal, 10^9 bytes, as makers of cards and the reservations of the roles count. It must not know Qt.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.monitor import Reading, RoleReading
    from models.hardware import Gpu
    from models.placement import Plan, RolePlan
    from models.roles import Placement

ROLE_NAMES = {
    "asr": "Speech recognition",
    "translation": "Translation",
    "llm": "Language model",
    "vlm": "Picture model",
    "tts": "Voice",
}
"""What a person calls the five roles, in the order in which they are shown."""


@dataclass(frozen=True)
class Claim:
    """A role's part in one memory; bytes."""

    role: str
    took: int
    """What its models took while they loaded."""
    reserved: int


@dataclass(frozen=True)
class Shares:
    """A memory, told apart; bytes. `roles`, `rest`, `others` and `free` add up to `total`."""

    total: int
    roles: tuple[tuple[str, int], ...]
    """Each role that takes some of it."""
    rest: int
    """Parley's, beyond the roles: libraries, buffers, the window."""
    others: int
    """Other programs and the system or driver."""
    free: int
    claims: tuple[Claim, ...]
    told: bool
    """Whether the system says what Parley takes; else it is what the roles took."""
    forecast: int | None = None
    """What all will take once every model is loaded as planned; None where the plan puts nothing there."""

    @property
    def parley(self) -> int:
        return sum(size for _, size in self.roles) + self.rest

    @property
    def used(self) -> int:
        return self.total - self.free

    @property
    def reserved(self) -> int:
        return sum(claim.reserved for claim in self.claims)

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """All of it in the order of the bar: roles, "rest", "others", "free"."""
        return (*self.roles, ("rest", self.rest), ("others", self.others), ("free", self.free))


def split(total: int, free: int, ours: int | None, claims: "Sequence[Claim]") -> Shares:
    """Tell a memory apart. `ours` is what Parley takes as the system says, None where it does not say.

    What the system says counts more than what the roles took when they loaded: when that is more than Parley has now,
    they share what it has. Pages of model files in use count as Parley's, though the system calls them free.
    """
    total = max(total, 0)
    sizes = [max(claim.took, 0) for claim in claims]
    loaded = sum(sizes)
    parley = min(max(loaded if ours is None else ours, 0), total)
    within = min(loaded, parley)
    roles = []
    before = 0
    for claim, size in zip(claims, sizes, strict=True):
        # Rounded at the ends of the shares, not in each of them, so that they add up to the byte.
        begin = before * within // loaded if loaded else 0
        before += size
        end = before * within // loaded if loaded else 0
        if end > begin:
            roles.append((claim.role, end - begin))
    used = min(max(total - free, parley), total)
    return Shares(total, tuple(roles), parley - within, used - parley, total - used, tuple(claims), ours is not None)


def of_card(reading: "Reading", gpu: "Gpu", plan: "Plan | None" = None) -> Shares:
    claims = [
        Claim(role.role.value, role.vram, role.reserved) for role in reading.roles if role.placement.gpu == gpu.index
    ]
    shown = split(gpu.total, gpu.free, gpu.ours, claims)
    if plan is None:
        return shown
    from models.placement import CONTEXT  # the window's first second does without the planner

    taken = _forecast(plan, lambda planned: planned.predicted.vram * (_device(planned) == gpu.index))
    # What the driver takes for itself once anything computes there is no model's.
    return replace(shown, forecast=shown.others + taken + CONTEXT) if taken else shown


def of_ram(reading: "Reading", plan: "Plan | None" = None) -> Shares:
    """Roles on a card take some main memory too; only those on the CPU have it reserved."""
    claims = [
        Claim(role.role.value, role.ram, role.reserved if role.placement.gpu is None else 0) for role in reading.roles
    ]
    machine = reading.hardware
    shown = split(machine.ram_total, machine.ram_free, machine.ram_ours, claims)
    if plan is None:
        return shown
    taken = _forecast(plan, lambda planned: planned.predicted.ram)
    return replace(shown, forecast=shown.others + shown.rest + taken)


def _device(planned: "RolePlan") -> int | None:
    return None if planned.placement is None else planned.placement.gpu


def _forecast(plan: "Plan", taken: "Callable[[RolePlan], int]") -> int:
    """What the planned models take of a memory at most: of two that take turns, the larger one."""
    total = 0
    for planned in plan.roles.values():
        size = taken(planned)
        if planned.turns_with is not None:
            size = max(0, size - taken(plan.roles[planned.turns_with]))
        total += size
    return total


def place(placement: "Placement") -> str:
    """Where a role runs: "GPU 0", "CPU", or both where only some of its layers are on the card; "remote" elsewhere."""
    if placement.host:
        return "remote"
    if placement.gpu is None:
        return "CPU"
    return f"GPU {placement.gpu}" if placement.layers < 0 else f"GPU {placement.gpu} + CPU"


def took(role: "RoleReading") -> int:
    """Bytes of the memory that the role's reservation is for."""
    return role.ram if role.placement.gpu is None else role.vram


def amount(size: int) -> str:
    """ "9.8 GB"; below one gigabyte "181 MB"."""
    megabytes = round(size / 1e6)
    return f"{size / 1e9:.1f} GB" if abs(megabytes) >= 1000 else f"{megabytes} MB"


def limit(size: int) -> str:
    """A round size: "6 GB", "4.5 GB"."""
    return amount(size).replace(".0 GB", " GB")


def portion(size: int, whole: str) -> tuple[str, str]:
    """ "9.8" and " of 16.1 GB", or "181 MB" and " of 1 GB", for two styles of writing."""
    figure = amount(size)
    return (figure.removesuffix(" GB") if whole.endswith(" GB") else figure), f" of {whole}"


def words(size: int, tell: "Callable[[int], str]" = amount) -> str:
    """As it is read aloud: "9.8 gigabytes"."""
    return tell(size).replace("GB", "gigabytes").replace("MB", "megabytes")


def exact(size: int) -> str:
    """In decimal and in binary units: "9.837 GB (9.162 GiB)"."""
    if size >= 1e9:
        return f"{size / 1e9:.3f} GB ({size / 2**30:.3f} GiB)"
    return f"{size / 1e6:.1f} MB ({size / 2**20:.1f} MiB)"


def described(shares: Shares) -> str:
    """A memory in words, for screen readers."""
    roles = [f"{ROLE_NAMES[role]} {words(size)}" for role, size in shares.roles]
    inside = ", ".join([*roles, f"the rest of Parley {words(shares.rest)}"]) if shares.told else ", ".join(roles)
    estimate = "" if shares.told else ", estimated from what its models took"
    sentences = [
        f"{words(shares.used)} of {words(shares.total)} used",
        f"Parley {words(shares.parley)}{estimate}" + (f": {inside}" if inside else ""),
        f"Other programs {words(shares.others)}",
        f"Free {words(shares.free)}",
        reservation(shares, words),
    ]
    return ". ".join(sentences) + "."


def reservation(shares: Shares, tell: "Callable[[int], str]") -> str:
    """What is set aside for models, and what that leaves."""
    if not shares.reserved:
        return "Nothing reserved"
    left = shares.total - shares.reserved
    return f"Reserved {tell(shares.reserved)}, " + (f"headroom {tell(left)}" if left >= 0 else f"{tell(-left)} over")
