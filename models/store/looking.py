"""What models lie in a folder: every file and folder is told by its content, not by its name.

Owns walking through a stranger's folder in bounds, a hub cache's links followed. It must not know what becomes of what
is found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models import gguf, translation
from models.roles import CancelToken, ModelError

MOST_FILES = 2_000
"""Files of a folder that are looked at."""
DEEPEST = 6
_PIPER = ".onnx"


@dataclass
class Seen:
    """The files of a folder by what they are."""

    language_models: list[Path] = field(default_factory=list)
    projectors: list[Path] = field(default_factory=list)
    voices: list[Path] = field(default_factory=list)
    recognizers: list[Path] = field(default_factory=list)
    checkpoints: list[Path] = field(default_factory=list)
    refused: list[ModelError] = field(default_factory=list)


def look(path: Path, seen: Seen, cancel: CancelToken | None = None) -> None:
    """Note what lies at a path, by its content. Raises ModelError where that is too much to be a model's folder,
    Cancelled."""
    for count, (folder, file) in enumerate(_walk(path, 0)):
        if cancel is not None:
            cancel.check()
        if count > MOST_FILES:
            raise ModelError("import-large", f"“{path.name}” has too many files.", "Name the model's own folder.")
        if folder is not None:
            if (folder / "am" / "final.mdl").is_file():
                seen.recognizers.append(folder)
            elif _is_checkpoint(folder):
                seen.checkpoints.append(folder)
        elif file is not None:
            _look_at_file(file, seen)


def _walk(path: Path, depth: int) -> Iterator[tuple[Path | None, Path | None]]:
    """Folders and plain files, hub caches' links followed, their store of contents not entered."""
    if path.is_file():
        yield None, path
    elif path.is_dir() and depth <= DEEPEST:
        yield path, None
        snapshots = path / "snapshots"
        if snapshots.is_dir():
            yield from _walk(_snapshot(path), depth + 1)
            return
        for entry in sorted(path.iterdir()):
            if not entry.name.startswith("."):
                yield from _walk(entry, depth + 1)


def _snapshot(repository: Path) -> Path:
    """The newest revision in a hub cache's folder of a repository."""
    main = repository / "refs" / "main"
    if main.is_file() and main.stat().st_size < 100:
        named = repository / "snapshots" / main.read_text(encoding="ascii", errors="replace").strip()
        if re.fullmatch(r"[0-9a-f]{40}", named.name) and named.is_dir():
            return named
    revisions = [folder for folder in (repository / "snapshots").iterdir() if folder.is_dir()]
    return max(revisions, key=lambda folder: folder.stat().st_mtime, default=repository / "snapshots")


def _look_at_file(file: Path, seen: Seen) -> None:
    if file.name.endswith(_PIPER) and file.with_name(f"{file.name}.json").is_file():
        seen.voices.append(file)
        return
    if file.stat().st_size >= 4:
        with file.open("rb") as stream:
            magic = stream.read(4)
        if magic != b"GGUF":
            if file.suffix.lower() == ".gguf":
                seen.refused.append(gguf.fault("magic", f"“{file.name}” is not in GGUF format"))
            return
    elif file.suffix.lower() == ".gguf":
        seen.refused.append(gguf.fault("truncated", f"“{file.name}” is empty or cut off"))
        return
    else:
        return
    try:
        header = gguf.read(file)
        if header.architecture == "clip":
            seen.projectors.append(file)
        elif (part := re.search(r"-(\d{5})-of-\d{5}\.gguf$", file.name)) is None or int(part[1]) == 1:
            gguf.check_language_model(header)
            gguf.parts(file, header)
            seen.language_models.append(file)
    except ModelError as error:
        seen.refused.append(error)


def _is_checkpoint(folder: Path) -> bool:
    if not (folder / "config.json").is_file():
        return False
    try:
        translation.read_config(folder)
    except ModelError:
        return False
    return (folder / "source.spm").is_file() or (folder / "sentencepiece.bpe.model").is_file()
