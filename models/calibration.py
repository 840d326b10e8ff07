"""What models were seen to take when they were loaded, remembered from run to run, so that the next plan knows better.

Owns one file and how far it is believed. A measurement counts for one model, opened in one way on one kind of device,
and as long as its forecast is what it was then. The file is a stranger's until it is checked: what is not as it should
be is not believed, and nothing in it can move a forecast by more than a factor of `MOST`. Sizes are bytes.
"""

import contextlib
import json
import logging
import os
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from models.roles import Memory, Need, Placement

log = logging.getLogger(__name__)

FILE = "calibration.json"
CPU = "CPU"
"""Name of the device that is no card."""
MOST = 3
"""Times a forecast: what lies farther off was not this model alone."""
_VERSION = 1
_MAX_BYTES = 1_000_000
_MAX_ENTRIES = 500
_MAX_TEXT = 200
_MAX_SIZE = 1 << 50


@dataclass(frozen=True)
class Measured:
    """What a model took while it was loaded, and what had been forecast for that."""

    model: str
    """Identity of the model's card."""
    device: str
    """Name of the graphics card, or CPU."""
    options: str
    """How it was opened."""
    forecast_ram: int
    forecast_vram: int
    ram: int
    vram: int

    @property
    def key(self) -> tuple[str, str, str]:
        return self.model, self.device, self.options


class Calibration:
    """The measurements in one file; None remembers nothing beyond the process. May be used from any thread."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str, str], Measured] = {}
        if path is not None:
            self._known = {measured.key: measured for measured in _read(path)}

    def corrected(self, model: str, placement: Placement, devices: Iterable[str], forecast: Need) -> Need:
        """A model's forecast at a placement, by what was measured there: on the `devices` by name, the largest counts.

        Of main memory a measurement can only show that more is needed: pages of a file that nobody has read yet are
        not counted by the system. The peak while a picture is encoded comes after the load and stays as forecast.
        """
        names = [CPU] if placement.gpu is None else list(devices)
        with self._lock:
            found = [self._known.get((model, name, _options(placement))) for name in names]
        matching = [
            measured
            for measured in found
            if measured is not None
            and (measured.forecast_ram, measured.forecast_vram) == (_at_load(forecast.host), _at_load(forecast.card))
        ]
        if not matching:
            return forecast
        ram = max(measured.ram for measured in matching)
        vram = max(measured.vram for measured in matching)
        host = forecast.host if ram <= _at_load(forecast.host) else _moved(forecast.host, ram)
        return Need(host, _moved(forecast.card, vram) if vram else forecast.card)

    def note(self, model: str, placement: Placement, device: str, forecast: Need, ram: int, vram: int) -> None:
        """A model was loaded and took so much; `forecast` is the engine's own. What cannot be is not kept."""
        measured = Measured(
            model, device, _options(placement), _at_load(forecast.host), _at_load(forecast.card), ram, vram
        )
        if not _believable(measured):
            return
        with self._lock:
            if self._known.get(measured.key) == measured:
                return
            self._known.pop(measured.key, None)
            self._known[measured.key] = measured
            while len(self._known) > _MAX_ENTRIES:
                del self._known[next(iter(self._known))]
            if self._path is not None:
                _write(self._path, list(self._known.values()))


def _at_load(memory: Memory) -> int:
    """What the system reports once a model is loaded and no picture was encoded yet."""
    return memory.resident - memory.picture


def _moved(memory: Memory, measured: int) -> Memory:
    """The same with buffers of such a size that the load takes what was measured."""
    compute = memory.compute + measured - _at_load(memory)
    return replace(memory, compute=max(0, compute))


def _options(placement: Placement) -> str:
    words = (placement.layers if placement.gpu is not None else "", placement.context, placement.cache.value)
    return " ".join(str(word) for word in (*words, placement.picture_side))


def _believable(measured: Measured) -> bool:
    def near(size: int, forecast: int) -> bool:
        return size <= MOST * forecast

    # Less than a third on a card means that the driver counted something else, or the model was shared.
    vram = measured.vram == 0 or measured.vram * MOST >= measured.forecast_vram
    return near(measured.ram, measured.forecast_ram) and near(measured.vram, measured.forecast_vram) and vram


def _read(path: Path) -> list[Measured]:
    """The measurements in a file that can be believed; none where it is not such a file."""
    try:
        if not path.is_file():
            return []
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise ValueError("it is too large")
        table = json.loads(data)
        if not isinstance(table, dict) or table.get("version") != _VERSION or not isinstance(table["measured"], list):
            raise ValueError("it is of another kind")
        entries = table["measured"][-_MAX_ENTRIES:]
    except (OSError, ValueError, KeyError, RecursionError) as error:
        log.info("what was measured earlier cannot be used: %s", error)
        return []
    found = (_entry(entry) for entry in entries)
    return [measured for measured in found if measured is not None and _believable(measured)]


_WORDS = ("model", "device", "options")
_SIZES = ("forecast_ram", "forecast_vram", "ram", "vram")


def _entry(entry: Any) -> Measured | None:
    if not isinstance(entry, dict):
        return None
    words = [entry.get(name) for name in _WORDS]
    sizes = [entry.get(name) for name in _SIZES]
    if not all(isinstance(word, str) and len(word) <= _MAX_TEXT for word in words):
        return None
    if not all(type(size) is int and 0 <= size <= _MAX_SIZE for size in sizes):
        return None
    return Measured(**{name: entry[name] for name in (*_WORDS, *_SIZES)})


def _write(path: Path, measured: list[Measured]) -> None:
    text = json.dumps({"version": _VERSION, "measured": [asdict(each) for each in measured]}, indent=1)
    part = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, path)
    except OSError as error:
        # The next start forecasts as this one did.
        log.info("what was measured cannot be kept: %s", error)
        if part:
            with contextlib.suppress(OSError):
                Path(part).unlink(missing_ok=True)
