"""What the history keeps, finds, gives back and forgets."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.history import FILE, PICTURES, Exchange, History
from app.turn import MARKS, Outcome
from models.roles import ModelError, Role
from tests.app.kept import ANSWER, PROBLEM, answered, ask, damage, drawn, files, found_in_files, photograph, titles


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with closing(History(tmp_path)) as history:
        yield history


def test_everything_about_an_exchange_comes_back(tmp_path: Path) -> None:
    pictures = (drawn("red"), drawn("blue", "JPEG"))
    answer = replace(
        ANSWER,
        outcome=Outcome.CANCELLED,
        role=Role.VLM,
        question_translated="What is this?",
        answer="A red picture.",
        answer_translated="Ein rotes Bild.",
        heard="Ein rotes",
        timings_ms={**dict.fromkeys(MARKS), "asr_final": 120.5, "total": 900.0},
        problem=PROBLEM,
    )
    with closing(History(tmp_path)) as history:
        conversation, number = history.keep_question(
            None,
            spoken=True,
            question="Was ist das?",
            pictures=pictures,
            language_in="de",
            language_out="de",
            speak=True,
        )
        history.keep_answer(number, answer)
    with closing(History(tmp_path)) as history:
        (listed,) = history.conversations()
        (exchange,) = history.exchanges(conversation)
    assert (listed.id, listed.title, listed.exchanges) == (conversation, "Was ist das?", 1)
    assert listed.changed_at == exchange.asked_at
    assert exchange == Exchange(
        id=number,
        conversation=conversation,
        asked_at=exchange.asked_at,
        spoken=True,
        question="Was ist das?",
        question_translated="What is this?",
        pictures=tuple(picture.sha256 for picture in pictures),
        language_in="de",
        language_out="de",
        role="vlm",
        answer="A red picture.",
        answer_translated="Ein rotes Bild.",
        heard="Ein rotes",
        speak=True,
        outcome="cancelled",
        problem="There is no model.",
        timings_ms={**dict.fromkeys(MARKS), "asr_final": 120.5, "total": 900.0},
    )


def test_an_answer_without_an_end_is_unfinished(history: History) -> None:
    conversation, number = ask(history, "Tell me a story.")
    assert history.exchanges(conversation)[0].outcome == "unfinished"
    history.keep_progress(number, "Once upon", "Es war")
    (exchange,) = history.exchanges(conversation)
    assert (exchange.answer, exchange.answer_translated, exchange.outcome) == ("Once upon", "Es war", "unfinished")
    history.keep_answer(number, ANSWER)
    history.keep_progress(number, "Once", None)
    (exchange,) = history.exchanges(conversation)
    assert (exchange.answer, exchange.answer_translated, exchange.outcome) == (ANSWER.answer, None, "answered")


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Why?", "Why?"),
        ("  two\n lines\tand  spaces ", "two lines and spaces"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("word " * 20, "word " * 11 + "word…"),
        ("a" * 30 + " " + "b" * 40, "a" * 30 + "…"),
        ("\ud800 half", "? half"),
    ],
)
def test_the_title_is_the_beginning_of_the_question(history: History, question: str, title: str) -> None:
    ask(history, question)
    assert titles(history) == [title]
    assert len(title) <= 60


def test_the_conversation_asked_in_last_comes_first(history: History) -> None:
    first, _ = ask(history, "one")
    ask(history, "two")
    ask(history, "three")
    assert titles(history) == ["three", "two", "one"]
    ask(history, "more", first)
    assert titles(history) == ["one", "three", "two"]
    assert [conversation.exchanges for conversation in history.conversations()] == [2, 1, 1]
    assert [conversation.title for conversation in history.conversations(limit=2)] == ["one", "three"]


def test_exchanges_come_page_by_page_in_the_order_of_time(history: History) -> None:
    conversation, _ = ask(history, "question 0")
    for number in range(1, 7):
        ask(history, f"question {number}", conversation)
    ask(history, "of another conversation")
    last = history.exchanges(conversation, limit=3)
    assert [exchange.question for exchange in last] == ["question 4", "question 5", "question 6"]
    earlier = history.exchanges(conversation, before=last[0].id, limit=3)
    assert [exchange.question for exchange in earlier] == ["question 1", "question 2", "question 3"]
    assert [each.question for each in history.exchanges(conversation, before=earlier[0].id)] == ["question 0"]
    assert history.exchanges(10**12) == ()


def test_pictures_come_back_as_they_were_kept(tmp_path: Path) -> None:
    plain, photo = drawn("red"), photograph()
    with closing(History(tmp_path)) as history:
        ask(history, "these", pictures=(plain, photo, plain))
    with closing(History(tmp_path)) as history:
        (exchange,) = history.exchanges(history.conversations()[0].id)
        assert exchange.pictures == (plain.sha256, photo.sha256, plain.sha256)
        assert history.picture(plain.sha256) == plain
        back = history.picture(photo.sha256)
    assert files(tmp_path) == {f"{plain.sha256}.png", f"{photo.sha256}.jpg"}
    assert (tmp_path / PICTURES / f"{photo.sha256}.jpg").read_bytes() == photo.data
    assert back
    assert (back.mime, back.width, back.height, back.sha256) == ("image/jpeg", 700, 700, photo.sha256)


def test_a_picture_that_was_changed_is_none_until_it_is_given_again(tmp_path: Path, history: History) -> None:
    picture, other = drawn("red"), drawn("blue")
    path, another = (tmp_path / PICTURES / f"{each.sha256}.png" for each in (picture, other))
    ask(history, "these", pictures=(picture, other))

    def swap() -> None:
        path.write_bytes(other.data)

    def cut() -> None:
        path.write_bytes(picture.data[:-20])

    def link() -> None:
        path.unlink()
        path.symlink_to(another)

    def pipe() -> None:
        path.unlink()
        os.mkfifo(path)

    def void() -> None:
        path.write_bytes(b"")

    for harm in (swap, cut, link, pipe, void, path.unlink):
        harm()
        assert history.picture(picture.sha256) is None
        ask(history, "again", pictures=(picture,))
        assert history.picture(picture.sha256) == picture
    assert history.picture(other.sha256) == other
    shutil.rmtree(tmp_path / PICTURES)
    assert history.picture(picture.sha256) is None
    ask(history, "again", pictures=(picture,))
    assert history.picture(picture.sha256) == picture


@pytest.mark.parametrize("name", ["", "..", "../history", "/etc/passwd", "0" * 63, "A" * 64, "0" * 64 + "\n", "\ud800"])
def test_no_path_is_made_from_a_name_that_is_no_sha256(tmp_path: Path, history: History, name: str) -> None:
    picture = drawn("red")
    assert history.picture(name) is None
    with pytest.raises(ModelError) as caught:
        ask(history, "this", pictures=(picture, replace(picture, sha256=name)))
    assert caught.value.code == "history-picture"
    assert history.conversations() == ()
    if "\ud800" not in name:
        conversation, exchange = ask(history, "this", pictures=(picture,))
        outside = tmp_path / "secret.png"
        outside.write_bytes(picture.data)
        damage(tmp_path, "UPDATE exchange_pictures SET sha256 = ?", name)
        damage(tmp_path, "UPDATE pictures SET sha256 = ?", name)
        assert history.exchanges(conversation)[0].pictures == ()
        history.delete_exchange(exchange)
        assert outside.exists()


def test_pictures_go_with_the_last_exchange_that_shows_them(tmp_path: Path, history: History) -> None:
    red, blue = drawn("red"), drawn("blue")
    _, first = ask(history, "both", pictures=(red, blue))
    other, _ = ask(history, "one", pictures=(blue,))
    history.delete_exchange(first)
    assert files(tmp_path) == {f"{blue.sha256}.png"}
    assert history.picture(red.sha256) is None
    history.delete_conversation(other)
    assert files(tmp_path) == set()


def test_a_deletion_that_was_cut_off_is_ended_at_the_next_start(tmp_path: Path) -> None:
    picture = drawn("red")
    with closing(History(tmp_path)) as history:
        ask(history, "this", pictures=(picture,))
    damage(tmp_path, "DELETE FROM exchange_pictures")
    with closing(History(tmp_path)):
        assert files(tmp_path) == set()


SECRETS = ["zebrafinch", "quetzalcoatl", "xylophon", "marzipan", "brafin", "pimpernel"]


def test_deleted_text_is_in_no_file_any_more(tmp_path: Path, history: History) -> None:
    for number in range(50):
        answered(history, f"What is {number} plus {number}?", f"It is {2 * number}.")

    def secret(conversation: int | None) -> tuple[int, int]:
        conversation, exchange = ask(history, "Is the zebrafinch marzipan?", conversation)
        for part in ("quetzalcoatl", "quetzalcoatl and pimpernel"):
            history.keep_progress(exchange, part, "xylophon")
        history.keep_answer(exchange, replace(ANSWER, answer="Quetzalcoatl.", answer_translated="Xylophon."))
        return conversation, exchange

    def gone() -> None:
        assert titles(history, "zebrafinch") == []
        assert found_in_files(tmp_path, SECRETS) == []
        assert found_in_files(tmp_path, ["what is 7 plus 7?"]) != []

    conversation, exchange = secret(None)
    assert found_in_files(tmp_path, ["quetzalcoatl", "zebrafinch", "xylophon"]) != []
    history.delete_exchange(exchange)
    gone()
    secret(None)
    history.delete_conversation(secret(None)[0])
    assert len(titles(history, "zebrafinch")) == 1
    history.delete_conversation(history.conversations("zebrafinch")[0].id)
    gone()
    conversation, first = secret(None)
    ask(history, "And now?", conversation)
    history.delete_exchange(first)
    assert titles(history)[0] == "And now?"  # the title was the deleted question
    gone()
    secret(None)
    history.delete_all()
    assert history.conversations() == ()
    assert found_in_files(tmp_path, [*SECRETS, "what is 7 plus 7?"]) == []


def test_deleting_all_leaves_nothing_of_parley(tmp_path: Path, history: History) -> None:
    picture = drawn("red")
    ask(history, "this", pictures=(picture,))
    left_behind = [tmp_path / PICTURES / name for name in ("0" * 64 + ".png", "part-abc")]
    damaged = [tmp_path / f"{FILE}.damaged-2030-01-01-000000{ending}" for ending in ("", "-wal")]
    foreign = tmp_path / PICTURES / "holiday.png"
    for path in (*left_behind, *damaged, foreign):
        path.write_bytes(b"something")
    history.delete_all()
    assert files(tmp_path) == {"holiday.png"}
    assert not any(path.exists() for path in damaged)
    ask(history, "a new beginning", pictures=(picture,))
    assert history.picture(picture.sha256) == picture


def test_a_conversation_goes_with_its_last_exchange(history: History) -> None:
    conversation, first = ask(history, "one")
    _, second = ask(history, "two", conversation)
    history.delete_exchange(second)
    assert titles(history) == ["one"]
    history.delete_exchange(first)
    history.delete_exchange(first)
    assert titles(history) == []


def test_what_is_deleted_while_it_is_answered_stays_deleted(history: History) -> None:
    conversation, exchange = ask(history, "one")
    history.delete_conversation(conversation)
    history.keep_progress(exchange, "part", None)
    history.keep_answer(exchange, ANSWER)
    assert history.conversations() == ()
    again, other = ask(history, "two", conversation)
    assert again != conversation
    assert other != exchange
    assert titles(history) == ["two"]


TEXT = st.text(st.characters(), max_size=200)


@given(question=TEXT, answer=TEXT, translated=st.none() | TEXT)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_comes_back_word_for_word(
    history: History, question: str, answer: str, translated: str | None
) -> None:
    conversation, exchange = ask(history, question)
    history.keep_progress(exchange, answer, translated)
    history.keep_answer(exchange, replace(ANSWER, answer=answer, answer_translated=translated, heard=answer))
    (back,) = history.exchanges(conversation)
    assert (back.question, back.answer, back.heard) == tuple(map(storable, (question, answer, answer)))
    assert back.answer_translated == (storable(translated) if translated else None)


def storable(text: str) -> str:
    return "".join("?" if "\ud800" <= letter <= "\udfff" else letter for letter in text)


COLUMNS = [
    "asked_at",
    "spoken",
    "question",
    "question_translated",
    "language_in",
    "language_out",
    "role",
    "answer",
    "answer_translated",
    "heard",
    "speak",
    "outcome",
    "problem",
    "timings_ms",
]
VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.binary(max_size=20),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(['{"total": 1e999}', '{"total": "x"}', "[1]", '{"total": NaN}', "[" * 100_000, '{"total": 9e400}']),
)


@given(st.dictionaries(st.sampled_from(COLUMNS), VALUES, min_size=1), VALUES, VALUES, VALUES)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_nothing_in_the_file_can_break_the_reading(
    tmp_path: Path, history: History, values: dict[str, Any], title: Any, changed: Any, picture: Any
) -> None:
    conversation, exchange = ask(history, "one")
    marks = ", ".join(f"{name} = ?" for name in values)
    damage(tmp_path, f"UPDATE exchanges SET {marks} WHERE id = {exchange}", *values.values())
    damage(tmp_path, f"UPDATE conversations SET title = ?, changed_at = ? WHERE id = {conversation}", title, changed)
    damage(tmp_path, f"INSERT INTO exchange_pictures VALUES ({exchange}, 1, ?)", picture)
    listed = next(each for each in history.conversations() if each.id == conversation)
    assert isinstance(listed.title, str)
    (back,) = history.exchanges(conversation)
    assert back.role in (None, "llm", "vlm")
    assert back.outcome in ("unfinished", "answered", "cancelled", "failed")
    assert all(isinstance(getattr(back, name), str) for name in ("question", "answer", "heard", "language_in"))
    assert back.spoken in (True, False)
    assert back.pictures == ()
    assert back.timings_ms.keys() <= set(MARKS)
    assert all(value is None or abs(value) < 1e300 for value in back.timings_ms.values())
    history.delete_exchange(exchange)


def test_text_that_is_no_utf8_is_read_all_the_same(tmp_path: Path, history: History) -> None:
    conversation, _ = ask(history, "one")
    damage(tmp_path, "UPDATE exchanges SET answer = CAST(x'61ff62eda080' AS TEXT)")
    assert history.exchanges(conversation)[0].answer == "a\ufffdb\ufffd\ufffd\ufffd"
