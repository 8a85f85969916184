"""Signing in, in place: whoever is asked for a password in the middle of the work loses none of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy, StreamlitHeaders
from streamlit.testing.v1 import AppTest

from components.shell import connections
from components.shell.state import NOBODY
from labeling.errors import NotSignedIn
from labeling.model import Role, Session
from labeling.server.accounts import add_person, local_token
from labeling.server.storage.store import Store, memory_store
from labeling.settings import Settings
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn, edit_cells, is_idle, picker, press, rows, settled, shown, whole
from tests.app.build import PASSWORD, a_project, a_session, held, opened, tagged
from tests.app.conftest import Clock, new_app, server_over

ANN, BOB, VIV = "ann@example.org", "bob@example.org", "viv@example.org"
STAFF = "Nice staff, small room"


@pytest.fixture
def store() -> Iterator[Store]:
    store = memory_store()
    yield store
    store.close()


@pytest.fixture
def session(api: LabelingClient, store: Store) -> Session:
    """A session in which Ann may work."""
    session = a_session(api, tagged(STAFF, ("staff", "Staff", "POS")), "Nothing to say")
    add_person(store, ANN, PASSWORD, Role.ANNOTATOR, session.project_id)
    return session


@pytest.fixture
def tokens() -> list[str]:
    """The tokens with which the app was connected."""
    return []


@pytest.fixture
def app(store: Store, tokens: list[str], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app before a server that knows nobody yet."""
    http = httpx.Client(transport=server_over(store), base_url="http://api")
    st.cache_resource.clear()

    def connect(token: str) -> LabelingClient:
        tokens.append(token)
        return LabelingClient(http, token, pause=lambda seconds: None)

    monkeypatch.setattr(connections, "connect", connect)
    return new_app()


def is_asked(app: AppTest) -> bool:
    """Whether the page asks to sign in, and for nothing else."""
    asked = [field.key for field in app.text_input]
    assert asked == ["sign-in-email", "sign-in-password"] or "sign-in-email" not in asked
    return "sign-in-email" in asked


def sign_in(app: AppTest, email: str, password: str = PASSWORD) -> AppTest:
    app.text_input(key="sign-in-email").set_value(email)
    app.text_input(key="sign-in-password").set_value(password)
    (button,) = (button for button in app.button if button.label == "Sign in")
    return settled(whole(button.click().run()))


def expire(tokens: list[str]) -> None:
    """End the sign-in behind the page's back."""
    connections.connect(tokens[-1]).sign_out()


@pytest.mark.parametrize("page", ["sessions", "annotate", "review", "new_session"])
def test_somebody_who_is_not_signed_in_is_asked_and_then_finds_what_the_link_names(
    app: AppTest, session: Session, page: str
) -> None:
    opened(app, session, page)
    assert is_asked(app)
    assert "you are not signed in" in shown(app)
    sign_in(app, ANN)
    assert not is_asked(app)
    assert picker(app, "project").value == session.project_id
    if page != "new_session":
        assert app.query_params["session"] == str(session.id)


def test_the_link_to_a_document_holds_through_the_sign_in(app: AppTest, session: Session) -> None:
    opened(app, session, document=2)
    sign_in(app, ANN)
    assert drawn(app)["text"] == "Nothing to say"


def test_a_wrong_password_is_said_and_the_next_try_works(app: AppTest, session: Session) -> None:
    opened(app, session)
    sign_in(app, ANN, "wrong password")
    assert is_asked(app)
    assert "The e-mail or the password is wrong." in shown(app)
    sign_in(app, ANN)
    assert not is_asked(app)


def test_a_save_after_the_sign_in_expired_asks_for_it_and_goes_on_with_the_edits(
    app: AppTest, api: LabelingClient, session: Session, tokens: list[str]
) -> None:
    opened(app, session)
    sign_in(app, ANN)
    edit_cells(app, {0: {"label": "NEG", "start": 0}})
    expire(tokens)
    press(app, "save")
    assert is_asked(app)
    assert "Could not save: you are not signed in, or your sign-in has expired (401)." in shown(app)
    assert held(api, session)[0] == (STAFF, [(5, 10, "Staff", "POS")])
    sign_in(app, ANN)
    assert "Could not save" not in shown(app)
    assert [(row["start"], row["label"]) for row in rows(app, "segments-")] == [(0, "NEG")]
    assert "The server holds exactly what you saved." in shown(app)
    assert held(api, session)[0] == (STAFF, [(0, 10, "Staff", "NEG")])


