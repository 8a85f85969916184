"""Every place where some words stand in a text, for tagging them all. Pure; offsets are code points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Edit, Refused, between
from labeling.draft.vocabulary import Scheme
from labeling.editing.tagging import SpanIndex, tag_problem
from labeling.model import TagNames
from labeling.phrases import count_of, quote, tag_in_words
from labeling.spans import occurrences


class Hit(NamedTuple):
    """A place where the words stand; `tagged`: it has the tag already."""

    start: int
    end: int
    tagged: bool = False


def hits_in(
    document: DraftDocument,
    wanted: str,
    names: TagNames,
    *,
    whole_words: bool = True,
    match_case: bool = False,
) -> tuple[Hit, ...]:
    """Where the words stand in a document, any white space like any other, and whether they have the tag."""
    tagged = {
        (segment.segment.start, segment.segment.end)
        for segment in document.segments
        if any(tag.names == names for tag in segment.segment.tags)
    }
    found = occurrences(document.text, wanted, whole_words=whole_words, match_case=match_case, any_space=True)
    return tuple(Hit(start, end, (start, end) in tagged) for start, end in found)


def tag_hits(
    documents: Mapping[str, DraftDocument],
    chosen: Sequence[tuple[str, int, int]],
    names: TagNames,
    step: str,
    scheme: Scheme,
) -> Change | Refused:
    """The one step that gives (document key, start, end) each the tag; what has it already stays as it is."""
    why = tag_problem(names, scheme)
    if why:
        return Refused(why)
    edits: list[Edit] = []
    words, count = "", 0
    for key in dict.fromkeys(place[0] for place in chosen):
        document = documents[key]
        now = SpanIndex(document)
        for start, end in sorted(place[1:] for place in chosen if place[0] == key):
            words = words or quote(document.text, start, end)
            tagged = now.tagged((start, end), names, f"{step}.{count}", scheme)
            if isinstance(tagged, Refused):
                return tagged
            if tagged is not None:
                now.put(tagged)
                count += 1
        edits += between(document, now.segments)
    return Change(f"Tag {count_of(count, 'place')} of {words} {tag_in_words(names)}", tuple(edits))
