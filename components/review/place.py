"""Where the person is on Review: the open tab and what was chosen in each, as the address says it.

What is chosen is kept in words of the address and nowhere else: a widget is given them before it is drawn
(`hold_one`, `hold_several`, `hold_text`, or `showing` with `word`) and its callback says the new ones
(`say`). So every link leads to the same screen, also as the first request after a start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import unquote

from components.shell.link import link
from components.shell.showing import showing
from components.shell.state import UiState

T = TypeVar("T", bound="str | None")
Held = tuple[str, Callable[[], None]]
"""The key of a widget and its `on_change`."""
NONE = "~"
"""Stands in a word of the address for no class and no label."""
KEY = "review-"
"""What the keys of widgets begin with: the rest, without the session's id, is the word of the address."""


@dataclass
class ReviewPlace:
    """The open tab by its word in the address, and the other words of each tab. `project`: where they hold;
    `about`: the session that the words on a session are about; `carried`: what goes along from tab to tab;
    `chosen`: what nothing is proposed for any more, the person has chosen it."""

    tab: str = ""
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    project: int | None = None
    about: int | None = None
    carried: dict[str, str] = field(default_factory=dict)
    chosen: set[str] = field(default_factory=set)


def adopt(ui: UiState, tabs: Sequence[str], project: int) -> ReviewPlace:
    """Go where a link leads that was followed; words of another project are forgotten."""
    place = ui.of(ReviewPlace)
    followed = ui.address.take()
    if followed is not None:
        words = dict(followed)
        place.tab = words.pop("tab", tabs[0])
        place.words[place.tab] = words
        place.about = ui.place.session_id
    elif place.project != project:
        place.words.clear()
        place.carried.clear()
        place.chosen.clear()
    place.project = project
    if place.tab not in tabs:
        place.tab = tabs[0]
    return place


def show_address(ui: UiState, first: str) -> None:
    """Have the browser's address say it; the first tab needs no word."""
    place = ui.of(ReviewPlace)
    tab = {} if place.tab == first else {"tab": place.tab}
    link(ui, words=tab | place.words.get(place.tab, {}))


def word(ui: UiState, name: str) -> str:
    """What the address says under a name on the open tab; empty where it says nothing."""
    place = ui.of(ReviewPlace)
    return place.words.get(place.tab, {}).get(name, "")


def say(ui: UiState, **words: str) -> None:
    """Have the address say these words on the open tab; an empty one is taken away."""
    place = ui.of(ReviewPlace)
    said = place.words.setdefault(place.tab, {})
    for name, value in words.items():
        if value:
            said[name] = value
        else:
            said.pop(name, None)


def say_on(ui: UiState, tab: str, **words: str) -> None:
    """Go to another tab of Review, which then has these words alone. For callbacks."""
    place = ui.of(ReviewPlace)
    place.tab, place.words[tab] = tab, {name: value for name, value in words.items() if value}


def carry(ui: UiState, *names: str) -> None:
    """Take words along from the tab where they were said last to one that has none of them."""
    place = ui.of(ReviewPlace)
    here = place.words.get(place.tab, {})
    if not any(name in here for name in names):
        say(ui, **{name: place.carried.get(name, "") for name in names})
    place.carried |= {name: word(ui, name) for name in names}


def propose(ui: UiState, name: str, value: str) -> None:
    """Have the address say a word of the open tab where it says none, until the person chooses."""
    if value and not word(ui, name) and name not in ui.of(ReviewPlace).chosen:
        say(ui, **{name: value})


def choose(ui: UiState, name: str, value: str) -> None:
    """Say what the person has chosen, be it nothing. For callbacks."""
    ui.of(ReviewPlace).chosen.add(name)
    say(ui, **{name: value})


def forget_carried(ui: UiState) -> None:
    """What was chosen is chosen anew, even if that is nothing. For callbacks."""
    ui.of(ReviewPlace).carried.clear()


def about_session(ui: UiState, number: int) -> None:
    """The open tab's words are about this session from here on; those about another one are forgotten."""
    place = ui.of(ReviewPlace)
    if place.about not in (None, number):
        place.words.pop(place.tab, None)
    place.about = number


def to_word(name: str | None) -> str:
    """A class or label as the address has it; one that could be taken for something else is escaped."""
    if name is None:
        return NONE
    escaped = name.replace("%", "%25").replace(",", "%2C")
    return f"%{ord(escaped[0]):02X}{escaped[1:]}" if escaped[:1] in ("~", "-") else escaped


def from_word(said: str) -> str | None:
    """The class or label that a word of the address stands for."""
    return None if said == NONE else unquote(said)


def to_words(names: Iterable[str | None]) -> str:
    """Several of them in one word."""
    return ",".join(map(to_word, names))


def from_words(said: str) -> list[str | None]:
    return [from_word(part) for part in said.split(",")] if said else []


def numbers_in(said: str) -> list[int]:
    """The positive numbers of a word such as `5,6`, each once; what is none is left out."""
    parts = (part for part in said.split(",") if part.isdecimal() and part.isascii())
    return list(dict.fromkeys(int(part) for part in parts if 0 < int(part[:10]) < 10**9))


def hold_several(ui: UiState, name: str, options: Sequence[T]) -> Held:
    """Give a choice of several names what the address says, before it is drawn; gives its key and its
    `on_change`."""
    said, chosen = _word_of(name), from_words(word(ui, _word_of(name)))
    there = [option for option in options if option in chosen]
    return showing(ui, name, there, lambda names: say(ui, **{said: to_words(names)}))


def hold_one(ui: UiState, name: str, options: Sequence[str]) -> Held:
    """The same for a choice of one; the first option needs no word."""
    said = word(ui, _word_of(name))
    now = said if said in options else options[0]

    def take(chosen: str) -> None:
        say(ui, **{_word_of(name): "" if chosen == options[0] else chosen})

    return showing(ui, name, now, take)


def hold_text(ui: UiState, name: str) -> Held:
    """The same for a line of text."""
    said = _word_of(name)
    return showing(ui, name, word(ui, said), lambda words: say(ui, **{said: (words or "").strip()}))


def _word_of(key: str) -> str:
    return key.removeprefix(KEY).split("-")[0]
