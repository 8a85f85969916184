"""What the window says of unsaved work, in a real Streamlit app:
Streamlit itself sets the title at every run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.app_server import AppServer

APP = Path(__file__).parent / "apps" / "leaving.py"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    server = AppServer(tmp_path_factory.mktemp("leaving") / "data", script=APP)
    yield server
    server.stop()


@pytest.fixture
def annotate(server: AppServer, sheet: Page) -> Page:
    """With nothing unsaved and nothing unkept, whatever was done before."""
    page = sheet
    if page.url.startswith(server.url):
        turn_to(page, "Annotate")
        expect(page.get_by_text("Annotate: ")).to_be_visible()
        for button in ("Save", "Keep"):
            page.get_by_role("button", name=button, exact=True).click()
    else:
        page.goto(server.url)
    expect(page.get_by_text("Annotate: 0 unsaved, 0 unkept")).to_be_visible()
    expect(page).to_have_title("Annotate · Tagwright")
    return page


def press(page: Page, *buttons: str) -> None:
    """Press each, and wait for what it brought."""
    for button in buttons:
        state = page.get_by_text("unsaved,")
        before = state.inner_text()
        page.get_by_role("button", name=button, exact=True).click()
        expect(state).not_to_have_text(before)


def turn_to(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).click()


def expect_question(page: Page, asked: bool) -> None:
    """Whether the browser is going to ask: told by whether anybody objects to the event."""
    # A function, not an expression: the app's content-security policy lets no page evaluate text anew.
    objects = "(asked) => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })) === asked"
    page.wait_for_function(objects, arg=asked)


def stays(page: Page) -> None:
    """Load the page again; the browser asks, and is told to stay."""
    expect_question(page, True)
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.evaluate("location.reload()")
    assert asked.value.type == "beforeunload"


def leaves(page: Page) -> None:
    """Load the page again; the browser does so without a word."""
    expect_question(page, False)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate("() => { window.isOld = true; }")
    page.evaluate("location.reload()")
    page.wait_for_function("() => !window.isOld")
    page.remove_listener("dialog", stay)
    assert asked == []


def test_the_title_counts_what_is_unsaved_whatever_streamlit_sets(annotate: Page):
    titles = annotate.evaluate_handle(
        """() => {
          const seen = [];
          new MutationObserver(() => requestAnimationFrame(() => seen.push(document.title)))
            .observe(document.head, { childList: true, subtree: true, characterData: true });
          return seen;
        }"""
    )
    press(annotate, "Edit")
    expect(annotate).to_have_title("(1) Annotate · Tagwright")
    press(annotate, "Edit", "Edit")
    expect(annotate).to_have_title("(3) Annotate · Tagwright")
    press(annotate, "Save")
    expect(annotate).to_have_title("Annotate · Tagwright")
    painted = titles.json_value()
    assert painted, "Streamlit no longer sets the title: the test shows nothing"
    assert all(title.endswith("Annotate · Tagwright") for title in painted)


def test_another_page_has_its_own_title_and_one_without_unsaved_work_streamlits(annotate: Page):
    press(annotate, "Edit", "Edit")
    turn_to(annotate, "Sessions")
    expect(annotate).to_have_title("(2) Sessions · Tagwright")
    press(annotate, "Edit")
    expect(annotate).to_have_title("(3) Sessions · Tagwright")
    turn_to(annotate, "Elsewhere")
    expect(annotate).to_have_title("Tagwright")
    turn_to(annotate, "Annotate")
    expect(annotate).to_have_title("(3) Annotate · Tagwright")


def test_the_browser_asks_before_it_leaves_only_while_something_is_in_this_tab_alone(annotate: Page):
    press(annotate, "Edit")
    expect_question(annotate, False)
    press(annotate, "Fail to keep", "Fail to keep")
    stays(annotate)
    turn_to(annotate, "Sessions")
    expect(annotate.get_by_text("Sessions: 1 unsaved, 2 unkept")).to_be_visible()
    stays(annotate)
    press(annotate, "Keep")
    leaves(annotate)


def test_it_asks_on_whatever_page_while_an_act_waits_that_was_done_on_another(annotate: Page):
    turn_to(annotate, "Sessions")
    expect(annotate).to_have_title("Sessions · Tagwright")
    expect_question(annotate, False)
    annotate.evaluate("sessionStorage.setItem('tagwright-outbox:a', '[{}]')")
    stays(annotate)
    annotate.evaluate("sessionStorage.removeItem('tagwright-outbox:a')")
    leaves(annotate)


def test_nothing_is_asked_on_a_page_that_has_no_such_work(annotate: Page):
    press(annotate, "Fail to keep")
    expect_question(annotate, True)
    turn_to(annotate, "Elsewhere")
    expect(annotate).to_have_title("Tagwright")
    expect_question(annotate, False)


def test_the_page_is_run_again_by_itself_when_the_server_is_back(server: AppServer, annotate: Page):
    """Told by the count, which was in the memory of the server that is gone."""
    press(annotate, "Edit")
    expect(annotate).to_have_title("(1) Annotate · Tagwright")
    server.kill()
    server.start()
    expect(annotate.get_by_text("Annotate: 0 unsaved, 0 unkept")).to_be_visible()
    expect(annotate).to_have_title("Annotate · Tagwright")


def test_it_takes_no_room(annotate: Page):
    """Two lines with it between them are as far apart as two that follow one another."""
    tops = [
        annotate.get_by_text(words, exact=True).bounding_box()["y"]
        for words in ("above", "below", "directly below")
    ]
    assert tops[1] - tops[0] == tops[2] - tops[1]
    assert not annotate.locator(".st-key-leaving").is_visible()
