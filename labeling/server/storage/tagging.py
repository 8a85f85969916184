"""Single tags and marks: what a person does to one segment of a document, as one save of its session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select, update

from labeling.database import Database
from labeling.errors import Invalid, NotFound
from labeling.server.rules.bodies import TagBody, TagChangeBody
from labeling.server.rules.merging import NO_ID, Extra, StoredSegment, StoredTag, tag_fault
from labeling.server.rules.preconditions import ExpectedTags
from labeling.server.rules.progress import is_marked
from labeling.server.storage.admission import Caller
from labeling.server.storage.history import newly_marked
from labeling.server.storage.ids import DbRow, JsonObject, SegmentAddress, SessionAddress
from labeling.server.storage.proposals import with_open
from labeling.server.storage.segments import read_segments, segment_object
from labeling.server.storage.session_documents import Entry, entries_by_id, mark
from labeling.server.storage.sessions import moved, save_session, session_to_change
from labeling.server.storage.tables import segments
from labeling.server.storage.updates import ChangeResult, DocumentChange, Target, write_changes

Tags = tuple[StoredTag, ...]


class Tagging:
    """Each method is one transaction. A tag comes as it is sent.

    Those that change something raise NotFound, Invalid, and Moved when the session is in no state that is
    expected.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_segment(self, place: SegmentAddress) -> list[JsonObject]:
        """The tags of a segment in their order. Raises NotFound."""
        with self._database.reading() as connection:
            return _tags(connection, place)

    def add(
        self, caller: Caller, place: SegmentAddress, body: TagBody, expected: ExpectedTags = None
    ) -> JsonObject:
        """Give a segment one more tag."""
        new = StoredTag(NO_ID, *body.names, kept_extra(body.extra) or None)
        return self._change(caller, place, expected, lambda tags: (*tags, new))[-1]

    def change(
        self,
        caller: Caller,
        place: SegmentAddress,
        tag_id: int,
        body: TagChangeBody,
        expected: ExpectedTags = None,
    ) -> JsonObject:
        """Give a tag another class or label; what the body does not have stays."""

        def changed(tags: Tags) -> Tags:
            return tuple(changed_tag(tag, body) if tag.id == tag_id else tag for tag in tags)

        return tag_in(self._change(caller, place, expected, changed), tag_id)

    def remove(
        self, caller: Caller, place: SegmentAddress, tag_id: int, expected: ExpectedTags = None
    ) -> None:
        """Take a tag from a segment."""

        def without(tags: Tags) -> Tags:
            return tuple(tag for tag in tags if tag.id != tag_id)

        self._change(caller, place, expected, without)

    def mark_document(
        self, caller: Caller, at: SessionAddress, document_id: int, expected: ExpectedTags = None
    ) -> datetime:
        """Mark a document as annotated; since when it is. Marking what is marked changes nothing."""
        with self._database.writing() as connection:
            before = session_to_change(connection, at, expected)
            entry = entry_of(connection, at, document_id)
            return entry.annotated or _mark(connection, caller, before, document_id, datetime.now(UTC))

    def mark_segment(self, caller: Caller, place: SegmentAddress, expected: ExpectedTags = None) -> datetime:
        """Mark a segment as annotated; since when it is. With its last segment a document is marked too."""
        at, document_id, segment_id = place
        with self._database.writing() as connection:
            before = session_to_change(connection, at, expected)
            entry = entry_of(connection, at, document_id)
            of_document = [
                segments.c.project_id == at.project_id,
                segments.c.session_id == at.session_id,
                segments.c.document_id == document_id,
            ]
            this = [*of_document, segments.c.id == segment_id]
            found = connection.execute(select(segments.c.annotated).where(*this)).one_or_none()
            if found is None:
                raise no_segment(segment_id)
            since: datetime | None = found.annotated
            if since is not None:
                return since
            now = datetime.now(UTC)
            connection.execute(update(segments).where(*this).values(annotated=now))
            unmarked = select(func.count()).where(*of_document, segments.c.annotated.is_(None))
            if entry.annotated is None and not connection.execute(unmarked).scalar_one():
                _mark(connection, caller, before, document_id, now)
            return now

    def _change(
        self,
        caller: Caller,
        place: SegmentAddress,
        expected: ExpectedTags,
        changed: Callable[[Tags], Tags],
    ) -> list[JsonObject]:
        """Change the tags of a segment; as they are now."""
        at, document_id, segment_id = place
        with self._database.writing() as connection:
            before, now = session_to_change(connection, at, expected), datetime.now(UTC)
            entry = entry_of(connection, at, document_id)
            stored = read_segments(connection, at, [document_id]).get(document_id, ())
            this = _segment(stored, segment_id)
            after = this._replace(tags=changed(this.tags))
            known = {None, *before["classes"]}, {None, *before["labels"]}
            for tag in after.tags:
                if fault := tag_fault(tag, *known):
                    raise Invalid(fault.lstrip(".: "))
            wanted = tuple(after if one.id == segment_id else one for one in stored)
            has_open = bool(with_open(connection, at, [document_id]))
            marked = is_marked(entry.annotated is not None, None, stored, wanted, has_open=has_open)
            target = Target(
                at, before["document_count"], before["group_id"], before["classes"], before["labels"], now
            )
            result = write_changes(connection, target, [DocumentChange(entry, stored, wanted, marked)])
            values = moved(before, before["document_count"], result, now)
            save_session(connection, before, values, caller, now, result.replaced)
            return _tags(connection, place)


