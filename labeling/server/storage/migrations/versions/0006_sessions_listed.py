"""Sessions of all projects are listed without reading the lists of names that each of them has."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index(
        "ix_sessions_listed",
        "sessions",
        [
            *("project_id", "status", "mode", "type", "user_id"),
            *("document_count", "annotated_count", "created", "id"),
        ],
    )
