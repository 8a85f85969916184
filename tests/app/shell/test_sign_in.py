"""Signing in, in place: whoever is asked for a password in the middle of the work loses none of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import httpx
import pytest
import streamlit as st
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from components.shell import connections
from components.shell.sign_in.routes import AT_ONCE, WAITING, sign_in_routes
from components.shell.state import NOBODY
from labeling.errors import NotFound, NotSignedIn
from labeling.model import Role, Session
from labeling.server.accounts import add_person, local_token
from labeling.server.storage.store import Store, memory_store
from labeling.settings import Settings
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn, edit_cells, is_idle, picker, press, rows, shown, whole
from tests.app.build import PASSWORD, a_project, a_session, held, opened, tagged
from tests.app.conftest import Clock, new_app, server_over
from tests.app.team import Browser, form
from tests.contract.transport import InProcess

ANN, BOB, EVA, VIV = (f"{name}@example.org" for name in ("ann", "bob", "eva", "viv"))
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
def app(store: Store, tokens: list[str], browser: Browser, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app before a server that knows nobody yet."""
    http = httpx.Client(transport=server_over(store), base_url="http://api")
    st.cache_resource.clear()

    def connect(token: str) -> LabelingClient:
        if token:
            tokens.append(token)
        return LabelingClient(http, token, pause=lambda seconds: None)

    monkeypatch.setattr(connections, "connect", connect)
    return new_app()


def is_asked(app: AppTest) -> bool:
    """Whether the page asks to sign in, and for nothing else."""
    asked = form(app) != {}
    assert not (asked and (app.text_input or app.dataframe)), "there is more than the form"
    return asked


def choose(app: AppTest, act: str) -> AppTest:
    """Choose from the menu of who is signed in."""
    menu = app.get_by_key("account-menu").proto
    states = app._tree.get_widget_states()
    states.widgets.add(id=menu.id).string_trigger_value.data = act
    app._run(states)
    return whole(app)


def sign_out(app: AppTest, act: str = "Sign out") -> AppTest:
    return choose(app, act)


def submit(app: AppTest, label: str) -> AppTest:
    (button,) = (button for button in app.button if button.label == label)
    return whole(button.click().run())


def expire(tokens: list[str]) -> None:
    """End the sign-in behind the page's back."""
    connections.connect(tokens[-1]).sign_out()


@pytest.mark.parametrize("page", ["sessions", "annotate", "review", "new_session"])
def test_somebody_who_is_not_signed_in_is_asked_and_then_finds_what_the_link_names(
    app: AppTest, browser: Browser, session: Session, page: str
) -> None:
    at = browser.at(page)
    opened(app, session, page)
    assert is_asked(app)
    assert shown(app) == ""
    app = at.sign_in(app, ANN)
    assert not is_asked(app)
    assert picker(app, "project").value == session.project_id
    if page != "new_session":
        assert app.query_params["session"] == str(session.id)


def test_the_link_to_a_document_holds_through_the_sign_in(
    app: AppTest, browser: Browser, session: Session
) -> None:
    app = browser.sign_in(opened(app, session, document=2), ANN)
    assert drawn(app)["text"] == "Nothing to say"


def test_whoever_is_signed_in_stays_so_over_a_refresh_in_another_window_and_after_a_restart(
    app: AppTest, browser: Browser, session: Session, drafts: DraftStore
) -> None:
    app = browser.sign_in(opened(app, session), ANN)
    drafts.close()  # what the process knew of it; the next use opens it again
    st.cache_resource.clear()
    other = browser.load(app)
    assert (is_asked(other), drawn(other)["text"]) == (False, STAFF)


def test_a_wrong_password_is_refused_in_the_servers_words_and_gives_no_cookie(
    app: AppTest, browser: Browser, session: Session
) -> None:
    refused = browser.post("/auth/session", email=ANN, password="wrong password")
    assert (refused.status_code, refused.json()["message"]) == (401, "The e-mail or the password is wrong.")
    assert browser.cookies == {}
    assert is_asked(opened(app, session))


