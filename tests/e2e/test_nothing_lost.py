"""Nothing is lost: the browser closed, the app killed, the API away, two windows at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from labeling.model import Session
from labeling.store.codec import to_write
from labeling.store.drafts import DraftKey, open_drafts
from labeling.studio.client import LabelingClient
from tests.contract.killed import a_draft, a_session, held, wanted
from tests.e2e.app_server import ROOT, AppServer, free_port, wait_for
from tests.e2e.grid import Grid

SESSION = "Guest letters, summer"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AppServer]:
    server = AppServer(tmp_path / "data")
    yield server
    server.stop()


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def settled(page: Page) -> None:
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def open_document(page: Page, server: AppServer, session: dict[str, object], number: int) -> Grid:
    page.goto(
        f"{server.url}/annotate?project={session['project_id']}&session={session['id']}&document={number}"
    )
    expect(page.get_by_role("heading", name=f"Document {number} of")).to_be_visible(timeout=20000)
    settled(page)
    return Grid(page, "segments-")


def expect_cell(grid: Grid, row: int, column: str, value: str) -> None:
    expect(grid.at(row, column)).to_have_text(value, timeout=10000)


def tags_of(server: AppServer, session: dict[str, object], number: int) -> list[tuple[object, ...]]:
    return server.rows(
        "select t.class, t.label from tags t "
        "join session_documents d using (project_id, session_id, document_id) "
        "join segments s on s.id = t.segment_id where t.session_id = ? and d.position = ? "
        "order by s.position, t.position",
        session["id"],
        number - 1,
    )


def test_edits_are_there_after_the_browser_was_closed_and_the_app_killed(
    server: AppServer, browser: Browser, page: Page
):
    session = server.session(SESSION)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    first = context.new_page()
    grid = open_document(first, server, session, 1)
    before = tags_of(server, session, 1)
    grid.type(0, "Label", "NEU")
    expect(button(first, "1 unsaved")).to_be_visible()
    grid.type(2, "Class", "Staff")
    expect(button(first, "2 unsaved")).to_be_visible()
    context.close()
    server.kill()
    server.start()

    grid = open_document(page, server, session, 1)
    expect(page.get_by_text("Continued where you left off")).to_be_visible()
    expect(page.get_by_text("2 unsaved changes")).to_be_visible()
    expect_cell(grid, 0, "Label", "NEU")
    expect_cell(grid, 2, "Class", "Staff")
    button(page, "Undo").click()
    expect(button(page, "1 unsaved")).to_be_visible()
    button(page, "Redo").click()
    expect(button(page, "2 unsaved")).to_be_visible()
    assert tags_of(server, session, 1) == before
    button(page, "Save").click()
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    now = tags_of(server, session, 1)
    assert (now[0][1], now[2][0], len(now)) == ("NEU", "Staff", len(before))


def test_two_windows_on_one_document_keep_both_edits_and_show_them(
    server: AppServer, browser: Browser, page: Page
):
    session = server.session(SESSION)
    grid = open_document(page, server, session, 1)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    other = context.new_page()
    other_grid = open_document(other, server, session, 1)
    grid.type(0, "Label", "NEU")
    expect(button(page, "1 unsaved")).to_be_visible()
    other_grid.type(2, "Label", "NEU")
    expect(button(other, "2 unsaved")).to_be_visible()
    expect_cell(other_grid, 0, "Label", "NEU")
    grid.type(1, "Class", "Staff")
    expect_cell(grid, 2, "Label", "NEU")
    expect_cell(grid, 1, "Class", "Staff")
    expect(button(page, "2 unsaved")).to_be_visible()
    button(other, "Save").click()
    expect(other.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    held = tags_of(server, session, 1)
    assert (held[0][1], held[1][0], held[2][1]) == ("NEU", "Staff", "NEU")
    button(page, "Next").click()
    expect(page.get_by_text("Everything is saved.")).to_be_visible()
    context.close()


def test_unsaved_changes_are_discarded_after_a_question_and_come_back_by_undo(server: AppServer, page: Page):
    session = server.session(SESSION)
    grid = open_document(page, server, session, 1)
    was = grid.cell(0, "Label")
    grid.type(0, "Label", "NEU")
    expect(button(page, "1 unsaved")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Continued where you left off")).to_be_visible(timeout=20000)
    settled(page)
    page.get_by_role("button", name="Discard …").click()
    button(page, "Discard").click()
    expect(page.get_by_text("Your unsaved changes are discarded. Undo brings them back.")).to_be_visible()
    expect_cell(grid, 0, "Label", was)
    button(page, "Undo").click()
    expect(button(page, "1 unsaved")).to_be_visible()
    expect_cell(grid, 0, "Label", "NEU")


MANY = 450
"""Documents of a session that are all changed: a save takes them in three batches."""


@contextmanager
def client(server: AppServer) -> Iterator[LabelingClient]:
    with httpx.Client(base_url=f"{server.url}/api", timeout=30, trust_env=False) as http:
        yield LabelingClient(http, server.token)


def with_everything_changed(server: AppServer) -> Session:
    """A new session, and in its draft a tag for every document, done marks, a rename, a new name and a new
    text."""
    with client(server) as api:
        session = a_session(api, MANY)
        draft = a_draft(api, session)
    drafts = open_drafts(server.data)
    person = str(server.get("/auth/status")["id"])
    drafts.append(DraftKey("embedded", person, session.lasting_name), 0, to_write(None, draft))
    drafts.close()
    return session


def tags_named(server: AppServer, session: Session, class_: str) -> int:
    ((count,),) = server.rows(
        "select count(*) from tags where session_id = ? and class = ?", session.id, class_
    )
    assert isinstance(count, int)
    return count


def test_a_save_that_the_app_is_killed_in_is_gone_on_with_and_everything_is_there_once(
    server: AppServer, page: Page
):
    moments = random.Random(5)
    # The rename goes first, by its class, then the tags, 200 documents at a time: before, in the middle, near
    # the end.
    for class_, count, taken in (("Crew", 1, {0}), ("Room", 1, {200, 400}), ("Room", MANY, {MANY})):
        session = with_everything_changed(server)
        place: dict[str, object] = {"project_id": session.project_id, "id": session.id}
        open_document(page, server, place, 1)
        button(page, "Save").click()
        until = time.monotonic() + 20
        while tags_named(server, session, class_) < count:
            assert time.monotonic() < until
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 0.015))
        server.kill()
        assert tags_named(server, session, "Room") in taken
        server.start()
        open_document(page, server, place, 1)
        expect(page.get_by_text("Continued where you left off")).to_be_visible()
        button(page, "Save").click()
        expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible(timeout=20000)
        expect(button(page, "Nothing unsaved")).to_be_visible()
        with client(server) as api:
            assert held(api, session) == wanted(MANY)
            now = api.session(session.project_id, session.id)
            assert (now.name, now.classes) == ("After", ("Crew", "Room"))


class Api:
    """The API alone, in a process of its own."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / "api.log"
        self.start()

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "labeling.server",
            "--port",
            str(self.port),
            "--data",
            str(self.data),
        ]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--sample"], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        wait_for(self.url + "/health", self.process, self.log)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    api = Api(tmp_path / "api")
    yield api
    api.kill()


