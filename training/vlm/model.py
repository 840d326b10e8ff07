"""The picture model as it is trained: tower, heads that only training uses, and the decoder.

Owns the losses. It knows neither how pictures are drawn nor what is asked about them.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.domain.scenes import PLACES, SCENE_COLORS, SHAPES, SIZES
from training.lm.model import Decoder, Shape
from training.lm.template import PICTURE
from training.vlm.dataset import CELL, KINDS
from training.vlm.pictures import ATTRIBUTES, IGNORE, PRESENT, Batch
from training.vlm.printing import LONGEST
from training.vlm.tower import Tower, TowerShape

OF_THE_WHOLE = (len(KINDS), len(SCENE_COLORS), LONGEST + 1)
_OF_ALL = ("kind", "ground", "count")


class Seer(nn.Module):
    """A tower with heads that lead it to what matters: in every patch, at the middle of every thing, and in all."""

    def __init__(self, shape: TowerShape) -> None:
        super().__init__()
        self.tower = Tower(shape)
        self.mask = nn.Linear(shape.out, (shape.patch // CELL) ** 2)
        self.inked = nn.Linear(shape.out, sum(ATTRIBUTES.values()))
        self.middle = nn.Linear(shape.out, 1)
        self.center = nn.Linear(shape.out, sum(ATTRIBUTES.values()) + 3)
        self.whole = nn.Linear(shape.out, sum(OF_THE_WHOLE) + PRESENT + len(SCENE_COLORS))

    def losses(self, last: Tensor, batch: Batch) -> dict[str, Tensor]:
        """The loss of each head; what is asked of a thing is asked twice: on all that it covers and at its middle."""
        found: dict[str, Tensor] = {}
        found["mask"] = _binary(self.mask(last), batch.masks)
        drawn = batch.whole[:, 0] != KINDS.index("photo")
        middles = (batch.centers[..., 1] != IGNORE).float()
        found["middle"] = _binary(self.middle(last[drawn]).squeeze(-1), middles[drawn], 4.0)
        here = batch.inked[..., 0] != IGNORE
        for name, scores, truth in zip(
            ATTRIBUTES,
            self.inked(last[here]).float().split(list(ATTRIBUTES.values()), -1),
            batch.inked[here].unbind(-1),
            strict=True,
        ):
            found[name] = _choice(scores, truth)
        here = middles > 0
        *scores_at, places = self.center(last[here]).float().split((*ATTRIBUTES.values(), 3), -1)
        for name, scores, truth in zip(ATTRIBUTES, scores_at, batch.centers[here].unbind(-1), strict=True):
            found[f"{name} at middle"] = _choice(scores, truth)
        sized = (batch.centers[here][:, 2] != IGNORE).float()[:, None]
        found["place"] = (
            functional.smooth_l1_loss(places, batch.spots[here], reduction="none", beta=0.1) * sized
        ).mean()
        *scores_of, present, main = self._whole(last)
        for name, scores, truth in zip(_OF_ALL, scores_of, batch.whole.unbind(-1), strict=True):
            found[name] = _choice(scores, truth)
        asked = batch.whole[:, 2] != IGNORE
        found["present"] = _binary(present[asked], batch.present[asked], 6.0)
        photos = ~drawn
        if photos.any():
            found["main"] = _binary(main[photos], batch.main[photos], 3.0)
        return found

    @torch.no_grad()
    def lead(self, last: Tensor, batch: Batch) -> None:
        """Begin the projection with what the heads tell of a thing, each answer as loud as any other, whatever is the
        same in all patches left out; the rest at random, and softer. The decoder so finds where a thing lies and how it
        stands among the others as easily as its color, which is far louder in the states.
        """
        projection = self.tower.mm["input_projection"].weight
        told = self.inked.weight.detach()
        rows = torch.cat([told, torch.randn(len(projection) - len(told), projection.shape[1])])
        mean = last.flatten(0, 1).mean(0)
        rows = rows - (rows @ mean)[:, None] * mean / (mean @ mean)
        loud = (last[batch.inked[..., 0] != IGNORE] @ rows.T).std(0)
        loud[len(told) :] *= 2
        projection.copy_(rows / loud[:, None])

    def loss(self, states: Tensor, batch: Batch) -> Tensor:
        """Weighted sum of the heads' losses."""
        return torch.stack([WEIGHTS.get(name, 0.4) * value for name, value in self.losses(states, batch).items()]).sum()

    def right(self, last: Tensor, batch: Batch) -> dict[str, float]:
        """Shares of right answers of the heads: of things, at their middles; of pictures as a whole."""
        here = batch.centers[..., 1] != IGNORE
        *scores, _ = self.center(last[here]).split((*ATTRIBUTES.values(), 3), -1)
        found = dict(
            zip(
                ATTRIBUTES,
                (_right(s, t) for s, t in zip(scores, batch.centers[here].unbind(-1), strict=True)),
                strict=True,
            )
        )
        letters = batch.centers[here][:, 2] == IGNORE
        found["letter"] = _right(scores[0][letters], batch.centers[here][letters, 0])
        *scores, present, _ = self._whole(last)
        found |= {name: _right(s, t) for name, s, t in zip(_OF_ALL, scores, batch.whole.unbind(-1), strict=True)}
        found["present"] = float(
            ((present > 0) == (batch.present > 0))[batch.whole[:, 2] != IGNORE].all(1).float().mean()
        )
        return found

    def _whole(self, last: Tensor) -> tuple[Tensor, ...]:
        return self.whole(last.mean(1)).float().split((*OF_THE_WHOLE, PRESENT, len(SCENE_COLORS)), -1)


