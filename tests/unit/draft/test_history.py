import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.document import Loaded
from labeling.draft.draft import HISTORY, Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import (
    discard,
    redo,
    redoable,
    refreshed,
    revert,
    revert_field,
    stacks,
    take,
    undo,
    undoable,
    walk,
)
from labeling.draft.summary import change_count, lines
from labeling.editing.session import add_documents, add_name, remove_name, rename_name, rename_session
from labeling.editing.table import add_segment, add_tag, change_cell, delete_rows, set_done
from labeling.model import Document, SessionChange
from tests.unit.acts import BACK, ON_SESSION, ON_TEXT, act, acts, after, as_read, on_server, seen, views
from tests.unit.build import a_document, a_draft, a_segment, a_session, row

READ = on_server()


def taken(draft: Draft, change: Change | Refused, *touched: str) -> Draft:
    assert isinstance(change, Change), change
    return take(draft, change, *(draft.view(Loaded(key, [*READ].index(key), READ[key])) for key in touched))


def cell(draft: Draft, place: str, column: str, value: object, key: str = "id:1") -> Draft:
    view = views(draft, READ)[key]
    return taken(draft, change_cell(view, row(view, place), column, value, draft.scheme), key)


def test_undo_and_redo_are_steps_of_the_history_and_a_new_step_ends_redo():
    one = cell(a_draft(), "0/0", "label", "NEG")
    back = undo(one)
    assert seen(back, READ) == seen(a_draft(), READ)
    assert not back.is_changed
    assert [step.kind for step in back.steps] == ["edit", "undo"]
    again = redo(back)
    assert seen(again, READ) == seen(one, READ)
    assert redo(again) is again
    other = taken(back, set_done(views(back, READ)["id:1"], True), "id:1")
    assert redoable(other) is None
    assert undo(other).documents["id:1"].done is None
    assert undo(a_draft()).steps == ()


def test_steps_say_when_they_were_taken():
    draft = take(a_draft(), rename_session(a_draft(), "Two"), at="2026-01-02T03:04:05+00:00")
    draft = undo(draft, at="2026-01-02T03:04:06+00:00")
    assert [step.at[-8:-6] for step in draft.steps] == ["05", "06"]


def test_undo_runs_across_documents_in_the_order_of_the_steps():
    draft = a_draft()
    for key in ("id:1", "text:ab#1"):
        draft = taken(draft, add_segment(views(draft, READ)[key], 0, 3, "Staff", None, draft.taken + 1), key)
    assert [d.position for d in draft.changed_documents] == [0, 2]
    draft = undo(draft)
    assert [d.position for d in draft.changed_documents] == [0]
    draft = undo(draft)
    assert not draft.is_changed
    assert undoable(draft) is None


@given(acts())
def test_undoing_everything_is_where_it_began_and_redoing_everything_where_it_ended(acted):
    end = draft = after(a_draft(), READ, acted)
    done, _ = stacks(draft.steps)
    for step in reversed(done):
        assert undoable(draft) == step
        draft = undo(draft)
    assert undoable(draft) is None
    assert not draft.is_changed
    assert change_count(draft) == 0
    assert seen(draft, READ) == seen(a_draft(), READ)
    assert {key: d.segments for key, d in draft.documents.items()} == {
        key: segments for key, segments in as_read(READ).items() if key in draft.documents
    }
    for _ in done:
        draft = redo(draft)
    assert seen(draft, READ) == seen(end, READ)
    assert draft.session_change == end.session_change


@given(acts(), st.integers(0, 20))
def test_a_walk_to_any_step_shows_what_was_seen_then_and_leads_back(acted, at):
    draft = a_draft()
    then = {0: seen(draft, READ)}
    for one in acted:
        draft = act(draft, READ, one)
        then.setdefault(draft.taken, seen(draft, READ))
    done, undone = stacks(draft.steps)
    numbers = [0, *(step.number for step in (*done, *reversed(undone)))]
    number = numbers[at % len(numbers)]
    there = walk(draft, number)
    assert seen(there, READ) == then[number]
    assert seen(walk(there, numbers[len(done)]), READ) == seen(draft, READ)
    assert walk(draft, draft.taken + 1) is draft


