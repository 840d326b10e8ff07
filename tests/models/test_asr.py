"""The Vosk engine on the starter recognizer: what it hears, how it streams, and what it does with broken folders."""

import gc
import io
import shutil
import struct
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
import pytest
import soxr

from models import catalog
from models.engines.vosk_recognizer import UNKNOWN, VoskRecognizer
from models.roles import CPU, ModelError, Role, Samples, Transcript
from tests.bounds import bounded

CARD = next(card for card in catalog.load() if card.id == "starter-asr-en")
FOLDER = catalog.starter_folder() / CARD.folder
RATE = 16_000
QUESTIONS = (
    "what color is the sky",
    "how many days are in a week",
    "what is three plus four",
    "what is the capital of france",
    "which month comes after march",
    "what do you see in the picture",
)
VOICES = ("en-us", "en-gb", "en-us+f2", "en-us+m3", "en-gb-x-rp", "en-us+f4")


def spoken(text: str, voice: str = "en-us", rate: int = 160, pitch: int = 50) -> Samples:
    """espeak-ng's speech at 16 kHz."""
    command = ["espeak-ng", "-v", voice, "-s", str(rate), "-p", str(pitch), "--stdout", text]
    data = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(data)) as file:
        samples = np.frombuffer(file.readframes(1 << 24), np.int16)
        return np.asarray(soxr.resample(samples, file.getframerate(), RATE), np.int16)


def hear(
    engine: VoskRecognizer, samples: Samples, rate: int = RATE, phrases: tuple[str, ...] = (), block: int = 1600
) -> tuple[Transcript, list[Transcript]]:
    """The final transcript and all partial ones."""
    stream = engine.recognition(rate, phrases)
    partials = [stream.accept(samples[start : start + block]) for start in range(0, len(samples), block)]
    return stream.finish(), [partial for partial in partials if partial is not None]


@pytest.fixture(scope="module")
def engine() -> Iterator[VoskRecognizer]:
    recognizer = VoskRecognizer(CARD, FOLDER)
    recognizer.load(CPU)
    yield recognizer
    recognizer.close()


def test_questions_in_several_voices_are_heard_right(engine: VoskRecognizer) -> None:
    texts = [(question, voice) for question in QUESTIONS for voice in VOICES]
    wrong = [
        (question, voice, heard)
        for question, voice in texts
        if (heard := hear(engine, spoken(question, voice))[0].text) != question
    ]
    assert len(wrong) <= len(texts) // 12, wrong


def test_partials_grow_and_the_words_have_times(engine: VoskRecognizer) -> None:
    speech = spoken("how many days are in a week")
    final, partials = hear(engine, speech)
    texts = [partial.text for partial in partials]
    assert len(texts) >= 3
    assert all(not partial.final for partial in partials)
    assert all(one != other for one, other in pairwise(texts))
    assert len(texts[-1].split()) > len(texts[0].split())
    assert final.final
    assert final.text == "how many days are in a week" == " ".join(word.text for word in final.words)
    assert all(0 <= word.start < word.end <= len(speech) / RATE + 0.1 for word in final.words)
    assert all(one.end <= other.start + 1e-6 for one, other in pairwise(final.words))
    assert all(0 <= word.confidence <= 1 for word in final.words)
    assert np.mean([word.confidence for word in final.words]) > 0.7


@pytest.mark.parametrize(
    "noise",
    [
        np.zeros(3 * RATE, np.int16),
        np.random.default_rng(0).normal(0, 300, 3 * RATE).astype(np.int16),
        (2000 * np.sin(2 * np.pi * 100 * np.arange(3 * RATE) / RATE)).astype(np.int16),
        np.full(RATE, 20_000, np.int16),
        np.zeros(0, np.int16),
        np.ones(1, np.int16),
    ],
    ids=["silence", "hiss", "hum", "DC", "nothing", "one sample"],
)
def test_what_is_no_speech_gives_no_text(engine: VoskRecognizer, noise: Samples) -> None:
    assert hear(engine, noise)[0] == Transcript("", (), final=True)


