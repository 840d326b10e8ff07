"""A small decoder of llama.cpp's "llama" architecture: RMSNorm, interleaved rotary positions, SwiGLU.

Weights are laid out as llama.cpp computes them (rotation of neighbouring pairs), so that export needs no permutation.
Knows neither tokenizer nor data.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.lm.norm import Norm


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
        self.attn_norm = Norm(width, shape.norm_epsilon)
        self.attn_q = nn.Linear(width, width, bias=False)
        self.attn_k = nn.Linear(width, width, bias=False)
        self.attn_v = nn.Linear(width, width, bias=False)
        self.attn_output = nn.Linear(width, width, bias=False)
        self.ffn_norm = Norm(width, shape.norm_epsilon)
        self.ffn_gate = nn.Linear(width, inner, bias=False)
        self.ffn_up = nn.Linear(width, inner, bias=False)
        self.ffn_down = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor, turns: Tensor) -> Tensor:
        return self.fed(self.attended(x, turns))

    def attended(self, x: Tensor, turns: Tensor) -> Tensor:
        """[batch, time, width] → the same, with what every place takes from those before it."""
        batch, length, width = x.shape
        normed = self.attn_norm(x)
        query, key, value = (
            layer(normed).view(batch, length, self.heads, -1) for layer in (self.attn_q, self.attn_k, self.attn_v)
        )
        query, key, value = (rows.transpose(1, 2) for rows in (_rotate(query, turns), _rotate(key, turns), value))
        mixed = _attended(query, key, value).transpose(1, 2)
        return x + self.attn_output(mixed.reshape(batch, length, width))

    def fed(self, x: Tensor) -> Tensor:
        """[..., width] → the same, each place thought over by itself."""
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


def _rotate(x: Tensor, turns: Tensor) -> Tensor:
    """Rotary positions of RoFormer (arXiv:2104.09864) on pairs (2i, 2i + 1) of [batch, time, head, head width].

    A pair is a complex number: turning it is one pass over memory.
    """
    pairs = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turns[:, None]).flatten(-2).to(x.dtype)


_READ, _WRITTEN = 0.25, 0.05
"""As loud as random weights begin."""


class Decoder(nn.Module):
    """The language model. Pads go to the right: attention is causal, so nothing before them sees them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width, shape.norm_epsilon)
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
        self.register_buffer("turns", torch.polar(torch.ones_like(angles), angles), persistent=False)

    @torch.no_grad()
    def look_for_alike(self) -> None:
        """Begin with heads that look for places like their own and copy what they find there.

        Queries are made as keys are, as trained ones are found to be (mimetic initialization, arXiv:2305.09828). Unlike
        there, what is written is what was read, softly: answers name what questions named.
        """
        for block in self.blk:
            nn.init.orthogonal_(block.attn_q.weight)
            block.attn_k.weight.copy_(block.attn_q.weight)
            nn.init.orthogonal_(block.attn_v.weight)
            block.attn_output.weight.copy_(_WRITTEN * block.attn_v.weight.T)
            block.attn_v.weight.mul_(_READ)

    def _heard(self, ids: Tensor | None, embeddings: Tensor | None) -> Tensor:
        """States [batch, time, width] before the last layer's second half."""
        x = self.token_embd(ids) if embeddings is None else embeddings
        turns = self.turns[: x.shape[1]]
        for block in self.blk[:-1]:
            x = block(x, turns)
        return self.blk[-1].attended(x, turns)

    def _logits(self, heard: Tensor) -> Tensor:
        return self.output(self.output_norm(self.blk[-1].fed(heard)))

    def forward(self, ids: Tensor | None = None, embeddings: Tensor | None = None) -> Tensor:
        """Logits [batch, time, vocabulary] of token ids [batch, time] or of embeddings [batch, time, width].

        Embeddings may mix `token_embd(ids)` with a picture's.
        """
        return self._logits(self._heard(ids, embeddings))

    def loss(self, ids: Tensor, learned: Tensor, embeddings: Tensor | None = None) -> Tensor:
        """Mean cross-entropy of the tokens that `learned` [batch, time] marks, each foretold from those before it.

        The last layer thinks only over the places before these.
        """
        wanted = learned[:, 1:]
        heard = self._heard(ids, embeddings)[:, :-1][wanted]
        return functional.cross_entropy(self._logits(heard).float(), ids[:, 1:][wanted])
