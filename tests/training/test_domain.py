"""The shared domain: repeatable, bilingual, and never training on what is held out."""

import random
import re

import pytest

from training import domain
from training.domain import Exchange, clock, spelling
from training.domain.scenes import Drawing, Thing


def draw(seed: int, count: int = 1500) -> list[Exchange]:
    rng = random.Random(seed)
    exchanges = [domain.sample(rng) for _ in range(count)]
    exchanges += [domain.refusal(rng) for _ in range(count // 5)]
    return exchanges + [domain.picture_exchange(domain.random_scene(rng), rng) for _ in range(count // 5)]


def test_the_same_seed_gives_the_same_exchanges() -> None:
    assert draw(3, 200) == draw(3, 200)
    assert draw(3, 200) != draw(4, 200)


def test_no_held_out_question_is_sampled() -> None:
    for exchange in draw(5):
        for form in (exchange.question.en, domain.spoken(exchange.question.en, "en"), exchange.question.en.lower()):
            assert not domain.held_out(form)
    rng = random.Random(6)
    held = [domain.sample_held_out(rng) for _ in range(300)]
    assert len({exchange.topic for exchange in held}) > 12


@pytest.mark.parametrize(
    "question",
    ["What color is the sky?", "how many days are in a week", "What is 3 + 4?", "¿Cuántos días tiene una semana?"],
)
def test_demanding_questions_are_held_out(question: str) -> None:
    assert domain.held_out(question)


def test_one_sentence_in_ten_is_held_out_by_its_hash() -> None:
    share = sum(domain.held_out(f"sentence number {number} of many") for number in range(2000)) / 2000
    assert 0.07 < share < 0.13


def test_both_languages_are_written_out() -> None:
    for exchange in draw(7):
        for text in (exchange.question, exchange.answer, exchange.short):
            assert text.en
            assert text.es
            for line in (text.en, text.es):
                assert not re.search(r"[{}()|~^]| {2}| [?.!,]", line), line
                first = line.lstrip("¿¡")[0]
                assert first == first.upper(), line
            assert text.es.count("?") == text.es.count("¿")
            assert not re.search(r"\b[Dd]e el [a-zñ]|\ba el [a-zñ]", text.es), text.es
        assert exchange.topic == "clock" or not re.search(r"\d", exchange.answer.en)
        assert len(exchange.short.en) <= len(exchange.answer.en)


def test_spoken_english() -> None:
    assert domain.spoken("What is 3 + 4?", "en") == "what is three plus four"
    assert domain.spoken("It's 1,234 - 21... 'really'!", "en") == (
        "it's one thousand two hundred thirty four minus twenty one really"
    )


def test_spoken_spanish() -> None:
    assert domain.spoken("¿Cuánto es 31 - 16?", "es") == "cuánto es treinta y uno menos dieciséis"
    assert domain.spoken("¡Hola, Parley!", "es") == "hola parley"


def test_the_vocabulary_covers_the_domain() -> None:
    for lang in ("en", "es"):
        words = domain.vocabulary(lang)
        assert words == sorted(set(words))
        assert 1400 < len(words) < 1900
        known = set(words)
        rng = random.Random(8)
        for exchange in [domain.sample(rng) for _ in range(3000)]:
            for text in (exchange.question, exchange.answer, exchange.short):
                assert known.issuperset(domain.spoken(getattr(text, lang), lang).split())


def test_open_questions_about_a_picture_name_everything() -> None:
    rng = random.Random(9)
    kinds = (("star", "red", 0.2), ("heart", "blue", 0.5), ("star", "red", 0.8))
    scene = Drawing(tuple(Thing(shape, color, "small", x, 0.5, 0.1) for shape, color, x in kinds), "white")
    asked = 0
    for _ in range(400):
        exchange = domain.picture_exchange(scene, rng)
        if re.search(r"[Ww]hat do you see in|[Dd]escribe", exchange.question.en):
            asked += 1
            assert exchange.answer.en == "There are two red stars and a blue heart in the picture."
            assert exchange.answer.es == "Hay dos estrellas rojas y un corazón azul en la imagen."
    assert asked


def test_short_answers_say_the_essential_alone() -> None:
    rng = random.Random(10)
    found = {}
    for _ in range(4000):
        exchange = domain.sample_alone(rng)
        found[exchange.topic] = exchange
        if exchange.topic == "capitals":
            assert len(exchange.short.en.split()) <= 5
            assert exchange.short.en.removeprefix("In ").rstrip(".").lower() in exchange.answer.en.lower()
    assert len(found) > 20


def test_talks_end_in_what_was_told() -> None:
    rng = random.Random(11)
    named = 0
    for _ in range(200):
        talk = domain.dialogue(rng, 4, lambda rng: rng.choice(["Zoltan", "Quilla"]))
        assert len(talk) >= 3
        assert not any(domain.held_out(exchange.question.en) for exchange in talk)
        said = " ".join(exchange.question.en for exchange in talk[:-1])
        if name := re.search(r"Zoltan|Quilla", talk[-1].short.en):
            named += name[0] in said
            assert name[0] in said
            assert name[0] in talk[-1].answer.es
    assert named > 20


def test_the_time_is_in_the_sentence_of_the_prompt() -> None:
    rng = random.Random(12)
    for _ in range(300):
        exchange = clock.clock_exchange(rng)
        assert re.fullmatch(r"It is \w+day, \w+ \d{1,2}, 20\d\d, \d\d:\d\d\.", exchange.given)
        for part in re.findall(r"\d+:\d+|\d{4}", exchange.answer.en):
            assert part in exchange.given
    assert not clock.clock_exchange(rng, known=False).given


def test_spelling_gives_the_letters() -> None:
    rng = random.Random(13)
    exchange = spelling.spelling(rng, "cat")
    assert (exchange.answer.en, exchange.short.en, exchange.question.es) == ("Cat is spelled c, a, t.", "C, a, t.", "")
    assert set(spelling.words()) >= {"Monday", "cat", "seven", "purple"}
