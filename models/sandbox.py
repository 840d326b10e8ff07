"""A place where a chat template from a stranger's file may run: bounded steps, bounded texts, no way out.

jinja2's own sandbox keeps a template from reaching Python; it does not keep it from running or growing without end.
Owns those limits and knows nothing of talks.
"""

import functools
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from jinja2 import Template, TemplateError, Undefined
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Concat
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_STEPS = 100_000
"""Lines of Python that one rendering may run, and as many again for every twenty messages."""

MOST_SECONDS = 0.5
"""Of the processor for one rendering: a line may do much in a library."""

LONGEST = 1 << 20
"""Characters of a template's output and of any text in between."""

LONGEST_TEMPLATE, MOST_TAGS = 100_000, 3_000
"""Characters of a template, and its expressions and statements: several times what the longest known one has. Compiling
more takes seconds, which nothing can cut short."""

# fmt: off
_FILTERS = frozenset((
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "int", "items", "join",
    "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "safe",
    "select", "selectattr", "sort", "string", "sum", "title", "tojson", "trim", "unique", "upper",
))
# fmt: on
# fmt: off
_METHODS = frozenset((
    "capitalize", "count", "endswith", "find", "index", "isdigit", "isspace", "join", "lower", "lstrip", "replace",
    "rfind", "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper",
))
# fmt: on


class _Generator(CodeGenerator):
    def visit_Concat(self, node: Concat, frame: Frame) -> None:
        """Compiles `a ~ b`, which the sandbox has no hook for."""
        self.write("environment.concatenated((")
        for operand in node.nodes:
            self.visit(operand, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """Compiles and runs templates. Whatever goes too far raises jinja2.TemplateError."""

    code_generator_class = _Generator
    intercepted_binops = frozenset(("*", "**", "+", "%"))

    def __init__(self) -> None:
        # Folding constants would do the template's arithmetic while compiling, outside all limits.
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            finalize=_text,
            extensions=["jinja2.ext.loopcontrols"],
        )
        self.globals = {name: self.globals[name] for name in ("range", "dict", "namespace")}
        self.globals["raise_exception"] = refuse
        self.filters = {name: _guarded(self.filters[name]) for name in _FILTERS}

    def compiled(self, source: str) -> Template:
        """Raises TemplateError for what is no template."""
        if len(source) > LONGEST_TEMPLATE or source.count("{{") + source.count("{%") > MOST_TAGS:
            refuse("it is too long")
        try:
            return self.from_string(source)
        except (RecursionError, SyntaxError, MemoryError, ValueError) as error:
            raise TemplateError(str(error)) from error

    def rendered(self, template: Template, values: Mapping[str, Any]) -> str:
        """The output. Raises TemplateError."""
        written: list[str] = []
        length = 0
        try:
            with _Steps(MOST_STEPS * (1 + len(values.get("messages", ())) // 20)):
                for part in template.generate(values):
                    length += len(part)
                    if length > LONGEST:
                        refuse("its output has no end")
                    written.append(part)
        except (RecursionError, MemoryError, ArithmeticError, TypeError, ValueError, LookupError) as error:
            raise TemplateError(str(error)) from error
        return "".join(written)

    def concatenated(self, operands: tuple[Any, ...]) -> Any:
        return _short("".join(str(_text(operand)) for operand in operands))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or (operator in "*%" and not numbers):
            refuse("it computes too much")
        return _short(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> None:
        """`format` is a method like others that are not allowed: it can make a text of any length of "{:9999999}"."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str | bytes) and attr not in _METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call(self, context: Any, obj: Any, *arguments: Any, **named: Any) -> Any:
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, str):
            _check_growth(obj.__name__, (owner, *arguments))
        return _short(super().call(context, obj, *arguments, **named))


class _Steps:
    """Ends code that runs too long, by counting the lines that this thread runs in it, and the time that they take."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._until = time.thread_time() + MOST_SECONDS * most / MOST_STEPS

    def __enter__(self) -> None:
        self._before = sys.gettrace()
        sys.settrace(self._count)

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _count(self, frame: FrameType, event: str, argument: object) -> Callable[..., Any]:
        self._left -= 1
        if self._left < 0 or (self._left % 16 == 0 and time.thread_time() > self._until):
            refuse("it never ends")
        return self._count


def refuse(reason: str) -> None:
    """Raise TemplateError; templates call it as `raise_exception`."""
    raise TemplateError(reason)


def _text(value: Any) -> Any:
    """Lets pass what a template may write: lists that contain themselves many times over grow when written."""
    if value is not None and not isinstance(value, str | int | float | Undefined):
        refuse("it writes something that is not text")
    return value


def _short(value: Any) -> Any:
    if isinstance(value, str | list | tuple) and len(value) > LONGEST:
        refuse("its texts have no end")
    return value


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    name = function.__name__.removeprefix("do_").removeprefix("sync_do_")

    @functools.wraps(function)
    def guarded(*arguments: Any, **named: Any) -> Any:
        # Some filters get the environment first.
        given = tuple(argument for argument in arguments if not isinstance(argument, ImmutableSandboxedEnvironment))
        if name in ("join", "replace"):
            _check_growth(name, (*given, *named.values()))
        elif name in ("soft_str", "tojson", "str"):
            _check_size(given)
        return _short(function(*arguments, **named))

    return guarded


def _check_growth(name: str, arguments: tuple[Any, ...]) -> None:
    """Refuse a join or a replacement whose result would be enormous, before it is made."""
    if name not in ("join", "replace"):
        return
    longest = max((len(argument) for argument in arguments if isinstance(argument, str)), default=0)
    total = 0
    for argument in arguments:
        if isinstance(argument, list | tuple):
            total += sum(len(item) if isinstance(item, str) else 20 for item in argument)
            for item in argument:
                _text(item)
        elif isinstance(argument, str):
            total += len(argument)
    if total * (longest + 1) > 64 * LONGEST:
        refuse("its texts have no end")


def _check_size(value: Any) -> None:
    """Refuse to write out a structure of more than a few thousand items, counted as often as they appear."""
    left = 10_000
    waiting = [value]
    while waiting:
        item = waiting.pop()
        left -= 1
        if left < 0:
            refuse("it writes too much")
        if isinstance(item, Mapping):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple):
            waiting += item
