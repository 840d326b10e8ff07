"""The text side of translation: sentences, stretches, lists and the marks of languages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import catalog
from models.roles import CancelToken, ModelError
from models.translation import MAX_PIECES, Pieces, sentences, translated

FOLDER = catalog.starter_folder() / "translation-en-es"


def test_a_list_whose_items_do_not_come_out_one_by_one_is_translated_whole() -> None:
    pieces = Pieces(FOLDER)
    asked: list[str] = []

    def joins(part: str) -> Iterator[str]:
        asked.append(part)
        yield part.upper().replace("I,", "AND")

    text = "a, b, c, d, e, f, g, h, i, j."
    assert "".join(translated(text, pieces, joins, CancelToken())) == "A, B, C, D, E, F, G, H, AND J."
    assert asked == ["a, b, c", "c, d, e, f", "f, g, h, i", "i, j.", text]


def test_sentences_join_to_the_text() -> None:
    text = "Dr. Smith has 3.5 apples. J. Smith too!  \n\n¿Qué?  Yes… no"
    parts = sentences(text)
    assert "".join(sentence + space for sentence, space in parts) == text
    assert [sentence for sentence, _ in parts] == ["Dr. Smith has 3.5 apples.", "J. Smith too!", "¿Qué?", "Yes…", "no"]


def test_stretches_are_short_and_join_to_the_text() -> None:
    pieces = Pieces(FOLDER)
    for text in ("the sky is blue, and " * 100, "abc" * 2000, "日本" * 500):
        parts = pieces.stretches(text)
        assert "".join(parts) == text
        assert all(len(pieces.encode(part, "en")) <= MAX_PIECES + 1 for part in parts)


def test_many_to_many_layouts_mark_their_languages(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "m2m_100"}))
    (tmp_path / "sentencepiece.bpe.model").write_bytes((FOLDER / "source.spm").read_bytes())
    nllb = Pieces(tmp_path)
    assert nllb.encode("hello", "en")[0] == "eng_Latn"
    assert nllb.mark("es") == "spa_Latn"
    with pytest.raises(ModelError):
        nllb.mark("xx")
    (tmp_path / "vocab.json").write_text("{}")
    m2m100 = Pieces(tmp_path)
    assert m2m100.encode("hello", "en")[0] == "__en__"
    assert m2m100.encode("hello", "en")[-1] == "</s>"
