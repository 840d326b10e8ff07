"""A small decoder of llama.cpp's "llama" architecture: RMSNorm, interleaved rotary positions, SwiGLU.

Weights are laid out as llama.cpp computes them (rotation of neighbouring pairs), so that export needs no permutation.
Knows neither tokenizer nor data.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    """Sizes of a decoder. All widths that end up as rows of a weight must be multiples of 32 to be quantized."""

    vocabulary: int
    width: int = 192
    layers: int = 5
    heads: int = 6
    feed_forward: int = 512
    context: int = 1024
    rope_base: float = 10000.0
    norm_epsilon: float = 1e-5
    tied: bool = True
    """Whether the output reuses the embedding's weights."""

    @property
    def head_width(self) -> int:
        return self.width // self.heads


class Block(nn.Module):
    """One transformer layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        width, inner = shape.width, shape.feed_forward
        self.attn_norm = nn.RMSNorm(width, shape.norm_epsilon)
        self.attn_q = nn.Linear(width, width, bias=False)
        self.attn_k = nn.Linear(width, width, bias=False)
        self.attn_v = nn.Linear(width, width, bias=False)
        self.attn_output = nn.Linear(width, width, bias=False)
        self.ffn_norm = nn.RMSNorm(width, shape.norm_epsilon)
        self.ffn_gate = nn.Linear(width, inner, bias=False)
        self.ffn_up = nn.Linear(width, inner, bias=False)
        self.ffn_down = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
        batch, length, width = x.shape
        normed = self.attn_norm(x)
        query, key, value = (
            layer(normed).view(batch, length, self.heads, -1).transpose(1, 2)
            for layer in (self.attn_q, self.attn_k, self.attn_v)
        )
        query, key = _rotate(query, rotation), _rotate(key, rotation)
        mixed = _attended(query, key, value).transpose(1, 2)
        x = x + self.attn_output(mixed.reshape(batch, length, width))
        normed = self.ffn_norm(x)
        return x + self.ffn_down(functional.silu(self.ffn_gate(normed)) * self.ffn_up(normed))


def _attended(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Causal attention over [batch, head, time, head width]."""
    if query.dtype != torch.bfloat16:
        return functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    # Written out: in bf16 PyTorch's fused attention takes longer than this on a CPU, in 32 bits less than half of it.
    length = query.shape[2]
    past = torch.full((length, length), -torch.inf, device=query.device, dtype=query.dtype).triu(1)
    query, key, rows = (x.flatten(0, 1) for x in (query, key, value))
    scores = torch.baddbmm(past, query, key.mT, alpha=query.shape[-1] ** -0.5)
    return (functional.softmax(scores, dim=-1) @ rows).view_as(value)


def _rotate(x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
    """Rotary positions of RoFormer (arXiv:2104.09864) on pairs (2i, 2i + 1) of [batch, head, time, head width]."""
    cosine, sine = rotation
    even, odd = x[..., 0::2].float(), x[..., 1::2].float()
    turned = torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), dim=-1)
    return turned.flatten(-2).to(x.dtype)


class Decoder(nn.Module):
    """The language model. Pads go to the right: attention is causal, so nothing before them sees them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = nn.RMSNorm(shape.width, shape.norm_epsilon)
        self.output = nn.Linear(shape.width, shape.vocabulary, bias=False)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)
        # Layers that write into the residual stream start smaller, so that its size does not grow with depth.
        for block in self.blk:
            for layer in (block.attn_output, block.ffn_down):
                nn.init.normal_(layer.weight, std=0.02 / (2 * shape.layers) ** 0.5)
        if shape.tied:
            self.output.weight = self.token_embd.weight
        pairs = torch.arange(0, shape.head_width, 2).float() / shape.head_width
        angles = torch.outer(torch.arange(shape.context).float(), shape.rope_base**-pairs)
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)

    def hidden(self, ids: Tensor | None = None, embeddings: Tensor | None = None) -> Tensor:
        """Normed hidden states [batch, time, width] of token ids [batch, time] or of embeddings [batch, time, width].

        Embeddings may mix `token_embd(ids)` with a picture's.
        """
        if embeddings is None:
            embeddings = self.token_embd(ids)
        length = embeddings.shape[1]
        rotation = (self.cosine[:length], self.sine[:length])
        x = embeddings
        for block in self.blk:
            x = block(x, rotation)
        return self.output_norm(x)

    def forward(self, ids: Tensor | None = None, embeddings: Tensor | None = None) -> Tensor:
        """Logits [batch, time, vocabulary]; arguments as in `hidden`."""
        return self.output(self.hidden(ids, embeddings))

    def loss(self, ids: Tensor, learned: Tensor, embeddings: Tensor | None = None) -> Tensor:
        """Mean cross-entropy of the tokens that `learned` [batch, time] marks, each foretold from those before it."""
        wanted = learned[:, 1:]
        states = self.hidden(ids, embeddings)[:, :-1][wanted]
        return functional.cross_entropy(self.output(states).float(), ids[:, 1:][wanted])
