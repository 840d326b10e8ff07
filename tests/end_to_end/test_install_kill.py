"""A whole set is installed over the command line and killed again and again: the next start goes on and ends complete.

The catalog is replaced by one whose models are the starters' own files, served on loopback; all else is Parley itself.
"""

import dataclasses
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import catalog
from models.catalog import Card, Origin
from models.roles import CancelToken, Role
from models.store.installed import Store
from tests.hub import GOOD, Asked, Bad, Hub, running

ROOT = Path(__file__).parents[2]
KILLS = 10
PROGRAM = """
import json, sys
from models import catalog
cards = tuple(catalog.card(each["id"], each["card"]) for each in json.loads(open(sys.argv.pop(1)).read()))
starters = tuple(card for card in catalog.load() if card.starter)
catalog.load = lambda: (*starters, *cards)
from app.__main__ import main
sys.exit(main())
"""


def offered(hub: Hub) -> list[Card]:
    """Cards like the starters', with origins at the server, where their files now are."""
    cards = []
    for card in catalog.load():
        if not card.starter:
            continue
        identity = card.id.replace("starter", "test")
        folder = catalog.starter_folder() / card.folder
        files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
        if card.role is Role.ASR:
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w") as archive:
                for name, path in files.items():
                    archive.write(path, f"{identity}/{name}")
            hub.files[f"/vosk/models/{identity}.zip"] = content.getvalue()
            url = f"https://alphacephei.com/vosk/models/{identity}.zip"
            origins: tuple[Origin, ...] = (Origin(".", url=url, about=len(content.getvalue()), unpack=True),)
        else:
            for name, path in files.items():
                hub.add(f"Test/{identity}", name, path.read_bytes(), large=path.stat().st_size > 100_000)
            origins = tuple(
                Origin(name, f"Test/{identity}", name, about=path.stat().st_size) for name, path in files.items()
            )
        more = {"parameters": 1_000_000, "need": 50_000_000} if card.role in (Role.LLM, Role.VLM) else {}
        cards.append(
            dataclasses.replace(card, id=identity, folder=identity, starter=False, origins=origins, **more)  # type: ignore[arg-type]
        )
    return cards


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with running() as server:
        yield server


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_set_that_is_killed_ten_times_ends_complete(hub: Hub, tmp_path: Path) -> None:
    cards = offered(hub)
    table = tmp_path / "cards.json"
    table.write_text(json.dumps([{"id": card.id, "card": catalog.table(card)} for card in cards]))
    data = tmp_path / "data"
    data.mkdir()
    (data / "settings.toml").write_text(f'mirror = "{hub.url}"\n')
    command = [sys.executable, "-c", PROGRAM, str(table), "--data", str(data)]
    install = [*command, "models", "install", "--set", "--lang", "en,es", "--json"]
    store, generator = Store(data / "models"), random.Random(6)

    def script(asked: Asked) -> Bad:
        # Now and then the line is cut as well; the client waits a second before it goes on.
        return Bad(cut=400_000) if asked.number % 12 == 3 and asked.path.startswith("/cdn/") else GOOD

    hub.script = script
    kills = 0
    while kills < KILLS:
        process = subprocess.Popen(install, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        enough = len(hub.asked) + generator.randrange(1, 10)
        while len(hub.asked) < enough and process.poll() is None:
            time.sleep(0.01)
        time.sleep(generator.random() / 5)
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
        for one in store.installed():
            assert not one.fault
            assert store.verify(one.id, CancelToken()) == ()
            if process.returncode == 0:  # it was done before it was killed: once more
                store.remove(one.id)

    done = subprocess.run(install, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["fits"]) == (0, True), done.stderr
    installed = {one.id: one for one in store.installed()}
    assert set(installed) == {card.id for card in cards}
    for card in cards:
        assert not installed[card.id].fault
        assert store.verify(card.id, CancelToken()) == ()
        folder = catalog.starter_folder() / card.id.replace("test-", "").replace("-set", "")
        for file in installed[card.id].files:
            original = folder / file.path
            assert (installed[card.id].folder / file.path).read_bytes() == original.read_bytes()
    assert not any((data / "models" / ".coming").iterdir())
    assert json.loads((data / "models" / "queue.json").read_text()) == []
    assert os.listdir(data / "models" / "test-llm")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes another way there")
def test_an_interrupted_installation_keeps_what_has_come(tmp_path: Path) -> None:
    """Also while the source has fallen silent."""
    with running() as hub:
        cards = [card for card in offered(hub) if card.role is Role.LLM]
        table, data = tmp_path / "cards.json", tmp_path / "data"
        table.write_text(json.dumps([{"id": card.id, "card": catalog.table(card)} for card in cards]))
        data.mkdir()
        (data / "settings.toml").write_text(f'mirror = "{hub.url}"\n')
        silent = {"now": True}
        hub.script = lambda asked: (
            Bad(stall=600_000) if silent["now"] and asked.method == "GET" and asked.path.startswith("/cdn/") else GOOD
        )
        install = [sys.executable, "-c", PROGRAM, str(table), "--data", str(data), "models", "install"]
        process = subprocess.Popen(
            [*install, "test-llm"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        part = data / "models" / ".coming" / "test-llm" / "files" / "model.gguf.part"
        while not (part.exists() and part.stat().st_size >= 600_000) and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        assert (process.returncode, out) == (130, "")
        assert "Traceback" not in err
        assert part.stat().st_size >= 600_000
        silent["now"] = False
        done = subprocess.run(install, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "test-llm: installed\n"), done.stderr
