"""What the shipped picture model reaches, measured through Parley's own engine, as figures.

Owns the test set. Judged is what no training step saw: pictures drawn from other seeds, in sides that training draws at
most by chance, many of them by another drawer (plain.py), print in typefaces and words of its own, families of
photographs of their own, and of the questions only those that training.domain.held_out names. An answer counts only if
it says what the domain's answer says and nothing else; only the order of things in a list is free.
"""

import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from models import catalog
from models.engines.llama_vision import LlamaVision
from models.pictures import picture_from_bytes
from models.roles import CancelToken, Message, Picture, Sampling
from training.domain import held_out
from training.domain.clock import given, moment
from training.domain.pictures import DRAWING_KINDS, asked, told_of
from training.domain.scenes import SCENE_COLORS, SHAPES, Photo, Scene
from training.figures import Figure
from training.llm.talks import SYSTEM
from training.vlm import drawing, palette, photos, plain, printing, windows

SEED = 4
SLICE = 12
"""A slice for the test-suite has one case in so many."""
PHOTOS = 120
BARS = {"questions": 95.0, "photos": 90.0, "load": 0.5, "size": 6.0}
SIDES = (
    *((512, 512), (1024, 768), (1280, 800), (800, 1280), (1920, 1080), (600, 900), (240, 180), (150, 150)),
    *((2000, 1000), (1080, 2160), (333, 500), (700, 700), (2048, 1536), (410, 205)),
)
"""Width and height of judged drawings."""
TOPICS = {
    "what is in it": ("open", "shape"),
    "what shape": ("shape of",),
    "what color": ("color", "colors", "is color"),
    "how many": ("count", "count all"),
    "is there": ("is there",),
    "where": ("where",),
    "left, right, above, below": ("side", "next"),
    "size": ("extreme", "how big"),
    "background": ("ground",),
    "reading print": ("print",),
    "beyond a drawing": ("beyond", "photo", "read"),
}


@dataclass(frozen=True)
class Case:
    """A picture file, a question about it, its true answer; what kind of picture and of question it is."""

    data: bytes
    question: str
    answer: str
    picture: str
    topic: str


