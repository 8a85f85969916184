"""A correction session as a worker leaves it, made at once: what is tested with it is not the model."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sqlalchemy import insert

from labeling.model import Mode, ModelStatus, Status
from labeling.server.storage.ids import SessionAddress, take_ids
from labeling.server.storage.proposals import proposals_of, store_proposals
from labeling.server.storage.session_documents import add_documents, append_to_session
from labeling.server.storage.store import Store
from labeling.server.storage.tables import models, sessions

TEXT = "The bed was soft"


def a_correction(
    store: Store, project_id: int, *, status: ModelStatus = ModelStatus.READY, classes: tuple[str, ...] = ()
) -> dict[str, int]:
    """The ids of what is there: a model, a session of two documents, on the first of them a segment with a
    tag, both only proposed."""
    now = datetime.now(UTC)
    with store.database.writing() as connection:
        model_id = next(take_ids(connection, "models", 1))
        at = SessionAddress(project_id, next(take_ids(connection, "sessions", 1)))
        told = {"uuid": str(uuid.uuid4()), "type": "CLASSLABEL", "created": now}
        connection.execute(
            insert(models).values(
                project_id=project_id,
                id=model_id,
                name="First",
                display_name="First",
                status=status.value,
                progress=100.0,
                score=66.6,
                sources=[{"id": 1, "documents": 10, "tags": 30}],
                classes=["Comfort"],
                labels=["POS"],
                **told,
            )
        )
        connection.execute(
            insert(sessions).values(
                project_id=project_id,
                id=at.session_id,
                name="To correct",
                mode=Mode.CORRECTION.value,
                status=Status.STARTED.value,
                classes=["Comfort", *classes],
                labels=["POS", "NEG"],
                document_count=2,
                annotated_count=0,
                model_id=model_id,
                predicted_score=67,
                **told,
            )
        )
        ids = add_documents(connection, project_id, [(TEXT, None), ("Two beds", None)], None, now)
        append_to_session(connection, at, ids, 0)
        store_proposals(connection, at, [(ids[0], [((4, 7, "Comfort", "POS"), 0.75)])])
        (proposal,) = proposals_of(connection, at, ids)[ids[0]]
    return {
        "project_id": project_id,
        "model_id": model_id,
        "correction_id": at.session_id,
        "document_id": ids[0],
        "segment_id": proposal.segment_id,
        "tag_id": proposal.id,
    }
