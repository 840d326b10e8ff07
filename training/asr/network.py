"""The acoustic network: a time-delay network over log-mel frames, in torch and as Kaldi's nnet3.

Knows layers and contexts; nothing of training or of what the states mean.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.asr import kaldi
from training.asr.features import BANDS, cosine_transform
from training.asr.phones import PhoneSet

OFFSETS = ((-2, -1, 0, 1, 2), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-6, -3, 0, 3, 6), (-3, 0, 3))
"""Input frames (10 ms) of each layer, relative to its output. One output in three is wanted: from the second layer on
only every third frame is computed."""
SUBSAMPLING = 3
CONTEXT = sum(offsets[-1] for offsets in OFFSETS)
"""Frames that the network sees on each side."""


class Network(nn.Module):
    """Log-mel (batch, frames + 2 CONTEXT, 40) → (batch, frames / 3, states)."""

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, width: int, states: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(BANDS))
        self.register_buffer("deviation", torch.ones(BANDS))
        self.convolutions = nn.ModuleList()
        self.norms = nn.ModuleList()
        inputs = BANDS
        for index, offsets in enumerate(OFFSETS):
            stride = SUBSAMPLING if index == 1 else 1
            self.convolutions.append(nn.Conv1d(inputs, width, len(offsets), stride=stride))
            self.norms.append(nn.BatchNorm1d(width))
            inputs = width
        self.output = nn.Conv1d(width, states, 1)
        nn.init.zeros_(self.output.weight)

    def hidden(self, features: torch.Tensor) -> torch.Tensor:
        """The last hidden layer, (batch, width, frames / 3)."""
        x = ((features - self.mean) / self.deviation).transpose(1, 2)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = torch.relu(norm(convolution(x)))
        return x

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.output(self.hidden(features)).transpose(1, 2)
        return scores


def to_kaldi(network: Network, phones: PhoneSet, scale: float, shift: NDArray[np.float64]) -> bytes:
    """am/final.mdl: scores are scale × (output − shift), `shift` of shape (states,).

    The first component undoes Kaldi's cepstra, so that the rest sees log-mel as in training; batch norms are folded
    into the layers before them. The scale is in the last layer, so Vosk's acoustic scale is 1.
    """
    dct, lifter = cosine_transform()
    mean, deviation = network.mean.numpy(), network.deviation.numpy()
    components = [("idct", kaldi.fixed_affine(dct.T / lifter[None] / deviation[:, None], -mean / deviation))]
    config = ["input-node name=input dim=40", "component-node name=idct component=idct input=input"]
    node = "idct"
    with torch.no_grad():
        for number, (offsets, convolution, norm) in enumerate(
            zip(OFFSETS, network.convolutions, network.norms, strict=True), 1
        ):
            gain = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).double()
            weight = (convolution.weight.double() * gain[:, None, None]).transpose(1, 2).flatten(1)
            bias = (convolution.bias.double() - norm.running_mean) * gain + norm.bias
            parts = (node if offset == 0 else f"Offset({node}, {offset})" for offset in offsets)
            affine, relu = f"tdnn{number}.affine", f"tdnn{number}.relu"
            config.append(f"component-node name={affine} component={affine} input=Append({', '.join(parts)})")
            config.append(f"component-node name={relu} component={relu} input={affine}")
            components.append((affine, kaldi.affine(weight.numpy(), bias.numpy())))
            components.append((relu, kaldi.rectified_linear(len(bias))))
            node = relu
        weight = network.output.weight.double()[:, :, 0].numpy() * scale
        bias = (network.output.bias.double().numpy() - shift) * scale
    components.append(("output.affine", kaldi.affine(weight, bias)))
    config.append(f"component-node name=output.affine component=output.affine input={node}")
    config.append("output-node name=output input=output.affine objective=linear")
    transitions = kaldi.transition_model([phones.forward_state(phone) for phone in phones.phones])
    return b"\0B" + transitions + kaldi.acoustic_model(config, components, CONTEXT, CONTEXT)
