"""What a person does about proposals in a correction session, document by document: each is one save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, update

from labeling.database import Database
from labeling.errors import Invalid, NotFound
from labeling.model import Status, TagStatus
from labeling.server.rules.bodies import TagBody, TagChangeBody
from labeling.server.rules.correcting import (
    PredictedTag,
    Segments,
    host_of,
    is_corrected,
    opened_again,
    taken,
    with_segment,
    with_tags,
)
from labeling.server.rules.merging import NO_ID, StoredSegment, StoredTag, tag_fault
from labeling.server.rules.queries import DocumentQuery
from labeling.server.storage.admission import Caller
from labeling.server.storage.documents import SessionDocumentsPage, session_page
from labeling.server.storage.ids import DbRow, JsonObject, SegmentAddress, SessionAddress
from labeling.server.storage.proposals import (
    open_tag,
    proposals_of,
    set_names,
    set_status,
    with_proposals,
)
from labeling.server.storage.segments import read_segments, segment_object
from labeling.server.storage.session_documents import Entry
from labeling.server.storage.sessions import moved, save_session, session_to_change
from labeling.server.storage.tables import ProposalStatus, segments
from labeling.server.storage.tagging import changed_tag, entry_of, kept_extra, no_segment
from labeling.server.storage.updates import DocumentChange, Target, write_changes


class DoneCorrection(NamedTuple):
    """What a call came to, and when: the session's row, the document's mark, the tag as it is sent, if there
    is one."""

    session: DbRow
    moment: datetime
    annotated: datetime | None
    tag: JsonObject | None


class _Desk(NamedTuple):
    """A document that is being corrected: its segments, its proposals that are open or taken."""

    connection: Connection
    session: DbRow
    at: SessionAddress
    entry: Entry
    stored: Segments
    proposals: tuple[PredictedTag, ...]

    segment_id: int

    def proposal(self, tag_id: int) -> PredictedTag | None:
        """The proposal on the segment that is a tag of this number, or may be one."""
        return next((one for one in self.on_segment if one.id == tag_id), None)

    def open_tag(self, tag_id: int) -> PredictedTag | None:
        found = self.proposal(tag_id)
        return found if found is not None and found.is_open else None

    @property
    def segment(self) -> StoredSegment | None:
        """The segment, if it stands and is not only proposed."""
        return next((one for one in self.stored if one.id == self.segment_id), None)

    @property
    def on_segment(self) -> list[PredictedTag]:
        """The proposals of the segment, or shown on it because it has their span."""
        return [one for one in self.proposals if self.segment_id in (one.segment_id, self._shown_on(one))]

    def _shown_on(self, proposal: PredictedTag) -> int:
        host = host_of(self.stored, proposal)
        return host.id if host else proposal.segment_id

    def decide(self, tag_ids: Sequence[int], status: ProposalStatus) -> None:
        set_status(self.connection, self.at, self.entry.document_id, tag_ids, status)


class _Outcome(NamedTuple):
    """The document's segments from now on, and the tag that was meant: by id, or the last of its segment."""

    segments: Segments
    segment_id: int
    tag_id: int | None = None
    is_last_of_segment: bool = False
    reopens: bool = False
    is_done: bool = False


