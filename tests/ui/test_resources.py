"""The resource panel: that what it says of a machine is true, for every machine that Parley is sized for."""

import dataclasses
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from models import hardware
from models.hardware import Gpu, Hardware
from models.roles import GB, Role
from tests.nvml import GTX_1660, T4, StandInNvml
from tests.ui.panels import ONE_T4, T4_GPUS, Paints, Seen, colors_along, five, machine, moment, t4
from ui import shares, theme
from ui.gauges import Gauge
from ui.resources import LEAST_WIDTH, ResourcePanel


@pytest.fixture
def seen(show: Callable[..., None]) -> Seen:
    panel = ResourcePanel()
    show(panel, theme.PANEL_WIDTH, 1150)
    return Seen(panel)


def test_a_t4_with_all_roles(seen: Seen) -> None:
    seen.panel.show_reading(ONE_T4)
    assert seen.headings() == ["Graphics memory", "Memory", "Models", "Speed", "Last turn"]
    assert seen.told("Memory of GPU 0, Tesla T4") == (
        "13.5 gigabytes of 16.1 gigabytes used. Parley 13.0 gigabytes: Language model 5.2 gigabytes, "
        "Picture model 3.3 gigabytes, Voice 4.1 gigabytes, the rest of Parley 400 megabytes. "
        "Other programs 500 megabytes. Free 2.6 gigabytes. Reserved 14.5 gigabytes, headroom 1.6 gigabytes."
    )
    assert seen.told("Memory") == (
        "12.0 gigabytes of 32.0 gigabytes used. Parley 2.5 gigabytes: Speech recognition 380 megabytes, "
        "Translation 1.1 gigabytes, the rest of Parley 1.0 gigabytes. Other programs 9.5 gigabytes. "
        "Free 20.0 gigabytes. Reserved 4.0 gigabytes, headroom 28.0 gigabytes."
    )
    rows = [name for name in seen.names() if name in shares.ROLE_NAMES.values()]
    assert rows == ["Speech recognition", "Translation", "Language model", "Picture model", "Voice"]
    assert seen.told("Speech recognition") == "Ready, on CPU. Took 380 megabytes of 1 gigabytes of memory reserved."
    assert seen.told("Voice") == "Ready, on GPU 0. Took 4.1 gigabytes of 4.5 gigabytes of graphics memory reserved."
    assert seen.told("Speed") == "31.4 tokens per second."


def test_without_a_card_main_memory_takes_its_place(seen: Seen) -> None:
    reason = "no NVIDIA driver"
    seen.panel.show_reading(moment(machine(absence=reason), five(dict.fromkeys(Role))))
    assert seen.headings() == ["CPU only", "Memory", "Models", "Speed", "Last turn"]
    line = next(label for label in seen.panel.findChildren(QLabel) if label.text() == "CPU only")
    assert line.toolTip() == "<qt>No NVIDIA driver.</qt>"
    assert line.accessibleDescription() == "No NVIDIA driver."
    assert not [name for name in seen.names() if "GPU" in name]
    assert "Reserved 18.5 gigabytes, headroom 13.5 gigabytes." in seen.told("Memory")
    assert seen.told("Language model") == "Ready, on CPU. Took 5.2 gigabytes of 6 gigabytes of memory reserved."
    small = dataclasses.replace(machine(absence=reason), ram_total=8 * GB, ram_free=4 * GB)
    seen.panel.show_reading(moment(small, five(dict.fromkeys(Role)), at=2))
    assert "Reserved 18.5 gigabytes, 10.5 gigabytes over." in seen.told("Memory")


def test_two_cards_get_a_block_each(seen: Seen) -> None:
    other = Gpu(1, "NVIDIA GeForce GTX 1660", 6144 * 2**20, 6144 * 2**20 - 300_000_000, 0)
    seen.panel.show_reading(moment(machine([t4(), other]), five(T4_GPUS)))
    assert [name for name in seen.names() if name.startswith("Memory of") and "minutes" not in name] == [
        "Memory of GPU 0, Tesla T4",
        "Memory of GPU 1, NVIDIA GeForce GTX 1660",
    ]
    assert seen.told("Memory of GPU 1, NVIDIA GeForce GTX 1660") == (
        "300 megabytes of 6.4 gigabytes used. Parley 0 megabytes: the rest of Parley 0 megabytes. "
        "Other programs 300 megabytes. Free 6.1 gigabytes. Nothing reserved."
    )
    first, second = (seen.gauge(f"Memory of GPU {name}") for name in ("0, Tesla T4", "1, NVIDIA GeForce GTX 1660"))
    assert first.mapTo(seen.panel, QPoint()).y() < second.mapTo(seen.panel, QPoint()).y()


