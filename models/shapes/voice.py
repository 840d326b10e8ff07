"""Piper voices with random weights: the network of rhasspy/piper (VITS) in ONNX, and the JSON beside it.

Owns the graph. A symbol lasts a fixed time here, because only a trained network knows better; all else, from the
encoder through the flow to the decoder that makes the samples, has the sizes of a published voice. Sizes:
src/python/piper_train/vits/config.py there. It must not know engines.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import catalog
from models.shapes.protobuf import message

SYMBOLS = 256
FRAMES_A_SYMBOL = 3
"""Frames of 256 samples that a symbol lasts, pads included: some 14 sounds a second at 22,050 hertz."""
SEED = 5
_SLOPE = 0.1
_FLOAT, _INT64 = 1, 7
_KINDS = {float: 1, int: 2, list: 7}
"""ONNX's types of attributes."""


@dataclass(frozen=True)
class VoiceShape:
    """The fields are those of resources/shapes.toml."""

    sample_rate: int
    hidden: int
    filter: int
    """Width inside the encoder's feed-forward part."""
    layers: int
    heads: int
    decoder: int
    """Channels that the decoder begins with; each step of `rates` halves them."""
    rates: tuple[int, ...]
    """How many times each step of the decoder makes the sound longer; together 256."""
    kernels: tuple[int, ...]
    dilations: tuple[tuple[int, ...], ...]
    """One row for each of `kernels`."""
    twice: bool
    """A second convolution follows each dilated one."""


def write_voice(folder: Path, shape: VoiceShape, progress: Callable[[int], None] = lambda count: None) -> None:
    """Write voice.onnx and voice.onnx.json into `folder`; the symbols are those of the starter's English voice."""
    data = _Graph(np.random.default_rng(SEED)).voice(shape)
    (folder / "voice.onnx").write_bytes(data)
    progress(len(data))
    starter = catalog.starter_folder() / "tts-en" / "voice.onnx.json"
    config = json.loads(starter.read_text(encoding="utf-8"))
    config["audio"] = {"sample_rate": shape.sample_rate}
    (folder / "voice.onnx.json").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")


