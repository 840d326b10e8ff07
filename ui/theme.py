"""Colors, spacing and type of the window, in one place: the light and the dark palette, and the style sheet from them.

Widgets ask `current()` for what they paint themselves; everything else comes from the style sheet. Sizes are in
device-independent pixels. It must not know any widget of Parley's.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

GAP = 8
"""The grid: margins and gaps are multiples of it."""
RADIUS = 10
SIDE_WIDTH = 260
PANEL_WIDTH = 320
TEXT_WIDTH = 720
"""Most that a line of the conversation is wide."""


@dataclass(frozen=True)
class Palette:
    """The colors of one appearance, as #rrggbb."""

    dark: bool
    window: str
    raised: str
    """Cards, fields, menus."""
    sunken: str
    """Side bars and the tracks of bars."""
    line: str
    text: str
    quiet: str
    """Secondary text; contrast 4.5 to 1 on window, raised and sunken."""
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
    sunken="#f4f5f7",
    line="#d9dce1",
    text="#1b1f27",
    quiet="#5a6372",
    accent="#2f5bd7",
    on_accent="#ffffff",
    mine="#e8eefc",
    danger="#c0322b",
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
    raised="#20242c",
    sunken="#1b1e24",
    line="#353b46",
    text="#e8eaef",
    quiet="#a3acbb",
    accent="#7da2ff",
    on_accent="#0d1526",
    mine="#263352",
    danger="#ff8078",
    warning="#f0b94a",
    good="#5fcf95",
    asr="#3cc4c4",
    translation="#b596f2",
    llm="#7da2ff",
    vlm="#f2945c",
    tts="#f07fbf",
    others="#6b7484",
)

_current = LIGHT


def current() -> Palette:
    """The palette in use."""
    return _current


def system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


def apply(app: QApplication, choice: str) -> Palette:
    """Take up "light", "dark" or "system"; widgets that paint themselves repaint, for their palette changes."""
    global _current
    dark = system_is_dark() if choice == "system" else choice == "dark"
    _current = DARK if dark else LIGHT
    app.setPalette(_qt_palette(_current))
    app.setStyleSheet(style_sheet(_current))
    return _current


def _qt_palette(colors: Palette) -> QPalette:
    palette = QPalette()
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
    }.items():
        palette.setColor(role, QColor(color))
    return palette


def style_sheet(colors: Palette) -> str:
    """The style sheet. Dynamic properties choose variants: kind = "primary", "quiet", "danger"; tone = "quiet"."""
    return f"""
    QWidget {{ color: {colors.text}; font-size: 14px; }}
    QMainWindow, QDialog {{ background: {colors.window}; }}
    QToolTip {{ background: {colors.raised}; color: {colors.text}; border: 1px solid {colors.line}; padding: 4px; }}
    QLabel[tone="quiet"] {{ color: {colors.quiet}; font-size: 12px; }}
    QLabel[tone="title"] {{ font-size: 15px; font-weight: 600; }}
    QPushButton, QToolButton, QComboBox {{
        background: {colors.raised}; border: 1px solid {colors.line}; border-radius: 8px;
        padding: 6px 12px; min-height: 20px;
    }}
    QPushButton:hover, QToolButton:hover, QComboBox:hover {{ background: {colors.sunken}; }}
    QPushButton:focus, QToolButton:focus, QComboBox:focus, QLineEdit:focus {{ border: 2px solid {colors.accent};
        padding: 5px 11px; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {colors.quiet}; }}
    QPushButton[kind="primary"] {{ background: {colors.accent}; color: {colors.on_accent}; border-color: {colors.accent};
        font-weight: 600; }}
    QPushButton[kind="danger"] {{ color: {colors.danger}; border-color: {colors.danger}; }}
    QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ background: transparent; border-color: transparent; }}
    QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: {colors.sunken}; }}
    QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus {{ border: 2px solid {colors.accent}; }}
    QLineEdit, QPlainTextEdit {{ background: {colors.raised}; border: 1px solid {colors.line}; border-radius: 8px;
        padding: 6px 10px; selection-background-color: {colors.accent}; selection-color: {colors.on_accent}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {colors.line}; border-radius: 5px; min-height: 32px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    QMenu {{ background: {colors.raised}; border: 1px solid {colors.line}; padding: 4px; }}
    QMenu::item {{ padding: 6px 20px; border-radius: 6px; }}
    QMenu::item:selected {{ background: {colors.accent}; color: {colors.on_accent}; }}
    """
