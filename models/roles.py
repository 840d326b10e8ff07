"""The five roles a model can fill, the protocols their engines fulfil, and the values that cross between them.

Everything here is plain data or a protocol: this module knows no engine, no file layout and no library.
Audio is always mono 16-bit PCM (`Samples`) with its sample rate in hertz beside it; sizes are bytes; times are seconds.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    # The window shows before numpy is loaded, and these values are among the first things that it knows.
    import numpy as np
    from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.int16]"
"""Mono PCM, shape (n,)."""

GB = 1_000_000_000

PICTURE_SIDE = 1024
"""Pixels of the longest side of a picture in a question. The model may see less, the person and the history do not."""


class Role(StrEnum):
    """What a model does in a turn."""

    ASR = "asr"
    TRANSLATION = "translation"
    LLM = "llm"
    VLM = "vlm"
    TTS = "tts"


RESERVED: dict[Role, int] = {
    Role.ASR: 1 * GB,
    Role.TRANSLATION: 3 * GB,
    Role.LLM: 6 * GB,
    Role.VLM: 4 * GB,
    Role.TTS: 4_500_000_000,
}
"""Memory set aside for each role, in bytes."""


class ModelError(Exception):
    """Something an engine could not do, told for a person.

    `code` is stable and for programs ("model-missing"); `message` is one sentence with the true cause; `remedy` is
    one sentence that says what to do.
    """

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


class Cancelled(Exception):
    """The work was called off. Not an error."""


class CancelToken:
    """A flag that is set once, from any thread, and read by whoever does the work."""

    def __init__(self) -> None:
        self._flag = threading.Event()

    def cancel(self) -> None:
        self._flag.set()

    @property
    def cancelled(self) -> bool:
        return self._flag.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait, at most until the flag is set; returns whether it is."""
        return self._flag.wait(seconds)

    def check(self) -> None:
        """Raise Cancelled once the flag is set."""
        if self._flag.is_set():
            raise Cancelled


class CacheType(StrEnum):
    """Element type of a KV cache, by llama.cpp's name."""

    F16 = "f16"
    Q8_0 = "q8_0"
    Q4_0 = "q4_0"


@dataclass(frozen=True)
class Placement:
    """Where an engine runs. `gpu` is the NVML index of the card, None for the CPU."""

    gpu: int | None = None
    layers: int = -1
    """Transformer layers on the GPU; -1 is all of them. Only llama.cpp engines read it."""
    context: int | None = None
    """Context length in tokens; None takes the card's own. Only llama.cpp engines read it."""
    threads: int | None = None
    """CPU threads; None lets the engine choose."""
    cache: CacheType = CacheType.F16
    """How keys and values are kept. Only llama.cpp engines read it."""
    picture_side: int | None = None
    """Longest side in pixels of a picture that is encoded; None takes the card's own. Only picture models read it."""
    host: str = ""
    """The other computer that it runs on, as a person knows it ("10.0.0.5:8000"); empty for this machine."""


CPU = Placement()


@dataclass(frozen=True)
class Memory:
    """Bytes in one kind of memory, by what they are for."""

    weights: int = 0
    cache: int = 0
    """Keys and values of the context."""
    compute: int = 0
    """Buffers that are there from the load on, and the engine's library."""
    projector: int = 0
    """Weights of the picture half."""
    picture: int = 0
    """More while a picture is encoded."""
    mapped: int = 0
    """Parts of files that were read once and are not needed again: the system counts them as the process's memory, but
    takes them back as soon as anybody needs it. Not in the total."""

    @property
    def total(self) -> int:
        return self.weights + self.cache + self.compute + self.projector + self.picture

    @property
    def resident(self) -> int:
        """What the system reports: the total, and what it could take back."""
        return self.total + self.mapped

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))


@dataclass(frozen=True)
class Need:
    """Memory an engine takes at a placement. The driver's own context on a card is no engine's and not counted."""

    host: Memory
    card: Memory = Memory()

    def __add__(self, other: "Need") -> "Need":
        return Need(self.host + other.host, self.card + other.card)

    @property
    def ram(self) -> int:
        """Bytes of main memory."""
        return self.host.total

    @property
    def vram(self) -> int:
        """Bytes of the card's memory."""
        return self.card.total


