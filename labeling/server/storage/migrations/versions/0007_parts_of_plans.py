"""Sessions have a part in a plan, and may be blind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

LISTED = (
    *("project_id", "status", "mode", "type", "user_id"),
    *("document_count", "annotated_count", "created", "id"),
)


def upgrade() -> None:
    op.drop_index("ix_sessions_listed", "sessions")
    # With its rule at once: SQLite would else have to make the table anew, on which all others hang.
    op.execute(
        "ALTER TABLE sessions ADD COLUMN part VARCHAR(20) DEFAULT 'WORK' NOT NULL"
        " CONSTRAINT ck_sessions_part CHECK (part IN ('WORK', 'GOLD', 'DECIDED', 'CHECK'))"
    )
    op.add_column("sessions", sa.Column("plan", sa.Text()))
    op.add_column("sessions", sa.Column("blind", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_sessions_listed", "sessions", [*LISTED, "part", "blind"])
