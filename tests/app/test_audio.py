"""Sound files of every kind, good and bad."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.audio import BLOCK, MICROPHONE_RATE, WavMicrophone, WavSpeaker
from models.roles import ModelError


def tone(rate: int, seconds: float = 1.0, channels: int = 1) -> np.ndarray:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def read(path: Path) -> np.ndarray:
    microphone = WavMicrophone(path)
    blocks = list(microphone.blocks())
    assert all(block.dtype == np.int16 and len(block) == BLOCK for block in blocks)
    samples = np.concatenate(blocks)
    assert abs(microphone.seconds - len(samples) / MICROPHONE_RATE) < BLOCK / MICROPHONE_RATE
    return samples


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 8])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT", "DOUBLE"])
def test_every_kind_becomes_the_same_sound(tmp_path: Path, rate: int, channels: int, subtype: str) -> None:
    path = tmp_path / "x.wav"
    soundfile.write(path, tone(rate, channels=channels), rate, subtype=subtype)
    samples = read(path)
    assert abs(len(samples) - MICROPHONE_RATE) < 2 * BLOCK
    spectrum = np.abs(np.fft.rfft(samples[:MICROPHONE_RATE].astype(float)))
    assert abs(int(spectrum.argmax()) - 440) <= 2
    assert 14_000 < np.abs(samples[4000:12000]).max() < 18_500


def test_not_a_number_and_too_loud_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    wave = np.tile(np.array([np.nan, np.inf, -np.inf, 9.0, -9.0], np.float32), 3200)
    soundfile.write(path, wave, 16_000, subtype="FLOAT")
    assert len(read(path)) >= 16_000


def test_other_formats_that_the_library_reads_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "x.flac"
    soundfile.write(path, tone(16_000), 16_000)
    assert len(read(path)) >= 16_000


def test_a_cut_file_gives_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    soundfile.write(path, tone(16_000, 2.0), 16_000)
    path.write_bytes(path.read_bytes()[:32_044])
    assert 16_000 <= len(read(path)) <= 16_000 + BLOCK


def test_a_lying_header_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    soundfile.write(path, tone(16_000, 1.0), 16_000)
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = (0xFFFFFFF0).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    assert len(read(path)) <= 16_000 + 2 * BLOCK


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.wav", b""),
        ("text.wav", b"hello, I am text"),
        ("header.wav", b"RIFF\x24\x00\x00\x00WAVE"),
        ("random.wav", bytes(range(256)) * 20),
    ],
)
def test_what_is_no_sound_is_one_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ModelError, match="cannot be read"):
        list(WavMicrophone(path).blocks())


def test_no_samples_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    soundfile.write(path, np.zeros(0, np.int16), 16_000)
    with pytest.raises(ModelError, match="holds no sound"):
        list(WavMicrophone(path).blocks())


@pytest.mark.parametrize("name", ["missing.wav", "."])
def test_no_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="There is no sound file"):
        list(WavMicrophone(tmp_path / name).blocks())


def test_a_long_file_is_read_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    with soundfile.SoundFile(path, "w", samplerate=8_000, channels=1, subtype="PCM_U8") as file:
        for _ in range(180):
            file.write(np.zeros(8_000 * 60, np.int16))
    blocks = WavMicrophone(path).blocks()
    first = [next(blocks) for _ in range(100)]
    assert len(first) == 100


def test_the_speaker_writes_a_whole_file_or_none(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    speaker = WavSpeaker(path)
    speaker.close()
    assert not path.exists()
    speaker = WavSpeaker(path)
    speaker.write(np.arange(320, dtype=np.int16), 16_000)
    assert not path.exists()
    speaker.close()
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == 16_000
    assert samples.tolist() == list(range(320))


def test_a_speaker_without_a_folder_is_one_sentence(tmp_path: Path) -> None:
    speaker = WavSpeaker(tmp_path / "no" / "out.wav")
    with pytest.raises(ModelError, match="cannot be written"):
        speaker.write(np.zeros(320, np.int16), 16_000)
