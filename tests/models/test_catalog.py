"""The catalog's cards and the engines behind them."""

from pathlib import Path

import pytest

from models import catalog
from models.engines import engine_classes, module_names
from models.residency import Residency, starter_library
from models.roles import ModelError, Role

ENTRY = """
[x]
name = "X"
role = "llm"
engine = "llama-chat"
files = { model = "x.gguf" }
source = ["en"]
licence = "MIT"
description = "An entry."
"""


def test_every_shipped_card_has_its_engine_and_every_role_a_starter() -> None:
    cards = catalog.load()
    classes = engine_classes()
    assert {card.role for card in cards if card.starter} == set(Role)
    for card in cards:
        assert classes[card.engine].role is card.role


def test_every_engine_module_holds_one_engine() -> None:
    assert len(engine_classes()) == len(module_names())


def test_an_entry_is_read() -> None:
    (card,) = catalog.parse(ENTRY)
    assert (card.id, card.role, card.target, card.folder) == ("x", Role.LLM, ("en",), "x")


@pytest.mark.parametrize(
    "text",
    [
        ENTRY.replace('"llm"', '"poet"'),
        ENTRY.replace('name = "X"\n', ""),
        ENTRY.replace('source = ["en"]', "source = 5"),
        "x = 5",
        "not toml at all [",
    ],
)
def test_a_bad_catalog_is_one_sentence(text: str) -> None:
    with pytest.raises(ModelError, match="catalog"):
        catalog.parse(text)


def test_what_is_missing_is_told_by_name(tmp_path: Path) -> None:
    residency = Residency(starter_library(tmp_path, {}))
    with pytest.raises(ModelError, match="There is no recognizer for Italian"):
        residency.recognizer("it")
    with pytest.raises(ModelError, match="translates French to English"):
        residency.translator("fr", "en")
