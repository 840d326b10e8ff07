"""What the shipped voices reach, measured through Parley's own engine, as figures.

Owns the test sentences, which no training step saw (domain.held_out), and the measurements. The recognizers that listen
never heard these teachers: the starter's own, and PocketSphinx with the model in its package, for English.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from models import catalog
from models.engines.piper_voice import PiperEngine
from models.engines.vosk_recognizer import VoskRecognizer
from models.roles import CancelToken, Placement, Role, Samples
from training import domain
from training.figures import Figure
from training.tts import corpus, pitch
from training.tts.languages import ENGLISH, SPANISH, Language
from training.tts.vocoder import HOP

SEED = 60
DOMAIN_SENTENCES, BROAD_SENTENCES = 150, 75
MIXED = 75
"""So many of the domain's go with the broad ones to the recognizer that knows all words."""
SLICE = 15
"""A slice for the test-suite has one sentence in so many."""
BARS = {"ratio": 1.1, "size": 5.0, "load": 0.5, "speed": 0.05, "chunk": 60.0, "rise": 20.0}
COMMAS = {
    "en": (
        "Yes, the sky is blue.",
        "In the morning, the birds sing.",
        "Well, I do not know that.",
        "Monday, Tuesday and Wednesday are days.",
    ),
    "es": (
        "Sí, el cielo es azul.",
        "Por la mañana, los pájaros cantan.",
        "Bueno, eso no lo sé.",
        "Lunes, martes y miércoles son días.",
    ),
}
QUESTIONS = {
    "en": (
        "Is there a zebra in the garden?",
        "Did Martin open the window?",
        "Can you see the river?",
        "Are the flowers yellow?",
        "Do you like the summer?",
        "Was it a long journey?",
    ),
    "es": (
        "¿Hay un zorro en el jardín?",
        "¿Abrió Martín la ventana?",
        "¿Puedes ver el río?",
        "¿Son amarillas las flores?",
        "¿Te gusta el verano?",
        "¿Fue un viaje muy largo?",
    ),
}
"""To be answered by yes or no."""
WORDLESS = ("...", "?!", "…", " ", "—", "🙂", "[[]]")
QUIET = 0.02
"""Share of the peak below which a 10 ms frame counts as a pause."""
NOTHING_LOST = 0.05
"""Word errors, in percent, below which a teacher's count as one, so that nothing is divided by zero."""

Recognize = Callable[[Samples], str]


@dataclass(frozen=True)
class Listener:
    """A recognizer, by the name that the table shows, and whether it knows more words than the domain's."""

    name: str
    hear: Recognize
    broad: bool


def listeners(code: str) -> list[Listener]:
    """The recognizers that are there for a language."""
    found = []
    card = next((c for c in catalog.load() if c.starter and c.role is Role.ASR and code in c.source), None)
    if card is not None and (catalog.starter_folder() / card.folder / "am").is_dir():
        recognizer = VoskRecognizer(card, catalog.starter_folder() / card.folder)
        recognizer.load()

        def starter(samples: Samples) -> str:
            stream = recognizer.recognition(16_000)
            stream.accept(np.concatenate([samples, np.zeros(8000, np.int16)]))
            return stream.finish().text

        found.append(Listener("the starter recognizer", starter, broad=False))
    if code == "en" and (sphinx := _pocketsphinx()) is not None:
        found.append(Listener("PocketSphinx", sphinx, broad=True))
    return found


def _pocketsphinx() -> Recognize | None:
    try:
        import pocketsphinx
    except ImportError:
        return None
    decoder: Any = pocketsphinx.Decoder(samprate=16_000, loglevel="FATAL")

    def hear(samples: Samples) -> str:
        decoder.start_utt()
        decoder.process_raw(np.concatenate([samples, np.zeros(4000, np.int16)]).tobytes(), full_utt=True)
        decoder.end_utt()
        return decoder.hyp().hypstr if decoder.hyp() else ""

    return hear


def word_errors(wanted: str, heard: str, code: str) -> tuple[int, int]:
    """Edit distance in words, and the number of wanted words."""
    first, second = domain.spoken(wanted, code).split(), domain.spoken(heard, code).split()
    row = list(range(len(second) + 1))
    for index, word in enumerate(first, 1):
        diagonal, row[0] = row[0], index
        for column, other in enumerate(second, 1):
            diagonal, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other))
    return row[-1], len(first)


