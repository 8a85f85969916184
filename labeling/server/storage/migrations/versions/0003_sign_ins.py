"""Failed sign-ins count for an e-mail and for an address. Those of the last minutes are forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_table("sign_ins")
    op.create_table(
        "sign_ins",
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("latest", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email", "address", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_latest", "sign_ins", ["latest"])
