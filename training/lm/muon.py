"""The Muon optimizer: momentum whose matrices are made orthogonal before they are applied.

After K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024), with the step size of J. Liu
et al., "Muon is scalable for LLM training" (arXiv:2502.16982), which makes AdamW's rates fit. Knows no model.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from training import precision

_MOMENTUM = 0.95
_ROUNDS = 5
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic iteration: they bring all singular values near one in five rounds."""


def orthogonal(matrices: Tensor) -> Tensor:
    """Near U Vᵀ of every matrix U S Vᵀ of [matrices, height, width], by Newton and Schulz's iteration.

    In bf16 where that is faster.
    """
    a, b, c = _COEFFICIENTS
    x = matrices.bfloat16() if precision.has_bf16() else matrices
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.mT
    x = x / (torch.linalg.matrix_norm(x, keepdim=True) + 1e-7)
    for _ in range(_ROUNDS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    x = x.mT if tall else x
    return x.to(matrices.dtype)


class Muon(torch.optim.Optimizer):
    """For the matrices between a model's embeddings and its output."""

    def __init__(self, parameters: Iterable[Any], lr: float = 2e-3, weight_decay: float = 0.0) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Apply the gradients."""
        for group in self.param_groups:
            # Those of the same sides together: many small products one by one take much longer.
            alike: dict[tuple[int, ...], list[tuple[Tensor, Tensor]]] = {}
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - _MOMENTUM)
                # A kernel is the matrix from all that it sees at once to its channels.
                update = parameter.grad.lerp(state["momentum"], _MOMENTUM).flatten(1)
                alike.setdefault(tuple(update.shape), []).append((parameter, update))
            for sides, together in alike.items():
                rate = group["lr"] * 0.2 * max(sides) ** 0.5
                updates = orthogonal(torch.stack([update for _, update in together]))
                for (parameter, _), update in zip(together, updates, strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update.view(parameter.shape), alpha=-rate)
