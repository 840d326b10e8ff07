"""Which numbers a text holds, so that a translation's can be compared with its reference's.

Owns how numbers are found in words and in digits. Both texts compared are in the same language.
"""

import re

from training.domain.numbers import english, spanish
from training.translation.numbers import ordinal

_MORE = {
    "en": "hundred thousand million billion half quarter point oh",
    "es": "cien ciento mil millón millones media cuarto coma",
}
_CONNECTING = {"en": {"and"}, "es": {"y"}}
_ARTICLES = {"en": {"one"}, "es": {"un", "una"}}


def _words() -> dict[str, dict[str, str]]:
    en = {word: word for n in range(101) for word in english(n).split()}
    es = {word: word for n in range(101) for word in spanish(n).split() if word != "y"}
    en |= {ordinal(n).split()[-1]: english(n).split()[-1] for n in range(1, 31)}
    for hundreds in range(200, 1000, 100):
        word = spanish(hundreds)
        es |= {word: word, word[:-2] + "as": word}
    es |= {"un": "uno", "una": "uno", "veintiún": "veintiuno", "veintiuna": "veintiuno"}
    for lang, words in (("en", en), ("es", es)):
        words |= {word: word for word in _MORE[lang].split()}
    return {"en": en, "es": es}


_WORDS = _words()


def numbers(text: str, lang: str) -> list[str]:
    """The digits and number words of a text in order, whatever their gender; a lone "un", "una" or "one" is none."""
    words = re.findall(r"\d+(?:[.,:/-]\d+)*|[^\W\d_]+", text.lower())
    words = [
        word
        for at, word in enumerate(words)
        if word not in _CONNECTING[lang] or not _counts(words, at - 1, lang) or not _counts(words, at + 1, lang)
    ]
    found = []
    for at, word in enumerate(words):
        if word[0].isdigit():
            found.append(word)
        elif word in _WORDS[lang]:
            beside = _counts(words, at - 1, lang) or _counts(words, at + 1, lang)
            if word not in _ARTICLES[lang] or beside:
                found.append(_WORDS[lang][word])
    return found


def is_number(word: str, lang: str) -> bool:
    """Whether the word, in lower case, is one that numbers are made of."""
    return word in _WORDS[lang]


def _counts(words: list[str], at: int, lang: str) -> bool:
    return 0 <= at < len(words) and words[at] in _WORDS[lang]
