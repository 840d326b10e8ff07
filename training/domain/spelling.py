"""Spelling the domain's words, in English alone: a translated word is spelled another way."""

import functools
import re
from random import Random

from training.domain.calendar import DAYS, MONTHS
from training.domain.colors import COLORS
from training.domain.numbers import english
from training.domain.text import Bilingual, Exchange

_PHRASINGS = """
how do you spell {w}?
how is {w} spelled?
how do I spell {w}?
spell {w}.
spell the word {w}.
can you spell {w}?
can you spell the word {w}?
please spell {w}.
what is the spelling of {w}?
how do you write {w}?
how is the word {w} written?
how do I write the word {w}?
which letters are in {w}?
what are the letters of {w}?
tell me how to spell {w}.
I need the spelling of {w}.
do you know how to spell {w}?
how does one spell {w}?
""".strip().splitlines()

_WORDS = """
airplane animal answer apple arm baby ball banana bear bed bee beach bicycle big bird black blood blue boat body book
boot bottle box boy bread bridge brother brown butter butterfly button cake camera candle capital car carrot cat chair
chalk cheese cherry chicken child chocolate circle city class clock cloud coat coffee cold color computer corn country
cow cup dark daughter day desk dinner doctor dog door dress duck ear earth east egg elephant empty evening eye face
family farm father finger fire fish flag flour flower fly food foot forest fork fox friend frog fruit garden gate
giraffe girl glass goat goose grape grass gray green guitar hair hand happy hat head heart hello help hill history
holiday honey horse hot house hour ice island jacket juice kangaroo key king kitchen kitten knife lake lamb lamp
language leaf left lemon letter library light lion little long lunch machine market meat memory milk minute money
monkey month moon morning mother mountain mouse mouth music name neck nest night north nose number nurse ocean octopus
onion orange owl paper park pen pencil penguin people pepper phone photo piano picture pig pillow pink planet plant
plate please pocket potato prince princess purple queen question rabbit rain rainbow red rice right ring river road
robot rocket room rose round salt school sea season second settings sheep ship shirt shoe shop short sister sky small
snake snow soap soup south spider spoon spring square star station stone street strong student sugar summer sun table
tail tea teacher thank thing tiger time tomato tomorrow tongue tooth train tree triangle turtle umbrella uncle village
violin voice water weather week west whale wheel white wind window winter wolf woman wood word world yellow yesterday
young zebra zoo
"""


@functools.cache
def words() -> tuple[str, ...]:
    """The words that can be spelled, sorted."""
    names = [*(day.en for day in DAYS), *(month.en for month in MONTHS), *COLORS]
    return tuple(
        sorted({*_WORDS.split(), *names, *(english(n) for n in range(21)), "Parley", "Spain", "London", "Paris"})
    )


def spelled(word: str) -> str:
    """The letters of a word, with commas between: "c, a, t"."""
    return ", ".join(word.lower())


def spelling(rng: Random, word: str = "") -> Exchange:
    """A question for the spelling of `word`, or of a random one, and its answer; the Spanish sides are empty."""
    word = word or rng.choice(words())
    phrasing = rng.choice(_PHRASINGS)
    question = Bilingual(_capital(phrasing.replace("{w}", word)), "")
    answer = Bilingual(_capital(f"{word} is spelled {spelled(word)}."), "")
    return Exchange("spelling", question, answer, Bilingual(_capital(f"{spelled(word)}."), ""), phrasing)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def texts() -> list[str]:
    """Every English text that these questions are made of, the words to spell and single letters among them."""
    return [re.sub(r"\{\w+\}", "", phrasing) for phrasing in _PHRASINGS] + [*words(), "is spelled"]
