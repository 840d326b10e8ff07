"""What the person chose: one typed table, kept in settings.toml.

Each field of `Settings` carries its title, description, group and what is allowed; the settings page is made from it.
Owns reading and writing the file. It must not know who uses a setting, nor whether a device or a language is there.
"""

import dataclasses
import math
import os
import stat
import tempfile
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.problems import Problem
from models.roles import ModelError

FILE = "settings.toml"
MAX_BYTES = 100_000
MAX_TEXT = 500
"""Characters of a setting that is free text."""


@dataclass(frozen=True)
class Option:
    """What a person is told about a setting, and what it may be."""

    group: str
    title: str
    description: str
    choices: tuple[str, ...] = ()
    """Allowed words, with `titles` for people; empty for free text, numbers and switches."""
    titles: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str = ""
    shown: bool = True
    """On the settings page; what is not, the window itself lets one choose."""


def _option(default: Any, group: str, title: str, description: str, **more: Any) -> Any:
    return field(default=default, metadata={"option": Option(group, title, description, **more)})


@dataclass(frozen=True)
class Settings:
    """Every setting with its default. Languages are ISO 639-1 codes, devices the names that the sound system gives."""

    language_in: str = _option("en", "Languages", "I speak", "The language that you speak and type.", shown=False)
    language_out: str = _option("en", "Languages", "It answers in", "The language of the answers.", shown=False)
    speak: bool = _option(True, "Answers", "Speak answers", "Read every answer aloud while it is being written.")
    simple: bool = _option(
        False,
        "Answers",
        "Very short, simple sentences",
        "Ask the model to write so, for instance while you learn a language.",
    )
    hands_free: bool = _option(
        False, "Listening", "Hands-free", "Listen all the time: a question begins when you speak and ends in a pause."
    )
    end_silence: float = _option(
        0.6,
        "Listening",
        "Pause that ends a question",
        "How long you are silent before Parley answers, when hands-free.",
        low=0.3,
        high=3.0,
        unit="s",
    )
    talk_key: str = _option(
        "F9",
        "Listening",
        "Key to hold while speaking",
        "Hold it, speak, let it go.",
        choices=("F6", "F7", "F8", "F9", "F10", "F12"),
        titles=("F6", "F7", "F8", "F9", "F10", "F12"),
    )
    keep_ready: bool = _option(
        True,
        "Listening",
        "Keep the microphone ready",
        "Hold the last half second of sound in memory, so that the first word is never cut off. Nothing is kept.",
    )
    barge_in: bool = _option(
        True, "Listening", "Speak over an answer", "When hands-free, an answer falls silent as you begin to speak."
    )
    echo_cancellation: bool = _option(
        True,
        "Sound",
        "Echo cancellation",
        "Take Parley's own voice out of the microphone, for loudspeakers. Headphones need none.",
    )
    microphone: str = _option("", "Sound", "Microphone", "Empty for the system's default.", shown=False)
    speaker: str = _option("", "Sound", "Speaker", "Empty for the system's default.", shown=False)
    when_short: str = _option(
        "share",
        "Models",
        "Without memory for two models",
        "What happens where language model and picture model cannot both stay in memory.",
        choices=("share", "swap"),
        titles=("The picture model answers all", "They take turns, which takes time"),
    )
    mirror: str = _option(
        "",
        "Models",
        "Mirror",
        "Address that stands in for the places where models come from, such as a company's own; empty to use these.",
    )
    models: str = _option(
        "",
        "Models",
        "Models to use first",
        "Identities of models, the most wanted first, with spaces between them; then the newest installed ones.",
        shown=False,
    )
    theme: str = _option(
        "system",
        "Appearance",
        "Colors",
        "Light or dark.",
        choices=("system", "light", "dark"),
        titles=("As the system", "Light", "Dark"),
    )
    show_resources: bool = _option(
        True, "Appearance", "Show the resource panel", "Memory, models and timings beside the conversation."
    )
    show_conversations: bool = _option(
        True, "Appearance", "Show the list of conversations", "Earlier conversations beside the present one."
    )
    remote_address: str = _option(
        "",
        "Another computer",
        "Address",
        "Of a server with a larger model: vLLM, llama-server, Ollama or another that is OpenAI-compatible.",
    )
    remote_text: bool = _option(
        False, "Another computer", "Let it answer questions", "Instead of the language model on this machine."
    )
    remote_model: str = _option(
        "", "Another computer", "Model for questions", "Its name there; empty where the server has only one."
    )
    remote_pictures: bool = _option(
        False, "Another computer", "Let it look at pictures", "Instead of the picture model on this machine."
    )
    remote_picture_model: str = _option(
        "", "Another computer", "Model for pictures", "Its name there; empty for the one that answers questions."
    )
    remote_languages: str = _option(
        "",
        "Another computer",
        "Languages that it knows",
        "Two-letter codes such as “en, es”: all else is translated here first. Empty if it knows them all.",
    )
    remote_key_for: str = _option(
        "", "Another computer", "Server that has a key", "The key itself is in the system's keyring.", shown=False
    )


