"""Synthesized speech with phone times, and files of utterances.

Owns the synthesizers: espeak-ng, Flite, and Festival, whose diphone voices also speak phones of another language. It
must not know what the texts mean, how speech is varied or what is learned from it.
"""

import functools
import subprocess
import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from random import Random

import numpy as np
import soxr
from numpy.typing import NDArray

from training.asr.english import from_festival
from training.asr.features import SAMPLE_RATE
from training.asr.language import Diphones, Language, Speakers
from training.asr.phones import SILENCE, PhoneSet, from_espeak
from training.espeak import Espeak, Utterance

VOICES = Path("/usr/share/festival/voices")
_SHORTEST = 0.004  # seconds; espeak-ng reports phonemes that it then swallows
_SHORTEST_DIPHONE = 0.025
_EDGE = 0.1
"""Seconds of silence around what a diphone voice says."""

Spans = Sequence[tuple[str, float]]
"""Phones with their starts in seconds."""


@dataclass(frozen=True)
class Speech:
    """An utterance: mono PCM at 16 kHz, and its phones (indices into PhoneSet.base) with their starts in seconds."""

    speaker: str
    text: str
    samples: NDArray[np.int16]
    phones: NDArray[np.uint8]
    starts: NDArray[np.float32]


def to_16k(samples: NDArray[np.int16], rate: float) -> NDArray[np.int16]:
    return np.asarray(samples if rate == SAMPLE_RATE else soxr.resample(samples, rate, SAMPLE_RATE), np.int16)


def _speech(phones: PhoneSet, speaker: str, text: str, samples: NDArray[np.int16], rate: float, spans: Spans) -> Speech:
    merged: list[tuple[str, float]] = []
    for phone, start in spans:
        if not (merged and phone == SILENCE == merged[-1][0]):
            merged.append((phone, start))
    numbers = np.array([phones.index[phone] for phone, _ in merged], np.uint8)
    starts = np.array([start for _, start in merged], np.float32)
    return Speech(speaker, text, to_16k(samples, rate), numbers, starts)


@functools.cache
def synthesizer() -> Espeak:
    """This process's espeak-ng."""
    return Espeak()


def espeak_phones(language: Language, utterance: Utterance, voice: str) -> list[tuple[str, float]] | None:
    """The language's phones with their starts in seconds; None when a phoneme is not in the table."""
    rate = utterance.sample_rate
    mapping = language.accent(voice.split("+")[0])
    edges = [phoneme.start / rate for phoneme in utterance.phonemes] + [len(utterance.samples) / rate]
    spans: list[tuple[str, float]] = []
    for phoneme, start, end in zip(utterance.phonemes, edges, edges[1:], strict=False):
        if end - start < _SHORTEST:
            continue
        phones = from_espeak(mapping, phoneme.mnemonic)
        if phones is None:
            return None
        if list(phones) == ["R"] and spans and spans[-1][0] in language.linking:
            continue
        spans += [(phone, start + (end - start) * k / len(phones)) for k, phone in enumerate(phones)]
    return spans


def espeak(
    language: Language, texts: Sequence[str], random: Random, accents: Sequence[str], variants: Sequence[str]
) -> Iterator[Speech]:
    """Each text in a random voice, rate and pitch. Texts with a phoneme that is not in the table are left out."""
    for text in texts:
        accent, variant = random.choice(accents), random.choice(variants)
        voice = accent if variant == "." else f"{accent}+{variant}"
        rate, pitch, span = random.randint(115, 240), random.randint(20, 80), random.randint(20, 80)
        utterance = synthesizer().speak(text, voice, rate, pitch, span)
        spans = espeak_phones(language, utterance, voice)
        if spans:
            yield _speech(language.phones, voice, text, utterance.samples, utterance.sample_rate, spans)


def _read(path: Path) -> tuple[NDArray[np.int16], int]:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16), file.getframerate()


@dataclass(frozen=True)
class _Person:
    """Who speaks with a voice: its own speaker, or somebody smaller or larger."""

    stature: float = 1.0
    """What is said is made slower by this factor and played faster by it, which lifts pitch and formants alone."""
    hertz: int | None = None
    """Mean pitch before that; None is the voice's own."""


def _person(text: str, stretch: float, others: bool) -> _Person:
    """Drawn apart, so that nothing else is drawn otherwise where there are others."""
    if not others:
        return _Person()
    random = Random(f"{text} {stretch}")
    return _Person(random.uniform(0.92, 1.3), random.randint(80, 180))


