"""What is proposed for suspects, done as one step; what has changed since is left out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from labeling.checking.problems import problems_of
from labeling.checking.repairs import CERTAIN, repair, repairs_for
from labeling.checking.suspects import BARE, Gathered, Suspect, ranked
from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Edit, Refused, SegmentEdit, between
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import Scheme, with_names
from labeling.editing.many import BulkOutcome
from labeling.editing.table import find_row, placed_at, with_tags
from labeling.editing.tagging import SpanIndex, tag_problem
from labeling.model import TagNames
from labeling.phrases import count_of, quote, tag_in_words
from labeling.spans import span_problem

GONE = "it is not as it was when it was listed"


def problem_rows(seen: Gathered, schemes: Mapping[int, Scheme]) -> tuple[Suspect, ...]:
    """What is plainly wrong in the data, by the schemes of the sessions; first what has one right repair."""

    def find() -> Iterable[Suspect]:
        for at, document in enumerate(seen.documents):
            view = document.view
            for problem in problems_of(view, schemes[document.session]):
                segment = view.find(problem.segment)
                span = (0, len(view.text))
                if segment is not None and segment.segment.is_placed:
                    span = (segment.segment.start, segment.segment.end)
                score = 1.0 if problem.kind in CERTAIN else 0.5
                yield seen.about("problem", at, span, None, problem.words, score)._replace(problem=problem)

    return ranked(find())


def proposal_in_words(suspect: Suspect, scheme: Scheme) -> str:
    """What taking the proposal does; empty where there is none."""
    if suspect.problem is not None:
        certain = suspect.problem.kind in CERTAIN
        return repairs_for(suspect.problem, (), scheme)[0].words if certain else ""
    if suspect.proposed is None:
        return ""
    span, names = suspect.proposed
    if names == BARE:
        return "no tag"
    words = "" if span == suspect.span else quote(suspect.text, *span)
    return " ".join(part for part in (words, tag_in_words(names) if names != suspect.names else "") if part)


def still_stands(view: DraftDocument, suspect: Suspect, scheme: Scheme) -> bool:
    """Whether what is suspected is as it was when it was listed."""
    if view.text != suspect.text:
        return False
    if suspect.problem is not None:
        return suspect.problem in problems_of(view, scheme)
    if suspect.list == "sparse":
        return view.tag_count == suspect.tags
    if suspect.names != BARE:
        found = find_row(view, suspect.row)
        if found is None or found[0].raw is not None:
            return False
        segment, tag_key = found
        return segment.segment.span == suspect.span and dict(segment.rows)[tag_key].names == suspect.names
    start, end = suspect.span
    return not any(
        one.raw is None and one.segment.start < end and start < one.segment.end
        if suspect.list == "untagged"
        else one.segment.span == suspect.span and any(any(tag.names) for tag in one.segment.tags)
        for one in view.segments
        if one.segment.is_placed
    )


def fix(view: DraftDocument, suspect: Suspect, step: str, scheme: Scheme) -> Change | Refused:
    """The step that does what is proposed. Refused where nothing is, or where the tag is another by now.

    `step` begins the keys of what is new.
    """
    after = _after(view, suspect, step, scheme)
    if isinstance(after, Refused):
        return after
    return Change(_name(view, suspect), between(view, after))


def fix_all(
    views: Iterable[DraftDocument], suspects: Sequence[Suspect], title: str, step: str, scheme: Scheme
) -> BulkOutcome:
    """The one step that does what is proposed for all of these, in one session; `title` names their list."""
    by_document: dict[str, list[tuple[int, Suspect]]] = {}
    for number, suspect in enumerate(suspects):
        by_document.setdefault(suspect.document, []).append((number, suspect))
    edits, done = list[Edit](), 0
    for view in views:
        now = view
        for number, suspect in by_document.get(view.key, ()):
            after = _after(now, suspect, f"{step}.{number}", scheme)
            if not isinstance(after, Refused):
                now, done = replace(now, segments=tuple(after)), done + 1
        edits += between(view, now.segments)
    name = f"Take {count_of(done, 'proposal')}: {title}"
    return BulkOutcome(Change(name, tuple(edits)), done, len(suspects) - done)


def _name(view: DraftDocument, suspect: Suspect) -> str:
    if suspect.problem is not None:
        return f"Repair in document {view.position + 1}: {suspect.problem.words}"
    assert suspect.proposed is not None
    span, names = suspect.proposed
    words = quote(view.text, *suspect.span)
    if suspect.names == BARE:
        return f"Tag {words} {tag_in_words(names)}"
    if names == BARE:
        return f"Delete the tag {tag_in_words(suspect.names)} of {words}"
    if span != suspect.span:
        return f"Move {words} to {quote(view.text, *span)}"
    return f"Retag {words} {tag_in_words(suspect.names)} → {tag_in_words(names)}"


def _after(
    view: DraftDocument, suspect: Suspect, step: str, scheme: Scheme
) -> Sequence[DraftSegment] | Refused:
    """The segments of the document once it is done."""
    if view.text != suspect.text:
        return Refused(GONE)
    if suspect.problem is not None:
        return _repaired(view, suspect, scheme)
    if suspect.proposed is None:
        return Refused("nothing is proposed here")
    span, names = suspect.proposed
    if names != BARE and (why := tag_problem(names, scheme)):
        return Refused(why)
    if suspect.names == BARE:
        return _tagged(view, suspect, names, step, scheme)
    found = find_row(view, suspect.row)
    if found is None or not still_stands(view, suspect, scheme):
        return Refused(GONE)
    segment, tag_key = found
    others = [row for row in segment.rows if row[0] != tag_key]
    here = _elsewhere(view, segment, span, names)
    if names == BARE or here or names in [one.names for _, one in others]:
        now = with_tags(segment, others) if others else None
    elif span != suspect.span:
        if why := span_problem(view.text, *span):
            return Refused(why)
        now = placed_at(view, segment, *span)
    else:
        rows = [(key, with_names(one, *names) if key == tag_key else one) for key, one in segment.rows]
        now = with_tags(segment, rows)
    return [one for one in (now if each is segment else each for each in view.segments) if one is not None]


def _elsewhere(view: DraftDocument, segment: DraftSegment, span: tuple[int, int], names: TagNames) -> bool:
    """Whether another segment has that tag at that span already."""
    return any(
        one is not segment
        and one.raw is None
        and one.segment.span == span
        and names in [tag.names for tag in one.segment.tags]
        for one in view.segments
    )


def _tagged(
    view: DraftDocument, suspect: Suspect, names: TagNames, step: str, scheme: Scheme
) -> Sequence[DraftSegment] | Refused:
    assert suspect.proposed is not None
    span = suspect.proposed.span
    now = SpanIndex(view)
    here = [one for one in view.segments if one.segment.span == span and one.segment.tags]
    if scheme.shape.one_tag and here:
        return Refused(GONE)
    tagged = now.tagged(span, names, step, scheme)
    if isinstance(tagged, Refused):
        return tagged
    if tagged is None:
        return Refused("it is tagged so by now")
    now.put(tagged)
    return now.segments


def _repaired(view: DraftDocument, suspect: Suspect, scheme: Scheme) -> Sequence[DraftSegment] | Refused:
    problem = suspect.problem
    assert problem is not None
    if problem.kind not in CERTAIN:
        return Refused("only a person can say what is right here")
    if not still_stands(view, suspect, scheme):
        return Refused(GONE)
    made = repair(view, problem, "repair", scheme)
    after: dict[str, DraftSegment | None] = {
        edit.key: edit.after for edit in made.edits if isinstance(edit, SegmentEdit)
    }
    states = (after.get(one.key, one) for one in view.segments)
    return [one for one in states if one is not None]
