from collections import Counter
from collections.abc import Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.matching import units_of
from labeling.model import Segment, Tag, Unit
from labeling.saving.merge import Conflict, Merged, merge, merge_value, outcome_of

CLASH = object()
TEXT = "Kind staff 👨‍👩‍👧, small room 🛏️, great café."
STAFF, FAMILY, ROOM = (5, 10), (11, 16), (18, 28)


def a_segment(span: Sequence[int] | None, *tags: tuple[str | None, str | None], **more: object) -> Segment:
    text = TEXT[span[0] : span[1]] if span is not None and len(span) == 2 else ""
    known = tuple(Tag.of(*names) for names in tags)
    return Segment.model_validate({"text": text, "span": span, "tags": known, **more})


def shown(segments: Sequence[Segment]) -> list[tuple[object, ...]]:
    """(span, the names of each tag) of each segment, in order."""
    return [(segment.span, *(tag.names for tag in segment.tags)) for segment in segments]


# Stories


def test_both_worked_on_different_segments_and_all_of_it_is_kept():
    base = [a_segment(STAFF, ("Staff", "POS")), a_segment(FAMILY, ("Family", "NEU"))]
    mine = [a_segment(STAFF, ("Staff", "NEG")), a_segment(FAMILY, ("Family", "NEU"))]
    theirs = [a_segment(STAFF, ("Staff", "POS")), a_segment(ROOM, ("Room", "NEG"))]
    merged = merge(base, mine, theirs)
    assert shown(merged.segments) == [(STAFF, ("Staff", "NEG")), (ROOM, ("Room", "NEG"))]
    assert merged.conflicts == ()


def test_both_added_the_same_tag_and_it_is_there_once():
    base = [a_segment(FAMILY)]
    mine = [a_segment(FAMILY, ("Family", "POS")), a_segment(STAFF, ("Staff", "POS"))]
    theirs = [a_segment(FAMILY, ("Family", "POS")), a_segment(ROOM)]
    assert shown(merge(base, mine, theirs).segments) == [
        (STAFF, ("Staff", "POS")),
        (FAMILY, ("Family", "POS")),
        (ROOM,),
    ]


def test_both_removed_one_of_two_equal_tags_and_the_other_one_stays():
    base = [a_segment(ROOM, ("Room", "POS"), ("Room", "POS"))]
    once = a_segment(ROOM, ("Room", "POS"))
    assert merge(base, [once, a_segment(STAFF)], [once]).segments == (a_segment(STAFF), once)


def test_two_different_tags_on_a_bare_segment_are_both_kept():
    merged = merge(
        [a_segment(FAMILY)], [a_segment(FAMILY, ("Family", None))], [a_segment(FAMILY, ("Guests", None))]
    )
    assert units_of(merged.segments) == {(*FAMILY, "Family", None): 1, (*FAMILY, "Guests", None): 1}
    assert len(merged.segments) == 1
    assert merged.conflicts == ()


@pytest.mark.parametrize("stood", [None, a_segment(FAMILY)])
def test_two_labels_for_a_segment_that_takes_one_are_a_conflict_over_its_bare_unit(stood: Segment | None):
    base = [stood] if stood else []
    mine, theirs = [a_segment(FAMILY, (None, "joy"))], [a_segment(FAMILY, (None, "fear"))]
    merged = merge(base, mine, theirs, one_tag=True)
    bare = (*FAMILY, None, None)
    assert merged.conflicts == (Conflict(bare, ((*FAMILY, None, "joy"),), ((*FAMILY, None, "fear"),)),)
    assert shown(merged.segments) == [(FAMILY, (None, "fear"))]


