"""One file from a server that behaves badly: it comes whole, with the right hash, or not at all and with the reason."""

import errno
import hashlib
import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.roles import Cancelled, CancelToken, ModelError
from models.store import disk
from models.store.download import Download, Wanted
from models.store.web import Patience, Web
from tests.hub import GOOD, Asked, Bad, Hub, running

QUICK = Patience(stall=0.3, least=64, tries=4, progress=2000, waits=(0.001,))
CONTENT = random.Random(1).randbytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as server:
        server.files["/file.bin"] = CONTENT
        yield server


def wanted(hub: Hub, **more: Any) -> Wanted:
    return Wanted(f"{hub.url}/file.bin", **{"size": len(CONTENT), "hashes": {"sha256": SHA256}, **more})


def download(hub: Hub, folder: Path, patience: Patience = QUICK, **more: Any) -> Download:
    return Download(Web(hub.url, patience), wanted(hub, **more), folder / "file.bin", least_stretch=20_000)


def work(one: Download, cancel: CancelToken | None = None, threads: int = 1) -> None:
    """Fetch on several threads; raises what the first of them raised."""
    cancel, errors = cancel or CancelToken(), list[Exception]()

    def run() -> None:
        try:
            one.work(cancel)
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]


def fetch(hub: Hub, folder: Path, threads: int = 1, **more: Any) -> str:
    one = download(hub, folder, **more)
    work(one, threads=threads)
    return one.finish(CancelToken())


def nothing_offered(folder: Path) -> bool:
    return not (folder / "file.bin").exists()


@pytest.mark.parametrize("threads", [1, 4])
def test_a_file_comes(hub: Hub, tmp_path: Path, threads: int) -> None:
    assert fetch(hub, tmp_path, threads) == SHA256
    assert (tmp_path / "file.bin").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["file.bin"]
    if threads == 1:
        assert len(hub.asked) == 1


def test_parts_come_at_the_same_time(hub: Hub, tmp_path: Path) -> None:
    together = threading.Barrier(4, timeout=20)

    def script(asked: Asked) -> Bad:
        if asked.number < 4:
            together.wait()
        return GOOD

    hub.script = script
    assert fetch(hub, tmp_path, 4) == SHA256
    assert len({asked.range for asked in hub.asked[:4]}) == 4


@pytest.mark.parametrize("threads", [1, 3])
def test_cut_at_a_hundred_random_points_it_comes_all_the_same(hub: Hub, tmp_path: Path, threads: int) -> None:
    generator, lock = random.Random(7), threading.Lock()

    def script(asked: Asked) -> Bad:
        with lock:
            return Bad(cut=generator.randrange(2000, 8000)) if asked.number < 100 else GOOD

    hub.script = script
    hub.files["/file.bin"] = content = random.Random(2).randbytes(1_000_000)
    digest = hashlib.sha256(content).hexdigest()
    assert fetch(hub, tmp_path, threads, size=len(content), hashes={"sha256": digest}) == digest
    assert (tmp_path / "file.bin").read_bytes() == content
    assert len(hub.asked) > 100
    # Nothing was fetched twice but what a cut connection had under way.
    first = [int(asked.range.removeprefix("bytes=").partition("-")[0]) for asked in hub.asked]
    assert threads > 1 or first == sorted(first)


@pytest.mark.parametrize("seed", range(100))
def test_cut_once_and_started_anew_it_goes_on_where_it_was(hub: Hub, tmp_path: Path, seed: int) -> None:
    """One process gives up at the cut, the next one goes on: at 100 random points."""
    point = random.Random(seed).randrange(len(CONTENT))
    hub.script = lambda asked: Bad(cut=point) if asked.number == 0 else Bad(status=500)
    impatient = Patience(stall=0.3, least=1, tries=1, waits=(0.001,))
    with pytest.raises(ModelError) as raised:
        work(download(hub, tmp_path, impatient))
    assert raised.value.code == "source-cut"
    assert "kept" in raised.value.remedy
    assert nothing_offered(tmp_path)
    hub.script = lambda asked: GOOD
    again = download(hub, tmp_path)
    assert again.done == point
    work(again)
    assert again.finish(CancelToken()) == SHA256
    assert hub.asked[-1].range == f"bytes={point}-{len(CONTENT) - 1}"


