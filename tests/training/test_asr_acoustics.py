"""Speech, features, labels and what the network learns from them."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from torch import nn

from models.catalog import Card
from models.engines.vosk_recognizer import VoskRecognizer
from models.roles import Role
from training.asr import export, objectives, optimize, sounds, speech, unheard, variation
from training.asr.english import ENGLISH
from training.asr.evaluate import distance, in_noise
from training.asr.features import SAMPLE_RATE, cosine_transform, log_mel
from training.asr.graph import Pronunciation
from training.asr.language import Language
from training.asr.network import Network
from training.asr.ngram import LanguageModel
from training.asr.spanish import DITA, SPANISH
from training.asr.speech import Speech, espeak, load, save
from training.espeak import Espeak
from training.tts.pitch import track

STATES = ENGLISH.phones.states


def test_espeak_tells_words_and_phonemes_in_order() -> None:
    utterance = Espeak().speak("three red stars")
    assert len(utterance.samples) > utterance.sample_rate // 2
    assert [offset for offset, _ in utterance.words] == [0, 6, 10]
    starts = [phoneme.start for phoneme in utterance.phonemes]
    assert starts == sorted(starts)
    with pytest.raises(ValueError, match="no voice"):
        Espeak().speak("x", "gmw/none")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (ENGLISH, "what's the weather near the old church, sir?"),
        (SPANISH, "¿qué hay hoy en la calle vieja, señor? una guitarra y dos zorros azules"),
    ],
    ids=["en", "es"],
)
def test_every_training_voice_is_mapped_to_the_phone_set(language: Language, text: str) -> None:
    for speakers in (language.training, language.development, language.unseen):
        texts = [text] * (2 * len(speakers.variants))
        spoken = list(espeak(language, texts, Random(1), speakers.accents, speakers.variants))
        assert len(spoken) == len(texts)
        assert all(len(one.phones) > 20 and (np.diff(one.starts) >= 0).all() for one in spoken)


@pytest.mark.parametrize("language", [ENGLISH, SPANISH], ids=["en", "es"])
def test_no_voice_of_one_set_is_in_another(language: Language) -> None:
    sets = [language.training, language.development, language.unseen]
    for one, other in combinations(sets, 2):
        assert not set(one.variants) & set(other.variants)
        assert not set(speech.names(one)) & set(speech.names(other))


def test_the_teachers_of_the_starter_voices_are_strangers() -> None:
    for speakers in (ENGLISH.training, ENGLISH.development):
        assert not [name for name in speech.names(speakers) if "slt" in name]
    assert "f2" not in [*SPANISH.training.variants, *SPANISH.development.variants]


def test_a_voice_speaks_as_people_of_many_pitches_and_its_phones_keep_their_places() -> None:
    def spoken(others: bool) -> tuple[float, list[Speech]]:
        said = list(speech.flite(ENGLISH, ["how much is two plus three"] * 8, Random(3), "kal16", others))
        pitches = []
        for one in said:
            hertz, voiced = track(one.samples.astype(np.float32), len(one.samples) // 160, 160, SAMPLE_RATE)
            pitches.append(float(np.median(hertz[voiced])))
        return max(pitches) / min(pitches), said

    assert spoken(others=False)[0] < 1.1
    spread, said = spoken(others=True)
    assert spread > 1.4
    for one in said:
        begin, end = (round(one.starts[place] * SAMPLE_RATE) for place in (1, -1))
        loudest = np.abs(one.samples.astype(int)).max()
        assert np.abs(one.samples[: begin - 320].astype(int)).max() < 0.1 * loudest
        assert np.abs(one.samples[end + 960 :].astype(int)).max() < 0.1 * loudest
        assert np.abs(one.samples[begin : begin + 3200].astype(int)).max() > 0.3 * loudest


def test_a_stranger_gets_stand_ins_for_what_it_cannot_say(monkeypatch: pytest.MonkeyPatch) -> None:
    known = frozenset({"#-a", "a-j", "j-#", "a-#"})
    monkeypatch.setattr(speech, "diphones_of", lambda index: known)
    said, told = speech._diphone_segments(DITA, [("A", 0.0), ("I", 0.1)], 0.2, 1.0) or ([], [])
    assert [phone for phone, _ in said] == ["#", "a", "j", "#"]
    assert [phone for phone, _ in told] == ["SIL", "A", "I", "SIL"]
    assert sum(length for _, length in said) == pytest.approx(0.4)
    assert speech._diphone_segments(DITA, [("TH", 0.0)], 0.2, 1.0) is None
    assert speech._diphone_segments(DITA, [("A", 0.0), ("X", 0.1)], 0.2, 1.0) is None


def test_speech_survives_its_file(tmp_path: Path) -> None:
    spoken = list(espeak(ENGLISH, ["one", "two blue circles"], Random(2), ["gmw/en"], ["."]))
    save(tmp_path / "speech.npz", spoken)
    for before, after in zip(spoken, load(tmp_path / "speech.npz"), strict=True):
        assert (before.speaker, before.text) == (after.speaker, after.text)
        for field in ("samples", "phones", "starts"):
            np.testing.assert_array_equal(getattr(before, field), getattr(after, field))


def test_a_tone_is_loudest_in_its_band() -> None:
    tone = 8000 * np.sin(2 * np.pi * 1000 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    features = log_mel(tone.astype(np.float32))
    assert features.shape == (98, 40)
    edges = [1127 * math.log(1 + hertz / 700) for hertz in (20, 7600, 1000)]
    band = (edges[2] - edges[0]) / ((edges[1] - edges[0]) / 41) - 1
    assert abs(features.mean(0).argmax() - band) <= 1


def test_cepstra_can_be_undone() -> None:
    transform, lifter = cosine_transform()
    np.testing.assert_allclose(transform @ transform.T, np.eye(40), atol=1e-12)
    assert (np.abs(lifter) > 0.5).all()


def test_labels_follow_the_times_and_give_every_phone_a_frame() -> None:
    states = variation.labels([0, 5, 6, 0], [0.0, 0.3, 0.301, 0.6], 30)
    assert states is not None
    assert objectives.phone_sequence(states).tolist() == [0, 5, 6, 0]
    assert abs(int(np.flatnonzero(states == 10)[0]) * 0.03 - 0.3) <= 0.03
    assert variation.labels([1, 2, 3], [0.0, 0.1, 0.2], 2) is None


@pytest.mark.parametrize("strong", [False, True])
def test_variation_keeps_the_phones(strong: bool) -> None:
    (said,) = espeak(ENGLISH, ["four green triangles"], Random(3), ["gmw/en-US"], ["."])
    for seed in range(20):
        example = variation.vary(said, np.random.default_rng(seed), [said], strong)
        assert example is not None
        assert len(example.states) == -(-len(example.features) // 3)
        heard = [phone for phone in objectives.phone_sequence(example.states).tolist() if phone]
        assert heard == [phone for phone in said.phones.tolist() if phone]


def test_what_is_no_speech_is_labelled_as_silence() -> None:
    for seed in range(20):
        states = variation.without_speech(np.random.default_rng(seed)).states
        assert objectives.phone_sequence(states).tolist() == [0]
        assert set(states.tolist()) <= {0, 1}


@pytest.mark.parametrize("make", [sounds.noise, sounds.music])
def test_sounds_are_finite_and_as_loud_as_told(make: Callable[[int, np.random.Generator], sounds.Waveform]) -> None:
    for seed in range(25):
        wave = make(SAMPLE_RATE, np.random.default_rng(seed))
        assert np.isfinite(wave).all()
        assert sounds.loudness(wave) == pytest.approx(1, abs=0.01)


def test_the_clips_of_the_test_have_their_levels() -> None:
    clips = dict(unheard.clips((-26.0,)))
    assert not clips.pop("silence at -26 dB").any()
    for name, samples in clips.items():
        level = 20 * math.log10(sounds.loudness(samples) / 32768)
        assert level == pytest.approx(-26, abs=1.5), name


def test_noise_is_as_far_below_the_speech_as_told() -> None:
    (said,) = espeak(ENGLISH, ["four green triangles"], Random(3), ["gmw/en-US"], ["."])
    noisy = in_noise(said, 10.0, np.random.default_rng(0))
    noise = noisy.samples.astype(float) - said.samples
    ratio = sounds.loudness(said.samples.astype(float)) / sounds.loudness(noise)
    assert 20 * math.log10(ratio) == pytest.approx(10, abs=0.3)


def path_sum(scores: torch.Tensor, paths: list[tuple[int, ...]], weights: list[float]) -> float:
    total = sum(
        weight * math.exp(sum(float(scores[step, state]) for step, state in enumerate(path)))
        for path, weight in zip(paths, weights, strict=True)
    )
    return math.log(total)


def test_numerator_sums_over_all_alignments() -> None:
    torch.manual_seed(0)
    scores = torch.randn(1, 4, STATES)
    paths = [(6, 8, 9, 9), (6, 7, 8, 9), (6, 7, 7, 8)]
    found = objectives.numerator(scores, torch.tensor([4]), [np.array([3, 4])])
    assert found.item() == pytest.approx(path_sum(scores[0], paths, [1.0] * 3), abs=1e-4)


def test_denominator_sums_over_all_paths_and_ignores_padding() -> None:
    torch.manual_seed(1)
    states = np.array([0, 1, 4, 5, 6, 0], np.uint8)
    denominator = objectives.Denominator([variation.Example(np.zeros((18, 40), np.float16), states)], STATES)
    scores = torch.randn(1, 5, STATES)
    paths = list(product(range(STATES), repeat=2))
    weights = [float(denominator.initial[a] * denominator.transitions[a, b]) for a, b in paths]
    found = denominator.log_likelihood(scores, torch.tensor([2]))
    assert found.item() == pytest.approx(path_sum(scores[0], paths, weights), abs=1e-4)
    assert denominator.transitions.sum(1).numpy() == pytest.approx(np.ones(STATES), abs=1e-5)


def examples(count: int) -> list[variation.Example]:
    spoken = list(espeak(ENGLISH, ["two red circles", "yes"] * count, Random(4), ["gmw/en-US"], ["."]))
    random = np.random.default_rng(5)
    varied = [variation.vary(one, random, spoken, strong=False) for one in spoken]
    return [example for example in varied if example is not None]


def test_training_lowers_both_losses(tmp_path: Path) -> None:
    torch.manual_seed(6)
    data = examples(2)
    network = Network(16, STATES)
    batch = optimize.collate(data, np.random.default_rng(0))
    before = objectives.cross_entropy(network, batch)[0].item()
    schedule = optimize.Schedule(epochs=50, rate=5e-3, frames=500, clip=5.0, seed=1)
    optimize.fit(network, data, schedule, lambda b: objectives.cross_entropy(network, b), tmp_path / "a.pt")
    assert objectives.cross_entropy(network, batch)[0].item() < 0.8 * before
    module = objectives.SequenceNetwork(network, np.log(objectives.priors(data, STATES)))
    denominator = objectives.Denominator(data, STATES)
    before = objectives.sequence_loss(module, denominator, batch)[0].item()
    optimize.fit(
        module,
        data,
        replace(schedule, epochs=6),
        lambda b: objectives.sequence_loss(module, denominator, b),
        tmp_path / "b.pt",
    )
    assert objectives.sequence_loss(module, denominator, batch)[0].item() < before


def test_interrupted_training_goes_on_as_if_it_had_not_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimize, "CHECKPOINT_SECONDS", 0.0)
    data = examples(3)
    schedule = optimize.Schedule(epochs=3, rate=1e-3, frames=400, clip=5.0, seed=2)

    def run(path: Path, stop_after: int) -> dict[str, torch.Tensor]:
        torch.manual_seed(7)
        network: nn.Module = Network(8, STATES)
        steps = 0

        def loss(batch: optimize.Batch) -> tuple[torch.Tensor, dict[str, float]]:
            nonlocal steps
            steps += 1
            if steps > stop_after:
                raise KeyboardInterrupt
            assert isinstance(network, Network)
            return objectives.cross_entropy(network, batch)

        optimize.fit(network, data, schedule, loss, path)
        return network.state_dict()

    whole = run(tmp_path / "whole.pt", 1000)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "cut.pt", 4)
    resumed = run(tmp_path / "cut.pt", 1000)
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


@pytest.mark.parametrize(("quiet", "words"), [(-20.0, {"one", "two"}), (20.0, {""})])
def test_vosk_opens_what_export_writes(tmp_path: Path, quiet: float, words: set[str]) -> None:
    torch.manual_seed(8)
    lexicon = [Pronunciation("one", ("W", "AH", "N"), 0.0), Pronunciation("two", ("T", "UW"), 0.0)]
    language = LanguageModel(["one two", "two"], ["one", "two"])
    priors, scales = np.full(STATES, 1 / STATES), export.Scales(1.0, 0.0, 0.5, quiet)
    export.export(tmp_path, ENGLISH.phones, Network(8, STATES).eval(), priors, lexicon, language, scales)
    card = Card("t", "Test", Role.ASR, "vosk", "t", {"model": "."}, ("en",), ("en",), "GPL-3.0-or-later", "")
    engine = VoskRecognizer(card, tmp_path)
    engine.load()
    stream = engine.recognition(SAMPLE_RATE)
    (said,) = espeak(ENGLISH, ["one two"], Random(9), ["gmw/en-US"], ["."])
    stream.accept(said.samples)
    assert set(stream.finish().text.split() or [""]) <= words
    engine.close()


def test_word_distance() -> None:
    assert distance(["a", "b", "c"], ["a", "c", "d"]) == 2
    assert distance([], ["a"]) == 1
