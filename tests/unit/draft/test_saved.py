from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.events import Event, RenamesHeld, SaveProved, apply
from labeling.draft.history import redo, stacks, take, undo, undoable
from labeling.draft.matching import units_of
from labeling.draft.saved import rebased
from labeling.draft.summary import lines
from labeling.editing.session import add_name, remove_name, rename_name
from labeling.editing.table import add_segment, add_tag, change_cell, delete_rows, set_done
from labeling.model import Document, Tag
from labeling.saving.merge import Choice, merge
from tests.unit.acts import ON_TEXT, Read, acts, after, names_in, on_server, views
from tests.unit.build import a_draft, a_segment, a_session, key_of, row

READ = on_server()
GENTLE = ("session", "add name", "move name", "rename", "documents")
"""What leaves the way back clear after a save too: a merge that is saved is parted in part."""


def taken(draft: Draft, change: Change | Refused, key: str = "id:1", read: Read = READ) -> Draft:
    assert isinstance(change, Change), change
    return take(draft, change, views(draft, read)[key])


def cell(draft: Draft, place: str, column: str, value: object, key: str = "id:1") -> Draft:
    view = views(draft, READ)[key]
    return taken(draft, change_cell(view, row(view, place), column, value, draft.scheme), key)


VIEW = views(a_draft(), READ)["id:1"]
"""The first document as it was read."""


def held(view: DraftDocument) -> Document:
    """What a server holds that took the document as it was sent."""
    return view.source.model_copy(update={"segments": view.sendable, "annotated": bool(view.done)})


def told(sent: Draft, read: Read) -> tuple[tuple[Event, ...], Read]:
    """What a save tells of the draft as it was when that began, and what the server holds then."""
    now = {key: held(view) for key, view in views(sent, read).items()}
    proved = {view.key: (view, now[view.key]) for view in sent.changed_documents}
    session = a_session(name=sent.name, classes=list(sent.classes), labels=list(sent.labels))
    return (RenamesHeld(sent.renames.clock), SaveProved(proved, sent, session, added=True)), now


def saved(later: Draft, sent: Draft, read: Read) -> tuple[Draft, Read]:
    """The draft after a save of it as it was when that began, and what the server holds then."""
    events, now = told(sent, read)
    for event in events:
        later = apply(later, event)
    return later, now


def units(draft: Draft, read: Read) -> object:
    """What is to be held in the end; the rows that are not right yet as typed."""
    found = {}
    for key, view in views(draft, read).items():
        finished = units_of(s.finished() for s in view.segments if not s.is_unfinished)
        found[key] = (
            finished,
            Counter((s.raw, s.finished().units) for s in view.unfinished),
            bool(view.done),
        )
    return found, draft.name, draft.classes, draft.labels


@given(acts())
def test_after_a_save_nothing_is_unsaved_but_rows_that_are_not_right_yet(acted):
    draft = after(a_draft(), READ, acted)
    now, read = saved(draft, draft, READ)
    assert units(now, read) == units(draft, READ)
    assert {view.key for view in now.changed_documents} == {
        v.key for v in draft.changed_documents if v.unfinished
    }
    assert now.session_change.is_empty
    assert not now.pending_renames
    assert all(step.saved for step in now.steps)
    last = undoable(draft)
    assert undoable(now) == (None if last is None else last.model_copy(update={"saved": True}))


@given(acts(most=10), acts(*ON_TEXT, *GENTLE, most=10))
def test_what_is_edited_during_a_save_stays_as_it_is_and_unsaved(before, during):
    sent = after(a_draft(), READ, before)
    later = after(sent, READ, during)
    now, read = saved(later, sent, READ)
    assert units(now, read) == units(later, READ)
    nothing = a_draft(name=now.base.name, classes=list(now.base.classes), labels=list(now.base.labels))
    if units(now, read) != units(nothing, read):
        assert now.is_changed
    assert not any(step.saved for step in now.steps if step.number > sent.taken)