def test_the_cookie_is_for_the_browser_and_this_app_alone(
    app: AppTest, browser: Browser, session: Session
) -> None:
    sent = {"email": ANN, "password": PASSWORD}
    plain = browser.post("/auth/session", **sent).headers["set-cookie"]
    assert re.fullmatch(
        r"tagwright-[0-9a-f]{8}=[\w-]{43}; HttpOnly; Max-Age=2592000; Path=/; SameSite=strict", plain
    )
    safe = browser.http.post("/auth/session", json=sent, headers={"Origin": "https://tagwright"})
    assert "; Secure" in safe.headers["set-cookie"]
    below = httpx.Client(transport=InProcess(Starlette(routes=sign_in_routes("/deep/down"))))
    found = below.post("http://tagwright/deep/down/auth/session", json=sent)
    assert "; Path=/deep/down;" in found.headers["set-cookie"]


def test_the_cookie_is_no_token_of_the_api(
    app: AppTest, browser: Browser, store: Store, session: Session
) -> None:
    browser.post("/auth/session", email=ANN, password=PASSWORD)
    [(name, value)] = browser.cookies.items()
    http = httpx.Client(transport=server_over(store), base_url="http://api")
    assert http.get("/projects", headers={"Cookie": f"{name}={value}"}).status_code == 401
    assert http.get("/projects", headers={"Authorization": value}).status_code == 401


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"email=ann&password=x", "application/x-www-form-urlencoded", 400),
        (b'{"email": "ann", "password": "x"}', "text/plain", 400),
        (b"[]", "application/json", 400),
        (b'{"email": "ann"}', "application/json", 400),
        (b'{"email": "ann", "password": "x", "next": "https://evil.example"}', "application/json", 400),
        (b'"' + b"x" * 20_000 + b'"', "application/json", 400),
        (b"[" * 15_000, "application/json", 400),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(
    app: AppTest, browser: Browser, content: bytes, kind: str, status: int
) -> None:
    answer = browser.http.post("/auth/session", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, "set-cookie" in answer.headers) == (status, False)
    assert answer.json()["message"]


def test_a_save_after_the_sign_in_expired_asks_for_it_and_goes_on_with_the_edits(
    app: AppTest, browser: Browser, api: LabelingClient, session: Session, tokens: list[str]
) -> None:
    app = browser.sign_in(opened(app, session), ANN)
    edit_cells(app, {0: {"label": "NEG", "start": 0}})
    expire(tokens)
    press(app, "save")
    assert is_asked(app)
    assert "Could not save: you are not signed in, or your sign-in has expired (401)." in shown(app)
    assert form(app)["caption"] == "Your unsaved changes are kept."
    assert held(api, session)[0] == (STAFF, [(5, 10, "Staff", "POS")])
    app = browser.sign_in(app, ANN)
    assert "Could not save" not in shown(app)
    assert [(row["start"], row["label"]) for row in rows(app, "segments-")] == [(0, "NEG")]
    assert "The server holds exactly what you saved." in shown(app)
    assert held(api, session)[0] == (STAFF, [(0, 10, "Staff", "NEG")])
    assert "The server holds exactly what you saved." not in shown(browser.load(app))


def test_a_save_goes_on_for_whoever_began_it_alone(
    app: AppTest, browser: Browser, store: Store, api: LabelingClient, session: Session, tokens: list[str]
) -> None:
    add_person(store, BOB, PASSWORD, Role.ANNOTATOR, session.project_id)
    edit_cells(browser.sign_in(opened(app, session), BOB), {0: {"label": "NEU"}})
    app = browser.sign_in(opened(new_app(), session), ANN)
    edit_cells(app, {0: {"label": "NEG"}})
    expire(tokens)
    press(app, "save")
    app = browser.sign_in(app, BOB)
    assert (rows(app, "segments-")[0]["label"], is_idle(app, "save")) == ("NEU", False)
    assert held(api, session)[0] == (STAFF, [(5, 10, "Staff", "POS")])


