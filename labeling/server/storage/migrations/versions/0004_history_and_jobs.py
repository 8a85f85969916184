"""Changes of sessions are kept as saves, segments can be marked, long work is done as jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("segments", sa.Column("annotated", sa.DateTime(timezone=True)))
    op.create_table(
        "saves",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("replaced", sa.JSON()),
        *(
            sa.Column(count, sa.Integer(), nullable=False)
            for count in ("documents", "added", "removed", "renamed", "moved", "done")
        ),
        sa.PrimaryKeyConstraint("project_id", "session_id", "n", name="pk_saves"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_saves_users"),
        sa.ForeignKeyConstraint(
            ["project_id", "session_id"],
            ["sessions.project_id", "sessions.id"],
            name="fk_saves_sessions",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "save_documents",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer()),
        sa.PrimaryKeyConstraint("project_id", "session_id", "document_id", "n", name="pk_save_documents"),
        sa.ForeignKeyConstraint(
            ["project_id", "session_id", "n"],
            ["saves.project_id", "saves.session_id", "saves.n"],
            name="fk_save_documents_saves",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_save_documents_project_id_session_id_n", "save_documents", ["project_id", "session_id", "n"]
    )
    op.add_column("projects", sa.Column("status", sa.String(20), server_default="CREATED", nullable=False))
    op.add_column("projects", sa.Column("description", sa.Text()))
    op.create_table(
        "jobs",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("session_id", sa.BigInteger()),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(36)),
        sa.Column("lease", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text()),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("project_id", "id", name="pk_jobs"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_jobs_users"),
        sa.CheckConstraint("status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED')", name=op.f("ck_jobs_status")),
    )
    op.create_index("ix_jobs_status_id", "jobs", ["status", "id"])
    op.execute("INSERT INTO counters (kind, next_id) VALUES ('jobs', 1)")
