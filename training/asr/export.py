"""The model folder that Vosk opens: acoustic model, lexicon tree, grammar and configuration.

Owns the layout. It must not know how network, lexicon and language model came about.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.asr.features import MFCC_CONF
from training.asr.graph import Pronunciation, lexicon_tree
from training.asr.network import SUBSAMPLING, Network, to_kaldi
from training.asr.ngram import LanguageModel
from training.asr.phones import PhoneSet

_MODEL_CONF = f"""--min-active=200
--max-active=3000
--beam=12.0
--lattice-beam=5.0
--acoustic-scale=1.0
--frame-subsampling-factor={SUBSAMPLING}
--frames-per-chunk=9
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.8
--endpoint.rule3.min-trailing-silence=1.0
--endpoint.rule4.min-trailing-silence=1.5
"""
"""Decoding: phone 1 is silence; beams for a small graph; the endpoint waits longer than a pause at a comma lasts."""


SILENT_STATES = (0, 1)
"""Of the first phone, which is silence."""


@dataclass(frozen=True)
class Scales:
    """The balance of acoustic against language model, chosen on the development set.

    Scores are `output` × (network − `prior` × log of the states' priors), those of silence `output` × (network +
    `quiet`); `silence` is the probability of silence between two words.
    """

    output: float
    prior: float
    silence: float
    quiet: float


Writer = Callable[[Path, Scales], None]
"""Writes a model into a folder with these scales."""


def export(
    folder: Path,
    phones: PhoneSet,
    network: Network,
    priors: NDArray[np.float64],
    lexicon: Sequence[Pronunciation],
    language: LanguageModel,
    scales: Scales,
) -> None:
    """Write the folder. The network must be in evaluation mode."""
    tree, word_id = lexicon_tree(lexicon, phones, scales.silence)
    shift = scales.prior * np.log(priors)
    shift[list(SILENT_STATES)] = -scales.quiet
    files = {
        "am/final.mdl": to_kaldi(network, phones, scales.output, shift),
        "conf/mfcc.conf": MFCC_CONF.encode(),
        "conf/model.conf": _MODEL_CONF.encode(),
        "graph/HCLr.fst": tree.to_bytes("output"),
        "graph/Gr.fst": language.acceptor(word_id).to_bytes("input"),
        "graph/words.txt": ("<eps> 0\n" + "".join(f"{word} {n}\n" for word, n in word_id.items())).encode(),
        # Vosk wants a disambiguation symbol; the tree needs none, so this is an id that nothing uses.
        "graph/disambig_tid.int": f"{2 * len(phones.phones) + 1}\n".encode(),
        "graph/phones/word_boundary.int": phones.word_boundary().encode(),
    }
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
