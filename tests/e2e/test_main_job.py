"""The main job in a browser, by mouse and keyboard, ending in the server's database."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from labeling.model import Document, NewSession
from tests.e2e.app_server import ROOT, AppServer, environment, free_port, wait_for
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
from tests.e2e.grid import Grid
from tests.e2e.runs import settled
from tests.tab import Tab


@pytest.fixture(scope="module")
def with_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    app = AppServer(tmp_path_factory.mktemp("sample") / "data")
    yield app
    app.stop()


@pytest.fixture
def sample(with_sample: AppServer) -> AppServer:
    with_sample.revive()
    return with_sample


LETTER = marked("The {staff|Staff/POS} was kind, the {room|Room/POS} small.")


def expect_cell(grid: Grid, row: int, column: str, value: str) -> None:
    expect(grid.at(row, column)).to_have_text(value)


def save_by_button(page: Page) -> None:
    button(page, "Save").click()
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()


def test_name_class_and_tags_are_edited_saved_proved_and_still_there_after_a_reload(
    sample: AppServer, new_page: Page
):
    page = new_page
    session = sample.session("Night shift")
    page.goto(sample.url)
    settled(page)
    page.get_by_role("combobox", name="Project").click()
    page.get_by_role("option", name=re.compile("Support mail")).click()
    sessions = Grid(page, "sessions")
    expect_cell(sessions, 0, "Session", "Night shift")
    sessions.click(0, 200)
    name = page.get_by_label("Session name")
    expect(name).to_have_value("Night shift")
    name.fill("Night shift, second reading")
    name.press("Enter")
    added = page.get_by_label("Add a class")
    added.fill("Warranty")
    added.press("Enter")
    expect_unsaved(page, 2)
    button(page, "Annotate").click()
    expect(page.get_by_role("heading", name="Document 1 of 5")).to_be_visible()

    grid = Grid(page, "segments-")
    expect_cell(grid, 0, "Class", "–")
    grid.type(0, "Class", "Warranty")
    expect_cell(grid, 0, "Class", "Warranty")
    page.get_by_role("button", name="Segment", exact=True).click()
    text = page.locator(".highlighter .text").inner_text()
    words = text.split()[0]
    page.get_by_label("Text to tag").fill(words)
    page.get_by_label("Text to tag").press("Enter")
    expect(button(page, "Add")).to_be_enabled()
    # Typed, not clicked: Streamlit closes an open list when something scrolls, and typing opens it again.
    class_ = page.get_by_role("combobox", name="Class").last
    class_.focus()
    settled(page)
    class_.press_sequentially("Warranty", delay=30)
    expect(page.get_by_role("option", name="Warranty")).to_be_visible()
    class_.press("Enter")
    settled(page)
    expect(class_).to_have_value("Warranty")
    button(page, "Add").click()
    expect_unsaved(page, 4)
    save_by_button(page)
    expect(page.get_by_text("Created → Annotating")).to_be_visible()

    page.reload()
    expect_cell(grid, 0, "Class", "Warranty")
    expect(page.get_by_text("Everything is saved.")).to_be_visible()
    path = f"/projects/{session['project_id']}/annotations/{session['id']}"
    now = sample.get(path)
    assert now["name"] == "Night shift, second reading"
    assert "Warranty" in now["classes"]
    documents = sample.get(path + "/documents", details="segments,tags", offset=0, limit=1)["documents"]
    tags = [tag["class"] for segment in documents[0]["segments"] for tag in segment["tags"]]
    assert tags.count("Warranty") == 2
    assert sample.rows("select count(*) from tags where class = ?", "Warranty") == [(2,)]
    assert sample.rows("select name from sessions where id = ?", session["id"]) == [(now["name"],)]


def test_twelve_cells_typed_at_speed_are_twelve_cells_stored(server: AppServer, page: Page):
    words = [f"word{number}" for number in range(12)]
    letter = marked(" ".join(f"{{{word}|Staff/POS}}" for word in words))
    session = a_session(server, letter, classes=("Staff", "Room", "Food", "Price"))
    grid = open_table(page, server, session)
    wanted = [("Room", "Food", "Price")[n % 3] for n in range(12)]
    grid.type(0, "Class", *wanted)
    # The table has scrolled to the last: a cell is there for who looks as long as it is in sight.
    for row, name in reversed(list(enumerate(wanted))):
        if row == 5:
            page.keyboard.press("Control+Home")
        expect_cell(grid, row, "Class", name)
    save_by_button(page)
    assert tagged(server, session) == [
        [(word, name, "POS") for word, name in zip(words, wanted, strict=True)]
    ]


def test_a_row_that_cannot_be_right_is_named_kept_and_blocks_nothing_else(server: AppServer, page: Page):
    session = a_session(server, LETTER)
    grid = open_table(page, server, session)
    grid.type(0, "End", "0")
    named = page.get_by_role("button", name="end 0 is before start 4")
    expect(named).to_be_visible()
    grid.type(1, "Label", "NEG")
    expect_cell(grid, 1, "Label", "NEG")
    save_by_button(page)
    assert tagged(server, session) == [[("staff", "Staff", "POS"), ("room", "Room", "NEG")]]
    expect(page.get_by_text("cannot be right yet")).to_be_visible()
    expect_cell(grid, 0, "End", "0")
    expect(named).to_be_visible()
    button(page, "Undo").click()
    button(page, "Undo").click()
    expect(named).to_have_count(0)


@pytest.mark.parametrize(
    ("place", "title"), [("annotate", "Annotate"), ("review", "Review"), ("new_session", "New session")]
)
def test_a_deep_link_is_the_first_request_after_a_start_and_goes_through_the_door(
    sample: AppServer, place: str, title: str
):
    sample.kill()
    sample.start()
    session = sample.session("Guest letters, summer")
    with Tab(f"{sample.url}/{place}?project={session['project_id']}&session={session['id']}") as tab:
        tab.open()
    assert tab.pages == ["Sessions", "Annotate", "Review", "Assign", "New session"]
    headings = [one.heading.body for one in tab.elements if one.WhichOneof("type") == "heading"]
    assert headings[0] == title
    chosen = {
        box.label: box.options[box.default]
        for box in (one.selectbox for one in tab.elements if one.WhichOneof("type") == "selectbox")
        if box.HasField("default")
    }
    if place != "new_session":
        assert chosen["Session"] == "Guest letters, summer"


def test_a_session_that_the_server_works_on_is_read_only_and_the_screen_follows_by_itself(
    server: AppServer, page: Page
):
    session = a_session(server, LETTER, "The next letter")
    server.write("update sessions set status = 'PREDICTING' where id = ?", session.id)
    open_text(page, server, session)
    expect(page.get_by_text("predicting tags right now")).to_be_visible()
    expect(button(page, "Done and next")).to_be_disabled()
    text = page.get_by_role("textbox", name="Document text")
    text.evaluate("node => { node.seenBefore = true; }")
    server.write("update sessions set status = 'ANNOTATING' where id = ?", session.id)
    expect(button(page, "Done and next")).to_be_enabled()
    expect(page.get_by_text("predicting tags right now")).to_have_count(0)
    # What stood above it is gone, and the text is no other element for it: its cursor and its scroll are
    # kept.
    assert text.evaluate("node => node.seenBefore === true")


def test_a_session_renamed_elsewhere_or_named_like_another_stays_the_one_that_is_open(
    server: AppServer, page: Page
):
    first = a_session(server, "Kind staff")
    with client(server) as api:
        again = NewSession(name=first.name, documents=tuple(Document(text=f"Text {n}") for n in range(2)))
        session = api.create_session(first.project_id, again)
    open_text(page, server, session)
    picked = page.locator(".st-key-place")
    expect(picked).to_contain_text(f"{first.name} (id {session.id})")
    button(page, "Next").click()
    expect(page.get_by_role("heading", name="Document 2 of 2")).to_be_visible()
    server.write("update sessions set name = 'Renamed' where id = ?", session.id)
    # Where the whole page is drawn, the app asks the API for names again when its answer is some seconds old.
    until = time.monotonic() + 60
    while not picked.get_by_text("Renamed").count():
        assert time.monotonic() < until
        page.wait_for_timeout(500)
        for tab in ("Problems", "Tags"):
            page.get_by_role("radio", name=tab, exact=True).click()
            settled(page)
    page.get_by_role("link", name="Review").click()
    expect(page.get_by_role("heading", name="Review", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="Session", exact=True)).to_have_value("Renamed")
    page.wait_for_url(f"**/review?*session={session.id}*")


def test_a_letter_typed_into_a_cell_chooses_a_name_and_never_empties_it(server: AppServer, page: Page):
    grid = open_table(page, server, a_session(server, LETTER))
    expect_cell(grid, 0, "Label", "POS")
    grid.type(0, "Label", "N")
    expect_cell(grid, 0, "Label", "NEG")


def processes(of: str, number: int) -> list[str]:
    """Those of a parent (-P) or of a group (-g)."""
    return subprocess.run(["pgrep", of, str(number)], capture_output=True, text=True).stdout.split()


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_stopping_leaves_no_process_and_a_busy_port_is_one_sentence(tmp_path: Path):
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port"]
    env = {**environment(tmp_path / "data"), "LABELING_WORKERS": "1"}
    port, written = free_port(), tmp_path / "app.log"
    with written.open("w") as log:
        app = subprocess.Popen(
            [*command, str(port)], cwd=ROOT, env=env, stdout=log, stderr=log, process_group=0
        )
    url = f"http://127.0.0.1:{port}/_stcore/health"
    wait_for(url, app.poll, written)
    (worker,) = processes("-P", app.pid)
    os.killpg(app.pid, signal.SIGINT)
    app.wait(60)
    assert processes("-g", app.pid) == []
    until(lambda: not Path(f"/proc/{worker}").exists())
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = str(taken.getsockname()[1])
        run = subprocess.run([*command, busy], cwd=ROOT, capture_output=True, text=True, env=env)
    assert run.returncode != 0
    assert "not available" in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
