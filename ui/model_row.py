"""One model on the models page: what it is, what may be done with it, and how that goes.

Owns how a model looks. It shows what it is told and tells what the person wants. Until `build` it is an empty place of
about the right height, because most of a long list is never scrolled to.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ui import groups, keys, plain, theme
from ui.fit import FitLine
from ui.shelf import HINTS, Act, Shelved, Work

if TYPE_CHECKING:
    from app.prospects import Prospect

UNBUILT = 92
"""Pixels that a row takes before it is built."""
_VERDICTS = {"fits": ("Fits", "good"), "less": ("Fits with less", "warning"), "not": ("Does not fit", "danger")}
"""Words and tone of a verdict."""


class ModelRow(QWidget):
    """A model; its details are made when they are first wanted."""

    acted = Signal(str, str)
    """The person wants something done: the model's identity, and the `Act`."""
    fixWanted = Signal(object)
    """The `Fix` of what keeps it from fitting."""
    unfolded = Signal(QWidget)
    """Something below the row is shown now, and should be seen."""

    def __init__(self, model: Shelved, work: Work | None = None) -> None:
        super().__init__()
        self.model = model
        self.work = work
        self.built = False
        self.kept = True
        """It is not left out of the list."""
        self._lined = False
        self.prospect: Prospect | None = None
        self._details: QWidget | None = None
        self._fit: FitLine | None = None
        self._speed: QLabel | None = None
        """In the details."""
        self._question: _Question | None = None
        self.setAccessibleName(plain.line(model.name, 200))
        self.setMinimumHeight(UNBUILT)

    def build(self) -> None:
        """Make what is seen; harmless when made."""
        if self.built:
            return
        self.built = True
        self.setMinimumHeight(0)
        self._name = groups.words("", quiet=False)
        self._name.setFont(theme.text_font(0, bold=True))
        self._mark = groups.words("In use")
        self._mark.setProperty("tone", "good")
        self._mark.setWordWrap(False)
        self._verdict = groups.words("")
        self._verdict.setWordWrap(False)
        self._buttons = tuple(self._button() for _ in range(2))
        head = QHBoxLayout()
        head.setSpacing(theme.GAP)
        head.addWidget(self._name, 1)
        head.addWidget(self._verdict)
        head.addWidget(self._mark)
        for each in reversed(self._buttons):
            head.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
        self._facts = groups.words("")
        self._trouble = groups.words("")
        self._trouble.setProperty("tone", "danger")
        self._trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._about = groups.words("")
        self._more = groups.button("Details", "")
        self._more.setProperty("kind", "small")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._unfold)
        about = QHBoxLayout()
        about.setSpacing(2 * theme.GAP)
        about.addWidget(self._about, 1)
        about.addWidget(self._more, 0, Qt.AlignmentFlag.AlignBottom)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._state = groups.words("")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2 * theme.GAP, theme.GAP, 2 * theme.GAP, theme.GAP)
        self._column.setSpacing(theme.GAP // 2)
        self._column.addLayout(head)
        self._column.addWidget(self._facts)
        self._column.addWidget(self._trouble)
        self._column.addLayout(about)
        self._column.addWidget(self._bar)
        self._column.addWidget(self._state)
        self._show_model()
        self._show_work()
        self._show_prospect()

    def keep(self, kept: bool, lined: bool) -> None:
        """Show the row, or leave it out; below another one with a line above it."""
        if kept != self.kept:  # showing what is shown costs as much as showing it
            self.kept = kept
            self.setVisible(kept)
        if lined != self._lined:
            self._lined = lined
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._lined:
            with QPainter(self) as painter:
                painter.fillRect(0, 0, self.width(), 1, QColor(theme.current().line))

    @property
    def stops(self) -> list[QWidget]:
        """Where the tab key stops in a row that is built, in order."""
        below = [part for part in (self._details, self._question) if part is not None]
        return [*self._buttons, self._more, *(each for part in below for each in part.findChildren(QPushButton))]

    def show_model(self, model: Shelved) -> None:
        """Show what the model is now."""
        if model == self.model:
            return
        self.model = model
        if self.built:
            self._show_model()
            self._show_work()

    def show_work(self, work: Work | None) -> None:
        """Show what is being done with it, or how that ended."""
        if work == self.work:
            return
        self.work = work
        if self.built:
            self._show_work()

    def show_prospect(self, prospect: "Prospect") -> None:
        """Show what is expected of it on this machine."""
        if prospect == self.prospect:
            return
        self.prospect = prospect
        if self.built:
            self._show_prospect()

    def ask(self, question: str) -> None:
        """Ask, below the row, whether the model is really to be removed; only "Remove" tells it."""
        self._drop_question()
        self._question = _Question(question, plain.line(self.model.name, 200))
        self._question.answered.connect(self._answer)
        self._column.addWidget(self._question)
        self._question.show()
        self._question.no.setFocus(Qt.FocusReason.OtherFocusReason)
        self.unfolded.emit(self._question)

    def _button(self) -> QPushButton:
        made = groups.button("", "")
        made.clicked.connect(lambda: self.acted.emit(self.model.id, made.text()))
        return made

    def _show_model(self) -> None:
        model = self.model
        name = plain.line(model.name, 200)
        self.setAccessibleName(name)
        self._name.setText(name)
        self._mark.setVisible(model.in_use)
        self._facts.setText(plain.line(" · ".join((model.languages, model.size, model.licence)), 400))
        self._about.setText(plain.line(model.about, 600))
        self._more.setToolTip(plain.tooltip(f"What is known of {name}"))
        self._more.setAccessibleName(f"Details of {name}")
        if self._details is not None:
            unfolded = self._more.isChecked()
            self._column.removeWidget(self._details)
            self._details.hide()
            self._details.deleteLater()
            self._details = self._fit = self._speed = None
            if unfolded:
                self._unfold(True)

    def _show_work(self) -> None:
        work = self.work
        trouble = work.words if work is not None and work.failed else self.model.reason if work is None else ""
        self._trouble.setText(plain.line(trouble, 1000))
        self._trouble.setVisible(bool(trouble))
        told = None if work is None or work.failed else work
        self._state.setVisible(told is not None)
        self._bar.setVisible(told is not None and (told.busy or told.share is not None))
        if told is not None:
            self._state.setText(plain.line(told.words, 400))
            self._bar.setAccessibleName(f"Progress of {self.accessibleName()}")
            self._bar.setAccessibleDescription(told.words)
            self._bar.setRange(0, 0 if told.share is None else 1000)
            if told.share is not None:
                self._bar.setValue(round(1000 * told.share))
        self._offer(self.model.acts if work is None else work.acts)

    def _show_prospect(self) -> None:
        prospect = self.prospect
        self._verdict.setVisible(prospect is not None)
        if prospect is None:
            return
        fit, speed = prospect.fit, prospect.speed
        words, tone = _VERDICTS[fit.verdict.value]
        if speed is not None and speed.slow and fit.verdict.value == "fits":
            words, tone = "Fits, slow", "warning"
        self._verdict.setText(words)
        self._verdict.setAccessibleDescription(fit.sentence)
        self._verdict.setToolTip(plain.tooltip(fit.sentence))
        self._verdict.setProperty("tone", tone)
        self._verdict.style().polish(self._verdict)
        if self._fit is not None and self._speed is not None:
            self._fit.show_fit(fit)
            self._speed.setText("" if speed is None else f"Speed: {plain.line(speed.sentence, 400)}")
            self._speed.setVisible(speed is not None)

    def _offer(self, acts: tuple[Act, ...]) -> None:
        """Give the buttons these meanings; who was on one that goes is on the nearest that stays."""
        lost = False
        for place, button in enumerate(self._buttons):
            act = acts[place] if place < len(acts) else None
            if act is None:
                lost = lost or self.window().focusWidget() is button
                button.hide()
                continue
            button.setText(act.value)
            button.setToolTip(HINTS[act])
            button.setAccessibleName(f"{act.value}: {self.accessibleName()}")
            button.show()
        if lost:
            (self._buttons[0] if acts else self._more).setFocus(Qt.FocusReason.OtherFocusReason)

    def _unfold(self, unfold: bool) -> None:
        if self._details is None:
            self._details = self._made()
            self._column.addWidget(self._details)
            self._show_prospect()
        self._details.setVisible(unfold)
        self._more.setText("Less" if unfold else "Details")
        if unfold:
            self.updateGeometry()
            self.unfolded.emit(self._details)

    def _made(self) -> QWidget:
        model = self.model
        details = QWidget(self)
        column = QVBoxLayout(details)
        column.setContentsMargins(0, theme.GAP // 2, 0, 0)
        column.setSpacing(theme.GAP)
        self._fit = FitLine()
        self._fit.fixWanted.connect(self.fixWanted)
        self._speed = _told("Speed", "")
        self._speed.hide()
        column.addWidget(self._fit)
        column.addWidget(self._speed)
        told = (("It cannot", model.cannot), ("Languages", model.known), ("Made from", model.made))
        for title, text in (*told, ("Licence", model.licence)):
            if text:
                column.addWidget(_told(title, text))
        if model.unread:
            column.addWidget(
                groups.words("Nobody has compared this entry with its source yet: look at it before you rely on it.")
            )
        if model.figures:
            column.addWidget(_told("Measured", ""))
            grid = QGridLayout()
            grid.setHorizontalSpacing(2 * theme.GAP)
            grid.setVerticalSpacing(2)
            grid.setColumnStretch(0, 3)
            grid.setColumnStretch(1, 2)
            for place, (measure, value) in enumerate(model.figures):
                grid.addWidget(groups.words(plain.line(measure, 200)), place, 0)
                grid.addWidget(groups.words(plain.line(value, 200), quiet=False), place, 1)
            column.addLayout(grid)
        if model.folder:
            column.addWidget(_told("Folder", model.folder))
        if model.more:
            row = QHBoxLayout()
            row.setSpacing(theme.GAP)
            for act in model.more:
                button = self._button()
                button.setText(act.value)
                button.setToolTip(HINTS[act])
                button.setAccessibleName(f"{act.value}: {self.accessibleName()}")
                if act is Act.REMOVE:
                    button.setProperty("kind", "danger")
                row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
        return details

    def _answer(self, yes: bool) -> None:
        self._drop_question()
        self._more.setFocus(Qt.FocusReason.OtherFocusReason)
        if yes:
            self.acted.emit(self.model.id, REALLY)

    def _drop_question(self) -> None:
        if self._question is not None:
            self._column.removeWidget(self._question)
            self._question.hide()
            self._question.deleteLater()
            self._question = None


REALLY = "Really remove"
"""What a row tells after its question was answered so."""


class _Question(QWidget):
    """Asks whether a model is to be removed."""

    answered = Signal(bool)

    def __init__(self, question: str, name: str) -> None:
        super().__init__()
        self.setAccessibleName(question)
        self.yes = groups.button("Remove", f"Delete the files of {name}")
        self.yes.setProperty("kind", "danger")
        self.yes.setAccessibleName(f"Really remove {name}")
        self.yes.clicked.connect(lambda: self.answered.emit(True))
        self.no = groups.button("Keep", f"Leave {name} where it is")
        self.no.setAccessibleName(f"Keep {name}")
        self.no.clicked.connect(lambda: self.answered.emit(False))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.GAP // 2, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(groups.words(plain.line(question, 400), quiet=False), 1)
        row.addWidget(self.no)
        row.addWidget(self.yes)

    def event(self, event: QEvent) -> bool:
        """Esc keeps."""
        if (escaped := keys.escapes(event)) is not None:
            if escaped:
                self.answered.emit(False)
            return True
        return super().event(event)


def _told(title: str, text: str) -> QLabel:
    label = groups.words(f"{title}: {plain.line(text, 800)}" if text else title)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
