from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.draft import (
    HISTORY,
    Draft,
    document_keys,
    lines,
    opened,
    rebased,
    redo,
    refreshed,
    revert,
    take,
    undo,
    units_of,
)
from labeling.model import Document, SessionChange, shape_of
from labeling.names import add_name, move_name, rename_session
from labeling.rows import Refused, add_segment, add_tag, change_cell, delete_rows, rows_of, set_done
from tests.unit.build import a_document, a_draft, a_segment, a_session, an_open_document

TEXT = "Kind staff, small room, great café for the 👨‍👩‍👧 family."
ABSA = shape_of("ABSA")


def a_tagged_document(**fields: object) -> Document:
    return a_document(
        TEXT,
        a_segment(TEXT, 5, 10, ("Staff", "POS")),
        a_segment(TEXT, 18, 22, ("Room", "NEG"), ("Price", "NEU")),
        a_segment(TEXT, 30, 34),
        id=1,
        **fields,
    )


def edited(draft: Draft, change: object, document: Document) -> Draft:
    assert not isinstance(change, Refused), change
    return take(draft, change, draft.view("id:1", document, 0))


def test_documents_with_ids_are_keyed_by_id_and_others_by_text_and_mention():
    documents = [Document(text="a", id=7), Document(text="a"), Document(text="b"), Document(text="a")]
    keys = document_keys(documents)
    assert keys[0] == "id:7"
    assert keys[1].startswith("text:")
    assert keys[1].endswith("#1")
    assert keys[3] == keys[1][:-1] + "2"
    assert len(set(keys)) == 4


def test_an_untouched_document_is_sent_as_it_was_read_with_its_unknown_keys():
    raw = {
        "text": "x",
        "segments": [{"span": [0, 1], "colour": "red", "tags": [{"class": "c", "id": 9, "by": None}]}],
    }
    document = Document.model_validate(raw)
    assert [segment.to_json() for segment in opened("k", document, 0).sendable] == raw["segments"]


def test_undo_and_redo_are_steps_of_the_history_and_a_new_step_ends_redo():
    document = a_tagged_document()
    start = a_draft()
    one = edited(
        start, change_cell(start.view("id:1", document, 0), "b0/b0", "label", "NEG", start, ABSA), document
    )
    back = undo(one)
    assert back.documents["id:1"].segments == opened("id:1", document, 0).segments
    assert not back.is_changed
    assert [step.kind for step in back.steps] == ["edit", "undo"]
    again = redo(back)
    assert again.documents == one.documents
    assert redo(again) == again
    other = edited(back, set_done(back.documents["id:1"], True), document)
    assert other.redoable is None
    assert undo(undo(other)) != other
    assert undo(other).documents["id:1"].done is None


def test_undo_runs_across_documents_in_the_order_of_the_steps():
    draft = a_draft()
    first, second = a_document("One here", id=1), a_document("Two here", id=2)
    for key, document in (("id:1", first), ("id:2", second)):
        view = draft.view(key, document, int(key[-1]) - 1)
        draft = take(draft, add_segment(view, 0, 3, "Staff", None, draft.taken + 1), view)
    assert [d.position for d in draft.changed_documents] == [0, 1]
    draft = undo(draft)
    assert [d.position for d in draft.changed_documents] == [0]
    draft = undo(draft)
    assert not draft.is_changed
    assert draft.undoable is None


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["cell", "add", "tag", "delete", "done", "revert", "name", "class", "move", "undo", "redo"]
        ),
        st.integers(0, 60),
        st.integers(0, 60),
    ),
    max_size=25,
)


def act(draft: Draft, document: Document, action: str, a: int, b: int) -> Draft:
    view = draft.view("id:1", document, 0)
    rows = [row["id"] for row in rows_of(view, draft.classes, draft.labels, ABSA)]
    row = rows[a % len(rows)] if rows else "none/-"
    cells = [
        ("start", a),
        ("end", b),
        ("class_", "Room"),
        ("label", "NEU"),
        ("class_", None),
        ("label", None),
    ]
    match action:
        case "cell":
            column, value = cells[b % len(cells)]
            change = change_cell(view, row, column, value, draft, ABSA)
        case "add":
            change = add_segment(
                view, min(a, b), max(a, b), "Staff", "POS" if a % 2 else None, draft.taken + 1
            )
        case "tag":
            change = add_tag(view, row, draft.taken + 1, ABSA)
        case "delete":
            change = delete_rows(view, [row, *rows[b % 3 : b % 3 + 1]])
        case "done":
            change = set_done(view, a % 2 == 0)
        case "revert":
            change = revert(view)
        case "name":
            change = rename_session(draft, f"Name {a}")
        case "class":
            change = add_name(draft, "classes", f"Class {a}")
        case "move":
            change = move_name(draft, "classes", draft.classes[a % len(draft.classes)], -1 if b % 2 else 1)
        case "undo":
            return undo(draft)
        case _:
            return redo(draft)
    return draft if isinstance(change, Refused) else take(draft, change, view)


@given(ACTIONS)
def test_undoing_everything_is_where_it_began_and_redoing_everything_where_it_ended(actions):
    document = a_tagged_document()
    draft = a_draft()
    for action in actions:
        draft = act(draft, document, *action)
    end = draft
    while draft.undoable is not None:
        draft = undo(draft)
    assert not draft.is_changed
    assert draft.view("id:1", document, 0).segments == opened("id:1", document, 0).segments
    assert (draft.name, draft.classes) == (draft.base.name, draft.base.classes)
    while draft.redoable is not None:
        draft = redo(draft)
    if end.redoable is None:
        assert draft.view("id:1", document, 0).segments == end.view("id:1", document, 0).segments
        assert draft.session_change == end.session_change


