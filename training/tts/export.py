"""The trained network as a Piper voice: one ONNX file and its JSON.

Owns Piper's interface (rhasspy/piper: `input` int64 (1, n) with a pad after every symbol, `input_lengths` int64 (1,),
`scales` float (3,) of noise, length and duration noise; audio float (1, 1, 1, samples)), the map of symbols, and
storing weights in half precision. It must not know how the network was trained.
"""

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.tts.corpus import NOTHING
from training.tts.network import MEAN_LOG_PITCH, PITCH_UNIT, SHORTEST, SYMBOLS, AcousticNetwork
from training.tts.vocoder import HOP, SAMPLE_RATE, ExportableVocoder, pulses

NOISE_SCALE, LENGTH_SCALE, DURATION_NOISE = 0.667, 1.0, 0.8
"""Piper's usual scales, for which the network's own loudness of noise and its own durations come out unchanged."""
DURATION_JITTER = 0.04
"""Standard deviation of the durations' logarithm at a duration noise of 1."""
KNEE, CEILING = 0.2, 0.32
"""Sample values from which peaks are bent and that they never reach. Sentences are learned at one level (corpus.LEVEL)
and the engine makes their peaks equal: with peaks of one height all sentences are equally loud."""
LOWEST_LOG_PITCH, HIGHEST_LOG_PITCH = 4.5, 6.0
HALF_FROM = 2000
"""Weights with at least so many values are stored in half precision."""

NEAR = {
    "a": "æ", "c": "k", "e": "eɛ", "o": "ɔ", "q": "k", "r": "ɹ", "x": "kh", "y": "iu", "ç": "ʃh", "ø": "ɜə", "ħ": "h",
    "œ": "ɜ", "ɐ": "ə", "ɑ": "a", "ɒ": "ɑ", "ɓ": "b", "ɕ": "ʃ", "ɖ": "d", "ɗ": "d", "ɘ": "ə", "ɚ": "ɜ", "ɞ": "ɜ",
    "ɟ": "dj", "ɠ": "ɡ", "ɢ": "ɡ", "ɣ": "ɡ", "ɤ": "ʌ", "ɥ": "w", "ɦ": "h", "ɧ": "ʃ", "ɨ": "ɪ", "ɫ": "l", "ɬ": "l",
    "ɭ": "l", "ɮ": "l", "ɯ": "ʊ", "ɰ": "w", "ɱ": "m", "ɲ": "n", "ɳ": "n", "ɴ": "ŋ", "ɵ": "ʊ", "ɶ": "æ", "ɸ": "f",
    "ɺ": "l", "ɻ": "ɹ", "ɽ": "ɾ", "ʀ": "ɹ", "ʁ": "ɹ", "ʂ": "ʃ", "ʄ": "dj", "ʈ": "t", "ʉ": "u", "ʋ": "v", "ʍ": "w",
    "ʎ": "lj", "ʏ": "ɪ", "ʐ": "ʒ", "ʑ": "ʒ", "ʔ": "t", "ʕ": "h", "ʙ": "b", "ʛ": "ɡ", "ʜ": "h", "ʝ": "j", "ʟ": "l",
    "β": "b", "χ": "kh", "ᵻ": "ɪ", "ⱱ": "v", "ʌ": "ə", "ɾ": "d", "ɜ": "ə", "ʒ": "ʃ", "ɔ": "o", "θ": "s", "ð": "d",
}  # fmt: skip
"""Symbol to the symbols that may stand for it where it was never heard, nearest first."""


class ExportedVoice(nn.Module):
    """The whole voice with Piper's inputs and output."""

    def __init__(self, network: AcousticNetwork) -> None:
        super().__init__()
        self.network = network
        self.vocoder = ExportableVocoder()

    def forward(self, input: Tensor, input_lengths: Tensor, scales: Tensor) -> Tensor:
        ids = input[:, 0::2]
        # Piper hands over one utterance of full length; using the length keeps it among the graph's inputs.
        last = (input_lengths - 1) // 2
        mask = torch.ones_like(ids, dtype=torch.float32)[:, None]
        hidden, log_durations = self.network.encode(ids, mask, last)
        jitter = torch.exp(DURATION_JITTER * scales[2] * torch.randn_like(log_durations))
        durations = (torch.exp(log_durations) - 1) * scales[1] * jitter
        durations = torch.where(log_durations < SHORTEST, torch.zeros_like(durations), durations)
        ends = torch.clamp(torch.round(torch.cumsum(durations, 1)), min=1.0)
        starts = torch.cat([torch.zeros_like(ends[:, :1]), ends[:, :-1]], 1)
        frames = torch.arange(ends[0, -1].to(torch.int64), dtype=torch.float32)[None]
        index = (frames[:, :, None] >= ends[:, None, :]).to(torch.int64).sum(2)
        outputs = self.network.decode(
            hidden,
            index,
            torch.gather(starts, 1, index),
            torch.gather(torch.clamp(ends - starts, min=1.0), 1, index),
            last,
            torch.ones_like(frames)[:, None],
        )
        log_pitch = outputs[0, -1] * PITCH_UNIT + MEAN_LOG_PITCH
        pitch = torch.exp(torch.clamp(log_pitch, LOWEST_LOG_PITCH, HIGHEST_LOG_PITCH))
        excitation = pulses(pitch, torch.cat([pitch[1:], pitch[-1:]])).reshape(1, -1)
        noise = torch.randn_like(excitation) * (scales[0] / NOISE_SCALE)
        return limited(self.vocoder(outputs, excitation, noise))[:, None, None]


