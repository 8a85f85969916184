"""A team from nothing: the first person by a command, the others by links, each in a browser of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from labeling.model import NewProject, Type
from labeling.studio.client import LabelingClient
from tests.e2e.app_server import ROOT, AppServer, environment
from tests.e2e.at_work import button, come_to_the_text, expect_unsaved, press, tag_next_word
from tests.e2e.conftest import SIZE
from tests.e2e.runs import heard, settled
from tests.e2e.test_accessible import violations

PASSWORD = "correct horse battery"
LEA, EVA = "lea@example.org", "eva@example.org"


def add_person(app_data: Path, *arguments: str) -> None:
    asked = [sys.executable, "-m", "labeling.server", "--data", str(app_data), "--add-person", *arguments]
    env = environment(app_data) | {"LABELING_SAMPLE": ""}
    subprocess.run(asked, input=f"{PASSWORD}\n", text=True, cwd=ROOT, env=env, check=True)


IN_THE_HEAD = """() => {
  const keys = ["place", "only", "guidelines", "suggestions", "undo", "redo", "history-list", "changes-list"];
  const parts = [...keys, "save", "account"].map((key) => [key, `.st-key-${key} button`]);
  parts.push(["standing", ".st-key-session-standing"], ["appearance", ".st-key-appearance"]);
  const boxes = parts.flatMap(([key, found]) => [...document.querySelectorAll(found)].map((node) => {
    const { left, right, top, width } = node.getBoundingClientRect();
    return { key, left, right, top, width };
  }));
  const head = boxes.filter(({ top, width }) => width && top < 40).sort((a, b) => a.left - b.left);
  const names = [...document.querySelectorAll(".st-key-place button strong")];
  const name = names.find((node) => node.clientWidth);
  return [head.map(({ key, left, right }) => [key, left, right]), name.clientWidth / name.scrollWidth];
}"""
"""What stands in the head, from left to right, and how much is seen of the session's name."""
A_MODEL = """INSERT INTO models
(project_id, id, uuid, name, display_name, type, status, progress, sources, classes, labels, created)
SELECT project_id, 1, 'model', 'model', 'Model', 'ABSA', 'READY', 100, '[]', '[]', '[]', created
FROM projects"""
"""One that is ready, in the only project."""
ALWAYS = {"place", "undo", "changes-list", "save", "account", "appearance"}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """An app for a team, in whose database there is its first person and nothing else."""
    data = tmp_path_factory.mktemp("team") / "data"
    add_person(data, LEA, "--role", "MANAGER", "--new")
    app = AppServer(data, env={"LABELING_SIGN_IN": "1", "LABELING_SAMPLE": ""})
    yield app
    app.stop()


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Opens a browser of somebody else, with no cookie."""
    contexts = []

    def opened() -> Page:
        contexts.append(browser.new_context(viewport=SIZE))
        contexts[-1].set_default_timeout(120_000)
        return heard(contexts[-1].new_page())

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password", exact=True).press("Enter")


def account(page: Page, act: str) -> None:
    """Choose from the menu of who is signed in."""
    page.locator(".st-key-account button:visible").click()
    page.get_by_role("menuitem", name=act, exact=True).click()


def test_a_team_begins_from_nothing_and_works_together(team: AppServer, somebody: Callable[[], Page]) -> None:
    lead = somebody()
    lead.goto(team.url)
    sign_in(lead, LEA, "a wrong password")
    expect(lead.get_by_role("alert")).to_contain_text("The e-mail or the password is wrong.")
    sign_in(lead, LEA)
    expect(lead.get_by_text("There is no project yet.")).to_be_visible()
    # A project with a session, as anybody makes one.
    lead.get_by_role("link", name="New session").click()
    lead.get_by_label("Project name").fill("Hotels")
    lead.get_by_label("Texts", exact=True).fill("Kind staff\nSmall room")
    lead.keyboard.press("Tab")
    for field, name in (("Classes", "Staff"), ("Labels", "POS")):
        if lead.get_by_text(name, exact=True).count():
            continue
        lead.get_by_label(field, exact=True).click()
        settled(lead)
        lead.keyboard.type(name)
        lead.keyboard.press("Tab")
        expect(lead.get_by_text(name, exact=True)).to_be_visible()
        settled(lead)
    create = button(lead, "Create session with 2 documents")
    expect(create).to_be_enabled()
    create.click()
    expect(lead.get_by_role("heading", name="Document 1 of 2")).to_be_visible()
    work = lead.url

    # Whoever is invited comes by a link, and is in the session at once.
    lead.get_by_role("link", name="People").click()
    lead.get_by_label("E-mail").fill(EVA)
    button(lead, "Invite").click()
    link = lead.locator("code").inner_text()
    eva = somebody()
    eva.goto(link)
    expect(eva.get_by_role("heading", name="Join “Hotels”")).to_be_visible()
    eva.get_by_label("Name").fill("Eva Novak")
    eva.get_by_label("Choose a password").fill(PASSWORD)
    eva.get_by_label("Once more").fill(PASSWORD)
    eva.get_by_role("button", name="Join").click()
    expect(eva.get_by_role("button", name="Eva Novak")).to_be_visible()
    eva.goto(work)
    text = eva.get_by_role("textbox", name="Document text")
    expect(text).to_be_visible()
    settled(eva)
    text.focus()
    tag_next_word(eva)
    expect_unsaved(eva, 1)
    button(eva, "Save").click()
    expect(eva.get_by_text("The server holds exactly what you saved.")).to_be_visible()

    # The lead sees the work and who is there, and takes her out again.
    lead.goto(f"{team.url}/people{work[work.index('?') :]}")
    expect(lead.get_by_text("Eva Novak", exact=True)).to_be_visible()
    lead.goto(work)
    expect(lead.locator(".highlighter .text")).to_contain_text("Kind staff")
    expect(lead.get_by_text("1 segment", exact=True)).to_be_visible()
    # In no window does anything in the head cover anything else, and the session's name can be told.
    name = "Guest letters of spring, corrected"
    team.write(A_MODEL)
    team.write("UPDATE sessions SET name = ?, mode = 'CORRECTION', model_id = 1, predicted_score = 67", name)
    lead.set_viewport_size({"width": 1280, "height": 800})
    lead.reload()
    expect(lead.locator(".st-key-session-standing")).to_contain_text("score 67")
    expect(lead.locator(".st-key-account")).to_be_visible()
    settled(lead)
    come_to_the_text(lead)
    press(lead, "Control+ArrowRight")
    tag_next_word(lead)
    expect_unsaved(lead, 1)
    for width in (390, 640, 768, 800, 900, 1000, 1200, 1280):
        lead.set_viewport_size({"width": width, "height": 800})
        head, shown = lead.evaluate(IN_THE_HEAD)
        assert {part[0] for part in head} >= ALWAYS
        assert all(left <= right <= width and right - left >= 24 for _, left, right in head), (width, head)
        assert all(right <= left for (_, _, right), (_, left, _) in pairwise(head)), (width, head)
        assert shown * len(name) >= 11, width
    press(lead, "Control+z")
    expect_unsaved(lead, 0)
    lead.goto(f"{team.url}/people{work[work.index('?') :]}")
    row = lead.locator(".st-key-members")
    expect(row.get_by_text("Eva Novak", exact=True)).to_be_visible()
    row.get_by_role("button", name="More").first.click()
    lead.get_by_role("button", name="Take out of the project").click()
    expect(lead.get_by_text("Eva Novak", exact=True)).to_have_count(0)
    eva.goto(work)
    expect(eva.get_by_text("There is no project yet.")).to_be_visible()


def test_a_sign_in_lasts_over_a_refresh_a_second_tab_and_a_restart_and_ends_in_all_of_them(
    team: AppServer, somebody: Callable[[], Page]
) -> None:
    page = somebody()
    page.goto(f"{team.url}/new_session")
    sign_in(page, LEA)
    expect(page.get_by_role("button", name=LEA)).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name=LEA)).to_be_visible()
    assert LEA not in page.evaluate("document.cookie + JSON.stringify(localStorage)")
    [cookie] = [one for one in page.context.cookies() if one["name"].startswith("tagwright-")]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert httpx.get(f"{team.url}/api/projects", cookies={cookie["name"]: cookie["value"]}).status_code == 401
    team.kill()
    team.start()
    second = page.context.new_page()
    second.goto(team.url)
    expect(second.get_by_role("button", name=LEA)).to_be_visible()
    account(second, "Sign out")
    expect(second.get_by_label("Password", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    # Whoever signs in at one of them does not have to at the other.
    sign_in(second, LEA)
    expect(page.get_by_role("button", name=LEA)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_where_people_are_asked_invited_and_listed(
    team: AppServer, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport=SIZE, color_scheme=scheme)
    context.set_default_timeout(120_000)
    page = heard(context.new_page())
    try:
        page.goto(f"{team.url}/people")
        expect(page.get_by_label("E-mail")).to_be_visible()
        assert violations(page) == []
        sign_in(page, LEA)
        expect(page.get_by_label("Password", exact=True)).to_have_count(0)
        with httpx.Client(base_url=f"{team.url}/api", trust_env=False) as http:
            api = LabelingClient(http, LabelingClient(http).sign_in(LEA, PASSWORD))
            project = api.add_project(NewProject(name=f"In the {scheme}", type=Type.CLASS))
        page.goto(f"{team.url}/people?project={project.id}")
        page.get_by_label("E-mail").fill("guest@example.org")
        button(page, "Invite").click()
        link = page.locator("code").inner_text()
        expect(page.get_by_text("(you)")).to_be_visible()
        settled(page)
        assert violations(page) == []
        account(page, "Your account")
        expect(page.get_by_role("dialog")).to_be_visible()
        settled(page)
        assert violations(page) == []
        page.goto(link)
        expect(page.get_by_role("button", name="Join")).to_be_visible()
        assert violations(page) == []
    finally:
        context.close()
