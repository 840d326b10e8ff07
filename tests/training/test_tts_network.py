"""The voice's signal processing, network, training loop and export."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from training.tts import train as training
from training.tts.corpus import Utterance
from training.tts.export import CEILING, KNEE, ExportedVoice, halve, limited
from training.tts.network import KNOTS, MEAN_LOG_PITCH, OUTPUTS, PITCH_UNIT, AcousticNetwork
from training.tts.vocoder import (
    BINS,
    FFT,
    HISSING,
    HOP,
    SAMPLE_RATE,
    SILENT,
    UNVOICED,
    VOICED,
    ExportableVocoder,
    Vocoder,
    interpolation,
    mel,
    minimum_phase,
    mixture,
    pulses,
)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small tensors only wait for further threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_pulses_have_the_pitch_and_power_they_should() -> None:
    for frequency in (100.0, 180.0, 300.0):
        pitch = torch.full((250,), frequency)
        train = pulses(pitch, pitch).reshape(-1).numpy()
        spectrum = np.abs(np.fft.rfft(train * np.hanning(len(train))))
        hertz = np.arange(len(spectrum)) * SAMPLE_RATE / len(train)
        harmonics = np.arange(1, int(7900 / frequency) + 1) * frequency
        on = np.abs(hertz[:, None] - harmonics).min(1) < 3
        assert (spectrum[on] ** 2).sum() / (spectrum**2).sum() > 0.99
        # Equal power a hertz at every pitch: half of each cosine's squared amplitude.
        assert train.var() == pytest.approx(0.5 * len(harmonics) * 4 * frequency / SAMPLE_RATE, rel=0.02)


def test_pulses_follow_a_glide_without_a_jump_of_phase() -> None:
    pitch = torch.linspace(120, 240, 126)
    train = pulses(pitch[:-1], pitch[1:]).reshape(-1).numpy()
    peaks = np.flatnonzero(train > 0.4 * train.max())
    periods = np.diff([group[0] for group in np.split(peaks, np.flatnonzero(np.diff(peaks) > 20) + 1)])
    assert len(periods) == pytest.approx(180, abs=3)
    assert np.abs(np.diff(periods)).max() <= 3


def test_minimum_phase_is_that_of_a_known_filter() -> None:
    """One pole: 1 / (1 − a z⁻¹) has the phase −atan(a sin ω / (1 − a cos ω))."""
    pole = 0.6
    angle = np.pi * np.arange(BINS) / (BINS - 1)
    response = 1 / (1 - pole * np.exp(-1j * angle))
    knots = np.linspace(0, float(mel(SAMPLE_RATE / 2)), KNOTS)
    at_knots = np.interp(knots, mel(angle / np.pi * SAMPLE_RATE / 2), np.log(np.abs(response)))
    assert np.abs(at_knots @ interpolation() - np.log(np.abs(response))).max() < 0.02
    assert np.abs(at_knots @ minimum_phase() - np.angle(response))[:-8].max() < 0.05


def test_both_vocoders_make_the_same_sound() -> None:
    torch.manual_seed(1)
    envelopes = torch.randn(1, OUTPUTS, 40).cumsum(1) * 0.1 - 3
    pitch = torch.linspace(150, 200, 41)
    excitation = pulses(pitch[:-1], pitch[1:]).reshape(1, -1)
    noise = torch.randn_like(excitation)
    first = Vocoder()(envelopes, excitation, noise)
    second = ExportableVocoder()(envelopes, excitation, noise)
    assert first.shape == second.shape == (1, 40 * HOP)
    assert (first - second).abs().max() < 1e-4 * first.abs().max()


def test_flat_envelopes_leave_noise_white_and_as_loud() -> None:
    torch.manual_seed(2)
    envelopes = torch.zeros(1, OUTPUTS, 400)
    envelopes[:, :KNOTS] = -14
    noise = torch.randn(1, 400 * HOP)
    made = Vocoder()(envelopes, torch.zeros_like(noise), noise)
    assert float(made.std()) == pytest.approx(1, rel=0.02)
    assert float((made - noise)[:, FFT:-FFT].abs().max()) < 1e-3


def test_mixture_shares_the_power_between_voice_and_noise() -> None:
    parts = np.exp(2 * mixture())
    for kind in (UNVOICED, VOICED, HISSING):
        assert np.allclose(parts[kind, :KNOTS] + parts[kind, KNOTS:], 1)
    assert (parts[UNVOICED, :KNOTS] < 1e-6).all()
    assert (parts[HISSING, KNOTS:] >= parts[VOICED, KNOTS:]).all()
    assert parts[VOICED, KNOTS] < 0.01


def test_limited_bends_peaks_only() -> None:
    audio = torch.tensor([-5.0, -0.3, -0.1, 0.0, KNEE, 0.25, 1.0])
    made = limited(audio)
    assert torch.equal(made[2:5], audio[2:5])
    assert float(made.abs().max()) <= CEILING
    assert (made.diff() > 0).all()


def utterances(count: int) -> list[Utterance]:
    """Tones whose pitch and length depend on the symbol: 20 is low and short, 30 high and long."""
    rng = np.random.default_rng(3)
    made = []
    for _ in range(count):
        inner = rng.choice([20, 30], 6)
        ids = np.array([1, *inner, 2], np.int16)
        durations = np.array([4, *np.where(inner == 20, 6, 12), 4], np.int16)
        frames = int(durations.sum())
        spectrum = np.full((frames, KNOTS), SILENT, np.float16)
        spectrum[4:-4] = -3.0
        pitch = np.append(np.repeat([170.0, *np.where(inner == 20, 130.0, 220.0), 170.0], durations), 170.0)
        kind = np.repeat([UNVOICED, *([VOICED] * 6), UNVOICED], durations).astype(np.uint8)
        made.append(Utterance("", ids, durations, spectrum, kind, np.log(pitch).astype(np.float32)))
    return made


def test_collate_lays_frames_on_their_symbols() -> None:
    items = utterances(3)
    batch = training.collate(items)
    for row, item in enumerate(items):
        frames = item.frames
        assert torch.equal(
            batch.index[row, :frames].bincount(minlength=8), torch.from_numpy(item.durations.astype(np.int64))
        )
        assert batch.frame_mask[row].sum() == frames
        assert batch.last[row] == 7
        since = torch.arange(frames) - batch.starts[row, :frames]
        assert (since >= 0).all()
        assert (since < batch.lengths[row, :frames]).all()
        assert (batch.envelopes[row, :, frames:] == SILENT).all()
        # A voiced frame has harmonics low and noise high; a pause has neither.
        assert float(batch.envelopes[row, 5, 6]) == pytest.approx(-3.0, abs=0.1)
        assert float(batch.envelopes[row, KNOTS + 5, 6]) < -5
        assert float(batch.envelopes[row, 2 * KNOTS - 1, 6]) == pytest.approx(-3.0, abs=0.2)
        assert (batch.envelopes[row, :, 0] == SILENT).all()


def test_padding_changes_nothing() -> None:
    torch.manual_seed(4)
    network = AcousticNetwork().eval()
    short, long = sorted(utterances(20), key=lambda item: item.frames)[::19]
    alone, together = training.collate([short]), training.collate([short, long])
    with torch.no_grad():
        results = []
        for batch in (alone, together):
            hidden, durations = network.encode(batch.ids, batch.token_mask, batch.last)
            outputs = network.decode(hidden, batch.index, batch.starts, batch.lengths, batch.last, batch.frame_mask)
            results.append((durations[0, :8], outputs[0, :, : short.frames]))
    for one, two in zip(*results, strict=True):
        assert torch.allclose(one, two, atol=1e-4)


def test_training_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Durations and pitch of the two symbols are learned; an interrupted run ends as a whole one."""
    monkeypatch.setattr(training, "VALIDATION", 4)
    monkeypatch.setattr(training, "SAVE", 12)
    monkeypatch.setattr(training, "BATCH", 4)
    items = utterances(16)
    whole = training.train(items, tmp_path / "whole.pt", 24, 1)
    with monkeypatch.context() as patch:
        # The schedule is that of the whole run; the first part stops after its checkpoint.
        saved = itertools.count()
        original = torch.save

        def interrupted(state: object, path: Path) -> None:
            original(state, path)
            if next(saved) == 0:
                path.replace(tmp_path / "parts.pt")
                raise KeyboardInterrupt

        patch.setattr(torch, "save", interrupted)
        with pytest.raises(KeyboardInterrupt):
            training.train(items, tmp_path / "parts.pt", 24, 1)
    resumed = training.train(items, tmp_path / "parts.pt", 24, 1)
    for (name, one), two in zip(whole.state_dict().items(), resumed.state_dict().values(), strict=True):
        assert torch.allclose(one, two, atol=1e-5), name
    batch = training.collate(items)
    with torch.no_grad():
        hidden, log_durations = whole.encode(batch.ids, batch.token_mask, batch.last)
        outputs = whole.decode(hidden, batch.index, batch.starts, batch.lengths, batch.last, batch.frame_mask)
    frames = log_durations.exp() - 1
    assert frames[batch.ids == 30].mean() > 1.4 * frames[batch.ids == 20].mean()
    symbol = torch.gather(batch.ids, 1, batch.index)
    pitch = (outputs[:, -1] * PITCH_UNIT + MEAN_LOG_PITCH).exp()
    assert pitch[symbol == 30].mean() > 1.2 * pitch[symbol == 20].mean()


