"""Measures the shipped translators through Parley's own engine, and writes the card beside each.

What is judged is drawn from training/translation/data.py by a fixed seed and is never trained on.
"""

import contextlib
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import cast

from models.residency import Library, starter_library
from models.roles import CancelToken, Placement, Role, Translator
from training import card
from training.figures import Figure, table
from training.translation import kept
from training.translation.chrf import chrf
from training.translation.data import Pair, directed, everyday, judged, judged_broad, judged_names, judged_numbers

MODELS = ("translation-en-es", "translation-es-en")
_LANGUAGES = {"en": "English", "es": "Spanish"}
_KINDS = {"digits": "in digits", "words": "in words", "times": "times", "dates": "dates and years"}


def figures(small: bool, only: Sequence[str] = MODELS) -> Iterator[Figure]:
    """The figures of the translators named in `only`; `small` measures a tenth of the sentences."""
    with tempfile.TemporaryDirectory() as cache:
        library = starter_library(Path(cache), {})
        for name in only:
            yield from Judge(library, name).figures(10 if small else 1)


class Judge:
    """One translator of a library, and what became of the sentences that it was given."""

    def __init__(self, library: Library, name: str) -> None:
        self.name = name
        self.source, self.goal = name.split("-")[-2:]
        model = library.find(Role.TRANSLATION, self.source, self.goal)
        assert model is not None
        self._engine = cast("Translator", library.engine(model))
        self._folder = library.folder / model.folder
        self.lost: list[tuple[str, str, str]] = []
        """Source, output and reference where a number or a name was lost."""

    def figures(self, part: int) -> Iterator[Figure]:
        """All figures, from one `part`-th of the sentences."""
        with contextlib.closing(self._engine):
            # The first load may convert the checkpoint, which set-up does otherwise.
            loading = [self._load() for _ in range(3)][1:]
            yield from self._domain(part)
            yield from self._numbers(part)
            yield from self._names(part)
            yield from self._more(part)
        yield self._figure("time to load", min(loading), "s", bar=0.5, at_most=True)
        size = sum(
            file.stat().st_size for file in self._folder.iterdir() if file.name not in ("card.json", "README.md")
        )
        yield self._figure("size", size / 1e6, "MB", bar=7.0, at_most=True)

    def translate(self, text: str) -> str:
        """The translation by Parley's engine."""
        return "".join(self._engine.translate(text, self.source, self.goal, CancelToken()))

    def _load(self) -> float:
        began = time.perf_counter()
        self._engine.load(Placement(threads=1))
        return time.perf_counter() - began

    def _domain(self, part: int) -> Iterator[Figure]:
        rng = Random(f"domain-{self.source}")
        drawn = [judged(rng, self.source) for _ in range(600 // part)]
        numbered: list[bool] = []
        for form, name in (("written", "as written"), ("heard", "as heard, without case or punctuation")):
            pairs = [pair for pair, its in drawn if its == form]
            outputs = [self.translate(text) for text, _ in pairs]
            value = chrf(outputs, [reference for _, reference in pairs])
            yield self._figure(f"the domain, {name}", value, "chrF", of=len(pairs), bar=75)
            numbered += self._kept(pairs, outputs)
        yield self._share("the domain, sentences with numbers that keep every one", numbered, bar=100)

    def _numbers(self, part: int) -> Iterator[Figure]:
        everything: list[bool] = []
        for kind, name in _KINDS.items():
            rng = Random(f"{kind}-{self.source}")
            pairs = [judged_numbers(rng, self.source, kind)[0] for _ in range(120 // part)]
            passed = self._kept(pairs, [self.translate(text) for text, _ in pairs])
            everything += passed
            yield self._share(f"numbers kept, {name}", passed)
        yield self._share("sentences with numbers that keep every one", everything, bar=100)

    def _names(self, part: int) -> Iterator[Figure]:
        for unseen, measure in (
            (False, "known names and cities kept"),
            (True, "made-up names that training never saw, kept"),
        ):
            rng = Random(f"names-{self.source}-{unseen}")
            passed = []
            for _ in range(150 // part):
                (text, reference), names = judged_names(rng, self.source, unseen)
                output = self.translate(text)
                passed.append(all(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", output) for name in names))
                if not passed[-1]:
                    self.lost.append((text, output, reference))
            yield self._share(measure, passed)

    def _more(self, part: int) -> Iterator[Figure]:
        rng = Random(f"broad-{self.source}")
        broad = [judged_broad(rng, self.source) for _ in range(300 // part)]
        half = len(everyday()) // 2
        texts = everyday()[:half] if self.source == "en" else everyday()[half:]
        by_hand = [directed(text, self.source) for text in texts[::part]]
        began = time.perf_counter()
        outputs = [self.translate(text) for text, _ in broad + by_hand]
        taken = time.perf_counter() - began
        for name, pairs, results in (
            ("simple sentences of the broad grammar", broad, outputs[: len(broad)]),
            ("everyday sentences written by hand, outside all grammars", by_hand, outputs[len(broad) :]),
        ):
            yield self._figure(name, chrf(results, [reference for _, reference in pairs]), "chrF", of=len(pairs))
        yield self._figure("time for a sentence, one thread", 1000 * taken / len(outputs), "ms", of=len(outputs))

    def _kept(self, pairs: Sequence[Pair], outputs: Sequence[str]) -> list[bool]:
        """Of each pair with numbers whether the output has the same ones."""
        passed = []
        for (text, reference), output in zip(pairs, outputs, strict=True):
            wanted = kept.numbers(reference, self.goal)
            if wanted:
                passed.append(kept.numbers(output, self.goal) == wanted)
                if not passed[-1]:
                    self.lost.append((text, output, reference))
        return passed

    def _share(self, measure: str, passed: Sequence[bool], bar: float | None = None) -> Figure:
        return self._figure(measure, 100 * sum(passed) / max(len(passed), 1), of=len(passed), bar=bar)

    def _figure(
        self, measure: str, value: float, unit: str = "%", of: int = 0, bar: float | None = None, at_most: bool = False
    ) -> Figure:
        return Figure(self.name, measure, value, unit, bar, at_most, of)


def describe(name: str, seed: int, cost: float, notes: str) -> None:
    """Measure the shipped translator `name`, and write the card beside it."""
    with tempfile.TemporaryDirectory() as cache:
        library = starter_library(Path(cache), {})
        measured = list(Judge(library, name).figures(1))
    source, goal = name.split("-")[-2:]
    text = card.Card(
        title=f"Starter translator, {_LANGUAGES[source]} to {_LANGUAGES[goal]}",
        can="Translates what the starter models talk about, and simple sentences of everyday words. Digits, number "
        "words, times, dates and names come out as they went in; it takes carelessly typed text, and text as a "
        "recognizer hears it, without case or punctuation.",
        cannot="Rare words, long sentences and figures of speech: it may leave words out or invent them. Digits stay "
        "as they are written, so the comma and the point in 1,234.5 are not exchanged.",
        data="Sentence pairs drawn from training/domain and training/translation (numbers, names, a broad grammar), "
        "written for this purpose; no text of others. Held out: every sentence that training.domain.held_out names "
        "(one in ten by its hash, and a list), on either side; one in ten made-up names by its hash; everyday.txt.",
        command=f"python -m training {name}",
        seed=seed,
        cost=cost,
        notes=notes,
    )
    card.write(library.folder / name, text, measured)
    print(table(measured), flush=True)
