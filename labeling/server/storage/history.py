"""Saves: every change of a session, by whom and when, with what it replaced; and the session as it was then.

What a save replaced is kept, and not what it made: that is what the next save of the same thing replaced, or
what is there now. So a state is the present with the earliest that was replaced after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json
from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, insert, select

from labeling.database import Database
from labeling.errors import NotFound
from labeling.server.rules.history import Moves, total
from labeling.server.rules.queries import PageQuery, SavesQuery
from labeling.server.storage.admission import Caller
from labeling.server.storage.ids import DbRow, JsonObject, SessionAddress, in_blocks
from labeling.server.storage.segments import segment_objects
from labeling.server.storage.session_documents import entries_by_id
from labeling.server.storage.tables import (
    documents,
    save_documents,
    saves,
    session_documents,
    sessions,
    users,
)

OWN = ("user_id", "name", "classes", "labels", "document_count", "annotated_count", "status", "finished")
"""What of a session's own a save can replace."""
SAVED = "tagwright.saved"
"""Under this name a connection knows how many saves its transaction has kept."""
GONE = "gone"
"""The key under which the place of a document is kept that was taken out of its session."""


class Replaced(NamedTuple):
    """What a save replaced in a document: `before` holds `segments`, `annotated`, `text`, those that differ;
    what became of its tags, whether it was marked, and how many seconds somebody worked on it."""

    document_id: int
    before: JsonObject
    moves: Moves = Moves()
    is_done: bool = False
    seconds: int | None = None


def newly_marked(document_id: int) -> Replaced:
    """A document that was marked as annotated, and nothing else."""
    return Replaced(document_id, {"annotated": False}, is_done=True)


class Taken(NamedTuple):
    """What a document had that was taken out of its session: text, segments as they are sent; what that makes
    of its tags."""

    text: str
    segments: Sequence[JsonObject]
    moves: Moves


def taken_out(document_id: int, position: int, is_annotated: bool, held: Taken | None = None) -> Replaced:
    """A document that was taken from its place (from 0), which those behind it have taken since.

    `held` is None for one that was deleted: nothing stood on it, and nothing of it is kept.
    """
    before: JsonObject = {GONE: position, "annotated": is_annotated}
    if held is None:
        return Replaced(document_id, before)
    return Replaced(document_id, {**before, "text": held.text, "segments": [*held.segments]}, held.moves)


def record(
    connection: Connection,
    before: DbRow,
    after: DbRow,
    caller: Caller,
    now: datetime,
    replaced: Sequence[Replaced],
) -> None:
    """Keep a save: the session's row before and after, and what was replaced in its documents."""
    this = {"project_id": after["project_id"], "session_id": after["id"], "n": after["version"]}
    own = {name: before[name] for name in OWN if before[name] != after[name]}
    became = total(one.moves for one in replaced)
    save = {
        **this,
        **became._asdict(),
        "user_id": caller.id,
        "at": now,
        "client": caller.client,
        "replaced": own or None,
        "documents": len(replaced),
        "done": sum(one.is_done for one in replaced),
    }
    connection.execute(_SAVE, save)
    connection.info[SAVED] = connection.info.get(SAVED, 0) + 1
    if replaced:
        rows = [
            {
                **this,
                "document_id": one.document_id,
                "before": to_json(one.before).decode(),
                "seconds": one.seconds,
            }
            for one in replaced
        ]
        connection.execute(_DOCUMENT, rows)


class SavesPage(NamedTuple):
    """One page of a session's saves, newest first, and whether there are more."""

    saves: list[DbRow]
    has_more: bool


class HandedInPage(NamedTuple):
    """Documents as they were first marked as annotated, by id, and whether there are more."""

    documents: list[DbRow]
    has_more: bool


