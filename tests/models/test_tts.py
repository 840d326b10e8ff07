"""The Piper engine on the starter voices: what it promises, and what it does with broken files and odd text."""

import gc
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import psutil
import pytest

from models import catalog, onnx_file, shapes
from models.engines.piper_voice import LONGEST_PIECE, PiperEngine, parts, pieces, plain
from models.roles import CPU, AudioChunk, Cancelled, CancelToken, ModelError, Placement, Role
from tests.bounds import bounded
from training.tts.pitch import track

ROOT = Path(__file__).resolve().parents[2]
CARDS = [card for card in catalog.load() if card.engine == "piper" and card.starter]
SENTENCES = {
    "en": ("The sky is blue.", "How many days are in a week?", "Yes, three plus four is seven!"),
    "es": ("El cielo es azul.", "¿Cuántos días tiene una semana?", "¡Sí, tres más cuatro son siete!"),
}


@pytest.fixture(scope="module", params=CARDS, ids=lambda card: card.id)
def voice(request: pytest.FixtureRequest) -> Iterator[PiperEngine]:
    card = request.param
    engine = PiperEngine(card, catalog.starter_folder() / card.folder)
    engine.load(CPU)
    yield engine
    engine.close()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the first starter voice that may be broken."""
    return Path(shutil.copytree(catalog.starter_folder() / CARDS[0].folder, tmp_path / "voice"))


def say(engine: PiperEngine, text: str) -> list[AudioChunk]:
    return list(engine.speak(text, CancelToken()))


def language(engine: PiperEngine) -> str:
    return next(card.source[0] for card in CARDS if card.folder == engine._model.parent.name)


def expect_error(folder: Path, code: str, placement: Placement = CPU) -> ModelError:
    engine = PiperEngine(CARDS[0], folder)
    with bounded(), pytest.raises(ModelError) as raised:
        engine.load(placement)
    assert raised.value.code == code
    assert raised.value.message.endswith(".")
    assert raised.value.remedy.endswith(".")
    assert not engine.loaded
    return raised.value


def test_is_a_voice() -> None:
    assert CARDS
    assert PiperEngine.role is Role.TTS


def test_a_chunk_a_sentence(voice: PiperEngine) -> None:
    sentences = SENTENCES[language(voice)]
    chunks = say(voice, " ".join(sentences))
    assert len(chunks) == len(sentences)
    assert {chunk.sample_rate for chunk in chunks} == {voice.sample_rate}
    assert all(chunk.samples.dtype == np.int16 and chunk.samples.ndim == 1 for chunk in chunks)
    assert all(0.5 < chunk.seconds < 4 for chunk in chunks)


def test_level_is_loud_and_never_clips(voice: PiperEngine) -> None:
    for chunk in say(voice, " ".join(SENTENCES[language(voice)])):
        wide = chunk.samples.astype(np.float64) / 32768
        assert 0.69 < np.abs(wide).max() < 0.72
        assert 0.03 < np.sqrt(np.mean(wide**2)) < 0.4
        assert abs(wide.mean()) < 0.01


def test_chunks_begin_and_end_in_silence(voice: PiperEngine) -> None:
    """No click where two chunks meet."""
    for chunk in say(voice, " ".join(SENTENCES[language(voice)])):
        edge = chunk.sample_rate // 200
        assert np.abs(chunk.samples[:edge].astype(int)).max() < 700
        assert np.abs(chunk.samples[-edge:].astype(int)).max() < 700


def test_speech_is_voiced_where_it_should_be(voice: PiperEngine) -> None:
    """A long vowel repeats itself from period to period, at a pitch that people have."""
    samples = say(voice, "Aaaah." if language(voice) == "en" else "Aaaaa.")[0].samples.astype(np.float64)
    loudest = int(np.convolve(samples**2, np.ones(800), "same").argmax())
    middle = samples[max(0, loudest - 400) : loudest + 400]
    middle = middle - middle.mean()
    correlation = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    low, high = voice.sample_rate // 400, voice.sample_rate // 70
    assert correlation[low:high].max() / correlation[0] > 0.4


def test_longer_text_is_longer_speech(voice: PiperEngine) -> None:
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    lengths = [sum(chunk.seconds for chunk in say(voice, ", ".join(words[:count]) + ".")) for count in (1, 3, 5, 7)]
    assert all(shorter < longer for shorter, longer in pairwise(lengths))


MARKED = {
    "en": ("Is it in the garden", "You like the yellow house", "Today is Monday", "We are all here", "It was open"),
    "es": ("Está en el jardín", "Te gusta la casa amarilla", "Hoy es lunes", "Estamos todos aquí", "Estaba abierta"),
}


def pitch_of(engine: PiperEngine, text: str, newest: int) -> float:
    """Median hertz of the last `newest` voiced frames of 8 ms."""
    samples = say(engine, text)[0].samples
    pitch, voiced = track(samples.astype(np.float32), len(samples) // 128, 128, engine.sample_rate)
    return float(np.median(pitch[np.flatnonzero(voiced)[-newest:]]))


def test_punctuation_is_heard(voice: PiperEngine) -> None:
    """On the average a question ends higher than a statement, and an exclamation is higher as a whole."""
    texts = MARKED[language(voice)]
    question = [pitch_of(voice, f"{text}?", 10) / pitch_of(voice, f"{text}.", 10) for text in texts * 2]
    exclamation = [pitch_of(voice, f"{text}!", 1000) / pitch_of(voice, f"{text}.", 1000) for text in texts]
    assert np.mean(question) > 1.01
    assert np.mean(exclamation) > 1.02


@pytest.mark.parametrize(
    "text", ["", " \n\t ", "...", "—", "[[", "]]", "[[]]", "😀", "👍🏽 🎉", "🇪🇸", "\x00", "\ud800", "\u200b"]
)
def test_nothing_to_pronounce_yields_nothing(voice: PiperEngine, text: str) -> None:
    assert say(voice, text) == []


def test_raw_phoneme_markup_is_read_as_text(voice: PiperEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    original = voice._loaded_voice().phonemize
    monkeypatch.setattr(voice._loaded_voice(), "phonemize", lambda text: heard.append(text) or original(text))
    for text in ("[[h@l]]", "[[[h@l]]]", "[ [h@l] ]", "hello [[ˈa]] world", "[😀[h@l]]", "[\x00[h@l]\u200d]"):
        say(voice, text)
    assert heard
    assert not any("[[" in text or "]]" in text for text in heard)


@pytest.mark.parametrize(
    "text", ["naïve Bach 你好 привет ñandú 100 % + 3° ½", "a\x00b\ud800c", "№ ℃ ﷽ Ǆ", "e\u0301\u0302\u0303x"]
)
def test_foreign_text_is_spoken_without_a_warning(
    voice: PiperEngine, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert say(voice, text)
    assert not caplog.records


def test_very_long_words_and_texts_stay_small(voice: PiperEngine) -> None:
    memory = psutil.Process().memory_info
    before = memory().rss
    longest = 0.0
    for text in ("ba" * 3000, "word " * 600, "7" * 3000):
        for count, chunk in enumerate(voice.speak(text, CancelToken())):
            longest = max(longest, chunk.seconds)
            if count == 4:
                break
    assert longest < 60
    assert memory().rss - before < 400_000_000


def test_cancel_stops_between_chunks(voice: PiperEngine) -> None:
    cancel = CancelToken()
    stream = voice.speak(" ".join(SENTENCES[language(voice)]), cancel)
    next(stream)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(stream)
    with pytest.raises(Cancelled):
        next(voice.speak("Again.", cancel))
    assert say(voice, "Again.")


def test_close_and_load_again() -> None:
    engine = PiperEngine(CARDS[0], catalog.starter_folder() / CARDS[0].folder)
    engine.close()
    with pytest.raises(ModelError, match="not loaded"):
        say(engine, "Hello.")
    with pytest.raises(ModelError, match="not loaded"):
        _ = engine.sample_rate
    for _ in range(2):
        engine.load(CPU)
        assert engine.loaded
        assert engine.provider == "CPUExecutionProvider"
        assert len(say(engine, "Hello.")) == 1
        engine.close()
        engine.close()
        assert not engine.loaded
        assert engine.provider == ""


def test_close_gives_memory_back() -> None:
    engine = PiperEngine(CARDS[0], catalog.starter_folder() / CARDS[0].folder)
    for _ in range(3):
        engine.load(CPU)
        engine.close()
    gc.collect()
    before = psutil.Process().memory_info().rss
    for _ in range(10):
        engine.load(CPU)
        engine.close()
    gc.collect()
    assert psutil.Process().memory_info().rss - before < 30_000_000


KEPT = """
import sys
import psutil
from models import catalog, heap
from models.engines.piper_voice import PiperEngine
from models.roles import CancelToken, Role

