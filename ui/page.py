"""The pages beside the window joined with what they show: settings, which are tested there too, and plans.

Owns the pages' lives. It must not know what a setting does, nor what a model is for.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

import app
from app import events
from app.events import Event
from app.problems import Problem
from app.settings import Settings
from models.roles import CancelToken
from ui.bridge import Bridge

if TYPE_CHECKING:
    from app.fits import Fit, Fix
    from app.machines import Machine
    from models.residency import Library
    from ui.listening import Listening
    from ui.plan_page import PlanPage
    from ui.preferences import Preferences
    from ui.window import Window

TONE_HERTZ = 440
TONE_SECONDS = 0.5
TONE_RATE = 48_000


class Page:
    """Made when it is first wanted, and then kept."""

    def __init__(
        self,
        bridge: Bridge,
        window: "Window",
        folder: Path,
        listening: "Listening",
        changed: Callable[[Settings], None],
        failed: Callable[[Problem], None],
        is_quiet: Callable[[], bool],
    ) -> None:
        self._bridge = bridge
        self._window = window
        self._folder = folder
        self._listening = listening
        self._changed = changed
        self._failed = failed
        self._is_quiet = is_quiet
        self._preferences: Preferences | None = None
        self._trying = CancelToken()
        self._fit: Fit | None = None
        self.mendWanted: Callable[[Fix], None] = lambda fix: None
        """Does what the button beside a verdict says."""
        self.fitWanted: Callable[[], None] = lambda: None
        """Looks anew whether the models fit."""

    def open(self, settings: Settings, devices: bool = False) -> None:
        """Show the page, or its devices."""
        if self._preferences is None:
            self._preferences = self._make(settings)
        if devices:
            self._preferences.present_devices()
        else:
            self._preferences.present()
        self._look(anew=self._is_quiet())
        self.fitWanted()

    def open_elsewhere(self, settings: Settings) -> None:
        """Show the page at what it has about another computer."""
        self.open(settings)
        assert self._preferences is not None
        self._preferences.present_elsewhere()

    def show(self, settings: Settings) -> None:
        """Settings were changed elsewhere."""
        if self._preferences is not None:
            self._preferences.show_settings(settings)

    def show_fit(self, fit: "Fit | None") -> None:
        """Whether the models in use fit together."""
        self._fit = fit
        if self._preferences is not None:
            self._preferences.fit.show_fit(fit)

    def hear(self, event: Event) -> None:
        """Show the microphone's level; other events are no concern of this."""
        if isinstance(event, events.SoundLevel) and self._preferences is not None and self._preferences.isVisible():
            self._preferences.show_level(event.level)

    def _make(self, settings: Settings) -> "Preferences":
        from models import cuda
        from ui.preferences import Preferences

        version = f"{app.__version__} for {cuda.built_for()}"
        page = Preferences(settings, str(self._folder), version, self._window)
        page.changed.connect(self._changed)
        page.fit.show_fit(self._fit)
        page.fit.fixWanted.connect(self.mendWanted)
        page.microphoneTest.connect(self._listening.test)
        page.soundTest.connect(self._play)
        page.testedElsewhere.connect(self._try_elsewhere)
        page.keyGiven.connect(self._keep_key)
        page.devicesWanted.connect(lambda: self._look(anew=True))
        page.folderWanted.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder))))
        return page

    def _keep_key(self, key: str) -> None:
        """Put the key into the keyring, or forget it; the keyring may ask the person for a password."""
        from app import elsewhere

        page = self._preferences
        assert page is not None

        def keep() -> tuple[Settings, str]:
            return elsewhere.set_key(page.settings, key)

        def kept(found: tuple[Settings, str]) -> None:
            # Meanwhile the person may have gone on changing other settings.
            self._changed(replace(page.settings, remote_key_for=found[0].remote_key_for))
            page.elsewhere.tell_key(found[1])

        self._bridge.run_apart(
            keep, kept, lambda problem: page.elsewhere.tell_key(f"{problem.message} {problem.remedy}")
        )

    def _try_elsewhere(self, wanted: bool) -> None:
        """Ask the other computer something, or leave it."""
        from app import elsewhere

        page = self._preferences
        assert page is not None
        self._trying.cancel()
        if not wanted:
            return
        cancel = self._trying = CancelToken()
        settings = page.settings

        def tell(sentence: str) -> None:
            if not cancel.cancelled:
                page.elsewhere.tell_test(sentence)

        self._bridge.run_apart(
            lambda: elsewhere.tried(settings, cancel), tell, lambda problem: tell(f"{problem.message} {problem.remedy}")
        )

    def _look(self, anew: bool) -> None:
        """Show the devices; looked for anew, what is played and heard stops for a moment and goes on by itself."""

        def look() -> tuple[tuple[str, ...], tuple[str, ...]]:
            from app import devices

            if anew:
                devices.refresh()
            return devices.microphones(), devices.speakers()

        def show(found: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
            if self._preferences is not None:
                self._preferences.set_devices(*found)

        self._bridge.run_in_background(look, show, self._failed)

    def _play(self) -> None:
        assert self._preferences is not None
        name = self._preferences.settings.speaker
        self._bridge.run_in_background(lambda: _tone(name), lambda _: None, self._failed)


class Plans:
    """The plan page; made when it is first wanted, and then kept.

    Plans are made anew when it is opened, and while it is open when there is another plan or a card comes or goes.
    """

    def __init__(
        self,
        bridge: Bridge,
        window: "Window",
        failed: Callable[[Problem], None],
        asked: "Callable[[], tuple[Library, Settings] | None]",
    ) -> None:
        """`asked` tells whose plans are shown; None while there are no models yet."""
        self._bridge = bridge
        self._window = window
        self._failed = failed
        self._asked = asked
        self._page: PlanPage | None = None
        self._cards: list[tuple[int, str]] | None = None
        """Number and name of the cards that the last reading saw."""
        self._wanted = 0
        """How often plans were wanted: only what was wanted last is shown."""

    def open(self) -> None:
        from ui.plan_page import PlanPage

        if self._asked() is None:
            return
        if self._page is None:
            self._page = PlanPage(self._window)
            self._page.cardChosen.connect(self._make)
        self._make()
        self._page.present()

    def hear(self, event: Event) -> None:
        """Follow what happens to the machine; other events are no concern of this."""
        changed = isinstance(event, events.PlanMade)
        if isinstance(event, events.ReadingTaken):
            before, self._cards = self._cards, [(gpu.index, gpu.name) for gpu in event.reading.hardware.gpus]
            changed = before is not None and before != self._cards
        if changed and self._page is not None and self._page.isVisible():
            self._make()

    def _make(self) -> None:
        from app import machines

        page, asked = self._page, self._asked()
        assert page is not None
        assert asked is not None
        library, settings = asked
        card = page.card
        self._wanted += 1
        wanted = self._wanted

        def show(found: "tuple[Machine, ...]") -> None:
            if wanted == self._wanted:
                page.show_machines(found)

        # It takes a second or more, for which a setting that is to be saved need not wait.
        self._bridge.run_apart(lambda: machines.beside(library, settings, card), show, self._failed)


def _tone(name: str) -> None:
    """Play a short tone at a speaker, by a stream of its own. Raises ModelError."""
    import numpy as np

    from app.live import LiveSpeaker

    moments = np.arange(int(TONE_RATE * TONE_SECONDS)) / TONE_RATE
    edge = np.minimum(1.0, np.minimum(moments, TONE_SECONDS - moments) / 0.02)
    samples = (np.sin(2 * np.pi * TONE_HERTZ * moments) * edge * 8000).astype(np.int16)
    speaker = LiveSpeaker(name)
    try:
        for start in range(0, len(samples), TONE_RATE // 50):
            speaker.write(samples[start : start + TONE_RATE // 50], TONE_RATE)
        speaker.flush()
    finally:
        speaker.close()