def test_a_page_that_can_no_longer_read_asks_for_the_sign_in_and_goes_on_with_the_edits(
    app: AppTest, browser: Browser, session: Session, clock: Clock, tokens: list[str]
) -> None:
    at = browser.at("sessions")
    app = at.sign_in(opened(app, session, "sessions"), ANN)
    app.text_input(key=f"session-name-{session.id}").set_value("Second round").run()
    expire(tokens)
    clock.pass_a_minute()
    whole(app.run())
    assert is_asked(app)
    app = at.sign_in(app, ANN)
    assert app.text_input(key=f"session-name-{session.id}").value == "Second round"
    assert not is_idle(app, "save")


def test_whoever_signs_in_instead_does_not_get_the_edits_of_the_one_before(
    app: AppTest, browser: Browser, session: Session, store: Store, tokens: list[str]
) -> None:
    add_person(store, BOB, PASSWORD, Role.ANNOTATOR, session.project_id)
    app = browser.sign_in(opened(app, session), ANN)
    edit_cells(app, {0: {"label": "NEG"}})
    app = browser.sign_in(sign_out(app), BOB)
    assert (rows(app, "segments-")[0]["label"], is_idle(app, "save")) == ("POS", True)
    edit_cells(app, {0: {"label": "NEU"}})
    app = browser.sign_in(sign_out(app), ANN)
    assert (rows(app, "segments-")[0]["label"], is_idle(app, "save")) == ("NEG", False)


def test_signing_out_ends_the_sign_in_on_the_server_and_in_every_window_and_keeps_the_edits(
    app: AppTest, browser: Browser, session: Session, tokens: list[str]
) -> None:
    app = browser.sign_in(opened(app, session), ANN)
    other = browser.load(app)
    edit_cells(app, {0: {"label": "NEG"}})
    token = tokens[-1]
    sign_out(app)
    assert is_asked(app)
    with pytest.raises(NotSignedIn):
        connections.connect(token).projects()
    assert is_asked(whole(other.run()))
    assert is_asked(browser.load(app))
    app = browser.sign_in(app, ANN)
    assert (rows(app, "segments-")[0]["label"], is_idle(app, "save")) == ("NEG", False)


def test_signing_out_everywhere_ends_the_sign_ins_of_other_browsers(
    app: AppTest, browser: Browser, session: Session, tokens: list[str]
) -> None:
    opened(app, session)
    browser.post("/auth/session", email=ANN, password=PASSWORD)
    elsewhere = dict(browser.cookies)
    browser.cookies.clear()
    app = browser.sign_in(app, ANN)
    sign_out(app, "Sign out everywhere")
    assert is_asked(app)
    browser.cookies.update(elsewhere)
    assert is_asked(browser.load(app))
    for token in list(tokens):
        with pytest.raises(NotSignedIn):
            connections.connect(token).projects()


def test_the_own_name_and_password_are_changed_where_one_works(
    app: AppTest, browser: Browser, session: Session
) -> None:
    app = browser.sign_in(opened(app, session), ANN)
    app = choose(app, "Your account")
    app.text_input(key="account-name-text").set_value("Ann Lee")
    submit(app, "Keep the name")
    assert "Others see you as Ann Lee." in shown(app)
    for key, value in {"old": PASSWORD, "new": "another password", "again": "anothr password"}.items():
        app.text_input(key=f"account-{key}").set_value(value)
    submit(app, "Change the password")
    assert "The two new passwords differ" in shown(app)
    for key, value in {"old": PASSWORD, "new": "another password", "again": "another password"}.items():
        app.text_input(key=f"account-{key}").set_value(value)
    submit(app, "Change the password")
    assert "Your password is changed." in shown(app)
    assert not is_asked(browser.load(app))
    assert browser.post("/auth/session", email=ANN, password=PASSWORD).status_code == 401
    assert browser.post("/auth/session", email=ANN, password="another password").status_code == 200


