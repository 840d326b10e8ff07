"""The voice's speech data: sentences, alignment, pitch, and whole utterances by the teacher."""

import itertools
import shutil
from pathlib import Path
from random import Random

import numpy as np
import pytest

from training import domain
from training.tts import corpus, labels, pitch, teacher
from training.tts.export import symbol_map
from training.tts.languages import ENGLISH, SPANISH, Language
from training.tts.network import KNOTS
from training.tts.sentences import Grammar, number
from training.tts.vocoder import HISSING, HOP, SAMPLE_RATE, SILENT, UNVOICED, VOICED, knot_frequencies


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
    wanted = set("bdfhijklmnpstuvwzæðŋɐɑɔəɚɛɜɡɪɹɾʃʊʌʒθᵻˈˌː") | set(" " + labels.MARKS)
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
    assert set("abdefijklmnoprstuwxðŋɡɣɲɾʃβʝˈ") | set(" " + labels.MARKS) <= seen


def test_split_sentences() -> None:
    assert corpus.split_sentences("Yes. Is it? It is!  A word") == ["Yes.", "Is it?", "It is!", "A word"]


def test_phrases_find_sounds_syllables_and_stress() -> None:
    (first, second) = labels.phrases(list("həlˈoʊ, tʃˈɪldɹən."), ENGLISH.sounds)
    assert [[phone.name for phone in item.phones] for item in first.syllables] == [["hh", "ax"], ["l", "ow"]]
    assert [item.stressed for item in first.syllables] == [False, True]
    assert [item.accented for item in first.syllables] == [False, True]
    assert [[phone.name for phone in item.phones] for item in second.syllables] == [
        ["ch", "ih", "l"],
        ["d", "r", "ax", "n"],
    ]
    assert first.mark == 6
    assert first.syllables[1].phones[1].positions == (4, 5)
    assert second.words[0].kind == labels.CONTENT


def test_function_words_and_long_vowels() -> None:
    (phrase,) = labels.phrases(list("ðə kˈɑːɹ"), ENGLISH.sounds)
    assert [word.kind for word in phrase.words] == ["det", labels.CONTENT]
    assert [phone.positions for phone in phrase.syllables[1].phones] == [(3,), (5, 6), (7,)]


def test_a_syllabic_consonant_gets_a_vowel() -> None:
    (phrase,) = labels.phrases(list("bˈʌʔn̩"), ENGLISH.sounds)
    assert [phone.name for item in phrase.syllables for phone in item.phones] == ["b", "ah", "t", "ax", "n"]


def test_spanish_stress_is_in_the_vowel() -> None:
    (phrase,) = labels.phrases(list("xuɣˈaɾ tɾaβˈaxo"), SPANISH.sounds)
    names = [phone.name for item in phrase.syllables for phone in item.phones]
    assert names == ["x", "u", "g", "a1", "r", "t", "r", "a", "b", "a1", "x", "o"]
    assert [len(item.phones) for item in phrase.syllables] == [2, 3, 3, 2, 2]


def test_labels_tell_every_phone_its_place() -> None:
    sentence = labels.phrases(list("ɪz ɪt ɹˈɛd, ɔːɹ blˈuː?"), ENGLISH.sounds)
    found = labels.labels(sentence, ENGLISH.sounds)
    assert len(found) == len(labels.segments(sentence)) == 15
    assert found[0].startswith("x^x-pau+ih=z@x_x/A:0_0_0/B:x-x-x@x-x&x-x#x-x$x-x!x-x;x-x|x/C:1+0+2/D:0_0/E:x+x@")
    assert found[0].endswith("/F:aux_1/G:0_0/H:x=x@1=2|0/I:3=3/J:5+5-2")
    assert found[6].startswith(
        "t^r-eh+d=pau@2_2/A:1_0_2/B:1-1-3@1-1&3-1#3-1$1-1!1-0;0-0|eh/C:1+0+2/D:pps_1/E:content+1@3+1&0+0#0+0/F:cc_1"
    )
    assert found[8].startswith("eh^d-pau+ao=r@x_x/A:1_1_3/B:x-x-x@")


def test_labels_lend_a_sound_for_one_that_the_speaker_lacks() -> None:
    found = labels.labels(labels.phrases(list("xˈota"), SPANISH.sounds), SPANISH.sounds)
    assert found[1].startswith("x^pau-k+o1=t@1_2/")


