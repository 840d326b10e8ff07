"""Which arithmetic the trainings take."""

from collections.abc import Iterator

import pytest
import torch

from training import precision


@pytest.fixture(autouse=True)
def _undecided() -> Iterator[None]:
    precision.has_bf16.cache_clear()
    yield
    precision.has_bf16.cache_clear()


@pytest.mark.parametrize(("slow", "wanted"), [(torch.float32, True), (torch.bfloat16, False)])
def test_the_faster_arithmetic_is_taken(monkeypatch: pytest.MonkeyPatch, slow: torch.dtype, wanted: bool) -> None:
    monkeypatch.setattr(precision, "_seconds", lambda kind: 2.0 if kind == slow else 1.0)
    with precision.mixed():
        product = torch.ones(4, 4) @ torch.ones(4, 4)
    assert (product.dtype == torch.bfloat16) == wanted
    assert precision.has_bf16() == wanted


def test_a_little_faster_is_not_worth_the_lost_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_seconds", lambda kind: 1.2 if kind == torch.float32 else 1.0)
    assert not precision.has_bf16()
