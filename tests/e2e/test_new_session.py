"""A newcomer's own texts in a browser: in, and out again as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.app_server import AppServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AppServer]:
    server = AppServer(tmp_path / "data")
    yield server
    server.stop()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def start(page: Page, server: AppServer) -> None:
    page.goto(f"{server.url}/new_session")
    expect(page.get_by_text("There are no documents yet.")).to_be_visible(timeout=20000)


def sessions_of(server: AppServer, project_name: str) -> list[Any]:
    projects: Any = server.get("/projects")
    (project,) = [project for project in projects if project["name"] == project_name]
    found: Any = server.get(f"/projects/{project['id']}/annotations")
    return list(found)


def texts_of(server: AppServer, session: Any) -> list[str]:
    path = f"/projects/{session['project_id']}/annotations/{session['id']}/documents"
    listing: Any = server.get(path)
    return [document["text"] for document in listing["documents"]]


@pytest.mark.parametrize("gap", [0, 80, 250], ids=lambda gap: f"{gap} ms apart")
def test_two_clicks_make_one_project_and_one_session_and_open_it(
    server: AppServer, page: Page, gap: int
) -> None:
    start(page, server)
    page.get_by_text("In a new project").click()
    page.get_by_label("Project name").fill("My texts")
    page.get_by_label("Texts").fill("\n".join(f"Line {number} 👍" for number in range(300)))
    page.get_by_label("Classes").fill("food, drink")
    page.get_by_label("Labels").fill("good")
    page.keyboard.press("Tab")
    create = button(page, "Create session with 300 documents")
    expect(create).to_be_enabled()
    box = create.bounding_box()
    assert box is not None
    for pause in (gap, 0):
        page.mouse.click(box["x"] + 20, box["y"] + 10)
        page.wait_for_timeout(pause)
    expect(page.get_by_role("heading", name="Document 1 of 300")).to_be_visible(timeout=20000)
    (session,) = sessions_of(server, "My texts")
    assert (session["classes"], session["labels"]) == (["food", "drink"], ["good"])
    assert texts_of(server, session)[-1] == "Line 299 👍"


def test_a_downloaded_session_is_read_again(server: AppServer, page: Page, tmp_path: Path) -> None:
    session = server.session("Guest letters, summer")
    page.goto(f"{server.url}/?project={session['project_id']}&session={session['id']}")
    button(page, "Download").click(timeout=20000)
    button(page, "Prepare the file").click()
    with page.expect_download() as download:
        button(page, "Save Guest letters summer.json").click(timeout=20000)
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "Guest letters summer.json"
    assert len(json.loads(file.read_text())["documents"]) == session["document_count"]

    start(page, server)
    page.get_by_text("JSON", exact=True).click()
    page.locator("input[type=file]").set_input_files(file)
    create = button(page, f"Create session with {session['document_count']} documents")
    expect(create).to_be_enabled(timeout=20000)
    name = page.get_by_label("Session name")
    expect(name).to_have_count(1)
    expect(name).to_have_value("Guest letters, summer")
    create.click()
    expect(page.get_by_text("Made the session “Guest letters, summer”")).to_be_visible(timeout=20000)
    copies = [s for s in sessions_of(server, "Hotels and journeys") if s["name"] == session["name"]]
    assert len(copies) == 2
    assert texts_of(server, copies[0]) == texts_of(server, copies[1])
    assert copies[0]["progress"] == copies[1]["progress"]


def test_what_was_typed_is_there_again_after_a_look_at_another_page(server: AppServer, page: Page) -> None:
    start(page, server)
    page.get_by_label("Texts").fill("one\ntwo")
    page.get_by_label("Session name").fill("Mine")
    page.keyboard.press("Tab")
    expect(button(page, "Create session with 2 documents")).to_be_enabled()
    page.get_by_role("link", name="Sessions", exact=True).click()
    expect(page.get_by_role("heading", name="Sessions", exact=True)).to_be_visible()
    page.get_by_role("link", name="New session").click()
    expect(button(page, "Create session with 2 documents")).to_be_enabled()
    expect(page.get_by_label("Texts")).to_have_value("one\ntwo")
    expect(page.get_by_label("Session name")).to_have_value("Mine")
