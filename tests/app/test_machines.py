"""This machine beside others: what is compared, and that every memory adds up."""

from pathlib import Path

import pytest

from app import machines, planning
from app.settings import Settings
from models.languages import Pair
from models.residency import starter_library
from tests.nvml import T4, StandInNvml


@pytest.mark.parametrize("card", ["", "GeForce RTX 3060"])
def test_machines_beside_each_other(tmp_path: Path, stand_in_nvml: StandInNvml, card: str) -> None:
    stand_in_nvml.show(T4)
    found = machines.beside(planning.placed(starter_library(tmp_path, {}), pair=Pair("en", "en")), Settings(), card)
    assert [machine.title.split(",")[0] for machine in found] == [
        "This computer",
        *[f"This computer with a {card}"] * 2 * bool(card),
        *(f"Set-up {number}" for number in (1, 2, 3, 4)),
    ]
    for machine in found:
        assert machine.bars[-1].name == "Main memory"
        for bar in machine.bars:
            assert sum(size for _, size in bar.parts) == bar.total
        assert len(machine.losses) == len(machine.bars) - 1
    one, two, three, four = found[-4:]
    assert dict(one.bars[0].parts) == {
        "llm": 6_000_000_000, "vlm": 4_000_000_000, "tts": 4_500_000_000, "margin": 750_000_000, "free": 750_000_000
    }  # fmt: skip
    assert one.verdict == (
        "Everything fits. There remain 1.5 GB of GPU 0. The recognizer and the translator run on the CPU; the language"
        " model, the picture model and the voice run on GPU 0."
    )
    assert "the translator" not in found[0].verdict.lower()  # nobody needs it in one language
    assert any("the picture model and the voice run on GPU 1" in loss for loss in two.losses)
    assert "the translator" in three.verdict.partition("run on GPU 0")[0]
    assert len(four.bars) == 3
    # The next card in words of what can be done with it.
    bought = " ".join(one.bought)
    assert all(what in bought for what in ("a context of", "talks at a time", "pixels", "“Qwen3-VL 8B”"))
    # The models that are here are small: there is room for larger ones already.
    assert found[0].room[0] == (
        "There is room for larger models: “Qwen2.5 7B” as the language model and “Qwen3-VL 4B” as the picture model."
    )
    assert "price" not in bought
    assert "$" not in bought
