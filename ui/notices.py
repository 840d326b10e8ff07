"""The banner above the conversation: problems with their remedies, and passing notices.

Owns which problem is shown and how often it came. It must not know the assistant: who makes a `Banner` says which
button remedies which code. It takes no focus by itself; screen readers are told.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import plain, theme
from ui.strips import ProblemStrip, Strip

if TYPE_CHECKING:
    from app.problems import Problem

Action = tuple[str, Callable[[], object]]
"""The words on a remedy's button, and what it does."""

KEPT_DETAILS = 5
"""Of a problem that comes again and again, the details of so many occurrences can be copied."""


class _Shown:
    """A problem in the banner, with every time it came."""

    def __init__(self, problem: "Problem") -> None:
        self.problem = problem
        self.times = 1
        self._details = [problem.details]

    def again(self, problem: "Problem") -> None:
        self.problem = problem
        self.times += 1
        self._details = [*self._details, problem.details][-KEPT_DETAILS:]

    def sentence(self) -> str:
        times = f" ({self.times}\u00a0times)" if self.times > 1 else ""
        return plain.line(self.problem.message) + times

    def remedy(self) -> str:
        return plain.line(self.problem.remedy)

    def report(self) -> str:
        """Everything for a bug report."""
        problem = self.problem
        times = f", {self.times} times" if self.times > 1 else ""
        head = f"{problem.message}\n{problem.remedy}\n{problem.stage}: {problem.code}{times}"
        return plain.block("\n\n".join([head, *dict.fromkeys(text.strip() for text in self._details if text.strip())]))


class Banner(QWidget):
    """What went wrong and what is worth a passing word, above the conversation; hidden when there is nothing."""

    focusReleased = Signal()
    """It went away while the focus was in it; the window gives the focus to the composer."""

    NOTICE_MS = 6000
    """So long a notice stays; longer while the mouse or the focus is on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()
        self._actions: dict[str, Action] = {}
        self._shown: list[_Shown] = []
        self._place = 0
        self._waiting: list[str] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        # Made at the first problem and the first notice: most windows begin without either.
        self._strip: ProblemStrip | None = None
        self._notice: Strip | None = None
        self._clock = QTimer(self, singleShot=True)
        self._clock.timeout.connect(self._notice_over)

    def set_actions(self, actions: Mapping[str, Action]) -> None:
        """Which button remedies a problem of which code; the others show their remedy as a sentence."""
        self._actions = dict(actions)
        self._refresh()

    def add(self, problem: "Problem") -> None:
        """Show a problem after those already shown; one of a code that is shown is counted there."""
        for shown in self._shown:
            if shown.problem.code == problem.code:
                shown.again(problem)
                break
        else:
            shown = _Shown(problem)
            self._shown.append(shown)
        self._refresh()
        _announce(self, f"{shown.sentence()} {shown.remedy()}", urgent=True)

    def settle(self, code: str) -> None:
        """The cause is gone: take the problem away."""
        self._remove([shown for shown in self._shown if shown.problem.code == code])

    @property
    def problems(self) -> "tuple[Problem, ...]":
        """What is shown or waits to be, the newest of each code."""
        return tuple(shown.problem for shown in self._shown)

    def notice(self, sentence: str) -> None:
        """Show a sentence that goes away by itself; a second one waits until the first has gone."""
        sentence = plain.line(sentence)
        if sentence in self._waiting:
            return
        self._waiting.append(sentence)
        if len(self._waiting) == 1:
            self._show_notice()

    def _show_notice(self) -> None:
        if self._notice is None:
            self._notice = strip = Strip(self, "Notice", "info")
            row = QHBoxLayout(strip)
            row.setContentsMargins(theme.GAP + 4, theme.GAP // 2, theme.GAP, theme.GAP // 2)
            row.setSpacing(theme.GAP)
            row.addWidget(strip.sign)
            row.addWidget(strip.sentence, 1)
            row.addWidget(strip.close_button, 0, Qt.AlignmentFlag.AlignTop)
            strip.close_button.clicked.connect(self._close_notice)
            strip.left.connect(self.focusReleased)
            self._layout.addWidget(strip)
        self._notice.tint("accent")
        self._notice.sentence.setText(self._waiting[0])
        self._notice.show()
        if not self._shown:
            self.setFocusProxy(self._notice)
        self.show()
        self._clock.start(self.NOTICE_MS)
        _announce(self, self._waiting[0], urgent=False)

    def _notice_over(self) -> None:
        if self._notice is not None and (self._notice.underMouse() or self._notice.has_focus()):
            self._clock.start(self.NOTICE_MS // 4)
        else:
            self._close_notice()

    def _close_notice(self) -> None:
        self._clock.stop()
        del self._waiting[:1]
        if self._waiting:
            self._show_notice()
        elif self._notice is not None:
            self._notice.put_away()
            self.setVisible(bool(self._shown))

    def _refresh(self) -> None:
        if not self._shown:
            if self._strip is not None:
                self._strip.fold()
                self._strip.put_away()
            if self._notice is not None:
                self.setFocusProxy(self._notice)
            self.setVisible(bool(self._waiting))
            return
        if self._strip is None:
            self._strip = strip = ProblemStrip(self)
            strip.close_button.clicked.connect(self._close_problem)
            strip.action.clicked.connect(self._act)
            strip.previous.clicked.connect(lambda: self._turn_to(self._place - 1))
            strip.next.clicked.connect(lambda: self._turn_to(self._place + 1))
            strip.left.connect(self.focusReleased)
            self._layout.insertWidget(0, strip)
        shown = self._shown[self._place]
        action = self._actions.get(shown.problem.code)
        place = (self._place + 1, len(self._shown))
        self._strip.put(shown.sentence(), shown.remedy(), shown.report(), action[0] if action else None, place)
        self._strip.tint("warning" if shown.problem.recoverable else "danger")
        self._strip.show()
        self.setFocusProxy(self._strip)
        self.show()

    def _turn_to(self, place: int) -> None:
        # Round and round: a button that is disabled at the end would hand the focus to the one that closes.
        self._place = place % len(self._shown)
        if self._strip is not None:
            self._strip.fold()
        self._refresh()

    def _close_problem(self) -> None:
        self._remove(self._shown[self._place : self._place + 1])

    def _act(self) -> None:
        problem = self._shown[self._place].problem
        self._close_problem()
        self._actions[problem.code][1]()

    def _remove(self, gone: list[_Shown]) -> None:
        if not gone:
            return
        here = self._shown[self._place]
        self._shown = [shown for shown in self._shown if shown not in gone]
        self._place = self._shown.index(here) if here in self._shown else min(self._place, len(self._shown) - 1)
        self._place = max(0, self._place)
        if here in gone and self._strip is not None:
            self._strip.fold()
        self._refresh()


def _announce(widget: QWidget, sentence: str, *, urgent: bool) -> None:
    """Let a screen reader say it. An announcement: alerts of plain widgets are lost in some of Qt's bridges."""
    event = QAccessibleAnnouncementEvent(widget, sentence)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
