"""Measures the starter picture model as Parley runs it: `python -m training.vlm.evaluate [PICTURES]`.

Fresh drawings go through models.pictures and the llama-vision engine; the answers' words are compared with the truth.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from random import Random

from models import catalog
from models.engines.llama_vision import LlamaVision
from models.pictures import picture_from_bytes
from models.roles import CancelToken, Message, Picture, Sampling
from training.domain.numbers import english
from training.vlm.dataset import COLORS, SHAPES, scene
from training.vlm.drawing import draw_file
from training.vlm.plain import plain_file

OPEN = ("What is in this picture?", "what is in this picture", "What do you see in the picture?", "Describe the image.")
"""Three of them no recipe has as they stand."""


def starter(folder: Path | None = None) -> tuple[LlamaVision, int]:
    """The engine, not loaded, and the longest side of its pictures."""
    card = next(card for card in catalog.load() if card.id == "starter-vlm")
    assert card.picture_side
    return LlamaVision(card, folder or catalog.starter_folder() / card.folder), card.picture_side


def ask(engine: LlamaVision, picture: Picture, question: str) -> str:
    """The whole answer, in lower case."""
    messages = [Message("user", question, (picture,))]
    return "".join(engine.reply(messages, Sampling(max_tokens=48), CancelToken())).lower()


def names(answer: str, shape: str, color: str) -> bool:
    """Whether an answer names this shape and color and no other."""
    words = set(answer.replace(".", " ").replace(",", " ").split())
    named = {word.removesuffix("s") for word in words} & set(SHAPES)
    return named == {shape} and words & set(COLORS) == {color}


def main(pictures: int = 400, folder: Path | None = None) -> dict[str, float]:
    """Shares of right answers by kind of drawing and of question."""
    engine, side = starter(folder)
    engine.load()
    right: dict[str, list[bool]] = defaultdict(list)
    drawers: dict[str, Callable[[str, str, int, Random], bytes]] = {"varied": draw_file, "plain": plain_file}
    for kind, drawer in drawers.items():
        for number in range(pictures):
            random = Random(f"evaluation {kind} {number}")
            shape_place, color_place, count = scene(random)
            shape, color = SHAPES[shape_place], COLORS[color_place]
            picture = picture_from_bytes(drawer(shape, color, count, random), side)
            shapes = shape if count == 1 else f"{shape}s"
            answer = ask(engine, picture, random.choice(OPEN))
            right[f"{kind}, open question, {'one' if count == 1 else 'several'}"].append(names(answer, shape, color))
            right[f"{kind}, {shape}"].append(names(answer, shape, color))
            verb = "is" if count == 1 else "are"
            right[f"{kind}, color asked"].append(color in ask(engine, picture, f"What color {verb} the {shapes}?"))
            right[f"{kind}, shape asked"].append(shape in ask(engine, picture, "Which shape is this?"))
            counted = ask(engine, picture, f"How many {shape}s are there in the picture?").split()
            right[f"{kind}, count asked, {count}"].append(english(count) in counted)
            asked = shape if random.random() < 0.5 else random.choice(SHAPES)
            told = ask(engine, picture, f"Is there a {asked} in it?")
            right[f"{kind}, yes or no"].append(told.startswith("yes" if asked == shape else "no"))
    engine.close()
    return {kind: round(sum(answers) / len(answers), 3) for kind, answers in right.items()}


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:])), indent=1))