def options() -> Iterator[tuple[str, type, Any, Option]]:
    """Name, type, default and option of every setting, in the table's order."""
    for each in dataclasses.fields(Settings):
        yield each.name, type(each.default), each.default, each.metadata["option"]


def load(folder: Path) -> tuple[Settings, Problem | None]:
    """The settings in `folder`; what is missing or cannot be used is the default, and told in one problem.

    Never raises, and never changes the file: what cannot be used stays as it was typed until the next save.
    """
    path = folder / FILE
    try:
        table = tomllib.loads(_read(path))
    except FileNotFoundError:
        return Settings(), None
    except (OSError, ValueError, RecursionError) as error:  # a TOMLDecodeError and a UnicodeDecodeError are ValueErrors
        return Settings(), _problem(f"The settings could not be read: {_reason(error)}.", path)
    values: dict[str, Any] = {}
    refused: list[str] = []
    for name, kind, _, option in options():
        if name in table:
            value = _fitting(table[name], kind, option)
            if value is None:
                refused.append(name)
            else:
                values[name] = value
    problem = _problem(f"These settings have values that cannot be used: {', '.join(refused)}.", path)
    return Settings(**values), problem if refused else None


def save(folder: Path, settings: Settings) -> None:
    """Write the settings whole or not at all; comments and names that this version does not know stay.

    A file that cannot be read is renamed, not lost. A value that could not be read back is not written. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(os.path.realpath(folder / FILE))  # where the file is a link, it stays one
    try:
        text = _merged(_read(path), settings)
    except FileNotFoundError:
        text = _merged("", settings)
    except (OSError, ValueError, RecursionError):
        _set_aside(path)
        text = _merged("", settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=f"{FILE}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def save_from_terminal(folder: Path, settings: Settings) -> None:
    """The same for a command: raises ModelError."""
    try:
        save(folder, settings)
    except OSError as error:
        raise ModelError(
            "settings-unwritable",
            f"The settings could not be saved: {error.strerror or error}.",
            "Check the disk, or use another folder with --data.",
        ) from error


def _read(path: Path) -> str:
    """Raises OSError, and ValueError for what is no settings file; waits on no pipe."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError("the file is too large to be one")
    return data.decode("utf-8-sig")


def _merged(text: str, settings: Settings) -> str:
    """The file's text with these settings in it. Raises ValueError, also where it would not be read back alike."""
    import tomlkit

    written: dict[str, Any] = {}
    try:
        document = tomlkit.parse(text)
        for name, kind, default, option in options():
            value = _fitting(getattr(settings, name), kind, option)
            if value is not None and (value != default or name in document):
                document[name] = written[name] = value
        merged = tomlkit.dumps(document)
    except Exception as error:  # it raises errors of many kinds on files that are not quite TOML
        raise ValueError(str(error)) from error
    found = tomllib.loads(merged)
    if any(name not in found or found[name] != value for name, value in written.items()):
        raise ValueError("the settings stand where they cannot be replaced")
    return merged


def _set_aside(path: Path) -> None:
    name, number = f"{FILE}.unreadable", 1
    while os.path.lexists(path.with_name(name)):
        number += 1
        name = f"{FILE}.unreadable-{number}"
    path.rename(path.with_name(name))


def _fitting(given: Any, kind: type, option: Option) -> Any:
    """The value as the setting's type, or None."""
    value: Any = given
    if kind is float and type(given) is int and abs(given) < 2**53:
        value = float(given)
    if type(value) is not kind or (option.choices and value not in option.choices):
        return None
    if isinstance(value, str):
        controls = any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in value)
        return None if controls or len(value) > MAX_TEXT else value
    if isinstance(value, float):
        low = -math.inf if option.low is None else option.low
        high = math.inf if option.high is None else option.high
        return value if math.isfinite(value) and low <= value <= high else None
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "the file is not UTF-8 text"
    if isinstance(error, RecursionError):
        return "the values are nested too deeply"
    return getattr(error, "strerror", None) or str(error).rstrip(".")


def _problem(message: str, path: Path) -> Problem:
    return Problem(
        "settings",
        "settings-invalid",
        message,
        "The defaults are used; open the settings to set them.",
        details=str(path),
    )