heap.keep_little()
card = next(card for card in catalog.load() if card.starter and card.role is Role.TTS)
engine = PiperEngine(card, catalog.starter_folder() / card.folder)
engine.load()
before = psutil.Process().memory_info().rss
list(engine.speak(sys.argv[1], CancelToken()))
print(psutil.Process().memory_info().rss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's own heap decides")
def test_a_voice_does_not_keep_what_its_longest_piece_took() -> None:
    text = "once there was a small house near the sea and an old man lived in it with his dog " * 4
    found = subprocess.run([sys.executable, "-c", KEPT, text], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(found.stdout) < 25_000_000


def test_need_covers_what_loading_takes(voice: PiperEngine) -> None:
    need = voice.need(CPU)
    assert need.vram == 0
    assert voice._model.stat().st_size < need.ram < 1_000_000_000
    on_gpu = voice.need(Placement(gpu=0))
    assert on_gpu.vram > voice._model.stat().st_size


def test_a_decoder_of_pipers_kind_is_known_to_work_in_more_memory(tmp_path: Path, voice: PiperEngine) -> None:
    card = shapes.find("piper-medium").write(tmp_path / "piper", tmp_path, ())
    host = PiperEngine(card, tmp_path / "piper").need(CPU).host
    own = voice.need(CPU).host
    assert host.total - host.weights > own.total - own.weights + 280_000_000


def test_a_gpu_that_is_not_there_is_told(copied: Path) -> None:
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime can use a GPU")
    assert "GPU" in expect_error(copied, "gpu-unavailable", Placement(gpu=0)).message


@pytest.mark.parametrize("name", ["voice.onnx", "voice.onnx.json"])
def test_missing_file(copied: Path, name: str) -> None:
    (copied / name).unlink()
    assert name in expect_error(copied, "model-missing").message


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}", b"[" * 100_000, b'"' + b"x" * 1_100_000 + b'"'],
    ids=["empty", "cut", "list", "null", "not-utf-8", "no-fields", "deep", "large"],
)
def test_broken_json(copied: Path, content: bytes) -> None:
    (copied / "voice.onnx.json").write_bytes(content)
    expect_error(copied, "model-broken")


def changed(**changes: object) -> Callable[[dict[str, object]], None]:
    return lambda config: config.update(changes)


@pytest.mark.parametrize(
    "change",
    [
        changed(phoneme_type="pinyin"),
        changed(phoneme_type=["espeak"]),
        changed(audio={"sample_rate": 0}),
        changed(audio={"sample_rate": 10**12}),
        changed(audio={"sample_rate": "16000"}),
        changed(num_symbols=3),
        changed(num_speakers=0),
        changed(num_speakers=2),
        changed(phoneme_id_map={}),
        changed(phoneme_id_map={"_": [0], "^": [1], "$": [-2]}),
        changed(phoneme_id_map={"_": 0}),
        changed(espeak={"voice": "../../etc/passwd"}),
        changed(espeak={"voice": "xx-nowhere"}),
        changed(espeak={}),
        changed(inference={"noise_scale": "NaN", "length_scale": 1.0}),
        changed(inference={"length_scale": 1e9}),
    ],
)
def test_json_with_wrong_fields(copied: Path, change: Callable[[dict[str, object]], None]) -> None:
    path = copied / "voice.onnx.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    change(config)
    path.write_text(json.dumps(config), encoding="utf-8")
    expect_error(copied, "model-broken")


@pytest.mark.parametrize("part", [0.0, 0.001, 0.1, 0.5, 0.999])
def test_truncated_onnx(copied: Path, part: float) -> None:
    path = copied / "voice.onnx"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * part)])
    expect_error(copied, "model-unreadable" if not part else "model-broken")


