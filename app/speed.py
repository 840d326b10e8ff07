"""How fast a chat model writes on this machine: as it did here before, or estimated from the speed of the memory.

Owns the estimate, what it rests on, and the file of what was measured. It must not know who shows it. Speeds are tokens
a second, sizes bytes, bandwidths bytes a second.
"""

import itertools
import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import gguf
from models.catalog import Card
from models.hardware import Hardware
from models.reasons import listed
from models.roles import GB, ModelError, Placement, Role
from models.store import disk

if TYPE_CHECKING:
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

FILE = "speeds.json"
LEAST_SHARE, MOST_SHARE = 0.49, 0.64
"""Of the bound that a card's memory sets, what llama.cpp reaches: 31 to 41 tokens a second are told of 8B models in
Q4_K_M (5.03 GB) on a T4 (320 GB/s), whose bound is 63.6. For processors, which may be slower at computing than their
memory is at reading, there is only the bound."""
SPOKEN = 4.0
"""Tokens a second that a voice speaks: 150 words a minute, 1.5 tokens a word."""
_REMEMBERED = 8
"""Answers that a remembered speed is the mean of, about."""
_PROBE = 1 << 26
"""Bytes that are read to measure main memory: more than processors keep for themselves."""
_PROBE_TIME = 0.05
"""Seconds of each core for that."""
_PROBE_WAIT = 2.0
"""Seconds after which it is given up, where the cores or the memory are not to be had."""
_PIECE = 1 << 23
_PROBE_SECONDS = 30.0
"""Between two measurements."""
_PROBE_FREE = 2 * GB
"""Of main memory that must be free for that."""
_MOST_ENTRIES, _MAX_BYTES, _MAX_TEXT, _MAX_SPEED = 500, 1_000_000, 200, 100_000.0
CPU = "CPU"


@dataclass(frozen=True)
class Reads:
    """What is read from memory for each token that a model writes."""

    whole: int
    """Bytes."""
    layers: int = 0
    """Into which it is divided, about; 0 where that is not known."""


@dataclass(frozen=True)
class Speed:
    """Tokens a second to expect."""

    least: float
    """0 where there is only an upper bound."""
    most: float
    """The same as `least` where it was measured."""
    measured: bool
    sentence: str

    @property
    def slow(self) -> bool:
        """Whether a voice would have to wait for it."""
        return self.most < SPOKEN


def reads(card: Card, folder: Path | None) -> Reads | None:
    """What a chat model reads for a token: by the header of its file where it is in `folder`, else by the catalog.

    The weights, without the table of embeddings, of which a token needs one row only, and of a mixture of experts only
    those that are asked. None for other models, and where nothing is known.
    """
    if card.role not in (Role.LLM, Role.VLM) or "model" not in card.files:
        return None
    if folder is not None:
        try:
            return _reads(folder / card.files["model"])
        except ModelError as error:
            log.info("no speed is forecast for “%s”: %s", card.name, error)
            return None
    eye = card.files.get("projector")
    size = sum(origin.size or origin.about for origin in card.origins if origin.to != eye)
    if card.active and card.parameters:
        size = size * card.active // card.parameters
    return Reads(size) if size else None


def _reads(path: Path) -> Reads:
    header = gguf.read(path)
    tensors = dict(header.tensors)
    for part in gguf.parts(path, header)[1:]:
        tensors.update(gguf.read(part).tensors)
    experts = header.number("expert_count", 0)
    asked = header.number("expert_used_count", experts)
    whole = 0
    for tensor in tensors.values():
        if "_exps." in tensor.name and experts:
            whole += tensor.size * min(asked, experts) // experts
        elif tensor.name != "token_embd.weight" or "output.weight" not in tensors:
            whole += tensor.size
    return Reads(whole, header.number("block_count"))


def expected(
    needed: Reads | None,
    placement: Placement | None,
    machine: Hardware,
    main: int | None,
    measured: float | None = None,
) -> Speed | None:
    """The speed of a model at a placement on a machine; `main` is the bandwidth of its main memory.

    For every token all that the model reads passes once from memory to the processor or the card, and nothing else
    takes nearly as long, so bandwidth ÷ bytes is a bound; what is reached of it on a card is known from reports. The
    context's keys and values, a few percent of the weights in a usual talk, are left out. A model that is divided needs
    the time of both parts. None where nothing can be said: it has no place, or the bandwidth is not known.
    """
    if placement is None or placement.host:
        return None
    where, gpu = "on the CPU", None
    if placement.gpu is not None:
        gpu = next((gpu for gpu in machine.gpus if gpu.index == placement.gpu), None)
        where = f"on GPU {placement.gpu}" if placement.layers < 0 else f"on GPU {placement.gpu} and the CPU"
    if measured is not None:
        return Speed(measured, measured, True, f"{_number(measured)} tokens a second, as measured here {where}.")
    if needed is None or (placement.gpu is not None and gpu is None):
        return None
    share = 0.0 if gpu is None else 1.0
    if gpu is not None and 0 <= placement.layers < needed.layers:
        share = placement.layers / needed.layers
    rates = ((share, gpu.bandwidth if gpu is not None else None), (1 - share, main))
    seconds = 0.0
    for part, bandwidth in rates:
        if part and not bandwidth:
            return None
        seconds += part * needed.whole / bandwidth if part and bandwidth else 0.0
    if seconds <= 0:
        return None
    least, most = (LEAST_SHARE / seconds, MOST_SHARE / seconds) if share == 1 else (0.0, 1 / seconds)
    about = f"About {_number(least)} to {_number(most)}" if least else f"At most {_number(most)}"
    slow = ", which is slower than a voice speaks" if most < SPOKEN else ""
    names = ("the card's memory", "main memory")
    known = [
        f"{name} gives {_number(rate / GB)} GB/s"
        for name, (part, rate) in zip(names, rates, strict=True)
        if part and rate
    ]
    return Speed(least, most, False, f"{about} tokens a second {where}{slow}: an estimate, as {listed(known)}.")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.5 else f"{value:.1f}"


