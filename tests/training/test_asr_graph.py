"""The decoding graph: lexicon tree, language model, and their files."""

import math
import struct
from itertools import product

import pytest

from training.asr.english import PHONES
from training.asr.graph import UNKNOWN, Pronunciation, lexicon_tree
from training.asr.kaldi import forward
from training.asr.ngram import END, START, LanguageModel
from training.asr.openfst import Fst

LEXICON = [
    Pronunciation("a", ("AH",), 0.0),
    Pronunciation("a", ("EY",), 0.7),
    Pronunciation("an", ("AH", "N"), 0.0),
    Pronunciation("ant", ("AE", "N", "T"), 0.0),
    Pronunciation("aunt", ("AE", "N", "T"), 0.1),
    Pronunciation("and", ("AE", "N", "D"), 0.0),
]
SENTENCES = ["an ant", "an aunt and an ant", "a aunt", "and an ant"]


def words_read(fst: Fst, transitions: list[int]) -> set[tuple[tuple[int, ...], float]]:
    """Every (output labels, rounded cost) with which the transducer accepts a string of transition ids."""
    found: set[tuple[tuple[int, ...], float]] = set()
    open_paths: list[tuple[int, int, tuple[int, ...], float]] = [(fst.start, 0, (), 0.0)]
    while open_paths:
        state, place, labels, cost = open_paths.pop()
        if place == len(transitions) and state in fst.final:
            found.add((labels, round(cost + fst.final[state], 6)))
        for into, out, arc_cost, target in fst.arcs[state]:
            if into == 0 or (place < len(transitions) and into == transitions[place]):
                spoken = (*labels, out) if out else labels
                open_paths.append((target, place + (into != 0), spoken, cost + arc_cost))
    return found


@pytest.mark.parametrize("entry", LEXICON, ids=lambda entry: f"{entry.word}-{'.'.join(entry.phones)}")
def test_tree_reads_a_pronunciation_as_its_word(entry: Pronunciation) -> None:
    tree, word_id = lexicon_tree(LEXICON, PHONES, silence=0.5)
    read = words_read(tree, [forward(phone) for phone in PHONES.positioned(entry.phones)])
    assert ((word_id[entry.word],), round(entry.cost + math.log(2), 6)) in read


def test_tree_reads_words_in_a_row_and_silence_between() -> None:
    tree, word_id = lexicon_tree(LEXICON, PHONES)
    phones = [*PHONES.positioned(("AH", "N")), PHONES.ids["SIL"], *PHONES.positioned(("AE", "N", "D"))]
    labels = {labels for labels, _ in words_read(tree, [forward(phone) for phone in phones])}
    assert (word_id["an"], word_id["and"]) in labels


def test_tree_reads_a_strange_word_as_unknown_only() -> None:
    tree, word_id = lexicon_tree(LEXICON, PHONES)
    strange = [forward(phone) for phone in PHONES.positioned(("Z", "UW", "Z"))]
    assert {labels for labels, _ in words_read(tree, strange)} == {(word_id[UNKNOWN],)}


def test_every_label_is_in_the_word_table_and_every_arc_ends_in_a_state() -> None:
    tree, word_id = lexicon_tree(LEXICON, PHONES)
    arcs = [arc for outgoing in tree.arcs for arc in outgoing]
    assert {arc[1] for arc in arcs} == {0, *word_id.values()}
    assert all(0 <= arc[3] < len(tree.arcs) for arc in arcs)
    assert max(arc[0] for arc in arcs) <= 2 * len(PHONES.phones)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("keep", [1, 2])
def test_language_model_is_a_distribution_after_every_history(order: int, keep: int) -> None:
    vocabulary = ["a", "an", "ant", "aunt", "and", "zebra"]
    model = LanguageModel(SENTENCES, vocabulary, order=order, keep=keep)
    for length in range(order):
        for history in product([START, *vocabulary], repeat=length):
            assert sum(model.p(history, word) for word in [*vocabulary, END]) == pytest.approx(1.0, abs=1e-6)


def test_language_model_prefers_what_it_read_and_allows_all() -> None:
    model = LanguageModel(SENTENCES, ["a", "an", "ant", "aunt", "and", "zebra"])
    assert model.p((START, "an"), "ant") > model.p((START, "an"), "zebra") > 0
    assert model.perplexity(["an ant"]) < model.perplexity(["zebra a"])


def test_acceptor_costs_what_the_model_says() -> None:
    words = ["a", "an", "ant", "aunt", "and", "zebra"]
    model = LanguageModel(SENTENCES, words)
    ids = {word: number for number, word in enumerate(words, 1)}
    acceptor = model.acceptor(ids)
    for sentence in ["an ant", "and an aunt", "zebra ant a"]:
        state, cost, history = acceptor.start, 0.0, (START,)
        expected = 0.0
        for word in sentence.split():
            expected -= math.log(model.p(history[-2:], word))
            history = (*history, word)
            while not (found := [arc for arc in acceptor.arcs[state] if arc[0] == ids[word]]):
                (backoff,) = [arc for arc in acceptor.arcs[state] if arc[0] == 0]
                state, cost = backoff[3], cost + backoff[2]
            cost, state = cost + found[0][2], found[0][3]
        assert cost == pytest.approx(expected)


def test_const_file_is_sorted_and_as_long_as_its_header_says() -> None:
    tree, _ = lexicon_tree(LEXICON, PHONES)
    data = tree.to_bytes("output")
    assert struct.unpack_from("<i", data)[0] == 2125659606
    _, _, properties, start, states, arcs = struct.unpack_from("<iiQqqq", data, 4 + 4 + 5 + 4 + 8)
    assert properties & 0x40000000
    assert (start, states, arcs) == (0, len(tree.arcs), sum(map(len, tree.arcs)))
    body = 4 + 4 + 5 + 4 + 8 + 40
    assert len(data) == body + 20 * states + 16 * arcs
    for state in range(states):
        _, first, count, *_ = struct.unpack_from("<fIIII", data, body + 20 * state)
        place = body + 20 * states + 16 * first
        labels = [struct.unpack_from("<iifi", data, place + 16 * k)[1] for k in range(count)]
        assert labels == sorted(labels)


def test_word_boundary_names_every_phone() -> None:
    rows = [line.split() for line in PHONES.word_boundary().splitlines()]
    assert [int(number) for number, _ in rows] == list(range(1, 2 + 4 * len(PHONES.sounds)))
    assert {kind for _, kind in rows} == {"nonword", "begin", "end", "internal", "singleton"}
