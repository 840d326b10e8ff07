"""How a talk becomes a model's prompt: the chat template, what counts as plain text in it, and what to leave out.

A template comes from a model file and is not trusted: it runs in a sandbox with bounded steps and bounded output.
This module knows no tokens and no library but jinja2.
"""

import re
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.roles import Message, ModelError, Picture

MOST_STEPS = 100_000
"""Lines of compiled template code that one rendering may run."""

LONGEST = 1 << 20
"""Characters that a rendering, or any text within it, may have."""


@dataclass(frozen=True)
class Markup:
    """Text of the template itself, in which special tokens mean what they say."""

    text: str


@dataclass(frozen=True)
class Plain:
    """Text of a message: whatever it contains is text."""

    text: str


Piece = Markup | Plain | Picture


class _Environment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(("*", "**", "+", "%"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or (operator == "%" and isinstance(left, str)):
            raise TemplateError("too costly")
        if operator == "*" and not (isinstance(left, int) and isinstance(right, int)):
            raise TemplateError("too costly")
        if operator == "+" and isinstance(left, str) and isinstance(right, str) and len(left) + len(right) > LONGEST:
            raise TemplateError("too long")
        return super().call_binop(context, operator, left, right)


class Template:
    """A chat template; `bos` and `eos` are the texts of those tokens."""

    def __init__(self, source: str, bos: str = "", eos: str = "") -> None:
        # Folding constants would run the template's arithmetic here, outside the limits.
        environment = _Environment(
            trim_blocks=True, lstrip_blocks=True, optimized=False, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.globals.pop("lipsum", None)
        environment.globals["raise_exception"] = _refuse
        for name in ("center", "format", "indent", "batch", "slice", "wordwrap"):
            environment.filters.pop(name, None)
        self._tokens = {"bos_token": bos, "eos_token": eos}
        try:
            if len(source) > LONGEST:
                raise TemplateError("too long")
            self._template = environment.from_string(source)
        except (TemplateError, RecursionError, SyntaxError, MemoryError, ValueError) as error:
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
        text = self._rendered(shown)
        pieces: list[Piece] = []
        for place, found in enumerate(re.split(f"\x02{nonce}(\\d+)\x03", text)):
            if place % 2:
                pieces.append(contents[int(found)])
            elif found:
                pieces.append(Markup(found))
        return pieces

    def _rendered(self, messages: Sequence[Mapping[str, str]]) -> str:
        written: list[str] = []
        length = 0
        try:
            with _Bounded(MOST_STEPS):
                for part in self._template.generate(
                    messages=messages, add_generation_prompt=True, enable_thinking=False, **self._tokens
                ):
                    length += len(part)
                    if length > LONGEST:
                        raise TemplateError("endless")
                    written.append(part)
        except (RecursionError, MemoryError, ArithmeticError, TypeError, ValueError, LookupError) as error:
            raise TemplateError(str(error)) from error
        return "".join(written)


class _Bounded:
    """Ends template code that runs too long, by counting the lines it runs in this thread."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def __enter__(self) -> None:
        self._before = sys.gettrace()
        sys.settrace(self._count)

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _count(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        self._left -= 1
        if self._left < 0:
            raise TemplateError("endless")
        return self._count


def _refuse(message: str) -> None:
    raise TemplateError(message)


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