def _spoken(
    language: Language, speaker: str, person: _Person, text: str, path: Path, phones: Sequence[tuple[str, float]]
) -> Speech:
    """The file as the person says it; `phones` are Festival's, with their starts in the file."""
    samples, rate = _read(path)
    spans = [(from_festival(phone), start / person.stature) for phone, start in phones]
    return _speech(language.phones, speaker, text, samples, rate * person.stature, spans)


def flite(language: Language, texts: Sequence[str], random: Random, voice: str, others: bool) -> Iterator[Speech]:
    """Each text by Flite's `voice` at a random speed; with `others`, by a random person."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        for text in texts:
            stretch = random.uniform(0.75, 1.3)
            person = _person(text, stretch, others)
            command = ["flite", "-psdur", "-voice", voice, "--setf", f"duration_stretch={stretch * person.stature:.2f}"]
            if person.hertz:
                command += ["--setf", f"int_f0_target_mean={person.hertz}"]
            shown = subprocess.run([*command, "-t", text, "-o", str(path)], capture_output=True, text=True, check=True)
            phones, start = [], 0.0
            for item in shown.stdout.split():
                phone, end = item.rsplit(":", 1)
                phones.append((phone, start))
                start = float(end)
            if phones:
                yield _spoken(language, f"flite {voice}", person, text, path, phones)


def _festival(folder: str, script: Sequence[str]) -> None:
    path = Path(folder) / "script.scm"
    path.write_text("\n".join(script), encoding="utf-8")
    subprocess.run(["festival", "-b", str(path)], capture_output=True, check=True)


def festival(language: Language, texts: Sequence[str], random: Random, voice: str, others: bool) -> Iterator[Speech]:
    """Each text by Festival's `voice` at a random speed; with `others`, by a random person. One Festival process
    serves all texts.
    """
    with tempfile.TemporaryDirectory() as folder:
        script, persons = [f"(voice_{voice})"], []
        for number, text in enumerate(texts):
            quoted = text.replace("\\", "").replace('"', "")
            stretch = random.uniform(0.75, 1.3)
            person = _person(text, stretch, others)
            persons.append(person)
            script.append(f"(Parameter.set 'Duration_Stretch {stretch * person.stature:.2f})")
            if person.hertz:
                melody = f"(target_f0_mean {person.hertz}) (target_f0_std 14) (model_f0_mean 170) (model_f0_std 34)"
                script.append(f"(set! int_lr_params '({melody}))")
            script.append(f'(set! u (utt.synth (Utterance Text "{quoted}")))')
            script.append(f'(utt.save.wave u "{folder}/{number}.wav" \'riff) (utt.save.segs u "{folder}/{number}.seg")')
        _festival(folder, script)
        for number, (text, person) in enumerate(zip(texts, persons, strict=True)):
            phones, start = [], 0.0
            for line in (Path(folder) / f"{number}.seg").read_text().splitlines():
                fields = line.split()
                if len(fields) == 3:
                    phones.append((fields[2], start))
                    start = float(fields[0])
            yield _spoken(language, f"festival {voice}", person, text, Path(folder) / f"{number}.wav", phones)


@functools.cache
def diphones_of(index: str) -> frozenset[str]:
    """The diphones of a voice ("a-b"), as its file below VOICES lists them."""
    head = (VOICES / index).read_bytes().split(b"EST_Header_End\n", 1)
    entries = int(head[0].split(b"NumEntries", 1)[1].split()[0])
    return frozenset(line.split()[0].decode() for line in head[1].split(b"\n", entries)[:entries])


def _mended(voice: Diphones, phones: list[str]) -> list[str] | None:
    """The phones, with stand-ins where the voice lacks a diphone; None where that does not help."""
    known = diphones_of(voice.index)
    for place in range(len(phones) - 1):
        if f"{phones[place]}-{phones[place + 1]}" in known:
            continue
        one, other = phones[place : place + 2]
        for pair in product((one, voice.stand_ins.get(one, one)), (other, voice.stand_ins.get(other, other))):
            around = [*phones[max(0, place - 1) : place], *pair]
            if all(f"{a}-{b}" in known for a, b in pairwise(around)):
                phones[place : place + 2] = pair
                break
        else:
            return None
    return phones


def _diphone_segments(
    voice: Diphones, spans: Spans, end: float, stretch: float
) -> tuple[list[tuple[str, float]], list[tuple[str, float]]] | None:
    """What the voice is to say, phones with durations, and the language's phones with the starts that come of it."""
    said, told, time = [(voice.silence, _EDGE)], [(SILENCE, 0.0)], _EDGE
    for (phone, start), until in zip(spans, [*(start for _, start in spans[1:]), end], strict=True):
        parts = [voice.silence] if phone == SILENCE else voice.phones.get(phone)
        if parts is None:
            return None
        told.append((phone, time))
        for part in parts:
            length = max(_SHORTEST_DIPHONE, (until - start) * stretch / len(parts))
            said.append((part, length))
            time += length
    said.append((voice.silence, _EDGE))
    told.append((SILENCE, time))
    mended = _mended(voice, [part for part, _ in said])
    return (list(zip(mended, (length for _, length in said), strict=True)), told) if mended else None


