"""`python -m training tts-en` and `tts-es`: data, training, export and evaluation of a starter voice.

Owns the order of the stages and the size of the run. A stage whose result is in the work folder is not done again.
"""

from pathlib import Path

import numpy as np

from training.tts.corpus import build, read
from training.tts.evaluate import evaluate
from training.tts.export import export
from training.tts.languages import ENGLISH, SPANISH
from training.tts.train import train

LANGUAGES = {"tts-en": ENGLISH, "tts-es": SPANISH}
"""Target folder to language."""
SEED = 20261124
SHARDS = {"en": 16, "es": 4}
STEPS = {"en": 1000, "es": 600}
FAMILIAR = 20
"""Times that a symbol must occur to count as learned; a rarer one takes a near one's place."""


def main(work: Path, target: Path) -> None:
    """Make the voice whose folder `target` is, and measure it."""
    language = LANGUAGES[target.name]
    build(work / "speech", language, SHARDS[language.code], SEED)
    utterances = read(work / "speech")
    network = train(utterances, work / "checkpoint.pt", STEPS[language.code], SEED)
    counts = np.bincount(np.concatenate([item.ids for item in utterances]))
    heard = {int(number) for number in np.flatnonzero(counts >= FAMILIAR)}
    export(network, heard, language.espeak_voice, language.locale, target)
    figures = evaluate(target, language, target.parent / f"asr-{language.code}", work / "evaluation")
    for name, value in figures.items():
        print(f"{name} {value:.4g}", flush=True)
