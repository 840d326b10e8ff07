"""Write a trained tower as the projector file ("mmproj") that llama.cpp's multimodal library opens.

Keys and tensor names are those of llama.cpp's tools/mtmd/clip-impl.h, as used for LLaVA 1.5.
"""

from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind

from training.vlm.tower import DEVIATION, MEAN, Tower


def write(path: Path, tower: Tower, name: str, licence: str = "GPL-3.0-or-later") -> None:
    """Write `tower`: matrices as Q8_0, the kernel of the patches as F16, all else as F32."""
    shape = tower.shape
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_name(name)
    writer.add_license(licence)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "mlp")
    writer.add_bool("clip.use_gelu", True)
    writer.add_uint32("clip.vision.image_size", shape.side)
    writer.add_uint32("clip.vision.patch_size", shape.patch)
    writer.add_uint32("clip.vision.embedding_length", shape.width)
    writer.add_uint32("clip.vision.feed_forward_length", shape.feed_forward)
    writer.add_uint32("clip.vision.block_count", shape.layers)
    writer.add_uint32("clip.vision.projection_dim", shape.out)
    writer.add_uint32("clip.vision.attention.head_count", shape.heads)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", shape.norm_epsilon)
    # Without this llama.cpp would stop one layer early, as LLaVA does, and never compute the last one.
    writer.add_array("clip.vision.feature_layer", [shape.layers])
    writer.add_array("clip.vision.image_mean", [MEAN] * 3)
    writer.add_array("clip.vision.image_std", [DEVIATION] * 3)
    for key, tensor in tower.state_dict().items():
        values = tensor.detach().float().numpy()
        if "patch_embd.weight" in key:
            writer.add_tensor(key, values.astype(np.float16))
        elif values.ndim == 2 and "position_embd" not in key:
            writer.add_tensor(key, gguf.quantize(values, Kind.Q8_0), raw_dtype=Kind.Q8_0)
        else:
            writer.add_tensor(key, values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
