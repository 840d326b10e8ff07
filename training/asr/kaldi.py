"""Kaldi's binary formats, as far as a Vosk model needs them: scalars, matrices, TransitionModel, nnet3.

Pure: arrays and strings in, bytes out. It must not know which phones or layers there are. The layouts follow Kaldi's
io-funcs-inl.h, kaldi-matrix.cc, hmm-topology.cc, transition-model.cc and nnet3/nnet-simple-component.cc.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike


def token(text: str) -> bytes:
    return text.encode() + b" "


def int32(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", value)


def float32(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", value)


def float64(value: float) -> bytes:
    return b"\x08" + struct.pack("<d", value)


def integers(values: Sequence[int]) -> bytes:
    """std::vector<int32>: the element size once, then count and data."""
    return b"\x04" + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes()


def vector(values: ArrayLike) -> bytes:
    """Vector<float>, shape (n,)."""
    data = np.asarray(values, "<f4")
    return b"FV " + int32(len(data)) + data.tobytes()


def matrix(values: ArrayLike) -> bytes:
    """Matrix<float>, shape (rows, columns)."""
    data = np.ascontiguousarray(values, "<f4")
    return b"FM " + int32(data.shape[0]) + int32(data.shape[1]) + data.tobytes()


def compressed_matrix(values: ArrayLike) -> bytes:
    """Matrix<float>, shape (rows, columns), in 16 bits a number: even steps between the least and the greatest, as in
    kaldi's compressed-matrix.cc ("CM2"). Kaldi reads it wherever a matrix stands.
    """
    data = np.asarray(values, np.float64)
    least = float(np.float32(data.min()))
    span = float(np.float32(max(data.max() - least, 1e-20)))
    steps = np.clip(np.round((data - least) / span * 65535), 0, 65535).astype("<u2")
    return b"CM2 " + struct.pack("<ffii", least, span, *data.shape) + steps.tobytes()


def self_loop(phone: int) -> int:
    """Transition id of staying in a phone (ids from 1) in the topology of `transition_model`."""
    return 2 * phone - 1


def forward(phone: int) -> int:
    """Transition id of the arc that leaves a phone's only state, taken on the phone's first frame."""
    return 2 * phone


def transition_model(first_states: Sequence[int]) -> bytes:
    """The TransitionModel of one-state phones ("chain" topology).

    Phone p (from 1) has the acoustic state first_states[p - 1] on its first frame and the next one on all later frames.
    """
    count = len(first_states)
    out = [token("<TransitionModel>"), token("<Topology>"), integers(range(1, count + 1))]
    out.append(integers([-1] + [0] * count))  # phone to topology entry
    out += [int32(-1), int32(1), int32(2)]  # -1: states have a self-loop class of their own; 1 entry of 2 states
    out += [int32(0), int32(1), int32(2), int32(0), float32(0.5), int32(1), float32(0.5)]
    out += [int32(-1), int32(-1), int32(0), token("</Topology>")]
    out += [token("<Tuples>"), int32(count)]
    for phone, state in enumerate(first_states, 1):
        out += [int32(phone), int32(0), int32(state), int32(state + 1)]
    out += [token("</Tuples>"), token("<LogProbs>"), vector([0.0] + [float(np.log(0.5))] * (2 * count))]
    out += [token("</LogProbs>"), token("</TransitionModel>")]
    return b"".join(out)


def fixed_affine(weight: ArrayLike, bias: ArrayLike) -> bytes:
    head = token("<FixedAffineComponent>") + token("<LinearParams>") + matrix(weight)
    return head + token("<BiasParams>") + vector(bias) + token("</FixedAffineComponent>")


def affine(weight: ArrayLike, bias: ArrayLike) -> bytes:
    head = token("<AffineComponent>") + token("<LearningRate>") + float32(0.001) + token("<LinearParams>")
    return head + compressed_matrix(weight) + token("<BiasParams>") + vector(bias) + token("</AffineComponent>")


def rectified_linear(dimension: int) -> bytes:
    out = [token("<RectifiedLinearComponent>"), token("<Dim>"), int32(dimension)]
    out += [token("<ValueAvg>"), vector([]), token("<DerivAvg>"), vector([]), token("<Count>"), float64(0.0)]
    out += [token("<OderivRms>"), vector([]), token("<OderivCount>"), float64(0.0)]
    out += [token("<NumDimsSelfRepaired>"), float64(0.0), token("<NumDimsProcessed>"), float64(0.0)]
    return b"".join(out) + token("</RectifiedLinearComponent>")


def acoustic_model(config: Sequence[str], components: Sequence[tuple[str, bytes]], left: int, right: int) -> bytes:
    """An AmNnetSimple: nnet3 config lines, named components, frames of context on each side, no priors."""
    out = [
        token("<Nnet3>"),
        b"\n",
        "\n".join(config).encode(),
        b"\n\n",
        token("<NumComponents>"),
        int32(len(components)),
    ]
    for name, component in components:
        out += [token("<ComponentName>"), token(name), component]
    out += [token("</Nnet3>"), token("<LeftContext>"), int32(left), token("<RightContext>"), int32(right)]
    return b"".join(out) + token("<Priors>") + vector([])
