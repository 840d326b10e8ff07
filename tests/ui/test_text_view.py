"""Texts from anywhere, in the conversation: shown within bounds, and nothing is loaded, followed or reordered."""

import http.server
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QTextCursor, QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui import markdown, theme
from ui.text_view import PORTION, TextView, heard_end

RLO = "\u202e"


@pytest.fixture
def view(qapp: QApplication) -> TextView:
    return _view()


def _view() -> TextView:
    parent = QWidget()
    parent.resize(600, 400)
    view = TextView(parent)
    view.keep = parent  # type: ignore[attr-defined]
    return view


def _shown(view: TextView) -> str:
    return view.document().toPlainText()


# -- Markdown


def test_markdown_becomes_formatted_text(view: TextView) -> None:
    view.set_markdown("# Title\n\nSome **bold** words and `code`.\n\n- one\n- two\n")
    assert _shown(view).split("\n") == ["Title", "Some bold words and code.", "one", "two"]
    cursor = view.document().find("bold")
    assert cursor.charFormat().fontWeight() >= 600
    assert view.document().find("code").charFormat().fontFamilies()
    assert view.document().find("two").block().textList() is not None


def test_a_picture_becomes_its_description_and_is_not_loaded(view: TextView, tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "a.png"
    Image.new("RGB", (500, 300), "red").save(path)
    view.set_markdown(
        f"![my map]({path}) ![it](file://{path}) ![](<{path}>) ![r][1] [![in]({path})](http://a)\n\n[1]: {path}\n"
    )
    assert _shown(view) == "my map it  r in"
    assert view.height_for(600) < 60
    assert all(view.grab().toImage().pixelColor(x, y) != QColor("red") for x in range(90) for y in range(25))


def test_nothing_is_fetched(view: TextView, show: Callable[..., None], until: Callable[..., None]) -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    view.set_markdown(
        f"![x]({address}/a.png) <img src='{address}/b.png'> <link rel=stylesheet href={address}/c.css> "
        f"[x]({address}/d \"<img src='{address}/e.png'>\") <style>@import url({address}/f)</style>"
    )
    view.setGeometry(0, 0, 600, view.height_for(600))
    show(view.window(), 600, 400)
    QTest.mouseMove(view.viewport(), QPoint(10, 8))
    deadline = time.monotonic() + 0.3
    until(lambda: time.monotonic() > deadline)
    server.shutdown()
    thread.join()
    server.server_close()
    assert asked == []


def test_tags_stay_text(view: TextView) -> None:
    view.set_markdown("<img src='file:///etc/passwd'> <b>x</b>\n\n<script>alert(1)</script>")
    assert "<img src='file:///etc/passwd'> <b>x</b>" in _shown(view)
    assert "<script>" in _shown(view)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "/etc/passwd", "data:text/html,x", "ftp://a"]
)
def test_only_addresses_of_the_web_are_links(view: TextView, address: str) -> None:
    view.set_markdown(f"[here]({address}) and [there](https://example.org/a)")
    assert view.document().find("here").charFormat().anchorHref() == ""
    assert not view.document().find("here").charFormat().fontUnderline()
    assert view.document().find("there").charFormat().anchorHref() == "https://example.org/a"


def test_a_links_title_cannot_be_a_page(view: TextView) -> None:
    view.set_markdown("[there](https://example.org \"<img src='file:///etc/passwd'>\")")
    assert view.document().find("there").charFormat().toolTip() == "<qt>https://example.org</qt>"


def test_a_clicked_link_is_offered_and_not_followed(
    view: TextView, show: Callable[..., None], until: Callable[..., None]
) -> None:
    view.set_markdown("[there](https://example.org/a)")
    view.setGeometry(0, 0, 600, view.height_for(600))
    show(view.window(), 600, 400)
    offered: list[str] = []
    view.menuWanted.connect(lambda at, link: offered.append(link))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(10, 8))
    until(lambda: offered)
    assert offered == ["https://example.org/a"]
    assert _shown(view) == "there"


