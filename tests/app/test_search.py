"""Finding conversations by words: with the index, without it, and when it is damaged."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import search
from app.history import History
from tests.app.kept import answered, ask, damage, found_in_files, titles


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with closing(History(tmp_path)) as history:
        yield history


@pytest.fixture
def talks(history: History) -> History:
    answered(history, "Where is the Café in Köln?", "It is beside the cathedral.")
    answered(history, "What is 100% of a_b?", 'He said "all" of it (and more).')
    answered(history, "东京有多少人?", "大约一千四百万。")
    conversation, exchange = ask(history, "Wie spät ist es?")
    history.keep_progress(exchange, "It is late.", "Es ist spätabends.")
    ask(history, "Bis morgen!", conversation)
    return history


CAFE, PERCENT, TOKYO, LATE = "Where is the Café in Köln?", "What is 100% of a_b?", "东京有多少人?", "Wie spät ist es?"
SEARCHES = [
    ("", [LATE, TOKYO, PERCENT, CAFE]),
    ("  \n", [LATE, TOKYO, PERCENT, CAFE]),
    ("cathedral", [CAFE]),
    ("cath", [CAFE]),
    ("KÖLN cafe", [CAFE]),
    ("koln beside", [CAFE]),
    ("thedral", []),
    ("late", [LATE]),
    ("spätabends", [LATE]),
    ("morgen", [LATE]),
    ("morgen spätabends", []),  # they stand in different exchanges
    ("东京", [TOKYO]),
    ("多少", [TOKYO]),
    ("千四", [TOKYO]),
    ('"all" of', [PERCENT]),
    ('"', [PERCENT]),
    ("a_b", [PERCENT]),
    ("100%", [PERCENT]),
    ("%", [PERCENT]),
    ("*", []),
    ("NEAR(a b)", []),
    ("question:cathedral", []),
    ("is AND the", []),
    ("is NOT the", []),
    ("cathedral -it", [CAFE]),
    ("cathedral OR", []),
    ("is ?", [LATE, PERCENT, CAFE]),
    ("words MATCH 'x'; DROP TABLE exchanges", []),
    ("\0 \ud800 cathedral", [CAFE]),
    ("\0cathedral\0", [CAFE]),
]


@pytest.mark.parametrize(("wanted", "found"), SEARCHES)
def test_searching(talks: History, wanted: str, found: list[str]) -> None:
    assert titles(talks, wanted) == found


@pytest.fixture
def without_fts5(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_MODULE", "fts5_that_was_not_compiled_in")


@pytest.mark.usefixtures("without_fts5")
def test_searching_without_the_index(history: History) -> None:
    answered(history, "Where is the Café in Köln?", "It is beside the cathedral.")
    answered(history, "What is 100% of a_b?", 'He said "all" of it (and more).')
    for wanted, found in [
        ("", [PERCENT, CAFE]),
        ("CATHEDRAL is", [CAFE]),
        ("100% of", [PERCENT]),
        ("1%0", []),
        ("a_b", [PERCENT]),
        ("c_f", []),
        ("\\", []),
        ('"all"', [PERCENT]),
    ]:
        assert titles(history, wanted) == found, wanted


@given(st.text())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_search_is_an_error(talks: History, wanted: str) -> None:
    titles(talks, wanted)
    titles(talks, f"is {wanted}")


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE words_data SET block = x'00112233445566778899' WHERE id > 10",
        "UPDATE words_data SET block = x'00112233445566778899'",
        "DELETE FROM words_config",
        "DELETE FROM words_data",
        "DROP TRIGGER words_of_changed",
    ],
)
@pytest.mark.parametrize("opened", [False, True])
def test_a_damaged_index_costs_nothing_but_time(tmp_path: Path, harm: str, opened: bool) -> None:
    with closing(History(tmp_path)) as history:
        for number in range(20):
            answered(history, f"question {number}", "It is beside the cathedral.")
        if opened:
            damage(tmp_path, harm)
            answered(history, "new words", "quite unheard")
            assert titles(history, "new unh") in ([], ["new words"])
    if not opened:
        damage(tmp_path, harm)
    for _ in range(2):
        with closing(History(tmp_path)) as history:
            assert history.notice is None
            answered(history, "another", "xylophone")
            assert titles(history, "xylo")[0] == "another"
            assert len(titles(history, "cath")) == 20
    with closing(History(tmp_path)) as history:
        for conversation in history.conversations("xylophone"):
            history.delete_conversation(conversation.id)
        assert found_in_files(tmp_path, ["xyloph", "ylophon"]) == []
