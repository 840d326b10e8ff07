"""What whole turns are tested with: the starter models and spoken questions from espeak-ng."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.assistant import Assistant
from app.audio import Speaker
from models.residency import Library, starter_library
from models.roles import CPU, Role
from tests.fakes import Record


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return starter_library(tmp_path_factory.mktemp("data") / "converted", dict.fromkeys(Role, CPU))


@pytest.fixture
def broken(library: Library, tmp_path: Path) -> Callable[[str, str, bytes], Library]:
    """The starter library with one file of one model replaced."""

    def make(folder: str, file: str, data: bytes) -> Library:
        for path in library.folder.iterdir():
            if path.name == folder:
                shutil.copytree(path, tmp_path / folder)
            else:
                (tmp_path / path.name).symlink_to(path)
        (tmp_path / folder / file).write_bytes(data)
        return replace(library, folder=tmp_path, cache=tmp_path / "converted")

    return make


@pytest.fixture
def say(tmp_path: Path) -> Callable[..., Path]:
    """A sound file of espeak-ng saying something, with half a second of silence around it."""

    def make(text: str, voice: str = "en-us", rate: int = 160, pitch: int = 50) -> Path:
        path = tmp_path / f"{abs(hash((text, voice, rate, pitch)))}.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "-w", str(path), text]
        subprocess.run(command, check=True, capture_output=True)
        samples, sample_rate = soundfile.read(path, dtype="int16")
        pad = np.zeros(sample_rate // 2, np.int16)
        soundfile.write(path, np.concatenate([pad, samples, pad]), sample_rate)
        return path

    return make


@pytest.fixture
def assistants() -> Iterator[Callable[..., tuple[Assistant, Record]]]:
    """Makes started assistants with a record of their events, and closes them."""
    made: list[Assistant] = []

    def make(library: Library, speaker: Speaker | None = None) -> tuple[Assistant, Record]:
        assistant, record = Assistant(library, speaker), Record()
        assistant.bus.subscribe(record)
        assistant.start()
        made.append(assistant)
        return assistant, record

    yield make
    for assistant in made:
        assert assistant.close()
