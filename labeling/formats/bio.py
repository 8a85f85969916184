"""Documents as words with BIO tags, one a line, the text of each in a comment before it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from labeling.formats.json_file import json_line
from labeling.formats.records import batched
from labeling.model import Document, Segment, Session, Tag
from labeling.phrases import count_of
from labeling.spans import word_borders

_SEEN = re.compile(r"\S+")


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """BIO, a document a sentence. Words are those between Unicode's word borders, cut where a span begins or
    ends, so that none is moved; the comments say the very text, and what else there is of a document."""
    known = list(documents)
    way = _way_of(known)
    yield f"# names = {way}\n\n".encode()
    for some in batched(known):
        yield "".join(_block(document, way) for document in some).encode()


def cannot_hold(documents: Iterable[Document]) -> tuple[str, ...]:
    """What a tag a word does not say, and how often it occurs, a sentence each."""
    known = list(documents)
    way = _way_of(known)
    lost: Counter[str] = Counter()
    for document in known:
        placed = [one for one in document.segments if one.fits(len(document.text))]
        tagged = [one for one in placed if one.tags and document.text[one.start : one.end].strip()]
        kept = _disjoint(tagged)
        lost["bare"] += sum(not one.tags for one in placed)
        lost["blank"] += sum(bool(one.tags) for one in placed) - len(tagged)
        lost["overlapping"] += len(tagged) - len(kept)
        lost["documents"] += len(tagged) > len(kept)
        lost["several"] += sum(len(one.tags) > 1 for one in kept)
        lost["edges"] += sum(one.span != _trimmed(document.text, one) for one in kept)
        lost["names"] += sum(parted(_written(one.tags[0], way), way) != _names(one.tags[0]) for one in kept)
    spans, where = count_of(lost["overlapping"], "span"), count_of(lost["documents"], "document")
    said = {
        "overlapping": f"{spans} in {where} overlapping another: the longer is written.",
        "several": f"{count_of(lost['several'], 'span')} with several tags: the first is written.",
        "bare": f"{count_of(lost['bare'], 'span')} without a tag: left out.",
        "blank": f"{count_of(lost['blank'], 'span')} of white space alone: left out.",
        "edges": f"{count_of(lost['edges'], 'span')} with white space at an edge: written without it.",
        "names": f"{count_of(lost['names'], 'name')} that a line cannot hold: written otherwise.",
    }
    return tuple(sentence for key, sentence in said.items() if lost[key])


def _block(document: Document, way: str) -> str:
    text = document.text
    lines = [f"# text = {json_line(text)}"]
    if document.annotated is not None:
        lines.append(f"# done = {'yes' if document.annotated else 'no'}")
    if document.meta:
        lines.append(f"# meta = {json_line(document.meta)}")
    tagged = [one for one in document.segments if one.tags and one.fits(len(text))]
    chosen = _disjoint(one for one in tagged if text[one.start : one.end].strip())
    named = [(one.start, one.end, _written(one.tags[0], way)) for one in chosen]
    borders = {offset for start, end, _ in named for offset in (start, end)}
    rest, behind = iter(named), (len(text), len(text), "")
    first, last, name = next(rest, behind)
    begun = -1
    for start, end in _words(text, borders):
        while last <= start:
            first, last, name = next(rest, behind)
        if first > start:
            lines.append(f"{text[start:end]}\tO")
        else:
            lines.append(f"{text[start:end]}\t{'I' if first == begun else 'B'}-{name}")
            begun = first
    return "\n".join(lines) + "\n\n"


def _words(text: str, borders: set[int]) -> Iterator[tuple[int, int]]:
    """The spans between the borders of words and these, without white space."""
    for first, last in pairwise(sorted({*word_borders(text), *borders})):
        piece = text[first:last]
        if piece.isalnum():
            yield first, last
        elif not piece.isspace():
            for found in _SEEN.finditer(piece):
                yield first + found.start(), first + found.end()


def _disjoint(segments: Iterable[Segment]) -> list[Segment]:
    """As many of them as do not overlap, the longest first chosen, in the order of the text."""
    known = list(segments)
    if all(one.end <= after.start for one, after in pairwise(known)):
        return known
    chosen: list[Segment] = []
    for segment in sorted(known, key=lambda one: (one.start - one.end, one.start)):
        at = bisect_left(chosen, segment.start, key=lambda one: one.start)
        if not any(segment.overlaps(other) for other in chosen[max(0, at - 1) : at + 1]):
            chosen.insert(at, segment)
    return chosen


def _trimmed(text: str, segment: Segment) -> tuple[int, int]:
    words = text[segment.start : segment.end]
    return segment.start + len(words) - len(words.lstrip()), segment.end - len(words) + len(words.rstrip())


def _names(tag: Tag) -> tuple[str, str]:
    class_, label = tag.names
    return class_ or "", label or ""


def _way_of(documents: Iterable[Document]) -> str:
    """How names are written: "class" or "label" where tags have nothing else, else both, with more # between
    than any label has."""
    tags = [_names(tag) for document in documents for one in document.segments for tag in one.tags]
    labels = {label for _, label in tags if label}
    if not labels:
        return "class"
    if not any(class_ for class_, _ in tags):
        return "label"
    longest = max((len(run) for label in labels for run in re.findall("#+", label)), default=0)
    return f"class{'#' * (longest + 1)}label"


def _written(tag: Tag, way: str) -> str:
    return _name(*_names(tag), way)


@lru_cache(maxsize=1024)
def _name(class_: str, label: str, way: str) -> str:
    class_, label = (re.sub(r"[\t\r\n]", " ", name) for name in (class_, label))
    separator = way.removeprefix("class").removesuffix("label")
    if way in ("class", "label"):
        return class_ or label
    return f"{class_}{separator}{label}" if label or separator in class_ else class_


def parted(name: str, way: str) -> tuple[str, str]:
    """(class, label) of a name that is written in one of the ways: "class", "label", "class#label"."""
    if way in ("class", "label"):
        return (name, "") if way == "class" else ("", name)
    class_, found, label = name.rpartition(way.removeprefix("class").removesuffix("label"))
    return (class_, label) if found else (name, "")
