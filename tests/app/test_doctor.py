"""What the check-up says about graphics cards."""

from pathlib import Path

import pynvml
import pytest

from app.doctor import Check, checks
from app.elsewhere import with_remote
from app.settings import Settings
from models import cuda
from models.residency import starter_library
from tests.chat_server import chat_server
from tests.nvml import GTX_1660, T4, StandInNvml
from tests.pulse import Pulse


def graphics(tmp_path: Path) -> Check:
    found = checks(starter_library(tmp_path, {}), tmp_path)
    return next(check for check in found if check.name == "graphics card")


def test_cards_are_named_with_their_free_memory(stand_in_nvml: StandInNvml, tmp_path: Path) -> None:
    stand_in_nvml.show(T4, GTX_1660)
    assert graphics(tmp_path) == Check(
        "graphics card",
        True,
        "Tesla T4 with 15.7 of 16.1 GB free, NVIDIA GeForce GTX 1660 with 6.2 of 6.4 GB free; driver 550.54.14",
    )


def test_a_lost_card_is_to_be_looked_after(stand_in_nvml: StandInNvml, tmp_path: Path) -> None:
    stand_in_nvml.show(T4, GTX_1660)
    stand_in_nvml.fail("*", pynvml.NVML_ERROR_GPU_IS_LOST, card=1)
    check = graphics(tmp_path)
    assert not check.ok
    assert check.found == (
        "Tesla T4 with 15.7 of 16.1 GB free; graphics card 1 is lost: restart the computer; driver 550.54.14"
    )


def test_a_driver_of_another_version_is_to_be_looked_after(stand_in_nvml: StandInNvml, tmp_path: Path) -> None:
    stand_in_nvml.show(T4)
    stand_in_nvml.fail("nvmlInit", pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH)
    check = graphics(tmp_path)
    assert not check.ok
    assert check.found == "CPU only (the NVIDIA driver was updated: restart the computer)"


def test_a_package_without_libraries_of_nvidias_names_them(
    stand_in_nvml: StandInNvml, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def library() -> list[Check]:
        found = checks(starter_library(tmp_path, {}), tmp_path)
        return [check for check in found if check.name == "NVIDIA's libraries"]

    stand_in_nvml.show(T4)
    assert library() == []
    monkeypatch.setattr(cuda, "missing", lambda: {"the models": (), "the voice": ("libcudnn.so.9", "libb.so.1")})
    found = "missing for the voice: libcudnn.so.9, libb.so.1"
    assert library() == [Check("NVIDIA's libraries", False, found, cuda.INSTALL)]


def test_no_card_is_no_fault(stand_in_nvml: StandInNvml, tmp_path: Path) -> None:
    stand_in_nvml.show()
    assert graphics(tmp_path) == Check("graphics card", True, "CPU only (the NVIDIA driver sees no card)")


def test_microphones_and_speakers_are_named(pulse: Pulse, tmp_path: Path) -> None:
    found = {check.name: check for check in checks(starter_library(tmp_path, {}), tmp_path)}
    assert found["microphone"] == Check("microphone", True, pulse.microphone)
    assert found["speaker"] == Check("speaker", True, pulse.speaker)


def test_another_computer_is_asked_and_called_remote(tmp_path: Path) -> None:
    with chat_server() as server:
        there = Settings(remote_address=server.host, remote_text=True, remote_model="large")
        library = with_remote(starter_library(tmp_path, {}), there)
        check = next(check for check in checks(library, tmp_path) if check.name == "remote llm")
        assert check.ok
        assert check.found.startswith(f"remote, at {server.host}: “large” at {server.host} answered in ")
        server.script = lambda asked, wire: wire.refuse(401, {"detail": "Invalid API key"})
        check = next(check for check in checks(library, tmp_path) if check.name == "remote llm")
        assert not check.ok
        assert "does not accept questions without a key" in check.found
        assert check.remedy
