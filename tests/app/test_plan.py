"""`parley plan` through the command line: set-ups, thought-of cards, lost cards, and the form for people."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from models import catalog, hardware
from models.hardware import Hardware
from models.roles import GB, Role
from tests.nvml import A100, GTX_1660, T4, Card, StandInNvml

ON_CARDS = ("llm", "vlm", "tts")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["plan", *words, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def where(found: dict[str, Any], *roles: str) -> list[str]:
    return [found["roles"][role]["device"] for role in roles]


def check(found: dict[str, Any]) -> None:
    """Nothing is over any device, and the figures agree with each other."""
    for device in found["devices"]:
        kept = sum(found["roles"][role]["reserved"] for role in device["roles"])
        assert kept <= device["free"] <= device["total"]
        if device["id"] != "CPU":
            assert device["reserved"] == pytest.approx(kept, abs=0.002)
        assert device["headroom"] == pytest.approx(device["free"] - device["reserved"] + device["lent"], abs=0.002)
        assert device["predicted"] <= device["free"]
    assert found["headroom"] == {d["id"]: d["headroom"] for d in found["devices"] if d["id"] != "CPU"}
    assert all(role["reason"].endswith(".") for role in found["roles"].values())


@pytest.mark.parametrize(
    ("words", "devices", "headroom"),
    [
        (("--setup", "1"), {"llm": "GPU 0", "vlm": "GPU 0", "tts": "GPU 0"}, {"GPU 0": 1.5}),
        (("--setup", "2"), {"llm": "GPU 0", "vlm": "GPU 0", "tts": "GPU 0"}, {"GPU 0": 1.5, "GPU 1": 6.0}),
        (("--setup", "3"), {"llm": "GPU 0", "vlm": "GPU 0", "tts": "GPU 0", "translation": "GPU 0"}, {"GPU 0": 25.5}),
        (("--gpu", "A100:80"), {"llm": "GPU 0", "vlm": "GPU 0", "tts": "GPU 0"}, {"GPU 0": 65.5}),
        (("--setup", "4"), {"llm": "GPU 0", "vlm": "GPU 1", "tts": "GPU 0"}, {"GPU 0": 5.5, "GPU 1": 12.0}),
    ],
)
def test_the_set_ups(
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    devices: dict[str, str],
    headroom: dict[str, float],
) -> None:
    found = told(capsys, *words)
    check(found)
    assert {role: found["roles"][role]["device"] for role in devices} == devices
    assert found["roles"]["asr"]["device"] == "CPU"
    assert found["headroom"] == headroom
    assert found["fits"]
    assert found["traded"] == []
    assert [found["roles"][role]["reserved"] for role in ON_CARDS] == [6.0, 4.0, 4.5]


def test_two_t4_leave_17_and_a_half(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--setup", "4")["headroom_total"] == 17.5


def test_the_second_card_of_set_up_2_cannot_hold_all_three(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "--gpu", "GTX 1660")
    check(found)
    assert where(found, *ON_CARDS).count("CPU") >= 1


@pytest.mark.parametrize(("setup", "devices"), [("2", ["GPU 0", "GPU 1"]), ("4", ["GPU 0", "GPU 1"]), ("1", ["GPU 0"])])
def test_a_failover_keeps_the_assistant_answering(
    capsys: pytest.CaptureFixture[str], setup: str, devices: list[str]
) -> None:
    found = told(capsys, "--setup", setup)
    assert list(found["failover"]) == devices
    for lost, left in found["failover"].items():
        assert left["answers"]
        assert lost not in left["roles"].values()
        # It is the plan that is made when the card is really gone.
        alone = told(capsys, "--setup", setup, "--lost", lost)
        check(alone)
        assert {role: planned["device"] for role, planned in alone["roles"].items()} == left["roles"]
        assert alone["headroom"] == left["headroom"]
        assert alone["lost"]["id"] == lost
        assert lost not in [device["id"] for device in alone["devices"]]


@pytest.mark.parametrize("name", ["T4", "0", "gpu 0", "Tesla T4"])
def test_a_lost_card_is_known_by_number_and_name(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert told(capsys, "--setup", "2", "--lost", name)["lost"] == {"id": "GPU 0", "name": "Tesla T4"}


def test_other_cards(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "--gpu", "rtx 3080, Some Card:24")
    check(found)
    assert [(device["name"], device["total"]) for device in found["devices"][:2]] == [
        ("GeForce RTX 3080", 10.0),
        ("Some Card", 24.0),
    ]
    small = told(capsys, "--gpu", "RTX 3070")
    check(small)
    assert small["traded"]
    assert small["advice"] == [
        "A card of 10 GB, such as the GeForce RTX 3080, in place of GPU 0 would have room for all of the language"
        " model."
    ]
    assert where(told(capsys, "--setup", "4"), *ON_CARDS) == where(told(capsys, "--gpu", "T4,T4"), *ON_CARDS)


def test_this_machine_with_its_own_models(capsys: pytest.CaptureFixture[str], stand_in_nvml: StandInNvml) -> None:
    stand_in_nvml.show(T4, GTX_1660)
    found = told(capsys)
    check(found)
    assert [device["name"] for device in found["devices"][:2]] == ["Tesla T4", "NVIDIA GeForce GTX 1660"]
    assert where(found, *ON_CARDS) == ["GPU 0"] * 3
    assert found["roles"]["llm"]["model"] == "Starter language model"
    # Less than what was sold: the driver keeps something.
    assert found["headroom"]["GPU 0"] == pytest.approx((T4.free - 14.5e9) / 1e9, abs=0.001)
    stand_in_nvml.show()
    bare = told(capsys)
    assert set(where(bare, *ON_CARDS)) == {"CPU"}
    assert (bare["headroom"], bare["failover"]) == ({}, {})


@pytest.mark.parametrize("cards", [(), (GTX_1660,), (T4,), (A100,)])
def test_small_models_are_advised_of_larger_ones_that_fit(
    capsys: pytest.CaptureFixture[str], stand_in_nvml: StandInNvml, tmp_path: Path, cards: tuple[Card, ...]
) -> None:
    stand_in_nvml.show(*cards)
    advice = told(capsys, "--data", str(tmp_path))["advice"]
    # They are opened with all the context that they were made for.
    assert not any("a context of" in sentence for sentence in advice)
    (here,) = [sentence for sentence in advice if sentence.startswith("There is room for larger models: ")]
    named = [next(card for card in catalog.load() if card.name == name) for name in re.findall("“(.+?)”", here)]
    assert {card.role for card in named} == {Role.LLM, Role.VLM}
    room = sum(card.free for card in cards) if cards else hardware.read().ram_free
    assert 0 < sum(card.need or 0 for card in named) < room
    (bought,) = [sentence for sentence in advice if sentence.startswith("A card of ")]
    assert bought.count("“") == 2
    assert bought not in here


def test_full_size_models_need_no_card_that_only_helps_out(capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "--setup", "1", "--lost", "0")
    assert found["advice"] == [
        "A card of 12 GB, such as the GeForce RTX 3060, would have room for the picture model, the language model and"
        " the voice."
    ]


@pytest.mark.parametrize(
    ("chosen", "served_by", "turns_with"), [("", "vlm", None), ('when_short = "swap"', None, "vlm")]
)
def test_what_is_chosen_for_two_models_without_memory_for_both(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chosen: str,
    served_by: str | None,
    turns_with: str | None,
) -> None:
    (tmp_path / "settings.toml").write_text(chosen)
    small = Hardware((), "no NVIDIA driver", None, 8 * GB, round(7.5 * GB), 4)
    monkeypatch.setattr(hardware, "read", lambda: small)
    # A card that is too small to help.
    found = told(capsys, "--gpu", "Some Card:1", "--data", str(tmp_path))
    llm = found["roles"]["llm"]
    assert (llm["served_by"], llm["turns_with"]) == (served_by, turns_with)
    assert not found["fits"]
    assert found["traded"]
    cpu = found["devices"][-1]
    assert 0 < cpu["headroom"] == pytest.approx(cpu["free"] - cpu["reserved"], abs=0.002)
    assert main(["plan", "--gpu", "Some Card:1", "--data", str(tmp_path)]) == 0
    assert f"free {cpu['headroom']:.1f}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--setup", "2"], ["--gpu", "RTX 3070"], ["--setup", "1", "--lost", "0"], []])
def test_the_form_for_people(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["plan", *words]) == 0
    out = capsys.readouterr().out
    found = told(capsys, *words)
    assert "GB are 1,000,000,000 bytes." in out
    assert all(device["name"] in out for device in found["devices"])
    assert max(len(line) for line in out.splitlines()) <= 80
    begin = out.splitlines()[1]
    assert begin.startswith("Everything fits, but something is given up." if found["traded"] else "Everything fits.")
    assert ("not needed" in out) is (words == [])  # the translator of one language
    flat = " ".join(out.split())
    for role in found["roles"].values():
        assert role["reason"][1:] in flat
    for sentence in (*found["traded"], *found["advice"]):
        assert sentence[1:] in flat
    bars = [line.strip() for line in out.splitlines() if line.strip().startswith("|")]
    assert len(bars) == len(found["devices"])
    assert len({len(bar) for bar in bars}) == 1
    for bar, device in zip(bars, found["devices"], strict=True):
        if device["id"] != "CPU":
            share = device["reserved"] / device["total"]
            assert sum(bar.count(letter) for letter in "AXLVT") / (len(bar) - 2) == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--setup", "5"], 2),
        (["--setup", "1", "--gpu", "T4"], 2),
        (["--gpu", ""], 2),
        (["--gpu", "T4:0"], 2),
        (["--gpu", "T4:x"], 2),
        (["--gpu", ",".join(["T4"] * 9)], 2),
        (["--gpu", "Voodoo 2"], 1),
        (["--setup", "1", "--lost", "1"], 1),
        (["--gpu", "T4", "--lost", "A100"], 1),
    ],
)
def test_what_cannot_be_planned(capsys: pytest.CaptureFixture[str], words: list[str], code: int) -> None:
    if code == 2:
        with pytest.raises(SystemExit, match="2"):
            main(["plan", *words])
    else:
        assert main(["plan", *words]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_a_terminal_that_knows_few_letters(capsys: pytest.CaptureFixture[str]) -> None:
    from app import plan_view, planning

    found = planning.advised(planning.set_up(1), planning.full_size())
    assert plan_view.drawing("“Set-up”", found, None, "ascii").encode("ascii").startswith(b"?Set-up?\n")
