"""Who is listened to, block by block: push-to-talk, hands-free, and speech over an answer."""

import pytest

from app.attention import LAST_SOUND_SECONDS, LONGEST_SECONDS, NO_WORDS_SECONDS, Attention, Listener, Step
from app.speech import is_stop, new_words, repeats
from models.roles import Transcript, Word

SECONDS = 0.032
ANSWER = "The capital of Spain is Madrid."


class Room:
    """Sound as the listener gets it: voices of somebody and of Parley, in seconds."""

    def __init__(self, hands_free: bool = True, **wishes: bool) -> None:
        self.attention = Attention()
        self.attention.hands_free = hands_free
        for name, value in wishes.items():
            setattr(self.attention, name, value)
        self.listener = Listener(self.attention)
        self.transcript = ""
        """What the recognizer makes of the next utterance."""
        self.confidence = 1.0
        self.for_parley: list[bool] = []
        """Of every utterance that ended."""

    def hear(self, seconds: float, voice: bool = False, playing: bool = False) -> list[Step]:
        """Every step but FEED."""
        steps = []
        for _ in range(round(seconds / SECONDS)):
            new = self.listener.step(SECONDS, 0.9 if voice else 0.02, playing)
            if Step.END in new:
                self.for_parley.append(self.listener.finish(self._recognized(), ANSWER))
            steps += new
        return [step for step in steps if step is not Step.FEED]

    def _recognized(self) -> Transcript:
        words = tuple(Word(word, 0, 0, self.confidence) for word in self.transcript.split())
        return Transcript(self.transcript, words, final=True)

    def settle(self) -> None:
        assert self.hear(1.2, playing=True) == []
        assert self.listener.settled


def test_hands_free_a_question_ends_in_a_pause() -> None:
    room = Room()
    room.transcript = "what is two plus two"
    assert room.hear(1.0) == []
    assert room.hear(1.0, voice=True) == [Step.BEGIN]
    assert room.listener.addressed
    assert room.hear(0.3) == []
    assert room.hear(0.5) == [Step.END]
    assert room.for_parley == [True]
    assert not room.listener.utterance


def test_nobody_is_listened_to_unless_asked() -> None:
    room = Room(hands_free=False)
    assert room.hear(3.0, voice=True) == []


def test_the_talk_key_hears_everything_while_it_is_down_and_a_little_longer() -> None:
    room = Room(hands_free=False)
    room.attention.press()
    assert room.hear(2.0) == [Step.INTERRUPT, Step.BEGIN], "even before anybody speaks"
    room.attention.release()
    assert room.hear(LAST_SOUND_SECONDS - 0.1, voice=True) == []
    assert room.hear(0.2) == [Step.END]
    assert room.for_parley == [False], "nothing was said"


def test_the_talk_key_over_an_answer_ends_it_at_once() -> None:
    room = Room(hands_free=False)
    room.hear(0.5, playing=True)
    room.attention.press()
    assert room.hear(SECONDS, playing=True) == [Step.INTERRUPT, Step.BEGIN]


def test_the_talk_key_during_a_hands_free_utterance_takes_it_over() -> None:
    room = Room()
    room.hear(0.5, voice=True)
    room.attention.press()
    assert room.hear(SECONDS) == [Step.INTERRUPT]
    assert room.hear(2.0) == [], "no pause ends it while the key is down"
    room.attention.release()
    assert room.hear(0.5) == [Step.END]


def test_an_utterance_that_never_pauses_ends_all_the_same() -> None:
    room = Room()
    assert room.hear(LONGEST_SECONDS + 1, voice=True)[:2] == [Step.BEGIN, Step.END]


def test_speech_over_an_answer_pauses_it_once_the_canceller_has_settled() -> None:
    room = Room()
    room.settle()
    assert room.hear(0.2, voice=True, playing=True) == [Step.BEGIN, Step.PAUSE]
    assert not room.listener.addressed, "it is not known yet who that is"
    assert room.listener.words("stop", ANSWER)
    assert room.listener.addressed
    room.transcript = "stop"
    assert room.hear(0.8) == [Step.END]
    assert room.for_parley == [True]


