"""Names of languages for people, and the two of a talk. Knows only the codes (ISO 639-1) that models may have."""

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
