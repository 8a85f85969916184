from __future__ import annotations

from collections import Counter
from random import Random

from labeling.agreement.match import match
from labeling.agreement.places import places
from tests.unit.agreement.cases import changed, random_tags, tags


def test_a_place_has_one_tag_of_each_person_who_tagged_it() -> None:
    a, b, c = tags("F 0-4", "SERVICE/NEG 10-17"), tags("FOOD/NEG 0-4"), tags("F 1-4", "SERVICE/NEG 10-15")
    assert [place.tags for place in places([a, b, c])] == [(a[0], b[0], c[0]), (a[1], None, c[1])]


def test_two_tags_on_one_span_are_two_places() -> None:
    a, b = tags("F 0-4", "PRICE/POS 0-4"), tags("PRICE/POS 0-4", "F 0-4")
    assert [place.tags for place in places([a, b])] == [(a[0], b[1]), (a[1], b[0])]


def test_who_has_not_done_the_document_has_no_tag_in_any_place() -> None:
    a, c = tags("F 0-4"), tags("F 0-4")
    assert [place.given for place in places([a, None, c])] == [((0, a[0]), (2, c[0]))]


def test_identical_tags_come_together_before_those_that_only_overlap() -> None:
    """b's two tags pull a's one tag two ways: c agrees with one of them exactly."""
    a, b, c = tags("F 2-8"), tags("F 0-4", "F 4-8"), tags("F 4-8")
    assert [place.tags for place in places([a, b, c])] == [(None, b[0], None), (a[0], b[1], c[0])]


def test_each_tag_of_random_people_stands_in_exactly_one_place() -> None:
    random = Random(1)
    for _ in range(300):
        first = random_tags(random, 20)
        people = [first, *(changed(random, first, 20) for _ in range(random.randint(1, 4)))]
        found = places(people)
        for person, given in enumerate(people):
            placed = [place.tags[person] for place in found if place.tags[person] is not None]
            assert Counter(placed) == Counter(given)
        if len(people) == 2:
            pairs = match(*people).pairs
            assert Counter(place.tags for place in found if None not in place.tags) == Counter(
                (people[0][a], people[1][b]) for a, b in pairs
            )
