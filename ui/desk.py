"""The window's controller: joins what the widgets tell with the assistant, and what the assistant tells with them.

Owns the settings in use, and the order of start and end. What concerns only turns, pictures, the microphone, the
history or the settings page is in modules of their own. It must not do anything slow itself.
"""

import gc
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

import resources
from app import events
from app import settings as settings_file
from app.events import Bus, Event
from app.problems import Problem, from_exception
from app.settings import Settings
from models.roles import ModelError, Picture
from ui import appearance, opening, theme
from ui.arrangement import Arrangement
from ui.bridge import Bridge
from ui.dropping import Dropping
from ui.listening import MICROPHONE_PROBLEMS, NO_RECOGNIZER, Listening
from ui.opening import Opened
from ui.outbox import Outbox
from ui.page import Page, Plans
from ui.past import Past
from ui.pictures import Pictures
from ui.rehearsal import rehearse
from ui.stock import Stock
from ui.turns import Turns
from ui.welcome import Example
from ui.window import CONVERSATIONS, RESOURCES, Window

if TYPE_CHECKING:
    from app.fits import Fix
    from models.residency import Library

log = logging.getLogger(__name__)

SPEAKER_PROBLEMS = ("no-speaker", "speaker-gone")
STAGES = {"asr": "ear", "translation": "brain", "llm": "brain", "vlm": "brain", "tts": "voice"}
"""Whose problem it is when a role's model cannot be loaded."""
SAVE_SECONDS = 0.5
"""What is being written when the window closes has at least so long."""
EXAMPLES = Path(resources.__file__).parent / "examples"
"""Pictures of the start screen's examples."""