def test_the_api_goes_away_editing_goes_on_and_a_save_after_its_return_is_done_once(
    api: Api, tmp_path: Path, page: Page
):
    token = (api.data / "token").read_text().strip()
    env = {"LABELING_API_URL": api.url, "LABELING_API_TOKEN": token}
    server = AppServer(tmp_path / "app", env=env)
    try:
        grid = open_document(page, server, {"project_id": 1, "id": 1}, 1)
        grid.type(0, "Label", "NEU")
        expect(button(page, "1 unsaved")).to_be_visible()
        api.kill()
        grid.type(2, "Label", "NEU")
        expect(button(page, "2 unsaved")).to_be_visible(timeout=20000)
        button(page, "Save").click()
        expect(page.get_by_text("Could not save: the server cannot be reached")).to_be_visible(timeout=20000)
        expect(page.get_by_text("You can go on editing")).to_be_visible(timeout=20000)
        expect(button(page, "2 unsaved")).to_be_visible()
        api.start()
        button(page, "Save").click()
        expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible(timeout=20000)
        expect(page.get_by_text("You can go on editing")).not_to_be_visible()
        server.data = api.data
        held = tags_of(server, {"id": 1}, 1)
        assert (held[0][1], held[2][1], len(held)) == ("NEU", "NEU", 3)
    finally:
        server.stop()
