"""The speed to expect of a model: known cards, a processor, models that are divided, and what was measured here."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app import speed
from app.planning import WantedGpu, with_cards
from app.speed import CPU, Reads, Speed, Speeds, expected, main_memory, reads
from models import catalog, gguf
from models.catalog import Card
from models.hardware import Gpu, Hardware
from models.roles import GB, Placement, Role

BARE = Hardware((), "no card", None, 32 * GB, 20 * GB, 8)
EIGHT_BILLION = Reads(5_030_000_000, 36)
ON_CARD, ON_CPU = Placement(gpu=0), Placement()


def machine(*names: str) -> Hardware:
    return with_cards(BARE, [WantedGpu(name) for name in names])


def told(found: Speed | None) -> Speed:
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("card", "least", "most"),
    [("T4", 31, 41), ("GTX 1660", 18.7, 24.4), ("A100 40GB", 151, 198), ("RTX 3060", 35, 46)],
)
def test_a_known_card_reads_the_weights_so_often_a_second(card: str, least: float, most: float) -> None:
    found = told(expected(EIGHT_BILLION, ON_CARD, machine(card), None))
    assert (found.least, found.most) == (pytest.approx(least, rel=0.02), pytest.approx(most, rel=0.02))
    assert not found.measured


def test_the_words_say_what_the_figure_rests_on() -> None:
    assert told(expected(EIGHT_BILLION, ON_CARD, machine("T4"), None)).sentence == (
        "About 31 to 41 tokens a second on GPU 0: an estimate, as the card's memory gives 320 GB/s."
    )
    assert told(expected(EIGHT_BILLION, ON_CPU, BARE, 40 * GB)).sentence == (
        "At most 8.0 tokens a second on the CPU: an estimate, as main memory gives 40 GB/s."
    )
    assert told(expected(EIGHT_BILLION, ON_CPU, BARE, 12 * GB)).sentence == (
        "At most 2.4 tokens a second on the CPU, which is slower than a voice speaks: an estimate, as main memory gives"
        " 12 GB/s."
    )
    assert told(expected(EIGHT_BILLION, ON_CPU, BARE, 12 * GB, 5.25)) == Speed(
        5.25, 5.25, True, "5.2 tokens a second, as measured here on the CPU."
    )


def test_a_model_that_is_divided_needs_the_time_of_both_parts() -> None:
    half = Placement(gpu=0, layers=18)
    found = told(expected(EIGHT_BILLION, half, machine("T4"), 32 * GB))
    seconds = EIGHT_BILLION.whole / 2 / (320 * GB) + EIGHT_BILLION.whole / 2 / (32 * GB)
    assert found.most == pytest.approx(1 / seconds)
    assert "on GPU 0 and the CPU" in found.sentence
    assert "the card's memory gives 320 GB/s and main memory gives 32 GB/s" in found.sentence


def test_where_nothing_is_known_nothing_is_told() -> None:
    unknown = replace(BARE, gpus=(Gpu(0, "Some card", 16 * GB, 16 * GB, 0),))
    assert expected(EIGHT_BILLION, ON_CARD, unknown, 40 * GB) is None
    assert expected(EIGHT_BILLION, ON_CARD, BARE, 40 * GB) is None
    assert expected(EIGHT_BILLION, ON_CPU, BARE, None) is None
    assert expected(None, ON_CPU, BARE, 40 * GB) is None
    assert expected(EIGHT_BILLION, None, BARE, 40 * GB) is None
    assert expected(EIGHT_BILLION, Placement(host="10.0.0.5"), BARE, 40 * GB) is None


def find(identity: str) -> Card:
    return next(card for card in catalog.load() if card.id == identity)


def test_what_the_catalog_tells_is_the_file_and_not_the_projector() -> None:
    assert reads(find("qwen3-8b"), None) == Reads(5_030_000_000)
    assert reads(find("qwen3-vl-4b"), None) == Reads(2_497_000_000)
    assert reads(next(card for card in catalog.load() if card.role is Role.TTS), None) is None
    # Of a mixture of experts a token asks a few.
    experts = reads(find("qwen3-30b-a3b"), None)
    assert experts is not None
    assert experts.whole == pytest.approx(18_600_000_000 * 3.3 / 30.5, rel=0.01)


@pytest.mark.parametrize("identity", ["starter-llm", "starter-vlm"])
def test_what_is_here_is_told_by_its_header(identity: str) -> None:
    card = find(identity)
    folder = catalog.starter_folder() / card.folder
    header = gguf.read(folder / card.files["model"])
    found = reads(card, folder)
    table = header.tensors["token_embd.weight"].size
    tied = "output.weight" not in header.tensors
    assert found == Reads(header.weights - (0 if tied else table), header.number("block_count"))
    assert reads(replace(card, files={"model": "none.gguf"}), folder) is None


def test_main_memory_is_measured_now_and_then_and_the_most_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (speed._measured_main() for _ in range(20))  # where the cores are not to be had, again
    bandwidth = next(filter(None, found))
    assert bandwidth > GB // 4, "even a busy machine reads that much"
    monkeypatch.setattr(speed._Main, "bandwidth", bandwidth)
    monkeypatch.setattr(speed._Main, "measured_at", time.monotonic())
    measured = [bandwidth * 3, bandwidth // 2]
    monkeypatch.setattr(speed, "_measured_main", lambda: measured.pop(0))
    assert main_memory() == bandwidth
    monkeypatch.setattr(speed, "_PROBE_SECONDS", 0.0)
    assert [main_memory(), main_memory()] == [bandwidth * 3] * 2
    assert measured == []


def test_what_was_measured_is_remembered_by_model_and_device(tmp_path: Path) -> None:
    path, here = tmp_path / "new" / "speeds.json", machine("T4")
    speeds = Speeds(path)
    assert speeds.of("llm", ON_CPU, here) is None
    speeds.note("llm", ON_CPU, here, 8.0)
    speeds.note("llm", ON_CPU, here, 10.0)
    speeds.note("llm", ON_CARD, here, 40.0)
    # Neither what is divided, nor what is elsewhere, nor nonsense.
    speeds.note("vlm", Placement(gpu=0, layers=3), here, 40.0)
    speeds.note("vlm", Placement(host="10.0.0.5"), here, 40.0)
    speeds.note("vlm", ON_CPU, here, float("inf"))
    again = Speeds(path)
    assert again.of("llm", ON_CPU, here) == 9.0
    assert again.of("llm", ON_CARD, here) == 40.0
    assert again.of("llm", ON_CARD, machine("RTX 3060")) is None
    assert again.of("vlm", ON_CPU, here) is None
    for _ in range(40):
        again.note("llm", ON_CPU, here, 20.0)
    assert again.of("llm", ON_CPU, here) == pytest.approx(20.0, abs=0.3), "the last answers count"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"version": 2, "speeds": []}',
        '{"version": 1, "speeds": 5}',
        json.dumps({"version": 1, "speeds": [1, {}, {"model": "llm", "device": CPU, "speed": -1, "answers": 1}]}),
        json.dumps({"version": 1, "speeds": [{"model": "llm", "device": CPU, "speed": 1e400, "answers": 1}]}),
        json.dumps({"version": 1, "speeds": [{"model": "llm", "device": CPU, "speed": 5, "answers": "1"}]}),
        json.dumps({"version": 1, "speeds": [{"model": ["llm"], "device": CPU, "speed": 5, "answers": 1}]}),
    ],
)
def test_a_file_that_is_not_ours_is_not_believed(tmp_path: Path, content: str) -> None:
    path = tmp_path / "speeds.json"
    path.write_text(content, encoding="utf-8")
    speeds = Speeds(path)
    assert speeds.of("llm", ON_CPU, BARE) is None
    speeds.note("llm", ON_CPU, BARE, 5.0)
    assert Speeds(path).of("llm", ON_CPU, BARE) == 5.0
