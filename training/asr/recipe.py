"""The recipe itself: speech → lexicon → features → cross-entropy → LF-MMI → export → evaluation.

Owns the sizes, the seeds and the order of the stages. Every stage leaves files in the work folder and is skipped when
they are there. Two processes with the same work folder share the speech and the features between them.
"""

import fcntl
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray

from training.asr import evaluate, export, objectives, optimize, sentences, speech, variation
from training.asr.graph import Pronunciation
from training.asr.lexicon import lexicon
from training.asr.network import Network
from training.asr.ngram import LanguageModel
from training.asr.speech import Speech

SEED = 20
WIDTH = 256
PART = 500
"""Utterances a file."""
TRAINING_SPEAKERS = {
    "espeak": 48,
    "slt": 4,
    "awb": 1,
    "kal16": 2,
    "kal_diphone": 2,
    "cmu_us_slt_arctic_hts": 1,
}
"""Files of speech by each synthesizer or voice."""
FESTIVAL = {"kal_diphone", "ked_diphone", "cmu_us_slt_arctic_hts"}
CROSS_ENTROPY = optimize.Schedule(epochs=1, rate=2e-3, frames=20_000, clip=5.0, seed=SEED + 1)
SEQUENCE = optimize.Schedule(epochs=1, rate=1e-3, frames=20_000, clip=3.0, seed=SEED + 2)
LANGUAGE_SENTENCES = 100_000
OUTPUT_SCALES = (0.9, 1.2, 1.5)
PRIOR_SCALES = (0.15,)
"""Beside 0."""
SILENCE = 0.5


def _folder(work: Path, name: str) -> Path:
    path = work / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def _once(path: Path, make: Callable[[], None]) -> None:
    """Run `make`, which writes `path`, unless it is there or another process is at it."""
    if path.exists():
        return
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if not path.exists():
            begun = time.monotonic()
            make()
            print(f"{path.name}: {time.monotonic() - begun:.0f} s", flush=True)


def _wait_for(paths: Sequence[Path]) -> None:
    while not all(path.exists() for path in paths):
        time.sleep(1)


def speak(speaker: str, texts: Sequence[str], random: Random) -> list[Speech]:
    """The texts by a synthesizer of the training set ("espeak" with all its voices) or by one voice."""
    if speaker == "espeak":
        return list(speech.espeak(texts, random, speech.ACCENTS, speech.VARIANTS))
    if speaker in FESTIVAL:
        return list(speech.festival(texts, random, speaker))
    return list(speech.flite(texts, random, speaker))


def make_speech(work: Path) -> list[Path]:
    """The training speech; returns its files."""
    folder = _folder(work, "speech")
    words = sentences.vocabulary()
    paths = []
    for speaker, parts in TRAINING_SPEAKERS.items():
        for part in range(parts):
            path = folder / f"{speaker}-{part:02}.npz"
            paths.append(path)

            def make(path: Path = path) -> None:
                random = Random(f"{SEED} {path.stem}")
                speaker = path.stem.rsplit("-", 1)[0]
                speech.save(path, speak(speaker, sentences.for_training(random, PART, words), random))

            _once(path, make)
    return paths


def make_features(work: Path, spoken: Sequence[Path]) -> list[Path]:
    """Varied features of all training speech, most of it strongly varied; returns their files."""
    folder = _folder(work, "features")
    paths = [folder / path.name for path in spoken]
    for source, path in zip(spoken, paths, strict=True):

        def make(source: Path = source, path: Path = path) -> None:
            utterances = speech.load(source)
            random = np.random.default_rng([SEED, *source.stem.encode()])
            varied = (variation.vary(u, random, utterances, strong=random.random() < 0.65) for u in utterances)
            variation.save(path, [example for example in varied if example is not None])

        _once(path, make)
    return paths


def make_lexicon(work: Path) -> list[Pronunciation]:
    path = work / "lexicon.json"

    def make() -> None:
        random = Random(f"{SEED} lexicon")
        texts = [sentences.spoken(text) for text in sentences.draw(random, 4000, sentences.training)]
        entries = lexicon(sentences.vocabulary(), texts, random)
        path.write_text(json.dumps([astuple(entry) for entry in entries]), encoding="utf-8")

    _once(path, make)
    _wait_for([path])
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Pronunciation(word, tuple(phones), cost) for word, phones, cost in rows]


def language_model(work: Path) -> LanguageModel:
    """From different sentences, each once: how often a grammar repeats itself says nothing about a user."""
    path = work / "sentences.txt"
    words = set(sentences.vocabulary())

    def make() -> None:
        random = Random(f"{SEED} language")
        drawn = {sentences.spoken(text) for text in sentences.draw(random, LANGUAGE_SENTENCES, sentences.training)}
        known = sorted(text for text in drawn if words.issuperset(text.split()))
        path.write_text("\n".join(known), encoding="utf-8")

    _once(path, make)
    _wait_for([path])
    return LanguageModel(path.read_text(encoding="utf-8").splitlines(), sorted(words), order=4, backoff=0.1, keep=2)


