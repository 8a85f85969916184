"""Retag and delete in many documents at once: one step, undone as one, doing what can still be done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.documents.rows import rows_of
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Refused
from labeling.draft.history import take, undo
from labeling.editing.many import KEEP, delete_everywhere, retag, row_key
from tests.unit.build import a_document, a_draft, a_segment, a_session, an_open_document, key_of, row

TEXT = "Kind staff, small room."
TAGS = st.lists(
    st.tuples(st.sampled_from(("Staff", "Room", "Price")), st.sampled_from(("POS", "NEG", None))),
    max_size=3,
    unique=True,
)


def a_view(*tags: tuple[str | None, str | None], key: str = "id:1") -> DraftDocument:
    """Two segments: one with these tags, one bare."""
    document = a_document(TEXT, a_segment(TEXT, 5, 10, *tags), a_segment(TEXT, 18, 22), id=int(key[3:]))
    return an_open_document(document, int(key[3:]), key)


def rows(*views: DraftDocument) -> list[str]:
    found = []
    for view in views:
        found += [row_key(view.key, row["id"]) for row in rows_of(view, DRAFT.scheme)]
    return found


def tags(draft: Draft, key: str = "id:1") -> list[tuple[object, ...]]:
    return [unit for segment in draft.document(key).sendable for unit in segment.units]


def done(draft: Draft, outcome: object, *views: DraftDocument) -> Draft:
    assert not isinstance(outcome, Refused), outcome
    return take(draft, outcome.change, *views)  # type: ignore[attr-defined]


DRAFT = new_draft(a_session())


def ticked_row(view: DraftDocument, place: str) -> str:
    return row_key(view.key, row(view, place))


def test_a_retag_keeps_what_is_not_chosen_and_names_what_it_was():
    one, two = a_view(("Staff", "POS")), a_view(("Staff", "NEG"), key="id:2")
    ticked = [ticked_row(one, "0/0"), ticked_row(two, "0/0")]
    outcome = retag([one, two], ticked, "Room", KEEP, DRAFT.scheme)
    after = done(DRAFT, outcome, one, two)
    assert after.steps[-1].name == "Retag 2 × Staff to Room"
    assert tags(after)[0] == (5, 10, "Room", "POS")
    assert tags(after, "id:2")[0] == (5, 10, "Room", "NEG")
    assert [d.segments for d in undo(after).documents.values()] == [one.segments, two.segments]


@pytest.mark.parametrize(
    ("class_", "label", "name"),
    [
        ("Room", "NEU", "Retag 2 × to Room/NEU"),
        (KEEP, "NEU", "Retag 2 × POS to NEU"),
        (KEEP, "", "Retag 2 × POS to no label"),
        ("", KEEP, "Retag 2 × to no class"),
        ("", "", "Retag 2 × to no class and no label"),
    ],
)
def test_the_step_says_what_it_does(class_: str, label: str, name: str):
    view = a_view(("Staff", "POS"), ("Price", "POS"))
    outcome = retag([view], [ticked_row(view, "0/0"), ticked_row(view, "0/1")], class_, label, DRAFT.scheme)
    assert not isinstance(outcome, Refused)
    assert outcome.change.name == name


def test_tags_that_become_the_same_are_one_and_other_keys_stay():
    view = a_view(("Staff", "POS"), ("Room", "POS"), ("Price", "POS"))
    after = done(
        DRAFT,
        retag([view], [ticked_row(view, "0/0"), ticked_row(view, "0/2")], "Room", KEEP, DRAFT.scheme),
        view,
    )
    assert tags(after)[:-1] == [(5, 10, "Room", "POS")]
    assert after.document("id:1").segments[0].tag_keys == view.base[0].tag_keys[1:2]


def test_a_retag_fills_a_bare_segment():
    after = done(
        DRAFT, retag([a_view()], [ticked_row(a_view(), "1/-")], "Room", "NEG", DRAFT.scheme), a_view()
    )
    assert tags(after)[1] == (18, 22, "Room", "NEG")


def test_rows_that_are_gone_are_counted_and_the_rest_is_done():
    view = a_view(("Staff", "POS"))
    ticked = [ticked_row(view, "0/0"), f"id:1/{key_of(view, 0)}/gone", "id:1/gone/-", "id:3/gone/-"]
    outcome = retag([view], ticked, "Room", KEEP, DRAFT.scheme)
    assert not isinstance(outcome, Refused)
    assert (outcome.done, outcome.left_out) == (1, 3)
    gone = delete_everywhere([view], ticked)
    assert (gone.change.name, gone.done, gone.left_out) == ("Delete 1 row", 1, 3)


def test_an_unknown_name_and_one_that_the_type_does_not_have_are_refused():
    view = a_view(("Staff", "POS"))
    assert retag([view], [ticked_row(view, "0/0")], "Gone", KEEP, DRAFT.scheme) == Refused(
        "“Gone” is not one of the session's classes"
    )
    assert isinstance(
        retag([view], [ticked_row(view, "0/0")], "Room", KEEP, a_draft(type="LABEL").scheme), Refused
    )


@given(first=TAGS, second=TAGS, data=st.data())
def test_a_retag_or_a_deletion_undone_is_the_start(first, second, data):
    one, two = a_view(*first), a_view(*second, key="id:2")
    ticked = data.draw(st.lists(st.sampled_from(rows(one, two)), unique=True, min_size=1))
    class_ = data.draw(st.sampled_from((KEEP, "", "Room")))
    label = data.draw(st.sampled_from((KEEP, "", "NEG")))
    for outcome in (
        retag([one, two], ticked, class_, label, DRAFT.scheme),
        delete_everywhere([one, two], ticked),
    ):
        after = undo(done(DRAFT, outcome, one, two))
        for view in (one, two):
            assert after.documents.get(view.key, view).segments == view.segments
