"""Engines on the cards of the stand-in driver: real engines that compute on the processor, while the memory that they
are forecast to take is taken from the card that they were opened on.

Stands in for the hardware that is missing here, and for how the libraries behave on it: without room on its card an
engine does not load, and on a card that is gone it stops at its next step.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from models import hardware
from models.catalog import Card
from models.residency import Library
from models.roles import Engine, ModelError, Placement
from tests.nvml import StandInNvml

LOST = 15
"""NVML's code for a card that is lost."""


class Cards:
    """The cards, and who is on them."""

    def __init__(self, nvml: StandInNvml) -> None:
        self.nvml = nvml
        self._lock = threading.Lock()
        self.free: dict[int, int] = {}
        """Bytes, of the cards that are there."""
        self.taken: dict[int, int] = {}
        self.loads: list[tuple[str, Placement]] = []
        """Every model that was opened, and how, in order."""

    def show(self, *cards: Any) -> None:
        self.nvml.show(*cards)
        self.free = {index: card.free for index, card in enumerate(cards)}
        self.taken = dict.fromkeys(self.free, 0)

    def others_leave(self, card: int, free: int) -> None:
        """Let another program take all of a card but `free` bytes."""
        with self._lock:
            self.nvml.set(card, others=self.free[card] - self.taken[card] - free)
            self.free[card] = free + self.taken[card]

    def lose(self, card: int) -> None:
        """The card falls off its bus."""
        with self._lock:
            del self.free[card]
            self.nvml.fail("*", LOST, card=card)

    def come_back(self, card: int) -> None:
        """A card that was lost is there again, with nothing of this process on it; the others never were lost."""
        with self._lock:
            self.nvml.heal()
            self.nvml.set(card, ours=0)
            self.free[card], self.taken[card] = self.nvml.free(card), 0
        hardware.close()

    def take(self, card: int, size: int) -> None:
        with self._lock:
            if card not in self.free:
                raise ModelError("gpu-unavailable", f"llama.cpp does not see graphics card {card}.", "Use the CPU.")
            if self.taken[card] + size > self.free[card]:
                raise ModelError("out-of-memory", "The card's memory ran out.", "Choose a smaller model.")
            self.taken[card] += size
            self.nvml.set(card, ours=self.taken[card])

    def give_back(self, card: int, size: int) -> None:
        with self._lock:
            if card in self.free:
                self.taken[card] -= size
                self.nvml.set(card, ours=self.taken[card])


class OnCard:
    """An engine that takes its memory from a card."""

    def __init__(self, engine: Engine, card: Card, cards: Cards) -> None:
        self._engine, self._card, self._cards = engine, card, cards
        self._held: tuple[int, int] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def load(self, placement: Placement) -> None:
        if placement.gpu is not None:
            need = self._engine.need(placement)
            size = need.vram - need.card.picture
            self._cards.take(placement.gpu, size)
            self._held = placement.gpu, size
        self._engine.load(replace(placement, gpu=None, layers=-1))
        self._cards.loads.append((self._card.id, placement))

    def close(self) -> None:
        self._engine.close()
        if self._held is not None:
            self._cards.give_back(*self._held)
            self._held = None

    def reply(self, *arguments: Any) -> Iterator[Any]:
        return self._watched(self._engine.reply, arguments)  # type: ignore[attr-defined]

    def speak(self, *arguments: Any) -> Iterator[Any]:
        return self._watched(self._engine.speak, arguments)  # type: ignore[attr-defined]

    def _watched(self, work: Callable[..., Iterator[Any]], arguments: tuple[Any, ...]) -> Iterator[Any]:
        for piece in work(*arguments):
            if self._held is not None and self._held[0] not in self._cards.free:
                raise ModelError("evaluation-failed", "CUDA error: the device is lost.", "Ask again.")
            yield piece


@pytest.fixture
def cards(stand_in_nvml: StandInNvml, monkeypatch: pytest.MonkeyPatch) -> Cards:
    """Cards that engines run on; `show` some first."""
    made, engine = Cards(stand_in_nvml), Library.engine
    monkeypatch.setattr(Library, "engine", lambda self, card: OnCard(engine(self, card), card, made))
    return made
