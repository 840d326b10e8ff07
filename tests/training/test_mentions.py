"""Mentions: which words of a talk name which thing of its picture, and what is true of it there."""

from random import Random

import pytest

from training.domain.scenes import SCENE_COLORS, SHAPES, Drawing, Photo, Thing, noun_of
from training.lm import tokenizer
from training.lm.template import PICTURE_MARKER, Example, encode
from training.vlm import printing
from training.vlm.mentions import ASKED, Mentions
from training.vlm.pictures import IGNORE, Pictures

THINGS = (
    Thing("circle", "red", "small", 0.2, 0.5, 0.15),
    Thing("cross", "blue", "large", 0.7, 0.5, 0.5),
    Thing("cross", "red", "small", 0.2, 0.9, 0.1),
)


@pytest.fixture(scope="module")
def words() -> tokenizer.Tokenizer:
    nouns = [noun_of(shape, many).en for shape in (*SHAPES, None) for many in (False, True)]
    return tokenizer.train([f"the {color} {noun}" for color in SCENE_COLORS for noun in (*nouns, "one")] * 3, 640)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Pictures:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "typefaces", lambda judging=False: [printing.PILLOWS_OWN])
        return Pictures(tmp_path_factory.mktemp("pictures"), 1, 16, "t", 24)


def named(words: tokenizer.Tokenizer, pictures: Pictures, *said: str) -> list[tuple[str, list[int]]]:
    talk = [{"role": "user", "content": text} for text in said]
    ids = encode(words, talk, picture_tokens=4).ids
    found = list(Mentions(words, pictures).find(ids, [Drawing(THINGS, "white"), Photo(("green",))]))
    assert all(shown == 0 for _, shown, _ in found)
    return [(words.decode([ids[place]]).strip(), things) for place, _, things in found]


def test_each_noun_tells_what_it_may_mean(words: tokenizer.Tokenizer, pictures: Pictures) -> None:
    said = f"{PICTURE_MARKER}Where is the red circle? Is the circle near the cross or the blue one?"
    assert named(words, pictures, said) == [("circle", [0]), ("circle", [0]), ("cross", [1, 2]), ("one", [1])]
    assert named(words, pictures, f"{PICTURE_MARKER}How many red shapes? And stars?") == [
        ("shapes", [0, 2]),
        ("stars", []),
    ]


def test_nothing_is_named_before_a_picture_nor_in_a_photograph(words: tokenizer.Tokenizer, pictures: Pictures) -> None:
    assert named(words, pictures, "The red circle?", f"{PICTURE_MARKER}The blue shape?") == [("shape", [1])]
    second = f"{PICTURE_MARKER}A star and the circle?"
    assert named(words, pictures, f"{PICTURE_MARKER}What is the shape?", second) == []


def test_the_truth_is_that_of_the_turned_picture(words: tokenizer.Tokenizer, pictures: Pictures) -> None:
    column, size = list(ASKED).index("column"), list(ASKED).index("size")
    single = 0
    for place in pictures.told["drawing"]:
        for way in range(4):
            _, scene = pictures.drawn(place, Random(way))
            assert isinstance(scene, Drawing)
            text = " ".join(f"the {thing.color} {thing.shape}" for thing in scene.things)
            talk = encode(words, [{"role": "user", "content": f"{PICTURE_MARKER}Here are {text}"}], picture_tokens=4)
            known = Mentions(words, pictures).known([(talk, [place], [way])])
            assert len(known.named) == len(known.truth) == len(scene.things)
            assert not len(known.answering)
            for thing, row in zip(scene.things, known.truth.tolist(), strict=True):
                like = [other for other in scene.things if (other.shape, other.color) == (thing.shape, thing.color)]
                assert row[-1] == len(like)
                columns = {min(2, int(3 * other.x)) for other in like}
                assert row[column] == (columns.pop() if len(columns) == 1 else IGNORE)
                if len(like) == 1:
                    assert ("small", "medium", "large")[row[size]] == thing.size
                    single += 1
    assert single > 20


def test_an_answer_is_about_the_first_two_things_of_its_own_question(
    words: tokenizer.Tokenizer, pictures: Pictures
) -> None:
    scenes = ((place, pictures.drawn(place, Random(0))[1]) for place in pictures.told["drawing"])
    drawings = ((place, scene) for place, scene in scenes if isinstance(scene, Drawing))
    kinds = ((place, list(dict.fromkeys(thing.shape for thing in scene.things))) for place, scene in drawings)
    place, shapes = next((place, shapes) for place, shapes in kinds if len(shapes) > 1)
    said = (f"{PICTURE_MARKER}Is the {shapes[0]} near the {shapes[1]} or the {shapes[0]}?", "Yes", "Why?", "No")
    said = (*said, f"Where is the {shapes[1]}?", f"Near the {shapes[0]}")
    talk = encode(
        words,
        [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(said)],
        picture_tokens=4,
    )
    known = Mentions(words, pictures).known([(talk, [place], [0])])
    form = list(ASKED).index("form")
    forms = [list(SHAPES).index(shape) for shape in shapes[:2]]
    answers = words.decode([talk.ids[time + 1] for _, time in known.answering.tolist()], skip_special_tokens=False)
    assert answers == f"Yes<|im_end|>Near the {shapes[0]}<|im_end|>"
    assert known.about[0, :, form].tolist() == forms
    assert known.about[-1, :, form].tolist() == [forms[1], IGNORE]


def test_a_talk_without_mentions_asks_nothing(words: tokenizer.Tokenizer, pictures: Pictures) -> None:
    known = Mentions(words, pictures).known([(Example([5, 6], [False, True]), [], [])])
    assert [len(part) for part in (known.named, known.truth, known.answering, known.about)] == [0, 0, 0, 0]
