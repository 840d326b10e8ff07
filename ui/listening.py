"""The microphone from the window's side: when it is open, the talk key, what is told of it.

Owns whether somebody wants to be heard. It must not know devices, nor what becomes of what was heard. Opening and
closing happen in the background, for a sound system may take its time.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

from app import events
from app.events import Dropped, Event, Hearing
from app.problems import Problem
from app.settings import Settings
from app.speech import EndpointRules
from ui.bridge import Bridge

if TYPE_CHECKING:
    from app.assistant import Assistant
    from app.live import LiveMicrophone
    from ui.composer import Composer

QUIETEST, LOUDEST = -60.0, -10.0
"""Decibels of full scale that are shown as nothing and as full."""
MICROPHONE_PROBLEMS = ("no-microphone", "microphone-gone", "sound-unavailable")
NO_RECOGNIZER = "no-asr"
"""Known before it is told: see `set_deaf`."""
NOTHING_HEARD = "No words were heard. Speak a little louder or closer to the microphone."


class Listening(QObject):
    """Opens the microphone when it is wanted, and shows in the composer what it does."""

    def __init__(self, bridge: Bridge, composer: "Composer", noticed: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._composer = composer
        self._notice = noticed
        self._settings = Settings()
        self._assistant: Assistant | None = None
        self._microphone: LiveMicrophone | None = None
        self._talking = False
        """A talk that was begun by key or button, until it is a question or nothing."""
        self._testing = False
        self._failed = ""
        """Why there is no microphone."""
        self._deaf = ""
        """Why the language cannot be spoken."""
        self._hearing = Hearing.OFF
        self._key_down = False
        self._key = 0
        composer.talkPressed.connect(self.press)
        composer.talkReleased.connect(self.release)

    def watch_key(self, window: QWindow) -> None:
        """Heed the talk key in this window."""
        window.installEventFilter(self)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._focus_moved)

    def begin(self, assistant: "Assistant", settings: Settings) -> None:
        """There is somebody who listens."""
        self._assistant = assistant
        self.apply(settings)

    def apply(self, settings: Settings) -> None:
        """Take up changed settings."""
        another = settings.microphone != self._settings.microphone
        self._settings = settings
        self._key = int(getattr(Qt.Key, f"Key_{settings.talk_key}"))
        self._composer.set_talk_key(settings.talk_key)
        self._composer.set_hands_free(settings.hands_free)
        if self._assistant is None:
            return
        attention = self._assistant.attention
        attention.hands_free = settings.hands_free
        attention.barge_in = settings.barge_in
        attention.cancel_echo = settings.echo_cancellation
        if attention.rules.end_seconds != settings.end_silence:
            attention.rules = EndpointRules(end_seconds=settings.end_silence)
        if another:
            self._failed = ""
            self._leave()
        self._open_or_close()

    def try_again(self) -> None:
        """Look for the microphone anew."""
        self._failed = ""
        self._leave()
        self._open_or_close()

    def test(self, on: bool) -> None:
        """Keep the microphone open so that its level can be seen."""
        self._testing = on
        if on and self._failed:
            self.try_again()
        else:
            self._open_or_close()

    @property
    def hearing(self) -> bool:
        return self._hearing is Hearing.HEARING

    def press(self) -> None:
        """Somebody speaks to Parley from now on."""
        if self._assistant is None:
            self._notice("Parley is still starting: try again in a moment.")
            self._composer.talk_over()
            return
        self._talking = True
        self._assistant.attention.press()
        if self._deaf:
            self._notice(self._deaf)
        if self._failed:
            self.try_again()
        else:
            self._open_or_close()

    def release(self) -> None:
        """The question is complete."""
        if self._assistant is not None:
            self._assistant.attention.release()
            if self._microphone is None or self._deaf:
                self._talked()

    def hear(self, event: Event) -> None:
        """Show what the ear tells; other events are no concern of this."""
        match event:
            case events.HearingChanged(hearing=hearing):
                self._hearing = hearing
                if hearing is not Hearing.OFF:
                    self._failed = ""
                self._show()
            case events.SoundLevel(level=level):
                self._composer.set_level(min(1.0, max(0.0, (level - QUIETEST) / (LOUDEST - QUIETEST))))
            case events.PartialTranscript(turn=None, text=text):
                self._composer.set_caption(text)
            case events.SpeechDropped(reason=reason):
                if reason is Dropped.NOTHING_HEARD and self._talking:
                    self._notice(NOTHING_HEARD)
                self._talked()
            case events.TurnStarted(request=request) if request.text is None:
                self._talked()
            case events.ProblemRaised(problem=problem, turn=None) if problem.stage == "ear":
                if problem.code != NO_RECOGNIZER:
                    self._fail(problem)

    def set_deaf(self, reason: str) -> None:
        """Why the language cannot be spoken, as a sentence; empty if it can."""
        self._deaf = reason
        self._show()

    def _fail(self, problem: Problem) -> None:
        """Nobody listens any more."""
        self._failed = f"{problem.message} Type your question."
        self._leave()
        self._talked()
        self._show()

    def _talked(self) -> None:
        self._talking = False
        self._composer.set_caption("")
        self._composer.talk_over()
        if self._assistant is not None:
            self._assistant.attention.release()
        self._open_or_close()

    def _show(self) -> None:
        reason = self._failed or self._deaf
        self._composer.set_hearing("unavailable" if reason else self._hearing.value, reason)
        if self._hearing is Hearing.OFF:
            self._composer.set_level(0.0)

    def _open_or_close(self) -> None:
        assistant, settings = self._assistant, self._settings
        if assistant is None:
            return
        wanted = settings.hands_free or settings.keep_ready or self._talking or self._testing
        if not wanted:
            self._leave()
        elif self._microphone is None and not self._failed:
            from app.live import LiveMicrophone

            self._microphone = microphone = LiveMicrophone(settings.microphone)
            self._bridge.run_in_background(lambda: assistant.attend(microphone), _nothing, _nothing)

    def _leave(self) -> None:
        assistant = self._assistant
        if self._microphone is not None and assistant is not None:
            self._microphone = None
            self._bridge.run_in_background(assistant.ignore, _nothing, _nothing)

    # -- the talk key

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The talk key is the window's, whatever has the focus."""
        kind = event.type()
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            assert isinstance(event, QKeyEvent)
            if event.key() == self._key and not event.modifiers():
                if not event.isAutoRepeat():
                    self._hold(kind == QEvent.Type.KeyPress)
                return True
        return False

    def _hold(self, down: bool) -> None:
        if down != self._key_down:
            self._key_down = down
            if down:
                self.press()
            else:
                self.release()

    def _focus_moved(self) -> None:
        """The release of the key will go to another window."""
        self._hold(False)


def _nothing(result: object) -> None:
    """What goes wrong with the microphone comes as an event."""
