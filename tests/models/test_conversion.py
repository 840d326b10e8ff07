"""Checkpoints with pickled weights: plain weights are converted, and whatever else a pickle holds is never run."""

import os
import shutil
from pathlib import Path

import pytest

from models import catalog, conversion
from models.engines.marian_ctranslate2 import CTranslate2Translator
from models.roles import CancelToken, ModelError

CARD = next(card for card in catalog.load() if card.id == "starter-translation-es-en")
FOLDER = catalog.starter_folder() / CARD.folder


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """The starter's, without its weights."""
    return Path(shutil.copytree(FOLDER, tmp_path / "checkpoint", ignore=shutil.ignore_patterns("*.safetensors")))


def test_plain_weights_are_read(checkpoint: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    torch.save(load_file(FOLDER / "model.safetensors"), checkpoint / "pytorch_model.bin")
    steps: list[str] = []
    conversion.converted(checkpoint, tmp_path / "cache", CancelToken(), steps.append)
    assert steps == ["loading the converter", "reading the weights", "converting the weights"]
    translator = CTranslate2Translator(CARD, checkpoint, tmp_path / "cache")
    translator.load()
    said = "".join(translator.translate("¿Cuántos días tiene una semana?", "es", "en", CancelToken()))
    translator.close()
    assert "week" in said.lower()


class Payload:
    """Unpickled, it makes a folder."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.target),)


def test_code_in_a_pickle_is_not_run(checkpoint: Path, tmp_path: Path) -> None:
    import torch

    target = tmp_path / "it-was-run"
    torch.save({"model.shared.weight": Payload(target)}, checkpoint / "pytorch_model.bin")
    with pytest.raises(ModelError) as raised:
        conversion.converted(checkpoint, tmp_path / "cache", CancelToken())
    assert raised.value.code == "conversion-failed"
    assert not target.exists()
    assert not any((tmp_path / "cache").iterdir())
    # Read as most programs do it would have been: the file is what it claims to be.
    torch.load(checkpoint / "pytorch_model.bin", weights_only=False)
    assert target.is_dir()
