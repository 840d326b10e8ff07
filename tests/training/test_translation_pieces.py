"""The translators' vocabulary: capitals apart from letters, and text that only grows while it is written."""

import itertools
from pathlib import Path
from random import Random

import pytest
import sentencepiece

from training.translation import pieces
from training.translation.data import bilingual


@pytest.fixture(scope="module")
def processor(tmp_path_factory: pytest.TempPathFactory) -> sentencepiece.SentencePieceProcessor:
    path: Path = tmp_path_factory.mktemp("pieces") / "pieces.model"
    rng = Random(1)
    texts = [bilingual(rng) for _ in range(1500)]
    pieces.train([line for text in texts for line in (text.en, text.es)], 1000, path)
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


TEXTS = (
    "Ana vive en Madrid.",
    "¿Cuántos días tiene una semana?",
    "The GPU of McDonald, Zorbita-Xu, says «Hola» at 14:05.",
    "¡Óscar! Él y Ñandú",
    "1000000 or 555-3344, at 11:11",
    "日本 😀",
)


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_as_it_was(processor: sentencepiece.SentencePieceProcessor, text: str) -> None:
    assert processor.decode_pieces(processor.encode(text, out_type=str)) == text


@pytest.mark.parametrize("text", TEXTS[:5])
def test_text_only_grows(processor: sentencepiece.SentencePieceProcessor, text: str) -> None:
    tokens, said = processor.encode(text, out_type=str), ""
    for count in range(len(tokens) + 1):
        now = processor.decode_pieces(tokens[:count])
        if not now.endswith("\N{REPLACEMENT CHARACTER}"):
            assert now.startswith(said)
            said = now


def test_a_name_has_the_same_pieces_in_either_case(processor: sentencepiece.SentencePieceProcessor) -> None:
    marks = {pieces.AFTER_SPACE, pieces.CAPITAL, f"▁{pieces.CAPITAL}"}
    written = [token for token in processor.encode("a Zorbita", out_type=str) if token not in marks]
    assert written == processor.encode("a zorbita", out_type=str)


def test_every_digit_is_a_piece_and_none_stands_twice_in_a_row(
    processor: sentencepiece.SentencePieceProcessor,
) -> None:
    assert [token for token in processor.encode("14:0512", out_type=str) if token.isdigit()] == list("140512")
    for text in ("2003", "555-5525", "1000000", "0" * 30):
        tokens = processor.encode(text, out_type=str)
        assert processor.decode_pieces(tokens) == text
        assert all(first != second for first, second in itertools.pairwise(tokens))
