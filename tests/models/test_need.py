"""Forecasts of memory against what llama.cpp says it allocates and what the system says the process takes.

Each measurement is a process of its own: in one that had a model open before, freed memory is used again and hides what
the next one takes.
"""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from models import need, projector
from models.residency import starter_library
from models.roles import CacheType, Memory, Need, Placement, Role
from models.shapes.decoder import DecoderShape, write_decoder

ROOT = Path(__file__).resolve().parents[2]
MB = 1_000_000
MIB = 1 << 20
SHAPES = {
    "mixed": DecoderShape("qwen3", "Q4_K_M", 32_000, 4, 768, 2304, 12, 6, 64, True, 40_960, 1e6),
    "8 bits": DecoderShape("qwen3", "Q8_0", 20_000, 3, 512, 1536, 8, 4, 64, False, 40_960, 1e6),
    "16 bits": DecoderShape("qwen2", "F16", 16_000, 4, 512, 2048, 8, 2, 64, False, 32_768, 1e6),
}

BUFFERS = """
import ctypes, json, re, sys
from models import llama
from models.roles import CacheType, Placement

lines = []
api = llama.library()
keep = api.llama_log_callback(lambda level, text, _: lines.append(text.decode()))
api.llama_log_set(keep, ctypes.c_void_p(0))
told = []
for path, context, cache in json.loads(sys.argv[1]):
    lines.clear()
    llama.Llama(llama.Path(path), Placement(context=context, cache=CacheType(cache)), context).close()
    found = re.findall(r"(\\w+) (model|KV|compute|output) buffer size = +([\\d.]+) MiB", "".join(lines))
    told.append({f"{device} {kind}": float(size) * 2**20 for device, kind, size in found})
print(json.dumps(told))
"""

GROWTH = """
import json, sys
from pathlib import Path
from models import hardware, llama
from models.catalog import Card
from models.residency import starter_library
from models.roles import CacheType, CancelToken, Message, Placement, Role, Sampling

llama.library()
path, context, cache, picture = json.loads(sys.argv[1])
library = starter_library(Path(sys.argv[2]), {})
if path:
    from models.engines.llama_chat import LlamaChat
    card = library.find(Role.LLM)
    engine = LlamaChat(Card(**{**vars(card), "files": {"model": path}, "context": context}), Path("/"))
else:
    engine = library.engine(library.find(Role.VLM if picture else Role.LLM))
pictures = ()
if picture:
    import llama_cpp.mtmd_cpp
    from models.pictures import load_picture
    pictures = (load_picture(Path(picture), 96),)
hardware.read()
before = hardware.read().ram_ours
placement = Placement(context=context, cache=CacheType(cache))
engine.load(placement)
talk = [Message("user", "one two three four five six seven eight nine ten " * 60 if path else "What is it?", pictures)]
for _ in engine.reply(talk, Sampling(max_tokens=8), CancelToken()):
    pass
print(json.dumps([hardware.read().ram_ours - before, engine.need(placement).host.resident]))
"""


