"""A whole model from a server that behaves badly: it comes whole, or fails with the reason and is never offered.

What one file does is in test_download.py; here its cases meet a model of two files on its way into the store.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.roles import CancelToken, ModelError
from models.store.arrival import Arrival
from models.store.installed import Store
from models.store.web import Patience, Web
from tests.hub import GOOD, Asked, Bad, Hub, running
from tests.models.test_download import CASES, CONTENT
from tests.models.test_store import card

QUICK = Patience(stall=0.3, least=64, tries=4, progress=2000, waits=(0.001,))
CONFIG = b'{"name": "test"}'
CUTS = 100


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as server:
        server.add("Some/Model", "model.bin", CONTENT)
        server.add("Some/Model", "config.json", CONFIG, large=False)
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


def arrive(hub: Hub, store: Store) -> None:
    arrival = Arrival(store, card(), Web(hub.url, QUICK))
    arrival.prepare(CancelToken())
    arrival.work(CancelToken())
    arrival.finish(CancelToken())


def whole(store: Store) -> None:
    (one,) = store.installed()
    assert (one.fault, store.verify(one.id, CancelToken())) == ("", ())
    assert (one.folder / "model.bin").read_bytes() == CONTENT
    assert not store.coming(one.id).exists()


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_come_is_never_offered_and_comes_once_it_can(hub: Hub, store: Store, case: str) -> None:
    bad, code = CASES[case]
    hub.script = lambda asked: bad(asked) if asked.path.startswith(("/cdn/", "/file.bin")) else GOOD
    with pytest.raises(ModelError) as raised:
        arrive(hub, store)
    assert raised.value.code == code
    assert store.installed() == ()
    assert not (store.root / "some-model").exists()
    hub.script = lambda asked: GOOD
    arrive(hub, store)
    whole(store)


def test_cut_at_a_hundred_random_points_and_begun_anew_each_time_it_ends_whole(hub: Hub, store: Store) -> None:
    """A new Arrival at each point, as after a restart; nothing is offered before the last."""
    generator = random.Random(3)

    def script(asked: Asked) -> Bad:
        return Bad(cut=generator.randrange(6000)) if asked.path.startswith("/cdn/") else GOOD

    hub.script = script
    once, cuts = Patience(stall=0.3, least=1, tries=1, waits=(0.001,)), 0
    while cuts < CUTS:
        arrival = Arrival(store, card(), Web(hub.url, once))
        arrival.prepare(CancelToken())
        try:
            arrival.work(CancelToken())
        except ModelError as error:
            assert error.code == "source-cut"  # noqa: PT017 (it may also be through before the last cut)
            cuts += 1
            assert store.installed() == ()
        else:
            arrival.clear()
    hub.script = lambda asked: GOOD
    arrive(hub, store)
    whole(store)
