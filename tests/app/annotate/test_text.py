"""What is done on the text reaches the draft, once and in order,
and what cannot be done is taken back with its reason."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.annotate.acts import take_report
from labeling.editing.text import Act
from labeling.errors import NotKept, Unavailable
from labeling.model import Document, Role, Segment, Session, Tag, Type
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn, press, rows, settled, shown, table, tag_on_text, whole
from tests.app.build import a_person, a_project, a_session, another_window, held, opened, tagged
from tests.app.conftest import new_app

STAFF = "Nice staff, small room"
POS, NEG = ["Staff", "POS"], ["Staff", "NEG"]


def add(*span: int, tag: list[str] | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": "add", "span": list(span), "tag": tag or POS, **more}


def segments(app: AppTest) -> list[tuple[int, int, list[list[str | None]]]]:
    return [(s["start"], s["end"], s["tags"]) for s in drawn(app)["segments"]]


def standing(app: AppTest) -> tuple[dict[str, int], list[tuple[int, str]]]:
    """(acknowledged numbers, refusals) as the browser is told them."""
    data = drawn(app)
    return data["kept"], [(one["number"], one["reason"]) for one in data["refused"]]


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(api, STAFF, "Cold room", tagged("Kind staff", ("staff", "Staff", "POS")))


def test_words_tagged_on_the_text_are_a_row_of_the_table_and_saved(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    assert drawn(app)["awaited"]  # the rest of a page that is opened waits for its text
    tag_on_text(app, add(5, 10), add(12, 22, tag=["Room", "NEG"]))
    assert not drawn(app)["awaited"]
    assert segments(app) == [(5, 10, [POS]), (12, 22, [["Room", "NEG"]])]
    assert [(row["text"], row["class_"], row["label"]) for row in rows(app, "segments-")] == [
        ("staff", "Staff", "POS"),
        ("small room", "Room", "NEG"),
    ]
    assert standing(app) == ({"w": 2}, [])
    press(app, "save")
    assert held(api, session)[0] == (STAFF, [(5, 10, "Staff", "POS"), (12, 22, "Room", "NEG")])


def test_a_new_segment_has_the_key_that_the_browser_gave_it_so_it_can_be_changed_before_any_answer(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    tag_on_text(
        app,
        add(5, 10),
        {"kind": "tag", "segment": "w-1.0", "tag": ["Room", "NEU"]},
        {"kind": "retag", "segment": "w-1.0", "was": POS, "tag": NEG},
        {"kind": "move", "segment": "w-1.0", "span": [0, 10]},
    )
    assert segments(app) == [(0, 10, [NEG, ["Room", "NEU"]])]


def test_what_is_sent_again_is_done_once(app: AppTest, session: Session) -> None:
    opened(app, session)
    acts = [add(5, 10), {"kind": "delete", "segment": "w-1.0"}, add(12, 17)]
    for count in (1, 2, 3, 3, 3):
        tag_on_text(app, *acts[:count])
    assert segments(app) == [(12, 17, [POS])]
    assert standing(app)[0] == {"w": 3}


def test_acts_of_two_windows_have_numbers_of_their_own(app: AppTest, session: Session) -> None:
    opened(app, session)
    tag_on_text(app, add(0, 4), window="one")
    tag_on_text(app, add(5, 10), window="two")
    assert [span[:2] for span in segments(app)] == [(0, 4), (5, 10)]


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (add(5, 10, tag=["Pool", "POS"]), "“Pool” is not one of the session's classes"),
        (add(5, 99), "end 99 is after the text ends"),
        (add(5, 5), "the segment is empty"),
        ({"kind": "delete", "segment": "gone"}, "this segment is no longer there"),
        ({"kind": "explode"}, "this edit could not be read"),
        ({"kind": "add", "span": [1.5, "x"], "tag": POS}, "this edit could not be read"),
        ({"kind": "add", "span": [0, 4], "tag": [None, None]}, "a tag needs a class or a label"),
        (add(0, 4, document="id:999999"), "this document is no longer there"),
    ],
)
def test_an_act_that_cannot_be_done_is_taken_back_with_its_reason_and_those_after_it_are_done(
    app: AppTest, session: Session, act: dict[str, Any], why: str
) -> None:
    opened(app, session)
    tag_on_text(app, act, add(12, 17))
    assert segments(app) == [(12, 17, [POS])]
    acks, [(number, reason)] = standing(app)
    assert (acks, number) == ({"w": 2}, 1)
    assert why in reason


def test_rubbish_from_a_browser_changes_nothing_and_breaks_nothing(app: AppTest, session: Session) -> None:
    opened(app, session)
    for nonsense in ({"number": -1}, {"number": "1"}, {"window": None}, {"window": 7}, {"number": True}):
        tag_on_text(app, add(5, 10, **nonsense))
    assert segments(app) == []


def test_an_act_on_another_document_than_the_open_one_reaches_it(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session, document=2)
    here = drawn(app)["document"]
    press(app, "previous")
    tag_on_text(app, add(5, 9, document=here, position=1, tag=["Room", "NEG"]))
    assert segments(app) == []
    press(app, "next")
    assert segments(app) == [(5, 9, [["Room", "NEG"]])]


def test_done_and_next_from_the_text_marks_the_document_and_opens_the_next(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    first = drawn(app)["document"]
    upcoming = drawn(app)["next"][0]
    tag_on_text(
        app,
        {"kind": "done", "done": True},
        {"kind": "go", "way": 1, "to": 1},
        add(5, 9, document=upcoming["document"], position=1),
    )
    assert drawn(app)["document"] == upcoming["document"] != first
    assert segments(app) == [(5, 9, [POS])]
    assert drawn(app)["previous"][0]["document"] == first
    assert drawn(app)["previous"][0]["done"] is True
    assert app.query_params["document"] == "2"


@pytest.mark.parametrize("way_there", [{"to": 119}, {"to": None, "what": "problem"}])
def test_going_on_waits_in_the_browser_while_the_document_cannot_be_read_and_so_does_what_was_done_after_it(
    app: AppTest, api: LabelingClient, monkeypatch: pytest.MonkeyPatch, way_there: dict[str, Any]
) -> None:
    wrong = Document(text="The last ", segments=(Segment(span=(4, 9), tags=(Tag.of("Staff", "POS"),)),))
    opened(app, a_session(api, STAFF, *["Cold room"] * 118, wrong))
    acts = [add(0, 4), {"kind": "go", "way": 1, **way_there}, add(12, 17)]

    def away(*_: object, **__: object) -> object:
        raise Unavailable("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(api, "documents", away)
        tag_on_text(app, *acts)
        assert "Could not open another document: the server cannot be reached" in shown(app)
        assert drawn(app)["text"] == STAFF
        assert segments(app) == [(0, 4, [POS])]
        assert drawn(app)["applied"] == {"w": 1}
    tag_on_text(app, *acts)
    assert (drawn(app)["text"], drawn(app)["applied"]) == ("The last ", {"w": 3})
    tag_on_text(app, {"kind": "go", "way": -1, "to": 0, "number": 4})
    assert [span[:2] for span in segments(app)] == [(0, 4), (12, 17)]


def test_the_next_to_do_from_the_text_is_found_where_none_was_handed_over(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    tag_on_text(
        app,
        {"kind": "done", "done": True, "document": drawn(app)["next"][0]["document"], "position": 1},
        {"kind": "go", "way": 1, "to": None, "what": "to-do"},
    )
    assert app.query_params["document"] == "3"


def test_the_next_documents_are_handed_over_ahead_as_the_draft_has_them(
    app: AppTest, session: Session
) -> None:
    opened(app, session, document=2)
    tag_on_text(app, add(0, 4))
    press(app, "previous")
    data = drawn(app)
    assert [one["text"] for one in data["next"]] == ["Cold room", "Kind staff"]
    assert [(s["start"], s["end"]) for s in data["next"][0]["segments"]] == [(0, 4)]
    assert (data["more"], data["previous"]) == ({"next": True, "previous": False}, [])


def test_undo_and_redo_from_the_text_go_over_text_and_table_and_say_what_they_did(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    tag_on_text(app, add(5, 10), {"kind": "undo"})
    assert segments(app) == []
    assert drawn(app)["said"]["words"] == "Undone: Tag “staff” Staff/POS"
    tag_on_text(app, add(5, 10), {"kind": "undo"}, {"kind": "redo"})
    assert segments(app) == [(5, 10, [POS])]
    press(app, "next")
    tag_on_text(app, add(5, 10), {"kind": "undo"}, {"kind": "redo"}, {"kind": "undo"})
    assert drawn(app)["said"]["words"] == "Undone in document 1: Tag “staff” Staff/POS"


def test_a_read_only_session_takes_no_edit_but_lets_one_go_on(
    app: AppTest, api: LabelingClient, store: Store, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    from components.shell import connections

    viewer = a_person(api, store, Role.VIEWER, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: viewer)
    opened(app, session)
    assert "viewer" in drawn(app)["readOnly"]
    tag_on_text(app, add(5, 10), {"kind": "go", "way": 1, "to": None})
    assert drawn(app)["text"] == "Cold room"
    assert "viewer" in standing(app)[1][0][1]


def test_a_report_about_another_session_waits_until_that_one_is_open(app: AppTest, session: Session) -> None:
    opened(app, session)
    tag_on_text(app, add(5, 10), scope="another")
    assert segments(app) == []
    assert standing(app) == ({}, [])


def test_after_a_restart_the_browsers_report_is_taken_once(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    tag_on_text(app, add(5, 10))
    again = opened(new_app(), session)
    tag_on_text(again, add(5, 10), add(12, 17))
    assert segments(again) == [(5, 10, [POS]), (12, 17, [POS])]
    assert standing(again)[0] == {"w": 2}


def test_what_the_draft_store_cannot_take_is_shown_but_not_acknowledged(
    app: AppTest, session: Session, drafts: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(app, session)

    def fails(*_: object) -> int:
        raise NotKept("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(drafts, "append", fails)
        tag_on_text(app, add(5, 10))
        assert segments(app) == [(5, 10, [POS])]
        assert drawn(app)["applied"] == {"w": 1}
        assert standing(app)[0] == {"w": 0}
        assert "in this tab only" in shown(app)
    press(app, "keep-again")
    tag_on_text(app, add(5, 10))
    assert standing(app)[0] == {"w": 1}
    assert segments(app) == [(5, 10, [POS])]


def test_what_was_asked_by_a_key_and_failed_is_said_and_asked_again(
    app: AppTest, api: LabelingClient, session: Session, drafts: DraftStore
) -> None:
    opened(app, session)
    window = another_window(session, drafts)
    asked: list[str] = []

    def fails(act: Act) -> None:
        asked.append(act.what)
        raise Unavailable("connection refused")

    report = {"acts": [{"number": 1, "window": "w", "kind": "ask", "what": "save"}]}
    for _ in range(2):
        assert not take_report(window, report, on_ask=fails)
    assert asked == ["save", "save"]
    assert "Could not save: the server cannot be reached" in window.ui.notices[-1].words
    assert window.now().draft.windows.get("w", 0) == 0


def test_saving_from_the_text_sends_the_tags_before_it(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    tag_on_text(app, add(5, 10), {"kind": "ask", "what": "save"})
    settled(app)
    assert "The server holds exactly what you saved." in shown(app)
    assert held(api, session)[0][1] == [(5, 10, "Staff", "POS")]


@pytest.mark.parametrize(
    ("type_", "tag", "unit"),
    [
        (Type.CLASS, ["Staff", None], (0, 22, "Staff", None)),
        (Type.LABEL, [None, "POS"], (0, 22, None, "POS")),
        (Type.CLASSLABEL, ["Staff", "POS"], (0, 22, "Staff", "POS")),
    ],
)
def test_a_document_is_tagged_as_a_whole(
    app: AppTest, api: LabelingClient, type_: Type, tag: list[str | None], unit: tuple[object, ...]
) -> None:
    session = a_session(api, STAFF, project=a_project(api, type_))
    opened(app, session)
    assert drawn(app)["shape"]["whole"] is True
    tag_on_text(app, {"kind": "add", "span": [0, 22], "tag": tag})
    press(app, "save")
    assert held(api, session)[0][1] == [unit]


def test_a_label_replaces_the_one_that_was_seen_and_no_other_in_a_session_of_labels(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_session(api, STAFF, project=a_project(api, Type.LABEL))
    opened(app, session)
    tag_on_text(
        app,
        {"kind": "add", "span": [0, 4], "tag": [None, "POS"]},
        {"kind": "tag", "segment": "w-1.0", "tag": [None, "NEG"]},
        {"kind": "retag", "segment": "w-1.0", "was": [None, "POS"], "tag": [None, "NEU"]},
    )
    assert segments(app) == [(0, 4, [[None, "NEU"]])]
    assert standing(app)[1] == [(2, "“Nice” has the label POS by now")]
    press(app, "undo")
    assert segments(app) == [(0, 4, [[None, "POS"]])]


def test_offsets_are_python_slices_also_after_emoji(app: AppTest, api: LabelingClient) -> None:
    text = "👨‍👩‍👧‍👦 we 🍕 liked the staff"
    session = a_session(api, text)
    opened(app, session)
    start = text.index("staff")
    tag_on_text(app, add(start, start + 5))
    assert [row["text"] for row in rows(app, "segments-")] == ["staff"]
    press(app, "save")
    document = api.documents(session.project_id, session.id).documents[0]
    assert document.text[document.segments[0].start : document.segments[0].end] == "staff"


def test_half_a_grapheme_is_widened_to_the_whole_of_it(app: AppTest, api: LabelingClient) -> None:
    session = a_session(api, Document(text="a 👨‍👩‍👧‍👦 b"))
    opened(app, session)
    tag_on_text(app, add(3, 5))
    assert [span[:2] for span in segments(app)] == [(2, 9)]


def test_a_row_still_to_be_filled_is_the_tables_and_is_filled_by_a_tag_on_the_text(
    app: AppTest, session: Session
) -> None:
    from tests.app.browser import tick

    opened(app, session, document=3)
    key = drawn(app)["segments"][0]["key"]
    tick(app, 0)
    press(app, "add-tag")
    assert len(rows(app, "segments-")) == 2
    assert segments(app) == [(5, 10, [POS])]
    tag_on_text(app, {"kind": "tag", "segment": key, "tag": ["Room", "NEG"]})
    assert [(row["class_"], row["label"]) for row in rows(app, "segments-")] == [
        ("Staff", "POS"),
        ("Room", "NEG"),
    ]
    assert table(app, "segments-").key.startswith("segments-")


def test_an_act_that_no_longer_fits_what_another_window_did_is_taken_back_on_the_text(
    app: AppTest, session: Session
) -> None:
    opened(app, session, document=3)
    (seen,) = drawn(app)["segments"]
    other = opened(new_app(), session, document=3)
    tag_on_text(other, {"kind": "delete", "segment": seen["key"]}, window="other")
    tag_on_text(app, {"kind": "retag", "segment": seen["key"], "was": POS, "tag": NEG})
    assert standing(app) == ({"w": 1}, [(1, "this segment is no longer there")])
    assert "An edit of yours no longer fits what another window of yours did" in shown(app)
    whole(app.run())
    assert standing(app)[1] == [(1, "this segment is no longer there")]
    assert "no longer fits" not in shown(app)


def test_a_class_that_is_added_above_the_text_has_its_key_is_saved_and_can_be_undone(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_session(api, STAFF, project=a_project(api, Type.CLASSLABEL, classes=(), labels=()))
    opened(app, session)
    assert drawn(app)["adds"] == {"classes": None, "labels": None}
    tag_on_text(app, {"kind": "name", "what": "classes", "name": " Staff "})
    assert (drawn(app)["classes"], drawn(app)["keys"]["classes"]) == (["Staff"], {"Staff": "1"})
    press(app, "undo")
    assert drawn(app)["classes"] == []
    press(app, "redo")
    press(app, "save")
    assert api.session(session.project_id, session.id).classes == ("Staff",)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ({"what": "classes", "name": "Staff"}, "There is a class “Staff” already."),
        ({"what": "classes", "name": "Sta\u200bff"}, "looks like the class “Staff”"),
        ({"what": "classes", "name": "x" * 201}, "has at most 200 characters"),
        ({"what": "labels", "name": "ODD"}, "“ODD” is none of the project's labels"),
        ({"what": "name", "name": "Another"}, "this edit names no list of names"),
    ],
)
def test_a_name_that_cannot_be_had_is_taken_back_with_its_reason(
    app: AppTest, session: Session, act: dict[str, str], why: str
) -> None:
    opened(app, session)
    assert drawn(app)["adds"] == {"classes": None, "labels": []}
    tag_on_text(app, {"kind": "name", **act})
    acks, [(number, reason)] = standing(app)
    assert (acks, number) == ({"w": 1}, 1)
    assert why in reason
    assert drawn(app)["classes"] == ["Staff", "Room"]
