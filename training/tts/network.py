"""The voice's network: phonemes to durations, and phonemes with durations to spectral envelopes and pitch.

Owns the layers and the names of their outputs. It must not know how audio is made of them (vocoder) or how the
network is trained.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

KNOTS = 64
"""Points of each spectral envelope, equally far apart on the mel scale."""
OUTPUTS = 2 * KNOTS + 1
"""Per frame: log envelope of the harmonics, of the noise, and the log pitch."""
SYMBOLS = 256
TOKEN_CHANNELS, FRAME_CHANNELS = 128, 160
POSITIONS = 6
KERNEL = 5
TOKEN_DILATIONS, FRAME_DILATIONS = (1, 1, 2, 4, 1, 2), (1, 2, 1, 4, 1, 2)
MEAN_LOG_PITCH, PITCH_UNIT = math.log(170.0), 0.2
"""The pitch output is log hertz less the mean, in this unit."""
HEAD = 5
"""Symbols that stand for a sentence's beginning."""
SHORTEST = 0.45
"""log(1 + frames) below which a symbol takes no time at all."""


class Block(nn.Module):
    """Residual convolution: normalize, convolve, SiLU, mix channels."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.convolution = nn.Conv1d(
            channels, channels, KERNEL, padding=(KERNEL - 1) // 2 * dilation, dilation=dilation
        )
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` (batch, channels, length), `mask` (batch, 1, length) of ones and zeros."""
        y = self.norm(x.transpose(1, 2)).transpose(1, 2) * mask
        return x + self.mix(functional.silu(self.convolution(y))) * mask


class AcousticNetwork(nn.Module):
    """Encoder over symbols, duration head, decoder over frames."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS, TOKEN_CHANNELS)
        self.encoder = nn.ModuleList(Block(TOKEN_CHANNELS, dilation) for dilation in TOKEN_DILATIONS)
        self.gist = nn.Sequential(
            nn.Linear(3 * TOKEN_CHANNELS, TOKEN_CHANNELS), nn.SiLU(), nn.Linear(TOKEN_CHANNELS, TOKEN_CHANNELS)
        )
        self.duration_block = Block(TOKEN_CHANNELS)
        self.duration = nn.Conv1d(TOKEN_CHANNELS, 1, 1)
        self.enter = nn.Conv1d(TOKEN_CHANNELS + POSITIONS, FRAME_CHANNELS, 1)
        self.decoder = nn.ModuleList(Block(FRAME_CHANNELS, dilation) for dilation in FRAME_DILATIONS)
        self.leave = nn.Conv1d(FRAME_CHANNELS, OUTPUTS, 1)
        with torch.no_grad():
            self.embedding.weight.mul_(0.3)
            self.leave.weight.mul_(0.3)
            # Quiet at first: the loss is on log spectra, where too loud a start takes long to unlearn.
            self.leave.bias.fill_(-4.0)
            self.leave.bias[-1] = 0.0

    def encode(self, ids: Tensor, mask: Tensor, last: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states (batch, channels, symbols) and log(1 + frames) (batch, symbols).

        `ids` (batch, symbols) without pads; `mask` (batch, 1, symbols); `last` (batch,) position of the end symbol.
        """
        hidden = self.embedding(ids).transpose(1, 2) * mask
        half = len(self.encoder) // 2
        for block in self.encoder[:half]:
            hidden = block(hidden, mask)
        # Whether it is a question shows at both ends of the sentence, farther off than the convolutions reach; what
        # follows from it depends on where the stresses are, so the later blocks have to know.
        index = last[:, None, None].expand(-1, TOKEN_CHANNELS, 1)
        end = torch.gather(hidden, 2, index)[:, :, 0]
        mean = hidden.sum(2) / mask.sum(2)
        begin = hidden[:, :, :HEAD].mean(2)
        hidden = (hidden + self.gist(torch.cat([mean, begin, end], 1))[:, :, None]) * mask
        for block in self.encoder[half:]:
            hidden = block(hidden, mask)
        return hidden, self.duration(self.duration_block(hidden, mask))[:, 0]

    def decode(
        self, hidden: Tensor, index: Tensor, starts: Tensor, lengths: Tensor, last: Tensor, mask: Tensor
    ) -> Tensor:
        """Envelopes and pitch, (batch, OUTPUTS, frames).

        `index` (batch, frames) is the symbol of each frame, `starts` and `lengths` (batch, frames) its first frame
        and its duration in frames.
        """
        x = torch.gather(hidden, 2, index[:, None].expand(-1, TOKEN_CHANNELS, -1))
        frame = torch.arange(index.shape[1], dtype=torch.float32)[None]
        since = frame - starts + 0.5
        until = lengths - since
        part = since / lengths
        position = torch.stack(
            [
                part,
                torch.log1p(since.clamp(min=0)),
                torch.log1p(until.clamp(min=0)),
                torch.log(lengths) - 2,
                index.float() / last[:, None].float(),
                (part - 0.5).abs(),
            ],
            1,
        )
        x = self.enter(torch.cat([x, position], 1)) * mask
        for block in self.decoder:
            x = block(x, mask)
        return self.leave(x)
