"""Colors, spacing and type of the window, in one place: the light and the dark palette, and the style sheet from them.

Widgets ask `current()` for what they paint themselves; everything else comes from the style sheet. Sizes are in
device-independent pixels and the sizes of text follow the system's font. It must not know any widget of Parley's.
"""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

GAP = 8
"""The grid: margins and gaps are multiples of it."""
RADIUS = 10
SIDE_WIDTH = 260
PANEL_WIDTH = 320
TEXT_WIDTH = 720
"""Most that a line of the conversation is wide."""

_MIN_FONT = 13
_ICONS = Path(__file__).parent.parent / "resources" / "icons"


class Palette(NamedTuple):
    """The colors of one appearance, as #rrggbb. Every text color has a contrast of 4.5 to 1 on what it is used on."""

    dark: bool
    window: str
    raised: str
    """Cards, fields, menus."""
    sunken: str
    """Side bars and the tracks of bars."""
    line: str
    text: str
    quiet: str
    """Secondary text, on window, raised, sunken and mine."""
    accent: str
    on_accent: str
    mine: str
    """Behind the person's own words."""
    danger: str
    warning: str
    good: str
    asr: str
    translation: str
    llm: str
    vlm: str
    tts: str
    others: str
    """Other programs' share of a memory bar."""

    def role(self, role: str) -> QColor:
        """The color of "asr", "translation", "llm", "vlm" or "tts"."""
        return QColor(getattr(self, role))


LIGHT = Palette(
    dark=False,
    window="#ffffff",
    raised="#ffffff",
    sunken="#f4f5f8",
    line="#d7dbe2",
    text="#1b1f27",
    quiet="#59616f",
    accent="#2f5bd7",
    on_accent="#ffffff",
    mine="#e8eefc",
    danger="#bf2f28",
    warning="#8a5a00",
    good="#1f7a4a",
    asr="#0e8a8a",
    translation="#8a5fd0",
    llm="#2f5bd7",
    vlm="#c2571a",
    tts="#b83280",
    others="#9aa3b2",
)
DARK = Palette(
    dark=True,
    window="#16181d",
    raised="#21252d",
    sunken="#1b1e24",
    line="#3a414d",
    text="#e8eaef",
    quiet="#a6aebd",
    accent="#84a6ff",
    on_accent="#0d1526",
    mine="#26324d",
    danger="#ff8078",
    warning="#f0b94a",
    good="#5fcf95",
    asr="#3cc4c4",
    translation="#b596f2",
    llm="#84a6ff",
    vlm="#f2945c",
    tts="#f07fbf",
    others="#6b7484",
)


class _InUse:
    palette = LIGHT
    font_size = 14
    applied = False


def current() -> Palette:
    """The palette in use."""
    return _InUse.palette


def font_size(step: int = 0) -> int:
    """Pixels of the window's text; step 1 is the conversation, 2 a heading, -1 secondary text."""
    return _InUse.font_size + step


def system_is_dark() -> bool:
    """The appearance of the system, or the one that was forced on Qt."""
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


ARGUMENTS = ("parley", "-style", "fusion")
"""To make the QApplication with: Fusion is the one style that a style sheet changes alike on every system. Named here,
because a style that is asked for or set later costs the first frame five milliseconds: at the first object that comes
from Qt without a Python one, PySide makes all of Qt's classes of its kind."""


def apply(app: QApplication, choice: str) -> Palette:
    """Take up "light", "dark" or "system"; widgets that paint themselves repaint, for their palette changes."""
    hints = QGuiApplication.styleHints()
    if choice == "system":
        hints.unsetColorScheme()
    else:  # the system's own parts (frames, dialogs) follow
        hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
    dark = system_is_dark() if choice == "system" else choice == "dark"
    palette = DARK if dark else LIGHT
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    # Not from QFontInfo, which would load a font of a size that is then not used.
    points = font.pointSizeF() * QGuiApplication.primaryScreen().logicalDotsPerInch() / 72
    size = max(_MIN_FONT, font.pixelSize() if font.pixelSize() > 0 else round(points))
    if _InUse.applied and (_InUse.palette, _InUse.font_size) == (palette, size):
        return palette
    _InUse.palette, _InUse.font_size, _InUse.applied = palette, size, True
    font.setPixelSize(size)
    app.setFont(font)
    app.setPalette(_qt_palette(palette))
    app.setStyleSheet(style_sheet(palette, size))
    return palette


def mix(color: str, ground: str, share: float) -> str:
    """`share` (0 to 1) of a color laid over the ground, as #rrggbb."""
    over, under = QColor(color), QColor(ground)
    return QColor(
        round(over.red() * share + under.red() * (1 - share)),
        round(over.green() * share + under.green() * (1 - share)),
        round(over.blue() * share + under.blue() * (1 - share)),
    ).name()