def test_exported_interface_and_scales() -> None:
    """Piper's inputs give Piper's output; the scales stretch it and silence its noise."""
    torch.manual_seed(5)
    voice = ExportedVoice(AcousticNetwork()).eval()
    with torch.no_grad():
        voice.network.duration.bias.fill_(2.0)
        ids = torch.tensor([[1, 0, *[20, 0, 30, 0] * 6, 2]])
        length = torch.tensor([ids.shape[1]])
        plain = voice(ids, length, torch.tensor([0.667, 1.0, 0.0]))
        slow = voice(ids, length, torch.tensor([0.667, 2.0, 0.0]))
        steady = [voice(ids, length, torch.tensor([0.0, 1.0, 0.0])) for _ in range(2)]
        jittered = {voice(ids, length, torch.tensor([0.667, 1.0, 5.0])).shape[3] for _ in range(8)}
    assert plain.shape[:3] == (1, 1, 1)
    assert plain.shape[3] % HOP == 0
    assert torch.isfinite(plain).all()
    assert slow.shape[3] == pytest.approx(2 * plain.shape[3], rel=0.05)
    assert torch.equal(*steady)
    assert len(jittered) > 2


def test_halve_keeps_values_and_drops_notes() -> None:
    weight = np.random.default_rng(1).normal(size=(64, 64)).astype(np.float32)
    small = np.array([1e-7], np.float32)
    node = onnx.helper.make_node("MatMul", ["x", "weight"], ["z"])
    node.metadata_props.add(key="source", value="/home/somebody/file.py")
    graph = onnx.helper.make_graph(
        [node, onnx.helper.make_node("Add", ["z", "small"], ["y"])],
        "one",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 64])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 64])],
        [onnx.numpy_helper.from_array(weight, "weight"), onnx.numpy_helper.from_array(small, "small")],
    )
    model = onnx.helper.make_model(graph, ir_version=8, opset_imports=[onnx.helper.make_opsetid("", 17)])
    before = len(model.SerializeToString())
    content = halve(model).SerializeToString()
    assert len(content) < 0.6 * before
    assert b"somebody" not in content
    x = np.ones((1, 64), np.float32)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    assert np.abs(session.run(None, {"x": x})[0] - (x @ weight + small)).max() < 0.05
