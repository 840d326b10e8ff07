"""Language models and picture projectors with random weights, as llama.cpp takes them.

Owns which keys and tensors a family of models has, and which quantization each tensor gets. It must not know engines.
Names of keys and tensors: llama.cpp's src/llama-arch.cpp and tools/mtmd/clip-impl.h; mixes of quantization:
src/llama-quant.cpp.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.shapes import gguf_file, vocabulary
from models.shapes.gguf_file import F16, F32, Q4_K, Q5_0, Q6_K, Q8_0, Tensor

SHARPNESS = 8.0
"""Standard deviation of the logits. At 1 all tokens would be about as likely, which no trained model writes and which
would make drawing one slower than it is; at 8 a few tokens share nearly all of the probability."""
SEED = 5

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% for message in messages %}<start_of_turn>"
    "{{ 'model' if message['role'] == 'assistant' else 'user' }}\n{{ message['content'] }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
_TILES = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
_CONTROL, _NORMAL, _BYTE = 3, 1, 6
"""Types of tokens in llama.cpp."""


@dataclass(frozen=True)
class ProjectorShape:
    """A picture tower and what joins it to a language model; the fields are those of resources/shapes.toml."""

    layout: str
    """llama.cpp's name for how tower and model are joined."""
    quantization: str
    side: int
    """Pixels a side of the pictures that the tower takes."""
    patch: int
    layers: int
    width: int
    feed_forward: int
    heads: int
    merge: int
    """Patches a side that become one token."""
    deepstack: tuple[int, ...] = ()
    """Layers whose outputs go into the language model's first layers as well."""
    longest_side: int = 0
    """Pixels to which a picture is scaled before it is cut into squares of `side`; 0 where it is not cut."""


@dataclass(frozen=True)
class DecoderShape:
    """A language model; the fields are those of resources/shapes.toml."""

    architecture: str
    quantization: str
    vocabulary: int
    layers: int
    width: int
    feed_forward: int
    heads: int
    kv_heads: int
    head_width: int
    tied: bool
    """One table serves as embedding and as output."""
    trained_context: int
    rope_base: float
    window: int = 0
    """Tokens that most layers look back at; 0 where all look at everything."""
    projector: ProjectorShape | None = None


def write_decoder(
    path: Path,
    shape: DecoderShape,
    name: str,
    texts: Iterable[str],
    progress: Callable[[int], None] = lambda count: None,
) -> None:
    """Write the language model; the words of `texts` are in its vocabulary, so that prompts have a usual length."""
    gguf_file.write(path, _keys(shape, name) | _tokenizer(shape, texts), decoder_tensors(shape), SEED, progress)


def write_projector(
    path: Path, shape: DecoderShape, name: str, progress: Callable[[int], None] = lambda count: None
) -> None:
    """Write the picture tower that belongs to the language model."""
    assert shape.projector is not None
    gguf_file.write(path, _tower_keys(shape, name), projector_tensors(shape), SEED, progress)


def _keys(shape: DecoderShape, name: str) -> dict[str, Any]:
    keys: dict[str, Any] = {
        "block_count": shape.layers,
        "context_length": shape.trained_context,
        "embedding_length": shape.width,
        "feed_forward_length": shape.feed_forward,
        "attention.head_count": shape.heads,
        "attention.head_count_kv": shape.kv_heads,
        "attention.key_length": shape.head_width,
        "attention.value_length": shape.head_width,
        "attention.layer_norm_rms_epsilon": 1e-6,
        "rope.freq_base": shape.rope_base,
    }
    if shape.architecture == "llama":
        keys |= {"rope.dimension_count": shape.head_width, "vocab_size": shape.vocabulary}
    if shape.architecture == "qwen3vl":
        assert shape.projector is not None
        half = shape.head_width // 2
        other = half * 5 // 16
        sections = np.array([half - 2 * other, other, other, 0], np.int32)
        keys |= {"rope.dimension_sections": sections, "n_deepstack_layers": len(shape.projector.deepstack)}
    if shape.window:
        keys["attention.sliding_window"] = shape.window
    general = {"general.architecture": shape.architecture, "general.type": "model", "general.name": name}
    return general | {f"{shape.architecture}.{key}": value for key, value in keys.items()}


