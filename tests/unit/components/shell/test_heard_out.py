"""What a browser tells of a page that it has left is taken on the page where the tab went."""

from __future__ import annotations

from streamlit.proto.ClientState_pb2 import ClientState

from components.shell.heard_out import Pages


def told(page: str, *keys: str, fragment: str = "") -> ClientState:
    """What a browser sends that shows that page."""
    state = ClientState(page_script_hash=page, fragment_id=fragment)
    for key in keys:
        state.widget_states.widgets.add(id=f"$$ID-00112233445566778899aabbccddeeff-{key}", string_value="x")
    return state


def turned_to(pages: Pages, page: str) -> None:
    assert pages.asked(told(page, "reconnection")).page_script_hash == page


def test_a_field_told_after_the_page_was_turned_does_not_lead_back() -> None:
    for begun in (told("sessions", "name"), None):
        pages = Pages()
        if begun is not None:
            pages.asked(begun)
        turned_to(pages, "review")
        late = told("sessions", "name", "reconnection", fragment="part")
        taken = pages.asked(late)
        assert (taken.page_script_hash, taken.fragment_id) == ("review", "")
        assert taken.widget_states == late.widget_states


def test_a_page_that_is_shown_is_asked_for_as_it_is_and_turned_back_by_a_press() -> None:
    pages = Pages()
    pages.asked(told("sessions", "name"))
    turned_to(pages, "review")
    part = told("review", "tab", fragment="part")
    assert pages.asked(part) is part
    turned_to(pages, "sessions")
    turned_to(pages, "review")
    turned_to(pages, "sessions")
    name = told("sessions", "name")
    assert pages.asked(name) is name
    pages.go("annotate")  # the app leads there
    assert pages.asked(name).page_script_hash == "annotate"
    turned_to(pages, "sessions")
