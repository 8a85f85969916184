"""The tables of the draft store.

Bodies are JSON text that only their writer reads; moments are seconds since 1970.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0005"
"""The newest migration; a test compares it with the files."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_ID = BigInteger().with_variant(Integer, "sqlite")

drafts = Table(
    "drafts",
    metadata,
    Column("id", _ID, Identity(), primary_key=True),
    Column("api", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("state", Text),
    Column("facts", Text),
    Column("created", Double, nullable=False),
    Column("updated", Double, nullable=False),
    UniqueConstraint("api", "person", "session"),
    CheckConstraint("(state IS NULL) = (facts IS NULL)", name="removed"),
)
"""The row of a removed draft stays, without state and facts:
its revision and its windows must not go back."""


def _of_draft() -> Column[int]:
    return Column("draft_id", _ID, ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)


draft_documents = Table(
    "draft_documents",
    metadata,
    _of_draft(),
    Column("key", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("base", Text),
    Column("state", Text),
    CheckConstraint("(base IS NULL) = (state IS NULL)", name="gone"),
    Index(None, "draft_id", "revision"),
)
"""A document that left the draft stays as a key alone, so that other tabs hear of it."""

draft_steps = Table(
    "draft_steps",
    metadata,
    _of_draft(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "draft_id", "revision"),
)

draft_windows = Table(
    "draft_windows",
    metadata,
    _of_draft(),
    Column("window", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("what", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("until", Double, nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    Column("api", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What a person chose at an API: which key a class has, notes of their own."""

browser_sign_ins = Table(
    "browser_sign_ins",
    metadata,
    Column("cookie_hash", Text, primary_key=True),
    Column("api", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("goes_on", Text),
    Column("until", Double, nullable=False),
)
"""Browsers in which somebody is signed in."""

# What leads decide, say and plan: the review store. `api`, `project` and `session` (its uuid, else
# "project/id") name the session; a person is named as in drafts, empty once they are deleted.


def _of_session() -> tuple[Column[str], Column[str], Column[str]]:
    return (
        Column("api", Text, primary_key=True),
        Column("project", Text, primary_key=True),
        Column("session", Text, primary_key=True),
    )


def _at_session() -> tuple[Column[str], Column[str], Column[str]]:
    return (
        Column("api", Text, nullable=False),
        Column("project", Text, nullable=False),
        Column("session", Text, nullable=False),
    )


def _who() -> tuple[Column[str], Column[str]]:
    return Column("person", Text, nullable=False), Column("person_name", Text, nullable=False)


plans = Table(
    "plans",
    metadata,
    Column("id", Text, primary_key=True),
    Column("api", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),
    *_who(),
    Column("body", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("updated", Double, nullable=False),
    Index(None, "api", "project"),
)

plan_sessions = Table(
    "plan_sessions",
    metadata,
    Column("plan_id", Text, ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("session", Text),
    Column("session_id", BigInteger),
    *_who(),
    Column("part", Text, nullable=False),
    Column("body", Text, nullable=False),
    CheckConstraint("part IN ('WORK', 'GOLD', 'DECIDED', 'CHECK')", name="part"),
)
"""A session of a plan; without a name and an id until it is made."""

handed_in = Table(
    "handed_in",
    metadata,
    *_of_session(),
    Column("document", Text, primary_key=True),
    *_who(),
    Column("at", Double, nullable=False),
    Column("body", Text, nullable=False),
)
"""A document as it was when somebody first said that it is done."""

decisions = Table(
    "decisions",
    metadata,
    *_of_session(),
    Column("document", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("how", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("body", Text),
    Column("made", Double),
    Index(None, "api", "project", "session", "at"),
)
"""What the final version has at a place, and why. One that was taken back stays without a body, so that who
asks what is new hears of it. `made`: when it was decided, where that was elsewhere and it came in `at`."""

notes = Table(
    "notes",
    metadata,
    Column("id", Text, primary_key=True),
    *_at_session(),
    Column("document", Text, nullable=False),
    Column("start_offset", BigInteger),
    Column("end_offset", BigInteger),
    Column("kind", Text, nullable=False),
    Column("waits_for", Text, nullable=False),
    Column("closed", Text),
    *_who(),
    Column("body", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("updated", Double, nullable=False),
    CheckConstraint("(start_offset IS NULL) = (end_offset IS NULL)", name="span"),
    Index(None, "api", "project", "session", "document"),
)
"""`closed` says how it was closed; nothing while it is open."""

note_posts = Table(
    "note_posts",
    metadata,
    Column("note_id", Text, ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    *_who(),
    Column("at", Double, nullable=False),
    Column("words", Text, nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    *_of_session(),
    Column("list", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("document", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    *_who(),
    Column("at", Double, nullable=False),
    Column("body", Text, nullable=False),
)
"""What somebody said of a row of a work list, or of a document of a sample (`list` is the sample's id)."""

samples = Table(
    "samples",
    metadata,
    Column("id", Text, primary_key=True),
    *_at_session(),
    *_who(),
    Column("body", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("updated", Double, nullable=False),
    Index(None, "api", "project", "session"),
)

saves = Table(
    "saves",
    metadata,
    *_of_session(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("document", Text, primary_key=True),
    *_who(),
    Column("at", Double, nullable=False),
    Column("body", Text, nullable=False),
)
"""Saves that this app proved, a row a document; the row without a document's name is about the whole."""

snapshots = Table(
    "snapshots",
    metadata,
    *_of_session(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("document", Text, primary_key=True),
    *_who(),
    Column("at", Double, nullable=False),
    Column("body", Text, nullable=False),
)
"""Copies of a session, a row a document; the row without a document's name is about the whole."""

REVIEW = (
    *(plans, plan_sessions, handed_in, decisions, notes),
    *(note_posts, verdicts, samples, saves, snapshots),
)
"""The tables of the review store, each after those that it refers to."""
