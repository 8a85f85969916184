"""Unsaved drafts of other sessions on the Sessions page."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from components.sessions.old_drafts import exported
from components.shell.state import NOBODY
from labeling.errors import NotKept, Unavailable
from labeling.model import Session
from labeling.server.storage.store import Store
from labeling.store.codec import from_stored, to_write
from labeling.store.drafts import DraftKey, DraftStore, Header
from labeling.studio.client import LabelingClient
from tests.app.browser import choose_row, drawn, edit_cells, is_idle, press, rows, shown, whole
from tests.app.build import a_session, opened, tagged
from tests.app.conftest import Clock, new_app

TEXT = "Nice staff, small room."


@pytest.fixture
def sessions(api: LabelingClient) -> list[Session]:
    """Three sessions of one document: two in one project, one in another."""
    document = tagged(TEXT, ("staff", "Staff", "POS"), ("room", "Room", "NEG"))
    first = a_session(api, document, name="Alpha")
    return [
        first,
        a_session(api, document, name="Beta", project=first.project_id),
        a_session(api, document, name="Gamma"),
    ]


def edited(app: AppTest, session: Session, count: int = 1) -> None:
    """So many changes in a session, left unsaved."""
    opened(app, session)
    for row in range(count):
        edit_cells(app, {row: {"label": "NEU"}})


def on_sessions(app: AppTest, session: Session) -> str:
    """The Sessions page with that session picked; the lines that list the other drafts."""
    opened(app, session, "sessions")
    return listed(app)


def listed(app: AppTest) -> str:
    return "\n".join(line.value for line in app.markdown if "last edited" in line.value)


def label(app: AppTest) -> list[str]:
    return [box.label for box in app.expander if box.label.startswith("Unsaved drafts")]


def kept(drafts: DraftStore, api: LabelingClient) -> list[Header]:
    """What the store has of the one person who works here."""
    return list(drafts.drafts("embedded", str(api.who().id)))


def name_of(session: Session) -> str:
    return str(session.uuid)


def test_nothing_is_shown_without_other_drafts(app: AppTest, sessions: list[Session]) -> None:
    on_sessions(app, sessions[0])
    assert label(app) == []
    edited(app, sessions[0])
    assert on_sessions(app, sessions[0]) == ""
    assert label(app) == []


def test_other_drafts_are_listed_with_their_facts_last_edited_first(
    app: AppTest, sessions: list[Session]
) -> None:
    first, second, third = sessions
    edited(app, third, 2)
    edited(app, first)
    lines = on_sessions(app, second).splitlines()
    assert label(app) == ["Unsaved drafts (2)"]
    assert lines[0].startswith("**Alpha** · Hotels · 1 unsaved change · last edited 20")
    assert lines[1].startswith("**Gamma** · Hotels · 2 unsaved changes · last edited 20")


def test_a_draft_that_was_undone_is_not_listed(app: AppTest, sessions: list[Session]) -> None:
    edited(app, sessions[0])
    press(app, "undo")
    on_sessions(app, sessions[1])
    assert label(app) == []


def test_the_list_is_drawn_without_reading_the_drafts(
    app: AppTest, sessions: list[Session], drafts: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(app, sessions[0])
    read = []
    reads = drafts.read
    monkeypatch.setattr(drafts, "read", lambda key, after=0: read.append(key.session) or reads(key, after))
    assert "Alpha" in on_sessions(app, sessions[1])
    assert set(read) == {name_of(sessions[1])}


def test_a_draft_is_opened_in_another_tab_with_its_project_and_session(
    app: AppTest, sessions: list[Session]
) -> None:
    first, _, third = sessions
    edited(app, third)
    app = new_app()
    on_sessions(app, first)
    press(app, f"old-open-{name_of(third)}")
    assert app.query_params["session"] == str(third.id)
    assert app.query_params["project"] == str(third.project_id)
    assert "Continued where you left off" in shown(app)
    assert label(app) == []


def test_a_draft_is_discarded_only_after_a_tick(
    app: AppTest, sessions: list[Session], api: LabelingClient, drafts: DraftStore
) -> None:
    first, second, _ = sessions
    edited(app, first)
    on_sessions(app, second)
    button = f"old-discard-{name_of(first)}"
    assert is_idle(app, button)
    assert any("that can be undone" in line.value for line in app.markdown)
    whole(app.checkbox(key=f"old-sure-{name_of(first)}").check().run())
    press(app, button)
    assert label(app) == []
    assert "The draft is discarded." in shown(app)
    assert kept(drafts, api) == []
    opened(app, first)
    assert [row["label"] for row in rows(app, "segments-")] == ["POS", "NEG"]


def test_a_draft_is_downloaded_as_it_is_kept(
    app: AppTest, sessions: list[Session], api: LabelingClient, drafts: DraftStore
) -> None:
    edited(app, sessions[0])
    on_sessions(app, sessions[1])
    (button,) = [b for b in app.get("download_button") if b.proto.id.endswith(name_of(sessions[0]))]
    assert button.proto.label == "Download"
    content = json.loads(exported(drafts, kept(drafts, api)[0].key))
    assert content["session"] == "Alpha"
    assert content["unsaved"]["documents"] == [
        {"number": 1, "changes": ["“staff” Staff/POS → Staff/NEU"]},
    ]


def test_a_draft_discarded_meanwhile_cannot_be_downloaded(drafts: DraftStore) -> None:
    with pytest.raises(NotKept, match="no longer there"):
        exported(drafts, DraftKey("embedded", "1", "gone"))


@pytest.mark.parametrize("gone", ["session", "project", "another in its place"])
def test_a_draft_whose_session_is_gone_is_named_so_and_cannot_be_opened(
    app: AppTest,
    sessions: list[Session],
    api: LabelingClient,
    store: Store,
    drafts: DraftStore,
    gone: str,
    clock: Clock,
) -> None:
    first, _, third = sessions
    edited(app, third)
    with store.database.writing() as connection:
        if gone == "another in its place":
            connection.exec_driver_sql(f"UPDATE sessions SET uuid = 'another' WHERE id = {third.id}")
        elif gone == "project":
            connection.exec_driver_sql(f"DELETE FROM projects WHERE project_id = {third.project_id}")
        else:
            connection.exec_driver_sql(f"DELETE FROM sessions WHERE id = {third.id}")
    clock.pass_a_minute()
    assert "Gamma" in on_sessions(app, first)
    assert "Its session is no longer there" in shown(app)
    assert not [button for button in app.button if str(button.key).startswith("old-open")]
    assert [b for b in app.get("download_button") if b.proto.id.endswith(name_of(third))]
    assert b"Staff/NEU" in exported(drafts, kept(drafts, api)[0].key)
    whole(app.checkbox(key=f"old-sure-{name_of(third)}").check().run())
    press(app, f"old-discard-{name_of(third)}")
    assert label(app) == []


def test_the_draft_of_a_session_replaced_by_another_with_its_id_is_not_taken_for_the_one_picked(
    app: AppTest, sessions: list[Session], store: Store, clock: Clock
) -> None:
    first = sessions[0]
    edited(app, first)
    with store.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE sessions SET uuid = 'another' WHERE id = {first.id}")
    clock.pass_a_minute()
    assert "Alpha" in on_sessions(app, first)
    assert "Its session is no longer there" in shown(app)


def test_a_project_that_cannot_be_looked_up_is_not_said_to_be_gone(
    app: AppTest, sessions: list[Session], api: LabelingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _, third = sessions
    edited(app, third)
    listing = api.sessions

    def failing(project: int) -> list[Session]:
        if project == third.project_id:
            raise Unavailable("refused")
        return listing(project)

    monkeypatch.setattr(api, "sessions", failing)
    another = new_app()
    assert "Gamma" in on_sessions(another, first)
    assert "does not say at the moment whether" in shown(another)
    assert "no longer there" not in shown(another)


def test_a_store_that_fails_is_told_and_the_page_goes_on(
    app: AppTest, sessions: list[Session], drafts: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(app, sessions[0])

    def failing(*args: object) -> None:
        raise NotKept("its disk is full")

    on_sessions(app, sessions[1])
    whole(app.checkbox(key=f"old-sure-{name_of(sessions[0])}").check().run())
    monkeypatch.setattr(drafts, "remove", failing)
    press(app, f"old-discard-{name_of(sessions[0])}")
    assert "Could not discard the draft" in shown(app)
    assert label(app) == ["Unsaved drafts (1)"]
    monkeypatch.setattr(drafts, "drafts", failing)
    on_sessions(app, sessions[1])
    assert "cannot be listed at the moment: its disk is full." in shown(app)
    choose_row(app, "sessions", 0)
    assert app.query_params["session"] == str(sessions[0].id)


def nobodys(drafts: DraftStore, api: LabelingClient, session: Session) -> None:
    """The person's draft as it was kept while the server did not say whose it is."""
    (mine,) = kept(drafts, api)
    found = drafts.read(mine.key)
    assert found is not None
    drafts.append(mine.key._replace(person=NOBODY), 0, to_write(None, from_stored(None, found)))
    drafts.remove(mine.key)