class Desk(QObject):
    """Begins its work when it is made; `close` ends it."""

    def __init__(self, window: Window, folder: Path) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._settings = Settings()
        self._opened: Opened | None = None
        self._needed: dict[str, str] = {}
        """Identity → role of the models that are to be loaded still."""
        self._count = 0
        """How many there were."""
        self._ready = False
        self._here: set[str] = set()
        """Identities of the models that are loaded."""
        window.furnish()
        banner, composer = window.banner, window.composer
        self._bus = Bus()
        self._bridge = Bridge(self._hear, self)
        self._bus.subscribe(self._bridge.post)
        self._turns = Turns(window.chat)
        self._outbox = Outbox(window.chat, self._ask)
        self._pictures = Pictures(self._bridge, composer, self._request_changed, banner.add, banner.notice)
        self._listening = Listening(self._bridge, composer, banner.notice, self)
        self._past = Past(self._bridge, window, self._turns, banner.add)
        self._page = Page(self._bridge, window, folder, self._listening, self._change, banner.add, self._is_quiet)
        self._arrangement = Arrangement(self._bridge, window.resources, banner.add, self._page.show_fit)
        self._page.mendWanted, self._page.fitWanted = self._mend, self._arrangement.judge
        self._stock = Stock(self._bridge, window, folder, lambda: self._settings, self._change)
        self._stock.changed, self._stock.mend = self._restock, self._mend
        self._stock.release = lambda card: opening.release(self._opened, folder, self._settings, card)
        self._plans = Plans(self._bridge, window, banner.add, self._in_use)
        self._dropping = Dropping(window, composer.take)
        self._connect()
        window.header.show_progress("Starting…")
        self._bridge.run_in_background(lambda: settings_file.load(folder), self._begin, banner.add)
        rehearse(self)

    # -- start and end

    def _begin(self, loaded: tuple[Settings, Problem | None]) -> None:
        settings, problem = loaded
        if problem is not None:
            self._window.banner.add(problem)
        self._settings = settings
        self._show_settings()
        self._bridge.run_in_background(
            lambda: opening.open_all(self._folder, settings, self._bus), self._begun, self._not_begun
        )

    def _begun(self, opened: Opened) -> None:
        self._opened = opened
        self._arrangement.begin(opened.assistant)
        self._stock.begin(opened.library)
        self._outbox.open = True
        self._window.header.offer(*opening.offers(opened.library), self._languages())
        self._expect_models()
        self._request_changed()
        self._listening.begin(opened.assistant, self._settings)
        self._past.begin(opened.assistant)

    def _not_begun(self, problem: Problem) -> None:
        self._window.header.show_progress("")
        self._window.banner.add(replace(problem, recoverable=False))

    def silence(self) -> None:
        """Say nothing more, and answer nothing that was asked."""
        self._outbox.stop()
        if self._opened is not None:
            self._opened.assistant.interrupt()
        self._tell_busy()

    def close(self, timeout: float) -> bool:
        """End everything; False if something outlasts `timeout` seconds and is left behind.

        What was asked, answered and set is on disk then, but for what a step that outlasts it would have added.
        """
        self.silence()
        look = self._window.appearance()._replace(
            theme=self._settings.theme,
            language_in=self._settings.language_in,
            language_out=self._settings.language_out,
        )
        self._bridge.run_in_background(lambda: appearance.save(self._folder, look), _nothing, _nothing)
        saved = self._bridge.close(max(SAVE_SECONDS, timeout / 3))
        opened = self._opened
        if opened is None:
            return False  # it may be in the middle of being opened
        ended: list[bool] = []
        over = time.monotonic() + timeout
        closing = threading.Thread(target=lambda: ended.append(opened.close(timeout)), daemon=True)
        closing.start()
        quiet = self._stock.close(timeout)
        closing.join(max(0.0, over - time.monotonic()))
        return saved and quiet and ended == [True]

    # -- what the person does

    def _connect(self) -> None:
        window, composer, header = self._window, self._window.composer, self._window.header
        composer.sent.connect(self._send)
        composer.stopRequested.connect(self.silence)
        composer.handsFreeToggled.connect(lambda on: self._change(replace(self._settings, hands_free=on)))
        composer.filesChosen.connect(self._pictures.add_files)
        composer.imagePasted.connect(self._pictures.add_data)
        composer.pictureRemoved.connect(self._pictures.remove)
        composer.noticed.connect(window.banner.notice)
        window.chat.typed.connect(composer.type)
        window.chat.exampleChosen.connect(self._ask_example)
        header.languagesChosen.connect(self._choose_languages)
        header.newRequested.connect(self._past.new)
        header.settingsRequested.connect(lambda: self._page.open(self._settings))
        header.devicesRequested.connect(lambda: self._page.open(self._settings, devices=True))
        header.modelsRequested.connect(self._show_models)
        window.chat.modelsRequested.connect(self._show_models)
        window.planWanted.connect(self._plans.open)
        window.sideWanted.connect(self._remember_side)
        window.closed.connect(self.silence)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_colors)
        handle = window.windowHandle()
        if handle is not None:
            self._listening.watch_key(handle)
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+N": self._past.new,
            "Esc": self.silence,
            "Ctrl+H": composer.hands_free.click,
            "Ctrl+B": lambda: window.toggle(CONVERSATIONS),
            "Ctrl+R": lambda: window.toggle(RESOURCES),
            "Ctrl+,": lambda: self._page.open(self._settings),
            "Ctrl+F": self._search,
            "Ctrl+M": self._show_models,
            "Ctrl+P": self._plans.open,
            "Ctrl+L": window.show_conversation,
            "Ctrl+Q": window.close,
        }
        for key, job in keys.items():
            QShortcut(QKeySequence(key), window).activated.connect(job)
        again = ("Try again", self._listening.try_again)
        actions = dict.fromkeys(MICROPHONE_PROBLEMS, again)
        actions |= dict.fromkeys(SPEAKER_PROBLEMS, ("Choose a speaker", lambda: self._page.open(self._settings, True)))
        actions |= dict.fromkeys(opening.MODELS, ("Open the models", self._show_models))
        actions["settings-invalid"] = ("Open the settings", lambda: self._page.open(self._settings))
        actions |= dict.fromkeys(
            opening.ELSEWHERE, ("Open the settings", lambda: self._page.open_elsewhere(self._settings))
        )
        window.banner.set_actions(actions)

    def _send(self, text: str) -> None:
        batch = self._pictures.take()
        try:
            self._outbox.put(text, batch)
        except ModelError as error:
            self._pictures.put_back(batch)
            self._window.banner.add(from_exception("window", error))
            return
        self._window.composer.clear()
        self._request_changed()
        self._tell_busy()

    def _ask(self, text: str, pictures: tuple[Picture, ...]) -> None:
        assert self._opened is not None
        self._opened.assistant.ask(opening.request(self._settings, text, pictures))

    def _ask_example(self, example: Example) -> None:
        if example.language:
            self._choose_languages(example.language, example.language)
            self._window.banner.notice("Parley now understands and answers in Spanish. The languages are chosen above.")
        if example.picture:
            self._pictures.add_files([str(EXAMPLES / example.picture)])
        self._window.composer.set_text(example.question)
        self._send(example.question)

    def _search(self) -> None:
        self._window.reveal(CONVERSATIONS)
        self._window.conversations.focus_search()

    def _show_models(self) -> None:
        if self._opened is not None:
            self._stock.open()

    def _in_use(self) -> "tuple[Library, Settings] | None":
        return None if self._opened is None else (self._opened.library, self._settings)

    def _choose_languages(self, language_in: str, language_out: str) -> None:
        self._change(replace(self._settings, language_in=language_in, language_out=language_out))

    def _remember_side(self, side: str, wanted: bool) -> None:
        name = "show_conversations" if side == CONVERSATIONS else "show_resources"
        self._change(replace(self._settings, **{name: wanted}))  # type: ignore[arg-type]

    # -- settings

    def _change(self, settings: Settings) -> None:
        """Take up changed settings at once, and save them."""
        before, self._settings = self._settings, settings
        if settings == before:
            return
        self._bridge.run_in_background(lambda: _save(self._folder, settings), _nothing, self._window.banner.add)
        self._show_settings()
        self._listening.apply(settings)
        self._request_changed()
        opened = self._opened
        if opened is None:
            return
        if settings.speaker != before.speaker:
            self._bridge.run_in_background(lambda: opened.speaker.use(settings.speaker), _nothing, _nothing)
        if opening.chosen(settings) != opening.chosen(before):
            self._restock()
        if settings.when_short != before.when_short:
            self._arrangement.when_short(settings.when_short)
        spoken = (settings.language_in, settings.language_out, settings.speak)
        if spoken != (before.language_in, before.language_out, before.speak):
            self._expect_models()
            question = opening.request(settings)
            self._bridge.run_in_background(lambda: opened.assistant.prepare(question), _nothing, _nothing)

    def _restock(self) -> None:
        """Other models are here or wanted, or the other computer is another one."""
        opened, settings = self._opened, self._settings
        if opened is not None:
            job = lambda: opening.use(opened, self._folder, settings)  # noqa: E731
            self._bridge.run_in_background(job, self._used, self._window.banner.add)

    def _used(self, opened: Opened) -> None:
        """Other models are at hand: load what is needed of them."""
        self._opened = opened
        self._stock.use(opened.library)
        self._window.header.offer(*opening.offers(opened.library), self._languages())
        self._expect_models()
        self._request_changed()
        question = opening.request(self._settings)
        self._bridge.run_in_background(lambda: opened.assistant.prepare(question), _nothing, _nothing)

    def _mend(self, fix: "Fix") -> None:
        """Whether models take turns is a setting; all else that mends holds until Parley is closed."""
        if fix.wishes is not None and fix.wishes.when_short != self._settings.when_short:
            self._change(replace(self._settings, when_short=fix.wishes.when_short.value))
        else:
            self._arrangement.mend(fix)

    def _show_settings(self) -> None:
        settings = self._settings
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, settings.theme)
        self._window.header.choose(self._languages())
        self._window.want(CONVERSATIONS, settings.show_conversations)
        self._window.want(RESOURCES, settings.show_resources)
        self._listening.apply(settings)
        self._page.show(settings)

    def _follow_colors(self) -> None:
        if self._settings.theme == "system":
            self._show_settings()

    def _languages(self) -> tuple[str, str]:
        return self._settings.language_in, self._settings.language_out

    def _request_changed(self) -> None:
        """What the next spoken question becomes; and typed ones may be ready to go."""
        if self._opened is not None:
            self._opened.assistant.attention.request = opening.request(self._settings, None, self._pictures.ready)
        self._outbox.go_on()

    # -- what the assistant tells

    def _hear(self, event: Event) -> None:
        self._outbox.hear(event)
        self._turns.hear(event)
        self._listening.hear(event)
        self._past.hear(event)
        self._page.hear(event)
        self._arrangement.hear(event)
        self._plans.hear(event)
        match event:
            case events.TurnStarted(request=request) if request.pictures:
                self._pictures.remove_used(request.pictures)
            case events.TurnEnded(answer=answer):
                self._window.resources.show_timings(answer.timings_ms, answer.tokens, answer.audio_seconds)
            case events.ReadingTaken(reading=reading):
                self._window.resources.show_reading(reading)
            case events.ProblemRaised(problem=problem):
                self._fail(problem)
            case events.EngineReady(card=card):
                self._here.add(card)
                self._loaded({card})
            case events.EngineClosed(card=card):
                self._here.discard(card)
        self._tell_busy()

    def _is_quiet(self) -> bool:
        """Nobody speaks and nobody is spoken to."""
        return not self._turns.under_way and not self._listening.hearing

    def _tell_busy(self) -> None:
        self._window.composer.set_busy(self._turns.under_way or bool(self._outbox))

    def _fail(self, problem: Problem) -> None:
        if problem.code == opening.REFUSED:
            self._restock()  # another one takes its place
        if problem.code != NO_RECOGNIZER:
            self._window.banner.add(problem)
        self._loaded({card for card, role in self._needed.items() if STAGES[role] == problem.stage})

    def _expect_models(self) -> None:
        assert self._opened is not None
        library, settings = self._opened.library, self._settings
        self._listening.set_deaf(opening.deafness(library, settings))
        needed = opening.needed(library, settings)
        self._needed = {card: role for card, role in needed.items() if card not in self._here}
        self._count = len(self._needed)
        self._loaded(set())

    def _loaded(self, cards: set[str]) -> None:
        """These need not be waited for any more."""
        if self._opened is None:
            return
        self._needed = {card: role for card, role in self._needed.items() if card not in cards}
        left = len(self._needed)
        self._window.header.show_progress(f"Loading models: {self._count - left} of {self._count}" if left else "")
        if not left and not self._ready:
            log.info("ready to answer")
            gc.freeze()  # as in ui.start: the libraries that came with the models have many objects
            self._turns.models_ready()
        self._ready = not left


def _save(folder: Path, settings: Settings) -> None:
    """Raises ModelError."""
    try:
        settings_file.save(folder, settings)
    except OSError as error:
        raise ModelError(
            "settings-unwritable",
            f"The settings could not be saved: {error.strerror or error}.",
            f"Check the disk and the folder {folder}; until then they hold as long as the window is open.",
        ) from error


def _nothing(result: object) -> None:
    """What goes wrong there comes as an event, or is of no consequence."""
