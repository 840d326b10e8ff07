"""Trains the starter language model: `python -m training llm`.

One thread. Every number that matters stands at the top; the seed makes the run repeatable on one machine (other
processors round differently).
"""

import functools
from dataclasses import replace
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.card import Card, write
from training.llm import evaluate
from training.llm.talks import Mix, draw_talk
from training.lm import gguf_export, tokenizer
from training.lm.fit import Plan, fit
from training.lm.model import Decoder, Shape
from training.lm.template import Example, encode, padded

SEED = 20261125
SHAPE = Shape(vocabulary=2048, width=256, layers=4, heads=8, feed_forward=704, context=2048)
TOKENS_PER_STEP = 4096
POOL = 8
"""Steps whose talks are drawn together and sorted by length, so that little is lost on padding."""
MULTIPLE = 16
"""Rows are padded to a multiple of so many tokens: for every new shape the library keeps a plan in memory."""
TOKENS_FROM = Mix(refusals=0.03, strangers=0.05, memory=0.1, lengths=(5,))
"""What tokens are learned from: the domain's words become whole ones, strangers fall into small, well-known pieces."""
SHORT_TALKS = Mix(lengths=(1, 2, 3))
LONG_TALKS = Mix(lengths=(1, 2, 3, 3, 4, 4, 5, 6, 8, 12))
LONG_FROM = 2000
"""The step from which talks become longer: by then the language is learned."""
CYCLE = 5000
"""Steps of the first cycle. What ships is the mean of the weights at the ends of both (averaging weights,
arXiv:1803.05407): it answers better than either."""
PLAN = Plan(steps=5600, rate=3e-3, warm_up=100, decay=0.05, every=100, restarts=(CYCLE,), muon=True)


def main(work: Path, target: Path) -> None:
    """Train into `work` (resumable), write `target`/model.gguf."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    words = _tokenizer(work / "tokenizer.json")
    model = Decoder(SHAPE)

    @functools.lru_cache(maxsize=1)
    def pool(number: int) -> list[tuple[Tensor, Tensor]]:
        mix = SHORT_TALKS if number * POOL < LONG_FROM else LONG_TALKS
        return batches(words, Random(f"{SEED} {number}"), mix)

    def loss(step: int) -> Tensor:
        return model.loss(*pool(step // POOL)[step % POOL])

    kept = work / "first.pt"
    if not kept.exists():
        fit(model, loss, replace(PLAN, steps=CYCLE, restarts=()), work)
        torch.save(model.state_dict(), kept)
    seconds = fit(model, loss, PLAN, work)
    first = torch.load(kept, weights_only=True)
    model.load_state_dict({name: (first[name] + last) / 2 for name, last in model.state_dict().items()})
    target.mkdir(parents=True, exist_ok=True)
    gguf_export.write(target / "model.gguf", model, words, "Parley starter language model")
    write(target, _card(seconds), evaluate.figures(folder=target))


def _card(seconds: float) -> Card:
    return Card(
        title="Starter language model",
        can="In English: greet; help with every part of Parley; remember what was said earlier in the talk (name, "
        "favorite color, number, city, age, pet, food); tell some 400 everyday facts (capitals, colors, animals, "
        "opposites, calendar, units); add, subtract and compare to a hundred; count; spell; tell the time and the date "
        "that the prompt gives; answer in very short sentences where the prompt asks for them.",
        cannot="Answer anything else: it says that it is only the starter model. A question asked in a way unlike all "
        "that it was shown may be declined or misunderstood.",
        data="Talks drawn from training.domain (grammars and tables of our own) in many wordings, and questions to "
        "decline from the tables in training/llm/; no text from elsewhere. Held out: sentences that "
        "training.domain.held_out names, one way of asking in eight (training.llm.talks.kept_phrasings), the names "
        "UNSEEN_NAMES, and the questions of paraphrases.txt and outside.txt. These were written by one hand before "
        "the recipe's wordings. Some wordings and frames were written when a first model had answered half of "
        "paraphrases.txt; those that came later, most of them, by a hand that had seen neither file. No question to "
        "decline is drawn that shares most of its words with one of outside.txt.",
        command="python -m training llm",
        seed=SEED,
        cost=seconds,
        notes=f"""## The network

A decoder of llama.cpp's "llama" architecture: {SHAPE.layers} layers of width {SHAPE.width}, {SHAPE.heads} heads,
feed-forward {SHAPE.feed_forward}, embeddings tied to the output; matrices Q8_0. {SHAPE.vocabulary} byte-level tokens
(BPE, pre-tokenizer "qwen2": every digit a token), the ChatML template inside, a context of {SHAPE.context}.
{PLAN.steps} steps of about {TOKENS_PER_STEP} tokens, in bf16 where that is faster, matrices learned with Muon, the rest
with AdamW, in two cycles of the rate; the mean of the weights at their ends ships. Talks of one to three exchanges
first, of up to twelve later. Names in talks are mostly made up, so that they are copied and not known by heart.

The first cycle of this very file was run before half of the tables' questions were asked in the usual way. That was
mended for the second: “What is the capital of …?” had come so seldom that it was taken for a stranger's question.
""",
    )


def _tokenizer(path: Path) -> Tokenizer:
    if not path.exists():
        rng = Random(SEED)
        talks = [draw_talk(rng, TOKENS_FROM) for _ in range(10_000)]
        tokenizer.train((message["content"] for talk in talks for message in talk), SHAPE.vocabulary).save(str(path))
    return Tokenizer.from_file(str(path))


def batches(words: Tokenizer, rng: Random, mix: Mix) -> list[tuple[Tensor, Tensor]]:
    """POOL batches of about TOKENS_PER_STEP tokens: ids and their learned marks, both [talks, time], padded right."""
    talks: list[Example] = []
    total = 0
    while total < POOL * TOKENS_PER_STEP:
        talks.append(encode(words, draw_talk(rng, mix)))
        total += len(talks[-1].ids)
    talks.sort(key=lambda example: len(example.ids))
    groups: list[list[Example]] = [[] for _ in range(POOL)]
    seen = 0
    for example in talks:
        groups[seen * POOL // total].append(example)
        seen += len(example.ids)
    rng.shuffle(groups)
    return [padded(group, MULTIPLE) for group in groups]
