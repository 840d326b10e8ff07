"""The painted gauges of the resource panel: to scale, exact under the mouse, painted when something changed."""

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.monitor import RoleState
from app.turn import MARKS
from models.roles import GB, Role
from tests.ui.panels import ONE_T4, T4_GPUS, T4_TOTAL, Paints, Seen, colors_along, five, machine, moment, t4
from ui import theme
from ui.gauges import Gauge
from ui.meters import RoleRow, Waterfall
from ui.resources import ResourcePanel


@pytest.fixture
def seen(show: Callable[..., None]) -> Seen:
    panel = ResourcePanel()
    show(panel, theme.PANEL_WIDTH, 1150)
    return Seen(panel)


def test_the_bar_is_painted_to_scale(seen: Seen) -> None:
    seen.panel.show_reading(ONE_T4)
    name = "Memory of GPU 0, Tesla T4"
    colors = theme.current()
    picture = seen.picture(name)
    runs = colors_along(picture, 34)
    assert [color for color, _ in runs] == [
        colors.llm,
        colors.vlm,
        colors.tts,
        colors.quiet,
        colors.others,
        colors.line,
    ]
    for (_, length), size in zip(runs, (5.2, 3.3, 4.1, 0.4, 0.5, 2.606), strict=True):
        assert length == pytest.approx(size * GB / T4_TOTAL * picture.width(), abs=2)
    reserved = [length for _, length in colors_along(picture, 47)]
    assert len(reserved) == 4, "three reservations and the headroom"
    for length, size in zip(reserved, (6, 4, 4.5, 1.606), strict=True):
        assert length == pytest.approx(size * GB / T4_TOTAL * picture.width(), abs=2)


def test_tool_tips_tell_exact_sizes(seen: Seen) -> None:
    seen.panel.show_reading(ONE_T4)
    name = "Memory of GPU 0, Tesla T4"
    whole = seen.tip(name, 5, 5)
    assert "13.500 GB (12.573 GiB) of 16.106 GB (15.000 GiB) used" in whole
    assert "1 GiB is 1,073,741,824 bytes" in whole
    assert seen.tip(name, 20, 34) == "Language model: 5.200 GB (4.843 GiB)"
    assert seen.tip(name, 280, 34) == "Free: 2.606 GB (2.427 GiB)"
    assert "Language model: 6 GB<br>Picture model: 4 GB<br>Voice: 4.5 GB" in seen.tip(name, 20, 47)
    assert "Took 4.100 GB (3.818 GiB) of graphics memory while it loaded<br>Model: starter-tts" in seen.tip(
        "Voice", 5, 5
    )


def test_a_name_with_tags_stays_a_name(seen: Seen) -> None:
    card = dataclasses.replace(t4(), name="<b>Tesla</b>")
    seen.panel.show_reading(moment(machine([card]), five(T4_GPUS)))
    assert "&lt;b&gt;Tesla" in seen.tip("Memory of GPU 0, <b>Tesla</b>", 5, 5)


def test_a_role_that_shrank_tells_both_sizes(seen: Seen) -> None:
    seen.panel.show_reading(moment(machine([t4(ours=6_300_000_000, used=7 * GB)]), five(T4_GPUS)))
    name = "Memory of GPU 0, Tesla T4"
    assert "Parley 6.3 gigabytes: Language model 2.6 gigabytes" in seen.told(name)
    assert "5.200 GB (4.843 GiB) when it loaded" in seen.tip(name, 10, 34)


def test_states_of_a_role(seen: Seen, until: Callable[..., None]) -> None:
    def put(state: RoleState, vram: int) -> None:
        roles = tuple(
            dataclasses.replace(role, state=state, vram=vram) if role.role is Role.LLM else role
            for role in five(T4_GPUS)
        )
        seen.panel.show_reading(moment(machine([t4()]), roles))

    row = seen.gauge("Language model")
    put(RoleState.WAITING, 0)
    assert seen.told("Language model") == "Waiting, on GPU 0. Reserved: 6 gigabytes of graphics memory."
    still = row.grab().toImage()
    put(RoleState.LOADING, 0)
    assert seen.told("Language model") == "Loading, on GPU 0. Reserved: 6 gigabytes of graphics memory."
    frames: list[QImage] = []

    def moved() -> bool:
        frames.append(row.grab().toImage())
        return len({bytes(frame.constBits()) for frame in frames}) > 2

    until(moved)
    assert still not in frames
    put(RoleState.READY, 6_300_000_000)
    assert seen.told("Language model") == (
        "Ready, on GPU 0. Took 6.3 gigabytes of 6 gigabytes of graphics memory reserved."
    )
    ready = row.grab().toImage()
    QTest.qWait(150)
    assert row.grab().toImage() == ready, "nothing moves once it is ready"


def test_only_what_changed_is_painted_and_nothing_moves(seen: Seen) -> None:
    seen.panel.show_reading(ONE_T4)
    seen.panel.show_timings(dict.fromkeys(MARKS), 0, 0.0)
    QTest.qWait(50)
    places = {each.accessibleName(): each.geometry() for each in seen.panel.findChildren(Gauge)}
    paints = Paints(seen)
    seen.panel.show_reading(dataclasses.replace(ONE_T4, at=2.0))
    QTest.qWait(50)
    assert set(paints.of) == {"Memory of GPU 0, Tesla T4, last two minutes", "Memory, last two minutes"}
    paints.of.clear()
    empty = tuple(dataclasses.replace(role, state=RoleState.WAITING, ram=0, vram=0, cards=()) for role in ONE_T4.roles)
    seen.panel.show_reading(moment(machine([t4(ours=0, used=400_000_000)]), empty, at=3.0, speed=1234.56))
    QTest.qWait(50)
    # The driver of this card tells nothing that it does.
    silent = {"Last turn", "Activity of GPU 0, Tesla T4", "Activity"}
    assert set(paints.of) == set(places) - silent
    assert {each.accessibleName(): each.geometry() for each in seen.panel.findChildren(Gauge)} == places


