"""Converts translation checkpoints for CTranslate2, once each.

    python -m models.conversion --starter          the starter models, into the program's own place (set-up runs it)
    python -m models.conversion CHECKPOINT TARGET  one checkpoint folder into one new folder

Owns where converted copies lie: first `share/parley/converted` under the program's prefix, then a folder that the
caller gives; in both, a copy's folder is named after the content it was made from. torch and transformers are imported
in the child process that converts, never in the one that asks. It must not know how text is translated.
"""

import argparse
import functools
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from models import catalog, child
from models.roles import GB, CancelToken, ModelError, Role
from models.translation import read_config

QUANTIZATION = "int8"
_FORMAT = "3"
"""Part of the key: a new number makes every checkpoint convert again."""
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json")
_TEXT = ("config.json", "vocab.json", "source.spm", "target.spm", "sentencepiece.bpe.model", "tokenizer_config.json")
_SECONDS = 1800
"""A conversion that takes longer hangs."""
_CHILD = "convert-checkpoint"
"""First argument by which a frozen program knows that it is to hand over to `main` of this module."""


def shared() -> Path:
    """Where set-up puts the starters' converted copies."""
    return Path(sys.prefix) / "share" / "parley" / "converted"


def weights(folder: Path) -> list[Path]:
    """The files that hold the checkpoint's weights; safetensors come before pickles. Raises ModelError."""
    for name in _WEIGHTS:
        if (folder / name).is_file():
            shards = sorted(folder.glob("model-*.safetensors" if "safetensors" in name else "pytorch_model-*.bin"))
            return [folder / name, *(shards if name.endswith(".json") else [])]
    raise ModelError(
        "model-missing",
        f"The translation model in “{folder.name}” has no weights.",
        "Install the model again from the models page.",
    )


def weights_size(folder: Path) -> int:
    """Bytes of the checkpoint's weights on disk."""
    return sum(file.stat().st_size for file in weights(folder))


def key(folder: Path) -> str:
    """A name for the converted copy that changes with anything that goes into it."""
    files = [folder / name for name in _TEXT if (folder / name).is_file()] + weights(folder)
    digest = hashlib.sha256(f"{_FORMAT} {QUANTIZATION}".encode())
    for file in files:
        status = file.stat()
        digest.update(f"{file.name} {_hash(file, status.st_size, status.st_mtime_ns)}".encode())
    return digest.hexdigest()[:32]


