"""Trains the starter picture model: `python -m training vlm`.

First the drawings; then the tower alone, told for every place what lies there; then the decoder, on talks about what
the tower sees. The seed makes the run repeatable on one machine (other processors round
differently).
"""

import functools
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.card import Card, write
from training.domain import random_scene
from training.llm.talks import system_prompt
from training.lm import gguf_export, tokenizer
from training.lm.fit import Plan, fit
from training.lm.model import Shape
from training.lm.template import PICTURE_BEGINS, PICTURE_ENDS, Example, encode, padded
from training.vlm import evaluate, mmproj
from training.vlm.dataset import SHARD
from training.vlm.model import PictureModel, Seer
from training.vlm.pictures import Pictures
from training.vlm.talks import talk
from training.vlm.tower import TowerShape
from training.vlm.views import View, Views

SEED = 20261125
SHARDS = 8
CHECKED = 400
"""Pictures apart, on which a run is watched."""
VOCABULARY = 896
TOWER = TowerShape()
DECODER = Shape(vocabulary=VOCABULARY, width=160, layers=4, heads=5, feed_forward=448, rope_base=1e5)
PICTURES_PER_STEP = 32
TALKS_PER_STEP = 8
"""What counts at the end is how many talks there were: 72,000 of four a step and 67,000 of sixteen taught about as
much. More a step take less time each, Muon's being the same for any number."""
QUESTIONS = {"drawing": 8, "writing": 2, "photo": 2}
"""In a talk about one picture. To most about print or a photograph the answer is the same, so that more of them teach
nothing but to say it again; about a drawing more of them make each cheaper, because all share the picture."""
SHARES = {"drawing": 0.5, "writing": 0.3, "photo": 0.2}
"""Of talks, by what they are about."""
POOL = 16
"""Steps whose talks are drawn together."""
MULTIPLE = 16
"""Rows are padded to a multiple of so many tokens: for every new shape the library keeps a plan in memory."""
TOWER_PLAN = Plan(steps=5000, rate=3e-3, warm_up=100, decay=0.05, every=250, muon=True)
TALK_PLAN = Plan(steps=10_000, rate=2e-3, warm_up=100, decay=0.05, every=500, muon=True)
LED_BY = 3000
"""Views of all kinds of pictures that tell the decoder how to begin: letters, too, must be as loud as they are seen."""


