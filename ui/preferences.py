"""The settings page: a row for every setting of the table, the sound devices, and what Parley is.

Owns the settings as they stand on the page; what the person changes is told at once. It must not know where they are
kept, nor open a device: lists, levels and sounds come from and are asked of the window.
"""

import dataclasses
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.settings import Settings, options
from ui import groups, plain, theme
from ui.beside import Beside
from ui.elsewhere import GROUP, Elsewhere, privacy
from ui.fields import DeviceField, Field, field
from ui.fit import FitLine
from ui.groups import Group
from ui.level import LOUD, LevelMeter

SIZE = 620, 720
LEAST = 440, 320
HEARD = -45.0
"""Decibels of full scale from which on somebody is taken to be speaking into the microphone."""
SOUND = "Sound"
"""The group of the table that the devices are shown in."""


class Preferences(Beside):
    """Settings, in a window of their own beside Parley's, so that each change is seen and heard at once."""

    changed = Signal(object)
    """The `Settings` as the person has made them."""
    microphoneTest = Signal(bool)
    """The person wants to see the microphone's level, or no longer does."""
    soundTest = Signal()
    """The person wants to hear the speaker."""
    devicesWanted = Signal()
    """The person asks to look for devices again."""
    testedElsewhere = Signal(bool)
    """The person wants to know whether the other computer works, or no longer does."""
    keyGiven = Signal(str)
    """The person's key for the other computer; "" to forget it."""
    folderWanted = Signal()
    """The person wants to see the data folder."""

    def __init__(self, settings: Settings, folder: str, version: str, parent: QWidget | None = None) -> None:
        """`folder` is where Parley keeps its data, as text to read."""
        super().__init__("Settings", SIZE, LEAST, parent)
        self._settings = settings
        self._before: Settings | None = None
        """What "Defaults" took away."""
        self._fields: dict[str, Field] = {}
        self._style()  # while there is nothing to be styled anew

        self._content = QWidget(self)
        self._content.setObjectName("page")
        self._page = QVBoxLayout(self._content)
        self._page.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 3)
        self._page.setSpacing(theme.GAP)
        self.fit = FitLine(self)
        self.fit.setContentsMargins(theme.GAP * 2, theme.GAP, theme.GAP * 2, theme.GAP)
        cards: dict[str, Group] = {}
        for name, kind, _, option in options():
            if option.shown:
                if option.group not in cards:
                    cards[option.group] = self._card(option.group)
                    if option.group == SOUND:
                        self._add_devices(cards[SOUND])
                cards[option.group].add(self._add(name, field(kind, option, self)))
                if name == "when_short":
                    cards[option.group].add(self.fit)
        self.elsewhere = Elsewhere(cards[GROUP], self)
        self.elsewhere.offWanted.connect(self._turn_off)
        self.elsewhere.keyGiven.connect(self.keyGiven)
        self.elsewhere.testToggled.connect(self.testedElsewhere)
        self._add_about(self._card("About Parley"), folder, version)
        self._page.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(self._content)
        self._scroll = scroll
        self._defaults = groups.button("Defaults", "Every setting on this page as it was at first")
        self._defaults.clicked.connect(self._take_defaults)
        close = groups.button("Close", "Close (Esc)")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.GAP * 3, theme.GAP, theme.GAP * 3, theme.GAP * 2)
        foot.addWidget(self._defaults)
        foot.addStretch(1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)
        self.show_settings(settings)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keep_in_view)

    @property
    def settings(self) -> Settings:
        return self._settings

    def show_settings(self, settings: Settings) -> None:
        """Take up settings that were changed elsewhere; nothing is told."""
        self._settings = settings
        for name, each in self._fields.items():
            each.show_value(getattr(settings, name))
        self._tell()

    def set_devices(self, microphones: Sequence[str], speakers: Sequence[str]) -> None:
        """The names of what is connected now."""
        self.microphone.set_devices(microphones)
        self.speaker.set_devices(speakers)

    def show_level(self, level: float) -> None:
        """Of the microphone: root mean square in decibels of full scale."""
        self.meter.show_level(level)
        if self._test.isChecked() and level >= HEARD:
            self._verdict.setText("Very loud: turn the microphone down." if level >= LOUD else "Parley hears you.")

    def present_devices(self) -> None:
        """Show the page at the choice of microphone and speaker."""
        self.present()
        self._scroll.ensureWidgetVisible(self.microphone, 0, SIZE[1] // 4)
        self.microphone.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def present_elsewhere(self) -> None:
        """Show the page at what it has about another computer."""
        self.present()
        address = self._fields["remote_address"]
        self._scroll.ensureWidgetVisible(address, 0, SIZE[1] // 4)
        address.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """No microphone stays open for a page that nobody sees."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._test.setChecked(False)
            self.elsewhere.stop_test()

    def _card(self, title: str) -> Group:
        return groups.titled(title, self._page, self)

    def _add(self, name: str, each: Field) -> Field:
        self._fields[name] = each
        each.edited.connect(lambda value: self._edit(name, value))
        return each

    def _add_devices(self, card: Group) -> None:
        # In the order of the page, for the tab key goes by it.
        self.microphone = DeviceField("Microphone", "microphone", self)
        self.meter = LevelMeter(self)
        card.add(self._add("microphone", self.microphone))
        self._test = groups.button("Test", "Open the microphone and show how loud it is")
        self._test.setAccessibleName("Test the microphone")
        self._test.setCheckable(True)
        self._test.toggled.connect(self._tell_test)
        self._test.toggled.connect(self.microphoneTest)
        self._verdict = QLabel(self)
        self._verdict.setProperty("tone", "quiet")
        level = QVBoxLayout()
        level.setSpacing(theme.GAP // 2)
        level.addStretch(1)
        level.addWidget(self.meter)
        level.addWidget(self._verdict)
        level.addStretch(1)
        card.add(groups.row(level, self._test))
        self.speaker = DeviceField("Speaker", "speaker", self)
        card.add(self._add("speaker", self.speaker))
        play = groups.button("Play", "Play a short sound at the speaker")
        play.setAccessibleName("Play a test sound")
        play.clicked.connect(self.soundTest)
        card.add(groups.row(groups.words("A short sound tells whether the speaker works."), play))
        again = groups.button("Look again", "Look again for what is connected")
        again.setAccessibleName("Look again for sound devices")
        again.clicked.connect(self.devicesWanted)
        card.add(
            groups.row(groups.words("Plugged something in just now? Looking again takes a moment of silence."), again)
        )
        self._tell_test(False)

    def _add_about(self, card: Group, folder: str, version: str) -> None:
        self._privacy = groups.words("")
        card.add(groups.row(self._privacy))
        path = groups.words(plain.line(folder, 500), quiet=False)
        path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        where = QVBoxLayout()
        where.setSpacing(2)
        where.addWidget(groups.words("Conversations, pictures, models and settings are in", quiet=True))
        where.addWidget(path)
        folder_button = groups.button("Open", "Open the folder")
        folder_button.setAccessibleName("Open the data folder")
        folder_button.clicked.connect(self.folderWanted)
        card.add(groups.row(where, folder_button))
        licence = "free software under the GNU General Public License, version 3 or later; it comes without warranty."
        card.add(groups.row(groups.words(f"Parley {version}, {licence}")))

    def _edit(self, name: str, value: object) -> None:
        self._before = None
        self._take(dataclasses.replace(self._settings, **{name: value}))  # type: ignore[arg-type]

    def _turn_off(self) -> None:
        self._before = None
        self.show_settings(dataclasses.replace(self._settings, remote_text=False, remote_pictures=False))
        self.changed.emit(self._settings)

    def _tell(self) -> None:
        """What the settings come to."""
        self._offer_defaults()
        self.elsewhere.show_settings(self._settings)
        self._privacy.setText(privacy(self._settings))

    def _take(self, settings: Settings) -> None:
        self._settings = settings
        self._tell()
        self.changed.emit(settings)

    def _take_defaults(self) -> None:
        undone = self._before
        self._before = self._settings if undone is None else None
        source = undone or Settings()
        wanted = dataclasses.replace(self._settings, **{name: getattr(source, name) for name in self._fields})
        for name, each in self._fields.items():
            each.show_value(getattr(wanted, name))
        self._take(wanted)

    def _offer_defaults(self) -> None:
        first = Settings()
        changed = any(getattr(self._settings, name) != getattr(first, name) for name in self._fields)
        if changed:
            self._before = None
        self._defaults.setText("Defaults" if self._before is None else "Undo")
        self._defaults.setAccessibleName("Restore the defaults" if self._before is None else "Undo the defaults")
        self._defaults.setEnabled(changed or self._before is not None)

    def _keep_in_view(self, _: QWidget | None, focused: QWidget | None) -> None:
        """What gets the focus by the tab key may lie outside of what is scrolled to."""
        if focused is not None and self._content.isAncestorOf(focused):
            self._scroll.ensureWidgetVisible(focused, 0, theme.GAP * 3)

    def _tell_test(self, on: bool) -> None:
        self._test.setText("Stop" if on else "Test")
        self._verdict.setText("Say something." if on else "How loud the microphone is.")
