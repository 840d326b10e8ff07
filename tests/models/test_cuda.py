"""The package for NVIDIA cards: where it finds NVIDIA's libraries, and what it says where a card is not used.

The libraries and the driver are stand-ins, opened by a process of their own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models import cuda

ROOT = Path(__file__).parents[2]
BEGIN = """
import ctypes, json, sys
sys.frozen = True
from models import cuda
cuda.built_for = lambda: "NVIDIA cards"
cuda._WANTED = {
    cuda.LLAMA: ("libstandin-first.so.13", "libstandin-second.so.13"),
    cuda.VOICE: ("libstandin-third.so.9",),
}

def refusal(user):
    try:
        cuda.open_libraries(user)
    except cuda.ModelError as error:
        return error.code, error.message
"""


def library(folder: Path, name: str, source: str = "", asks_for: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    others = [f"-Wl,--no-as-needed,-l:{asks_for}"] if asks_for else []
    command = ["cc", "-shared", "-x", "c", "-", "-o", folder / name, f"-Wl,-soname,{name}", f"-L{folder}", *others]
    subprocess.run(command, input=source, text=True, check=True)


def driver(folder: Path, version: int) -> None:
    library(folder, "libcuda.so.1", f"int cuDriverGetVersion(int *version) {{ *version = {version}; return 0; }}\n")


def told(code: str, home: Path, drivers: Path) -> Any:
    """What the expression is in a package for NVIDIA cards."""
    environment = os.environ | {"HOME": str(home), "LD_LIBRARY_PATH": str(drivers)}
    command = [sys.executable, "-c", f"{BEGIN}\nprint(json.dumps({code}))"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def test_what_is_missing_is_named_by_what_needs_it(tmp_path: Path) -> None:
    driver(tmp_path, 13010)
    missing, (cause, remedy) = told("[cuda.missing(), cuda.unused()]", tmp_path, tmp_path)
    assert missing == {
        cuda.LLAMA: ["libstandin-first.so.13", "libstandin-second.so.13"],
        cuda.VOICE: ["libstandin-third.so.9"],
    }
    assert cause == (
        "Libraries of NVIDIA's that this package of Parley uses are not found: libstandin-first.so.13,"
        " libstandin-second.so.13."
    )
    assert "libcublas-13-0" in remedy


def test_libraries_are_found_where_pip_puts_them_for_one_person(tmp_path: Path) -> None:
    """And what asks for them later by name alone, as the plug-ins do, gets those."""
    driver(tmp_path / "driver", 13000)
    place = tmp_path / ".local/lib/python3.12/site-packages/nvidia/cu13/lib"
    library(place, "libstandin-first.so.13", "int answer(void) { return 42; }\n")
    library(place, "libstandin-second.so.13", asks_for="libstandin-first.so.13")
    later = "ctypes.CDLL('libstandin-first.so.13').answer()"
    missing, answer = told(f"[cuda.missing(), {later}]", tmp_path, tmp_path / "driver")
    assert (missing, answer) == ({cuda.LLAMA: [], cuda.VOICE: ["libstandin-third.so.9"]}, 42)


def test_a_driver_for_an_older_cuda_is_the_cause(tmp_path: Path) -> None:
    driver(tmp_path, 12040)
    cause, remedy = told("cuda.unused()", tmp_path, tmp_path)
    assert cause == "The NVIDIA driver is one for CUDA 12.4, and this package of Parley needs one for CUDA 13."
    assert remedy == "Update the driver to version 580 or newer."


def test_an_engine_is_told_before_its_library_fails(tmp_path: Path) -> None:
    driver(tmp_path, 13000)
    code, message = told("refusal(cuda.VOICE)", tmp_path, tmp_path)
    assert code == "gpu-unavailable"
    assert message == (
        "On the graphics card the voice needs libraries of NVIDIA's that are not found: libstandin-third.so.9."
    )


def test_the_package_for_the_cpu_names_the_other(tmp_path: Path) -> None:
    driver(tmp_path, 13000)
    code = "[setattr(cuda, 'built_for', lambda: 'the CPU'), cuda.missing(), cuda.unused('onnxruntime'), cuda.oldest()]"
    _, missing, (cause, remedy), oldest = told(code, tmp_path, tmp_path)
    assert missing == {cuda.LLAMA: [], cuda.VOICE: []}
    assert cause == "The installed onnxruntime was built without support for graphics cards."
    assert "parley-cuda" in remedy
    assert oldest == [5, 0]


def test_no_driver_is_nothing_to_look_for(tmp_path: Path) -> None:
    if told("cuda._driver()", tmp_path, tmp_path):
        pytest.skip("this machine has an NVIDIA driver")
    assert told("cuda.missing()", tmp_path, tmp_path) == {cuda.LLAMA: [], cuda.VOICE: []}


def test_a_set_up_from_the_sources_is_set_up_again() -> None:
    assert cuda.unused()[1].startswith("Run Parley's set-up again")
