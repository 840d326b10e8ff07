"""The one object that a front end talks to: ask, attend, interrupt, close.

Owns the stages and their threads, and which conversation goes on. It must not know any front end.
"""

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.attention import Attention
from app.audio import Microphone, NoSpeaker, Speaker
from app.ear import Attend, Ear, EarItem, Echo, Listen
from app.events import (
    Bus,
    EngineClosed,
    EngineLoading,
    EngineReady,
    Event,
    PlanMade,
    ProblemRaised,
    QuestionHeard,
    ReadingTaken,
    TurnStarted,
)
from app.history import Exchange, History
from app.keeper import Asked, Keeper, KeeperItem, Look, Written
from app.mouth import End, Mouth, MouthItem
from app.problems import Problem
from app.speech import EndpointRules, clean
from app.stages import Brain, BrainItem, Load, Think, Voice, VoiceItem
from app.turn import REMEMBERED_TURNS, Answer, Outcome, Request, Talk, Turn
from app.worker import Worker
from models.catalog import Card
from models.languages import Pair
from models.placement import Plan, Preferences
from models.places import Change, Places
from models.reasons import NAMES, listed
from models.residency import Library, Loaded, Residency, SteppedDown
from models.roles import Message, ModelError, Role, Transcript

MAX_QUESTION = 20_000
"""Characters of a typed question."""
MAX_WAITING = 8
"""Questions under way or waiting."""

REPLANNED = "Restart the computer to get the card back; until then answers may be slower."

R = TypeVar("R")
_Worker = Worker[EarItem] | Worker[BrainItem] | Worker[VoiceItem]


