"""Changes of a session: all or nothing, and no more rows than differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, text

from labeling.errors import Invalid, NotFound
from labeling.server.rules.bodies import SessionBody
from labeling.server.rules.reading import SessionParts, checked_documents
from labeling.server.storage import tables
from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.store import Store, open_store
from tests.stores import DATABASES, empty_store
from tests.unit.server.storage.build import EVERYTHING, ME, a_session, change, documents_of, tagged


def test_ids_are_unique_in_the_whole_server(store: Store) -> None:
    first = a_session(store, tagged("One", (0, 1), (0, 2)), tagged("Two", (0, 1)))
    second = a_session(store, tagged("One", (0, 1)))
    assert first.session_id != second.session_id
    documents = [item for at in (first, second) for item in documents_of(store, at)]
    segments = [segment for item in documents for segment in item["segments"]]
    tags = [tag for segment in segments for tag in segment["tags"]]
    for things in (documents, segments, tags):
        ids = [thing["id"] for thing in things]
        assert len(set(ids)) == len(ids)


def test_a_change_that_fails_half_way_leaves_no_trace(store: Store) -> None:
    at = a_session(store, tagged("One", (0, 1)))
    body = change(
        name="No",
        classes=["Other"],
        documents=[{"text": "New"}, {"text": "One", "segments": [{"span": [0, 2], "tags": []}]}],
    )
    # The tag on [0, 1) goes, but that on the other document keeps the class in use.
    store.sessions.update(ME, at, change(documents=[tagged("Two", (0, 1))]))
    before = (store.sessions.read(at), store.documents.of_session(at, EVERYTHING), _counters(store))
    with pytest.raises(Invalid, match="Bed"):
        store.sessions.update(ME, at, body)
    assert (store.sessions.read(at), store.documents.of_session(at, EVERYTHING), _counters(store)) == before


def test_others_store_while_the_documents_of_a_new_session_are_looked_at(store: Store) -> None:
    at = a_session(store, tagged("One", (0, 1)))
    done: list[int] = []

    def documents() -> Iterator[dict[str, Any]]:
        yield tagged("Two", (0, 1))
        other = Thread(target=lambda: done.append(store.sessions.update(ME, at, change(name="New"))["id"]))
        other.start()
        other.join(30)
        yield tagged("Three", (0, 1))

    parts = SessionParts(SessionBody(), checked_documents(documents()))
    made = store.sessions.create(ME, at.project_id, parts)
    assert (done, made["document_count"]) == ([at.session_id], 2)


@pytest.fixture(params=DATABASES)
def durable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store with as many connections as are asked for."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield stack.enter_context(closing(open_store(tmp_path)))
        else:
            yield stack.enter_context(empty_store(request.param))


def test_others_store_while_the_documents_of_a_new_session_are_made_rows(durable: Store) -> None:
    at = a_session(durable, tagged("One", (0, 1)))
    steps: list[str] = []

    def store_another() -> None:
        more = change(documents=[tagged("More", (0, 1))])
        durable.sessions.update(ME, at, more)
        steps.append("another stored")

    def go_on() -> None:
        steps.append("go on")
        if steps.count("go on") == 2:  # checked, and not stored yet
            other = Thread(target=store_another)
            other.start()
            other.join(30)
            steps.append("rows")

    parts = SessionParts(SessionBody(), checked_documents([tagged("Two", (0, 1), (1, 3))]))
    made = durable.sessions.create(ME, at.project_id, parts, go_on)
    assert steps == ["go on", "go on", "another stored", "rows", "go on"]
    assert [one["text"] for one in documents_of(durable, SessionAddress(at.project_id, made["id"]))] == [
        "Two"
    ]


def test_what_breaks_off_a_new_session_is_forgotten_by_the_next_one(durable: Store) -> None:
    at = a_session(durable, tagged("One", (0, 1)))
    for number in (1, 2, 3):
        left = iter(range(number))

        def go_on(left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Invalid("The caller hung up.")

        parts = SessionParts(SessionBody(), checked_documents([tagged("Two", (0, 1))]))
        if number < 3:
            with pytest.raises(Invalid, match="hung up"):
                durable.sessions.create(ME, at.project_id, parts, go_on)
        else:
            durable.sessions.create(ME, at.project_id, parts, go_on)
    assert [one["document_count"] for one in durable.sessions.of_project(ME, at.project_id)] == [1, 1]


def test_a_new_session_with_a_document_that_cannot_be_leaves_no_trace(store: Store) -> None:
    at = a_session(store, tagged("One", (0, 1)))
    before = _counters(store)
    many = [*(tagged(f"Text {n}", (0, 1)) for n in range(1500)), tagged("Last", (0, 9))]
    with pytest.raises(Invalid, match=re.escape("documents[1500].segments[0].span")):
        store.sessions.create(ME, at.project_id, SessionParts(SessionBody(), checked_documents(many)))
    assert _counters(store) == before
    assert [one["id"] for one in store.sessions.of_project(ME, at.project_id)] == [at.session_id]


def _counters(store: Store) -> list[Any]:
    with store.database.reading() as connection:
        return list(connection.execute(select(tables.counters).order_by("kind")).all())


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_change_touches_only_the_rows_that_differ(store: Store) -> None:
    at = a_session(store, tagged("One two three", (0, 3), (4, 7), (8, 13)), tagged("Other", (0, 1)))
    with store.database.writing() as connection:
        for table in ("segments", "tags", "session_documents"):
            for action in ("UPDATE", "DELETE", "INSERT"):
                connection.execute(
                    text(
                        f"CREATE TRIGGER t_{table}_{action} AFTER {action} ON {table} "
                        "BEGIN UPDATE counters SET next_id = next_id + 1 WHERE kind = 'groups'; END"
                    )
                )

    def touched(**fields: Any) -> int:
        before = dict(map(tuple, _counters(store)))["groups"]
        store.sessions.update(ME, at, change(**fields))
        return int(dict(map(tuple, _counters(store)))["groups"] - before)

    same = tagged("One two three", (0, 3), (4, 7), (8, 13))
    assert touched(documents=[same]) == 0
    assert touched(name="Renamed") == 0
    retagged = tagged("One two three", (0, 3), (4, 7), (8, 13))
    retagged["segments"][1]["tags"] = [{"label": "POS"}]
    # The tag, and the document counts as annotated.
    assert touched(documents=[retagged]) == 2
    # The segment and the tag on it.
    assert touched(documents=[tagged("Other", (0, 1), (0, 2))]) == 3


def test_unknown_keys_survive_with_their_types(store: Store) -> None:
    extra = {"score": 0.25, "big": 10**30, "deep": {"a": [None, True, "é😀"]}}
    at = a_session(
        store, {"text": "One", "segments": [{"span": [0, 1], **extra, "tags": [{"class": "Bed", **extra}]}]}
    )
    [segment] = documents_of(store, at)[0]["segments"]
    assert {key: segment[key] for key in extra} == extra
    assert {key: segment["tags"][0][key] for key in extra} == extra


def test_what_is_gone_is_not_found(store: Store) -> None:
    at = a_session(store, {"text": "One"})
    for call in (
        lambda: store.sessions.read(SessionAddress(at.project_id, 99)),
        lambda: store.sessions.update(ME, SessionAddress(99, at.session_id), change(name="x")),
        lambda: store.documents.read(at, 99, frozenset()),
        lambda: store.tagging.mark_document(ME, at, 99),
    ):
        with pytest.raises(NotFound):
            call()