def test_a_viewer_who_signs_in_may_look_only(
    app: AppTest, browser: Browser, session: Session, store: Store
) -> None:
    add_person(store, VIV, PASSWORD, Role.VIEWER, session.project_id)
    app = browser.sign_in(opened(app, session), VIV)
    assert "You are a viewer in this project" in shown(app)
    assert drawn(app)["readOnly"]


def test_a_project_without_a_role_is_not_opened_by_its_link(
    app: AppTest, browser: Browser, api: LabelingClient, session: Session
) -> None:
    hidden = a_project(api)
    app.query_params["project"] = str(hidden)
    app = browser.at("sessions").sign_in(whole(app.run()), ANN)
    assert f"Project {hidden} does not exist, or you have no role in it." in shown(app)
    assert picker(app, "project").value == session.project_id


@pytest.mark.parametrize(
    ("peer", "forwarded", "passed"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("127.0.0.1", [], None),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.9", ["203.0.113.7"], "10.0.0.9"),
    ],
)
def test_the_address_of_the_browser_is_passed_on_where_it_is_known(
    store: Store,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    peer: str,
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
    chosen = Settings(sign_in=True, data_dir=tmp_path, trusted_proxies="127.0.0.1")
    monkeypatch.setattr(connections, "settings", lambda: chosen)
    app = Starlette(routes=sign_in_routes())
    browser = httpx.Client(transport=InProcess(app, client=(peer, 1234)), base_url="http://tagwright")
    headers = [("X-Forwarded-For", header) for header in forwarded]
    sent = {"email": ANN, "password": PASSWORD}
    assert browser.post("/auth/session", json=sent, headers=headers).status_code == 200
    assert heard == [passed]


def test_one_too_many_at_the_door_is_told_to_wait_and_all_others_are_answered(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()

    def connect(token: str) -> LabelingClient:
        may_go_on.wait(60)
        raise NotFound("no such link", status=404)

    monkeypatch.setattr(connections, "connect", connect)
    most = AT_ONCE + WAITING
    with ThreadPoolExecutor(most + 1) as strangers:
        asked = [strangers.submit(browser.post, "/auth/invitation", secret="x") for _ in range(most + 1)]
        first = next(as_completed(asked)).result()
        assert (first.status_code, first.headers["Retry-After"]) == (429, "1")
        assert browser.http.get("/join").status_code == 200
        may_go_on.set()
        assert sorted(one.result().status_code for one in asked) == [404] * most + [429]


def test_whoever_was_signed_in_before_in_this_browser_is_signed_out(
    app: AppTest, browser: Browser, session: Session, store: Store, tokens: list[str]
) -> None:
    add_person(store, BOB, PASSWORD, Role.ANNOTATOR, session.project_id)
    app = browser.sign_in(opened(app, session), ANN)
    of_ann = tokens[-1]
    browser.sign_in(app, BOB)
    with pytest.raises(NotSignedIn):
        connections.connect(of_ann).projects()


def test_an_invitation_leads_into_the_project(
    app: AppTest, browser: Browser, api: LabelingClient, session: Session
) -> None:
    added = api.add_member(session.project_id, EVA, Role.VIEWER)
    assert added.invitation is not None
    secret = added.invitation.secret
    page = browser.http.get("/join")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    asked = browser.post("/auth/invitation", secret=secret).json()
    assert asked == {"email": EVA, "project": "Hotels", "role": "VIEWER", "has_account": False}
    assert browser.post("/auth/join", secret=secret, password="short").status_code == 400
    assert browser.cookies == {}
    assert browser.post("/auth/join", secret=secret, password=PASSWORD, name="Eva").status_code == 200
    app = browser.load(opened(app, session))
    assert "You are a viewer in this project" in shown(app)
    assert browser.post("/auth/join", secret=secret, password=PASSWORD).status_code == 404


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
