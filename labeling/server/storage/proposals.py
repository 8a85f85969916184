"""What a model proposed for documents of a session, kept apart from the tags until somebody confirms it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pydantic_core import from_json
from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from labeling.model import TagStatus, Unit
from labeling.server.rules.correcting import PredictedTag, host_of
from labeling.server.rules.merging import StoredSegment
from labeling.server.storage.ids import JsonObject, SessionAddress, in_blocks, take_ids
from labeling.server.storage.inserts import packed_extra
from labeling.server.storage.tables import ProposalStatus, predictions

Confident = tuple[Unit, float]
"""A tag that is proposed, and how sure the model is."""


def store_proposals(
    connection: Connection, at: SessionAddress, found: Iterable[tuple[int, Sequence[Confident]]]
) -> None:
    """Keep what is proposed for documents of a session; tags on one span share a segment to be."""
    items = [(document_id, proposed) for document_id, proposed in found if proposed]
    tag_ids = take_ids(connection, "tags", sum(len(proposed) for _, proposed in items))
    spans = [(document_id, unit[:2]) for document_id, proposed in items for unit, _ in proposed]
    each = list(dict.fromkeys(spans))
    segment_ids = dict(zip(each, take_ids(connection, "segments", len(each)), strict=True))
    rows = [
        {
            **at._asdict(),
            "document_id": document_id,
            "id": next(tag_ids),
            "segment_id": segment_ids[document_id, (start, end)],
            "start_offset": start,
            "end_offset": end,
            "class_": class_,
            "label": label,
            "confidence": confidence,
            "status": ProposalStatus.CORRECTING.value,
        }
        for document_id, proposed in items
        for (start, end, class_, label), confidence in proposed
    ]
    if rows:
        connection.execute(insert(predictions), rows)


def proposals_of(
    connection: Connection, at: SessionAddress, document_ids: Iterable[int], meant: int | None = None
) -> dict[int, tuple[PredictedTag, ...]]:
    """Those of each document that are open or taken, by where they stand; the one of the number that is meant
    also where it was rejected."""
    found: defaultdict[int, list[PredictedTag]] = defaultdict(list)
    statement = (
        select(predictions)
        .where(
            *_of_session(at),
            or_(predictions.c.status != ProposalStatus.REJECTED, predictions.c.id == meant),
        )
        .order_by(predictions.c.start_offset, predictions.c.end_offset, predictions.c.id)
    )
    for block in in_blocks(document_ids):
        for row in connection.execute(statement.where(predictions.c.document_id.in_(block))).mappings():
            is_open = row["status"] == ProposalStatus.CORRECTING
            found[row["document_id"]].append(
                PredictedTag(
                    row["id"],
                    row["segment_id"],
                    row["start_offset"],
                    row["end_offset"],
                    row["class_"],
                    row["label"],
                    row["confidence"],
                    is_open,
                    from_json(row["extra"]) if row["extra"] else None,
                )
            )
    return {document_id: tuple(items) for document_id, items in found.items()}


def with_open(connection: Connection, at: SessionAddress, document_ids: Iterable[int]) -> set[int]:
    """Those of the documents for which a proposal is open."""
    statement = select(predictions.c.document_id).where(
        *_of_session(at), predictions.c.status == ProposalStatus.CORRECTING
    )
    return {
        document_id
        for block in in_blocks(document_ids)
        for document_id in connection.execute(statement.where(predictions.c.document_id.in_(block))).scalars()
    }


def set_status(
    connection: Connection,
    at: SessionAddress,
    document_id: int,
    tag_ids: Iterable[int],
    status: ProposalStatus,
) -> None:
    """What became of these proposals."""
    this = [*_of_session(at), predictions.c.document_id == document_id, predictions.c.id.in_(list(tag_ids))]
    connection.execute(update(predictions).where(*this).values(status=status.value))


def set_names(connection: Connection, at: SessionAddress, document_id: int, proposal: PredictedTag) -> None:
    """Its class and label from now on, and what else is said of it."""
    this = [*_of_session(at), predictions.c.document_id == document_id, predictions.c.id == proposal.id]
    values = {
        "class_": proposal.class_,
        "label": proposal.label,
        "extra": packed_extra(proposal.extra),
    }
    connection.execute(update(predictions).where(*this).values(values))


def forget_proposals(connection: Connection, project_id: int, document_id: int) -> None:
    """Those for a document whose text is another one now, in all sessions."""
    this = [predictions.c.project_id == project_id, predictions.c.document_id == document_id]
    connection.execute(delete(predictions).where(*this))


def with_proposals(
    segments: Sequence[JsonObject],
    stored: Sequence[StoredSegment],
    proposals: Sequence[PredictedTag],
    text: str,
) -> list[JsonObject]:
    """The segments of a document as they are sent, with those that are proposed, by where they stand; each
    tag with its `status`, and its `confidence` where a model proposed it."""
    taken = {one.id: one for one in proposals if not one.is_open}
    found = {one["id"]: {**one, "tags": [_standing(tag, taken) for tag in one["tags"]]} for one in segments}
    for one in proposals:
        if not one.is_open:
            continue
        host = host_of(stored, one)
        key = host.id if host else one.segment_id
        if key not in found:
            span = [one.start, one.end]
            found[key] = {"id": key, "text": text[one.start : one.end], "span": span, "tags": []}
        found[key]["tags"].append(open_tag(one))
    return sorted(found.values(), key=lambda one: one["span"])


def open_tag(one: PredictedTag) -> JsonObject:
    """A proposal that is open, as it is sent."""
    names = {"id": one.id, "class": one.class_, "label": one.label}
    told = {"status": TagStatus.CORRECTING, "confidence": round(one.confidence, 4)}
    return {**names, **(one.extra or {}), **told}


def _standing(tag: JsonObject, taken: dict[int, PredictedTag]) -> JsonObject:
    proposal = taken.get(tag["id"])
    told = {} if proposal is None else {"confidence": round(proposal.confidence, 4)}
    return {**tag, "status": TagStatus.READY, **told}


def _of_session(at: SessionAddress) -> list[ColumnElement[bool]]:
    return [predictions.c.project_id == at.project_id, predictions.c.session_id == at.session_id]
