"""Training talks: exchanges of the domain, asked in the many ways in which people type and speak.

Owns how a question varies and how exchanges become a talk; the facts are training.domain's.
"""

import re
from dataclasses import dataclass
from importlib import resources
from random import Random

from training.domain import held_out, numbers, refusal, sample, spoken
from training.domain.numbers import english
from training.domain.talk import INTENTS
from training.llm.strangers import stranger


@dataclass(frozen=True)
class Mix:
    """Shares of questions, out of 1; the rest are the domain's, its topics balanced."""

    refusals: float
    """From outside, by the domain's grammar."""
    strangers: float = 0.0
    """From outside, by this recipe's wider one."""
    arithmetic: float = 0.0
    """Sums and differences: hundreds of facts, which balanced topics show too seldom."""
    counting: float = 0.0
    """Counting from here to there."""
    greetings: float = 0.0
    """What people say first; in balanced topics each greeting comes too seldom."""
    lengths: tuple[int, ...] = (1, 2, 3, 4)
    """Exchanges in a talk, one drawn for each."""


_SYSTEM = (resources.files("resources") / "prompts" / "system.txt").read_text(encoding="utf-8").strip()

# Other system prompts, so that the model does not lean on the words of one: one opening and up to two rules.
_OPENINGS = (
    "You are Parley.",
    "You are Parley, a private assistant on this computer.",
    "You are a helpful assistant.",
    "You are a friendly voice assistant called Parley.",
    "This is a talk between a user and Parley.",
    "",
)
_RULES = (
    "Answer in one or two short sentences.",
    "Answer briefly.",
    "Keep your answers short.",
    "Your answers are read aloud.",
    "Be polite and brief.",
    "Answer in English.",
    "If you do not know something, say so.",
    "Nothing leaves this computer.",
)
_BEFORE = (
    "",
    "",
    "",
    "um ",
    "uh, ",
    "hi, ",
    "hey, ",
    "well, ",
    "now ",
    "ok, ",
    "quick question: ",
    "then ",
    "please, ",
)
_AFTER = ("", "", "", " please", " thanks", ", please", " thank you", " now", " parley")
_BRITISH = (("color", "colour"), ("gray", "grey"), ("favorite", "favourite"), ("neighbor", "neighbour"))
_NUMBERS = [english(number) for number in range(21)]
_NUMBER = re.compile(rf"\b({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b", re.IGNORECASE)
_SUM = re.compile(r"\b(plus|minus)\b|[+-]")
_BARE = re.compile(r"\b\d+ ?([+-]|plus|minus) ?\d+\b")
_SPOKEN_SIGN = re.compile(r"(?<=\d) (plus|minus) (?=\d)")


def varied(question: str, rng: Random) -> str:
    """`question` as somebody might type or say it; it keeps its meaning."""
    if rng.random() < 0.3:
        for american, british in _BRITISH:
            question = re.sub(american, british, question, flags=re.IGNORECASE)
    form = rng.random()
    if form < 0.42:
        text = spoken(question, "en")
    elif form < (0.8 if _SUM.search(question) else 0.55):
        text = _with_digits(question, rng)
    else:
        text = question
    form = rng.random()
    if form < 0.10:
        text = text.lower()
    elif form < 0.20:
        text = text.rstrip("?.! ")
    elif form < 0.22:
        text = text.upper()
    if rng.random() < 0.15:
        text = _surrounded(text, rng)
    if rng.random() < 0.10:
        text = _mistyped(text, rng)
    return text


def _with_digits(text: str, rng: Random) -> str:
    text = _NUMBER.sub(lambda number: str(_NUMBERS.index(number[0].lower())), text)
    if rng.random() < 0.6:
        space = rng.choice(("", " "))
        sign = {"plus": "+", "minus": "-"}
        text = _SPOKEN_SIGN.sub(lambda word: f"{space}{sign[word[1]]}{space}", text)
    if rng.random() < 0.3:
        text = re.sub(r"(?<=\d) ([+-]) (?=\d)", r"\1", text)
    if (found := _BARE.search(text)) and rng.random() < 0.35:
        text = found[0].replace("plus", "+").replace("minus", "-")
        text = text if rng.random() < 0.4 else text.replace(" ", "")
    if re.fullmatch(r"\d+ ?[+-] ?\d+\??", text):
        text = text.rstrip("?") + rng.choice(("", "=", " =", "=?", " = ?", "?"))
    return text


def _surrounded(text: str, rng: Random) -> str:
    if text.count(" ") > 12:
        return text
    before, after = rng.choice(_BEFORE), rng.choice(_AFTER)
    end = text[-1] if text[-1:] in tuple("?.!") else ""
    middle = text.removesuffix(end)
    if before and middle[:1].isupper() and not middle.startswith(("I ", "Parley")):
        middle = middle[0].lower() + middle[1:]
    return f"{before}{middle}{after}{end}"


def _mistyped(text: str, rng: Random) -> str:
    """One slip of the fingers in one word of four letters or more; digits and short words carry too much meaning."""
    words = [word for word in re.finditer(r"[A-Za-z]{4,}", text) if word[0].lower() not in _NUMBERS]
    if not words:
        return text
    word = rng.choice(words)
    place = rng.randrange(word.start() + 1, word.end() - 1)
    slip = rng.randrange(3)
    if slip == 0:
        return text[:place] + text[place + 1 :]
    if slip == 1:
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


_ARITHMETIC = [intent for intent in numbers.INTENTS if intent.topic in ("sums", "differences")]

_COUNTING = [intent for intent in numbers.INTENTS if intent.topic == "counting" and "series" in intent.facts[0]]


def exchange(rng: Random, mix: Mix) -> tuple[str, str]:
    """A question that may be trained on, varied, and its answer."""
    while True:
        plain, answer = _drawn(rng, mix)
        question = varied(plain, rng)
        if not held_out(plain) and not held_out(question):
            return question, answer


def _drawn(rng: Random, mix: Mix) -> tuple[str, str]:
    share = rng.random()
    if share < mix.refusals:
        drawn = refusal(rng)
    elif share < mix.refusals + mix.strangers:
        return stranger(rng)
    elif share < mix.refusals + mix.strangers + mix.arithmetic:
        drawn = rng.choice(_ARITHMETIC).exchange(rng)
    elif share < mix.refusals + mix.strangers + mix.arithmetic + mix.counting:
        drawn = rng.choice(_COUNTING).exchange(rng)
    elif share < mix.refusals + mix.strangers + mix.arithmetic + mix.counting + mix.greetings:
        drawn = rng.choice(INTENTS).exchange(rng)
    else:
        drawn = sample(rng)
    return drawn.question.en, drawn.answer.en


def system_prompt(rng: Random) -> str:
    """A system prompt; empty for a talk without one."""
    form = rng.random()
    if form < 0.3:
        return ""
    if form < 0.7:
        return _SYSTEM
    return " ".join([rng.choice(_OPENINGS), *rng.sample(_RULES, rng.randrange(3))]).strip()


def talk(rng: Random, mix: Mix) -> list[dict[str, str]]:
    """A talk in the form that the chat template takes."""
    exchanges = rng.choice(mix.lengths)
    system = system_prompt(rng)
    messages = [{"role": "system", "content": system}] if system else []
    for _ in range(exchanges):
        question, answer = exchange(rng, mix)
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return messages
