"""`python -m training tts-en` and `tts-es`: data, training, export, figures and card of a starter voice.

Owns the order of the stages, the size of the run and what the card says. A stage whose result is in the work folder is
not done again.
"""

import json
import resource
from pathlib import Path
from typing import Any

import numpy as np

from training import card, packages
from training.tts.corpus import build, read
from training.tts.evaluate import figures
from training.tts.export import export
from training.tts.languages import ENGLISH, SPANISH
from training.tts.train import train

LANGUAGES = {"tts-en": ENGLISH, "tts-es": SPANISH}
"""Target folder to language."""
SEED = 20261124
SHARDS = 8
"""Of 250 sentences."""
STEPS = 2000
FAMILIAR = 20
"""Times that a symbol must occur to count as learned; a rarer one takes a near one's place."""


def main(work: Path, target: Path) -> None:
    """Make the voice whose folder `target` is, and measure it."""
    packages.need(packages.VOICES)
    language = LANGUAGES[target.name]
    cost = _Cost(work / "cost.json")
    try:
        build(work / "speech", language, SHARDS, SEED)
        utterances = read(work / "speech")
        network = train(utterances, work / "checkpoint.pt", STEPS, SEED)
    finally:
        spent = cost.spent()
    counts = np.bincount(np.concatenate([item.ids for item in utterances]))
    heard = {int(number) for number in np.flatnonzero(counts >= FAMILIAR)}
    export(network, heard, language.espeak_voice, language.locale, target)
    measured = list(figures(languages=[language], folder=target.parent))
    told: dict[str, Any] = CARDS[target.name]
    card.write(target, card.Card(**told, command=f"python -m training {target.name}", seed=SEED, cost=spent), measured)


class _Cost:
    """CPU seconds of this process and its children over all sittings, kept in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else 0.0

    def spent(self) -> float:
        usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        total = float(self._before + sum(item.ru_utime + item.ru_stime for item in usage))
        self._path.write_text(json.dumps(total) + "\n", encoding="utf-8")
        return total


NETWORK = """Durations, pitch and two spectral envelopes are predicted from espeak-ng's phonemes; a pulse train and
noise, filtered by the envelopes inside the ONNX graph, make the sound. The network (1.8 million weights, in half
precision) learns the teacher's own parameters, the labels that the teacher speaks from being made of the same
phonemes. The melody of questions, exclamations and commas is a rule of ours, as the teacher speaks all sentences alike;
every sentence is learned at one level, and its peaks are bent softly, so that all are equally loud."""

CARDS = {
    "tts-en": {
        "title": "Starter voice, English",
        "can": "speak any English text in American English, with pauses at commas, rising yes-no questions and livelier"
        " exclamations; espeak-ng reads numbers, times and signs.",
        "cannot": "sound like a person: its teacher is a statistical voice, and its ceiling. Nobody has judged it by"
        " ear: it was judged by recognizers, figures and spectrograms. Foreign sounds become the nearest English ones."
        " For better speech install a Piper voice.",
        "data": f"{SHARDS * 250:,} sentences spoken by Debian's festvox-us-slt-hts through hts_engine: half from the"
        " starter's domain, half from a grammar of everyday sentences written for Parley. Held out is every sentence"
        " that training.domain.held_out names.",
        "licence": "The weights: GPL-3.0-or-later, as Parley. The teacher is free: it may be used, copied, modified and"
        " distributed as long as its notice is kept (copyright 2003 Carnegie Mellon University; no use of the"
        " authors' names to promote derived products); the full text is in /usr/share/doc/festvox-us-slt-hts/copyright"
        " on Debian. Nothing of it is in this folder.",
        "notes": NETWORK,
    },
    "tts-es": {
        "title": "Starter voice, Spanish",
        "can": "speak any Spanish text in Latin American Spanish, with pauses at commas, rising yes-no questions and"
        " livelier exclamations; espeak-ng reads numbers, times and signs.",
        "cannot": "sound like a native of any one country: its teacher is a statistical Catalan voice, given Spanish"
        " phonemes, because Debian has no free Spanish one; the jota, which Catalan lacks, is a whisper of ours. Nobody"
        " has judged it by ear: it was judged by figures and spectrograms. For better speech install a Piper voice.",
        "data": f"{SHARDS * 250:,} sentences spoken by Debian's festvox-ca-ona-hts through hts_engine: half from the"
        " starter's domain, half from a grammar of everyday sentences written for Parley. Held out is every sentence"
        " that training.domain.held_out names.",
        "licence": "The weights: GPL-3.0-or-later, as Parley. The teacher is LGPL-2.1-or-later (Universitat Politècnica"
        " de Catalunya, Antonio Bonafonte); nothing of it is in this folder.",
        "notes": NETWORK,
    },
}
"""What training.card.Card is told of each voice."""
