"""Write a trained tower as the projector file ("mmproj") that llama.cpp's multimodal library opens.

Keys and tensor names are those of llama.cpp's tools/mtmd/clip-impl.h, as used for Gemma 3n.
"""

from pathlib import Path

import gguf
import numpy as np

from training.vlm.tower import DEVIATION, EPSILON, MEAN, Tower


def write(path: Path, tower: Tower, name: str, licence: str = "GPL-3.0-or-later") -> None:
    """Write `tower`: kernels and matrices as F16, all else as F32."""
    shape = tower.shape
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_name(name)
    writer.add_license(licence)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "gemma3nv")
    writer.add_uint32("clip.vision.image_size", shape.side)
    # Not pixels along a patch: llama.cpp takes a picture to be side / patch embeddings in all.
    writer.add_uint32("clip.vision.patch_size", shape.side // shape.tokens)
    writer.add_uint32("clip.vision.embedding_length", shape.out)
    writer.add_uint32("clip.vision.feed_forward_length", shape.fused)
    writer.add_uint32("clip.vision.block_count", sum(1 + stage.blocks + stage.attention for stage in shape.stages))
    writer.add_uint32("clip.vision.projection_dim", shape.out)
    writer.add_uint32("clip.vision.attention.head_count", shape.heads)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", EPSILON)
    writer.add_array("clip.vision.image_mean", [MEAN] * 3)
    writer.add_array("clip.vision.image_std", [DEVIATION] * 3)
    for key, tensor in tower.state_dict().items():
        values = tensor.detach().float().contiguous().numpy()
        if key.endswith(".conv.bias"):  # one number for each channel of [batch, channels, height, width]
            values = values.reshape(1, -1, 1, 1)
        writer.add_tensor(key, values.astype(np.float16 if key.endswith(".weight") and values.ndim > 1 else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
