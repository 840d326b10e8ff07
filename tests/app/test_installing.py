"""The queue of models to be installed: progress, pause, cancel, failures, and going on in another process."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import inventory
from app.cli import main
from app.installing import Installer, Installing, State, kept
from models import catalog
from models.catalog import Card, Origin
from models.roles import ModelError
from models.store.installed import Store
from models.store.web import Patience, Web
from tests.hub import GOOD, Asked, Bad, Hub, running

QUICK = Patience(stall=5, least=64, tries=3, waits=(0.001,))
LLM = next(card for card in catalog.load() if card.id == "starter-llm")
CONTENT = (catalog.starter_folder() / "llm" / "model.gguf").read_bytes()
NOISE = os.urandom(300_000)


def card(identity: str, repository: str = "Test/good") -> Card:
    origins = (Origin("model.gguf", repository, "model.gguf", about=len(CONTENT)),)
    return replace(LLM, id=identity, name=identity, folder=identity, starter=False, origins=origins)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as server:
        server.add("Test/good", "model.gguf", CONTENT)
        server.add("Test/noise", "model.gguf", NOISE)
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


class Told:
    """What an installer told, and a way to wait for it."""

    def __init__(self) -> None:
        self.seen: list[Installing] = []
        self._came = threading.Condition()

    def __call__(self, installing: Installing) -> None:
        with self._came:
            self.seen.append(installing)
            self._came.notify_all()

    def until(self, wanted: Callable[[Installing], bool]) -> None:
        with self._came:
            assert self._came.wait_for(lambda: any(wanted(each) for each in self.seen), 200)

    def states(self, identity: str) -> list[State]:
        return list(dict.fromkeys(each.state for each in self.seen if each.id == identity))


def installer(hub: Hub, store: Store, told: Told) -> Installer:
    return Installer(store, Web(hub.url, QUICK), store.root.parent / "converted", told)


def test_models_are_installed_one_after_the_other_and_tried(hub: Hub, store: Store) -> None:
    told = Told()
    queue = installer(hub, store, told)
    queue.add([card("one"), card("bad", "Test/noise"), card("lost", "Test/nothing")])
    assert queue.queue == ("one", "bad", "lost")
    queue.start()
    failed = queue.wait()
    assert queue.stop()
    assert told.states("one")[:3] == [State.WAITING, State.LOOKING, State.FETCHING]
    assert told.states("one")[-2:] == [State.TRYING, State.INSTALLED]
    fetching = [each for each in told.seen if each.id == "one" and each.state is State.FETCHING]
    assert all(0 <= each.done <= each.total == len(CONTENT) for each in fetching)
    # What is no model arrives whole and is refused by its trial; it stays to be seen, with the reason.
    assert {identity: error.code for identity, error in failed.items()} == {
        "bad": "model-refused",
        "lost": "source-gone",
    }
    installed = {one.id: one for one in store.installed()}
    assert set(installed) == {"one", "bad"}
    assert installed["one"].fault == ""
    assert installed["bad"].fault == failed["bad"].message
    assert queue.queue == ()


def test_paused_stopped_and_begun_anew_it_goes_on(hub: Hub, store: Store) -> None:
    hold = threading.Event()

    def script(asked: Asked) -> Bad:
        slow = asked.method == "GET" and asked.path.startswith("/cdn/") and not hold.is_set()
        return Bad(stall=1_000_000) if slow else GOOD

    hub.script = script
    told = Told()
    queue = installer(hub, store, told)
    queue.add([card("one")])
    queue.start()
    told.until(lambda each: each.state is State.FETCHING and each.done > 500_000)
    queue.pause("one")
    told.until(lambda each: each.state is State.PAUSED)
    assert queue.queue == ("one",)
    assert store.installed() == ()
    assert queue.stop()

    hold.set()
    later = Told()
    with_pause = installer(hub, store, later)
    with_pause.start()
    assert with_pause.queue == ("one",)
    assert with_pause.wait() == {}, "what is paused stays so"
    with_pause.resume("one")
    assert with_pause.wait() == {}
    assert with_pause.stop()
    assert [one.id for one in store.installed()] == ["one"]
    begun = [each.done for each in later.seen if each.state is State.FETCHING]
    assert begun
    assert begun[0] >= 500_000


def test_cancelled_nothing_is_left(hub: Hub, store: Store) -> None:
    hub.script = lambda asked: Bad(stall=100_000) if asked.path.startswith("/cdn/") else GOOD
    told = Told()
    queue = installer(hub, store, told)
    queue.add([card("one"), card("two")])
    queue.start()
    told.until(lambda each: each.id == "one" and each.state is State.FETCHING)
    queue.cancel("two")
    queue.cancel("one")
    told.until(lambda each: each.id == "one" and each.state is State.CANCELLED)
    assert queue.wait() == {}
    assert queue.stop()
    assert queue.queue == ()
    assert not any(path.name == "model.gguf.part" for path in store.root.rglob("*"))


def test_what_may_pass_stays_in_the_queue_and_what_will_not_does_not(hub: Hub, store: Store) -> None:
    hub.script = lambda asked: Bad(status=503) if "good" in asked.path else GOOD
    queue = installer(hub, store, Told())
    queue.add([card("busy"), card("lost", "Test/nothing")])
    queue.start()
    assert {identity: error.code for identity, error in queue.wait().items()} == {
        "busy": "source-busy",
        "lost": "source-gone",
    }
    assert queue.stop()
    again = installer(hub, store, Told())
    again.add([])
    assert again.queue == ("busy",)
    again.start()
    again.stop()


def test_two_installers_do_not_work_on_one_queue(hub: Hub, store: Store, tmp_path: Path) -> None:

    program = (
        "import sys; from pathlib import Path; from models.store.installed import Store\n"
        "with Store(Path(sys.argv[1])).changing():\n print('held', flush=True); sys.stdin.read()"
    )
    root = Path(__file__).parents[2]
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(store.root)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout
    assert other.stdout.readline() == "held\n"
    with pytest.raises(ModelError) as raised:
        installer(hub, store, Told()).add([card("one")])
    assert raised.value.code == "store-busy"
    other.communicate("")


def test_a_queue_that_cannot_be_read_is_empty(hub: Hub, store: Store) -> None:
    store.root.mkdir(parents=True)
    for text in ("", "{", "[5]", '[{"id": "x", "card": {}, "paused": false}]'):
        (store.root / "queue.json").write_text(text)
        queue = installer(hub, store, Told())
        queue.add([])
        assert queue.queue == ()
        queue.stop()


def test_one_that_is_here_and_broken_is_fetched_again_and_stays_in_the_queue(hub: Hub, store: Store) -> None:
    first = installer(hub, store, Told())
    first.add([card("one")])
    first.start()
    assert first.wait() == {}
    assert first.stop()
    (store.find("one").folder / "model.gguf").write_bytes(b"x")
    hub.script = lambda asked: Bad(status=503)
    second = installer(hub, store, Told())
    second.add([store.find("one").card])
    second.start()
    assert second.wait()["one"].code == "source-busy"
    assert second.stop()
    # What is read back from the disk says what it is, not where it lies.
    assert [(waiting.id, waiting.folder) for waiting, _ in kept(store)] == [("one", "one")]
    hub.script = lambda asked: GOOD
    third = installer(hub, store, Told())
    third.start()
    assert third.wait() == {}
    assert third.stop()
    assert store.find("one").fault == ""


def test_what_no_catalog_has_is_listed_while_it_is_in_the_queue(hub: Hub, store: Store) -> None:
    told = Told()
    queue = installer(hub, store, told)
    queue.add([card("unheard-of")])
    queue.pause("unheard-of")
    assert queue.stop()
    listed = {entry.card.id: entry for entry in inventory.entries(store, [card("wished-for")])}
    assert {listed[name].standing for name in ("unheard-of", "wished-for")} == {inventory.Standing.AVAILABLE}
    later = Told()
    again = installer(hub, store, later)
    again.go_on()
    assert later.states("unheard-of") == [State.PAUSED]
    again.cancel("unheard-of")
    assert again.stop()
    assert "unheard-of" not in {entry.card.id for entry in inventory.entries(store)}


def test_what_was_begun_is_removed_from_the_queue_too(
    hub: Hub, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = installer(hub, store, Told())
    queue.add([card("one"), card("two")])
    assert queue.stop()
    assert main(["--data", str(store.root.parent), "models", "remove", "one"]) == 0
    assert "Removed one" in capsys.readouterr().out
    after = installer(hub, store, Told())
    after.add([])
    assert after.queue == ("two",)
    assert after.stop()
    assert main(["--data", str(store.root.parent), "models", "remove", "one"]) == 1