def diphones(
    language: Language, texts: Sequence[str], random: Random, voice: Diphones, accents: Sequence[str]
) -> Iterator[Speech]:
    """Texts by a voice of another language: phones and durations from espeak-ng, a melody of our own. A text that the
    voice cannot say in any of the accents is left out.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = [f"(voice_{voice.voice})"]
        planned: list[tuple[str, Spans]] = []
        for text in texts:
            rate, stretch = random.randint(130, 200), random.uniform(0.85, 1.2)
            base, swing = voice.pitch * random.uniform(0.85, 1.2), random.uniform(0.05, 0.2)
            for accent in random.sample(accents, len(accents)):
                utterance = synthesizer().speak(text, accent, rate)
                spans = espeak_phones(language, utterance, accent)
                plan = spans and _diphone_segments(
                    voice, spans, len(utterance.samples) / utterance.sample_rate, stretch
                )
                if plan:
                    break
            else:
                continue
            said, told = plan
            segments = []
            for place, (phone, length) in enumerate(said):
                hertz = base * (1.1 - 0.25 * place / len(said)) * (1 + random.uniform(-swing, swing))
                target = f" ({length / 2:.3f} {hertz:.0f})" if place % 3 == 0 or place == len(said) - 1 else ""
                segments.append(f"({phone} {length:.3f}{target})")
            script.append(f"(set! u (utt.synth (Utterance Segments ({' '.join(segments)}))))")
            script.append(f'(utt.save.wave u "{folder}/{len(planned)}.wav" \'riff)')
            planned.append((text, told))
        _festival(folder, script)
        for number, (text, told) in enumerate(planned):
            yield _speech(language.phones, voice.voice, text, *_read(Path(folder) / f"{number}.wav"), told)


def speak(language: Language, speakers: Speakers, name: str, texts: Sequence[str], random: Random) -> Iterator[Speech]:
    """The texts by one of the speakers: "espeak" with all their voices, or one of `names(speakers)`."""
    kind, _, voice = name.partition(" ")
    if kind == "espeak":
        return espeak(language, texts, random, speakers.accents, speakers.variants)
    if kind == "flite":
        return flite(language, texts, random, voice, speakers.others)
    if kind == "festival":
        return festival(language, texts, random, voice, speakers.others)
    (stranger,) = (one for one in speakers.diphones if one.voice == name)
    return diphones(language, texts, random, stranger, sorted(set(speakers.accents)))


def names(speakers: Speakers) -> list[str]:
    """All speakers of a set but espeak-ng's: "flite slt", "festival ked_diphone", "czech_dita"."""
    own = [f"flite {voice}" for voice in speakers.flite] + [f"festival {voice}" for voice in speakers.festival]
    return own + [voice.voice for voice in speakers.diphones]


def save(path: Path, utterances: Sequence[Speech]) -> None:
    """Write utterances to one .npz file, at once or not at all."""
    joined = {
        "speakers": np.array([u.speaker for u in utterances]),
        "texts": np.array([u.text for u in utterances]),
        "samples": np.concatenate([u.samples for u in utterances]),
        "phones": np.concatenate([u.phones for u in utterances]),
        "starts": np.concatenate([u.starts for u in utterances]),
        "sample_counts": np.array([len(u.samples) for u in utterances]),
        "phone_counts": np.array([len(u.phones) for u in utterances]),
    }
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(file, **joined)  # type: ignore[arg-type]
    partial.replace(path)


def load(path: Path) -> list[Speech]:
    with np.load(path) as file:
        data = dict(file)
    samples = np.split(data["samples"], np.cumsum(data["sample_counts"])[:-1])
    edges = np.cumsum(data["phone_counts"])[:-1]
    phones, starts = np.split(data["phones"], edges), np.split(data["starts"], edges)
    columns = zip(data["speakers"], data["texts"], samples, phones, starts, strict=True)
    return [Speech(str(speaker), str(text), *arrays) for speaker, text, *arrays in columns]
