"""A lead decides by keyboard alone, over a reload and a killed server; all of it is in the final version."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from labeling.model import Document, NewProject, NewSession, Session, Type
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import acknowledged, client, go, marked, press, save, tagged

PLACES = 30
"""Two in each document."""


def two_people(server: AppServer) -> tuple[Session, ...]:
    """The same documents, done by two people who never agree, and agree on one more place in each."""
    sides = [
        [
            marked(f"{{Letter|Staff/POS}} {n}: {{staff|Staff/{a}}} smiled, {{room|Room/{b}}} did not.")
            for n in range(PLACES // 2)
        ]
        for a, b in (("POS", "NEG"), ("NEG", "POS"))
    ]
    with client(server) as api:
        new = NewProject(name="Hotels", type=Type.ABSA, classes=("Staff", "Room"), labels=("POS", "NEG"))
        project = api.add_project(new)
        return tuple(
            api.create_session(project.id, NewSession(name=name, documents=tuple(map(done, documents))))
            for name, documents in zip(("Ann's", "Bo's"), sides, strict=True)
        )


def done(document: Document) -> Document:
    return document.model_copy(update={"annotated": True})


def come_to_it(page: Page, left: int) -> None:
    expect(page.get_by_role("radio", name=f"To decide ({left})")).to_be_visible()
    page.get_by_role("group", name="Text to decide").focus()


def decide_documents(page: Page, count: int) -> None:
    """The first place as the first person has it, nothing at the second one; then on to the next document."""
    for _ in range(count):
        press(page, "1", "0", "Control+Enter")


def test_thirty_places_are_decided_by_keyboard_alone_over_a_reload_and_a_kill_and_saved(
    server: AppServer, page: Page
) -> None:
    one, other = two_people(server)
    numbers = f"{one.id},{other.id}"
    go(page, f"{server.url}/review?project={one.project_id}&tab=decide&sessions={numbers}")
    page.get_by_role("button", name="Start deciding").press("Enter")
    come_to_it(page, PLACES)
    decide_documents(page, 5)
    # What the app has not said to keep waits in the page, and comes after it was loaded again.
    page.reload()
    come_to_it(page, PLACES - 10)
    expect(page.get_by_role("heading", name="Document 6", exact=True)).to_be_visible()
    decide_documents(page, 5)
    acknowledged(page)
    server.kill()
    server.start()
    page.reload()
    come_to_it(page, PLACES - 20)
    # The page's ground has the focus after a click on it, and no keys of its own.
    page.get_by_test_id("stMain").click(position={"x": 4, "y": 700})
    decide_documents(page, 4)
    # Of what is proposed each has the number of the person who has it.
    tags = page.locator(".choices .tag")
    lanes = tags.all_inner_texts()[:2]
    press(page, "a")
    expect(tags).to_have_text(lanes)
    press(page, "Escape", "1", "0", "Control+z", "0", "Control+Enter")
    expect(page.get_by_text("Nothing is left to decide.")).to_be_visible()
    expect(page.get_by_role("radio", name=f"Decided ({PLACES})")).to_be_visible()
    acknowledged(page)
    save(page)
    with client(server) as api:
        final = next(one for one in api.sessions(one.project_id) if one.name == "Ann's + Bo's decided")
        assert (final.status, final.progress) == ("FINISHED", 100.0)
    decided = tagged(server, final)
    assert [[words for words, *_ in tags] for tags in decided] == [["Letter", "staff"]] * (PLACES // 2)
    # In each document others stand first: no lane is one person's.
    assert {tags[1][2] for tags in decided} == {"POS", "NEG"}
    assert tagged(server, one)[0][1] == ("staff", "Staff", "POS")
