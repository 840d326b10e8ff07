"""What the settings page has for another computer beyond its settings: what is on, the key, a test, and off.

Owns these rows. It must not know how keys are kept, nor ask a server itself: it tells what the person wants.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from app import elsewhere
from app.settings import Settings
from ui import groups, plain, theme
from ui.groups import Group

GROUP = "Another computer"
"""The group of the table that this belongs to."""


class Elsewhere(QWidget):
    """The rows below the settings of another computer."""

    keyGiven = Signal(str)
    """The person's key for the server; "" to forget it."""
    testToggled = Signal(bool)
    """The person wants to know whether it works, or no longer does."""
    offWanted = Signal()

    def __init__(self, group: Group, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()  # it only owns them
        self._state = groups.words("", quiet=False)
        self._state.setAccessibleName("What another computer does")
        self._off = groups.button("Off", "Let the models on this machine do everything again")
        self._off.setAccessibleName("Turn the other computer off")
        self._off.clicked.connect(self.offWanted)
        self._key = QLineEdit()
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key.setMaxLength(4096)
        self._key.setAccessibleName("Key")
        self._key.textChanged.connect(self._offer_keep)
        self._key.returnPressed.connect(self._give)
        self._keep = groups.button("", "")
        self._keep.clicked.connect(self._give)
        self._kept = groups.words("")
        self._test = groups.button("Test", "Ask it something now")
        self._test.setAccessibleName("Test the other computer")
        self._test.setCheckable(True)
        self._test.toggled.connect(self._show_test)
        self._test.toggled.connect(self.testToggled)
        self._verdict = groups.words("A short question tells whether it works.")
        self._verdict.setAccessibleName("What the test found")
        words = QVBoxLayout()
        words.setSpacing(theme.GAP // 2)
        words.addWidget(groups.words("Key, if its server asks for one", quiet=False))
        words.addWidget(self._kept)
        words.addWidget(self._key)
        group.add(groups.row(words, self._keep))
        group.add(groups.row(self._verdict, self._test))
        group.add(groups.row(self._state, self._off))
        self._has_key = False

    def show_settings(self, settings: Settings) -> None:
        """Tell what these settings mean."""
        on = bool(elsewhere.cards(settings))
        self._say(self._state, elsewhere.state(settings))
        self._off.setEnabled(on)
        self._test.setEnabled(on or self._test.isChecked())
        self._key.setEnabled(bool(settings.remote_address.strip()))
        self._has_key = elsewhere.has_key(settings)
        self._kept.setText(
            "There is a key for this server." if self._has_key else "It is kept in the system's keyring."
        )
        self._offer_keep()

    def tell_key(self, sentence: str) -> None:
        """What became of the key."""
        self._key.clear()
        self._say(self._kept, sentence)

    def tell_test(self, sentence: str) -> None:
        """What the test found."""
        self._test.setChecked(False)
        self._say(self._verdict, sentence)

    def stop_test(self) -> None:
        self._test.setChecked(False)

    def _give(self) -> None:
        if self._keep.isEnabled():
            self.keyGiven.emit(self._key.text())

    def _offer_keep(self) -> None:
        forget = self._has_key and not self._key.text()
        self._keep.setText("Forget" if forget else "Keep")
        self._keep.setAccessibleName("Forget the key" if forget else "Keep the key")
        self._keep.setToolTip("Take the key out of the keyring" if forget else "Put the key into the system's keyring")
        self._keep.setEnabled(self._key.isEnabled() and bool(forget or self._key.text().strip()))

    def _show_test(self, on: bool) -> None:
        self._test.setText("Stop" if on else "Test")
        if on:
            self._verdict.setText("Asking… the first answer may take a while.")
        elif self._verdict.text().startswith("Asking"):
            self._verdict.setText("A short question tells whether it works.")

    @staticmethod
    def _say(label: QLabel, sentence: str) -> None:
        label.setText(plain.line(sentence, 500))


def privacy(settings: Settings) -> str:
    """What "About Parley" says of who gets to know what is said."""
    host = elsewhere.leaves(settings)
    if not host:
        return "Nothing leaves this machine: what you say, type and show is worked on here and kept here."
    where = plain.line(host, 100)
    return f"What you set under “{GROUP}” goes to {where}; everything else is worked on here and kept here."
