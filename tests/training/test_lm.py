"""The shared small language model: its tokens, its template and its computing are those of llama.cpp."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from models.llama import Llama
from models.roles import CPU, CancelToken, Message
from training.lm import gguf_export, tokenizer
from training.lm.fit import Plan, fit, rate
from training.lm.model import Decoder, Shape
from training.lm.muon import orthogonal
from training.lm.template import PICTURE, PICTURE_MARKER, encode, render

TEXTS = ["What is three plus four?", "Three plus four is seven.", "¿Qué hora es?", "It isn't naïve: 12 + 34 = 46!"]
TALK = [{"role": "user", "content": TEXTS[0]}, {"role": "assistant", "content": TEXTS[1]}]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def words() -> Any:
    return tokenizer.train(TEXTS * 4, 400)


@pytest.fixture(scope="module")
def decoder(words: Any) -> Decoder:
    torch.manual_seed(1)
    return Decoder(Shape(words.get_vocab_size(), width=64, layers=2, heads=2, feed_forward=96, context=256)).eval()


@pytest.fixture(scope="module")
def opened(words: Any, decoder: Decoder, tmp_path_factory: pytest.TempPathFactory) -> Llama:
    path = tmp_path_factory.mktemp("lm") / "model.gguf"
    gguf_export.write(path, decoder, words, "test")
    return Llama(path, CPU, 256)


@pytest.mark.parametrize(
    "text",
    [
        *TEXTS,
        "1234567 ab12",
        "  two  spaces\n\n\ttab \n",
        "WE'LL don't they'Ve",
        "🙂👩‍👧 東京",
        "a.b,c;(d) — …",
        "x" * 99,
    ],
)
def test_tokens_are_those_of_llama_cpp(words: Any, opened: Llama, text: str) -> None:
    assert opened.tokens(text, special=False) == words.encode(text).ids
    assert b"".join(opened._bytes(i) for i in words.encode(text).ids).decode() == text


def test_digits_stand_alone(words: Any) -> None:
    assert [words.decode([i]) for i in words.encode("2046").ids] == list("2046")


def test_the_prompt_is_the_training_text(words: Any, opened: Llama) -> None:
    trained = encode(words, TALK[:1], add_generation_prompt=True).ids
    assert opened.prompt(opened.template.pieces([Message("user", TEXTS[0])])) == trained


def test_only_answers_are_learned(words: Any) -> None:
    example = encode(words, [{"role": "system", "content": "Be brief."}, *TALK, *TALK])
    learned = [i for i, marked in zip(example.ids, example.learned, strict=True) if marked]
    answer = [*words.encode(TEXTS[1]).ids, tokenizer.END_ID]
    assert learned == answer * 2


def test_pictures_get_their_places(words: Any) -> None:
    messages = [{"role": "user", "content": f"{PICTURE_MARKER}What is this?"}]
    ids = encode(words, messages, picture_tokens=5).ids
    assert ids.count(PICTURE) == 5
    parts = [{"role": "user", "content": [{"text": PICTURE_MARKER}, {"text": "What is this?"}]}]
    assert render(parts) == render(messages)  # type: ignore[arg-type]


def test_logits_are_those_of_llama_cpp(words: Any, decoder: Decoder, opened: Llama) -> None:
    ids = encode(words, [*TALK, *TALK], add_generation_prompt=True).ids
    with torch.no_grad():
        expected = decoder(torch.tensor([ids]))[0, -1].numpy()
        spliced = decoder(embeddings=decoder.token_embd(torch.tensor([ids])))[0, -1].numpy()
    np.testing.assert_array_equal(spliced, expected)
    opened.forget()
    opened.evaluate(ids, CancelToken())
    pointer = opened._api.llama_get_logits_ith(opened.context, -1)
    got = np.ctypeslib.as_array(pointer, shape=expected.shape)
    # Eight-bit weights: the difference is small beside the spread.
    assert np.abs(got - expected).max() < 0.05 * expected.std() + 0.02
    assert np.corrcoef(got, expected)[0, 1] > 0.999


def test_training_goes_on_where_it_stopped(words: Any, tmp_path: Path) -> None:
    example = encode(words, TALK)
    ids, learned = torch.tensor([example.ids]), torch.tensor([example.learned])

    def trained(folder: Path, *stops: int) -> tuple[float, dict[str, Tensor]]:
        for stop in stops:
            torch.manual_seed(2)
            model = Decoder(Shape(words.get_vocab_size(), width=32, layers=1, heads=2, feed_forward=32, context=64))
            plan = Plan(steps=40, rate=1e-2, warm_up=4, every=10)

            def loss(step: int, model: Decoder = model, stop: int = stop) -> Tensor:
                if step == stop:
                    raise KeyboardInterrupt
                return model.loss(ids, learned)

            try:
                fit(model, loss, plan, folder)
            except KeyboardInterrupt:
                continue
        lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        return lines[-1]["loss"], model.state_dict()

    loss, weights = trained(tmp_path / "whole", 40)
    assert loss < 1.5
    _, resumed = trained(tmp_path / "parts", 15, 33, 40)
    assert all(torch.equal(weights[key], resumed[key]) for key in weights)


def test_rate_rises_falls_and_restarts() -> None:
    plan = Plan(steps=300, rate=1.0, warm_up=10, restarts=(100,))
    assert rate(0, plan) == rate(100, plan) == pytest.approx(0.1)
    assert rate(10, plan) == rate(110, plan) == pytest.approx(1.0)
    assert rate(99, plan) < 0.03
    assert rate(299, plan) < 0.03


def test_matrices_are_made_orthogonal() -> None:
    torch.manual_seed(3)
    for shape in ((64, 16), (16, 64)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(2, *shape)))
        assert values.min() > 0.5
        assert values.max() < 1.4


def test_muon_learns_and_goes_on_where_it_stopped(words: Any, tmp_path: Path) -> None:
    example = encode(words, TALK)
    ids, learned = torch.tensor([example.ids]), torch.tensor([example.learned])

    def trained(folder: Path) -> dict[str, Tensor]:
        torch.manual_seed(2)
        model = Decoder(Shape(words.get_vocab_size(), width=32, layers=1, heads=2, feed_forward=32, context=64))
        fit(model, lambda _: model.loss(ids, learned), Plan(40, rate=1e-2, warm_up=4, every=10, muon=True), folder)
        return model.state_dict()

    weights = trained(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert lines[-1]["loss"] < lines[0]["loss"] / 2
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert len(state["optimizers"]) == 2
    again = trained(tmp_path)
    assert all(torch.equal(weights[key], again[key]) for key in weights)
