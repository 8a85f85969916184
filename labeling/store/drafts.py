"""Drafts kept in SQLite or PostgreSQL: opaque JSON text in small rows, one transaction a call.

A step writes its own rows alone, so what it costs does not depend on how long the draft is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Table, case, delete, select, update

from labeling.errors import Moved
from labeling.store import statements
from labeling.store.database import DraftDatabase, moment_of, now_of
from labeling.store.review import ReviewStore
from labeling.store.sign_ins import BrowserSignIns
from labeling.store.statements import insert_new, upsert
from labeling.store.tables import (
    REVIEW,
    browser_sign_ins,
    decisions,
    draft_documents,
    draft_steps,
    draft_windows,
    drafts,
    handed_in,
    leases,
    note_posts,
    notes,
    plan_sessions,
    plans,
    preferences,
)


class DraftKey(NamedTuple):
    """Whose draft, of what: `api` is "embedded" or the base URL, `session` its uuid, else "project/id"."""

    api: str
    person: str
    session: str


class Facts(NamedTuple):
    """What a list of drafts shows without reading them."""

    project_id: int
    session_id: int
    name: str
    changes: int


class Header(NamedTuple):
    """One line of a list of drafts."""

    key: DraftKey
    facts: Facts
    created: datetime
    updated: datetime


class StoredDraft(NamedTuple):
    """A draft, or what was written to it after a revision.

    `documents` are (key, base, state) and `steps` (number, body), by key and by number. `gone` are keys of
    documents that left the draft; steps below `first_step` have left its history; `windows` are all of them.
    Who was here before compares `created`: a draft that was removed and begun anew has another, and is read
    anew.
    """

    revision: int
    created: datetime
    updated: datetime
    state: str
    documents: tuple[tuple[str, str, str], ...]
    gone: tuple[str, ...]
    steps: tuple[tuple[int, str], ...]
    first_step: int
    windows: dict[str, int]


class DecisionWrite(NamedTuple):
    """What is decided at a place of a document of the session, as JSON; None: nothing any more."""

    document: str
    place: str
    how: str
    body: str | None


class HandedInWrite(NamedTuple):
    """A document that a step calls done, as JSON that begins with the step's name; without it: that step was
    taken back before it was saved."""

    document: str
    step: str
    body: str | None


class Write(NamedTuple):
    """What one append stores.

    A document is (key, base, state); without a base it keeps the one it has. Steps are new ones, or old ones
    again with another body; those below `first_step` are deleted (0: none). `windows` are the numbers up to
    which the edits of a window are in the draft; the store never lowers one. `decisions` are what its steps
    decide and `handed_in` what they call done: they stand in the review store, in the same transaction.
    """

    state: str
    facts: Facts
    documents: Sequence[tuple[str, str | None, str]] = ()
    gone: Sequence[str] = ()
    steps: Sequence[tuple[int, str]] = ()
    first_step: int = 0
    windows: Mapping[str, int] = MappingProxyType({})
    decisions: Sequence[DecisionWrite] = ()
    handed_in: Sequence[HandedInWrite] = ()


class DraftStore:
    """Drafts, leases, and what a person chose.

    Each method raises NotKept when the database or its disk fails.
    """

    def __init__(self, database: DraftDatabase) -> None:
        self._database = database

    def close(self) -> None:
        self._database.close()

    def sign_ins(self, api: str) -> BrowserSignIns:
        """Who is signed in at an API with which browser: kept in the same database."""
        return BrowserSignIns(self._database, api)

    def review(self, api: str) -> ReviewStore:
        """What is planned, decided and said at an API: kept in the same database."""
        return ReviewStore(self._database, api)

    def read(self, key: DraftKey, after: int = 0) -> StoredDraft | None:
        """The draft, or what was written after a revision; None when there is none, or not any more."""
        with self._database.reading() as connection:
            row = connection.execute(statements.DRAFT, _named(key)).first()
            if row is None:
                return None
            # Every tab asks again and again: where nothing was written, there is nothing to look for.
            since = {"of_draft": row.id, "after": after}
            documents, steps = (
                connection.execute(statements.written(table), since).all() if row.revision != after else ()
                for table in (draft_documents, draft_steps)
            )
            return StoredDraft(
                revision=row.revision,
                created=moment_of(row.created),
                updated=moment_of(row.updated),
                state=row.state,
                documents=tuple((d.key, d.base, d.state) for d in documents if d.state is not None),
                gone=tuple(d.key for d in documents if d.state is None),
                steps=tuple((step.number, step.body) for step in steps),
                first_step=row.first_step,
                windows=_windows(connection, row.id),
            )

    def revision(self, key: DraftKey) -> int:
        """The revision of the draft; 0 when there is none, or not any more."""
        with self._database.reading() as connection:
            return int(connection.scalar(statements.REVISION, _named(key)) or 0)

    def knows(self, key: DraftKey) -> bool:
        """Whether it ever held such a draft: one that was removed leaves its name here."""
        with self._database.reading() as connection:
            return connection.execute(select(drafts.c.id).where(*_is(key))).first() is not None

    def append(self, key: DraftKey, revision: int, write: Write) -> int:
        """Store it on top of the revision that the writer knows (0: none yet); the new revision.

        Raises Moved when the draft is at another revision, and ValueError for a document that comes without a
        base and has none. After NotKept it may have been stored all the same when a connection broke: reading
        anew shows the number of the window.
        """
        with self._database.writing() as connection:
            now = now_of(connection)
            row = (_advanced if revision else _begun)(connection, key, revision, write, now)
            if row is None:
                raise Moved("The draft was changed in another tab.")
            _store(connection, row.id, row.revision, write)
            _decide(connection, key, write, now)
            _hand_in(connection, key, write, now)
            return int(row.revision)

    def drafts(self, api: str, person: str) -> tuple[Header, ...]:
        """All of a person at an API, the last changed first."""
        of_person = (drafts.c.api == api, drafts.c.person == person, drafts.c.state.is_not(None))
        statement = select(drafts).where(*of_person).order_by(drafts.c.updated.desc(), drafts.c.id.desc())
        with self._database.reading() as connection:
            return tuple(
                Header(
                    DraftKey(row.api, row.person, row.session),
                    Facts(*json.loads(row.facts)),
                    moment_of(row.created),
                    moment_of(row.updated),
                )
                for row in connection.execute(statement)
            )

    def unsaved(self) -> int:
        """How many drafts hold unsaved changes, whoever has them."""
        with self._database.reading() as connection:
            found = connection.scalars(select(drafts.c.facts).where(drafts.c.facts.is_not(None)))
            return sum(Facts(*json.loads(facts)).changes > 0 for facts in found)

    def remove(self, key: DraftKey) -> None:
        """Remove the draft, if there is one; the numbers of its windows stay for the next one."""
        with self._database.writing() as connection:
            emptied = update(drafts).where(*_is(key)).values(state=None, facts=None).returning(drafts.c.id)
            draft_id = connection.scalar(emptied)
            for table in (draft_documents, draft_steps):
                connection.execute(delete(table).where(table.c.draft_id == draft_id))

    def forget(self, api: str, person: str) -> None:
        """Remove all drafts of a person at an API, their notes, what they chose, their sign-ins, and what is
        left of saves that ended: of a draft its name stays, so that a page that is still open does not take
        it for lost. What they decided, handed in and saved stays, without their name."""
        with self._database.writing() as connection:
            of_person = (drafts.c.api == api, drafts.c.person == person)
            emptied = update(drafts).where(*of_person).values(state=None, facts=None)
            ids = connection.scalars(emptied.returning(drafts.c.id)).all()
            for table in (draft_documents, draft_steps):
                connection.execute(delete(table).where(table.c.draft_id.in_(ids)))
            chosen = (preferences.c.api == api, preferences.c.person == person)
            connection.execute(delete(preferences).where(*chosen))
            signed_in = (browser_sign_ins.c.api == api, browser_sign_ins.c.person == person)
            connection.execute(delete(browser_sign_ins).where(*signed_in))
            connection.execute(delete(leases).where(leases.c.until <= now_of(connection)))
            _forget_reviewer(connection, api, person)

    def preferences(self, api: str, person: str) -> dict[str, str]:
        """All that a person chose at an API, as JSON text by name."""
        of_person = (preferences.c.api == api, preferences.c.person == person)
        with self._database.reading() as connection:
            rows = connection.execute(select(preferences.c.name, preferences.c.value).where(*of_person))
            return {row.name: row.value for row in rows}

    def preference(self, api: str, person: str, name: str) -> str | None:
        """What a person chose at an API, as JSON text; None where they chose nothing."""
        chosen = (preferences.c.api == api, preferences.c.person == person, preferences.c.name == name)
        with self._database.reading() as connection:
            return connection.scalar(select(preferences.c.value).where(*chosen))

    def set_preference(self, api: str, person: str, name: str, value: str) -> None:
        """Keep it; of several tabs the last one to write is right."""
        row = {"api": api, "person": person, "name": name, "value": value}
        with self._database.writing() as connection:
            _put(connection, preferences, [row])

    def acquire(self, what: str, holder: str, words: str, seconds: float) -> str | None:
        """Take or renew a lease: None when the holder has it now, else the words of who does.

        It ends after the seconds by the database's clock (this machine's, for SQLite),
        and then anyone takes it.
        """
        with self._database.writing() as connection:
            now = now_of(connection)
            free = (leases.c.holder == holder) | (leases.c.until <= now)
            lease = {"what": what, "holder": holder, "words": words, "until": now + seconds}
            statement = (
                upsert(connection.dialect.name, leases, where=free).values(lease).returning(leases.c.what)
            )
            if connection.scalar(statement) is not None:
                return None
            # PostgreSQL has locked the row that was not free, so it is still there.
            return str(connection.scalars(select(leases.c.words).where(leases.c.what == what)).one())

    def release(self, what: str, holder: str) -> None:
        """Give a lease back; nothing happens when another holder has it by now."""
        with self._database.writing() as connection:
            connection.execute(delete(leases).where(leases.c.what == what, leases.c.holder == holder))


def open_drafts(data_dir: Path, database_url: str = "") -> DraftStore:
    """The drafts in their folder, or at a URL. Nothing is opened yet, so nothing can fail yet."""
    return DraftStore(DraftDatabase(None if database_url else data_dir / "drafts.db", database_url))


def _is(key: DraftKey) -> tuple[ColumnElement[bool], ...]:
    return drafts.c.api == key.api, drafts.c.person == key.person, drafts.c.session == key.session


def _named(key: DraftKey) -> dict[str, str]:
    return {f"of_{name}": value for name, value in key._asdict().items()}


def _windows(connection: Connection, draft_id: int) -> dict[str, int]:
    rows = connection.execute(statements.WINDOWS, {"of_draft": draft_id})
    return {row.window: row.number for row in rows}


def _advanced(
    connection: Connection, key: DraftKey, revision: int, write: Write, now: float
) -> Row[Any] | None:
    """One revision on, if the draft is there and at that revision."""
    of_draft = {**_named(key), "known": revision}
    new = {"new_state": write.state, "new_facts": json.dumps(write.facts), "now": now}
    return connection.execute(statements.ADVANCE, {**of_draft, **new, "first": write.first_step}).first()


def _begun(connection: Connection, key: DraftKey, revision: int, write: Write, now: float) -> Row[Any] | None:
    """A draft where there is none, at a revision above all that its key ever had.

    It is made of the time (microseconds), so that a tab that outlived a lost database does not take the new
    draft for the one it knows; where clocks went back, it follows the removed draft's.
    """
    of_time = int(now * 1_000_000)
    above = case((drafts.c.revision < of_time, of_time), else_=drafts.c.revision + 1)
    unique = (drafts.c.api, drafts.c.person, drafts.c.session)
    statement = upsert(
        connection.dialect.name, drafts, unique, where=drafts.c.state.is_(None), revision=above
    ).values(
        **key._asdict(),
        revision=of_time,
        first_step=write.first_step,
        state=write.state,
        facts=json.dumps(write.facts),
        created=now,
        updated=now,
    )
    return connection.execute(statement.returning(drafts.c.id, drafts.c.revision)).first()


def _store(connection: Connection, draft_id: int, revision: int, write: Write) -> None:
    """The rows of one append; whoever calls has the draft's own row locked."""
    own = {"draft_id": draft_id, "revision": revision}
    with_base = [
        {**own, "key": key, "base": base, "state": state}
        for key, base, state in write.documents
        if base is not None
    ]
    _put(connection, draft_documents, with_base)
    kept = statements.DOCUMENT_KEPT
    without_base = [
        {"of_draft": draft_id, "named": key, "state": state, "revision": revision}
        for key, base, state in write.documents
        if base is None
    ]
    if without_base and connection.execute(kept, without_base).rowcount != len(without_base):
        raise ValueError("A document came without a base and has none.")
    if write.gone:
        empty = {"of_draft": draft_id, "base": None, "state": None, "revision": revision}
        connection.execute(kept, [{"named": key, **empty} for key in write.gone])
    _put(connection, draft_steps, [{**own, "number": number, "body": body} for number, body in write.steps])
    if write.first_step:
        connection.execute(statements.STEPS_GONE, {"of_draft": draft_id, "first": write.first_step})
    numbers = [{"draft_id": draft_id, "window": name, "number": last} for name, last in write.windows.items()]
    _put(connection, draft_windows, numbers)