CASES: dict[str, tuple[Callable[[Asked], Bad], str]] = {
    "always cut": (lambda asked: Bad(cut=100), "source-cut"),
    "cut before the head": (lambda asked: Bad(cut=0), "source-cut"),
    "stalls": (lambda asked: Bad(stall=500), "source-stalled"),
    "one byte after another": (lambda asked: Bad(drip=0.05), "source-slow"),
    "wrong length": (lambda asked: Bad(content=CONTENT[:-1]), "wrong-size"),
    "wrong length, longer": (lambda asked: Bad(content=CONTENT + b"x"), "wrong-size"),
    "wrong length and no ranges": (lambda asked: Bad(content=CONTENT[:-5], ranges=False), "wrong-size"),
    "announces more than comes": (lambda asked: Bad(length=len(CONTENT) + 7, ranges=False), "wrong-size"),
    "right length and wrong bytes": (lambda asked: Bad(content=bytes(len(CONTENT))), "wrong-hash"),
    "a page": (
        lambda asked: Bad(status=200, body=b"<html>Sign in</html>", headers={"Content-Type": "text/html"}),
        "not-the-file",
    ),
    "a page as long as the file": (
        lambda asked: Bad(status=200, body=b"<html>".ljust(len(CONTENT)), headers={"Content-Type": "text/html"}),
        "not-the-file",
    ),
    "416": (lambda asked: Bad(status=416), "source-range"),
    "redirects for ever": (lambda asked: Bad(status=302, headers={"Location": "/file.bin"}), "redirects"),
    "redirect to an open address": (
        lambda asked: Bad(status=302, headers={"Location": "http://localhost:1/x"}),
        "not-secure",
    ),
    "redirect to a file": (lambda asked: Bad(status=302, headers={"Location": "file:///etc/passwd"}), "not-secure"),
    "not there": (lambda asked: Bad(status=404), "source-gone"),
    "wants a sign-in": (lambda asked: Bad(status=401), "source-refused"),
    "broken": (lambda asked: Bad(status=503), "source-busy"),
    "odd status": (lambda asked: Bad(status=418), "source-odd"),
    "packed": (lambda asked: Bad(headers={"Content-Encoding": "gzip"}), "source-odd"),
    "another part": (
        lambda asked: Bad(status=206, body=b"x", headers={"Content-Range": f"bytes 5-5/{len(CONTENT)}"}),
        "source-odd",
    ),
    "always another file": (lambda asked: Bad(cut=10_000, etag=f'"{asked.number}"'), "source-changed"),
}


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("case", CASES)
def test_what_cannot_come_is_told_and_not_offered(hub: Hub, tmp_path: Path, case: str, threads: int) -> None:
    hub.script, code = CASES[case]
    with pytest.raises(ModelError) as raised:
        fetch(hub, tmp_path, threads)
    assert raised.value.code == code
    assert raised.value.message.endswith(".")
    assert raised.value.remedy.endswith(".")
    assert nothing_offered(tmp_path)
    if code == "wrong-hash":
        assert list(tmp_path.iterdir()) == []
    hub.script = lambda asked: GOOD
    assert fetch(hub, tmp_path) == SHA256


@pytest.mark.parametrize(
    "first",
    [
        Bad(stall=5000),
        Bad(cut=5000),
        Bad(status=416),
        Bad(status=503, headers={"Retry-After": "0"}),
        Bad(status=429),
        Bad(cut=5000, ranges=False),
        Bad(cut=5000, etag='"older"'),
    ],
)
@pytest.mark.parametrize("threads", [1, 3])
def test_what_passes_is_overcome(hub: Hub, tmp_path: Path, first: Bad, threads: int) -> None:
    hub.script = lambda asked: first if asked.number == 0 else GOOD
    assert fetch(hub, tmp_path, threads) == SHA256
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("threads", [1, 3])
def test_a_server_without_ranges_will_do(hub: Hub, tmp_path: Path, threads: int) -> None:
    hub.script = lambda asked: Bad(ranges=False)
    assert fetch(hub, tmp_path, threads) == SHA256


