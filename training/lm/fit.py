"""The training loop: AdamW or Muon with warm-up and cosine decay, bf16 where that is faster, checkpoints, a log.

Knows nothing of the model but its parameters and of the data but a loss per step.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import torch
from torch import Tensor, nn

from training import precision
from training.lm.muon import Muon


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn."""

    steps: int
    rate: float = 2e-3
    warm_up: int = 200
    decay: float = 0.05
    clip: float = 1.0
    every: int = 200
    """Steps between log lines and checkpoints."""
    restarts: tuple[int, ...] = ()
    """Steps at which the rate rises and falls anew (warm restarts, arXiv:1608.03983)."""
    muon: bool = False
    """Whether matrices and kernels of the blocks are learned with Muon; all else always with AdamW."""


def fit(
    model: nn.Module,
    loss: Callable[[int], Tensor],
    plan: Plan,
    folder: Path,
    judge: Callable[[], Mapping[str, float]] = dict,
) -> float:
    """Train `model` on `loss(step)`; returns the CPU seconds of this process for it, over all sittings.

    `loss` must draw its batch from `step` alone, so that a run that was interrupted goes on as if it had not been.
    What `judge` finds at every log line is written there: how well the model does on what it does not learn from.
    The state lies in `folder`/checkpoint.pt, the log in `folder`/log.jsonl.
    """
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / "checkpoint.pt"
    parameters = [p for p in model.parameters() if p.requires_grad]
    # Kernels that see one channel each are no matrices.
    turned = {
        id(p) for name, p in model.named_parameters() if plan.muon and p.dim() > 1 and p.shape[1] > 1 and "blk." in name
    }
    rest = [p for p in parameters if id(p) not in turned]
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(
            [
                {"params": [p for p in rest if p.dim() > 1], "weight_decay": plan.decay},
                {"params": [p for p in rest if p.dim() <= 1], "weight_decay": 0.0},
            ],
            betas=(0.9, 0.98),
            fused=True,
        )
    ]
    if turned:
        optimizers.append(Muon([p for p in parameters if id(p) in turned], weight_decay=plan.decay))
    first, seconds = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        for optimizer, kept in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        first, seconds = state["step"], state["seconds"]
    model.train()
    began, total = time.process_time(), 0.0
    for step in range(first, plan.steps):
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = rate(step, plan)
        with precision.mixed():
            value = loss(step)
        model.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(parameters, plan.clip)
        for optimizer in optimizers:
            optimizer.step()
        total += value.item()
        done = step + 1
        if done % plan.every == 0 or done == plan.steps:
            seconds += time.process_time() - began
            count = (done - 1) % plan.every + 1
            model.eval()
            with torch.no_grad(), precision.mixed():
                judged = {name: round(share, 3) for name, share in judge().items()}
            model.train()
            line = {
                "step": done,
                "of": plan.steps,
                "loss": round(total / count, 5),
                "seconds": round(seconds),
                **judged,
            }
            with (folder / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            state = {"model": model.state_dict(), "step": done, "seconds": seconds}
            state["optimizers"] = [optimizer.state_dict() for optimizer in optimizers]
            partial = checkpoint.with_suffix(".part")
            torch.save(state, partial)
            partial.replace(checkpoint)
            began, total = time.process_time(), 0.0
    model.eval()
    return seconds


def rate(step: int, plan: Plan) -> float:
    """Learning rate at a step: a straight rise, then half a cosine down to a fiftieth, once per restart."""
    begin = max((place for place in plan.restarts if place <= step), default=0)
    end = min((place for place in plan.restarts if place > step), default=plan.steps)
    if step < begin + plan.warm_up:
        return plan.rate * (step - begin + 1) / plan.warm_up
    progress = (step - begin - plan.warm_up) / max(1, end - begin - plan.warm_up)
    return plan.rate * (0.02 + 0.98 * 0.5 * (1 + cos(pi * progress)))
