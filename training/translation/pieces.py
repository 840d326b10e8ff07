"""The translators' vocabulary: one unigram model for both languages that treats capitals apart from letters.

Owns how text becomes pieces. "Ana" and "ana" are the same pieces; a mark before them says that a capital follows, so
that a name is copied alike whether it comes written or as heard. The rules lie in the .spm files themselves, where
every reader of the format applies them. Every digit is a piece of its own, and bytes stand for what was never seen.
"""

import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import sentencepiece

AFTER_SPACE, CAPITAL = "\ue000", "\ue001"
"""Marks of a capital after a space, which it takes in, and anywhere else: two characters for private use."""
AGAIN = "".join(map(chr, range(0xE010, 0xE01B)))
"""Marks of a digit's second to twelfth time in a row. "55" is 5 and the first mark: so no two pieces of a number that
stand side by side are the same, and none is lost or said twice when a number is copied piece by piece."""
EOS, UNK = 0, 1
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÍÓÚÜÑÇ"
_PLAIN = {
    **dict.fromkeys("‘’‚′", "'"),
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‐‑–—−", "-"),
    "…": "...",
    **dict.fromkeys("\t\n\xa0\u2009\u202f", " "),
}
"""Signs that mean the same, which arrive from keyboards, phones and other models."""
_REPEATED = {digit * (count + 1): digit + AGAIN[:count] for digit in "0123456789" for count in range(1, len(AGAIN) + 1)}


def train(lines: Iterable[str], size: int, path: Path) -> None:
    """Write a model of at most `size` pieces, learned from `lines`, to `path`."""
    with tempfile.TemporaryDirectory() as folder:
        reading, writing = Path(folder, "reading.tsv"), Path(folder, "writing.tsv")
        reading.write_text(_table(_reading()), encoding="utf-8")
        writing.write_text(_table(_writing()), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines),
            model_prefix=str(Path(folder, "pieces")),
            vocab_size=size,
            model_type="unigram",
            character_coverage=1.0,
            split_digits=True,
            byte_fallback=True,
            normalization_rule_tsv=str(reading),
            denormalization_rule_tsv=str(writing),
            user_defined_symbols=[AFTER_SPACE, CAPITAL, f"▁{CAPITAL}", f"▁¿{CAPITAL}", *AGAIN],
            # Marian has no begin mark, and its end mark and unknown piece come first.
            bos_id=-1,
            pad_id=-1,
            eos_id=EOS,
            unk_id=UNK,
            hard_vocab_limit=False,
            num_threads=1,
            minloglevel=2,
        )
        path.write_bytes(Path(folder, "pieces.model").read_bytes())


def _reading() -> dict[str, str]:
    rules = {**_PLAIN, **_REPEATED}
    for letter in _CAPITALS:
        small = letter.lower()
        rules |= {f" {letter}": f"{AFTER_SPACE} {small}", letter: f"{CAPITAL} {small}"}
        apart = unicodedata.normalize("NFD", letter)
        if apart != letter:
            rules |= {f" {apart}": f"{AFTER_SPACE} {small}", apart: f"{CAPITAL} {small}", apart.lower(): small}
    return rules


def _writing() -> dict[str, str]:
    # A mark whose letter has not come yet is nothing, so that text only grows while it is written.
    rules = {AFTER_SPACE: "", f"{AFTER_SPACE} ": " ", CAPITAL: "", f"{CAPITAL} ": "", **dict.fromkeys(AGAIN, "")}
    rules |= {marked: plain for plain, marked in _REPEATED.items()}
    for letter in _CAPITALS:
        rules |= {f"{AFTER_SPACE} {letter.lower()}": f" {letter}", f"{CAPITAL} {letter.lower()}": letter}
    return rules


def _table(rules: Mapping[str, str]) -> str:
    return "".join(f"{_codes(origin)}\t{_codes(result)}\n" for origin, result in rules.items())


def _codes(text: str) -> str:
    return " ".join(f"{ord(character):X}" for character in text)
