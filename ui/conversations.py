"""The list of conversations as a Qt model: headings by age, and under each its conversations, newest first.

Owns the grouping and the words for dates. It must not know any widget.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui import plain

if TYPE_CHECKING:
    from app.history import Conversation

ID = Qt.ItemDataRole.UserRole + 1
"""The conversation's id; None at a heading."""
TIME = Qt.ItemDataRole.UserRole + 2
"""When it last went on, in few letters."""
CURRENT = Qt.ItemDataRole.UserRole + 3
"""It is the conversation that the window shows."""

_MONTHS_SHOWN = 12
# Written out: the C library's names would come in the system's language, and the window is in English.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Group(NamedTuple):
    """Conversations that went on at or after `start`, seconds since 1970."""

    start: float
    title: str
    shows: str
    """What tells its conversations apart: "clock", "day", "date" or "year"."""


class _Row(NamedTuple):
    group: Group
    conversation: "Conversation | None"
    """None at the group's heading."""


_At = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class ConversationModel(QAbstractListModel):
    """Rows are headings, which cannot be chosen, and conversations."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._current: int | None = None
        self._places: dict[int, int] = {}

    def put(self, conversations: "Sequence[Conversation]", current: int | None, today: date) -> None:
        """Take these in place of what was there; `current` is the id of the one that the window shows."""
        rows = _grouped(conversations, today)
        if rows == self._rows:
            self._mark(current)
            return
        self.beginResetModel()
        self._rows = rows
        self._current = current
        self._places = {row.conversation.id: place for place, row in enumerate(rows) if row.conversation}
        self.endResetModel()

    def place(self, conversation: int | None) -> int | None:
        """The row of a conversation, or None."""
        return None if conversation is None else self._places.get(conversation)

    def nearest(self, row: int) -> int | None:
        """The conversation's row nearest to `row`, from there down and then up; None where there is none."""
        below = range(max(0, row), len(self._rows))
        above = range(min(row, len(self._rows) - 1), -1, -1)
        return next((place for each in (below, above) for place in each if self._rows[place].conversation), None)

    def rowCount(self, parent: _At = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: _At) -> Qt.ItemFlag:
        if not index.isValid() or self._rows[index.row()].conversation is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: _At, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        group, conversation = self._rows[index.row()]
        if conversation is None:
            return group.title if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _title(conversation)
            case Qt.ItemDataRole.ToolTipRole:
                return plain.tooltip(f"{_title(conversation)} · {_told(conversation)}")
            case Qt.ItemDataRole.AccessibleTextRole:
                mark = ", current" if conversation.id == self._current else ""
                return f"{_title(conversation)}, {_told(conversation)}{mark}"
            case _ if role == ID:
                return conversation.id
            case _ if role == TIME:
                return _time(conversation.changed_at.astimezone(), group.shows)
            case _ if role == CURRENT:
                return conversation.id == self._current
        return None

    def _mark(self, current: int | None) -> None:
        before, self._current = self._current, current
        for each in {before, current}:
            place = self.place(each)
            if place is not None:
                self.dataChanged.emit(self.index(place), self.index(place))


def groups(today: date) -> list[Group]:
    """The headings, newest first; a conversation belongs to the first one that begins before it."""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    found = [
        Group(_midnight(today), "Today", "clock"),
        Group(_midnight(today - timedelta(days=1)), "Yesterday", "clock"),
        Group(_midnight(monday), "Earlier this week", "day"),
        Group(_midnight(month), "Earlier this month", "date"),
    ]
    for _ in range(_MONTHS_SHOWN - 1):
        month = (month - timedelta(days=1)).replace(day=1)
        year = "" if month.year == today.year else f" {month.year}"
        found.append(Group(_midnight(month), f"{_MONTHS[month.month - 1]}{year}", "date"))
    return [*found, Group(float("-inf"), "Older", "year")]


def _grouped(conversations: "Sequence[Conversation]", today: date) -> list[_Row]:
    timed = sorted(((each.changed_at.timestamp(), each) for each in conversations), key=lambda pair: -pair[0])
    rows: list[_Row] = []
    later = iter(groups(today))
    group = next(later)
    headed = False
    for when, conversation in timed:
        while when < group.start:
            group = next(later)
            headed = False
        if not headed:
            rows.append(_Row(group, None))
            headed = True
        rows.append(_Row(group, conversation))
    return rows


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day).timestamp()


def _title(conversation: "Conversation") -> str:
    return plain.line(conversation.title, 120) or "Without words"


def _time(when: datetime, shows: str) -> str:
    match shows:
        case "clock":
            return f"{when:%H:%M}"
        case "day":
            return _DAYS[when.weekday()][:3]
        case "date":
            return f"{when.day} {_MONTHS[when.month - 1][:3]}"
        case _:
            return f"{_MONTHS[when.month - 1][:3]} {when.year}"


def _told(conversation: "Conversation") -> str:
    """When it last went on and how long it is, in words."""
    when = conversation.changed_at.astimezone()
    count = conversation.exchanges
    day = f"{_DAYS[when.weekday()]}, {when.day} {_MONTHS[when.month - 1]} {when.year}, {when:%H:%M}"
    return f"{day} · {count} {'question' if count == 1 else 'questions'}"
