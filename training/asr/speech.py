"""Synthesized speech with phone times: who speaks, and files of utterances.

Owns the speakers and the three synthesizers (espeak-ng, Flite, Festival). It must not know what the texts mean, how
speech is varied or what is learned from it.
"""

import math
import subprocess
import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from training.asr.features import SAMPLE_RATE
from training.asr.phones import BASE_INDEX, MARKS, PAUSES, SILENCE, from_espeak, from_festival
from training.espeak import Espeak, Utterance

ACCENTS = ["gmw/en-US"] * 5 + ["gmw/en"] * 3
ACCENTS += ["gmw/en-GB-scotland", "gmw/en-GB-x-rp", "gmw/en-GB-x-gbcwmd", "gmw/en-029", "gmw/en-US-nyc"]
_VARIANTS = """
. . . m1 m2 m3 m4 m5 m6 m7 f1 f2 f3 f5 klatt klatt2 klatt3 klatt4 Andy Alex Annie Gene Lee Michael adam belinda benjamin
caleb david ed edward iven john linda max michel norbert pablo paul quincy rob robert sandro steph travis victor zac
aunty anika boris Denis Diogo Hugo Jacky Marco Mario
"""
VARIANTS = _VARIANTS.split()
"""Timbres in training; "." is the plain voice."""
UNSEEN_VARIANTS_DEVELOPMENT = ["m8", "Alicia", "Mike", "antonio"]
UNSEEN_VARIANTS_TEST = ["f4", "shelby", "grandma", "grandpa"]
UNSEEN_ACCENTS_TEST = ["gmw/en-GB-x-gbclan"]

_SHORTEST = 0.004  # seconds; espeak-ng reports phonemes that it then swallows


@dataclass(frozen=True)
class Speech:
    """An utterance: mono PCM at 16 kHz, and its phones (indices into phones.BASE) with their starts in seconds."""

    speaker: str
    text: str
    samples: NDArray[np.int16]
    phones: NDArray[np.uint8]
    starts: NDArray[np.float32]


def _to_16k(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    if rate == SAMPLE_RATE:
        return samples.astype(np.int16)
    common = math.gcd(SAMPLE_RATE, rate)
    resampled = resample_poly(samples.astype(np.float32), SAMPLE_RATE // common, rate // common)
    return np.clip(np.round(resampled), -32768, 32767).astype(np.int16)


def _speech(
    speaker: str, text: str, samples: NDArray[np.int16], rate: int, spans: Sequence[tuple[str, float]]
) -> Speech:
    merged: list[tuple[str, float]] = []
    for phone, start in spans:
        if not (merged and phone == SILENCE == merged[-1][0]):
            merged.append((phone, start))
    phones = np.array([BASE_INDEX[phone] for phone, _ in merged], np.uint8)
    return Speech(speaker, text, _to_16k(samples, rate), phones, np.array([start for _, start in merged], np.float32))


def espeak_phones(utterance: Utterance, voice: str) -> list[tuple[str, float]] | None:
    """ARPAbet phones with their starts in seconds; None when a phoneme is not in the table."""
    rate = utterance.sample_rate
    edges = [phoneme.start / rate for phoneme in utterance.phonemes] + [len(utterance.samples) / rate]
    spans: list[tuple[str, float]] = []
    for phoneme, start, end in zip(utterance.phonemes, edges, edges[1:], strict=False):
        if phoneme.mnemonic in MARKS or end - start < _SHORTEST:
            continue
        phones = [SILENCE] if phoneme.mnemonic in PAUSES else from_espeak(phoneme.mnemonic, voice)
        if phones is None:
            return None
        if phones == ["R"] and spans and spans[-1][0] in {"R", "ER"}:  # a linking r after a vowel that has it already
            continue
        spans += [(phone, start + (end - start) * k / len(phones)) for k, phone in enumerate(phones)]
    return spans


def espeak(texts: Sequence[str], random: Random, accents: Sequence[str], variants: Sequence[str]) -> Iterator[Speech]:
    """Each text in a random voice, rate and pitch. Texts with a phoneme that is not in the table are left out."""
    synthesizer = Espeak()
    for text in texts:
        accent, variant = random.choice(accents), random.choice(variants)
        voice = accent if variant == "." else f"{accent}+{variant}"
        rate, pitch, span = random.randint(115, 230), random.randint(20, 80), random.randint(20, 80)
        utterance = synthesizer.speak(text, voice, rate, pitch, span)
        spans = espeak_phones(utterance, voice)
        if spans:
            yield _speech(voice, text, utterance.samples, utterance.sample_rate, spans)


def _read(path: Path) -> tuple[NDArray[np.int16], int]:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16), file.getframerate()


def flite(texts: Sequence[str], random: Random, voice: str) -> Iterator[Speech]:
    """Each text by Flite's `voice` at a random speed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        for text in texts:
            stretch = f"duration_stretch={random.uniform(0.8, 1.3):.2f}"
            command = ["flite", "-psdur", "-voice", voice, "--setf", stretch, "-t", text, "-o", str(path)]
            shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            spans, start = [], 0.0
            for item in shown.split():
                phone, end = item.rsplit(":", 1)
                spans.append((from_festival(phone), start))
                start = float(end)
            if spans:
                yield _speech(f"flite {voice}", text, *_read(path), spans)


def festival(texts: Sequence[str], random: Random, voice: str) -> Iterator[Speech]:
    """Each text by Festival's `voice` at a random speed. One Festival process serves all texts."""
    with tempfile.TemporaryDirectory() as folder:
        script = [f"(voice_{voice})"]
        for number, text in enumerate(texts):
            quoted = text.replace("\\", "").replace('"', "")
            script.append(f"(Parameter.set 'Duration_Stretch {random.uniform(0.8, 1.3):.2f})")
            script.append(f'(set! u (utt.synth (Utterance Text "{quoted}")))')
            script.append(f'(utt.save.wave u "{folder}/{number}.wav" \'riff) (utt.save.segs u "{folder}/{number}.seg")')
        path = Path(folder) / "script.scm"
        path.write_text("\n".join(script), encoding="utf-8")
        subprocess.run(["festival", "-b", str(path)], capture_output=True, check=True)
        for number, text in enumerate(texts):
            spans, start = [], 0.0
            for line in (Path(folder) / f"{number}.seg").read_text().splitlines():
                fields = line.split()
                if len(fields) == 3:
                    spans.append((from_festival(fields[2]), start))
                    start = float(fields[0])
            yield _speech(f"festival {voice}", text, *_read(Path(folder) / f"{number}.wav"), spans)


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
