"""Opening models by a plan: taking turns, doing each other's work, room that is promised, and what is remembered."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from models import catalog
from models.calibration import FILE, Calibration
from models.hardware import Gpu, Hardware
from models.languages import Pair
from models.placement import Preferences, WhenShort
from models.places import RAM_SLACK, SLACK, Change, Places, in_use, needs
from models.residency import Library, Loaded, Residency, SteppedDown, starter_library
from models.roles import CPU, GB, CancelToken, Memory, Message, ModelError, Need, Placement, Role, Sampling
from tests.cards import Cards
from tests.nvml import T4

MB = 1_000_000
LONG = 16_384


@pytest.fixture
def chats(tmp_path: Path) -> Library:
    """The two chat models, with contexts that take some memory."""
    whole = starter_library(tmp_path / "converted", {})
    found = [card for card in whole.cards if card.role in (Role.LLM, Role.VLM)]
    return replace(whole, cards=tuple(replace(card, context=LONG) for card in found))


def machine(free: int, *gpus: Gpu) -> Callable[[], Hardware]:
    return lambda: Hardware(gpus, None if gpus else "no NVIDIA driver", None, 64 * GB, free, 4)


def least(library: Library, role: Role) -> int:
    """Main memory that a chat model takes with all that it can do without."""
    card = library.find(role)
    assert card is not None
    engine = library.engine(card)
    places = Places(library)
    return min(engine.need(placement).ram for placement in places.lower(engine, Placement(context=LONG)))


def answer(engines: Residency, role: Role) -> str:
    model, _ = engines.chat(role)
    talk = [Message("user", "What is three plus four?")]
    return "".join(model.reply(talk, Sampling(max_tokens=40), CancelToken()))


def opened(library: Library, wishes: Preferences, read: Callable[[], Hardware]) -> tuple[Residency, list[str]]:
    told: list[str] = []
    planned = replace(library, places=Places(library, wishes=wishes, read=read))
    return Residency(planned, lambda card, done: told.append(card.id) if done else None), told


@pytest.mark.parametrize("short", [WhenShort.SHARE, WhenShort.SWAP])
def test_two_models_where_there_is_memory_for_one(chats: Library, short: WhenShort) -> None:
    room = max(least(chats, Role.LLM), least(chats, Role.VLM)) * 5 // 4
    wishes = Preferences(when_short=short, ram_margin=GB)
    engines, told = opened(chats, wishes, machine(GB + room))
    for role in (Role.LLM, Role.VLM, Role.LLM):
        answer(engines, role)
        if short is WhenShort.SWAP:
            assert [each.card.role for each in engines._open.values()] == [role]
        else:
            assert [each.card.role for each in engines._open.values()] == [Role.VLM]
    llm, vlm = "starter-llm", "starter-vlm"
    assert told == ([llm, vlm, llm] if short is WhenShort.SWAP else [vlm])
    engines.close()


def test_two_models_where_there_is_memory_for_both(chats: Library) -> None:
    engines, told = opened(chats, Preferences(when_short=WhenShort.SWAP), machine(16 * GB))
    for role in (Role.LLM, Role.VLM, Role.LLM, Role.VLM):
        answer(engines, role)
    assert told == ["starter-llm", "starter-vlm"]
    engines.close()


def test_without_memory_for_anything_the_cause_is_told(chats: Library) -> None:
    engines, told = opened(chats, Preferences(), machine(RAM_SLACK))
    with pytest.raises(ModelError, match=r"only 0\.2 GB of main memory are free") as error:
        engines.chat(Role.LLM)
    assert error.value.code == "no-room"
    assert told == []


def test_room_that_is_promised_is_not_given_away(chats: Library) -> None:
    card = Gpu(0, "Tesla T4", 16 * GB, 2 * GB, 0, None, (7, 5))
    places = Places(chats, wishes=Preferences(context=0), read=machine(8 * GB, card))
    here, need = Placement(gpu=0), Need(Memory(GB), Memory(GB))
    assert places.lack(need, here) == ""
    with places.promise(here, Need(Memory(), Memory(picture=GB))):
        assert places.lack(need, here) == "only 2.0 GB of GPU 0 (Tesla T4) are free"
        assert places.lack(Need(Memory(GB)), CPU) == ""
    assert places.lack(need, here) == ""
    with places.promise(CPU, Need(Memory(picture=7 * GB))):
        assert places.lack(need, here) == "only 8.0 GB of main memory are free"
    # What will be given back before counts as free.
    more = Need(Memory(), Memory(2 * GB))
    assert places.lack(more, here) != ""
    assert places.lack(more, here, held=Need(Memory(), Memory(SLACK))) == ""


def test_where_the_driver_does_not_say_whose_memory_it_is(chats: Library) -> None:
    """So it is in containers: what Parley's own models took must not be taken for another program's."""
    bare = Gpu(0, "Tesla T4", 16 * GB, 15 * GB, None, None, (7, 5))
    gpus = [bare]
    wishes = Preferences()
    places = Places(chats, wishes=wishes, read=lambda: Hardware(tuple(gpus), None, None, 64 * GB, 32 * GB, 4))
    before = places.plan
    card = chats.find(Role.LLM)
    assert card is not None
    # A load took 300 MB and the driver's share.
    gpus[0] = replace(bare, free=bare.free - 300 * MB - wishes.context)
    places.loaded(card, chats.engine(card), before.placements[Role.LLM], 0, 300 * MB + wishes.context)
    here, need = Placement(gpu=0), Need(Memory(), Memory(15 * GB))
    assert places.lack(need, here).startswith("only 14.3 GB of GPU 0")
    places.renew()
    assert places.plan.headroom == before.headroom
    assert places.plan.placements == before.placements
    # Another program takes some now.
    gpus[0] = replace(gpus[0], free=gpus[0].free - GB)
    assert places.lack(need, here) == "other programs have taken 1.0 GB more of GPU 0 (Tesla T4)"
    places.closed(card)
    gpus[0] = replace(gpus[0], free=gpus[0].free + 300 * MB)
    assert places.lack(need, here) == "other programs have taken 1.0 GB more of GPU 0 (Tesla T4)"


def test_every_listener_is_told_each_new_plan_once(chats: Library) -> None:
    one, two = (Gpu(index, "Tesla T4", 16 * GB, 15 * GB, 0, None, (7, 5)) for index in (0, 1))
    cards_here = [one, two]

    def read() -> Hardware:
        return machine(16 * GB, *cards_here)()

    places = Places(chats, read=read)
    told: list[Change] = []
    places.subscribe(told.append)
    assert {gpu.index for gpu in places.plan.machine.gpus} == {0, 1}
    cards_here.remove(one)
    assert not places.answers(0)
    assert not places.answers(0)
    places.lose(0)
    assert places.answers(1)
    assert [change.cause for change in told] == ["GPU 0 (Tesla T4) is lost."]
    assert {gpu.index for gpu in told[0].plan.machine.gpus} == {1}
    # A card that was lost stays out, even if its driver says otherwise, until somebody asks for a new plan.
    cards_here.insert(0, one)
    places.lose(1)
    assert places.plan.machine.gpus == ()
    places.renew()
    assert len(places.plan.machine.gpus) == 2


def test_what_was_measured_is_remembered_for_the_next_start(
    cards: Cards,
    chats: Library,
    tmp_path: Path,
) -> None:
    cards.show(T4)
    # On the card it takes a tenth more than is forecast.
    real = cards.take
    cards.take = lambda card, size: real(card, size * 11 // 10)  # type: ignore[method-assign]
    loaded = _open_once(chats, tmp_path)
    (llm, done) = loaded[0]
    forecast = chats.engine(llm).need(done.placement)
    assert done.vram == (forecast.vram - forecast.card.picture) * 11 // 10
    # The first model on a card is not blamed for the driver's share.
    wishes = Preferences(context=0)
    again = Places(chats, Calibration(tmp_path / FILE), wishes)
    assert again.need(llm, chats.engine(llm), done.placement).vram == done.vram
    assert again.plan.roles[Role.LLM].predicted.vram == done.vram
    other = replace(done.placement, context=LONG // 2)
    assert again.need(llm, chats.engine(llm), other) == chats.engine(llm).need(other)


def _open_once(library: Library, folder: Path) -> list[tuple[object, Loaded]]:
    told = []
    places = Places(library, Calibration(folder / FILE), Preferences(context=0))
    engines = Residency(replace(library, places=places), lambda card, done: told.append((card, done)) if done else None)
    engines.chat(Role.LLM)
    engines.close()
    return told


def test_a_card_that_the_libraries_cannot_use_costs_one_notice(chats: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    card = Gpu(0, "Tesla T4", 16 * GB, 15 * GB, 0, None, (7, 5))
    steps: list[SteppedDown] = []
    loading: Sequence[str] = []
    planned = replace(chats, places=Places(chats, read=machine(16 * GB, card)))
    engines = Residency(planned, lambda card, done: loading.append(card.id), steps.append)  # type: ignore[attr-defined]
    assert answer(engines, Role.LLM)
    assert loading == ["starter-llm", "starter-llm"]
    (step,) = steps
    assert step.given_up == ("the CPU instead of the graphics card",)
    assert step.cause.text == "The installed llama.cpp was built without support for graphics cards"
    assert step.cause.remedy.startswith("Run Parley's set-up again")
    engines.close()


EN, ES = Pair("en", "en"), Pair("es", "es")


@pytest.mark.parametrize(
    ("pair", "used"),
    [
        (EN, {"asr-en", "llm", "vlm", "tts-en"}),
        (ES, {"asr-es", "translation-es-en", "translation-en-es", "llm", "vlm", "tts-es"}),
        (Pair("es", "en"), {"asr-es", "translation-es-en", "llm", "vlm", "tts-en"}),
        (Pair("de", "es"), {"translation-en-es", "llm", "vlm", "tts-es"}),
        (None, {card.id.removeprefix("starter-") for card in catalog.load() if card.starter}),
    ],
)
def test_only_what_the_languages_need_is_counted(tmp_path: Path, pair: Pair | None, used: set[str]) -> None:
    whole = starter_library(tmp_path / "converted", {})
    assert {card.id.removeprefix("starter-") for card in in_use(whole, pair)} == used
    reading = machine(16 * GB)()
    found = {model.role: model for model in needs(whole, Calibration(None), reading, pair)}
    for role in Role:
        cards = [card for card in whole.cards if card.role is role and card.id.removeprefix("starter-") in used]
        alone = [whole.engine(card).need(CPU).ram for card in cards]
        counted = found[role].need(CPU).ram if role in found else 0
        assert counted == sum(alone)
    # Not needed is something else than not there.
    assert (Role.TRANSLATION in found and found[Role.TRANSLATION].idle) == (pair == EN)
    assert (Role.ASR in found) == (pair is None or pair.source != "de")


def test_a_translator_that_nobody_needs_takes_nothing_of_the_plan(tmp_path: Path) -> None:
    whole = starter_library(tmp_path / "converted", {})
    # Room for four roles, and not for the translators beside them.
    reading = machine(16 * GB)()
    four = sum(model.need(CPU).ram for model in needs(whole, Calibration(None), reading, EN))
    translators = sum(model.need(CPU).ram for model in needs(whole, Calibration(None), reading, ES)) - four
    assert translators > 50 * MB
    wishes = Preferences(reserved={}, ram_margin=0)
    places = Places(whole, wishes=wishes, read=machine(four + translators // 2), pair=EN)
    assert places.plan.fits
    idle = places.plan.roles[Role.TRANSLATION]
    assert (idle.placement, idle.reserved_ram, idle.predicted.ram) == (CPU, 0, 0)
    assert idle.reason == "No question in the languages that are set needs it, so it takes no memory."
    changes: list[Change] = []
    places.subscribe(changes.append)
    places.talk(EN)
    assert changes == []
    places.talk(ES)
    assert [change.plan.fits for change in changes] == [False]
    assert places.plan.roles[Role.TRANSLATION].placement is None


def test_what_other_languages_need_is_given_back(tmp_path: Path) -> None:
    whole = starter_library(tmp_path / "converted", {})
    places = Places(whole, read=machine(16 * GB), pair=EN)
    closed: list[str] = []
    engines = Residency(replace(whole, places=places), closed=lambda card: closed.append(card.id))
    engines.voice("en")
    # Asked for all the same, it is opened where there is room.
    engines.voice("es")
    engines.settle()
    assert closed == ["starter-tts-es"]
    places.talk(ES)
    engines.settle()
    assert closed == ["starter-tts-es", "starter-tts-en"]
    engines.close()
