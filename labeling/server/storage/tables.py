"""The tables, with every rule that a database can keep by itself.

Ids come from `counters` and are unique in the whole server, so that an id that strays into another project
names nothing there. Keys lead with `project_id` all the same, so that a cluster can spread projects.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    false,
)
from sqlalchemy.engine import Connection

from labeling.model import Mode, ModelStatus, Origin, Part, Role, Status, Type

HEAD = "0009"
"""The newest migration; a test compares it with the files."""

KINDS = (
    "projects",
    "users",
    "sessions",
    "documents",
    "segments",
    "tags",
    "classes",
    "labels",
    "groups",
    "jobs",
    "invitations",
    "models",
)
"""What has ids of its own: one counter each."""

CREATED, CLONING, DELETED = "CREATED", "CLONING", "DELETED"
"""Statuses of a project: it is whole; it is being filled, and nobody may change it yet; it is gone for
everybody, and what it held is taken away by and by."""
COUNTS = ("documents", "added", "removed", "renamed", "moved", "done")
"""What a save counts: documents that it changed, what became of their tags, documents that it marked."""


class JobStatus(StrEnum):
    """How far a job is."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class ProposalStatus(StrEnum):
    """What became of a proposal: it is open, a tag by now, or nobody wanted it."""

    CORRECTING = "CORRECTING"
    READY = "READY"
    REJECTED = "REJECTED"


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is taken off and put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """A rule: the column holds one of these words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(word)) for word in words)})", name=column)


def id_column(name: str = "id", of: ForeignKey | None = None, *, index: bool | None = None) -> Column[int]:
    """A part of the primary key."""
    parts = () if of is None else (of,)
    return Column(name, BigInteger, *parts, primary_key=True, autoincrement=False, index=index)


Json = JSON(none_as_null=True)
CASCADE = "CASCADE"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

counters = Table(
    "counters",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("next_id", BigInteger, nullable=False),
)

users = Table(
    "users",
    metadata,
    id_column(),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", Text),
    Column("is_local", Boolean, nullable=False),
    Column("created", Moment, nullable=False),
    Column("name", Text),
    Column("seen", Moment),
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", BigInteger, ForeignKey(users.c.id, ondelete=CASCADE), nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("revoked", Moment),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("email", String(254), primary_key=True),
    Column("address", String(45), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("latest", Moment, nullable=False, index=True),
)

projects = Table(
    "projects",
    metadata,
    id_column("project_id"),
    Column("name", Text, nullable=False),
    Column("type", String(20), nullable=False),
    Column("created", Moment, nullable=False),
    Column("status", String(20), nullable=False, server_default="CREATED"),
    Column("description", Text),
    one_of("type", Type),
)


def project_column() -> Column[int]:
    """The project in the primary key; what it has goes with it."""
    return id_column("project_id", ForeignKey(projects.c.project_id, ondelete=CASCADE))


memberships = Table(
    "memberships",
    metadata,
    project_column(),
    id_column("user_id", ForeignKey(users.c.id, ondelete=CASCADE), index=True),
    Column("role", String(20), nullable=False),
    one_of("role", Role),
)

invitations = Table(
    "invitations",
    metadata,
    project_column(),
    id_column(),
    Column("email", String(254), nullable=False),
    Column("role", String(20), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("user_id", BigInteger, ForeignKey(users.c.id, ondelete=CASCADE), nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    UniqueConstraint("project_id", "email"),
    one_of("role", Role),
)
"""Links by which somebody may come into a project; `user_id` is who made the link."""

classes = Table(
    "classes",
    metadata,
    project_column(),
    id_column(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("example", Text),
    Column("description", Text),
)

labels = Table(
    "labels",
    metadata,
    project_column(),
    id_column(),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    project_column(),
    id_column(),
    Column("name", Text, nullable=False),
    Column("source", String(20), nullable=False),
    Column("created", Moment, nullable=False),
    CheckConstraint("source IN ('ANALYSIS', 'UPLOAD', 'ANNOTATIONS')", name="source"),
)

documents = Table(
    "documents",
    metadata,
    project_column(),
    id_column(),
    Column("group_id", BigInteger),
    Column("text", Text, nullable=False),
    Column("text_hash", String(32), nullable=False),
    Column("folded", Text, nullable=False),
    Column("meta", Json),
    Column("created", Moment, nullable=False),
    ForeignKeyConstraint(["project_id", "group_id"], [groups.c.project_id, groups.c.id]),
    Index(None, "project_id", "text_hash"),
    Index(None, "project_id", "group_id"),
)

sessions = Table(
    "sessions",
    metadata,
    project_column(),
    id_column(),
    Column("uuid", String(36), nullable=False),
    Column("name", Text, nullable=False),
    Column("mode", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("type", String(20), nullable=False),
    Column("description", Text),
    Column("classes", Json, nullable=False),
    Column("labels", Json, nullable=False),
    Column("document_count", Integer, nullable=False),
    Column("annotated_count", Integer, nullable=False),
    Column("group_id", BigInteger),
    Column("user_id", BigInteger, ForeignKey(users.c.id)),
    Column("model_id", BigInteger),
    Column("predicted_score", Integer),
    Column("created", Moment, nullable=False),
    Column("finished", Moment),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("part", String(20), one_of("part", Part), nullable=False, server_default=Part.WORK.value),
    Column("plan", Text),
    Column("blind", Boolean, nullable=False, server_default=false()),
    ForeignKeyConstraint(["project_id", "group_id"], [groups.c.project_id, groups.c.id]),
    UniqueConstraint("project_id", "uuid"),
    # All by which sessions are chosen and put in order: their rows hold long lists of names.
    Index(
        "ix_sessions_listed",
        *("project_id", "status", "mode", "type", "user_id"),
        *("document_count", "annotated_count", "created", "id", "part", "blind"),
    ),
    CheckConstraint("0 <= annotated_count AND annotated_count <= document_count", name="counts"),
    one_of("mode", Mode),
    one_of("status", Status),
    one_of("type", Type),
)

session_documents = Table(
    "session_documents",
    metadata,
    id_column("project_id"),
    id_column("session_id"),
    id_column("document_id"),
    Column("position", Integer, nullable=False),
    Column("annotated", Moment),
    ForeignKeyConstraint(
        ["project_id", "session_id"], [sessions.c.project_id, sessions.c.id], ondelete=CASCADE
    ),
    ForeignKeyConstraint(
        ["project_id", "document_id"], [documents.c.project_id, documents.c.id], ondelete=CASCADE
    ),
    UniqueConstraint("project_id", "session_id", "position"),
    Index(None, "project_id", "document_id"),
    sqlite_with_rowid=False,
)

segments = Table(
    "segments",
    metadata,
    id_column("project_id"),
    id_column("session_id"),
    id_column("document_id"),
    id_column(),
    Column("position", Integer, nullable=False),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("extra", Text),
    Column("annotated", Moment),
    ForeignKeyConstraint(
        ["project_id", "session_id", "document_id"],
        [
            session_documents.c.project_id,
            session_documents.c.session_id,
            session_documents.c.document_id,
        ],
        ondelete=CASCADE,
    ),
    CheckConstraint("0 <= start_offset AND start_offset < end_offset", name="span_not_empty"),
    sqlite_with_rowid=False,
)

tags = Table(
    "tags",
    metadata,
    id_column("project_id"),
    id_column("session_id"),
    id_column("document_id"),
    id_column("segment_id"),
    id_column(),
    Column("position", Integer, nullable=False),
    Column("class", Text, key="class_"),
    Column("label", Text),
    Column("extra", Text),
    Column("origin", String(20), one_of("origin", Origin)),
    ForeignKeyConstraint(
        ["project_id", "session_id", "document_id", "segment_id"],
        [segments.c.project_id, segments.c.session_id, segments.c.document_id, segments.c.id],
        ondelete=CASCADE,
    ),
    CheckConstraint("class IS NOT NULL OR label IS NOT NULL", name="not_empty"),
    sqlite_with_rowid=False,
)

saves = Table(
    "saves",
    metadata,
    id_column("project_id"),
    id_column("session_id"),
    id_column("n"),
    Column("user_id", BigInteger, ForeignKey(users.c.id), nullable=False),
    Column("at", Moment, nullable=False),
    Column("client", Text, nullable=False),
    Column("replaced", Json),
    *(Column(count, Integer, nullable=False) for count in COUNTS),
    ForeignKeyConstraint(
        ["project_id", "session_id"], [sessions.c.project_id, sessions.c.id], ondelete=CASCADE
    ),
    sqlite_with_rowid=False,
)

save_documents = Table(
    "save_documents",
    metadata,
    id_column("project_id"),
    id_column("session_id"),
    id_column("document_id"),
    id_column("n"),
    Column("before", Text, nullable=False),
    Column("seconds", Integer),
    ForeignKeyConstraint(
        ["project_id", "session_id", "n"],
        [saves.c.project_id, saves.c.session_id, saves.c.n],
        ondelete=CASCADE,
    ),
    Index(None, "project_id", "session_id", "n"),
    sqlite_with_rowid=False,
)

jobs = Table(
    "jobs",
    metadata,
    id_column("project_id"),
    id_column(),
    Column("kind", String(20), nullable=False),
    Column("session_id", BigInteger),
    Column("user_id", BigInteger, ForeignKey(users.c.id), nullable=False),
    Column("status", String(20), nullable=False),
    Column("state", Json, nullable=False),
    Column("progress", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", String(36)),
    Column("lease", Moment),
    Column("error", Text),
    Column("created", Moment, nullable=False),
    Column("ended", Moment),
    one_of("status", JobStatus),
    Index(None, "status", "id"),
)


models = Table(
    "models",
    metadata,
    project_column(),
    id_column(),
    Column("uuid", String(36), nullable=False),
    Column("name", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("short_description", Text),
    Column("long_description", Text),
    Column("language", String(2)),
    Column("type", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("description", Text),
    Column("progress", Float, nullable=False),
    Column("score", Float),
    Column("metrics", Json),
    Column("wanted", Json),
    Column("sources", Json, nullable=False),
    Column("classes", Json, nullable=False),
    Column("labels", Json, nullable=False),
    Column("user_id", BigInteger, ForeignKey(users.c.id)),
    Column("created", Moment, nullable=False),
    one_of("status", ModelStatus),
    one_of("type", Type),
)
"""`wanted`: the sessions that it is to learn from, null for those that are finished; `sources`: what it has
learned from, session by session."""

model_files = Table(
    "model_files",
    metadata,
    id_column("project_id"),
    id_column("model_id"),
    Column("version", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    ForeignKeyConstraint(["project_id", "model_id"], [models.c.project_id, models.c.id], ondelete=CASCADE),
)
"""What a model learned, apart from what is listed of it."""

predictions = Table(
    "predictions",
    metadata,
    id_column("project_id"),
    id_column("session_id"),
    id_column("document_id"),
    id_column(),
    Column("segment_id", BigInteger, nullable=False),
    Column("start_offset", Integer, nullable=False),
    Column("end_offset", Integer, nullable=False),
    Column("class", Text, key="class_"),
    Column("label", Text),
    Column("confidence", Float, nullable=False),
    Column("extra", Text),
    Column("status", String(20), nullable=False),
    ForeignKeyConstraint(
        ["project_id", "session_id", "document_id"],
        [
            session_documents.c.project_id,
            session_documents.c.session_id,
            session_documents.c.document_id,
        ],
        ondelete=CASCADE,
    ),
    CheckConstraint("0 <= start_offset AND start_offset < end_offset", name="span_not_empty"),
    CheckConstraint("class IS NOT NULL OR label IS NOT NULL", name="not_empty"),
    one_of("status", ProposalStatus),
    sqlite_with_rowid=False,
)
"""What a model proposed. `id` and `segment_id` are those of the tag and its segment once it is taken."""


@event.listens_for(counters, "after_create")
def _start_counters(target: Table, connection: Connection, **_: object) -> None:
    connection.execute(target.insert(), [{"kind": kind, "next_id": 1} for kind in KINDS])
