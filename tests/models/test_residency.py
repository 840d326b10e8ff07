"""Lending engines: once loaded they stay, and a card that cannot be used does not keep anything from working."""

from pathlib import Path

import pytest

from models.catalog import Card
from models.hardware import read
from models.residency import Residency, starter_library
from models.roles import CancelToken, Message, Placement, Role, Sampling

NO_CARD = pytest.mark.skipif(bool(read().gpus), reason="this machine has a graphics card")


def test_an_engine_is_loaded_once_and_closed_with_the_rest(tmp_path: Path) -> None:
    notices: list[tuple[str, bool]] = []

    def note(card: Card, seconds: float | None) -> None:
        notices.append((card.id, seconds is not None))

    residency = Residency(starter_library(tmp_path, {}), note)
    first, second = residency.voice("en"), residency.voice("en")
    assert first is second
    assert notices == [("starter-tts-en", False), ("starter-tts-en", True)]
    residency.close()
    assert not first.loaded


@NO_CARD
def test_what_a_card_cannot_run_goes_to_the_cpu(tmp_path: Path) -> None:
    residency = Residency(starter_library(tmp_path, dict.fromkeys(Role, Placement(gpu=0))))
    model, _ = residency.chat(Role.LLM)
    assert "".join(model.reply([Message("user", "What is two plus three?")], Sampling(), CancelToken()))
    assert residency.chat(Role.VLM)[0].loaded
    assert list(residency.voice("en").speak("Hello.", CancelToken()))
    assert "".join(residency.translator("en", "es").translate("Hello.", "en", "es", CancelToken()))
    residency.close()
