"""Agreement without what was suggested: what people find by themselves. Pure.

Where somebody took a suggestion, the whole place is left out, with what others have there: were it that tag
alone, who found it without help would seem to disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from labeling.agreement.places import places
from labeling.agreement.shared import Counted, Shared, SharedText, compared
from labeling.agreement.tags import PlacedTag, TaggedText
from labeling.phrases import count_of

SuggestedTags = frozenset[tuple[int, PlacedTag]]
"""Tags of one person that were suggested and taken: (place of the document in the session, tag)."""


class WithoutSuggested(NamedTuple):
    """What is left to compare; how many places with suggested tags there are, and in how many documents
    nothing else is tagged: these say nothing of what people find, and are not compared at all."""

    shared: Shared
    places: int = 0
    documents: int = 0

    def words(self, *, is_left_out: bool) -> str:
        """The sentence under the figures; empty where nothing was suggested."""
        if not self.places:
            return ""
        taken = f"At {count_of(self.places, 'place')} somebody took a suggestion"
        if not is_left_out:
            return f"{taken}: these count like any other, though people did not find them by themselves."
        one = self.places == 1
        more = ""
        if self.documents:
            nothing = "which has" if self.documents == 1 else "which have"
            more = f", and {count_of(self.documents, 'document')} {nothing} nothing else"
        return f"{taken}: {'it is' if one else 'they are'} left out{more}."


def without_suggested(
    side_by_side: Shared, suggested: Sequence[SuggestedTags], counted: Counted, finished: Sequence[bool]
) -> WithoutSuggested:
    """Leave suggested tags (of each person, in their order) out of the documents that count."""
    if not any(suggested):
        return WithoutSuggested(side_by_side)
    positions = [{position for position, _ in theirs} for theirs in suggested]
    found, place_count, documents = [], 0, 0
    for text in side_by_side.texts:
        given = compared(text, counted, finished)
        if not any(one is not None and one.position in positions[at] for at, one in enumerate(given)):
            found.append(text)
            continue
        out = [
            place
            for place in places([None if one is None else one.tags for one in given])
            if any((given[at].position, tag) in suggested[at] for at, tag in place.given)  # type: ignore[union-attr]
        ]
        place_count += len(out)
        less = tuple(
            one if one is None or given[at] is None else _without(one, [place.tags[at] for place in out])
            for at, one in enumerate(text.by_person)
        )
        if out and not any(one is not None and one.tags for one in less):
            documents += 1
            continue
        spans = [(place.start, place.end) for place in out]
        found.append(SharedText(text.text, less, (*text.left_out, *spans)))
    return WithoutSuggested(replace(side_by_side, texts=tuple(found)), place_count, documents)


def _without(document: TaggedText, out: Sequence[PlacedTag | None]) -> TaggedText:
    tags = list(document.tags)
    gone = [tag for tag in out if tag is not None]
    for tag in gone:
        tags.remove(tag)
    return document._replace(tags=tuple(tags), spans=document.spans - {tag.span for tag in gone})