class Correcting:
    """Each method is one transaction, over a segment of a document, which may be a proposed one.

    Those that change something raise NotFound, Invalid, and Moved when the session is in no state that is
    expected.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def documents(self, at: SessionAddress, query: DocumentQuery) -> SessionDocumentsPage:
        """The documents that the query asks for, with what is proposed for them. Raises NotFound."""
        with self._database.reading() as connection:
            page = session_page(connection, at, query)
            if "tags" not in query.details:
                return page
            ids = [item["id"] for item in page.documents]
            stored, proposed = read_segments(connection, at, ids), proposals_of(connection, at, ids)
        shown = [
            {
                **item,
                "segments": with_proposals(
                    item["segments"],
                    stored.get(item["id"], ()),
                    proposed.get(item["id"], ()),
                    item["text"],
                ),
            }
            for item in page.documents
        ]
        return page._replace(documents=shown)

    def set_status(
        self, caller: Caller, place: SegmentAddress, tag_id: int, status: TagStatus
    ) -> DoneCorrection:
        """Take a proposal, or have it open again, also where it was rejected."""

        def decided(desk: _Desk) -> _Outcome:
            proposal = desk.proposal(tag_id)
            if proposal is None:
                _tag_of(desk, tag_id)
                if status is TagStatus.CORRECTING:
                    raise Invalid(f"No model proposed tag {tag_id}: it cannot be open again.")
                return _Outcome(desk.stored, place.segment_id, tag_id)
            if status is TagStatus.READY:
                desk.decide([tag_id], ProposalStatus.READY)
                if any(tag.id == tag_id for one in desk.stored for tag in one.tags):
                    return _Outcome(desk.stored, place.segment_id, tag_id)
                return _Outcome(taken(desk.stored, proposal, desk.entry.text), place.segment_id, tag_id)
            if proposal.is_open:
                return _Outcome(desk.stored, place.segment_id, tag_id)
            tag = next((tag for one in desk.stored for tag in one.tags if tag.id == tag_id), None)
            if tag is not None:  # it may have been changed since it was taken
                set_names(desk.connection, desk.at, desk.entry.document_id, proposal.named(tag))
            desk.decide([tag_id], ProposalStatus.CORRECTING)
            return _Outcome(opened_again(desk.stored, proposal), place.segment_id, tag_id, reopens=True)

        return self._changed(caller, place, decided, tag_id)

    def add(self, caller: Caller, place: SegmentAddress, body: TagBody) -> DoneCorrection:
        """Give a segment one more tag; a proposed segment becomes one that stands."""
        new = StoredTag(NO_ID, *body.names, kept_extra(body.extra) or None)

        def with_one_more(desk: _Desk) -> _Outcome:
            held, host = desk.stored, desk.segment
            if host is None:
                proposal = desk.on_segment[0]
                held = with_segment(held, proposal, desk.entry.text)
                host = host_of(held, proposal)
                assert host is not None
            after = with_tags(held, host.id, (*host.tags, new))
            return _Outcome(after, host.id, is_last_of_segment=True)

        return self._changed(caller, place, with_one_more)

    def change(
        self, caller: Caller, place: SegmentAddress, tag_id: int, body: TagChangeBody
    ) -> DoneCorrection:
        """Give a tag, or an open proposal, another class or label; what the body does not have stays."""

        def renamed(desk: _Desk) -> _Outcome:
            proposal = desk.open_tag(tag_id)
            if proposal is not None:
                tag = changed_tag(proposal.tag, body)
                _refuse_bad(desk.session, tag)
                set_names(desk.connection, desk.at, desk.entry.document_id, proposal.named(tag))
                return _Outcome(desk.stored, place.segment_id, tag_id)
            segment, tag = _tag_of(desk, tag_id)
            tags = [changed_tag(one, body) if one is tag else one for one in segment.tags]
            return _Outcome(with_tags(desk.stored, segment.id, tags), segment.id, tag_id)

        return self._changed(caller, place, renamed)

    def remove(self, caller: Caller, place: SegmentAddress, tag_id: int) -> DoneCorrection:
        """Reject a proposal, or take a tag from a segment."""

        def without(desk: _Desk) -> _Outcome:
            if desk.open_tag(tag_id) is not None:
                desk.decide([tag_id], ProposalStatus.REJECTED)
                return _Outcome(desk.stored, place.segment_id)
            segment, tag = _tag_of(desk, tag_id)
            desk.decide([tag_id], ProposalStatus.REJECTED)
            if (proposal := desk.proposal(tag_id)) is not None:
                return _Outcome(opened_again(desk.stored, proposal), segment.id)
            left = [one for one in segment.tags if one is not tag]
            return _Outcome(with_tags(desk.stored, segment.id, left), segment.id)

        return self._changed(caller, place, without)

    def mark_segment(self, caller: Caller, place: SegmentAddress) -> DoneCorrection:
        """Say that a segment is right as it is shown: what is proposed on it is taken."""

        def all_taken(desk: _Desk) -> _Outcome:
            held = desk.stored
            found = [one for one in desk.on_segment if one.is_open]
            for proposal in found:
                held = taken(held, proposal, desk.entry.text)
            desk.decide([one.id for one in found], ProposalStatus.READY)
            return _Outcome(held, place.segment_id, is_done=True)

        return self._changed(caller, place, all_taken)

    def _changed(
        self,
        caller: Caller,
        place: SegmentAddress,
        change: Callable[[_Desk], _Outcome],
        meant: int | None = None,
    ) -> DoneCorrection:
        at, document_id, segment_id = place
        with self._database.writing() as connection:
            session, now = session_to_change(connection, at, None), datetime.now(UTC)
            entry = entry_of(connection, at, document_id)
            stored = read_segments(connection, at, [document_id]).get(document_id, ())
            proposed = proposals_of(connection, at, [document_id], meant).get(document_id, ())
            desk = _Desk(connection, session, at, entry, stored, proposed, segment_id)
            if desk.segment is None and not desk.on_segment:
                raise no_segment(segment_id)
            outcome = change(desk)
            left = proposals_of(connection, at, [document_id]).get(document_id, ())
            row, annotated = _saved(desk, outcome, any(one.is_open for one in left), caller, now)
            return DoneCorrection(row, now, annotated, _shown(connection, place, outcome, left))


def _saved(
    desk: _Desk, outcome: _Outcome, has_open: bool, caller: Caller, now: datetime
) -> tuple[DbRow, datetime | None]:
    """The session's row, and since when the document is marked, with all of it stored."""
    session, was = desk.session, desk.entry.annotated is not None
    if outcome.segments != desk.stored:
        for tag in (tag for segment in outcome.segments for tag in segment.tags):
            _refuse_bad(session, tag)
    marked = not outcome.reopens and is_corrected(was, outcome.segments, has_open=has_open)
    if outcome.is_done and _mark_segment(desk, now) and not has_open:
        marked = True
    change = DocumentChange(desk.entry, desk.stored, outcome.segments, marked)
    count, names = session["document_count"], (session["classes"], session["labels"])
    target = Target(desk.at, count, session["group_id"], *names, now)
    result = write_changes(desk.connection, target, [change])
    values = moved(session, count, result, now)
    if values["status"] == Status.STARTED:
        values["status"] = Status.ANNOTATING.value
    row = save_session(desk.connection, session, values, caller, now, result.replaced)
    since = desk.entry.annotated if was else now
    return row, since if marked else None


