"""A back-off n-gram language model with interpolated Kneser-Ney smoothing, and the same as an acceptor (Gr.fst).

Knows sentences of words, nothing of phones. Formulas: Chen and Goodman 1998, section 3.1 (one discount an order).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from training.asr.openfst import Fst

START, END = "<s>", "</s>"
Gram = tuple[str, ...]


class LanguageModel:
    """P(word | up to order − 1 words before it).

    `uniform` is the share of the unigram model that is spread evenly over `vocabulary`, so that every word stays
    possible everywhere. Every longer history gives at least the share `backoff` to the shorter one: sentences of a
    grammar repeat so often that the discount alone would leave nothing for phrasings that the grammar lacks. N-grams
    of three words or more that were seen fewer than `keep` times are dropped; their mass goes to the back-off.
    """

    def __init__(
        self,
        sentences: Iterable[str],
        vocabulary: Sequence[str],
        order: int = 3,
        discount: float = 0.75,
        uniform: float = 0.1,
        backoff: float = 0.1,
        keep: int = 1,
    ) -> None:
        self.order = order
        counts = _counts(sentences, order)
        self.probability: list[dict[Gram, float]] = [{} for _ in range(order)]
        self.backoff: dict[Gram, float] = {}
        words = sorted({*vocabulary, END})
        total = sum(counts[0].values())
        for word in words:
            share = counts[0].get((word,), 0) / total if total else 0.0
            self.probability[0][(word,)] = (1 - uniform) * share + uniform / len(words)
        for length in range(2, order + 1):
            self._estimate(counts[length - 1], discount, backoff, keep if length > 2 else 1)

    def _estimate(self, counts: Mapping[Gram, int], discount: float, backoff: float, keep: int) -> None:
        followers: defaultdict[Gram, list[tuple[str, int]]] = defaultdict(list)
        for gram, count in counts.items():
            if gram[-1:] in self.probability[0]:
                followers[gram[:-1]].append((gram[-1], count))
        for history, seen in followers.items():
            total = sum(count for _, count in seen)
            kept = [(word, count) for word, count in seen if count >= keep]
            if not kept:
                continue
            discounted = sum(count - discount for _, count in kept) / total
            left = max(1.0 - discounted, backoff)
            share = (1.0 - left) / discounted
            lower = {word: self.p(history[1:], word) for word, _ in kept}
            for word, count in kept:
                self.probability[len(history)][(*history, word)] = (
                    share * (count - discount) / total + left * lower[word]
                )
            mass = 1.0 - sum(self.probability[len(history)][(*history, word)] for word, _ in kept)
            self.backoff[history] = max(mass, 1e-9) / max(1.0 - sum(lower.values()), 1e-9)

    def p(self, history: Gram, word: str) -> float:
        """Probability of `word` after `history` (at most order − 1 words)."""
        known = self.probability[len(history)].get((*history, word))
        if known is not None:
            return known
        if not history:
            return 0.0
        return self.backoff.get(history, 1.0) * self.p(history[1:], word)

    def perplexity(self, sentences: Iterable[str]) -> float:
        """Per word, sentence ends counted. Words outside the vocabulary are left out."""
        log_sum, count = 0.0, 0
        for sentence in sentences:
            history: Gram = (START,)
            for word in [*sentence.split(), END]:
                value = self.p(history[-(self.order - 1) :], word)
                if value > 0:
                    log_sum, count = log_sum - math.log(value), count + 1
                history = (*history, word)
        return math.exp(log_sum / max(count, 1))

    def acceptor(self, word_id: Mapping[str, int]) -> Fst:
        """The model as an acceptor over word ids. Label 0 is the back-off; the end of a sentence is a final cost."""
        fst = Fst()
        histories = [(), *sorted(self.backoff, key=lambda history: (len(history), history))]
        state = {history: fst.state() for history in histories}

        def longest(history: Gram) -> int:
            while history not in state:
                history = history[1:]
            return state[history]

        fst.start = longest((START,))
        for grams in self.probability:
            for gram, probability in grams.items():
                history, word = gram[:-1], gram[-1]
                cost = -math.log(probability)
                if word == END:
                    fst.final[state[history]] = cost
                elif word in word_id:
                    target = longest(gram if len(gram) < self.order else gram[1:])
                    fst.add(state[history], word_id[word], word_id[word], cost, target)
        for history in histories[1:]:
            fst.add(state[history], 0, 0, -math.log(self.backoff[history]), longest(history[1:]))
        return fst


def _counts(sentences: Iterable[str], order: int) -> list[Mapping[Gram, int]]:
    """Counts per length: of occurrences at the highest order, of distinct words before it (Kneser-Ney) below."""
    seen: list[Counter[Gram]] = [Counter() for _ in range(order)]
    for sentence in sentences:
        words = [START, *sentence.split(), END]
        for last in range(1, len(words)):
            for length in range(1, order + 1):
                if last - length + 1 >= 0:
                    seen[length - 1][tuple(words[last - length + 1 : last + 1])] += 1
    counts: list[Mapping[Gram, int]] = [{} for _ in range(order)]
    counts[order - 1] = seen[order - 1]
    for length in range(order - 1, 0, -1):
        before: Counter[Gram] = Counter(gram[1:] for gram in seen[length])
        # Nothing can stand before the start of a sentence, so there the plain counts are the right ones.
        before.update({gram: count for gram, count in seen[length - 1].items() if gram[0] == START})
        counts[length - 1] = before
    return counts
