"""Which numbers a text tells, in digits and, in English and Spanish, in words; and whether two texts tell the same.

Owns what a translation may not lose or change. It must not know what translates.
"""

import re
from collections import Counter
from collections.abc import Iterable

_TO_FIFTEEN = "uno?|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince"
_AFTER_A_HUNDRED = rf"(?:{_TO_FIFTEEN}|(?:dieci|veint)\w+|\w+enta|mil)\b"
_READ = {
    "en": {r"\b(\w+(?:teen|ty)) oh\b": r"\1 zero", r"(?<=\w) point (?=\w)": ", "},
    "es": {
        r"\bveintiún\b": "veintiuno",
        rf"\bpor ciento\b(?! {_AFTER_A_HUNDRED})": "%",
        r"(?<=\w) (?:coma|punto) (?=\w)": ", ",
    },
}
"""Languages whose number words are read, and what text2num does not know or reads otherwise in one of them: a percent
is no hundred, and what stands before and behind a point are two numbers. It knows more languages, but nobody has tried
them here: French "neuf" may be nine, and it may be new."""
_YEAR = re.compile(r"\b(1[1-9]|20) (0 \d|\d\d)\b")
"""Nineteen eighty four, nineteen oh five."""
_WRITTEN = re.compile(r"\d+(?:[.,]\d+)*")
_ALIKE = 4
"""So many first digits of a long number tell which one it was to be: small models lose the last of seven or more."""
_NUMBER = re.compile(r"(\d+)(st|nd|rd|th|[ºª])?(?!\w)")


def any_in(text: str, lang: str) -> bool:
    """Whether the text tells a number, be it an ordinal; a lone one in words may be an article and is none."""
    return any(number != "1" for number in _found(_in_digits(text, lang))) or "1" in text


def keeping(source: str, source_lang: str, target_lang: str, translation: str, others: Iterable[str]) -> str:
    """`translation` if it tells the numbers of `source`, else the first of `others` that does.

    A number that changed misleads more than a word that is missing. What stands in digits stays in digits, but for
    points and commas inside, which languages exchange; words may become digits. Where no text tells all numbers,
    `translation` it is, with a long number that it has only in part made whole.
    """

    def tells(text: str) -> bool:
        return _found(text) == _found(source) and _same(source, source_lang, text, target_lang)

    if tells(translation):
        return translation
    return next((other for other in others if tells(other)), None) or _made_whole(source, translation)


def _made_whole(source: str, translation: str) -> str:
    """`translation` with its one wrong number put right, if it begins as the one that is missing does.

    Others are left alone: "3 p.m." may have become "15 h".
    """
    wanted, found = _found(source), _found(translation)
    missing, wrong = [*(wanted - found).elements()], [*(found - wanted).elements()]
    if len(missing) != 1 or len(wrong) != 1 or len(missing[0]) < _ALIKE or missing[0][:_ALIKE] != wrong[0][:_ALIKE]:
        return translation
    right = next(written for written in _WRITTEN.findall(source) if _whole(written) == missing[0])
    return _WRITTEN.sub(lambda number: right if _whole(number[0]) == wrong[0] else number[0], translation)


def _same(one: str, lang: str, other: str, other_lang: str) -> bool:
    """Whether both tell the same numbers.

    Ordinals and a lone one may be there or not: they may be a second, a quarter, an article. In a language whose words
    are not read, anything may stand for a number.
    """
    if not {lang, other_lang} <= _READ.keys():
        return True
    here, there = _in_digits(one, lang), _in_digits(other, other_lang)
    return not (_certain(here) - _found(there) or _certain(there) - _found(here))


def _in_digits(text: str, lang: str) -> str:
    if lang not in _READ:
        return text
    from text_to_num import alpha2digit  # only when something is translated

    for form, known in _READ[lang].items():
        text = re.sub(form, known, text, flags=re.IGNORECASE)
    return _YEAR.sub(lambda year: year[1] + year[2].replace(" ", ""), alpha2digit(text, lang, 0))


def _found(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+", _whole(text)))


def _certain(text: str) -> Counter[str]:
    """The cardinals that are no lone one."""
    return Counter(number for number, ordinal in _NUMBER.findall(_whole(text)) if not ordinal and number != "1")


def _whole(text: str) -> str:
    return re.sub(r"(?<=\d)[.,](?=\d)", "", text)
