"""People have names, are seen, and are invited into projects by a link."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("users", sa.Column("name", sa.Text()))
    op.add_column("users", sa.Column("seen", sa.DateTime(timezone=True)))
    op.create_table(
        "invitations",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id", name="pk_invitations"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.project_id"], name="fk_invitations_projects", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_invitations_users", ondelete="CASCADE"),
        sa.UniqueConstraint("secret_hash", name="uq_invitations_secret_hash"),
        sa.UniqueConstraint("project_id", "email", name="uq_invitations_project_id_email"),
        sa.CheckConstraint("role IN ('VIEWER', 'ANNOTATOR', 'MANAGER')", name=op.f("ck_invitations_role")),
    )
    op.execute("INSERT INTO counters (kind, next_id) VALUES ('invitations', 1)")
