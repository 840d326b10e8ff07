"""Models arrive whole or are not there; what is installed is checked, listed with its faults, and removed."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models import available, catalog
from models.catalog import Card, Origin
from models.roles import Cancelled, CancelToken, ModelError, Role
from models.store import disk
from models.store.arrival import Arrival
from models.store.installed import Store, Verdict
from models.store.web import Patience, Web
from tests.hub import GOOD, Asked, Bad, Hub, running

QUICK = Patience(stall=0.5, least=64, tries=3, waits=(0.001,))
MODEL, CONFIG = os.urandom(50_000), b'{"name": "test"}'


@pytest.fixture(scope="module")
def server() -> Iterator[Hub]:
    with running() as one:
        yield one


@pytest.fixture
def hub(server: Hub) -> Hub:
    server.files.clear()
    server.heads.clear()
    server.asked.clear()
    server.script = lambda asked: GOOD
    server.add("Some/Model", "model.bin", MODEL)
    server.add("Some/Model", "config.json", CONFIG, large=False)
    return server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


def card(**more: object) -> Card:
    (made,) = catalog.parse(
        """
        [some-model]
        name = "Some model"
        role = "tts"
        engine = "piper"
        hub = "Some/Model"
        downloads = [{ path = "model.bin" }, { path = "config.json" }]
        files = { model = "model.bin", config = "config.json" }
        source = ["en"]
        licence = "MIT"
        description = "For tests."
        """
    )
    return replace(made, **more)  # type: ignore[arg-type]


def arrive(hub: Hub, store: Store, wanted: Card | None = None) -> None:
    arrival = Arrival(store, wanted or card(), Web(hub.url, QUICK))
    arrival.prepare(CancelToken())
    arrival.work(CancelToken())
    arrival.finish(CancelToken())


def packed(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def archive_card() -> Card:
    return card(
        origins=(Origin(".", url="https://example.org/packed.zip", unpack=True),), files={"model": "a/model.bin"}
    )


def test_a_model_arrives_whole_with_its_manifest(hub: Hub, store: Store) -> None:
    assert store.installed() == ()
    arrive(hub, store)
    (one,) = store.installed()
    assert (one.id, one.fault, one.whole, one.size) == ("some-model", "", True, len(MODEL) + len(CONFIG))
    assert (one.folder / "model.bin").read_bytes() == MODEL
    assert {file.path: file.sha256 for file in one.files} == {
        "model.bin": hashlib.sha256(MODEL).hexdigest(),
        "config.json": hashlib.sha256(CONFIG).hexdigest(),
    }
    assert one.card == replace(card(), folder=str(one.folder))
    assert not store.coming("some-model").exists()
    manifest = json.loads((one.folder / "model.json").read_text())
    assert all(source["commit"] for source in manifest["sources"])
    assert store.used() > one.size


def test_an_archive_is_unpacked_and_hashed(hub: Hub, store: Store) -> None:
    hub.files["/packed.zip"] = packed({"top/a/model.bin": MODEL, "top/b.txt": b"x"})
    arrive(hub, store, archive_card())
    (one,) = store.installed()
    assert [file.path for file in one.files] == ["a/model.bin", "b.txt"]
    assert (one.folder / "a/model.bin").read_bytes() == MODEL


@pytest.mark.parametrize("files", [{"../x": b"x"}, {"top/other.bin": b"x"}])
def test_what_is_no_whole_model_is_thrown_away(hub: Hub, store: Store, files: dict[str, bytes]) -> None:
    hub.files["/packed.zip"] = packed(files)
    with pytest.raises(ModelError) as raised:
        arrive(hub, store, archive_card())
    assert raised.value.code in ("archive-refused", "model-incomplete")
    assert store.installed() == ()
    assert not store.coming("some-model").exists()


def test_wrong_bytes_are_never_offered(hub: Hub, store: Store) -> None:
    wrong = bytes(len(MODEL))
    hub.script = lambda asked: Bad(content=wrong) if asked.path.startswith("/cdn/") else GOOD
    with pytest.raises(ModelError) as raised:
        arrive(hub, store)
    assert raised.value.code == "wrong-hash"
    assert store.installed() == ()


def test_a_file_that_lies_there_already_is_checked_as_well(hub: Hub, store: Store) -> None:
    """As after another mirror was set, which has another file of the same size."""
    files = store.coming("some-model") / "files"
    files.mkdir(parents=True)
    (files / "model.bin").write_bytes(bytes(len(MODEL)))
    with pytest.raises(ModelError) as raised:
        arrive(hub, store)
    assert raised.value.code == "wrong-hash"
    assert store.installed() == ()
    arrive(hub, store)
    assert (store.installed()[0].folder / "model.bin").read_bytes() == MODEL


def test_another_process_goes_on_where_the_first_was(hub: Hub, store: Store) -> None:
    stopped = CancelToken()

    def script(asked: Asked) -> Bad:
        if asked.path.startswith("/cdn/") and asked.method == "GET":
            if asked.range != f"bytes=0-{len(MODEL) - 1}":
                stopped.cancel()
            return Bad(cut=20_000)
        return GOOD

    hub.script = script
    first = Arrival(store, card(), Web(hub.url, QUICK))
    first.prepare(CancelToken())
    with pytest.raises(Cancelled):
        first.work(stopped)
    assert store.installed() == ()
    came = first.done
    assert came > 0

    hub.script, before = (lambda asked: GOOD), len(hub.asked)
    arrive(hub, store)
    assert store.installed()[0].size == len(MODEL) + len(CONFIG)
    asked = hub.asked[before:]
    assert "HEAD" not in {one.method for one in asked}, "what was pinned is not looked up again"
    assert f"bytes={came}-{len(MODEL) - 1}" in {one.range for one in asked}


def test_a_file_that_is_another_one_now_is_looked_up_again_once(hub: Hub, store: Store) -> None:
    arrival = Arrival(store, card(), Web(hub.url, QUICK))
    arrival.prepare(CancelToken())
    other = os.urandom(60_000)
    # As after a new revision whose history forgot the old one.
    hub.files = {path: content for path, content in hub.files.items() if content != MODEL}
    hub.add("Some/Model", "model.bin", other)
    arrival.work(CancelToken())
    arrival.finish(CancelToken())
    assert (store.installed()[0].folder / "model.bin").read_bytes() == other


def test_what_stays_gone_is_told(hub: Hub, store: Store) -> None:
    arrival = Arrival(store, card(), Web(hub.url, QUICK))
    arrival.prepare(CancelToken())
    hub.files = {path: content for path, content in hub.files.items() if content != MODEL}
    with pytest.raises(ModelError) as raised:
        arrival.work(CancelToken())
    assert raised.value.code == "source-gone"


def test_a_full_disk_is_told_before_anything_is_fetched(
    hub: Hub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "SPARE", 1 << 60)
    with pytest.raises(ModelError) as raised:
        arrive(hub, store)
    assert raised.value.code == "disk-full"
    assert {one.method for one in hub.asked} == {"HEAD"}


def test_verifying_finds_every_change_and_forgets_what_was_found_before(hub: Hub, store: Store) -> None:
    arrive(hub, store)
    (one,) = store.installed()
    store.judge(one.fingerprint, Verdict("It does not work.", "Choose another."))
    assert store.installed()[0].fault == "It does not work."
    assert store.verify("some-model", CancelToken()) == ()
    assert store.installed()[0].fault == ""
    path = one.folder / "model.bin"
    path.write_bytes(MODEL[:-1] + bytes([MODEL[-1] ^ 1]))
    assert store.verify("some-model", CancelToken()) == ("“model.bin” has changed since it was installed.",)
    (changed,) = store.installed()
    assert (changed.fault, changed.whole) == (
        "The file “model.bin” of “Some model” has changed since it was installed.",
        False,
    )
    path.write_bytes(MODEL)
    assert store.verify("some-model", CancelToken()) == ()
    assert store.installed()[0].fault == ""
    path.write_bytes(MODEL[:-1])
    assert "49,999 bytes instead of 50,000" in store.verify("some-model", CancelToken())[0]
    assert "not whole" in store.installed()[0].fault
    path.unlink()
    assert store.verify("some-model", CancelToken()) == ("“model.bin” is missing.",)
    with pytest.raises(ModelError, match="no installed model"):
        store.verify("other", CancelToken())


def test_removing_leaves_nothing(hub: Hub, store: Store) -> None:
    arrive(hub, store)
    store.judge(store.installed()[0].fingerprint, Verdict("Bad.", "Go."))
    store.coming("some-model").mkdir(parents=True)
    assert store.remove("some-model") == len(MODEL) + len(CONFIG)
    assert store.installed() == ()
    assert {path.name for path in store.root.rglob("*") if path.is_file()} == {"verdicts.json"}
    with pytest.raises(ModelError, match="no installed model"):
        store.remove("some-model")
    with pytest.raises(ValueError, match="leaves its folder"):
        store.remove("../models")


def test_what_the_system_says_is_in_use_stays_whole(hub: Hub, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, which moves no folder in which a file is open."""
    arrive(hub, store)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Access is denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(ModelError, match="“some-model” is in use") as raised:
            store.remove("some-model")
    assert raised.value.code == "model-in-use"
    assert [one.fault for one in store.installed()] == [""]
    assert store.remove("some-model") == len(MODEL) + len(CONFIG)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"format": 2}', '{"format": 1, "card": {}, "files": 5}'])
