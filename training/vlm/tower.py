"""The vision tower and its projector, laid out as llama.cpp's multimodal library computes them.

That is `clip_graph_llava` of llama.cpp's tools/mtmd/models/llava.cpp with the projector type "mlp": a ViT with norms
before its sub-layers, tanh-approximated GELU, a last norm, then two linear layers with a GELU between. Parameter names
are GGUF's tensor names. It knows neither pictures' content nor language.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

MEAN, DEVIATION = 0.5, 0.5
"""Of every channel, on the scale 0 to 1: the tower sees -1 to 1."""


@dataclass(frozen=True)
class TowerShape:
    """Sizes of a tower."""

    side: int = 96
    patch: int = 12
    width: int = 192
    layers: int = 3
    heads: int = 6
    feed_forward: int = 448
    """Never equal to `width`: llama.cpp would take up and down for swapped, as they are in some old files."""
    out: int = 192
    """Width of the language model that the projector leads to."""
    norm_epsilon: float = 1e-6

    @property
    def tokens(self) -> int:
        """Embeddings per picture, row by row."""
        return (self.side // self.patch) ** 2


NEIGHBORS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((0, 1), (0, -1), (1, 0), (-1, 0)),
    ((1, 1), (1, -1), (-1, 1), (-1, -1)),
    ((0, 2), (0, -2), (2, 0), (-2, 0)),
    ((0, 1), (0, -1), (1, 0), (-1, 0)),
)
"""For the first layers: the rows and columns by which each of the first heads looks aside when training begins."""

RATES = 8
"""Frequencies of rows and of columns in the first position embedding; 4 · RATES is the width of a head."""


class TowerBlock(nn.Module):
    """One transformer layer; every token sees every other."""

    def __init__(self, shape: TowerShape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.ln1 = nn.LayerNorm(shape.width, shape.norm_epsilon)
        self.attn_q = nn.Linear(shape.width, shape.width)
        self.attn_k = nn.Linear(shape.width, shape.width)
        self.attn_v = nn.Linear(shape.width, shape.width)
        self.attn_out = nn.Linear(shape.width, shape.width)
        self.ln2 = nn.LayerNorm(shape.width, shape.norm_epsilon)
        self.ffn_up = nn.Linear(shape.width, shape.feed_forward)
        self.ffn_down = nn.Linear(shape.feed_forward, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        normed = self.ln1(x)
        query, key, value = (
            layer(normed).view(batch, length, self.heads, -1).transpose(1, 2)
            for layer in (self.attn_q, self.attn_k, self.attn_v)
        )
        # Written out for the same reason as in training.lm.model.
        scores = query @ key.transpose(-1, -2) * query.shape[-1] ** -0.5
        mixed = functional.softmax(scores, dim=-1) @ value
        x = x + self.attn_out(mixed.transpose(1, 2).reshape(batch, length, width))
        return x + self.ffn_down(functional.gelu(self.ffn_up(self.ln2(x)), approximate="tanh"))


def _turn(places: int, grid: int) -> Tensor:
    """The matrix that moves cosines and sines of a place by so many places."""
    angles = torch.arange(1, RATES + 1) * torch.pi / grid * places
    cosine, sine = torch.diag(angles.cos()), torch.diag(angles.sin())
    return torch.cat([torch.cat([cosine, -sine], 1), torch.cat([sine, cosine], 1)])


class Tower(nn.Module):
    """Pixels to embeddings for the language model."""

    def __init__(self, shape: TowerShape) -> None:
        super().__init__()
        self.shape = shape
        self.v = nn.ModuleDict(
            {
                "patch_embd": nn.Conv2d(3, shape.width, shape.patch, shape.patch),
                "position_embd": nn.Embedding(shape.tokens, shape.width),
                "blk": nn.ModuleList(TowerBlock(shape) for _ in range(shape.layers)),
                "post_ln": nn.LayerNorm(shape.width, shape.norm_epsilon),
            }
        )
        self.mm = nn.ModuleDict({"0": nn.Linear(shape.width, shape.out), "2": nn.Linear(shape.out, shape.out)})
        self._look_aside()

    @torch.no_grad()
    def _look_aside(self) -> None:
        """Begin as a convolution would: heads that look at neighbors (ConViT, arXiv:2103.10697).

        Positions get dimensions of their own at first, sines and cosines of row and column, because the product of
        two such vectors depends on the distance alone, and turning one by an angle moves the distance at which it
        peaks. From there everything is learned.
        """
        grid, own = self.shape.side // self.shape.patch, 4 * RATES
        angles = torch.arange(grid).float()[:, None] * torch.arange(1, RATES + 1) * torch.pi / grid
        circle = torch.cat([angles.cos(), angles.sin()], 1)
        rows, columns = circle[:, None].expand(-1, grid, -1), circle[None].expand(grid, -1, -1)
        self.v["patch_embd"].weight[:own] = 0
        self.v["patch_embd"].bias[:own] = 0
        self.v["position_embd"].weight.zero_()
        self.v["position_embd"].weight[:, :own] = torch.cat([rows, columns], 2).flatten(0, 1)
        assert self.shape.width == own * self.shape.heads
        for block, offsets in zip(self.v["blk"], NEIGHBORS, strict=False):
            for head, offset in zip(range(self.shape.heads), offsets, strict=False):
                rows_here = slice(head * own, (head + 1) * own)
                for layer, moved in ((block.attn_q, offset), (block.attn_k, (0, 0))):
                    layer.weight[rows_here] = 0
                    layer.bias[rows_here] = 0
                    layer.weight[rows_here, :own] = torch.block_diag(*(_turn(by, grid) for by in moved))

    @torch.no_grad()
    def deepen(self, shallow: "Tower") -> None:
        """Take over everything that `shallow` has learned; further layers pass on what they get, at first."""
        self.load_state_dict(shallow.state_dict(), strict=False)
        for block in self.v["blk"][shallow.shape.layers :]:
            for layer in (block.attn_out, block.ffn_down):
                layer.weight.zero_()
                layer.bias.zero_()

    @torch.no_grad()
    def whiten(self, patches: Tensor) -> None:
        """Begin with a patch embedding whose dimensions are uncorrelated and equally large on uint8 `patches`.

        They are [number, patch, patch, 3]. Without this the mean color outweighs all else a hundredfold, and what
        tells shapes apart, the edges, is learned far too slowly.
        """
        x = (patches.permute(0, 3, 1, 2).float() / 255 - MEAN) / DEVIATION
        x = x.flatten(1)
        middle = x.mean(0)
        values, vectors = torch.linalg.eigh(torch.cov(x.T))
        own, embed = 4 * RATES, self.v["patch_embd"]
        best = torch.arange(len(values) - 1, len(values) - 1 - (self.shape.width - own), -1)
        rows = vectors[:, best].T / (values[best] + 1e-3 * values[-1]).sqrt()[:, None]
        embed.weight[own:] = 0.7 * rows.view(-1, *embed.weight.shape[1:])
        embed.bias[own:] = -0.7 * rows @ middle

    def states(self, pixels: Tensor) -> list[Tensor]:
        """uint8 pixels [batch, side, side, 3] → states [batch, tokens, width] after each layer, the last one normed."""
        x = (pixels.permute(0, 3, 1, 2).float() / 255 - MEAN) / DEVIATION
        # A convolution whose kernels do not overlap is a matrix product over patches, which runs faster here.
        size, across = self.shape.patch, self.shape.side // self.shape.patch
        x = x.reshape(-1, 3, across, size, across, size).permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2)
        embed = self.v["patch_embd"]
        x = functional.linear(x, embed.weight.flatten(1), embed.bias) + self.v["position_embd"].weight
        states = []
        for block in self.v["blk"]:
            x = block(x)
            states.append(x)
        return [*states[:-1], self.v["post_ln"](x)]

    def project(self, features: Tensor) -> Tensor:
        """States → embeddings [batch, tokens, out]."""
        return self.mm["2"](functional.gelu(self.mm["0"](features), approximate="tanh"))

    def forward(self, pixels: Tensor) -> Tensor:
        """uint8 pixels [batch, side, side, 3] → embeddings [batch, tokens, out]."""
        return self.project(self.states(pixels)[-1])
