"""The Spanish starter recognizer, through the same engine as the English one."""

import pytest

from models import catalog
from models.engines.vosk_recognizer import UNKNOWN, VoskRecognizer
from models.roles import CPU
from tests.models.test_asr import hear, spoken

CARD = next(card for card in catalog.load() if card.id == "starter-asr-es")
QUESTIONS = (
    "de qué color es el cielo",
    "cuántos días tiene una semana",
    "cuánto es tres más cuatro",
    "cuál es la capital de francia",
    "qué mes viene después de marzo",
    "qué ves en la imagen",
)
VOICES = ("es", "es-419", "es+f2", "es-419+m3")


@pytest.fixture(scope="module")
def engine() -> VoskRecognizer:
    recognizer = VoskRecognizer(CARD, catalog.starter_folder() / CARD.folder)
    recognizer.load(CPU)
    return recognizer


def test_questions_in_several_voices_are_heard_right(engine: VoskRecognizer) -> None:
    texts = [(question, voice) for question in QUESTIONS for voice in VOICES]
    wrong = [
        (question, voice, heard)
        for question, voice in texts
        if (heard := hear(engine, spoken(question, voice))[0].text) != question
    ]
    assert len(wrong) <= len(texts) // 12, wrong


def test_a_list_of_phrases_is_kept_to(engine: VoskRecognizer) -> None:
    assert hear(engine, spoken("para", "es"), phrases=("para", "sigue"))[0].text == "para"
    other = hear(engine, spoken("cuál es la capital de francia", "es"), phrases=("para", "sigue"))[0].text
    assert UNKNOWN in other
