"""A real server of another computer's kind, on loopback: llama_cpp.server with the starter models."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models import catalog
from tests.chat_server import free_port

KEY = "secret-1"
SECONDS = 120.0


@contextmanager
def llama_server(folder: Path, slow: Path | None = None) -> Iterator[str]:
    """Serve the starter models as "starter-llm" and "starter-vlm" to who has the key, and another one as "slow";
    gives host and port. What the server says is in folder/server.log."""
    port, starters = free_port(), catalog.starter_folder()
    common = {"n_ctx": 1024, "n_threads": 1, "verbose": False}
    text = {"model": str(starters / "llm" / "model.gguf"), "model_alias": "starter-llm", **common}
    vision = {"model": str(starters / "vlm" / "model.gguf"), "model_alias": "starter-vlm", **common}
    vision |= {"chat_format": "mtmd", "clip_model_path": str(starters / "vlm" / "mmproj.gguf")}
    models = [text, vision, *([text | {"model": str(slow), "model_alias": "slow"}] if slow is not None else [])]
    config = folder / "server.json"
    config.write_text(
        json.dumps({"host": "127.0.0.1", "port": port, "api_key": KEY, "models": models}), encoding="utf-8"
    )
    with (folder / "server.log").open("wb") as log:
        # A group of its own: what interrupts the tests must not interrupt it first.
        server = subprocess.Popen(
            [sys.executable, "-m", "llama_cpp.server", "--config_file", str(config)],
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
    try:
        _wait(port, server, folder / "server.log")
        yield f"127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait(timeout=10)


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace"))
