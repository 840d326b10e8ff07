"""The picture model as it is trained: tower, heads that only training uses, and the decoder.

Owns the losses. It knows neither how pictures are drawn nor what is asked about them.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.lm.model import Decoder, Shape
from training.lm.template import PICTURE
from training.vlm.dataset import COLORS, LARGEST_COUNT, SHAPES
from training.vlm.foreground import CELLS
from training.vlm.pictures import Batch
from training.vlm.tower import Tower, TowerShape

EARLY = 1
"""The layer after which the tower shall know what stands out, whatever its color."""


class Seer(nn.Module):
    """A tower with heads that lead it to what matters: what stands out and where, its shape, color and count."""

    def __init__(self, shape: TowerShape) -> None:
        super().__init__()
        self.tower = Tower(shape)
        self.whole = nn.ModuleList(nn.Linear(shape.width, size) for size in (len(SHAPES), len(COLORS), LARGEST_COUNT))
        self.patch = nn.ModuleList(nn.Linear(shape.width, size) for size in (len(SHAPES), len(COLORS), 1))
        self.mask = nn.Linear(shape.width, CELLS * CELLS)

    def named(self, last: Tensor) -> list[Tensor]:
        """Logits [batch, choices] of shape, color and count from the tower's last states."""
        mean = last.mean(1)
        return [head(mean) for head in self.whole]

    def loss(self, states: list[Tensor], batch: Batch) -> Tensor:
        """Weighted sum of the heads' losses; what is hardest, the shape, weighs most."""
        last, scenes = states[-1], batch.scenes
        truth = (scenes[:, 0], scenes[:, 1], scenes[:, 2] - 1)
        whole = [functional.cross_entropy(x.float(), y) for x, y in zip(self.named(last), truth, strict=True)]
        sure = batch.sure
        inked = sure[:, None] & (batch.masks.mean(2) > 0.1)
        of_patch = inked.nonzero()[:, 0]
        shape, color, center = (head(last) for head in self.patch)
        form = functional.cross_entropy(shape[inked].float(), truth[0][of_patch])
        paint = functional.cross_entropy(color[inked].float(), truth[1][of_patch])
        middle = functional.binary_cross_entropy_with_logits(
            center[sure].squeeze(-1).float(), batch.centers[sure], pos_weight=torch.tensor(8.0)
        )
        mask = functional.binary_cross_entropy_with_logits(self.mask(states[EARLY])[sure].float(), batch.masks[sure])
        return whole[0] + 2 * form + 0.3 * (whole[1] + whole[2] + paint + middle) + 0.5 * mask


class PictureModel(nn.Module):
    """Tower, heads and decoder together."""

    def __init__(self, seer: Seer, shape: Shape) -> None:
        super().__init__()
        self.seer = seer
        self.decoder = Decoder(shape)

    def embeddings(self, ids: Tensor, pictures: Tensor) -> Tensor:
        """What the decoder reads: token embeddings, with `pictures` [all tokens, width] where ids are PICTURE."""
        here = ids == PICTURE
        embeddings = self.decoder.token_embd(ids.masked_fill(here, 0)).float()
        return embeddings.masked_scatter(here.unsqueeze(-1), pictures.float())

    def loss(self, batch: Batch, ids: Tensor, learned: Tensor) -> Tensor:
        """Of the answers, and with half the weight of the heads.

        ids and learned [talks, time]; the pictures come in the order in which their places stand in the talks.
        """
        states = self.seer.tower.states(batch.pixels)
        pictures = self.seer.tower.project(states[-1]).flatten(0, 1)
        told = self.decoder.loss(ids.clamp(min=0), learned, self.embeddings(ids, pictures))
        return told + 0.5 * self.seer.loss(states, batch)
