"""Light, dark, or as the system has it: chosen once in a browser, for all pages."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.app_server import AppServer

LIGHT, DARK = "rgb(255, 255, 255)", "rgb(16, 25, 27)"


def test_what_is_chosen_on_one_page_holds_on_all_of_them_until_it_is_left_to_the_system(
    new_page: Page, shared_app: AppServer
) -> None:
    page, choice = new_page, new_page.get_by_label("Light or dark")

    def looks(colour: str) -> None:
        expect(page.locator(".stApp")).to_have_css("background-color", colour, timeout=15_000)

    page.emulate_media(color_scheme="light")
    page.goto(f"{shared_app.url}/review")
    choice.select_option("Dark")
    looks(DARK)
    page.goto(shared_app.url)
    looks(DARK)
    expect(choice).to_have_value("Dark")
    choice.select_option("As the system")
    looks(LIGHT)
    expect(page.get_by_test_id("stMainMenu")).to_have_count(0)
