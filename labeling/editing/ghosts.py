"""What a gesture on a proposed tag means: taken, it becomes a tag like any other, in the same step as what is
said of the proposal. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Refused, RulingEdit, between
from labeling.draft.ruled import Ghost, Ruling
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Renames, Scheme, called_now
from labeling.editing.table import with_tags
from labeling.editing.tagging import SpanIndex, tag_problem
from labeling.model import Origin, Tag, TagNames
from labeling.phrases import count_of, quote, tag_in_words
from labeling.spans import span_problem


def take_ghosts(
    document: DraftDocument, ghosts: Sequence[Ghost], names: TagNames, step: str, scheme: Scheme
) -> Change | Refused:
    """The one step that makes these ghosts tags: as proposed, or with the `names` where any is given. `step`
    begins the new keys."""
    now = SpanIndex(document)
    rulings = []
    for n, ghost in enumerate(ghosts):
        tag = names if any(names) else ghost.tag
        why = tag_problem(tag, scheme) or span_problem(document.text, *ghost.span)
        tagged = Refused(why) if why else now.tagged(ghost.span, tag, f"{step}.{n}", scheme)
        if isinstance(tagged, Refused):
            return tagged
        if tagged is not None:
            now.put(tagged if ghost.number is not None else _suggested(tagged, ghost, tag))
        rulings.append(Ruling(ghost=ghost, says="taken", taken_as=tag))
    if not ghosts:
        return Refused("nothing that is proposed is named")
    edits = (*between(document, now.segments), *_said(document, rulings))
    return Change(_named("Take", document, ghosts, rulings[0].taken_as), edits)


def _suggested(segment: DraftSegment, ghost: Ghost, names: TagNames) -> DraftSegment:
    """The segment with what its new tag came of."""
    origin = Origin.SUGGESTED if names == ghost.tag else Origin.CHANGED
    rows = [(key, tag.came_of(origin) if tag.names == names else tag) for key, tag in segment.rows]
    return with_tags(segment, rows)


def reject_ghosts(document: DraftDocument, ghosts: Sequence[Ghost]) -> Change | Refused:
    """The one step that rejects these ghosts."""
    if not ghosts:
        return Refused("nothing that is proposed is named")
    edits = _said(document, [Ruling(ghost=ghost, says="rejected") for ghost in ghosts])
    return Change(_named("Reject", document, ghosts, ghosts[0].tag), tuple(edits))


def _named(verb: str, document: DraftDocument, ghosts: Sequence[Ghost], tag: TagNames) -> str:
    if len(ghosts) > 1:
        return f"{verb} {count_of(len(ghosts), 'proposed tag')}"
    return f"{verb} proposed {quote(document.text, *ghosts[0].span)} {tag_in_words(tag)}"


def _said(document: DraftDocument, rulings: Iterable[Ruling]) -> Iterable[RulingEdit]:
    """What is said of what the server proposes; of other ghosts no server has to hear."""
    known = {one.key: one for one in document.rulings}
    for one in rulings:
        if one.ghost.number is not None:
            yield RulingEdit(document=document.key, before=known.get(one.key), after=one)


def open_ghosts(
    document: DraftDocument, proposed: Iterable[Ghost], renames: Renames, scheme: Scheme
) -> tuple[Ghost, ...]:
    """What is proposed for a document and still to be decided, under the names that are valid now; what
    cannot be taken in this session is left out."""
    said = {one.key: one.says for one in document.rulings}
    found = {one.key: one for one in proposed if said.get(one.key, "open") == "open"}
    found |= {one.key: one.ghost for one in document.rulings if one.says == "open"}
    rules = renames.since(0)
    ghosts = []
    for ghost in found.values():
        # Only a server proposes by the names that were valid once.
        is_old = bool(rules) and ghost.number is not None
        tag = called_now(Tag.of(*ghost.tag), rules) if is_old else Tag.of(*ghost.tag)
        if tag is None or span_problem(document.text, *ghost.span) or tag_problem(tag.names, scheme):
            continue
        ghosts.append(ghost if tag.names == ghost.tag else ghost.model_copy(update={"tag": tag.names}))
    return tuple(sorted(ghosts, key=lambda one: (one.start, -one.end, one.key)))
