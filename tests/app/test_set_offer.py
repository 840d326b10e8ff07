"""A whole set before it is downloaded: what is told of it, on machines that the test plays."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app import inventory
from app.fits import Verdict
from app.planning import placed
from app.set_offer import SetOffer, offer, preferred
from models import available, catalog
from models.catalog import Card
from models.hardware import Gpu, Hardware
from models.places import Places
from models.residency import starter_library
from models.roles import GB, Role

T4 = Gpu(0, "Tesla T4", 16 * GB, 15_800_000_000, 0, None, (7, 5), 320 * GB)


@pytest.fixture
def offered(tmp_path: Path) -> Callable[..., SetOffer]:
    def make(*gpus: Gpu, ram: int = 32, spoken: tuple[str, ...] = ("en", "es")) -> SetOffer:
        machine = Hardware(gpus, None if gpus else "no card", None, ram * GB, ram * GB * 8 // 10, 8)
        places = Places(starter_library(tmp_path / "converted", {}), read=lambda: machine)
        return offer(tmp_path, places, spoken)

    return make


def test_a_set_for_a_t4(offered: Callable[..., SetOffer]) -> None:
    found = offered(T4)
    assert found.fit.verdict is Verdict.FITS
    by_role = {role: [m for m in found.members if m.card.role is role] for role in Role}
    assert len(by_role[Role.LLM]) == len(by_role[Role.VLM]) == 1
    assert len(by_role[Role.ASR]) == len(by_role[Role.TTS]) == 2
    assert by_role[Role.TRANSLATION]
    assert [member.card.role for member in found.members] == sorted(
        (member.card.role for member in found.members), key=list(Role).index
    )
    for member in by_role[Role.LLM] + by_role[Role.VLM]:
        assert "GPU 0" in member.where
        assert member.speed is not None
        assert "GPU 0" in member.speed.sentence
    assert all(member.speed is None for member in by_role[Role.TTS])
    assert found.missing == ""
    assert found.download == sum(member.card.size for member in found.members) > 5 * GB
    assert f"{inventory.size(found.download)} to download: about " in found.sizes
    assert " minutes at 50 Mbit/s. " in found.sizes


def test_without_a_card_it_is_small_and_its_speed_is_that_of_main_memory(offered: Callable[..., SetOffer]) -> None:
    found = offered(ram=16)
    (llm,) = [member for member in found.members if member.card.role is Role.LLM]
    assert (llm.card.parameters or 0) < 4_500_000_000
    assert llm.speed is None or "main memory gives" in llm.speed.sentence
    assert "no card" in llm.where


def test_what_is_missing_is_told(offered: Callable[..., SetOffer], monkeypatch: pytest.MonkeyPatch) -> None:
    some = tuple(card for card in catalog.load() if not (card.role is Role.TTS and "es" in card.source))
    monkeypatch.setattr(catalog, "load", lambda: some)
    assert offered(T4).missing == "The catalog has no voice for Spanish."


def test_a_full_disk_is_told_before_anything_is_begun(
    offered: Callable[..., SetOffer], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert replace(offered(T4), free=1 << 50).lack == ""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10 * GB, 8 * GB, 2 * GB))
    found = offered(T4)
    assert found.free == 2 * GB
    assert not found.has_room
    assert found.lack.startswith("The disk has no room for that. Free ")
    assert "2.0 GB of the disk are free." in found.sizes


def test_what_is_here_is_not_downloaded_again(offered: Callable[..., SetOffer], tmp_path: Path) -> None:
    first = offered(T4)
    card = next(member.card for member in first.members if member.card.role is Role.LLM)
    _pretend(card, tmp_path)
    found = offered(T4)
    assert [member.card.id for member in found.members if member.here] == [card.id]
    assert card.id not in [each.id for each in found.wanted]
    assert found.download == first.download - card.size
    assert f"1 of the {len(found.members)} models is here already." in found.sizes
    nothing = replace(found, members=tuple(replace(member, here=True) for member in found.members), free=0)
    assert (nothing.sizes, nothing.lack) == ("All of it is on this computer already.", "")


def test_no_licence_of_a_set_forbids_commercial_use_and_unknown_ones_are_named(
    offered: Callable[..., SetOffer],
) -> None:
    found = offered(T4)
    assert all(member.card.commercial is not False for member in found.members)
    known = replace(found, members=tuple(replace(m, card=replace(m.card, commercial=True)) for m in found.members))
    assert known.licences.startswith("No licence in this set forbids commercial use.")
    first, *rest = known.members
    one = replace(known, members=(replace(first, card=replace(first.card, commercial=None)), *rest))
    assert f"allowed by the licence of “{first.card.name}”." in one.licences


def test_the_set_is_used_first(offered: Callable[..., SetOffer]) -> None:
    found = offered(T4)
    ids = [member.card.id for member in found.members]
    assert preferred(found, f"mine {ids[0]}", 2000).split() == [*ids, "mine"]
    assert preferred(found, "mine", len(ids[0])) == ids[0]


def _pretend(card: Card, data: Path) -> None:
    """Something small under the name of a model."""
    store = available.store(data)
    folder = store.coming(card.id)
    folder.mkdir(parents=True)
    hashes = {}
    for path in card.files.values():
        (folder / path).write_bytes(b"GGUF")
        hashes[path] = "0" * 64
    store.adopt(card, folder, [], hashes)


def test_the_places_of_the_window_serve(tmp_path: Path) -> None:
    library = placed(starter_library(tmp_path / "converted", {}))
    assert library.places is not None
    assert offer(tmp_path, library.places, ("en",)).members
