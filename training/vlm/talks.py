"""Talks about pictures to train on: questions as people write and say them, with their true answers.

Owns which questions come with which picture. The wordings and the answers are training.domain's.
"""

from dataclasses import dataclass
from random import Random

from training.domain import Scene, held_out, picture_exchange, sample
from training.llm.talks import system_prompt, varied
from training.lm.template import PICTURE_MARKER

NO_PICTURE = "There is no picture here. Please show me one."
NOT_ABOUT_PICTURES = "I am only the starter picture model and talk about pictures only."


@dataclass(frozen=True)
class Talk:
    """Messages for the chat template, and which scenes stand behind their picture markers, in order."""

    messages: list[dict[str, str]]
    scenes: list[int]


def talk(scenes: list[tuple[str, str, int]], questions: int, random: Random) -> Talk:
    """A talk of so many questions about the first of `scenes` (shape, color, count).

    Now and then the second scene is shown in its middle, and the questions then are about that; or nothing is shown.
    """
    system = system_prompt(random) if random.random() < 0.7 else ""
    messages = [{"role": "system", "content": system}] if system else []
    if random.random() < 0.03:
        question = _question(scenes[0], random)[0]
        return Talk([*messages, *_exchange(question, NO_PICTURE)], [])
    shown = [0]
    change = random.randrange(1, questions) if questions > 1 and random.random() < 0.2 else 0
    for place in range(questions):
        marker = PICTURE_MARKER if place in (0, change) else ""
        if marker and place:
            shown.append(1)
        if random.random() < (0.1 if place else 0.04):
            question, answer = _elsewhere(random), NOT_ABOUT_PICTURES
        else:
            question, answer = _question(scenes[shown[-1]], random)
        messages += _exchange(marker + question, answer)
    return Talk(messages, shown)


def _exchange(question: str, answer: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def _question(scene: tuple[str, str, int], random: Random) -> tuple[str, str]:
    while True:
        exchange = picture_exchange(Scene(*scene), random)
        question = varied(exchange.question.en, random)
        if not held_out(question):
            return question, exchange.answer.en


def _elsewhere(random: Random) -> str:
    while True:
        question = varied(sample(random).question.en, random)
        if not held_out(question):
            return question