class Assistant:
    """Answers questions, one after the other. Start it, use it, close it; all methods may be called from any thread.

    `history` is the folder where conversations are kept; None keeps none. `echo` takes the speaker's sound out of a
    live microphone.
    """

    def __init__(
        self,
        library: Library,
        speaker: Speaker | None = None,
        history: Path | None = None,
        echo: Echo | None = None,
        bus: Bus | None = None,
    ) -> None:
        self.bus = bus or Bus()
        self.attention = Attention()
        self._library = library
        self._speaker = speaker or NoSpeaker()
        self._numbers = itertools.count(1)
        self._talk = Talk()
        self._unfinished: list[Turn] = []
        self._open: set[str] = set()
        """Identities of the models that are loaded."""
        self._microphone: Microphone | None = None
        self._lock = threading.Lock()
        self._keeper: Worker[KeeperItem] = Worker(Keeper(self.bus, history))
        self._mouth: Worker[MouthItem] = Worker(Mouth(self.bus, self._speaker, self._keeper.put))
        voice = Voice(self.bus, self._residency, self._mouth)
        self._voice: Worker[VoiceItem] = Worker(voice)
        brain = Brain(self.bus, self._residency, self._voice, self._talk_before, self._written)
        self._brain: Worker[BrainItem] = Worker(brain)
        ear = Ear(self.bus, self._residency, self, self.attention, self._speaker, echo)
        self._ear: Worker[EarItem] = Worker(ear)
        self._stages = (ear, brain, voice)
        if library.places is not None:
            library.places.subscribe(self._plan_changed)
            self.bus.subscribe(self._watch)
        self._workers = (self._ear, self._brain, self._voice, self._mouth, self._keeper)

    def start(self) -> None:
        """Start the stages' threads."""
        if self._library.places is not None:
            self.bus.post(PlanMade(self._library.places.plan, ""))
        for worker in self._workers:
            worker.start()

    def warm(self, request: Request) -> Problem | None:
        """Open everything that the request will need, and wait for it; returns the first problem."""
        role = Role.VLM if request.pictures else Role.LLM
        waits: list[tuple[threading.Event, list[Problem]]] = []

        def done() -> Callable[[Problem | None], None]:
            event, problems = threading.Event(), list[Problem]()
            waits.append((event, problems))

            def note(problem: Problem | None) -> None:
                if problem is not None:
                    problems.append(problem)
                event.set()

            return note

        self._load(request, (role,), done)
        for event, _ in waits:
            event.wait()
        return next((problem for _, problems in waits for problem in problems), None)

    def prepare(self, request: Request) -> None:
        """Begin to open everything that questions like this one may need, with and without pictures; does not wait.

        The plan is made for their languages. What cannot be opened is told as a problem.
        """
        if self._library.places is not None:
            self._library.places.talk(Pair(request.language_in, request.language_out))
        self._load(request, (Role.LLM, Role.VLM), lambda: lambda problem: None)

    def _load(
        self, request: Request, roles: Sequence[Role], done: Callable[[], Callable[[Problem | None], None]]
    ) -> None:
        ear, brain, voice = self._stages
        if request.text is None:
            # While it attends the ear sees to it by itself, and this waits until then: never for that.
            self._ear.offer(Load(lambda: ear.warm(request.language_in), done()))
        for role in roles:
            self._brain.put(Load(partial(brain.warm, role, request.language_in, request.language_out), done()))
        if request.speak:
            self._voice.put(Load(lambda: voice.warm(request.language_out), done()))

    def ask(self, request: Request) -> Turn:
        """Answer a typed question. Raises ModelError for text that cannot be a question."""
        text = clean(request.text or "")
        if not text:
            raise ModelError("empty-question", "There is no question.", "Type one.")
        if len(text) > MAX_QUESTION:
            raise ModelError(
                "too-long",
                f"The question has {len(text):,} characters; {MAX_QUESTION:,} is the most.",
                "Ask about a shorter part of it.",
            )
        with self._lock:
            self._unfinished = [turn for turn in self._unfinished if not turn.ended.is_set()]
            if len(self._unfinished) >= MAX_WAITING:
                raise ModelError(
                    "too-many-questions",
                    f"{len(self._unfinished)} questions are waiting for an answer.",
                    "Wait for the next answer, or stop it.",
                )
        turn = self._begin(replace(request, text=text))
        self.think(turn)
        return turn

    def listen(self, microphone: Microphone, request: Request, rules: EndpointRules) -> Turn:
        """Hear one question from the microphone and answer it."""
        turn = self._begin(request)
        self._ear.put(Listen(turn, microphone, rules))
        return turn

    def attend(self, microphone: Microphone) -> None:
        """Listen at a live microphone, in the manner of `attention`, until `ignore` or until it fails."""
        self.ignore()
        with self._lock:
            self._microphone = microphone
        self._ear.put(Attend(microphone))

    def ignore(self) -> None:
        """Listen no more."""
        with self._lock:
            microphone, self._microphone = self._microphone, None
        if microphone is not None:
            microphone.close()

    def interrupt(self) -> None:
        """Fall silent at once, and leave every turn that is under way or waits."""
        with self._lock:
            turns = tuple(self._unfinished)
        for turn in turns:
            if not turn.ended.is_set():
                turn.cancel.cancel()
        self._speaker.drop()

    def open_conversation(self, conversation: int | None, exchanges: Sequence[Exchange] = ()) -> None:
        """Go on with a conversation of the history, whose last exchanges these are, or begin a new one (None)."""
        earlier: list[Message] = []
        for exchange in exchanges:
            if exchange.outcome == Outcome.ANSWERED and exchange.answer:
                earlier.append(Message("user", exchange.question_translated or exchange.question))
                earlier.append(Message("assistant", exchange.answer))
        with self._lock:
            self._talk = Talk(conversation, earlier)

    def look(self, job: Callable[[History], R], done: Callable[[R], None], failed: Callable[[Problem], None]) -> None:
        """Run a job on the history, on its own thread; then `done` with the result there, or `failed`."""
        if not self._keeper.offer(Look(job, done, failed)):
            failed(Problem("keeper", "history-busy", "The history is busy.", "Try again in a moment."))

    def wait(self, turn: Turn, timeout: float | None = None) -> Answer:
        """Wait for the turn's end. Raises TimeoutError."""
        if not turn.ended.wait(timeout):
            raise TimeoutError(f"turn {turn.number} did not end within {timeout} s")
        return turn.snapshot()

    def close(self, timeout: float = 30.0) -> bool:
        """End every turn and thread, and give all memory back. False if a native step outlasts `timeout` seconds."""
        self.ignore()
        self.interrupt()
        ended = True
        for worker in self._workers:
            worker.stop()
            ended = worker.join(timeout) and ended
        return ended

    def ask_spoken(self, transcript: Transcript, speech_end: float) -> Turn:
        """Answer what the live ear heard; `speech_end` in seconds of time.perf_counter. Only the ear calls this."""
        turn = self._begin(replace(self.attention.request, text=None))
        turn.begin(speech_end)
        turn.mark("asr_final")
        turn.question, turn.words = transcript.text, transcript.words
        self.bus.post(QuestionHeard(turn.number, transcript.text))
        self.think(turn)
        return turn

    def think(self, turn: Turn) -> None:
        """The turn's question is known. Only the ear calls this from outside."""
        self._keeper.put(Asked(turn))
        self._brain.put(Think(turn))

    def give_up(self, end: End) -> None:
        """The turn has no question and ends. Only the ear calls this."""
        self._voice.put(end)

    def last_voiced(self, count: int = 1) -> tuple[Turn, ...]:
        """The turns whose answers were heard last, the newest at the end."""
        with self._lock:
            return tuple(turn for turn in self._talk.turns if turn.voiced)[-count:]

    def _begin(self, request: Request) -> Turn:
        with self._lock:
            turn = Turn(next(self._numbers), request, self._talk)
            self._talk.turns.append(turn)
            self._unfinished = [*(other for other in self._unfinished if not other.ended.is_set()), turn]
        self.bus.post(TurnStarted(turn.number, request))
        return turn

    def _talk_before(self, turn: Turn) -> Sequence[Message]:
        """What was said before the turn, in the model's language; of an interrupted answer only what was heard."""
        with self._lock:
            turns = [other for other in turn.talk.turns if other.number < turn.number]
        messages = list(turn.talk.earlier)
        for other in turns:
            answer = other.answer
            if other.outcome is Outcome.CANCELLED and other.answer_translated is None and other.request.speak:
                answer = other.heard
            if answer and not other.failed:
                messages.append(Message("user", other.question_translated or other.question))
                messages.append(Message("assistant", answer))
        return messages[-2 * REMEMBERED_TURNS :]

    def _written(self, turn: Turn) -> None:
        # Only a precaution against losing an unfinished answer: never worth waiting for.
        self._keeper.offer(Written(turn))

    def use(self, library: Library) -> None:
        """Answer with the models of another library from the next question on; what it has no use for is closed.

        May wait for a question under way where many are waiting: not for a front end's own thread.
        """
        self._library = replace(library, places=self._library.places)
        ear, brain, voice = self._stages
        # While it attends the ear never waits for this, and goes on with what it has.
        self._ear.offer(Load(partial(ear.use, self._library), _nothing))
        self._brain.put(Load(partial(brain.use, self._library), _nothing))
        self._voice.put(Load(partial(voice.use, self._library), _nothing))
        if self._library.places is not None:
            self._library.places.use(self._library)

    def plan_anew(self, wishes: Preferences | None = None) -> None:
        """Plan for the machine as it is now, with other wishes where there are, and open elsewhere what that moves."""
        if self._library.places is not None:
            self._library.places.renew(wishes)

    @property
    def places(self) -> Places | None:
        """Where models are opened by a plan."""
        return self._library.places

    def unload(self, role: Role) -> None:
        """Give back what a role's models take, until they are needed again; not before what is under way is done.

        Raises ModelError where that cannot be.
        """
        stage, worker = self._at(role)
        if role is Role.ASR:
            self._refuse_while_attending()
        if not worker.offer(Load(partial(stage.unload, role), _nothing)):
            raise ModelError("busy", "Many questions are waiting.", "Try again when they are answered.")

    def release(self, card: Card, library: Library, seconds: float) -> None:
        """Answer with a library that lacks a model, and wait until its engine, if it is open, is closed.

        Raises ModelError where that takes longer. Waits: not for a front end's own thread.
        """
        attends = card.role is Role.ASR and self._microphone is not None
        if attends and card.id in self._open:
            self._refuse_while_attending()
        known = card.id in self._open or any(other.id == card.id for other in self._library.cards)
        self.use(library)
        if attends or not known:
            return
        over = threading.Event()
        _, worker = self._at(card.role)
        # A stage does one thing after the other: when it comes to this it has closed what it had to.
        worker.put(Load(lambda: None, lambda problem: over.set()))
        if not over.wait(seconds):
            raise ModelError(
                "in-use", f"“{card.name}” is still at work.", "Wait for the answer, or stop it, then try again."
            )

    def _at(self, role: Role) -> "tuple[Ear | Brain | Voice, _Worker]":
        """The stage that has a role's engines, and its worker."""
        ear, brain, voice = self._stages
        if role is Role.ASR:
            return ear, self._ear
        return (voice, self._voice) if role is Role.TTS else (brain, self._brain)

    def _refuse_while_attending(self) -> None:
        with self._lock:
            if self._microphone is not None:
                raise ModelError(
                    "in-use",
                    "The recognizer is in use: it is ready at the microphone.",
                    "Turn off “Hands-free” and “Keep the microphone ready” in the settings first.",
                )

    def _plan_changed(self, change: Change) -> None:
        self.bus.post(PlanMade(change.plan, change.cause))
        if change.cause:
            message = f"{change.cause} {_moved(change.plan)}"
            self.bus.post(ProblemRaised(Problem("assistant", "plan-changed", message, REPLANNED)))
        ear, brain, voice = self._stages
        # While it attends the ear sees to it by itself.
        self._ear.offer(Load(ear.settle, _nothing))
        self._brain.offer(Load(brain.settle, _nothing))
        self._voice.offer(Load(voice.settle, _nothing))

    def _watch(self, event: Event) -> None:
        if isinstance(event, ReadingTaken) and self._library.places is not None:
            self._library.places.watch(event.reading.hardware)

    def _residency(self) -> Residency:
        return Residency(self._library, self._engine_notice, self._stepped_down, self._engine_closed)

    def _stepped_down(self, step: SteppedDown) -> None:
        message = f"“{step.card.name}” makes do with {listed(step.given_up)}: {step.cause.text}."
        self.bus.post(ProblemRaised(Problem("assistant", "stepped-down", message, step.cause.remedy)))

    def _engine_closed(self, card: Card) -> None:
        self._open.discard(card.id)
        self.bus.post(EngineClosed(card.role, card.id))

    def _engine_notice(self, card: Card, loaded: Loaded | None) -> None:
        if loaded is None:
            self.bus.post(EngineLoading(card.role, card.id))
        else:
            self._open.add(card.id)
            self.bus.post(
                EngineReady(card.role, card.id, round(loaded.seconds, 3), loaded.placement, loaded.ram, loaded.vram)
            )


def _moved(plan: Plan) -> str:
    """Where the models are by a new plan, as a sentence."""
    places = [
        f"{NAMES[role]} on {placement.host or ('the CPU' if placement.gpu is None else f'GPU {placement.gpu}')}"
        for role, placement in plan.placements.items()
        if role in (Role.LLM, Role.VLM, Role.TTS)
    ]
    return f"Parley goes on with {listed(places)}." if places else "There is no memory for any model."


def _nothing(problem: Problem | None) -> None:
    """What goes wrong there is told over the bus."""