def test_unknown_symbols_are_refused() -> None:
    with pytest.raises(KeyError):
        labels.phrases(list("ɧa"), SPANISH.sounds)
    assert labels.phrases(list("."), SPANISH.sounds) == []


@pytest.mark.parametrize("frequency", [110.0, 170.0, 260.0])
def test_pitch_of_a_tone_with_harmonics(frequency: float) -> None:
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = sum(np.sin(2 * np.pi * frequency * k * time) / k for k in range(1, 9)) * 4000
    noise = np.random.default_rng(1).normal(0, 100, len(time))
    found, voiced = pitch.track((tone + noise).astype(np.float32), 120, HOP, SAMPLE_RATE)
    assert voiced[5:-5].all()
    assert np.abs(found[5:-5] / frequency - 1).max() < 0.02


def test_pitch_of_noise_is_unvoiced() -> None:
    noise = np.random.default_rng(2).normal(0, 3000, SAMPLE_RATE).astype(np.float32)
    _, voiced = pitch.track(noise, 120, HOP, SAMPLE_RATE)
    assert voiced.mean() < 0.1


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (ENGLISH, "Is it red?", True),
        (ENGLISH, "Hello, can you help?", True),
        (ENGLISH, "And what is red?", False),
        (ENGLISH, "Is it red or blue?", False),
        (ENGLISH, "Tell me, what is it?", False),
        (ENGLISH, "It is red.", False),
        (SPANISH, "¿Es rojo?", True),
        (SPANISH, "¿De qué color es?", False),
        (SPANISH, "¿Es rojo o azul?", False),
        (SPANISH, "¿Cuál es?", False),
    ],
)
def test_questions_for_yes_or_no(language: Language, text: str, expected: bool) -> None:
    assert pitch.asks_yes_or_no(text, language) == expected


def test_melody_follows_the_marks() -> None:
    flat = np.full(60, np.log(170.0))
    symbols = ["^", *"ɪt ɪz ɹˈɛd", "?", "$"]
    ends = np.linspace(0, 60, len(symbols)).round().astype(np.int64)
    rising = np.exp(pitch.intended(flat, "Is it red?", symbols, ends, ENGLISH))
    assert rising[-1] > 1.3 * rising[0]
    assert rising[10] == pytest.approx(170)
    open_question = np.exp(pitch.intended(flat, "What is red?", symbols, ends, ENGLISH))
    assert open_question[-1] < open_question.max()
    symbols[-2] = "."
    assert np.allclose(pitch.intended(flat, "It is red.", symbols, ends, ENGLISH), flat)
    symbols[-2] = "!"
    assert np.exp(pitch.intended(flat, "It is red!", symbols, ends, ENGLISH)).mean() > 175
    symbols = ["^", *"ɹˈɛd, blˈuː", ".", "$"]
    ends = np.linspace(0, 60, len(symbols)).round().astype(np.int64)
    listed = pitch.intended(flat, "Red, blue.", symbols, ends, ENGLISH)
    assert listed[ends[4]] > flat[0] + 0.08
    assert np.allclose(listed[int(ends[5]) + 1 :], flat[0])


needs_teacher = pytest.mark.skipif(shutil.which("hts_engine") is None, reason="hts_engine is not installed")
"""Only recipes need it, and the package of voices; whoever makes a voice has both."""


@needs_teacher
@LANGUAGES
def test_utterance_times_fit_its_frames(language: Language, tmp_path: Path) -> None:
    text = {"en": "Hello, is the water cold?", "es": "Perro, ¿es fría el agua?"}[language.code]
    made = corpus.utterance(text, language, corpus.phonemizer(language.espeak_voice), tmp_path, Random(1))
    assert made is not None
    assert made.durations.sum() == made.frames == len(made.spectrum) == len(made.melody) - 1
    assert (made.durations >= 0).all()
    assert len(made.ids) == len(made.durations)
    assert made.spectrum.shape[1] == KNOTS
    assert made.durations[0] == corpus.LEAD * SAMPLE_RATE / HOP
    # Silence at the edges, and all along the comma's middle.
    assert (made.spectrum[:2] < SILENT + 1).all()
    assert (made.spectrum[-2:] < SILENT + 1).all()
    comma = int(np.flatnonzero(made.durations >= 20)[0])
    begin = int(made.durations[:comma].sum())
    assert (made.spectrum[begin + 8 : begin + 16] < SILENT + 1).all()
    assert 0.3 < (made.kind != UNVOICED).mean() < 0.95
    assert 100 < np.exp(np.median(made.melody)) < 260


