"""The banner: which problem it shows, how it is worked by mouse and keyboard, and that it leaves the composer alone."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.problems import Problem
from ui import notices, theme
from ui.notices import Banner

UNPLUGGED = Problem(
    "ear", "no-microphone", "The microphone is gone.", "Plug it in, or choose another.", details="PortAudio error -9985"
)
MEMORY = Problem("brain", "no-memory", "The machine ran out of memory.", "Close other programs.", recoverable=False)
PICTURE = Problem("assistant", "picture-broken", "The picture could not be read.", "Use another one.")


class Page(QWidget):
    """A banner over a conversation over a composer, as in the window."""

    def __init__(self) -> None:
        super().__init__()
        self.banner = Banner(self)
        self.conversation = QPlainTextEdit(self)
        self.composer = QPlainTextEdit(self)
        self.composer.setStyleSheet("min-height: 60px; max-height: 60px;")
        layout = QVBoxLayout(self)
        for part in (self.banner, self.conversation, self.composer):
            layout.addWidget(part)
        self.banner.focusReleased.connect(self.composer.setFocus)
        self.composer.setFocus()

    def seen(self) -> list[str]:
        """Every visible label's text, in the banner's order."""
        QApplication.processEvents()
        return [label.text() for label in self.banner.findChildren(QLabel) if label.isVisible() and label.text()]

    def button(self, name: str) -> QPushButton | QToolButton:
        """The visible button of this text or accessible name."""
        kinds = (QPushButton, QToolButton)
        found = [
            button
            for kind in kinds
            for button in self.banner.findChildren(kind)
            if button.isVisible() and name in (button.text(), button.accessibleName())
        ]
        assert len(found) == 1, f"{len(found)} buttons called {name}"
        return found[0]

    def click(self, name: str) -> None:
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)


@pytest.fixture
def page(show: Callable[..., None]) -> Page:
    page = Page()
    show(page, 700, 500)
    return page


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader was given."""
    sentences: list[str] = []
    real = notices._announce

    def announce(widget: QWidget, sentence: str, *, urgent: bool) -> None:
        sentences.append(sentence)
        real(widget, sentence, urgent=urgent)

    monkeypatch.setattr(notices, "_announce", announce)
    return sentences


def test_hidden_without_a_problem(page: Page) -> None:
    assert not page.banner.isVisible()
    assert page.banner.problems == ()


def test_a_problem_with_its_remedy_as_a_sentence(page: Page, said: list[str]) -> None:
    page.banner.add(UNPLUGGED)
    assert page.seen() == ["The microphone is gone.", "Plug it in, or choose another."]
    assert said == ["The microphone is gone. Plug it in, or choose another."]


def test_a_remedy_that_the_window_knows_is_a_button(page: Page) -> None:
    done: list[str] = []
    page.banner.set_actions({"no-microphone": ("Choose a microphone", lambda: done.append("choose"))})
    page.banner.add(UNPLUGGED)
    assert page.seen() == ["The microphone is gone."]
    page.click("Choose a microphone")
    assert done == ["choose"]
    assert not page.banner.isVisible()


def test_an_action_may_raise_the_problem_again(page: Page) -> None:
    page.banner.set_actions({"no-microphone": ("Try again", lambda: page.banner.add(UNPLUGGED))})
    page.banner.add(UNPLUGGED)
    page.click("Try again")
    assert page.seen() == ["The microphone is gone."]


def test_several_wait_in_line(page: Page) -> None:
    for problem in (UNPLUGGED, MEMORY, PICTURE):
        page.banner.add(problem)
    assert page.seen() == ["The microphone is gone.", "Plug it in, or choose another.", "1 of 3"]
    page.click("Next problem")
    assert page.seen() == ["The machine ran out of memory.", "Close other programs.", "2 of 3"]
    page.click("Next problem")
    page.click("Next problem")
    assert page.seen()[-1] == "1 of 3"
    page.click("Previous problem")
    assert page.seen() == ["The picture could not be read.", "Use another one.", "3 of 3"]
    page.click("Close")
    assert page.seen() == ["The machine ran out of memory.", "Close other programs.", "2 of 2"]
    page.click("Close")
    assert page.seen() == ["The microphone is gone.", "Plug it in, or choose another."]
    page.click("Close")
    assert not page.banner.isVisible()


