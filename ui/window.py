"""The window: header, banner, conversation, composer, and the two sides, which come and go with its width.

Owns where everything stands. It must not know the assistant: what the parts show and tell is joined in ui.desk.

The window comes in three steps, so that it is there at once: its first frame shows where everything will be, without
words, for fonts and controls take longer than all of Qt's own start; then it fills itself; `furnish` adds what nobody
needs in the first moment.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.appearance import Appearance

if TYPE_CHECKING:
    from ui.chat import Chat
    from ui.composer import Composer
    from ui.header import Header
    from ui.notices import Banner
    from ui.resources import ResourcePanel
    from ui.sidebar import ConversationList

HEADER_HEIGHT = 51
"""Of the header in the first frame, before there is one."""
LEAST_SIZE = QSize(640, 480)
ROOMY = theme.SIDE_WIDTH + theme.PANEL_WIDTH + 520
"""From this width on both sides have room beside the conversation; below it one at most is shown, when asked for."""
LEAST_MIDDLE = 440
"""Where less than this is left beside a side, the side is shown instead of the conversation."""
CONVERSATIONS, RESOURCES = "conversations", "resources"


class Window(QWidget):
    """Its parts are attributes: header, chat, composer; once furnished also banner, conversations, resources."""

    painted = Signal()
    """Once, when the filled window is on the screen."""
    closed = Signal()
    """The person is done; the window is gone already."""
    planWanted = Signal()
    """The person wants to see which model goes where, here and on other machines."""
    sideWanted = Signal(str, bool)
    """The person shows or hides CONVERSATIONS or RESOURCES in a window that has room for both."""

    header: "Header"
    chat: "Chat"
    composer: "Composer"
    banner: "Banner"
    conversations: "ConversationList"
    resources: "ResourcePanel"

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("Parley")
        self.setMinimumSize(LEAST_SIZE)
        self._looked = appearance
        self._filled = False
        self._frames = 0
        """Painted so far, up to two: the first, and the first that is filled."""
        self._wanted = {CONVERSATIONS: appearance.conversations, RESOURCES: appearance.resources}
        self._opened: str | None = None
        """The side that was asked for in a narrow window."""
        self._sides: dict[str, _Side] = {}
        self._place(appearance)

    def _fill(self) -> None:
        """Put into the window what one sees and works at once."""
        from ui.chat import Chat
        from ui.composer import Composer
        from ui.header import Header

        self._sides = {CONVERSATIONS: _Side(theme.SIDE_WIDTH, self), RESOURCES: _Side(theme.PANEL_WIDTH, self)}
        self.header = Header(self._looked.language_in, self._looked.language_out, self)
        self.chat = Chat(self)
        self.composer = Composer(self)
        self._middle = QWidget(self)
        self._column = QVBoxLayout(self._middle)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.chat, 1)
        self._column.addWidget(self.composer)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self._sides[CONVERSATIONS])
        body.addWidget(self._middle, 1)
        body.addWidget(self._sides[RESOURCES])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(body, 1)
        self.header.conversationsToggled.connect(lambda: self.toggle(CONVERSATIONS))
        self.header.resourcesToggled.connect(lambda: self.toggle(RESOURCES))
        self._filled = True
        self.header.show()
        self._middle.show()
        self._arrange()
        self.composer.setFocus()
        self.update()

    def furnish(self) -> None:
        """Make what nobody needs in the first moment."""
        from ui import emblem
        from ui.notices import Banner
        from ui.resources import ResourcePanel
        from ui.sidebar import ConversationList

        self.setWindowIcon(emblem.icon())
        self.banner = Banner(self)
        self._column.insertWidget(0, self.banner)
        self.banner.focusReleased.connect(self.show_conversation)
        self.conversations = ConversationList(self)
        self._sides[CONVERSATIONS].fill(self.conversations)
        self.resources = ResourcePanel(self)
        self.resources.planWanted.connect(self.planWanted)
        self._sides[RESOURCES].fill(self.resources)

    def appearance(self) -> Appearance:
        """How the window stands now; colors and languages are the default's."""
        place = QRect(self.pos(), self.size())
        if self.isMaximized():
            place = self.normalGeometry()
        wanted = (self._wanted[CONVERSATIONS], self._wanted[RESOURCES])
        return Appearance(place.x(), place.y(), place.width(), place.height(), self.isMaximized(), *wanted)

    def want(self, side: str, wanted: bool) -> None:
        """Show or hide a side in a window that has room for both."""
        self._wanted[side] = wanted
        self._arrange()

    def toggle(self, side: str) -> None:
        """Show a side that is hidden, hide one that is shown."""
        show = self._sides[side].isHidden()
        if self.width() >= ROOMY:
            self.want(side, show)
            self.sideWanted.emit(side, show)
        else:
            self._opened = side if show else None
            self._arrange()

    def reveal(self, side: str) -> None:
        """Show a side."""
        if self._sides[side].isHidden():
            self.toggle(side)

    def show_conversation(self) -> None:
        """Show it if a side stands in its place, and give it the keyboard."""
        if self._middle.isHidden():
            self._opened = None
            self._arrange()
        self.composer.setFocus()

    def _arrange(self) -> None:
        roomy = self.width() >= ROOMY
        if roomy:
            self._opened = None
        had_focus = self.focusWidget()
        for side, widget in self._sides.items():
            shown = self._wanted[side] if roomy else side == self._opened
            widget.setVisible(shown)
            button = self.header.conversations if side == CONVERSATIONS else self.header.resources
            button.setChecked(shown)
        opened = self._sides[self._opened] if self._opened is not None else None
        alone = opened is not None and self.width() - opened.usual < LEAST_MIDDLE
        self._middle.setVisible(not alone)
        for widget in self._sides.values():
            widget.setMaximumWidth(self.width() if alone else widget.usual)
        if had_focus is not None and not had_focus.isVisible() and self.isVisible():
            self.composer.setFocus()

    def _place(self, appearance: Appearance) -> None:
        """Where it was, if that is still on a screen, and no larger than that screen."""
        corner = QPoint(appearance.left, appearance.top)
        # A frame's corner may lie a little outside, the bar by which one moves it may not.
        screen = QGuiApplication.screenAt(corner + QPoint(100, 10)) if appearance.left >= 0 else None
        room = (screen or QGuiApplication.primaryScreen()).availableGeometry()
        self.resize(min(appearance.width, room.width()), min(appearance.height, room.height()))
        if screen is not None:
            self.move(corner)
        if appearance.maximized:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._filled:
            self._paint_places()
        if self._frames <= self._filled:
            # What is painted goes to the screen when this returns.
            QTimer.singleShot(0, self.painted.emit if self._filled else self._fill)
            self._frames = 1 + self._filled

    def _paint_places(self) -> None:
        """Where the header and the sides will be."""
        colors = theme.current()
        with QPainter(self) as painter:
            if self.width() >= ROOMY and self._wanted[CONVERSATIONS]:
                painter.fillRect(0, 0, theme.SIDE_WIDTH, self.height(), QColor(colors.sunken))
            if self.width() >= ROOMY and self._wanted[RESOURCES]:
                left = self.width() - theme.PANEL_WIDTH
                painter.fillRect(left, 0, theme.PANEL_WIDTH, self.height(), QColor(colors.sunken))
            painter.fillRect(0, 0, self.width(), HEADER_HEIGHT, QColor(colors.window))
            painter.fillRect(0, HEADER_HEIGHT - 1, self.width(), 1, QColor(colors.line))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._filled:
            self._arrange()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.hide()
        self.closed.emit()


class _Side(QWidget):
    """The place of a side: as wide as what will be in it, and as dark."""

    def __init__(self, width: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.usual = width
        self.setMinimumWidth(width)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def fill(self, widget: QWidget) -> None:
        self._layout.addWidget(widget)
