"""The "piper" engine: voices in Piper's format (ONNX and JSON) on an onnxruntime session of Parley's own.

Owns checking the two files, where the session runs, and cutting text so that every native step is short. It must not
know about playing audio or about where clauses come from.
"""

import json
import math
import mmap
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models import cuda, onnx_file
from models.catalog import Card
from models.roles import CPU, AudioChunk, CancelToken, Memory, ModelError, Need, Placement, Role, Samples, Scope

PEAK = 10 ** (-3 / 20)
"""Each chunk's highest sample, −3 dBFS: Piper scales every sentence to full range, this leaves the speaker headroom."""
SILENT = 1e-4
"""A peak below which a chunk is silence and not made louder."""
LONGEST_TEXT = 1500
"""Characters phonemized in one native step."""
LONGEST_PIECE = 300
"""Phonemes spoken in one native step, some 20 s of speech: memory grows with the square."""
LARGEST_CONFIG = 1_000_000
LARGEST_MODEL = 1_000_000_000
"""Bytes. Piper's largest voices have 120 MB."""
WARM_UP = "One, two, three."

CPU_BASE = 75_000_000
"""Bytes beside the weights. Measured on the CPU: voices of the starter's kind with 4 and 58 MB take 78 and 121 MB while
they speak the longest piece."""
CPU_DECODER = 300_000_000
"""More for Piper's own decoders, which make every sample out of 32 channels. Measured on networks of their shape with
63 and 114 MB, which take 422 to 454 and 480 MB while they speak the longest piece, and 100 MB before and after it."""
GPU_BASE, GPU_FACTOR = 600_000_000, 8.0
"""The same on a GPU, CUDA's own memory included. Not measured yet; it is also the limit given to onnxruntime."""

_STEP = b"\x22\x0dConvTranspose"
"""A node's kind, as protocol buffers write it. The starter's decoder has one of them, Piper's have three or four."""
_ON_CARD = "CUDAExecutionProvider"
_EXTRA_INPUT = {"sid"}
_INPUTS = {"input", "input_lengths", "scales"}
_PICTOGRAPHS = re.compile(
    "[\u200d\u20e3\u2600-\u27bf\u2b00-\u2bff\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
"""Emoji and what joins them: espeak-ng would read their names aloud."""
_ELLIPSIS = re.compile(r"(?:\.{2,}|…)\s+(?=[\w¿¡\"“«'(])")
_HYPHEN = re.compile(r"(?<=\w) --? (?=[^\W\d])")
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|Dra|Prof|Sr|Sra|Srta)\.(?=\s+[^\W\da-z_])")
"""Inside a sentence espeak-ng runs words together at an ellipsis, does not pause at a lone hyphen, and takes a title's
period for the sentence's end."""
_SENTENCE_END = re.compile(r"[.!?…]['\")\]]*\s|\n")


