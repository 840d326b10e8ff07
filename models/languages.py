"""Names of languages for people, and the two of a talk. Knows only the codes (ISO 639-1) that models may have."""

import re
from typing import NamedTuple

NAMES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


class Pair(NamedTuple):
    """The languages of a talk (ISO 639-1)."""

    source: str
    """What the person speaks or types."""
    target: str
    """What is answered."""


def name(code: str) -> str:
    """English name of a language, or the code itself."""
    return NAMES.get(code, code)


def codes(text: str) -> tuple[str, ...]:
    """ISO 639-1 codes of languages that are named in English, or by code, with commas between. Raises ValueError with
    the word that is none."""
    known = {title.lower(): code for code, title in NAMES.items()}
    found = []
    for word in filter(None, (part.strip().lower() for part in re.split(r"[,;/]", text))):
        code = known.get(word, word)
        if not re.fullmatch(r"[a-z]{2}", code):
            raise ValueError(word)
        found.append(code)
    return tuple(dict.fromkeys(found))
