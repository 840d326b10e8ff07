"""The picture model's parts at tiny size: learning, talks, and the same numbers in torch and in llama.cpp."""

import ctypes
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from models.llama import Llama
from models.pictures import picture_from_bytes
from models.projector import Projector
from models.roles import CPU, CancelToken, Message
from training.domain import held_out
from training.lm import gguf_export, tokenizer
from training.lm.model import Shape
from training.lm.template import PICTURE_MARKER, encode
from training.vlm import mmproj
from training.vlm.dataset import COLORS, SHAPES, scene
from training.vlm.drawing import draw_file
from training.vlm.foreground import foreground
from training.vlm.model import PictureModel, Seer
from training.vlm.pictures import Batch
from training.vlm.recipe import padded
from training.vlm.sight import SIDE, seen
from training.vlm.talks import NO_PICTURE, talk
from training.vlm.tower import Tower, TowerShape

TINY = TowerShape(width=64, layers=2, heads=2, feed_forward=96, out=32)
SCENES = [("circle", "red", 1), ("star", "blue", 3)]


@pytest.fixture(scope="module")
def tiny() -> PictureModel:
    torch.manual_seed(1)
    model = PictureModel(Seer(TINY), Shape(vocabulary=320, width=32, layers=1, heads=2, feed_forward=64))
    for parameter in model.parameters():  # so that no part is near zero and could be wrong unnoticed
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter, mean=float(parameter.detach().mean()), std=0.1)
    return model.eval()


