"""Names are renamed, exchanged and added also where the server takes no longer list than the session's."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from labeling.documents.reader import Reader
from labeling.draft.draft import Draft
from labeling.editing.session import add_name, remove_name
from labeling.model import MOST_NAMES, Session
from labeling.saving.batches import BATCH
from labeling.saving.report import Report
from tests.contract.embedded import Embedded
from tests.contract.renames import HOWS, Died, How, breaking, renaming, texts
from tests.contract.saves import (
    EASY,
    STAFF,
    Kept,
    Wire,
    a_session,
    a_text,
    cell,
    edit,
    edited,
    fresh,
    held,
    save,
    state,
    stepped,
    tagging,
    wire_to,
)

COMFORT = (12, 21, "Comfort", "NEG")


def names(count: int) -> tuple[str, ...]:
    """So many classes, of which only Comfort and Staff are used."""
    return ("Comfort", "Staff", *(f"Class {n}" for n in range(count - 2)))


def longest_list_sent(wire: Wire) -> int:
    puts: list[dict[str, Any]] = [
        httpx.Response(200, content=r.content).json() for r in wire.calls if r.method == "PUT"
    ]
    return max(len(body.get("classes", ())) for body in puts)


def saved(server: Embedded, kept: Kept) -> Report:
    """After a save that is proved and in which no list was longer than the server takes."""
    wire = wire_to(server)
    report = kept.save(wire.client(server.token))
    assert report.is_whole, (report.error, report.differences)
    assert longest_list_sent(wire) <= MOST_NAMES
    assert not kept.draft.is_changed
    return report


def test_a_name_of_a_full_list_is_renamed_in_many_documents(either: Embedded) -> None:
    server, count = either, BATCH + 10
    session = a_session(server, *texts(count), classes=names(MOST_NAMES))
    report = saved(server, Kept(renaming(fresh(server.api, session), ("Staff", "Crew"))))
    assert report.after.classes == ("Comfort", "Crew", *names(MOST_NAMES)[2:])
    assert held(server.api, session) == state(*texts(count, "Crew"))


def test_more_names_are_renamed_than_a_list_has_room_for(server: Embedded) -> None:
    all_names = names(MOST_NAMES - 2)
    session = a_session(server, a_text(EASY, STAFF, COMFORT), *texts(2), classes=all_names)
    pairs = [(name, f"New {name}") for name in all_names[:6]]
    report = saved(server, Kept(renaming(fresh(server.api, session), *pairs)))
    assert report.after.classes == (*(new for _, new in pairs), *all_names[6:])
    first = a_text(EASY, (5, 10, "New Staff", "POS"), (12, 21, "New Comfort", "NEG"))
    assert held(server.api, session) == state(first, *texts(2, "New Staff"))


def test_two_names_of_a_full_list_change_places(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF, COMFORT), classes=names(MOST_NAMES))
    swap = [("Staff", "X"), ("Comfort", "Staff"), ("X", "Comfort")]
    saved(server, Kept(renaming(fresh(server.api, session), *swap)))
    swapped = a_text(EASY, (5, 10, "Comfort", "POS"), (12, 21, "Staff", "NEG"))
    assert held(server.api, session) == state(swapped)


def test_an_unused_name_of_a_full_list_makes_room_for_a_new_one(server: Embedded) -> None:
    count = BATCH + 1
    session = a_session(server, *texts(count), classes=names(MOST_NAMES))
    draft = fresh(server.api, session)
    draft = stepped(draft, remove_name(draft, "classes", "Class 7", 0))
    draft = stepped(draft, add_name(draft, "classes", "Crew"))
    for loaded in Reader(server.api, session).each():
        draft = edit(draft, loaded, tagging(5, 6, "Crew", "NEG"))
    saved(server, Kept(draft))
    tagged = (a_text(f"Text {n}", (0, 4, "Staff", "POS"), (5, 6, "Crew", "NEG")) for n in range(count))
    assert held(server.api, session) == state(*tagged)


def test_edits_go_with_a_rename_in_a_full_list(server: Embedded) -> None:
    session = a_session(server, a_text(EASY, STAFF), *texts(1), classes=names(MOST_NAMES))
    draft = renaming(fresh(server.api, session), ("Staff", "Crew"))
    draft = edited(server.api, draft, 0, cell("0/0", "label", "NEG"))
    saved(server, Kept(draft))
    assert held(server.api, session) == state(a_text(EASY, (5, 10, "Crew", "NEG")), *texts(1, "Crew"))


@pytest.mark.parametrize("how", HOWS)
def test_a_rename_in_a_full_list_that_is_broken_off_anywhere_goes_on(server: Embedded, how: How) -> None:
    def a_draft() -> tuple[Session, Draft]:
        session = a_session(server, a_text(EASY, STAFF), *texts(2), classes=names(MOST_NAMES))
        return session, renaming(fresh(server.api, session), ("Staff", "Crew"))

    wire = wire_to(server)
    assert Kept(a_draft()[1]).save(wire.client(server.token)).is_whole
    for number, request in enumerate(wire.lines):
        if not request.startswith("PUT"):
            continue
        session, draft = a_draft()
        kept = Kept(draft)
        broken = wire_to(server, at=number, until=number + 1, fault=breaking(how))
        if how == "killed":
            with pytest.raises(Died):
                kept.save(broken.client(server.token))
        else:
            kept.save(broken.client(server.token))
        assert kept.save(server.api).is_whole
        assert held(server.api, session) == state(a_text(EASY, (5, 10, "Crew", "POS")), *texts(2, "Crew"))
        assert not kept.draft.is_changed


def test_a_tag_that_somebody_gives_the_old_name_meanwhile_is_renamed_as_well(server: Embedded) -> None:
    def a_draft() -> tuple[Session, Draft]:
        session = a_session(server, a_text(EASY, STAFF), a_text("Second staff"), classes=names(MOST_NAMES))
        return session, renaming(fresh(server.api, session), ("Staff", "Crew"))

    wire = wire_to(server)
    Kept(a_draft()[1]).save(wire.client(server.token))
    (sent,) = (number for number, request in enumerate(wire.lines) if request.startswith("PUT"))
    for number in (sent, sent - 1):
        session, draft = a_draft()
        kept = Kept(draft)
        theirs = edited(server.api, fresh(server.api, session), 1, tagging(7, 12, "Staff", "NEG"))
        reports: list[Report] = []
        others = wire_to(
            server, on_call={number: lambda draft=theirs, to=reports: to.append(save(server.api, draft))}
        )
        report = kept.save(others.client(server.token))
        assert reports[0].is_whole
        assert report.is_whole, (number, report.error, report.differences)
        second = a_text("Second staff", (7, 12, "Crew", "NEG"))
        assert held(server.api, session) == state(a_text(EASY, (5, 10, "Crew", "POS")), second)
