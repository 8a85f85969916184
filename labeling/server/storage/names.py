"""The classes and the labels of projects, each by itself; a rename goes through all tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from labeling.database import Database
from labeling.errors import Invalid, NotFound
from labeling.model import BUSY, Type
from labeling.phrases import count_of
from labeling.server.rules.bounds import refuse_long_name, refuse_unbounded
from labeling.server.rules.merging import StoredSegment, StoredTag
from labeling.server.storage.admission import Caller
from labeling.server.storage.history import Replaced
from labeling.server.storage.ids import DbRow, SessionAddress, in_blocks, take_ids
from labeling.server.storage.projects import names_of, project_row
from labeling.server.storage.segments import read_segments
from labeling.server.storage.session_documents import entries_by_id
from labeling.server.storage.sessions import save_session
from labeling.server.storage.tables import classes, labels, projects, sessions, tags
from labeling.server.storage.updates import DocumentChange, Target, write_changes

_SAID = 3
"""Sessions that a refusal names."""


class Kind(NamedTuple):
    """Classes or labels: their table, what one is called, the list in a session, the part of a tag."""

    table: Table
    one: str
    listed: str
    part: str


CLASSES = Kind(classes, "class", "classes", "class_")
LABELS = Kind(labels, "label", "labels", "label")


class Names:
    """Each method is one transaction. A class or label comes as its row, without project and position."""

    def __init__(self, database: Database, kind: Kind) -> None:
        self._database, self._kind = database, kind

    def of_project(self, project_id: int) -> list[DbRow]:
        """All of them in their order."""
        with self._database.reading() as connection:
            return self._known(connection, project_id)

    def read(self, project_id: int, name_id: int) -> DbRow:
        """The one with the id. Raises NotFound."""
        with self._database.reading() as connection:
            return self._one(connection, project_id, name_id)

    def add(self, project_id: int, values: DbRow) -> DbRow:
        """A new one, the last of the project's. Raises Invalid for a name that cannot be given."""
        table = self._kind.table
        with self._database.writing() as connection:
            self._hold(connection, project_id)
            there = [item["name"] for item in self._known(connection, project_id)]
            self._refuse_known(there, values["name"])
            refuse_long_name(values["name"])
            refuse_unbounded(self._kind.listed, [*there, values["name"]], there)
            last = select(func.max(table.c.position)).where(table.c.project_id == project_id)
            position = connection.execute(last).scalar()
            row = {
                "project_id": project_id,
                "id": next(take_ids(connection, table.name, 1)),
                "position": 0 if position is None else position + 1,
                **values,
            }
            connection.execute(insert(table), row)
            return self._one(connection, project_id, row["id"])

    def change(self, caller: Caller, project_id: int, name_id: int, values: DbRow) -> DbRow:
        """Give it other values, those that are not None. Another name is followed by all sessions that have
        the old one, each of which keeps that as a save.

        Raises Invalid for a name that cannot be given, and where it would meet another one.
        """
        values = {key: value for key, value in values.items() if value is not None}
        with self._database.writing() as connection:
            self._hold(connection, project_id)
            known = self._one(connection, project_id, name_id)
            new = str(values.get("name", known["name"]))
            if new != known["name"]:
                refuse_long_name(new)
                self._refuse_known([item["name"] for item in self._known(connection, project_id)], new)
                self._rename(connection, caller, project_id, known["name"], new)
            if values:
                connection.execute(update(self._kind.table).where(*self._this(project_id, name_id)), values)
            return self._one(connection, project_id, name_id)

    def remove(self, project_id: int, name_id: int) -> None:
        """Take it from the project. Raises Invalid while a session has it."""
        with self._database.writing() as connection:
            self._hold(connection, project_id)
            name = self._one(connection, project_id, name_id)["name"]
            using = [row for row in _sessions_of(connection, project_id) if name in row[self._kind.listed]]
            if using:
                raise Invalid(f"“{name}” cannot be deleted: it is among the {self._among(using)}.")
            connection.execute(delete(self._kind.table).where(*self._this(project_id, name_id)))

    def _rename(self, connection: Connection, caller: Caller, project_id: int, old: str, new: str) -> None:
        rows = _sessions_of(connection, project_id, for_update=True)
        concerned = [row for row in rows if old in row[self._kind.listed]]
        if meeting := [row for row in concerned if new in row[self._kind.listed]]:
            raise Invalid(f"name: “{new}” is already among the {self._among(meeting)}.")
        if busy := [row for row in concerned if row["status"] in BUSY]:
            raise Invalid(f"name: the server is working on {titles(busy)}; try again when that is done.")
        now = datetime.now(UTC)
        for row in concerned:
            names = [new if name == old else name for name in row[self._kind.listed]]
            replaced = self._retag(connection, row, old, new, now)
            save_session(connection, row, {self._kind.listed: names}, caller, now, replaced)

    def _retag(self, connection: Connection, row: DbRow, old: str, new: str, now: datetime) -> list[Replaced]:
        """Give all tags of a session with the old name the new one; what that replaced."""
        at = SessionAddress(row["project_id"], row["id"])
        tagged = select(tags.c.document_id).where(
            tags.c.project_id == at.project_id,
            tags.c.session_id == at.session_id,
            tags.c[self._kind.part] == old,
        )
        target = Target(at, row["document_count"], row["group_id"], (), (), now)
        replaced = list[Replaced]()
        for block in in_blocks(connection.execute(tagged.distinct()).scalars().all()):
            entries, stored = entries_by_id(connection, at, block), read_segments(connection, at, block)
            changes = [
                DocumentChange(
                    entries[one],
                    stored[one],
                    self._renamed(stored[one], old, new),
                    bool(entries[one].annotated),
                )
                for one in block
            ]
            replaced += write_changes(connection, target, changes).replaced
        return replaced

    def _renamed(self, segments: Sequence[StoredSegment], old: str, new: str) -> tuple[StoredSegment, ...]:
        of_class = self._kind is CLASSES

        def named(tag: StoredTag) -> StoredTag:
            if (tag.class_ if of_class else tag.label) != old:
                return tag
            return tag._replace(class_=new) if of_class else tag._replace(label=new)

        return tuple(one._replace(tags=tuple(map(named, one.tags))) for one in segments)

    def _among(self, rows: Sequence[DbRow]) -> str:
        return f"{self._kind.listed} of {titles(rows)}"

    def _known(self, connection: Connection, project_id: int) -> list[DbRow]:
        return names_of(connection, self._kind.table, project_id)

    def _one(self, connection: Connection, project_id: int, name_id: int) -> DbRow:
        known = self._known(connection, project_id)
        found = next((item for item in known if item["id"] == name_id), None)
        if found is None:
            raise NotFound(f"There is no such {self._kind.one} in project {project_id} any more.")
        return found

    def _this(self, project_id: int, name_id: int) -> list[ColumnElement[bool]]:
        return [self._kind.table.c.project_id == project_id, self._kind.table.c.id == name_id]

    def _hold(self, connection: Connection, project_id: int) -> None:
        """Let nobody else change the project's names or add a session to it until the end. Raises Invalid for
        the labels of an ABSA project, which are fixed."""
        if self._kind is LABELS and project_row(connection, project_id)["type"] == Type.ABSA:
            raise Invalid("The labels of an ABSA project are fixed: none can be added, changed or deleted.")
        connection.execute(
            select(projects.c.project_id).where(projects.c.project_id == project_id).with_for_update()
        )

    def _refuse_known(self, there: Iterable[str], name: str) -> None:
        if name in set(there):
            raise Invalid(f"name: the project has a {self._kind.one} “{name}” already")


def _sessions_of(connection: Connection, project_id: int, *, for_update: bool = False) -> list[DbRow]:
    statement = select(sessions).where(sessions.c.project_id == project_id).order_by(sessions.c.id)
    if for_update:
        statement = statement.with_for_update()
    return [dict(row) for row in connection.execute(statement).mappings()]


def titles(rows: Sequence[DbRow]) -> str:
    """Sessions as a refusal names them, some of them."""
    named = ", ".join(f"session {row['id']} “{row['name']}”" for row in rows[:_SAID])
    rest = len(rows) - _SAID
    return f"{named} and {count_of(rest, 'other')}" if rest > 0 else named
