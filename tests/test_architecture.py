"""What holds for the repository as a whole: short files, light imports, nothing of the machine it was made on."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("app", "models", "ui", "training", "packaging", "benchmarks", "tests")
MOST_LINES = 400
HEAVY = (
    "PySide6",
    "torch",
    "transformers",
    "vosk",
    "llama_cpp",
    "ctranslate2",
    "onnxruntime",
    "piper",
    "sentencepiece",
)
MACHINE_PATHS = re.compile(rb"/(?:work/(?:main|shared|heavy)|root/|opt/(?:wheels|pypi))")


def written_files() -> list[Path]:
    """What people wrote: code, scripts, settings and pages, and not the licence or the models."""
    rooms = [
        file for room in ROOMS for file in (ROOT / room).rglob("*") if file.suffix in {".py", ".sh", ".toml", ".md"}
    ]
    return [*rooms, *ROOT.glob("*.md"), *ROOT.glob("*.toml"), ROOT / "run", ROOT / "test", ROOT / ".ci" / "run"]


def test_no_file_is_long() -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in written_files()}
    assert len(lengths) > 50
    assert {str(file.relative_to(ROOT)): lines for file, lines in lengths.items() if lines > MOST_LINES} == {}


@pytest.mark.parametrize("module", ["app.assistant", "app.cli", "models.catalog"])
def test_importing_is_light(module: str) -> None:
    program = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in json.loads(result.stdout)}
    assert module.split(".")[0] in loaded
    assert loaded.isdisjoint(HEAVY)


def test_no_path_of_a_machine() -> None:
    """The starter models are looked into as well: training tools like to write where they ran."""
    files = [
        *written_files(),
        *(file for file in (ROOT / "resources").rglob("*") if file.is_file() and file.suffix != ".pyc"),
    ]
    found = {
        str(file.relative_to(ROOT)): match.group().decode()
        for file in files
        if file != Path(__file__) and (match := MACHINE_PATHS.search(file.read_bytes()))
    }
    assert found == {}
