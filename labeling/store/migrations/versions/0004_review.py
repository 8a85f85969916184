"""What leads plan, decide and say, what was handed in, saves and copies."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_Columns = list[sa.Column[Any]]


def _texts(*names: str) -> _Columns:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _times(*names: str) -> _Columns:
    return [sa.Column(name, sa.Double(), nullable=False) for name in names]


def _key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def _index(table: str, *names: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(names)}"), table, list(names))


SESSION = ("api", "project", "session")
WHO = ("person", "person_name")


def upgrade() -> None:
    op.create_table(
        "plans",
        *_texts("id", "api", "project", "name"),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        *_texts(*WHO, "body"),
        *_times("created", "updated"),
        _key("plans", "id"),
    )
    _index("plans", "api", "project")
    op.create_table(
        "plan_sessions",
        *_texts("plan_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("session", sa.Text()),
        sa.Column("session_id", sa.BigInteger()),
        *_texts(*WHO, "part", "body"),
        sa.CheckConstraint(
            "part IN ('WORK', 'GOLD', 'DECIDED', 'CHECK')", name=op.f("ck_plan_sessions_part")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_plan_sessions_plans"), ondelete="CASCADE"
        ),
        _key("plan_sessions", "plan_id", "number"),
    )
    op.create_table(
        "handed_in",
        *_texts(*SESSION, "document", *WHO, "body"),
        *_times("at"),
        _key("handed_in", *SESSION, "document"),
    )
    op.create_table(
        "decisions",
        *_texts(*SESSION, "document", "place", "person", "how"),
        *_times("at"),
        sa.Column("body", sa.Text()),
        _key("decisions", *SESSION, "document", "place"),
    )
    _index("decisions", *SESSION, "at")
    op.create_table(
        "notes",
        *_texts("id", *SESSION, "document"),
        sa.Column("start_offset", sa.BigInteger()),
        sa.Column("end_offset", sa.BigInteger()),
        *_texts("kind", "waits_for"),
        sa.Column("closed", sa.Text()),
        *_texts(*WHO, "body"),
        *_times("created", "updated"),
        sa.CheckConstraint("(start_offset IS NULL) = (end_offset IS NULL)", name=op.f("ck_notes_span")),
        _key("notes", "id"),
    )
    _index("notes", *SESSION, "document")
    op.create_table(
        "note_posts",
        *_texts("note_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *_texts(*WHO, "words"),
        *_times("at"),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name=op.f("fk_note_posts_notes"), ondelete="CASCADE"
        ),
        _key("note_posts", "note_id", "number"),
    )
    op.create_table(
        "verdicts",
        *_texts(*SESSION, "list", "item", "document", "outcome", *WHO, "body"),
        *_times("at"),
        _key("verdicts", *SESSION, "list", "item"),
    )
    op.create_table(
        "samples",
        *_texts("id", *SESSION, *WHO, "body"),
        *_times("created", "updated"),
        _key("samples", "id"),
    )
    _index("samples", *SESSION)
    for table in ("saves", "snapshots"):
        op.create_table(
            table,
            *_texts(*SESSION),
            sa.Column("number", sa.BigInteger(), nullable=False),
            *_texts("document", *WHO, "body"),
            *_times("at"),
            _key(table, *SESSION, "number", "document"),
        )
