"""The five things to try on the first screen, asked as the window asks them: the starter models answer every one."""

from collections.abc import Callable
from importlib import resources

import pytest

from app.assistant import Assistant
from app.turn import Request
from models.pictures import picture_from_bytes
from models.residency import Library
from tests.fakes import Record
from ui.welcome import EXAMPLES, Example

SIDE = 1024
KEYS = (("tokyo",), ("sixteen",), ("escape",), ("three", "red", "star"), ("siete",))
"""Words of each right answer."""


@pytest.mark.parametrize(("example", "keys"), [*zip(EXAMPLES, KEYS, strict=True)])
def test_every_example_is_answered(
    example: Example, keys: tuple[str, ...], library: Library, assistants: Callable[..., tuple[Assistant, Record]]
) -> None:
    assistant, _ = assistants(library)
    data = b""
    if example.picture:
        data = (resources.files("resources") / "examples" / example.picture).read_bytes()
    pictures = (picture_from_bytes(data, SIDE),) if data else ()
    language = example.language or "en"
    request = Request(
        text=example.question, pictures=pictures, language_in=language, language_out=language, speak=False
    )
    answer = assistant.wait(assistant.ask(request), 60)
    told = (answer.answer_translated or answer.answer).lower()
    assert all(key in told for key in keys), told
    assert not answer.beyond
