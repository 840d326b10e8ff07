"""Text that strangers had a hand in (file names, device names, messages of libraries, titles), made safe to show.

What comes out has no control characters, nothing that reorders the text beside it and no lone surrogate. Tags stay as
they were typed: a widget must show them as plain text, or take `tooltip`.
"""

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ENDLESS = re.compile(r"\S{32}(?=\S)")


def line(text: str, most: int = 300) -> str:
    """As one line of at most `most` characters; a word without end gets invisible places to break."""
    spaced = " ".join(text[: most * 4].split())
    joined = " ".join(_cleaned(spaced).split())
    if len(joined) > most or len(text) > most * 4:
        joined = joined[: most - 1].rstrip() + "…"
    return _ENDLESS.sub("\\g<0>\u200b", joined)


def block(text: str, most: int = 20_000) -> str:
    """With its lines and tabs, cut after `most` characters."""
    cut = text if len(text) <= most else text[:most] + "\n…"
    return _cleaned(cut.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))


def tooltip(text: str) -> str:
    """As the rich text of a tool tip, which would take tags in plain text for its own."""
    escaped = line(text, 1000).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<qt>{escaped}</qt>" if escaped else ""


def _cleaned(text: str) -> str:
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))
