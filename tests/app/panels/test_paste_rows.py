"""Rows pasted from a spreadsheet: what each will do is shown first, then all of it is one step."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.panels import paste_rows
from labeling.model import Session, Type
from labeling.studio.client import LabelingClient
from tests.app.browser import press, show_tab, shown, tag_on_text, whole
from tests.app.build import a_project, a_session, held, opened, tagged


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(
        api,
        tagged("Nice staff, small room", ("staff", "Staff", "POS")),
        "The room was clean, the other room was not",
        "Nothing to say",
    )


def pasted(app: AppTest, session: Session, *lines: str) -> AppTest:
    show_tab(opened(app, session), "Paste")
    return whole(app.text_area(key="paste-text").set_value("\n".join(lines)).run())


def preview(app: AppTest) -> list[tuple[int, str]]:
    frame = next(found.value for found in app.dataframe if "What it does" in found.value)
    return list(zip(frame["Row"], frame["What it does"], strict=True))


def units(api: LabelingClient, session: Session) -> list[object]:
    return [units for _, units in held(api, session)]


def test_rows_with_a_header_are_shown_and_added_as_one_step_over_their_documents(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    pasted(
        app,
        session,
        "label\tclass\tdocument\tstart\tend",
        "POS\tStaff\t1\t5\t10",
        "NEG\tRoom\t1\t18\t22",
        "NEG\tStaff\t1\t5\t10",
        "POS\tRoom\t2\t4\t8",
        "POS\tRoom\t9\t4\t8",
    )
    assert preview(app) == [
        (2, "= is there already"),
        (3, "+ adds a segment"),
        (4, "+ adds a tag to its segment"),
        (5, "+ adds a segment"),
        (6, "✕ refused: there is no document 9"),
    ]
    press(app, "paste-add")
    assert app.text_area(key="paste-text").value.splitlines() == [
        "label\tclass\tdocument\tstart\tend",
        "POS\tRoom\t9\t4\t8",
    ]
    press(app, "save")
    assert units(api, session) == [
        [(5, 10, "Staff", "POS"), (5, 10, "Staff", "NEG"), (18, 22, "Room", "NEG")],
        [(4, 8, "Room", "POS")],
        [],
    ]


def test_where_a_segment_has_one_label_a_row_says_which_it_replaces_and_does(
    app: AppTest, api: LabelingClient
) -> None:
    project = a_project(api, Type.LABEL, classes=())
    session = a_session(
        api, tagged("Nice staff, small room", ("staff", "", "POS"), ("room", "", "NEG")), project=project
    )
    pasted(app, session, "1\t5\t10\tNEG", "1\t18\t22\tNEG", "1\t0\t4\tPOS")
    assert preview(app) == [
        (1, "⇄ replaces POS"),
        (2, "= is there already"),
        (3, "+ adds a segment"),
    ]
    press(app, "paste-add")
    press(app, "save")
    assert units(api, session) == [[(0, 4, None, "POS"), (5, 10, None, "NEG"), (18, 22, None, "NEG")]]


def test_what_was_pasted_is_undone_by_one_step(app: AppTest, api: LabelingClient, session: Session) -> None:
    pasted(app, session, "1\t0\t4\tStaff\tPOS", "2\t4\t8\tRoom\tPOS")
    press(app, "paste-add")
    assert not panel_is_open(app)
    press(app, "undo")
    assert app.button(key="save").disabled
    press(app, "redo")
    press(app, "save")
    assert units(api, session) == [
        [(0, 4, "Staff", "POS"), (5, 10, "Staff", "POS")],
        [(4, 8, "Room", "POS")],
        [],
    ]


def test_words_instead_of_offsets_are_found_and_asked_about_where_they_stand_twice(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    pasted(app, session, "document,text,class,label", "1,small room,Room,NEG", "2,room,Room,POS")
    assert preview(app) == [
        (2, "+ adds a segment"),
        (3, "✕ refused: these words stand 2 times there"),
    ]
    whole(app.checkbox(key="paste-everywhere").check().run())
    assert preview(app)[1] == (3, "+ adds a segment, at 2 places")
    press(app, "paste-add")
    press(app, "save")
    assert units(api, session)[:2] == [
        [(5, 10, "Staff", "POS"), (12, 22, "Room", "NEG")],
        [(4, 8, "Room", "POS"), (30, 34, "Room", "POS")],
    ]


def test_names_that_the_session_lacks_are_refused_until_they_are_wanted(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    pasted(app, session, "1\t18\t22\tSize\tNEG")
    assert preview(app)[0][1].startswith("✕ refused: ")
    assert app.button(key="paste-add").disabled
    whole(app.checkbox(key="paste-names").check().run())
    assert preview(app) == [(1, "+ adds a segment")]
    press(app, "paste-add")
    press(app, "save")
    assert api.session(session.project_id, session.id).classes == ("Staff", "Room", "Size")
    assert units(api, session)[0] == [(5, 10, "Staff", "POS"), (18, 22, "Size", "NEG")]


def test_what_was_pasted_stays_while_the_panel_is_closed(app: AppTest, session: Session) -> None:
    pasted(app, session, "1\t18\t99\tRoom\tNEG")
    show_tab(app, "Tags")
    assert not panel_is_open(app)
    show_tab(app, "Paste")
    assert app.text_area(key="paste-text").value == "1\t18\t99\tRoom\tNEG"
    assert "1 row refused" in shown(app)


def test_a_rerun_with_the_panel_open_plans_nothing_anew_until_something_else_follows(
    app: AppTest, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[int] = []
    make = paste_rows.plan
    monkeypatch.setattr(paste_rows, "plan", lambda *of, **how: planned.append(1) or make(*of, **how))
    pasted(app, session, "2\troom\tRoom\tPOS", "1\tsmall room\tSize\tNEG")
    assert len(planned) == 1
    whole(app.run())
    assert len(planned) == 1
    for count, key in enumerate(("paste-everywhere", "paste-names"), start=2):
        whole(app.checkbox(key=key).check().run())
        assert len(planned) == count
    assert preview(app) == [(1, "+ adds a segment, at 2 places"), (2, "+ adds a segment")]
    tag_on_text(app, {"kind": "add", "span": [0, 4], "tag": ["Room", "POS"]})
    assert len(planned) == 4


def test_a_number_of_endless_digits_is_refused_and_the_panel_can_be_closed(
    app: AppTest, session: Session
) -> None:
    pasted(app, session, "document,start,end,class,label", "1,0," + "9" * 5000 + ",Staff,POS")
    assert preview(app)[0][1].startswith("✕ refused: end “9")
    show_tab(app, "Tags")
    assert not panel_is_open(app)


def panel_is_open(app: AppTest) -> bool:
    return any(area.key == "paste-text" for area in app.text_area)


def test_each_session_has_a_panel_of_its_own_and_what_was_pasted_there_stays(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    pasted(app, session, "1\t0\t4\tStaff\tPOS")
    opened(app, a_session(api, "Another letter"))
    assert app.text_area(key="paste-text").value == ""
    opened(app, session)
    assert app.text_area(key="paste-text").value == "1\t0\t4\tStaff\tPOS"
    assert preview(app) == [(1, "+ adds a segment")]