class _Main:
    lock = threading.Lock()
    bandwidth: int | None = None
    measured_at = -float("inf")


def main_memory() -> int | None:
    """The bandwidth of main memory with all cores at work: the most that was measured since the start.

    Other programs disturb a measurement, so there is another one now and then, of some tenths of a second: not for a
    window's own thread. None where too little memory was free for that.
    """
    with _Main.lock:
        if time.monotonic() - _Main.measured_at > _PROBE_SECONDS:
            if (found := _measured_main()) is not None:
                _Main.bandwidth = max(found, _Main.bandwidth or 0)
            _Main.measured_at = time.monotonic()
        return _Main.bandwidth


def _measured_main() -> int | None:
    import numpy as np
    import psutil

    if psutil.virtual_memory().available < _PROBE_FREE:
        return None
    cores = max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)

    def read(_: int) -> float:
        over = time.monotonic() + _PROBE_WAIT
        pieces: list[NDArray[np.float32]] = []
        while len(pieces) * _PIECE < _PROBE // cores:
            pieces.append(np.ones(_PIECE // 4, dtype=np.float32))
            if time.monotonic() > over:
                return 0.0
        # Only the time in which this thread runs: other programs on the cores do not make memory slower.
        began, count = time.thread_time(), 0
        for piece in itertools.cycle(pieces):
            np.max(piece)
            count += piece.nbytes
            if (taken := time.thread_time() - began) >= _PROBE_TIME:
                return count / taken
            if time.monotonic() > over:
                return count / taken if taken > _PROBE_TIME / 3 else 0.0
        return 0.0

    with ThreadPoolExecutor(cores) as pool:
        found = list(pool.map(read, range(cores)))
    return round(sum(found)) if all(found) else None


class Speeds:
    """What was measured of answers, remembered from run to run; None remembers nothing beyond the process.

    The file is a stranger's until it is checked. May be used from any thread.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], _Entry] = {}
        if path is not None:
            self._known = {(entry.model, entry.device): entry for entry in _read(path)}

    def of(self, model: str, placement: Placement | None, machine: Hardware) -> float | None:
        """The speed of a model, by its identity, at a placement; None where it was not measured there."""
        device = _device(placement, machine)
        with self._lock:
            entry = self._known.get((model, device)) if device else None
        return entry.speed if entry is not None else None

    def note(self, model: str, placement: Placement, machine: Hardware, speed: float) -> None:
        """An answer came at this speed."""
        device = _device(placement, machine)
        if not device or not 0 < speed < _MAX_SPEED:
            return
        with self._lock:
            before = self._known.pop((model, device), _Entry(model, device, speed, 0))
            count = min(before.answers + 1, _REMEMBERED)
            mean = before.speed + (speed - before.speed) / count
            self._known[model, device] = _Entry(model, device, round(mean, 2), count)
            while len(self._known) > _MOST_ENTRIES:
                del self._known[next(iter(self._known))]
            if self._path is not None:
                try:
                    self._path.parent.mkdir(parents=True, exist_ok=True)
                    disk.write_json(
                        self._path, {"version": 1, "speeds": [asdict(each) for each in self._known.values()]}
                    )
                except OSError as error:
                    # The next start estimates.
                    log.info("what was measured cannot be kept: %s", error)


@dataclass(frozen=True)
class _Entry:
    model: str
    device: str
    speed: float
    answers: int


def _device(placement: Placement | None, machine: Hardware) -> str:
    """Where a model is as a whole; empty where it is nowhere, divided, or on another computer."""
    if placement is None or placement.host or placement.layers >= 0:
        return ""
    if placement.gpu is None:
        return CPU
    return next((gpu.name for gpu in machine.gpus if gpu.index == placement.gpu), "")


def _read(path: Path) -> list[_Entry]:
    try:
        table = disk.read_json(path, _MAX_BYTES)
        if table["version"] != 1:
            raise ValueError("it is of another kind")
        return [entry for each in table["speeds"][:_MOST_ENTRIES] if (entry := _entry(each)) is not None]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.info("what was measured earlier cannot be used: %s", error)
        return []


def _entry(table: Any) -> _Entry | None:
    if not isinstance(table, dict):
        return None
    model, device, speed, answers = (table.get(name) for name in ("model", "device", "speed", "answers"))
    if not all(isinstance(word, str) and 0 < len(word) <= _MAX_TEXT for word in (model, device)):
        return None
    if not isinstance(speed, (int, float)) or not 0 < speed < _MAX_SPEED or not isinstance(answers, int) or answers < 1:
        return None
    return _Entry(str(model), str(device), float(speed), min(answers, _REMEMBERED))
