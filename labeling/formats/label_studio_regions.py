"""The regions of an annotation of Label Studio: results that belong together, as segments with tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from labeling.formats.offsets import Placed, in_points, is_beyond
from labeling.formats.records import is_blank, name_said


class Region(NamedTuple):
    """Some words, or the whole document, with the names of all results on them.

    `span` is in code points; what is of another type stands there as it was.
    """

    span: tuple[object, object]
    parent: str
    classes: list[Any]
    labels: list[Any]
    is_whole: bool = False


class Marked(NamedTuple):
    """What an annotation says: its regions in their order, and by the id of each region that has one; answers
    about the whole document by their names; the kinds of the results that are neither."""

    regions: dict[object, Region]
    by_id: dict[str, Region]
    answers: dict[str, object]
    left_out: list[str]


def has_label(text: str, annotation: Mapping[str, Any], unit: str) -> bool:
    """Whether a region has a label of its own."""
    if not any(value.get("choices") for _, value in results_of(annotation)):
        return False
    regions = marked(text, annotation, unit).regions
    return any(one.labels and not one.is_whole for one in regions.values())


def results_of(annotation: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """(result, its value)."""
    found = annotation.get("result")
    for result in found if isinstance(found, list) else ():
        if isinstance(result, dict):
            value = result.get("value")
            yield result, value if isinstance(value, dict) else {}


def placed(text: str, annotation: Mapping[str, Any]) -> Iterator[Placed]:
    """The spans that can tell in what their offsets count: of a text where that makes a difference."""
    if not is_beyond(text):
        return
    before = None
    for _, value in results_of(annotation):
        start, end = place = _place(value) or (None, None)
        if type(start) is int and type(end) is int and place != before:
            before = place  # the choice of a region stands where its label does
            words = value.get("text")
            yield Placed(text, start, end, words if isinstance(words, str) else None)


def marked(text: str, annotation: Mapping[str, Any], unit: str) -> Marked:
    """Results with one id and one place are one region; one without a place belongs to the region of its id,
    else to the whole document."""
    found = Marked({}, {}, {}, [])
    for n, (result, value) in enumerate(results_of(annotation)):
        classes = _names(value["labels"]) if "labels" in value else []
        if "hypertextlabels" in value:
            classes += _names(value["hypertextlabels"])
        labels = _names(value["choices"]) if "choices" in value else []
        place = _place(value)
        is_bare = place is not None and result.get("type") == "labels"
        if not (classes or labels or is_bare) or (place and not _is_here(text, value, place, unit)):
            _put_aside(found, result, value, place)
            continue
        id_ = _id(result, "id")
        if place is not None:
            key = (id_ or n, place if type(place[0]) is type(place[1]) is int else str(place))
            region = found.regions.get(key)
            if region is None:
                span = _span(text, place, unit)
                region = found.regions[key] = Region(span, _id(result, "parentID"), [], [])
            if id_:
                found.by_id.setdefault(id_, region)
        else:
            whole = Region((0, len(text)), "", [], [], is_whole=True)
            region = found.by_id.get(id_) or found.regions.setdefault(n, whole)
        region.classes.extend(classes)
        region.labels.extend(labels)
    return found


def segments_of(text: str, found: Marked, *, are_flat: bool) -> list[dict[str, object]]:
    """The contract's segments. A region with a parent on the same words is one more tag of it; `are_flat`: a
    class may have a label in its name."""
    segments: list[dict[str, object]] = []
    tags: dict[int, list[object]] = {}
    for region in found.regions.values():
        parent = found.by_id.get(region.parent) if region.parent else None
        home = parent if parent is not None and parent.span == region.span else region
        said = tags.get(id(home))
        if said is None:
            start, end = home.span
            said = tags[id(home)] = []
            segment: dict[str, object] = {"span": [start, end], "tags": said}
            if type(start) is int and type(end) is int:
                segment["text"] = text[start:end]
            segments.append(segment)
        said += _tags(region, are_flat=are_flat)
    return segments


def _tags(region: Region, *, are_flat: bool) -> Iterator[dict[str, object]]:
    """Every class with every label."""
    for class_ in region.classes or [""]:
        for label in region.labels or [""]:
            if are_flat and class_ and not label:
                yield {"name": class_}
            elif class_ or label:
                yield {key: name for key, name in (("class", class_), ("label", label)) if name}


def _put_aside(found: Marked, result: Mapping[str, Any], value: Mapping[str, Any], place: object) -> None:
    """An answer about the whole document is kept by its name; what is about a region or a relation is not."""
    kind, name = result.get("type"), result.get("from_name")
    kind = kind if isinstance(kind, str) else "unknown"
    said = value.get(kind, value.get("text"))
    is_whole = place is None and _id(result, "id") not in found.by_id
    if is_whole and isinstance(name, str) and not is_blank(said) and name not in found.answers:
        found.answers[name] = said
    else:
        found.left_out.append(kind)


def _id(result: Mapping[str, Any], key: str) -> str:
    given = result.get(key)
    said = given if given is None or isinstance(given, str) else name_said(given)
    return said if isinstance(said, str) else ""


def _place(value: Mapping[str, Any]) -> tuple[object, object] | None:
    """Where a result is, as it says it; None where it says no place."""
    offsets = value.get("globalOffsets")
    where = offsets if isinstance(offsets, dict) else value
    return (where.get("start"), where.get("end")) if "start" in where or "end" in where else None


def _span(text: str, place: tuple[object, object], unit: str) -> tuple[object, object]:
    start, end = place
    return in_points(text, start, end, unit) if type(start) is int and type(end) is int else place


def _is_here(text: str, value: Mapping[str, Any], place: tuple[object, object], unit: str) -> bool:
    """Whether the place is one of the text: markup is counted otherwise, unless the words stand there."""
    if "hypertextlabels" not in value and "globalOffsets" not in value:
        return True
    start, end = _span(text, place, unit)
    if type(start) is not int or type(end) is not int:
        return False
    words = value.get("text")
    return not isinstance(words, str) or text[start:end] == words


def _names(value: object) -> list[Any]:
    """The names in a list, or the one that stands alone; what is of another type stands there as it was."""
    if value is None:
        return []
    found = value if isinstance(value, list) else [value]
    if len(found) == 1 and type(found[0]) is str and found[0].strip():  # as nearly all are
        return [*found]
    return [name_said(one) for one in found if not is_blank(one)]
