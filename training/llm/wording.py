"""The many ways in which people type and speak one question.

Owns how a question varies without a change of meaning: other frames and other words (`reworded`), then spelling,
digits, capitals, slips (`varied`). Knows no facts.
"""

import re
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
_BRITISH = (("color", "colour"), ("gray", "grey"), ("favorite", "favourite"), ("neighbor", "neighbour"))
_NUMBERS = {english(number): str(number) for number in range(101)}
_NUMBER = re.compile(rf"\b({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b", re.IGNORECASE)
_SUM = re.compile(r"\b(plus|minus)\b|[+-]")
_BARE = re.compile(r"\b\d+ ?([+-]|plus|minus) ?\d+\b")
_SPOKEN_SIGN = re.compile(r"(?<=\d) (plus|minus) (?=\d)")

# A whole question, and what may be asked in its place; \1 and \2 are the bracketed parts.
_HELP_FRAMES = tuple(
    (re.compile(pattern), tuple(others.strip().splitlines()))
    for pattern, others in (
        (
            r"(?:How (?:do|can) I|Can I) (.+)\?",
            r"""
How do I \1?
How can I \1?
How could I \1?
How would I \1?
How do you \1?
How to \1?
How does one \1?
Can I \1?
Could I \1?
May I \1?
Am I able to \1?
Is it possible to \1?
Is there a way to \1?
Is there any way to \1?
What do I do to \1?
What do I have to do to \1?
What should I do to \1?
What must I do to \1?
What is the way to \1?
What is the best way to \1?
What is the easiest way to \1?
In which way can I \1?
I want to \1.
I want to \1, how does that work?
I would like to \1.
I'd like to \1.
I'd like to \1, how?
I need to \1.
I wish to \1.
I have to \1.
I am trying to \1.
I do not know how to \1.
I don't know how to \1.
I wonder how to \1.
Show me how to \1.
Tell me how to \1.
Explain how to \1.
Teach me to \1.
Help me \1.
Help me to \1.
Let me \1.
How do I manage to \1?
What if I want to \1?
""",
        ),
        (
            r"Where (?:is|are) (.+)\?",
            r"""
Where is \1?
Where do I find \1?
Where can I find \1?
Where can I see \1?
Where do I see \1?
Where do I look for \1?
Where should I look for \1?
How do I find \1?
How do I get to \1?
How do I open \1?
How can I see \1?
I cannot find \1.
I can't find \1.
I do not see \1.
I am looking for \1.
Show me \1.
In which place is \1?
Do you know where \1 is?
Tell me where \1 is.
""",
        ),
        (
            r"What (?:is|are) (the .+|hands free|push to talk|echo cancellation|a starter model)\?",
            r"""
What is \1?
What's \1?
What does \1 do?
What does \1 mean?
What is \1 for?
What is \1 good for?
What is meant by \1?
Why is there \1?
Why do I need \1?
How does \1 work?
Explain \1.
Tell me about \1.
Tell me what \1 is.
Describe \1.
I do not understand \1.
""",
        ),
        (
            r"(?:What|How) does (.+) (?:do|work)\?",
            r"""
What does \1 do?
What is \1 for?
What is \1 good for?
What is \1?
What's \1?
How does \1 work?
Tell me what \1 does.
Explain \1.
Why is there \1?
""",
        ),
        (
            r"Can you (.+)\?",
            r"""
Can you \1?
Could you \1?
Would you \1?
Will you \1?
Please \1.
Are you able to \1?
Is it possible for you to \1?
I want you to \1.
I'd like you to \1.
I would like you to \1.
I need you to \1.
Try to \1.
""",
        ),
        (
            r"Do you (know|speak|have|keep|need|remember|understand|translate) (.+)\?",
            r"""
Do you \1 \2?
Do you really \1 \2?
Will you \1 \2?
So you \1 \2?
Tell me whether you \1 \2.
Is it true that you \1 \2?
I wonder whether you \1 \2.
""",
        ),
    )
)
_FRAMES = tuple(
    (re.compile(pattern), tuple(others.strip().splitlines()))
    for pattern, others in (
        (
            r"(?:What is|What's|Tell me) (the|half of|double) (.+)[?.]",
            r"""
What's \1 \2?
What is \1 \2?
What would \1 \2 be?
What may \1 \2 be?
What could be \1 \2?
Which is \1 \2?
\1 \2?
\2?
\1 \2 is what?
\1 \2, please.
Say \1 \2.
Tell me \1 \2.
Give me \1 \2.
I need \1 \2.
I need to know \1 \2.
I am looking for \1 \2.
I'd like to know \1 \2.
I forgot \1 \2.
I wonder what \1 \2 is.
Do you know \1 \2?
Can you name \1 \2?
Let me know \1 \2.
Remind me what \1 \2 is.
""",
        ),
        (
            r"How many (.+) are (?:there )?in (.+)\?",
            r"""
How many \1 has \2?
How many \1 does \2 have?
How many \1 does \2 contain?
How many \1 can be found in \2?
How many \1 will I find in \2?
How many \1 belong to \2?
How many \1 are inside \2?
In \2 there are how many \1?
\2 contains how many \1?
\2 consists of how many \1?
\1 in \2?
What number of \1 are in \2?
Count the \1 in \2.
I'd like to know how many \1 are in \2.
""",
        ),
        (
            r"How many (.+) does (.+) have\?",
            r"""
How many \1 has \2?
How many \1 are on \2?
How many \1 has \2 got?
How many \1 do you see on \2?
\2 has how many \1?
\2 has got how many \1?
What number of \1 does \2 have?
I'd like to know how many \1 \2 has.
Count the \1 of \2.
""",
        ),
        (
            r"(?:What|Which) (day|month|season|number) (?:comes after|follows) (.+)\?",
            r"""
After \2 comes which \1?
After \2, which \1 comes?
After \2 comes what?
Which \1 do we have after \2?
Which \1 comes next after \2?
What follows after \2?
What follows \2?
What is next after \2?
What comes behind \2?
\2, and then what?
Tell me the \1 after \2.
The next \1 after \2?
Name the \1 that follows \2.
""",
        ),
        (
            r"(?:What|Which) (day|month|season|number) comes before (.+)\?",
            r"""
Before \2 comes which \1?
Before \2, which \1 comes?
Which \1 do we have before \2?
Which \1 precedes \2?
What precedes \2?
What is before \2?
What is right before \2?
What came before \2?
Tell me the \1 before \2.
The \1 before \2?
Name the \1 that precedes \2.
""",
        ),
        (
            r"(?:What|Which) color (is|are) (.+)\?",
            r"""
What color \1 \2?
What color does \2 have?
What is \2's color?
\2 \1 which color?
Which color has \2?
Of what color \1 \2?
Of which color \1 \2?
In what color do we see \2?
What's the usual color of \2?
Name the color of \2.
Color of \2?
""",
        ),
        (
            r"What is the capital of (.+)\?",
            r"""
What is \1's capital?
What's \1's capital?
What's the main city of \1?
What is the capital in \1?
\1 has what capital?
The capital city of \1?
Which capital does \1 have?
Which capital belongs to \1?
Name \1's capital.
Do you know \1's capital?
""",
        ),
        (
            r"(?:What sound|What noise) does (.+) make\?",
            r"""
What sound does \1 make?
What does \1 sound like?
Which noise does \1 make?
How does \1 sound?
What kind of noise does \1 make?
What sound do you hear from \1?
Tell me the sound \1 makes.
Imitate \1.
""",
        ),
        (
            r"What is (.+ (?:plus|minus) .+)\?",
            r"""
What is \1?
What's \1?
How much is \1?
\1?
\1
\1 is what?
\1 is how much?
\1 makes what?
What does \1 make?
What does \1 give?
What is the result of \1?
Tell me \1.
Work out \1.
Compute \1.
Can you do \1?
Solve \1.
I need \1.
""",
        ),
    )
)
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