@dataclass(frozen=True)
class Scope:
    """What a plan may decide about a model."""

    layers: int = 0
    """How many layers can be split between a card and the CPU; 0 where a model goes whole or not at all."""
    context: int | None = None
    """Tokens that it is opened with where there is room; None for a model without a context."""
    picture_side: int | None = None
    """Longest side in pixels of a picture where there is room; None for a model without eyes."""
    cpu_only: str | None = None
    """Why it cannot run on a card ("Vosk cannot use a graphics card"); None where it can."""
    host: str = ""
    """The other computer that it runs on: it needs no place here."""
    trained: int | None = None
    """The longest context in tokens that it was made for; None where nobody says."""


@dataclass(frozen=True)
class Word:
    """A recognized word; `start` and `end` in seconds from the beginning of the stream, `confidence` 0 to 1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True)
class Transcript:
    """What was heard so far. A partial one (`final` False) has no words yet for its newest part."""

    text: str
    words: tuple[Word, ...] = ()
    final: bool = False


@dataclass(frozen=True)
class AudioChunk:
    """A piece of speech: mono 16-bit PCM at `sample_rate` hertz."""

    samples: Samples
    sample_rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True)
class Picture:
    """A picture that was checked, turned upright and scaled down; Parley itself encoded `data`, PNG or JPEG."""

    data: bytes
    mime: str
    width: int
    height: int
    sha256: str
    """Of the file as it came from the user."""


@dataclass(frozen=True)
class Message:
    """One message of a talk; `author` is "system", "user" or "assistant"."""

    author: str
    text: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn. Temperature 0 is greedy."""

    temperature: float = 0.0
    top_p: float = 0.95
    max_tokens: int = 512
    seed: int = 0


class Engine(Protocol):
    """What every engine can do. An engine is made with `Engine(card, folder)` and is owned by one thread.

    Class attributes: `name` is how the catalog calls it, `role` tells what it does (a chat engine with pictures is a
    VLM). Heavy libraries are imported inside `load`.
    """

    name: str
    role: Role

    @property
    def loaded(self) -> bool: ...

    def need(self, placement: Placement) -> Need:
        """Memory this model takes when loaded at `placement`; reads files only, loads nothing. Raises ModelError."""
        ...

    def scope(self) -> Scope:
        """What can be decided about where and how it is opened; reads files only. Raises ModelError."""
        ...

    def load(self, placement: Placement = CPU) -> None:
        """Open the model. Raises ModelError."""
        ...

    def close(self) -> None:
        """Give all memory back. Harmless when not loaded; `load` works again afterwards."""
        ...


class Recognition(Protocol):
    """One stream of speech being recognized."""

    def accept(self, samples: Samples) -> Transcript | None:
        """Feed mono PCM at the stream's rate, in blocks of any length.

        Returns the new hypothesis for the whole stream when it changed, else None.
        """
        ...

    def finish(self) -> Transcript:
        """End the stream: the final transcript with all word times."""
        ...


class Recognizer(Engine, Protocol):
    """ASR."""

    def recognition(self, sample_rate: int, phrases: Sequence[str] = ()) -> Recognition:
        """Begin a stream. `phrases`, when given, are the only things that can be heard; all else becomes "[unk]"."""
        ...


class Translator(Engine, Protocol):
    """Translation."""

    def translate(self, text: str, source: str, target: str, cancel: CancelToken) -> Iterator[str]:
        """Translate one or a few sentences; yields pieces of the translation that join without separators.

        `source` and `target` are ISO 639-1 codes. Raises Cancelled between two tokens.
        """
        ...


class ChatModel(Engine, Protocol):
    """LLM, and VLM where messages carry pictures."""

    def reply(self, messages: Sequence[Message], sampling: Sampling, cancel: CancelToken) -> Iterator[str]:
        """Stream the assistant's next message, a piece a token and never half a character.

        Raises Cancelled between tokens.
        """
        ...


class Voice(Engine, Protocol):
    """TTS."""

    @property
    def sample_rate(self) -> int:
        """Hertz; known once loaded."""
        ...

    def speak(self, text: str, cancel: CancelToken) -> Iterator[AudioChunk]:
        """Speak a clause or a few sentences, a chunk a sentence.

        Text without anything to pronounce yields nothing. Raises Cancelled between chunks.
        """
        ...
