"""The segments table in a browser: no cell is lost to speed, to a slow server, or to one that is killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from labeling.documents.reader import Reader
from labeling.draft.draft import Draft
from labeling.draft.edits import Refused
from labeling.draft.events import StepTaken
from labeling.editing.table import add_segment
from labeling.model import Session
from labeling.store.drafts import DraftKey, open_drafts
from labeling.store.synced import Decide, SyncedDraft
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, button, client, expect_unsaved, marked, open_table, press, slowed
from tests.e2e.grid import KEY, Grid
from tests.e2e.runs import settled

APPS = Path(__file__).parent / "apps"
SENT = 500
"""Milliseconds after which the grid has sent a cell: it waits 150 for more."""


@pytest.fixture
def slow_app(tmp_path: Path) -> Iterator[AppServer]:
    server = AppServer(tmp_path / "data", script=APPS / "slow_table.py")
    yield server
    server.stop()


@pytest.fixture
def session(server: AppServer) -> Session:
    letter = marked(
        "Das {Zimmer|Room/POS} war größer als auf den Bildern, das {Bett|Bed/NEG} leider weicher. "
        "Die {Dame an der Rezeption|Staff/POS} hat ein Brett unter die {Matratze|Bed/POS} gelegt."
    )
    classes, labels = ("Room", "Bed", "Staff", "Food"), ("POS", "NEG", "NEU")
    return a_session(server, letter, classes=classes, labels=labels)


@pytest.fixture
def letters(server: AppServer, session: Session, page: Page) -> Grid:
    """The table of a letter, whose first row is labelled POS.

    Type into a cell before the app hangs: the browser reads the cell's editor from it when one is first
    opened.
    """
    grid = open_table(page, server, session)
    expect(grid.at(0, "Label")).to_have_text("POS")
    return grid


def key_of(grid: Grid) -> str:
    """The class by which the page tells this table from another one."""
    names = str(grid.page.locator('[class*="st-key-segments-"]').first.get_attribute("class"))
    return next(name for name in names.split() if name.startswith("st-key-segments-"))


def draft_key(server: AppServer, session: Session) -> DraftKey:
    return DraftKey("embedded", str(server.get("/auth/status")["id"]), session.lasting_name)


def kept(server: AppServer, session: Session) -> list[int]:
    """How many unsaved changes the draft store has of the session."""
    drafts, key = open_drafts(server.data), draft_key(server, session)
    counts = [header.facts.changes for header in drafts.drafts(key.api, key.person) if header.key == key]
    drafts.close()
    return counts


class Elsewhere:
    """Another window of the person on the session: what is done in it goes to their draft."""

    def __init__(self, server: AppServer, session: Session) -> None:
        self.data, self.session, self.key = server.data, session, draft_key(server, session)
        with client(server) as api:
            self.documents = tuple(Reader(api, session).each())

    def take(self, decide: Decide) -> None:
        drafts = open_drafts(self.data)
        try:
            tab = SyncedDraft(drafts, self.key, self.session, "elsewhere")
            assert not tab.take(decide)
            assert not tab.waiting
        finally:
            drafts.close()

    def tag(self, position: int, words: str, class_: str, label: str) -> None:
        loaded = self.documents[position]

        def decide(draft: Draft) -> StepTaken | Refused:
            view = draft.view(loaded)
            start = view.text.index(words)
            change = add_segment(view, start, start + len(words), class_, label, "elsewhere")
            return change if isinstance(change, Refused) else StepTaken(change, (view,))

        self.take(decide)


def test_twelve_cells_typed_at_speed_are_stored_by_a_slow_server(slow_app: AppServer, page: Page):
    page.goto(slow_app.url)
    grid = Grid(page, "segments-")
    wanted = ["Room", "Price", "Food"] * 4
    expect(page.get_by_text("stored: Staff")).to_be_visible()
    grid.type(0, "Class", *wanted)
    expect(page.get_by_text("stored: " + " ".join(wanted))).to_be_visible()
    for row, name in enumerate(wanted):
        expect(grid.at(row, "Class")).to_have_text(name)


def test_offsets_typed_in_the_table_follow_the_draft_right_or_not_yet_right(slow_app: AppServer, page: Page):
    page.goto(slow_app.url)
    grid = Grid(page, "segments-")
    expect(page.get_by_text("stored: Staff")).to_be_visible()
    grid.type(0, "End", "1")
    expect(grid.at(0, "Text")).to_have_text("o")
    grid.type(1, "Start", "99")
    expect(page.get_by_text("end 7 is before start 99")).to_be_visible()
    expect(grid.at(1, "Start")).to_have_text("99")
    # A digit opens the cell, as a letter opens one of names.
    grid.go(1, "Start")
    page.keyboard.press("4")
    expect(page.locator("#portal input")).to_have_value("4")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is before start")).to_have_count(0)


def test_on_a_chosen_offset_a_letter_changes_nothing_and_ctrl_enter_is_done_and_next(
    page: Page, letters: Grid
) -> None:
    letters.go(0, "End")
    press(page, "p", ".")
    page.keyboard.type("9", delay=KEY)
    expect(page.locator("#portal input")).to_have_value("9")
    page.keyboard.press("Enter")
    expect(page.locator("#portal input")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("switch", name="Done")).to_have_attribute("aria-checked", "true")
    expect(letters.at(0, "Text")).to_have_text("Zimme")
    expect_unsaved(page, 2)


def test_cells_typed_while_the_server_dies_are_in_the_draft_after_its_restart_and_taken_once(
    server: AppServer, session: Session, page: Page, letters: Grid
):
    letters.type(0, "Label", "NEU")
    expect_unsaved(page, 1)
    server.hang()
    letters.type(0, "Label", "NEG", "NEU")
    page.wait_for_timeout(SENT)
    server.kill()
    server.start()
    expect_unsaved(page, 2)
    assert kept(server, session) == [2]
    expect(letters.at(0, "Label")).to_have_text("NEG")
    expect(letters.at(1, "Label")).to_have_text("NEU")
    button(page, "2 unsaved").click()
    expect(page.get_by_text("“Zimmer” Room/POS → Room/NEG")).to_be_visible()
    expect(page.get_by_text("“Bett” Bed/NEG → Bed/NEU")).to_be_visible()
    page.keyboard.press("Escape")
    button(page, "Undo").click()
    expect_unsaved(page, 1)
    letters.type(2, "Label", "NEU")
    expect_unsaved(page, 2)
    expect(letters.at(1, "Label")).to_have_text("NEG")


def test_cells_typed_into_a_table_that_had_to_drop_one_before_are_in_the_draft_after_a_restart(
    server: AppServer, session: Session, page: Page, letters: Grid
):
    letters.type(2, "Label", "NEU")
    expect_unsaved(page, 1)
    first = key_of(letters)
    server.hang()
    letters.type(0, "Label", "NEU")
    page.wait_for_timeout(SENT)  # the grid holds a cell back; an undo before it would be of the one before
    button(page, "Undo").click()
    page.wait_for_timeout(SENT)
    server.wake()
    expect(page.locator(f".{first}")).to_have_count(0)
    expect_unsaved(page, 1)
    expect(letters.at(0, "Label")).to_have_text("POS")
    server.hang()
    letters.type(0, "Label", "NEG")
    page.wait_for_timeout(SENT)
    server.kill()
    server.start()
    expect_unsaved(page, 2)
    expect(letters.at(0, "Label")).to_have_text("NEG")
    expect(letters.at(2, "Label")).to_have_text("NEU")
    assert kept(server, session) == [2]


def test_a_cell_typed_while_the_server_dies_into_rows_that_are_others_then_is_listed_and_not_put_elsewhere(
    server: AppServer, session: Session, page: Page, letters: Grid
):
    elsewhere = Elsewhere(server, session)
    letters.type(0, "Label", "NEU")
    expect_unsaved(page, 1)
    server.hang()
    letters.type(1, "Label", "NEU")
    page.wait_for_timeout(SENT)
    server.kill()
    elsewhere.tag(0, "Das", "Staff", "POS")
    server.start()
    expect(page.get_by_text("row 2, Label: NEU")).to_be_visible()
    expect_unsaved(page, 2)
    button(page, "I have seen it").click()
    expect(page.get_by_text("row 2, Label: NEU")).to_have_count(0)


def test_a_row_added_before_a_restart_still_takes_the_cell_typed_into_it(
    server: AppServer, page: Page, letters: Grid
):
    count = letters.canvas.locator("tbody tr").count()
    page.get_by_role("button", name="Segment", exact=True).click()
    page.get_by_label("Text to tag").fill("Zimmer")
    page.get_by_label("Text to tag").press("Enter")
    button(page, "Add").click()
    expect_unsaved(page, 1)
    expect(letters.canvas.locator("tbody tr")).to_have_count(count + 1)
    row = next(n for n in range(count + 1) if letters.cell(n, "Class") == "–")
    letters.type(row, "Label", "POS")
    expect(letters.at(row, "Label")).to_have_text("POS")
    server.hang()
    letters.type(row, "Label", "NEG")
    other = 0 if row else 1
    letters.type(other, "Class", "Food")
    page.wait_for_timeout(SENT)
    server.kill()
    server.start()
    expect_unsaved(page, 2)
    button(page, "2 unsaved").click()
    expect(page.get_by_text("+ “Zimmer” NEG")).to_be_visible()


def test_a_cell_typed_while_the_server_hangs_is_taken_once_when_it_wakes(
    server: AppServer, page: Page, letters: Grid
):
    letters.type(0, "Label", "NEU")
    expect_unsaved(page, 1)
    server.hang()
    letters.type(1, "Label", "NEU")
    page.wait_for_timeout(SENT)
    server.wake()
    expect_unsaved(page, 2)
    button(page, "Undo").click()
    expect(letters.at(1, "Label")).to_have_text("NEG")
    button(page, "Undo").click()
    expect_unsaved(page, 0)
    expect(letters.at(0, "Label")).to_have_text("POS")


ENTER_AND_UNDO = """() => {
  const field = document.querySelector("#portal input");
  const press = (key) => field.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...key }));
  press({ key: "Enter", code: "Enter", keyCode: 13 });
  press({ key: "z", ctrlKey: true });
}"""
"""Both keys before the browser has taken the field of the cell away, as in a busy one."""


def test_undo_right_after_a_cell_takes_that_cell_back(
    server: AppServer, session: Session, letters: Grid, page: Page
) -> None:
    letters.type(0, "Label", "NEU")
    expect_unsaved(page, 1)
    letters.go(1, "Label")
    press(page, "Enter")
    page.locator("#portal input").first.wait_for(state="visible")
    page.keyboard.type("POS", delay=70)
    page.evaluate(ENTER_AND_UNDO)
    page.wait_for_timeout(2 * SENT)
    expect(letters.at(1, "Label")).to_have_text("NEG")
    expect(letters.at(0, "Label")).to_have_text("NEU")
    expect_unsaved(page, 1)


def test_of_cells_pasted_at_once_those_that_are_not_taken_are_named_with_the_reason(
    server: AppServer, session: Session, letters: Grid, page: Page
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    page.evaluate("() => navigator.clipboard.writeText('Food\\tNEG\\nPool\\tNEU\\nRoom\\tPOS')")
    letters.go(1, "Class")
    page.keyboard.press("Control+v")
    said = "Not pasted: row 3, Class: “Pool” is not one of the session's classes."
    expect(page.get_by_text(said)).to_be_visible()
    expect_unsaved(page, 3)
    for row, names in enumerate((("Room", "POS"), ("Food", "NEG"), ("Staff", "NEU"), ("Room", "POS"))):
        for column, name in zip(("Class", "Label"), names, strict=True):
            expect(letters.at(row, column)).to_have_text(name)


def type_open(grid: Grid, column: str, value: str) -> None:
    """Into the first row's cell, whose editor stays open."""
    grid.go(0, column)
    grid.page.keyboard.press("Enter")
    grid.page.locator("#portal input, #portal textarea").first.wait_for(state="visible")
    grid.page.keyboard.press("Control+a")
    grid.page.keyboard.type(value, delay=KEY)