def test_onnx_of_random_bytes_or_html(copied: Path) -> None:
    for content in (np.random.default_rng(1).bytes(50_000), b"<!DOCTYPE html><html></html>" * 100, b"\0" * 5000):
        (copied / "voice.onnx").write_bytes(content)
        expect_error(copied, "model-broken")


def test_another_onnx_model(copied: Path) -> None:
    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    result = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1])
    graph = onnx.helper.make_graph([onnx.helper.make_node("Neg", ["x"], ["y"])], "other", [value], [result])
    model = onnx.helper.make_model(graph, ir_version=8, opset_imports=[onnx.helper.make_opsetid("", 17)])
    onnx.save(model, str(copied / "voice.onnx"))
    assert "inputs" in expect_error(copied, "model-broken").message


@pytest.mark.parametrize("location", ["../secret.bin", "/etc/passwd", "weights.bin"])
def test_external_data_is_refused(copied: Path, location: str) -> None:
    path = copied / "voice.onnx"
    model = onnx.load(str(path))
    weight = model.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = onnx.TensorProto.EXTERNAL
    entry = weight.external_data.add()
    entry.key, entry.value = "location", location
    path.write_bytes(model.SerializeToString())
    expect_error(copied, "model-external-data")


def test_external_data_inside_a_subgraph_is_refused(tmp_path: Path) -> None:
    weight = onnx.TensorProto(name="w", data_type=onnx.TensorProto.FLOAT, dims=[1], data_location=1)
    inner = onnx.helper.make_graph([], "inner", [], [], initializer=[weight])
    condition = onnx.helper.make_node("If", ["c"], ["y"], then_branch=inner, else_branch=inner)
    graph = onnx.helper.make_graph([condition], "outer", [], [])
    path = tmp_path / "nested.onnx"
    path.write_bytes(onnx.helper.make_model(graph).SerializeToString())
    with pytest.raises(ModelError) as raised:
        onnx_file.check(path)
    assert raised.value.code == "model-external-data"