@given(acts())
def test_rows_always_agree_with_the_segments_and_what_is_sent_is_whole(acted):
    draft = after(a_draft(), READ, acted)
    for view in views(draft, READ).values():
        rows = [f"{segment.key}/{key}" for segment in view.segments for key, _ in segment.rows]
        assert len(set(rows)) == len(rows)
        for segment in view.sendable:
            assert 0 <= segment.start < segment.end <= len(view.text)
            assert all(any(tag.names) for tag in segment.tags)
            if segment not in view.base_segments:
                assert segment.text == view.text[segment.start : segment.end] or segment.span in [
                    read.span for read in view.base_segments
                ]
        assert bool(lines(view)) == view.is_changed
        if view.sendable != view.base_segments or view.unfinished:
            assert view.is_changed


@given(acts())
def test_discard_leaves_nothing_unsaved_and_its_undo_brings_everything_back(acted):
    draft = after(a_draft(), READ, acted)
    thrown = take(draft, discard(draft))
    assert not thrown.is_changed
    assert change_count(thrown) == 0
    assert (thrown.name, thrown.classes, thrown.labels) == (
        draft.base.name,
        draft.base.classes,
        draft.base.labels,
    )
    if draft.is_changed:
        assert thrown.taken == draft.taken + 1
        assert seen(undo(thrown), READ) == seen(draft, READ)
        assert undo(thrown).is_changed
        assert not redo(undo(thrown)).is_changed


@given(acts(*ON_TEXT, *ON_SESSION, *BACK))
def test_any_line_and_any_document_is_reverted_alone_and_undo_brings_it_back(acted):
    draft = after(a_draft(), READ, acted)
    for view in draft.changed_documents:
        for line in lines(view):
            reverted = take(draft, revert(view, [line.key]))
            now = reverted.document(view.key)
            assert [other.words for other in lines(now)] == [
                other.words for other in lines(view) if other.key != line.key
            ]
            assert len(reverted.changed_documents) == len(draft.changed_documents) - (not now.is_changed)
            assert seen(undo(reverted), READ) == seen(draft, READ)
        reverted = take(draft, revert(view))
        kept = reverted.documents[view.key]
        assert all(kept.find(key) == {s.key: s for s in kept.base}.get(key) for key in view.changed_keys)
        assert not reverted.document(view.key).is_changed
        assert seen(undo(reverted), READ) == seen(draft, READ)


def test_a_field_is_reverted_alone():
    draft = taken(a_draft(), rename_session(a_draft(), "Two"))
    draft = taken(draft, add_name(draft, "classes", "Food"))
    draft = taken(draft, add_documents(draft, [Document(text="New")]))
    draft = taken(draft, rename_name(draft, "labels", "NEG", "BAD"))
    for field in ("name", "added"):
        draft = taken(draft, revert_field(draft, field))
    assert (draft.name, draft.added) == ("Hotel reviews", ())
    assert draft.classes == ("Staff", "Room", "Price", "Food")
    refused = revert_field(draft, "classes")
    assert isinstance(refused, Refused)
    assert "renamed" in refused.reason
    draft = undo(undo(undo(draft)))
    draft = cell(draft, "0/0", "class_", "Food")
    refused = revert_field(draft, "classes")
    assert isinstance(refused, Refused)
    assert "Food" in refused.reason
    draft = undo(draft)
    assert taken(draft, revert_field(draft, "classes")).classes == ("Staff", "Room", "Price")


def test_the_history_keeps_its_last_steps_only():
    draft = a_draft()
    for number in range(HISTORY + 5):
        draft = taken(draft, rename_session(draft, f"Name {number}"))
    assert len(draft.steps) == HISTORY
    assert draft.taken == HISTORY + 5
    for _ in range(5):
        draft = undo(draft)
    assert draft.name == f"Name {HISTORY - 1}"


