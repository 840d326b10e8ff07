"""Envelopes and pitch to audio: a pulse train and white noise, each through its own spectral envelope.

Owns the signal processing, in one form for training (FFT) and one for ONNX (the same transforms as convolutions, since
the format's exporters know neither complex numbers nor folding). It must not know the network's layers.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.tts.network import KNOTS

SAMPLE_RATE, HOP = 16_000, 128
FRAME, FFT = 256, 512
BINS = FFT // 2 + 1
HIGHEST_HARMONIC = 7900.0
"""Hertz."""
DISPERSION = 0.0015
"""Seconds by which the highest frequency is later than the lowest: a pulse spread a little sounds less sharp."""
LOUDEST, QUIETEST = 4.0, -14.0
"""Bounds of the log envelopes."""
SILENT = -9.0
"""Log envelope below which nothing is heard; −78 dB."""
UNVOICED, VOICED, HISSING = 0, 1, 2
"""What excites a frame: noise; the voice; both, as in z."""
NOISE_FROM = {VOICED: (5500.0, 900.0), HISSING: (1800.0, 500.0)}
"""Hertz above which a voiced frame's sound is mostly noise, and how gradually it becomes so (after the maximum voiced
frequency of Stylianou's harmonic plus noise model)."""
LEAST_NOISE, MOST_NOISE = 0.004, 0.9
"""Share of noise in the power far below and far above that frequency."""


