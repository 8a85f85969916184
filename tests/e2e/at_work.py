"""Work in the running app: a session made over its API, its text opened, tagged by keys and saved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Page, expect

from labeling.model import Document, NewProject, NewSession, Session, Type
from labeling.studio.client import LabelingClient
from tests.e2e.app_server import AppServer


@contextmanager
def client(server: AppServer) -> Iterator[LabelingClient]:
    with httpx.Client(base_url=f"{server.url}/api", timeout=30, trust_env=False) as http:
        yield LabelingClient(http, server.token)


def a_session(server: AppServer, *texts: str | Document) -> Session:
    with client(server) as api:
        project = api.add_project(
            NewProject(name="Hotels", type=Type.ABSA, classes=("Staff", "Room"), labels=("POS", "NEG"))
        )
        documents = tuple(Document(text=text) if isinstance(text, str) else text for text in texts)
        return api.create_session(project.id, NewSession(name="Letters", documents=documents))


def tagged(server: AppServer, session: Session) -> list[list[tuple[str, str | None, str | None]]]:
    """For each document (the Python slice, class, label) of each tag, as the API gives them."""
    with client(server) as api:
        documents = api.documents(session.project_id, session.id, limit=200).documents
    return [
        [(d.text[start:end], class_, label) for s in d.segments for start, end, class_, label in s.units]
        for d in documents
    ]


def open_text(page: Page, server: AppServer, session: Session) -> None:
    """By its link, and the focus comes to the text by itself."""
    page.goto(f"{server.url}/annotate?project={session.project_id}&session={session.id}&document=1")
    text = page.get_by_role("textbox", name="Document text")
    expect(text).to_be_focused(timeout=60_000)
    settled(page)


def settled(page: Page) -> None:
    """The app has answered what was done."""
    page.wait_for_timeout(300)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tag_next_word(page: Page) -> None:
    press(page, "Control+Shift+ArrowRight", "1", "p")


def acknowledged(page: Page) -> None:
    """The browser holds no act that the server has not kept."""
    page.wait_for_function(
        "() => !Object.keys(sessionStorage).some((key) => key.startsWith('tagwright-outbox'))"
    )


def save(page: Page) -> None:
    press(page, "Control+s")
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible(timeout=20_000)
