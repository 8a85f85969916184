import pytest

from labeling.access import read_only_reason
from labeling.documents.rows import rows_of
from labeling.draft.document import DraftDocument
from labeling.draft.draft import new_draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import take
from labeling.draft.vocabulary import Scheme
from labeling.editing.table import add_segment, add_tag, change_cell, delete_rows, row_id
from labeling.model import Document
from tests.unit.build import a_document, a_draft, a_segment, a_session, an_open_document, row

TEXT = "Kind staff, small room."
SESSION = new_draft(a_session())
ABSA = SESSION.scheme


def after(document: DraftDocument, change: Change | Refused) -> DraftDocument:
    assert isinstance(change, Change), change
    return take(SESSION, change, document).documents[document.key]


def table(document: DraftDocument, scheme: Scheme = ABSA) -> list[tuple[object, ...]]:
    rows = rows_of(document, scheme)
    return [(r["id"], r["segment"], r["start"], r["end"], r["text"], r["class_"], r["label"]) for r in rows]


def two_tags() -> DraftDocument:
    first = a_segment(TEXT, 5, 10, ("Staff", "POS"), ("Price", "NEU"))
    return an_open_document(a_document(TEXT, first, a_segment(TEXT, 18, 22), id=1))


def cell(document: DraftDocument, id_: str, column: str, value: object) -> Change | Refused:
    return change_cell(document, id_, column, value, SESSION.scheme)


def test_there_is_a_row_for_each_tag_and_one_for_a_segment_without_tags():
    assert table(two_tags()) == [
        (row(two_tags(), "0/0"), 1, 5, 10, "staff", "Staff", "POS"),
        (row(two_tags(), "0/1"), 1, 5, 10, "staff", "Price", "NEU"),
        (row(two_tags(), "1/-"), 2, 18, 22, "room", None, None),
    ]


def test_moving_a_border_in_one_row_moves_the_segment_with_all_its_tags():
    moved = after(two_tags(), cell(two_tags(), row(two_tags(), "0/1"), "start", 0))
    assert table(moved)[:2] == [
        (row(two_tags(), "0/0"), 1, 0, 10, "Kind staff", "Staff", "POS"),
        (row(two_tags(), "0/1"), 1, 0, 10, "Kind staff", "Price", "NEU"),
    ]
    assert moved.sendable[0].text == "Kind staff"


def test_filling_the_row_of_a_bare_segment_makes_the_tag_and_keeps_the_rows_id():
    document = after(two_tags(), cell(two_tags(), row(two_tags(), "1/-"), "class_", "Room"))
    document = after(document, cell(document, row(document, "1/-"), "label", "NEG"))
    assert table(document)[2] == (row(two_tags(), "1/-"), 2, 18, 22, "room", "Room", "NEG")
    assert document.sendable[1].tags[0].to_json() == {"class": "Room", "label": "NEG"}


def test_emptying_class_and_label_keeps_the_segment_bare():
    document = two_tags()
    for place in ("0/0", "0/1"):
        for column in ("class_", "label"):
            document = after(document, cell(document, row(two_tags(), place), column, None))
    assert document.sendable[0].tags == ()
    assert document.sendable[0].span == (5, 10)


def test_a_tag_that_is_changed_keeps_its_other_keys_and_sends_no_null():
    raw = {
        "text": TEXT,
        "segments": [{"span": [5, 10], "tags": [{"id": 3, "class": "Staff", "label": "POS", "x": 1}]}],
    }
    document = an_open_document(Document.model_validate(raw))
    document = after(document, cell(document, row(document, "0/0"), "label", None))
    assert document.sendable[0].tags[0].to_json() == {"id": 3, "class": "Staff", "x": 1}


def test_deleting_a_row_removes_its_tag_and_with_the_last_tag_the_segment():
    document = after(two_tags(), delete_rows(two_tags(), [row(two_tags(), "0/0")]))
    assert [one[0] for one in table(document)] == [row(two_tags(), "0/1"), row(two_tags(), "1/-")]
    document = after(document, delete_rows(document, [row(document, "0/1"), row(document, "1/-")]))
    assert table(document) == []


def test_a_row_that_cannot_be_right_is_kept_named_and_sent_as_it_was_read():
    document = after(two_tags(), cell(two_tags(), row(two_tags(), "0/0"), "end", 2))
    rows = rows_of(document, ABSA)
    assert (rows[0]["start"], rows[0]["end"], rows[0]["text"]) == (5, 2, "")
    assert rows[0]["problem"] == "end 2 is before start 5"
    assert rows[1]["problem"] == rows[0]["problem"]
    assert rows[2]["problem"] == ""
    assert document.sendable[0].span == (5, 10)
    assert document.is_changed
    right = after(document, cell(document, row(document, "0/0"), "start", 0))
    assert right.sendable[0].span == (0, 2)
    assert not right.unfinished


def test_a_border_put_back_leaves_the_segment_as_it_was_read():
    document = an_open_document(
        Document.model_validate({"text": TEXT, "segments": [{"text": "other", "span": [5, 10]}]})
    )
    there = after(document, cell(document, row(document, "0/-"), "end", 99))
    back = after(there, cell(there, row(there, "0/-"), "end", 10))
    assert back.segments == document.segments


