"""Every change of a session is kept as a save, with what it replaced; a segment can be marked."""

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
