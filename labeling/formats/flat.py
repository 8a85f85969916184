"""Spans with one name each, as most tools have them: as segments, and what they cannot hold of segments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from labeling.formats import names, table
from labeling.formats.columns import ANY_SHAPE, LOOKED_AT
from labeling.formats.offsets import CHARACTERS, Placed, in_points, is_beyond
from labeling.formats.records import KEPT, KeyUse, counted, is_blank, name_said, uses_by
from labeling.model import Document, Tag, unique
from labeling.phrases import count_of

BOTH = "class#label"
"""How the one name of a tag with class and label is written."""


class FlatSpan(NamedTuple):
    """A span and its name as a file has them, of any type; without a name it is a bare segment."""

    start: object
    end: object
    name: object = None


def span_in(value: object) -> FlatSpan | None:
    """The span of a list of start, end and name, or of an object with keys called so; else None."""
    match value:
        case [start, end, name, *_]:
            return FlatSpan(start, end, name)
        case {"start_offset": start, "end_offset": end, **more} | {"start": start, "end": end, **more}:
            return FlatSpan(start, end, more.get("label"))
    return None


def is_span(value: object) -> bool:
    """Whether it is a span with whole numbers and a name that is text or a number."""
    found = span_in(value)
    return found is not None and {type(found.start), type(found.end)} == {int} and _is_name(found.name)


def placed(text: object, spans: Iterable[FlatSpan]) -> Iterator[Placed]:
    """The spans that can tell in what their offsets count: of texts where that makes a difference."""
    if isinstance(text, str) and is_beyond(text):
        for start, end, _ in spans:
            if type(start) is int and type(end) is int:
                yield Placed(text, start, end)


def segments_of(
    text: object, spans: Iterable[FlatSpan], whole: Iterable[object] = (), unit: str = CHARACTERS
) -> list[dict[str, object]]:
    """The contract's segments, one for each place; `whole` are names of the whole document.

    What is of a wrong type stands there as it was, to be refused.
    """
    words = text if isinstance(text, str) else ""
    found: dict[object, tuple[dict[str, object], list[object]]] = {}
    everywhere = (FlatSpan(0, len(words), name) for name in whole if not is_blank(name))
    for n, (start, end, name) in enumerate(chain(_in_points(words, spans, unit), everywhere)):
        tags: list[object] = []
        segment: dict[str, object] = {"span": [start, end], "tags": tags}
        place: object = n
        if type(start) is int and type(end) is int:
            place = (start, end)
            segment["text"] = words[start:end]
        _, tags = found.setdefault(place, (segment, tags))
        if not is_blank(name):
            tags.append({"name": name})
    return [segment for segment, _ in found.values()]


def categories(value: object) -> Iterator[str]:
    """The names of an object of categories that hold: true, or at least one half."""
    for name, said in value.items() if isinstance(value, dict) else ():
        if isinstance(said, (int, float)) and said >= _HOLDS:
            yield name


def are_marks(value: object) -> bool:
    """Whether categories say no more than which of them hold."""
    return isinstance(value, dict) and all(
        isinstance(one, (int, float)) and one in (0, 1) for one in value.values()
    )


_HOLDS = 0.5


def information(fields: Mapping[str, object], taken: Collection[str]) -> dict[str, object]:
    """What is kept as `meta`: all that is not taken; what stands under `meta` stands there again."""
    others = {
        key: value
        for key, value in fields.items()
        if key not in taken and key != "meta" and not is_blank(value)
    }
    meta = fields.get("meta")
    if isinstance(meta, dict) and not meta.keys() & others.keys():
        return {**meta, **others}
    return others if is_blank(meta) else {**others, "meta": meta}


def uses(
    rows: Iterable[Mapping[str, object]],
    known: Mapping[str, str],
    inner: Iterable[Mapping[str, object]] = (),
) -> tuple[KeyUse, ...]:
    """Every key of the rows with what becomes of it, information where that is not known; `inner` are keys
    within them, which are left out."""
    counts = counted(rows)
    kept = dict.fromkeys(counts, KEPT)
    return uses_by(counts + counted(inner), {**kept, **known})


def within(key: str, values: object, taken: Collection[str]) -> Iterator[dict[str, object]]:
    """The keys of objects in a list that are not taken, called after the key of the list."""
    for value in values if isinstance(values, list) else ():
        if isinstance(value, dict):
            yield {f"{key}: {name}": one for name, one in value.items() if name not in taken}


# Downloads


def flat_name(tag: Tag) -> str:
    """The class, the label, or both with `#` between."""
    return "#".join(name for name in tag.names if name)


def spans_of(document: Document) -> Iterator[tuple[int, int, str]]:
    """(start, end, name) of each tag, in code points; what does not lie in the text is none."""
    for segment in document.segments:
        if segment.fits(len(document.text)):
            for tag in segment.tags:
                yield segment.start, segment.end, flat_name(tag)


def cannot_hold(documents: Iterable[Document]) -> tuple[str, ...]:
    """What spans with one name each do not say, and how often it occurs, a sentence each."""
    known = list(documents)
    segments = [(one, len(document.text)) for document in known for one in document.segments]
    done = sum(document.annotated is True for document in known)
    bare = sum(not one.tags and one.fits(length) for one, length in segments)
    astray = sum(not one.fits(length) for one, length in segments)
    said = (
        f"{count_of(done, 'document')} marked as done: the mark is left out." if done else "",
        f"{count_of(bare, 'segment')} without tags: left out." if bare else "",
        f"{count_of(astray, 'segment')} beyond the text: left out." if astray else "",
        *table.cannot_hold(known),
        names_read_otherwise(known),
    )
    return tuple(filter(None, said))


def names_read_otherwise(documents: Sequence[Document]) -> str:
    """What becomes of tags whose one name is read as another class and label; "" where none is."""
    tags = [tag for document in documents for one in document.segments for tag in one.tags]
    first = (tag for one in documents[:LOOKED_AT] for segment in one.segments for tag in segment.tags)
    how = names.proposed(unique(map(flat_name, first)), ANY_SHAPE)
    lost = {way: _lost(tags, way) for way in (how, BOTH, names.AS_CLASS, names.AS_LABEL)}
    best = min(lost, key=lambda way: len(lost[way]))
    said = []
    if len(lost[how]) > len(lost[best]):
        said.append(f"{_some(lost[how])} read as others, unless names are taken as “{best}” then.")
    if lost[best]:
        said.append(f"{_some(lost[best])} read with another class or label: each has one name there.")
    return " ".join(said)


def _some(tags: Sequence[Tag]) -> str:
    return f"{count_of(len(tags), 'tag')} such as “{flat_name(tags[0])}”"


def _lost(tags: Iterable[Tag], how: str) -> list[Tag]:
    return [
        tag for tag in tags if names.parted(flat_name(tag), how) != tuple(name or "" for name in tag.names)
    ]


def _in_points(text: str, spans: Iterable[FlatSpan], unit: str) -> Iterator[FlatSpan]:
    for start, end, name in spans:
        if type(start) is int and type(end) is int:
            yield FlatSpan(*in_points(text, start, end, unit), name)
        else:
            yield FlatSpan(start, end, name)


def _is_name(value: object) -> bool:
    return isinstance(name_said(value), str)
