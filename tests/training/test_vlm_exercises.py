"""What only training asks about drawings, and how the decoder's first view of the tower is made."""

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import torch

from training.domain import random_scene
from training.domain.scenes import CLEAR, PLACES, Drawing, Thing, place
from training.lm import tokenizer
from training.lm.model import Shape
from training.vlm import printing
from training.vlm.exercises import exercise
from training.vlm.model import PictureModel, Seer
from training.vlm.pictures import ATTRIBUTES, IGNORE, Pictures
from training.vlm.recipe import begin
from training.vlm.tower import TowerShape
from training.vlm.views import Views

DRAWINGS = [scene for seed in range(400) if isinstance(scene := random_scene(Random(seed)), Drawing)]
POSED = [
    (scene, *posed) for seed, scene in enumerate(DRAWINGS) for _ in range(3) if (posed := exercise(scene, Random(seed)))
]


def named(scene: Drawing, text: str) -> Thing:
    color, shape = text.split()[-2:]
    (thing,) = (thing for thing in scene.things if (thing.color, thing.shape) == (color, shape))
    return thing


def test_lists_are_in_the_order_that_was_asked_for() -> None:
    checked = 0
    for scene, question, answer in POSED:
        if found := re.search(r"from (left|right|top|bottom) to", question):
            axis = "x" if found[1] in ("left", "right") else "y"
            sign = 1 if found[1] in ("left", "top") else -1
            wanted = sorted(scene.things, key=lambda thing, axis=axis, sign=sign: sign * float(getattr(thing, axis)))
            told = [item.split()[-2:] for item in answer.rstrip(".").split(", ")]
            assert told == [[thing.color, thing.shape] for thing in wanted]
            checked += 1
    assert checked > 20


def test_every_thing_is_told_where_it_lies() -> None:
    checked = 0
    for scene, question, answer in POSED:
        if "each shape" in question:
            parts = answer.rstrip(".").split(", ")
            assert len(parts) == len(scene.things)
            for part, thing in zip(parts, sorted(scene.things, key=lambda thing: thing.x), strict=True):
                what, where = part.split(" is ")
                assert what.lower() == f"the {thing.color} {thing.shape}"
                assert where == getattr(place(thing), "en", "")
                assert where in {row.en for row in PLACES}
            checked += 1
    assert checked > 10


def test_comparisons_are_true() -> None:
    checked = 0
    for scene, question, answer in POSED:
        if question.startswith(("Compare", "How does")):
            found = re.fullmatch(r"(The \w+ \w+) is (.*) (the \w+ \w+)\.", answer)
            assert found
            one, other = named(scene, found[1]), named(scene, found[3])
            told = {word for word in ("left", "right", "above", "below") if word in found[2]}
            right, down = other.x - one.x, other.y - one.y
            wanted = {"left" if right > 0 else "right"} if abs(right) >= CLEAR else set()
            wanted |= {"above" if down > 0 else "below"} if abs(down) >= CLEAR else set()
            assert told == wanted
            checked += 1
    assert checked > 20


def test_one_thing_alone_gives_no_exercise() -> None:
    assert exercise(Drawing((Thing("star", "red", "large", 0.5, 0.5, 0.5),), "white"), Random(1)) is None


def test_the_decoder_first_sees_every_answer_equally_loud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Pillow's own: which others are installed depends on the machine.
    monkeypatch.setattr(printing, "typefaces", lambda judging=False: [printing.PILLOWS_OWN])
    torch.manual_seed(1)
    shape = replace(TowerShape(), stem=8, out=128)
    seer = Seer(shape)
    batch = Pictures(tmp_path, 1, shape.patch, "t", 16).batch(list(range(16)))
    states = torch.randn(16, shape.tokens, 128) * torch.logspace(-2, 1, 128) + 3.0
    seer.lead(states, batch)
    with torch.no_grad():
        told = states @ seer.tower.mm["input_projection"].weight.T
    count = sum(ATTRIBUTES.values())
    loud = told[batch.inked[..., 0] != IGNORE].std(0)
    torch.testing.assert_close(loud[:count], torch.ones(count))
    torch.testing.assert_close(loud[count:], torch.full((128 - count,), 0.5))
    assert told.flatten(0, 1).mean(0).abs().max() < 1e-2


def test_what_the_decoder_begins_with_is_heard_in_print_as_in_drawings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "typefaces", lambda judging=False: [printing.PILLOWS_OWN])
    torch.manual_seed(1)
    tower = replace(TowerShape(), stem=8, out=128)
    model = PictureModel(Seer(tower), Shape(vocabulary=320, width=128, layers=1, heads=4, feed_forward=64))
    views = Views(tmp_path / "views.npy", Pictures(tmp_path, 1, tower.patch, "t", 24), model.seer.tower)
    assert views.of["writing"]
    begin(model, tokenizer.train(["There is a red circle at the top left."], 320), views)
    every = [view for found in views.of.values() for view in found]
    covered = views.batch(every).inked[..., 0] != IGNORE
    with torch.no_grad():
        told = views.states(every)[covered] @ model.seer.tower.mm["input_projection"].weight.T
    count = sum(ATTRIBUTES.values())
    torch.testing.assert_close(told.std(0)[:count], torch.ones(count), rtol=1e-3, atol=1e-3)