def test_the_same_again_is_counted_and_shows_the_newest(page: Page) -> None:
    page.banner.add(PICTURE)
    page.banner.add(UNPLUGGED)
    page.banner.add(Problem("assistant", "picture-broken", "The picture b.png could not be read.", "Use another one."))
    assert page.seen() == ["The picture b.png could not be read. (2\u00a0times)", "Use another one.", "1 of 2"]
    page.click("Close")
    page.banner.add(PICTURE)
    assert [problem.code for problem in page.banner.problems] == ["no-microphone", "picture-broken"]
    page.click("Next problem")
    assert page.seen()[0] == "The picture could not be read."


def test_a_settled_problem_goes_and_the_one_being_read_stays(page: Page) -> None:
    for problem in (UNPLUGGED, MEMORY, PICTURE):
        page.banner.add(problem)
    page.click("Next problem")
    page.banner.settle("no-microphone")
    assert page.seen() == ["The machine ran out of memory.", "Close other programs.", "1 of 2"]
    page.banner.settle("never-raised")
    page.banner.settle("no-memory")
    page.banner.settle("picture-broken")
    assert not page.banner.isVisible()


def test_details_unfold_and_are_copied(page: Page) -> None:
    page.banner.add(UNPLUGGED)
    page.banner.add(UNPLUGGED)
    details = page.banner.findChild(QPlainTextEdit)
    assert isinstance(details, QPlainTextEdit)
    assert not details.isVisible()
    page.click("Details")
    assert details.isVisible()
    page.click("Copy the details")
    copied = QGuiApplication.clipboard().text()
    assert copied == (
        "The microphone is gone.\nPlug it in, or choose another.\near: no-microphone, 2 times\n\nPortAudio error -9985"
    )
    page.click("Details")
    assert not details.isVisible()


def test_details_fold_with_the_next_problem(page: Page) -> None:
    page.banner.add(UNPLUGGED)
    page.banner.add(MEMORY)
    page.click("Details")
    page.click("Next problem")
    details = page.banner.findChild(QPlainTextEdit)
    assert isinstance(details, QPlainTextEdit)
    assert not details.isVisible()
    assert "no-memory" in details.toPlainText()


def test_the_composer_keeps_focus_and_place(page: Page) -> None:
    place = page.composer.geometry()
    page.banner.add(UNPLUGGED)
    page.banner.add(MEMORY)
    page.banner.notice("The microphone is back.")
    QTest.keyClicks(page.composer, "still typing")
    QApplication.processEvents()
    assert QApplication.focusWidget() is page.composer
    assert page.composer.toPlainText() == "still typing"
    assert page.composer.geometry() == place
    page.click("Details")
    QApplication.processEvents()
    assert page.composer.geometry() == place


def test_the_focus_goes_to_the_remedy_and_escape_gives_it_back(page: Page) -> None:
    page.banner.set_actions({"no-microphone": ("Choose a microphone", lambda: None)})
    page.banner.add(UNPLUGGED)
    page.banner.add(MEMORY)
    stopped: list[str] = []
    QShortcut(QKeySequence("Esc"), page, lambda: stopped.append("stop"))
    page.banner.setFocus()
    assert QApplication.focusWidget() is page.button("Choose a microphone")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert page.seen() == ["The machine ran out of memory.", "Close other programs."]
    page.banner.setFocus()
    assert QApplication.focusWidget() is page.button("Details")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not page.banner.isVisible()
    assert QApplication.focusWidget() is page.composer
    assert stopped == []
    QTest.keyClick(page.composer, Qt.Key.Key_Escape)
    assert stopped == ["stop"]


def test_tab_reaches_every_button(page: Page) -> None:
    page.banner.set_actions({"no-microphone": ("Choose a microphone", lambda: None)})
    page.banner.add(UNPLUGGED)
    page.banner.add(MEMORY)
    page.banner.setFocus()
    names: list[str] = []
    for _ in range(5):
        focused = QApplication.focusWidget()
        assert isinstance(focused, QPushButton | QToolButton)
        names.append(focused.accessibleName() or focused.text())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert names == ["Choose a microphone", "Details", "Previous problem", "Next problem", "Close"]