def test_the_curve_keeps_two_minutes(seen: Seen) -> None:
    name = "Memory of GPU 0, Tesla T4, last two minutes"
    for second in range(300):
        used = 15 * GB if second == 100 else (5 + (second - 180) // 20) * GB if second >= 180 else 4 * GB
        seen.panel.show_reading(moment(machine([t4(ours=4 * GB, used=used)]), five(T4_GPUS), at=float(second)))
    assert seen.told(name) == "In the last 119 seconds at most 10.0 gigabytes used, 4.0 gigabytes by Parley."
    curve = seen.gauge(name)
    assert seen.tip(name, curve.width() - 1, 10).startswith("Now<br>10.000 GB")
    assert seen.tip(name, curve.width() // 2, 10) == (
        "60 seconds ago<br>7.000 GB (6.519 GiB) used<br>Parley: 4.000 GB (3.725 GiB)"
    )
    picture = seen.picture(name)
    background = picture.pixelColor(curve.width() // 2, 1)
    heights = [
        next(y for y in range(30) if picture.pixelColor(x, y) != background) for x in range(20, curve.width() - 5, 20)
    ]
    assert heights == sorted(heights, reverse=True), "what grows is painted as growing"
    assert heights[0] - heights[-1] >= 6


def test_a_pause_is_a_gap_in_the_curve(seen: Seen) -> None:
    for second in [*range(60), *range(90, 121)]:
        seen.panel.show_reading(dataclasses.replace(ONE_T4, at=float(second)))
    name = "Memory of GPU 0, Tesla T4, last two minutes"
    width = seen.gauge(name).width()
    picture = seen.picture(name)
    at = [picture.pixelColor(round(second / 120 * width), 20).name() for second in (30, 75, 105)]
    assert at[0] == at[2] != at[1]
    assert seen.tip(name, round(75 / 120 * width), 20) == "No reading here"


TIMINGS: dict[str, float | None] = {
    "asr_final": 180.4,
    "translate_in": 251.0,
    "first_token": 498.2,
    "first_clause": 733.1,
    "first_audio": 911.0,
    "total": 6240.0,
}


def test_the_last_turn_as_a_waterfall(seen: Seen) -> None:
    assert seen.told("Last turn") == "No turn yet."
    seen.panel.show_timings(TIMINGS, 84, 4.13)
    assert seen.told("Last turn") == (
        "Recognized after 180 milliseconds. Translated after 251 milliseconds. First token after 498 milliseconds. "
        "First clause after 733 milliseconds. First sound after 911 milliseconds. Done after 6.2 seconds. "
        "84 tokens, 4.1 seconds of speech."
    )
    tall = seen.gauge("Last turn").height() // 7
    assert seen.tip("Last turn", 5, 2 * tall + 5) == (
        "First token 498.2 ms after you stopped speaking<br>This stage took 247.2 ms"
    )
    picture = seen.picture("Last turn")
    accent = theme.current().accent
    spans = []
    for row in range(5):
        xs = [x for x in range(picture.width()) if picture.pixelColor(x, row * tall + tall // 2).name() == accent]
        spans.append((xs[0], xs[-1] + 1))
    left, right = spans[0][0], spans[-1][1]
    done = [0.0, 180.4, 251.0, 498.2, 733.1, 911.0]
    for (begin, end), began, ended in zip(spans, done, done[1:], strict=False):
        assert begin == pytest.approx(left + began / 911 * (right - left), abs=3)
        assert end == pytest.approx(left + ended / 911 * (right - left), abs=3)


def test_stages_that_did_not_run_are_left_out(seen: Seen) -> None:
    typed = {**TIMINGS, "asr_final": None, "translate_in": None, "first_audio": None}
    seen.panel.show_timings(typed, 1, 0.0)
    assert seen.told("Last turn") == (
        "First token after 498 milliseconds. First clause after 733 milliseconds. Done after 6.2 seconds. 1 token."
    )
    assert seen.tip("Last turn", 5, 5).startswith("First token 498.2 ms after the question was sent")
    seen.panel.show_timings(dict.fromkeys(MARKS), 0, 0.0)
    assert seen.told("Last turn") == "Not done."


def test_the_waterfall_knows_every_mark() -> None:
    assert (*Waterfall.STAGES, "total") == MARKS


@given(
    timings=st.fixed_dictionaries(
        {mark: st.none() | st.floats(min_value=-500, max_value=1e7, allow_nan=False) for mark in MARKS}
    )
)
def test_no_bar_runs_backwards(timings: dict[str, float | None]) -> None:
    waterfall = Waterfall()
    waterfall.show_timings(timings, 3, 1.0)
    for _, begin, end in waterfall._steps:
        assert 0 <= begin <= end
    waterfall.resize(248, waterfall.height())
    assert not waterfall.grab().isNull()
    waterfall.deleteLater()


def test_a_row_of_a_hidden_panel_does_not_move(seen: Seen) -> None:
    loading = tuple(dataclasses.replace(role, state=RoleState.LOADING, ram=0, vram=0) for role in ONE_T4.roles)
    seen.panel.show_reading(dataclasses.replace(ONE_T4, roles=loading))
    rows = seen.panel.findChildren(RoleRow)
    assert all(row._light.isActive() for row in rows)
    seen.panel.hide()
    assert not any(row._light.isActive() for row in rows)
    seen.panel.show()
    assert all(row._light.isActive() for row in rows)
