"""What all translation engines share: checkpoints' text side and sentences.

Owns how text becomes the pieces of a Marian, M2M100 or NLLB checkpoint and back, which languages such a checkpoint
knows, and how long text is cut into sentences and lists into groups. It must not know what computes the translation.

Layouts, as the transformers library writes them:

- Marian: `config.json` with model type "marian", `source.spm`, `target.spm`, `vocab.json`; one pair of languages.
- M2M100: model type "m2m_100", `sentencepiece.bpe.model`, `vocab.json`; language marks such as `__en__`.
- NLLB: model type "m2m_100", `sentencepiece.bpe.model` and no `vocab.json`; language marks such as `eng_Latn`.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from models.catalog import Card
from models.roles import CancelToken, ModelError

END = "</s>"
MAX_PIECES = 128
"""Longest stretch that is translated at once; longer sentences are cut at a comma or a space."""

_LONG_LIST, _GROUP, _ITEM = 8, 3, 6
"""A list of more items than the first is translated in groups of the second, if no item has more words than the third:
in long lists small models lose their place, skip items or repeat them without end."""
_BETWEEN = re.compile(r",\s+|(?<=\d)\s+(?=\d)")

_MAX_CONFIG = 1_000_000
_NLLB = {
    "ar": "arb_Arab", "bg": "bul_Cyrl", "ca": "cat_Latn", "cs": "ces_Latn", "da": "dan_Latn", "de": "deu_Latn",
    "el": "ell_Grek", "en": "eng_Latn", "es": "spa_Latn", "et": "est_Latn", "eu": "eus_Latn", "fa": "pes_Arab",
    "fi": "fin_Latn", "fr": "fra_Latn", "gl": "glg_Latn", "he": "heb_Hebr", "hi": "hin_Deva", "hr": "hrv_Latn",
    "hu": "hun_Latn", "id": "ind_Latn", "it": "ita_Latn", "ja": "jpn_Jpan", "ko": "kor_Hang", "lt": "lit_Latn",
    "lv": "lvs_Latn", "nl": "nld_Latn", "no": "nob_Latn", "pl": "pol_Latn", "pt": "por_Latn", "ro": "ron_Latn",
    "ru": "rus_Cyrl", "sk": "slk_Latn", "sl": "slv_Latn", "sv": "swe_Latn", "th": "tha_Thai", "tr": "tur_Latn",
    "uk": "ukr_Cyrl", "vi": "vie_Latn", "zh": "zho_Hans",
}  # fmt: skip
"""ISO 639-1 code to the FLORES-200 code that NLLB uses."""


def read_config(folder: Path) -> dict[str, Any]:
    """The checkpoint's config.json, checked. Raises ModelError("model-missing" or "model-invalid")."""
    path = folder / "config.json"
    if not path.is_file():
        raise ModelError(
            "model-missing",
            f"The translation model in “{folder.name}” has no config.json.",
            "Install the model again from the models page.",
        )
    try:
        if path.stat().st_size > _MAX_CONFIG:
            raise ValueError("it is too large")
        config = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(config, dict) or config.get("model_type") not in {"marian", "m2m_100"}:
            raise ValueError("it does not describe a Marian, M2M100 or NLLB model")
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            "model-invalid",
            f"The config.json of the translation model in “{folder.name}” cannot be used: {error}.",
            "Install the model again, or choose another one.",
        ) from error
    return config


class Pieces:
    """Text to pieces and back, for the checkpoint in `folder`. Loads sentencepiece."""

    def __init__(self, folder: Path) -> None:
        import sentencepiece

        marian = read_config(folder)["model_type"] == "marian"
        self._layout = "marian" if marian else "m2m100" if (folder / "vocab.json").is_file() else "nllb"
        names = ("source.spm", "target.spm") if marian else ("sentencepiece.bpe.model",) * 2
        processors = []
        for name in names:
            try:
                processors.append(sentencepiece.SentencePieceProcessor(model_file=str(folder / name)))
            except (OSError, RuntimeError) as error:
                raise ModelError(
                    "model-missing" if not (folder / name).is_file() else "model-invalid",
                    f"The file {name} of the translation model in “{folder.name}” cannot be read.",
                    "Install the model again from the models page.",
                ) from error
        self._source, self._target = processors

    def mark(self, language: str) -> str | None:
        """The token that names a language; None where the checkpoint has just one pair. Raises ModelError."""
        if self._layout == "marian":
            return None
        if self._layout == "m2m100":
            return f"__{language}__"
        if language not in _NLLB:
            raise _unknown(language)
        return _NLLB[language]

    def encode(self, text: str, source: str) -> list[str]:
        """The tokens that the encoder takes."""
        pieces: list[str] = self._source.encode(text, out_type=str)
        mark = self.mark(source)
        return [*([mark] if mark else []), *pieces, END]

    def decode(self, pieces: Sequence[str]) -> str:
        """The text of the target's pieces."""
        text: str = self._target.decode_pieces(list(pieces))
        return text

    def stretches(self, text: str) -> list[str]:
        """The text in parts of at most MAX_PIECES pieces, which join to the text."""
        if len(self._source.encode(text)) <= MAX_PIECES or len(text) < 2:
            return [text]
        half = len(text) // 2
        cuts = [cut.end() for cut in re.finditer(r"[,;:]\s+", text)] or [cut.end() for cut in re.finditer(r"\s+", text)]
        cut = min((cut for cut in cuts if 0 < cut < len(text)), key=lambda cut: abs(cut - half), default=half)
        return self.stretches(text[:cut]) + self.stretches(text[cut:])


