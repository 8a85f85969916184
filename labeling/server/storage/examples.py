"""What a model learns from: the documents of a project that somebody has done, in which sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, or_, select

from labeling.model import Part, Status, Unit
from labeling.server.storage.ids import JsonObject, SessionAddress, in_blocks
from labeling.server.storage.segments import read_segments
from labeling.server.storage.tables import documents, session_documents, sessions

MOST = 10_000
"""Documents that a model learns from, those done last."""
MOST_TEXTS = 20_000


class DoneDocument(NamedTuple):
    """A document as it was done, and where."""

    session_id: int
    text: str
    tags: tuple[Unit, ...]


class Lesson(NamedTuple):
    """Documents to learn from, by id."""

    documents: tuple[DoneDocument, ...]

    @property
    def sources(self) -> list[JsonObject]:
        """How many documents and tags are from each session."""
        found: dict[int, JsonObject] = {}
        for one in sorted(self.documents, key=lambda one: one.session_id):
            source = found.setdefault(one.session_id, {"id": one.session_id, "documents": 0, "tags": 0})
            source["documents"] += 1
            source["tags"] += len(one.tags)
        return list(found.values())

    def names(self, part: int) -> list[str]:
        """The classes (2) or labels (3) of the tags."""
        return sorted({str(tag[part]) for one in self.documents for tag in one.tags if tag[part] is not None})


def may_teach() -> list[ColumnElement[bool]]:
    """The sessions whose tags an annotator may be shown, by way of a model: none in which people are not to
    know what others did, none with known answers or what a lead checked, none that failed or goes."""
    return [
        sessions.c.status.not_in((Status.DELETING, Status.FAILED)),
        sessions.c.blind.is_(False),
        sessions.c.part.in_((Part.WORK, Part.DECIDED)),
    ]


def teachers(connection: Connection, project_id: int, wanted: Collection[int] | None) -> list[int]:
    """The sessions to learn from: those wanted, else those that are finished, but for decisions on what was
    in dispute, which have to be named."""
    statement = select(sessions.c.id).where(sessions.c.project_id == project_id, *may_teach())
    if wanted is None:
        statement = statement.where(sessions.c.status == Status.FINISHED, sessions.c.part == Part.WORK)
    found = connection.execute(statement.order_by(sessions.c.id)).scalars().all()
    return [one for one in found if wanted is None or one in wanted]


def lesson(connection: Connection, project_id: int, session_ids: Sequence[int]) -> Lesson:
    """The documents done in these sessions, each as it was done last."""
    last: dict[int, tuple[int, str]] = {}
    done = (
        select(
            session_documents.c.document_id,
            session_documents.c.session_id,
            documents.c.text,
        )
        .join(documents)
        .where(session_documents.c.project_id == project_id, session_documents.c.annotated.is_not(None))
        .order_by(session_documents.c.annotated, session_documents.c.session_id)
    )
    for block in in_blocks(session_ids):
        for row in connection.execute(done.where(session_documents.c.session_id.in_(block))):
            last.pop(row.document_id, None)
            last[row.document_id] = (row.session_id, row.text)
    kept = dict(list(last.items())[-MOST:])
    tags = _tags(connection, project_id, kept)
    return Lesson(
        tuple(
            DoneDocument(session_id, text, tags.get(document_id, ()))
            for document_id, (session_id, text) in sorted(kept.items())
        )
    )


def _tags(
    connection: Connection, project_id: int, wanted: dict[int, tuple[int, str]]
) -> dict[int, tuple[Unit, ...]]:
    """The tags of each document in the session that goes with it."""
    of_session: dict[int, list[int]] = {}
    for document_id, (session_id, _) in wanted.items():
        of_session.setdefault(session_id, []).append(document_id)
    found = {}
    for session_id, ids in of_session.items():
        stored = read_segments(connection, SessionAddress(project_id, session_id), ids)
        for document_id, items in stored.items():
            found[document_id] = tuple(
                (one.start, one.end, tag.class_, tag.label) for one in items for tag in one.tags
            )
    return found


def texts_of(connection: Connection, project_id: int) -> list[str]:
    """Texts of the project, tagged or not, the first ones."""
    statement = select(documents.c.text).where(documents.c.project_id == project_id)
    return list(connection.execute(statement.order_by(documents.c.id).limit(MOST_TEXTS)).scalars())


def undone(connection: Connection, project_id: int, most: int) -> list[tuple[int, str]]:
    """Documents of a project that no session has as done, by id, with their texts; of more than `most` every
    second, third …; none that is dealt to people in a plan: what a model proposes there would be told to
    those who are to judge by themselves."""
    kept = (
        select(session_documents.c.document_id)
        .join(sessions)
        .where(
            session_documents.c.project_id == project_id,
            or_(
                session_documents.c.annotated.is_not(None),
                sessions.c.plan.is_not(None),
                sessions.c.blind.is_(True),
                sessions.c.part != Part.WORK,
            ),
        )
    )
    of_project = documents.c.project_id == project_id
    ids = select(documents.c.id).where(of_project, documents.c.id.not_in(kept)).order_by(documents.c.id)
    found = connection.execute(ids).scalars().all()
    every = max(1, -(-len(found) // most))
    texts = select(documents.c.id, documents.c.text).where(of_project).order_by(documents.c.id)
    return [
        (row.id, row.text)
        for block in in_blocks(found[::every])
        for row in connection.execute(texts.where(documents.c.id.in_(block)))
    ]