def test_both_named_a_tag_differently_and_the_person_chooses():
    base = [a_segment(FAMILY, ("Family", "POS"))]
    mine, theirs = [a_segment(FAMILY, ("Family", "NEG"))], [a_segment(FAMILY, ("Family", "NEU"))]
    (conflict,) = merge(base, mine, theirs).conflicts
    assert conflict == (
        (*FAMILY, "Family", "POS"),
        ((*FAMILY, "Family", "NEG"),),
        ((*FAMILY, "Family", "NEU"),),
    )
    assert shown(merge(base, mine, theirs).segments) == [(FAMILY, ("Family", "NEU"))]
    for choice, tags in (
        ("mine", [("Family", "NEG")]),
        ("theirs", [("Family", "NEU")]),
        ("both", [("Family", "NEG"), ("Family", "NEU")]),
    ):
        merged = merge(base, mine, theirs, choices={conflict.key: choice})
        given_up = (conflict,) if choice == "theirs" else ()
        assert merged == Merged((a_segment(FAMILY, *tags),), (), given_up)


def test_a_choice_is_forgotten_when_the_other_side_changes_again():
    base, mine = [a_segment(ROOM, ("Room", "POS"))], [a_segment(ROOM, ("Room", "NEG"))]
    (conflict,) = merge(base, mine, [a_segment(ROOM, ("Room", "NEU"))]).conflicts
    later = merge(base, mine, [a_segment(ROOM, ("Bed", "POS"))], choices={conflict.key: "mine"})
    assert len(later.conflicts) == 1
    assert shown(later.segments) == [(ROOM, ("Bed", "POS"))]


def test_both_moved_a_segment_to_different_borders():
    base = [a_segment((11, 16), ("Family", "POS"))]
    mine, theirs = [a_segment((5, 16), ("Family", "POS"))], [a_segment((11, 17), ("Family", "POS"))]
    (conflict,) = merge(base, mine, theirs).conflicts
    assert conflict.mine == ((5, 16, "Family", "POS"),)
    assert conflict.theirs == ((11, 17, "Family", "POS"),)
    assert merge(base, mine, theirs, choices={conflict.key: "mine"}).segments == tuple(mine)
    assert merge(base, mine, theirs, choices={conflict.key: "both"}).segments == (*mine, *theirs)


def test_both_shortened_a_segment_each_from_its_own_end():
    base = [a_segment((5, 16), ("Staff", "POS"))]
    mine, theirs = [a_segment(FAMILY, ("Staff", "POS"))], [a_segment(STAFF, ("Staff", "POS"))]
    (conflict,) = merge(base, mine, theirs).conflicts
    assert conflict == ((5, 16, "Staff", "POS"), ((*FAMILY, "Staff", "POS"),), ((*STAFF, "Staff", "POS"),))


def test_a_segment_that_one_moved_and_the_other_named_differently_is_a_conflict():
    base = [a_segment(FAMILY, ("Family", "POS"))]
    mine, theirs = [a_segment((5, 16), ("Family", "POS"))], [a_segment(FAMILY, ("Family", "NEG"))]
    (conflict,) = merge(base, mine, theirs).conflicts
    assert shown(merge(base, mine, theirs, choices={conflict.key: "mine"}).segments) == shown(mine)
    assert merge(base, mine, theirs).segments == tuple(theirs)


@pytest.mark.parametrize("other", [a_segment(ROOM, ("Room", "NEG")), a_segment((18, 22), ("Room", "POS"))])
@pytest.mark.parametrize("left", [[], [a_segment(ROOM)]])
def test_a_tag_that_one_deleted_and_the_other_named_differently_or_moved_is_asked_about(
    other: Segment, left: list[Segment]
):
    base, beside = [a_segment(ROOM, ("Room", "POS"))], a_segment(STAFF, ("Staff", "POS"))
    gone, kept = [*left, beside], [other]
    (conflict,) = merge(base, gone, kept).conflicts
    assert conflict == ((*ROOM, "Room", "POS"), (), other.units)
    assert merge(base, kept, gone).conflicts == (Conflict(conflict.base, other.units, ()),)
    for mine, theirs in ((gone, kept), (kept, gone)):
        (conflict,) = merge(base, mine, theirs).conflicts
        for choice in ("mine", "theirs"):
            merged = merge(base, mine, theirs, choices={conflict.key: choice})
            stands = mine if choice == "mine" else theirs
            assert set(filter(a_tag, units_of(merged.segments))) == {
                *filter(a_tag, units_of([*stands, beside]))
            }
            assert merged.given_up == ((conflict,) if choice == "theirs" else ())


