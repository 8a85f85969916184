"""In which ways people differ at a place, and what most of them have."""

from __future__ import annotations

import pytest

from labeling.agreement.kinds import kinds, missing
from labeling.agreement.places import places
from labeling.agreement.proposal import propose
from labeling.agreement.tags import PlacedTag


def tag(start: int, end: int, names: str = "FOOD/POS") -> PlacedTag:
    class_, _, label = names.partition("/")
    return PlacedTag(start, end, class_ or None, label or None)


def found(*people: list[PlacedTag] | None) -> list[tuple[tuple[int, int], set[str]]]:
    """(borders, kinds) of each place."""
    placed = places(people)
    done = [person is not None for person in people]
    return [((p.start, p.end), {*map(str, of)}) for p, of in zip(placed, kinds(placed, done), strict=True)]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (([tag(0, 4)], [tag(0, 4)]), [((0, 4), {"agreed"})]),
        (([tag(0, 4)], []), [((0, 4), {"missing"})]),
        # Who has not done the document says nothing.
        (([tag(0, 4)], [tag(0, 4)], None), [((0, 4), {"agreed"})]),
        (([tag(0, 4)], [tag(0, 6)]), [((0, 6), {"border"})]),
        (([tag(0, 4)], [tag(0, 4, "PRICE/NEG")]), [((0, 4), {"class", "label"})]),
        (([tag(0, 4)], [tag(0, 5, "FOOD/NEG")], []), [((0, 5), {"border", "label", "missing"})]),
        (
            ([tag(0, 4), tag(0, 4)], [tag(0, 4)]),
            [((0, 4), {"missing", "twice"}), ((0, 4), {"agreed", "twice"})],
        ),
        # Two tags on one span are two places.
        (
            ([tag(0, 4), tag(0, 4, "PRICE/POS")], [tag(0, 4)]),
            [((0, 4), {"agreed"}), ((0, 4), {"missing"})],
        ),
        (
            ([tag(0, 9)], [tag(0, 4), tag(5, 9)]),
            [((0, 9), {"border"}), ((5, 9), {"missing", "cut"})],
        ),
        # Another name, and less than half within: no piece of it.
        (([tag(0, 9)], [tag(0, 4), tag(5, 9, "PRICE/POS")]), [((0, 9), {"border"}), ((5, 9), {"missing"})]),
        (([tag(0, 9)], [tag(0, 8), tag(8, 12)]), [((0, 9), {"border"}), ((8, 12), {"missing"})]),
    ],
)
def test_each_place_has_the_kinds_in_which_people_differ(
    people: tuple[list[PlacedTag] | None, ...], expected: list[tuple[tuple[int, int], set[str]]]
) -> None:
    assert found(*people) == expected


def test_it_is_counted_how_many_have_no_tag() -> None:
    [place] = places([[tag(0, 4)], [], [], None])
    assert missing(place, [True, True, True, False]) == (2, 3)


A, B = tag(0, 4), tag(0, 6, "PRICE/NEG")


@pytest.mark.parametrize(
    ("votes", "tags", "open_"),
    [
        ((A, A), [A], ()),
        ((A, None), [], ()),
        ((A, None, None), [], ()),
        ((A, A, None), [A], ()),
        # Each part by itself: what nobody has may come of it, but never a span that nobody has.
        ((tag(0, 4, "FOOD/POS"), tag(0, 6, "FOOD/NEG"), tag(0, 6, "PRICE/POS")), [tag(0, 6)], ()),
        ((A, tag(0, 4, "FOOD/NEG")), [A, tag(0, 4, "FOOD/NEG")], ("label",)),
        ((A, tag(0, 6)), [A, tag(0, 6)], ("borders",)),
        # Those that somebody has stand first.
        (
            (A, tag(0, 4, "PRICE/NEG")),
            [A, tag(0, 4, "PRICE/NEG"), tag(0, 4, "FOOD/NEG"), tag(0, 4, "PRICE/POS")],
            ("class", "label"),
        ),
        ((tag(0, 4, "FOOD"), tag(0, 4, "/POS")), None, ("class", "label")),
    ],
)
def test_the_majority_is_proposed_and_a_tie_leaves_that_part_open(
    votes: tuple[PlacedTag | None, ...], tags: list[PlacedTag] | None, open_: tuple[str, ...]
) -> None:
    proposal = propose(votes)
    if tags is not None:
        assert list(proposal.tags) == tags
    assert proposal.open == open_
    assert proposal.tag == (proposal.tags[0] if len(proposal.tags) == 1 else None)
    assert all(any(one.names) for one in proposal.tags)
