"""The voice's speech data: sentences, alignment, pitch, and whole utterances by the teacher."""

import itertools
from pathlib import Path
from random import Random

import numpy as np
import pytest

from training import domain
from training.tts import corpus, pitch
from training.tts.alignment import PUNCTUATION, align, units
from training.tts.export import symbol_map
from training.tts.languages import ENGLISH, SPANISH, Language
from training.tts.sentences import Grammar, number
from training.tts.teacher import SAMPLE_RATE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (99, "ninety nine"),
        (100, "one hundred"),
        (615, "six hundred fifteen"),
        (200_021, "two hundred thousand twenty one"),
    ],
)
def test_number(value: int, text: str) -> None:
    assert number(value) == text


def test_sentences_repeat_with_the_seed_and_vary_without() -> None:
    first, second, other = (Grammar(Random(seed)) for seed in (1, 1, 2))
    drawn = [first.sentence() for _ in range(300)]
    assert drawn == [second.sentence() for _ in range(300)]
    assert len(set(drawn)) > 280
    assert drawn != [other.sentence() for _ in range(300)]


def test_sentences_cover_every_english_sound_and_mark() -> None:
    phonemize = corpus.phonemizer("en-us")
    seen: set[str] = set()
    for sentence in itertools.islice(corpus.broad_sentences(ENGLISH, Random(3)), 1500):
        for phonemes in phonemize(sentence):
            seen.update(phonemes)
    wanted = set("bdfhijklmnpstuvwzæðŋɐɑɔəɚɛɜɡɪɹɾʃʊʌʒθᵻˈˌː") | set(PUNCTUATION)
    assert wanted <= seen


LANGUAGES = pytest.mark.parametrize("language", [ENGLISH, SPANISH], ids=lambda language: language.code)


@LANGUAGES
def test_no_sentence_is_held_out(language: Language) -> None:
    for source in (corpus.broad_sentences, corpus.domain_sentences):
        drawn = list(itertools.islice(source(language, Random(4)), 500))
        assert len(set(drawn)) > 100
        assert not any(domain.held_out(sentence) for sentence in drawn)


def test_spanish_sentences_cover_every_spanish_sound_and_mark() -> None:
    phonemize = corpus.phonemizer("es-419")
    seen: set[str] = set()
    for sentence in itertools.islice(corpus.broad_sentences(SPANISH, Random(3)), 1500):
        for phonemes in phonemize(sentence):
            seen.update(phonemes)
    assert set("abdefijklmnoprstuwxðŋɡɣɲɾʃβʝˈ") | set(PUNCTUATION) <= seen


def test_split_sentences() -> None:
    assert corpus.split_sentences("Yes. Is it? It is!  A word") == ["Yes.", "Is it?", "It is!", "A word"]


def test_units_join_what_is_one_sound() -> None:
    found = units(list("həlˈoʊ, tʃˈɑːɹ"), ENGLISH.sounds.table)
    assert [unit.symbol for unit in found] == ["h", "ə", "l", "oʊ", ",", " ", "tʃ", "ɑ", "ɹ"]
    assert [unit.positions for unit in found][3] == [4, 5]
    assert [unit.positions for unit in found][7] == [11, 12]


def test_substitution_prefers_what_sounds_alike() -> None:
    cost = ENGLISH.sounds.substitution_cost
    assert cost("p", "p") == 0
    assert cost("p", "p") < cost("ə", "ih") < cost("p", "t") < cost("p", "m") < cost("p", "aa")
    assert cost(",", "pau") == 0


def test_alignment_gives_every_phone_to_one_sound() -> None:
    sounds = units(list("wˈɔːɾɚ, plˈiːz"), ENGLISH.sounds.table)
    phones = ["w", "ao", "t", "er", "pau", "p", "l", "iy", "z"]
    assigned, cost = align(sounds, phones, ENGLISH.sounds)
    assert [phones[index] for indices in assigned for index in indices] == phones
    assert [sounds[row].symbol for row, indices in enumerate(assigned) if indices] == [*"wɔɾɚ,pliz"]
    assert cost < 0.05


def test_alignment_keeps_the_time_of_an_extra_phone() -> None:
    sounds = units(list("fˈaɪɚ"), ENGLISH.sounds.table)
    assigned, _ = align(sounds, ["f", "ay", "y", "er"], ENGLISH.sounds)
    assert assigned == [[0], [1, 2], [3]]


def test_alignment_cost_tells_wrong_words() -> None:
    assert (
        align(units(list("kˈæt"), ENGLISH.sounds.table), ["d", "aa", "g"], ENGLISH.sounds)[1] > corpus.WORST_ALIGNMENT
    )


@pytest.mark.parametrize("frequency", [110.0, 170.0, 260.0])
def test_pitch_of_a_tone_with_harmonics(frequency: float) -> None:
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = sum(np.sin(2 * np.pi * frequency * k * time) / k for k in range(1, 9)) * 4000
    noise = np.random.default_rng(1).normal(0, 100, len(time))
    found, voiced = pitch.track((tone + noise).astype(np.float32), 120, corpus.HOP, SAMPLE_RATE)
    assert voiced[5:-5].all()
    assert np.abs(found[5:-5] / frequency - 1).max() < 0.02


def test_pitch_of_noise_is_unvoiced() -> None:
    noise = np.random.default_rng(2).normal(0, 3000, SAMPLE_RATE).astype(np.float32)
    _, voiced = pitch.track(noise, 120, corpus.HOP, SAMPLE_RATE)
    assert voiced.mean() < 0.1