def reworded(question: str, helping: bool, rng: Random) -> str:
    """The question in another frame or with other words; `helping` where it is about Parley and its use."""
    if rng.random() < 0.6:
        for pattern, others in (*_HELP_FRAMES, *_FRAMES) if helping else _FRAMES:
            if found := pattern.fullmatch(question):
                question = found.expand(rng.choice(others))
                question = question[0].upper() + question[1:]
                break
    if helping and rng.random() < 0.5:
        for group in _SYNONYMS:
            word = rng.choice(group)
            question = re.sub(rf"\b(?:{'|'.join(group[:1])})\b", word, question)
    if rng.random() < 0.25:
        for whole, short in _CONTRACTIONS:
            question = question.replace(whole, short)
    return question


def varied(question: str, rng: Random, names: bool = False) -> str:
    """`question` as somebody might type or say it; with `names` in it, no letter of a word changes but its capital."""
    if rng.random() < 0.2:
        for american, british in _BRITISH:
            question = re.sub(american, british, question, flags=re.IGNORECASE)
    form = rng.random()
    if form < 0.42:
        text = spoken(question, "en")
    elif form < (0.8 if _SUM.search(question) else 0.6):
        text = _with_digits(question, rng)
    else:
        text = question
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


def _with_digits(text: str, rng: Random) -> str:
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