@functools.lru_cache(maxsize=64)
def _hash(file: Path, _size: int, _modified: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def find(folder: Path, cache: Path | None) -> Path | None:
    """The converted copy of the checkpoint, if there is one."""
    name = key(folder)
    places = [shared() / name, *([cache / name] if cache else [])]
    return next((place for place in places if (place / "model.bin").is_file()), None)


def converted_size(folder: Path, cache: Path | None) -> int:
    """Bytes of the converted weights; where there is no copy yet, what it will come to."""
    copy = find(folder, cache)
    if copy is not None:
        return (copy / "model.bin").stat().st_size
    # A checkpoint holds 2 or 4 bytes a weight, the copy 1 and a scale a row.
    return weights_size(folder) * 6 // 10


def converted(
    folder: Path,
    cache: Path | None,
    cancel: CancelToken | None = None,
    step: Callable[[str], None] = lambda line: None,
) -> Path:
    """The converted copy of the checkpoint in `folder`, made in `cache` when there is none.

    `step` is told what is being done ("reading the weights"). Raises ModelError, Cancelled.
    """
    read_config(folder)
    copy = find(folder, cache)
    if copy is not None:
        return copy
    if cache is None:
        raise ModelError(
            "model-not-converted",
            f"The translation model in “{folder.name}” has not been converted for this computer.",
            "Run the set-up again.",
        )
    return convert_in_child(folder, cache / key(folder), cancel, step)


def convert_in_child(
    folder: Path,
    target: Path,
    cancel: CancelToken | None = None,
    step: Callable[[str], None] = lambda line: None,
) -> Path:
    """Convert the checkpoint in `folder` to the new folder `target`; returns it. Raises ModelError, Cancelled."""
    # The weights once as they are and once at full length, and what torch and transformers take.
    memory = 4 * GB + 6 * weights_size(folder)
    try:
        ended = child.run(
            "models.conversion",
            _CHILD,
            [str(folder), str(target)],
            seconds=_SECONDS,
            memory=memory,
            cancel=cancel,
            step=step,
        )
        reason = ended.reason
    except OSError as error:
        reason = str(error)
    finally:
        # What a child that was ended had begun.
        for part in target.parent.glob(f".part-{target.name}-{os.getpid()}-*"):
            shutil.rmtree(part, ignore_errors=True)
    if reason or not (target / "model.bin").is_file():
        raise ModelError(
            "conversion-failed",
            f"The translation model in “{folder.name}” could not be converted: {reason or 'nothing was written'}.",
            "Install the model again, or choose another one.",
        )
    return target


def tokenizer(folder: Path) -> Any:
    """The checkpoint's own tokenizer, by a class of the transformers library and no code from the checkpoint."""
    import warnings

    import transformers

    if read_config(folder)["model_type"] == "marian":
        kind = transformers.MarianTokenizer
    elif (folder / "vocab.json").is_file():
        kind = transformers.M2M100Tokenizer
    else:
        kind = transformers.NllbTokenizer
    with warnings.catch_warnings():
        # Marian's asks for a package that would only normalize punctuation.
        warnings.filterwarnings("ignore", message=".*sacremoses.*")
        return kind.from_pretrained(folder, local_files_only=True)


def convert(folder: Path, target: Path) -> None:
    """Convert the checkpoint in `folder` to the new folder `target`, in this process; whole or not at all."""
    read_config(folder)
    weights(folder)
    print("loading the converter", flush=True)
    import torch
    import transformers
    from ctranslate2.converters import transformers as library

    transformers.utils.logging.disable_progress_bar()

    @library.register_loader("MarianConfig")
    class _Marian(library.BartLoader):  # type: ignore[misc]
        """Keeps the pad mark that a Marian decoder starts from.

        The library's own loader starts from a vector of zeros. Only checkpoints that came from Marian itself have zeros
        there: training with the transformers library moves them, because the row is tied to the output layer.
        """

        architecture_name = "MarianMTModel"

        def get_model_spec(self, model: Any) -> Any:
            model.config.normalize_before = model.config.normalize_embedding = False
            # The pad mark may start a sentence, never stand in it.
            model.final_logits_bias[0, model.config.pad_token_id] = -1e4
            return super().get_model_spec(model)

        def set_config(self, config: Any, model: Any, tokenizer: Any) -> None:
            super().set_config(config, model, tokenizer)
            # Marian has no begin mark, but the file must name one.
            config.bos_token = config.eos_token

    class Converter(library.TransformersConverter):  # type: ignore[misc]
        def load_model(self, model_class: Any, path: str, **options: Any) -> Any:
            # Half precision would make the copy int8_float16, which the CPU has to convert at every start. A pickle
            # is read as plain weights only.
            options["dtype"] = torch.float32
            print("reading the weights", flush=True)
            return model_class.from_pretrained(path, local_files_only=True, weights_only=True, **options)

        def load_tokenizer(self, _class: Any, path: str, **_options: Any) -> Any:
            print("converting the weights", flush=True)
            tokens = tokenizer(Path(path))
            marks = getattr(tokens, "lang_token_to_id", None)
            if marks:
                # transformers 5 leaves M2M100's language marks out of the vocabulary that the converter asks for.
                words = {**tokens.get_vocab(), **marks}
                tokens.get_vocab = lambda: words
            return tokens

    target.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".part-{target.name}-{os.getppid()}-", dir=target.parent))
    try:
        Converter(str(folder)).convert(str(part), quantization=QUANTIZATION, force=True)
        part.chmod(0o755)
        try:
            part.rename(target)
        except OSError:
            # Somebody else was faster.
            if not (target / "model.bin").is_file():
                raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def convert_starters() -> None:
    """Convert all starter translators into `shared()`; those that are there already cost nothing."""
    for card in catalog.load():
        if card.role is Role.TRANSLATION and card.starter:
            folder = catalog.starter_folder() / card.folder
            target = shared() / key(folder)
            if not (target / "model.bin").is_file():
                convert(folder, target)
                print(f"{card.name}: converted")


def main(arguments: Sequence[str]) -> int:
    """What the child process runs; returns its exit status and writes one line on failure."""
    parser = argparse.ArgumentParser(prog="python -m models.conversion", description="Convert translation checkpoints.")
    parser.add_argument("--starter", action="store_true", help="convert the starter models for this installation")
    parser.add_argument("checkpoint", type=Path, nargs="?", help="folder of a Marian, M2M100 or NLLB checkpoint")
    parser.add_argument("target", type=Path, nargs="?", help="folder to write")
    options = parser.parse_args(arguments)
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        if options.starter:
            convert_starters()
        elif options.target is None:
            parser.error("give --starter, or a checkpoint and a target")
        else:
            convert(options.checkpoint, options.target)
    except Exception as error:  # the parent shows the last line, whatever the libraries raise
        print(f"{type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
