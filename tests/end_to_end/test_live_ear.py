"""The live ear on the real recognizer; a microphone in memory stands in for the sound card."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.assistant import Assistant
from app.audio import WavMicrophone
from app.events import (
    AnswerPaused,
    AnswerResumed,
    Dropped,
    EngineClosed,
    EngineReady,
    Hearing,
    HearingChanged,
    PartialTranscript,
    ProblemRaised,
    SoundLevel,
    SpeechDropped,
    SpeechStarted,
    TurnStarted,
)
from app.turn import Request
from models.residency import Library
from models.roles import Role, Samples
from tests.end_to_end.watch import Watch
from tests.fakes import MemoryMicrophone, MemorySpeaker, Record

Make = Callable[..., tuple[Assistant, Record]]
ANSWER = "Three plus four is seven."


@pytest.fixture
def spoken(say: Callable[..., Path]) -> Callable[[str], Samples]:
    """Sound of somebody saying something, at the microphone's rate."""
    import numpy as np

    return lambda text: np.concatenate(list(WavMicrophone(say(text)).blocks()))


@pytest.fixture
def live(library: Library, assistants: Make) -> Callable[..., tuple[Assistant, MemoryMicrophone, Watch]]:
    def make(request: Request | None = None) -> tuple[Assistant, MemoryMicrophone, Watch]:
        assistant, _ = assistants(library, MemorySpeaker())
        assistant.attention.request = request or Request()
        microphone, watch = MemoryMicrophone(), Watch(assistant)
        assistant.attend(microphone)
        return assistant, microphone, watch

    return make


Live = Callable[..., tuple[Assistant, MemoryMicrophone, Watch]]
Spoken = Callable[[str], Samples]


def test_hands_free_two_questions_in_a_row(live: Live, spoken: Spoken) -> None:
    assistant, microphone, watch = live()
    assistant.attention.hands_free = True
    microphone.wait(1)
    microphone.put(spoken("what is three plus four"))
    microphone.wait(1)
    answer = watch.answer()
    assert (answer.transcript, answer.answer, answer.heard) == ("what is three plus four", ANSWER, ANSWER)
    microphone.put(spoken("what is the capital of spain"))
    microphone.wait(1)
    assert "Madrid" in watch.answer(2).answer
    kinds = [type(event) for event in watch.events if not isinstance(event, SoundLevel)]
    assert kinds.index(SpeechStarted) < kinds.index(PartialTranscript) < kinds.index(TurnStarted)
    hearing = [event.hearing for event in watch.events if isinstance(event, HearingChanged)]
    assert hearing == [Hearing.OPENING, *[Hearing.READY, Hearing.HEARING] * 2, Hearing.READY]


def test_the_talk_key_hears_the_word_before_it_was_pressed(live: Live, spoken: Spoken) -> None:
    assistant, microphone, watch = live()
    sound = spoken("what is three plus four")
    begin = 16_000 * 3 // 4  # a quarter of a second into the first word, which espeak-ng begins at half a second
    microphone.put(sound[:begin])
    microphone.listened()
    assistant.attention.press()
    microphone.put(sound[begin:])
    microphone.listened()
    assistant.attention.release()
    microphone.wait(1)
    assert watch.answer().transcript == "what is three plus four"


def test_a_key_pressed_in_silence_is_no_question(live: Live) -> None:
    assistant, microphone, watch = live()
    assistant.attention.press()
    microphone.wait(1)
    watch.heard(Hearing.HEARING)
    assistant.attention.release()
    microphone.wait(1)
    dropped = watch.wait(lambda event: isinstance(event, SpeechDropped))
    assert isinstance(dropped, SpeechDropped)
    assert dropped.reason.value == "nothing-heard"
    assert not any(isinstance(event, TurnStarted) for event in watch.events)


def test_nothing_is_listened_to_without_key_or_hands_free(live: Live, spoken: Spoken) -> None:
    _, microphone, watch = live()
    microphone.put(spoken("what is three plus four"))
    microphone.wait(1)
    watch.wait(lambda event: isinstance(event, SoundLevel), 20)
    assert not any(isinstance(event, SpeechStarted | TurnStarted) for event in watch.events)


