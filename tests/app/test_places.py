"""Models where the plan puts them, in the app itself, while the machine under it changes."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from app.assistant import Assistant
from app.events import AnswerPiece, EngineClosed, EngineReady, Event, PlanMade, ProblemRaised, SpeakingStarted
from app.monitor import Monitor
from app.planning import placed
from app.turn import Answer, Outcome, Request
from models.catalog import Card
from models.languages import Pair
from models.pictures import load_picture
from models.placement import CONTEXT, Preferences
from models.places import SLACK
from models.residency import Library, starter_library
from models.roles import CacheType, Picture, Placement, Role
from tests.cards import Cards
from tests.fakes import MemorySpeaker, Record
from tests.nvml import GTX_1660, T4

MB = 1_000_000
QUESTION, ANSWER = "What is three plus four?", "Three plus four is seven."
LONG = 65_536
"""Tokens of context with which even the starter models take some hundred megabytes of a card."""


class Desk:
    """An assistant on the machine that the test plays."""

    def __init__(self, library: Library) -> None:
        self.record, self.speaker = Record(), MemorySpeaker()
        self.assistant = Assistant(library, self.speaker)
        self.monitor = Monitor(self.assistant.bus, {})
        self.assistant.bus.subscribe(self.record)
        self.assistant.start()

    def ask(self, text: str = QUESTION, *pictures: Picture, speak: bool = False) -> Answer:
        return self.assistant.wait(self.assistant.ask(Request(text, pictures, speak=speak)), 60)

    def settled(self) -> None:
        """Return when the brain has done what it was told before."""
        assert self.assistant.warm(Request(QUESTION, speak=True)) is None

    def of(self, kind: type) -> list[Event]:
        return [event for event in self.record.events if isinstance(event, kind)]

    @property
    def plans(self) -> list[PlanMade]:
        return [event for event in self.record.events if isinstance(event, PlanMade)]

    @property
    def problems(self) -> list[str]:
        return [event.problem.message for event in self.record.events if isinstance(event, ProblemRaised)]

    def where(self, role: Role) -> Placement:
        """Where the role's model was opened last."""
        return [event for event in self.record.events if isinstance(event, EngineReady) and event.role is role][
            -1
        ].placement

    def close(self) -> None:
        self.monitor.stop()
        assert self.assistant.close()


@pytest.fixture
def desks() -> Iterator[Callable[[Library], Desk]]:
    made: list[Desk] = []

    def make(library: Library) -> Desk:
        made.append(Desk(placed(library)))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return starter_library(tmp_path / "converted", {})


def long(library: Library, *roles: Role) -> Library:
    """The library with long contexts for some roles."""

    def changed(card: Card) -> Card:
        return replace(card, context=LONG) if card.role in roles else card

    return replace(library, cards=tuple(map(changed, library.cards)))


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    image = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(image).ellipse((120, 70, 280, 230), fill="red")
    image.save(tmp_path / "circle.png")
    return load_picture(tmp_path / "circle.png", 96)


def test_two_t4_hold_what_the_set_up_says(
    cards: Cards, desks: Callable[[Library], Desk], library: Library, picture: Picture
) -> None:
    cards.show(T4, T4)
    desk = desks(library)
    assert desk.ask(speak=True).answer == ANSWER
    assert "red circle" in desk.ask("What is in this picture?", picture).answer
    assert [desk.where(role).gpu for role in (Role.LLM, Role.TTS, Role.VLM)] == [0, 0, 1]
    assert cards.taken[0] > 600 * MB
    assert 0 < cards.taken[1] < 100 * MB
    (made,) = desk.plans
    assert made.plan.placements[Role.VLM] == desk.where(Role.VLM)
    assert desk.problems == []