def test_a_page_that_can_no_longer_read_asks_for_the_sign_in_and_goes_on_with_the_edits(
    app: AppTest, session: Session, clock: Clock, tokens: list[str]
) -> None:
    opened(app, session, "sessions")
    sign_in(app, ANN)
    app.text_input(key=f"session-name-{session.id}").set_value("Second round").run()
    expire(tokens)
    clock.pass_a_minute()
    whole(app.run())
    assert is_asked(app)
    sign_in(app, ANN)
    assert app.text_input(key=f"session-name-{session.id}").value == "Second round"
    assert not is_idle(app, "save")


def test_whoever_signs_in_instead_does_not_get_the_edits_of_the_one_before(
    app: AppTest, session: Session, store: Store, tokens: list[str]
) -> None:
    add_person(store, BOB, PASSWORD, Role.ANNOTATOR, session.project_id)
    opened(app, session)
    sign_in(app, ANN)
    edit_cells(app, {0: {"label": "NEG"}})
    expire(tokens)
    press(app, "save")
    sign_in(app, BOB)
    assert (rows(app, "segments-")[0]["label"], is_idle(app, "save")) == ("POS", True)
    edit_cells(app, {0: {"label": "NEU"}})
    expire(tokens)
    press(app, "save")
    sign_in(app, ANN)
    assert (rows(app, "segments-")[0]["label"], is_idle(app, "save")) == ("NEG", False)


def test_signing_out_ends_the_sign_in_on_the_server_and_keeps_the_edits(
    app: AppTest, session: Session, tokens: list[str]
) -> None:
    opened(app, session)
    sign_in(app, ANN)
    assert f"Signed in as {ANN}" in shown(app).replace("\\", "")
    edit_cells(app, {0: {"label": "NEG"}})
    token = tokens[-1]
    press(app, "sign-out")
    assert is_asked(app)
    with pytest.raises(NotSignedIn):
        connections.connect(token).projects()
    sign_in(app, ANN)
    assert (rows(app, "segments-")[0]["label"], is_idle(app, "save")) == ("NEG", False)


def test_a_viewer_who_signs_in_may_look_only(app: AppTest, session: Session, store: Store) -> None:
    add_person(store, VIV, PASSWORD, Role.VIEWER, session.project_id)
    opened(app, session)
    sign_in(app, VIV)
    assert "You are a viewer in this project" in shown(app)
    assert drawn(app)["readOnly"]


def test_a_project_without_a_role_is_not_opened_by_its_link(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    hidden = a_project(api)
    app.query_params["project"] = str(hidden)
    whole(app.run())
    sign_in(app, ANN)
    assert f"Project {hidden} does not exist, or you have no role in it." in shown(app)
    assert picker(app, "project").value == session.project_id


@pytest.mark.parametrize(
    ("peer", "forwarded", "passed"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        (None, [], None),
        (None, ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.9", ["203.0.113.7"], "10.0.0.9"),
    ],
)
def test_the_address_of_the_browser_is_passed_on_where_it_is_known(
    app: AppTest,
    session: Session,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    peer: str | None,
    forwarded: list[str],
    passed: str | None,
) -> None:
    inner, heard = server_over(store), []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/login"):
            heard.append(request.headers.get("X-Forwarded-For"))
        return inner.handle_request(request)

    http = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://api")
    monkeypatch.setattr(connections, "connect", lambda token: LabelingClient(http, token))
    monkeypatch.setattr(connections, "settings", lambda: Settings(trusted_proxies="127.0.0.1"))
    headers = StreamlitHeaders([("X-Forwarded-For", header) for header in forwarded])
    monkeypatch.setattr(ContextProxy, "ip_address", peer)
    monkeypatch.setattr(ContextProxy, "headers", headers)
    opened(app, session)
    sign_in(app, ANN)
    assert not is_asked(app)
    assert heard == [passed]


class Shy(httpx.BaseTransport):
    """A server that fails whenever it is asked who is signed in, while it is `silent`."""

    def __init__(self, store: Store) -> None:
        self.inner, self.silent = server_over(store), True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.silent and request.url.path.endswith("/auth/status"):
            return httpx.Response(503, json={"message": "busy"})
        return self.inner.handle_request(request)


def test_while_the_server_does_not_say_who_works_here_nothing_is_opened_under_another_name(
    store: Store,
    session: Session,
    drafts: DraftStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shy = Shy(store)
    http = httpx.Client(transport=shy, base_url="http://api")
    client = LabelingClient(http, local_token(store, tmp_path), pause=lambda seconds: None)
    st.cache_resource.clear()
    monkeypatch.setattr(connections, "connect", lambda token: client)
    app = new_app()
    opened(app, session)
    assert "Could not find out who works here, and so whose drafts to open" in shown(app)
    assert STAFF not in shown(app)
    shy.silent = False
    press(app, "load-again")
    edit_cells(app, {0: {"label": "NEG"}})
    assert len(drafts.drafts("embedded", str(client.who().id))) == 1
    assert drafts.drafts("embedded", NOBODY) == ()
