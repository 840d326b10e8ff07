"""The training loop: batches of varied features, AdamW with warm-up and cosine decay, checkpoints that resume.

Knows networks and examples; which loss is minimized is the caller's.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import nn

from training.asr.features import BANDS
from training.asr.network import CONTEXT, SUBSAMPLING
from training.asr.variation import Example

CHECKPOINT_SECONDS = 60.0
IGNORED = -100
"""Label of the padding behind an utterance."""


@dataclass(frozen=True)
class Batch:
    """Features (n, 3 t + 2 CONTEXT, 40), states (n, t) padded with IGNORED, and true lengths (n,) in states."""

    features: torch.Tensor
    states: torch.Tensor
    lengths: torch.Tensor


@dataclass(frozen=True)
class Schedule:
    """How long and how fast: passes over the examples, peak learning rate, 10 ms frames a batch, gradient norm."""

    epochs: int
    rate: float
    frames: int
    clip: float
    seed: int


Loss = Callable[[Batch], tuple[torch.Tensor, dict[str, float]]]
"""Loss of a batch, and figures for the log."""


def varied(features: NDArray[np.float32], random: Generator) -> NDArray[np.float32]:
    """A warped mel axis (another vocal tract), a smooth channel curve, masked bands, masked time."""
    if random.random() < 0.6:
        source = np.arange(BANDS) * random.uniform(0.82, 1.18) + random.uniform(-0.5, 0.5)
        source = np.clip(source, 0, BANDS - 1.001)
        low = source.astype(int)
        part = (source - low).astype(np.float32)
        features = features[:, low] * (1 - part) + features[:, low + 1] * part
    if random.random() < 0.7:
        place = np.linspace(0, 1, BANDS)
        curve = sum(random.normal(0, 0.8 / (k + 1)) * np.cos(np.pi * k * place) for k in range(5))
        features = features + np.asarray(curve, np.float32)
    if random.random() < 0.4:
        width = random.integers(1, 9)
        first = random.integers(0, BANDS - width)
        features = features.copy()
        features[:, first : first + width] = features[:, first : first + width].mean()
    if random.random() < 0.25 and len(features) > 40:
        width = random.integers(1, 8)
        first = random.integers(0, len(features) - width)
        features = features.copy()
        features[first : first + width] = features.mean(0)
    return features


def collate(examples: Sequence[Example], random: Generator) -> Batch:
    """Examples as one batch, each varied anew; edges repeat the first and the last frame as Kaldi does."""
    steps = max(len(example.states) for example in examples)
    features = np.zeros((len(examples), steps * SUBSAMPLING + 2 * CONTEXT, BANDS), np.float32)
    states = np.full((len(examples), steps), IGNORED, np.int64)
    for row, example in enumerate(examples):
        own = varied(example.features.astype(np.float32), random)
        features[row, :CONTEXT] = own[0]
        features[row, CONTEXT : CONTEXT + len(own)] = own
        features[row, CONTEXT + len(own) :] = own[-1]
        states[row, : len(example.states)] = example.states
    lengths = torch.tensor([len(example.states) for example in examples])
    return Batch(torch.from_numpy(features), torch.from_numpy(states), lengths)


def batches(lengths: Sequence[int], frames: int, random: Generator) -> list[list[int]]:
    """Indices grouped by similar length so that a padded group holds about `frames`; groups in random order."""
    order = np.argsort(np.asarray(lengths) + random.uniform(0, 20, len(lengths)))
    groups: list[list[int]] = [[]]
    for index in order.tolist():
        if groups[-1] and lengths[index] * (len(groups[-1]) + 1) > frames:
            groups.append([])
        groups[-1].append(index)
    random.shuffle(groups)
    return groups


def fit(module: nn.Module, examples: Sequence[Example], schedule: Schedule, loss: Loss, checkpoint: Path) -> float:
    """Train `module` in place and leave its weights in `checkpoint`; goes on from there when it exists. Returns the CPU
    seconds of all sittings.
    """
    started = time.process_time()
    torch.manual_seed(schedule.seed)
    optimizer = torch.optim.AdamW(module.parameters(), lr=schedule.rate, weight_decay=1e-4)
    done, spent = 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        module.load_state_dict(saved["module"])
        spent = saved["seconds"]
        if saved["finished"]:
            return float(spent)
        optimizer.load_state_dict(saved["optimizer"])
        done = saved["step"]

    def save(step: int, finished: bool) -> None:
        state = {
            "module": module.state_dict(),
            "optimizer": optimizer.state_dict(),
            "step": step,
            "finished": finished,
            "seconds": spent + time.process_time() - started,
        }
        torch.save(state, checkpoint.with_suffix(".part"))
        checkpoint.with_suffix(".part").replace(checkpoint)

    lengths = [len(example.features) for example in examples]
    plan = [
        group
        for epoch in range(schedule.epochs)
        for group in batches(lengths, schedule.frames, np.random.default_rng((schedule.seed, epoch)))
    ]
    module.train()
    figures: dict[str, float] = {}
    logged, saved_at = done, time.monotonic()
    for step in range(done, len(plan)):
        warm = min(1.0, (step + 1) / 80)
        for group in optimizer.param_groups:
            group["lr"] = schedule.rate * warm * (0.49 * (1 + math.cos(math.pi * step / len(plan))) + 0.02)
        batch = collate([examples[i] for i in plan[step]], np.random.default_rng((schedule.seed, 1, step)))
        value, shown = loss(batch)
        optimizer.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(module.parameters(), schedule.clip)
        optimizer.step()
        for name, number in shown.items():
            figures[name] = figures.get(name, 0.0) + number
        if (step + 1) % 100 == 0 or step + 1 == len(plan):
            means = "  ".join(f"{name} {total / (step + 1 - logged):.4f}" for name, total in figures.items())
            seconds = spent + time.process_time() - started
            print(f"{checkpoint.stem} {step + 1}/{len(plan)}  {means}  {seconds:.0f} s of CPU", flush=True)
            figures, logged = {}, step + 1
        if time.monotonic() - saved_at > CHECKPOINT_SECONDS:
            save(step + 1, finished=False)
            saved_at = time.monotonic()
    save(len(plan), finished=True)
    return spent + time.process_time() - started
