"""A newcomer's own texts in a browser: in, and out again as a file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from labeling.documents.reader import Reader
from labeling.model import Document, Session
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, button, client, go, marked, tagged


@pytest.fixture
def page(new_page: Page) -> Page:
    """Nobody has just made a session in it: for some seconds, who comes back is led to that."""
    return new_page


def start(page: Page, server: AppServer, query: str = "") -> None:
    go(page, f"{server.url}/new_session{query}")
    expect(page.get_by_text("There are no documents yet.")).to_be_visible()


def sessions_of(server: AppServer, project: int) -> tuple[Session, ...]:
    with client(server) as api:
        return api.sessions(project)


def documents_of(server: AppServer, session: Session) -> tuple[Document, ...]:
    with client(server) as api:
        return tuple(item.document for item in Reader(api, session).each())


@pytest.mark.parametrize("gap", [0, 250], ids=lambda gap: f"{gap} ms apart")
def test_two_clicks_make_one_project_and_one_session_and_open_it(
    server: AppServer, page: Page, gap: int
) -> None:
    name = f"Clicks {gap} ms apart"
    a_session(server, "Where there is a project, it is asked in which")
    start(page, server)
    page.get_by_text("In a new project").click()
    page.get_by_label("Project name").fill(name)
    page.get_by_label("Texts", exact=True).fill("\n".join(f"Line {number} 👍" for number in range(300)))
    page.keyboard.press("Tab")
    expect(page.get_by_text("Add a class or a label")).to_be_visible()
    for field, names in (("Classes", "food, drink"), ("Labels", "good")):
        page.get_by_label(field, exact=True).click()
        page.keyboard.type(names)
        page.keyboard.press("Tab")
        expect(page.get_by_text(names.split(", ")[0], exact=True)).to_be_visible()
    create = button(page, "Create session with 300 documents")
    expect(create).to_be_enabled()
    box = create.bounding_box()
    assert box is not None
    for pause in (gap, 0):
        page.mouse.click(box["x"] + 20, box["y"] + 10)
        page.wait_for_timeout(pause)
    expect(page.get_by_role("heading", name="Document 1 of 300")).to_be_visible()
    with client(server) as api:
        (project,) = (project for project in api.projects() if project.name == name)
    (session,) = sessions_of(server, project.id)
    assert (session.classes, session.labels) == (("food", "drink"), ("good",))
    assert documents_of(server, session)[-1].text == "Line 299 👍"


def test_a_downloaded_session_is_read_again(server: AppServer, page: Page, tmp_path: Path) -> None:
    letter = marked("Das {Zimmer|Room/POS} war 🙂 größer als das {Bett|Room/NEG}.")
    done = Document(text="Kind staff", annotated=True)
    session = a_session(server, letter, "Nothing to say", done, name="Letters, summer")
    query = f"?project={session.project_id}&session={session.id}"
    go(page, f"{server.url}/{query}")
    button(page, "Download").click()
    button(page, "Prepare the file").click()
    with page.expect_download() as download:
        button(page, "Save Letters summer.json").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "Letters summer.json"
    assert len(json.loads(file.read_text())["documents"]) == 3

    start(page, server, query)
    page.locator("input[type=file]").set_input_files(file)
    create = button(page, "Create session with 3 documents")
    expect(create).to_be_enabled()
    name = page.get_by_label("Session name")
    expect(name).to_have_count(1)
    expect(name).to_have_attribute("placeholder", session.name)
    create.click()
    expect(page.get_by_text(f"Made the session “{session.name}”")).to_be_visible()
    one, other = sessions_of(server, session.project_id)
    assert one.name == other.name
    assert one.progress == other.progress
    texts, copied = ([d.text for d in documents_of(server, each)] for each in (one, other))
    assert texts == copied
    assert tagged(server, one) == tagged(server, other)


def test_what_is_typed_stays_while_the_text_is_read_and_when_another_page_was_looked_at(
    server: AppServer, page: Page
) -> None:
    start(page, server)
    page.get_by_label("Texts", exact=True).fill("one\ntwo")
    name = page.get_by_label("Session name")
    name.click()  # now the text is on its way to be read
    page.keyboard.type("From paste", delay=120)
    create = button(page, "Create session with 2 documents")
    expect(create).to_be_enabled()
    expect(name).to_be_focused()
    expect(name).to_have_value("From paste")
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Sessions", exact=True).click()
    expect(page.get_by_role("heading", name="Sessions", exact=True)).to_be_visible()
    page.get_by_role("link", name="New session").click()
    expect(create).to_be_enabled()
    expect(page.get_by_label("Texts", exact=True)).to_have_value("one\ntwo")
    expect(name).to_have_value("From paste")
    create.click()
    expect(page.get_by_text("Made the session “From paste”")).to_be_visible()


ROWS = 40_000


def test_a_session_that_is_being_made_can_be_stopped_and_nothing_of_it_is_left(
    server: AppServer, page: Page, tmp_path: Path
) -> None:
    session = a_session(server, "There before")
    start(page, server, f"?project={session.project_id}")
    file = tmp_path / "Many.txt"
    file.write_text("\n".join(f"Line {number}" for number in range(ROWS)))
    page.locator("input[type=file]").set_input_files(file)
    create = button(page, f"Create session with {ROWS:,} documents")
    expect(create).to_be_enabled()
    # However fast it is made, nothing is stored before the person has stopped it.
    with closing(sqlite3.connect(server.data / "labeling.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        create.click()
        # Streamlit has a button of that name too.
        stop = page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop", exact=True)
        stop.click()
        # Where it was stopped before anything was sent, it is gone at once.
        expect(stop.and_(page.locator(":enabled"))).to_have_count(0)
        other.execute("ROLLBACK")
    expect(page.get_by_text("Stopped: no session was made.")).to_be_visible()
    expect(create).to_be_enabled()
    assert sessions_of(server, session.project_id) == (session,)
    with client(server) as api:
        assert len(api.project_documents(session.project_id).documents) == 1