def test_melody_rises_in_yes_no_questions_only() -> None:
    flat = np.full(40, 170, np.float32)
    phonemes = ["^", *"ɪz ɪt ɹˈɛd", "?", "$"]
    ends = np.linspace(0, 40, len(phonemes)).round().astype(np.int64)
    rising = pitch.intended(flat, "Is it red?", phonemes, ends)
    assert rising[-1] > 1.2 * rising[0]
    assert rising[10] == pytest.approx(170)
    for text in ("It is red.", "What is red?", "Is it red or blue?"):
        assert np.allclose(pitch.intended(flat, text, phonemes, ends), 170)
    assert pitch.intended(flat, "It is red!", phonemes, ends).mean() > 175


def test_utterance_times_fit_its_audio(tmp_path: Path) -> None:
    phonemize = corpus.phonemizer("en-us")
    made = corpus.utterance("Hello, is the water cold?", ENGLISH, phonemize, tmp_path / "a.wav", Random(1))
    assert made is not None
    assert made.durations.sum() == made.frames
    assert (made.durations >= 0).all()
    assert len(made.ids) == len(made.durations)
    assert len(made.samples) == made.frames * corpus.HOP
    assert len(made.pitch) == len(made.melody) == len(made.voiced) == made.frames + 1
    # The silence before the first sound and after the last one.
    assert np.abs(made.samples[: corpus.HOP * 4]).max() < 0.1 * np.abs(made.samples).max()
    assert made.durations[0] == round(corpus.LEAD * SAMPLE_RATE / corpus.HOP)
    assert 0.3 < made.voiced.mean() < 0.95
    assert 100 < np.median(made.pitch) < 260


def test_vowels_are_voiced_and_fricatives_are_not(tmp_path: Path) -> None:
    """The alignment lays the phonemes where they sound."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    phonemize = corpus.phonemizer("en-us")
    voiced: dict[str, list[float]] = {"vowels": [], "fricatives": []}
    groups = {"vowels": "æɑiuɛ", "fricatives": "sʃf"}
    for sentence in ("She sees a fast fish.", "Six cats sat on a sofa.", "Show me the sea, Sam."):
        made = corpus.utterance(sentence, ENGLISH, phonemize, tmp_path / "a.wav", Random(1))
        assert made is not None
        ends = np.cumsum(made.durations)
        for name, symbols in groups.items():
            numbers = {DEFAULT_PHONEME_ID_MAP[symbol][0] for symbol in symbols}
            for number_, end, length in zip(made.ids, ends, made.durations, strict=True):
                if int(number_) in numbers and length > 2:
                    voiced[name].append(float(made.voiced[end - length // 2 - 1]))
    assert np.mean(voiced["vowels"]) > 0.9
    assert np.mean(voiced["fricatives"]) < 0.3


def test_spanish_utterance_times_fit_its_audio(tmp_path: Path) -> None:
    """espeak-ng's own phonemes are Piper's, so every sound finds its time."""
    phonemize = corpus.phonemizer("es-419")
    text = "Perro, ¿puedes decirme cuántos años tiene el niño?"
    made = corpus.utterance(text, SPANISH, phonemize, tmp_path / "a.wav", Random(2))
    assert made is not None
    assert made.durations.sum() == made.frames
    rendering = SPANISH.speak(text, tmp_path / "a.wav")
    units_ = units(phonemize(text)[0], SPANISH.sounds.table)
    assigned, cost = align(units_, [phone.name for phone in rendering.phones[1:-1]], SPANISH.sounds)
    assert cost < 0.02
    assert all(indices for unit, indices in zip(units_, assigned, strict=True) if unit.sounds)


def test_utterance_refuses_two_sentences(tmp_path: Path) -> None:
    assert corpus.utterance("One. Two.", ENGLISH, corpus.phonemizer("en-us"), tmp_path / "a.wav", Random(1)) is None


def test_shards_come_back_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "SHARD", 3)
    corpus.build(tmp_path, ENGLISH, 2, 5)
    first = corpus.read(tmp_path)
    assert len(first) == 6
    (tmp_path / "001.npz").unlink()
    corpus.build(tmp_path, ENGLISH, 2, 5)
    for one, two in zip(first, corpus.read(tmp_path), strict=True):
        assert one.text == two.text
        assert np.array_equal(one.ids, two.ids)
        assert np.array_equal(one.samples, two.samples)
        assert np.array_equal(one.melody, two.melody)


def test_symbol_map_uses_trained_ids_only() -> None:
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    heard = {
        DEFAULT_PHONEME_ID_MAP[symbol][0]
        for unit in ENGLISH.sounds.table
        for symbol in unit
        if symbol in "ɹlɛɪʊəʃhkbdfɡijmnpstuvwz"
    }
    heard |= {DEFAULT_PHONEME_ID_MAP[symbol][0] for symbol in (*PUNCTUATION, "^", "$", corpus.NOTHING, "ˈ")}
    found = symbol_map(heard)
    pad = DEFAULT_PHONEME_ID_MAP["_"][0]
    assert set(found) >= set(DEFAULT_PHONEME_ID_MAP)
    assert all(len(ids) == 1 and (ids[0] in heard or ids[0] == pad) for ids in found.values())
    assert found["ç"] == found["ʃ"] == DEFAULT_PHONEME_ID_MAP["ʃ"]
    assert found["x"] == DEFAULT_PHONEME_ID_MAP["k"]
    assert found["\u0303"] == DEFAULT_PHONEME_ID_MAP[corpus.NOTHING]
    assert found["_"] == [pad]