def test_a_folder_without_a_sound_manifest_is_no_model(hub: Hub, store: Store, text: str) -> None:
    arrive(hub, store)
    (one,) = store.installed()
    (one.folder / "model.json").write_text(text)
    assert store.installed() == ()


def test_a_manifest_may_name_no_file_elsewhere(hub: Hub, store: Store) -> None:
    arrive(hub, store)
    path = store.installed()[0].folder / "model.json"
    path.write_text(path.read_text().replace('"path": "model.bin"', '"path": "../../secret"'))
    assert store.installed() == ()


def test_a_model_that_a_process_died_of_is_not_opened_by_itself_again(hub: Hub, store: Store, tmp_path: Path) -> None:
    arrive(hub, store)
    (one,) = store.installed()
    with store.opening(one.card):
        (mark,) = (store.root / ".opening").iterdir()
        store.settle()
        assert mark.exists(), "this process lives"
        dead = mark.read_text()
    assert not mark.exists()
    # As it is after kill -9: the mark of a process that is no more.
    key, name, process, _ = json.loads(dead)
    mark.write_text(json.dumps([key, name, process, 1.0]))
    library = available.library(tmp_path)
    assert "some-model" not in {each.id for each in library.cards}
    assert library.find(Role.TTS, "en", "en") is not None
    (one,) = store.installed()
    assert "ended while it opened “Some model”" in one.fault
    assert one.remedy == "Verify it to have it tried again, or choose another model."
    assert not mark.exists()


