"""When a decision was made that came in from a file: elsewhere, and before it was stored here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("decisions", sa.Column("made", sa.Double()))
