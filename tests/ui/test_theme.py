"""The colors can be read, and an appearance is taken up by the widgets that are there."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QLabel

from ui import icons, theme


def _luminance(color: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()]
    red, green, blue = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_stands_out_from_what_it_is_written_on(colors: theme.Palette) -> None:
    grounds = ("window", "raised", "sunken", "mine")
    pairs = [(text, ground) for text in ("text", "quiet") for ground in grounds]
    pairs += [(text, ground) for text in ("accent", "danger", "warning", "good") for ground in grounds[:3]]
    pairs += [("on_accent", "accent")]
    poor = {pair: value for pair in pairs if (value := contrast(*(getattr(colors, name) for name in pair))) < 4.5}
    assert not poor


@pytest.mark.parametrize("colors", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_each_role_stands_out_from_the_track_of_its_bar(colors: theme.Palette) -> None:
    roles = ("asr", "translation", "llm", "vlm", "tts")
    assert all(contrast(colors.role(role).name(), colors.sunken) >= 3 for role in roles)
    assert len({colors.role(role).name() for role in roles}) == 5


def test_the_appearance_changes_what_is_shown_already(qapp: QApplication) -> None:
    label = QLabel("words")
    try:
        assert theme.apply(qapp, "dark") is theme.DARK
        assert theme.current() is theme.DARK
        assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(theme.DARK.text)
    finally:
        theme.apply(qapp, "light")
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(theme.LIGHT.text)


def test_the_appearance_of_the_system_is_light_where_it_has_none(qapp: QApplication) -> None:
    try:
        theme.apply(qapp, "dark")
        assert theme.apply(qapp, "system") is theme.LIGHT
    finally:
        theme.apply(qapp, "light")


def test_a_combo_box_has_an_arrow(qapp: QApplication) -> None:
    box = QComboBox()
    box.resize(160, 34)
    image = box.grab().toImage()
    area = [(x, y) for x in range(160 - 28, 160 - 6) for y in range(10, 24)]
    assert any(image.pixelColor(x, y).lightness() < 160 for x, y in area)


def test_words_are_never_smaller_than_can_be_read(qapp: QApplication) -> None:
    assert theme.font_size() >= 13
    assert theme.text_font(2).pixelSize() == theme.font_size() + 2


@pytest.mark.parametrize("name", icons.NAMES)
def test_every_icon_is_drawn_within_its_square_in_the_color_of_the_theme(name: str) -> None:
    image = icons.icon(name, "danger").pixmap(QSize(48, 48), 1).toImage()
    inked = [(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() == 255]
    assert len(inked) > 10
    color = image.pixelColor(*inked[len(inked) // 2])
    assert color == QColor(theme.current().danger)
    edge = [(x, y) for x in range(48) for y in range(48) if x in (0, 47) or y in (0, 47)]
    assert all(image.pixelColor(x, y).alpha() == 0 for x, y in edge)


def test_an_icon_follows_the_appearance_and_a_wrong_name_is_told(qapp: QApplication) -> None:
    icon = icons.icon("stop")
    try:
        theme.apply(qapp, "dark")
        assert icon.pixmap(QSize(24, 24), 1).toImage().pixelColor(12, 12) == QColor(theme.DARK.text)
    finally:
        theme.apply(qapp, "light")
    assert icon.pixmap(QSize(24, 24), 1).toImage().pixelColor(12, 12) == QColor(theme.LIGHT.text)
    with pytest.raises(KeyError):
        icons.icon("no such icon")