def test_a_bare_segment_that_one_deleted_and_the_other_tagged_is_asked_about():
    tagged = a_segment(ROOM, ("Room", "POS"))
    (conflict,) = merge([a_segment(ROOM)], [], [tagged]).conflicts
    assert conflict == ((*ROOM, None, None), (), tagged.units)
    assert merge([a_segment(ROOM)], [], [tagged], choices={conflict.key: "mine"}).segments == ()


def test_a_tag_that_both_deleted_is_gone_and_nothing_is_asked():
    base = [a_segment(ROOM, ("Room", "POS")), a_segment(STAFF, ("Staff", "POS"))]
    assert merge(base, [a_segment(ROOM), base[1]], [base[1], a_segment(FAMILY)]).conflicts == ()


def test_of_two_tags_one_renamed_here_and_one_deleted_here_the_deleted_one_is_asked_about():
    base = [a_segment(ROOM, ("Room", "POS"), ("Price", "NEG"))]
    mine = [a_segment(ROOM, ("Price", "NEU"))]
    theirs = [a_segment(ROOM, ("Room", "NEU"), ("Price", "NEG"))]
    merged = merge(base, mine, theirs)
    assert shown(merged.segments) == [(ROOM, ("Price", "NEU"), ("Room", "NEU"))]
    assert merged.conflicts == (Conflict((*ROOM, "Room", "POS"), (), ((*ROOM, "Room", "NEU"),)),)


def test_a_tag_that_was_named_differently_while_another_one_was_removed_is_known_by_its_class():
    base = [a_segment(ROOM, ("Room", "POS"), ("Price", "NEG"))]
    mine = [a_segment(ROOM, ("Room", "NEG"))]
    theirs = [a_segment(ROOM, ("Room", "NEU"), ("Price", "NEG"))]
    merged = merge(base, mine, theirs)
    assert shown(merged.segments) == [(ROOM, ("Room", "NEU"))]
    assert [conflict.base for conflict in merged.conflicts] == [(*ROOM, "Room", "POS")]


def test_a_segment_left_bare_stays_bare_and_a_deleted_one_goes():
    base = [a_segment(STAFF, ("Staff", "POS")), a_segment(ROOM, ("Room", "NEG"))]
    theirs = [*base, a_segment(FAMILY)]
    assert shown(merge(base, [a_segment(STAFF), base[1]], theirs).segments) == [
        (STAFF,),
        (ROOM, ("Room", "NEG")),
        (FAMILY,),
    ]
    assert shown(merge(base, [base[1]], theirs).segments) == [(ROOM, ("Room", "NEG")), (FAMILY,)]


def test_a_segment_of_which_each_side_took_one_of_two_tags_stays_bare():
    base = [a_segment(ROOM, ("Room", "POS"), ("Price", "NEG"))]
    merged = merge(base, [a_segment(ROOM, ("Room", "POS"))], [a_segment(ROOM, ("Price", "NEG"))])
    assert shown(merged.segments) == [(ROOM,)]


def test_of_two_segments_on_one_span_of_which_each_side_deleted_one_nothing_remains():
    one, other = a_segment(ROOM, ("Room", "POS")), a_segment(ROOM, ("Price", "NEG"))
    assert merge([one, other], [one], [other]) == Merged((), ())


def test_two_segments_that_became_one_are_deleted_and_whoever_named_one_otherwise_is_asked_about():
    base = [a_segment(STAFF, ("Staff", "POS")), a_segment(FAMILY, ("Staff", "POS"))]
    mine = [a_segment((5, 16), ("Staff", "POS"))]
    theirs = [a_segment(STAFF, ("Staff", "NEG")), base[1]]
    merged = merge(base, mine, theirs)
    assert merged.segments == (theirs[0], mine[0])
    assert merged.conflicts == (Conflict((*STAFF, "Staff", "POS"), (), ((*STAFF, "Staff", "NEG"),)),)