@needs_teacher
def test_sounds_lie_where_their_phonemes_do(tmp_path: Path) -> None:
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    phonemize = corpus.phonemizer("en-us")
    kinds: dict[str, list[int]] = {"æɑiuɛ": [], "sʃf": [], "zvð": []}
    for sentence in ("She sees a fast fish.", "Six cats sat on a sofa.", "Move the vase over there."):
        made = corpus.utterance(sentence, ENGLISH, phonemize, tmp_path, Random(1))
        assert made is not None
        for number_, end, length in zip(made.ids, np.cumsum(made.durations), made.durations, strict=True):
            for symbols, found in kinds.items():
                if int(number_) in {DEFAULT_PHONEME_ID_MAP[symbol][0] for symbol in symbols} and length > 2:
                    found.append(int(made.kind[end - length // 2 - 1]))
    vowels, fricatives, hissing = kinds.values()
    assert np.mean(np.array(vowels) == VOICED) > 0.9
    assert np.mean(np.array(fricatives) == UNVOICED) > 0.8
    assert HISSING in hissing


@needs_teacher
def test_the_jota_is_a_whisper_with_its_neighbors_formants(tmp_path: Path) -> None:
    sentence = labels.phrases(list("ˈaxa"), SPANISH.sounds)
    speech = teacher.speak(sentence, SPANISH.sounds, SPANISH.speaker, tmp_path)
    assert [phone.name for phone in speech.phones] == ["pau", "a1", "x", "a", "pau"]
    start, end = (round(float(speech.ends[index]) / teacher.STEP) for index in (1, 2))
    assert not speech.voiced[start:end].any()
    vowel, whisper = speech.spectrum[start - 4], speech.spectrum[(start + end) // 2]
    high = knot_frequencies() > 1200
    assert np.corrcoef(vowel[high], whisper[high])[0, 1] > 0.9
    assert 0.5 < (vowel - whisper)[high].mean() < 1.5
    assert (vowel - whisper)[~high][:10].mean() > 1.8


@needs_teacher
def test_sentences_come_out_at_one_level(tmp_path: Path) -> None:
    phonemize = corpus.phonemizer("en-us")
    levels = []
    for text in ("Stop!", "The long and winding road leads to an old mill.", "Who are you?"):
        made = corpus.utterance(text, ENGLISH, phonemize, tmp_path, Random(1))
        assert made is not None
        found = corpus.level(made.spectrum.astype(np.float64))
        levels.append(0.5 * np.log(np.exp(2 * found)[found > found.max() - corpus.LOUD].mean()))
    assert max(levels) - min(levels) < 0.2


def test_utterance_refuses_two_sentences(tmp_path: Path) -> None:
    assert corpus.utterance("One. Two.", ENGLISH, corpus.phonemizer("en-us"), tmp_path, Random(1)) is None


@needs_teacher
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
        assert np.array_equal(one.spectrum, two.spectrum)
        assert np.array_equal(one.melody, two.melody)


def test_symbol_map_uses_trained_ids_only() -> None:
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    heard = {
        DEFAULT_PHONEME_ID_MAP[symbol][0]
        for unit in ENGLISH.sounds.table
        for symbol in unit
        if symbol in "ɹlɛɪʊəʃhkbdfɡijmnpstuvwz"
    }
    heard |= {DEFAULT_PHONEME_ID_MAP[symbol][0] for symbol in (" ", *labels.MARKS, "^", "$", corpus.NOTHING, "ˈ")}
    found = symbol_map(heard)
    pad = DEFAULT_PHONEME_ID_MAP["_"][0]
    assert set(found) >= set(DEFAULT_PHONEME_ID_MAP)
    assert all(len(ids) == 1 and (ids[0] in heard or ids[0] == pad) for ids in found.values())
    assert found["ç"] == found["ʃ"] == DEFAULT_PHONEME_ID_MAP["ʃ"]
    assert found["x"] == DEFAULT_PHONEME_ID_MAP["k"]
    assert found["\u0303"] == DEFAULT_PHONEME_ID_MAP[corpus.NOTHING]
    assert found["_"] == [pad]
