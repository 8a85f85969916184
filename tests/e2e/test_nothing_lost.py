"""Nothing is lost: the browser closed, the app killed, the API away, two windows at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from labeling.model import Session
from labeling.store.codec import to_write
from labeling.store.drafts import DraftKey, open_drafts
from labeling.studio.client import LabelingClient
from tests.contract.killed import a_draft, held, wanted
from tests.contract.killed import a_session as a_long_session
from tests.e2e.app_server import ROOT, AppServer, free_port, wait_for
from tests.e2e.at_work import (
    a_session,
    button,
    client,
    expect_unsaved,
    marked,
    open_table,
    open_text,
    tagged,
)
from tests.e2e.conftest import Tab
from tests.e2e.grid import Grid
from tests.e2e.runs import settled

LETTER = marked("The {staff|Staff/POS} was kind, the {room|Room/POS} small, the {bed|Room/NEG} soft.")


def expect_cell(grid: Grid, row: int, column: str, value: str) -> None:
    expect(grid.at(row, column)).to_have_text(value)


def test_edits_are_there_after_the_browser_was_closed_and_the_app_killed(
    server: AppServer, profile: BrowserContext, new_page: Page
):
    other, page = Tab(profile), new_page
    session = a_session(server, LETTER)
    grid = open_table(other.page, server, session)
    grid.type(0, "Label", "NEG")
    expect_unsaved(other.page, 1)
    grid.type(2, "Class", "Staff")
    expect_unsaved(other.page, 2)
    other.close()
    server.kill()
    server.start()

    grid = open_table(page, server, session)
    expect(page.get_by_text("Continued where you left off")).to_be_visible()
    expect(page.get_by_text("2 unsaved changes")).to_be_visible()
    expect_cell(grid, 0, "Label", "NEG")
    expect_cell(grid, 2, "Class", "Staff")
    button(page, "Undo").click()
    expect_unsaved(page, 1)
    button(page, "Redo").click()
    expect_unsaved(page, 2)
    room = ("room", "Room", "POS")
    assert tagged(server, session) == [[("staff", "Staff", "POS"), room, ("bed", "Room", "NEG")]]
    button(page, "Save").click()
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    assert tagged(server, session) == [[("staff", "Staff", "NEG"), room, ("bed", "Staff", "NEG")]]


def test_two_windows_on_one_document_keep_both_edits_and_show_them(
    server: AppServer, new_page: Page, page: Page
):
    other = new_page
    session = a_session(server, LETTER, "Nothing to say")
    grid = open_table(page, server, session)
    other_grid = open_table(other, server, session)
    grid.type(0, "Label", "NEG")
    expect_unsaved(page, 1)
    other_grid.type(2, "Label", "POS")
    expect_unsaved(other, 2)
    expect_cell(other_grid, 0, "Label", "NEG")
    grid.type(1, "Class", "Staff")
    expect_cell(grid, 2, "Label", "POS")
    expect_cell(grid, 1, "Class", "Staff")
    expect_unsaved(page, 3)
    button(other, "Save").click()
    expect(other.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    assert tagged(server, session)[0] == [
        ("staff", "Staff", "NEG"),
        ("room", "Staff", "POS"),
        ("bed", "Room", "POS"),
    ]
    button(page, "Next").click()
    expect(page.get_by_text("Everything is saved.")).to_be_visible()


def test_unsaved_changes_are_discarded_after_a_question_and_come_back_by_undo(server: AppServer, page: Page):
    grid = open_table(page, server, a_session(server, LETTER))
    grid.type(0, "Label", "NEG")
    expect_unsaved(page, 1)
    page.reload()
    expect(page.get_by_text("Continued where you left off")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Discard …").click()
    button(page, "Discard").click()
    expect(page.get_by_text("Your unsaved changes are discarded. Undo brings them back.")).to_be_visible()
    expect_cell(grid, 0, "Label", "POS")
    button(page, "Undo").click()
    expect_unsaved(page, 1)
    expect_cell(grid, 0, "Label", "NEG")


MANY = 450
"""Documents of a session that are all changed: a save takes them in three batches."""


def with_everything_changed(server: AppServer) -> Session:
    """A new session, and in its draft a tag for every document, done marks, a rename, a new name and a new
    text."""
    with client(server) as api:
        session = a_long_session(api, MANY)
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
        for _ in range(10):
            session = killed_in_its_save(server, page, class_, count, moments)
            if tags_named(server, session, "Room") in taken:
                break
        else:
            pytest.fail(f"no kill came when {count} of {class_} were there")
        server.start()
        expect(page.get_by_text("Continued where you left off")).to_be_visible()
        button(page, "Save").click()
        expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
        expect_unsaved(page, 0)
        with client(server) as api:
            assert held(api, session) == wanted(MANY)
            now = api.session(session.project_id, session.id)
            assert (now.name, now.classes) == ("After", ("Crew", "Room"))


def killed_in_its_save(
    server: AppServer, page: Page, class_: str, count: int, moments: random.Random
) -> Session:
    """A session that was being saved when the app was killed, as soon as so many tags of a class were there,
    or a little later."""
    server.revive()
    session = with_everything_changed(server)
    open_text(page, server, session)
    button(page, "Save").click()
    until = time.monotonic() + 60
    while tags_named(server, session, class_) < count:
        assert time.monotonic() < until
        time.sleep(0.002)
    time.sleep(moments.uniform(0, 0.015))
    server.kill()
    return session


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
        wait_for(self.url + "/health", self.process.poll, self.log)

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
    api: Api, tmp_path: Path, new_page: Page
):
    page = new_page
    token = (api.data / "token").read_text().strip()
    env = {"LABELING_API_URL": api.url, "LABELING_API_TOKEN": token}
    server = AppServer(tmp_path / "app", env=env)
    with httpx.Client(base_url=api.url, timeout=30, trust_env=False) as http:
        session = LabelingClient(http, token).session(1, 1)
    try:
        grid = open_table(page, server, session)
        grid.type(0, "Label", "NEU")
        expect_unsaved(page, 1)
        api.kill()
        grid.type(2, "Label", "NEU")
        expect_unsaved(page, 2)
        button(page, "Save").click()
        expect(page.get_by_text("Could not save: the server cannot be reached")).to_be_visible()
        expect(page.get_by_text("You can go on editing")).to_be_visible()
        expect_unsaved(page, 2)
        expect_cell(grid, 0, "Label", "NEU")
        expect_cell(grid, 2, "Label", "NEU")
        api.start()
        button(page, "Save").click()
        expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
        expect(page.get_by_text("You can go on editing")).not_to_be_visible()
        with httpx.Client(base_url=api.url, timeout=30, trust_env=False) as http:
            document = LabelingClient(http, token).documents(1, 1, limit=1).documents[0]
        labels = [label for segment in document.segments for *_, label in segment.units]
        assert labels == ["NEU", "POS", "NEU"]
    finally:
        server.stop()