def test_a_bare_segment_does_not_remain_beside_a_tagged_one_unless_one_side_had_both():
    bare, tagged = a_segment(FAMILY), a_segment(FAMILY, ("Family", "POS"))
    room = a_segment(ROOM)
    assert merge([room], [room, bare], [tagged]).segments == (tagged,)
    assert merge([bare], [bare, tagged], [bare, room]).segments == (bare, tagged, room)


def test_a_segment_that_i_hold_apart_stays_apart():
    base = [a_segment(ROOM, ("Room", "POS"), id=1)]
    mine = [*base, a_segment(ROOM, ("Price", "NEG"), note="mine")]
    theirs = [a_segment(ROOM, ("Room", "POS"), ("Bed", "NEU"), id=1)]
    assert merge(base, mine, theirs).segments == (*theirs, mine[1])


@pytest.mark.parametrize(
    ("base", "theirs"),
    [
        (
            [a_segment(ROOM, ("Room", "POS"), id=1), a_segment(ROOM, ("Room", "POS"), id=2)],
            [a_segment(ROOM, ("Room", "POS"), id=2), a_segment(ROOM, ("Room", "POS"), id=1)],
        ),
        (
            [a_segment(ROOM, ("Room", "POS")), a_segment(ROOM, ("Bed", "POS"))],
            [a_segment(ROOM, ("Bed", "POS")), a_segment(ROOM, ("Room", "POS"))],
        ),
        (
            [a_segment(ROOM, ("Room", "POS")), a_segment(ROOM, ("Room", "POS"), note="second")],
            [
                a_segment(FAMILY),
                a_segment(ROOM, ("Room", "POS")),
                a_segment(ROOM, ("Room", "POS"), note="second"),
            ],
        ),
    ],
    ids=["id", "tags", "order"],
)
def test_of_several_segments_on_one_span_my_tag_comes_to_the_one_i_gave_it(
    base: list[Segment], theirs: list[Segment]
):
    def tagged(segment: Segment) -> Segment:
        return segment.model_copy(update={"tags": (*segment.tags, Tag.of("Price", "NEG"))})

    merged = merge(base, [base[0], tagged(base[1])], theirs)
    assert merged.segments == tuple(tagged(s) if s == base[1] else s for s in theirs)


def test_of_several_bare_segments_on_one_span_the_one_i_deleted_goes_and_the_one_i_added_comes():
    first, second, room = a_segment(ROOM, id=1), a_segment(ROOM, id=2), a_segment(ROOM, ("Room", "POS"), id=3)
    assert merge([first, second], [second], [first, second, a_segment(FAMILY)]).segments == (
        second,
        a_segment(FAMILY),
    )
    third, other = a_segment(ROOM, note="new"), a_segment(ROOM, ("Price", "NEG"))
    assert merge([first, room], [first, third, room], [first, room, other]).segments == (
        first,
        room,
        other,
        third,
    )


def test_my_tags_do_not_use_up_bare_segments_that_are_to_stay():
    first, second, third = (a_segment(ROOM, id=n) for n in (1, 2, 3))
    tagged = [a_segment(ROOM, (name, None)) for name in ("Room", "Bed")]
    merged = merge([first, second], [first, *tagged], [first, second, third]).segments
    assert merged == (first, a_segment(ROOM, ("Room", None), id=2), third, tagged[1])
    assert merge([first], [first, tagged[0]], [first, second]).segments == (first, second, tagged[0])


def test_of_both_labels_for_a_segment_that_takes_one_two_segments_come():
    base = [a_segment(FAMILY, (None, "calm"), id=3)]
    mine, theirs = [a_segment(FAMILY, (None, "joy"), id=3)], [a_segment(FAMILY, (None, "fear"), id=3)]
    (conflict,) = merge(base, mine, theirs, one_tag=True).conflicts
    assert conflict.base == (*FAMILY, None, "calm")
    both = merge(base, mine, theirs, one_tag=True, choices={conflict.key: "both"}).segments
    assert both == (theirs[0], a_segment(FAMILY, (None, "joy")))


