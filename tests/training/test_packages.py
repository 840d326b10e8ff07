"""What a recipe needs of the system is looked for first, and named with the command that installs it."""

from itertools import chain
from pathlib import Path

import pytest

from training import evaluate, packages
from training.asr.english import ENGLISH
from training.asr.spanish import SPANISH


def test_every_voice_that_recipes_use_belongs_to_a_package() -> None:
    speakers = (ENGLISH.training, ENGLISH.unseen, SPANISH.training, SPANISH.unseen)
    known = set(packages.SPEECH.values())
    assert {str(Path(voice.index).parents[1]) for who in speakers for voice in who.diphones} <= known
    own = set(chain.from_iterable(who.festival for who in speakers))
    assert own
    assert own <= {Path(sign).name for sign in known}


def test_what_is_missing_is_named_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "_VOICES", tmp_path)
    monkeypatch.setattr(packages.shutil, "which", lambda command: None if command == "festival" else command)
    voices = [sign for sign in packages.SPEECH.values() if "/" in sign]
    for sign in voices[1:]:
        (tmp_path / sign).mkdir(parents=True)
    with pytest.raises(SystemExit, match=r"sudo apt install festival festvox-us-slt-hts$"):
        evaluate.main(["asr-en"])
    with pytest.raises(SystemExit, match=r"sudo apt install festvox-us-slt-hts$"):
        evaluate.main(["tts-es"])
    assert "measuring" not in capsys.readouterr().err
    (tmp_path / voices[0]).mkdir(parents=True)
    packages.need(packages.VOICES)