def text_font(step: int = 1, *, bold: bool = False) -> QFont:
    """The system's font at `font_size(step)`."""
    font = QFont(QApplication.font())
    font.setPixelSize(font_size(step))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def _qt_palette(colors: Palette) -> QPalette:
    palette = QPalette(QColor(colors.raised), QColor(colors.window))
    roles = QPalette.ColorRole
    for role, color in {
        roles.Window: colors.window,
        roles.Base: colors.raised,
        roles.AlternateBase: colors.sunken,
        roles.Button: colors.raised,
        roles.WindowText: colors.text,
        roles.Text: colors.text,
        roles.ButtonText: colors.text,
        roles.ToolTipBase: colors.raised,
        roles.ToolTipText: colors.text,
        roles.PlaceholderText: colors.quiet,
        roles.Highlight: colors.accent,
        roles.HighlightedText: colors.on_accent,
        roles.Link: colors.accent,
        roles.LinkVisited: colors.accent,
        roles.Accent: colors.accent,
    }.items():
        palette.setColor(role, QColor(color))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(mix(colors.quiet, colors.window, 0.7)))
    return palette


def style_sheet(colors: Palette, size: int = 14) -> str:
    """The style sheet for text of `size` pixels.

    Dynamic properties choose variants: kind = "primary", "quiet", "danger", "small", "example" of buttons;
    tone = "quiet", "title" of labels.
    """
    hover = mix(colors.text, colors.raised, 0.06)
    pressed = mix(colors.text, colors.raised, 0.12)
    faint = mix(colors.quiet, colors.window, 0.7)
    strong = mix(colors.quiet, colors.window, 0.55)
    primary = mix(colors.text, colors.accent, 0.14)
    icons = _ICONS.as_posix()
    shade = "dark" if colors.dark else "light"
    field = "QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox"
    return f"""
    QMainWindow, QDialog {{ background: {colors.window}; }}
    QToolTip {{ background: {colors.raised}; color: {colors.text}; border: 1px solid {colors.line};
        padding: 4px 6px; font-size: {size - 1}px; }}
    QLabel[tone="quiet"] {{ color: {colors.quiet}; font-size: {size - 1}px; }}
    QLabel[tone="title"] {{ font-size: {size + 2}px; font-weight: 600; }}
    QPushButton, QToolButton, QComboBox {{ background: {colors.raised}; border: 1px solid {colors.line};
        border-radius: 8px; padding: 5px 12px; min-height: 20px; }}
    QToolButton {{ padding: 5px; }}
    QComboBox {{ padding: 5px 6px 5px 11px; combobox-popup: 0; }}
    QPushButton:hover, QToolButton:hover, QComboBox:hover {{ background: {hover}; }}
    QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {{ background: {pressed}; }}
    QPushButton:focus {{ border: 2px solid {colors.accent}; padding: 4px 11px; }}
    QToolButton:focus {{ border: 2px solid {colors.accent}; padding: 4px; }}
    QComboBox:focus, QComboBox:on {{ border: 2px solid {colors.accent}; padding: 4px 5px 4px 10px; }}
    QPushButton:disabled, QToolButton:disabled, QComboBox:disabled {{ color: {faint}; }}
    QPushButton[kind="primary"] {{ background: {colors.accent}; color: {colors.on_accent};
        border-color: {colors.accent}; font-weight: 600; }}
    QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {{ background: {primary}; }}
    QPushButton[kind="primary"]:focus {{ border: 2px solid {colors.text}; }}
    QPushButton[kind="primary"]:disabled {{ background: {colors.line}; border-color: {colors.line}; color: {faint}; }}
    QToolButton[kind="send"] {{ background: {colors.accent}; border-color: {colors.accent}; border-radius: 18px; }}
    QToolButton[kind="send"]:hover, QToolButton[kind="send"]:pressed {{ background: {primary}; }}
    QToolButton[kind="send"]:focus {{ border: 2px solid {colors.text}; }}
    QToolButton[kind="send"]:disabled {{ background: {colors.sunken}; border-color: {colors.sunken}; }}
    QPushButton[kind="danger"] {{ color: {colors.danger}; border-color: {colors.danger}; }}
    QPushButton[kind="danger"]:focus {{ border-color: {colors.accent}; }}
    QPushButton[kind="danger"]:disabled {{ border-color: {colors.line}; color: {faint}; }}
    QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ background: transparent; border-color: transparent; }}
    QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: {hover}; }}
    QPushButton[kind="quiet"]:pressed, QToolButton[kind="quiet"]:pressed,
    QPushButton[kind="quiet"]:checked, QToolButton[kind="quiet"]:checked {{ background: {pressed}; }}
    QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus {{ border: 2px solid {colors.accent}; }}
    QPushButton[kind="small"] {{ background: transparent; border-color: transparent; padding: 2px 8px;
        min-height: 16px; color: {colors.quiet}; font-size: {size - 1}px; }}
    QPushButton[kind="small"]:hover {{ background: {hover}; }}
    QPushButton[kind="small"]:focus {{ border: 2px solid {colors.accent}; padding: 1px 7px; }}
    QPushButton[kind="example"] {{ border-radius: 17px; padding: 6px 16px; }}
    QPushButton[kind="example"]:hover {{ background: {colors.mine}; border-color: {colors.accent}; }}
    QPushButton[kind="example"]:focus {{ padding: 5px 15px; }}
    QToolButton::menu-indicator {{ image: none; }}
    QComboBox::drop-down {{ border: none; width: 22px; }}
    QComboBox::down-arrow {{ image: url("{icons}/chevron-down-{shade}.svg"); width: 16px; height: 16px; }}
    QComboBox[kind="picker"]::down-arrow {{ image: none; }}
    QComboBox QAbstractItemView {{ background: {colors.raised}; border: 1px solid {colors.line}; padding: 4px;
        border-radius: 0; outline: none; selection-background-color: {colors.mine}; selection-color: {colors.text}; }}
    QComboBox QAbstractItemView::item {{ min-height: 28px; padding: 0 6px; border-radius: 6px; }}
    QComboBox QAbstractItemView::item:selected {{ background: {colors.mine}; color: {colors.text}; }}
    QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox {{ background: {colors.raised};
        border: 1px solid {colors.line}; border-radius: 8px; padding: 5px 10px; min-height: 20px; }}
    {field} {{ selection-background-color: {colors.accent}; selection-color: {colors.on_accent}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus {{
        border: 2px solid {colors.accent}; padding: 4px 9px; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 20px; }}
    QAbstractSpinBox::up-arrow {{ image: url("{icons}/chevron-up-{shade}.svg"); width: 14px; height: 14px; }}
    QAbstractSpinBox::down-arrow {{ image: url("{icons}/chevron-down-{shade}.svg"); width: 14px; height: 14px; }}
    QCheckBox, QRadioButton {{ spacing: 8px; min-height: 24px; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: 16px; height: 16px; border: 1px solid {strong};
        border-radius: 5px; background: {colors.raised}; }}
    QRadioButton::indicator {{ border-radius: 9px; }}
    QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {colors.accent}; }}
    QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border: 2px solid {colors.accent};
        width: 14px; height: 14px; }}
    QCheckBox::indicator:checked {{ background: {colors.accent}; border-color: {colors.accent};
        image: url("{icons}/check-{shade}.svg"); }}
    QCheckBox::indicator:checked:focus {{ border-color: {colors.text}; }}
    QRadioButton::indicator:checked {{ border: 5px solid {colors.accent}; width: 8px; height: 8px; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {colors.line}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {colors.accent}; }}
    QSlider::handle:horizontal {{ width: 16px; margin: -6px 0; border-radius: 8px; background: {colors.accent}; }}
    QSlider::handle:horizontal:focus {{ background: {colors.text}; }}
    QProgressBar {{ background: {colors.line}; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }}
    QProgressBar::chunk {{ background: {colors.accent}; border-radius: 3px; }}
    QAbstractItemView {{ background: {colors.raised}; border: 1px solid {colors.line}; border-radius: 8px;
        outline: none; selection-background-color: {colors.accent}; selection-color: {colors.on_accent}; }}
    QAbstractScrollArea[kind="plain"] {{ background: transparent; border: none; border-radius: 0; padding: 0; }}
    QScrollArea {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
    QScrollBar::handle {{ background: {mix(colors.quiet, colors.window, 0.4)}; border-radius: 4px; }}
    QScrollBar::handle:vertical {{ min-height: 32px; }}
    QScrollBar::handle:horizontal {{ min-width: 32px; }}
    QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {colors.quiet}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QMenu {{ background: {colors.raised}; border: 1px solid {colors.line}; padding: 5px; }}
    QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 6px; }}
    QMenu::icon {{ padding-left: 8px; }}
    QMenu::item:selected {{ background: {colors.mine}; color: {colors.text}; }}
    QMenu::item:disabled {{ color: {faint}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {colors.line}; margin: 5px 8px; }}
    QSplitter::handle {{ background: {colors.line}; }}
    QSplitter::handle:horizontal {{ width: 1px; }}
    """