def test_a_draft_kept_while_it_was_not_known_who_worked_here_is_offered_and_taken_over(
    app: AppTest, api: LabelingClient, sessions: list[Session], drafts: DraftStore
) -> None:
    first, second = sessions[:2]
    edited(app, first)
    nobodys(drafts, api, first)
    again = new_app()
    for session in (first, second):
        said = on_sessions(again, session)
        assert "Alpha" in said
        assert "Kept while the server did not say who worked here" in said
    press(again, f"old-take-nobody-{name_of(first)}")
    assert "The draft is yours now." in shown(again)
    assert [header.key.session for header in kept(drafts, api)] == [name_of(first)]
    assert drafts.drafts("embedded", NOBODY) == ()
    opened(again, first)
    assert drawn(again)["segments"][0]["tags"] == [["Staff", "NEU"]]


def test_nobodys_draft_replaces_none_of_the_persons_own(
    app: AppTest, api: LabelingClient, sessions: list[Session], drafts: DraftStore
) -> None:
    edited(app, sessions[0])
    nobodys(drafts, api, sessions[0])
    again = new_app()
    edited(again, sessions[0], 2)
    on_sessions(again, sessions[1])
    press(again, f"old-take-nobody-{name_of(sessions[0])}")
    assert "you have a draft of that session yourself" in shown(again)
    assert [header.facts.changes for header in kept(drafts, api)] == [2]
    assert len(drafts.drafts("embedded", NOBODY)) == 1