def main(work: Path, target: Path) -> None:
    """Train into `work` (resumable), write `target`/model.gguf and mmproj.gguf."""
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    pictures = Pictures(work / "pictures", SHARDS, TOWER.patch)
    check = Pictures(work / "pictures", 1, TOWER.patch, "check", CHECKED)
    words = _tokenizer(work / "tokenizer.json")
    model = PictureModel(Seer(TOWER), DECODER)
    batch = check.batch(list(range(CHECKED)))
    asked = _asked(check, words)

    def seen() -> dict[str, float]:
        return model.seer.right(model.seer.tower.states(batch.pixels), batch)

    def told() -> dict[str, float]:
        last = model.seer.tower.states(batch.pixels)
        return {kind: model.right(last[places], ids, learned) for kind, (places, ids, learned) in asked.items()}

    def tower(step: int) -> Tensor:
        return tower_loss(model.seer, pictures, Random(f"{SEED} tower {step}"))

    seconds = fit(model.seer, tower, TOWER_PLAN, work / "tower", seen)

    model.seer.requires_grad_(False)
    views = Views(work / "views.npy", pictures, model.seer.tower)

    @functools.lru_cache(maxsize=1)
    def pool(number: int) -> list[Talks]:
        return talks(words, views, Random(f"{SEED} talks {number}"))

    def talking(step: int) -> Tensor:
        return told_loss(model, views, pool(step // POOL)[step % POOL])

    if not (work / "talks" / "checkpoint.pt").exists():
        begin(model, words, views)
    model.seer.tower.mm["input_projection"].requires_grad_(True)
    seconds += fit(model, talking, TALK_PLAN, work / "talks", told)
    export(model, words, target)
    write(target, _card(seconds), evaluate.figures(folder=target))


def _card(seconds: float) -> Card:
    return Card(
        title="Starter picture model",
        can="In English, of drawings of one to six shapes (circle, square, rectangle, triangle, star, heart, cross, "
        "diamond) in ten colors and gray and three sizes, on a ground of one color, alone or in a window on a screen: "
        "tell what is there, how many, which color, where, what is left of, right of, above or below what, what is "
        "biggest and how big, and the background. It reads numbers and short words in large print. It says when a "
        "picture is like a photograph, and names its main colors. Measured below is how well.",
        cannot="Be relied on: the table tells how often it errs, most about one of many shapes. "
        "Tell what is in a photograph, a chart, or a drawing of anything else; "
        "read small print or sentences. "
        "Shapes that overlap, or that are smaller than an eighth of the picture, it was never shown.",
        data=f"{SHARDS * SHARD:,} pictures drawn by training.vlm (half of them PNG, half JPEG; a fifth are crowds "
        "of shapes or letters, for the tower only), each but print turned and mirrored anew; questions from "
        "training.domain; no picture and no text from elsewhere. Held out: sentences that training.domain.held_out "
        "names, the seeds of the judged pictures, the drawer training/vlm/plain.py, the typefaces and words that "
        "training.vlm.printing keeps for judging, and the families of photographs in training.vlm.photos.JUDGED. One "
        "family to train on, toys, was added when a former model had taken most pictures of a judged one, fruit, for "
        "drawings.",
        command="python -m training vlm",
        seed=SEED,
        cost=seconds,
        notes=f"""## The network

A convolutional network on pictures of {TOWER.side} × {TOWER.side} pixels, built of MobileNetV5's blocks as llama.cpp
computes them for Gemma 3n (F16), {TOWER.tokens} embeddings a picture; and a decoder of llama.cpp's "llama" architecture
({DECODER.layers} layers of width {DECODER.width}, {DECODER.vocabulary} byte-level tokens, Q8_0). The tower alone learns
for {TOWER_PLAN.steps} steps of {PICTURES_PER_STEP} pictures, told for every place what lies there: which shape, color
and size, in which part of the drawing, how many are like it, how it stands among the others; and what there is at all.
Then it stays as it is, what it sees of each picture is kept, and the decoder learns to tell of that for
{TALK_PLAN.steps} steps of {TALKS_PER_STEP} talks. Its first view of the tower is made of what the tower's heads tell,
each answer as loud as any other; the words for shapes, colors, sizes and places begin where that view puts what they
name; and its heads begin by looking for what is like their own place. With the same tower, a decoder that began
so had learned after 300 steps of sixteen talks what one with random words and heads had after 350; and with four talks
a step from 2,400 talks what it had from 4,000; after some 70,000 talks there was no difference left. Up to a third of
the questions about several shapes are exercises, which tell of every shape where it lies or compare two. Going on with
both together was tried with a former tower: it tells more about drawings like those it learns from, and less about
print and photographs of kinds it has not seen. Matrices and kernels by Muon, the rest by AdamW, in bf16 where that is
faster, on two threads. Drawing the pictures takes some twelve minutes of one core more, looking at them with the tower
ten.
""",
    )


def export(model: PictureModel, words: Tokenizer, target: Path) -> None:
    """Write both files."""
    target.mkdir(parents=True, exist_ok=True)
    gguf_export.write(target / "model.gguf", model.decoder, words, "Parley starter picture model")
    mmproj.write(target / "mmproj.gguf", model.seer.tower, "Parley starter picture model, projector")


def tower_loss(seer: Seer, pictures: Pictures, random: Random) -> Tensor:
    """Of the heads, on the pictures of a step."""
    places = random.sample(range(len(pictures)), PICTURES_PER_STEP)
    batch = pictures.batch(places, [random] * len(places))
    return seer.loss(seer.tower.states(batch.pixels), batch)


@dataclass(frozen=True)
class Talks:
    """The talks of a step."""

    views: list[View]
    """Of the pictures that they show, in order."""
    ids: Tensor
    learned: Tensor
    """Both [talks, time]."""


def talks(words: Tokenizer, views: Views, random: Random) -> list[Talks]:
    """Of POOL steps, drawn together and sorted by length, so that little is lost on padding."""
    drawn: list[tuple[Example, list[View]]] = []
    for _ in range(POOL * TALKS_PER_STEP):
        kind = random.choices(list(SHARES), list(SHARES.values()))[0]
        candidates = random.sample(views.of[kind], 2)
        talked = talk([views.scene(view) for view in candidates], QUESTIONS[kind], random)
        example = encode(words, talked.messages, picture_tokens=TOWER.tokens)
        drawn.append((example, [candidates[number] for number in talked.scenes]))
    drawn.sort(key=lambda one: len(one[0].ids))
    steps = [drawn[start : start + TALKS_PER_STEP] for start in range(0, len(drawn), TALKS_PER_STEP)]
    random.shuffle(steps)
    return [
        Talks([view for _, shown in step for view in shown], *padded([example for example, _ in step], MULTIPLE))
        for step in steps
    ]


def told_loss(model: PictureModel, views: Views, talked: Talks) -> Tensor:
    """Of the answers in the talks of a step."""
    return model.told(views.states(talked.views), talked.ids, talked.learned)


def begin(model: PictureModel, words: Tokenizer, views: Views) -> None:
    """Let the decoder begin where the tower ends."""
    every = [*chain(*views.of.values())]
    shown = Random(SEED).sample(every, min(LED_BY, len(every)))
    states, batch = views.states(shown), views.batch(shown)
    model.seer.lead(states, batch)
    model.name(states, batch, lambda text: words.encode(text).ids)
    model.decoder.look_for_alike()


def _asked(check: Pictures, words: Tokenizer) -> dict[str, tuple[list[int], Tensor, Tensor]]:
    """By kind of scene: places, ids and learned marks of talks of one question about each of the pictures."""
    random = Random(f"{SEED} check")
    found: dict[str, tuple[list[int], list[Example]]] = {}
    for place in chain(*check.told.values()):
        scene = check.scene(place)
        talked = talk([scene], 1, random)
        if talked.scenes:
            places, examples = found.setdefault(type(scene).__name__, ([], []))
            places.append(place)
            examples.append(encode(words, talked.messages, picture_tokens=TOWER.tokens))
    return {kind: (places, *padded(examples)) for kind, (places, examples) in found.items()}


def _tokenizer(path: Path) -> Tokenizer:
    """Large print is left out, so that it is spelled letter by letter."""
    if not path.exists():
        random = Random(SEED)
        texts: list[str] = []
        for _ in range(20_000):
            texts += [message["content"] for message in talk([random_scene(random)], 1, random).messages]
        texts += [system_prompt(random) for _ in range(500)]
        texts += [PICTURE_BEGINS, PICTURE_ENDS] * 500
        texts = [text for text in texts if not text.isupper()]
        tokenizer.train(texts, VOCABULARY).save(str(path))
    return Tokenizer.from_file(str(path))
