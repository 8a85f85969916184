"""A model learns from done documents and proposes tags for others."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from labeling.errors import Invalid
from labeling.prediction.estimate import score
from labeling.prediction.features import WordCounts
from labeling.prediction.model import Model, train
from labeling.prediction.spans_part import SpansPart, layers_of, out_of_reach
from labeling.prediction.task import Example, Task
from labeling.prediction.words import WordSplitter
from tests.unit.prediction.corpus import BAD, GOOD, phrases, reviews, whole

ROOT = Path(__file__).parents[3]
TRAINED = train(reviews(120))


def found(model: Model, text: str) -> list[tuple[str, str | None, str | None]]:
    return [(text[start:end], class_, label) for start, end, class_, label, _ in model.predict(text)]


def test_it_finds_spans_with_class_and_label_in_texts_it_has_not_seen() -> None:
    unseen = reviews(100, seed=1)
    assert score([TRAINED.predict(example.text) for example in unseen], unseen).f1 > 0.95
    assert found(TRAINED, "The goat cheese was lovely, and the waiter was rude.") == [
        ("goat cheese", "Food", "POS"),
        ("waiter", "Staff", "NEG"),
    ]
    assert all(0.5 < one.confidence <= 1 for one in TRAINED.predict("The soup was cold."))


def test_documents_left_without_tags_teach_where_nothing_is() -> None:
    text = "A soup was served. The cook came. The menu said soup"
    start = text.rindex("soup")
    tagged = [Example(text, ((start, start + 4, "Food", None),))] * 10
    assert found(train(tagged), "A soup was served. The cook came.") == []


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("The room had a balcony and a nice view.", "balcony"),
        ("Le petit-déjeuner était très bon, merci.", "petit-déjeuner"),
        ("Персонал был очень вежливый и добрый.", "Персонал"),
        ("كان موظف الاستقبال لطيفا جدا معنا", "موظف الاستقبال"),
        ("חדר האוכל היה נקי מאוד", "חדר האוכל"),
        ("這家餐廳的服務很好", "服務"),
        ("อาหารอร่อยมากบริการดี", "บริการ"),
        ("कमरा बहुत साफ और बड़ा था", "कमरा"),
        ("방이 아주 깨끗하고 화장실이 좋았다", "화장실"),
        ("The 👩\u200d🍳 is great\r\nand 👍🏽", "👩\u200d🍳"),
    ],
)
def test_a_phrase_that_was_tagged_is_found_in_any_script(text: str, phrase: str) -> None:
    assert found(train(phrases(text, phrase)), f"{text} {text}") == [(phrase, "Thing", "POS")] * 2


def test_spans_begin_and_end_with_words() -> None:
    model = train(reviews(60))
    for example in reviews(50, seed=2):
        edges = {edge for place in WordSplitter().read(example.text).places for edge in place}
        assert all({one.start, one.end} <= edges for one in model.predict(example.text))


def test_tags_are_counted_that_no_proposal_can_be_like() -> None:
    text = "The seafood was good, the cook kind"

    def lost(*tags: tuple[str, str | None, str | None]) -> int:
        spans = [(text.index(part), class_, label, len(part)) for part, class_, label in tags]
        units = tuple((start, start + size, class_, label) for start, class_, label, size in spans)
        return out_of_reach([*reviews(200), Example(text, units)])

    assert lost(("seafood", "Food", "POS"), ("cook", "Staff", "POS"), ("cook", "Staff", "POS")) == 0
    assert lost(("food", "Food", "POS"), ("cook ", "Staff", "POS")) == 2
    assert lost(("cook kind", "Staff", "POS"), ("cook", "Staff", "POS"), ("kind", None, "POS")) == 1
    assert lost(("cook", "Staff", "POS"), ("cook", "Staff", "NEG"), ("cook", None, "POS")) == 1
    assert lost(*(("The seafood was good"[:n], f"Class {n}", None) for n in (3, 11, 15, 20))) == 0


def only(examples: list[Example], *, class_: bool, label: bool) -> list[Example]:
    """The tags with their class, their label, or both alone."""
    return [
        Example(text, tuple((a, b, c if class_ else None, d if label else None) for a, b, c, d in tags))
        for text, tags in examples
    ]


@pytest.mark.parametrize(("class_", "label"), [(True, False), (False, True)])
def test_tags_may_have_a_class_or_a_label_alone(*, class_: bool, label: bool) -> None:
    unseen = only(reviews(50, seed=1), class_=class_, label=label)
    model = train(only(reviews(80), class_=class_, label=label))
    assert score([model.predict(example.text) for example in unseen], unseen).f1 > 0.9


def test_every_word_may_be_tagged() -> None:
    one, two = (Example(text, ((0, len(text), "Food", None),)) for text in ("soup", "bread soup"))
    assert found(train([one, two] * 6, task=Task.SPANS), "bread soup") == [("bread soup", "Food", None)]
    assert train([one] * 6, task=Task.SPANS).predict("soup") == ()


def test_classes_whose_spans_overlap_are_found_together() -> None:
    tags = ((4, 24, "Phrase", "POS"), (13, 24, "Thing", "POS"), (13, 24, "Target", "NEG"))
    examples = [Example("The very old goat cheese", tags), Example("Nothing here at all")] * 12
    assert layers_of(examples) == (("Phrase",), ("Target",), ("Thing",))
    assert [one.unit for one in train(examples).predict("The very old goat cheese")] == [
        (4, 24, "Phrase", "POS"),
        (13, 24, "Target", "NEG"),
        (13, 24, "Thing", "POS"),
    ]


def test_many_classes_are_chosen_for_the_span() -> None:
    names = [f"noun{n}" for n in range(14)]
    examples = [
        Example(f"the {name} was kind", ((4, 4 + len(name), name.upper(), "POS"),)) for name in names * 4
    ]
    assert len(layers_of(examples)) == 1
    assert found(train(examples), "here the noun7 was kind") == [("noun7", "NOUN7", "POS")]
    likely = train(examples).likelihoods(
        "the noun7 was kind", [(4, 9, name, "POS") for name in ("NOUN7", "NOUN8")]
    )
    assert likely[0] > 0.5 > likely[1]


def test_a_label_is_no_part_of_what_a_word_is_tagged_with() -> None:
    assert isinstance(TRAINED.part, SpansPart)
    assert len(TRAINED.part.labels) == 2
    assert set(TRAINED.part.chains["layer0"].tags) <= {
        "O",
        *(f"{part}{n}" for part in "BI" for n in range(3)),
    }


def test_what_was_seen_of_a_document_is_let_go_before_the_next() -> None:
    # Of five hundred words there is a megabyte to see; of all documents together there would be sixteen.
    text = "The soup was cold and the waiter was kind to us " * 50
    examples = [Example(text, ((4, 8, "Food", "NEG"),))] * 16
    tracemalloc.start()
    train(examples)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000


def test_no_more_than_ten_thousand_documents_are_learned_from() -> None:
    with pytest.raises(Invalid, match="no tag"):
        train([*[Example("Nothing here")] * 10_000, *reviews(10)])


def test_a_document_gets_its_one_label() -> None:
    examples = whole([(f"It was {word}", ((None, "POS"),)) for word in GOOD * 3])
    examples += whole([(f"It was {word}", ((None, "NEG"),)) for word in BAD * 3]) + [Example("It was")] * 6
    model = train(examples, task=Task.LABEL)
    assert found(model, "So warm") == [("So warm", None, "POS")]
    assert found(model, "So cold") == [("So cold", None, "NEG")]
    assert found(model, "It was") == []
    assert model.predict("") == ()


@pytest.mark.parametrize("label", ["POS", None])
def test_a_document_gets_any_number_of_classes(label: str | None) -> None:
    rows = [("soup", ("Food",)), ("waiter", ("Staff",)), ("waiter soup", ("Food", "Staff")), ("hall", ())]
    examples = whole([(f"The {text}", tuple((name, label) for name in names)) for text, names in rows * 8])
    model = train(examples)
    for example in examples[:4]:
        assert {one.unit for one in model.predict(example.text)} == set(example.tags)
    likely = model.likelihoods("The soup", [(0, 8, name, label) for name in ("Food", "Staff", "Other")])
    assert likely[0] > 0.5 > likely[1] > likely[2] == 0


def test_a_class_that_every_document_has_is_proposed_for_any() -> None:
    model = train(whole([(f"The {word}", (("Food", None),)) for word in GOOD * 3]))
    (one,) = model.predict("Something else")
    assert (one.unit, one.confidence > 0.99) == ((0, 14, "Food", None), True)


def test_documents_that_are_hard_to_tell_are_in_doubt() -> None:
    sure = TRAINED.read("We came on a day in May, and the soup was cold.")
    unsure = TRAINED.read("Xylo quux zing, rude kind waiter bread of the host cold terrace soup.")
    assert 0 <= sure.doubt < unsure.doubt
    assert TRAINED.read(" ").doubt == 0


def test_without_a_tag_there_is_nothing_to_learn() -> None:
    with pytest.raises(Invalid, match="no tag"):
        train([Example("Nothing here")] * 20)


def test_what_was_counted_in_a_document_is_not_told_to_it() -> None:
    counts, own = WordCounts(), WordCounts()
    worded = WordSplitter().read("soup and bread")
    for counted in (counts, own):
        counted.add(worded, [(0, 4, "Food", None)])
    counts.add(WordSplitter().read("soup again"), [])
    assert counts.lexicon() == {"soup": "2r", "and": "0r", "bread": "0r", "again": "0r"}
    assert counts.lexicon(own) == {"soup": "0r", "again": "0r"}


def test_english_praise_is_known_without_an_example() -> None:
    examples = [
        Example(
            text=f"The {noun} that we have was {word} and that is all of the day",
            tags=((4, 4 + len(noun), "X", label),),
        )
        for noun in ("soup", "hall", "host")
        for label, words in (("POS", GOOD[:2]), ("NEG", BAD[:2]))
        for word in words
        for _ in range(3)
    ]
    text = "The {} that we have was {} and that is all of the day"
    model = train(examples)
    assert [found(model, text.format("soup", word))[0][2] for word in ("excellent", "horrible")] == [
        "POS",
        "NEG",
    ]


HARD = (
    "nul \0 soup",
    "lone \ud83d soup \udfff",
    "soup\r\nsoup\r\n",
    "🙂 soup 👩\u200d👩\u200d👧",
    "\u200b",
    "\x1c\x85\u2028soup",
)


@pytest.mark.parametrize("text", HARD)
def test_any_text_is_read_and_learned_from(text: str) -> None:
    places = [n for n in range(len(text)) if text.startswith("soup", n)]
    example = Example(text, tuple((n, n + 4, "Food", "POS") for n in places))
    model = Model.from_bytes(train([example, *reviews(10)] * 4).to_bytes())
    assert {(one.start, one.end) for one in model.predict(text)} == {(n, n + 4) for n in places}


def test_names_may_hold_anything() -> None:
    odd = ["a#b", "I-B", " ", "nul\0", "\ud800", "'--> x: 1.0"]
    examples = [
        Example(f"the noun{n} was kind", ((4, 9, name, name),))
        for n, name in enumerate(odd)
        for _ in range(6)
    ]
    model = Model.from_bytes(train(examples).to_bytes())
    assert [found(model, f"the noun{n} was kind") for n in range(len(odd))] == [
        [(f"noun{n}", name, name)] for n, name in enumerate(odd)
    ]


def test_a_long_text_is_read_whole() -> None:
    text = "The soup was cold, and nobody came to us. " * 1_000
    predicted = TRAINED.predict(text)
    assert len(predicted) == 1_000
    assert all(text[one.start : one.end] == "soup" and 0 < one.confidence <= 1 for one in predicted)


@pytest.mark.parametrize("task", [Task.SPANS, Task.CLASSLABEL])
def test_a_model_that_was_kept_proposes_the_same(task: Task) -> None:
    model = train(reviews(40), task=task).with_scale((0.7, 0.1))
    data = model.to_bytes()
    again = Model.from_bytes(data)
    texts = [example.text for example in reviews(30, seed=3)]
    assert [again.read(text) for text in texts] == [model.read(text) for text in texts]
    assert again.to_bytes() == data


def test_damaged_bytes_are_an_ordinary_error() -> None:
    data, chance = TRAINED.to_bytes(), random.Random(0)
    for length in (0, 10, 32, 40, len(data) // 2, len(data) - 1):
        with pytest.raises(Invalid, match="damaged"):
            Model.from_bytes(data[:length])
    for _ in range(50):
        n = chance.randrange(len(data))
        with pytest.raises(Invalid, match="damaged"):
            Model.from_bytes(data[:n] + bytes([data[n] ^ (1 << chance.randrange(8))]) + data[n + 1 :])


def test_a_model_of_another_version_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, manifest=np.frombuffer(json.dumps({"version": 0}).encode(), np.uint8))
    data = path.read_bytes()
    with pytest.raises(Invalid, match="another version"):
        Model.from_bytes(hashlib.sha256(data).digest() + data)


PROGRAM = """
import hashlib, sys
from labeling.prediction.groups import word_groups
from labeling.prediction.model import train
from tests.unit.prediction.corpus import reviews
from tests.unit.prediction.test_groups import stories
data = train(reviews(40), groups=word_groups(stories(4_500))).to_bytes()
sys.stdout.write(hashlib.sha256(data).hexdigest())
"""


def said_by(program: str, **environment: str) -> str:
    told = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-c", program], env=told, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def test_the_same_examples_make_the_same_bytes() -> None:
    first = said_by(PROGRAM, PYTHONHASHSEED="1")
    assert first == said_by(PROGRAM, PYTHONHASHSEED="2", OPENBLAS_NUM_THREADS="1")
    assert len(first) == 64


WITHOUT = """
import sys
sys.modules["pycrfsuite"] = None
from labeling.errors import Invalid
from labeling.prediction.model import Model, train
from labeling.prediction.task import Example
model = Model.from_bytes(open(sys.argv[1], "rb").read())
sys.stdout.write(model.predict("The soup was cold.")[0].class_ + ". ")
try:
    train([Example("soup", ((0, 4, "Food", None),))])
except Invalid as error:
    sys.stdout.write(error.message)
"""


def test_without_the_library_models_are_used_and_not_trained(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(TRAINED.to_bytes())
    program = WITHOUT.replace("sys.argv[1]", repr(str(path)))
    assert said_by(program).startswith("Food. Models cannot be trained on this machine")


def test_what_is_kept_of_a_model_is_small() -> None:
    assert isinstance(TRAINED.part, SpansPart)
    assert len(TRAINED.to_bytes()) < 200_000
