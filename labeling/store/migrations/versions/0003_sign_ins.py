"""Sign-ins of browsers, each with the token of the API, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "browser_sign_ins",
        sa.Column("cookie_hash", sa.Text(), nullable=False),
        sa.Column("api", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("goes_on", sa.Text()),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("cookie_hash", name=op.f("pk_browser_sign_ins")),
    )