@pytest.mark.parametrize("lost", range(7))
def test_what_the_history_has_lost_is_neither_undone_nor_redone_and_nothing_is_done_out_of_turn(lost):
    draft = a_draft()
    for name in ("One", "Two", "Three"):
        draft = taken(draft, rename_session(draft, name))
    draft = redo(undo(undo(undo(draft))))
    full_done, full_undone = ([step.number for step in steps] for steps in stacks(draft.steps))
    assert (full_done, full_undone) == ([1], [3, 2])
    done, undone = ([step.number for step in steps] for steps in stacks(draft.steps[lost:]))
    assert done == [number for number in full_done if number > lost]
    assert undone == [number for number in full_undone if number > lost and lost < 2]


def test_what_was_not_changed_here_follows_the_server():
    draft = taken(a_draft(), rename_session(a_draft(), "Mine"))
    now = refreshed(draft, a_session(name="Theirs", classes=["Staff", "New"]))
    assert now.name == "Mine"
    assert now.classes == ("Staff", "New")
    assert now.session_change == SessionChange(name="Mine")


def test_undo_of_a_list_leaves_alone_what_has_come_into_it_since():
    draft = taken(a_draft(), add_name(a_draft(), "classes", "Food"))
    draft = refreshed(draft, a_session(classes=["Staff", "Room", "Price", "Theirs"]))
    assert draft.classes == ("Staff", "Room", "Price", "Food", "Theirs")
    assert undo(draft).classes == ("Staff", "Room", "Price", "Theirs")
    assert not undo(draft).is_changed


def test_a_reverted_document_has_no_changes_and_revert_can_be_undone():
    view = views(a_draft(), READ)["id:1"]
    draft = take(a_draft(), delete_rows(view, [row(view, "0/0"), row(view, "1/0"), row(view, "1/1")]), view)
    view = draft.document("id:1")
    assert len(view.segments) == 1
    draft = take(draft, revert(view))
    assert draft.document("id:1").segments == view.base
    assert len(undo(draft).document("id:1").segments) == 1


def test_rows_that_are_not_right_yet_outlive_renames_and_their_undo():
    draft = cell(a_draft(), "0/0", "end", 2)
    draft = taken(
        draft,
        add_tag(views(draft, READ)["id:1"], row(views(draft, READ)["id:1"], "1/0"), "k", draft.scheme),
        "id:1",
    )
    for change in (
        rename_name(draft, "classes", "Staff", "Team"),
        remove_name(draft, "classes", "Staff", 1, "Room"),
        remove_name(draft, "classes", "Staff", 1),
    ):
        renamed = taken(draft, change)
        for one in (renamed, undo(renamed), redo(undo(renamed))):
            view = views(one, READ)["id:1"]
            assert view.unfinished == view.segments[:1]
            assert view.unfinished[0].raw.end == 2
            assert view.segments[1].tag_keys == (*view.base[1].tag_keys, "k.0")
            assert view.sendable[0].span == (5, 10)
    thrown = take(renamed, discard(renamed))
    assert not thrown.is_changed
    assert len(undo(thrown).document("id:1").unfinished) == 1


def test_one_step_is_as_long_whatever_the_documents_hold():
    text = "word " * 400
    long = a_document(text, *(a_segment(text, 5 * n, 5 * n + 4, ("Staff", "POS")) for n in range(400)), id=1)
    sizes = []
    for document in (READ["id:1"], long):
        view = a_draft().view(Loaded("id:1", 0, document))
        draft = take(a_draft(), change_cell(view, row(view, "0/0"), "label", "NEG", a_draft().scheme), view)
        sizes.append(len(str(draft.steps[0].to_json())))
    assert abs(sizes[0] - sizes[1]) < 20