def test_a_pause_ends_no_stream(engine: VoskRecognizer) -> None:
    pause = np.zeros(3 * RATE, np.int16)
    speech = np.concatenate([spoken("what color is the sky"), pause, spoken("what is three plus four"), pause])
    final, partials = hear(engine, speech)
    assert final.text == "what color is the sky what is three plus four"
    assert partials[-1].text == final.text
    starts = [word.start for word in final.words]
    assert starts == sorted(starts)
    assert starts[5] > starts[4] + 3


def test_phrases_are_all_that_can_be_heard(engine: VoskRecognizer) -> None:
    phrases = ("stop", "yes", "no", "what color is the sky")
    assert hear(engine, spoken("stop"), phrases=phrases)[0].text == "stop"
    assert hear(engine, spoken("what color is the sky"), phrases=phrases)[0].text == phrases[3]
    other = hear(engine, spoken("how many days are in a week"), phrases=phrases)[0].text
    assert UNKNOWN in other.split()
    assert set(other.split()) <= {UNKNOWN, *" ".join(phrases).split()}


ODD_PHRASES = ("<eps>", "#0", "zzz", "stop zzz", "\0", "\ud800", '"', "\\", "ñandú", "😀", "stop\x07")


@pytest.mark.parametrize("phrase", ODD_PHRASES, ids=ascii)
def test_a_phrase_of_unknown_words_is_left_out(engine: VoskRecognizer, phrase: str) -> None:
    assert hear(engine, spoken("stop"), phrases=(phrase, " stop\n"))[0].text == "stop"
    with pytest.raises(ModelError) as raised:
        engine.recognition(RATE, (phrase,))
    assert raised.value.code == "unknown-phrases"


@pytest.mark.parametrize("phrases", [(), ("",), ("  ", "")])
def test_no_phrases_is_free_dictation(engine: VoskRecognizer, phrases: tuple[str, ...]) -> None:
    assert hear(engine, spoken("what color is the sky"), phrases=phrases)[0].text == "what color is the sky"


def test_free_dictation_never_writes_the_unknown_word(engine: VoskRecognizer) -> None:
    final, partials = hear(engine, spoken("xylophones brusquely vouchsafe thaumaturgy"))
    assert all(UNKNOWN not in transcript.text for transcript in [final, *partials])
    assert all(word.text != UNKNOWN for word in final.words)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 44_100, 48_000, 96_000])
def test_any_sample_rate(engine: VoskRecognizer, rate: int) -> None:
    speech = np.asarray(soxr.resample(spoken("how many days are in a week"), RATE, rate), np.int16)
    final, _ = hear(engine, speech, rate, block=rate // 50)
    assert final.text == "how many days are in a week"
    assert final.words[-1].end <= len(speech) / rate + 0.1


@pytest.mark.parametrize("block", [1, 160, 37_000])
def test_any_block_length(engine: VoskRecognizer, block: int) -> None:
    speech = spoken("yes")[: RATE // 2]
    assert hear(engine, speech, block=block)[0].text == hear(engine, speech)[0].text


def test_streams_do_not_mix(engine: VoskRecognizer) -> None:
    one, other = spoken("what color is the sky"), spoken("what is three plus four")
    first, second = engine.recognition(RATE), engine.recognition(RATE)
    for start in range(0, max(len(one), len(other)), 1600):
        first.accept(one[start : start + 1600])
        second.accept(other[start : start + 1600])
    assert first.finish().text == "what color is the sky"
    assert second.finish().text == "what is three plus four"


def test_close_gives_memory_back_and_load_works_again() -> None:
    recognizer = VoskRecognizer(CARD, FOLDER)
    speech = spoken("what color is the sky")
    process = psutil.Process()

    def cycle() -> int:
        recognizer.load()
        assert recognizer.loaded
        assert hear(recognizer, speech)[0].text == "what color is the sky"
        recognizer.close()
        recognizer.close()
        assert not recognizer.loaded
        gc.collect()
        return process.memory_info().rss

    settled = [cycle() for _ in range(3)][-1]
    later = [cycle() for _ in range(5)][-1]
    assert later - settled < 12_000_000


def test_needs_at_least_what_loading_takes() -> None:
    script = f"""
import psutil, numpy
from pathlib import Path
from models import catalog
from models.engines.vosk_recognizer import VoskRecognizer
from models.roles import CPU
before = psutil.Process().memory_info().rss
engine = VoskRecognizer(next(card for card in catalog.load() if card.id == "{CARD.id}"), Path("{FOLDER}"))
engine.load()
stream = engine.recognition(16000)
stream.accept(numpy.random.default_rng(0).normal(0, 3000, 160000).astype(numpy.int16))
stream.finish()
print(psutil.Process().memory_info().rss - before, engine.need(CPU).ram, engine.need(CPU).vram)
"""
    command = [sys.executable, "-c", script]
    taken, ram, vram = map(int, subprocess.run(command, capture_output=True, check=True, text=True).stdout.split())
    assert taken <= ram <= 4 * taken
    assert vram == 0


def test_a_recognizer_that_is_not_loaded_says_so() -> None:
    with pytest.raises(ModelError) as raised:
        VoskRecognizer(CARD, FOLDER).recognition(RATE)
    assert raised.value.code == "not-loaded"
    assert VoskRecognizer.role is Role.ASR


@pytest.mark.parametrize("rate", [-1, 0, 1, 3999, 1 << 31])
def test_a_rate_that_is_none(engine: VoskRecognizer, rate: int) -> None:
    with pytest.raises(ModelError) as raised:
        engine.recognition(rate)
    assert raised.value.code == "bad-audio"


PARTS = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/HCLr.fst",
    "graph/Gr.fst",
    "graph/words.txt",
    "graph/disambig_tid.int",
    "graph/phones/word_boundary.int",
)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "model"))


