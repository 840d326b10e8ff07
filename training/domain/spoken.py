"""Text as a recognizer writes it, and the split between what recipes may and may not train on."""

import functools
import hashlib
import re
import unicodedata
from importlib import resources

from training.domain.numbers import english, spanish

_SIGNS = {
    "en": {"+": "plus", "-": "minus", "=": "equals", "×": "times", "*": "times", "%": "percent", "&": "and"},
    "es": {"+": "más", "-": "menos", "=": "es igual a", "×": "por", "*": "por", "%": "por ciento", "&": "y"},
}
_WORDS = {"en": english, "es": spanish}


def spoken(text: str, lang: str) -> str:
    """What a recognizer for `lang` ("en" or "es") would write for `text`.

    Lower case, digits and signs of arithmetic as words, no punctuation but apostrophes inside words.
    """
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'").replace("−", "-")
    text = re.sub(r"(?<=\d)[,.](?=\d{3}\b)" if lang == "en" else r"(?<=\d)\.(?=\d{3}\b)", "", text)
    text = re.sub(r"(?<=\w)-(?=[^\W\d])", " ", text)
    for sign, word in _SIGNS[lang].items():
        text = re.sub(rf"(?<![^\s\d]){re.escape(sign)}(?=\s|\d|$)", f" {word} ", text)
    text = re.sub(r"\d+", lambda digits: f" {_number(digits[0], lang)} ", text)
    text = re.sub(r"(?<!\w)'|'(?!\w)", " ", text)
    return " ".join(re.sub(r"[^\w']|_", " ", text).split())


def _number(digits: str, lang: str) -> str:
    to_words = _WORDS[lang]
    if len(digits) > 12:
        return " ".join(to_words(int(digit)) for digit in digits)
    return to_words(int(digits))


@functools.lru_cache(maxsize=4096)
def normalized(text: str, lang: str = "en") -> str:
    """The form that the split rule looks at: the spoken form without apostrophes."""
    return spoken(text, lang).replace("'", "")


OPENING = frozenset(
    {"hello", "hello parley", "what is in this picture", "what is in the picture", "what do you see in this picture"}
)
"""What everybody says first, to Parley and of a picture: no model may fail at that for the sake of a measurement."""


def held_out(text: str) -> bool:
    """Whether no recipe may train on `text`: one in ten by hash, and all that held_out.txt lists, but for OPENING."""
    form = normalized(text)
    if form in OPENING:
        return False
    digest = hashlib.sha256(form.encode()).digest()
    return int.from_bytes(digest, "big") % 10 == 0 or listed(text)


def listed(text: str) -> bool:
    """Whether held_out.txt has the text, in English or in Spanish."""
    return normalized(text) in _listed() or normalized(text, "es") in _listed()


@functools.cache
def _listed() -> frozenset[str]:
    lines = (resources.files("training.domain") / "held_out.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(normalized(line, "es") for line in lines if line.strip())
