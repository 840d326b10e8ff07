"""Judges a starter translator on held-out sentences and writes the README beside it.

The sentences are translated by the reference engine's way, greedily in torch, from the files as they ship.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

import sentencepiece
import torch
from transformers import MarianMTModel

from training.domain.numbers import english, spanish
from training.translation.chrf import chrf
from training.translation.data import Pair, judged, judged_broad

_NAMES = {"en": "English", "es": "Spanish"}
_SAMPLES = {
    "en": (
        "how many days are in a week",
        "There are seven days in a week.",
        "What is three plus four?",
        "The sky is blue.",
        "There are three red stars in the picture.",
    ),
    "es": (
        "cuántos días tiene una semana",
        "¿Cuántos días tiene una semana?",
        "Hay siete días en una semana.",
        "¿De qué color es el cielo?",
        "¿Cuánto es tres más cuatro?",
    ),
}


def translations(folder: Path, texts: Sequence[str]) -> list[str]:
    """Greedy translations by the checkpoint in `folder`."""
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    target = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
    pad, eos = model.config.pad_token_id, model.config.eos_token_id
    results: list[str] = []
    for start in range(0, len(texts), 64):
        rows = [[*source.encode(text), eos] for text in texts[start : start + 64]]
        width = max(map(len, rows))
        ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
        with torch.inference_mode():
            output = model.generate(input_ids=ids, attention_mask=ids != pad, max_new_tokens=96, num_beams=1)
        results += [target.decode([i for i in row.tolist() if i not in (pad, eos)]) for row in output]
    return results


_WORDS = {"en": {english(n): n for n in range(1000)}, "es": {spanish(n): n for n in range(1000)}}
_ONES = {"un": 1, "una": 1, "one": 1}


def numbers(text: str, lang: str) -> list[str]:
    """The numbers of a text in order: its digits, and its longest number words; "un", "una" and "one" do not count."""
    words, found, at = re.findall(r"\d+(?:[.:]\d+)?|[^\W\d]+", text.lower()), [], 0
    while at < len(words):
        for length in (5, 4, 3, 2, 1):
            phrase = " ".join(words[at : at + length]).replace("veintiún", "veintiuno").replace("cientas", "cientos")
            phrase = re.sub(r"\b(veinti|y )un(a?)$", r"\1uno", phrase)
            if phrase in _WORDS[lang] and _WORDS[lang][phrase] != 1 and at + length <= len(words):
                found.append(str(_WORDS[lang][phrase]))
                at += length
                break
        else:
            if words[at][0].isdigit():
                found.append(words[at])
            at += 1
    return found


def _figures(folder: Path, pairs: Sequence[Pair], source: str, goal: str) -> tuple[float, float, int, int]:
    """chrF, share of exact translations in percent, and how many of the sentences with numbers kept them all."""
    outputs = translations(folder, [text for text, _ in pairs])
    references = [reference for _, reference in pairs]
    exact = sum(map(str.__eq__, outputs, references)) / len(pairs)
    kept = [numbers(a, goal) == numbers(b, goal) for a, b in zip(outputs, references, strict=True) if numbers(b, goal)]
    return chrf(outputs, references), 100 * exact, sum(kept), len(kept)


def describe(folder: Path, source: str, goal: str, seconds: float, steps: int, seed: int) -> None:
    """Measure the model in `folder` on sentences that no recipe trains on, and write its README.md."""
    rng = Random(f"judge-{source}")
    domain = [judged(rng, source) for _ in range(600)]
    sets = {
        "the domain, as written": [pair for pair, form in domain if form == "written"],
        "the domain, as heard (lower case, no punctuation)": [pair for pair, form in domain if form == "heard"],
        "simple sentences of the broad grammar": [judged_broad(rng, source) for _ in range(300)],
    }
    table = "| held-out sentences | count | chrF | exactly the reference | numbers kept |\n|---|---|---|---|---|\n"
    for name, pairs in sets.items():
        score, exact, kept, numbered = _figures(folder, pairs, source, goal)
        table += f"| {name} | {len(pairs)} | {score:.1f} | {exact:.0f} % | {kept} of {numbered} |\n"
    samples = zip(_SAMPLES[source], translations(folder, _SAMPLES[source]), strict=True)
    size = sum(file.stat().st_size for file in folder.iterdir() if file.name != "README.md")
    text = f"""# Starter translator, {_NAMES[source]} to {_NAMES[goal]}

A small Marian transformer that translates what the starter models talk about, and simple sentences of everyday words.
Rare words, long sentences and figures of speech are beyond it; it may then leave words out or invent them. Long
numbers and unknown names are sometimes changed: the last column says how often numbers are kept.

- **Files**: a Marian checkpoint as the transformers library reads it, weights in half precision, {size / 1e6:.1f} MB.
- **Data**: sentence pairs drawn from `training/domain` and `training/translation/grammar.py`, written for this
  purpose; no text of others. No sentence that `training.domain.held_out` names is trained on, on either side.
- **Training**: {steps} steps, seed {seed}, {seconds / 60:.0f} minutes by the clock on one CPU thread:
  `python -m training translation-{source}-{goal}`
- **Licence**: GPL-3.0-or-later.

Measured by that command on sentences that it does not train on (greedy decoding, chrF2 as Popović 2015 defines it):

{table}
For example:

"""
    text += "".join(f"- {origin} → {result}\n" for origin, result in samples)
    (folder / "README.md").write_text(text, encoding="utf-8")
    print(table, flush=True)