def _decide(connection: Connection, key: DraftKey, write: Write, now: float) -> None:
    own = {"api": key.api, "project": str(write.facts.project_id), "session": key.session}
    rows = [
        {**own, **decided._asdict(), "person": key.person, "at": now, "made": None}
        for decided in {(one.document, one.place): one for one in write.decisions}.values()
    ]
    _put(connection, decisions, rows)


def _hand_in(connection: Connection, key: DraftKey, write: Write, now: float) -> None:
    """Keep what is called done where nothing is kept of it yet, and forget what was taken back."""
    own = {"api": key.api, "project": str(write.facts.project_id), "session": key.session}
    for one in write.handed_in:
        named = {**own, "document": one.document}
        if one.body is not None:
            row = {**named, "person": key.person, "person_name": "", "at": now, "body": one.body}
            connection.execute(insert_new(connection.dialect.name, handed_in), [row])
            continue
        here = [handed_in.c[name] == value for name, value in {**named, "person": key.person}.items()]
        of_step = handed_in.c.body.startswith(handed_in_begins(one.step), autoescape=True)
        connection.execute(delete(handed_in).where(*here, of_step))


def handed_in_begins(step: str) -> str:
    """How the JSON of what a step called done begins."""
    return json.dumps({"step": step}, separators=(",", ":"))[:-1]


def _forget_reviewer(connection: Connection, api: str, person: str) -> None:
    """Away with a person's notes and with what they said about others; their name out of the rest."""
    at_api = notes.c.api == api
    connection.execute(delete(notes).where(at_api, notes.c.person == person))
    here = note_posts.c.note_id.in_(select(notes.c.id).where(at_api))
    connection.execute(delete(note_posts).where(here, note_posts.c.person == person))
    waiting = (at_api, notes.c.waits_for == person, notes.c.closed.is_(None))
    connection.execute(update(notes).where(*waiting).values(waits_for="", closed="forgotten"))
    connection.execute(update(notes).where(at_api, notes.c.waits_for == person).values(waits_for=""))
    for table in REVIEW:
        if "api" in table.c:
            mine = table.c.api == api
        elif table is plan_sessions:
            mine = table.c.plan_id.in_(select(plans.c.id).where(plans.c.api == api))
        else:
            continue
        nobody = {name: "" for name in ("person", "person_name") if name in table.c}
        connection.execute(update(table).where(mine, table.c.person == person).values(**nobody))


def _put(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statements.put(connection.dialect.name, table), rows)
