"""Whole spoken turns through real sound devices: a sound server with a virtual microphone and a virtual speaker.

The test speaks into the one and listens to the other. With the speaker looped back into the microphone, as in a room,
Parley must not hear itself, and must hear who speaks over it.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.assistant import Assistant
from app.audio import MICROPHONE_RATE, WavMicrophone
from app.echo import EchoCanceller
from app.events import (
    Dropped,
    Hearing,
    PartialTranscript,
    SpeakingStarted,
    SpeechDropped,
    SpeechStarted,
    TurnStarted,
)
from app.live import LiveMicrophone, LiveSpeaker
from app.turn import Outcome, Request
from models.residency import Library, Residency
from models.roles import Samples
from tests.end_to_end.watch import Watch
from tests.pulse import Pulse

LONG = "Tell me the months of the year."
"""Its answer takes some nine seconds to say."""
QUESTIONS = (
    "What is three plus four?",
    "What is the capital of Spain?",
    "What are the days of the week?",
    "What can you do?",
    "Who are you?",
)

Say = Callable[..., Path]


class Table:
    """Parley on a table: an assistant on real devices, attending."""

    def __init__(self, library: Library, pulse: Pulse, cancel_echo: bool = True) -> None:
        self.pulse = pulse
        echo = EchoCanceller()
        self.speaker = LiveSpeaker(pulse.speaker, echo.played)
        self.assistant = Assistant(library, self.speaker, echo=echo)
        self.watch = Watch(self.assistant)
        self.assistant.attention.hands_free = True
        self.assistant.attention.cancel_echo = cancel_echo
        self.assistant.start()
        assert self.assistant.warm(Request()) is None
        self.assistant.attend(LiveMicrophone(pulse.microphone))
        self.watch.heard(Hearing.READY)

    def close(self) -> None:
        assert self.assistant.close()
        self.speaker.close()


@pytest.fixture
def table(library: Library, pulse: Pulse) -> Iterator[Callable[..., Table]]:
    made: list[Table] = []

    def make(**how: bool) -> Table:
        made.append(Table(library, pulse, **how))
        return made[-1]

    yield make
    for each in made:
        each.close()


def transcribe(library: Library, samples: Samples) -> str:
    residency = Residency(library)
    try:
        recognition = residency.recognizer("en").recognition(MICROPHONE_RATE)
        recognition.accept(samples)
        return recognition.finish().text
    finally:
        residency.close()


def voice_only(path: Path) -> Samples:
    """The sound of a spoken file without the silence around it."""
    samples = np.concatenate(list(WavMicrophone(path).blocks()))
    loud = np.flatnonzero(np.abs(samples) > 200)
    return samples[loud[0] : loud[-1] + 1]


def test_a_spoken_question_is_answered_aloud(table: Callable[..., Table], library: Library, say: Say) -> None:
    parley = table()
    # The voice says a sentence a little differently each time; this one the recognizer always follows.
    asked, answered = "how many days does a week have", "There are seven days in a week."
    parley.pulse.play(say(asked))
    answer = parley.watch.answer()
    assert (answer.transcript, answer.answer) == (asked, answered)
    recording = parley.pulse.heard_from_speaker
    recording.wait_until(time.perf_counter() + 0.2)
    assert transcribe(library, recording.samples()) == "there are seven days in a week"
    assert answer.heard == answer.answer


def test_the_talk_key_on_real_devices(table: Callable[..., Table], say: Say) -> None:
    parley = table()
    parley.assistant.attention.hands_free = False
    parley.assistant.attention.press()
    parley.pulse.play(say("what is the capital of spain"))
    parley.assistant.attention.release()
    assert parley.watch.answer().transcript == "what is the capital of spain"


@pytest.mark.parametrize("cancel_echo", [True, False], ids=["canceller", "no canceller"])
def test_it_never_answers_itself(table: Callable[..., Table], cancel_echo: bool) -> None:
    parley = table(cancel_echo=cancel_echo)
    turns = 20 if cancel_echo else 8
    with parley.pulse.loopback(delay=0.06, gain=0.3):
        for number in range(turns):
            turn = parley.assistant.ask(Request(QUESTIONS[number % len(QUESTIONS)]))
            answer = parley.assistant.wait(turn, 60)
            assert answer.outcome is Outcome.ANSWERED, (number, parley.watch.events[-20:])
            assert answer.heard == answer.answer
        time.sleep(1.5)  # what it might still hear of itself would come now
    assert parley.watch.count(TurnStarted) == turns
    assert parley.watch.count(SpeechStarted) == 0
    assert parley.watch.count(PartialTranscript) == 0


def until_the_words(parley: Table, words: str) -> None:
    """Return when the answer was heard as far as these words."""
    parley.watch.wait(lambda event: isinstance(event, SpeakingStarted))
    deadline = time.monotonic() + 30
    while not any(words in turn.voiced for turn in parley.assistant.last_voiced()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("loudspeaker", [True, False], ids=["loudspeaker", "headphones without canceller"])
def test_a_spoken_stop_silences_it(table: Callable[..., Table], say: Say, loudspeaker: bool) -> None:
    parley = table(cancel_echo=loudspeaker)
    room = parley.pulse.loopback(delay=0.06, gain=0.3) if loudspeaker else contextlib.nullcontext()
    with room:
        turn = parley.assistant.ask(Request(LONG))
        until_the_words(parley, "April")
        time.sleep(1.0)
        spoke = time.perf_counter()
        parley.pulse.play(voice_only(say("stop, stop", rate=140)), wait=False)
        answer = parley.assistant.wait(turn, 30)
        assert answer.outcome is Outcome.CANCELLED
        assert "December" not in answer.heard
        dropped = parley.watch.wait(lambda event: isinstance(event, SpeechDropped))
        assert dropped == SpeechDropped(Dropped.STOP)
    silent = parley.pulse.heard_from_speaker.last_sound(since=spoke)
    assert silent is not None
    assert silent - spoke < 2.0, "an answer that goes on would take four seconds more"
    assert parley.watch.count(TurnStarted) == 1, "the word is no question"


def test_a_question_over_an_answer_is_the_next_question(table: Callable[..., Table], say: Say) -> None:
    parley = table()
    with parley.pulse.loopback(delay=0.06, gain=0.1):
        turn = parley.assistant.ask(Request(LONG))
        until_the_words(parley, "April")
        time.sleep(0.5)
        parley.pulse.play(voice_only(say("what is the capital of spain")))
        assert parley.assistant.wait(turn, 30).outcome is Outcome.CANCELLED
        answer = parley.watch.answer(2)
    # The canceller may take the very first word, said while Parley still speaks, for a part of the echo.
    assert (answer.transcript or "").endswith("the capital of spain")