class _Graph:
    """Collects nodes and weights; every method returns the name of what it computes."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator
        self._nodes: list[bytes] = []
        self._weights: list[bytes] = []

    def voice(self, shape: VoiceShape) -> bytes:
        """The whole model."""
        hidden = shape.hidden
        x = self._node("Gather", self._random((SYMBOLS, hidden), hidden), "input")
        for _ in range(shape.layers):
            x = self._encoder_layer(x, shape)
        x = self._node("Transpose", x, perm=[0, 2, 1])
        x = self._paced(x, hidden)
        mean, spread = self._halves(self._convolution(x, hidden, 2 * hidden, 1), hidden)
        noise = self._node("RandomNormalLike", mean)
        x = self._node("Add", mean, self._node("Mul", noise, self._node("Exp", spread)))
        x = self._lengthened(x, hidden)
        for _ in range(4):
            x = self._coupling(x, hidden)
        x = self._decoder(x, shape)
        self._node("Unsqueeze", x, self._whole([1]), output="output")
        inputs = [
            _tensor_info("input", _INT64, (1, "symbols")),
            _tensor_info("input_lengths", _INT64, (1,)),
            _tensor_info("scales", _FLOAT, (3,)),
        ]
        outputs = _tensor_info("output", _FLOAT, (1, 1, 1, "samples"))
        graph = message((1, self._nodes), (2, "voice"), (5, self._weights), (11, inputs), (12, outputs))
        return message((1, 8), (7, graph), (8, message((1, ""), (2, 17))))

    def _encoder_layer(self, x: str, shape: VoiceShape) -> str:
        hidden, heads = shape.hidden, shape.heads
        each = hidden // heads
        parts = []
        for order in ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]):
            part = self._node("MatMul", x, self._random((hidden, hidden), hidden))
            part = self._node("Reshape", part, self._whole([1, -1, heads, each]))
            parts.append(self._node("Transpose", part, perm=order))
        scores = self._node("Mul", self._node("MatMul", parts[0], parts[1]), self._number(each**-0.5))
        mixed = self._node("MatMul", self._node("Softmax", scores, axis=-1), parts[2])
        mixed = self._node("Reshape", self._node("Transpose", mixed, perm=[0, 2, 1, 3]), self._whole([1, -1, hidden]))
        x = self._normalized(self._node("Add", x, self._node("MatMul", mixed, self._random((hidden, hidden), hidden))))
        inner = self._node("Transpose", x, perm=[0, 2, 1])
        inner = self._node("Relu", self._convolution(inner, hidden, shape.filter, 3))
        inner = self._node("Transpose", self._convolution(inner, shape.filter, hidden, 3), perm=[0, 2, 1])
        return self._normalized(self._node("Add", x, inner))

    def _paced(self, x: str, hidden: int) -> str:
        """As many weights and as much work as the part that finds out how long each symbol lasts."""
        inner = x
        for _ in range(6):
            inner = self._node("Relu", self._convolution(inner, hidden, hidden, 3))
        return self._node("Add", x, inner)

    def _lengthened(self, x: str, hidden: int) -> str:
        """Every symbol's column as often as it lasts frames."""
        x = self._node("Unsqueeze", x, self._whole([3]))
        x = self._node("Expand", x, self._whole([1, 1, 1, FRAMES_A_SYMBOL]))
        return self._node("Reshape", x, self._whole([1, hidden, -1]))

    def _coupling(self, x: str, hidden: int) -> str:
        """One step of the flow: one half moves the other, then they change places."""
        half = hidden // 2
        still, moved = self._halves(x, half)
        h = self._convolution(still, half, hidden, 1)
        skipped = ""
        for layer in range(4):
            wave, gate = self._halves(self._convolution(h, hidden, 2 * hidden, 5), hidden)
            acted = self._node("Mul", self._node("Tanh", wave), self._node("Sigmoid", gate))
            if layer < 3:
                onward, skip = self._halves(self._convolution(acted, hidden, 2 * hidden, 1), hidden)
                h = self._node("Add", h, onward)
            else:
                skip = self._convolution(acted, hidden, hidden, 1)
            skipped = self._node("Add", skipped, skip) if skipped else skip
        moved = self._node("Sub", moved, self._convolution(skipped, hidden, half, 1))
        return self._node("Concat", moved, still, axis=1)

    def _decoder(self, x: str, shape: VoiceShape) -> str:
        channels = shape.decoder
        x = self._convolution(x, shape.hidden, channels, 7)
        for rate in shape.rates:
            x = self._node("LeakyRelu", x, alpha=_SLOPE)
            weights = self._random((channels, channels // 2, 2 * rate), channels * 2)
            x = self._node("ConvTranspose", x, weights, strides=[rate], pads=[rate // 2, rate // 2])
            channels //= 2
            blocks = [
                self._residual(x, channels, kernel, row, shape.twice)
                for kernel, row in zip(shape.kernels, shape.dilations, strict=True)
            ]
            x = self._node("Mul", self._node("Sum", *blocks), self._number(1 / len(blocks)))
        return self._node("Tanh", self._convolution(self._node("LeakyRelu", x, alpha=_SLOPE), channels, 1, 7))

    def _residual(self, x: str, channels: int, kernel: int, dilations: tuple[int, ...], twice: bool) -> str:
        for dilation in dilations:
            inner = self._node("LeakyRelu", x, alpha=_SLOPE)
            inner = self._convolution(inner, channels, channels, kernel, dilation)
            if twice:
                inner = self._node("LeakyRelu", inner, alpha=_SLOPE)
                inner = self._convolution(inner, channels, channels, kernel)
            x = self._node("Add", x, inner)
        return x

    def _convolution(self, x: str, channels: int, out: int, kernel: int, dilation: int = 1) -> str:
        weights = self._random((out, channels, kernel), channels * kernel)
        room = dilation * (kernel - 1) // 2
        return self._node("Conv", x, weights, dilations=[dilation], pads=[room, room])

    def _halves(self, x: str, size: int) -> tuple[str, str]:
        axis, cuts = self._whole([1]), [self._whole([place]) for place in (0, size, 2 * size)]
        return self._node("Slice", x, cuts[0], cuts[1], axis), self._node("Slice", x, cuts[1], cuts[2], axis)

    def _normalized(self, x: str) -> str:
        mean = self._node("ReduceMean", x, axes=[-1])
        centered = self._node("Sub", x, mean)
        variance = self._node("ReduceMean", self._node("Mul", centered, centered), axes=[-1])
        return self._node("Div", centered, self._node("Sqrt", self._node("Add", variance, self._number(1e-5))))

    def _random(self, shape: tuple[int, ...], inputs: int) -> str:
        """Weights that keep the size of what goes through them, where each value sums `inputs` others."""
        values = self._generator.standard_normal(shape, np.float32)
        return self._weight(values * np.float32(inputs**-0.5), _FLOAT)

    def _number(self, value: float) -> str:
        return self._weight(np.array(value, np.float32), _FLOAT)

    def _whole(self, values: list[int]) -> str:
        return self._weight(np.array(values, np.int64), _INT64)

    def _weight(self, values: NDArray[Any], kind: int) -> str:
        name = f"weight{len(self._weights)}"
        self._weights.append(message((1, values.shape), (2, kind), (8, name), (9, values.tobytes())))
        return name

    def _node(self, kind: str, *inputs: str, output: str | None = None, **attributes: float | int | list[int]) -> str:
        name = output or f"node{len(self._nodes)}"
        described = [_attribute(key, value) for key, value in attributes.items()]
        self._nodes.append(message((1, inputs), (2, name), (4, kind), (5, described)))
        return name


def _attribute(name: str, value: float | int | list[int]) -> bytes:
    place = {float: 2, int: 3, list: 8}[type(value)]
    # Negative numbers are written as 64 bits.
    whole = [item % (1 << 64) for item in value] if isinstance(value, list) else value
    if isinstance(whole, int):
        whole %= 1 << 64
    return message((1, name), (place, whole), (20, _KINDS[type(value)]))


def _tensor_info(name: str, kind: int, shape: tuple[int | str, ...]) -> bytes:
    sizes = [message((2 if isinstance(size, str) else 1, size)) for size in shape]
    return message((1, name), (2, message((1, message((1, kind), (2, message((1, sizes))))))))
