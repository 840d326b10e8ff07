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
    layers: int = 4
    heads: int = 6
    feed_forward: int = 512
    out: int = 192
    """Width of the language model that the projector leads to."""
    norm_epsilon: float = 1e-6

    @property
    def tokens(self) -> int:
        """Embeddings per picture, row by row."""
        return (self.side // self.patch) ** 2


def waves(grid: int, width: int) -> Tensor:
    """Sines and cosines of row and column, [grid · grid, width]: places to begin with, near ones alike."""
    rates = 1.0 / 100 ** (torch.arange(width // 4) / (width // 4))
    angles = torch.arange(grid).float()[:, None] * rates
    one = torch.cat([angles.sin(), angles.cos()], 1)
    rows, columns = one[:, None].expand(-1, grid, -1), one[None].expand(grid, -1, -1)
    return torch.cat([rows, columns], 2).flatten(0, 1)


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
        mixed = functional.scaled_dot_product_attention(query, key, value)
        x = x + self.attn_out(mixed.transpose(1, 2).reshape(batch, length, width))
        return x + self.ffn_down(functional.gelu(self.ffn_up(self.ln2(x)), approximate="tanh"))


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
        with torch.no_grad():
            self.v["position_embd"].weight.copy_(0.5 * waves(shape.side // shape.patch, shape.width))
        for block in self.v["blk"]:
            for layer in (block.attn_out, block.ffn_down):
                nn.init.normal_(layer.weight, std=0.02 / (2 * shape.layers) ** 0.5)

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