def _mark_segment(desk: _Desk, now: datetime) -> bool:
    """Mark the segment; whether all those of the document that stood before are marked then."""
    of_document: list[ColumnElement[bool]] = [
        segments.c.project_id == desk.at.project_id,
        segments.c.session_id == desk.at.session_id,
        segments.c.document_id == desk.entry.document_id,
        segments.c.annotated.is_(None),
    ]
    this = update(segments).where(*of_document, segments.c.id == desk.segment_id)
    desk.connection.execute(this.values(annotated=now))
    return not desk.connection.execute(select(func.count()).where(*of_document)).scalar_one()


def _shown(
    connection: Connection, place: SegmentAddress, outcome: _Outcome, left: Sequence[PredictedTag]
) -> JsonObject | None:
    """The tag that the call was about, as it is sent now."""
    if outcome.tag_id is None and not outcome.is_last_of_segment:
        return None
    document_id = place.document_id
    stored = read_segments(connection, place.at, [document_id]).get(document_id, ())
    if outcome.is_last_of_segment:
        segment = next(one for one in stored if one.id == outcome.segment_id)
        tag: JsonObject = segment_object(segment)["tags"][-1]
        return {**tag, "status": TagStatus.READY}
    proposal = next((one for one in left if one.id == outcome.tag_id), None)
    if proposal is not None and proposal.is_open:
        return open_tag(proposal)
    standing = [tag for one in stored for tag in segment_object(one)["tags"] if tag["id"] == outcome.tag_id]
    if standing:
        return {**standing[0], "status": TagStatus.READY}
    assert proposal is not None  # an equal tag stood there already
    return {**open_tag(proposal), "status": TagStatus.READY}


def _tag_of(desk: _Desk, tag_id: int) -> tuple[StoredSegment, StoredTag]:
    segment = desk.segment
    tag = next((one for one in segment.tags if one.id == tag_id), None) if segment else None
    if segment is None or tag is None:
        raise NotFound(f"There is no tag {tag_id} on that segment any more.")
    return segment, tag


def _refuse_bad(session: DbRow, tag: StoredTag) -> None:
    if fault := tag_fault(tag, {None, *session["classes"]}, {None, *session["labels"]}):
        raise Invalid(fault.lstrip(".: "))
