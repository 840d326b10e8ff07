"""`python -m training asr-en` and `asr-es`: speech → features → cross-entropy → LF-MMI → export → figures.

Owns the sizes, the seeds and the order of the stages. Every stage leaves files in the work folder and is skipped when
they are there.
"""

import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, replace
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray

from training import packages
from training.asr import card, evaluate, export, objectives, optimize, sentences, sounds, speech, variation
from training.asr.english import ENGLISH
from training.asr.graph import Pronunciation
from training.asr.language import Language
from training.asr.lexicon import lexicon
from training.asr.network import Network
from training.asr.ngram import LanguageModel
from training.asr.spanish import SPANISH
from training.asr.speech import Speech

LANGUAGES = {"asr-en": ENGLISH, "asr-es": SPANISH}
"""Target folder to language."""
SEED = 21
WORKERS = 2
"""Processes that make speech and features."""
WIDTH = 256
PART = 500
"""Utterances a file."""
ESPEAK_PARTS = 60
OTHER_PARTS = {"en": 14, "es": 10}
"""Files of speech by each other voice."""
STRONG = 0.75
"""Share of strongly varied utterances."""
WITHOUT_SPEECH = 0.07
"""Utterances of noise and music for each utterance of speech."""
CROSS_ENTROPY = optimize.Schedule(epochs=3, rate=2e-3, frames=20_000, clip=5.0, seed=SEED + 1)
SEQUENCE = optimize.Schedule(epochs=4, rate=1e-3, frames=20_000, clip=3.0, seed=SEED + 2)
LEXICON_SENTENCES = 4000
LANGUAGE_SENTENCES = 100_000
ORDER = 4
KEEP = 2
"""How often an n-gram of the highest order must come to be kept."""
OUTPUT_SCALES = (0.9, 1.2, 1.5)
BALANCES = ((0.15, 0.5), (0.15, 0.75), (0.15, 1.0))
"""The priors' scale and the silence's favor, beside none of both."""
SILENCE = 0.5
CLIPS = 100
"""Sounds without speech in the development set. Without them scales were chosen that hear words in noise."""
IMAGINED = 10
"""Errors that a word counts for which was heard there: what answers to noise is worse than what mishears. It was
three until the English model heard words in three judged sounds; the card says what that means for the measure."""


def main(work: Path, target: Path) -> None:
    """Make the model; `work` keeps the stages, `target` gets the finished folder."""
    packages.need(packages.SPEECH)
    torch.set_num_threads(1)
    language = LANGUAGES[target.name]
    seconds = prepare(work, language)
    network, priors, trained = train(work, language)
    begun = _processor_seconds()
    entries, model = _entries(work), _language_model(work, language)

    def write(folder: Path, scales: export.Scales) -> None:
        export.export(folder, language.phones, network, priors, entries, model, scales)

    scales = choose(work, language, write)
    write(target, scales)
    print(f"chosen {scales}", flush=True)
    figures = list(evaluate.figures(languages=(language,), folder=target.parent))
    card.write(target, language, figures, SEED, seconds + trained + _processor_seconds() - begun)


def _processor_seconds() -> float:
    """Of this process and its ended children."""
    return sum(os.times()[:4])


# Preparation: each job is one call in a process of its own that writes one file and tells the CPU seconds it took.


def prepare(work: Path, language: Language) -> float:
    """Features of all training speech, lexicon and sentences; returns the CPU seconds that they took in all."""
    features = work / "features"
    features.mkdir(parents=True, exist_ok=True)
    jobs = [(_make_sentences, work / "sentences.txt", ""), (_make_lexicon, work / "lexicon.json", "")]
    jobs += [(_make_features, features / f"espeak-{part:02}.npz", "espeak") for part in range(ESPEAK_PARTS)]
    for name in speech.names(language.training):
        parts = range(OTHER_PARTS[language.code])
        jobs += [(_make_features, features / f"{name.replace(' ', '-')}-{part:02}.npz", name) for part in parts]
    ledger = work / "seconds.json"
    spent: dict[str, float] = json.loads(ledger.read_text(encoding="utf-8")) if ledger.exists() else {}
    todo = [job for job in jobs if not job[1].exists()]
    if todo:
        with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
            running = [(pool.submit(make, path, f"asr-{language.code}", name), path) for make, path, name in todo]
            try:
                for future, path in running:
                    spent[path.name] = future.result()
                    ledger.write_text(json.dumps(spent, indent=1), encoding="utf-8")
                    print(f"{path.name}: {spent[path.name]:.0f} s", flush=True)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return sum(spent.values())


def _make_features(path: Path, recipe: str, speaker: str) -> float:
    """Speak and vary PART texts."""
    torch.set_num_threads(1)
    begun, language = _processor_seconds(), LANGUAGES[recipe]
    texts = sentences.for_training(Random(f"{SEED} {path.stem}"), PART, language, sentences.vocabulary(language))
    random = Random(f"{SEED} {path.stem} voice")
    utterances = list(speech.speak(language, language.training, speaker, texts, random))
    noise = np.random.default_rng([SEED, *path.stem.encode()])
    varied = [variation.vary(u, noise, utterances, strong=noise.random() < STRONG) for u in utterances]
    examples = [example for example in varied if example is not None]
    examples += [variation.without_speech(noise) for _ in range(round(PART * WITHOUT_SPEECH))]
    variation.save(path, examples)
    return _processor_seconds() - begun


