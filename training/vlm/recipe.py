"""Trains the starter picture model: `python -m training vlm`.

First the drawings, then the tower alone on naming shape, color and count, then tower and decoder together on talks.
One thread, about fifty minutes. The seed makes the run repeatable on one machine (other processors round differently).
"""

import json
import time
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.llm.talks import system_prompt
from training.lm import gguf_export, tokenizer
from training.lm.fit import Plan, fit
from training.lm.model import Shape
from training.lm.template import Example, encode, padded
from training.vlm import mmproj
from training.vlm.dataset import COLORS, SHAPES, scene
from training.vlm.model import PictureModel, Seer
from training.vlm.pictures import Pictures
from training.vlm.talks import talk
from training.vlm.tower import TowerShape

SEED = 20261124
SHARDS = 16
VOCABULARY = 640
TOWER = TowerShape(width=192, layers=3, heads=6, feed_forward=448, out=128)
DECODER = Shape(vocabulary=VOCABULARY, width=128, layers=3, heads=4, feed_forward=320)
PICTURES_PER_STEP = 64
TALKS_PER_STEP = 32
QUESTIONS = (1, 2, 2)
"""Questions in a talk, one drawn per step: talks of like length waste little on padding."""
TOWER_PLAN = Plan(steps=4000, rate=1.5e-3, warm_up=100, decay=0.05, every=50)
JOINT_PLAN = Plan(steps=6700, rate=1.2e-3, warm_up=60, decay=0.05, every=50)


def main(work: Path, target: Path) -> None:
    """Train into `work` (resumable), write `target`/model.gguf and mmproj.gguf."""
    torch.manual_seed(SEED)
    began = time.perf_counter()
    pictures = Pictures(work / "pictures", SHARDS, TOWER.patch)
    drawing = time.perf_counter() - began
    words = _tokenizer(work / "tokenizer.json")
    model = PictureModel(Seer(TOWER), DECODER)
    model.seer.tower.whiten(pictures.edges(30_000))
    first = fit(model.seer, lambda step: tower_loss(model.seer, pictures, step), TOWER_PLAN, work / "tower")
    second = fit(model, lambda step: joint_loss(model, words, pictures, step), JOINT_PLAN, work / "joint")
    export(model, words, target)
    print(json.dumps({"drawing_seconds": round(drawing), "training_seconds": round(first + second)}))


def export(model: PictureModel, words: Tokenizer, target: Path) -> None:
    """Write both files."""
    target.mkdir(parents=True, exist_ok=True)
    gguf_export.write(target / "model.gguf", model.decoder, words, "Parley starter picture model")
    mmproj.write(target / "mmproj.gguf", model.seer.tower, "Parley starter picture model, projector")


def tower_loss(seer: Seer, pictures: Pictures, step: int) -> Tensor:
    """Of the heads, on the pictures of a step: at first those with large shapes, in which forms are plain."""
    random = Random(f"{SEED} tower {step}")
    share = min(1.0, 0.3 + step / TOWER_PLAN.steps)
    places = random.sample(pictures.largest[: round(share * len(pictures))], PICTURES_PER_STEP)
    batch = pictures.batch(places, random)
    return seer.loss(seer.tower.states(batch.pixels), batch)


def joint_loss(model: PictureModel, words: Tokenizer, pictures: Pictures, step: int) -> Tensor:
    """Of answers and heads, on the talks of a step."""
    random = Random(f"{SEED} joint {step}")
    questions = random.choice(QUESTIONS)
    places: list[int] = []
    examples: list[Example] = []
    for _ in range(TALKS_PER_STEP):
        candidates = random.sample(range(len(pictures)), 2)
        talked = talk([pictures.scene(place) for place in candidates], questions, random)
        places += [candidates[number] for number in talked.scenes]
        examples.append(encode(words, talked.messages, picture_tokens=TOWER.tokens))
    ids, learned = padded(examples)
    return model.loss(pictures.batch(places, random), ids, learned)


def _tokenizer(path: Path) -> Tokenizer:
    if not path.exists():
        random = Random(SEED)
        texts: list[str] = []
        for _ in range(20_000):
            shape, color, count = scene(random)
            drawn = [(SHAPES[shape], COLORS[color], count)] * 2
            texts += [message["content"] for message in talk(drawn, 1, random).messages]
        texts += [system_prompt(random) for _ in range(500)]
        tokenizer.train(texts, VOCABULARY).save(str(path))
    return Tokenizer.from_file(str(path))
