"""The first tables: version 0.1.0 made them. New ones are made as they are now, not step by step."""

from __future__ import annotations

revision = "0001"
down_revision = None


def upgrade() -> None:
    """A database that has this has its tables."""
