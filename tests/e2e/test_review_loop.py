"""The loop of a review, with two annotators and a lead, each in a browser of their own: from a number to the
place, to who tagged it, and back into the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from labeling.model import NewProject, NewSession, Role, Session, Type
from labeling.server.accounts import add_person
from labeling.server.storage.store import open_store
from labeling.studio.client import LabelingClient
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import acknowledged, button, go, marked, press, save
from tests.e2e.conftest import SIZE
from tests.e2e.grid import Grid
from tests.e2e.runs import heard, settled
from tests.e2e.test_decide import done

PASSWORD = "correct horse battery"
LEA, ANN, BO = "lea@example.org", "ann@example.org", "bo@example.org"


class Team(NamedTuple):
    """The app of a team; the sessions of Ann, who has done all of hers, and of Bo, who has one left."""

    app: AppServer
    ann: Session
    bo: Session

    def review(self, words: str) -> str:
        numbers = f"sessions={self.ann.id},{self.bo.id}"
        return f"{self.app.url}/review?project={self.ann.project_id}&{words}&{numbers}"


@pytest.fixture
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    data = tmp_path_factory.mktemp("loop") / "data"
    data.mkdir(parents=True)
    store = open_store(data)
    add_person(store, LEA, PASSWORD, Role.MANAGER)
    app = AppServer(data, env={"LABELING_SIGN_IN": "1", "LABELING_SAMPLE": ""})
    try:
        with httpx.Client(base_url=f"{app.url}/api", timeout=30, trust_env=False) as http:
            api = LabelingClient(http, LabelingClient(http).sign_in(LEA, PASSWORD))
            new = NewProject(name="Hotels", type=Type.ABSA, classes=("Staff", "Room"), labels=("POS", "NEG"))
            project = api.add_project(new).id
            for email in (ANN, BO):
                add_person(store, email, PASSWORD, Role.ANNOTATOR, project)
            ids = {one.email: one.id for one in api.members(project)}
            texts = [f"{{Staff|Staff/POS}} smiled at {n}." for n in (1, 2)]
            theirs = [
                api.create_session(
                    project,
                    NewSession(name=name, documents=tuple(documents), user_id=ids[email]),
                )
                for name, email, documents in (
                    ("Ann's", ANN, [done(marked(text)) for text in texts]),
                    ("Bo's", BO, [done(marked(texts[0])), marked("Staff smiled at 2.")]),
                )
            ]
        yield Team(app, *theirs)
    finally:
        store.close()
        app.stop()


def signed_in(browser: Browser, opened: list[BrowserContext], address: str, email: str) -> Page:
    """The page at an address of the app, in a browser of its own that has the cookie already."""
    opened.append(browser.new_context(viewport=SIZE))
    opened[-1].set_default_timeout(120_000)
    here = "/".join(address.split("/")[:3])
    sent = {"email": email, "password": PASSWORD}
    answer = opened[-1].request.post(f"{here}/auth/session", data=sent, headers={"Origin": here})
    assert answer.ok, answer.text()
    page = heard(opened[-1].new_page())
    page.goto(address)
    return page


def test_a_disagreement_is_found_decided_told_taken_and_reported(
    browser: Browser, team: Team, tmp_path: Path
) -> None:
    opened: list[BrowserContext] = []
    try:
        _loop(browser, opened, team, tmp_path)
    finally:
        for context in opened:
            context.close()


def _loop(browser: Browser, opened: list[BrowserContext], team: Team, folder: Path) -> None:
    # Bo tags what is left otherwise than Ann, and calls it done.
    address = f"{team.app.url}/annotate?project={team.bo.project_id}&session={team.bo.id}&document=2"
    bo = signed_in(browser, opened, address, BO)
    text = bo.get_by_role("textbox", name="Document text")
    expect(text).to_be_visible()
    settled(bo)
    text.focus()
    press(bo, "Control+Shift+ArrowRight", "1", "n", "Control+Enter")
    button(bo, "Save").click()
    expect(bo.get_by_text("The server holds exactly what you saved.")).to_be_visible()

    # The lead: from the number in the matrix to the place, which is decided by its key.
    lead = signed_in(browser, opened, team.review("tab=agreement&part=label"), LEA)
    expect(lead.get_by_role("heading", name="F1 of identical tags: 0.500")).to_be_visible()
    settled(lead)
    matrix = Grid(lead, "agreement-confusion-label")
    matrix.go(1, "NEG")
    spans = lead.locator(".st-key-spans-confusion")
    expect(spans).to_contain_text("Ann's: POS · Bo's: NEG")
    settled(lead)
    Grid(lead, "spans-table-confusion").click(0, 15)
    button(lead, "Settle these on Decide …").click()
    button(lead, "Start deciding").click()
    expect(lead.get_by_role("radio", name="To decide (1)")).to_be_visible()
    toolbar = lead.get_by_role("toolbar", name="What the final version has here")
    hers = toolbar.get_by_role("button", name=re.compile("^[12].*Staff.POS"))
    key = (hers.text_content() or "")[0]
    lead.get_by_role("group", name="Text to decide").focus()
    press(lead, key, "Control+Enter")
    expect(lead.get_by_text("Nothing is left to decide.")).to_be_visible()
    acknowledged(lead)
    save(lead)
    lead.get_by_text("Tell the annotators").click()
    button(lead, "Tell them: 1 place, all of these").click()
    expect(lead.get_by_text("1 note made: they stand on the text there.")).to_be_visible()

    # Bo sees it on the text and takes it; Ann, who has it so, is told nothing.
    bo.reload()
    button(bo, "Decided otherwise: 1").click()
    expect(bo.get_by_text("Staff/NEG → Staff/POS")).to_be_visible()
    button(bo, "Take it").click()
    expect(button(bo, "Taken, not saved yet")).to_be_visible()
    button(bo, "Save").click()
    expect(bo.get_by_text("The server holds exactly what you saved.")).to_be_visible()
    expect(button(bo, "Decided otherwise: 1")).to_have_count(0)
    address = f"{team.app.url}/annotate?project={team.ann.project_id}&session={team.ann.id}"
    ann = signed_in(browser, opened, address, ANN)
    expect(ann.get_by_role("textbox", name="Document text")).to_be_visible()
    settled(ann)
    expect(ann.get_by_text("Decided otherwise")).to_have_count(0)

    # The figures follow, and what was handed in before anything was said stays what it was.
    go(lead, team.review("tab=agreement"))
    button(lead, "Read again").click()
    expect(lead.get_by_text("1 document has other tags by now.")).to_be_visible()
    expect(lead.get_by_role("heading", name="F1 of identical tags: 0.500")).to_be_visible()
    lead.get_by_role("radio", name="As they are now").click()
    expect(lead.get_by_role("heading", name="F1 of identical tags: 1.000")).to_be_visible()
    settled(lead)

    # On the text each tag tells who made it what it is.
    go(lead, f"{team.review('tab=history')}&session={team.bo.id}&save=3")
    lead.locator(".tag", has_text="Staff").hover()
    hands = re.compile(r"^Staff/POS: made by bo@example\.org .+, label by bo@example\.org")
    expect(lead.locator(".told")).to_have_text(hands)
    lead.mouse.move(0, 0)
    expect(lead.locator(".told")).to_be_empty()
    lead.get_by_role("group", name="Text with its tags").focus()
    press(lead, "ArrowRight")
    expect(lead.locator(".told")).to_have_text(hands)
    settled(lead)

    # So does the report.
    button(lead, "Report").click()
    button(lead, "Make the report").click()
    saving = lead.get_by_role("button", name="Save Hotels report.html")
    expect(saving).to_be_visible()
    with lead.expect_download() as download:
        saving.click()
    download.value.save_as(folder / "report.html")
    lead.goto((folder / "report.html").as_uri())
    said = lead.locator("main")
    for words in (
        "F1 of identical tags: 0.500",
        "As first handed in: each document as it was first called done, from the server's history.",
        "1 document has other tags by now.",
        "2 places in 2 documents were decided.",
        "1 note: 1 answered or closed.",
    ):
        expect(said).to_contain_text(words)
    expect(said.get_by_role("row", name="one person's was chosen 1 50 %")).to_have_count(2)
    expect(said.get_by_role("row", name="decided otherwise 1 0 1 1")).to_be_visible()
