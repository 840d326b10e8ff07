"""The list of conversations as a model: groups, words for dates, and titles of any kind; without a window."""

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from app.history import Conversation
from ui.conversations import CURRENT, ID, TIME, ConversationModel, groups

WEDNESDAY = date(2026, 11, 25)


def at(day: date, clock: str = "12:00") -> datetime:
    """A local time, in UTC as the history gives it."""
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute).astimezone(UTC)


def lines(model: ConversationModel) -> list[str]:
    """Headings, and under them "id title time", a star behind the current one."""
    found: list[str] = []
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        number = index.data(ID)
        star = " *" if index.data(CURRENT) else ""
        found.append(index.data() if number is None else f"{number} {index.data()} {index.data(TIME)}{star}")
    return found


def test_groups_by_age() -> None:
    model = ConversationModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    days = [
        (WEDNESDAY, "23:59"),
        (WEDNESDAY, "00:00"),
        (date(2026, 11, 24), "23:59"),
        (date(2026, 11, 23), "00:00"),
        (date(2026, 11, 22), "23:59"),
        (date(2026, 11, 1), "00:00"),
        (date(2026, 10, 31), "23:59"),
        (date(2026, 1, 1), "00:00"),
        (date(2025, 12, 31), "23:59"),
        (date(2025, 11, 30), "23:59"),
        (date(2019, 5, 4), "08:15"),
    ]
    model.put([Conversation(n, "Q", at(*each), 1) for n, each in enumerate(days)], 2, WEDNESDAY)
    assert lines(model) == [
        "Today",
        "0 Q 23:59",
        "1 Q 00:00",
        "Yesterday",
        "2 Q 23:59 *",
        "Earlier this week",
        "3 Q Mon",
        "Earlier this month",
        "4 Q 22 Nov",
        "5 Q 1 Nov",
        "October",
        "6 Q 31 Oct",
        "January",
        "7 Q 1 Jan",
        "December 2025",
        "8 Q 31 Dec",
        "Older",
        "9 Q Nov 2025",
        "10 Q May 2019",
    ]


@pytest.mark.parametrize("first", [date(2026, 3, 2), date(2026, 3, 1), date(2026, 1, 1), date(2024, 2, 29)])
def test_no_group_is_missed_at_the_turn_of_week_month_and_year(first: date) -> None:
    """On a Monday the week has only today, on the first of a month the week may begin in the month before."""
    model = ConversationModel()
    conversations = [Conversation(n, "Q", at(first - timedelta(days=n)), 1) for n in range(800)]
    model.put(conversations, None, first)
    headings = [line for line in lines(model) if not line[0].isdigit()]
    titles = [group.title for group in groups(first)]
    assert headings == [title for title in titles if title in headings]
    assert headings[:2] == ["Today", "Yesterday"]
    assert headings[-1] == "Older"
    assert model.rowCount() == 800 + len(headings)


def test_newest_first_and_the_future_is_today() -> None:
    model = ConversationModel()
    tomorrow = WEDNESDAY + timedelta(days=1)
    model.put(
        [Conversation(1, "A", at(WEDNESDAY), 1), Conversation(2, "B", at(tomorrow), 1)],
        None,
        WEDNESDAY,
    )
    assert lines(model) == ["Today", "2 B 12:00", "1 A 12:00"]


def test_only_the_mark_moves_when_nothing_else_changed() -> None:
    model = ConversationModel()
    resets, changes = QSignalSpy(model.modelReset), QSignalSpy(model.dataChanged)
    conversations = [Conversation(n, "Q", at(WEDNESDAY), 1) for n in (1, 2, 3)]
    model.put(conversations, 1, WEDNESDAY)
    model.put(list(conversations), 3, WEDNESDAY)
    assert (resets.count(), changes.count()) == (1, 2)
    assert [line.endswith("*") for line in lines(model)] == [False, False, False, True]


def test_hostile_titles_are_one_plain_line() -> None:
    model = ConversationModel()
    titles = ["<b>x</b>\u202e\n\x00y", "", "\ud800", "z" * 100_000]
    model.put([Conversation(n, each, at(WEDNESDAY), 1) for n, each in enumerate(titles)], None, WEDNESDAY)
    shown = [model.index(row).data() for row in range(1, 5)]
    assert shown[:3] == ["<b>x</b> y", "Without words", "\ufffd"]
    assert len(shown[3]) < 130
    assert "&lt;b&gt;" in model.index(1).data(Qt.ItemDataRole.ToolTipRole)


def test_says_all_of_it_to_a_screen_reader() -> None:
    model = ConversationModel()
    model.put([Conversation(7, "Rain?", at(WEDNESDAY, "09:05"), 2)], 7, WEDNESDAY)
    told = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Rain?, Wednesday, 25 November 2026, 09:05 · 2 questions, current"
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Today"