def _tokenizer(shape: DecoderShape, texts: Iterable[str]) -> dict[str, Any]:
    if shape.architecture == "gemma3":
        return _scored_tokenizer(shape.vocabulary, texts)
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    if shape.architecture == "qwen3vl":
        special += ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>"]
    elif shape.architecture == "llama":
        special += ["<fake_token_around_image>", "<image>", "<global-img>", *_TILES]
    tokens, merges = vocabulary.byte_level(shape.vocabulary, special, texts)
    kinds = np.full(len(tokens), _NORMAL, np.int32)
    kinds[-len(special) :] = _CONTROL
    first = len(tokens) - len(special)
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm" if shape.architecture == "llama" else "qwen2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": merges,
        "tokenizer.ggml.bos_token_id": first,
        "tokenizer.ggml.eos_token_id": first + 2,
        "tokenizer.ggml.padding_token_id": first,
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": CHATML,
    }


def _scored_tokenizer(size: int, texts: Iterable[str]) -> dict[str, Any]:
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>", "<start_of_image>"]
    special += ["<end_of_image>"]
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    tokens = vocabulary.pieces(size, [*special, *bytes_], texts)
    kinds = np.full(size, _NORMAL, np.int32)
    kinds[: len(special)] = _CONTROL
    kinds[len(special) : len(special) + 256] = _BYTE
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": -np.arange(size, dtype=np.float32),
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.bos_token_id": 2,
        "tokenizer.ggml.eos_token_id": 5,
        "tokenizer.ggml.unknown_token_id": 3,
        "tokenizer.ggml.padding_token_id": 0,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_space_prefix": False,
        "tokenizer.chat_template": GEMMA,
    }


def decoder_tensors(shape: DecoderShape) -> list[Tensor]:
    """Every tensor of the language model, in the order of the file."""
    width, inner, own = shape.width, shape.feed_forward, shape.heads * shape.head_width
    shared = shape.kv_heads * shape.head_width
    # What each block adds to the stream is scaled down by their number, as initializations do.
    depth = (2 * shape.layers) ** -0.5

    def matrix(name: str, rows: int, columns: int, kind: int, scale: float = 1.0) -> Tensor:
        return Tensor(f"{name}.weight", (rows, columns), _fitting(kind, rows), scale * rows**-0.5)

    base, better = _mix(shape.quantization)
    table = matrix("token_embd", width, shape.vocabulary, better if shape.tied else base)
    tensors = [table, _all("output_norm.weight", width, SHARPNESS)]
    if not shape.tied:
        tensors.append(matrix("output", width, shape.vocabulary, better))
    for layer in range(shape.layers):
        high = better if _takes_more_bits(layer, shape.layers) else base
        block = f"blk.{layer}"
        tensors += [
            _all(f"{block}.attn_norm.weight", width),
            matrix(f"{block}.attn_q", width, own, base),
            matrix(f"{block}.attn_k", width, shared, base),
            matrix(f"{block}.attn_v", width, shared, high),
            matrix(f"{block}.attn_output", own, width, base, depth),
            _all(f"{block}.ffn_norm.weight", width),
            matrix(f"{block}.ffn_gate", width, inner, base),
            matrix(f"{block}.ffn_up", width, inner, base),
            matrix(f"{block}.ffn_down", inner, width, high, depth),
        ]
        if shape.architecture == "qwen2":
            sizes = (("q", own), ("k", shared), ("v", shared))
            tensors += [_all(f"{block}.attn_{letter}.bias", size, 0.0) for letter, size in sizes]
        if shape.architecture in ("qwen3", "qwen3vl", "gemma3"):
            tensors += [_all(f"{block}.attn_{letter}_norm.weight", shape.head_width) for letter in "qk"]
        if shape.architecture == "gemma3":
            tensors += [_all(f"{block}.{name}.weight", width) for name in ("post_attention_norm", "post_ffw_norm")]
    return tensors