def test_the_question_takes_the_pictures_and_languages_of_its_end(live: Live, spoken: Spoken) -> None:
    assistant, microphone, watch = live()
    assistant.attention.hands_free = True
    microphone.put(spoken("what is three plus four")[:20_000])
    watch.wait(lambda event: isinstance(event, SpeechStarted))
    assistant.attention.request = replace(assistant.attention.request, language_out="es", speak=False)
    microphone.put(spoken("what is three plus four")[20_000:])
    microphone.wait(1)
    assert "siete" in (watch.answer().answer_translated or "")


def test_a_sound_that_is_no_word_only_pauses_the_answer(library: Library, assistants: Make, spoken: Spoken) -> None:
    speaker, microphone = MemorySpeaker(), MemoryMicrophone()
    assistant, _ = assistants(library, speaker)
    watch = Watch(assistant)
    assistant.attention.hands_free = True
    assistant.wait(assistant.ask(Request("What is three plus four?")), 60)
    speaker.playing = True  # from here on the answer is being heard, as far as the ear can know
    assistant.attend(microphone)
    microphone.wait(1.5)
    microphone.put(spoken("oh"))
    microphone.wait(1)
    microphone.listened()
    assert speaker.pauses == [True, False]
    assert [event for event in watch.events if isinstance(event, AnswerPaused | AnswerResumed)] == [
        AnswerPaused(1),
        AnswerResumed(1),
    ]
    assert watch.count(TurnStarted) == 1
    microphone.wait(1.5)
    microphone.put(spoken("stop"))
    microphone.wait(1)
    assert watch.wait(lambda event: isinstance(event, SpeechDropped)) == SpeechDropped(Dropped.STOP)
    assert watch.count(TurnStarted) == 1


def test_a_microphone_that_vanishes_is_one_problem_and_typing_goes_on(live: Live) -> None:
    assistant, microphone, watch = live()
    microphone.wait(1)
    watch.heard(Hearing.READY)
    microphone.vanish()
    watch.heard(Hearing.OFF)
    problem = watch.wait(lambda event: isinstance(event, ProblemRaised))
    assert isinstance(problem, ProblemRaised)
    assert problem.problem.code == "microphone-gone"
    assistant.ask(Request("What is three plus four?", speak=False))
    assert watch.answer().answer == ANSWER
    assert sum(isinstance(event, ProblemRaised) for event in watch.events) == 1


def test_a_language_without_a_recognizer_is_told(live: Live) -> None:
    assistant, microphone, watch = live(Request(language_in="fr"))
    microphone.wait(0.2)
    problem = watch.wait(lambda event: isinstance(event, ProblemRaised))
    assert isinstance(problem, ProblemRaised)
    assert problem.problem.message == "There is no recognizer for French."
    assistant.attention.press()
    microphone.wait(1)
    watch.wait(lambda event: isinstance(event, ProblemRaised), 2)
    assistant.attention.release()
    microphone.wait(1)
    watch.wait(lambda event: isinstance(event, SpeechDropped))


def test_another_language_at_the_live_microphone_takes_the_place_of_the_last(live: Live) -> None:
    assistant, microphone, watch = live()
    watch.wait(lambda event: isinstance(event, EngineReady) and event.card == "starter-asr-en")
    microphone.wait(0.2)
    assert watch.count(EngineClosed) == 0
    assistant.attention.request = replace(assistant.attention.request, language_in="es")
    microphone.wait(0.2)
    watch.wait(lambda event: event == EngineClosed(Role.ASR, "starter-asr-en"))
    watch.wait(lambda event: isinstance(event, EngineReady) and event.card == "starter-asr-es")
    assistant.attention.request = replace(assistant.attention.request, language_in="en")
    microphone.wait(0.2)
    watch.wait(lambda event: isinstance(event, EngineReady) and event.card == "starter-asr-en", 2)


def test_another_microphone_can_be_chosen_at_any_time(live: Live, spoken: Spoken) -> None:
    assistant, microphone, watch = live()
    microphone.wait(0.5)
    watch.heard(Hearing.READY)
    assistant.attention.hands_free = True
    other = MemoryMicrophone()
    assistant.attend(other)
    other.put(spoken("what is three plus four"))
    other.wait(1)
    assert watch.answer().answer == ANSWER