def mel(frequency: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Hertz to mel, O'Shaughnessy's formula."""
    return 2595.0 * np.log10(1.0 + np.asarray(frequency) / 700.0)


def knot_frequencies() -> NDArray[np.float64]:
    """(KNOTS,) hertz."""
    return np.asarray(700.0 * (10.0 ** (np.linspace(0.0, float(mel(SAMPLE_RATE / 2)), KNOTS) / 2595.0) - 1.0))


def mixture() -> NDArray[np.float64]:
    """(kinds, 2 × KNOTS): what to add to a frame's log spectrum for its harmonic and its noise envelope."""
    share = np.ones((3, KNOTS))
    for kind, (middle, width) in NOISE_FROM.items():
        share[kind] = LEAST_NOISE + MOST_NOISE / (1 + np.exp((middle - knot_frequencies()) / width))
    voice = np.append(np.full((1, KNOTS), 2 * QUIETEST), 0.5 * np.log(1 - share[1:]), axis=0)
    return np.concatenate([voice, 0.5 * np.log(share)], axis=1)


def interpolation() -> NDArray[np.float64]:
    """(KNOTS, BINS): log envelope at the knots to log envelope at the FFT's bins, linear on the mel scale."""
    knots = np.linspace(0.0, float(mel(SAMPLE_RATE / 2)), KNOTS)
    bins = mel(np.arange(BINS) * SAMPLE_RATE / FFT)
    return np.stack([np.interp(bins, knots, row) for row in np.eye(KNOTS)])


def minimum_phase() -> NDArray[np.float64]:
    """(KNOTS, BINS): log envelope at the knots to the phase of the minimum-phase filter, in radians.

    The phase is the Hilbert transform of the log magnitude, taken by folding the cepstrum (Oppenheim and Schafer).
    Linear, so one matrix does it.
    """
    cepstrum = np.fft.irfft(np.eye(BINS), axis=1)
    cepstrum[:, 1 : FFT // 2] *= 2
    cepstrum[:, FFT // 2 + 1 :] = 0
    return interpolation() @ np.fft.rfft(cepstrum, axis=1).imag


def dispersion() -> NDArray[np.float64]:
    """(BINS,): a phase whose delay grows linearly with frequency, from 0 to DISPERSION."""
    frequency = np.arange(BINS) * SAMPLE_RATE / FFT
    return -2 * np.pi * DISPERSION * frequency**2 / SAMPLE_RATE


def window() -> NDArray[np.float64]:
    """(FRAME,) periodic Hann; at a hop of half a frame it sums to one."""
    return np.hanning(FRAME + 1)[:-1]


def pulses(pitch: Tensor, following: Tensor) -> Tensor:
    """Band-limited pulse train, (frames, HOP), of equal power at every pitch.

    `pitch` and `following` (frames,) hertz at the begin and the end of each frame. Inside a frame the pitch is linear
    and the phase quadratic. The sum of K cosines is (sin((2K+1)πφ) / sin(πφ) − 1) / 2 (Dirichlet kernel).
    """
    first, second = pitch[:, None], following[:, None]
    # In double precision: the phase of a long utterance would otherwise lose its fraction.
    cycles = ((first + second)[:, 0] * (HOP / 2 / SAMPLE_RATE)).double()
    begin = torch.cumsum(cycles, 0) - cycles
    begin = (begin - torch.floor(begin)).float()
    step = torch.arange(HOP, dtype=torch.float32)[None]
    phase = begin[:, None] + (first * step + (second - first) * step * step / (2 * HOP)) / SAMPLE_RATE
    phase = phase - torch.round(phase)
    instant = first + (second - first) * step / HOP
    order = 2 * torch.floor(HIGHEST_HARMONIC / torch.maximum(first, second)) + 1
    sine = torch.sin(math.pi * phase)
    peak = torch.abs(sine) < 1e-4
    kernel = torch.where(
        peak, order, torch.sin(order * math.pi * phase) / torch.where(peak, torch.ones_like(sine), sine)
    )
    return (kernel - 1) * torch.sqrt(instant / SAMPLE_RATE)


class Vocoder(nn.Module):
    """For training: whole batches through the FFT."""

    interpolation: Tensor
    phase: Tensor
    dispersion: Tensor
    window: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name, value in (
            ("interpolation", interpolation()),
            ("phase", minimum_phase()),
            ("dispersion", dispersion()),
            ("window", window()),
        ):
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))

    def _spectrum(self, signal: Tensor) -> Tensor:
        edge = (FRAME - HOP) // 2
        return torch.fft.rfft(functional.pad(signal, (edge, edge)).unfold(1, FRAME, HOP) * self.window, n=FFT)

    def forward(self, envelopes: Tensor, excitation: Tensor, noise: Tensor) -> Tensor:
        """Audio (batch, frames × HOP) in −1..1.

        `envelopes` (batch, at least 2 × KNOTS, frames) in float32; `excitation` and `noise` (batch, frames × HOP).
        """
        frames = envelopes.shape[2]
        logs = envelopes.transpose(1, 2).clamp(QUIETEST, LOUDEST)
        harmonic, breath = logs[..., :KNOTS], logs[..., KNOTS : 2 * KNOTS]
        filtered = self._spectrum(excitation) * torch.polar(
            torch.exp(harmonic @ self.interpolation), harmonic @ self.phase + self.dispersion
        ) + self._spectrum(noise) * torch.polar(torch.exp(breath @ self.interpolation), breath @ self.phase)
        pieces = torch.fft.irfft(filtered, n=FFT).transpose(1, 2)
        length = (frames - 1) * HOP + FFT
        joined = functional.fold(pieces, (1, length), (1, FFT), stride=(1, HOP))[:, 0, 0]
        edge = (FRAME - HOP) // 2
        return joined[:, edge : edge + frames * HOP]


class ExportableVocoder(nn.Module):
    """For ONNX: one utterance, the transforms as convolutions with constant kernels."""

    interpolation: Tensor
    phase: Tensor
    dispersion: Tensor
    analysis: Tensor
    synthesis: Tensor

    def __init__(self) -> None:
        super().__init__()
        bins = np.arange(BINS)[:, None]
        inside = 2 * np.pi * bins * np.arange(FRAME)[None] / FFT
        analysis = np.concatenate([np.cos(inside), -np.sin(inside)]) * window()
        across = 2 * np.pi * bins * np.arange(FFT)[None] / FFT
        weight = np.full((BINS, 1), 2 / FFT)
        weight[[0, -1]] = 1 / FFT
        synthesis = np.concatenate([np.cos(across) * weight, -np.sin(across) * weight])
        for name, value in (
            ("interpolation", interpolation()),
            ("phase", minimum_phase()),
            ("dispersion", dispersion()[:, None]),
            ("analysis", analysis[:, None]),
            ("synthesis", synthesis[:, None]),
        ):
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))

    def forward(self, envelopes: Tensor, excitation: Tensor, noise: Tensor) -> Tensor:
        """As Vocoder, for a batch of one: audio (1, frames × HOP)."""
        edge = (FRAME - HOP) // 2
        pulse = functional.conv1d(functional.pad(excitation[:, None], (edge, edge)), self.analysis, stride=HOP)[0]
        hiss = functional.conv1d(functional.pad(noise[:, None], (edge, edge)), self.analysis, stride=HOP)[0]
        logs = envelopes[0].transpose(0, 1).clamp(QUIETEST, LOUDEST)
        harmonic, breath = logs[:, :KNOTS], logs[:, KNOTS : 2 * KNOTS]
        size = torch.exp(harmonic @ self.interpolation).transpose(0, 1)
        turn = (harmonic @ self.phase).transpose(0, 1) + self.dispersion
        noise_size = torch.exp(breath @ self.interpolation).transpose(0, 1)
        noise_turn = (breath @ self.phase).transpose(0, 1)
        parts = []
        for signal, gain, angle in ((pulse, size, turn), (hiss, noise_size, noise_turn)):
            real, imaginary = gain * torch.cos(angle), gain * torch.sin(angle)
            parts.append(
                (
                    signal[:BINS] * real - signal[BINS:] * imaginary,
                    signal[:BINS] * imaginary + signal[BINS:] * real,
                )
            )
        real_part, imaginary_part = (sum(column) for column in zip(*parts, strict=True))
        joined = functional.conv_transpose1d(torch.cat([real_part, imaginary_part])[None], self.synthesis, stride=HOP)
        return joined[:, 0, edge : edge - FFT + HOP]
