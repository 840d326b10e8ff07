"""The vision tower and its projection, laid out as llama.cpp's multimodal library computes them.

That is `clip_graph_mobilenetv5` of llama.cpp's tools/mtmd/models/mobilenetv5.cpp (projector type "gemma3nv"): a
convolutional network in which every norm is RMS over the channels of one place, GELU is tanh-approximated, a stride of
two begins each stage, and the last two of four stages are fused. Which blocks a stage has is free, and most norms may
be missing, which saves a third of the time; the tensors' names, which are the parameters' names here, tell. It knows
neither pictures' content nor language.

A network of convolutions learns what shapes are from far fewer pictures than a transformer over patches, which has to
find out first which patches are neighbors.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.lm.norm import normed

MEAN, DEVIATION = 0.5, 0.5
"""Of every channel, on the scale 0 to 1: the tower sees -1 to 1."""

EPSILON = 1e-6
QUIET = 0.3
"""Weights of the norms at the ends of residual branches begin there, so that sums do not grow with depth."""


@dataclass(frozen=True)
class Stage:
    """One stage: a first block that halves width and height, then `blocks` more, then attention."""

    width: int
    inner: int
    blocks: int
    dense: bool = True
    """Whether blocks convolve all channels together (3 × 3); else each by itself (5 × 5), which has few weights."""
    attention: int = 0
    """Blocks of attention at its end; queries have `heads` heads, keys and values one."""


@dataclass(frozen=True)
class TowerShape:
    """Sizes of a tower."""

    side: int = 128
    """llama.cpp counts side / patch embeddings, in both directions together: with 128 and 2 they are 8 × 8."""
    stem: int = 24
    stages: tuple[Stage, Stage, Stage, Stage] = (
        Stage(32, 96, 1),
        Stage(64, 160, 2),
        Stage(128, 320, 2, attention=1),
        Stage(160, 480, 2, dense=False, attention=1),
    )
    heads: int = 4
    head_width: int = 32
    fused: int = 320
    """Width inside the fusion of the last two stages."""
    out: int = 160
    """Width of what comes out, and of the language model: llama.cpp takes them to be the same."""

    @property
    def patch(self) -> int:
        """Pixels along the square that an embedding stands for."""
        return 16

    @property
    def tokens(self) -> int:
        """Embeddings per picture, row by row."""
        return (self.side // self.patch) ** 2


class Norm(nn.Module):
    """RMS norm over the channels of [batch, channels, height, width]."""

    def __init__(self, width: int, weight: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((width,), weight))

    def forward(self, x: Tensor) -> Tensor:
        return normed(x.permute(0, 2, 3, 1), self.weight, EPSILON).permute(0, 3, 1, 2)


def _gelu(x: Tensor) -> Tensor:
    return functional.gelu(x, approximate="tanh")


def _conv(width_in: int, width_out: int, size: int = 1, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(width_in, width_out, size, groups=groups, bias=False)


def _convolved(layer: nn.Conv2d, x: Tensor, stride: int = 1) -> Tensor:
    """With the padding of TensorFlow's "same": where it cannot be even, the larger part is right and below."""
    size = layer.kernel_size[0]
    if stride == 2:
        before, after = (size - 2) // 2, (size - 1) // 2
        x = functional.pad(x, (before, after, before, after))
    return functional.conv2d(x, layer.weight, layer.bias, stride, size // 2 if stride == 1 else 0, 1, layer.groups)


class Edge(nn.Module):
    """llama.cpp's `build_edge_residual`."""

    def __init__(self, width_in: int, inner: int, width: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.conv_exp = _conv(width_in, inner, 3)
        self.conv_pwl, self.bn2 = _conv(inner, width), Norm(width, QUIET if stride == 1 else 1.0)

    def forward(self, x: Tensor) -> Tensor:
        y = _gelu(_convolved(self.conv_exp, x, self.stride))
        y = self.bn2(_convolved(self.conv_pwl, y))
        return y if self.stride == 2 else x + y


class Inverted(nn.Module):
    """llama.cpp's `build_inverted_residual`; its convolution over places is the one in the middle."""

    def __init__(self, width_in: int, inner: int, width: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.pw_exp = nn.ModuleDict({"conv": _conv(width_in, inner)})
        self.dw_mid = nn.ModuleDict({"conv": _conv(inner, inner, 5, groups=inner)})
        norm = Norm(width, QUIET if stride == 1 else 1.0)
        self.pw_proj = nn.ModuleDict({"conv": _conv(inner, width), "bn": norm})

    def forward(self, x: Tensor) -> Tensor:
        y = _gelu(_convolved(self.pw_exp["conv"], x))
        y = _gelu(_convolved(self.dw_mid["conv"], y, self.stride))
        y = self.pw_proj["bn"](_convolved(self.pw_proj["conv"], y))
        return y if self.stride == 2 else x + y


class Attention(nn.Module):
    """llama.cpp's `build_mobilenet_attn`: every place asks all places; keys and values have one head."""

    def __init__(self, width: int, heads: int, head_width: int) -> None:
        super().__init__()
        self.head_width = head_width
        self.norm = Norm(width)

        def layer(width_in: int, width_out: int) -> nn.ModuleDict:
            return nn.ModuleDict({"proj": _conv(width_in, width_out)})

        self.attn = nn.ModuleDict(
            {
                "query": layer(width, heads * head_width),
                "key": layer(width, head_width),
                "value": layer(width, head_width),
                "output": layer(heads * head_width, width),
            }
        )
        nn.init.normal_(self.attn["output"]["proj"].weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        batch, _, height, wide = x.shape
        y = self.norm(x)
        query, key, value = (
            self.attn[name]["proj"](y).flatten(2).unflatten(1, (-1, self.head_width)).transpose(2, 3)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(2, 3) * self.head_width**-0.5
        mixed = (functional.softmax(scores, -1) @ value).transpose(2, 3).reshape(batch, -1, height, wide)
        return x + self.attn["output"]["proj"](mixed.contiguous(memory_format=torch.channels_last))


class Tower(nn.Module):
    """Pixels to embeddings for the language model."""

    def __init__(self, shape: TowerShape) -> None:
        super().__init__()
        self.shape = shape
        stages = nn.ModuleList()
        before = shape.stem
        for stage in shape.stages:
            blocks = nn.ModuleList()
            for number in range(1 + stage.blocks):
                kind = Edge if stage.dense else Inverted
                blocks.append(kind(before, stage.inner, stage.width, 1 if number else 2))
                before = stage.width
            for _ in range(stage.attention):
                blocks.append(Attention(stage.width, shape.heads, shape.head_width))
            stages.append(blocks)
        both = shape.stages[2].width + shape.stages[3].width
        self.v = nn.ModuleDict(
            {
                "conv_stem": nn.ModuleDict({"conv": nn.Conv2d(3, shape.stem, 3)}),
                "blk": stages,
                "msfa": nn.ModuleDict(
                    {
                        "ffn": nn.ModuleDict(
                            {
                                "pw_exp": nn.ModuleDict({"conv": _conv(both, shape.fused)}),
                                "pw_proj": nn.ModuleDict({"conv": _conv(shape.fused, shape.out)}),
                            }
                        )
                    }
                ),
            }
        )
        self.mm = nn.ModuleDict(
            {"soft_emb_norm": Norm(shape.out), "input_projection": nn.Linear(shape.out, shape.out, bias=False)}
        )
        self.to(memory_format=torch.channels_last)

    def states(self, pixels: Tensor) -> Tensor:
        """uint8 pixels [batch, side, side, 3] → states [batch, tokens, out], normed."""
        x = ((pixels.float() / 255 - MEAN) / DEVIATION).permute(0, 3, 1, 2)
        x = _gelu(_convolved(self.v["conv_stem"]["conv"], x, 2))
        ends = []
        for blocks in self.v["blk"]:
            for block in blocks:
                x = block(x)
            ends.append(x)
        fine, coarse = ends[2:]
        x = torch.cat([fine, functional.interpolate(coarse, scale_factor=2, mode="nearest")], 1)
        ffn = self.v["msfa"]["ffn"]
        x = _gelu(ffn["pw_exp"]["conv"](x))
        x = ffn["pw_proj"]["conv"](x) * self.shape.out**0.5
        return normed(x.permute(0, 2, 3, 1).flatten(1, 2), self.mm["soft_emb_norm"].weight, EPSILON)

    def project(self, states: Tensor) -> Tensor:
        """States → embeddings [batch, tokens, out]."""
        projected = self.mm["input_projection"](states)
        return normed(projected, torch.ones(self.shape.out), EPSILON)

    def forward(self, pixels: Tensor) -> Tensor:
        """uint8 pixels [batch, side, side, 3] → embeddings [batch, tokens, out]."""
        return self.project(self.states(pixels))