def test_parts_keep_the_text_and_its_order() -> None:
    text = "First sentence. Second one!  Third? " * 40 + "x" * 500 + " end"
    found = list(parts(text, 100))
    assert max(map(len, found)) <= 100
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(part.endswith((".", "!", "?")) for part in found[:10])


def test_pieces_keep_all_phonemes() -> None:
    phonemes = list("abc, def ghi " * 200)
    found = list(pieces(phonemes, LONGEST_PIECE))
    assert [phoneme for piece in found for phoneme in piece] == phonemes
    assert all(len(piece) <= LONGEST_PIECE and piece[-1] in ", " for piece in found)
    assert list(pieces([], LONGEST_PIECE)) == []


def test_plain_keeps_words() -> None:
    assert plain("Hello, (big) [world]: 3 % – “yes”\nñ é 你") == "Hello, (big) [world]: 3 % – “yes”\nñ é 你"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Wait… what?", "Wait; what?"),
        ("Espera... ¿qué?", "Espera; ¿qué?"),
        ("Wait...", "Wait..."),
        ("…and so on", "…and so on"),
        ("No - yes -- maybe", "No – yes – maybe"),
        ("5 - 3 is a well-known -2", "5 - 3 is a well-known -2"),
        ("Dr. Smith met Mrs. Jones.", "Dr Smith met Mrs Jones."),
        ("La Sra. López llegó.", "La Sra López llegó."),
        ("Ask a dr. or a prof. soon", "Ask a dr. or a prof. soon"),
    ],
)
def test_plain_marks_where_to_pause(written: str, read: str) -> None:
    assert plain(written) == read
