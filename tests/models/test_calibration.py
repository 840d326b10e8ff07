"""What was measured is remembered, believed as far as it can be, and never trusted as a file."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models.calibration import CPU as PROCESSOR
from models.calibration import FILE, MOST, Calibration
from models.roles import CPU, CacheType, Memory, Need, Placement

MB = 1_000_000
CARD = Placement(0, context=4096)
FORECAST = Need(Memory(weights=100 * MB, compute=50 * MB), Memory(weights=900 * MB, compute=100 * MB, picture=30 * MB))


def noted(path: Path | None, ram: int = 150 * MB, vram: int = 1100 * MB, forecast: Need = FORECAST) -> Calibration:
    calibration = Calibration(path)
    calibration.note("qwen", CARD, "Tesla T4", forecast, ram, vram)
    return calibration


def test_a_measurement_moves_the_forecast_of_the_same_thing_only(tmp_path: Path) -> None:
    noted(tmp_path / FILE)
    again = Calibration(tmp_path / FILE)
    corrected = again.corrected("qwen", CARD, ["Tesla T4"], FORECAST)
    # The picture's peak comes after the load, and stays as forecast.
    assert corrected.vram == 1130 * MB
    assert corrected.card == replace(FORECAST.card, compute=200 * MB)
    assert corrected.host == FORECAST.host
    assert again.corrected("qwen", replace(CARD, gpu=3), ["Tesla T4"], FORECAST) == corrected
    assert again.corrected("qwen", CARD, ["GTX 1660", "Tesla T4"], FORECAST) == corrected
    larger = replace(FORECAST, card=Memory(weights=901 * MB, compute=100 * MB, picture=30 * MB))
    for model, placement, devices, forecast in (
        ("llama", CARD, ["Tesla T4"], FORECAST),
        ("qwen", CARD, ["GTX 1660"], FORECAST),
        ("qwen", CPU, ["Tesla T4"], FORECAST),
        ("qwen", replace(CARD, context=2048), ["Tesla T4"], FORECAST),
        ("qwen", replace(CARD, cache=CacheType.Q8_0), ["Tesla T4"], FORECAST),
        ("qwen", replace(CARD, layers=8), ["Tesla T4"], FORECAST),
        ("qwen", CARD, ["Tesla T4"], larger),
    ):
        assert again.corrected(model, placement, devices, forecast) == forecast


def test_the_last_measurement_counts_and_of_several_cards_the_largest() -> None:
    calibration = noted(None)
    calibration.note("qwen", CARD, "Tesla T4", FORECAST, 150 * MB, 950 * MB)
    assert calibration.corrected("qwen", CARD, ["Tesla T4"], FORECAST).vram == 980 * MB
    calibration.note("qwen", CARD, "A100 40GB", FORECAST, 150 * MB, 1200 * MB)
    assert calibration.corrected("qwen", CARD, ["A100 40GB", "Tesla T4"], FORECAST).vram == 1230 * MB


def test_main_memory_is_never_forecast_smaller_than_by_the_files() -> None:
    calibration = Calibration(None)
    host = Need(Memory(weights=100 * MB, mapped=40 * MB))
    for ram, expected in ((10, 100), (140, 100), (180, 140)):
        calibration.note("qwen", CPU, PROCESSOR, host, ram * MB, 0)
        # What is only mapped may be counted, too, by the system.
        assert calibration.corrected("qwen", CPU, [], host).ram == expected * MB


@pytest.mark.parametrize(("ram", "vram"), [(MOST * 150 + 1, 1000), (150, MOST * 1000 + 1), (150, 300)])
def test_what_cannot_have_been_the_model_is_not_kept(tmp_path: Path, ram: int, vram: int) -> None:
    calibration = noted(tmp_path / FILE, ram * MB, vram * MB)
    assert calibration.corrected("qwen", CARD, ["Tesla T4"], FORECAST) == FORECAST
    assert not (tmp_path / FILE).exists()


def written(tmp_path: Path) -> dict[str, object]:
    noted(tmp_path / FILE)
    table: dict[str, object] = json.loads((tmp_path / FILE).read_text())
    return table


def entry(table: dict[str, object], **change: object) -> bytes:
    measured = table["measured"]
    assert isinstance(measured, list)
    return json.dumps({**table, "measured": [{**measured[0], **change}]}).encode()


HOSTILE: dict[str, Callable[[dict[str, object]], bytes]] = {
    "empty": lambda table: b"",
    "not json": lambda table: b"{",
    "not text": lambda table: b"\xff\xfe\x00",
    "nested": lambda table: b"[" * 100_000,
    "another kind": lambda table: b"[]",
    "a number": lambda table: b"1e999",
    "another version": lambda table: json.dumps({**table, "version": 2}).encode(),
    "no list": lambda table: json.dumps({**table, "measured": {"a": 1}}).encode(),
    "entries of another kind": lambda table: json.dumps({**table, "measured": [None, 1, "x", []]}).encode(),
    "too large": lambda table: json.dumps({**table, "more": "x" * 2_000_000}).encode(),
    "a fraction": lambda table: entry(table, vram=1.1e9),
    "true": lambda table: entry(table, vram=True),
    "negative": lambda table: entry(table, vram=-1),
    "a text": lambda table: entry(table, vram="1100000000"),
    "not a number": lambda table: entry(table, vram=float("nan")),
    "huge": lambda table: entry(table, vram=1 << 62),
    "far off": lambda table: entry(table, vram=3_100 * MB),
    "nothing": lambda table: entry(table, model=None),
    "a long name": lambda table: entry(table, device="T" * 1000),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_changes_nothing_and_is_replaced(tmp_path: Path, kind: str) -> None:
    data = HOSTILE[kind](written(tmp_path))
    (tmp_path / FILE).write_bytes(data)
    calibration = Calibration(tmp_path / FILE)
    assert calibration.corrected("qwen", CARD, ["Tesla T4"], FORECAST) == FORECAST
    calibration.note("qwen", CARD, "Tesla T4", FORECAST, 150 * MB, 1100 * MB)
    assert Calibration(tmp_path / FILE).corrected("qwen", CARD, ["Tesla T4"], FORECAST).vram == 1130 * MB


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE)
    assert Calibration(tmp_path / FILE).corrected("qwen", CARD, ["Tesla T4"], FORECAST) == FORECAST
    folder = tmp_path / "folder"
    (folder / FILE).mkdir(parents=True)
    calibration = noted(folder / FILE)
    # It cannot be written, and is known for this run all the same.
    assert calibration.corrected("qwen", CARD, ["Tesla T4"], FORECAST).vram == 1130 * MB
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_the_file_does_not_grow_without_end(tmp_path: Path) -> None:
    table = written(tmp_path)
    measured = table["measured"]
    assert isinstance(measured, list)
    many = [{**measured[0], "model": f"model {number}"} for number in range(700)]
    (tmp_path / FILE).write_text(json.dumps({**table, "measured": many}))
    calibration = Calibration(tmp_path / FILE)
    calibration.note("qwen", CARD, "Tesla T4", FORECAST, 150 * MB, 1100 * MB)
    kept = json.loads((tmp_path / FILE).read_text())["measured"]
    assert len(kept) == 500
    assert kept[-1]["model"] == "qwen"
    assert kept[0]["model"] == "model 201"