def limited(audio: Tensor) -> Tensor:
    """`audio` with its peaks bent below CEILING; what is below KNEE stays."""
    size = audio.abs()
    room = CEILING - KNEE
    bent = KNEE + room * torch.tanh((size - KNEE) / room)
    return torch.where(size > KNEE, torch.sign(audio) * bent, audio)


def symbol_map(heard: Iterable[int]) -> dict[str, list[int]]:
    """Piper's symbols to ids that were trained: a symbol that was never heard takes a near one's id.

    What has no near symbol (tones, clicks, combining marks) takes the id that was trained to be nothing.
    """
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    trained = set(heard)
    known = {symbol: ids[0] for symbol, ids in DEFAULT_PHONEME_ID_MAP.items()}

    def resolve(symbol: str, depth: int = 0) -> int:
        number = known.get(symbol, -1)
        if number in trained or symbol == "_":
            return number
        for near in NEAR.get(symbol, ""):
            if depth < 4 and (found := resolve(near, depth + 1)) != known[NOTHING]:
                return found
        return known[NOTHING]

    symbols = {*known, *NEAR, *(chr(code) for code in range(0x300, 0x370) if unicodedata.combining(chr(code)))}
    return {symbol: [resolve(symbol)] for symbol in sorted(symbols)}


def export(network: AcousticNetwork, heard: Iterable[int], espeak_voice: str, language: str, folder: Path) -> None:
    """Write voice.onnx and voice.onnx.json into `folder`. `heard` are the ids that occur in the corpus."""
    import onnx

    folder.mkdir(parents=True, exist_ok=True)
    symbols = symbol_map(heard)
    network.eval()
    example = torch.tensor([[1, 0] + [20, 0, 59, 0, 24, 0, 27, 0] * 3 + [10, 0, 2]])
    scales = torch.tensor([NOISE_SCALE, LENGTH_SCALE, DURATION_NOISE])
    with torch.no_grad():
        program = torch.onnx.export(
            ExportedVoice(network).eval(),
            (example, torch.tensor([example.shape[1]]), scales),
            dynamo=True,
            dynamic_shapes={
                "input": {1: torch.export.Dim("symbols", min=5, max=8191)},
                "input_lengths": None,
                "scales": None,
            },
            input_names=["input", "input_lengths", "scales"],
            output_names=["output"],
            external_data=False,
            verbose=False,
        )
    if program is None:
        raise RuntimeError("The exporter returned no model.")
    model = halve(program.model_proto)
    onnx.save(model, str(folder / "voice.onnx"))
    config = {
        "audio": {"sample_rate": SAMPLE_RATE, "quality": "low"},
        "espeak": {"voice": espeak_voice},
        "phoneme_type": "espeak",
        "num_symbols": SYMBOLS,
        "num_speakers": 1,
        "speaker_id_map": {},
        "inference": {"noise_scale": NOISE_SCALE, "length_scale": LENGTH_SCALE, "noise_w": DURATION_NOISE},
        "phoneme_id_map": symbols,
        "hop_length": HOP,
        "piper_version": "1.0.0",
        "language": {"code": language},
    }
    text = json.dumps(config, ensure_ascii=False, indent=1)
    (folder / "voice.onnx.json").write_text(text + "\n", encoding="utf-8")


def halve(model: "onnx.ModelProto") -> "onnx.ModelProto":  # noqa: F821
    """Large float32 weights stored as float16 with a cast behind them, and the exporter's notes dropped."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    casts = []
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype == np.float32 and values.size >= HALF_FROM:
            graph.initializer.remove(weight)
            stored = f"{weight.name}.half"
            graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), stored))
            casts.append(helper.make_node("Cast", [stored], [weight.name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    for node in nodes:
        # The exporter leaves source paths of the machine it ran on in every node.
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    del graph.value_info[:]
    graph.ClearField("metadata_props")
    model.ClearField("metadata_props")
    onnx.checker.check_model(model)
    return model