def test_a_table_has_its_cells_and_its_head(view: TextView) -> None:
    view.set_markdown("before\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nafter")
    (table,) = [f for f in view.document().rootFrame().childFrames() if isinstance(f, QTextTable)]
    cells = [
        [table.cellAt(row, column).firstCursorPosition().block().text() for column in range(table.columns())]
        for row in range(table.rows())
    ]
    assert cells == [["a", "b"], ["1", "2"]]
    assert table.cellAt(0, 0).firstCursorPosition().block().begin().fragment().charFormat().fontWeight() >= 600


def test_a_code_block_keeps_its_lines_and_wraps_what_is_too_long(view: TextView) -> None:
    view.set_markdown("```python\nx = 1\n\ny = 2\n" + "z" * 500 + "\n```")
    assert _shown(view) == "x = 1\n\ny = 2\n" + "z" * 500
    assert view.document().idealWidth() <= view.width_wanted(400) + 2


HOSTILE = {
    "a megabyte": "word " * 200_000,
    "one word without end": "x" * 100_000,
    "a table of a thousand columns": "|" + "a|" * 1000 + "\n|" + "-|" * 1000 + "\n|" + "b|" * 1000,
    "many cells": "|" + "a|" * 20 + "\n|" + "-|" * 20 + "\n" + ("|" + "b|" * 20 + "\n") * 100,
    "an unclosed fence": "```\n" + "x\n" * 3000,
    "quotes in quotes": ">" * 2000 + " x",
    "lists in lists in one line": "- " * 2000 + "x",
    "lists in lists": "\n".join("  " * depth + "- x" for depth in range(200)),
    "a quote in a list in a quote": "> - " * 500 + "x",
    "brackets": "[" * 12_000,
    "pairs that never close": "[a](b" * 2000 + "*a **a " * 1500,
    "empty lines": "\n" * 100_000,
    "headings": "# a\n" * 3000,
    "rules": "***\n" * 3000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 500,
    "marks over marks": "a" + "\u0301" * 20_000,
    "controls": "".join(map(chr, range(32))) * 100,
    "surrogates": "a\ud800b\udfffc",
    "noncharacters": "a\ufdd0b\ufdd1c\ufffcd\uffffe\u2028f\u2029g",
    "entities": "&#0; &#xfffc; &#x202e; &#xfdd0; &#xd800;",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_within_bounds(view: TextView, name: str) -> None:
    text = HOSTILE[name]
    began = time.process_time()
    view.set_markdown(text)
    height = view.height_for(600)
    view.setGeometry(0, 0, 600, min(height, 3000))
    view.grab()
    assert time.process_time() - began < 5  # minutes, without the bounds; some 30 ms with them
    assert 0 < height < 40_000
    assert view.whole == text
    assert not set(_shown(view)) & {chr(n) for n in (*range(9), *range(11, 32), *range(0x202A, 0x202F), 0xFFFC)}
    view.set_plain(text)
    assert 0 < view.height_for(600) < 40_000


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("*_`#>-+|[]()!<&;:1.\n\t \\~=ax\u202e\ud800\0"), max_size=300))
def test_any_markdown_at_all(qapp: QApplication, text: str) -> None:
    view = _view()
    view.set_markdown(text)
    assert view.height_for(300) >= 0
    view.grab()
    view.mark_unheard("a x")
    assert RLO not in _shown(view)


def test_deep_nesting_is_told_from_the_usual(view: TextView) -> None:
    assert markdown.fits("> > - 1. x\n\n    - deeper")
    assert markdown.fits("1 + 2 - 3 > 4 - 5 * 6 - 7 - 8 - 9 - 10 - 11")
    assert not markdown.fits("> " * 30 + "x")


def test_what_overrides_the_direction_is_left_out(view: TextView) -> None:
    view.set_markdown(f"safe {RLO}txet\u2066 more")
    assert _shown(view) == "safe txet more"


# -- plain text that grows


