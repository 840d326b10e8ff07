"""What the window offers of languages, by the models that are there."""

from dataclasses import replace
from pathlib import Path

from app.settings import Settings
from models.residency import starter_library
from ui import opening


def test_a_language_that_is_not_heard_is_offered_for_typing(tmp_path: Path) -> None:
    library = starter_library(tmp_path, {})
    spoken, answered = opening.offers(library)
    assert {offer.name: offer.note for offer in (*spoken, *answered)} == {"English": "", "Spanish": ""}
    deaf = replace(library, cards=tuple(card for card in library.cards if card.id != "starter-asr-es"))
    spoken, _ = opening.offers(deaf)
    assert {offer.name: offer.note for offer in spoken}["Spanish"].startswith("typed only")
    asked = Settings(language_in="es")
    assert opening.deafness(library, asked) == ""
    assert opening.deafness(deaf, asked) == "There is no recognizer for Spanish. Type your question."
