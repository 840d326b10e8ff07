"""Write a trained decoder and its tokenizer as GGUF, as llama.cpp's "llama" architecture.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import json
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind
from tokenizers import Tokenizer

from training.lm.model import Decoder
from training.lm.template import TEMPLATE
from training.lm.tokenizer import END_ID, END_OF_TEXT_ID, PRE_TYPE, SPECIAL


def write(path: Path, model: Decoder, tokenizer: Tokenizer, name: str, licence: str = "GPL-3.0-or-later") -> None:
    """Write `model`; matrices as Q8_0 where their rows are whole blocks of 32, else as F16; norms as F32."""
    shape = model.shape
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(name)
    writer.add_license(licence)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)
    _write_tokenizer(writer, tokenizer, shape.vocabulary)
    for key, tensor in model.state_dict().items():
        if key == "output.weight" and shape.tied:
            continue  # llama.cpp takes the embedding where there is no output tensor
        _add(writer, key, tensor.detach().float().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer, size: int) -> None:
    vocabulary = tokenizer.get_vocab()
    by_id = {place: token for token, place in vocabulary.items()}
    assert len(by_id) <= size
    kinds = [
        gguf.TokenType.CONTROL if i < len(SPECIAL) else gguf.TokenType.NORMAL if i in by_id else gguf.TokenType.UNUSED
        for i in range(size)
    ]
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE_TYPE)
    writer.add_token_list([by_id.get(i, f"[unused {i}]") for i in range(size)])
    writer.add_token_types(kinds)
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    writer.add_bos_token_id(END_OF_TEXT_ID)
    writer.add_eos_token_id(END_ID)
    writer.add_eot_token_id(END_ID)
    writer.add_pad_token_id(END_OF_TEXT_ID)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def _add(writer: gguf.GGUFWriter, name: str, values: np.ndarray) -> None:
    if values.ndim == 1:
        writer.add_tensor(name, values.astype(np.float32))
        return
    kind = Kind.Q8_0 if values.shape[-1] % 32 == 0 else Kind.F16
    writer.add_tensor(name, gguf.quantize(values, kind), raw_dtype=kind)
