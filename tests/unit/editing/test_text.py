"""What an act on the text means, as a step; and that every such step is undone to exactly what was there."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.document import Loaded
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import redo, take, undo, undoable
from labeling.draft.keys import segment_keys
from labeling.editing.table import change_cell
from labeling.editing.text import Act, acts_in, change_of, numbers_in
from labeling.model import Document, Segment, Session, Tag
from labeling.spans import cuts_grapheme
from tests.unit.build import key_of, row

TEXT = "We 👨‍👩‍👧‍👦 liked the cafe\u0301 and the staff"
SESSION = Session(id=1, project_id=1, type="ABSA", classes=("Staff", "Room"), labels=("POS", "NEG"))
DOCUMENT = Document(id=1, text=TEXT, segments=(Segment(span=(3, 10), tags=(Tag.of("Staff", "POS"),)),))


def act(op: str, number: int = 1, **more: Any) -> Act:
    return Act.model_validate({"kind": op, "number": number, "window": "w", "document": "id:1", **more})


def after(draft: Draft, one: Act) -> Draft | Refused:
    view = draft.view(Loaded("id:1", 0, DOCUMENT))
    outcome = change_of(one, view, draft.scheme)
    return outcome if isinstance(outcome, Refused) else take(draft, outcome, view)


def units(draft: Draft) -> list[tuple[object, ...]]:
    view = draft.view(Loaded("id:1", 0, DOCUMENT))
    return sorted((unit for s in view.segments for unit in s.segment.units), key=repr)


offsets = st.integers(-3, len(TEXT) + 3)
names = st.sampled_from([("Staff", "POS"), ("Room", "NEG"), ("Staff", None), (None, "NEG"), ("Pool", "POS")])
keys = st.sampled_from([*segment_keys(DOCUMENT)[:1], *(f"w-{number}.0" for number in range(1, 6)), "gone"])

ON_SEGMENTS = ["tag", "untag", "retag", "move", "delete", "join", "split"]


@st.composite
def some_acts(draw: st.DrawFn) -> list[Act]:
    kinds = draw(st.lists(st.sampled_from(["add", *ON_SEGMENTS, "done"]), max_size=12))
    return [
        act(
            kind,
            number,
            segment=draw(keys),
            other=draw(keys),
            span=[draw(offsets), draw(offsets)],
            tag=list(draw(names)),
            was=list(draw(names)),
            done=draw(st.booleans()),
        )
        for number, kind in enumerate(kinds, start=1)
    ]


@given(some_acts())
def test_whatever_is_done_on_the_text_all_of_it_undone_is_the_start_and_redone_is_the_end(
    acts: list[Act],
) -> None:
    start = draft = new_draft(SESSION)
    for one in acts:
        outcome = after(draft, one)
        draft = draft if isinstance(outcome, Refused) else outcome
    end, steps = draft, len([step for step in draft.steps if step.kind == "edit"])
    for _ in range(steps):
        draft = undo(draft)
    assert undoable(draft) is None
    assert units(draft) == units(start)
    for _ in range(steps):
        draft = redo(draft)
    assert units(draft) == units(end)


@given(some_acts())
def test_no_act_leaves_a_span_that_is_empty_outside_the_text_or_half_a_grapheme(acts: list[Act]) -> None:
    draft = new_draft(SESSION)
    for one in acts:
        outcome = after(draft, one)
        draft = draft if isinstance(outcome, Refused) else outcome
    for segment in draft.view(Loaded("id:1", 0, DOCUMENT)).segments:
        start, end = segment.segment.start, segment.segment.end
        assert 0 <= start < end <= len(TEXT)
        assert not cuts_grapheme(TEXT, start)
        assert not cuts_grapheme(TEXT, end)


def test_one_act_is_one_step_with_its_words() -> None:
    start = TEXT.index("staff")
    draft = after(new_draft(SESSION), act("add", span=[start, start + 5], tag=["Room", "NEG"]))
    assert isinstance(draft, Draft)
    assert draft.steps[-1].name == "Tag “staff” Room/NEG"


def test_a_tag_that_is_there_already_makes_no_step() -> None:
    view = new_draft(SESSION).view(Loaded("id:1", 0, DOCUMENT))
    same = act("tag", segment=key_of(view, 0), tag=["Staff", "POS"])
    assert change_of(same, view, new_draft(SESSION).scheme) == Change("", ())


def test_a_further_tag_keeps_the_one_that_was_filled_into_the_row_of_a_bare_segment() -> None:
    draft = new_draft(SESSION)
    view = draft.view(Loaded("id:1", 0, Document(id=1, text=TEXT, segments=(Segment(span=(3, 10)),))))
    filled = change_cell(view, row(view, "0/-"), "class_", "Room", draft.scheme)
    assert not isinstance(filled, Refused)
    draft = after(take(draft, filled, view), act("tag", segment=key_of(view, 0), tag=["Staff", "POS"]))
    assert not isinstance(draft, Refused)
    assert units(draft) == [(3, 10, "Room", None), (3, 10, "Staff", "POS")]


def test_retagging_keeps_what_else_the_server_said_of_the_tag() -> None:
    document = Document.model_validate(
        {
            "id": 1,
            "text": TEXT,
            "segments": [{"span": [0, 2], "tags": [{"class": "Staff", "label": "POS", "id": 9}]}],
        }
    )
    draft = new_draft(SESSION)
    view = draft.view(Loaded("id:1", 0, document))
    change = change_of(
        act("retag", segment=key_of(view, 0), tag=["Room", "POS"], was=["Staff", "POS"]), view, draft.scheme
    )
    assert isinstance(change, Change)
    (tag,) = take(draft, change, view).view(Loaded("id:1", 0, document)).segments[0].segment.tags
    assert tag.to_json() == {"class": "Room", "label": "POS", "id": 9}


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda x: (
            st.lists(x) | st.dictionaries(st.sampled_from(["acts", "number", "window", "kind", "span"]), x)
        ),
    )
)
def test_whatever_a_browser_sends_is_read_without_a_fault(report: object) -> None:
    for one in acts_in(report):
        assert one.number > 0


def test_an_act_that_cannot_be_read_keeps_its_number_so_that_it_can_be_refused() -> None:
    acts = acts_in({"acts": [{"number": 4, "window": "w", "kind": "fly"}, {"kind": "undo"}, 7]})
    assert [(one.kind, one.number) for one in acts] == [("unreadable", 4)]
    assert numbers_in(acts) == {"w": 4}


def test_a_page_that_was_not_loaded_again_since_an_older_version_still_delivers() -> None:
    retag = {
        "op": "retag",
        "n": 4,
        "window": "w",
        "segment": "a",
        "from": ["Staff", None],
        "tag": ["Room", None],
    }
    (act,) = acts_in({"scope": "mine", "ops": [retag]})
    assert (act.kind, act.number, act.was, act.tag) == ("retag", 4, ("Staff", None), ("Room", None))