def test_a_label_that_was_moved_onto_another_one_is_asked_about_once():
    base = [a_segment(STAFF, (None, "calm")), a_segment((5, 16), (None, "joy"))]
    mine = [a_segment(STAFF, (None, "joy"))]
    theirs = [a_segment(STAFF, (None, "fear")), a_segment((6, 16), (None, "joy"))]
    merged = merge(base, mine, theirs, one_tag=True)
    assert merged.segments == tuple(theirs)
    (conflict,) = merged.conflicts
    assert conflict == ((*STAFF, None, "calm"), ((*STAFF, None, "joy"),), ((*STAFF, None, "fear"),))
    chosen = merge(base, mine, theirs, one_tag=True, choices={conflict.key: "mine"})
    assert chosen == Merged((mine[0], theirs[1]), ())


def test_what_nobody_touched_is_the_same_object_with_its_unknown_keys():
    raw = {"span": list(ROOM), "colour": "red", "tags": [{"class": "Room", "label": "POS", "by": None}]}
    untouched = Segment.model_validate(raw)
    base = [untouched, a_segment(STAFF)]
    mine = [untouched, a_segment(STAFF, ("Staff", "POS"))]
    held = Segment.model_validate(raw)
    merged = merge(base, mine, [held, a_segment(STAFF), a_segment(FAMILY)])
    assert merged.segments[0] is held
    assert merged.segments[0].to_json() == raw


def test_my_tag_comes_to_its_place_on_their_segment_with_its_unknown_keys():
    base = [a_segment(ROOM, ("Room", "POS"), ("Price", "NEG"), id=1)]
    renamed = Tag.model_validate({"class": "Room", "label": "NEG", "by": "me"})
    mine = [base[0].model_copy(update={"tags": (renamed, base[0].tags[1])})]
    theirs = [a_segment(ROOM, ("Room", "POS"), ("Price", "NEG"), id=1, seen=True), a_segment(FAMILY)]
    (merged, _) = merge(base, mine, theirs).segments
    assert merged.tags == (renamed, theirs[0].tags[1])
    assert merged.tags[0] is renamed
    assert merged.model_extra == {"id": 1, "seen": True}


def test_a_text_or_key_that_only_one_side_changed_stands():
    raw = {"span": ROOM, "text": "smal room", "colour": "red", "tags": [{"class": "Room"}]}
    base = [Segment.model_validate({**raw, "id": 4}), a_segment(STAFF)]
    mine = [Segment.model_validate({**raw, "text": "small room", "tags": [{"class": "Room", "sure": 1}]})]
    theirs = [Segment.model_validate({**raw, "colour": "blue", "id": 4}), a_segment(STAFF), a_segment(FAMILY)]
    (merged, _) = merge(base, mine, theirs).segments
    assert merged.to_json() == {
        "span": list(ROOM),
        "text": "small room",
        "colour": "blue",
        "id": 4,
        "tags": [{"class": "Room", "sure": 1}],
    }
    back = [Segment.model_validate({k: v for k, v in raw.items() if k != "colour"}), a_segment(STAFF)]
    kept = merge(base, back, [base[0]]).segments[0]
    assert "colour" not in kept.to_json()


def test_segments_without_a_span_are_told_apart_by_their_order():
    base = [a_segment(None, ("Staff", "POS")), a_segment(None, ("Room", "POS")), a_segment((7,))]
    mine = [a_segment(None, ("Staff", "NEG")), *base[1:]]
    theirs = [base[0], a_segment(None, ("Room", "NEU")), base[2]]
    merged = merge(base, mine, theirs)
    assert shown(merged.segments) == [(None, ("Staff", "NEG")), (None, ("Room", "NEU")), ((7,),)]
    assert merged.segments[1] is theirs[1]