def test_a_file_that_changes_in_the_middle_is_fetched_anew(hub: Hub, tmp_path: Path) -> None:
    older = bytes(len(CONTENT))
    hub.script = lambda asked: Bad(content=older, cut=50_000) if asked.number == 0 else GOOD
    assert fetch(hub, tmp_path) == SHA256
    assert hub.asked[-1].range == f"bytes=0-{len(CONTENT) - 1}"


def test_a_file_that_changed_between_two_starts_is_fetched_anew(hub: Hub, tmp_path: Path) -> None:
    hub.script = lambda asked: Bad(content=bytes(len(CONTENT)), cut=50_000)
    impatient = Patience(stall=0.3, least=1, tries=1, waits=(0.001,))
    with pytest.raises(ModelError):
        work(download(hub, tmp_path, impatient))
    hub.script = lambda asked: GOOD
    assert fetch(hub, tmp_path) == SHA256


@pytest.mark.parametrize("name", ["md5", "git-blob"])
def test_other_hashes_count_as_well(hub: Hub, tmp_path: Path, name: str) -> None:
    right = {
        "md5": hashlib.md5(CONTENT).hexdigest(),
        "git-blob": hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest(),
    }
    assert fetch(hub, tmp_path, hashes={name: right[name]}) == SHA256
    (tmp_path / "file.bin").unlink()
    with pytest.raises(ModelError, match="was announced"):
        fetch(hub, tmp_path, hashes={name: "0" * len(right[name])})
    assert nothing_offered(tmp_path)


def test_stopped_it_keeps_what_has_come(hub: Hub, tmp_path: Path) -> None:
    cancel = CancelToken()

    def script(asked: Asked) -> Bad:
        if asked.number == 1:
            cancel.cancel()
        return Bad(cut=70_000)

    hub.script = script
    with pytest.raises(Cancelled):
        work(download(hub, tmp_path), cancel)
    assert nothing_offered(tmp_path)
    hub.script = lambda asked: GOOD
    again = download(hub, tmp_path)
    assert again.done >= 70_000
    work(again)
    assert again.finish(CancelToken()) == SHA256


def test_stopped_while_it_waits_it_ends_at_once(hub: Hub, tmp_path: Path) -> None:
    cancel = CancelToken()
    one = download(hub, tmp_path, Patience(stall=0.3, least=1, tries=9, waits=(3600,)))
    hub.script = lambda asked: Bad(status=503)
    ended: list[str] = []

    def run() -> None:
        try:
            one.work(cancel)
        except Cancelled:
            ended.append("cancelled")

    thread = threading.Thread(target=run)
    thread.start()
    while not one.trouble:
        thread.join(0.01)
    assert "cannot answer now" in one.trouble
    cancel.cancel()
    thread.join(20)
    assert ended == ["cancelled"]


def test_stopped_while_it_is_hashed_it_goes_on_there(hub: Hub, tmp_path: Path) -> None:
    one = download(hub, tmp_path)
    work(one)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        one.finish(cancel)
    again = download(hub, tmp_path)
    work(again)
    assert again.finish(CancelToken()) == SHA256
    assert len(hub.asked) == 1


