"""A model is trained, proposes tags, and these are corrected by keys alone: from the page Sessions to the
export."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing
from threading import Event, Thread

import pytest
from playwright.sync_api import Page, expect

from labeling.model import Document, NewSession, Session
from labeling.server.storage.store import open_store
from labeling.server.training import STEPS
from labeling.server.worker import Worker
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, client, go, marked, tagged
from tests.e2e.runs import WAIT, settled
from tests.e2e.test_accessible import COLOURS, violations

PLACES = (
    "lobby",
    "garden",
    "cellar",
    "attic",
    "hall",
    "tower",
    "court",
    "gate",
    "wing",
    "stair",
    "roof",
    "pier",
)
TWO = "In the {p} the {staff|Staff/POS} smiled, but the {room|Room/NEG} of the {p} was cold"
ONE = "Near the {p} nobody complained, and the {breakfast|Room/POS} came late"
NONE = "In the {p} the staff smiled, but the room of the {p} was cold"
NEW = "In the {p} the staff smiled, but the room by the {p} was cold"


def learned() -> list[Document]:
    """Done documents of three forms, one of which contradicts another: so the model is not all too sure."""
    forms = (TWO, TWO, TWO, ONE, TWO, TWO, TWO, NONE)
    texts = [forms[n % 8].replace("{p}", f"{place} {n}") for n, place in enumerate(PLACES * 2)]
    return [marked(text).model_copy(update={"annotated": True}) for text in texts]


def proposed(page: Page) -> int:
    count = page.locator(".foot .ghosts .count")
    return int(count.inner_text().split()[0]) if count.is_visible() else 0


def score(page: Page) -> int:
    standing = page.locator(".st-key-session-standing")
    said = standing.inner_text()
    assert standing.locator("strong").evaluate("score => score.scrollWidth <= score.clientWidth"), "cut"
    found = re.search(r"score (\d+)", said)
    assert found, said
    return int(found[1])


def exported(server: AppServer, session: Session) -> int:
    """How many tags the file has that everybody gets."""
    path = f"/projects/{session.project_id}/annotations/{session.id}/download"
    documents = server.get(path, format="json")["documents"]  # type: ignore[index,call-overload]
    return sum(len(part["tags"]) for one in documents for part in one.get("segments", ()))


@pytest.fixture
def trainer(server: AppServer) -> Iterator[None]:
    """Somebody who does the app's jobs about models: in tests no app has workers of its own."""
    stopped = Event()
    with closing(open_store(server.data)) as store:
        thread = Thread(target=Worker(store, stopped, STEPS).run)
        thread.start()
        yield
        stopped.set()
        thread.join()


@pytest.mark.usefixtures("trainer")
def test_a_model_is_trained_and_its_proposals_are_corrected_by_keys_until_the_session_is_finished(
    server: AppServer, page: Page
) -> None:
    session = a_session(server, *learned(), name="Learned from")
    new = tuple(Document(text=NEW.replace("{p}", f"{place} {n}")) for n, place in enumerate(PLACES))
    with client(server) as api:
        api.create_session(session.project_id, NewSession(name="To come", documents=new))
    page.goto(f"{server.url}/?project={session.project_id}")
    page.get_by_text("Models", exact=True).click()
    page.get_by_role("button", name="Train a model").click()
    page.get_by_role("button", name="Train it").click()
    expect(page.get_by_role("button", name="Train it")).to_be_hidden()
    expect(page.get_by_text(re.compile(r"Score about \d+ of 100 \(\d+ to \d+\)"))).to_be_visible()
    settled(page)
    assert violations(page) == []
    page.get_by_role("button", name="Correct with it").click()
    page.get_by_role("spinbutton", name="Documents").fill("12")
    page.get_by_role("spinbutton", name="Documents").press("Tab")
    settled(page)
    page.get_by_role("button", name="Make the session").click()
    expect(page.get_by_text("Predicted score:").first).to_be_visible()
    with client(server) as api:
        correction = next(one for one in api.sessions(session.project_id) if one.mode == "CORRECTION")
    go(page, f"{server.url}/annotate?project={session.project_id}&session={correction.id}")
    expect(page.locator(".ghost").first).to_be_visible()
    first = score(page)
    text = page.locator(".text")
    text.focus()

    # The first document: one is rejected, one taken as something else; that is all that the server gets.
    count = proposed(page)
    assert count >= 2
    page.keyboard.press("Tab")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, **COLOURS) == [], "in the dark"
    page.emulate_media(color_scheme="null")
    page.keyboard.press("Delete")
    page.keyboard.press("p")
    assert proposed(page) == count - 2
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    expect(page.get_by_text("2 proposed tags decided")).to_be_visible()
    assert exported(server, correction) == 1
    assert tagged(server, correction)[0] == [("room", "Room", "POS")]

    # Of the others each second document's are taken as they are, the rest rejected: one key each.
    taken = 1
    for n in range(len(new)):
        expect(page.get_by_text(f"Document {n + 1} of 12")).to_be_visible()
        expect(text).to_be_focused()
        count = proposed(page)
        if count:
            page.keyboard.press("Tab")
        for _ in range(count):
            page.keyboard.press("Delete" if n % 2 else "Enter")
        taken += 0 if n % 2 else count
        assert proposed(page) == 0
        page.keyboard.press("Control+Enter")
        settled(page)
    page.keyboard.press("Control+s")
    expect(page.locator(".st-key-session-standing")).to_contain_text("Finished · 100.0 % of 12")
    assert exported(server, correction) == taken > 6
    # With what was corrected the model is expected to be worth something else, which is estimated beside.
    path, end = f"/projects/{session.project_id}/corrections/{correction.id}", time.monotonic() + WAIT
    while server.get(path)["predicted_score"] == first:  # type: ignore[call-overload,index]
        assert time.monotonic() < end
        time.sleep(0.5)
    expect(page.locator(".st-key-session-standing")).not_to_contain_text(f"score {first}")