@given(acts(*ON_TEXT, *GENTLE, "undo", "redo", most=12), acts(*ON_TEXT, *GENTLE, "undo", most=5))
def test_saved_steps_are_undone_to_where_all_began_and_redone_as_new_unsaved_changes(before, during):
    sent = after(a_draft(), READ, before)
    later = after(sent, READ, during)
    now, read = saved(later, sent, READ)
    steps = stacks(now.steps)[0]
    for _ in steps:
        now = undo(now)
    assert units(now, read) == units(a_draft(), READ)
    for _ in steps:
        now = redo(now)
    assert units(now, read) == units(later, READ)


def test_undoing_a_saved_step_is_a_new_unsaved_change():
    draft = cell(a_draft(), "0/0", "label", "NEG")
    now, read = saved(draft, draft, READ)
    assert not now.is_changed
    back = undo(now)
    assert [line.words for line in lines(back.document("id:1"))] == ["“staff” Staff/NEG → Staff/POS"]
    assert [step.saved for step in back.steps] == [True, False]
    again, _ = saved(back, back, read)
    assert not again.is_changed
    assert not redo(back).is_changed


def test_a_save_that_proved_a_document_leaves_the_unfinished_row_and_the_row_still_to_be_filled():
    draft = cell(a_draft(), "0/0", "end", 2)
    draft = cell(draft, "1/0", "label", "POS")
    draft = taken(
        draft, add_tag(views(draft, READ)["id:1"], row(views(draft, READ)["id:1"], "1/0"), "k", draft.scheme)
    )
    assert draft.document("id:1").sendable[0] == READ["id:1"].segments[0]
    now, _ = saved(draft, draft, READ)
    view = now.document("id:1")
    assert view.unfinished == view.segments[:1]
    assert view.segments[1].tag_keys == (*view.base[1].tag_keys, "k.0")
    assert len(lines(view)) == 1


def test_steps_are_marked_as_saved_one_by_one():
    draft = cell(a_draft(), "0/0", "label", "NEG")
    draft = taken(draft, set_done(views(draft, READ)["id:2"], True), "id:2")
    draft = taken(draft, add_name(draft, "classes", "Food"))
    view = draft.document("id:2")
    now = rebased(draft, None, {"id:2": (view, held(view))})
    assert [step.saved for step in now.steps] == [False, True, False]
    now = rebased(now, a_session(classes=["Staff", "Room", "Price", "Food"]), {})
    assert [step.saved for step in now.steps] == [False, True, True]


def test_a_rename_is_saved_when_the_server_is_known_to_hold_it_in_every_document():
    draft = taken(a_draft(), rename_name(a_draft(), "classes", "Staff", "Team"))
    draft = cell(draft, "0/0", "label", "NEG")
    view = draft.document("id:1")
    read = {**READ, "id:1": held(view)}
    partly = rebased(draft, None, {"id:1": (view, held(view))})
    assert [step.saved for step in partly.steps] == [False, True]
    assert partly.is_changed
    assert not partly.changed_documents
    assert names_in(partly, read, "id:1")[0] == [("Team", "NEG")]
    listed = rebased(partly, a_session(classes=["Team", "Room", "Price"]), {})
    assert [step.saved for step in listed.steps] == [False, True]
    whole, read = saved(partly, partly, read)
    assert [step.saved for step in whole.steps] == [True, True]
    assert not whole.is_changed
    assert names_in(undo(undo(whole)), read, "id:1")[0] == [("Staff", "POS")]
    assert names_in(undo(undo(whole)), read, "id:2")[0][1] == ("Staff", "POS")


def test_an_edit_made_before_a_saved_merge_is_undone_to_its_first_name():
    draft = cell(a_draft(), "0/0", "label", "NEG")
    draft = taken(draft, remove_name(draft, "classes", "Staff", 2, "Room"))
    now, read = saved(draft, draft, READ)
    assert names_in(now, read, "id:1")[0] == [("Room", "NEG")]
    back = undo(undo(now))
    assert names_in(back, read, "id:1")[0] == [("Staff", "POS")]
    assert names_in(back, read, "id:2")[0] == [("Room", "POS"), ("Room", "NEG")]


