"""The picture model's parts at tiny size: learning, talks, and the same numbers in torch and in llama.cpp."""

import ctypes
from collections.abc import Iterator
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
from training.domain.pictures import told_of
from training.domain.scenes import SCENE_COLORS, SHAPES, Drawing, Photo, Scene, Thing
from training.lm import gguf_export, tokenizer
from training.lm.model import Decoder, Shape
from training.lm.template import PICTURE_MARKER, encode
from training.vlm import mmproj, printing
from training.vlm.model import PictureModel, Seer
from training.vlm.pictures import IGNORE, Pictures
from training.vlm.plain import plain_file
from training.vlm.recipe import talks, told_loss
from training.vlm.sight import SIDE, seen
from training.vlm.talks import NO_PICTURE, talk
from training.vlm.tower import Stage, TowerShape
from training.vlm.views import WAYS, Views

TINY = TowerShape(
    side=SIDE,
    stem=8,
    stages=(
        Stage(8, 24, 1),
        Stage(16, 24, 0),
        Stage(24, 32, 1, attention=1),
        Stage(32, 64, 1, dense=False, attention=1),
    ),
    heads=2,
    head_width=16,
    fused=48,
    out=32,
)
TOKENS = 64
SCENES: list[Scene] = [
    Drawing((Thing("circle", "red", "small", 0.2, 0.5, 0.15), Thing("cross", "blue", "large", 0.7, 0.5, 0.5)), "white"),
    Photo(("green", "gray")),
]