def figures(small: bool = False, folder: Path | None = None, show: bool = False) -> Iterator[Figure]:
    """What the model in `folder`, or the one that ships, is measured to be; `show` prints the wrong answers."""
    card = next(card for card in catalog.load() if card.id == "starter-vlm")
    folder = folder or catalog.starter_folder() / card.folder
    assert card.picture_side
    side = card.picture_side
    engine = LlamaVision(card, folder)
    began = time.perf_counter()
    engine.load()
    loading = time.perf_counter() - began
    random = Random(SEED)
    answering: list[float] = []

    def answer(data: bytes, question: str) -> str:
        began = time.perf_counter()
        said = ask(engine, picture_from_bytes(data, side), question, f"{SYSTEM} {given(moment(random))}")
        answering.append(time.perf_counter() - began)
        return said

    try:
        yield from _questions(answer, small, show)
        yield from _photographs(answer, small, show)
    finally:
        engine.close()
    answering.sort()
    yield Figure("vlm", "time of an answer, median", 1000 * answering[len(answering) // 2], "ms", of=len(answering))
    yield Figure("vlm", "loading", loading, "s", BARS["load"], at_most=True)
    size = sum((folder / name).stat().st_size for name in card.files.values())
    yield Figure("vlm", "size", size / 1e6, "MB", BARS["size"], at_most=True)


def ask(engine: LlamaVision, picture: Picture, question: str, system: str = "") -> str:
    """The whole answer to a question about a picture."""
    messages = [*([Message("system", system)] if system else []), Message("user", question, (picture,))]
    return "".join(engine.reply(messages, Sampling(max_tokens=64), CancelToken()))


def says(answer: str) -> frozenset[str]:
    """What an answer says, part by part, so that lists in another order are the same."""
    plain = re.sub(r"\bthere (is|are) | in the picture\b|[.\"]", "", answer.strip().lower())
    return frozenset(part.strip() for part in re.split(r",| and ", plain))


def _questions(answer: Callable[[bytes, str], str], small: bool, show: bool) -> Iterator[Figure]:
    right: dict[str, dict[str, list[bool]]] = {"picture": defaultdict(list), "topic": defaultdict(list)}
    for number, case in enumerate(cases()):
        if small and number % SLICE:
            continue
        said = answer(case.data, case.question)
        fits = says(said) == says(case.answer)
        if show and not fits:
            print(f"{number} {case.picture}: {case.question} — {case.answer} — {said}")
        right["picture"][case.picture].append(fits)
        right["topic"][case.topic].append(fits)
    every = [fits for found in right["picture"].values() for fits in found]
    yield _share("questions about drawings, screenshots and print", every, BARS["questions"])
    for kind, found in right["picture"].items():
        yield _share(f"on {kind}", found)
    for topic in TOPICS:
        if found := right["topic"][topic]:
            yield _share(f"asked: {topic}", found)


def _share(name: str, right: list[bool], bar: float | None = None) -> Figure:
    return Figure("vlm", name, 100 * sum(right) / len(right), "%", bar, of=len(right))


def cases() -> Iterator[Case]:
    """All 500, the same every time."""
    for number in range(500):
        random = Random(f"judged {number}")
        picture, draw = KINDS[number % len(KINDS)]
        data, scene = draw(random)
        topic, question, answer = _asked(scene, random)
        yield Case(data, question, answer, picture, topic)


def _asked(scene: Scene, random: Random) -> tuple[str, str, str]:
    """Topic, held-out question and answer."""
    kinds, weights = list(DRAWING_KINDS), [weight for _, weight in DRAWING_KINDS.values()]
    while True:
        kind = random.choices(kinds, weights)[0]
        exchange = asked(scene, kind, random)
        if exchange and held_out(exchange.question.en):
            drawn = kind if hasattr(scene, "things") else "print"
            topic = next(topic for topic, members in TOPICS.items() if drawn in members)
            return topic, exchange.question.en, exchange.answer.en


def _drawing(random: Random) -> tuple[bytes, Scene]:
    sheet = drawing.draw(random, sides=random.choice(SIDES))
    return _file(sheet.image, random, jpeg=False), sheet.scene


def _compressed(random: Random) -> tuple[bytes, Scene]:
    sheet = drawing.draw(random, sides=random.choice(SIDES))
    return _file(sheet.image, random, jpeg=True), sheet.scene


def _plain(random: Random) -> tuple[bytes, Scene]:
    while True:
        colors = random.sample(SCENE_COLORS, 3)
        count = random.randint(1, 6)
        kinds = [(random.choice(tuple(SHAPES)), random.choice(colors)) for _ in range(count)]
        with suppress(ValueError):
            return plain.plain_file(kinds, random)


def _screenshot(random: Random) -> tuple[bytes, Scene]:
    sheet = windows.framed(drawing.draw(random, sides=random.choice(SIDES)), random)
    return _file(sheet.image, random, jpeg=random.random() < 0.3), sheet.scene


def _print(random: Random) -> tuple[bytes, Scene]:
    number = str(random.randrange(10 ** random.randint(1, 4)))
    words = number if random.random() < 0.5 else random.choice(printing.UNSEEN_WORDS)
    sheet = printing.write(random, words, judging=True)
    return _file(sheet.image, random, jpeg=random.random() < 0.3), sheet.scene


def _file(image: Image.Image, random: Random, jpeg: bool) -> bytes:
    file = BytesIO()
    if jpeg:
        image.save(file, "JPEG", quality=random.randint(35, 60))
    else:
        image.save(file, "PNG", compress_level=1)
    return file.getvalue()


KINDS: tuple[tuple[str, Callable[[Random], tuple[bytes, Scene]]], ...] = (
    ("drawings", _drawing),
    ("drawings by another hand", _plain),
    ("drawings as small JPEG files", _compressed),
    ("screenshots", _screenshot),
    ("print", _print),
)


def _photographs(answer: Callable[[bytes, str], str], small: bool, show: bool) -> Iterator[Figure]:
    """Whether it says what it is and cannot tell, and the main color; and whether it names all main colors right."""
    declined, main, exact = [], [], []
    for number in range(0, PHOTOS, SLICE if small else 1):
        random = Random(f"judged photo {number}")
        image = photos.photo(random, judging=True)
        scene = Photo(palette.main_colors(np.asarray(image)))
        while not (exchange := asked(scene, None, random)) or not held_out(exchange.question.en):
            pass
        said = answer(_file(image, random, jpeg=True), exchange.question.en)
        names = set(re.findall(r"\w+", said)) & set(SCENE_COLORS)
        honest = said.startswith(told_of(scene).en.split(".")[0])
        if show and not (honest and scene.colors[0] in names):
            print(f"photo {number}: {exchange.question.en} — {exchange.answer.en} — {said}")
        declined.append(honest)
        main.append(honest and scene.colors[0] in names)
        exact.append(honest and names == set(scene.colors))
    yield _share("refusals of photo-like pictures, unseen kinds", declined, BARS["photos"])
    yield _share("photo-like pictures: the main color named", main)
    yield _share("photo-like pictures: all main colors named and no other", exact)


if __name__ == "__main__":
    from training.figures import table

    given_folder = [Path(word) for word in sys.argv[1:] if word != "--small"]
    print(table(list(figures("--small" in sys.argv, *given_folder, show=True))))
