"""A followed link is told from the address that the app gave the browser itself,
however late that arrives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from components.shell.address import Address


def at(document: int) -> dict[str, str]:
    return {"project": "1", "document": str(document)}


def test_the_first_address_is_followed_and_the_same_again_is_no_news():
    address = Address()
    assert address.is_news(at(1))
    assert not address.is_news(at(1))
    assert address.is_news(at(2))


def test_what_was_sent_before_the_address_that_the_app_set_has_reached_the_browser_is_no_news():
    address = Address()
    address.is_news(at(1))
    address.set(at(2))
    assert not address.is_news(at(1)), "sent while 2 was on its way"
    address.set(at(3))
    assert not address.is_news(at(2)), "sent while 3 was on its way"
    assert not address.is_news(at(3))
    assert address.is_news(at(2)), "the browser's button back"


def test_the_browser_may_never_say_an_address_that_was_replaced_at_once():
    address = Address()
    address.is_news(at(1))
    for document in (2, 3, 5, 4):
        address.set(at(document))
    assert not address.is_news(at(4))
    assert address.is_news(at(2))


def test_an_address_is_given_where_another_one_is_on_its_way_and_not_given_twice():
    address = Address()
    address.is_news(at(1))
    assert not address.set(at(1))
    assert address.set(at(2))
    assert not address.set(at(2)), "the browser has not said it yet"
    assert address.set(at(1)), "the browser still says 1, but 2 is on its way"


def test_the_address_of_the_page_that_the_app_left_is_no_news_when_it_comes_late():
    address = Address()
    address.is_news(at(1))
    address.is_news({})
    address.set(at(2))
    assert not address.is_news(at(1)), "a second click on the page that was left"
    assert not address.is_news(at(2))
    assert address.is_news(at(1))


def test_the_browsers_buttons_lead_to_any_address_also_to_one_that_the_app_set():
    address = Address()
    address.is_news(at(1))
    for document in (2, 3):
        address.set(at(document))
    assert address.is_news(at(2), by_button=True)
    assert not address.is_news(at(2))
    assert not address.set(at(2))
    assert address.is_news(at(2), by_button=True)


def test_a_page_that_begins_without_an_address_is_given_it_also_where_it_is_the_one_before():
    address = Address()
    address.is_news(at(1))
    assert not address.set(at(1))
    assert not address.is_news({})
    assert address.set(at(1))
    assert not address.set(at(1))


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2), st.booleans()), max_size=30))
def test_a_browser_that_only_follows_the_app_however_late_never_brings_news(
    moves: list[tuple[int, int, bool]],
):
    address, on_its_way, shown = Address(), [], at(9)
    address.is_news(shown)
    for document, arrive, is_another_page in moves:
        if is_another_page:
            assert not address.is_news({})
        if address.set(at(document)):
            on_its_way.append(at(document))
        for _ in range(min(arrive, len(on_its_way))):
            shown = on_its_way.pop(0)
        assert not address.is_news(shown)
    for shown in on_its_way:
        assert not address.is_news(shown)
    assert not moves or shown == at(moves[-1][0]), "what was wanted last is what the browser ends with"
