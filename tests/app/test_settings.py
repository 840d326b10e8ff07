"""Settings on disk: what is typed wrong is told and stays, what is saved comes back, whatever the file was before."""

import dataclasses
import os
import random
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.settings import FILE, MAX_BYTES, MAX_TEXT, Settings, load, options, save

ROOT = Path(__file__).resolve().parents[2]
CHANGED = Settings(language_in="de", speak=False, end_silence=1.25, theme="dark", microphone="Jabra «Link» 380")
FEW = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def write(folder: Path, text: str | bytes) -> None:
    (folder / FILE).write_bytes(text.encode() if isinstance(text, str) else text)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def check_told(folder: Path, part: str) -> None:
    """The defaults are used and the file's trouble is told in one sentence, and nothing in the folder changes."""
    before = names(folder)
    found, problem = load(folder)
    assert found == Settings()
    assert problem
    assert (problem.code, problem.details) == ("settings-invalid", str(folder / FILE))
    assert part in problem.message
    assert problem.message.endswith(".")
    assert not problem.message.endswith("..")
    assert names(folder) == before


def test_the_table_is_whole() -> None:
    for name, kind, default, option in options():
        assert kind in (bool, str, float), name
        assert option.group, name
        assert option.title, name
        assert option.description.endswith("."), name
        assert len(option.choices) == len(option.titles), name
        assert not option.choices or default in option.choices, name
        assert (kind is float) == (option.low is not None) == (option.high is not None) == bool(option.unit), name


def test_without_a_file_all_is_default(tmp_path: Path) -> None:
    assert load(tmp_path) == (Settings(), None)
    assert load(tmp_path / "missing") == (Settings(), None)
    assert names(tmp_path) == set()


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    save(folder, CHANGED)
    assert load(folder) == (CHANGED, None)
    save(folder, Settings())
    assert load(folder) == (Settings(), None)
    assert names(folder) == {FILE}


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    save(tmp_path, Settings(theme="dark"))
    assert (tmp_path / FILE).read_text() == 'theme = "dark"\n'


