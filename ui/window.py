"""The window: header, banner, conversation, composer, and the two sides, which come and go with its width.

Owns where everything stands. It must not know the assistant: what the parts show and tell is joined in ui.desk. What
is not in the first frame is made by `furnish`, after it.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.appearance import Appearance
from ui.chat import Chat
from ui.composer import Composer
from ui.header import Header

if TYPE_CHECKING:
    from ui.notices import Banner
    from ui.resources import ResourcePanel
    from ui.sidebar import ConversationList

LEAST_SIZE = QSize(640, 480)
ROOMY = theme.SIDE_WIDTH + theme.PANEL_WIDTH + 520
"""From this width on both sides have room beside the conversation; below it one at most is shown, when asked for."""
LEAST_MIDDLE = 440
"""Where less than this is left beside a side, the side is shown instead of the conversation."""
CONVERSATIONS, RESOURCES = "conversations", "resources"


class Window(QWidget):
    """Its parts are attributes: header, chat, composer; once furnished also banner, conversations, resources."""

    painted = Signal()
    """Once, when the first frame is on the screen."""
    closed = Signal()
    """The person is done; the window is gone already."""
    sideWanted = Signal(str, bool)
    """The person shows or hides CONVERSATIONS or RESOURCES in a window that has room for both."""

    banner: "Banner"
    conversations: "ConversationList"
    resources: "ResourcePanel"

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("Parley")
        self.setMinimumSize(LEAST_SIZE)
        self._painted = False
        self._wanted = {CONVERSATIONS: appearance.conversations, RESOURCES: appearance.resources}
        self._opened: str | None = None
        """The side that was asked for in a narrow window."""
        self._sides = {CONVERSATIONS: _Side(theme.SIDE_WIDTH, self), RESOURCES: _Side(theme.PANEL_WIDTH, self)}
        self.header = Header(appearance.language_in, appearance.language_out, self)
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
        self._place(appearance)
        self._arrange()
        self.composer.setFocus()

    def furnish(self) -> None:
        """Make what the first frame did not need."""
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
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            # The frame goes to the screen when this returns.
            QTimer.singleShot(0, self.painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
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
