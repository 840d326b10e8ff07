"""The models page: what each model is for, what it can and cannot, and what was measured.

Owns how models are shown. It must not know where they lie or what opens them: it is told, in words.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui import groups, plain, theme
from ui.shelf import Shelved

WIDTH, HEIGHT = 680, 720
LEAST_WIDTH, LEAST_HEIGHT = 440, 320
LARGER = (
    "Larger models are installed in a terminal: “parley models install --set --show” tells which suit this computer "
    "and how large they are; the same without “--show” installs them."
)


class ModelsPage(QDialog):
    """Models by what they do, in a window of its own beside Parley's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Models")
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self._styled: theme.Palette | None = None
        self._shown: tuple[Shelved, ...] = ()
        self._style()
        self._scroll = QScrollArea(self)
        self._scroll.setAccessibleName("Models")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        close = groups.button("Close", "Close (Esc)")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.GAP * 3, theme.GAP, theme.GAP * 3, theme.GAP * 2)
        foot.addStretch(1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll, 1)
        whole.addLayout(foot)

    def show_models(self, shelf: Sequence[Shelved]) -> None:
        """Show these models, grouped by role in their order."""
        if tuple(shelf) == self._shown:
            return
        self._shown = tuple(shelf)
        content = QWidget()
        content.setObjectName("page")
        page = QVBoxLayout(content)
        page.setContentsMargins(theme.GAP * 3, theme.GAP * 2, theme.GAP * 3, theme.GAP * 3)
        page.setSpacing(theme.GAP)
        page.addWidget(groups.words("These models work on this computer alone. “Details” tells what is known of each."))
        group: groups.Group | None = None
        role = ""
        for model in self._shown:
            if group is None or model.role != role:
                role = model.role
                group = groups.titled(role, page, content)
            group.add(_Model(model, self._keep_in_view))
        more = groups.words(LARGER)
        more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        more.setContentsMargins(0, theme.GAP, 0, 0)
        page.addWidget(more)
        page.addStretch(1)
        self._scroll.setWidget(content)

    def present(self) -> None:
        """Show the page, or bring it to the front; no larger than the screen."""
        if not self.isVisible():
            room = self.screen().availableSize()
            self.resize(min(WIDTH, room.width() - 40), min(HEIGHT, room.height() - 60))
        self.show()
        self.raise_()
        self.activateWindow()

    def _keep_in_view(self, widget: QWidget) -> None:
        self._scroll.ensureWidgetVisible(widget, 0, theme.GAP * 3)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._style()

    def _style(self) -> None:
        if self._styled != theme.current():
            self._styled = theme.current()
            self.setStyleSheet(groups.style())


class _Model(QWidget):
    """A model; its details are made when they are first wanted."""

    def __init__(self, model: Shelved, opened: Callable[[QWidget], None]) -> None:
        super().__init__()
        self.setAccessibleName(model.name)
        self._model = model
        self._opened = opened
        self._details: QWidget | None = None
        name = groups.words(plain.line(model.name, 200), quiet=False)
        name.setFont(theme.text_font(0, bold=True))
        facts = groups.words(" · ".join((model.languages, model.size)))
        facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        facts.setWordWrap(False)
        head = QHBoxLayout()
        head.addWidget(name, 1)
        head.addWidget(facts)
        self._more = groups.button("Details", f"What {model.name} cannot, and what was measured")
        self._more.setProperty("kind", "small")
        self._more.setCheckable(True)
        self._more.setAccessibleName(f"Details of {model.name}")
        self._more.toggled.connect(self._unfold)
        about = QHBoxLayout()
        about.setSpacing(2 * theme.GAP)
        about.addWidget(groups.words(plain.line(model.about, 600)), 1)
        about.addWidget(self._more, 0, Qt.AlignmentFlag.AlignBottom)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2 * theme.GAP, theme.GAP, 2 * theme.GAP, theme.GAP)
        self._column.setSpacing(theme.GAP // 2)
        self._column.addLayout(head)
        self._column.addLayout(about)

    def _unfold(self, unfold: bool) -> None:
        if self._details is None:
            self._details = self._made()
            self._column.addWidget(self._details)
        self._details.setVisible(unfold)
        self._more.setText("Less" if unfold else "Details")
        if unfold:
            self.updateGeometry()
            self._opened(self._details)

    def _made(self) -> QWidget:
        model = self._model
        details = QWidget(self)
        column = QVBoxLayout(details)
        column.setContentsMargins(0, theme.GAP // 2, 0, 0)
        column.setSpacing(theme.GAP)
        for title, text in (("It cannot", model.cannot), ("Made from", model.made), ("Licence", model.licence)):
            if text:
                column.addWidget(_told(title, text))
        if model.figures:
            column.addWidget(_told("Measured", ""))
            grid = QGridLayout()
            grid.setHorizontalSpacing(2 * theme.GAP)
            grid.setVerticalSpacing(2)
            grid.setColumnStretch(0, 1)
            for place, (measure, value) in enumerate(model.figures):
                grid.addWidget(groups.words(plain.line(measure, 200)), place, 0)
                grid.addWidget(groups.words(plain.line(value, 200), quiet=False), place, 1)
            column.addLayout(grid)
        column.addWidget(_told("Folder", model.folder))
        return details


def _told(title: str, text: str) -> QLabel:
    label = groups.words(f"{title}: {plain.line(text, 800)}" if text else title)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
