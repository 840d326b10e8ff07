"""What the finished voice is like, in figures and pictures, beside its teacher.

Owns the measurements: level, jumps, pauses, durations, speed, spectrograms, and word errors of the starter recognizer
on both. It hears the voice through the engine that Parley uses, so what it measures is what the user gets.
"""

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.catalog import Card
from models.engines.piper_voice import PiperEngine
from models.engines.vosk_recognizer import VoskRecognizer
from models.roles import CancelToken, Placement, Role, Samples
from training import domain
from training.tts.languages import Language

SENTENCES = 60
PAUSE_SENTENCES = {
    "en": (
        "Yes, the sky is blue.",
        "Hello, how can I help you?",
        "Red, yellow and green are colors.",
        "In the morning, the birds sing.",
        "Well, I do not know that.",
        "Monday, Tuesday and Wednesday are days.",
    ),
    "es": (
        "Sí, el cielo es azul.",
        "Hola, ¿cómo puedo ayudarte?",
        "Rojo, amarillo y verde son colores.",
        "Por la mañana, los pájaros cantan.",
        "Bueno, eso no lo sé.",
        "Lunes, martes y miércoles son días.",
    ),
}
"""Each with one comma or more."""
PICTURES = {
    "en": {
        "statement": "The sky is blue, and the grass is green.",
        "question": "Can you tell me what the capital of France is?",
        "yes-no": "Is there a zebra in the garden?",
        "exclamation": "What a beautiful violin!",
    },
    "es": {
        "statement": "El cielo es azul, y la hierba es verde.",
        "question": "¿Puedes decirme cuál es la capital de Francia?",
        "yes-no": "¿Hay un zorro en el jardín?",
        "exclamation": "¡Qué violín tan hermoso!",
    },
}
"""Language to file name and sentence."""
QUIET = 0.02
"""Share of the peak below which a 10 ms frame counts as a pause."""


def card(role: Role, engine: str, **files: str) -> Card:
    """A card for a model in a folder that the catalog need not list."""
    return Card("starter", "Starter", role, engine, ".", files, ("en",), ("en",), "GPL-3.0-or-later", "")


def spectrogram(samples: Samples) -> NDArray[np.uint8]:
    """Gray picture (256, frames) of log magnitudes, 80 dB deep, low frequencies at the bottom, a column every 4 ms."""
    signal = samples / np.float32(32768)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(signal, 256), 512)[::64] * np.hanning(512)
    level = 20 * np.log10(np.abs(np.fft.rfft(windows, axis=1)) + 1e-6)
    gray = np.clip((level - level.max() + 80) / 80, 0, 1)
    return np.ascontiguousarray((255 * (1 - gray[:, :256])).astype(np.uint8).T[::-1])


def write_comparison(path: Path, teacher: Samples, voice: Samples) -> None:
    """The teacher's spectrogram above the voice's."""
    above, below = spectrogram(teacher), spectrogram(voice)
    width = max(above.shape[1], below.shape[1])
    bar = np.zeros((6, width), np.uint8)
    padded = [np.pad(image, ((0, 0), (0, width - image.shape[1])), constant_values=255) for image in (above, below)]
    Image.fromarray(np.concatenate([padded[0], bar, padded[1]])).save(path)