def test_undoing_a_saved_merge_parts_the_tags_that_the_history_of_the_draft_is_about():
    draft = cell(a_draft(), "0/0", "label", "NEG")
    draft = taken(draft, remove_name(draft, "classes", "Staff", 2, "Room"))
    now, read = saved(draft, draft, READ)
    assert names_in(now, read, "id:1")[0] == [("Room", "NEG")]
    back = undo(now)
    assert back.classes == a_draft().classes
    assert names_in(back, read, "id:1")[0] == [("Staff", "NEG")]
    assert names_in(back, read, "id:2")[0] == [("Room", "POS"), ("Room", "NEG")]
    [document] = back.changed_documents
    assert document.sendable[0].units == ((5, 10, "Staff", "NEG"),)
    again, read = saved(back, back, read)
    assert not again.is_changed
    assert names_in(redo(again), read, "id:1")[0] == [("Room", "NEG")]


def test_undo_says_that_of_a_saved_merge_the_name_alone_comes_back():
    draft = taken(a_draft(), remove_name(a_draft(), "classes", "Staff", 2, "Room"))
    assert undo(draft).steps[-1].name == f"Undo: {draft.steps[-1].name}"
    now, read = saved(draft, draft, READ)
    back = undo(now)
    assert "Staff" in back.classes
    assert names_in(back, read, "id:1")[0] == [("Room", "POS")]
    assert back.steps[-1].name.endswith("that your history holds; the others stay as saved")
    fresh = taken(a_draft(), rename_name(a_draft(), "classes", "Staff", "Service"))
    assert undo(saved(fresh, fresh, READ)[0]).steps[-1].name == f"Undo: {fresh.steps[-1].name}"


def test_a_retag_that_lost_to_another_persons_is_undone_on_that_segment():
    draft = cell(a_draft(), "0/0", "class_", "Room")
    was = draft.document("id:1")
    theirs = was.sendable[0].model_copy(update={"tags": (Tag.of("Food", "NEG"),)})
    stored = held(was).model_copy(update={"segments": (theirs, *was.sendable[1:])})
    back = undo(rebased(draft, None, {"id:1": (was, stored)}, draft))
    spans = [segment.segment.span for segment in back.document("id:1").segments]
    assert len(spans) == len(set(spans)) == len(was.segments)
    assert back.document("id:1").segments[0].segment.units == ((5, 10, "Staff", "POS"),)
    assert back.document("id:1").changed_keys == (key_of(VIEW, 0),)


def test_documents_that_nothing_is_about_are_forgotten():
    draft = cell(a_draft(), "0/0", "label", "NEG")
    now, _ = saved(draft, draft, READ)
    assert list(now.documents) == ["id:1"]
    now, _ = saved(replace(now, steps=()), replace(now, steps=()), READ)
    assert now.documents == {}


def test_what_others_did_to_a_proved_document_is_shown_and_nothing_of_it_is_unsaved():
    draft = taken(a_draft(), delete_rows(VIEW, [row(VIEW, "0/0")]))
    view = draft.document("id:1")
    theirs = view.sendable[0].model_copy(update={"span": (12, 17), "text": "small"})
    joined = held(view).model_copy(update={"segments": (theirs, *view.sendable)})
    now = rebased(draft, None, {"id:1": (view, joined)})
    assert now.document("id:1").sendable == joined.segments
    assert not now.is_changed
    back = undo(now)
    assert units_of(back.document("id:1").sendable) == units_of((*joined.segments, READ["id:1"].segments[0]))


def test_a_segment_deleted_during_the_save_that_sent_it_is_to_be_deleted_there():
    sent = taken(a_draft(), add_segment(views(a_draft(), READ)["id:1"], 0, 4, "Room", None, "k"))
    later = taken(sent, delete_rows(sent.document("id:1"), ["k.0/k.0"]))
    now, _ = saved(later, sent, READ)
    assert [line.words for line in lines(now.document("id:1"))] == ["− “Kind” Room"]


