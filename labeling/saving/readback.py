"""The proof: what was sent is read back and compared; where it differs, to merge it again must change
nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from labeling.draft.document import Loaded
from labeling.draft.matching import units_of
from labeling.model import ORIGIN, Document, Segment
from labeling.saving.attempt import Attempt
from labeling.saving.merge import merge, outcome_of
from labeling.saving.plan import ExpectedDocument


def prove(attempt: Attempt, sent: Iterable[ExpectedDocument], there: Mapping[str, Document]) -> None:
    """Compare what was sent with what the server holds now."""
    report = attempt.report
    for was in sent:
        document, now = was.document, there.get(was.document.key)
        if now is None:
            report.differences += (f"Document {document.position + 1} is no longer in this session.",)
            continue
        expected = was if attempt.is_held(was, now) else attempt.merged(document, now)
        if expected is None:
            continue
        if not attempt.is_held(expected, now):
            report.differences += (difference(was, now),)
            continue
        attempt.note_proved(document, now)
        if not carries(expected.segments, now.segments):
            report.differences += (
                f"Document {document.position + 1}: all spans and tags are there, but texts or further keys "
                "of its segments differ from what was sent.",
            )


def prove_renamed(attempt: Attempt, sent: Iterable[ExpectedDocument], there: Mapping[str, Document]) -> None:
    """Compare what was renamed with what the server holds now;
    what others did to it since is no difference."""
    for expected in sent:
        now = there.get(expected.document.key)
        if now is None or not expected.differs(now.segments):
            continue
        was, mine = expected.document.base_segments, expected.segments
        result = merge(was, mine, now.segments, outcome=outcome_of(was, mine))
        if result.conflicts or units_of(result.segments) != units_of(now.segments):
            attempt.report.differences += (difference(expected, now),)


def prove_added(
    attempt: Attempt, added: Sequence[Document], tail: Iterable[Loaded], everything: Iterable[Loaded]
) -> None:
    """New documents stand at the end; one that the session had before may stand anywhere."""
    before = absent(added, tail)
    left = absent(before, everything) if before else []
    attempt.added = bool(attempt.plan.added) and not left
    if left:
        attempt.report.differences += (f"Added documents that are not in the session: {len(left)}.",)
    elif before:
        attempt.report.notes += (f"Added documents that were in the session already: {len(before)}.",)


def prove_session(attempt: Attempt) -> None:
    """Read the session back: its name and lists, how many documents it has, its status and progress."""
    report, after = attempt.report, attempt.follow()
    wrong = attempt.fields(after, grown=attempt.leaves_documents).model_fields_set
    left = attempt.fields(after).model_fields_set - wrong
    attempt.has_fields = not (wrong or left or report.names)
    if left:
        report.notes += (f"The {' and '.join(sorted(left))} keep their names until the rest is saved.",)
    for name in sorted(wrong):
        report.differences += (f"{name.capitalize()}: the server holds something else than was sent.",)
    known, count = report.before.document_count, after.document_count
    most = known + (len(attempt.plan.added) if attempt.added else 0)
    if known and not known <= count <= most:
        said = (f"Documents in the session now: {count:,}, not {most:,} as expected.",)
        if count > most and attempt.info.can("upsert"):
            report.notes += said
        else:
            report.differences += said


# Comparing


def difference(expected: ExpectedDocument, there: Document) -> str:
    """What the server holds of a document other than was sent, in words."""
    mine, theirs = units_of(expected.segments), units_of(there.segments)
    lacks, extra = mine - theirs, theirs - mine
    parts = []
    for count, what in ((lacks.total(), "missing"), (extra.total(), "not from you")):
        if count:
            parts.append(f"{count} {what}")
    if not parts:
        same_text = there.text == expected.document.text
        parts.append("the done mark differs" if same_text else "the text differs")
    return f"Document {expected.document.position + 1}: " + ", ".join(parts) + "."


def absent(added: Sequence[Document], found: Iterable[Loaded]) -> list[Document]:
    """Those of the added documents that are not among the found: by id, else by text, counted."""
    left = list(added)
    for item in found if left else ():
        same = next((d for d in left if d.id == item.document.id and d.id is not None), None)
        same = same or next((d for d in left if d.id is None and d.text == item.document.text), None)
        if same is not None:
            left.remove(same)
        if not left:
            break
    return left


def carries(sent: Iterable[Segment], there: Iterable[Segment]) -> bool:
    """Whether what the server holds has the texts and the further keys of what was sent, ids, nulls and what
    tags came of aside.

    Both sides have the same units; a server may have joined or split segments of one span.
    """
    spans: dict[tuple[int, ...] | None, list[Segment]] = {}
    for segment in there:
        spans.setdefault(segment.span, []).append(segment)
    return all(_has(spans.get(segment.span, []), segment) for segment in sent)


def _has(there: Sequence[Segment], sent: Segment) -> bool:
    tags = [tag for segment in there for tag in segment.tags]
    return any(
        sent.text in (None, segment.text) and _has_keys(segment.model_extra, sent.model_extra)
        for segment in there
    ) and all(
        any(t.names == tag.names and _has_keys(t.model_extra, tag.model_extra) for t in tags)
        for tag in sent.tags
        if any(tag.names)
    )


def _has_keys(there: Mapping[str, object] | None, sent: Mapping[str, object] | None) -> bool:
    known = there or {}
    return all(
        known.get(key) == value
        for key, value in (sent or {}).items()
        if key not in ("id", ORIGIN) and value is not None
    )
