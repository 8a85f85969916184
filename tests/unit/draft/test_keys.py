"""Keys are made of what was read: whoever reads the same gives the same,
and no two of one document are alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.document import DraftDocument, Loaded, opened
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import take, undo
from labeling.draft.keys import document_keys, segment_keys, tag_keys
from labeling.editing.table import find_row, row_id, set_done
from labeling.editing.text import Act, change_of
from labeling.model import Document, Segment, Tag
from labeling.store.codec import from_stored, to_write
from tests.unit.build import a_document, a_draft, a_segment
from tests.unit.store.test_codec import EMPTY, stored

TEXT = "Kind staff in a small room by the pool"
SPANS = [(0, 4), (5, 10), (22, 26)]
NAMES = [("Staff", "POS"), ("Room", "NEG"), ("Room", "POS")]
KEY = "id:1"

strange = st.sampled_from(["Staff", "A|B", "A", "B", "a/b", "#1", "A|B#1", "\ud83d", ""]) | st.text(
    max_size=3
)
tags = st.builds(lambda class_, label: Tag.of(class_ or None, label or None), strange, strange)
ids = st.none() | st.integers(0, 2) | st.sampled_from(["0", "1#1", "x'"]) | st.floats(allow_nan=False)
segments = st.fixed_dictionaries(
    {"span": st.sampled_from([*map(list, SPANS), [1], None]), "tags": st.just([])},
    optional={"id": ids, "colour": st.just("red")},
)
documents = st.builds(
    lambda found: Document.model_validate({"id": 1, "text": TEXT, "segments": found}),
    st.lists(segments, max_size=6),
)


def test_documents_with_ids_are_keyed_by_id_and_others_by_text_and_mention():
    documents = [Document(text="a", id=7), Document(text="a"), Document(text="b"), Document(text="a")]
    keys = document_keys(documents)
    assert keys[0] == "id:7"
    assert keys[1].startswith("text:")
    assert keys[1].endswith("#1")
    assert keys[3] == keys[1][:-1] + "2"
    assert len(set(keys)) == 4


@given(documents)
def test_no_two_segments_of_a_reading_have_one_key_and_the_same_reading_gives_the_same(document: Document):
    keys = segment_keys(document)
    assert len(set(keys)) == len(keys)
    again = Document.model_validate(json.loads(json.dumps(document.to_json())))
    assert segment_keys(again) == keys


@given(st.lists(tags, max_size=6))
def test_no_two_tags_of_a_segment_have_one_key_and_none_spoils_the_id_of_its_row(several: list[Tag]):
    keys = tag_keys(several)
    assert len(set(keys)) == len(keys)
    assert not any("/" in key for key in keys)


@given(documents, documents, documents)
def test_no_two_segments_of_a_touched_document_that_is_read_anew_have_one_key(
    first: Document, second: Document, third: Document
):
    draft = touched(first)
    for newer in (second, third):
        view = draft.view(Loaded(KEY, 0, newer))
        keys = [segment.key for segment in view.segments]
        assert len(set(keys)) == len(keys)
        draft = take(draft, set_done(view, not view.done), view)
        draft = take(draft, set_done(draft.document(KEY), bool(newer.annotated)))


def test_what_the_server_names_has_its_name_and_an_id_that_comes_twice_names_nothing():
    found: list[dict[str, Any]] = [{"span": [0, 4], "id": id_, "tags": []} for id_ in (7, 8, 8)]
    document = Document.model_validate({"text": TEXT, "segments": [*found, {"span": [5, 10], "tags": []}]})
    first, *others, last = segment_keys(document)
    assert first == "id:7"
    reading, _, place = last.partition(":")
    assert place == "5-10"
    assert others == [f"{reading}:0-4#1", f"{reading}:0-4#2"]


def touched(document: Document, draft: Draft | None = None) -> Draft:
    """A draft that has the document, and nothing unsaved."""
    draft = draft or a_draft()
    view = draft.view(Loaded(KEY, 0, document))
    return undo(take(draft, set_done(view, not view.done), view))


def an_act(view: DraftDocument, n: int, kind: str = "delete", **fields: Any) -> Act:
    """What a browser sends of the n-th segment that it shows."""
    drawn = view.segments[n]
    at = (drawn.segment.start, drawn.segment.end)
    beside = sum((one.segment.start, one.segment.end) == at for one in view.segments) - 1
    seen = {"segment": drawn.key, "at": at, "beside": beside}
    return Act.model_validate({"kind": kind, "number": 1, "window": "w", **seen, **fields})


def test_an_act_that_waited_while_the_app_restarted_is_applied():
    draft = touched(a_document(TEXT, a_segment(TEXT, 5, 10, NAMES[0]), id=1))
    theirs = a_document(
        TEXT, a_segment(TEXT, 5, 10, NAMES[0]), a_segment(TEXT, 22, 26, NAMES[1]), id=1, annotated=False
    )
    waiting = an_act(draft.view(Loaded(KEY, 0, theirs)), 1)
    other = draft.view(Loaded("id:2", 1, a_document("Two", id=2)))
    draft = take(draft, set_done(other, True), other)
    draft = from_stored(None, stored(EMPTY, to_write(None, draft))[0])
    view = draft.view(Loaded(KEY, 0, Document.model_validate(theirs.to_json())))
    change = change_of(waiting, view, draft.scheme)
    assert isinstance(change, Change)
    assert [one.segment.span for one in take(draft, change, view).document(KEY).segments] == [(5, 10)]


SEEN = a_document(TEXT, a_segment(TEXT, 5, 10, NAMES[0]), id=1)
GONE = Refused("this segment is no longer there")


def done(act: Act, *now: Segment) -> Refused | list[tuple[int, ...] | None]:
    """The spans that are left after an act on an untouched document that is read so now;
    or why it was refused."""
    view = a_draft().view(Loaded(KEY, 0, a_document(TEXT, *now, id=1)))
    change = change_of(act, view, a_draft().scheme)
    if isinstance(change, Refused):
        return change
    return [one.segment.span for one in take(a_draft(), change, view).document(KEY).segments]


def test_an_act_on_an_older_reading_reaches_the_segment_that_was_and_is_alone_on_its_span():
    act = an_act(opened(Loaded(KEY, 0, SEEN)), 0)
    retagged, other = a_segment(TEXT, 5, 10, NAMES[2]), a_segment(TEXT, 22, 26, NAMES[1])
    assert done(act, other, retagged) == [(22, 26)]
    assert done(act, other) == GONE
    assert done(act, retagged, retagged) == GONE


def test_of_two_segments_on_one_span_the_other_is_not_taken_for_the_one_that_somebody_else_removed():
    two = a_segment(TEXT, 5, 10, NAMES[0]), a_segment(TEXT, 5, 10, NAMES[1])
    read = a_document(TEXT, *two, id=1)
    first = an_act(opened(Loaded(KEY, 0, read)), 0)
    assert done(first, two[1]) == GONE
    for left in (two[1], two[0].model_copy(update={"tags": two[1].tags})):
        draft = touched(read)
        view = draft.view(Loaded(KEY, 0, a_document(TEXT, left, id=1)))
        assert change_of(first, view, draft.scheme) == GONE
    same = touched(a_document(TEXT, two[0], two[0], id=1))
    view = same.view(Loaded(KEY, 0, a_document(TEXT, two[0], id=1)))
    assert change_of(an_act(same.document(KEY), 0), view, same.scheme) == GONE


@pytest.mark.parametrize("counted", ["b0", "r7.0", "r7.0'"])
def test_an_act_that_waited_since_version_0_1_0_reaches_the_segment_where_it_was(counted: str):
    act = an_act(opened(Loaded(KEY, 0, SEEN)), 0, segment=counted)
    assert done(act, a_segment(TEXT, 5, 10, NAMES[2]), a_segment(TEXT, 22, 26, NAMES[1])) == [(22, 26)]
    assert done(act, a_segment(TEXT, 22, 26, NAMES[1]), a_segment(TEXT, 5, 10, NAMES[2])) == GONE
    assert done(act) == GONE


def test_a_row_of_an_older_reading_is_found_where_its_segment_and_its_tag_still_are():
    view = opened(Loaded(KEY, 0, SEEN))
    row = row_id(view.segments[0].key, view.segments[0].tag_keys[0])
    both = a_segment(TEXT, 5, 10, NAMES[1], NAMES[0])
    now = opened(Loaded(KEY, 0, a_document(TEXT, a_segment(TEXT, 22, 26), both, id=1)))
    assert find_row(now, row) == (now.segments[1], now.segments[1].tag_keys[1])
    assert (
        find_row(opened(Loaded(KEY, 0, a_document(TEXT, a_segment(TEXT, 5, 10, NAMES[1]), id=1))), row)
        is None
    )


def test_an_act_on_one_of_two_that_nobody_can_tell_apart_does_not_reach_the_one_that_is_left():
    draft = touched(a_document(TEXT, a_segment(TEXT, 5, 10, NAMES[2]), id=1))
    retagged, added = a_segment(TEXT, 5, 10, NAMES[0]), a_segment(TEXT, 5, 10, NAMES[2])
    seen = draft.view(Loaded(KEY, 0, a_document(TEXT, retagged, added, id=1)))
    left = draft.view(Loaded(KEY, 0, a_document(TEXT, retagged, id=1)))
    assert change_of(an_act(seen, 1), left, draft.scheme) == GONE
    assert isinstance(change_of(an_act(left, 0), left, draft.scheme), Change)


others = st.tuples(
    st.sampled_from(["add", "add", "retag", "remove", "remove", "swap", "read", "touch"]),
    st.integers(0, 5),
    st.integers(0, 5),
)


class Changing:
    """A document that others change: each segment there ever was has a number of its own,
    which a server may name."""

    def __init__(self, has_ids: bool) -> None:
        self.has_ids, self.count = has_ids, 0
        self.held: list[tuple[int, dict[str, Any]]] = []
        self.draft = a_draft()
        for n in range(3):
            self.change("add", n // 2, n)
        self.read()

    def read(self) -> None:
        self.numbers = [number for number, _ in self.held]
        found = [segment | ({"id": number} if self.has_ids else {}) for number, segment in self.held]
        self.document = Document.model_validate({"id": 1, "text": TEXT, "segments": found})

    def change(self, what: str, a: int, b: int) -> None:
        tag = dict(zip(("class", "label"), NAMES[b % len(NAMES)], strict=True))
        if what == "add":
            self.count += 1
            self.held.append((self.count, {"span": SPANS[a % len(SPANS)], "tags": [tag]}))
        elif what == "read":
            self.read()
        elif what == "touch":
            self.draft = touched(self.document, self.draft)
        elif self.held:
            number, segment = self.held.pop(a % len(self.held))
            if what == "retag":
                self.held.insert(a % (len(self.held) + 1), (number, segment | {"tags": [tag]}))
            elif what == "swap":
                self.held.append((number, segment))

    def view(self) -> DraftDocument:
        return self.draft.view(Loaded(KEY, 0, self.document))


@given(st.booleans(), st.lists(others, max_size=6), st.lists(others, max_size=6), st.integers(0, 9))
def test_whatever_others_do_an_act_reaches_the_segment_that_the_person_saw_or_is_refused(
    has_ids: bool, before: list[Any], between: list[Any], chosen: int
):
    world = Changing(has_ids)
    for one in (*before, ("read", 0, 0)):
        world.change(*one)
    seen, numbers = world.view(), world.numbers
    if not seen.segments:
        return
    n = chosen % len(seen.segments)
    act = an_act(seen, n)
    for one in (*between, ("read", 0, 0)):
        world.change(*one)
    now = world.view()
    change = change_of(act, now, world.draft.scheme)
    if isinstance(change, Refused):
        assert change == GONE
        return
    left = take(world.draft, change, now).document(KEY)
    (at,) = [at for at, one in enumerate(now.segments) if left.find(one.key) is None]
    one, other = seen.segments[n].segment, now.segments[at].segment
    is_alone = all([s.segment.span for s in view.segments].count(one.span) == 1 for view in (seen, now))
    # Who has no number, and is in its place alone or with the same tags, is the same to everybody.
    assert world.numbers[at] == numbers[n] or one.units == other.units or (is_alone and not has_ids)
    assert one.span == other.span
