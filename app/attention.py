"""When the live ear listens to whom: push-to-talk, hands-free, and speech over an answer. Pure but for its flags.

Owns the decision for every block of sound whether somebody speaks to Parley, and whether an answer pauses, ends or
goes on for it. It must not know microphones, recognizers or threads; time comes in as seconds of sound.
"""

import threading
from dataclasses import dataclass
from enum import Enum, auto

from app.speech import Endpoint, EndpointRules, Segmenter, is_stop, new_words, repeats, words
from app.turn import Request
from models.roles import Transcript

SETTLING_SECONDS = 1.0
"""Sound that must be played without a voice being noticed in it before the echo canceller counts as settled."""
LONGEST_SECONDS = 60.0
"""An utterance ends here, come what may."""
NO_WORDS_SECONDS = 2.0
"""A paused answer goes on when a voice, or what was taken for one, says no word for this long."""
SURE = 0.95
"""Confidence from which on a single word, without the talk key, is taken for one."""
LAST_SOUND_SECONDS = 0.25
"""What is still heard after the talk key was let go: people let go while they speak the last sound."""


class Attention:
    """What a front end wishes of the live ear. Every attribute may be set at any time, from any thread."""

    def __init__(self) -> None:
        self.hands_free = False
        self.barge_in = True
        self.cancel_echo = True
        self.request = Request()
        """What the next spoken question becomes: its languages and pictures, and whether the answer is spoken."""
        self.rules = EndpointRules()
        self._held = threading.Event()

    def press(self) -> None:
        """The talk key goes down: from now on everything is said to Parley."""
        self._held.set()

    def release(self) -> None:
        """The talk key goes up: the question is complete."""
        self._held.clear()

    @property
    def held(self) -> bool:
        return self._held.is_set()


class Step(Enum):
    """What the ear has to do about a block, in this order where there are several."""

    BEGIN = auto()
    """Begin an utterance, with the sound from just before; over an answer it is no question yet."""
    PAUSE = auto()
    """Silence the answer until it is known whether somebody speaks over it."""
    INTERRUPT = auto()
    """End the answer: the utterance is for Parley."""
    FEED = auto()
    """The block belongs to the utterance."""
    END = auto()
    """The utterance is complete: tell `finish` its words."""


@dataclass
class _Utterance:
    """What somebody says, or an echo of Parley's own voice."""

    by_key: bool
    over_answer: bool
    """Begun while an answer was heard, and not known to be a person yet."""
    begun_over_answer: bool = False
    paused: bool = False
    is_person: bool = False
    """Words showed it, or the key was held."""
    seconds: float = 0.0
    wordless: float = 0.0
    """Seconds since a word came."""
    released: float = 0.0
    """Seconds since the key was let go."""
    heard: str = ""