def test_installed_models_come_before_starters_and_wanted_ones_before_these(hub: Hub, tmp_path: Path) -> None:
    room = available.store(tmp_path)
    arrive(hub, room)
    arrive(hub, room, card(id="newer-model", folder="newer-model"))

    def voices(*wanted: str) -> list[str]:
        return [each.id for each in available.library(tmp_path, wanted).cards if each.role is Role.TTS]

    assert voices() == ["newer-model", "starter-tts-es"]
    assert voices("some-model", "nothing") == ["some-model", "starter-tts-es"]
    assert voices("starter-tts-en") == ["starter-tts-en", "starter-tts-es"]


def test_one_process_at_a_time_changes_the_store(store: Store) -> None:
    program = (
        "import sys; from pathlib import Path; from models.store.installed import Store\n"
        "with Store(Path(sys.argv[1])).changing(): pass"
    )
    root = Path(__file__).resolve().parents[2]
    with store.changing(), store.changing():
        done = subprocess.run(
            [sys.executable, "-c", program, str(store.root)], cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode != 0
        assert "Another Parley" in done.stderr
    with store.changing():
        pass


def test_what_is_used_can_be_told_while_models_come_and_go(store: Store) -> None:
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            for number in range(20):
                (store.root / f"m{number}" / "deep").mkdir(parents=True, exist_ok=True)
                (store.root / f"m{number}" / "deep" / "file").write_bytes(MODEL)
            for number in range(20):
                shutil.rmtree(store.root / f"m{number}")

    busy = threading.Thread(target=come_and_go)
    busy.start()
    try:
        seen = [store.used()]
        while len(seen) < 3000 or not max(seen):
            seen.append(store.used())
    finally:
        over.set()
        busy.join()
    (store.root / "m").mkdir(parents=True)
    (store.root / "m" / "file").write_bytes(MODEL)
    (store.root / "m" / "link").symlink_to(store.root / "m" / "file")
    assert store.used() == len(MODEL)
