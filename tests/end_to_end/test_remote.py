"""A real server on loopback answers in the terminal as it does in the window; off, nothing is asked."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.chat_server import free_port
from tests.llama_server import KEY, llama_server

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from app import vault
from app.cli import main
asked = []
def note(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        asked.append(f"{arguments[1][0]}:{arguments[1][1]}")
    elif event == "socket.sendto" or (event == "socket.getaddrinfo" and arguments[0] != "127.0.0.1"):
        asked.append(event)
sys.addaudithook(note)
server, key, *words = sys.argv[1:]
if key:
    vault._held[f"http://{server}"] = key
code = main(words)
print("asked:", *asked, file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with llama_server(tmp_path_factory.mktemp("server")) as host:
        yield host


def run(data: Path, server: str, key: str, *words: str, on: bool = True) -> tuple[int, str, str, list[str]]:
    """Exit code, output, complaints, and what was asked over the network."""
    data.mkdir(exist_ok=True)
    (data / "settings.toml").write_text(
        f'remote_address = "{server}"\nremote_text = {str(on).lower()}\nremote_pictures = {str(on).lower()}\n'
        'remote_model = "starter-llm"\nremote_picture_model = "starter-vlm"\nremote_languages = "en"\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, server, key, *words, "--data", str(data)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=250,
    )
    complaints, _, asked = done.stderr.rpartition("asked:")
    return done.returncode, done.stdout, complaints, asked.split()


def test_a_question_goes_there_and_its_translation_stays_here(server: str, tmp_path: Path) -> None:
    code, output, complaints, asked = run(
        tmp_path, server, KEY, "ask", "¿Cuál es la capital de Japón?", "--in", "es", "--json"
    )
    assert (code, complaints) == (0, "")
    found = json.loads(output)
    assert found["role"] == "llm"
    assert "Tokyo" in found["answer"]
    assert "Tokio" in found["answer_translated"]
    assert asked == [server]


def test_a_picture_goes_there(server: str, tmp_path: Path) -> None:
    drawn = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(drawn).ellipse((40, 40, 160, 160), fill="red")
    drawn.save(tmp_path / "circle.png")
    image = str(tmp_path / "circle.png")
    code, output, _, asked = run(tmp_path / "data", server, KEY, "ask", "What is in the picture?", "--image", image)
    assert code == 0
    assert "circle" in output
    assert asked == [server]


def test_a_dead_server_is_one_sentence(tmp_path: Path) -> None:
    dead = f"127.0.0.1:{free_port()}"
    code, output, complaints, _ = run(tmp_path, dead, "", "ask", "Hello")
    assert (code, output) == (1, "")
    assert f"No server listens at {dead}." in complaints
    assert len(complaints.strip().splitlines()) == 1


def test_while_it_is_off_no_connection_is_made(server: str, tmp_path: Path) -> None:
    code, output, _, asked = run(tmp_path, server, KEY, "ask", "What is the capital of Japan?", on=False)
    assert code == 0
    assert "Tokyo" in output
    assert asked == []