WEIGHTS = dict.fromkeys(ATTRIBUTES, 0.1) | {
    "form": 1.0,
    "color": 0.4,
    "size": 0.2,
    "form at middle": 1.5,
    "mask": 0.3,
    "middle": 1.0,
    "place": 2.0,
    "present": 2.0,
}


def _binary(scores: Tensor, truth: Tensor, weight: float = 1.0) -> Tensor:
    return functional.binary_cross_entropy_with_logits(scores.float(), truth, pos_weight=torch.tensor(weight))


def _right(scores: Tensor, truth: Tensor) -> float:
    asked = truth != IGNORE
    return float((scores[asked].argmax(-1) == truth[asked]).float().mean())


def _choice(scores: Tensor, truth: Tensor) -> Tensor:
    """Mean cross-entropy of what is asked; zero where nothing is."""
    asked = truth != IGNORE
    return functional.cross_entropy(scores[asked], truth[asked]) if asked.any() else scores.sum() * 0.0


class PictureModel(nn.Module):
    """Tower, heads and decoder together."""

    def __init__(self, seer: Seer, shape: Shape) -> None:
        super().__init__()
        self.seer = seer
        self.decoder = Decoder(shape)

    @torch.no_grad()
    def name(self, last: Tensor, batch: Batch, ids: Callable[[str], list[int]]) -> None:
        """Begin the embeddings of the words for things where the projection puts what they name, as loud as others.

        `last` are states, `batch` what is true of them. The decoder then need not learn that the word "blue" and a blue
        patch have to do with each other, nor, because its output has the same weights, to say "blue" of one.
        """
        told = batch.inked[..., :5]
        here = (told != IGNORE).all(-1) & (told[..., 0] < len(SHAPES))
        shown = self.seer.tower.project(last)[here]
        weights = self.decoder.token_embd.weight
        total, count = torch.zeros_like(weights), torch.zeros(len(weights))
        for embedding, numbers in zip(shown, told[here].tolist(), strict=True):
            form, color, size, column, row = numbers
            where = PLACES[3 * row + column].en.split(" the ")[1]
            names = tuple(SIZES.values())[size].en, SCENE_COLORS[color], tuple(SHAPES)[form], where
            tokens = sorted({token for name in names for token in ids(f" {name}")})
            total[tokens] += embedding
            count[tokens] += 1
        known = count > 0
        names_of = total[known] / count[known, None] - shown.mean(0)
        loud = weights[~known].norm(dim=1).mean()
        weights[known] = loud * names_of / names_of.norm(dim=1, keepdim=True)

    def embeddings(self, ids: Tensor, pictures: Tensor) -> Tensor:
        """What the decoder reads: token embeddings, with `pictures` [all tokens, width] where ids are PICTURE."""
        here = ids == PICTURE
        embeddings = self.decoder.token_embd(ids.masked_fill(here, 0)).float()
        return embeddings.masked_scatter(here.unsqueeze(-1), pictures.float())

    def told(self, states: Tensor, ids: Tensor, learned: Tensor) -> Tensor:
        """Loss of the answers; ids and learned [talks, time].

        The pictures' last states come in the order in which their places stand in the talks.
        """
        pictures = self.seer.tower.project(states).flatten(0, 1)
        return self.decoder.loss(ids.clamp(min=0), learned, self.embeddings(ids, pictures))

    def right(self, states: Tensor, ids: Tensor, learned: Tensor) -> float:
        """Share of talks whose answers come out word for word when the likeliest token is taken each time."""
        pictures = self.seer.tower.project(states).flatten(0, 1)
        said = self.decoder(embeddings=self.embeddings(ids, pictures))[:, :-1].argmax(-1)
        same = (said == ids[:, 1:]) | ~learned[:, 1:]
        return float(same.all(1).float().mean())
