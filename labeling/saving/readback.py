"""What a save sends of a document, and whether the server holds it afterwards. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from labeling.draft.document import DraftDocument, Loaded, opened
from labeling.draft.draft import Draft
from labeling.draft.matching import units_of
from labeling.model import Document, Segment, shape_of
from labeling.saving.merge import Choice, Merged, merge

LISTED = 10
"""Numbers of documents named in a message; more are counted."""


class Wanted(NamedTuple):
    """A document as it is to be: the view that it comes from, the segments and the done mark to be sent."""

    document: DraftDocument
    segments: tuple[Segment, ...]
    done: bool | None

    def differs(self, held: Iterable[Segment]) -> bool:
        """Whether what is held differs from it in a unit."""
        return units_of(self.segments) != units_of(held)

    def is_alike(self, held: Iterable[Segment]) -> bool:
        """Whether what is held says the same down to the texts and to which tags stand together."""
        return _forms(self.segments) == _forms(held)


def _forms(segments: Iterable[Segment]) -> Counter[tuple[object, ...]]:
    return Counter(
        (s.span, s.text, *sorted((tag.class_ or "", tag.label or "") for tag in s.tags)) for s in segments
    )


def called_as_mine(draft: Draft, document: DraftDocument, there: Document) -> tuple[Segment, ...]:
    """What the server holds of a document, under the names that are valid in the draft."""
    held = opened(Loaded(document.key, document.position, there), draft.held)
    return held.called_now(draft.renames).base_segments


def joined(
    draft: Draft,
    document: DraftDocument,
    theirs: Sequence[Segment],
    choices: Mapping[str, Choice] | None = None,
) -> Merged:
    """A document (as the draft shows it) merged with what others made of it, under the draft's names."""
    one_tag = shape_of(draft.base.type).one_tag
    return merge(document.base_segments, document.sendable, theirs, one_tag=one_tag, choices=choices)


def carries(sent: Iterable[Segment], held: Iterable[Segment]) -> bool:
    """Whether what is held has the texts and the further keys of what was sent, ids and nulls aside.

    Both sides have the same units; a server may have joined or split segments of one span.
    """
    there: dict[tuple[int, ...] | None, list[Segment]] = {}
    for segment in held:
        there.setdefault(segment.span, []).append(segment)
    return all(_has(there.get(segment.span, []), segment) for segment in sent)


def _has(held: Sequence[Segment], sent: Segment) -> bool:
    tags = [tag for segment in held for tag in segment.tags]
    return any(
        sent.text in (None, segment.text) and _keeps(segment.model_extra, sent.model_extra)
        for segment in held
    ) and all(
        any(t.names == tag.names and _keeps(t.model_extra, tag.model_extra) for t in tags)
        for tag in sent.tags
        if any(tag.names)
    )


def _keeps(held: Mapping[str, object] | None, sent: Mapping[str, object] | None) -> bool:
    kept = held or {}
    return all(
        kept.get(key) == value for key, value in (sent or {}).items() if key != "id" and value is not None
    )


def item_of(wanted: Wanted, *, ids: bool, annotated: bool) -> Document:
    """The document as the update call carries it: whole, each untouched segment exactly as it was read."""
    document = wanted.document
    fields: dict[str, object] = {"text": document.text, "segments": wanted.segments}
    if ids and document.source.id is not None:
        fields = {"id": document.source.id, **fields}
    if annotated:
        fields["annotated"] = bool(wanted.done)
    return Document.model_validate(fields)


def named_in_one(
    everything: Sequence[DraftDocument], changed: Collection[str], added: Sequence[Document] = ()
) -> tuple[list[int], list[DraftDocument]]:
    """For a server whose reading of the lists is unknown: (`document_ids`, documents to be sent whole).

    All ids, so that a replacing server drops nothing, and only the changed documents, so that an adding server
    doubles no more than those. Of a text that occurs more than once all copies go, in order. Without ids, or
    where a server that pairs the two lists would get it wrong, all documents go. `added` go in both cases.
    """
    ids = [document.source.id for document in everything]
    texts = Counter(document.text for document in everything)
    wanted = {d.text for d in everything if d.key in changed and texts[d.text] > 1}
    sent = [d for d in everything if d.key in changed or d.text in wanted]
    known = [number for number in ids if number is not None]
    new = [document.id for document in added if document.id is not None]
    if len(known) < len(ids):
        return new, list(everything)
    pairs = [d.source.id for d in sent] + [None] * (len(added) - len(new))
    if len(pairs) == len(known) + len(new) and pairs != known + new:
        return known + new, list(everything)
    return known + new, sent


def difference(wanted: Wanted, held: Document) -> str:
    """What the server holds of a document other than was sent, in words."""
    mine, theirs = units_of(wanted.segments), units_of(held.segments)
    lacks, extra = mine - theirs, theirs - mine
    parts = []
    for count, what in ((lacks.total(), "missing"), (extra.total(), "not from you")):
        if count:
            parts.append(f"{count} {what}")
    if not parts:
        same_text = held.text == wanted.document.text
        parts.append("the done mark differs" if same_text else "the text differs")
    return f"Document {wanted.document.position + 1}: " + ", ".join(parts) + "."


def absent(added: Sequence[Document], found: Iterable[Loaded]) -> list[Document]:
    """Those of the added documents that are not among the found: by id, else by text, counted."""
    left = list(added)
    for item in found:
        if not left:
            break
        same = next((d for d in left if d.id == item.document.id and d.id is not None), None)
        same = same or next((d for d in left if d.id is None and d.text == item.document.text), None)
        if same is not None:
            left.remove(same)
    return left


def named_places(places: Sequence[int]) -> str:
    """`document 3`, `documents 3, 4`, or with many, `documents 3, 4, … and 90 more`; `places` are 0-based."""
    numbers = ", ".join(str(place + 1) for place in places[:LISTED])
    more = f" and {len(places) - LISTED:,} more" if len(places) > LISTED else ""
    return f"{'document' if len(places) == 1 else 'documents'} {numbers}{more}"
