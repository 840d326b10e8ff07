"""The many ways in which people type and speak one question.

Owns how a question varies without a change of meaning: other frames and other words (`reworded`), then spelling,
digits, capitals, slips (`varied`). Knows no facts.
"""

import re
from functools import cache
from importlib import resources
from random import Random

from training.domain import spoken
from training.domain.numbers import english

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
_LEADS = (
    "I have a question. ",
    "one question: ",
    "here is my question: ",
    "let me ask you something. ",
    "can I ask you something? ",
    "may I ask something? ",
    "maybe you know this: ",
    "you might know this. ",
    "I was wondering, ",
    "just wondering, ",
    "just curious, ",
    "I am curious, ",
    "help me out here, ",
    "help me, ",
    "my friend asks: ",
    "my daughter wants to know: ",
    "a colleague asked me: ",
    "somebody asked me this: ",
    "tell me, ",
    "say, ",
    "listen, ",
    "so, ",
    "okay so ",
    "alright, ",
    "right, ",
    "erm, ",
    "hm, ",
    "oh, ",
    "ah, ",
    "you know, ",
    "by the way, ",
    "next question: ",
    "another question: ",
    "one more thing, ",
    "sorry to bother you, ",
    "excuse me, ",
    "good morning, ",
    "good evening, ",
    "hello, ",
    "hi Parley, ",
    "dear Parley, ",
)
"""What people say before any question, answerable or not."""
_INDIRECT = (
    "do you happen to know {}?",
    "do you know {}?",
    "do you have any idea {}?",
    "any idea {}?",
    "can you tell me {}?",
    "could you tell me {}?",
    "would you tell me {}?",
    "could you please tell me {}?",
    "can you say {}?",
    "could you explain {}?",
    "may I ask {}?",
    "might you know {}?",
    "I'd like to know {}.",
    "I would like to know {}.",
    "I would love to know {}.",
    "I want to know {}.",
    "I need to know {}.",
    "I wonder {}.",
    "I keep wondering {}.",
    "I forgot {}.",
    "I have forgotten {}.",
    "I can't remember {}.",
    "I am not sure {}.",
    "I don't know {}.",
    "I have no idea {}.",
    "I am trying to find out {}.",
    "please tell me {}.",
    "tell me {}.",
    "let me know {}.",
    "remind me {}.",
    "nobody could tell me {}.",
)
_ASKS = r"what|who|where|when|why|how|what \w+|which \w+|how (?:many|much) \w+|how \w+"
_ASKED_IS = re.compile(
    rf"({_ASKS}) (is|are|was|were|can|should) ((?:the|a|an|my|your|I|it|this|these)\b.*)\?", re.IGNORECASE
)
_ASKED_DO = re.compile(rf"({_ASKS}) do ((?:I|you|we|people|they|\w+s)\b .+)\?", re.IGNORECASE)
_ASKED_TO = re.compile(r"how (?:do|can) (?:I|you) (.+)\?", re.IGNORECASE)
_STAYS = re.compile(
    r",| (?:called|made|spelled|mixed|written|kept|used|needed|spoken|known)\b"
    r"| (?:or|and) | (?:in|of|for|from|with|to)$"
)
"""Where the verb does not simply go to the end."""
_BRITISH = (("color", "colour"), ("gray", "grey"), ("favorite", "favourite"), ("neighbor", "neighbour"))
_NUMBERS = {english(number): str(number) for number in range(101)}
_NUMBER = re.compile(rf"\b({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b", re.IGNORECASE)
_SUM = re.compile(r"\b(plus|minus)\b|[+-]")
_BARE = re.compile(r"\b\d+ ?([+-]|plus|minus) ?\d+\b")
_SPOKEN_SIGN = re.compile(r"(?<=\d) (plus|minus) (?=\d)")

_UPPER = re.compile(r"(?<=.)\b(Is|Are)\b")
_SYNONYMS = tuple(
    tuple(group.split("/"))
    for group in """
picture/image/photo/photograph
pictures/images/photos
delete/remove/erase
conversation/chat/talk
conversations/chats/talks
settings/preferences/options
begin/start
choose/select/pick
change/switch/set
larger/bigger/better/stronger
computer/machine
speak/talk
answer/reply
answers/replies
loud/noisy
search/look for/find
quit/exit/leave
window/program
old/earlier/previous/past
list/name
turn on/switch on/enable/activate
turn off/switch off/disable
internet/network/web
made/created/built
show/give
microphone/mic
private/confidential
hear/understand
""".strip().splitlines()
)
_CONTRACTIONS = (
    ("What is ", "What's "),
    ("Where is ", "Where's "),
    ("do not ", "don't "),
    ("cannot ", "can't "),
    ("I am ", "I'm "),
    ("I would ", "I'd "),
    ("does not ", "doesn't "),
)


