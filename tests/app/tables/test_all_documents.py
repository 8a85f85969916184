"""The table of all documents: paged, filtered, edited,
and what is ticked in it retagged or deleted as one step."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from components.shell import connections
from labeling.draft.document import Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change
from labeling.draft.events import StepTaken
from labeling.editing.session import rename_name
from labeling.editing.table import delete_rows
from labeling.model import Role, Session
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn, edit_cells, named, press, rows, show_tab, shown, table, tick, whole
from tests.app.build import a_person, a_session, another_window, held, opened, tagged
from tests.unit.build import row

STAFF = "Nice staff, small room"


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(
        api,
        tagged(STAFF, ("staff", "Staff", "POS"), ("room", "Room", "NEG")),
        tagged("The room was clean", ("room", "Room", "POS")),
        tagged("Bare words", ("Bare", "", "")),
        "Nothing to say",
    )


def all_of(app: AppTest, session: Session) -> AppTest:
    """The table of all documents, and what is behind its buttons open."""
    app.session_state["rows-retag-box"] = True
    opened(app, session)
    return show_tab(app, "All documents")


def cells(app: AppTest, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in columns) for row in rows(app, "segments-all")]


def only(app: AppTest, *kinds: str) -> AppTest:
    return whole(app.get_by_key("rows-kinds").set_value(list(kinds)).run())


def test_the_filter_follows_its_class_when_that_is_renamed_elsewhere(
    app: AppTest, session: Session, drafts: DraftStore
) -> None:
    all_of(app, session)
    whole(app.get_by_key("rows-class").set_value("Room").run())
    another_window(session, drafts).edit(lambda draft: rename_name(draft, "classes", "Room", "Chamber"))
    whole(app.run())
    assert named(app.selectbox, "rows-class").value == "Chamber"
    assert cells(app, "document", "class_") == [("1", "Chamber"), ("2", "Chamber")]


def labelled(app: AppTest, key: str) -> str:
    return str(app.button(key=key).label)


def test_the_rows_of_all_documents_stand_in_one_table(app: AppTest, session: Session) -> None:
    all_of(app, session)
    assert cells(app, "document", "segment", "text", "class_", "label") == [
        ("1", 1, "Nice [staff], small room", "Staff", "POS"),
        ("1", 2, "Nice staff, small [room]", "Room", "NEG"),
        ("2", 1, "The [room] was clean", "Room", "POS"),
        ("3", 1, "[Bare] words", "–", "–"),
    ]
    assert "Rows 1–4 of 4" in shown(app)


def test_a_cell_is_one_step_on_its_document_and_quick_cells_are_all_taken(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    all_of(app, session)
    edit_cells(app, {0: {"class_": "Room"}})
    edit_cells(app, {2: {"label": "NEG"}, 3: {"class_": "Staff"}})
    edit_cells(app, {1: {"end": 21}})
    assert cells(app, "class_", "label")[0] == ("Room", "POS")
    press(app, "undo")
    assert cells(app, "end")[1] == (22,)
    press(app, "save")
    assert [units for _, units in held(api, session)] == [
        [(5, 10, "Room", "POS"), (18, 22, "Room", "NEG")],
        [(4, 8, "Room", "NEG")],
        [(0, 4, "Staff", None)],
        [],
    ]


def test_a_row_stays_while_it_is_edited_and_goes_when_the_filter_is_applied_again(
    app: AppTest, session: Session
) -> None:
    all_of(app, session)
    whole(app.selectbox(key="rows-class").set_value("Room").run())
    assert cells(app, "document") == [("1",), ("2",)]
    edit_cells(app, {0: {"class_": "Staff"}})
    edit_cells(app, {1: {"label": "NEU"}})
    assert cells(app, "document", "class_", "label") == [("1", "Staff", "NEG"), ("2", "Room", "NEU")]
    press(app, "rows-again")
    assert cells(app, "document", "class_", "label") == [("2", "Room", "NEU")]
    only(app, "Changed")
    assert cells(app, "document") == [("2",)]


def test_filters_name_what_is_untagged_wrong_or_changed(app: AppTest, session: Session) -> None:
    all_of(app, session)
    only(app, "Untagged")
    assert cells(app, "document") == [("3",)]
    only(app, "With problems")
    assert "No segment fits the filter." in shown(app)
    only(app, "Changed")
    assert "No segment fits the filter." in shown(app)
    only(app)
    whole(app.text_input(key="rows-words").set_value("ROOM").run())
    assert cells(app, "document") == [("1",), ("2",)]


def test_ticked_rows_are_retagged_as_one_step(app: AppTest, api: LabelingClient, session: Session) -> None:
    all_of(app, session)
    tick(app, 1, 2)
    whole(app.selectbox(key="rows-to-class").set_value("Staff").run())
    assert labelled(app, "rows-retag") == "Retag 2 rows in 2 documents"
    press(app, "rows-retag")
    assert cells(app, "class_", "label")[1:3] == [("Staff", "NEG"), ("Staff", "POS")]
    assert "Retag 2 × Room to Staff" in app.button(key="undo").proto.help
    press(app, "undo")
    assert cells(app, "class_")[1:3] == [("Room",), ("Room",)]
    press(app, "redo")
    press(app, "save")
    assert [units for _, units in held(api, session)][:2] == [
        [(5, 10, "Staff", "POS"), (18, 22, "Staff", "NEG")],
        [(4, 8, "Staff", "POS")],
    ]


def test_ticked_rows_are_deleted_as_one_step(app: AppTest, session: Session) -> None:
    all_of(app, session)
    press(app, "rows-tick-page")
    assert [tick for (tick,) in cells(app, "tick")] == [True] * 4
    tick_off = edit_cells(app, {0: {"tick": False}})
    assert labelled(tick_off, "rows-delete") == "Delete 3 rows in 3 documents"
    press(app, "rows-delete")
    assert cells(app, "document", "segment", "tick") == [("1", 1, False)]
    assert app.button(key="rows-delete").disabled
    press(app, "undo")
    assert len(cells(app, "document")) == 4


def test_ticks_stay_when_the_page_is_turned_and_all_can_be_ticked(app: AppTest, api: LabelingClient) -> None:
    words = " ".join(["room"] * 60)
    several = [tagged(words, *[("room", "Room", "POS")] * 60) for _ in range(3)]
    all_of(app, a_session(api, *several))
    assert "Rows 1–100 of 180" in shown(app)
    tick(app, 0, 99)
    turn(app, 2)
    assert "Rows 101–180 of 180" in shown(app)
    assert cells(app, "document")[0] == ("2",)
    assert not any(tick for (tick,) in cells(app, "tick"))
    assert labelled(app, "rows-delete") == "Delete 2 rows in 2 documents"
    press(app, "rows-tick-all")
    press(app, "rows-delete")
    assert "No segment here." in shown(app)
    press(app, "undo")
    assert "of 180" in shown(app)


def turn(app: AppTest, page: int) -> AppTest:
    (pager,) = (node for node in app.get("pagination") if str(node.key).startswith("rows-page-"))
    return whole(pager.set_value(page).run())


def test_a_large_session_opens_on_what_the_page_needs_and_is_read_whole_on_request(
    app: AppTest, api: LabelingClient
) -> None:
    documents = [tagged(f"The room {n}", ("room", "Room", "POS")) for n in range(420)]
    session = a_session(api, *documents)
    all_of(app, session)
    assert "100 rows of documents 1–100 of 420" in shown(app)
    turn(app, 2)
    assert cells(app, "document")[0] == ("101",)
    assert "100 rows of documents 101–200 of 420" in shown(app)
    edit_cells(app, {0: {"label": "NEG"}})
    only(app, "Untagged")
    assert "A filter looks at every document." in shown(app)
    assert not [frame for frame in app.dataframe if str(frame.key).startswith("segments-all")]
    press(app, "rows-read-all")
    assert "No segment fits the filter." in shown(app)
    only(app)
    assert "Rows 1–100 of 420" in shown(app)
    whole(app.selectbox(key="rows-label").set_value("NEG").run())
    assert cells(app, "document") == [("101",)]


def test_documents_without_segments_do_not_make_the_table_read_everything(
    app: AppTest, api: LabelingClient
) -> None:
    all_of(app, a_session(api, *[f"Document {n}" for n in range(620)]))
    assert "0 rows of documents 1–500 of 620" in shown(app)
    turn(app, 2)
    assert "0 rows of documents 501–620 of 620" in shown(app)


def test_what_another_tab_removed_is_left_out_and_said(
    app: AppTest, session: Session, drafts: DraftStore
) -> None:
    all_of(app, session)
    tick(app, 0, 2)
    window = another_window(session, drafts)
    first = window.reader.at(0)
    assert first is not None

    def elsewhere(draft: Draft) -> StepTaken:
        view = draft.view(Loaded(first.key, 0, first.document))
        change = delete_rows(view, [row(view, "0/0")])
        assert isinstance(change, Change)
        return StepTaken(change, (view,))

    assert window.take(elsewhere) == ""
    whole(app.selectbox(key="rows-to-label").set_value("NEU").run())
    press(app, "rows-retag")
    assert "1 of 2 row was no longer there and left out." in shown(app)
    assert cells(app, "document", "label") == [("1", "NEG"), ("2", "NEU"), ("3", "–")]


def test_a_viewer_sees_the_table_and_changes_nothing(
    app: AppTest, api: LabelingClient, store: Store, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = a_person(api, store, Role.VIEWER, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: viewer)
    all_of(app, session)
    assert len(cells(app, "document")) == 4
    assert not [button.key for button in app.button if str(button.key).startswith(("rows-tick", "rows-del"))]


def test_a_click_on_the_number_opens_the_document_with_the_segment_picked(
    app: AppTest, session: Session
) -> None:
    all_of(app, session)
    states = app._tree.get_widget_states()
    click = states.widgets.add()
    click.id = table(app, "segments-all").proto.button_click_widgets["document"]
    click.string_trigger_value.data = json.dumps({"row": 2, "label": "2"})
    app._run(states)
    whole(app)
    assert drawn(app)["text"] == "The room was clean"
    assert drawn(app)["show"]["segment"] == drawn(app)["segments"][0]["key"]
    assert len(cells(app, "document")) == 4


def test_the_switch_goes_back_to_one_document(app: AppTest, session: Session) -> None:
    all_of(app, session)
    whole(app.selectbox(key="rows-class").set_value("Room").run())
    show_tab(app, "Tags")
    assert [row["text"] for row in rows(app, "segments-")] == ["staff", "room"]
    show_tab(app, "All documents")
    assert app.selectbox(key="rows-class").value == "Room"
    assert cells(app, "document") == [("1",), ("2",)]


def test_what_is_saved_is_no_longer_listed_as_changed_and_what_was_typed_back_stays(
    app: AppTest, api: LabelingClient
) -> None:
    words = " ".join(["room"] * 60)
    documents = [tagged(f"{words} {n}", *[("room", "Room", "POS")] * 60) for n in range(3)]
    all_of(app, a_session(api, *documents))
    press(app, "rows-tick-all")
    whole(app.selectbox(key="rows-to-label").set_value("NEG").run())
    press(app, "rows-retag")
    press(app, "rows-untick")
    only(app, "Changed")
    edit_cells(app, {0: {"label": "POS"}})
    press(app, "rows-tick-all")
    assert labelled(app, "rows-delete") == "Delete 180 rows in 3 documents"
    press(app, "rows-untick")
    press(app, "save")
    assert "No segment fits the filter." in shown(app)
    assert "rows-tick-all" not in [button.key for button in app.button]