class Saves:
    """Each method is one transaction. A save comes as its row, with the `email` and the name (`person`)
    of whoever made it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_session(self, at: SessionAddress, query: SavesQuery) -> SavesPage:
        """The saves that the query asks for, newest first."""
        conditions: list[ColumnElement[bool]] = _of_session(saves, at)
        if query.user_id is not None:
            conditions.append(saves.c.user_id == query.user_id)
        if query.since is not None:
            conditions.append(saves.c.at >= query.since)
        if query.document_id is not None:
            of_document = [
                *_of_session(save_documents, at),
                save_documents.c.document_id == query.document_id,
            ]
            conditions.append(saves.c.n.in_(select(save_documents.c.n).where(*of_document)))
        probe = None if query.limit is None else query.limit + 1
        statement = _SAVES.where(*conditions).order_by(saves.c.n.desc()).offset(query.offset).limit(probe)
        with self._database.reading() as connection:
            rows = [dict(row) for row in connection.execute(statement).mappings()]
        return SavesPage(rows[: query.limit], has_more=len(rows) > len(rows[: query.limit]))

    def read(self, at: SessionAddress, n: int, query: PageQuery) -> tuple[DbRow, list[JsonObject], bool]:
        """A save, a page of the documents that it changed, each as it was before and after, by id; and
        whether there are more."""
        of_save = [*_of_session(save_documents, at), save_documents.c.n == n]
        probe = None if query.limit is None else query.limit + 1
        ids = select(save_documents.c.document_id).where(*of_save).order_by(save_documents.c.document_id)
        with self._database.reading() as connection:
            of_this = _SAVES.where(*_of_session(saves, at), saves.c.n == n)
            save = connection.execute(of_this).mappings().one_or_none()
            if save is None:
                raise NotFound(f"There is no save {n} of session {at.session_id} any more.")
            found = list(connection.execute(ids.offset(query.offset).limit(probe)).scalars())
            shown = found[: query.limit]
            now = present(connection, at, shown)
            after = earlier(connection, at, n, now)
            before = earlier(connection, at, n - 1, now)
            return dict(save), [_both(before[one], after[one]) for one in shown], len(found) > len(shown)

    def of_document(self, at: SessionAddress, document_id: int) -> list[JsonObject]:
        """A document after each of its saves, newest first, and at last as it came into the session: that
        version has the number 0. `seconds` is how long somebody worked on it for the save."""
        of_document = [*_of_session(save_documents, at), save_documents.c.document_id == document_id]
        statement = (
            select(saves, *_WHO, save_documents.c.before, save_documents.c.seconds)
            .select_from(save_documents.join(saves).join(users))
            .where(*of_document)
            .order_by(saves.c.n.desc())
        )
        with self._database.reading() as connection:
            state = present(connection, at, [document_id])[document_id]
            versions = []
            for row in connection.execute(statement).mappings():
                versions.append({**{key: row[key] for key in _VERSION}, **_shown(state)})
                state = {**state, **from_json(row["before"])}
            came = _coming(connection, at, document_id)
        return [*versions, {**came, **_shown(state)}]

    def handed_in(self, at: SessionAddress, query: PageQuery) -> HandedInPage:
        """A page of the session's documents, by id: those that were ever marked as annotated, each with the
        first save that marked it (`n`, `at`; 0 and None: it came so) and `seconds` of work until then.
        `segments` are those of then, None where they are as they are now."""
        probe = None if query.limit is None else query.limit + 1
        held = select(session_documents.c.document_id, session_documents.c.annotated).where(
            session_documents.c.project_id == at.project_id, session_documents.c.session_id == at.session_id
        )
        page = held.order_by(session_documents.c.document_id).offset(query.offset).limit(probe)
        with self._database.reading() as connection:
            found = connection.execute(page).all()
            shown = found[: query.limit]
            changes: defaultdict[int, list[Any]] = defaultdict(list)
            for block in in_blocks([row.document_id for row in shown]):
                for row in connection.execute(_ALL_OF, {**at._asdict(), "values": block}):
                    changes[row.document_id].append(row)
        first = (
            _handed_in(row.document_id, row.annotated is not None, changes[row.document_id]) for row in shown
        )
        return HandedInPage([one for one in first if one is not None], len(found) > len(shown))


def _handed_in(document_id: int, is_annotated: bool, newest_first: Sequence[Any]) -> DbRow | None:
    """A document as it was first marked, from what its saves replaced; None: it never was."""
    marked, segments = is_annotated, None
    first: tuple[int, datetime | None, Any, int] | None = None
    for place, row in enumerate(newest_first):
        if marked:
            first = row.n, row.at, segments, place
        before = from_json(row.before)
        marked = before.get("annotated", marked)
        segments = before.get("segments", segments)
    if marked:
        first = 0, None, segments, len(newest_first)
    if first is None:
        return None
    n, moment, then, place = first
    spent = [row.seconds for row in newest_first[place:] if row.seconds is not None]
    known = {"id": document_id, "n": n, "at": moment, "segments": then}
    return {**known, "seconds": sum(spent) if spent else None}


def _coming(connection: Connection, at: SessionAddress, document_id: int) -> DbRow:
    """When a document came into a session, and who brought it: with a save, or with the session itself.
    Raises NotFound."""
    columns = ("at", "user_id", "email", "person")
    made = select(documents.c.created).where(
        documents.c.project_id == at.project_id, documents.c.id == document_id
    )
    with_save = select(saves.c.at, users.c.id, *_WHO).join(users).where(*_of_session(saves, at))
    found = connection.execute(with_save.where(saves.c.at == made.scalar_subquery())).first()
    if found is None:
        with_session = select(sessions.c.created, users.c.id, *_WHO)
        of_session = with_session.select_from(sessions.outerjoin(users)).where(*_the_session(at))
        found = connection.execute(of_session).one_or_none()
    if found is None:
        raise NotFound(f"There is no session {at.session_id} any more.")
    return {"n": 0, "seconds": None, **dict(zip(columns, found, strict=True))}


_SAVE = insert(saves)
_DOCUMENT = insert(save_documents)
_WHO = (users.c.email, users.c.name.label("person"))
_SAVES = select(saves, *_WHO).join(users)
_VERSION = ("n", "at", "user_id", "email", "person", "seconds")


def present(connection: Connection, at: SessionAddress, ids: Sequence[int]) -> dict[int, JsonObject]:
    """Each document as it is now: id, text, segments with their tags, whether it is annotated. One that is
    not in the session any more is there with its text alone, one that was deleted without anything."""
    segments = segment_objects(connection, at, ids, with_tags=True)
    entries = entries_by_id(connection, at, ids)
    taken = [one for one in ids if one not in entries]
    texts = {row.id: row.text for row in documents_of(connection, at.project_id, taken)}
    return {
        one: {
            "id": one,
            "text": entries[one].text if one in entries else texts.get(one),
            "segments": segments.get(one, []),
            "annotated": one in entries and entries[one].annotated is not None,
        }
        for one in ids
    }


def earlier(
    connection: Connection, at: SessionAddress, n: int, now: Mapping[int, JsonObject]
) -> dict[int, JsonObject]:
    """Documents as they were after save `n`, from what they are now: those of their keys that they have."""
    replaced: defaultdict[int, JsonObject] = defaultdict(dict)
    for block in in_blocks(now):
        for row in connection.execute(_SINCE, {**at._asdict(), "n": n, "values": block}):
            replaced[row.document_id] = {**from_json(row.before), **replaced[row.document_id]}
    return {
        one: {key: replaced[one].get(key, value) for key, value in state.items()}
        for one, state in now.items()
    }


def documents_of(connection: Connection, project_id: int, ids: Iterable[int]) -> list[Row[int, str, Any]]:
    """Id, text and meta of those of the documents that the project has."""
    columns = select(documents.c.id, documents.c.text, documents.c.meta)
    of_project = columns.where(documents.c.project_id == project_id)
    return [
        row
        for block in in_blocks(ids)
        for row in connection.execute(of_project.where(documents.c.id.in_(block)))
    ]


class FormerSession(NamedTuple):
    """A session's row as it was, and its documents in their order: the id of one that was taken out of it
    since then, None for the next of those that it still has."""

    row: DbRow
    held: Sequence[int | None]


def session_at(connection: Connection, session: DbRow, n: int) -> FormerSession:
    """The session as it was after save `n`, without the documents that were deleted since then."""
    at = SessionAddress(session["project_id"], session["id"])
    gone = {
        row.n: (from_json(row.before)[GONE], row.document_id)
        for row in connection.execute(_GONE_SINCE, {**at._asdict(), "n": n})
    }
    since = select(saves.c.n, saves.c.replaced).where(*_of_session(saves, at), saves.c.n > n)
    was, held = JsonObject(), list[int | None]([None] * session["document_count"])
    # Back from save to save; of the documents those that are gone by now are known by their ids.
    for number, own in connection.execute(since.order_by(saves.c.n.desc())):
        replaced = own or {}
        was |= replaced
        if number in gone:
            held.insert(*gone[number])
        elif "document_count" in replaced:
            del held[replaced["document_count"] :]
    taken = [one for one in held if one is not None]
    there = {row.id for row in documents_of(connection, at.project_id, taken)}
    without = [one for one in taken if one not in there]
    then = earlier(connection, at, n, {one: {"annotated": False} for one in without})
    held = [one for one in held if one is None or one in there]
    was["document_count"] = len(held)
    was["annotated_count"] = was.get("annotated_count", session["annotated_count"])
    was["annotated_count"] -= sum(one["annotated"] for one in then.values())
    if was.get("finished"):
        was["finished"] = datetime.fromisoformat(was["finished"])
    return FormerSession({**session, **was}, held)


_GONE_SINCE = select(save_documents.c.n, save_documents.c.document_id, save_documents.c.before).where(
    save_documents.c.project_id == bindparam("project_id"),
    save_documents.c.session_id == bindparam("session_id"),
    save_documents.c.n > bindparam("n"),
    save_documents.c.before.like(f'{{"{GONE}":%'),
)
_SINCE = (
    select(save_documents.c.document_id, save_documents.c.before)
    .where(
        save_documents.c.project_id == bindparam("project_id"),
        save_documents.c.session_id == bindparam("session_id"),
        save_documents.c.document_id.in_(bindparam("values", expanding=True)),
        save_documents.c.n > bindparam("n"),
    )
    .order_by(save_documents.c.document_id, save_documents.c.n)
)
_ALL_OF = (
    select(
        save_documents.c.document_id,
        save_documents.c.n,
        save_documents.c.before,
        save_documents.c.seconds,
        saves.c.at,
    )
    .select_from(save_documents.join(saves))
    .where(
        save_documents.c.project_id == bindparam("project_id"),
        save_documents.c.session_id == bindparam("session_id"),
        save_documents.c.document_id.in_(bindparam("values", expanding=True)),
    )
    .order_by(save_documents.c.document_id, save_documents.c.n.desc())
)


def _both(before: JsonObject, after: JsonObject) -> JsonObject:
    """A document as it is told of in a save."""
    return {"id": after["id"], "text": after["text"], "before": _shown(before), "after": _shown(after)}


def _shown(state: JsonObject) -> JsonObject:
    return {"segments": state["segments"], "annotated": state["annotated"]}


def _of_session(table: Table, at: SessionAddress) -> list[ColumnElement[bool]]:
    return [table.c.project_id == at.project_id, table.c.session_id == at.session_id]


def _the_session(at: SessionAddress) -> list[ColumnElement[bool]]:
    return [sessions.c.project_id == at.project_id, sessions.c.id == at.session_id]