def projector_tensors(shape: DecoderShape) -> list[Tensor]:
    """Every tensor of the picture tower, in the order of the file."""
    tower = shape.projector
    assert tower is not None
    kind = {"F16": F16, "Q8_0": Q8_0}[tower.quantization]
    width, inner, patches = tower.width, tower.feed_forward, (tower.side // tower.patch) ** 2

    def matrix(name: str, rows: int, columns: int) -> list[Tensor]:
        chosen = kind if rows % 32 == 0 else F16
        return [Tensor(f"{name}.weight", (rows, columns), chosen, rows**-0.5), _all(f"{name}.bias", columns, 0.0)]

    def norm(name: str, size: int = width) -> list[Tensor]:
        return [_all(f"{name}.weight", size), _all(f"{name}.bias", size, 0.0)]

    merged = tower.merge**2 * width
    patch = (tower.patch, tower.patch, 3, width)
    deviation = (3 * tower.patch**2) ** -0.5
    tensors = [Tensor("v.patch_embd.weight", patch, F16, deviation), _all("v.patch_embd.bias", width, 0.0)]
    if tower.layout == "qwen3vl_merger":
        tensors.append(Tensor("v.patch_embd.weight.1", patch, F16, deviation))
    tensors.append(Tensor("v.position_embd.weight", (width, patches), F32, 0.01))
    for layer in range(tower.layers):
        block = f"v.blk.{layer}"
        if tower.layout == "qwen3vl_merger":
            tensors += matrix(f"{block}.attn_qkv", width, 3 * width)
        else:
            tensors += [part for letter in "qkv" for part in matrix(f"{block}.attn_{letter}", width, width)]
        tensors += matrix(f"{block}.attn_out", width, width) + norm(f"{block}.ln1") + norm(f"{block}.ln2")
        tensors += matrix(f"{block}.ffn_up", width, inner) + matrix(f"{block}.ffn_down", inner, width)
    tensors += norm("v.post_ln")
    if tower.layout == "qwen3vl_merger":
        tensors += matrix("mm.0", merged, merged) + matrix("mm.2", merged, shape.width)
        for layer in tower.deepstack:
            stack = f"v.deepstack.{layer}"
            tensors += norm(f"{stack}.norm", merged) + matrix(f"{stack}.fc1", merged, merged)
            tensors += matrix(f"{stack}.fc2", merged, shape.width)
    elif tower.layout == "gemma3":
        # llama.cpp takes this one transposed: a row for each of the tower's values.
        tensors.append(Tensor("mm.input_projection.weight", (shape.width, width), F16, width**-0.5))
        tensors.append(_all("mm.soft_emb_norm.weight", width))
    else:
        tensors.append(matrix("mm.model.fc", merged, shape.width)[0])
    return tensors


def _tower_keys(shape: DecoderShape, name: str) -> dict[str, Any]:
    tower = shape.projector
    assert tower is not None
    keys: dict[str, Any] = {
        "image_size": tower.side,
        "patch_size": tower.patch,
        "embedding_length": tower.width,
        "feed_forward_length": tower.feed_forward,
        "block_count": tower.layers,
        "projection_dim": shape.width,
        "attention.head_count": tower.heads,
        "attention.layer_norm_epsilon": 1e-6,
        "image_mean": np.full(3, 0.5, np.float32),
        "image_std": np.full(3, 0.5, np.float32),
    }
    if tower.layout == "idefics3":
        keys |= {"projector.scale_factor": tower.merge, "preproc_image_size": tower.longest_side}
    if tower.layout == "qwen3vl_merger":
        stacked = np.array([layer in tower.deepstack for layer in range(tower.layers)])
        keys |= {"spatial_merge_size": tower.merge, "is_deepstack_layers": stacked}
    general = {
        "general.architecture": "clip",
        "general.type": "mmproj",
        "general.name": name,
        "clip.has_vision_encoder": True,
        "clip.projector_type": tower.layout,
        "clip.use_gelu": True,
    }
    return general | {f"clip.vision.{key}": value for key, value in keys.items()}


def _all(name: str, size: int, value: float = 1.0) -> Tensor:
    return Tensor(name, (size,), F32, value)


def _mix(quantization: str) -> tuple[int, int]:
    """The tensor type of most weights, and that of the more sensitive ones."""
    return {"Q4_K_M": (Q4_K, Q6_K), "Q8_0": (Q8_0, Q8_0), "F16": (F16, F16)}[quantization]


def _fitting(kind: int, row: int) -> int:
    """The type that llama.cpp takes instead where rows are not whole blocks."""
    if kind in (Q4_K, Q6_K) and row % 256:
        kind = {Q4_K: Q5_0, Q6_K: Q8_0}[kind]
    return F16 if kind != F16 and row % 32 else kind


def _takes_more_bits(layer: int, layers: int) -> bool:
    """Whether a "_M" mix stores the layer's values and outputs of its feed-forward part in the better type."""
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2
