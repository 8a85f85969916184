"""A model that has not seen a document says which of its tags it would name otherwise."""

from __future__ import annotations

from random import Random

from labeling.model import Unit
from labeling.prediction.apart import doubt_apart
from labeling.prediction.doubts import FEWEST, doubted
from labeling.prediction.task import Example

PRAISE, BLAME = ("great", "kind", "lovely"), ("awful", "rude", "cold")


def examples(wrong: set[int], count: int = 150) -> list[Example]:
    """A label follows from the word before the span, a class from the span; but in the `wrong` ones."""
    chance = Random(3)
    found = []
    for number in range(count):
        noun = chance.choice(("staff", "waiter", "room", "bed"))
        is_good = chance.random() < 0.5
        text = f"The {chance.choice(PRAISE if is_good else BLAME)} {noun} of number {number}"
        start = text.index(noun)
        class_ = "Staff" if noun in ("staff", "waiter") else "Room"
        if number in wrong:
            is_good, class_ = not is_good, "Room" if class_ == "Staff" else "Staff"
        tag: Unit = (start, start + len(noun), class_, "POS" if is_good else "NEG")
        found.append(Example(text, (tag,)))
    return found


def test_the_least_likely_names_are_those_that_are_wrong() -> None:
    wrong = {7, 42, 101}
    told: list[float] = []
    for part, at in (("label", 3), ("class", 2)):
        given = examples(wrong)
        rows = sorted(doubted(given, part, tell=told.append), key=lambda one: one.share)  # type: ignore[arg-type]
        assert {one.document for one in rows[:3]} == wrong
        assert all(one.other != given[one.document].tags[0][at] and one.other_share > 0.5 for one in rows[:3])
    assert told[-1] == 1


def test_the_same_is_said_by_a_process_of_its_own() -> None:
    given = examples({7, 42, 101}, 80)
    assert doubt_apart(given, "label", lambda share: None) == doubted(given, "label")


def test_one_name_alone_and_few_tags_are_not_doubted() -> None:
    assert doubted(examples({3}, FEWEST - 1), "label") == []
    one = [Example("kind staff", ((5, 10, "Staff", None),))] * FEWEST
    assert doubted(one, "class") == []
    assert doubted(one, "label") == []