class PiperEngine:
    """One Piper voice."""

    name = "piper"
    role = Role.TTS

    def __init__(self, card: Card, folder: Path) -> None:
        self._model = folder / card.files["model"]
        self._config = folder / card.files["config"]
        self._voice: Any = None
        self._provider = ""

    @property
    def loaded(self) -> bool:
        return self._voice is not None

    @property
    def provider(self) -> str:
        """What onnxruntime says the model really runs on, for instance "CPUExecutionProvider"; "" when not loaded."""
        return self._provider

    @property
    def sample_rate(self) -> int:
        rate: int = self._loaded_voice().config.sample_rate
        return rate

    def need(self, placement: Placement) -> Need:
        try:
            size = self._model.stat().st_size
        except OSError as error:
            raise _missing(self._model) from error
        if placement.gpu is None:
            return Need(Memory(weights=size, compute=CPU_BASE + (CPU_DECODER if _upsamples(self._model) else 0)))
        return Need(
            Memory(weights=size, compute=CPU_BASE),
            Memory(weights=size, compute=GPU_BASE + int((GPU_FACTOR - 1) * size)),
        )

    def scope(self) -> Scope:
        return Scope()

    def load(self, placement: Placement = CPU) -> None:
        self.close()
        config = read_config(self._config)
        if not self._model.is_file():
            raise _missing(self._model)
        if self._model.stat().st_size > LARGEST_MODEL:
            raise ModelError("model-broken", f"{self._model.name} is too large for a voice.", "Choose another voice.")
        onnx_file.check(self._model)
        from piper import PiperVoice
        from piper.config import PiperConfig

        session = self._session(placement)
        names = {item.name for item in session.get_inputs()}
        wanted = _INPUTS | (_EXTRA_INPUT if config["num_speakers"] > 1 else set())
        if names != wanted:
            raise _invalid(self._model, "its inputs are not those of a Piper voice")
        self._voice = PiperVoice(config=PiperConfig.from_dict(config), session=session)
        self._provider = session.get_providers()[0]
        try:
            # The first run allocates; it also shows whether espeak-ng has the language and the graph works.
            heard = list(self.speak(WARM_UP, CancelToken()))
        except ModelError:
            self.close()
            raise
        if not heard:
            self.close()
            raise _invalid(self._model, "it says nothing")

    def close(self) -> None:
        self._voice = None
        self._provider = ""

    def speak(self, text: str, cancel: CancelToken) -> Iterator[AudioChunk]:
        voice = self._loaded_voice()
        for part in parts(plain(text), LONGEST_TEXT):
            cancel.check()
            try:
                sentences: list[list[str]] = voice.phonemize(part)
            except RuntimeError as error:
                raise _invalid(self._config, f"espeak-ng has no voice “{voice.config.espeak_voice}”") from error
            for sentence in sentences:
                known = [phoneme for phoneme in sentence if phoneme in voice.config.phoneme_id_map]
                for piece in pieces(known, LONGEST_PIECE):
                    if not any(unicodedata.category(phoneme[0]) in ("Ll", "Lu", "Lo", "Nd") for phoneme in piece):
                        continue
                    cancel.check()
                    yield AudioChunk(self._samples(piece), voice.config.sample_rate)

    def _samples(self, phonemes: Sequence[str]) -> Samples:
        try:
            audio = np.asarray(self._voice.phoneme_ids_to_audio(self._voice.phonemes_to_ids(list(phonemes))))
        except Exception as error:  # onnxruntime raises classes of its own for each status, all derived from Exception
            if self._provider == _ON_CARD:
                raise _no_gpu(_first_line(error)) from error
            raise _invalid(self._model, f"onnxruntime stopped with “{_first_line(error)}”") from error
        audio = np.atleast_1d(audio)
        if audio.ndim != 1 or not np.isfinite(audio).all():
            raise _invalid(self._model, "what it says is not sound")
        peak = float(np.abs(audio).max(initial=0.0))
        if peak > SILENT:
            audio = audio / peak
        return np.round(audio * (PEAK * 32767)).astype(np.int16)

    def _session(self, placement: Placement) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = placement.threads or max(1, min(4, (os.cpu_count() or 2) // 2))
        options.inter_op_num_threads = 1
        # onnxruntime's own store of memory keeps what the longest piece took and doubles when pieces of other lengths
        # have cut it up: a voice of 63 MB held 1,000 MB after a dozen clauses, and 100 MB without it.
        options.enable_cpu_mem_arena = False
        # Nor does it lay out in one block what a second piece of the same length will take: hardly any two are alike.
        options.enable_mem_pattern = False
        # Idle threads that spin would take the cores of the language model.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        providers: list[Any] = ["CPUExecutionProvider"]
        if placement.gpu is not None:
            cuda.open_libraries(cuda.VOICE)
            # A missing provider is only a warning to onnxruntime, which then runs on the CPU.
            if _ON_CARD not in onnxruntime.get_available_providers():
                raise _no_gpu("this onnxruntime was built without CUDA")
            choices = {
                "device_id": placement.gpu,
                "gpu_mem_limit": self.need(placement).vram,
                "arena_extend_strategy": "kSameAsRequested",
                "cudnn_conv_algo_search": "HEURISTIC",
            }
            providers.insert(0, (_ON_CARD, choices))
        try:
            session = onnxruntime.InferenceSession(str(self._model), sess_options=options, providers=providers)
        except Exception as error:  # see _samples
            if placement.gpu is not None:
                raise _no_gpu(_first_line(error)) from error
            raise _invalid(self._model, f"onnxruntime refuses it: {_first_line(error)}") from error
        if placement.gpu is not None and session.get_providers()[0] != _ON_CARD:
            raise _no_gpu("onnxruntime fell back to the CPU")
        return session

    def _loaded_voice(self) -> Any:
        if self._voice is None:
            raise ModelError("not-loaded", "The voice is not loaded.", "Load it before it speaks.")
        return self._voice


def _upsamples(path: Path) -> bool:
    """Whether the network has a decoder of Piper's kind: told by the operation that each of its steps ends with."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(_STEP, content.find(_STEP) + 1) > 0
    except (OSError, ValueError):
        return False  # it cannot be loaded either


def plain(text: str) -> str:
    """`text` as it is to be read: without raw phoneme markup, control characters, emoji and half characters, and with
    marks that espeak-ng pauses at where it would not.
    """
    text = "".join(
        " " if unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") and char != "\n" else char for char in text
    )
    text = _PICTOGRAPHS.sub(" ", text)
    text = _TITLE.sub(r"\1", _HYPHEN.sub(" – ", _ELLIPSIS.sub("; ", text)))
    # Piper reads [[…]] as phonemes, and so does espeak-ng.
    return re.sub(r"\[(?=\s*\[)|(?<=\])\s*\]", " ", text)


def parts(text: str, longest: int) -> Iterator[str]:
    """`text` in parts of at most `longest` characters, cut after a sentence, else at a space, else anywhere."""
    while text.strip():
        if len(text) <= longest:
            yield text
            return
        ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, longest)]
        cut = ends[-1] if ends else text.rfind(" ", 1, longest) + 1 or longest
        if part := text[:cut].strip():
            yield part
        text = text[cut:]


def pieces(phonemes: Sequence[str], longest: int) -> Iterator[Sequence[str]]:
    """`phonemes` in pieces of at most `longest`, cut after punctuation, else at a space, else anywhere."""
    while len(phonemes) > longest:
        window = phonemes[:longest]
        half = longest // 2
        cut = next(
            (index + 1 for marks in (",;:", " ") for index in range(longest - 1, half, -1) if window[index] in marks),
            longest,
        )
        yield window[:cut]
        phonemes = phonemes[cut:]
    if phonemes:
        yield phonemes


def read_config(path: Path) -> dict[str, Any]:
    """The voice's JSON with the fields that Parley uses, each checked. Raises ModelError."""
    try:
        if path.stat().st_size > LARGEST_CONFIG:
            raise _invalid(path, "it is too large")
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (OSError, ValueError, RecursionError) as error:
        raise _invalid(path, "it is not JSON") from error
    try:
        return _checked(path, found)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _invalid(path, f"a field is missing or of the wrong type ({_first_line(error)})") from error


def _checked(path: Path, found: dict[str, Any]) -> dict[str, Any]:
    kind = found.get("phoneme_type", "espeak")
    if kind not in ("espeak", "text"):
        raise _invalid(path, f"Parley does not support its phoneme type “{str(kind)[:40]}”")
    symbols = _whole(found["num_symbols"], 1, 100_000)
    speakers = _whole(found["num_speakers"], 1, 100_000)
    mapping = {
        str(symbol): [_whole(number, 0, symbols - 1) for number in numbers]
        for symbol, numbers in found["phoneme_id_map"].items()
        if symbol
    }
    if not {"_", "^", "$"} <= mapping.keys():
        raise _invalid(path, "its phoneme map lacks the begin, the end or the pad")
    language = found["espeak"]["voice"] if kind == "espeak" else ""
    # espeak-ng looks its voices up as files.
    if not re.fullmatch(r"[A-Za-z0-9_+-]{0,40}", language):
        raise _invalid(path, "the name of its language is not valid")
    inference = found.get("inference", {})
    scales = {name: _scale(inference[name]) for name in ("noise_scale", "length_scale", "noise_w") if name in inference}
    return {
        "audio": {"sample_rate": _whole(found["audio"]["sample_rate"], 8000, 48_000)},
        "espeak": {"voice": language},
        "phoneme_type": kind,
        "num_symbols": symbols,
        "num_speakers": speakers,
        "default_speaker_id": _whole(found.get("default_speaker_id", 0), 0, speakers - 1),
        "inference": scales,
        "phoneme_id_map": mapping,
        "hop_length": _whole(found.get("hop_length", 256), 1, 10_000),
        "vowel_clusters": [[str(symbol) for symbol in cluster] for cluster in found.get("vowel_clusters") or ()],
    }


def _whole(value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{str(value)[:40]} is not a whole number from {least} to {most}")
    return value


def _scale(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number) or not 0 <= number <= 4:
        raise ValueError(f"{str(value)[:40]} is not a number from 0 to 4")
    return number


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _missing(path: Path) -> ModelError:
    return ModelError("model-missing", f"The voice's file {path.name} is missing.", "Install the voice again.")


def _invalid(path: Path, why: str) -> ModelError:
    return ModelError("model-broken", f"The voice's file {path.name} cannot be used: {why}.", "Install another voice.")


def _no_gpu(why: str) -> ModelError:
    return ModelError("gpu-unavailable", f"The voice cannot run on the GPU: {why}.", "Put the voice on the CPU.")