@cache
def _frames(helping: bool) -> list[tuple[re.Pattern[str], list[str]]]:
    """Patterns and what may be asked in their place, from frames.txt."""
    found: list[tuple[re.Pattern[str], list[str]]] = []
    for line in (resources.files("training.llm") / "frames.txt").read_text(encoding="utf-8").splitlines()[2:]:
        if line[0] in "?!":
            others: list[str] = []
            if helping or line[0] == "?":
                found.append((re.compile(line[2:]), others))
        else:
            others.append(line)
    return found


def reworded(question: str, helping: bool, rng: Random) -> str:
    """The question in another frame or with other words; `helping` where it is about Parley and its use."""
    if rng.random() < 0.45:
        fitting = [(found, others) for pattern, others in _frames(helping) if (found := pattern.fullmatch(question))]
        if fitting:
            found, others = rng.choice(fitting)
            question = found.expand(rng.choice(others))
            question = _UPPER.sub(lambda verb: verb[0].lower(), question)
            question = question[0].upper() + question[1:]
    if helping and rng.random() < 0.5:
        for group in _SYNONYMS:
            word = rng.choice(group)
            question = re.sub(rf"\b(?:{'|'.join(group[:1])})\b", word, question)
    if rng.random() < 0.25:
        for whole, short in _CONTRACTIONS:
            question = question.replace(whole, short)
    return question


def indirect(question: str, rng: Random) -> str:
    """The question within another sentence ("do you happen to know where bees live?"), or after what leads to it."""
    form = rng.random()
    if form < 0.12:
        text = ""
        if found := _ASKED_TO.fullmatch(question):
            text = f"how to {found[1]}"
        elif found := _ASKED_DO.fullmatch(question):
            text = f"{found[1]} {found[2]}"
        elif (found := _ASKED_IS.fullmatch(question)) and not _STAYS.search(found[3]):
            pronoun = re.fullmatch(r"(I|it|this|these)\b(.*)", found[3])
            modal = found[2].lower() in ("can", "should")
            subject, rest = (pronoun[1], pronoun[2]) if pronoun else (found[3], "")
            text = "" if modal and not pronoun else f"{found[1]} {subject} {found[2]}{rest}"
        if text:
            text = rng.choice(_INDIRECT).format(text[0].lower() + text[1:])
            return text[0].upper() + text[1:]
    if form < 0.06 and question.count(" ") < 14:
        lead = rng.choice(_LEADS)
        keeps = lead.endswith((". ", "? ")) or question.startswith(("I ", "I'", "Parley"))
        text = lead + (question if keeps or question[:2].isupper() else question[0].lower() + question[1:])
        return text[0].upper() + text[1:]
    return question


def varied(question: str, rng: Random, names: bool = False) -> str:
    """`question` as somebody might type or say it; with `names` in it, no letter of a word changes but its capital."""
    if rng.random() < 0.2:
        for american, british in _BRITISH:
            question = re.sub(american, british, question, flags=re.IGNORECASE)
    form = rng.random()
    if form < 0.38:
        text = spoken(question, "en")
    elif form < (0.8 if _SUM.search(question) else 0.6):
        text = _with_digits(question, rng)
    else:
        text = question
    if rng.random() < 0.4:
        text = _hyphenated(text)
    form = rng.random()
    if form < 0.08:
        text = text.lower()
    elif form < 0.18:
        text = text.rstrip("?.! ")
    elif form < 0.19 and not names:
        text = text.upper()
    if rng.random() < 0.12:
        text = _surrounded(text, rng)
    if rng.random() < 0.06 and not names:
        text = _mistyped(text, rng)
    return text


def _hyphenated(text: str) -> str:
    """The text with hyphens in its numbers, as they are written: "forty-two"."""
    return _NUMBER.sub(lambda number: re.sub(r"(?<=ty) ", "-", number[0]), text)


def _with_digits(text: str, rng: Random) -> str:
    if rng.random() < 0.15:  # one in digits, the other in words
        return _NUMBER.sub(
            lambda number: _NUMBERS[number[0].lower()] if rng.random() < 0.5 else _hyphenated(number[0]), text
        )
    text = _NUMBER.sub(lambda number: _NUMBERS[number[0].lower()], text)
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
    if before and middle[:1].isupper() and not middle[:2].isupper() and not middle.startswith(("I ", "Parley")):
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