@pytest.mark.parametrize(
    "fitting",
    [
        Placement(0, context=LONG),
        Placement(0, context=LONG // 2),
        Placement(0, context=LONG // 4),
        Placement(0, context=LONG // 4, cache=CacheType.Q8_0),
        Placement(0, context=LONG // 4, cache=CacheType.Q4_0),
        Placement(0, 3, context=LONG // 4, cache=CacheType.Q4_0),
        Placement(context=LONG),
    ],
)
def test_memory_that_others_took_after_the_plan_costs_a_step_and_no_answer(
    cards: Cards, desks: Callable[[Library], Desk], library: Library, fitting: Placement
) -> None:
    cards.show(T4)
    library = long(library, Role.LLM)
    desk = desks(library)
    card = library.find(Role.LLM)
    assert card is not None
    need = library.engine(card).need(fitting).vram
    cards.others_leave(0, need + CONTEXT + SLACK if need else 100 * MB)
    assert desk.ask().answer == ANSWER
    assert desk.where(Role.LLM) == fitting
    if fitting == desk.plans[0].plan.placements[Role.LLM]:
        assert desk.problems == []
        return
    (problem,) = desk.problems
    assert problem.startswith("“Starter language model” makes do with ")
    assert "other programs have taken " in problem
    assert "GPU 0 (Tesla T4)" in problem
    # The next question finds it as it is, and nothing is told again.
    assert desk.ask().outcome is Outcome.ANSWERED
    assert len(desk.of(EngineReady)) == 1
    assert len(desk.problems) == 1


def test_no_room_for_a_picture_costs_a_step_and_no_answer(
    cards: Cards, desks: Callable[[Library], Desk], library: Library, picture: Picture
) -> None:
    cards.show(T4)
    desk = desks(long(library, Role.VLM))
    assert desk.assistant.warm(Request("?", (picture,), speak=False)) is None
    assert desk.where(Role.VLM) == Placement(0, context=LONG, picture_side=128)
    cards.others_leave(0, 40 * MB)
    assert "red circle" in desk.ask("What is in this picture?", picture).answer
    assert desk.where(Role.VLM) == Placement(0, context=LONG // 2, picture_side=128)
    (problem,) = desk.problems
    assert "a context of 32,768 tokens instead of 65,536" in problem
    assert "other programs have taken" in problem
    assert "red circle" in desk.ask("What is in this picture?", picture).answer
    assert len(desk.problems) == 1


@pytest.mark.parametrize("speak", [False, True])
def test_a_card_that_is_lost_in_the_middle_of_an_answer(
    cards: Cards, desks: Callable[[Library], Desk], library: Library, speak: bool
) -> None:
    cards.show(T4, T4)
    desk = desks(library)
    assert desk.ask(speak=speak).answer == ANSWER
    lost = threading.Event()

    def pull(event: Event) -> None:
        if isinstance(event, AnswerPiece) and event.turn == 2 and not lost.is_set():
            lost.set()
            cards.lose(0)

    desk.assistant.bus.subscribe(pull)
    answer = desk.ask(speak=speak)
    assert (answer.answer, answer.outcome, answer.problem) == (ANSWER, Outcome.ANSWERED, None)
    if speak:
        assert answer.heard == ANSWER
        assert desk.where(Role.TTS).gpu == 1
    assert desk.where(Role.LLM).gpu == 1
    pieces = [event.text for event in desk.record.events if isinstance(event, AnswerPiece) and event.turn == 2]
    assert "".join(pieces) == ANSWER
    first, second = desk.plans
    assert 0 in [gpu.index for gpu in first.plan.machine.gpus]
    assert [gpu.index for gpu in second.plan.machine.gpus] == [1]
    assert second.cause == "GPU 0 (Tesla T4) is lost."
    assert [text for text in desk.problems if "is lost" in text] == desk.problems
    # The talk goes on.
    assert desk.ask("What is five plus one?", speak=speak).outcome is Outcome.ANSWERED


def test_a_card_that_is_lost_while_a_sentence_is_spoken(
    cards: Cards, desks: Callable[[Library], Desk], library: Library
) -> None:
    cards.show(T4, GTX_1660)
    desk = desks(library)
    alone = desk.ask(speak=True).audio_seconds
    heard = sum(len(block) for block in desk.speaker.blocks)

    def pull(event: Event) -> None:
        if isinstance(event, SpeakingStarted) and event.turn == 2 and 0 in cards.free:
            cards.lose(0)

    desk.assistant.bus.subscribe(pull)
    answer = desk.ask(speak=True)
    assert (answer.heard, answer.problem) == (ANSWER, None)
    # Once and whole: a voice speaks a sentence a little differently each time.
    assert answer.audio_seconds == pytest.approx(alone, rel=0.2)
    assert sum(len(block) for block in desk.speaker.blocks) == pytest.approx(2 * heard, rel=0.1)


def test_a_card_that_is_lost_while_nobody_asks(
    cards: Cards, desks: Callable[[Library], Desk], library: Library
) -> None:
    cards.show(T4, GTX_1660)
    desk = desks(library)
    assert desk.ask(speak=True).answer == ANSWER
    cards.lose(0)
    desk.monitor.sample()
    assert len(desk.plans) == 1
    # A driver may fail to answer once; the second reading, a second later, decides.
    desk.monitor.sample()
    assert len(desk.plans) == 2
    assert desk.plans[-1].plan.answers
    desk.settled()
    assert desk.where(Role.TTS).gpu == 1
    assert {load.gpu for name, load in cards.loads[-2:]} == {1}
    assert desk.monitor.sample().roles[4].placement.gpu == 1
    assert desk.ask(speak=True).answer == ANSWER
    (problem,) = desk.problems
    assert problem.startswith("GPU 0 (Tesla T4) is lost. Parley goes on with ")
    assert "the voice on GPU 1" in problem


def test_one_reading_without_a_card_changes_nothing(
    cards: Cards, desks: Callable[[Library], Desk], library: Library
) -> None:
    cards.show(T4)
    desk = desks(library)
    for _ in range(3):
        cards.nvml.fail("*", 15, card=0)
        desk.monitor.sample()
        cards.nvml.heal()
        desk.monitor.sample()
    # A driver that tells nothing at all, for instance because it was just updated, says nothing about its cards.
    cards.nvml.fail("nvmlDeviceGetCount", 999)
    for _ in range(3):
        assert desk.monitor.sample().hardware.gpus == ()
    assert len(desk.plans) == 1


def test_a_wish_moves_a_model_and_without_room_it_stays_as_it_was(
    cards: Cards, desks: Callable[[Library], Desk], library: Library
) -> None:
    cards.show(T4, T4)
    desk = desks(library)
    assert desk.ask().answer == ANSWER
    desk.assistant.plan_anew(Preferences(pinned={Role.LLM: 1}))
    desk.settled()
    assert desk.where(Role.LLM).gpu == 1
    assert [made.cause for made in desk.plans] == ["", ""]
    assert desk.problems == []

    def fill(event: Event) -> None:
        if isinstance(event, PlanMade):
            cards.others_leave(0, 10 * MB)

    desk.assistant.bus.subscribe(fill)
    desk.assistant.plan_anew(Preferences(pinned={Role.LLM: 0}))
    desk.settled()
    assert desk.where(Role.LLM) == replace(desk.plans[-1].plan.placements[Role.LLM], gpu=1)
    # The voice, which was not open before, has no room on card 0 either.
    (problem,) = [text for text in desk.problems if "language model" in text]
    assert "GPU 1 instead of GPU 0" in problem
    assert desk.ask().answer == ANSWER


def test_another_language_is_planned_for_and_the_last_one_given_back(cards: Cards, library: Library) -> None:
    cards.show(T4)
    desk = Desk(placed(library, pair=Pair("en", "en")))
    desk.assistant.prepare(Request(QUESTION, language_in="en", language_out="en"))
    desk.settled()
    voice = library.find(Role.TTS, "en")
    assert voice is not None
    assert desk.plans[-1].plan.roles[Role.TTS].model == voice.name
    held = cards.taken[0]
    desk.assistant.prepare(Request(QUESTION, language_in="es", language_out="es"))
    assert desk.assistant.warm(Request(QUESTION, language_in="es", language_out="es")) is None
    first, second = desk.plans
    assert first.plan.roles[Role.TTS].model == voice.name
    assert second.plan.roles[Role.TTS].model == "Starter voice, Spanish"
    assert second.cause == ""
    assert EngineClosed(Role.TTS, voice.id) in desk.record.events
    assert cards.taken[0] == pytest.approx(held, rel=0.05), "one voice is there, not two"
    assert desk.problems == []
    desk.close()
