"""Markdown in answers, made into a text document within bounds; what exceeds them is left to be shown as plain text.

Nothing is loaded and nothing can be followed: a picture becomes its description, a link that is not of the web becomes
plain text, tags stay text. It must not know widgets.
"""

import re
from typing import NamedTuple

from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from ui import plain, theme

MAX_CHARACTERS = 12_000
MAX_BLOCKS = 600
MAX_CELLS = 240
"""Of all tables together, counted by their bars."""
MAX_DEPTH = 8
"""Of lists in lists and quotes in quotes."""
LINE_HEIGHT = 135
"""Percent of the font's own."""

_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_MARKERS = re.compile(r"(?:[ \t]*(?:>|[-*+](?=\s)|\d{1,9}[.)](?=\s)))*")
_MARKER = re.compile(r">|[-*+](?=\s)|\d{1,9}[.)](?=\s)")
_INDENTED_MARKER = re.compile(r"[ \t]{24,}(?:>|[-*+]\s|\d{1,9}[.)]\s)")
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_HEADINGS = {1: 5, 2: 3, 3: 2}
"""Level of a heading → pixels more than the text."""


class Box(NamedTuple):
    """Blocks that something is painted behind."""

    first: int
    last: int
    """Numbers of blocks, both within."""
    code: bool
    """A code block; otherwise a quotation."""


def fits(text: str) -> bool:
    """Whether `render` would take it on, as far as that can be told at once."""
    if len(text) > MAX_CHARACTERS or text.count("|") > MAX_CELLS:
        return False
    for line in text.splitlines():
        if line[:1] in " \t>-*+0123456789" and (
            _INDENTED_MARKER.match(line) or len(_MARKER.findall(_MARKERS.match(line)[0])) > MAX_DEPTH  # type: ignore[index]
        ):
            return False
    return True


def render(text: str, document: QTextDocument) -> list[Box] | None:
    """Fill an empty document that has no layout yet; None, and any content, if the text is beyond the bounds.

    The text must have gone through `plain.block`.
    """
    if not fits(text):
        return None
    document.setMarkdown(text, _FEATURES)
    if document.blockCount() > MAX_BLOCKS:
        return None
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    _take_out_pictures(document, cursor)
    boxes = _style(document, cursor)
    cursor.endEditBlock()
    written = document.toPlainText()
    if "\ufffc" in written or plain.block(written, len(written)) != written:
        return None  # smuggled in as entities
    return boxes


def _fragments(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """Position, length and format of each run of characters."""
    found = []
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        found.append((fragment.position(), fragment.length(), fragment.charFormat()))
        iterator += 1
    return found


def _blocks(document: QTextDocument) -> list[QTextBlock]:
    found = []
    block = document.begin()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found


def _take_out_pictures(document: QTextDocument, cursor: QTextCursor) -> None:
    pictures = [
        (position + offset, format_)
        for block in _blocks(document)
        for position, length, format_ in _fragments(block)
        if format_.isImageFormat()
        for offset in range(length)
    ]
    for position, format_ in reversed(pictures):
        described = format_.stringProperty(QTextFormat.Property.ImageAltText.value)
        cursor.setPosition(position)
        cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(plain.line(described), QTextCharFormat())


def _style(document: QTextDocument, cursor: QTextCursor) -> list[Box]:
    """Give everything its looks; returns what is painted behind it."""
    boxes: list[Box] = []
    blocks = _blocks(document)
    for number, block in enumerate(blocks):
        given = block.blockFormat()
        code = given.hasProperty(QTextFormat.Property.BlockCodeLanguage.value)
        quoted = given.hasProperty(QTextFormat.Property.BlockQuoteLevel.value)
        starts = ends = True
        if code or quoted:
            starts = not (boxes and boxes[-1].last == number - 1 and boxes[-1].code == code)
            boxes.append(Box(number if starts else boxes.pop().first, number, code))
            after = blocks[number + 1].blockFormat() if number + 1 < len(blocks) else QTextBlockFormat()
            kind = QTextFormat.Property.BlockCodeLanguage if code else QTextFormat.Property.BlockQuoteLevel
            ends = not after.hasProperty(kind.value)
        cursor.setPosition(block.position())
        cursor.mergeBlockFormat(_block_format(block, code, quoted, starts, ends))
        for position, length, format_ in _fragments(block):
            wanted = _char_format(format_, code, given.headingLevel())
            if wanted is not None:
                cursor.setPosition(position)
                cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(wanted)
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _style_table(frame)
    return boxes


def _block_format(block: QTextBlock, code: bool, quoted: bool, starts: bool, ends: bool) -> QTextBlockFormat:
    wanted = QTextBlockFormat()
    wanted.setNonBreakableLines(False)
    if block.textList() is None and QTextCursor(block).currentTable() is None:
        wanted.setTopMargin(12 if code and starts else 0 if code or block.blockNumber() == 0 else 6)
        wanted.setBottomMargin(0 if code and not ends else 18 if code else 8)
    else:
        wanted.setTopMargin(1)
        wanted.setBottomMargin(3)
    if block.blockFormat().headingLevel():
        wanted.setTopMargin(0 if block.blockNumber() == 0 else 10)
        wanted.setBottomMargin(6)
    if code:
        wanted.setLeftMargin(12)
        wanted.setRightMargin(12)
    elif quoted:
        level = block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel.value)
        wanted.setLeftMargin(14 * level)
        wanted.setRightMargin(0)
    if not code:
        wanted.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return wanted


def _char_format(given: QTextCharFormat, code: bool, heading: int) -> QTextCharFormat | None:
    """What a run of characters is to look like; None if it is right already."""
    colors = theme.current()
    href = given.anchorHref()
    if given.fontFixedPitch() or code:
        wanted = QTextCharFormat()
        wanted.setFontFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
        wanted.setProperty(QTextFormat.Property.FontPixelSize.value, theme.font_size())
        if not code:
            wanted.setBackground(QColor(colors.sunken))
        return wanted
    if heading:
        wanted = QTextCharFormat()
        wanted.setProperty(QTextFormat.Property.FontPixelSize.value, theme.font_size(1 + _HEADINGS.get(heading, 1)))
        wanted.setFontWeight(600)
        return wanted
    if href:
        wanted = QTextCharFormat()
        wanted.setFontWeight(given.fontWeight())
        wanted.setFontItalic(given.fontItalic())
        if _WEB.fullmatch(href):
            wanted.setAnchor(True)
            wanted.setAnchorHref(href)
            wanted.setForeground(QColor(colors.accent))
            wanted.setFontUnderline(True)
            wanted.setToolTip(plain.tooltip(href))
        return wanted
    return None


def _style_table(table: QTextTable) -> None:
    first = table.cellAt(0, 0).firstCursorPosition()
    if not first.block().text() and first.block() != table.cellAt(0, 0).lastCursorPosition().block():
        first.deleteChar()  # Qt's reader leaves an empty line there
    bold = QTextCharFormat()
    bold.setFontWeight(600)
    for column in range(table.columns()):
        head = table.cellAt(0, column).firstCursorPosition()
        head.setPosition(table.cellAt(0, column).lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
        head.mergeCharFormat(bold)
    wanted = table.format()
    wanted.setBorder(1)
    wanted.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    wanted.setBorderBrush(QColor(theme.current().line))
    wanted.setBorderCollapse(True)
    wanted.setCellPadding(5)
    wanted.setCellSpacing(0)
    wanted.setTopMargin(14)
    wanted.setBottomMargin(12)
    wanted.setWidth(QTextLength())
    table.setFormat(wanted)