def test_comments_order_and_unknown_names_stay(tmp_path: Path) -> None:
    write(
        tmp_path,
        b"\xef\xbb\xbf# mine\r\nversion = 7\r\ntheme = 'light'  # at night too\r\n\r\n"
        b"[future]\r\ntheme = 'sepia'\r\nlist = [1, {a = 2}]\r\n",
    )
    assert load(tmp_path) == (Settings(theme="light"), None)
    save(tmp_path, Settings(theme="dark", end_silence=2.0))
    assert load(tmp_path) == (Settings(theme="dark", end_silence=2.0), None)
    text = (tmp_path / FILE).read_bytes().decode()
    assert text.startswith("# mine\r\nversion = 7\r\n")
    assert "# at night too" in text
    assert tomllib.loads(text)["future"] == {"theme": "sepia", "list": [1, {"a": 2}]}


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("speak = 1", "speak"),
        ("speak = 'yes'", "speak"),
        ("speak = []", "speak"),
        ("speak.loudly = true", "speak"),
        ("[speak]\nloudly = true", "speak"),
        ("end_silence = true", "end_silence"),
        ("end_silence = '1.0'", "end_silence"),
        ("end_silence = nan", "end_silence"),
        ("end_silence = -inf", "end_silence"),
        ("end_silence = inf", "end_silence"),
        ("end_silence = 0.1", "end_silence"),
        ("end_silence = 3.01", "end_silence"),
        ("end_silence = 1e400", "end_silence"),
        (f"end_silence = 1{'0' * 400}", "end_silence"),
        ("theme = 'sepia'", "theme"),
        ("theme = 'DARK'", "theme"),
        ("language_in = 7", "language_in"),
        ("language_in = 1979-05-27", "language_in"),
        ('microphone = "a\\u0000b"', "microphone"),
        ('microphone = "a\\nb"', "microphone"),
        ('microphone = "a\\u001b[2Jb"', "microphone"),
        (f"microphone = '{'x' * (MAX_TEXT + 1)}'", "microphone"),
        ("speak = 1\ntheme = 2", "speak, theme"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_the_others_count(tmp_path: Path, typed: str, refused: str) -> None:
    text = f"language_out = 'es'\n{typed}\n"
    write(tmp_path, text)
    found, problem = load(tmp_path)
    assert found == Settings(language_out="es")
    assert problem
    assert problem.message == f"These settings have values that cannot be used: {refused}."
    assert (tmp_path / FILE).read_text() == text
    save(tmp_path, found)
    assert load(tmp_path) == (found, None)


def test_a_whole_number_is_a_number(tmp_path: Path) -> None:
    write(tmp_path, "end_silence = 2")
    found, problem = load(tmp_path)
    assert (found.end_silence, type(found.end_silence), problem) == (2.0, float, None)


UNREADABLE = {
    "invalid": (b"theme = \n", "line 1"),
    "twice": (b"theme = 'dark'\ntheme = 'light'\n", "line 2"),
    "not UTF-8": (b"theme = '\xff'", "UTF-8"),
    "UTF-16": ("theme = 'dark'".encode("utf-16"), "UTF-8"),
    "control characters": (b"theme = 'da\x00rk'", "line 1"),
    "huge": (b"#" * (MAX_BYTES + 1), "too large"),
    "deep": (b"a = " + b"[" * 50_000, "nested too deeply"),
    "random": (random.Random(1).randbytes(5000), "UTF-8"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_is_told_and_set_aside_at_the_next_save(tmp_path: Path, what: str) -> None:
    data, reason = UNREADABLE[what]
    for number in (1, 2):
        write(tmp_path, data)
        check_told(tmp_path, reason)
        save(tmp_path, CHANGED)
        assert load(tmp_path) == (CHANGED, None)
        assert len(names(tmp_path)) == number + 1
    for name in names(tmp_path) - {FILE}:
        assert (tmp_path / name).read_bytes() == data


def test_something_else_in_the_files_place(tmp_path: Path) -> None:
    (tmp_path / FILE / "within").mkdir(parents=True)
    check_told(tmp_path, "not a file")
    save(tmp_path, CHANGED)
    assert load(tmp_path) == (CHANGED, None)
    assert (tmp_path / f"{FILE}.unreadable" / "within").is_dir()
    (tmp_path / FILE).unlink()
    os.mkfifo(tmp_path / FILE)
    check_told(tmp_path, "not a file")
    save(tmp_path, CHANGED)
    assert load(tmp_path) == (CHANGED, None)


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / FILE).symlink_to(Path("..") / "dotfiles" / "parley.toml")
    assert load(tmp_path / "config") == (Settings(), None)
    save(tmp_path / "config", CHANGED)
    assert (tmp_path / "config" / FILE).is_symlink()
    assert (tmp_path / "dotfiles" / "parley.toml").is_file()
    assert load(tmp_path / "config") == (CHANGED, None)


def test_a_value_that_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    write(tmp_path, "microphone = 'Old'\n")
    save(tmp_path, Settings(theme="dark", microphone="New \udcff", speaker="a\tb", end_silence=float("nan")))
    assert load(tmp_path) == (Settings(theme="dark", microphone="Old"), None)


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)


def values(kind: type, default: Any, option: Any) -> st.SearchStrategy[Any]:
    if option.choices:
        return st.sampled_from(option.choices)
    if kind is float:
        return st.floats(option.low, option.high)
    return st.booleans() if kind is bool else TEXTS


ANY = st.builds(Settings, **{name: values(kind, default, option) for name, kind, default, option in options()})
TOML = st.recursive(
    st.one_of(
        st.booleans().map(lambda value: str(value).lower()),
        st.integers(-(10**20), 10**20).map(str),
        st.floats().map(str),
        TEXTS.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'),
        st.just("1979-05-27T07:32:00Z"),
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(inner, min_size=1, max_size=2).map(
            lambda items: "{" + ", ".join(f"k{i} = {v}" for i, v in enumerate(items)) + "}"
        )
    ),
    max_leaves=4,
)
KEYS = st.sampled_from([*(name for name, *_ in options()), "other", '"odd key"'])
LINES = st.one_of(
    st.tuples(KEYS, TOML).map(" = ".join),
    st.tuples(KEYS, TOML).map(".inner = ".join),
    KEYS.map("[{}]".format),
    KEYS.map("[[{}]]".format),
    st.just("# a comment"),
    st.just(""),
    st.text(max_size=10),
)


@given(st.lists(LINES, max_size=8).map("\n".join), ANY)
@FEW
def test_any_settings_come_back_from_any_file(tmp_path: Path, text: str, wanted: Settings) -> None:
    write(tmp_path, text.encode("utf-8", "replace"))
    found, _ = load(tmp_path)
    save(tmp_path, found)
    assert load(tmp_path) == (found, None)
    try:
        before = tomllib.loads((tmp_path / FILE).read_bytes().decode())
    except ValueError:
        pytest.fail("an invalid file was written")
    save(tmp_path, wanted)
    assert load(tmp_path) == (wanted, None)
    after = tomllib.loads((tmp_path / FILE).read_bytes().decode())
    for name in set(before) - {field.name for field in dataclasses.fields(Settings)}:
        assert repr(after[name]) == repr(before[name])


@given(st.binary(max_size=300))
@FEW
def test_no_bytes_are_a_crash(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, data)
    load(tmp_path)
    save(tmp_path, CHANGED)
    assert load(tmp_path) == (CHANGED, None)


# What a process of its own does: it saves two settings in turn, as fast as it can.
CHILD = """
import sys
from pathlib import Path
from app.settings import Settings, save

folder = Path(sys.argv[1])
choices = [Settings(microphone="x" * 400, theme="dark"), Settings(microphone="y" * 400, theme="light")]
save(folder, choices[0])
print("ready", flush=True)
for number in range(int(sys.argv[2])):
    save(folder, choices[number % 2])
"""
CHOICES = {("x" * 400, "dark"), ("y" * 400, "light")}


def spawned(folder: Path, times: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-c", CHILD, str(folder), str(times)]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )


def check_whole(folder: Path) -> None:
    found, problem = load(folder)
    assert problem is None
    assert (found.microphone, found.theme) in CHOICES


def test_two_parleys_save_at_once(tmp_path: Path) -> None:
    processes = [spawned(tmp_path, 150) for _ in range(2)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    while any(process.poll() is None for process in processes):
        check_whole(tmp_path)
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    check_whole(tmp_path)
    assert names(tmp_path) == {FILE}


def test_being_killed_while_saving_leaves_one_or_the_other(tmp_path: Path) -> None:
    generator = random.Random(3)
    for _ in range(10):
        process = spawned(tmp_path, 10**9)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(generator.uniform(0, 0.05))
        process.kill()
        process.communicate()
        check_whole(tmp_path)
        assert not any("unreadable" in name for name in names(tmp_path))


def test_what_may_not_be_read_or_written(tmp_path: Path) -> None:
    # Root may read anything, so a child becomes nobody.
    script = """
import os, sys
from pathlib import Path
import tomlkit
from app.settings import FILE, Settings, load, save
folder = Path(sys.argv[1])
save(folder, Settings(theme="dark"))
load(folder)  # imports all that is needed
if os.geteuid() == 0:
    os.chown(folder, 65534, 65534)
    os.chown(folder / FILE, 65534, 65534)
    os.setuid(65534)
os.chmod(folder / FILE, 0)
found, problem = load(folder)
assert found == Settings() and "Permission denied" in problem.message, problem
os.chmod(folder, 0o500)
try:
    save(folder, Settings(theme="light"))
except PermissionError:
    pass
else:
    raise SystemExit("it was written all the same")
os.chmod(folder, 0o700)
save(folder, Settings(theme="light"))
assert load(folder) == (Settings(theme="light"), None)
assert sorted(path.name for path in folder.iterdir()) == [FILE, FILE + ".unreadable"]
os.chmod(folder / (FILE + ".unreadable"), 0o600)
"""
    (tmp_path / "own").mkdir()
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(parent.stat().st_mode | 0o055)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-P", "-c", script, str(tmp_path / "own")],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