def expect_error(folder: Path, code: str) -> None:
    recognizer = VoskRecognizer(CARD, folder)
    with bounded(), pytest.raises(ModelError) as raised:
        recognizer.load()
    assert raised.value.code == code
    assert raised.value.message.endswith(".")
    assert raised.value.remedy.endswith(".")
    assert not recognizer.loaded


def test_a_missing_folder(tmp_path: Path) -> None:
    expect_error(tmp_path / "nothing", "model-missing")
    with pytest.raises(ModelError):
        VoskRecognizer(CARD, tmp_path / "nothing").need(CPU)
    (tmp_path / "empty").mkdir()
    expect_error(tmp_path / "empty", "model-missing")


@pytest.mark.parametrize("part", PARTS)
def test_a_missing_part(copied: Path, part: str) -> None:
    (copied / part).unlink()
    expect_error(copied, "model-missing")


@pytest.mark.parametrize("part", PARTS)
def test_an_empty_part(copied: Path, part: str) -> None:
    (copied / part).write_bytes(b"")
    expect_error(copied, "model-broken")


def write_header(path: Path, states: int, arcs: int) -> None:
    data = bytearray(path.read_bytes())
    struct.pack_into("<qq", data, 4 + 4 + 5 + 4 + 8 + 4 + 4 + 8 + 8, states, arcs)
    path.write_bytes(data)


@pytest.mark.parametrize("tenth", range(1, 10))
@pytest.mark.parametrize("part", ["am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst"])
def test_a_truncated_part(copied: Path, part: str, tenth: int) -> None:
    data = (copied / part).read_bytes()
    (copied / part).write_bytes(data[: len(data) * tenth // 10])
    expect_error(copied, "model-broken")


BREAKS: dict[str, Callable[[Path], object]] = {
    "a model that is text": lambda folder: (folder / "am/final.mdl").write_text("hello"),
    "a graph with another beginning": lambda folder: (folder / "graph/Gr.fst").write_bytes(b"x" * 1000),
    "a graph that claims 2^62 arcs": lambda folder: write_header(folder / "graph/Gr.fst", 10, 1 << 62),
    "a graph that claims negative counts": lambda folder: write_header(folder / "graph/HCLr.fst", -5, -5),
    "a word table of random bytes": lambda folder: (folder / "graph/words.txt").write_bytes(bytes(range(128, 256))),
    "a word table without numbers": lambda folder: (folder / "graph/words.txt").write_text("<eps> 0\nhello\n"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_part(copied: Path, name: str) -> None:
    BREAKS[name](copied)
    expect_error(copied, "model-broken")