def answered(choice: Choice) -> tuple[Draft, Read]:
    """The draft after its first tag was retagged here and elsewhere, and that was saved with this choice."""
    sent = cell(a_draft(), "0/0", "class_", "Room")
    view = sent.document("id:1")
    other = READ["id:1"].segments[0].model_copy(update={"tags": (Tag.of("Price", "NEG"),)})
    theirs = (other, *READ["id:1"].segments[1:])
    [conflict] = merge(view.base_segments, view.sendable, theirs).conflicts
    stored = merge(view.base_segments, view.sendable, theirs, choices={conflict.key: choice}).segments
    there = READ["id:1"].model_copy(update={"segments": stored})
    return rebased(sent, None, {"id:1": (view, there)}), {**READ, "id:1": there}


@pytest.mark.parametrize(
    ("choice", "stored", "undone"),
    [
        ("mine", [("Room", "POS")], [("Staff", "POS")]),
        ("theirs", [("Price", "NEG")], [("Staff", "POS")]),
        ("both", [("Room", "POS"), ("Price", "NEG")], [("Staff", "POS"), ("Price", "NEG")]),
    ],
)
def test_undo_after_a_conflict_is_made_on_the_segment_that_was_stored_there(choice, stored, undone):
    draft, read = answered(choice)
    assert not draft.is_changed
    assert [sorted(names) for names in names_in(draft, read, "id:1")[:1]] == [sorted(stored)]
    back = undo(draft)
    assert [segment.key for segment in back.document("id:1").segments] == [key_of(VIEW, n) for n in range(3)]
    assert sorted(names_in(back, read, "id:1")[0]) == sorted(undone)
    assert len(set(back.document("id:1").segments[0].tag_keys)) == len(undone)


def with_their_tag(sent: Draft, tag: Tag) -> Document:
    """What the server holds of the first document after a save,
    when somebody else tagged its first segment too."""
    document = held(sent.document("id:1"))
    first = document.segments[0]
    first = first.model_copy(update={"tags": (*first.tags, tag)})
    return document.model_copy(update={"segments": (first, *document.segments[1:])})


def test_what_others_added_to_a_segment_stays_when_an_edit_of_it_is_undone_and_redone():
    draft = cell(a_draft(), "0/0", "class_", "Room")
    there = with_their_tag(draft, Tag.of("Price", "NEG"))
    now = rebased(draft, None, {"id:1": (draft.document("id:1"), there)})
    read = {**READ, "id:1": there}
    assert names_in(undo(now), read, "id:1")[0] == [("Staff", "POS"), ("Price", "NEG")]
    assert names_in(redo(undo(now)), read, "id:1")[0] == [("Room", "POS"), ("Price", "NEG")]
    assert not redo(undo(now)).is_changed


def test_what_others_added_to_a_segment_stays_when_it_is_edited_or_deleted_during_the_save():
    sent = cell(a_draft(), "0/0", "class_", "Room")
    there = with_their_tag(sent, Tag.of("Price", "NEG"))
    edited = cell(sent, "0/0", "label", "NEG")
    deleted = taken(sent, delete_rows(sent.document("id:1"), [row(VIEW, "0/0")]))
    for later, names in ((edited, [("Room", "NEG"), ("Price", "NEG")]), (deleted, [("Price", "NEG")])):
        now = rebased(later, None, {"id:1": (sent.document("id:1"), there)}, sent)
        assert names_in(now, {**READ, "id:1": there}, "id:1")[0] == names
        assert [line.key for line in lines(now.document("id:1"))] == [key_of(VIEW, 0)]


def test_the_keys_of_what_others_add_are_none_that_the_draft_has():
    draft = cell(a_draft(), "0/0", "class_", "Room")
    for at in (0, 12):
        view = draft.documents["id:1"]
        theirs = a_segment(view.text, at, at + 3, ("Price", None))
        there = view.source.model_copy(update={"segments": (theirs, *view.sendable)})
        draft = rebased(draft, None, {"id:1": (view, there)})
    keys = [segment.key for segment in draft.documents["id:1"].segments]
    assert len(keys) == len(set(keys)) == 5
