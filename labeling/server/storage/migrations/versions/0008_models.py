"""Models, what they learned, and what they propose in sessions in which that is corrected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "models",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("short_description", sa.Text()),
        sa.Column("long_description", sa.Text()),
        sa.Column("language", sa.String(2)),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column("metrics", sa.JSON()),
        sa.Column("wanted", sa.JSON()),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "id", name="pk_models"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.project_id"], name="fk_models_projects", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_models_users"),
        sa.CheckConstraint(
            "status IN ('CREATED', 'QUEUED', 'TRAINING', 'FAILED', 'READY', 'ACTIVE', 'PUBLISHED')",
            name=op.f("ck_models_status"),
        ),
        sa.CheckConstraint("type IN ('ABSA', 'CLASS', 'LABEL', 'CLASSLABEL')", name=op.f("ck_models_type")),
    )
    op.create_table(
        "model_files",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("model_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "model_id", name="pk_model_files"),
        sa.ForeignKeyConstraint(
            ["project_id", "model_id"],
            ["models.project_id", "models.id"],
            name="fk_model_files_models",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "predictions",
        sa.Column("project_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("session_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("start_offset", sa.Integer(), nullable=False),
        sa.Column("end_offset", sa.Integer(), nullable=False),
        sa.Column("class", sa.Text()),
        sa.Column("label", sa.Text()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("extra", sa.Text()),
        sa.Column("status", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "session_id", "document_id", "id", name="pk_predictions"),
        sa.ForeignKeyConstraint(
            ["project_id", "session_id", "document_id"],
            [
                "session_documents.project_id",
                "session_documents.session_id",
                "session_documents.document_id",
            ],
            name="fk_predictions_session_documents",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "0 <= start_offset AND start_offset < end_offset", name=op.f("ck_predictions_span_not_empty")
        ),
        sa.CheckConstraint("class IS NOT NULL OR label IS NOT NULL", name=op.f("ck_predictions_not_empty")),
        sa.CheckConstraint(
            "status IN ('CORRECTING', 'READY', 'REJECTED')", name=op.f("ck_predictions_status")
        ),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO counters (kind, next_id) VALUES ('models', 1)")
