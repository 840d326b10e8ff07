"""The controls that settings are made with: one row for each, chosen by the setting's type.

A field shows a value and tells when the person changes it. It must not know what any setting means.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ui import plain, theme
from ui.switch import Switch

if TYPE_CHECKING:
    from app.settings import Option

CONTROL_WIDTH = 220
_ENDLESS = 1e6
"""For a number without a bound."""


class Field(QWidget):
    """A row: title and description, and the control beside them."""

    edited = Signal(object)
    """The person's new value."""

    def __init__(self, title: str, description: str, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        name = QLabel(title, self)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        name.setBuddy(control)
        self.description = QLabel(self)
        self.description.setTextFormat(Qt.TextFormat.PlainText)
        self.description.setWordWrap(True)
        self.description.setProperty("tone", "quiet")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(name)
        words.addWidget(self.description)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP * 2, theme.GAP, theme.GAP * 2, theme.GAP)
        row.setSpacing(theme.GAP * 2)
        row.addLayout(words, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        control.setAccessibleName(title)
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        control.installEventFilter(self)
        self.setFocusProxy(control)
        self.describe(description)

    def describe(self, description: str) -> None:
        """The sentence under the title."""
        self.description.setText(description)
        self.description.setVisible(bool(description))
        self.control.setAccessibleDescription(description)

    def show_value(self, value: Any) -> None:
        """Show a value that did not come from the person: `edited` is not told."""
        with QSignalBlocker(self.control):
            self._put(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turning the wheel scrolls the page, and sets nothing that happens to pass under the mouse."""
        if event.type() == QEvent.Type.Wheel and watched is self.control and not self.control.hasFocus():
            event.ignore()
            return True
        return False

    def _put(self, value: Any) -> None:
        raise NotImplementedError


class SwitchField(Field):
    """On or off; a click anywhere in the row switches."""

    def __init__(self, title: str, description: str, parent: QWidget | None = None) -> None:
        self._switch = Switch()
        super().__init__(title, description, self._switch, parent)
        self._switch.toggled.connect(self.edited.emit)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._switch.click()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _put(self, value: Any) -> None:
        self._switch.setChecked(value)
        self._switch.update()


class ChoiceField(Field):
    """One of several words, each with a title for people."""

    def __init__(self, title: str, description: str, parent: QWidget | None = None) -> None:
        self._box = QComboBox()
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._box.setFixedWidth(CONTROL_WIDTH)
        super().__init__(title, description, self._box, parent)
        self._box.activated.connect(self._chosen)
        self._value = ""

    def offer(self, words: Sequence[str], titles: Sequence[str]) -> None:
        """What can be chosen; what is chosen stays."""
        with QSignalBlocker(self._box):
            self._box.clear()
            for word, title in zip(words, titles, strict=True):
                self._box.addItem(plain.line(title, 100), word)
                self._box.setItemData(self._box.count() - 1, plain.tooltip(title), Qt.ItemDataRole.ToolTipRole)
        self._put(self._value)

    def _put(self, value: Any) -> None:
        self._value = value
        self._box.setCurrentIndex(self._box.findData(value))
        self._box.setToolTip(plain.tooltip(self._box.currentText()))

    def _chosen(self, place: int) -> None:
        value = self._box.itemData(place)
        if value != self._value:
            self._put(value)
            self.edited.emit(value)


class DeviceField(ChoiceField):
    """The system's default or one of the devices; one that is chosen and gone stays to be seen."""

    def __init__(self, title: str, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(title, "", parent)
        self._kind = kind
        self._devices: tuple[str, ...] | None = None
        self._show_all()

    def set_devices(self, devices: Sequence[str]) -> None:
        """Those that are connected now."""
        self._devices = tuple(dict.fromkeys(name for name in devices if name))
        self.describe("" if self._devices else f"No {self._kind} is connected.")
        self._show_all()

    def _put(self, value: Any) -> None:
        self._value = value
        if self._box.findData(value) < 0:
            self._show_all()
        super()._put(value)

    def _chosen(self, place: int) -> None:
        super()._chosen(place)
        self._show_all()  # without the one that was chosen before and is gone

    def _show_all(self) -> None:
        known = self._devices or ()
        names = ["", *known]
        titles = ["System default", *known]
        if self._value and self._value not in known:
            names.append(self._value)
            titles.append(self._value if self._devices is None else f"{plain.line(self._value, 80)} (not connected)")
        self.offer(names, titles)


class NumberField(Field):
    """A number within bounds, with its unit."""

    def __init__(self, title: str, option: "Option", parent: QWidget | None = None) -> None:
        self._spin = QDoubleSpinBox()
        low = -_ENDLESS if option.low is None else option.low
        self._spin.setRange(low, _ENDLESS if option.high is None else option.high)
        self._spin.setDecimals(1)
        self._spin.setSingleStep(0.1)
        self._spin.setSuffix(f" {option.unit}" if option.unit else "")
        self._spin.setKeyboardTracking(False)  # 12 is not first a 1
        self._spin.setMinimumWidth(96)
        self._spin.lineEdit().setTextMargins(theme.GAP, 0, 0, 0)  # a style sheet's padding does not reach it
        super().__init__(title, option.description, self._spin, parent)
        self._spin.valueChanged.connect(lambda value: self.edited.emit(round(value, 1)))

    def _put(self, value: Any) -> None:
        self._spin.setValue(value)


class TextField(Field):
    """A line of text, told when it is complete."""

    def __init__(self, title: str, description: str, parent: QWidget | None = None) -> None:
        self._edit = QLineEdit()
        self._edit.setFixedWidth(CONTROL_WIDTH)
        self._edit.setMaxLength(500)
        super().__init__(title, description, self._edit, parent)
        self._edit.editingFinished.connect(self._finished)
        self._value = ""

    def _put(self, value: Any) -> None:
        self._value = value
        self._edit.setText(value)

    def _finished(self) -> None:
        text = self._edit.text().strip()
        if text != self._value:
            self._value = text
            self.edited.emit(text)


def field(kind: type, option: "Option", parent: QWidget) -> Field:
    """The field for a setting of this type; TypeError for one that there is none for."""
    if kind is bool:
        return SwitchField(option.title, option.description, parent)
    if kind is float:
        return NumberField(option.title, option, parent)
    if kind is str and option.choices:
        choice = ChoiceField(option.title, option.description, parent)
        choice.offer(option.choices, option.titles)
        return choice
    if kind is str:
        return TextField(option.title, option.description, parent)
    raise TypeError(f"no control for a setting of type {kind.__name__}")