def run(script: str, *arguments: str) -> Any:
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=240)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Models with random weights."""
    folder = tmp_path_factory.mktemp("shapes")
    paths = {name: folder / f"{number}.gguf" for number, name in enumerate(SHAPES)}
    for name, path in paths.items():
        write_decoder(path, SHAPES[name], name, ["one two three four five six seven eight nine ten"])
    return paths


def test_forecasts_are_what_llama_says_it_allocates(files: dict[str, Path]) -> None:
    cases = [
        (files[name], context, cache)
        for name in files
        for context, cache in ((512, CacheType.F16), (4096, CacheType.Q8_0), (3000, CacheType.Q4_0))
    ]
    told = run(BUFFERS, json.dumps([(str(path), context, cache.value) for path, context, cache in cases]))
    for (path, context, cache), buffers in zip(cases, told, strict=True):
        placement = Placement(context=context, cache=cache)
        shape = need.language_shape(path)
        host = need.language_model(shape, placement, context).host
        # The log rounds to hundredths of MiB.
        assert host.weights == pytest.approx(buffers["CPU_Mapped model"], abs=0.01 * MIB)
        assert host.mapped == pytest.approx(buffers.get("CPU_REPACK model", 0), abs=0.01 * MIB)
        assert host.cache == pytest.approx(buffers["CPU KV"], abs=0.01 * MIB)
        # On a card all of the compute buffer counts; the forecast may be a little above it but not below.
        card = need.language_model(shape, Placement(0, context=context, cache=cache), context).card
        assert 0 <= card.compute - need._CARD_POOL - buffers["CPU compute"] < 0.15 * buffers["CPU compute"]


@pytest.mark.parametrize(
    ("name", "context", "cache"),
    [("mixed", 4096, CacheType.F16), ("8 bits", 2048, CacheType.Q8_0), ("16 bits", 2048, CacheType.F16)],
)
def test_the_process_grows_by_what_is_forecast(
    files: dict[str, Path], tmp_path: Path, name: str, context: int, cache: CacheType
) -> None:
    grown, forecast = run(GROWTH, json.dumps([str(files[name]), context, cache.value, ""]), str(tmp_path))
    print(f"{name}: grew by {grown / MB:.1f} MB, {forecast / MB:.1f} MB were forecast")
    assert forecast == pytest.approx(grown, rel=0.05)


@pytest.mark.parametrize("picture", [False, True])
def test_the_starter_models_take_what_is_forecast(tmp_path: Path, picture: bool) -> None:
    from PIL import Image

    path = tmp_path / "red.png"
    Image.new("RGB", (96, 96), "red").save(path)
    grown, forecast = run(GROWTH, json.dumps(["", 1024, "f16", str(path) if picture else ""]), str(tmp_path))
    print(f"starter, picture {picture}: grew by {grown / MB:.1f} MB, {forecast / MB:.1f} MB were forecast")
    # Some MB go to the interpreter, and a short question leaves some of the context untouched; no plan turns on them.
    assert forecast == pytest.approx(grown, abs=10 * MB)


def test_a_card_takes_the_layers_that_are_put_on_it(files: dict[str, Path]) -> None:
    shape = need.language_shape(files["mixed"])
    steps = [need.language_model(shape, Placement(0, layers), 4096) for layers in range(6)]
    whole = need.language_model(shape, Placement(0), 4096)
    # The last step is the first that goes to the card, so one more than there are layers is all of it.
    assert steps[5] == whole
    assert steps[0].card.weights == steps[0].card.cache == 0
    for fewer, more in pairwise(steps):
        assert more.card.weights > fewer.card.weights
        assert more.ram < fewer.ram
    on_cpu = need.language_model(shape, Placement(), 4096)
    assert whole.card.cache == on_cpu.host.cache
    assert whole.card.weights == sum(shape.layers) + shape.output + shape.table


def test_a_picture_takes_more_the_larger_it_is(tmp_path: Path) -> None:
    library = starter_library(tmp_path, {})
    card = library.find(Role.VLM)
    assert card is not None
    fixed = need.eye_shape(projector.checked(library.folder / card.folder / card.files["projector"]))
    # A tower for one size of pictures takes the same for all; one that takes any grows with their area and attention.
    assert need.projector(fixed, Placement(), 48) == need.projector(fixed, Placement(), 96)
    free = need.EyeShape(100 * MB, 1024, 4096, 16, 768, free=True)
    small, large = (need.projector(free, Placement(0), side).card.picture for side in (384, 768))
    assert 3.5 * small < large < 4.5 * small
    assert need.projector(free, Placement(0), 768).card.projector == 100 * MB
    assert need.projector(free, Placement(), 768) == Need(Memory(projector=100 * MB, picture=large))


def test_a_model_may_spend_tokens_for_all_the_pixels_that_it_is_given() -> None:
    assert projector.most_tokens(None) == projector.most_tokens(256) == projector.most_tokens(768) == 640
    assert projector.most_tokens(1024) > 1024  # Qwen's see 32 × 32 pixels with one
