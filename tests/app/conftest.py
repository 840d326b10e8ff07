"""Live devices on the tests' own sound server."""

from collections.abc import Callable, Iterator

import pytest

from app.live import LiveMicrophone, LiveSpeaker
from tests.app.sound import Ear
from tests.pulse import Pulse


@pytest.fixture
def listen() -> Iterator[Callable[[str], Ear]]:
    made: list[Ear] = []

    def make(name: str) -> Ear:
        made.append(Ear(LiveMicrophone(name)))
        return made[-1]

    yield make
    for ear in made:
        ear.close()


@pytest.fixture
def speaker(pulse: Pulse) -> Iterator[LiveSpeaker]:
    made = LiveSpeaker(pulse.speaker)
    yield made
    made.close()
