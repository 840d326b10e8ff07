"""“Will it fit?”: the verdict for a model beside the others, in words, and a fix that really mends it."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.fits import AGAIN, Verdict, judge, judged, set_judged
from app.planning import full_size, placed
from models import catalog, hardware
from models.hardware import Gpu, Hardware
from models.languages import Pair
from models.placement import CONTEXT, MARGIN, Preferences, WhenShort, plan
from models.places import Places
from models.residency import starter_library
from models.roles import GB, Role
from tests.nvml import T4, StandInNvml


def machine(*gpus: tuple[int, int], ram: int = 32) -> Hardware:
    """Cards of so many GB, and so many of them free."""
    cards = tuple(
        Gpu(place, f"Card {place}", total * GB, free * GB, 0, None, (7, 5), 320 * GB)
        for place, (total, free) in enumerate(gpus)
    )
    return Hardware(cards, None if gpus else "no card", "1", ram * GB, ram * GB * 8 // 10, 8)


def test_the_set_of_full_size_fits_a_t4() -> None:
    found = judge(full_size(), Role.LLM, machine((16, 16)), Preferences())
    assert (found.verdict, found.fix) == (Verdict.FITS, None)
    assert found.sentence.startswith("Fits. On GPU 0; ")


def test_a_card_that_others_have_taken_is_no_fault_of_the_models() -> None:
    found = judge(full_size(), Role.LLM, machine((16, 3)), Preferences())
    assert found.verdict is Verdict.LESS
    assert "the language model" in found.sentence
    assert "Other programs hold 13.0 GB of GPU 0: close them to make room." in found.sentence
    assert found.fix == AGAIN


def test_too_little_memory_for_both_is_mended_by_taking_turns() -> None:
    tight = machine(ram=11)
    found = judge(full_size(), Role.LLM, tight, Preferences())
    assert found.fix is not None
    assert found.fix.wishes is not None
    assert found.fix.wishes.when_short is WhenShort.SWAP
    mended = plan(tight, full_size(), found.fix.wishes)
    assert mended.roles[Role.LLM].placement is not None


def test_what_has_no_room_at_all_is_told() -> None:
    found = judge(full_size(), Role.VLM, machine(ram=2), Preferences())
    assert found.verdict is Verdict.NOT
    assert found.sentence.startswith("Does not fit: ")


def test_a_model_of_the_catalog_before_it_is_there(stand_in_nvml: StandInNvml, tmp_path: Path) -> None:
    stand_in_nvml.show(T4)
    library = placed(starter_library(tmp_path, {}))
    assert library.places is not None
    assert set_judged(library.places).verdict is Verdict.FITS
    large = [card for card in catalog.load() if card.role is Role.LLM and (card.parameters or 0) > 20 * GB]
    small = [card for card in catalog.load() if card.role is Role.LLM and 0 < (card.parameters or 0) < 4 * GB]
    for card in small:
        assert judged(card, library).verdict is Verdict.FITS
    for card in large:
        assert judged(card, library).verdict is not Verdict.FITS
    assert small
    voice = next(card for card in catalog.load() if card.role is Role.TTS and not card.starter)
    assert judged(voice, library).verdict is Verdict.FITS
    # What it takes comes on top of the voices that are there.
    assert judged(replace(voice, need=200 * GB), library).verdict is not Verdict.FITS


@pytest.mark.parametrize("role", list(Role))
def test_a_starter_fits(stand_in_nvml: StandInNvml, tmp_path: Path, role: Role) -> None:
    stand_in_nvml.show(T4)
    library = placed(starter_library(tmp_path, {}))
    card = next(card for card in library.cards if card.role is role)
    assert judged(card, library).verdict is Verdict.FITS


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_voice_takes_the_place_of_the_one_in_use(stand_in_nvml: StandInNvml, tmp_path: Path, language: str) -> None:
    stand_in_nvml.show(T4)
    starters = starter_library(tmp_path, {})
    voices = replace(starters, cards=tuple(card for card in starters.cards if card.role is Role.TTS))
    room = hardware.read().gpus[0].free - MARGIN - CONTEXT
    voice = next(card for card in catalog.load() if card.role is Role.TTS and not card.starter)
    voice = replace(voice, source=(language,), target=(language,), need=room)
    assert judged(voice, placed(voices, pair=Pair("en", "en"))).verdict is Verdict.FITS
    assert judged(replace(voice, need=room + 1), placed(voices, pair=Pair("en", "en"))).verdict is not Verdict.FITS
    # Where all languages are spoken at once, it comes beside the others.
    assert judged(voice, placed(voices)).verdict is not Verdict.FITS


def test_a_model_whose_work_another_one_does_does_not_fit(stand_in_nvml: StandInNvml, tmp_path: Path) -> None:
    library = starter_library(tmp_path, {})
    tight = Hardware((), "no card", None, 12 * GB, 8 * GB, 8)
    places = Places(library, read=lambda: tight, pair=Pair("en", "en"))
    large = next(card for card in catalog.load() if card.id == "qwen3-32b")
    found = judged(large, replace(library, places=places))
    assert found.verdict is Verdict.NOT
    assert found.sentence.startswith("Does not fit: ")
    assert found.placement is None
    small = next(card for card in catalog.load() if card.id == "qwen3-0.6b")
    assert judged(small, replace(library, places=places)).placement is not None
