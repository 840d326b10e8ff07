"""The GGUF reader against the starter's header: what it says, and every way in which a file can lie."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import catalog, gguf
from models.llama import checked
from models.roles import ModelError
from tests.bounds import bounded

STARTER = catalog.starter_folder() / "llm" / "model.gguf"
BYTES = STARTER.read_bytes()
HEADER = min(tensor.offset for tensor in gguf.read(STARTER).tensors.values())


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def number(key: str, value: int) -> bytes:
    return text(key) + struct.pack("<II", gguf.UINT32, value)


def strings(key: str, values: list[str]) -> bytes:
    return text(key) + struct.pack("<IIQ", gguf.ARRAY, gguf.STRING, len(values)) + b"".join(map(text, values))


def floats(key: str, values: list[float], kind: int = gguf.FLOAT32) -> bytes:
    packed = struct.pack(f"<{len(values)}f", *values)
    return text(key) + struct.pack("<IIQ", gguf.ARRAY, kind, len(values)) + packed


def epsilon(value: float) -> bytes:
    return text("llama.attention.layer_norm_rms_epsilon") + struct.pack("<If", gguf.FLOAT32, value)


def tensor(name: str, shape: list[int], kind: int = 0, offset: int = 0) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


def file(pairs: list[bytes], tensors: list[bytes], room: int = 4096, version: int = 3) -> bytes:
    """A GGUF file with `room` bytes of zeros for weights."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(pairs)) + b"".join(pairs) + b"".join(tensors)
    return head + bytes(-len(head) % 32) + bytes(room)


def model(**changes: bytes) -> list[bytes]:
    """Metadata of the smallest model that passes; `changes` replaces entries by name, b"" removes one."""
    pairs = {
        "architecture": text("general.architecture") + struct.pack("<I", gguf.STRING) + text("llama"),
        "blocks": number("llama.block_count", 1),
        "width": number("llama.embedding_length", 32),
        "heads": number("llama.attention.head_count", 2),
        "context": number("llama.context_length", 64),
        "tokens": strings("tokenizer.ggml.tokens", ["a", "b"]),
    }
    return [pair for pair in (pairs | changes).values() if pair]


EMBEDDING = tensor("token_embd.weight", [32, 2])


def code_of(path: Path, data: bytes, check: Callable[[Path], object] = checked) -> str:
    path = path / "model.gguf"
    path.write_bytes(data)
    with bounded(), pytest.raises(ModelError) as caught:
        check(path)
    assert caught.value.message.endswith(".")
    assert caught.value.remedy.endswith(".")
    return caught.value.code


def test_reads_the_starter() -> None:
    header = checked(STARTER)
    assert header.architecture == "llama"
    assert header.number("block_count") >= 2
    embedding = header.tensors["token_embd.weight"]
    assert embedding.shape[0] == header.number("embedding_length")
    # Weights and padding fill the file to its end.
    assert 0 <= header.file_size - HEADER - header.weights < 32 * len(header.tensors)


