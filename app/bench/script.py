"""What a measurement asks: questions, languages and pictures, the same ones for the same seed.

Owns the texts, drawing the pictures, and speaking the questions into sound files. It must not know how they are asked.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.audio import WavSpeaker
from app.turn import PICTURE_SIDE
from models.pictures import load_picture
from models.residency import Library, Residency
from models.roles import CancelToken, ModelError, Picture

ENGLISH = (
    "What is three plus four?",
    "What is the capital of Spain?",
    "What are the days of the week?",
    "Who are you?",
    "What can you do?",
    "What is ten minus six?",
    "What color is the sky?",
    "What is the capital of France?",
)
SPANISH = (
    "¿Cuál es la capital de Francia?",
    "¿Qué puedes hacer?",
    "¿Cuánto es dos más tres?",
    "¿Quién eres?",
    "¿De qué color es el cielo?",
)
LOOKING = ("What shape is this?", "What color is it?", "How many shapes are there?", "What do you see in this picture?")
STORY = (
    "Once there was a small house near the sea, and an old man lived in it with his dog. Every morning they went down "
    "to the water, looked at the ships and counted them, and every evening the man wrote the number into a book."
)
"""Over and over, it makes what is longest: a prompt, a sentence, a clause."""
TEXTS = (*ENGLISH, *SPANISH, *LOOKING, STORY)
"""All words that are asked."""
_COLORS = ("crimson", "navy", "darkgreen", "orange", "purple", "teal", "black")
_SIZE = (800, 600)


@dataclass(frozen=True)
class Talk:
    """A question without a picture."""

    text: str
    language_in: str
    language_out: str
    sound: Path | None
    """The question spoken; None for a typed one."""


class Script:
    """An endless sequence of questions. `folder` is for the pictures; `sounds` says where a question is spoken."""

    def __init__(self, seed: int, folder: Path, sounds: Callable[[str], Path | None]) -> None:
        self._folder, self._sounds = folder, sounds
        self._talks = _shuffled(random.Random(f"talks {seed}"), _kinds())
        self._looks = random.Random(f"looks {seed}")
        self._drawn = 0

    def talk(self) -> Talk:
        """Spoken and typed, in and out of Spanish: each kind once before any comes again."""
        text, language_in, language_out, spoken = next(self._talks)
        return Talk(text, language_in, language_out, self._sounds(text) if spoken else None)

    def look(self) -> tuple[str, Picture]:
        """A question about a picture that no engine has seen before. Raises ModelError."""
        self._drawn += 1
        path = self._folder / f"picture-{self._drawn}.png"
        _draw(path, self._looks)
        try:
            return self._looks.choice(LOOKING), load_picture(path, PICTURE_SIDE)
        finally:
            path.unlink()


def _kinds() -> list[tuple[Sequence[str], str, str, bool]]:
    return [
        (ENGLISH, "en", "en", True),
        (ENGLISH, "en", "es", True),
        (SPANISH, "es", "es", False),
        (ENGLISH, "en", "en", True),
        (SPANISH, "es", "en", False),
    ]


def _shuffled(
    chance: random.Random, kinds: list[tuple[Sequence[str], str, str, bool]]
) -> Iterator[tuple[str, str, str, bool]]:
    while True:
        for texts, language_in, language_out, spoken in chance.sample(kinds, len(kinds)):
            yield chance.choice(texts), language_in, language_out, spoken


def _draw(path: Path, chance: random.Random) -> None:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(image)
    for _ in range(chance.randint(1, 5)):
        side = chance.randint(80, 220)
        left, top = chance.randint(0, _SIZE[0] - side), chance.randint(0, _SIZE[1] - side)
        draw = chance.choice((pen.ellipse, pen.rectangle))
        draw((left, top, left + side, top + side), fill=chance.choice(_COLORS))
    image.save(path)


def speak(library: Library, folder: Path, texts: Sequence[str]) -> dict[str, Path]:
    """Sound files of an English voice saying the texts. Raises ModelError."""
    residency = Residency(library)
    files = {}
    try:
        voice = residency.voice("en")
        for number, text in enumerate(texts):
            files[text] = folder / f"question-{number}.wav"
            speaker = WavSpeaker(files[text])
            try:
                for chunk in voice.speak(text, CancelToken()):
                    speaker.write(chunk.samples, chunk.sample_rate)
            finally:
                speaker.close()
            if not files[text].is_file():
                raise ModelError("nothing-said", f"The voice says nothing for “{text}”.", "Install the voice again.")
    finally:
        residency.close()
    return files