def stream(tokens: Iterable[str], pieces: Pieces, cancel: CancelToken) -> Iterator[str]:
    """Text as its pieces come; half a character is held back. Raises Cancelled between two tokens."""
    seen: list[str] = []
    said = ""
    for token in tokens:
        cancel.check()
        seen.append(token)
        text = pieces.decode(seen)
        if len(text) > len(said) and not text.endswith("\N{REPLACEMENT CHARACTER}"):
            yield text[len(said) :]
            said = text
    rest = pieces.decode(seen)[len(said) :] if seen else ""
    if rest:
        yield rest


def check_languages(card: Card, source: str, target: str) -> None:
    """Raise ModelError("language-unknown") when the card does not list the pair."""
    if source not in card.source:
        raise _unknown(source)
    if target not in card.target:
        raise _unknown(target)


def _unknown(language: str) -> ModelError:
    return ModelError(
        "language-unknown",
        f"The translation model does not know the language “{language}”.",
        "Choose another language, or install a translation model that has it.",
    )


_ABBREVIATIONS = {"mr", "mrs", "ms", "dr", "st", "vs", "etc", "sr", "sra", "dra", "ud", "uds", "prof", "jr"}
_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？]+)\s*|\n+\s*")


def sentences(text: str) -> list[tuple[str, str]]:
    """Sentences and the white space behind each; together they are the text without its unusable characters."""
    # Lone surrogates cannot be encoded, and control characters mean nothing to a translator.
    text = text.encode("utf-8", "ignore").decode("utf-8")
    text = re.sub(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]", "", text)
    found, start = [], 0
    for end in _END.finditer(text):
        words = text[start : end.start()].split()
        last = words[-1].lower() if words else ""
        # "Dr. Smith", "J. Smith": the period belongs to the word.
        if end[0].startswith(". ") and (last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    found.append(text[start:])
    parts = [(part.rstrip(), part[len(part.rstrip()) :]) for part in found]
    return [part for part in parts if part != ("", "")]


def translated(
    text: str, pieces: Pieces, translate: Callable[[str], Iterator[str]], cancel: CancelToken
) -> Iterator[str]:
    """The translation of any text, as it comes; `translate` makes that of at most MAX_PIECES pieces.

    White space between sentences, and what has neither letter nor digit, stay as they are. Raises Cancelled.
    """
    for sentence, space in sentences(text):
        for part in pieces.stretches(sentence):
            cancel.check()
            if not any(character.isalnum() for character in part):
                yield from part.rstrip()
            else:
                yield from _in_groups(part, translate, cancel) or translate(part)
            yield from part[len(part.rstrip()) :]
        yield from space


def _in_groups(text: str, translate: Callable[[str], Iterator[str]], cancel: CancelToken) -> str:
    """The translation of a long list; empty where it is none, or where a group comes out with more or fewer items."""
    items, between = _BETWEEN.split(text), [*_BETWEEN.findall(text), ""]
    if len(items) <= _LONG_LIST or any(len(item.split()) > _ITEM for item in items):
        return ""
    found = ""
    for start in range(0, len(items), _GROUP):
        cancel.check()
        # Each group begins with the last item of the one before, so that none but the first begins a sentence.
        first, end = max(0, start - 1), min(start + _GROUP, len(items))
        group = "".join(items[place] + between[place] for place in range(first, end)).rstrip(", ")
        came = _BETWEEN.split("".join(translate(group)).rstrip())
        if len(came) != end - first:
            return ""
        if end < len(items):
            came[-1] = came[-1].rstrip(".")
        found += "".join(came[place - first] + between[place] for place in range(start, end))
    return found
