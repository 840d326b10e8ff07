"""The pure rules of speech."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.speech import ClauseCutter, Endpoint, EndpointRules, Segmenter, clean, speakable, spoken_part


def endpoints(probabilities: list[float], rules: EndpointRules) -> list[tuple[int, Endpoint]]:
    segmenter = Segmenter(rules)
    found = [(i, segmenter.feed(0.032, p)) for i, p in enumerate(probabilities)]
    return [(i, endpoint) for i, endpoint in found if endpoint is not Endpoint.NONE]


def test_speech_starts_after_enough_voice_and_ends_after_enough_silence() -> None:
    found = endpoints([0.0] * 10 + [0.9] * 20 + [0.0] * 30, EndpointRules(start_seconds=0.06, end_seconds=0.6))
    assert found == [(11, Endpoint.STARTED), (48, Endpoint.ENDED)]


def test_a_click_is_not_speech() -> None:
    assert endpoints([0.0] * 5 + [0.9] + [0.0] * 50, EndpointRules(start_seconds=0.06)) == []


def test_a_short_pause_does_not_end_the_turn() -> None:
    found = endpoints([0.9] * 10 + [0.0] * 15 + [0.9] * 10 + [0.0] * 40, EndpointRules(end_seconds=0.6))
    assert [endpoint for _, endpoint in found] == [Endpoint.STARTED, Endpoint.ENDED]


def test_a_fading_voice_goes_on_by_hysteresis() -> None:
    assert [e for _, e in endpoints([0.9] * 5 + [0.4] * 60, EndpointRules(end_seconds=0.6))] == [Endpoint.STARTED]


def test_without_an_end_the_turn_never_ends() -> None:
    assert [e for _, e in endpoints([0.9] * 5 + [0.0] * 500, EndpointRules(end_seconds=None))] == [Endpoint.STARTED]


def cut(text: str, clauses: bool = True) -> list[str]:
    cutter = ClauseCutter(clauses)
    return [piece for letter in text for piece in cutter.feed(letter)] + list(cutter.finish())


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("The sky is blue. Grass is green.", ["The sky is blue.", "Grass is green."]),
        ("It costs 3.50 in all. Fine.", ["It costs 3.50 in all.", "Fine."]),
        ("Dr. Smith came, then left.", ["Dr. Smith came,", "then left."]),
        ("Yes, I do.", ["Yes, I do."]),
        ("Well, that is so, and more.", ["Well, that is so,", "and more."]),
        ("One\ntwo", ["One", "two"]),
        ("Really?! Yes… no", ["Really?!", "Yes…", "no"]),
        ("“Go.” He went.", ["“Go.”", "He went."]),
        ("", []),
        ("   \n ", []),
    ],
)
def test_cutting(text: str, pieces: list[str]) -> None:
    assert cut(text) == pieces


def test_sentences_only_when_they_are_translated() -> None:
    assert cut("Well, that is so, and more. End", clauses=False) == ["Well, that is so, and more.", "End"]


def test_an_endless_word_is_cut_by_length() -> None:
    pieces = cut("x" * 100_000)
    assert max(map(len, pieces)) <= 241
    assert "".join(pieces) == "x" * 100_000


@given(st.text(alphabet="ab. ,\n!…日。", max_size=300), st.integers(0, 2**32))
def test_nothing_is_lost_however_the_text_arrives(text: str, seed: int) -> None:
    rng, cutter, pieces, at = random.Random(seed), ClauseCutter(), [], 0
    while at < len(text):
        step = rng.randint(1, 7)
        pieces += cutter.feed(text[at : at + step])
        at += step
    pieces += cutter.finish()
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**Bold** and `code`", "Bold and code"),
        ("See [the page](http://x.y/z) 🎉", "See the page"),
        ("![x](file:///etc/passwd)", "x"),
        ("```python\nprint()\n``` done", "done"),
        ("go to https://example.org now", "go to now"),
        ("🎉🎉", ""),
        ("<b>Bold</b> and <img src='http://x.y/z'> 3 < 4", "Bold and 3 4"),
    ],
)
def test_speakable(text: str, said: str) -> None:
    assert speakable(text) == said


def test_clean_drops_what_no_model_can_read() -> None:
    assert clean("a\x00b\ud800c\td\n") == "abc\td"


def test_spoken_part_is_whole_words() -> None:
    text = "one two three four"
    assert spoken_part(text, 0.0) == ""
    assert spoken_part(text, 0.5) == "one two"
    assert spoken_part(text, 1.0) == text