@pytest.fixture(autouse=True, scope="module")
def typefaces() -> Iterator[None]:
    """The one that Pillow brings: which others are installed depends on the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "typefaces", lambda judging=False: [printing.PILLOWS_OWN])
        yield


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


@pytest.fixture(scope="module")
def views(tiny: PictureModel, pictures: Pictures, tmp_path_factory: pytest.TempPathFactory) -> Views:
    return Views(tmp_path_factory.mktemp("views") / "views.npy", pictures, tiny.seer.tower)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    return Pictures(tmp_path_factory.mktemp("pictures"), 1, TINY.patch, "t", 96)


def some_file(seed: int) -> bytes:
    return plain_file([("star", "red"), ("heart", "blue")], Random(seed))[0]


def test_tower_gives_the_same_numbers_in_llama_cpp(tiny: PictureModel, exported: Path) -> None:
    from llama_cpp import mtmd_cpp

    llama = Llama(exported / "model.gguf", CPU, 256)
    eye = Projector(exported / "mmproj.gguf", llama, CPU)
    for seed in range(6):  # square ones and others, larger and smaller than the tower's square
        data = some_file(seed)
        with eye.chunks([picture_from_bytes(data, SIDE)]) as chunks:
            (chunk,) = (chunk for chunk in chunks if not chunk.tokens)
            assert chunk.length == TOKENS == TINY.tokens
            assert mtmd_cpp.mtmd_encode_chunk(eye._context, chunk.pointer) == 0
            output = mtmd_cpp.mtmd_get_output_embd(eye._context)
            there = np.ctypeslib.as_array(ctypes.cast(output, ctypes.POINTER(ctypes.c_float)), (TOKENS, 32)).copy()
        with torch.no_grad():
            here = tiny.seer.tower(torch.from_numpy(seen(data)[0].copy())[None])[0].numpy()
        assert np.abs(here).mean() > 0.02
        assert np.abs(here - there).max() < 0.02 * np.abs(here).max()
    eye.close()
    llama.close()


def test_a_prompt_has_the_same_tokens_in_llama_cpp(exported: Path) -> None:
    words = tokenizer.Tokenizer.from_file(str(exported / "tokenizer.json"))
    llama = Llama(exported / "model.gguf", CPU, 512)
    eye = Projector(exported / "mmproj.gguf", llama, CPU)
    picture = picture_from_bytes(some_file(1), SIDE)
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


def test_the_tower_learns(pictures: Pictures) -> None:
    torch.manual_seed(2)
    seer, batch = Seer(TINY), pictures.batch(list(range(6)))
    optimizer = torch.optim.AdamW(seer.parameters(), 3e-3)
    losses = []
    for _ in range(20):
        loss = seer.loss(seer.tower.states(batch.pixels), batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]
    right = seer.right(seer.tower.states(batch.pixels), batch)
    assert right["kind"] > 0.6
    assert all(0 <= share <= 1 for share in right.values() if share == share)


def test_pictures_stand_where_their_tokens_are(tiny: PictureModel) -> None:
    pictures = torch.arange(4 * 32).reshape(4, 32).float()
    ids = torch.tensor([[5, -1, -1, 6], [-1, 7, -1, 8]])
    mixed = tiny.embeddings(ids, pictures)
    assert torch.equal(mixed[0, 1:3], pictures[:2])
    assert torch.equal(mixed[1, [0, 2]], pictures[2:])
    assert torch.equal(mixed[0, 0], tiny.decoder.token_embd.weight[5])


def test_talks_teach_the_decoder_and_the_projection(tiny: PictureModel, exported: Path, views: Views) -> None:
    words = tokenizer.Tokenizer.from_file(str(exported / "tokenizer.json"))
    steps = talks(words, views, Random(1))
    shown = [(talked.ids == -1).sum() for talked in steps]
    assert shown == [TOKENS * len(talked.views) for talked in steps]
    assert sum(shown) > 0
    assert all(talked.learned.any(1).all() for talked in steps)
    tiny.zero_grad()
    told_loss(tiny, views, next(talked for talked in steps if talked.views)).backward()
    learning = {name for name, parameter in tiny.named_parameters() if parameter.grad is not None}
    projection = "seer.tower.mm.input_projection.weight"
    assert learning == {
        name for name, _ in tiny.named_parameters() if name.startswith("decoder.") or name == projection
    }
    tiny.zero_grad()


def test_views_are_what_the_tower_sees_of_the_turned_picture(
    tiny: PictureModel, pictures: Pictures, views: Views
) -> None:
    assert [len(views.of[kind]) for kind in WAYS] == [WAYS[kind] * len(pictures.told[kind]) for kind in WAYS]
    for kind, found in views.of.items():
        batch = views.batch(found)
        with torch.no_grad():
            there = tiny.seer.tower.states(batch.pixels)
        here = views.states(found)
        assert here.shape == there.shape == (len(found), TOKENS, TINY.out)
        assert (here - there).abs().max() < 2e-3 * there.abs().max()  # kept with eleven bits
        for row, view in enumerate(found):
            scene, spots = views.scene(view), batch.spots[row][batch.centers[row, :, 1] != IGNORE]
            if kind == "drawing":
                assert isinstance(scene, Drawing)
                told = sorted((thing.x, thing.y) for thing in scene.things)
                assert np.allclose(told, sorted((x, y) for x, y, _ in spots.tolist()))
    assert views.states([]).shape == (0, TOKENS, TINY.out)
    both = (views.states([(place, way) for place in pictures.told["drawing"]]) for way in range(2))
    assert len({states.sum().item() for states in both}) == 2


def test_the_decoder_begins_with_words_where_the_projection_puts_what_they_name(
    tiny: PictureModel, exported: Path, views: Views
) -> None:
    torch.manual_seed(4)
    words = tokenizer.Tokenizer.from_file(str(exported / "tokenizer.json"))
    model = PictureModel(tiny.seer, Shape(vocabulary=320, width=32, layers=2, heads=2, feed_forward=64))
    before = model.decoder.token_embd.weight.detach().clone()
    shown = views.of["drawing"]
    batch = views.batch(shown)
    model.name(views.states(shown), batch, lambda text: words.encode(text).ids)
    moved = (model.decoder.token_embd.weight != before).any(1)
    assert moved[words.encode(" red").ids].all()
    assert not moved[words.encode(" the").ids].any()
    loudness = model.decoder.token_embd.weight.norm(dim=1)
    assert torch.allclose(loudness[moved], loudness[~moved].mean(), rtol=1e-3)
    # A patch of a color lies nearer to the color's name than patches of other colors do.
    (red,) = words.encode(" red").ids
    projected = model.seer.tower.project(views.states(shown))
    colors = batch.inked[..., 1]
    likeness = projected @ model.decoder.token_embd.weight[red]
    number = SCENE_COLORS.index("red")
    assert likeness[colors == number].mean() > likeness[(colors != number) & (colors != IGNORE)].mean()


def test_heads_begin_by_looking_for_what_is_alike() -> None:
    torch.manual_seed(5)
    decoder = Decoder(Shape(vocabulary=320, width=32, layers=2, heads=2, feed_forward=64))
    decoder.look_for_alike()
    for block in decoder.blk:
        states = torch.nn.functional.normalize(torch.randn(20, 32), dim=1)
        scores = block.attn_q(states) @ block.attn_k(states).T
        assert (scores.argmax(1) == torch.arange(20)).all()
        copied = block.attn_output(block.attn_v(states))
        assert (torch.cosine_similarity(copied, states) > 0.99).all()


def test_right_is_what_greedy_decoding_would_say(tiny: PictureModel, exported: Path, pictures: Pictures) -> None:
    words = tokenizer.Tokenizer.from_file(str(exported / "tokenizer.json"))
    with torch.no_grad():
        states = tiny.seer.tower.states(pictures.batch([0]).pixels)
        asked = [{"role": "user", "content": PICTURE_MARKER + "What is this?"}]
        ids = encode(words, asked, add_generation_prompt=True, picture_tokens=TOKENS).ids
        embedded = tiny.embeddings(torch.tensor([ids]), tiny.seer.tower.project(states).flatten(0, 1))
        said = int(tiny.decoder(embeddings=embedded)[0, -1].argmax())
        learned = torch.zeros(1, len(ids) + 1, dtype=torch.bool)
        learned[0, -1] = True
        assert tiny.right(states, torch.tensor([[*ids, said]]), learned) == 1
        assert tiny.right(states, torch.tensor([[*ids, (said + 1) % 300]]), learned) == 0


def test_talks_are_true_and_leave_out_what_is_held_out() -> None:
    shown = 0
    for seed in range(200):
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
        current = -1
        for message in messages:
            current += message["content"].count(PICTURE_MARKER)
            answer = message["content"]
            if message["role"] != "assistant" or "only the starter model for pictures" in answer:
                continue
            if current < 0:
                assert answer == NO_PICTURE
            elif current == 1:
                assert answer == told_of(Photo(("green", "gray"))).en
            elif not answer.startswith("No, ") and "There is no" not in answer:
                assert {word.strip(".,") for word in answer.split()} & set(SHAPES) <= {"circle", "cross"}
    assert shown > 200
