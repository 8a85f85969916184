"""Every place where some words stand in a text, for tagging them all. Pure; offsets are code points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import regex

from labeling.draft.document import DraftDocument
from labeling.draft.edits import Change, Edit, Refused, SegmentEdit
from labeling.draft.vocabulary import Scheme
from labeling.editing.many import segments_at
from labeling.editing.table import add_segment, with_tags
from labeling.model import Tag, TagNames
from labeling.phrases import count_of, quote, tag_in_words
from labeling.spans import cuts_grapheme, is_word_border


class Hit(NamedTuple):
    """A place where the words stand; `tagged`: it has the tag already."""

    start: int
    end: int
    tagged: bool = False


def places(
    text: str, wanted: str, *, whole_words: bool = True, match_case: bool = False
) -> tuple[tuple[int, int], ...]:
    """Where the words stand, on whole grapheme clusters, left to right, not overlapping.

    Any white space in `wanted` stands for any other. Whole words by Unicode's rules: in scripts that are written
    without spaces there is a border at nearly every letter, so every place counts.
    """
    parts = wanted.split()
    if not parts:
        return ()
    flags = regex.V1 if match_case else regex.V1 | regex.IGNORECASE | regex.FULLCASE
    pattern = regex.compile(r"\s+".join(regex.escape(part) for part in parts), flags)
    found: list[tuple[int, int]] = []
    at = 0
    while match := pattern.search(text, at):
        start, end = match.span()
        whole = not (cuts_grapheme(text, start) or cuts_grapheme(text, end))
        if whole and (not whole_words or (is_word_border(text, start) and is_word_border(text, end))):
            found.append((start, end))
            at = end
        else:
            at = start + 1
    return tuple(found)


def hits_in(
    document: DraftDocument,
    wanted: str,
    names: TagNames,
    *,
    whole_words: bool = True,
    match_case: bool = False,
) -> tuple[Hit, ...]:
    """The places in a document as the draft has it, each with whether it has that tag."""
    tagged = {
        (segment.segment.start, segment.segment.end)
        for segment in document.segments
        if any(tag.names == names for tag in segment.segment.tags)
    }
    found = places(document.text, wanted, whole_words=whole_words, match_case=match_case)
    return tuple(Hit(start, end, (start, end) in tagged) for start, end in found)


def tag_hits(
    documents: Mapping[str, DraftDocument],
    chosen: Sequence[tuple[str, int, int]],
    names: TagNames,
    step: str,
    scheme: Scheme,
) -> Change | Refused:
    """The one step that gives (document key, start, end) each the tag; what has it already stays as it is.

    A segment that covers just these words gets the tag; where it may have one label only, that is replaced. What no
    longer stands in its text is refused.
    """
    edits: list[Edit] = []
    words = ""
    # From the end of each text, so that the places of what is added before stay right.
    for number, (key, start, end) in enumerate(sorted(chosen, key=lambda place: (place[0], -place[1]))):
        document = documents[key]
        words = words or quote(document.text, start, end)
        equal = next(iter(segments_at(document, (start, end))), None)
        if equal is None:
            made = add_segment(document, start, end, *names, f"{step}.{number}")
            if isinstance(made, Refused):
                return made
            edits += made.edits
        elif not any(tag.names == names for tag in equal.segment.tags):
            kept = () if scheme.shape.one_tag else tuple(row for row in equal.rows if any(row[1].names))
            rows = (*kept, (f"{step}.{number}.0", Tag.of(*names)))
            at = document.index(equal.key)
            edits.append(SegmentEdit(document=key, at=at, before=equal, after=with_tags(equal, rows)))
    return Change(f"Tag {count_of(len(edits), 'place')} of {words} {tag_in_words(names)}", tuple(edits))