@pytest.mark.parametrize(
    "journal",
    [
        "",
        "{",
        "[]",
        '{"size": 300000}',
        '{"size": 300000, "hashes": {"sha256": "SHA"}, "etag": "", "done": [[0, 400000]]}',
        '{"size": 300000, "hashes": {"sha256": "SHA"}, "etag": "", "done": [[-5, 100]]}',
        '{"size": 300000, "hashes": {"sha256": "SHA"}, "etag": "", "done": [[0, 9], [5, 20]]}',
        '{"size": 300000, "hashes": {"sha256": "SHA"}, "etag": "", "done": 7}',
        '{"size": 7, "hashes": {"sha256": "SHA"}, "etag": "", "done": [[0, 100]]}',
        '{"size": 300000, "hashes": {"sha256": "other"}, "etag": "", "done": [[0, 100]]}',
        "[" * 100_000,
    ],
)
def test_a_journal_that_makes_no_sense_means_to_begin_anew(hub: Hub, tmp_path: Path, journal: str) -> None:
    (tmp_path / "file.bin.part").write_bytes(bytes(1000))
    (tmp_path / "file.bin.part.json").write_text(journal.replace("SHA", SHA256))
    assert download(hub, tmp_path).done == 0
    assert fetch(hub, tmp_path) == SHA256


def test_a_journal_that_promises_too_much_ends_in_a_wrong_hash_not_in_a_wrong_file(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(bytes(1000))
    known = {"size": len(CONTENT), "hashes": {"sha256": SHA256}, "etag": "", "done": [[0, 1000]]}
    (tmp_path / "file.bin.part.json").write_text(json.dumps(known))
    with pytest.raises(ModelError) as raised:
        fetch(hub, tmp_path)
    assert raised.value.code == "wrong-hash"
    assert fetch(hub, tmp_path) == SHA256


@pytest.mark.parametrize("point", [0, 1, 70_000, 299_999])
def test_a_full_disk_is_told_and_what_has_come_is_kept(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: int
) -> None:
    real = disk.write

    def write(file: Any, position: int, piece: bytes) -> None:
        room = max(point - position, 0)
        real(file, position, piece[:room])
        if room < len(piece):
            raise OSError(errno.ENOSPC, "No space left on device")

    hub.script = lambda asked: Bad(cut=30_000)
    with monkeypatch.context() as patch:
        patch.setattr(disk, "write", write)
        with pytest.raises(ModelError) as raised:
            fetch(hub, tmp_path)
    assert raised.value.code == "disk-full"
    assert "kept" in raised.value.remedy
    assert nothing_offered(tmp_path)
    hub.script = lambda asked: GOOD
    again = download(hub, tmp_path)
    assert point // 30_000 * 30_000 <= again.done <= point
    work(again)
    assert again.finish(CancelToken()) == SHA256


def test_a_disk_that_fills_up_meanwhile_is_noticed_before_it_is_full(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(disk.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 1_000_000}))
        patch.setattr("models.store.download.SECONDS_BETWEEN_SAVES", 0)
        with pytest.raises(ModelError, match="too little to go on"):
            fetch(hub, tmp_path)
    assert fetch(hub, tmp_path) == SHA256


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_system_that_takes_no_more_is_told_and_what_has_come_is_kept(hub: Hub, tmp_path: Path) -> None:
    """A limit of the system's own, in a process of its own: a file may have 100,000 bytes."""
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from models.roles import CancelToken, ModelError\n"
        "from models.store.download import Download, Wanted\n"
        "from models.store.web import Patience, Web\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))\n"
        "url, size, digest, target = sys.argv[1:]\n"
        "wanted = Wanted(url, int(size), {'sha256': digest})\n"
        "try:\n"
        "    Download(Web(url, Patience(waits=(0.001,))), wanted, Path(target)).work(CancelToken())\n"
        "except ModelError as error:\n"
        "    print(error.code)\n"
    )
    hub.script = lambda asked: Bad(cut=30_000)
    words = [f"{hub.url}/file.bin", str(len(CONTENT)), SHA256, str(tmp_path / "file.bin")]
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert done.stdout == "disk-full\n"
    assert nothing_offered(tmp_path)
    hub.script = lambda asked: GOOD
    again = download(hub, tmp_path)
    assert 60_000 <= again.done <= 100_000
    work(again)
    assert again.finish(CancelToken()) == SHA256