def test_a_cough_only_pauses_the_answer() -> None:
    room = Room()
    room.settle()
    assert room.hear(0.2, voice=True, playing=True) == [Step.BEGIN, Step.PAUSE]
    assert not room.listener.words("how", ANSWER), "a recognizer makes a word of everything"
    room.transcript, room.confidence = "how", 0.6
    assert room.hear(0.8, playing=True) == [Step.END]
    assert room.for_parley == [False]
    assert not room.listener.settled, "the canceller has to prove itself again"


def test_a_voice_without_words_does_not_keep_the_answer_silent() -> None:
    room = Room()
    room.settle()
    room.hear(0.2, voice=True, playing=True)
    assert room.hear(NO_WORDS_SECONDS + 0.5, voice=True, playing=True)[0] is Step.END


@pytest.mark.parametrize("cancel_echo", [True, False])
def test_until_the_canceller_has_settled_only_words_interrupt(cancel_echo: bool) -> None:
    room = Room(cancel_echo=cancel_echo)
    assert room.hear(2.0, voice=True, playing=True) == [Step.BEGIN]
    assert not room.listener.settled
    assert not room.listener.words("the capital of", ANSWER), "that is Parley's own voice"
    assert not room.listener.words("the capital of pain is", ANSWER), "misheard, but still Parley's own"
    assert room.listener.words("the capital of pain is stop", ANSWER)


def test_other_words_than_stop_interrupt_where_the_echo_is_faint() -> None:
    for room in Room(cancel_echo=True), Room(cancel_echo=False):
        room.hear(0.5, voice=True, playing=True)
        assert room.listener.words("the capital who are you", ANSWER) is room.attention.cancel_echo


def test_with_headphones_and_no_canceller_words_interrupt_without_a_pause() -> None:
    room = Room(cancel_echo=False)
    room.hear(2.0, playing=True)
    assert room.hear(0.5, voice=True, playing=True) == [Step.BEGIN]
    assert room.listener.words("who are you", ANSWER)


@pytest.mark.parametrize(("confidence", "taken"), [(0.6, False), (1.0, True)])
def test_a_single_word_must_be_a_sure_one(confidence: float, taken: bool) -> None:
    room = Room()
    room.transcript, room.confidence = "hello", confidence
    room.hear(0.5, voice=True)
    assert room.hear(0.8) == [Step.END]
    assert room.for_parley == [taken]


def test_its_own_voice_becomes_no_question() -> None:
    room = Room(cancel_echo=False)
    room.transcript = "the capital of spain is madrid"
    assert room.hear(2.0, voice=True, playing=True) == [Step.BEGIN]
    assert room.hear(SECONDS, voice=True) == [Step.END], "the answer is over, and so is its echo"
    assert room.for_parley == [False]
    assert room.hear(1.0, voice=True) == [Step.BEGIN], "who goes on speaking is somebody else"


def test_with_barge_in_off_an_answer_is_not_disturbed() -> None:
    room = Room(barge_in=False)
    room.settle()
    assert room.hear(2.0, voice=True, playing=True) == []


def test_without_echo_cancellation_it_never_settles() -> None:
    room = Room(cancel_echo=False)
    room.hear(10.0, playing=True)
    assert not room.listener.settled


def test_words_interrupt_what_is_still_being_thought_about() -> None:
    room = Room()
    room.hear(0.5, voice=True)
    assert not room.listener.words("", "")
    assert not room.listener.words("what", ""), "one word may be a cough"
    assert room.listener.words("what is", "")
    assert not room.listener.words("what is two", ""), "once is enough"


def test_rules_about_words() -> None:
    assert repeats("capital of Spain", ANSWER)
    assert not repeats("Spain capital", ANSWER), "another order is no echo"
    assert not repeats("stop", ANSWER)
    assert new_words("the capital of pain", ANSWER) == ["pain"]
    assert new_words("[unk] stop", ANSWER) == ["stop"]
    assert is_stop("Stop!", "en")
    assert is_stop("be quiet", "en")
    assert is_stop("stop, stop!", "en")
    assert not is_stop("stop the music", "en")
    assert is_stop("basta", "es")
    assert not is_stop("stop", "xx")
