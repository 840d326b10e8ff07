"""What sources say of files before these are fetched, by a server on loopback in their place."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from models.catalog import Origin
from models.roles import CancelToken, ModelError
from models.store import sources
from models.store.web import Patience, Web
from tests.hub import COMMIT, GOOD, Asked, Bad, Hub, running

QUICK = Patience(stall=0.5, least=64, tries=3, waits=(0.001,))
CONTENT = b"weights" * 1000
VOSK = "https://alphacephei.com/vosk/models/vosk-model-small-xx-0.1.zip"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as server:
        server.add("Some/Model", "deep/model.gguf", CONTENT)
        server.add("Some/Model", "config.json", b"{}", large=False)
        server.files["/vosk/models/vosk-model-small-xx-0.1.zip"] = CONTENT
        yield server


def pin(server: Hub, **origin: Any) -> sources.Pinned:
    return sources.pin(Origin(**{"to": "x", **origin}), Web(server.url, QUICK), CancelToken())


def test_the_hub_tells_revision_size_and_hash_and_its_redirect_is_not_followed(hub: Hub) -> None:
    found = pin(hub, hub="Some/Model", path="deep/model.gguf")
    assert found.url == f"{hub.url}/Some/Model/resolve/{COMMIT}/deep/model.gguf"
    assert (found.size, found.commit) == (len(CONTENT), COMMIT)
    assert set(found.hashes) == {"sha256"}
    assert [(asked.method, asked.path) for asked in hub.asked] == [("HEAD", "/Some/Model/resolve/main/deep/model.gguf")]


def test_a_small_file_has_the_hash_that_git_gives_it(hub: Hub) -> None:
    assert set(pin(hub, hub="Some/Model", path="config.json").hashes) == {"git-blob"}


def test_what_is_pinned_is_read_back_alike(hub: Hub) -> None:
    found = pin(hub, hub="Some/Model", path="deep/model.gguf")
    assert sources.Pinned.read(json.loads(json.dumps(vars(found)))) == found


def test_vosks_list_adds_its_hash_and_may_be_missing(hub: Hub) -> None:
    assert pin(hub, url=VOSK).hashes == {}
    entry = {"name": "vosk-model-small-xx-0.1", "md5": "0" * 32, "size": 5, "obsolete": "false"}
    hub.files["/vosk/models/model-list.json"] = json.dumps([7, {"name": "other"}, entry]).encode()
    found = pin(hub, url=VOSK)
    assert (found.hashes, found.size) == ({"md5": "0" * 32}, len(CONTENT))
    hub.files["/vosk/models/model-list.json"] = b"[[" * 100_000
    assert pin(hub, url=VOSK).hashes == {}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (Bad(status=404), "source-gone"),
        (Bad(status=401), "source-refused"),
        (Bad(status=503), "source-busy"),
        (Bad(status=200, headers={"Content-Type": "text/html"}, body=b"<html>"), "not-the-file"),
        (Bad(status=302, headers={"Location": "/Some/Model/resolve/main/deep/model.gguf"}), "redirects"),
        (Bad(status=302, headers={"Location": "ftp://elsewhere/x"}), "source-odd"),
    ],
)
def test_a_source_that_does_not_tell_is_one_sentence(hub: Hub, bad: Bad, code: str) -> None:
    hub.script = lambda asked: bad
    with pytest.raises(ModelError) as raised:
        pin(hub, hub="Some/Model", path="deep/model.gguf")
    assert raised.value.code == code


def test_another_file_than_the_catalogs_is_refused(hub: Hub) -> None:
    for told in ({"size": 5}, {"sha256": "00" * 32}):
        with pytest.raises(ModelError) as raised:
            pin(hub, hub="Some/Model", path="deep/model.gguf", **told)
        assert raised.value.code == "source-other"


def test_a_busy_source_is_asked_again(hub: Hub) -> None:
    hub.script = lambda asked: Bad(status=503) if len(hub.asked) < 3 else GOOD
    assert pin(hub, hub="Some/Model", path="deep/model.gguf").size == len(CONTENT)


def entry(name: str, licence: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "downloads": 7, "tags": ["gguf", f"license:{licence}"], **more}


def file(path: str, size: int) -> dict[str, Any]:
    return {"type": "file", "path": path, "size": size}


def test_searching_finds_files_with_their_sizes_and_keeps_to_the_filters(hub: Hub) -> None:
    listed = [
        entry("A/text", "apache-2.0"),
        entry("B/eyes", "gemma", gated="manual"),
        entry("../up", "mit"),
        {"id": 5},
        7,
    ]
    hub.files["/api/models"] = json.dumps(listed).encode()
    trees = {
        "A/text": [file("small.gguf", 10), file("large.gguf", 10_000), file("../x.gguf", 1), file("readme.md", 1)],
        "B/eyes": [file("model.gguf", 20), file("mmproj-model.gguf", 5)],
    }
    for name, tree in trees.items():
        hub.files[f"/api/models/{name}/tree/main"] = json.dumps(tree).encode()
    asked: list[Asked] = []
    hub.script = lambda one: asked.append(one) or GOOD
    web = Web(hub.url, QUICK)

    found = sources.search("tiny model", web, CancelToken())
    assert [(one.hub, [each.path for each in one.files]) for one in found] == [
        ("A/text", ["small.gguf", "large.gguf"]),
        ("B/eyes", ["model.gguf", "mmproj-model.gguf"]),
    ]
    assert (found[1].pictures, found[1].gated, found[1].licence) == (True, True, "gemma")
    assert "search=tiny+model" in asked[0].path
    assert "filter=gguf" in asked[0].path
    some = sources.search("x", web, CancelToken(), licence="Apache-2.0", largest=100)
    assert [(one.hub, [each.path for each in one.files]) for one in some] == [("A/text", ["small.gguf"])]
    assert [one.hub for one in sources.search("x", web, CancelToken(), pictures=True)] == ["B/eyes"]


def test_an_answer_that_is_no_list_is_one_sentence(hub: Hub) -> None:
    for body in (b"{}", b"<html>", b"[" * 200_000):
        hub.files["/api/models"] = body
        with pytest.raises(ModelError) as raised:
            sources.search("x", Web(hub.url, QUICK), CancelToken())
        assert raised.value.code == "source-odd"
