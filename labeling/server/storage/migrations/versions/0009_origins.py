"""Tags say whether they were suggested to who gave them."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # With its rule at once: SQLite would else have to make the table anew.
    op.execute(
        "ALTER TABLE tags ADD COLUMN origin VARCHAR(20)"
        " CONSTRAINT ck_tags_origin CHECK (origin IN ('suggested', 'changed'))"
    )