def longest_pause(samples: Samples, sample_rate: int) -> float:
    """Seconds of the longest quiet stretch inside the speech, its beginning and its end left out."""
    step = sample_rate // 100
    frames = np.abs(samples[: len(samples) // step * step].reshape(-1, step).astype(np.int32)).max(1)
    loud = np.flatnonzero(frames > QUIET * frames.max())
    return float(np.diff(loud).max(initial=1) - 1) * step / sample_rate


def word_errors(wanted: str, heard: str, code: str) -> tuple[int, int]:
    """Edit distance in words, and the number of wanted words."""
    first, second = domain.spoken(wanted, code).split(), domain.spoken(heard, code).split()
    row = list(range(len(second) + 1))
    for index, word in enumerate(first, 1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(second, 1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other))
    return row[-1], len(first)


def held_out_sentences(language: Language, count: int) -> list[str]:
    """Questions of the domain that no recipe trains on, each once."""
    rng = Random(60)
    found: dict[str, None] = {}
    while len(found) < count:
        found[getattr(domain.sample_held_out(rng).question, language.code)] = None
    return list(found)


def evaluate(folder: Path, language: Language, recognizer: Path, pictures: Path) -> dict[str, float]:
    """Measure the voice in `folder`; the word errors only where the folder `recognizer` has a model.

    Writes spectrograms and figures.json into `pictures`.
    """
    pictures.mkdir(parents=True, exist_ok=True)
    voice = PiperEngine(card(Role.TTS, "piper", model="voice.onnx", config="voice.onnx.json"), folder)
    started = time.perf_counter()
    voice.load(Placement(threads=1))
    figures = {"load_s": time.perf_counter() - started}
    sentences = held_out_sentences(language, SENTENCES)
    spoken: list[Samples] = []
    waits: list[float] = []
    for sentence in sentences:
        started = time.perf_counter()
        chunks = list(voice.speak(sentence, CancelToken()))
        waits.append(time.perf_counter() - started)
        spoken.append(np.concatenate([chunk.samples for chunk in chunks]))
    taught = [_teacher(language, sentence) for sentence in sentences]
    rate = voice.sample_rate
    figures |= {
        "first_chunk_ms_median": 1000 * float(np.median(waits)),
        "first_chunk_ms_worst": 1000 * max(waits),
        "real_time_factor": sum(waits) / (sum(map(len, spoken)) / rate),
        "seconds_to_teacher": float(np.median([_speech(a) / _speech(b) for a, b in zip(spoken, taught, strict=True)])),
        "peak_dbfs_lowest": min(_decibel(np.abs(item.astype(np.int32)).max()) for item in spoken),
        "peak_dbfs_highest": max(_decibel(np.abs(item.astype(np.int32)).max()) for item in spoken),
        "rms_dbfs_median": float(
            np.median([_decibel(np.sqrt(np.mean(item.astype(np.float64) ** 2))) for item in spoken])
        ),
        "largest_jump": max(_jump(item) for item in spoken),
        "largest_jump_teacher": max(_jump(item) for item in taught),
        "edge_dbfs_highest": max(_decibel(max(abs(int(item[0])), abs(int(item[-1])))) for item in spoken),
    }
    pauses = [(_say(voice, text), _teacher(language, text)) for text in PAUSE_SENTENCES[language.code]]
    figures["pause_s_median"] = float(np.median([longest_pause(said, rate) for said, _ in pauses]))
    figures["pause_s_median_teacher"] = float(np.median([longest_pause(wanted, rate) for _, wanted in pauses]))
    for name, text in PICTURES[language.code].items():
        write_comparison(pictures / f"{name}.png", _teacher(language, text), _say(voice, text))
    if (recognizer / "am").is_dir():
        figures |= _intelligibility(recognizer, language.code, sentences, {"voice": spoken, "teacher": taught}, rate)
    (pictures / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures


def _intelligibility(
    folder: Path, code: str, sentences: Sequence[str], speakers: dict[str, list[Samples]], rate: int
) -> dict[str, float]:
    recognizer = VoskRecognizer(card(Role.ASR, "vosk", model="."), folder)
    recognizer.load()
    figures = {}
    for speaker, recordings in speakers.items():
        wrong = total = 0
        for sentence, samples in zip(sentences, recordings, strict=True):
            stream = recognizer.recognition(rate)
            stream.accept(np.concatenate([samples, np.zeros(rate // 2, np.int16)]))
            heard = stream.finish().text
            errors, count = word_errors(sentence, heard, code)
            wrong, total = wrong + errors, total + count
            if errors:
                print(f"{speaker}: {sentence} | {heard}")
        figures[f"word_errors_percent_{speaker}"] = 100 * wrong / total
    return figures


def _say(voice: PiperEngine, text: str) -> Samples:
    return np.concatenate([chunk.samples for chunk in voice.speak(text, CancelToken())])


def _teacher(language: Language, text: str) -> Samples:
    with tempfile.TemporaryDirectory() as scratch:
        return language.speak(text, Path(scratch) / "teacher.wav").samples


def _speech(samples: Samples) -> int:
    """Samples from the first to the last loud one."""
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > QUIET * np.abs(samples.astype(np.int32)).max())
    return int(loud[-1] - loud[0])


def _decibel(value: float) -> float:
    return float(20 * np.log10(max(float(value), 1e-3) / 32768))


def _jump(samples: Samples) -> float:
    """The largest step between neighboring samples as a share of the peak."""
    wide = samples.astype(np.int32)
    return float(np.abs(np.diff(wide)).max() / np.abs(wide).max())