def test_two_cards_of_the_same_kind_are_told_apart(seen: Seen) -> None:
    gpus: dict[Role, int | None] = {**T4_GPUS, Role.VLM: 1}
    cards = [t4(0, ours=9_700_000_000, used=10 * GB), t4(1, ours=3_600_000_000, used=4 * GB)]
    seen.panel.show_reading(moment(machine(cards), five(gpus)))
    assert "Language model 5.2 gigabytes, Voice 4.1" in seen.told("Memory of GPU 0, Tesla T4")
    assert "Reserved 10.5 gigabytes" in seen.told("Memory of GPU 0, Tesla T4")
    assert "Parley 3.6 gigabytes: Picture model 3.3" in seen.told("Memory of GPU 1, Tesla T4")
    assert "Reserved 4.0 gigabytes" in seen.told("Memory of GPU 1, Tesla T4")
    assert seen.told("Picture model").startswith("Ready, on GPU 1.")


def test_an_a100_with_everything_on_it(seen: Seen) -> None:
    total = 40960 * 2**20
    card = Gpu(0, "NVIDIA A100-SXM4-40GB", total, total - 15 * GB, 14_580_000_000)
    seen.panel.show_reading(moment(machine([card]), five(dict.fromkeys(Role, 0))))
    assert seen.told("Memory of GPU 0, NVIDIA A100-SXM4-40GB") == (
        "15.0 gigabytes of 42.9 gigabytes used. Parley 14.6 gigabytes: Speech recognition 380 megabytes, "
        "Translation 1.1 gigabytes, Language model 5.2 gigabytes, Picture model 3.3 gigabytes, Voice 4.1 gigabytes, "
        "the rest of Parley 500 megabytes. Other programs 420 megabytes. Free 27.9 gigabytes. "
        "Reserved 18.5 gigabytes, headroom 24.4 gigabytes."
    )
    assert "Nothing reserved." in seen.told("Memory")


def test_a_driver_that_does_not_tell_processes_apart(seen: Seen) -> None:
    seen.panel.show_reading(moment(machine([t4(ours=None)]), five(T4_GPUS)))
    name = "Memory of GPU 0, Tesla T4"
    assert "Parley 12.6 gigabytes, estimated from what its models took: Language model" in seen.told(name)
    assert "the rest of Parley" not in seen.told(name)
    assert "estimated from what its models took" in seen.tip(name, 5, 5)
    assert "Rest of Parley" not in seen.tip(name, 5, 5)


def test_a_card_that_is_lost_and_comes_back(seen: Seen) -> None:
    fault = "graphics card 0 (Tesla T4) is lost: restart the computer"
    name = "Memory of GPU 0, Tesla T4"
    seen.panel.show_reading(ONE_T4)
    height = seen.gauge(name).height()
    seen.panel.show_reading(moment(machine(absence=fault, faults=(fault,)), five(T4_GPUS), at=2))
    assert seen.told(name) == "It does not answer. Graphics card 0 (Tesla T4) is lost: restart the computer."
    assert seen.told("Voice").startswith("Card unavailable, on GPU 0.")
    assert seen.told("Translation").startswith("Ready, on CPU.")
    assert seen.headings()[0] == "Graphics memory"
    assert seen.gauge(name).height() == height
    assert colors_along(seen.picture(name), 34) == [(theme.current().line, seen.gauge(name).width())]
    seen.panel.show_reading(dataclasses.replace(ONE_T4, at=3))
    assert seen.told(name).startswith("13.5 gigabytes of 16.1")
    assert seen.told("Voice").startswith("Ready, on GPU 0.")


def test_one_of_two_cards_is_pulled(seen: Seen) -> None:
    fault = "graphics card 1 (Tesla T4) is lost: restart the computer"
    seen.panel.show_reading(moment(machine([t4(0), t4(1)]), five(T4_GPUS)))
    seen.panel.show_reading(moment(machine([t4(0)], faults=(fault,)), five(T4_GPUS), at=2))
    assert seen.told("Memory of GPU 1, Tesla T4").startswith("It does not answer. Graphics card 1")
    assert seen.told("Memory of GPU 0, Tesla T4").startswith("13.5 gigabytes")
    assert seen.told("Voice").startswith("Ready")


def test_speed_is_a_dash_before_the_first_token(seen: Seen) -> None:
    seen.panel.show_reading(dataclasses.replace(ONE_T4, tokens_per_second=None))
    assert seen.told("Speed") == "Nothing written yet."
    seen.panel.show_reading(dataclasses.replace(ONE_T4, tokens_per_second=7.04))
    assert seen.told("Speed") == "7.0 tokens per second."


