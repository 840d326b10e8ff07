"""Models from this machine: a file, a folder or an archive that the person points at becomes an installed model.

Owns telling what it is by its content, the card that is made for it, and bringing its files into the store, without a
copy where the disk can give content a second name. A hub cache or another app's folder is a folder like any other. It
must not know how models are opened, nor judge what a library would say of them.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models import catalog, gguf, languages, translation
from models.catalog import Card, Origin
from models.roles import CancelToken, ModelError, Role
from models.store import archive, disk
from models.store.arrival import hashed
from models.store.installed import Store

MOST_FILES = 2_000
"""Files of a folder that are looked at."""
DEEPEST = 6
MOST_CONTEXT = 8192
"""Tokens that an imported model is opened with, where it can take so many."""
PICTURE_SIDE = 768
_PIPER = (".onnx", ".onnx.json")
_CHECKPOINT = re.compile(
    r"(config|generation_config|tokenizer_config|special_tokens_map|vocab|added_tokens)\.json|(source|target)\.spm"
    r"|sentencepiece\.bpe\.model|(model|model-\d{5}-of-\d{5})\.safetensors|model\.safetensors\.index\.json"
    r"|(pytorch_model|pytorch_model-\d{5}-of-\d{5})\.bin|pytorch_model\.bin\.index\.json"
)
"""What of a checkpoint's folder is taken: neither other frameworks' weights nor code."""
_NLLB_LICENCE = "unknown; NLLB's own weights are CC-BY-NC-4.0"


@dataclass(frozen=True)
class Told:
    """What the person says of the model; what is empty is taken from the model itself."""

    name: str = ""
    source: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    licence: str = ""


@dataclass(frozen=True)
class Recognized:
    """A model that was found."""

    card: Card
    files: Mapping[str, Path]
    """Path in the model's folder to where it is now."""


@dataclass
class _Seen:
    """The files of a folder by what they are."""

    language_models: list[Path] = field(default_factory=list)
    projectors: list[Path] = field(default_factory=list)
    voices: list[Path] = field(default_factory=list)
    recognizers: list[Path] = field(default_factory=list)
    checkpoints: list[Path] = field(default_factory=list)
    refused: list[ModelError] = field(default_factory=list)


def bring_in(
    paths: Sequence[Path],
    store: Store,
    told: Told,
    cancel: CancelToken,
    step: Callable[[str, int], None] = lambda what, done: None,
) -> str:
    """Install what lies at `paths`: one file, folder or archive, or a model file and its projector or configuration.

    `step` is told what is being done ("unpacking", "copying", "checking") and the bytes done. Returns the identity of
    the model. Raises ModelError, Cancelled.
    """
    for path in paths:
        if not path.exists():
            raise ModelError("import-missing", f"There is no “{path}”.", "Check the path.")
    work = store.coming(".import")
    shutil.rmtree(work, ignore_errors=True)
    try:
        work.mkdir(parents=True)
        if len(paths) == 1 and paths[0].is_file() and archive.is_archive(paths[0]):
            unpacked = work / "unpacked" / (_stem(paths[0]) or "model")
            unpacked.mkdir(parents=True)
            archive.unpack(paths[0], unpacked, cancel, lambda done: step("unpacking", done))
            found = recognize([unpacked], told)
        else:
            found = recognize(paths, told)
        card = replace(found.card, id=_free(found.card.id, store))
        folder = work / "files"
        folder.mkdir()
        done = 0

        def copying(copied: int) -> None:
            step("copying", done + copied)

        for name, path in found.files.items():
            size = path.stat().st_size
            disk.bring(path, folder / name, cancel, copying)
            done += size
        hashes = hashed(folder, cancel, lambda read: step("checking", read))
        sources = [{"path": str(path.absolute())} for path in paths]
        store.adopt(replace(card, folder=card.id), folder, sources, hashes)
        return card.id
    except OSError as error:
        raise disk.failure(error, work) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def recognize(paths: Sequence[Path], told: Told) -> Recognized:
    """What lies at `paths`. Raises ModelError that says why nothing there can be used."""
    seen = _Seen()
    for path in paths:
        _look(path, seen)
    if seen.language_models:
        if len(seen.language_models) > 1:
            names = ", ".join(sorted(path.name for path in seen.language_models)[:6])
            raise ModelError("import-several", f"There are several models: {names}.", "Name the one that you want.")
        return _chat(seen.language_models[0], seen.projectors, told)
    if seen.voices:
        return _voice(_one(seen.voices, "voices"), told)
    if seen.recognizers:
        return _recognizer(_one(seen.recognizers, "recognizers"), told)
    if seen.checkpoints:
        return _translator(_one(seen.checkpoints, "translators"), told)
    if seen.refused:
        raise seen.refused[0]
    if seen.projectors:
        raise ModelError(
            "import-half",
            f"“{seen.projectors[0].name}” is a picture projector, which is half a picture model.",
            "Name its language model too.",
        )
    where = paths[0].name if paths else "nothing"
    raise ModelError(
        "import-unknown",
        f"There is no model in “{where}” that Parley knows.",
        "It takes GGUF files (with an mmproj for pictures), Vosk folders, Piper voices, and Marian, M2M100 and NLLB "
        "checkpoints.",
    )


