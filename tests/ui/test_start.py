"""How the program starts: what its arguments open, what happens without a display, how light the first frame is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.folders import data_folder
from ui import appearance
from ui.appearance import Appearance

ROOT = Path(__file__).parents[2]


def start(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start Parley as `./run` does."""
    clean = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    clean.pop("QT_QPA_PLATFORM", None)
    command = [sys.executable, "-m", "ui", *words]
    return subprocess.run(
        command, cwd=ROOT, env=clean | environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("words", "environment", "reason"),
    [
        ([], {}, "no display"),
        (["--data", "/nonexistent/x"], {}, "no display"),
        (["--debug"], {}, "no display"),
        ([], {"DISPLAY": ":12345"}, "“:12345” cannot be reached"),
        ([], {"WAYLAND_DISPLAY": "wayland-12345"}, "“wayland-12345” cannot be reached"),
        ([], {"QT_QPA_PLATFORM": "nonsense"}, "nonsense"),
    ],
)
def test_without_a_display_one_line_says_so(words: list[str], environment: dict[str, str], reason: str) -> None:
    done = start(*words, **environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert reason in done.stderr
    assert "ask, talk" in done.stderr


def test_commands_need_no_display() -> None:
    done = start("translate", "Good morning.", "--in", "en", "--out", "es")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


@pytest.mark.parametrize("words", [["bogus"], ["--data"], ["--json"]])
def test_wrong_usage_opens_no_window(display: str, words: list[str]) -> None:
    done = start(*words, DISPLAY=display)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


FIRST_FRAME = """
import json, sys
from pathlib import Path
from ui import start

def tell(program):
    import PySide6.QtWidgets
    print(json.dumps([sorted(sys.modules), "QWizard" in vars(PySide6.QtWidgets)]))
    program._application.quit()

start._Program.begin = tell
start._Program.end = lambda program: None
sys.exit(start.run(Path(sys.argv[1]), print))
"""


def test_the_first_frame_loads_only_what_it_shows(display: str, tmp_path: Path) -> None:
    import json

    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-c", FIRST_FRAME, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    modules, all_of_qt = json.loads(done.stdout)
    loaded = {name for name in modules if name.split(".")[0] in {"app", "models", "numpy", "PIL", "tomllib"}}
    assert loaded <= {"app", "app.folders", "models", "models.languages"}
    # PySide makes all of Qt's classes of a kind when an object of Qt's own making is first asked for.
    assert not all_of_qt


def test_the_window_is_where_it_was(tmp_path: Path) -> None:
    looked = Appearance(30, 40, 900, 700, True, False, True, "dark", "es", "en")
    appearance.save(tmp_path / "new", looked)
    assert appearance.load(tmp_path / "new") == looked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 2 3",
        "x y z",
        "1 2 900 700 0 1 1 dark es",
        "1 2 0 700 0 1 1 dark es en",
        "1 2 900 700 0 1 1 pink es en",
        "1 2 99999999 700 0 1 1 dark es en",
        "1 2 900 700 0 1 1 dark ES e",
        "\x00" * 5000,
    ],
)
def test_a_damaged_memory_of_the_window_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / appearance.FILE).write_text(text, encoding="utf-8")
    assert appearance.load(tmp_path) == Appearance()


def test_the_data_folder_is_the_systems(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from platformdirs import user_data_path

    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert data_folder() == user_data_path("parley", appauthor=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder() == user_data_path("parley", appauthor=False) == tmp_path / "parley"
    assert data_folder(Path("/x")) == Path("/x")


WITH_PICTURE = """
import sys
from pathlib import Path
from ui import start

def shown(window):
    from PySide6.QtCore import QTimer

    def look():
        if window.composer.pictures and window.composer.tray.thumbnail(window.composer.pictures[0]).isVisible():
            print(len(window.composer.pictures), flush=True)
            window.close()

    window.watch = QTimer(window)
    window.watch.timeout.connect(look)
    window.watch.start(20)

start.run(Path(sys.argv[1]), print, sys.argv[2:], shown)
"""


def test_the_window_opens_with_a_picture(display: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("keep_ready = false\nspeak = false\n", encoding="utf-8")
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    example = str(ROOT / "resources" / "examples" / "shapes.png")
    command = [sys.executable, "-c", WITH_PICTURE, str(tmp_path), example]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_a_picture_goes_without_a_command() -> None:
    done = start("--picture", "x.png", "doctor")
    assert (done.returncode, done.stdout) == (2, "")
