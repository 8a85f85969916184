"""Tags of unusual length, documents with far too few tags for theirs, the same text with other tags. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import exp, lgamma, log
from statistics import median

from labeling.checking.suspects import BARE, Gathered, Proposed, SeenTag, Suspect, ranked
from labeling.checking.words import Span, words_key
from labeling.model import TagNames
from labeling.phrases import count_of, tag_in_words

ENOUGH = 20
"""Tags of a class, or documents, from which it is said what is usual."""
FAR = 3.0
"""Median deviations from the median that are far."""
NORMAL = 1.4826
"""Standard deviations in a median deviation, where lengths are spread evenly round the middle."""
UNLIKELY = 1e-3
"""How seldom chance may leave a document so bare."""


def lengths(seen: Gathered) -> tuple[Suspect, ...]:
    """Tags far longer or shorter than the others of their class, in code points; whole documents aside.

    Lengths are compared as ratios: three times as long is as far as three times as short.
    """
    by_class: dict[str | None, list[SeenTag]] = defaultdict(list)
    for tag in seen.tags:
        if tag.span != (0, len(seen.documents[tag.at].view.text)):
            by_class[tag.names[0]].append(tag)

    def find() -> Iterator[Suspect]:
        for class_, tags in by_class.items():
            if len(tags) < ENOUGH:
                continue
            measured = [log(tag.span[1] - tag.span[0]) for tag in tags]
            middle = median(measured)
            spread = NORMAL * median(abs(length - middle) for length in measured)
            usual = round(exp(middle))
            for tag, length in zip(tags, measured, strict=True):
                far = abs(length - middle) / spread if spread else 0.0
                if far > FAR:
                    what = f"{class_} has" if class_ else "others have"
                    size = count_of(tag.span[1] - tag.span[0], "character")
                    yield seen.suspect(
                        "length", tag, None, f"{size} long; {what} {usual:,} in the middle", far
                    )

    return ranked(find())


def sparse(seen: Gathered) -> tuple[Suspect, ...]:
    """Documents with far fewer tags than others of their length, of those that were looked at.

    Ranked by how unlikely so few are if tags came by the length of the text alone (Poisson). Where whole
    documents are tagged, their length says nothing.
    """
    whole = sum(tag.span == (0, len(seen.documents[tag.at].view.text)) for tag in seen.tags)
    if 2 * whole > len(seen.tags):
        return ()
    looked_at = [
        (at, one.view.tag_count, len(one.view.text))
        for at, one in enumerate(seen.documents)
        if one.is_looked_at
    ]
    total, length = sum(tags for _, tags, _ in looked_at), sum(size for _, _, size in looked_at)
    if len(looked_at) < ENOUGH or not total:
        return ()

    def find() -> Iterator[Suspect]:
        for at, tags, size in looked_at:
            expected = size * total / length
            chance = _at_most(tags, expected) if tags < expected else 1.0
            if chance < UNLIKELY:
                why = f"{count_of(tags, 'tag')} in {count_of(size, 'character')}; others of this length have "
                row = seen.about("sparse", at, (0, size), None, f"{why}about {expected:.0f}", -log(chance))
                yield row._replace(tags=tags)

    return ranked(find())


def _at_most(count: int, expected: float) -> float:
    """The probability of so few where so many are expected (Poisson)."""
    return sum(exp(n * log(expected) - expected - lgamma(n + 1)) for n in range(count + 1)) or 1e-300


# The same text twice

_Units = Counter[tuple[Span, TagNames]]


def twins(seen: Gathered) -> tuple[Suspect, ...]:
    """Tags that one of several documents with the same text has and another has not, most lacking first.

    White space and case do not count where all of them are equally long. Readings of one document in several
    sessions are no twins.
    """
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for at, document in enumerate(seen.documents):
        if document.is_looked_at and document.view.text.strip():
            text = document.view.text
            groups[len(text), words_key(text, 0, len(text))].append(at)
    units: dict[int, dict[tuple[Span, TagNames], SeenTag]] = defaultdict(dict)
    wanted = {at for group in groups.values() if len(group) > 1 for at in group}
    for tag in seen.tags:
        if tag.at in wanted:
            units[tag.at].setdefault((tag.span, tag.names), tag)

    def find() -> Iterator[Suspect]:
        for group in groups.values():
            if len({seen.documents[at].view.key for at in group}) > 1:
                yield from _in_group(seen, group, units)

    return ranked(find())


def _in_group(
    seen: Gathered, group: Sequence[int], units: dict[int, dict[tuple[Span, TagNames], SeenTag]]
) -> Iterator[Suspect]:
    """What the documents of one text have differently: what most have, or lack, is proposed for the others.

    Of two that differ, what one has is proposed for the other.
    """
    counts = Counter(unit for at in group for unit in units[at])
    places: dict[Span, list[TagNames]] = defaultdict(list)
    for span, names in counts:
        places[span].append(names)
    all_ = count_of(len(group), "document")
    for span, names_here in places.items():
        usual, most = max(((names, counts[span, names]) for names in names_here), key=lambda one: one[1])
        having = sum(any((span, names) in units[at] for names in names_here) for at in group)
        for at in group:
            mine = next((tag for names in names_here if (tag := units[at].get((span, names)))), None)
            where = _where(seen, group, at)
            if 2 * most >= len(group):
                if (span, usual) in units[at]:
                    continue
                why = f"{most:,} of {all_} with this text have {tag_in_words(usual)} here{where}"
                to = Proposed(span, usual)
                share = most / len(group)
                if mine is None:
                    yield seen.about("twin", at, span, to, why, share)
                else:
                    yield seen.suspect("twin", mine, to, why, share)
            elif mine is not None:
                is_odd = 2 * having < len(group)
                to_none = Proposed(span, BARE) if is_odd else None
                why = f"{having:,} of {all_} with this text have a tag here{where}"
                yield seen.suspect("twin", mine, to_none, why, 1 - having / len(group))


def _where(seen: Gathered, group: Sequence[int], at: int) -> str:
    others = [seen.documents[other].view.position + 1 for other in group if other != at]
    more = f" and {len(others) - 3:,} more" if len(others) > 3 else ""
    return f" (document {', '.join(f'{n:,}' for n in others[:3])}{more})"
