"""“Will it fit?” in a line: a verdict in words beside a mark, and a button for what would mend it.

Owns how a verdict looks. It must not know how it is found: app/fits.py makes it, off the window's thread.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import groups, plain, theme
from ui.gauges import dot

if TYPE_CHECKING:
    from app.fits import Fit

MARK = 16
"""Pixels that the mark takes."""


class FitLine(QWidget):
    """A verdict; empty and hidden until there is one."""

    fixWanted = Signal(object)
    """The person presses the button: the `Fix` of the verdict that is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fit: Fit | None = None
        self._words = groups.words("")
        self._button = groups.button("", "")
        self._button.clicked.connect(self._press)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARK, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_fit(self, fit: "Fit | None") -> None:
        """Show a verdict, or none."""
        self._fit = fit
        self.setVisible(fit is not None)
        if fit is None:
            return
        self._words.setText(plain.line(fit.sentence, 600))
        self.setAccessibleName(plain.line(fit.sentence, 600))
        self._button.setVisible(fit.fix is not None)
        if fit.fix is not None:
            self._button.setText(fit.fix.label)
            self._button.setToolTip(plain.tooltip(fit.fix.hint))
            self._button.setAccessibleDescription(fit.fix.hint)
        self.update()

    def _press(self) -> None:
        if self._fit is not None and self._fit.fix is not None:
            self.fixWanted.emit(self._fit.fix)

    def paintEvent(self, event: object) -> None:
        if self._fit is None:
            return
        colors = theme.current()
        verdict = self._fit.verdict.value
        color = {"fits": colors.good, "less": colors.warning}.get(verdict, colors.danger)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = QRectF(self._words.geometry()).top() + self._words.fontMetrics().height() / 2
            dot(painter, self._words.x() - MARK, middle, QColor(color), hollow=verdict == "not")
