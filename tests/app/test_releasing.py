"""A model that is to be removed: whoever has it open lets go of it first, or its removal is refused with a reason."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.stages import Load
from app.turn import Request
from models import available, catalog
from models.catalog import Card
from models.roles import CancelToken, ModelError
from models.store import importing
from models.store.importing import Told
from tests.fakes import MemoryMicrophone

STARTERS = catalog.starter_folder()


class Bench:
    """An assistant with an installed model of each kind."""

    def __init__(self, data: Path) -> None:
        self.data = data
        store = available.store(data)
        self.cards: dict[str, Card] = {}
        for folder in ("llm", "asr-en", "tts-en"):
            identity = importing.bring_in([STARTERS / folder], store, Told(name=f"My {folder}"), CancelToken())
            self.cards[folder] = store.find(identity).card
        self.assistant = Assistant(available.library(data))
        self.assistant.start()

    def release(self, folder: str, seconds: float = 60.0) -> None:
        card = self.cards[folder]
        self.assistant.release(card, available.library(self.data, without=card.id), seconds)

    def mapped(self, folder: str) -> bool:
        """Whether this process has a file of the model in its memory."""
        return self.cards[folder].folder in Path("/proc/self/maps").read_text()

    def warm(self) -> None:
        assert self.assistant.warm(Request("", (), "en", "en", True)) is None


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.assistant.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only there the system tells which files are mapped")
def test_it_is_closed_when_its_files_may_go(bench: Bench) -> None:
    bench.warm()
    assert bench.mapped("llm")
    bench.release("llm")
    assert not bench.mapped("llm")
    turn = bench.assistant.ask(Request("What is the capital of Japan?", (), "en", "en", False))
    assert "Tokyo" in bench.assistant.wait(turn, 60).answer
    assert not bench.mapped("llm"), "the starter answers"


def test_at_work_it_is_refused_and_stays(bench: Bench) -> None:
    bench.warm()
    over = threading.Event()
    bench.assistant._brain.put(Load(lambda: over.wait() and None, lambda problem: None))
    try:
        with pytest.raises(ModelError, match="“My llm” is still at work") as raised:
            bench.release("llm", 0.1)
        assert raised.value.code == "in-use"
        bench.release("tts-en")  # another stage's, which nothing holds up
    finally:
        over.set()


def test_a_recognizer_at_the_microphone_is_refused_and_others_are_not_waited_for(bench: Bench) -> None:
    microphone = MemoryMicrophone()
    bench.assistant.attend(microphone)
    microphone.wait(0.1)
    microphone.listened()
    with pytest.raises(ModelError, match="ready at the microphone"):
        bench.release("asr-en")
    bench.release("llm")
    bench.assistant.ignore()
    bench.release("asr-en")


def test_what_nobody_has_open_is_not_waited_for(bench: Bench) -> None:
    bench.release("llm")
    over = threading.Event()
    bench.assistant._brain.put(Load(lambda: over.wait() and None, lambda problem: None))
    try:
        bench.release("llm", 0.1)
    finally:
        over.set()