def tag_in(tags: Sequence[JsonObject], tag_id: int) -> JsonObject:
    """The one with the id. Raises NotFound."""
    found = next((one for one in tags if one["id"] == tag_id), None)
    if found is None:
        raise NotFound(f"There is no tag {tag_id} on that segment any more.")
    return found


def _tags(connection: Connection, place: SegmentAddress) -> list[JsonObject]:
    stored = read_segments(connection, place.at, [place.document_id]).get(place.document_id, ())
    found: list[JsonObject] = segment_object(_segment(stored, place.segment_id))["tags"]
    return found


def _mark(connection: Connection, caller: Caller, before: DbRow, document_id: int, now: datetime) -> datetime:
    mark(connection, SessionAddress(before["project_id"], before["id"]), {document_id: now})
    result = ChangeResult(newly_annotated=1, replaced=[newly_marked(document_id)])
    values = moved(before, before["document_count"], result, now)
    save_session(connection, before, values, caller, now, result.replaced)
    return now


def entry_of(connection: Connection, at: SessionAddress, document_id: int) -> Entry:
    """A document's place in the session. Raises NotFound."""
    entry = entries_by_id(connection, at, [document_id]).get(document_id)
    if entry is None:
        raise NotFound(f"There is no document {document_id} in session {at.session_id}.")
    return entry


def _segment(stored: Sequence[StoredSegment], segment_id: int) -> StoredSegment:
    found = next((one for one in stored if one.id == segment_id), None)
    if found is None:
        raise no_segment(segment_id)
    return found


def no_segment(segment_id: int) -> NotFound:
    """It is not there, or not any more."""
    return NotFound(f"There is no segment {segment_id} in that document any more.")


def changed_tag(tag: StoredTag, body: TagChangeBody) -> StoredTag:
    """The tag with what the body says."""
    class_ = tag.class_ if body.class_ is None else body.class_ or None
    label = tag.label if body.label is None else body.label or None
    return StoredTag(tag.id, class_, label, {**(tag.extra or {}), **kept_extra(body.extra)} or None)


def kept_extra(extra: Extra | None) -> Extra:
    """What a body says beside what we know; an id that it brings is that of something else."""
    return {key: value for key, value in (extra or {}).items() if value is not None and key != "id"}
