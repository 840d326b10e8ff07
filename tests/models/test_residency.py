"""Lending engines: once loaded they stay, it is known what they take, and a card that cannot be used stops nothing."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from models import residency
from models.catalog import Card
from models.hardware import Gpu, Hardware, read
from models.residency import Library, Loaded, Residency, starter_library
from models.roles import CPU, GB, CancelToken, Message, ModelError, Placement, Role, Sampling
from tests.nvml import T4, StandInNvml

ROOT = Path(__file__).resolve().parents[2]
NO_CARD = pytest.mark.skipif(bool(read().gpus), reason="this machine has a graphics card")


def test_an_engine_is_loaded_once_and_closed_with_the_rest(tmp_path: Path) -> None:
    notices: list[tuple[str, bool]] = []

    def note(card: Card, loaded: Loaded | None) -> None:
        notices.append((card.id, loaded is not None))

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


def test_models_are_loaded_one_after_the_other(tmp_path: Path) -> None:
    library, told = starter_library(tmp_path, {}), list[tuple[str, bool]]()

    def work(*needs: tuple[str, ...]) -> None:
        engines = Residency(library, lambda card, loaded: told.append((card.id, loaded is not None)))
        for kind, *languages in needs:
            getattr(engines, kind)(*languages)
        ready.wait()
        engines.close()

    ready = threading.Barrier(3, timeout=60)
    brain = (("chat", Role.LLM), ("translator", "en", "es"), ("translator", "es", "en"), ("chat", Role.VLM))
    stages = [(("recognizer", "en"),), brain, (("voice", "es"), ("voice", "en"))]
    threads = [threading.Thread(target=work, args=needs) for needs in stages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 14
    for (loading, loaded_before), (ready_card, loaded_after) in zip(told[::2], told[1::2], strict=True):
        assert (loading, loaded_before, loaded_after) == (ready_card, False, True)


def test_a_model_can_be_loaded_while_another_one_is(tmp_path: Path) -> None:
    told: list[tuple[str, bool]] = []

    def note(card: Card, loaded: Loaded | None) -> None:
        told.append((card.id, loaded is not None))
        if card.role is Role.LLM and loaded is None:
            engines.translator("en", "es")

    engines = Residency(starter_library(tmp_path, {}), note)
    engines.chat(Role.LLM)
    engines.close()
    translator = "starter-translation-en-es"
    assert told == [("starter-llm", False), (translator, False), (translator, True), ("starter-llm", True)]


def test_a_model_that_cannot_be_loaded_holds_up_no_other(tmp_path: Path) -> None:
    library = starter_library(tmp_path, {})
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    card = replace(_card(library, Role.LLM), folder=".", files={"model": broken.name})
    with pytest.raises(ModelError):
        Residency(Library((card,), tmp_path, tmp_path, {})).chat(Role.LLM)
    others = Residency(library)
    thread = threading.Thread(target=lambda: others.voice("en") and others.close())
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


GROWTH = """
import json, sys
from pathlib import Path
from models import hardware
from models.residency import Residency, starter_library
from models.roles import Role
loaded = []
library = starter_library(Path(sys.argv[1]), {})
residency = Residency(library, lambda card, done: loaded.append(done))
library.engine(library.find(Role.TTS))
before = hardware.read().ram_ours
residency.voice("en")
print(json.dumps([loaded[-1].ram, loaded[-1].vram, hardware.read().ram_ours - before]))
"""


def test_what_a_model_takes_is_what_the_process_grew_by(tmp_path: Path) -> None:
    command = [sys.executable, "-c", GROWTH, str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    ram, vram, grown = json.loads(result.stdout)
    assert ram == pytest.approx(grown, rel=0.1)
    assert ram > 4_000_000
    assert vram == 0


@NO_CARD
def test_what_went_to_the_cpu_takes_nothing_of_the_card(stand_in_nvml: StandInNvml, tmp_path: Path) -> None:
    stand_in_nvml.show(T4)
    loaded: list[Loaded | None] = []
    placements = dict.fromkeys(Role, Placement(gpu=0))
    engines = Residency(starter_library(tmp_path, placements), lambda card, done: loaded.append(done))
    engines.chat(Role.LLM)
    engines.close()
    done = loaded[-1]
    assert done is not None
    assert (done.placement, done.vram) == (CPU, 0)


@pytest.mark.parametrize(
    ("before", "after", "card", "taken"),
    [
        # The driver says what is ours, whatever others do meanwhile.
        ((9 * GB, 1 * GB), (3 * GB, 5 * GB), 0, 4 * GB),
        ((9 * GB, 5 * GB), (9 * GB, 4 * GB), 0, 0),
        # It does not say: what became less is taken to be ours.
        ((9 * GB, None), (6 * GB, None), 0, 3 * GB),
        ((9 * GB, None), (6 * GB, 2 * GB), 0, 3 * GB),
        ((6 * GB, None), (9 * GB, None), 0, 0),
        ((9 * GB, 1 * GB), (3 * GB, 5 * GB), None, 0),
        ((9 * GB, 1 * GB), (3 * GB, 5 * GB), 1, 0),
    ],
)
def test_what_a_model_takes_of_a_card(
    before: tuple[int, int | None], after: tuple[int, int | None], card: int | None, taken: int
) -> None:
    def reading(free: int, ours: int | None) -> Hardware:
        return Hardware((Gpu(0, "Tesla T4", 16 * GB, free, ours),), None, "550.54.14", 0, 0, 2)

    assert residency._vram_taken(reading(*before), reading(*after), card) == taken


def _card(library: Library, role: Role) -> Card:
    card = library.find(role)
    assert card is not None
    return card


LEFT = """
import ctypes, sys, threading
from pathlib import Path
import psutil
from models.residency import Residency, starter_library
from models.roles import CancelToken

def work():
    engines = Residency(starter_library(Path(sys.argv[1]), {}))
    text = "Once there was a small house near the sea, and an old man lived in it. "
    list(engines.voice("en").speak(6 * text, CancelToken()))
    list(engines.translator("en", "es").translate(text, "en", "es", CancelToken()))
    engines.recognizer("en")
    engines.close()
    left = psutil.Process().memory_info().rss
    ctypes.CDLL(None).malloc_trim(0)
    print(left - psutil.Process().memory_info().rss)

thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc can be asked for what it keeps")
def test_what_closed_engines_freed_is_given_back_to_the_system(tmp_path: Path) -> None:
    # In a process of its own: here other tests have left holes in the heaps.
    found = subprocess.run(
        [sys.executable, "-c", LEFT, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(found.stdout) < 5_000_000
