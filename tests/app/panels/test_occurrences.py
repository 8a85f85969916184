"""Every occurrence of some words is listed, and tagged in one step."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from labeling.model import Session, SessionChange
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn, press, report, rows, show_tab, shown, table, tag_on_text, whole
from tests.app.build import a_session, held, opened, tagged
from tests.app.conftest import Clock


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(
        api,
        tagged("Staff here, staff there, staffs", ("Staff", "Staff", "POS")),
        "No staff at all",
        "A small room",
    )


def ask(app: AppTest, session: Session) -> AppTest:
    """For every occurrence of the words of the first segment, as its key does."""
    opened(app, session)
    return tag_on_text(app, {"kind": "ask", "what": "occurrences", "span": [0, 5], "tag": ["Staff", "POS"]})


def spans(app: AppTest) -> list[tuple[int, int]]:
    return [(one["start"], one["end"]) for one in drawn(app)["segments"]]


def words(app: AppTest) -> list[str]:
    """What is looked for, where that is shown."""
    return [str(one.value) for one in app.text_input if str(one.key).startswith("occurrences-words")]


def box(app: AppTest, name: str) -> object:
    return next(one for one in app.checkbox if str(one.key).startswith(f"occurrences-{name}"))


def ask_everywhere(app: AppTest, session: Session) -> None:
    """Ask for the words of the first one, and search the whole session."""
    ask(app, session)
    whole(box(app, "everywhere").check().run())  # type: ignore[attr-defined]
    press(app, "occurrences-search")


def test_hits_are_listed_with_what_stands_around_them_and_tagged_as_one_step(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    ask(app, session)
    assert [(row["hit"], row["state"], row["tick"]) for row in rows(app, "occurrences-hits")] == [
        ("Staff", "has it", False),
        ("staff", "", True),
    ]
    press(app, "occurrences-tag")
    assert spans(app) == [(0, 5), (12, 17)]
    assert words(app) == []
    press(app, "undo")
    assert spans(app) == [(0, 5)]


def test_what_is_unticked_is_left_out(app: AppTest, session: Session) -> None:
    ask(app, session)
    grid = table(app, "occurrences-hits")
    report(
        app,
        grid.proto,
        "string_value",
        {"edited_rows": {1: {"tick": False}}, "added_rows": [], "deleted_rows": []},
    )
    assert app.button(key="occurrences-tag").disabled
    assert "Tag 0 places" in app.button(key="occurrences-tag").label


def test_the_whole_session_is_searched_and_tagged_at_once(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    ask_everywhere(app, session)
    assert [(row["document"], row["hit"]) for row in rows(app, "occurrences-hits")] == [
        (1, "Staff"),
        (1, "staff"),
        (2, "staff"),
    ]
    press(app, "occurrences-tag")
    assert app.button(key="save").disabled is False
    press(app, "save")
    assert [units for _, units in held(api, session)] == [
        [(0, 5, "Staff", "POS"), (12, 17, "Staff", "POS")],
        [(3, 8, "Staff", "POS")],
        [],
    ]


def test_what_was_found_before_a_save_is_looked_for_again(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    ask_everywhere(app, session)
    tag_on_text(app, {"kind": "add", "span": [19, 24], "tag": ["Room", "NEG"]}, window="another")
    press(app, "save")
    assert "Something was saved or read anew since the search: search again." in shown(app)
    assert app.button(key="occurrences-tag").disabled
    press(app, "occurrences-search")
    press(app, "occurrences-tag")
    assert spans(app) == [(0, 5), (12, 17), (19, 24)]


def test_places_of_a_document_are_tagged_as_it_is_now(
    app: AppTest, api: LabelingClient, session: Session, clock: Clock
) -> None:
    ask_everywhere(app, session)
    theirs = tagged("No staff at all", ("staff", "Room", "NEG"))
    api.update_session(session.project_id, session.id, SessionChange(documents=(theirs,)))
    clock.pass_a_minute()
    press(app, "occurrences-tag")
    press(app, "next")
    (segment,) = drawn(app)["segments"]
    assert segment["tags"] == [["Room", "NEG"], ["Staff", "POS"]]


def test_parts_of_words_are_found_when_asked_for(app: AppTest, session: Session) -> None:
    ask(app, session)
    whole(box(app, "whole").uncheck().run())  # type: ignore[attr-defined]
    assert [row["hit"] for row in rows(app, "occurrences-hits")] == ["Staff", "staff", "staff"]


def test_the_panel_is_closed_and_another_session_does_not_have_it(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    ask(app, session)
    press(app, "next")
    assert words(app) == ["Staff"]
    show_tab(app, "Tags")
    assert words(app) == []