def test_a_tag_without_class_and_label_is_taken_away_like_any_other():
    blank = Segment(span=ROOM, tags=(Tag(), Tag.of("Room", "POS")))
    mine = Segment(span=ROOM, tags=(Tag.of("Room", "POS"),))
    assert merge([blank], [mine], [blank, a_segment(STAFF)]).segments == (mine, a_segment(STAFF))


def test_a_moved_segment_does_not_repeat_the_id_that_stays_where_it_was():
    base = [a_segment(ROOM, ("Room", "POS"), id=9)]
    mine = [a_segment((24, 28), ("Room", "POS"), id=9)]
    theirs = [a_segment(ROOM, ("Room", "POS"), ("Price", "NEG"), id=9)]
    assert [segment.to_json().get("id") for segment in merge(base, mine, theirs).segments] == [9, None]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a", "a", "b", "b"),
        ("a", "b", "a", "b"),
        ("a", "b", "b", "b"),
        ("a", "b", "c", CLASH),
        (None, True, None, True),
        (None, True, False, CLASH),
    ],
)
def test_a_value_that_both_set_differently_clashes(
    base: object, mine: object, theirs: object, merged: object
):
    assert merge_value(base, mine, theirs, clash=CLASH) is merged


# What a merge came to


def test_a_tag_that_others_add_beside_one_that_is_gone_by_my_save_is_not_asked_about():
    base, new = [a_segment(ROOM, ("Room", "POS"))], a_segment((18, 22), ("Room", "POS"))
    outcome = outcome_of(base, [])
    assert outcome == (((*ROOM, "Room", "POS"), 1, 0),)
    assert merge(base, [], [new]).conflicts
    assert merge(base, [], [new], outcome=outcome) == Merged((new,))
    assert merge(base, [], [*base, new], outcome=outcome) == Merged((new,))


def test_a_segment_that_i_left_bare_and_others_have_tagged_since_is_not_asked_about():
    base, bare, tagged = (a_segment(ROOM, *tags) for tags in ([("Room", "POS")], [], [("Bed", "POS")]))
    assert merge([base], [bare], [tagged]).conflicts
    assert merge([base], [bare], [tagged], outcome=outcome_of([base], [bare])) == Merged((tagged,))


def test_a_text_of_mine_that_is_not_held_stays_to_be_saved_beside_tags_that_are():
    base, mine = a_segment(ROOM, ("Room", "POS")), a_segment(ROOM, ("Room", "NEG"), colour="red")
    theirs = [a_segment(ROOM, ("Room", "NEG")), a_segment(FAMILY)]
    assert merge([base], [mine], theirs, outcome=outcome_of([base], [mine])).segments == (mine, theirs[1])


# Laws

SPANS = st.sampled_from([STAFF, FAMILY, ROOM, (5, 16), (11, 28), (24, 28), None, (3,), (-2, 900), (16, 11)])
NAMES = st.sampled_from([("A", "x"), ("A", "y"), ("B", "x"), ("B", None), (None, "y")])
MORE = st.fixed_dictionaries(
    {}, optional={"id": st.sampled_from([1, 2, 3]), "colour": st.sampled_from(["red", "blue"])}
)


def segments(tags: int = 3) -> st.SearchStrategy[Segment]:
    return st.builds(
        lambda span, names, more: a_segment(span, *names, **more),
        SPANS,
        st.lists(NAMES, max_size=tags),
        MORE,
    )


@st.composite
def a_version(draw: st.DrawFn, base: list[Segment], tags: int) -> list[Segment]:
    """The base after some edits: segments deleted, moved, tagged anew or added."""
    edited = list(base)
    for _ in range(draw(st.integers(0, 4))):
        new = draw(segments(tags))
        if not edited:
            edited.append(new)
            continue
        at = draw(st.integers(0, len(edited) - 1))
        old = edited[at]
        edit = draw(st.sampled_from(["add", "delete", "move", "tag", "text"]))
        if edit == "add":
            edited.insert(at, new)
        elif edit == "delete":
            del edited[at]
        elif edit == "move":
            edited[at] = old.model_copy(update={"span": new.span})
        elif edit == "tag":
            edited[at] = old.model_copy(update={"tags": (*old.tags, *new.tags)[-tags:]})
        else:
            edited[at] = old.model_copy(update={"text": "told otherwise"})
    return edited


