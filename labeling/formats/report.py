"""What a reading came to, in words: the same on the screen and in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from labeling.formats.imported import Imported
from labeling.formats.records import CLASS, DONE, KEPT, LABEL, OUT, SPANS, TEXT, Question, Records
from labeling.phrases import count_of

BECOMES = {
    TEXT: "text",
    CLASS: "class of the whole document",
    LABEL: "label of the whole document",
    SPANS: "segments and tags",
    DONE: "done mark",
    KEPT: "information about the document",
    OUT: "left out",
}
"""What becomes of a key, in words."""
SHOWN_REFUSED = 100
"""Refused rows that are listed."""


def counts(found: Imported, unit: str) -> str:
    """What came of the source, in numbers."""
    parts = [count_of(len(found.documents), "document")]
    if tags := found.tag_count:
        parts.append(count_of(tags, "tag"))
    if done := found.done_count:
        parts.append(f"{done:,} marked done")
    if found.refused:
        parts.append(f"{count_of(len(found.refused), unit)} refused")
    if repeated := found.repeated_count:
        parts.append(f"{count_of(repeated, 'text')} occurring again")
    return " · ".join(parts)


def report_lines(records: Records, questions: Iterable[Question], found: Imported) -> Iterator[str]:
    """How a file was read, what becomes of each of its keys, and what is refused, line by line."""
    yield counts(found, records.unit)
    if records.note:
        yield records.note
    yield "Read with these answers:"
    yield from (f"  {question.key} = {question.answer}" for question in questions)
    for label in found.renamed:
        yield f"{label.given} → {label.label}, as the project writes it ({count_of(label.times, 'tag')})"
    if found.keys:
        yield "What becomes of each column or key:"
        width = max(len(one.key) for one in found.keys)
        for one in found.keys:
            yield f"  {one.key:<{width}}  {BECOMES.get(one.use, one.use)} ({count_of(one.values, 'value')})"
    if found.refused:
        yield f"{count_of(len(found.refused), records.unit)} refused:"
        for row in found.refused[:SHOWN_REFUSED]:
            begins = f": “{row.excerpt}”" if row.excerpt else ""
            yield f"  {records.unit} {row.number}: {row.reason}{begins}"
        if (more := len(found.refused) - SHOWN_REFUSED) > 0:
            yield f"  and {more:,} more"