def moved_there_and_back(document: DraftDocument) -> DraftDocument:
    end, first = document.segments[0].segment.end, document.segments[0].rows[0][0]
    id_ = row_id(document.segments[0].key, first)
    there = after(document, cell(document, id_, "end", 17))
    assert there.is_changed
    return after(there, cell(there, id_, "end", end))


def test_a_wrong_text_is_put_right_when_the_segment_is_moved_away_and_back():
    raw = {"text": TEXT, "segments": [{"span": [5, 10], "text": "other", "tags": [{"class": "Staff"}]}]}
    back = moved_there_and_back(an_open_document(Document.model_validate(raw)))
    assert back.segments[0].segment.text == "staff"


@pytest.mark.parametrize("text", [{}, {"text": "staff"}])
def test_a_segment_moved_away_and_back_is_as_it_was_read(text):
    raw = {"text": TEXT, "segments": [{"span": [5, 10], "tags": [{"class": "Staff"}], **text}]}
    document = an_open_document(Document.model_validate(raw))
    back = moved_there_and_back(document)
    assert back.segments == document.segments
    assert not back.is_changed
    assert back.sendable[0].to_json() == raw["segments"][0]


def test_a_segment_moved_away_and_back_keeps_the_tags_that_it_has_now():
    raw = {"text": TEXT, "segments": [{"span": [5, 10], "tags": [{"class": "Staff"}]}]}
    document = an_open_document(Document.model_validate(raw))
    document = after(document, cell(document, row(document, "0/0"), "class_", "Room"))
    back = moved_there_and_back(document)
    assert back.sendable[0].to_json() == {"span": [5, 10], "tags": [{"class": "Room"}]}


def test_a_tag_that_stands_on_an_earlier_segment_with_the_same_span_is_named_in_its_row():
    same = a_segment(TEXT, 5, 10, ("Staff", "POS"))
    rows = rows_of(an_open_document(a_document(TEXT, same, same)), ABSA)
    assert [row["problem"] for row in rows] == [
        "",
        "Staff/POS stands on an earlier segment with the same span already",
    ]


@pytest.mark.parametrize("value", [1.5, "three", True])
def test_an_offset_that_is_no_whole_number_is_refused(value):
    assert isinstance(cell(two_tags(), row(two_tags(), "0/0"), "start", value), Refused)


def test_a_name_that_the_session_lacks_is_refused():
    refused = cell(two_tags(), row(two_tags(), "0/0"), "class_", "Weather")
    assert isinstance(refused, Refused)
    assert "Weather" in refused.reason


def test_a_row_that_is_gone_refuses_its_late_edit():
    assert isinstance(cell(two_tags(), "gone/-", "label", "POS"), Refused)


def test_a_further_tag_is_a_further_row_and_is_not_sent_before_it_is_filled():
    document = after(two_tags(), add_tag(two_tags(), row(two_tags(), "0/0"), 1, ABSA))
    places = ("0/0", "0/1", "0/1.0", "1/-")
    assert [one[0] for one in table(document)] == [row(document, place) for place in places]
    assert len(document.sendable[0].tags) == 2
    filled = after(document, cell(document, row(document, "0/1.0"), "class_", "Room"))
    assert [tag.names for tag in filled.sendable[0].tags][2] == ("Room", None)
    assert isinstance(add_tag(document, row(document, "0/0"), 2, ABSA), Refused)


def test_a_label_session_takes_one_label_a_segment():
    assert isinstance(add_tag(two_tags(), row(two_tags(), "0/0"), 1, a_draft(type="LABEL").scheme), Refused)


def test_a_new_segment_has_the_slice_as_its_text_and_stands_in_the_order_of_the_text():
    document = after(two_tags(), add_segment(two_tags(), 12, 17, "Room", "NEG", 1))
    assert [row[4] for row in table(document)] == ["staff", "staff", "small", "room"]
    assert isinstance(add_segment(document, 5, 5, None, None, 2), Refused)


def test_adding_the_same_segment_with_the_same_step_twice_adds_it_once():
    document = after(two_tags(), add_segment(two_tags(), 12, 17, "Room", None, 1))
    assert add_segment(document, 12, 17, "Room", None, 1) == Change("", ())


def test_what_is_wrong_in_the_data_is_named():
    raw = {
        "text": TEXT,
        "segments": [
            {"span": [0, 99]},
            {"span": [5, 10], "text": "Staff"},
            {"span": [0, 4], "tags": [{"class": "Staff"}, {"class": "Staff"}, {"class": "Gone"}]},
            {"tags": []},
        ],
    }
    rows = rows_of(an_open_document(Document.model_validate(raw)), ABSA)
    problems = {row["segment"]: row["problem"] for row in rows}
    assert "after the text ends" in problems[1]
    assert problems[2] == "was sent with another text: “Staff” (only upper and lower case differ)"
    assert problems[3] == "Staff stands twice; “Gone” is not in the session"
    assert problems[4] == "has no span"


@pytest.mark.parametrize(
    ("status", "role", "words"),
    [
        ("CREATED", "MANAGER", ""),
        ("FINISHED", None, ""),
        ("PREDICTING", "MANAGER", "predicting tags"),
        ("DELETING", "ANNOTATOR", "being deleted"),
        ("CREATED", "VIEWER", "viewer"),
    ],
)
def test_a_session_is_read_only_while_the_server_works_on_it_and_for_viewers(status, role, words):
    reason = read_only_reason(a_session(status=status), role)
    assert (words in reason) if words else reason == ""
