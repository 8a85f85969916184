"""A save of names that change places, broken off at one of its requests, and another save after it.

The tests take the requests that can be told apart; `python -m tests.soak` takes all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

import httpx
import pytest

from labeling.draft.draft import Draft
from labeling.editing.session import add_name, rename_name
from labeling.model import Document, Session
from tests.contract.embedded import Embedded
from tests.contract.saves import (
    EASY,
    Fault,
    Kept,
    a_session,
    a_text,
    edited,
    fresh,
    held,
    state,
    stepped,
    tagging,
    wire_to,
)

How = Literal["cancelled", "failed", "answer lost", "killed"]
HOWS: tuple[How, ...] = ("cancelled", "failed", "answer lost", "killed")
Pairs = list[tuple[str, str]]
PLACES: list[Pairs] = [
    [("Staff", "Crew")],
    [("Comfort", "Ease"), ("Staff", "Comfort")],
    [("Staff", "X"), ("Comfort", "Staff"), ("X", "Comfort")],
]


def texts(count: int, class_: str = "Staff") -> list[Document]:
    return [a_text(f"Text {n}", (0, 4, class_, "POS")) for n in range(count)]


def renaming(draft: Draft, *pairs: tuple[str, str]) -> Draft:
    for old, new in pairs:
        draft = stepped(draft, rename_name(draft, "classes", old, new))
    return draft


def end_of(pairs: Pairs, name: str) -> str:
    for old, new in pairs:
        name = new if name == old else name
    return name


class Died(Exception):
    """Stands for the end of the app in mid-save."""


def breaking(how: How) -> Fault:
    def fault(inner: httpx.BaseTransport, request: httpx.Request) -> httpx.Response:
        if how in ("cancelled", "answer lost"):
            response = inner.handle_request(request)
            if how == "cancelled":
                return response
        if how == "killed":
            raise Died
        raise httpx.ReadError("the connection broke", request=request)

    return fault


class Moment(NamedTuple):
    """A request of a save to which nothing happens, and what was so before it."""

    request: str
    puts: int
    draft: Draft


Choose = Callable[[How, list[Moment]], Iterable[int]]
"""At which requests of a save it is broken off."""


def every_request(how: How, moments: list[Moment]) -> Iterable[int]:
    return range(2, len(moments))


def told_apart(how: How, moments: list[Moment]) -> Iterable[int]:
    """One of those before which the server had taken the same and the same was kept of the draft:
    a kill leaves no more than that. What goes on after the fault also depends on the request."""
    first: dict[tuple[object, ...], int] = {}
    for number, (request, puts, draft) in enumerate(moments):
        if number >= 2:
            first.setdefault((puts, id(draft), how == "killed" or request), number)
    return first.values()


def broken_off(server: Embedded, pairs: Pairs, how: How, choose: Choose) -> None:
    """Killed: what the save would have said at its end is never heard, only what was handed over on the
    way."""

    def documents(name: Callable[[str], str]) -> list[Document]:
        return [
            *(a_text(f"Text {n}", (0, 4, name("Staff"), "POS")) for n in range(3)),
            a_text(EASY, (5, 10, name("Staff"), "POS"), (12, 21, name("Comfort"), "NEG")),
        ]

    def a_draft() -> tuple[Session, Draft]:
        session = a_session(server, *documents(lambda name: name))
        draft = renaming(fresh(server.api, session), *pairs)
        draft = stepped(draft, add_name(draft, "classes", "Staff")) if "Staff" not in draft.classes else draft
        return session, edited(server.api, draft, 0, tagging(5, 6, "Staff", "NEG"))

    moments = moments_of(server, a_draft()[1])
    for number in choose(how, moments):
        request = moments[number].request
        if how == "answer lost" and not request.startswith("PUT"):
            continue
        session, draft = a_draft()
        kept = Kept(draft)
        wire = wire_to(server, at=number, until=number + 1, fault=breaking(how))
        if how == "cancelled":
            kept.save(wire.client(server.token), stopped=lambda wire=wire, n=number: len(wire.calls) > n)
        elif how == "killed":
            with pytest.raises(Died):
                kept.save(wire.client(server.token))
        else:
            kept.save(wire.client(server.token))
        again = kept.save(server.api)
        assert again.is_whole, (number, request, again.error, again.differences)
        first, *rest = documents(lambda name: end_of(pairs, name))
        mine = a_text(first.text, (5, 6, "Staff", "NEG"))
        assert held(server.api, session) == state(
            first.model_copy(update={"segments": (*first.segments, *mine.segments)}), *rest
        ), (number, request)
        assert again.after.classes == draft.classes
        assert not kept.draft.is_changed


def moments_of(server: Embedded, draft: Draft) -> list[Moment]:
    kept = Kept(draft)
    drafts: list[Draft] = []
    wire = wire_to(server, on_call={number: lambda: drafts.append(kept.draft) for number in range(200)})
    assert kept.save(wire.client(server.token)).is_whole
    requests = [f"{call.method} {re.sub(r'[0-9]+', 'n', call.url.path)}" for call in wire.calls]
    puts = [sum(request.startswith("PUT") for request in requests[:n]) for n in range(len(requests))]
    return [Moment(*moment) for moment in zip(requests, puts, drafts, strict=True)]
