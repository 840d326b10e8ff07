"""The catalog's cards and the engines behind them."""

import json
from pathlib import Path

import pytest

from models import catalog, languages
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


FULL = """
[qwen-small]
name = "Small"
role = "llm"
engine = "llama-chat"
files = { model = "small-q4.gguf" }
source = ["en", "es"]
licence = "Apache-2.0"
licence_link = "https://www.apache.org/licenses/LICENSE-2.0"
commercial = true
description = "An entry with everything."
context = 8192
parameters = 4_000_000_000
need = 3_900_000_000
card_gb = 6
verified = false
hub = "Some-Owner/Small.v1-GGUF"
downloads = [
    { path = "small-q4.gguf", about = 2_500_000_000 },
    { path = "deep/notes.txt", to = "notes.txt", size = 12, sha256 = "SHA" },
]
""".replace("SHA", "ab" * 32)

PACKED = 'downloads = [{ url = "https://example.org/models/more.zip", unpack = true }]'


def test_an_entry_says_where_its_files_come_from_what_it_needs_and_what_its_licence_allows() -> None:
    (card,) = catalog.parse(FULL)
    assert (card.commercial, card.parameters, card.need, card.card_gb) == (True, 4_000_000_000, 3_900_000_000, 6)
    assert not card.verified
    assert card.licence_link.startswith("https://")
    first, second = card.origins
    assert (first.hub, first.path, first.to, first.size) == ("Some-Owner/Small.v1-GGUF",) + ("small-q4.gguf",) * 2 + (
        None,
    )
    assert (second.to, second.size, second.sha256, second.revision) == ("notes.txt", 12, "ab" * 32, "main")
    (packed,) = catalog.parse(ENTRY + PACKED)[0].origins
    assert (packed.url, packed.hub, packed.to, packed.unpack) == ("https://example.org/models/more.zip", "", ".", True)
    assert card.size == 2_500_000_012


def test_a_card_comes_back_from_its_table() -> None:
    for card in (*catalog.load(), *catalog.parse(FULL), *catalog.parse(ENTRY + PACKED)):
        assert catalog.card(card.id, json.loads(json.dumps(catalog.table(card)))) == card


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("card_gb = 6", "card_gb = 0", "whole number"),
        ("card_gb = 6", "card_gb = true", "whole number"),
        ("need = 3_900_000_000", 'need = "much"', "whole number"),
        ("commercial = true", 'commercial = "yes"', "commercial"),
        ("verified = false", "verified = 0", "verified"),
        ("parameters =", "parametres =", "unknown field “parametres”"),
        ("about = 2", "aboot = 2", "unknown field “aboot”"),
        ("https://www.apache.org/licenses/LICENSE-2.0", "file:///etc/passwd", "no address"),
        ('{ path = "small-q4.gguf"', '{ url = "https://me:word@example.org/x.zip"', "no address"),
        ('{ path = "small-q4.gguf"', '{ url = "https://example.org/x.zip", unpack = true', "only download"),
        ('to = "notes.txt"', 'to = "small-q4.gguf"', "same place"),
        ("Some-Owner/Small.v1-GGUF", "../../etc", "no repository"),
        ("deep/notes.txt", "../notes.txt", "leaves its folder"),
        ('to = "notes.txt"', 'to = "/etc/notes.txt"', "leaves its folder"),
        ('to = "notes.txt"', 'to = "."', "where in the folder"),
        ('path = "small-q4.gguf"', 'url = "https://example.org/x.gguf"', "name is empty"),
        ("ab" * 32, "ab" * 31, "sha256"),
        ('"en", "es"', '"en", "español"', "two-letter"),
        ('name = "Small"', 'name = "Sm\\nall"', "short text"),
        ('small-q4.gguf" }', '../small-q4.gguf" }', "leaves its folder"),
        ("[qwen-small]", '["../qwen"]', "name of a model's folder"),
    ],
)
def test_a_field_that_is_not_right_is_named(old: str, new: str, cause: str) -> None:
    assert old in FULL
    with pytest.raises(ModelError, match=cause) as raised:
        catalog.parse(FULL.replace(old, new, 1))
    assert raised.value.code == "catalog-invalid"


def test_the_catalog_covers_every_card_and_a_dozen_languages_and_says_what_each_licence_allows() -> None:
    cards = [card for card in catalog.load() if not card.starter]
    for role in (Role.LLM, Role.VLM):
        chats = [card for card in cards if card.role is role]
        assert {4, 6, 8, 12, 16, 24} <= {card.card_gb for card in chats}
        for card in chats:
            assert card.need
            assert card.context
            assert card.size < card.need
            assert card.card_gb is None or card.need <= card.card_gb * 1_000_000_000
    hearing = {card.source[0] for card in cards if card.role is Role.ASR}
    speaking = {card.source[0] for card in cards if card.role is Role.TTS}
    assert len(hearing) >= 12
    assert len(hearing & speaking) >= 12
    for code in hearing | speaking:
        assert code in languages.NAMES
        for source, target in ((code, "en"), ("en", code)):
            assert any(card.role is Role.TRANSLATION and card.serves(source, target) for card in cards)
    for card in cards:
        assert card.origins
        assert card.size > 0
        assert card.licence_link
        assert set(card.files.values()) <= {origin.to for origin in card.origins} | {"."}
        if any(word in card.licence for word in ("NC", "research", "own card")):
            assert card.commercial is not True