@st.composite
def versions(draw: st.DrawFn, tags: int = 3) -> tuple[list[Segment], list[Segment], list[Segment]]:
    base = draw(st.lists(segments(tags), max_size=4))
    return base, draw(a_version(base, tags)), draw(a_version(base, tags))


def a_tag(unit: Unit) -> bool:
    return unit[2:] != (None, None)


def in_conflict(side: str, merged: Merged) -> Counter[Unit]:
    return Counter(chain.from_iterable(getattr(conflict, side) for conflict in merged.conflicts))


def same_objects(some: Sequence[Segment], others: Sequence[Segment]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


@given(versions(), st.booleans())
def test_a_side_that_changed_nothing_leaves_the_other_exactly_as_it_is(three, one_tag):
    base, changed, _ = three
    again = [segment.model_copy() for segment in base]
    for merged in (
        merge(base, again, changed, one_tag=one_tag),
        merge(base, changed, again, one_tag=one_tag) if changed != base else Merged(tuple(changed), ()),
        merge(base, [segment.model_copy() for segment in changed], changed, one_tag=one_tag),
    ):
        assert not merged.conflicts
        assert merged.segments == tuple(changed)
    assert same_objects(merge(base, changed, again).segments, changed)
    if changed != base:
        assert same_objects(merge(base, again, changed).segments, changed)


@given(versions(), st.booleans())
def test_who_is_mine_and_who_is_theirs_makes_no_difference_to_units_without_conflict(three, one_tag):
    base, mine, theirs = three
    one = merge(base, mine, theirs, one_tag=one_tag)
    other = merge(base, theirs, mine, one_tag=one_tag)
    assert one.conflicts == tuple(Conflict(c.base, c.theirs, c.mine) for c in other.conflicts)
    if not one.conflicts:
        assert units_of(one.segments) == units_of(other.segments)


@given(versions(), st.booleans())
def test_what_either_side_added_is_there_and_what_either_side_removed_is_gone(three, one_tag):
    base, mine, theirs = three
    merged = merge(base, mine, theirs, one_tag=one_tag)
    b, m, t, result = (units_of(side) for side in (base, mine, theirs, merged.segments))
    spans = {unit[:2] for unit in result}
    for added in ((m - b) - in_conflict("mine", merged), t - b):
        assert all(result[unit] >= count for unit, count in added.items() if a_tag(unit))
        assert all(unit[:2] in spans for unit in added)
    for unit in filter(a_tag, {*b, *m, *t}):
        assert result[unit] <= max(m[unit], t[unit])
        if m[unit] <= b[unit] and t[unit] <= b[unit]:
            assert result[unit] == min(m[unit], t[unit])
    assert spans <= {unit[:2] for unit in m} | {unit[:2] for unit in t}


@given(versions(), st.booleans())
def test_a_bare_segment_stands_beside_tags_only_where_one_side_had_both(three, one_tag):
    def both(segments: Sequence[Segment]) -> set[tuple[int, int]]:
        units = units_of(segments)
        return {unit[:2] for unit in units if not a_tag(unit)} & {unit[:2] for unit in filter(a_tag, units)}

    base, mine, theirs = three
    assert both(merge(base, mine, theirs, one_tag=one_tag).segments) <= both(mine) | both(theirs)


@given(versions(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_segments_makes_no_difference_to_units_and_conflicts(three, one_tag, random):
    merged = merge(*three, one_tag=one_tag)
    again = merge(*(random.sample(side, len(side)) for side in three), one_tag=one_tag)
    assert again.conflicts == merged.conflicts
    assert units_of(again.segments) == units_of(merged.segments)


@given(versions(), st.booleans(), st.data())
def test_what_is_chosen_stands_there_and_is_asked_no_more(three, one_tag, data):
    asked = merge(*three, one_tag=one_tag)
    choices = {c.key: data.draw(st.sampled_from(["mine", "theirs", "both"])) for c in asked.conflicts}
    assert len(choices) == len(asked.conflicts)
    merged = merge(*three, one_tag=one_tag, choices=choices)
    assert not merged.conflicts
    wanted: Counter[Unit] = Counter()
    for conflict in asked.conflicts:
        choice = choices[conflict.key]
        wanted |= Counter(conflict.mine if choice != "theirs" else ())
        wanted |= Counter(conflict.theirs if choice != "mine" else ())
    found = units_of(merged.segments)
    assert all(found[unit] >= count for unit, count in wanted.items() if a_tag(unit))
    # A bare segment is there as well where a tag has come to stand on it.
    assert {unit[:2] for unit in wanted} <= {unit[:2] for unit in found}
    every = dict.fromkeys(choices, "theirs")
    assert merge(*three, one_tag=one_tag, choices=every).segments == asked.segments


@given(versions(), st.booleans(), st.data())
def test_a_merge_that_is_held_is_asked_about_no_more_whatever_others_add_to_it(three, one_tag, data):
    base, mine, theirs = three
    asked = merge(base, mine, theirs, one_tag=one_tag).conflicts
    choices = {c.key: data.draw(st.sampled_from(["mine", "theirs", "both"])) for c in asked}
    merged = merge(base, mine, theirs, one_tag=one_tag, choices=choices).segments
    outcome = outcome_of(theirs, merged)
    again = merge(base, mine, merged, one_tag=one_tag, outcome=outcome)
    assert again.conflicts == ()
    assert units_of(again.segments) == units_of(merged)
    gone = {unit for unit, before, after in outcome if after < before}
    new = [s for s in data.draw(st.lists(segments(), max_size=3)) if gone.isdisjoint(units_of([s]))]
    later = data.draw(st.permutations([*merged, *new]))
    again = merge(base, mine, later, one_tag=one_tag, outcome=outcome)
    assert again.conflicts == ()
    assert units_of(again.segments) == units_of(later)


@given(versions(), st.booleans(), st.data())
def test_what_is_missing_of_a_merge_that_was_sent_is_merged_as_if_it_had_not_been(three, one_tag, data):
    base, mine, theirs = three
    outcome = outcome_of(theirs, merge(base, mine, theirs, one_tag=one_tag).segments)
    if any(a_tag(unit) for unit, _, _ in outcome):
        assert merge(base, mine, theirs, one_tag=one_tag, outcome=outcome) == merge(
            base, mine, theirs, one_tag=one_tag
        )


@given(versions(tags=1), st.sampled_from([None, "mine", "theirs", "both"]))
def test_a_segment_that_takes_one_tag_never_gets_two(three, choice):
    asked = merge(*three, one_tag=True)
    choices = {conflict.key: choice for conflict in asked.conflicts} if choice else {}
    merged = merge(*three, one_tag=True, choices=choices)
    assert all(len(segment.tags) <= 1 for segment in merged.segments)
    if choice != "both":
        counts = [Counter(unit[:2] for unit in units_of(side).elements()) for side in three[1:]]
        result = Counter(unit[:2] for unit in units_of(merged.segments).elements() if a_tag(unit))
        assert all(count <= max(1, *(side[span] for side in counts)) for span, count in result.items())


@given(versions())
def test_where_i_changed_nothing_on_a_span_their_segments_are_the_same_objects(three):
    base, mine, theirs = three
    mine = [a_segment((30, 35), ("Café", "POS")), *(s for s in mine if s.span in (STAFF, None))]
    mine += [segment for segment in base if segment.span not in (STAFF, None)]
    theirs = [*theirs, a_segment((36, 40))]
    merged = merge(base, mine, theirs).segments
    untouched = [segment for segment in theirs if segment.is_placed and segment.span != STAFF]
    assert {id(segment) for segment in untouched} <= {id(segment) for segment in merged}