class Listener:
    """Decides block by block; told the words as they come."""

    def __init__(self, attention: Attention) -> None:
        self._attention = attention
        self._segmenter = Segmenter(attention.rules)
        self._rules = attention.rules
        self._utterance: _Utterance | None = None
        self._was_held = False
        self._was_playing = False
        self._settled_for = 0.0

    @property
    def settled(self) -> bool:
        """The canceller takes Parley's voice away so well that what is left and sounds like a voice is a person."""
        return self._attention.cancel_echo and self._echo_free

    @property
    def _echo_free(self) -> bool:
        return self._settled_for >= SETTLING_SECONDS

    @property
    def utterance(self) -> bool:
        """An utterance is going on."""
        return self._utterance is not None

    @property
    def addressed(self) -> bool:
        """An utterance is going on that is known to be for Parley."""
        return self._utterance is not None and not self._utterance.over_answer

    @property
    def by_key(self) -> bool:
        """The talk key began the utterance, or was pressed during it."""
        return self._utterance is not None and self._utterance.by_key

    @property
    def begun_over_answer(self) -> bool:
        """The utterance was begun while an answer was heard."""
        return self._utterance is not None and self._utterance.begun_over_answer

    @property
    def paused(self) -> bool:
        """An answer is silent until the utterance's words are known."""
        return self._utterance is not None and self._utterance.paused

    @property
    def voiced_now(self) -> bool:
        """The newest sound belongs to speech."""
        return self._segmenter.voiced_now

    def step(self, seconds: float, probability: float, playing: bool) -> list[Step]:
        """Take the next block: its length, how likely it holds a voice, and whether an answer is being heard."""
        attention = self._attention
        if attention.rules is not self._rules:
            self._rules = attention.rules
            self._segmenter = Segmenter(self._rules)
        held, pressed = attention.held, attention.held and not self._was_held
        self._was_held = held
        answer_over = self._was_playing and not playing
        self._was_playing = playing
        endpoint = self._segmenter.feed(seconds, probability)
        if playing:
            quiet = probability < self._rules.threshold - 0.15
            self._settled_for = self._settled_for + seconds if quiet or self._echo_free else 0.0
        utterance = self._utterance
        if utterance is not None and pressed and not utterance.by_key:
            utterance.by_key, utterance.is_person, utterance.over_answer = True, True, False
            return [Step.INTERRUPT, Step.FEED]
        if utterance is None:
            return self._idle(endpoint, pressed, playing)
        utterance.seconds += seconds
        utterance.wordless += seconds
        if utterance.by_key:
            return self._by_key(utterance, held, seconds)
        if utterance.over_answer:
            return self._over_answer(utterance, endpoint, answer_over)
        if endpoint is Endpoint.ENDED or utterance.seconds > LONGEST_SECONDS:
            return self._end()
        return [Step.FEED]

    def _idle(self, endpoint: Endpoint, pressed: bool, playing: bool) -> list[Step]:
        if pressed:
            self._utterance = _Utterance(by_key=True, over_answer=False, is_person=True)
            return [Step.INTERRUPT, Step.BEGIN]
        if endpoint is not Endpoint.STARTED or not self._attention.hands_free:
            return []
        if not playing:
            self._utterance = _Utterance(by_key=False, over_answer=False)
            return [Step.BEGIN]
        if not self._attention.barge_in:
            return []
        self._utterance = _Utterance(False, over_answer=True, begun_over_answer=True, paused=self.settled)
        return [Step.BEGIN, Step.PAUSE] if self.settled else [Step.BEGIN]

    def _by_key(self, utterance: _Utterance, held: bool, seconds: float) -> list[Step]:
        utterance.released = 0.0 if held else utterance.released + seconds
        if utterance.released >= LAST_SOUND_SECONDS or utterance.seconds > LONGEST_SECONDS:
            return self._end()
        return [Step.FEED]

    def _over_answer(self, utterance: _Utterance, endpoint: Endpoint, answer_over: bool) -> list[Step]:
        wordless = utterance.paused and utterance.wordless > NO_WORDS_SECONDS
        if endpoint is Endpoint.ENDED or wordless or (answer_over and not utterance.paused):
            return self._end()
        return [Step.FEED]

    def _end(self) -> list[Step]:
        self._segmenter = Segmenter(self._rules)
        return [Step.FEED, Step.END]

    def words(self, heard: str, said: str) -> bool:
        """Take a partial transcript, and what Parley said lately.

        True, once in an utterance, when it shows that a person speaks to Parley: whatever is being answered is over.
        """
        utterance = self._utterance
        if utterance is None or not words(heard):
            return False
        if heard != utterance.heard:
            utterance.heard, utterance.wordless = heard, 0.0
        if utterance.is_person or not self._is_person(utterance, heard, said):
            return False
        utterance.is_person, utterance.over_answer = True, False
        return True

    def finish(self, transcript: Transcript, said: str) -> bool:
        """The utterance that ended was for Parley, by its final transcript. The next one may begin."""
        utterance, self._utterance = self._utterance, None
        heard = words(transcript.text)
        if utterance is None or not heard:
            person = False
        elif utterance.by_key:
            person = True
        elif len(heard) == 1 and not is_stop(transcript.text, self._attention.request.language_in):
            # Recognizers make a word of a cough, but not a sure one.
            sure = min((word.confidence for word in transcript.words), default=1.0) >= SURE
            echo = utterance.over_answer and (not self._echo_free or repeats(transcript.text, said))
            person = utterance.is_person or (sure and not echo)
        else:
            person = utterance.is_person or self._is_person(utterance, transcript.text, said)
        if utterance is not None and utterance.paused and not person:
            # Not so settled after all.
            self._settled_for = 0.0
        return person

    def _is_person(self, utterance: _Utterance, heard: str, said: str) -> bool:
        """Words enough to know that somebody speaks, and who: not Parley, whose echo may be heard over its answer."""
        spoken, new = words(heard), new_words(heard, said)
        if any(is_stop(word, self._attention.request.language_in) for word in new):
            return True
        if not utterance.over_answer:
            return len(spoken) >= 2
        if utterance.paused or (self._echo_free and not self._attention.cancel_echo):
            return len(spoken) >= 2 and not repeats(heard, said)
        # A recognizer mishears a faint echo now and then, but hardly two words of four; a loud one it mishears often.
        return self._attention.cancel_echo and len(set(spoken[-4:]) & set(new)) >= 2
