"""How a talk becomes a model's prompt: the chat template, what counts as plain text in it, and what to leave out.

Knows no tokens and no native library; models.sandbox bounds what a template may do.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import TemplateError

from models.roles import Message, ModelError, Picture
from models.sandbox import Sandbox


@dataclass(frozen=True)
class Markup:
    """Text of the template itself, in which special tokens mean what they say."""

    text: str


@dataclass(frozen=True)
class Plain:
    """Text of a message: whatever it contains is text."""

    text: str


Piece = Markup | Plain | Picture


class Template:
    """A chat template; `bos` and `eos` are the texts of those tokens."""

    def __init__(self, source: str, bos: str = "", eos: str = "") -> None:
        self._sandbox = Sandbox()
        self._tokens = {"bos_token": bos, "eos_token": eos}
        try:
            self._template = self._sandbox.compiled(source)
        except TemplateError as error:
            raise _unusable(error) from error

    def pieces(self, messages: Sequence[Message]) -> list[Piece]:
        """The prompt for the assistant's next message. A message's pictures stand right before its text.

        Raises ModelError("template-invalid") for a template that fails, loops or writes without end.
        """
        try:
            return self._pieces(messages)
        except TemplateError as error:
            folded = _without_system(messages)
            if folded is None:
                raise _unusable(error) from error
        # Some templates refuse a system message: such models read its text in the first question.
        try:
            return self._pieces(folded)
        except TemplateError as error:
            raise _unusable(error) from error

    def _pieces(self, messages: Sequence[Message]) -> list[Piece]:
        # The template sees a mark in place of each content, so that nothing in a content can pass for markup.
        nonce = secrets.token_hex(8)
        contents: list[Plain | Picture] = []
        shown: list[dict[str, str]] = []
        for message in messages:
            parts: list[Plain | Picture] = [*message.pictures, *([Plain(message.text)] if message.text else [])]
            marks = [f"\x02{nonce}{place}\x03" for place in range(len(contents), len(contents) + len(parts))]
            contents += parts
            shown.append({"role": message.author, "content": "".join(marks)})
        # Models that can think aloud are asked not to: Parley speaks every word.
        values = {"messages": shown, "add_generation_prompt": True, "enable_thinking": False, **self._tokens}
        text = self._sandbox.rendered(self._template, values)
        pieces: list[Piece] = []
        for place, found in enumerate(re.split(f"\x02{nonce}(\\d+)\x03", text)):
            if place % 2:
                pieces.append(contents[int(found)])
            elif found:
                pieces.append(Markup(found))
        return pieces


def _unusable(error: BaseException) -> ModelError:
    return ModelError(
        "template-invalid",
        f"The model's chat template cannot be used ({str(error)[:120] or type(error).__name__}).",
        "Choose another model file.",
    )


def _without_system(messages: Sequence[Message]) -> list[Message] | None:
    """The system message's text put before the first question; None if there is no system message."""
    if len(messages) < 2 or messages[0].author != "system":
        return None
    system, first, *rest = messages
    return [Message(first.author, f"{system.text}\n\n{first.text}", first.pictures), *rest]


def shortened(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """The talk, then the talk with ever fewer of its oldest exchanges.

    The system message and what follows the last answer always stay; a talk never begins with an answer.
    """
    messages = list(messages)
    kept = 1 if messages and messages[0].author == "system" else 0
    start = kept
    while True:
        yield messages[:kept] + messages[start:]
        start += 1
        while start < len(messages) and messages[start].author == "assistant":
            start += 1
        if start >= len(messages):
            return
