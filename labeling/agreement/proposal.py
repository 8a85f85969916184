"""What most people have at a place: each part by itself, never the union of spans. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import product
from typing import Literal, NamedTuple, TypeVar

from labeling.agreement.tags import PlacedTag

T = TypeVar("T", bound=Hashable)
PartOfTag = Literal["borders", "class", "label"]


class Proposal(NamedTuple):
    """What is proposed: nothing, one tag, or several where the parts named `open` are tied. The first of them
    are those that somebody has."""

    tags: tuple[PlacedTag, ...]
    open: tuple[PartOfTag, ...] = ()

    @property
    def tag(self) -> PlacedTag | None:
        """The one that is proposed; None: nothing is, or it is open which."""
        return self.tags[0] if len(self.tags) == 1 else None


NOTHING = Proposal(())


def propose(tags: Iterable[PlacedTag | None]) -> Proposal:
    """The proposal for a place, of what each of those has who have done the document (None: no tag there).

    A tag is proposed where more than half have one; then the most frequent span, class and label, each by
    itself. Where two are as frequent, that part is open.
    """
    votes = list(tags)
    first = votes[0] if votes else None
    if first is not None and any(first.names) and votes.count(first) == len(votes):
        return Proposal((first,))
    given = [tag for tag in votes if tag is not None]
    if 2 * len(given) <= len(votes):
        return NOTHING
    spans = _most([tag.span for tag in given])
    classes, labels = _most([tag.class_ for tag in given]), _most([tag.label for tag in given])
    parts: tuple[tuple[PartOfTag, Sequence[object]], ...] = (
        ("borders", spans),
        ("class", classes),
        ("label", labels),
    )
    found = [PlacedTag(*span, class_, label) for span, class_, label in product(spans, classes, labels)]
    found = [tag for tag in found if any(tag.names)]
    found.sort(key=lambda tag: tag not in given)
    return Proposal(tuple(found), tuple(name for name, tied in parts if len(tied) > 1))


def _most(values: Sequence[T]) -> list[T]:
    """The most frequent ones, in the order in which they come."""
    times = Counter(values)
    most = max(times.values())
    return [value for value, count in times.items() if count == most]
