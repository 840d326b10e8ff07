"""Whole turns on the real engines, as exact lists of events: normal, interrupted, failing."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from app.assistant import MAX_QUESTION, Assistant
from app.audio import WavMicrophone
from app.events import AnswerPiece, ClauseReady, Event, SpeakingStarted
from app.speech import EndpointRules
from app.turn import MARKS, Outcome, Request
from models.pictures import load_picture
from models.residency import Library
from models.roles import ModelError, Picture, Role
from tests.fakes import MemorySpeaker, Record

Make = Callable[..., tuple[Assistant, Record]]
Say = Callable[..., Path]

FILE = EndpointRules(end_seconds=None)
QUESTION, ANSWER = "What is three plus four?", "Three plus four is seven."


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    image = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(image).ellipse((120, 70, 280, 230), fill="red")
    image.save(tmp_path / "circle.png")
    return load_picture(tmp_path / "circle.png", 96)


def test_a_typed_question(library: Library, assistants: Make) -> None:
    assistant, record = assistants(library)
    turn = assistant.ask(Request(QUESTION, speak=False))
    answer = assistant.wait(turn, 60)
    assert record.of(1) == {
        "front": ["started"],
        "brain": ["model llm en", f"piece {ANSWER}", f"clause 0 {ANSWER}"],
        "mouth": ["ended answered"],
    }
    record.check_ends(1)
    assert (answer.answer, answer.role, answer.problem) == (ANSWER, Role.LLM, None)
    assert answer.tokens > 1
    reached = [name for name in MARKS if answer.timings_ms[name] is not None]
    assert reached == ["first_token", "first_clause", "total"]


def test_a_model_says_what_is_beyond_it(library: Library, assistants: Make) -> None:
    assistant, _ = assistants(library)
    for question, beyond in ((QUESTION, False), ("Who was Albert Einstein?", True)):
        answer = assistant.wait(assistant.ask(Request(question, language_out="es", speak=False)), 60)
        assert answer.beyond is beyond


def test_a_spoken_question(library: Library, assistants: Make, say: Say) -> None:
    speaker = MemorySpeaker()
    assistant, record = assistants(library, speaker)
    turn = assistant.listen(WavMicrophone(say("what is three plus four")), Request(), FILE)
    answer = assistant.wait(turn, 60)
    assert record.of(1) == {
        "front": ["started"],
        "ear": ["speech", "partial", "heard what is three plus four"],
        "brain": ["model llm en", f"piece {ANSWER}", f"clause 0 {ANSWER}"],
        "mouth": ["speaking", "spoken 0", "ended answered"],
    }
    record.check_ends(1)
    assert answer.heard == ANSWER
    assert answer.audio_seconds > 0.5
    times = [answer.timings_ms[name] for name in MARKS if name != "translate_in"]
    assert None not in times
    assert times == sorted(times, key=lambda value: value or 0.0)


def test_a_live_microphone_ends_the_turn_by_silence(library: Library, assistants: Make, say: Say) -> None:
    assistant, _ = assistants(library)
    path = say("what is three plus four")
    microphone = WavMicrophone(path)
    turn = assistant.listen(microphone, Request(speak=False), EndpointRules(end_seconds=0.3))
    answer = assistant.wait(turn, 60)
    assert answer.transcript == "what is three plus four"
    # The file has half a second of silence at its end: the turn was over before that was all read.
    whole = WavMicrophone(path)
    for _ in whole.blocks():
        pass
    assert microphone.seconds < whole.seconds


def test_a_picture(library: Library, assistants: Make, picture: Picture) -> None:
    assistant, record = assistants(library)
    answer = assistant.wait(assistant.ask(Request("What is in this picture?", (picture,), speak=False)), 60)
    told = record.of(1)
    assert told["brain"][0] == "model vlm en"
    assert told["brain"][1] == f"piece {answer.answer}"
    assert told["mouth"] == ["ended answered"]
    assert "red circle" in answer.answer
    assert answer.role is Role.VLM


def test_a_translation(library: Library, assistants: Make) -> None:
    assistant, record = assistants(library)
    request = Request("¿Cuántos días tiene una semana?", language_in="es", language_out="es", speak=False)
    answer = assistant.wait(assistant.ask(request), 120)
    told = record.of(1)["brain"]
    assert told[0] == f"translated {answer.question_translated}"
    assert told[1:] == ["model llm en", f"piece {answer.answer}", f"clause 0 {answer.answer_translated}"]
    assert "days" in (answer.question_translated or "")
    assert "seven" in answer.answer
    assert "siete" in (answer.answer_translated or "")


def test_interrupted_while_thinking(library: Library, assistants: Make) -> None:
    assistant, record = assistants(library)

    def stop(event: Event) -> None:
        if isinstance(event, AnswerPiece) and event.turn == 1:
            assistant.interrupt()

    assistant.bus.subscribe(stop)
    answer = assistant.wait(assistant.ask(Request(QUESTION, speak=False)), 60)
    first = next(event.text for event in record.events if isinstance(event, AnswerPiece))
    assert record.of(1) == {
        "front": ["started"],
        "brain": ["model llm en", f"piece {first}"],
        "mouth": ["ended cancelled"],
    }
    assert (answer.outcome, answer.problem) == (Outcome.CANCELLED, None)
    assert assistant.wait(assistant.ask(Request(QUESTION, speak=False)), 60).answer == ANSWER


def test_interrupted_while_speaking(library: Library, assistants: Make) -> None:
    speaker = MemorySpeaker()
    assistant, record = assistants(library, speaker)

    def stop(event: Event) -> None:
        if isinstance(event, SpeakingStarted) and event.turn == 1:
            assistant.interrupt()

    assistant.bus.subscribe(stop)
    answer = assistant.wait(assistant.ask(Request(QUESTION)), 60)
    assert record.of(1)["mouth"] == ["speaking", "ended cancelled"]
    record.check_ends(1)
    assert len(speaker.blocks) == 1, "not a block was played after the interruption"
    assert speaker.drops > 0
    assert answer.heard in ("", "Three"), "only what was played counts as heard"


def test_a_cancelled_turn_leaves_only_what_was_heard_in_the_talk(library: Library, assistants: Make) -> None:
    assistant, _ = assistants(library, MemorySpeaker())

    def stop(event: Event) -> None:
        if isinstance(event, ClauseReady) and event.turn == 1:
            assistant.interrupt()

    assistant.bus.subscribe(stop)
    first = assistant.ask(Request(QUESTION))
    assert assistant.wait(first, 60).heard == ""
    second = assistant.ask(Request(QUESTION))
    assert assistant.wait(second, 60).answer == ANSWER
    third = assistant.ask(Request("thanks", speak=False))
    assert [message.text for message in assistant._talk_before(third)] == [QUESTION, ANSWER]
    assistant.wait(third, 60)


@pytest.mark.parametrize(
    ("folder", "file", "stage", "code"),
    [
        ("asr-en", "am/final.mdl", "ear", "model-broken"),
        ("llm", "model.gguf", "brain", "gguf-"),
        ("tts-en", "voice.onnx", "voice", "model-broken"),
    ],
)
def test_a_broken_model_is_one_problem_and_the_assistant_lives_on(
    broken: Callable[[str, str, bytes], Library],
    assistants: Make,
    say: Say,
    picture: Picture,
    folder: str,
    file: str,
    stage: str,
    code: str,
) -> None:
    assistant, record = assistants(broken(folder, file, b"nonsense"), MemorySpeaker())
    turn = assistant.listen(WavMicrophone(say("what is three plus four")), Request(), FILE)
    answer = assistant.wait(turn, 60)
    told = record.of(1)
    assert len([line for lines in told.values() for line in lines if line.startswith("problem")]) == 1
    assert answer.problem is not None
    assert answer.problem.stage == stage
    assert answer.problem.code.startswith(code)
    assert answer.problem.remedy
    if stage == "voice":
        # A voice that fails leaves the written answer.
        assert (answer.outcome, answer.answer) == (Outcome.ANSWERED, ANSWER)
        assert told["mouth"] == ["ended answered"]
    else:
        assert answer.outcome is Outcome.FAILED
    following = Request("What is in this picture?", (picture,), speak=False)
    assert "circle" in assistant.wait(assistant.ask(following), 60).answer


def test_a_broken_speaker_leaves_the_written_answer(library: Library, assistants: Make) -> None:
    assistant, record = assistants(library, MemorySpeaker(broken=True))
    answer = assistant.wait(assistant.ask(Request(QUESTION)), 60)
    assert record.of(1)["mouth"] == ["problem speaker-gone", "ended answered"]
    assert (answer.outcome, answer.answer, answer.heard) == (Outcome.ANSWERED, ANSWER, "")


def test_a_translation_that_nobody_can_make_is_one_problem(library: Library, assistants: Make) -> None:
    assistant, record = assistants(library)
    answer = assistant.wait(assistant.ask(Request("ciao", language_in="it", language_out="it", speak=False)), 60)
    assert record.of(1) == {"front": ["started"], "brain": ["problem no-translation"], "mouth": ["ended failed"]}
    assert answer.problem is not None
    assert answer.problem.message == "There is no model that translates Italian to English."


def test_silence_is_told_as_such(library: Library, assistants: Make, tmp_path: Path) -> None:
    import numpy as np
    import soundfile

    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(48_000, np.int16), 16_000)
    assistant, record = assistants(library)
    answer = assistant.wait(assistant.listen(WavMicrophone(path), Request(speak=False), FILE), 60)
    assert record.of(1) == {"front": ["started"], "ear": ["problem nothing-heard"], "mouth": ["ended failed"]}
    assert answer.outcome is Outcome.FAILED


@pytest.mark.parametrize("text", ["", "  \n", "\x00\ud800", "x" * (MAX_QUESTION + 1)])
def test_what_is_no_question_is_refused_at_once(library: Library, assistants: Make, text: str) -> None:
    assistant, _ = assistants(library)
    with pytest.raises(ModelError):
        assistant.ask(Request(text))


def test_questions_wait_their_turn_and_the_talk_is_remembered(library: Library, assistants: Make) -> None:
    assistant, record = assistants(library)
    turns = [assistant.ask(Request(text, speak=False)) for text in (QUESTION, "What is two plus two?", "Hello!")]
    answers = [assistant.wait(turn, 60) for turn in turns]
    assert [answer.outcome for answer in answers] == [Outcome.ANSWERED] * 3
    assert "four" in answers[1].answer
    ended = [event.turn for event in record.events if type(event).__name__ == "TurnEnded"]
    assert ended == [1, 2, 3]
    assert len(assistant._talk_before(turns[2])) == 4


def test_a_storm_of_interruptions_and_then_a_clean_turn(library: Library, assistants: Make, say: Say) -> None:
    speaker = MemorySpeaker()
    assistant, record = assistants(library, speaker)
    path = say("what is three plus four")
    assert assistant.warm(Request()) is None
    rng = random.Random(2)
    outcomes = []
    for _ in range(200):
        if rng.random() < 0.4:
            turn = assistant.listen(WavMicrophone(path), Request(), FILE)
        else:
            turn = assistant.ask(Request(QUESTION, speak=rng.random() < 0.8))
        time.sleep(rng.random() ** 3 * 0.15)
        assistant.interrupt()
        outcomes.append(assistant.wait(turn, 30).outcome)
    assert outcomes.count(Outcome.CANCELLED) > 100
    assert Outcome.FAILED not in outcomes
    speaker.blocks.clear()
    last = assistant.listen(WavMicrophone(path), Request(), FILE)
    answer = assistant.wait(last, 60)
    assert (answer.answer, answer.heard) == (ANSWER, ANSWER)
    assert sum(map(len, speaker.blocks)) > 8_000
    for number in range(1, last.number + 1):
        record.check_ends(number)