def _one(found: list[Path], what: str) -> Path:
    if len(found) > 1:
        names = ", ".join(sorted(path.name for path in found)[:6])
        raise ModelError("import-several", f"There are several {what}: {names}.", "Name the one that you want.")
    return found[0]


def _look(path: Path, seen: _Seen) -> None:
    for count, (folder, file) in enumerate(_walk(path, 0)):
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


def _look_at_file(file: Path, seen: _Seen) -> None:
    if file.name.endswith(_PIPER[0]) and file.with_name(f"{file.name}.json").is_file():
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


def _chat(model: Path, projectors: list[Path], told: Told) -> Recognized:
    from models import projector

    header = gguf.read(model)
    eye = projectors[0] if len(projectors) == 1 else None
    if len(projectors) > 1:
        names = ", ".join(sorted(path.name for path in projectors)[:6])
        raise ModelError("import-several", f"There are several projectors: {names}.", "Name the one that you want.")
    parts = {_safe(path.name, "model.gguf"): path for path in gguf.parts(model, header)}
    first = next(iter(parts))
    files = {"model": first}
    if eye is not None:
        projector.checked(eye)
        name = _safe(eye.name, "mmproj.gguf")
        parts[name], files["projector"] = eye, name
    title = told.name or _line(header.metadata.get("general.name")) or _stem(model)
    listed = header.metadata.get("general.languages")
    codes = (listed.items or ()) if isinstance(listed, gguf.Array) else ()
    known = tuple(code for code in codes if isinstance(code, str) and re.fullmatch(r"[a-z]{2}", code))
    spoken = told.source or known or ("en",)
    about = Told(title, spoken, spoken, told.licence or _line(header.metadata.get("general.license")))
    role, engine = (Role.LLM, "llama-chat") if eye is None else (Role.VLM, "llama-vision")
    card = replace(
        _card(model.name, role, engine, files, about),
        context=min(header.number("context_length"), MOST_CONTEXT),
        picture_side=None if eye is None else PICTURE_SIDE,
    )
    return Recognized(card, parts)


def _voice(model: Path, told: Told) -> Recognized:
    from models.engines import piper_voice

    config = model.with_name(f"{model.name}.json")
    piper_voice.read_config(config)
    found = json.loads(config.read_text(encoding="utf-8"))
    language = found.get("language") or {}
    code = str(language.get("family") or found["espeak"]["voice"] if isinstance(language, dict) else "")[:2].lower()
    name = _safe(model.name, "voice.onnx")
    source = told.source or ((code,) if re.fullmatch(r"[a-z]{2}", code) else ("en",))
    files = {"model": name, "config": f"{name}.json"}
    card = _card(_stem(model), Role.TTS, "piper", files, replace(told, source=source, target=source))
    return Recognized(card, {name: model, f"{name}.json": config})


def _recognizer(folder: Path, told: Told) -> Recognized:
    code = {"cn": "zh", "vn": "vi"}
    words = re.findall(r"[a-z]{2}", folder.name.removeprefix("vosk-model-").removeprefix("small-").lower())
    guess = code.get(words[0], words[0]) if words else ""
    source = told.source or ((guess,) if guess in languages.NAMES else ("en",))
    card = _card(folder.name, Role.ASR, "vosk", {"model": "."}, replace(told, source=source, target=source))
    return Recognized(card, _all_of(folder))


