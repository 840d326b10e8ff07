"""Trains the starter language model: `python -m training llm`.

One thread, about half an hour. Every number that matters stands at the top; the seed makes the run repeatable on one
machine (other processors round differently).
"""

import functools
import json
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.llm.talks import Mix, exchange, system_prompt, talk
from training.lm import gguf_export, tokenizer
from training.lm.fit import Plan, fit
from training.lm.model import Decoder, Shape
from training.lm.template import Example, encode, padded

SEED = 20261124
VOCABULARY = 2048
LAYERS = 4
TOKENS_PER_STEP = 3000
POOL = 8
"""Steps whose talks are drawn together and sorted by length, so that little is lost on padding."""
FIRST_MIX = Mix(refusals=0.12)
SECOND_MIX = Mix(refusals=0.07, strangers=0.09, arithmetic=0.22, lengths=(1, 1, 1, 2, 2, 3, 4, 6, 10, 24))
SECOND_MIX_FROM = 800
"""Step from which the second mix is drawn, with a warm restart: by then the language is learned, and the gaps show."""
PLAN = Plan(steps=2000, rate=2.5e-3, warm_up=100, decay=0.05, every=50, restarts=(SECOND_MIX_FROM,))

LAST_MIX = Mix(
    refusals=0.06, strangers=0.14, arithmetic=0.25, counting=0.08, greetings=0.06, lengths=SECOND_MIX.lengths
)
LAST_PLAN = Plan(steps=PLAN.steps + 800, rate=8e-4, warm_up=20, decay=0.05, every=50, restarts=(PLAN.steps,))
"""A short finish on what was still weak: sums as bare digits, counting, refusals, greetings."""


def main(work: Path, target: Path) -> None:
    """Train into `work` (resumable), write `target`/model.gguf."""
    torch.manual_seed(SEED)
    words = _tokenizer(work / "tokenizer.json")
    model = Decoder(Shape(vocabulary=VOCABULARY, layers=LAYERS))

    @functools.lru_cache(maxsize=1)
    def pool(number: int) -> list[tuple[Tensor, Tensor]]:
        first = number * POOL
        mix = FIRST_MIX if first < SECOND_MIX_FROM else SECOND_MIX if first < PLAN.steps else LAST_MIX
        return batches(words, Random(f"{SEED} {number}"), mix)

    def loss(step: int) -> Tensor:
        return model.loss(*pool(step // POOL)[step % POOL])

    fit(model, loss, PLAN, work)
    seconds = fit(model, loss, LAST_PLAN, work)
    target.mkdir(parents=True, exist_ok=True)
    gguf_export.write(target / "model.gguf", model, words, "Parley starter language model")
    print(json.dumps({"training_seconds": round(seconds), "bytes": (target / "model.gguf").stat().st_size}))


def _tokenizer(path: Path) -> Tokenizer:
    if not path.exists():
        rng = Random(SEED)
        texts = [text for _ in range(40_000) for text in exchange(rng, FIRST_MIX)]
        texts += [system_prompt(rng) for _ in range(2_000)]
        tokenizer.train(texts, VOCABULARY).save(str(path))
    return Tokenizer.from_file(str(path))


def batches(words: Tokenizer, rng: Random, mix: Mix) -> list[tuple[Tensor, Tensor]]:
    """POOL batches of about TOKENS_PER_STEP tokens: ids and their learned marks, both [talks, time], padded right."""
    talks: list[Example] = []
    total = 0
    while total < POOL * TOKENS_PER_STEP:
        talks.append(encode(words, talk(rng, mix)))
        total += len(talks[-1].ids)
    talks.sort(key=lambda example: len(example.ids))
    groups: list[list[Example]] = [[] for _ in range(POOL)]
    seen = 0
    for example in talks:
        groups[seen * POOL // total].append(example)
        seen += len(example.ids)
    rng.shuffle(groups)
    return [padded(group) for group in groups]