@pytest.fixture(scope="module")
def exported(tiny: PictureModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    texts = [message["content"] for seed in range(200) for message in talk(SCENES, 1, Random(seed)).messages]
    words = tokenizer.train(texts, 320)
    words.save(str(folder / "tokenizer.json"))
    gguf_export.write(folder / "model.gguf", tiny.decoder, words, "tiny")
    mmproj.write(folder / "mmproj.gguf", tiny.seer.tower, "tiny")
    return folder


def batch(count: int) -> Batch:
    random = Random(3)
    scenes = [scene(random) for _ in range(count)]
    pixels = [seen(draw_file(SHAPES[shape], COLORS[color], many, random)) for shape, color, many in scenes]
    found = [foreground(picture, many, TINY.patch) for picture, (_, _, many) in zip(pixels, scenes, strict=True)]
    masks = np.stack([target.mask for target in found]).reshape(count, 8, 4, 8, 4).transpose(0, 1, 3, 2, 4)
    return Batch(
        torch.from_numpy(np.stack(pixels)),
        torch.tensor(scenes),
        torch.from_numpy(masks.reshape(count, 64, 16)).float() / 255,
        torch.from_numpy(np.stack([target.centers for target in found]).reshape(count, 64)).float() / 255,
        torch.tensor([target.sure for target in found]),
    )


def test_tower_gives_the_same_numbers_in_llama_cpp(tiny: PictureModel, exported: Path) -> None:
    from llama_cpp import mtmd_cpp

    llama = Llama(exported / "model.gguf", CPU, 256)
    eye = Projector(exported / "mmproj.gguf", llama, CPU)
    for seed in range(6):  # square ones and others, larger and smaller than the tower's square
        data = draw_file("star", "red", 1, Random(seed))
        with eye.chunks([picture_from_bytes(data, SIDE)]) as chunks:
            assert [chunk.length for chunk in chunks] == [TINY.tokens]
            assert mtmd_cpp.mtmd_encode_chunk(eye._context, chunks[0].pointer) == 0
            output = mtmd_cpp.mtmd_get_output_embd(eye._context)
            there = np.ctypeslib.as_array(ctypes.cast(output, ctypes.POINTER(ctypes.c_float)), (64, 32)).copy()
        with torch.no_grad():
            here = tiny.seer.tower(torch.from_numpy(seen(data).copy())[None])[0].numpy()
        assert np.abs(here).mean() > 0.02
        assert np.abs(here - there).max() < 0.02 * np.abs(here).max()
    eye.close()
    llama.close()


def test_a_prompt_has_the_same_tokens_in_llama_cpp(exported: Path) -> None:
    words = tokenizer.Tokenizer.from_file(str(exported / "tokenizer.json"))
    llama = Llama(exported / "model.gguf", CPU, 512)
    eye = Projector(exported / "mmproj.gguf", llama, CPU)
    picture = picture_from_bytes(draw_file("star", "red", 1, Random(1)), SIDE)
    question = "What is in this picture, please?"
    pieces = llama.template.pieces([Message("system", "Be brief."), Message("user", question, (picture,))])
    with eye.chunks(pieces) as chunks:
        there = [token for chunk in chunks for token in (chunk.tokens or [-1] * chunk.length)]
        for place, chunk in enumerate(chunks):
            start = sum(before.positions for before in chunks[:place])
            eye.evaluate(chunk, start, place == len(chunks) - 1, CancelToken())
    here = encode(
        words,
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": PICTURE_MARKER + question}],
        add_generation_prompt=True,
        picture_tokens=TINY.tokens,
    )
    assert there == here.ids
    eye.close()
    llama.close()


def test_states_are_a_plain_vit() -> None:
    tower = Tower(TINY)
    pixels = torch.randint(0, 256, (2, 96, 96, 3), dtype=torch.uint8)
    scaled = (pixels.permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5
    convolved = tower.v["patch_embd"](scaled).flatten(2).transpose(1, 2) + tower.v["position_embd"].weight
    first = tower.v["blk"][0](convolved)
    assert torch.allclose(tower.states(pixels)[0], first, atol=1e-4)


def test_learns(tiny: PictureModel) -> None:
    torch.manual_seed(2)
    seer, pictures = Seer(TINY), batch(8)
    optimizer = torch.optim.AdamW(seer.parameters(), 3e-3)
    losses = []
    for _ in range(40):
        loss = seer.loss(seer.tower.states(pictures.pixels), pictures)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


def test_pictures_stand_where_their_tokens_are(tiny: PictureModel) -> None:
    pictures = torch.arange(4 * 32).reshape(4, 32).float()
    ids = torch.tensor([[5, -1, -1, 6], [-1, 7, -1, 8]])
    mixed = tiny.embeddings(ids, pictures)
    assert torch.equal(mixed[0, 1:3], pictures[:2])
    assert torch.equal(mixed[1, [0, 2]], pictures[2:])
    assert torch.equal(mixed[0, 0], tiny.decoder.token_embd.weight[5])


def test_joint_loss_reaches_every_part(tiny: PictureModel, exported: Path) -> None:
    words = tokenizer.Tokenizer.from_file(str(exported / "tokenizer.json"))
    message = [{"role": "user", "content": PICTURE_MARKER + "Hi"}, {"role": "assistant", "content": "A star."}]
    ids, learned = padded([encode(words, message, picture_tokens=TINY.tokens)] * 4)
    assert learned.any()
    tiny.loss(batch(4), ids, learned).backward()
    assert all(parameter.grad is not None for parameter in tiny.parameters())
    tiny.zero_grad()


def test_talks_are_true_and_leave_out_what_is_held_out() -> None:
    shown = 0
    for seed in range(300):
        made = talk(SCENES, 2, Random(seed))
        messages = [message for message in made.messages if message["role"] != "system"]
        assert [message["role"] for message in messages] == ["user", "assistant"] * (len(messages) // 2)
        markers = "".join(message["content"] for message in messages).count(PICTURE_MARKER)
        assert markers == len(made.scenes)
        shown += markers
        assert not any(
            held_out(message["content"].removeprefix(PICTURE_MARKER))
            for message in messages
            if message["role"] == "user"
        )
        if not markers:
            assert messages[-1]["content"] == NO_PICTURE
        current = -1
        for message in messages:
            current += message["content"].count(PICTURE_MARKER)
            if message["role"] == "assistant" and current >= 0:
                words = {word.removesuffix("s") for word in message["content"].rstrip(".").split()}
                assert words & set(SHAPES) <= {SCENES[current][0]}
    assert shown > 300


def test_training_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Drawing and targets of a shard are made once, and the same again from the same name."""
    from training.vlm.dataset import shard

    first, scenes = shard(tmp_path / "a", "t", 0, 6)
    again, _ = shard(tmp_path / "b", "t", 0, 6)
    assert np.array_equal(first, again)
    stamp = (tmp_path / "a" / "t-0-pixels.npy").stat().st_mtime_ns
    shard(tmp_path / "a", "t", 0, 6)
    assert (tmp_path / "a" / "t-0-pixels.npy").stat().st_mtime_ns == stamp
    assert scenes.shape == (6, 3)