def test_a_short_panel_scrolls_by_keyboard(seen: Seen) -> None:
    seen.panel.show_reading(ONE_T4)
    seen.panel.resize(LEAST_WIDTH, 400)
    QApplication.processEvents()
    area = seen.panel.findChild(QScrollArea)
    bar = area.verticalScrollBar()
    assert bar.maximum() > 300
    assert area.horizontalScrollBar().maximum() == 0
    seen.panel.setFocus(Qt.FocusReason.TabFocusReason)
    assert QApplication.focusWidget() is area
    assert area.accessibleName() == "Resources"
    for key, wanted in (
        (Qt.Key.Key_End, bar.maximum()),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_PageDown, bar.pageStep()),
        (Qt.Key.Key_Down, bar.pageStep() + bar.singleStep()),
    ):
        QTest.keyClick(area, key)
        assert bar.value() == wanted
    edge = seen.panel.grab().toImage().pixelColor(seen.panel.width() // 2, 0)
    assert edge.name() == theme.current().accent, "the focus is visible"


def test_dark_and_light(seen: Seen, qapp: QApplication) -> None:
    seen.panel.show_reading(ONE_T4)
    paints = Paints(seen)
    try:
        theme.apply(qapp, "dark")
        QTest.qWait(50)
        assert set(paints.of) == set(seen.names())
        dark = seen.panel.grab().toImage()
        assert dark.pixelColor(8, 300).name() == theme.DARK.sunken
        runs = colors_along(seen.picture("Memory of GPU 0, Tesla T4"), 34)
        assert runs[0][0] == theme.DARK.llm
    finally:
        theme.apply(qapp, "light")
    assert seen.panel.grab().toImage().pixelColor(8, 300) == QColor(theme.LIGHT.sunken)


def test_larger_type_makes_room_for_itself(seen: Seen, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    seen.panel.show_reading(ONE_T4)
    before = {each.accessibleName(): each.height() for each in seen.panel.findChildren(Gauge)}
    monkeypatch.setattr(theme, "_MIN_FONT", 20)
    theme.apply(qapp, "light")
    QApplication.processEvents()
    after = {each.accessibleName(): each.height() for each in seen.panel.findChildren(Gauge)}
    monkeypatch.undo()
    theme.apply(qapp, "light")
    QApplication.processEvents()
    assert all(after[name] > before[name] for name in before)
    assert {each.accessibleName(): each.height() for each in seen.panel.findChildren(Gauge)} == before


def test_what_the_driver_says_reaches_the_panel(seen: Seen, stand_in_nvml: StandInNvml) -> None:
    """The real reader over the real binding, on a driver that the test plays."""
    reader = hardware.Reader()
    name = "Memory of GPU 0, Tesla T4"

    def look(at: float) -> Hardware:
        taken = reader.read()
        seen.panel.show_reading(moment(taken, five(T4_GPUS), at))
        return taken

    try:
        look(0)
        assert seen.headings()[0] == "CPU only"
        reader.close()
        stand_in_nvml.show(T4, GTX_1660)
        stand_in_nvml.set(0, ours=13 * GB, others=100_000_000)
        look(1)
        kept = T4.reserved + 100_000_000
        assert seen.told(name) == (
            f"{(13 * GB + kept) / GB:.1f} gigabytes of 16.1 gigabytes used. Parley 13.0 gigabytes: "
            "Language model 5.2 gigabytes, Picture model 3.3 gigabytes, Voice 4.1 gigabytes, the rest of Parley "
            f"400 megabytes. Other programs {round(kept / 1e6)} megabytes. "
            f"Free {(T4.total - 13 * GB - kept) / GB:.1f} gigabytes. "
            "Reserved 14.5 gigabytes, headroom 1.6 gigabytes."
        )
        assert seen.told("Memory of GPU 1, NVIDIA GeForce GTX 1660").startswith("199 megabytes of 6.4 gigabytes used.")
        stand_in_nvml.set(0, ours=14 * GB)
        look(2)
        assert "the rest of Parley 1.4 gigabytes" in seen.told(name)
        taken = look(3)
        assert f"Parley {shares.words(taken.ram_ours)}" in seen.told("Memory")
        stand_in_nvml.fail("*", 15, card=0)
        look(4)
        assert seen.told(name) == "It does not answer. Graphics card 0 (Tesla T4) is lost: restart the computer."
        assert seen.told("Voice").startswith("Card unavailable")
        assert seen.told("Memory of GPU 1, NVIDIA GeForce GTX 1660").startswith("199 megabytes")
        stand_in_nvml.heal()
        reader.close()
        look(5)
        assert "the rest of Parley 1.4 gigabytes" in seen.told(name)
    finally:
        reader.close()
