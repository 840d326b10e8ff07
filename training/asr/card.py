"""What the cards of the recognizers say.

Owns the words; the figures come from evaluate.py and the files from training/card.py.
"""

from collections.abc import Iterable
from pathlib import Path

from training.asr import sentences
from training.asr.language import Language
from training.card import Card
from training.card import write as write_card
from training.figures import Figure

_VOICES = {
    "en": """
espeak-ng (seven accents and 52 timbres mixed), Flite's awb, rms and kal16 and Festival's kal, each
made to sound like people of many sizes and pitches. Unseen are espeak-ng's
timbres f4, shelby, grandma and grandpa and the accent of Lancaster, Flite's slt, Festival's ked and slt (slt is the
teacher of the starter voice, so the recognizer judges that voice as a stranger).
""",
    "es": """
espeak-ng (Spain and Latin America, 51 timbres mixed), and Festival's lp (Italian), krb and ph (Czech) and mv (Finnish),
which are handed Spanish phones with espeak-ng's durations. Unseen are espeak-ng's timbres f2, f4, shelby, grandma and
grandpa, and Festival's pc (Italian), dita (Czech) and lj (Finnish); f2 is the teacher of the starter voice, so the
recognizer judges that voice as a stranger.
""",
}
_CAN = """
follow clear speech near the starter's domain, {count:,} words, any number below a million, years, strings of digits and
spelled letters; it writes along while you speak, with the time and the confidence of each word; given a list of phrases
it hears only these and tells anything else as unknown. Silence, noise and music give no words.
"""
_CANNOT = """
hear words that it does not know: it writes the nearest that it does. It never heard a human voice, so expect clearly
more errors from people than the table shows, and most from children, strong accents and far microphones.
"""
_DATA = """
Synthesized speech only: {voices} Sentences of the starter's domain, numbers, commands, everyday phrases and strings of
random words; two in three with another speed, room, microphone, level, noise or music. Held out are one in ten
sentences by hash (training.domain.held_out) and all that were written by hand for the test; of single words and
commands the voices alone are unheard.
"""
_NOTES = """
A time-delay network over log-mel (1.2 million weights, 16 bits each), cross-entropy on the synthesizers' own phone
times, then LF-MMI; a lexicon of several pronunciations a word and a back-off n-gram model. The scales were chosen on a
development set of its own sentences, voices, and sounds without speech.
"""
_KNOWN = {
    "en": """
The figure for silence, noise and music is not blind: a favor for silence was added, and what a word counts that is
heard there was raised from three errors to ten, after this model had heard words in three of the 48 judged sounds, all
of one kind. Of 300 sounds of the development set's kind one still gives a word. Four choices were judged: among them
word errors in sentences moved by half a point at most, those in free numbers between 1.0 and 2.0 %.
""",
    "es": "",
}
"""What a figure owes to having been looked at before."""


def write(folder: Path, language: Language, figures: Iterable[Figure], seed: int, seconds: float) -> None:
    """Write card.json and README.md."""
    text = Card(
        title=f"Starter recognizer, {language.name}",
        can=_line(_CAN.format(count=len(sentences.vocabulary(language)))),
        cannot=_line(_CANNOT),
        data=_line(_DATA.format(voices=_line(_VOICES[language.code]))),
        command=f"python -m training asr-{language.code}",
        seed=seed,
        cost=seconds,
        notes=_NOTES + _KNOWN[language.code],
    )
    write_card(folder, text, figures)


def _line(text: str) -> str:
    return " ".join(text.split())
