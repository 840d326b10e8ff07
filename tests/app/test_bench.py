"""Measurements: the figures, the choice of shapes, the verdict and the page. Runs are in test_bench_runs.py."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from app.bench import figures, limits, rehearsal, verdict
from app.bench.gauge import Gauge, Moment
from app.bench.page import page
from app.bench.script import Script
from app.bench.watch import Watch
from app.planning import WantedGpu, needs, with_cards
from app.turn import MARKS, Answer, Outcome
from models import shapes
from models.hardware import Hardware
from models.placement import RAM_MARGIN, plan
from models.residency import Library
from models.roles import GB, ModelError, Role
from models.shapes.decoder import DecoderShape

BARE = Hardware((), "no NVIDIA driver", None, 16 * GB, 12 * GB, 2)


def asked(seed: int, folder: Path) -> list[Any]:
    script = Script(seed, folder, lambda text: folder / "question.wav")
    return [script.talk() for _ in range(12)] + [(text, picture.sha256) for text, picture in [script.look()] * 3]


def test_a_seed_says_what_is_asked(tmp_path: Path) -> None:
    assert asked(5, tmp_path) == asked(5, tmp_path)
    assert asked(5, tmp_path) != asked(6, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_kind_of_talk_comes_before_any_comes_again(tmp_path: Path) -> None:
    script = Script(1, tmp_path, lambda text: tmp_path / "question.wav")
    for _ in range(3):
        kinds = [
            (talk.language_in, talk.language_out, talk.sound is None) for talk in (script.talk() for _ in range(5))
        ]
        assert {("en", "en", False), ("en", "es", False), ("es", "es", True), ("es", "en", True)} == set(kinds)


def test_percentiles_are_values_that_were_measured() -> None:
    found = figures.percentiles([number / 1000 for number in range(1, 201)])
    assert found == {"count": 200, "p50": 100.0, "p95": 190.0, "p99": 198.0}
    assert figures.percentiles([0.25]) == {"count": 1, "p50": 250.0, "p95": 250.0, "p99": 250.0}
    assert figures.percentiles([]) is None


def test_the_price_of_sharing_compares_medians() -> None:
    watch = Watch()
    for seconds in (0.01, 0.02, 0.03):
        watch.note("llm_token", seconds)
    watch.phase = "together"
    for seconds in (0.03, 0.05, 0.9):
        watch.note("llm_token", seconds)
    (row,) = figures.stages(watch)
    assert (row["alone"]["p50"], row["together"]["p50"], row["price"]) == (20.0, 50.0, 2.5)
    assert figures.speeds(watch)["llm_tokens_per_second"] == {"alone": 50.0, "together": 3.06}
    assert figures.speeds(watch)["tts_real_time_factor"] == {"alone": None, "together": None}


def answer(outcome: Outcome = Outcome.ANSWERED, **marks: float) -> Answer:
    timings = {name: marks.get(name) for name in MARKS}
    return Answer(1, outcome, Role.LLM, "x", "x", None, "y", None, "y", 5, 1.0, timings, None)


def test_a_step_takes_from_the_last_mark_that_was_reached() -> None:
    answers = [answer(asr_final=50, first_token=80, first_audio=200), answer(Outcome.CANCELLED, asr_final=9000)]
    assert [(row["step"], row["p50"]) for row in figures.steps(answers)] == [
        ("asr_final", 50.0),
        ("first_token", 30.0),
        ("first_audio", 120.0),
    ]
    assert figures.turns(answers)["answered"] == figures.turns(answers)["ended"] == 1


@pytest.mark.parametrize(("step", "grows"), [(0, False), (100_000, False), (5_000_000, True)])
def test_memory_that_grows_is_told_from_memory_that_wavers(step: int, grows: bool) -> None:
    moments = [Moment(place / 4, GB + step * place + 7_000_000 * (place % 3), 2 * GB) for place in range(100)]
    assert figures.grows(moments) is grows
    assert figures.grows(moments[:10]) is None


def test_a_curve_keeps_its_peak() -> None:
    moments = [Moment(place / 4, 7 * GB if place == 777 else GB, 2 * GB) for place in range(5000)]
    curve = figures.curve(moments)
    assert len(curve) <= figures.MOST_POINTS
    assert [194.25, 7 * GB] in curve


@pytest.fixture
def tiny(tmp_path: Path) -> Library:
    """A language model of a shape that nobody has published, small enough to be written at once."""
    form = DecoderShape("qwen3", "F16", 2000, 2, 64, 128, 4, 2, 16, True, 1_000_000, 1e6)
    card = shapes.Shape("tiny", "Tiny", Role.LLM, form).write(tmp_path / "tiny", tmp_path / "converted", ())
    return Library([card], tmp_path, tmp_path / "converted", {})


def test_limits_are_as_far_as_the_memory_goes(tiny: Library) -> None:
    machine = replace(BARE, ram_free=RAM_MARGIN + 150_000_000)
    found = plan(machine, needs(tiny, machine))
    context, talks = limits.limits(tiny, found)
    (model,) = needs(tiny, machine)
    at = found.placements[Role.LLM]

    def taken(tokens: int) -> int:
        return model.need(replace(at, context=tokens)).ram

    assert context["now"] == shapes.CONTEXT < context["most"] < 1_000_000
    assert taken(context["most"]) <= 150_000_000 < taken(context["most"] + 512)
    assert taken(talks["most"] * shapes.CONTEXT) <= 150_000_000
    assert talks["most"] == 64 or taken((talks["most"] + 1) * shapes.CONTEXT) > 150_000_000
    assert limits.limits(tiny, replace(found, machine=replace(machine, ram_free=RAM_MARGIN)))[0]["most"] is None


def test_other_cards_are_judged_by_what_goes_on_them(tiny: Library) -> None:
    rows = limits.other_cards(tiny, BARE, [WantedGpu("T4"), WantedGpu("no such card")])
    assert [row["name"] for row in rows] == ["Tesla T4"]
    assert rows[0]["on_card"] == ["llm"]
    assert rows[0]["whole"] is False  # there is no voice and no picture model to be on it
    assert 14 * GB < rows[0]["left"] < 16 * GB


@pytest.mark.parametrize(
    ("cards", "expected"), [((), "qwen3-0_6b"), (("GTX 1660",), "qwen3-1_7b"), (("T4",), "qwen3-8b")]
)
def test_shapes_suit_the_machine(cards: tuple[str, ...], expected: str) -> None:
    machine = with_cards(BARE, [WantedGpu(card) for card in cards])
    assert rehearsal.choose(machine)[0].id == expected
    chosen = rehearsal.choose(machine, ["smolvlm-500m"])
    assert [shape.role for shape in chosen] == [Role.LLM, Role.VLM, Role.TTS, Role.TRANSLATION]
    assert chosen[1].id == "smolvlm-500m"


def test_what_cannot_be_rehearsed_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match="same role"):
        rehearsal.choose(BARE, ["qwen3-8b", "qwen3-4b"])
    chosen = rehearsal.choose(BARE)
    rehearsal.check_room(tmp_path, BARE, chosen)
    with pytest.raises(ModelError) as caught:
        rehearsal.check_room(tmp_path, replace(BARE, ram_free=RAM_MARGIN), chosen)
    assert caught.value.code == "memory-short"
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 500_000_000}))
    with pytest.raises(ModelError, match=r"0\.5 GB free") as caught:
        rehearsal.check_room(tmp_path, BARE, chosen)
    assert caught.value.code == "disk-full"
    assert "--shapes" in caught.value.remedy


def device(**changed: Any) -> dict[str, Any]:
    usual = {
        "device": 0,
        "name": "GPU 0 (Tesla T4)",
        "total": 16 * GB,
        "margin": GB // 2,
        "forecast": 12 * GB,
        "forecast_left": 3 * GB,
        "peak": 12 * GB,
        "error_percent": 0.0,
        "least_free": 3 * GB,
        "growth": 0,
        "grows": False,
    }
    return {**usual, **changed}


def told(
    errors: int = 0, interrupted: bool = False, ended: int = 9, elsewhere: float = 0.02, **changed: Any
) -> dict[str, Any]:
    report: dict[str, Any] = {
        "seconds": 60.0,
        "together_from": 20.0,
        "interrupted": interrupted,
        "elsewhere": elsewhere,
        "devices": [device(**changed)],
        "errors": {"count": errors},
        "turns": {
            "talks": {"ended": ended},
            "pictures": {"ended": 0},
            "spoken": {"marks_ms": {"first_audio": None}},
        },
        "speeds": {
            name: {"alone": 30.0, "together": 20.0} for name in ("llm_tokens_per_second", "vlm_tokens_per_second")
        }
        | {"tts_real_time_factor": {"alone": 0.5, "together": 1.5}},
    }
    return verdict.of_soak(report)


@pytest.mark.parametrize(
    ("given", "good", "headline"),
    [
        ({}, True, "It fits, and it is stable."),
        ({"errors": 1}, False, "It is not stable: 1 error."),
        ({"least_free": GB // 3}, False, "It runs, but the headroom does not suffice."),
        ({"grows": True, "growth": GB}, False, "It fits, but its memory grows."),
        ({"forecast_left": 0}, False, "It ran, but by its forecast the headroom does not suffice."),
        ({"interrupted": True}, False, "It fits as far as it was measured."),
        ({"ended": 0}, False, "It fits as far as it was measured."),
    ],
)
def test_the_verdict_says_what_the_figures_say(given: dict[str, Any], good: bool, headline: str) -> None:
    found = told(**given)
    assert (found["headline"], found["good"]) == (headline, good)
    words = " ".join(found["sentences"])
    assert ("headroom suffices on GPU 0" in words) == ("least_free" not in given)
    assert "30 tokens a second alone and 20 beside" in words
    assert "answers will stutter" in words


def test_a_forecast_that_is_far_off_is_said_to_be() -> None:
    assert "the forecast is off" in " ".join(told(forecast=14 * GB, error_percent=16.7)["sentences"])
    assert "the forecast is off" not in " ".join(told(error_percent=-2.0)["sentences"])


def test_times_that_other_programs_spoilt_are_said_to_be() -> None:
    assert "Other programs" not in " ".join(told()["sentences"])
    assert "Other programs had 78 % of the processor's time" in told(elsewhere=0.78)["sentences"][-1]


def test_who_has_the_processor_is_measured() -> None:
    spinning = "import time\nend = time.process_time() + 1\nwhile time.process_time() < end: pass"

    def share(work: Callable[[], object]) -> float:
        gauge, began, own = Gauge(), time.perf_counter(), time.process_time()
        work()
        seconds = (time.perf_counter() - began) * (os.cpu_count() or 1)
        # All that this process did itself is nobody else's.
        assert gauge.elsewhere <= 1 - (time.process_time() - own) / seconds + 0.1
        return gauge.elsewhere * seconds

    assert share(lambda: subprocess.run([sys.executable, "-c", spinning], check=True)) > 0.8


class Page(HTMLParser):
    """What a page refers to, and whether its elements are closed in order."""

    EMPTY = ("meta", "rect", "path", "!doctype")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [f"{name}={value}" for name, value in attrs if name in ("src", "href", "xlink:href", "style")]
        self.addresses += [f"{name}={value}" for name, value in attrs if name.startswith("on")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        assert tag in self.EMPTY

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check_page(text: str) -> Page:
    """A whole document that refers to nothing."""
    found = Page(text)
    assert found.open == []
    assert found.addresses == []
    assert not {"script", "link", "img", "iframe", "object", "embed"} & set(found.tags)
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in text
    return found


def test_what_strangers_wrote_stays_text_on_the_page() -> None:
    report = {
        "kind": "latency",
        "parley": "1.0",
        "began": "2026-11-25T12:00:00+00:00",
        "seconds": 3.0,
        "interrupted": True,
        "machine": {"cores": 2, "ram_total": GB, "gpus": [], "gpu_absence": "none"},
        "questions": [
            {
                "file": "<img src=x>.wav",
                "heard": "<script>alert(1)</script>",
                "answer": '"><b>',
                "outcome": "answered",
                "timings_ms": dict.fromkeys(MARKS, 40.0),
            }
        ],
        "turns": {"spoken": figures.turns([answer(first_audio=40)]), "steps": figures.steps([answer(first_audio=40)])},
        "errors": {"count": 1, "first": ["<script>alert(2)</script>"]},
    }
    text = page({**report, "verdict": verdict.of_latency(report)})
    check_page(text)
    assert "&lt;script&gt;alert(1)" in text
    assert "&lt;script&gt;alert(2)" in text
