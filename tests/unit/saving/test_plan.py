from labeling.draft.document import Loaded, opened
from labeling.draft.history import take
from labeling.draft.vocabulary import merged_names
from labeling.editing.session import rename_name, rename_session
from labeling.editing.table import change_cell, set_done
from labeling.model import Document, shape_of
from labeling.saving.plan import ExpectedDocument, SavePlan, named_in_one, plan_of
from tests.unit.build import a_document, a_draft, a_segment, row

TEXT = "Kind staff, small room."
ABSA = shape_of("ABSA")


def test_a_plan_holds_exactly_what_changed():
    draft = a_draft()
    assert plan_of(draft) == SavePlan(documents=(), added=(), rows_left=0, renames=False)
    first = a_document(TEXT, a_segment(TEXT, 5, 10, ("Staff", "POS")), id=1)
    second = a_document("Other", id=2)
    draft = take(draft, rename_session(draft, "Round two"))
    view = draft.view(Loaded("id:1", 0, first))
    draft = take(draft, change_cell(view, row(view, "0/0"), "label", "NEG", draft.scheme), view)
    draft = take(
        draft, set_done(draft.view(Loaded("id:2", 1, second)), False), draft.view(Loaded("id:2", 1, second))
    )
    made = plan_of(draft)
    assert [document.key for document in made.documents] == ["id:1"]
    assert made.rows_left == 0


def test_a_document_with_only_an_unfinished_row_is_not_sent_but_counted():
    document = a_document(TEXT, a_segment(TEXT, 5, 10, ("Staff", "POS")), id=1)
    draft = a_draft()
    view = draft.view(Loaded("id:1", 0, document))
    draft = take(draft, change_cell(view, row(view, "0/0"), "end", None, draft.scheme), view)
    made = plan_of(draft)
    assert made.documents == ()
    assert made.rows_left == 1
    assert draft.is_changed


def test_an_item_carries_the_whole_document_and_its_done_mark_only_where_they_are_understood():
    raw = {
        "id": 7,
        "text": TEXT,
        "segments": [{"span": [5, 10], "note": "kept"}],
        "annotated": False,
        "position": 3,
    }
    view = opened(Loaded("id:7", 3, Document.model_validate(raw)))
    expected = ExpectedDocument.unchanged(view)
    assert expected.item(ids=True, annotated=True).to_json() == {
        "id": 7,
        "text": TEXT,
        "segments": [{"span": [5, 10], "note": "kept"}],
        "annotated": False,
    }
    assert expected.item(ids=False, annotated=False).to_json() == {
        "text": TEXT,
        "segments": [{"span": [5, 10], "note": "kept"}],
    }


def test_lists_of_names_merge_in_my_order_with_what_others_added_and_without_what_they_removed():
    assert merged_names("abc", "cabx", "abcy") == ("c", "a", "b", "x", "y")
    assert merged_names("abc", "acb", "ab") == ("a", "b")
    assert merged_names("ab", "ab", "ab") == ("a", "b")


def documents(*texts: str, ids: bool = True) -> list:
    return [opened(Loaded(f"k{n}", n, Document(text=t, id=n if ids else None))) for n, t in enumerate(texts)]


def test_in_one_request_all_ids_go_and_only_the_changed_documents_whole():
    ids, sent = named_in_one(documents("a", "b", "c"), {"k1"})
    assert ids == [0, 1, 2]
    assert [d.text for d in sent] == ["b"]


def test_of_a_text_that_occurs_more_than_once_all_copies_go_in_order():
    _, sent = named_in_one(documents("a", "b", "a", "c"), {"k2"})
    assert [d.key for d in sent] == ["k0", "k2"]


def test_without_ids_all_documents_go():
    ids, sent = named_in_one(documents("a", "b", ids=False), {"k1"})
    assert ids == []
    assert len(sent) == 2


def test_a_rename_is_part_of_the_plan():
    draft = a_draft()
    assert plan_of(take(draft, rename_name(draft, "classes", "Staff", "Crew"))).renames
