"""Talks about pictures to train on: questions as people write and say them, with their true answers.

Owns which questions come with which picture. The wordings and the answers are training.domain's, but for the exercises,
which nobody but training asks.
"""

from dataclasses import dataclass
from random import Random

from training.domain import held_out, random_scene, sample
from training.domain.pictures import DRAWING_KINDS, asked
from training.domain.scenes import Drawing, Scene
from training.llm.talks import SHORT, system_prompt, varied
from training.lm.template import PICTURE_MARKER
from training.vlm.exercises import SHARE, exercise

NO_PICTURE = "There is no picture here. Please show me one."
NOT_ABOUT_PICTURES = "I am only the starter model for pictures and talk about pictures only."

OFTENER = {"open": 0.5, "where": 2.0} | dict.fromkeys(("shape of", "color", "is there", "side", "next", "extreme"), 1.5)
"""How much more often a question is trained on than people ask it: what is about one thing is the hardest to learn."""


@dataclass(frozen=True)
class Talk:
    """Messages for the chat template, and which scenes stand behind their picture markers, in order."""

    messages: list[dict[str, str]]
    scenes: list[int]


def talk(scenes: list[Scene], questions: int, random: Random) -> Talk:
    """A talk of so many questions about the first of `scenes`.

    Now and then the second scene is shown in its middle, and the questions then are about that; or nothing is shown.
    """
    system = system_prompt(random) if random.random() < 0.7 else ""
    if system and random.random() < 0.2:  # answers about pictures are as short as they can be anyway
        system += f" {SHORT}"
    messages = [{"role": "system", "content": system}] if system else []
    if random.random() < 0.03:
        return Talk([*messages, *without_picture(random)], [])
    shown = [0]
    change = random.randrange(1, questions) if len(scenes) > 1 and questions > 1 and random.random() < 0.05 else 0
    for place in range(questions):
        marker = PICTURE_MARKER if place in (0, change) else ""
        if marker and place:
            shown.append(1)
        if random.random() < (0.06 if place else 0.03):
            question, answer = _elsewhere(random), NOT_ABOUT_PICTURES
        else:
            question, answer = _question(scenes[shown[-1]], random)
        messages += _exchange(marker + question, answer)
    return Talk(messages, shown)


def without_picture(random: Random) -> list[dict[str, str]]:
    """One or two questions with nothing shown."""
    messages = []
    for _ in range(random.randint(1, 2)):
        if random.random() < 0.75:
            messages += _exchange(_question(random_scene(random), random)[0], NO_PICTURE)
        else:
            messages += _exchange(_elsewhere(random), NOT_ABOUT_PICTURES)
    return messages


def _exchange(question: str, answer: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def _question(scene: Scene, random: Random) -> tuple[str, str]:
    if isinstance(scene, Drawing) and random.random() < SHARE:
        posed = exercise(scene, random)
        if posed and not held_out(posed[0]):
            return posed
    kinds = list(DRAWING_KINDS)
    weights = [weight * OFTENER.get(kind, 1.0) for kind, (_, weight) in DRAWING_KINDS.items()]
    while True:
        exchange = asked(scene, random.choices(kinds, weights)[0], random)
        if exchange is None:
            continue
        question = varied(exchange.question.en, random)
        if not held_out(question) and not held_out(exchange.question.en):
            return question, exchange.answer.en


def _elsewhere(random: Random) -> str:
    while True:
        question = varied(sample(random).question.en, random)
        if not held_out(question):
            return question
