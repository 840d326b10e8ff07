"""The lexicon as a prefix tree of phones that emits words (HCLr.fst). Knows pronunciations, nothing of sentences.

States W (between words) and R (root of the tree): W → R directly or through silence, phones down the tree, and from
every leaf back to W. A phone is an arc with its forward transition id into a state that loops on its self-loop id. A
word's label sits on the first arc from which only that word can be reached, so that the language model is asked as
early as possible. The decoder composes this with Gr.fst at run time; no determinization is needed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from training.asr.kaldi import forward, self_loop
from training.asr.openfst import Fst
from training.asr.phones import SILENCE, PhoneSet

UNKNOWN = "[unk]"


@dataclass(frozen=True)
class Pronunciation:
    """One way to say a word: phones and a cost (-log of how likely, the likeliest has 0)."""

    word: str
    phones: tuple[str, ...]
    cost: float


@dataclass
class _Node:
    children: dict[int, "_Node"] = field(default_factory=dict)
    words: dict[str, float] = field(default_factory=dict)

    def leaves(self) -> list[tuple[str, float]]:
        below = [leaf for phone in sorted(self.children) for leaf in self.children[phone].leaves()]
        return [*sorted(self.words.items()), *below]


def lexicon_tree(
    lexicon: Sequence[Pronunciation], phones: PhoneSet, silence: float = 0.5, unknown: tuple[float, float] = (5.0, 3.0)
) -> tuple[Fst, dict[str, int]]:
    """The tree and the ids of its words, from 1 in the order of the tree.

    `silence` is the probability of silence between words; `unknown` the costs of entering "[unk]", any string of
    phones, and of every phone in it.
    """
    root = _Node()
    for entry in lexicon:
        node = root
        for phone in phones.positioned(entry.phones):
            node = node.children.setdefault(phone, _Node())
        node.words[entry.word] = min(entry.cost, node.words.get(entry.word, math.inf))
    word_id: dict[str, int] = {}
    for word, _ in root.leaves():
        word_id.setdefault(word, len(word_id) + 1)

    fst = Fst()
    between, tree, pause = fst.state(), fst.state(), fst.state()
    fst.start = between
    fst.final = {between: 0.0, pause: 0.0}
    silent = phones.ids[SILENCE]
    fst.add(between, 0, 0, -math.log(1 - silence), tree)
    fst.add(between, forward(silent), 0, -math.log(silence), pause)
    fst.add(pause, self_loop(silent), 0, 0.0, pause)
    fst.add(pause, 0, 0, 0.0, tree)
    _grow(fst, root, tree, between, word_id, labelled=False)
    word_id[UNKNOWN] = len(word_id) + 1
    _add_unknown(fst, phones, tree, between, word_id[UNKNOWN], *unknown)
    return fst, word_id


def _grow(fst: Fst, node: _Node, state: int, end: int, word_id: dict[str, int], labelled: bool) -> None:
    """Write what lies below `node`. Words end only at leaves: the last phone of a word is one of its own kind."""
    for phone, child in sorted(node.children.items()):
        leaves = child.leaves()
        target = fst.state()
        fst.add(target, self_loop(phone), 0, 0.0, target)
        decided = len(leaves) == 1 or not child.children
        if decided and not labelled:
            for word, cost in leaves:  # homophones are parallel arcs
                fst.add(state, forward(phone), word_id[word], cost, target)
        else:
            fst.add(state, forward(phone), 0, 0.0, target)
        _grow(fst, child, target, end, word_id, labelled or decided)
        if not child.children:
            fst.add(target, 0, 0, 0.0, end)


def _add_unknown(fst: Fst, phones: PhoneSet, tree: int, end: int, label: int, entry: float, per_phone: float) -> None:
    """A loop over all phones, at least two of them, that stands for any word the lexicon lacks."""
    hub = fst.state()
    for phone in phones.sounds:
        begin, internal, last = (fst.state() for _ in range(3))
        arcs = ((tree, "_B", label, entry, begin), (hub, "_I", 0, per_phone, internal), (hub, "_E", 0, per_phone, last))
        for source, position, word, cost, target in arcs:
            fst.add(source, forward(phones.ids[phone + position]), word, cost, target)
            fst.add(target, self_loop(phones.ids[phone + position]), 0, 0.0, target)
        fst.add(begin, 0, 0, 0.0, hub)
        fst.add(internal, 0, 0, 0.0, hub)
        fst.add(last, 0, 0, 0.0, end)