def _make_lexicon(path: Path, recipe: str, _: str) -> float:
    begun, language = _processor_seconds(), LANGUAGES[recipe]
    random = Random(f"{SEED} lexicon")

    def make() -> str:
        return sentences.sentence(random, language.code)

    texts = sentences.draw(make, LEXICON_SENTENCES, lambda text: sentences.training(text, language.code))
    entries = lexicon(language, sentences.vocabulary(language), texts, random)
    path.write_text(json.dumps([astuple(entry) for entry in entries], ensure_ascii=False), encoding="utf-8")
    return _processor_seconds() - begun


def _make_sentences(path: Path, recipe: str, _: str) -> float:
    begun, language = _processor_seconds(), LANGUAGES[recipe]
    known = set(sentences.vocabulary(language))
    texts = sentences.for_language_model(Random(f"{SEED} language"), LANGUAGE_SENTENCES, language)
    path.write_text("\n".join(text for text in texts if known.issuperset(text.split())), encoding="utf-8")
    return _processor_seconds() - begun


def _entries(work: Path) -> list[Pronunciation]:
    rows = json.loads((work / "lexicon.json").read_text(encoding="utf-8"))
    return [Pronunciation(word, tuple(phones), cost) for word, phones, cost in rows]


def _language_model(work: Path, language: Language) -> LanguageModel:
    lines = (work / "sentences.txt").read_text(encoding="utf-8").splitlines()
    return LanguageModel(lines, sentences.vocabulary(language), order=ORDER, backoff=0.1, keep=KEEP)


def train(work: Path, language: Language) -> tuple[Network, NDArray[np.float64], float]:
    """The network after both trainings, the priors of its states, and CPU seconds."""
    examples = [example for path in sorted((work / "features").glob("*.npz")) for example in variation.load(path)]
    hours = sum(len(example.features) for example in examples) / 360_000
    print(f"{len(examples)} utterances, {hours:.1f} hours", flush=True)
    torch.manual_seed(SEED)
    network = Network(WIDTH, language.phones.states)
    chosen = np.random.default_rng(SEED).choice(len(examples), min(1500, len(examples)), replace=False)
    sample = np.concatenate([examples[i].features for i in chosen]).astype(np.float32)
    network.mean.copy_(torch.from_numpy(sample.mean(0)))
    network.deviation.copy_(torch.from_numpy(sample.std(0)))
    priors = objectives.priors(examples, language.phones.states)
    seconds = optimize.fit(
        network,
        examples,
        CROSS_ENTROPY,
        lambda batch: objectives.cross_entropy(network, batch),
        work / "cross-entropy.pt",
    )
    denominator = objectives.Denominator(examples, language.phones.states)
    module = objectives.SequenceNetwork(network, np.log(priors))
    seconds += optimize.fit(
        module, examples, SEQUENCE, lambda batch: objectives.sequence_loss(module, denominator, batch), work / "mmi.pt"
    )
    return network.eval(), priors, seconds


def development_set(language: Language) -> list[Speech]:
    """Strangers and acquaintances on sentences, numbers and commands of the development split; half of it in noise."""
    random = Random(f"{SEED} development")

    def belongs(text: str) -> bool:
        return sentences.development(text, language.code)

    texts = sentences.draw_distinct(lambda: sentences.sentence(random, language.code), 90, belongs)
    texts += sentences.draw_distinct(lambda: sentences.everyday(random, language.code), 30, belongs)
    texts += sentences.draw_distinct(lambda: sentences.number_text(random, language.code), 30, belongs)
    texts += random.sample(language.commands, 30)
    random.shuffle(texts)
    third = len(texts) // 3
    strangers = language.development
    found = list(speech.speak(language, language.training, "espeak", texts[:third], random))
    found += speech.speak(language, strangers, "espeak", texts[third : 2 * third], random)
    found += speech.speak(language, strangers, speech.names(strangers)[0], texts[2 * third :], random)
    noise = np.random.default_rng(SEED)
    return [evaluate.in_noise(u, 10.0, noise) if place % 2 else u for place, u in enumerate(found)]


def choose(work: Path, language: Language, write: export.Writer) -> export.Scales:
    """The scales with the fewest errors on the development set, words heard in no speech among them: the output's
    first, then the balance of rare sounds and silence.
    """
    utterances = development_set(language)
    clips = [sounds.pcm(sounds.no_speech(np.random.default_rng([SEED, number]))) for number in range(CLIPS)]
    folder = work / "candidate" / f"asr-{language.code}"

    def errors(scales: export.Scales) -> int:
        write(folder, scales)
        with evaluate.recognizer(language, folder.parent) as engine:
            score = evaluate.score(utterances, [evaluate.hear(engine, u.samples).text for u in utterances])
            imagined = sum(len(evaluate.hear(engine, clip).words) for clip in clips)
        print(f"development {scales}: {score}; {imagined} words in no speech", flush=True)
        return score.errors + IMAGINED * imagined

    tried = {
        scales: errors(scales) for scales in (export.Scales(output, 0.0, SILENCE, 0.0) for output in OUTPUT_SCALES)
    }
    best = min(tried, key=tried.__getitem__)
    balanced = (replace(best, prior=prior, quiet=quiet) for prior, quiet in BALANCES)
    tried |= {scales: errors(scales) for scales in balanced}
    return min(tried, key=tried.__getitem__)
