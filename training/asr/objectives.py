"""What the acoustic network learns: first cross-entropy on labelled frames, then lattice-free MMI.

Knows networks and acoustic states; the loop that minimizes is optimize.py's. LF-MMI: Povey et al. 2016, "Purely
sequence-trained neural networks for ASR based on lattice-free MMI"; here with a phone bigram as the denominator, which
is small enough to be a dense matrix, and with a numerator free to move the phone boundaries.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from training import precision
from training.asr.network import Network
from training.asr.optimize import IGNORED, Batch
from training.asr.variation import Example

_IMPOSSIBLE = -1e4
_AUXILIARY = 0.1
"""Weight of the cross-entropy beside LF-MMI."""
_OUTPUT_SIZE = 5e-4
"""Weight of the mean square of the outputs beside LF-MMI."""


def cross_entropy(network: Network, batch: Batch) -> tuple[torch.Tensor, dict[str, float]]:
    with precision.mixed():
        scores = network(batch.features)
    scores = scores.float()
    loss = functional.cross_entropy(scores.flatten(0, 1), batch.states.flatten(), ignore_index=IGNORED)
    with torch.no_grad():
        real = batch.states != IGNORED
        right = ((scores.argmax(-1) // 2 == batch.states // 2) & real).sum() / real.sum()
    return loss, {"cross-entropy": loss.item(), "phone accuracy": right.item()}


def priors(examples: Sequence[Example], states: int) -> NDArray[np.float64]:
    """Share of frames in each of the acoustic states, shape (states,)."""
    counts = np.bincount(np.concatenate([example.states for example in examples]), minlength=states) + 1.0
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares


class SequenceNetwork(nn.Module):
    """A network that was trained by cross-entropy, its output now a score for LF-MMI, with a second output that keeps
    to the labels.
    """

    def __init__(self, network: Network, log_priors: NDArray[np.float64]) -> None:
        super().__init__()
        self.network = network
        self.labels = nn.Conv1d(network.output.in_channels, network.output.out_channels, 1)
        self.labels.load_state_dict(network.output.state_dict())
        with torch.no_grad():
            network.output.bias -= torch.from_numpy(0.8 * log_priors).float()
            network.output.weight *= 0.5
            network.output.bias *= 0.5

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.network.hidden(features)
        return self.network.output(hidden).transpose(1, 2), self.labels(hidden).transpose(1, 2)


class Denominator:
    """All phone sequences, weighted by a bigram: dense transitions between acoustic states."""

    def __init__(self, examples: Sequence[Example], states: int) -> None:
        count = states // 2
        pairs, firsts = np.full((count, count), 0.5), np.full(count, 0.1)
        for example in examples:
            phones = phone_sequence(example.states)
            np.add.at(pairs, (phones[:-1], phones[1:]), 1)
            firsts[phones[0]] += 1
        bigram = pairs / pairs.sum(1, keepdims=True)
        transitions = np.zeros((states, states))
        transitions[0::2, 0::2] = transitions[1::2, 0::2] = 0.5 * bigram
        transitions[np.arange(states), np.arange(states) // 2 * 2 + 1] = 0.5
        initial = np.full(states, 1e-6)
        initial[0::2] += firsts / firsts.sum()
        self.transitions = torch.from_numpy(transitions).float()
        self.initial = torch.from_numpy(initial).float()

    def log_likelihood(self, scores: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Log of the sum over all paths, shape (n,), of scores (n, t, states)."""
        peak = scores.amax(-1, keepdim=True)
        emitted = torch.exp(scores - peak)
        alpha = self.initial * emitted[:, 0]
        size = alpha.sum(1, keepdim=True)
        alpha = alpha / size
        logs = [torch.log(size[:, 0]) + peak[:, 0, 0]]
        for step in range(1, scores.shape[1]):
            moved = (alpha @ self.transitions) * emitted[:, step]
            size = moved.sum(1, keepdim=True)
            live = step < lengths
            alpha = torch.where(live[:, None], moved / size, alpha)
            logs.append(torch.where(live, torch.log(size[:, 0]) + peak[:, step, 0], 0.0))
        return torch.stack(logs).sum(0)


def phone_sequence(states: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The phones of a state sequence: every first-frame state begins one."""
    return states[states % 2 == 0].astype(np.int64) // 2


def numerator(scores: torch.Tensor, lengths: torch.Tensor, sequences: Sequence[NDArray[np.int64]]) -> torch.Tensor:
    """Log of the sum over all alignments of each utterance's phones, shape (n,), of scores (n, t, states)."""
    count, steps, _ = scores.shape
    width = 2 * max(len(sequence) for sequence in sequences)
    states = torch.zeros(count, width, dtype=torch.long)
    possible = torch.zeros(count, width, dtype=torch.bool)
    last = torch.tensor([2 * len(sequence) - 1 for sequence in sequences])
    for row, sequence in enumerate(sequences):
        phones = torch.from_numpy(sequence)
        states[row, 0 : 2 * len(phones) : 2], states[row, 1 : 2 * len(phones) : 2] = 2 * phones, 2 * phones + 1
        possible[row, : 2 * len(phones)] = True
    emitted = scores.gather(2, states[:, None].expand(count, steps, width))
    emitted = emitted.masked_fill(~possible[:, None], _IMPOSSIBLE)
    wall = torch.full((count, 1), _IMPOSSIBLE)
    alpha = torch.full((count, width), _IMPOSSIBLE)
    alpha[:, 0] = 0.0
    alpha = alpha + emitted[:, 0]
    for step in range(1, steps):
        inside = torch.logaddexp(alpha[:, 0::2], alpha[:, 1::2])  # in phone i: stay in it, or go on to the next
        moved = torch.stack([torch.cat([wall, inside[:, :-1]], 1), inside], 2).flatten(1) + emitted[:, step]
        alpha = torch.where((step < lengths)[:, None], moved, alpha)
    rows = torch.arange(count)
    return torch.logaddexp(alpha[rows, last], alpha[rows, last - 1])


def sequence_loss(
    module: SequenceNetwork, denominator: Denominator, batch: Batch
) -> tuple[torch.Tensor, dict[str, float]]:
    """Negative LF-MMI a frame, with the two regularizers."""
    with precision.mixed():
        scores, labels = module(batch.features)
    scores, labels = scores.float(), labels.float()
    rows = zip(batch.states.numpy(), batch.lengths.tolist(), strict=True)
    sequences = [phone_sequence(states[:length].astype(np.uint8)) for states, length in rows]
    right = numerator(scores, batch.lengths, sequences)
    mutual = (right - denominator.log_likelihood(scores, batch.lengths)).sum() / batch.lengths.sum()
    auxiliary = functional.cross_entropy(labels.flatten(0, 1), batch.states.flatten(), ignore_index=IGNORED)
    loss = -mutual + _AUXILIARY * auxiliary + _OUTPUT_SIZE * (scores**2).mean()
    return loss, {"mutual information": mutual.item(), "cross-entropy": auxiliary.item()}