@given(ACTIONS)
def test_rows_always_agree_with_the_segments_and_their_ids_are_unique(actions):
    document = a_tagged_document()
    draft = a_draft()
    for action in actions:
        draft = act(draft, document, *action)
        view = draft.view("id:1", document, 0)
        rows = rows_of(view, draft.classes, draft.labels, ABSA)
        assert len({row["id"] for row in rows}) == len(rows)
        for segment in view.sendable:
            assert segment.span is not None
            assert 0 <= segment.start < segment.end <= len(TEXT)
            assert segment.text == TEXT[segment.start : segment.end]
            assert all(any(tag.names) for tag in segment.tags)
        assert view.is_changed or not lines(view)
        if view.sendable != view.base_segments or view.unfinished:
            assert view.is_changed


@given(ACTIONS, ACTIONS)
@settings(max_examples=60)
def test_after_a_save_only_what_came_later_is_unsaved_and_earlier_steps_can_be_undone(before, during):
    document = a_tagged_document()
    draft = a_draft()
    for action in before:
        draft = act(draft, document, *action)
    sent = draft.view("id:1", document, 0)
    held = Document.model_validate(
        {"id": 1, "text": TEXT, "segments": sent.sendable, "annotated": bool(sent.done)}
    )
    session = a_session(name=draft.name, classes=list(draft.classes), labels=list(draft.labels))
    saved = rebased(draft, session, {"id:1": (sent, held)})
    now = saved.documents["id:1"]
    assert now.is_changed == bool(sent.unfinished)
    assert all(step.saved for step in saved.steps)
    assert saved.undoable == (
        None if draft.undoable is None else draft.undoable.model_copy(update={"saved": True})
    )
    later = draft
    for action in during:
        later = act(later, document, *action)
    mine = later.view("id:1", document, 0)
    kept = rebased(later, session, {"id:1": (sent, held)}).documents["id:1"]
    finished = [s for s in mine.segments if not s.is_unfinished]
    assert kept.unfinished == mine.unfinished
    assert units_of(s.finished() for s in kept.segments if not s.is_unfinished) == units_of(
        s.finished() for s in finished
    )


def test_a_save_that_proved_a_document_leaves_the_unfinished_row():
    document = a_tagged_document()
    draft = a_draft()
    view = draft.view("id:1", document, 0)
    draft = take(draft, change_cell(view, "b0/b0", "end", 2, draft, ABSA), view)
    view = draft.documents["id:1"]
    draft = take(draft, change_cell(view, "b1/b0", "label", "POS", draft, ABSA), view)
    sent = draft.documents["id:1"]
    assert sent.sendable[0] == document.segments[0]
    held = Document(id=1, text=TEXT, segments=sent.sendable)
    after = rebased(draft, draft.base, {"id:1": (sent, held)}).documents["id:1"]
    assert [s.key for s in after.unfinished] == ["b0"]
    assert after.is_changed
    assert len(lines(after)) == 1


def test_what_was_not_changed_here_follows_the_server():
    draft = a_draft()
    draft = take(draft, rename_session(draft, "Mine"))
    now = refreshed(draft, a_session(name="Theirs", classes=["Staff", "New"]))
    assert now.name == "Mine"
    assert now.classes == ("Staff", "New")
    assert now.session_change == SessionChange(name="Mine")


def test_a_document_changed_elsewhere_and_untouched_here_is_shown_as_it_is_now():
    document = a_tagged_document()
    draft = a_draft()
    view = draft.view("id:1", document, 0)
    draft = undo(take(draft, set_done(view, True), view))
    newer = a_document(TEXT, a_segment(TEXT, 0, 4, ("Price", None)), id=1)
    assert draft.view("id:1", newer, 0).sendable == newer.segments


def test_changes_are_told_in_words():
    document = a_tagged_document(annotated=False)
    draft = a_draft()
    view = draft.view("id:1", document, 0)
    start = draft
    for make in (
        lambda v: change_cell(v, "b0/b0", "label", "NEG", start, ABSA),
        lambda v: add_segment(v, 0, 4, "Staff", "POS", 2),
        lambda v: delete_rows(v, ["b2/-"]),
        lambda v: set_done(v, True),
    ):
        draft = take(draft, make(view), view)
        view = draft.documents["id:1"]
    assert [line.words for line in lines(view)] == [
        "+ “Kind” Staff/POS",
        "“staff” Staff/POS → Staff/NEG",
        "− “caf”".replace("caf", TEXT[30:34]) + " no tag",
        "done no → yes",
    ]
    assert draft.change_count == 4


def test_the_history_keeps_its_last_steps_only():
    draft = a_draft()
    for number in range(HISTORY + 5):
        draft = take(draft, rename_session(draft, f"Name {number}"))
    assert len(draft.steps) == HISTORY
    assert draft.taken == HISTORY + 5
    while draft.undoable is not None and draft.taken < HISTORY + 10:
        draft = undo(draft)
    assert draft.name == f"Name {HISTORY - 1}"


def test_a_reverted_document_has_no_changes_and_revert_can_be_undone():
    document = a_tagged_document()
    draft = a_draft()
    view = an_open_document(document)
    draft = take(draft, delete_rows(view, ["b0/b0", "b1/b0", "b1/b1"]), view)
    view = draft.documents["id:1"]
    assert len(view.segments) == 1
    draft = take(draft, revert(view), view)
    assert draft.documents["id:1"].segments == view.base
    assert len(undo(draft).documents["id:1"].segments) == 1
