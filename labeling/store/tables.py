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

HEAD = "0003"
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
