"""A model is trained, proposes tags, and these are corrected by keys alone: from the page Sessions to the
export."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from labeling.model import Document, NewSession, Session
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, client, go, marked, tagged
from tests.e2e.runs import settled

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
NEW = "Behind the {p} the staff smiled, and the room near the {p} was cold"


def learned() -> list[Document]:
    """Done documents: each third has another form, so that the model is not all too sure."""
    forms = [
        (ONE if n % 3 == 2 else TWO).replace("{p}", f"{place} {n}") for n, place in enumerate(PLACES * 2)
    ]
    return [marked(text).model_copy(update={"annotated": True}) for text in forms]


def proposed(page: Page) -> int:
    count = page.locator(".foot .ghosts .count")
    return int(count.inner_text().split()[0]) if count.is_visible() else 0


def score(page: Page) -> int:
    said = page.locator(".st-key-session-standing").inner_text()
    found = re.search(r"score (\d+)", said)
    assert found, said
    return int(found[1])


def exported(server: AppServer, session: Session) -> int:
    """How many tags the file has that everybody gets."""
    path = f"/projects/{session.project_id}/annotations/{session.id}/download"
    documents = server.get(path, format="json")["documents"]  # type: ignore[index,call-overload]
    return sum(len(part["tags"]) for one in documents for part in one.get("segments", ()))


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
    expect(page.get_by_text("Ready", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"Score about \d+ of 100 \(\d+ to \d+\)"))).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Correct with it").click()
    page.get_by_role("spinbutton", name="Documents").fill("12")
    page.get_by_role("spinbutton", name="Documents").press("Tab")
    settled(page)
    page.get_by_role("button", name="Make the session").click()
    expect(page.get_by_text("Started", exact=True).first).to_be_visible()
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
    page.keyboard.press("Delete")
    page.keyboard.press("n")
    assert proposed(page) == count - 2
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    expect(page.get_by_text("2 proposed tags decided")).to_be_visible()
    assert exported(server, correction) == 1
    (tag,) = tagged(server, correction)[0]
    assert tag[2] == "NEG"

    # The others are taken as they are, one key each.
    taken = 1
    for n in range(len(new)):
        expect(page.get_by_text(f"Document {n + 1} of 12")).to_be_visible()
        expect(text).to_be_focused()
        count = proposed(page)
        if count:
            page.keyboard.press("Tab")
        for _ in range(count):
            page.keyboard.press("Enter")
        taken += count
        assert proposed(page) == 0
        page.keyboard.press("Control+Enter")
        settled(page)
    page.keyboard.press("Control+s")
    expect(page.locator(".st-key-session-standing")).to_contain_text("Finished · 100.0 % of 12")
    assert exported(server, correction) == taken > 12
    expect(page.locator(".st-key-session-standing")).not_to_contain_text(f"score {first}")