def domain_sentences(language: Language, count: int) -> list[str]:
    """Questions of the domain that no recipe trains on, each once: one sentence each, without digits and signs, which
    may be read aloud in more ways than one."""
    rng = Random(SEED)
    found: dict[str, None] = {}
    while len(found) < count:
        text = getattr(domain.sample_held_out(rng).question, language.code)
        if len(corpus.split_sentences(text)) == 1 and not any(char.isdigit() or char in "+=%" for char in text):
            found[text] = None
    return list(found)


def broad_sentences(language: Language, count: int) -> list[str]:
    """Held-out sentences of the broad grammar: numbers in words, names, times, questions, exclamations."""
    fitting = (text for text in language.broad(Random(SEED)) if domain.held_out(text) and len(text.split()) > 2)
    return list(islice(fitting, count))


def longest_pause(samples: Samples, sample_rate: int) -> float:
    """Seconds of the longest quiet stretch inside the speech, its beginning and its end left out."""
    step = sample_rate // 100
    frames = np.abs(samples[: len(samples) // step * step].reshape(-1, step).astype(np.int32)).max(1)
    loud = np.flatnonzero(frames > QUIET * frames.max())
    return float(np.diff(loud).max(initial=1) - 1) * step / sample_rate


def loudness(samples: Samples, sample_rate: int) -> float:
    """LUFS as ITU-R BS.1770 weighs it, without gates: of the speech between its first and its last loud sample."""
    wave = samples.astype(np.float64) / 32768
    loud = np.flatnonzero(np.abs(wave) > QUIET * np.abs(wave).max())
    wave = wave[loud[0] : loud[-1] + 1]
    power = np.abs(np.fft.rfft(wave)) ** 2 / len(wave) ** 2
    power[1:] *= 2
    z = np.exp(2j * np.pi * np.fft.rfftfreq(len(wave), 1 / sample_rate) / 48_000)
    gain = np.ones(len(z))
    for top, bottom in _BS1770:
        gain *= np.abs(np.polyval(top[::-1], 1 / z) / np.polyval(bottom[::-1], 1 / z)) ** 2
    return float(-0.691 + 10 * np.log10((power * gain).sum()))


_BS1770 = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)
"""The standard's two filters at 48 kHz, numerators and denominators."""


def largest_step(samples: Samples) -> float:
    """The largest step between neighboring samples, the silence around counted in, as a share of the peak."""
    wide = np.pad(samples.astype(np.int32), 1)
    return float(np.abs(np.diff(wide)).max() / np.abs(wide).max())


def final_rise(samples: Samples, sample_rate: int) -> float:
    """How much higher the pitch ends than its median, in percent: the last tenth of a second that has a voice."""
    frames = len(samples) // HOP
    hertz, voiced = pitch.track(samples.astype(np.float32), frames, HOP, sample_rate)
    spoken = hertz[voiced]
    return float(100 * (np.median(spoken[-12:]) / np.median(spoken) - 1))


def figures(
    small: bool = False, languages: Sequence[Language] = (ENGLISH, SPANISH), folder: Path | None = None
) -> Iterator[Figure]:
    """All figures of the voices in `folder` (the shipped ones); `small` is a slice for the tests."""
    import onnxruntime  # here, so that the load time is the voice's alone, and after models, which mutes its telemetry
    import piper  # noqa: F401

    for language in languages:
        onnxruntime.set_seed(SEED)  # a voice draws its durations and its noise: figures would be others each time
        yield from _Measures(language, folder or catalog.starter_folder(), SLICE if small else 1).all()


class _Measures:
    """The figures of one voice."""

    def __init__(self, language: Language, folder: Path, every: int) -> None:
        self.language, self.every = language, every
        self.model = f"tts-{language.code}"
        self.folder = folder / self.model
        card = next(c for c in catalog.load() if c.starter and c.role is Role.TTS and language.code in c.source)
        self.voice = PiperEngine(card, self.folder)
        self.phonemize = corpus.phonemizer(language.espeak_voice)
        self.taught: list[Samples] = []

    def _figure(self, measure: str, value: float, unit: str = "", bar: float | None = None, of: int = 0) -> Figure:
        return Figure(self.model, measure, value, unit, bar, at_most=measure != "rise of yes-no questions", of=of)

    def all(self) -> Iterator[Figure]:
        """In the order of the table."""
        started = time.process_time()
        self.voice.load(Placement(threads=1))
        yield self._figure("load", time.process_time() - started, "s", BARS["load"])
        size = sum(file.stat().st_size for file in self.folder.iterdir())
        yield self._figure("size", size / 1e6, "MB", BARS["size"])
        texts = domain_sentences(self.language, DOMAIN_SENTENCES)[:: self.every]
        broad = broad_sentences(self.language, BROAD_SENTENCES)[:: self.every]
        spoken, waits = [], []
        for text in texts + broad:
            began = time.process_time()
            chunks = self.voice.speak(text, CancelToken())
            first = next(chunks).samples
            waits.append(time.process_time() - began)
            spoken.append(np.concatenate([first, *(chunk.samples for chunk in chunks)]))
        rate = self.voice.sample_rate
        yield self._figure("real-time factor", sum(waits) / (sum(map(len, spoken)) / rate), "", BARS["speed"])
        waits.sort()
        worst = 1000 * waits[int(0.95 * (len(waits) - 1))]
        yield self._figure("first chunk, median", 1000 * waits[len(waits) // 2], "ms", BARS["chunk"], len(waits))
        yield self._figure("first chunk, 95 of 100", worst, "ms", BARS["chunk"], len(waits))
        yield from self._understood(texts, broad, spoken)
        yield from self._sound(spoken)
        yield from self._melody()

    def _understood(self, texts: list[str], broad: list[str], spoken: list[Samples]) -> Iterator[Figure]:
        if shutil.which("hts_engine") is not None and self.language.speaker.file.exists():
            self.taught = [corpus.teacher_samples(text, self.language, self.phonemize) for text in texts + broad]
        for listener in listeners(self.language.code):
            indices = range(len(texts))
            if listener.broad:
                indices = range(max(0, len(texts) - MIXED), len(texts) + len(broad))
            rates = []
            for name, recordings in (("voice", spoken), ("teacher", self.taught)):
                if not recordings:
                    continue
                wrong = total = 0
                for index in indices:
                    errors, words = word_errors(
                        (texts + broad)[index], listener.hear(recordings[index]), self.language.code
                    )
                    wrong, total = wrong + errors, total + words
                rates.append(100 * wrong / total)
                yield self._figure(f"word errors of {listener.name}, {name}", rates[-1], "%", of=total)
            if self.taught:
                ratio = max(rates[0], NOTHING_LOST) / max(rates[1], NOTHING_LOST)
                yield self._figure(f"errors to the teacher's, {listener.name}", ratio, "", BARS["ratio"])

    def _sound(self, spoken: list[Samples]) -> Iterator[Figure]:
        rate = self.voice.sample_rate
        for name, recordings in (("voice", spoken), ("teacher", self.taught)):
            if recordings:
                step = max(map(largest_step, recordings))
                yield self._figure(f"largest step between samples, to the peak, {name}", step)
        edges = max(max(abs(int(item[0])), abs(int(item[-1]))) / np.abs(item.astype(np.int32)).max() for item in spoken)
        yield self._figure("largest step at a start or an end, to the peak", edges)
        offset = max(abs(float(item.mean())) / 32768 for item in spoken)
        yield self._figure("largest offset from zero, to full scale", offset)
        loud = np.array([loudness(item, rate) for item in spoken])
        yield self._figure("loudness, median", float(np.median(loud)), "LUFS", of=len(loud))
        spread = float(np.percentile(loud, 95) - np.percentile(loud, 5))
        yield self._figure("loudness, from 5 to 95 of 100 sentences", spread, "dB", of=len(loud))
        pauses = [longest_pause(self._say(text), rate) for text in COMMAS[self.language.code]]
        yield self._figure("pause at a comma, median", float(np.median(pauses)), "s", of=len(pauses))
        wordless = [text for text in WORDLESS if list(self.voice.speak(text, CancelToken()))]
        yield self._figure("texts without words that sound", len(wordless), "", 0.0, len(WORDLESS))

    def _melody(self) -> Iterator[Figure]:
        rate = self.voice.sample_rate
        questions = QUESTIONS[self.language.code]
        rises = [final_rise(self._say(text), rate) for text in questions]
        yield self._figure("rise of yes-no questions", float(np.median(rises)), "%", BARS["rise"], len(questions))
        falls = [final_rise(self._say(text.strip("¿?") + "."), rate) for text in questions]
        yield self._figure("rise of the same words as statements", float(np.median(falls)), "%", of=len(questions))

    def _say(self, text: str) -> Samples:
        return cast(
            "NDArray[np.int16]", np.concatenate([chunk.samples for chunk in self.voice.speak(text, CancelToken())])
        )