def _translator(folder: Path, told: Told) -> Recognized:
    config = translation.read_config(folder)
    source, target, licence = told.source, told.target or told.source, told.licence or "unknown"
    if config["model_type"] == "marian":
        if not source or not told.target:
            pair = _pair(folder)
            source, target = told.source or pair[:1], told.target or pair[1:]
        if not source or not target:
            raise ModelError(
                "import-language",
                f"The translator in “{folder.name}” does not say its languages.",
                "Tell them with --in and --out.",
            )
    else:
        nllb = not (folder / "vocab.json").is_file()
        source = source or tuple(languages.NAMES)
        target = told.target or source
        licence = told.licence or (_NLLB_LICENCE if nllb else "unknown")
    files = {path.name: path for path in folder.iterdir() if path.is_file() and _CHECKPOINT.fullmatch(path.name)}
    about = replace(told, source=source, target=target, licence=licence)
    return Recognized(_card(folder.name, Role.TRANSLATION, "ctranslate2", {"model": "."}, about), files)


def _card(found: str, role: Role, engine: str, files: Mapping[str, str], told: Told) -> Card:
    """A card for what was found as `found`."""
    return Card(
        id=_slug(told.name or found),
        name=(told.name or found)[:200],
        role=role,
        engine=engine,
        folder="",
        files=files,
        source=told.source,
        target=told.target,
        licence=told.licence or "unknown",
        description=f"Imported from {found}."[:1000],
        verified=False,
    )


def named(found: str, role: Role, files: Mapping[str, str], origins: tuple[Origin, ...], licence: str) -> Card:
    """A card for a chat model in GGUF that is in no catalog and not here yet."""
    engine = "llama-chat" if role is Role.LLM else "llama-vision"
    title = _stem(Path(found))
    card = _card(title, role, engine, files, Told(title, ("en",), ("en",), licence))
    side = PICTURE_SIDE if role is Role.VLM else None
    return replace(
        card, origins=origins, context=MOST_CONTEXT // 2, picture_side=side, description=f"{title}, from the hub."
    )


def _pair(folder: Path) -> tuple[str, ...]:
    """A Marian checkpoint's two languages, by its tokenizer's configuration, else by its folder's name."""
    try:
        told: Any = disk.read_json(folder / "tokenizer_config.json", 1_000_000)
        pair = (str(told["source_lang"]), str(told["target_lang"]))
    except (OSError, ValueError, KeyError, TypeError):
        named = re.search(r"(?:^|[^a-z])([a-z]{2})-([a-z]{2})$", folder.name.lower())
        pair = (named[1], named[2]) if named else ("", "")
    return pair if all(re.fullmatch(r"[a-z]{2}", code) for code in pair) else ()


def _all_of(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            if len(found) > MOST_FILES:
                raise ModelError("import-large", f"“{folder.name}” has too many files.", "Choose another model.")
            try:
                found[str(disk.safe(path.relative_to(folder).as_posix()))] = path
            except ValueError as error:
                raise ModelError("import-name", f"It cannot be imported: {error}.", "Rename that file.") from error
    return found


def _stem(path: Path) -> str:
    return re.sub(
        r"\.(gguf|onnx|zip|tar|tgz|gz|xz|bz2)$", "", re.sub(r"\.tar\.\w+$", "", path.name, flags=re.I), flags=re.I
    )


def _safe(name: str, instead: str) -> str:
    try:
        return str(disk.safe(name)) if name.endswith((".gguf", ".onnx")) else instead
    except ValueError:
        return instead


def _line(value: object) -> str:
    """A text from a stranger's file, if it is one that can be shown in a line."""
    return value.strip()[:200] if isinstance(value, str) and value.isprintable() else ""


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-._")[:60].rstrip("-._") or "imported"


def _free(identity: str, store: Store) -> str:
    """The identity, with a number where another model has it."""
    taken = {one.id for one in store.installed()} | {card.id for card in catalog.load()}
    return next(
        name for number in range(1, 10_000) if (name := f"{identity}-{number}" if number > 1 else identity) not in taken
    )
