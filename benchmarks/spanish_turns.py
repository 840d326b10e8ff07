"""Spoken Spanish questions answered in spoken Spanish: `python -m benchmarks.spanish_turns [COUNT] [SEED]`.

Questions that no recipe was trained on, drawn by a seed, said by espeak-ng in voices of Spain and of Latin America, go
through `parley talk --in es --out es`. Everything has to be right: what was heard, word for word; the English answer;
the Spanish answer; and what the Spanish recognizer hears of the spoken reply. Every turn is printed with what was
wrong, since a good answer may be put in other words than the one that it is compared with.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from difflib import SequenceMatcher
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import soundfile

from training.domain import Exchange, held_out, intents, spoken

VOICES = ("es", "es-419")
VARIANTS = ("", "+m1", "+m3", "+m7", "+f1", "+f3", "+f4", "+grandpa")
ALIKE = 0.85
"""Share of the words of an answer that have to be heard in the reply, in their order."""


def main(count: int = 20, seed: int = 1) -> None:
    """Ask so many questions and print every turn."""
    random = Random(f"Spanish turns {seed}")
    right = 0
    with tempfile.TemporaryDirectory(prefix="parley-spanish-") as folder:
        for number, exchange in enumerate(_drawn(count, random), 1):
            voice = random.choice(VOICES) + random.choice(VARIANTS)
            question, reply = Path(folder) / "question.wav", Path(folder) / "reply.wav"
            _say(exchange.question.es, voice, random, question)
            turn = _parley(folder, "talk", "--in-wav", question, "--out-wav", reply, "--in", "es", "--out", "es")
            heard = _parley(folder, "transcribe", reply, "--in", "es")["transcript"]
            faults = _faults(exchange, turn, heard)
            right += not faults
            print(f"{number:2} {'right' if not faults else 'WRONG: ' + ', '.join(faults)} ({voice})")
            for title, text in (
                ("said", exchange.question.es),
                ("heard", turn["transcript"]),
                ("in English", turn["question_translated"]),
                ("answer", turn["answer"]),
                ("in Spanish", turn["answer_translated"]),
                ("spoken", heard),
            ):
                print(f"     {title:10} {text}")
    print(f"{right} of {count} right")


def _drawn(count: int, random: Random) -> list[Exchange]:
    """Different questions of different intents, none of which a recipe may train on."""
    chosen = random.sample(intents(), len(intents()))
    found: list[Exchange] = []
    for intent in chosen:
        for _ in range(200):
            exchange = intent.exchange(random)
            if held_out(exchange.question.en):
                found.append(exchange)
                break
        if len(found) == count:
            break
    return found


def _say(text: str, voice: str, random: Random, path: Path) -> None:
    """A sound file with half a second of silence around the text."""
    how = ["-v", voice, "-s", str(random.randint(130, 175)), "-p", str(random.randint(30, 70))]
    subprocess.run(["espeak-ng", *how, "-w", str(path), text], check=True, capture_output=True)
    samples, rate = soundfile.read(path, dtype="int16")
    pad = np.zeros(rate // 2, np.int16)
    soundfile.write(path, np.concatenate([pad, samples, pad]), rate)


def _parley(folder: str, *arguments: object) -> Mapping[str, Any]:
    command = [sys.executable, "-m", "app", *map(str, arguments), "--json", "--data", f"{folder}/data"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def _faults(exchange: Exchange, turn: Mapping[str, Any], heard: str) -> list[str]:
    wrong = []
    if turn["transcript"] != spoken(exchange.question.es, "es"):
        wrong.append("heard otherwise")
    if spoken(turn["answer"], "en") != spoken(exchange.answer.en, "en"):
        wrong.append("another answer")
    answered = turn["answer_translated"] or ""
    if spoken(answered, "es") != spoken(exchange.answer.es, "es"):
        wrong.append("another Spanish answer")
    if _likeness(spoken(answered, "es"), heard) < ALIKE:
        wrong.append("spoken otherwise")
    return wrong


def _likeness(text: str, heard: str) -> float:
    words = text.split()
    blocks = SequenceMatcher(None, words, heard.split(), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(1, len(words))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