def test_smallest_model_passes(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    for version in (2, 3):
        path.write_bytes(file(model(), [EMBEDDING], version=version))
        assert checked(path).tensors["token_embd.weight"].size == 32 * 2 * 4


@pytest.mark.parametrize("tenth", range(10))
def test_cut_at_each_tenth(tmp_path: Path, tenth: int) -> None:
    assert code_of(tmp_path, BYTES[: len(BYTES) * tenth // 10]) == "gguf-truncated"
    assert code_of(tmp_path, BYTES[: HEADER * tenth // 10]) == "gguf-truncated"


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        gguf.read(tmp_path / "none.gguf")
    assert caught.value.code == "gguf-missing"
    with pytest.raises(ModelError):
        gguf.read(tmp_path)


HUGE_LIST = text("k") + struct.pack("<IIQ", gguf.ARRAY, gguf.STRING, 1 << 62)
LISTS = text("k") + struct.pack("<IIQ", gguf.ARRAY, gguf.ARRAY, 1 << 62)
LONG_TEXT = text("k") + struct.pack("<IQ", gguf.STRING, 1 << 63)
BAD_UTF8 = text("k") + struct.pack("<IQ", gguf.STRING, 2) + b"\xff\xfe"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GGUF", "gguf-truncated"),
        (b"not a model at all, just some text", "gguf-magic"),
        (b"GGUF" + struct.pack(">IQQ", 3, 1, 1) + bytes(64), "gguf-byte-order"),
        (b"GGUF" + struct.pack("<IQQ", 0, 0, 0), "gguf-version"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "gguf-version"),
        (b"GGUF" + struct.pack("<IQQ", 999, 0, 0), "gguf-version"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 63, 0), "gguf-too-large"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 63), "gguf-too-large"),
        ((b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + HUGE_LIST)[:43], "gguf-truncated"),
        (file(model(extra=HUGE_LIST), [EMBEDDING]), "gguf-too-large"),
        (file(model(extra=LISTS), [EMBEDDING]), "gguf-type"),
        (file(model(extra=LONG_TEXT), [EMBEDDING]), "gguf-too-large"),
        (file(model(extra=BAD_UTF8), [EMBEDDING]), "gguf-text"),
        (file(model(extra=text("k") + struct.pack("<I", 99)), [EMBEDDING]), "gguf-type"),
        (file(model(extra=number("llama.block_count", 1)), [EMBEDDING]), "gguf-duplicate"),
        (file(model(), [EMBEDDING, EMBEDDING.replace(b"\0" * 8, b"\0" * 8)]), "gguf-duplicate"),
        (file(model(), [tensor("token_embd.weight", [(1 << 42) + 1, 2])]), "gguf-tensor"),
        (file(model(), [tensor("token_embd.weight", [0, 2])]), "gguf-tensor"),
        (file(model(), [tensor("token_embd.weight", [1 << 31] * 4)]), "gguf-truncated"),
        (file(model(), [tensor("token_embd.weight", [32, 2], kind=77)]), "gguf-tensor"),
        (file(model(), [tensor("token_embd.weight", [33, 2], kind=8)]), "gguf-tensor"),
        (file(model(), [tensor("token_embd.weight", [2] * 5)]), "gguf-tensor"),
        (file(model(), [tensor("token_embd.weight", [32, 2], offset=7)]), "gguf-offset"),
        (file(model(), [EMBEDDING, tensor("output.weight", [32, 2], offset=32)]), "gguf-offset"),
        (file(model(), [tensor("token_embd.weight", [32, 2], offset=4096)]), "gguf-truncated"),
        (file(model(extra=number("general.alignment", 0)), [EMBEDDING]), "gguf-alignment"),
        (file(model(extra=number("general.alignment", 3)), [EMBEDDING]), "gguf-alignment"),
        (file(model(extra=number("general.alignment", 0x80000000)), [EMBEDDING]), "gguf-alignment"),
        (file(model(extra=strings("general.alignment", ["32"])), [EMBEDDING]), "gguf-alignment"),
        (file(model(blocks=number("llama.block_count", 513)), [EMBEDDING]), "gguf-metadata"),
        (file(model(blocks=strings("llama.block_count", ["2"])), [EMBEDDING]), "gguf-metadata"),
        (file(model(heads=number("llama.attention.head_count", 0)), [EMBEDDING]), "gguf-metadata"),
        (file(model(width=b""), [EMBEDDING]), "gguf-metadata"),
        (file(model(extra=epsilon(-1.0)), [EMBEDDING]), "gguf-metadata"),
        (file(model(extra=epsilon(float("nan"))), [EMBEDDING]), "gguf-metadata"),
        (file(model(architecture=b""), [EMBEDDING]), "gguf-metadata"),
        (file(model(tokens=b""), [EMBEDDING]), "gguf-vocabulary"),
        (file(model(tokens=strings("tokenizer.ggml.tokens", ["a", "a"])), [EMBEDDING]), "gguf-vocabulary"),
        (file(model(extra=floats("tokenizer.ggml.scores", [1.0])), [EMBEDDING]), "gguf-vocabulary"),
        (file(model(extra=floats("tokenizer.ggml.scores", [1.0, 2.0], gguf.INT32)), [EMBEDDING]), "gguf-vocabulary"),
        (file(model(extra=floats("tokenizer.ggml.merges", [1.0])), [EMBEDDING]), "gguf-vocabulary"),
        (file(model(extra=number("tokenizer.ggml.eos_token_id", 2)), [EMBEDDING]), "gguf-vocabulary"),
        (file(model(tokens=strings("tokenizer.ggml.tokens", ["a", "b", "c"])), [EMBEDDING]), "gguf-vocabulary"),
        (file(model(), []), "gguf-no-weights"),
        (file(model(extra=number("split.count", 2)), [EMBEDDING]), "gguf-split"),
    ],
)
def test_refuses(tmp_path: Path, data: bytes, code: str) -> None:
    assert code_of(tmp_path, data) == code


def test_refuses_a_projector(tmp_path: Path) -> None:
    kind = text("general.architecture") + struct.pack("<I", gguf.STRING) + text("clip")
    assert code_of(tmp_path, file(model(architecture=kind), [EMBEDDING])) == "gguf-not-a-language-model"


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    first = tmp_path / "big-00001-of-00002.gguf"
    first.write_bytes(file(model(extra=number("split.count", 2)), [EMBEDDING]))
    with pytest.raises(ModelError) as caught:
        checked(first)
    assert caught.value.code == "gguf-split"
    assert "big-00002-of-00002.gguf" in caught.value.message
    (tmp_path / "big-00002-of-00002.gguf").write_bytes(file([], [tensor("output.weight", [32, 2])]))
    assert len(gguf.parts(first, checked(first))) == 2


@settings(max_examples=400, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1200) | st.integers(HEADER - 2500, HEADER - 1) | st.integers(0, HEADER - 1),
            st.binary(min_size=1, max_size=9) | st.sampled_from([b"\xff" * 8, bytes(8), b"\0\0\0\0\0\0\0\x80"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_changed_headers_raise_nothing_else(tmp_path: Path, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(BYTES)
    for place, patch in changes:
        data[place : place + len(patch)] = patch
    path = tmp_path / "changed.gguf"
    path.write_bytes(data)
    try:
        header = checked(path)
    except ModelError as error:
        assert error.code.startswith("gguf-")  # noqa: PT017 (either outcome is right)
    else:
        assert all(t.offset > 0 and t.offset + t.size <= len(data) for t in header.tensors.values())
