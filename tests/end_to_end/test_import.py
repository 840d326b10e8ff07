"""`parley models import` in the terminal: one command, and the next one translates or answers with what came."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from models import catalog, shapes
from models.shapes.decoder import DecoderShape

ROOT = Path(__file__).parents[2]


def parley(data: Path, *words: str) -> dict[str, Any]:
    """What a command prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "app", "--data", str(data), *words, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_checkpoint_of_marians_translates_after_one_command(tmp_path: Path) -> None:
    """The starter's own source, under languages for which there is no other translator, and not converted yet."""
    source = Path(shutil.copytree(catalog.starter_folder() / "translation-es-en", tmp_path / "checkpoint"))
    config = source / "config.json"
    config.write_text(config.read_text() + "\n")
    data = tmp_path / "data"
    made = parley(data, "models", "import", str(source), "--name", "Mine", "--in", "es", "--out", "fr")
    assert (made["id"], made["role"], made["state"]) == ("mine", "translation", "installed")
    assert len([path for path in (data / "converted").iterdir() if (path / "model.bin").is_file()]) == 1
    said = parley(data, "translate", "¿Cuántos días tiene una semana?", "--in", "es", "--out", "fr")
    assert "week" in said["translation"].lower()


def test_a_pair_in_gguf_that_is_written_here_looks_at_a_picture_and_answers(tmp_path: Path) -> None:
    """In the shape of a published pair, but smaller, with random weights: it writes words without sense."""
    published = shapes.find("smolvlm-256m")
    form = published.form
    assert isinstance(form, DecoderShape)
    assert form.projector is not None
    tower = replace(
        form.projector, side=64, patch=8, layers=2, width=64, feed_forward=128, heads=2, merge=4, longest_side=64
    )
    form = replace(
        form,
        vocabulary=2048,
        layers=2,
        width=128,
        feed_forward=256,
        heads=4,
        kv_heads=2,
        head_width=32,
        projector=tower,
    )
    pair = tmp_path / "pair"
    replace(published, form=form, picture_side=64).write(pair, tmp_path, ["What is in the picture?"])
    assert {path.name for path in pair.iterdir()} == {"model.gguf", "mmproj.gguf"}
    picture = tmp_path / "picture.png"
    Image.new("RGB", (64, 64), "navy").save(picture)
    data = tmp_path / "data"
    made = parley(data, "models", "import", str(pair), "--name", "Small eyes")
    assert (made["id"], made["role"], made["state"]) == ("small-eyes", "vlm", "installed")
    said = parley(data, "ask", "What is in the picture?", "--image", str(picture))
    assert said["role"] == "vlm"
    assert len(said["answer"].split()) > 3
    (row,) = [
        row for row in parley(data, "models", "list", "--installed", "--role", "vlm")["models"] if not row["starter"]
    ]
    assert (row["state"], row["reason"]) == ("installed", "")
