"""Log-mel features exactly as Kaldi computes them, and the transform between them and Kaldi's MFCC.

Vosk hands the network MFCC; training works on the log-mel filter bank below it. Follows Kaldi's feature-window.cc and
mel-computations.cc with the options in MFCC_CONF.
"""

import functools

import numpy as np
import torch
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
BANDS = 40
FRAME_SHIFT = 160
FRAME_LENGTH = 400
_FFT = 512
_LOW, _HIGH = 20.0, 7600.0
_PREEMPHASIS = 0.97
_LIFTER = 22.0

MFCC_CONF = f"""--sample-frequency={SAMPLE_RATE}
--use-energy=false
--num-mel-bins={BANDS}
--num-ceps={BANDS}
--low-freq={_LOW:.0f}
--high-freq={_HIGH - SAMPLE_RATE / 2:.0f}
--dither=0.0
--allow-upsample=true
--allow-downsample=true
"""


@functools.cache
def _filter_bank() -> torch.Tensor:
    """Triangles on the mel scale, shape (FFT bins, bands)."""
    low, high = (1127.0 * np.log(1 + hertz / 700.0) for hertz in (_LOW, _HIGH))
    mel = 1127.0 * np.log(1 + np.arange(_FFT // 2) * SAMPLE_RATE / _FFT / 700.0)
    edges = low + (high - low) / (BANDS + 1) * np.arange(BANDS + 2)
    rising = (mel[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - mel[:, None]) / (edges[2:] - edges[1:-1])
    bank = np.zeros((_FFT // 2 + 1, BANDS), np.float32)  # Kaldi leaves the Nyquist bin out
    bank[:-1] = np.maximum(0.0, np.minimum(rising, falling))
    return torch.from_numpy(bank)


@functools.cache
def _window() -> torch.Tensor:
    """Kaldi's "povey" window, shape (400,)."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME_LENGTH) / (FRAME_LENGTH - 1))
    return torch.from_numpy((hann**0.85).astype(np.float32))


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-mel energies, shape (frames, 40), of mono speech at 16 kHz in the scale of 16-bit PCM; 10 ms a frame."""
    if len(samples) < FRAME_LENGTH:
        return np.zeros((0, BANDS), np.float32)
    frames = torch.from_numpy(np.ascontiguousarray(samples, np.float32)).unfold(0, FRAME_LENGTH, FRAME_SHIFT)
    frames = frames - frames.mean(1, keepdim=True)
    before = torch.cat([frames[:, :1], frames[:, :-1]], 1)
    spectrum = torch.fft.rfft((frames - _PREEMPHASIS * before) * _window(), _FFT)
    power = spectrum.real**2 + spectrum.imag**2
    energies: NDArray[np.float32] = torch.log(torch.clamp(power @ _filter_bank(), min=1.1920929e-07)).numpy()
    return energies


def cosine_transform() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Orthonormal DCT, shape (40, 40), and lifter, shape (40,): mfcc = (log_mel @ dct.T) * lifter."""
    row, column = np.arange(BANDS)[:, None], np.arange(BANDS)[None]
    dct = np.sqrt(2.0 / BANDS) * np.cos(np.pi / BANDS * (column + 0.5) * row)
    dct[0] = np.sqrt(1.0 / BANDS)
    lifter = 1 + 0.5 * _LIFTER * np.sin(np.pi * np.arange(BANDS) / _LIFTER)
    return dct, lifter
