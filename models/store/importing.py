"""Models from this machine: a file, a folder or an archive that the person points at becomes an installed model.

Owns the card that is made for it, and bringing its files into the store, without a copy where the disk can give content
a second name. A hub cache or another app's folder is a folder like any other. It must not know how models are opened,
nor judge what a library would say of them.
"""

import contextlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from models import catalog, gguf, languages, translation
from models.catalog import Card, Origin
from models.roles import CancelToken, ModelError, Role
from models.store import archive, disk
from models.store.arrival import hashed
from models.store.installed import Store
from models.store.looking import MOST_FILES, Seen, look

MOST_CONTEXT = 8192
"""Tokens that an imported model is opened with, where it can take so many."""
PICTURE_SIDE = 768
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
    paths: tuple[Path, ...]
    """What to name to import it and nothing else."""

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(path.stat().st_size for path in self.files.values())


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
    seen = Seen()
    for path in paths:
        look(path, seen)
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


def search(folder: Path, cancel: CancelToken) -> Iterator[Recognized]:
    """Every model below a folder that could be imported by itself; what could not is left out. Raises ModelError where
    the folder has too many files or cannot be read, Cancelled."""
    seen = Seen()
    try:
        look(folder, seen, cancel)
    except OSError as error:
        raise disk.failure(error, folder) from error
    told = Told()
    for model in seen.language_models:
        eyes = [eye for eye in seen.projectors if eye.parent == model.parent]
        yield from _tried(partial(_chat, model, eyes if len(eyes) == 1 else [], told), cancel)
    for make, found in ((_voice, seen.voices), (_recognizer, seen.recognizers), (_translator, seen.checkpoints)):
        for path in found:
            yield from _tried(partial(make, path, told), cancel)


def _tried(make: Callable[[], Recognized], cancel: CancelToken) -> Iterator[Recognized]:
    cancel.check()
    with contextlib.suppress(ModelError, OSError):
        yield make()


def _one(found: list[Path], what: str) -> Path:
    if len(found) > 1:
        names = ", ".join(sorted(path.name for path in found)[:6])
        raise ModelError("import-several", f"There are several {what}: {names}.", "Name the one that you want.")
    return found[0]


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
    spoken = told.source or _pivot_first(known) or ("en",)
    about = Told(title, spoken, spoken, told.licence or _line(header.metadata.get("general.license")))
    role, engine = (Role.LLM, "llama-chat") if eye is None else (Role.VLM, "llama-vision")
    card = replace(
        _card(model.name, role, engine, files, about),
        context=min(header.number("context_length"), MOST_CONTEXT),
        picture_side=None if eye is None else PICTURE_SIDE,
    )
    return Recognized(card, parts, (model,) if eye is None else (model, eye))


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
    return Recognized(card, {name: model, f"{name}.json": config}, (model,))


def _recognizer(folder: Path, told: Told) -> Recognized:
    code = {"cn": "zh", "vn": "vi"}
    words = re.findall(r"[a-z]{2}", folder.name.removeprefix("vosk-model-").removeprefix("small-").lower())
    guess = code.get(words[0], words[0]) if words else ""
    source = told.source or ((guess,) if guess in languages.NAMES else ("en",))
    card = _card(folder.name, Role.ASR, "vosk", {"model": "."}, replace(told, source=source, target=source))
    return Recognized(card, _all_of(folder), (folder,))


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
    card = _card(folder.name, Role.TRANSLATION, "ctranslate2", {"model": "."}, about)
    return Recognized(card, files, (folder,))


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


def named(
    found: str,
    role: Role,
    files: Mapping[str, str],
    origins: tuple[Origin, ...],
    licence: str,
    spoken: Sequence[str] = (),
) -> Card:
    """A card for a chat model in GGUF that is in no catalog and not here yet; `spoken` are its languages, as far as
    known."""
    engine = "llama-chat" if role is Role.LLM else "llama-vision"
    title = _stem(Path(found))
    knows = _pivot_first(spoken) or ("en",)
    card = _card(title, role, engine, files, Told(title, knows, knows, licence))
    side = PICTURE_SIDE if role is Role.VLM else None
    return replace(
        card, origins=origins, context=MOST_CONTEXT // 2, picture_side=side, description=f"{title}, from the hub."
    )


def _pivot_first(spoken: Sequence[str]) -> tuple[str, ...]:
    """English first, where it is there: what a model does not know is translated to and from its first language."""
    return tuple(sorted(dict.fromkeys(spoken), key=lambda code: code != "en"))


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