def test_pieces_are_put_together(view: TextView) -> None:
    for piece in ["Hello", ", ", "world\n", "**not bold**"]:
        view.add(piece)
    assert _shown(view) == "Hello, world\n**not bold**"
    assert view.whole == "Hello, world\n**not bold**"


def test_a_long_text_comes_in_portions(view: TextView) -> None:
    text = "word " * 10_000
    view.set_plain(text)
    assert len(_shown(view)) == PORTION
    assert view.left_out == len(text) - PORTION
    view.show_more()
    view.show_more()
    assert view.left_out == 0
    assert _shown(view) == text


def test_an_answer_without_end_does_not_grow_on_the_screen(view: TextView) -> None:
    for _ in range(300):
        view.add("so on and on " * 20)
    assert len(_shown(view)) <= PORTION
    assert len(view.whole) == 300 * 260


def test_a_word_without_spaces_is_broken_at_the_edge(view: TextView) -> None:
    view.set_plain("x" * 1000)
    assert view.height_for(200) > 10 * view.fontMetrics().height()
    assert view.document().size().width() <= 201


# -- heard and unheard


@pytest.mark.parametrize(
    ("shown", "heard", "rest"),
    [
        ("One two three. Four five.", "One two three.", " Four five."),
        ("One two three. Four five.", "One two", " three. Four five."),
        ("One two three. Four five.", "", "One two three. Four five."),
        ("One two. Four five.", "One two. Four five.", ""),
        ("Look: x = 1\nprint(x)\nThen stop. Now go.", "Look: Then stop.", " Now go."),
        ("It is well-known, don't you think? Yes.", "It is well known, don't you", " think? Yes."),
        ("¿Cuál es? Él está aquí.", "¿Cuál es?", " Él está aquí."),
        ("the cat and the dog and the cow", "the cat and the", " dog and the cow"),
        ("🙂🙂", "", "🙂🙂"),
    ],
)
def test_where_the_heard_words_end(shown: str, heard: str, rest: str) -> None:
    assert shown[heard_end(shown, heard) :] == rest


def test_unheard_words_are_quiet_and_heard_ones_are_not(view: TextView) -> None:
    view.set_markdown("You heard **this**. But not that.")
    view.mark_unheard("You heard this.")
    quiet = QColor(theme.current().quiet)
    assert view.document().find("that").charFormat().foreground().color() == quiet
    assert view.document().find("this").charFormat().foreground().color() != quiet
    assert view.document().find("this").charFormat().fontWeight() >= 600


def test_another_appearance_colors_the_text_anew(view: TextView, qapp: QApplication) -> None:
    view.set_markdown("You heard this. But not [that](http://a.b).")
    view.mark_unheard("You heard this.")
    try:
        theme.apply(qapp, "dark")
        qapp.processEvents()
        assert view.document().find("But").charFormat().foreground().color() == QColor(theme.DARK.quiet)
    finally:
        theme.apply(qapp, "light")
    qapp.processEvents()
    assert view.document().find("But").charFormat().foreground().color() == QColor(theme.LIGHT.quiet)


# -- mouse and keyboard


def test_text_is_selected_by_mouse_and_by_keyboard(
    view: TextView, show: Callable[..., None], until: Callable[..., None]
) -> None:
    view.set_markdown("alpha beta gamma")
    view.setGeometry(0, 0, 600, view.height_for(600))
    show(view.window(), 600, 200)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(10, 8))
    until(lambda: view.textCursor().selectedText() == "alpha")
    view.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert view.textCursor().selectedText() == "alpha beta gamma"
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    until(lambda: QApplication.clipboard().text() == "alpha beta gamma")


def test_typing_goes_where_one_can_write(view: TextView, show: Callable[..., None]) -> None:
    view.set_plain("fixed")
    show(view.window(), 600, 200)
    view.setFocus()
    typed: list[str] = []
    view.typed.connect(typed.append)
    QTest.keyClicks(view, "hi")
    assert typed == ["h", "i"]
    assert _shown(view) == "fixed"
