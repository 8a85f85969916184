"""Runs the migrations in the transaction that `labeling.database.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from labeling.server.storage.tables import metadata

given = context.config.attributes
context.configure(
    connection=given["connection"], target_metadata=metadata, version_table=given["version_table"]
)
with context.begin_transaction():
    context.run_migrations()