def train(work: Path, features: Sequence[Path]) -> tuple[Network, NDArray[np.float64]]:
    """The network after both trainings, and the priors of its states."""
    examples = [example for path in features for example in variation.load(path)]
    hours = sum(len(example.features) for example in examples) / 360_000
    print(f"{len(examples)} utterances, {hours:.1f} hours", flush=True)
    network = Network(WIDTH)
    torch.manual_seed(SEED)
    chosen = np.random.default_rng(SEED).choice(len(examples), min(1500, len(examples)), replace=False)
    sample = np.concatenate([examples[i].features for i in chosen]).astype(np.float32)
    network.mean.copy_(torch.from_numpy(sample.mean(0)))
    network.deviation.copy_(torch.from_numpy(sample.std(0)))
    priors = objectives.priors(examples)
    optimize.fit(
        network,
        examples,
        CROSS_ENTROPY,
        lambda batch: objectives.cross_entropy(network, batch),
        work / "cross-entropy.pt",
    )
    denominator = objectives.Denominator(examples)
    module = objectives.SequenceNetwork(network, np.log(priors))
    optimize.fit(
        module, examples, SEQUENCE, lambda batch: objectives.sequence_loss(module, denominator, batch), work / "mmi.pt"
    )
    return network.eval(), priors


def development_set() -> list[Speech]:
    """Voices of training and others, on sentences of the development split and on phrasings of no template."""
    random = Random(f"{SEED} development")
    drawn = sentences.draw_distinct(random, 130, sentences.development)
    texts = drawn + sentences.UNSEEN_PHRASINGS_DEVELOPMENT * 2
    random.shuffle(texts)
    third = len(texts) // 3
    found = list(speech.espeak(texts[:third], random, speech.ACCENTS, speech.VARIANTS))
    found += speech.espeak(texts[third : 2 * third], random, speech.ACCENTS, speech.UNSEEN_VARIANTS_DEVELOPMENT)
    return found + list(speech.flite(texts[2 * third :], random, "slt"))


def test_sets() -> dict[str, list[Speech]]:
    """Sentences that no recipe trains on, by seen and by unseen speakers."""
    random = Random(f"{SEED} test")
    texts = sentences.draw_test(random, 150)
    speakers: dict[str, Callable[[], list[Speech]]] = {
        "seen: espeak-ng": lambda: speak("espeak", texts, random),
        "seen: flite slt": lambda: speak("slt", texts[:80], random),
        "seen: flite awb": lambda: speak("awb", texts[80:], random),
        "seen: festival kal": lambda: speak("kal_diphone", texts[:80], random),
        "unseen: espeak-ng variants": lambda: list(
            speech.espeak(texts, random, speech.ACCENTS, speech.UNSEEN_VARIANTS_TEST)
        ),
        "unseen: espeak-ng accent": lambda: list(
            speech.espeak(texts[:80], random, speech.UNSEEN_ACCENTS_TEST, [".", *speech.UNSEEN_VARIANTS_TEST])
        ),
        "unseen: flite rms": lambda: speak("rms", texts[:80], random),
        "unseen: festival ked": lambda: speak("ked_diphone", texts[80:], random),
    }
    return {name: make() for name, make in speakers.items()}


def choose(work: Path, write: Callable[[Path, export.Scales], None]) -> export.Scales:
    """The scales with the fewest errors on the development set: the output's first, then the priors'."""
    utterances = development_set()
    folder = _folder(work, "candidate")

    def errors(scales: export.Scales) -> int:
        write(folder, scales)
        score = evaluate.score(utterances, evaluate.transcribe(folder, utterances))
        print(f"development {scales}: {score}", flush=True)
        return score.errors

    tried = {scales: errors(scales) for scales in (export.Scales(output, 0.0, SILENCE) for output in OUTPUT_SCALES)}
    best = min(tried, key=tried.__getitem__)
    tried |= {scales: errors(scales) for scales in (replace(best, prior=prior) for prior in PRIOR_SCALES)}
    return min(tried, key=tried.__getitem__)


def main(work: Path, target: Path) -> None:
    """Make the model; `work` keeps the stages, `target` gets the finished folder."""
    spoken = make_speech(work)
    _wait_for(spoken)
    features = make_features(work, spoken)
    _wait_for(features)
    network, priors = train(work, features)
    entries = make_lexicon(work)
    language = language_model(work)

    def write(folder: Path, scales: export.Scales) -> None:
        export.export(folder, network, priors, entries, language, scales)

    scales = choose(work, write)
    write(target, scales)
    print(f"chosen {scales}", flush=True)
    for name, utterances in test_sets().items():
        print(f"{name}: {evaluate.score(utterances, evaluate.transcribe(target, utterances))}", flush=True)
