"""What libraries would tell their makers: nothing is collected, and nothing is kept for sending."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    "program",
    [
        "import models, onnxruntime",
        "import app.cli, sys; sys.exit(app.cli.main(['ask', 'What is two plus three?', '--speak', 'answer.wav']))",
    ],
)
def test_onnxruntime_keeps_no_identifier_of_the_computer(tmp_path: Path, program: str) -> None:
    """Without being told, it writes one and a queue of events below the cache folder as soon as it is loaded."""
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert [path for path in tmp_path.rglob("*") if "microsoft" in path.as_posix().lower()] == []
