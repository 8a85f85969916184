"""This span gets this tag: one rule, whichever way it is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Refused, between
from labeling.draft.history import take, undo
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Scheme
from labeling.editing.occurrences import tag_hits
from labeling.editing.pasted import PastedRow, plan
from labeling.editing.table import add_segment, change_cell
from labeling.editing.tagging import SpanIndex, tag_span
from labeling.editing.text import Act, change_of
from labeling.model import Tag, TagNames
from tests.unit.build import a_document, a_draft, a_segment, an_open_document, row

TEXT = "Kind staff, small room."
STAFF, SMALL = (5, 10), (12, 17)
TAGS = st.lists(
    st.tuples(st.sampled_from(("Staff", "Price")), st.sampled_from(("POS", "NEG"))), max_size=3, unique=True
)
DRAFT = a_draft()
Way = Callable[[DraftDocument, tuple[int, int], TagNames, Scheme], Change | Refused]


def act(op: str, **fields: object) -> Act:
    return Act.model_validate({"number": 1, "window": "w", "document": "id:1", "kind": op, **fields})


def by_mouse(
    document: DraftDocument, span: tuple[int, int], names: TagNames, scheme: Scheme
) -> Change | Refused:
    """Words were marked, and what the page held of them was older:
    it says that they are tagged for the first time."""
    return change_of(act("add", span=span, tag=names), document, scheme)


def by_key(
    document: DraftDocument, span: tuple[int, int], names: TagNames, scheme: Scheme
) -> Change | Refused:
    """As the browser says it: on the segment with these words,
    and of its label where it can have one alone."""
    here = next((one for one in document.segments if one.segment.span == span), None)
    if here is None:
        return by_mouse(document, span, names, scheme)
    held = [tag.names for tag in here.segment.tags]
    if scheme.shape.one_tag and held:
        return change_of(act("retag", segment=here.key, tag=names, was=held[0]), document, scheme)
    return change_of(act("tag", segment=here.key, tag=names), document, scheme)


def by_key_late(
    document: DraftDocument, span: tuple[int, int], names: TagNames, scheme: Scheme
) -> Change | Refused:
    """On a segment that had no tag yet on the screen."""
    here = next((one for one in document.segments if one.segment.span == span), None)
    if here is None:
        return by_mouse(document, span, names, scheme)
    return change_of(act("tag", segment=here.key, tag=names), document, scheme)


def stale_retag(
    document: DraftDocument, span: tuple[int, int], names: TagNames, scheme: Scheme
) -> Change | Refused:
    """Of a label that is not there any more."""
    here = next(one for one in document.segments if one.segment.span == span)
    return change_of(act("retag", segment=here.key, tag=names, was=(None, "NEU")), document, scheme)


def in_the_table(
    document: DraftDocument, span: tuple[int, int], names: TagNames, scheme: Scheme
) -> Change | Refused:
    return tag_span(document, span, names, "w-1", scheme)


def by_paste(
    document: DraftDocument, span: tuple[int, int], names: TagNames, scheme: Scheme
) -> Change | Refused:
    row = PastedRow(1, start=str(span[0]), end=str(span[1]), class_=names[0] or "", label=names[1] or "")
    outcome = plan([row], [document], 0, scheme, "w-1")
    (found,) = outcome.rows
    return Refused(found.why) if found.does == "refused" else outcome.change


def as_occurrence(
    document: DraftDocument, span: tuple[int, int], names: TagNames, scheme: Scheme
) -> Change | Refused:
    return tag_hits({"id:1": document}, [("id:1", *span)], names, "w-1", scheme)


SEEN = (by_key, in_the_table, by_paste, as_occurrence)
"""Those in which the person sees what the tag replaces."""
LATE = (by_mouse, by_key_late)
WAYS = (*SEEN, *LATE)
ABSA_POS, ABSA_NEG = ("Staff", "POS"), ("Staff", "NEG")
POS, NEG = (None, "POS"), (None, "NEG")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("type_", "held", "given_", "left"),
    [
        ("ABSA", None, ABSA_POS, [ABSA_POS]),
        ("ABSA", [], ABSA_POS, [ABSA_POS]),
        ("ABSA", [ABSA_NEG], ABSA_POS, [ABSA_NEG, ABSA_POS]),
        ("ABSA", [ABSA_NEG, ABSA_POS], ABSA_POS, [ABSA_NEG, ABSA_POS]),
        ("LABEL", None, POS, [POS]),
        ("LABEL", [], POS, [POS]),
        ("LABEL", [POS], POS, [POS]),
    ],
)
def test_a_span_gets_a_tag_by_one_rule_whichever_way_it_is_said(
    way: Way, type_: str, held: list[TagNames] | None, given_: TagNames, left: list[TagNames]
) -> None:
    said(way, type_, held, given_, left)


@pytest.mark.parametrize("way", SEEN)
@pytest.mark.parametrize(("held", "left"), [([NEG], [POS]), ([NEG, (None, "NEU")], [POS, (None, "NEU")])])
def test_a_label_takes_the_place_of_the_one_that_is_there_whichever_way_it_is_said(
    way: Way, held: list[TagNames], left: list[TagNames]
) -> None:
    said(way, "LABEL", held, POS, left)


@pytest.mark.parametrize("way", [*LATE, stale_retag])
def test_a_label_that_the_person_did_not_see_is_not_replaced(way: Way) -> None:
    document = an_open_document(a_document(TEXT, a_segment(TEXT, *STAFF, NEG), id=1))
    refused = way(document, STAFF, POS, a_draft(type="LABEL").scheme)
    assert isinstance(refused, Refused)
    assert "“staff”" in refused.reason


def said(way: Way, type_: str, held: list[TagNames] | None, given_: TagNames, left: list[TagNames]) -> None:
    """The tag is given that way, and the segments are as they are to be, before and after undo."""
    draft = a_draft(type=type_)
    segments = [] if held is None else [a_segment(TEXT, *STAFF, *held)]
    document = an_open_document(a_document(TEXT, *segments, a_segment(TEXT, *SMALL), id=1))
    change = way(document, STAFF, given_, draft.scheme)
    assert isinstance(change, Change), change
    after = take(draft, change, document)
    view = after.documents.get("id:1", document)
    here, small = view.segments
    assert [tag.names for tag in here.segment.tags] == left
    assert (here.segment.span, small) == (STAFF, document.segments[-1])
    if held is not None:
        assert here.key == document.segments[0].key
        assert here.tag_keys[: len(held)] == document.segments[0].tag_keys
    assert len(after.steps) == (held != left)
    if after.steps:
        assert undo(after).document("id:1").segments == document.segments


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("names", [("Staff", "POS"), (None, "GONE")])
def test_a_tag_that_the_session_cannot_have_is_refused_whichever_way_it_is_said(
    way: Way, names: TagNames
) -> None:
    document = an_open_document(a_document(TEXT, a_segment(TEXT, *STAFF, NEG), id=1))
    assert isinstance(way(document, STAFF, names, a_draft(type="LABEL").scheme), Refused)


def test_the_cell_of_a_label_replaces_it_too() -> None:
    draft = a_draft(type="LABEL")
    document = an_open_document(a_document(TEXT, a_segment(TEXT, *STAFF, NEG), id=1))
    change = change_cell(document, row(document, "0/0"), "label", "POS", draft.scheme)
    assert isinstance(change, Change)
    assert [unit[3] for s in take(draft, change, document).document("id:1").sendable for unit in s.units] == [
        "POS"
    ]


def test_the_step_says_which_label_went_and_keeps_what_else_the_server_said_of_it() -> None:
    draft = a_draft(type="LABEL")
    held = {"span": [5, 10], "tags": [{"label": "NEG", "id": 9}]}
    document = an_open_document(a_document(TEXT, id=1, segments=[held]))
    change = tag_span(document, STAFF, POS, "w-1", draft.scheme)
    assert isinstance(change, Change)
    assert change.name == "Retag “staff” NEG → POS"
    (segment,) = take(draft, change, document).document("id:1").sendable
    assert segment.tags[0].to_json() == {"label": "POS", "id": 9}


def test_a_bare_segment_may_stand_on_the_span_of_another_where_it_is_asked_for() -> None:
    document = an_open_document(a_document(TEXT, a_segment(TEXT, *STAFF), id=1))
    change = tag_span(document, STAFF, (None, None), "w-1", DRAFT.scheme)
    assert isinstance(change, Change)
    segments = take(DRAFT, change, document).document("id:1").segments
    assert [one.segment.span for one in segments] == [STAFF, STAFF]


def a_view(*tags: tuple[str | None, str | None]) -> DraftDocument:
    """Two segments: one with these tags, one bare."""
    return an_open_document(a_document(TEXT, a_segment(TEXT, *STAFF, *tags), a_segment(TEXT, 18, 22), id=1))


@given(tags=TAGS, data=st.data())
def test_the_edits_between_two_states_lead_from_one_to_the_other_and_back(tags, data):
    view = a_view(*tags)
    after = SpanIndex(view)
    for number in range(data.draw(st.integers(0, 4))):
        span = data.draw(st.sampled_from(((0, 4), (5, 10), (12, 17), (18, 22))))
        names = data.draw(st.sampled_from((("Room", "NEG"), ("Staff", None), (None, None))))
        tagged = after.tagged(span, names, f"n.{number}", DRAFT.scheme)
        if isinstance(tagged, DraftSegment):
            after.put(tagged)
        assert after.tagged(span, names, "again", DRAFT.scheme) is None
    left = data.draw(st.lists(st.sampled_from(after.segments), unique_by=lambda one: one.key))
    kept = [one for one in after.segments if one in left]
    taken = take(DRAFT, Change("x", between(view, kept)), view)
    assert taken.documents.get(view.key, view).segments == tuple(kept)
    assert undo(taken).documents.get(view.key, view).segments == view.segments


def test_a_tag_that_is_there_changes_nothing_and_a_wrong_span_is_refused():
    tagging = SpanIndex(a_view(("Staff", "POS")))
    assert tagging.tagged((5, 10), ("Staff", "POS"), "n", DRAFT.scheme) is None
    assert tagging.tagged((5, 10), (None, None), "n", DRAFT.scheme) is None
    assert isinstance(tagging.tagged((5, 99), ("Staff", "POS"), "n", DRAFT.scheme), Refused)
    further = tagging.tagged((5, 10), ("Staff", "NEG"), "n", DRAFT.scheme)
    assert isinstance(further, DraftSegment)
    assert [tag.names for tag in further.segment.tags] == [("Staff", "POS"), ("Staff", "NEG")]
    filled = tagging.tagged((18, 22), ("Room", None), "n", DRAFT.scheme)
    assert isinstance(filled, DraftSegment)
    assert filled.segment.tags == (Tag.of("Room"),)


@given(tags=TAGS, spans=st.lists(st.tuples(st.integers(0, 22), st.integers(1, 23)), max_size=6))
def test_many_spans_are_tagged_as_one_by_one(tags, spans):
    view = a_view(*tags)
    tagging = SpanIndex(view)
    for number, span in enumerate(spans):
        tagged = tagging.tagged(span, ("Price", None), f"n.{number}", DRAFT.scheme)
        if isinstance(tagged, DraftSegment) and tagging.find(tagged.key) is None:
            (edit,) = add_segment(view, *span, "Price", None, f"n.{number}").edits
            view = take(DRAFT, Change("x", (edit,)), view).document(view.key)
            tagging.put(tagged)
            assert tagging.segments == view.segments
