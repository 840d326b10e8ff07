"""The one object that a front end talks to: ask, listen, interrupt, close.

Owns the four stages and their threads, and what was said in this talk. It must not know any front end.
"""

import collections
import itertools
import threading
from collections.abc import Sequence
from importlib import resources

from app.audio import Microphone, NoSpeaker, Speaker
from app.events import Bus, EngineLoading, EngineReady, TurnStarted
from app.mouth import Mouth, MouthItem
from app.problems import Problem
from app.speech import EndpointRules, clean
from app.stages import Brain, BrainItem, Ear, EarItem, Listen, Load, Think, Voice, VoiceItem
from app.turn import Answer, Outcome, Request, Turn
from app.worker import Worker
from models.catalog import Card
from models.residency import Library, Loaded, Residency
from models.roles import Message, ModelError, Role

MAX_QUESTION = 20_000
"""Characters of a typed question."""
REMEMBERED_TURNS = 12


class Assistant:
    """Answers questions, one after the other. Start it, use it, close it; all methods may be called from any thread."""

    def __init__(self, library: Library, speaker: Speaker | None = None) -> None:
        self.bus = Bus()
        self._library = library
        self._speaker = speaker or NoSpeaker()
        self._numbers = itertools.count(1)
        self._turns: collections.deque[Turn] = collections.deque(maxlen=REMEMBERED_TURNS)
        self._lock = threading.Lock()
        prompt = (resources.files("resources") / "prompts" / "system.txt").read_text(encoding="utf-8").strip()
        self._mouth: Worker[MouthItem] = Worker(Mouth(self.bus, self._speaker))
        voice = Voice(self.bus, self._residency, self._mouth)
        self._voice: Worker[VoiceItem] = Worker(voice)
        brain = Brain(self.bus, self._residency, self._voice, prompt, self._talk_before)
        self._brain: Worker[BrainItem] = Worker(brain)
        ear = Ear(self.bus, self._residency, self._brain, self._voice)
        self._ear: Worker[EarItem] = Worker(ear)
        self._stages = (ear, brain, voice)
        self._workers = (self._ear, self._brain, self._voice, self._mouth)

    def start(self) -> None:
        """Start the stages' threads."""
        for worker in self._workers:
            worker.start()

    def warm(self, request: Request) -> Problem | None:
        """Open everything that the request will need, and wait for it; returns the first problem."""
        ear, brain, voice = self._stages
        role = Role.VLM if request.pictures else Role.LLM
        waits: list[tuple[threading.Event, list[Problem]]] = []

        def load(stage: str) -> Load:
            done, problems = threading.Event(), list[Problem]()
            waits.append((done, problems))
            jobs = {
                "ear": lambda: ear.warm(request.language_in),
                "brain": lambda: brain.warm(role, request.language_in, request.language_out),
                "voice": lambda: voice.warm(request.language_out),
            }

            def note(problem: Problem | None) -> None:
                if problem is not None:
                    problems.append(problem)
                done.set()

            return Load(jobs[stage], note)

        if request.text is None:
            self._ear.put(load("ear"))
        self._brain.put(load("brain"))
        if request.speak:
            self._voice.put(load("voice"))
        for done, _ in waits:
            done.wait()
        return next((problem for _, problems in waits for problem in problems), None)

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
        turn = self._begin(Request(text, request.pictures, request.language_in, request.language_out, request.speak))
        self._brain.put(Think(turn))
        return turn

    def listen(self, microphone: Microphone, request: Request, rules: EndpointRules) -> Turn:
        """Hear one question from the microphone and answer it."""
        turn = self._begin(request)
        self._ear.put(Listen(turn, microphone, rules))
        return turn

    def interrupt(self) -> None:
        """Fall silent at once, and leave every turn that is under way or waits."""
        with self._lock:
            turns = tuple(self._turns)
        for turn in turns:
            if not turn.ended.is_set():
                turn.cancel.cancel()
        self._speaker.drop()

    def wait(self, turn: Turn, timeout: float | None = None) -> Answer:
        """Wait for the turn's end. Raises TimeoutError."""
        if not turn.ended.wait(timeout):
            raise TimeoutError(f"turn {turn.number} did not end within {timeout} s")
        return turn.snapshot()

    def close(self, timeout: float = 30.0) -> bool:
        """End every turn and thread, and give all memory back. False if a native step outlasts `timeout` seconds."""
        self.interrupt()
        ended = True
        for worker in self._workers:
            worker.stop()
            ended = worker.join(timeout) and ended
        return ended

    def _begin(self, request: Request) -> Turn:
        with self._lock:
            turn = Turn(next(self._numbers), request)
            self._turns.append(turn)
        self.bus.post(TurnStarted(turn.number, request))
        return turn

    def _talk_before(self, turn: Turn) -> Sequence[Message]:
        """What was said before the turn, in the model's language; of an interrupted answer only what was heard."""
        with self._lock:
            earlier = [other for other in self._turns if other.number < turn.number]
        messages: list[Message] = []
        for other in earlier:
            answer = other.answer
            if other.outcome is Outcome.CANCELLED and other.answer_translated is None and other.request.speak:
                answer = other.heard
            if answer and not other.failed:
                messages.append(Message("user", other.question_translated or other.question))
                messages.append(Message("assistant", answer))
        return messages

    def _residency(self) -> Residency:
        return Residency(self._library, self._engine_notice)

    def _engine_notice(self, card: Card, loaded: Loaded | None) -> None:
        if loaded is None:
            self.bus.post(EngineLoading(card.role, card.id))
        else:
            self.bus.post(
                EngineReady(card.role, card.id, round(loaded.seconds, 3), loaded.placement, loaded.ram, loaded.vram)
            )