def test_what_is_typed_in_a_list_of_choices_is_taken_when_it_is_left_or_it_is_said_why_not(
    letters: Grid, page: Page
) -> None:
    away = page.get_by_role("textbox", name="Document text")
    type_open(letters, "Label", "neg")
    away.click()
    expect_unsaved(page, 1)
    expect(letters.at(0, "Label")).to_have_text("NEG")
    type_open(letters, "Class", "Foo")
    page.keyboard.press("Tab")
    expect(letters.at(0, "Class")).to_have_text("Food")
    type_open(letters, "Class", "Taxi")
    away.click()
    said = "Not taken: “Taxi”, typed into row 1, Class: there is no such choice."
    expect(page.locator(".outage")).to_have_text(said)
    expect(letters.at(0, "Class")).to_have_text("Food")


@pytest.mark.parametrize(("column", "value"), [("End", "8"), ("Label", "NEG")])
def test_a_cell_that_stands_open_is_taken_before_the_browser_turns_back(
    server: AppServer, page: Page, column: str, value: str
) -> None:
    session = a_session(server, marked("The {bed|Room/POS} was soft."))
    page.goto(f"{server.url}/review?project={session.project_id}&session={session.id}")
    settled(page)
    page.get_by_role("link", name="Annotate").click()
    expect(page.get_by_role("textbox", name="Document text")).to_be_visible()
    settled(page)
    grid = Grid(page, "segments")
    type_open(grid, column, value)
    with slowed(page):
        page.go_back()
        expect(page).to_have_title("(1) Review · Tagwright")
    page.get_by_role("link", name="Annotate").click()
    expect(grid.at(0, column)).to_have_text(value)


def test_a_cell_is_kept_that_was_entered_just_before_its_table_goes(server: AppServer, page: Page) -> None:
    session = a_session(server, marked("The {bed|Room/POS} was soft."), "Nothing to say")
    grid = open_table(page, server, session)
    next_ = button(page, "Next").bounding_box()
    assert next_ is not None
    grid.type(0, "End", "8")
    page.mouse.click(next_["x"] + 5, next_["y"] + 5)
    expect_unsaved(page, 1)
    button(page, "Previous").click()
    expect(grid.at(0, "End")).to_have_text("8")
    grid.type(0, "End", "9")
    page.reload()
    expect(grid.at(0, "End")).to_have_text("9")
    type_open(grid, "Label", "NEG")
    # As a hand does: the button is held for longer than a frame.
    page.mouse.click(next_["x"] + 5, next_["y"] + 5, delay=150)
    expect(page.get_by_role("heading", name="Document 2 of 2")).to_be_visible()
    button(page, "Previous").click()
    expect(grid.at(0, "Label")).to_have_text("NEG")
