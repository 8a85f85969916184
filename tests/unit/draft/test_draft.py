from labeling.draft.document import Loaded, loaded_from, opened
from labeling.draft.edits import Change
from labeling.draft.history import take, undo
from labeling.editing.session import rename_name
from labeling.editing.table import add_tag, change_cell, set_done
from labeling.model import Document
from tests.unit.acts import TEXT, on_server
from tests.unit.build import a_document, a_draft, a_segment, row

DOCUMENT = on_server()["id:1"]


def test_an_untouched_document_is_sent_as_it_was_read_with_its_unknown_keys():
    raw = {
        "text": "x",
        "segments": [{"span": [0, 1], "colour": "red", "tags": [{"class": "c", "id": 9, "by": None}]}],
    }
    document = Document.model_validate(raw)
    assert [segment.to_json() for segment in opened(Loaded("k", 0, document)).sendable] == raw["segments"]


def test_a_document_changed_elsewhere_and_untouched_here_is_shown_as_it_is_now():
    draft = a_draft()
    view = draft.view(Loaded("id:1", 0, DOCUMENT))
    draft = undo(take(draft, set_done(view, True), view))
    newer = a_document(TEXT, a_segment(TEXT, 0, 4, ("Price", None)), id=1)
    assert draft.view(Loaded("id:1", 0, newer)).sendable == newer.segments


def test_a_document_changed_elsewhere_and_here_keeps_what_was_read_as_its_base():
    view = a_draft().view(Loaded("id:1", 0, DOCUMENT))
    draft = take(a_draft(), set_done(view, True), view)
    newer = a_document(TEXT, a_segment(TEXT, 0, 4, ("Price", None)), id=1)
    mine = draft.view(Loaded("id:1", 3, newer))
    assert mine.source == DOCUMENT
    assert (mine.done, mine.position) == (True, 3)


def test_a_server_that_lists_no_done_marks_does_not_take_one_back():
    marked = DOCUMENT.model_copy(update={"annotated": True})
    view = a_draft().view(Loaded("id:1", 0, marked))
    change = change_cell(view, row(view, "0/0"), "label", "NEG", a_draft().scheme)
    assert isinstance(change, Change)
    draft = undo(take(a_draft(), change, view))
    assert draft.view(Loaded("id:1", 0, DOCUMENT)).done is True


def test_a_row_still_to_be_filled_is_no_unsaved_change():
    view = a_draft().view(Loaded("id:1", 0, DOCUMENT))
    change = add_tag(view, row(view, "0/0"), 1, a_draft().scheme)
    assert isinstance(change, Change)
    draft = take(a_draft(), change, view)
    assert not draft.is_changed
    assert draft.document("id:1").sendable == DOCUMENT.segments


def test_a_view_is_made_once_for_the_names_that_are_valid():
    draft = a_draft()
    view = draft.view(Loaded("id:1", 0, DOCUMENT))
    draft = take(draft, set_done(view, True), view)
    change = rename_name(draft, "classes", "Staff", "Team")
    assert isinstance(change, Change)
    renamed = take(draft, change)
    shown = renamed.document("id:1")
    assert renamed.document("id:1") is shown
    assert renamed.first_named(loaded_from(shown)) is renamed.documents["id:1"]
    assert [tag.names for tag in shown.segments[0].segment.tags] == [("Team", "POS")]
    assert [tag.names for tag in shown.base[0].segment.tags] == [("Team", "POS")]
    assert not shown.changed_keys
    assert shown.segments[1].segment is DOCUMENT.segments[1]
