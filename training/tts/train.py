"""Training of the network on the corpus.

Owns batches, losses, the schedule and checkpoints. Every step draws its batch and its noise from its own seed, so a
run that was interrupted ends as one that was not. It must not know where the corpus comes from.
"""

import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor

from training import precision
from training.tts.corpus import Utterance
from training.tts.network import KNOTS, MEAN_LOG_PITCH, PITCH_UNIT, AcousticNetwork
from training.tts.vocoder import SILENT, UNVOICED, mixture

BATCH = 16
LEARNING_RATE, FLOOR = 2.5e-3, 2e-5
WARMUP = 60
"""Steps for which the rate rises; then it follows a cosine to the end."""
AVERAGING = 0.995
"""Decay of the running mean of the weights, which is what is exported."""
PITCH_WEIGHT, DURATION_WEIGHT = 10.0, 0.5
VALIDATION = 32
"""Utterances that are never trained on."""
REPORT, SAVE = 50, 100


@dataclass
class Batch:
    """Padded tensors of a few utterances; shapes in the fields' comments, b utterances, n symbols, t frames."""

    ids: Tensor  # (b, n)
    token_mask: Tensor  # (b, 1, n)
    durations: Tensor  # (b, n)
    last: Tensor  # (b,)
    index: Tensor  # (b, t)
    starts: Tensor  # (b, t)
    lengths: Tensor  # (b, t)
    frame_mask: Tensor  # (b, 1, t)
    envelopes: Tensor  # (b, 2 × KNOTS, t)
    melody: Tensor  # (b, t), log hertz
    voiced: Tensor  # (b, t)


@dataclass
class Losses:
    """Distance of log spectra, of log pitch, of log durations."""

    spectrum: Tensor
    pitch: Tensor
    duration: Tensor

    @property
    def total(self) -> Tensor:
        return self.spectrum + PITCH_WEIGHT * self.pitch + DURATION_WEIGHT * self.duration


def collate(utterances: Sequence[Utterance]) -> Batch:
    """Pad `utterances` to one length."""
    count = len(utterances)
    symbols = max(len(item.ids) for item in utterances)
    frames = max(item.frames for item in utterances)
    batch = Batch(
        ids=torch.zeros(count, symbols, dtype=torch.long),
        token_mask=torch.zeros(count, 1, symbols),
        durations=torch.zeros(count, symbols),
        last=torch.tensor([len(item.ids) - 1 for item in utterances]),
        index=torch.zeros(count, frames, dtype=torch.long),
        starts=torch.zeros(count, frames),
        lengths=torch.ones(count, frames),
        frame_mask=torch.zeros(count, 1, frames),
        envelopes=torch.full((count, 2 * KNOTS, frames), SILENT),
        melody=torch.full((count, frames), MEAN_LOG_PITCH),
        voiced=torch.zeros(count, frames),
    )
    parts = mixture()
    for row, item in enumerate(utterances):
        n, t = len(item.ids), item.frames
        durations = item.durations.astype(np.int64)
        index = np.repeat(np.arange(n), durations)
        begin = np.cumsum(durations) - durations
        batch.ids[row, :n] = torch.from_numpy(item.ids.astype(np.int64))
        batch.token_mask[row, 0, :n] = 1
        batch.durations[row, :n] = torch.from_numpy(durations).float()
        batch.index[row, :t] = torch.from_numpy(index)
        batch.starts[row, :t] = torch.from_numpy(begin[index]).float()
        batch.lengths[row, :t] = torch.from_numpy(durations[index]).float()
        batch.frame_mask[row, 0, :t] = 1
        both = np.tile(item.spectrum.astype(np.float32), 2) + parts[item.kind]
        batch.envelopes[row, :, :t] = torch.from_numpy(np.maximum(both, SILENT).T)
        batch.melody[row, :t] = torch.from_numpy(item.melody[:t])
        batch.voiced[row, :t] = torch.from_numpy((item.kind != UNVOICED).astype(np.float32))
    return batch


class Objective:
    """All losses of a batch. The decoder is driven by the teacher's durations."""

    def __init__(self, network: AcousticNetwork) -> None:
        self._network = network

    def __call__(self, batch: Batch) -> Losses:
        with precision.mixed():
            hidden, durations = self._network.encode(batch.ids, batch.token_mask, batch.last)
            outputs = self._network.decode(
                hidden, batch.index, batch.starts, batch.lengths, batch.last, batch.frame_mask
            )
        outputs = outputs.float()
        pitch = outputs[:, -1] * PITCH_UNIT + MEAN_LOG_PITCH
        tokens = batch.token_mask[:, 0]
        distance = (outputs[:, :-1].clamp(min=SILENT) - batch.envelopes).abs() * batch.frame_mask
        return Losses(
            distance.sum() / (batch.frame_mask.sum() * 2 * KNOTS),
            ((pitch - batch.melody).abs() * batch.voiced).sum() / batch.voiced.sum(),
            ((durations.float() - torch.log1p(batch.durations)).abs() * tokens).sum() / tokens.sum(),
        )


def learning_rate(step: int, steps: int) -> float:
    """Rate at `step` of `steps`."""
    cosine = 0.5 + 0.5 * math.cos(math.pi * step / steps)
    return LEARNING_RATE * min(1.0, (step + 1) / WARMUP) * cosine + FLOOR


def train(utterances: Sequence[Utterance], checkpoint: Path, steps: int, seed: int) -> AcousticNetwork:
    """Train for `steps` steps, going on from `checkpoint` where it exists; the averaged network."""
    torch.manual_seed(seed)
    network = AcousticNetwork()
    optimizer = torch.optim.AdamW(network.parameters(), LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    average = {name: value.detach().clone() for name, value in network.named_parameters()}
    step, spent = 0, 0.0
    if checkpoint.exists():
        stored = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(stored["network"])
        optimizer.load_state_dict(stored["optimizer"])
        average, step, spent = stored["average"], stored["step"], stored["seconds"]
    shuffled = list(utterances)
    Random(seed).shuffle(shuffled)
    validation, training = shuffled[:VALIDATION], sorted(shuffled[VALIDATION:], key=lambda item: item.frames)
    objective = Objective(network)
    recent: list[tuple[float, float, float]] = []
    started = time.process_time() - spent
    while step < steps:
        rate = learning_rate(step, steps)
        for group in optimizer.param_groups:
            group["lr"] = rate
        # Utterances of like length share a batch, so that little of it is padding.
        begin = Random(f"{seed}-{step}").randrange(len(training) - BATCH)
        torch.manual_seed(seed * 1_000_003 + step)
        losses = objective(collate(training[begin : begin + BATCH]))
        losses.total.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        recent.append((losses.spectrum.item(), losses.pitch.item(), losses.duration.item()))
        decay = min(AVERAGING, step / (step + 20))
        with torch.no_grad():
            for name, value in network.named_parameters():
                average[name].lerp_(value, 1 - decay)
        if step % REPORT == 0:
            print(f"step {step} {time.process_time() - started:.0f} s {np.round(np.mean(recent, 0), 4)}", flush=True)
            recent = []
        if step % SAVE == 0 or step == steps:
            state = {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "average": average,
                "step": step,
                "seconds": time.process_time() - started,
            }
            partial = checkpoint.with_suffix(".partial")
            torch.save(state, partial)
            os.replace(partial, checkpoint)
    network.load_state_dict(average, strict=False)
    network.eval()
    with torch.no_grad():
        losses = objective(collate(validation))
    print(f"validation {losses.spectrum:.4f} {losses.pitch:.4f} {losses.duration:.4f}", flush=True)
    return network
