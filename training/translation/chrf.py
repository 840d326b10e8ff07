"""chrF, after Popović (2015), "chrF: character n-gram F-score for automatic MT evaluation"."""

from collections import Counter
from collections.abc import Sequence

ORDER, BETA = 6, 2.0


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Corpus chrF2 in 0 to 100: n-grams of 1 to 6 characters without spaces, recall twice as important as precision.

    Counts are summed over the corpus per order; precision and recall are the means over the orders that occur.
    """
    matched, proposed, wanted = [0] * ORDER, [0] * ORDER, [0] * ORDER
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        for n in range(1, ORDER + 1):
            ours, theirs = _grams(hypothesis, n), _grams(reference, n)
            matched[n - 1] += sum((ours & theirs).values())
            proposed[n - 1] += sum(ours.values())
            wanted[n - 1] += sum(theirs.values())
    orders = [n for n in range(ORDER) if proposed[n] and wanted[n]]
    if not orders:
        return 0.0
    precision = sum(matched[n] / proposed[n] for n in orders) / len(orders)
    recall = sum(matched[n] / wanted[n] for n in orders) / len(orders)
    if precision + recall == 0:
        return 0.0
    return 100 * (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)


def _grams(text: str, n: int) -> Counter[str]:
    text = "".join(text.split())
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))
