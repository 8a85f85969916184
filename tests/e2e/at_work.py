"""Work in the running app: a session made over its API, its text opened, tagged by keys and saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Locator, Page, expect

from labeling.model import Document, NewProject, NewSession, Segment, Session, Tag, Type
from labeling.studio.client import LabelingClient
from tests.e2e.app_server import AppServer
from tests.e2e.grid import Grid
from tests.e2e.runs import settled

GO = """address => {
  // As after a load, no link that led away from a page before has the focus: Enter would follow it.
  document.activeElement?.closest("a")?.blur();
  history.pushState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
}"""


@contextmanager
def client(server: AppServer) -> Iterator[LabelingClient]:
    with httpx.Client(base_url=f"{server.url}/api", timeout=30, trust_env=False) as http:
        yield LabelingClient(http, server.token)


def a_session(
    server: AppServer,
    *texts: str | Document,
    name: str = "Letters",
    type_: Type = Type.ABSA,
    classes: tuple[str, ...] = ("Staff", "Room"),
    labels: tuple[str, ...] = ("POS", "NEG"),
) -> Session:
    with client(server) as api:
        project = api.add_project(NewProject(name="Hotels", type=type_, classes=classes, labels=labels))
        documents = tuple(Document(text=text) if isinstance(text, str) else text for text in texts)
        return api.create_session(project.id, NewSession(name=name, documents=documents))


def another_round(server: AppServer, session: Session, name: str = "Second round") -> Session:
    """A session over the same documents, without their tags: another person's work."""
    with client(server) as api:
        documents = api.documents(session.project_id, session.id, limit=200).documents
        ids = tuple(document.id for document in documents if document.id is not None)
        return api.create_session(session.project_id, NewSession(name=name, document_ids=ids))


def marked(text: str) -> Document:
    """A document of a text with tags in it: `The {staff|Staff/POS} smiled`."""
    plain, segments = "", []
    for piece in re.split(r"\{|\}", text):
        words, _, tag = piece.partition("|")
        if tag:
            span = (len(plain), len(plain) + len(words))
            segments.append(Segment(span=span, text=words, tags=(Tag.of(*tag.split("/")),)))
        plain += words
    return Document(text=plain, segments=tuple(segments))


def tagged(server: AppServer, session: Session) -> list[list[tuple[str, str | None, str | None]]]:
    """For each document (the Python slice, class, label) of each tag, as the API gives them."""
    with client(server) as api:
        documents = api.documents(session.project_id, session.id, limit=200).documents
    return [
        [(d.text[start:end], class_, label) for s in d.segments for start, end, class_, label in s.units]
        for d in documents
    ]


def go(page: Page, address: str) -> None:
    """Open an address of the app; where its page is open already, as the browser goes back and forward:
    without loading it."""
    if page.url.split("/")[:3] == address.split("/")[:3]:
        app = page.get_by_test_id("stApp")  # which may just have been started again
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
        settled(page)
        page.evaluate(GO, address)
    else:
        page.goto(address)
    settled(page)


def open_text(page: Page, server: AppServer, session: Session) -> None:
    """By its link, with the cursor at its start; where the page is loaded for it, the focus comes to the text
    by itself."""
    was_open = page.url.startswith(server.url)
    go(page, f"{server.url}/annotate?project={session.project_id}&session={session.id}&document=1")
    if was_open:
        come_to_the_text(page)
    expect(page.get_by_role("textbox", name="Document text")).to_be_focused()


def come_to_the_text(page: Page) -> None:
    """Anew: while it has the focus, a document opened from elsewhere leaves its cursor nowhere."""
    text = page.get_by_role("textbox", name="Document text")
    text.blur()
    text.focus()


def where(page: Page, words: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the first letter of some words of the text stands on the screen, and where the last."""
    left, right, y = page.locator(".text").evaluate(
        """(box, words) => {
          const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode()); ) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + words.length);
            const { left, right, top, bottom } = range.getBoundingClientRect();
            return [left, right, (top + bottom) / 2];
          }
        }""",
        words,
    )
    return (left + 2, y), (right - 2, y)


def open_table(page: Page, server: AppServer, session: Session) -> Grid:
    open_text(page, server, session)
    return Grid(page, "segments-")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def expect_unsaved(page: Page, count: int) -> None:
    expect(button(page, f"{count} unsaved" if count else "Nothing unsaved")).to_be_visible()


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
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()


@contextmanager
def slowed(page: Page) -> Iterator[None]:
    """All that the page waits for comes later, as in a busy browser."""
    page.evaluate("""() => {
      const set = window.setTimeout;
      window.setTimeout = (then, after = 0, ...given) => set(then, after + 300, ...given);
      window.notSlowed = set;
    }""")
    try:
        yield
    finally:  # the page goes on to the next test, whatever became of this one
        page.evaluate("() => (window.setTimeout = window.notSlowed ?? window.setTimeout)")