@pytest.mark.parametrize("width", [300, 700, 1400])
def test_long_and_hostile_text_is_plain_and_stays_inside(page: Page, width: int) -> None:
    page.resize(width, 500)
    message = "<img src=x> <b>bold</b>\u202e\u2066\x00\x07\ud800\n" + "x" * 100_000
    page.banner.add(
        Problem("assistant", "picture-broken", message, "A & B <i>x</i>", details="\x1b[31m\u202e\udfff\r\ntail")
    )
    sentence, remedy = page.seen()
    assert sentence.startswith("<img src=x> <b>bold</b>\ufffd x")
    assert sentence.endswith("…")
    assert len(sentence) < 400
    assert remedy == "A & B <i>x</i>"
    labels = [label for label in page.banner.findChildren(QLabel) if label.text() in (sentence, remedy)]
    assert [label.textFormat() for label in labels] == [Qt.TextFormat.PlainText] * 2
    page.click("Details")
    details = page.banner.findChild(QPlainTextEdit)
    assert isinstance(details, QPlainTextEdit)
    assert len(details.toPlainText()) <= 20_002
    assert page.width() == width
    close = page.button("Close")
    assert page.rect().contains(close.mapTo(page, QPoint(0, 0)))
    assert page.rect().contains(close.mapTo(page, QPoint(close.width(), close.height())))


def test_a_notice_goes_away_by_itself_and_the_next_follows(
    page: Page, said: list[str], until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Banner, "NOTICE_MS", 20)
    page.banner.notice("The conversation was deleted.")
    page.banner.notice("The microphone is back.")
    page.banner.notice("The microphone is back.")
    assert page.seen() == ["The conversation was deleted."]
    until(lambda: page.seen() == ["The microphone is back."])
    until(lambda: not page.banner.isVisible())
    assert said == ["The conversation was deleted.", "The microphone is back."]


def test_a_notice_stays_while_the_focus_is_on_it(
    page: Page, until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Banner, "NOTICE_MS", 20)
    page.banner.notice("The microphone is back.")
    page.button("Close").setFocus()
    over: list[bool] = []
    page.banner._clock.timeout.connect(lambda: over.append(page.banner.isVisible()))
    until(lambda: len(over) >= 3)
    assert over[:3] == [True, True, True]
    page.composer.setFocus()
    until(lambda: not page.banner.isVisible())


def test_a_notice_stays_while_the_mouse_is_on_it(
    page: Page, until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Banner, "NOTICE_MS", 50)
    page.banner.notice("The microphone is back.")
    page.seen()
    label = page.banner.findChild(QLabel)
    assert isinstance(label, QLabel)
    QTest.mouseMove(label)
    until(label.underMouse)
    over: list[bool] = []
    page.banner._clock.timeout.connect(lambda: over.append(page.banner.isVisible()))
    until(lambda: len(over) >= 3)
    assert over[:3] == [True, True, True]
    QTest.mouseMove(page.composer)
    until(lambda: not page.banner.isVisible())


def test_a_notice_and_a_problem_stand_together(page: Page) -> None:
    page.banner.add(MEMORY)
    page.banner.notice("The microphone is back.")
    assert page.seen() == ["The machine ran out of memory.", "Close other programs.", "The microphone is back."]
    page.banner.settle("no-memory")
    assert page.seen() == ["The microphone is back."]
    page.click("Close")
    assert not page.banner.isVisible()


def test_the_focus_finds_a_notice_that_is_alone(page: Page) -> None:
    page.banner.notice("The microphone is back.")
    page.banner.setFocus()
    assert QApplication.focusWidget() is page.button("Close")
    page.banner.add(MEMORY)
    page.composer.setFocus()
    page.banner.setFocus()
    assert QApplication.focusWidget() is page.button("Details")
    page.banner.settle("no-memory")
    assert QApplication.focusWidget() is page.composer
    page.banner.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not page.banner.isVisible()
    assert QApplication.focusWidget() is page.composer


def test_colors_follow_the_theme_and_the_severity(page: Page, qapp: QApplication) -> None:
    page.banner.add(UNPLUGGED)
    page.banner.add(MEMORY)
    strip = page.button("Close").parentWidget()
    assert strip is not None

    def color() -> str:
        """Of the bar at the strip's left edge, as painted."""
        return strip.grab().toImage().pixelColor(1, 10).name()

    assert color() == theme.LIGHT.warning
    page.click("Next problem")
    assert color() == theme.LIGHT.danger
    theme.apply(qapp, "dark")
    try:
        assert color() == theme.DARK.danger
    finally:
        theme.apply(qapp, "light")
