"""Documents as Label Studio's tasks, each with one annotation: classes are labels of regions, labels their
choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from labeling.formats import flat
from labeling.formats.json_file import joined
from labeling.formats.label_studio import ANNOTATIONS, META_KEY, TEXT_KEY
from labeling.formats.offsets import in_utf16
from labeling.formats.records import is_blank
from labeling.model import Document, Segment, Session
from labeling.phrases import count_of


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """A task for each document. A segment is a region with its class as label and its label as choice; each
    further tag is a region within it."""
    yield b"[\n"
    yield from joined(map(_written, documents))
    yield b"\n]\n"


def cannot_hold(documents: Iterable[Document]) -> tuple[str, ...]:
    """What tasks do not say, and how often it occurs, a sentence each."""
    known = list(documents)
    segments = [(one, len(document.text)) for document in known for one in document.segments]
    astray = sum(not one.fits(length) for one, length in segments)
    open_ = sum(bool(document.segments) and document.annotated is not True for document in known)
    have_labels = any(tag.label for one, _ in segments for tag in one.tags)
    said = (
        f"{count_of(open_, 'document')} with segments, but not marked as done: done when read again."
        if open_
        else "",
        f"{count_of(astray, 'segment')} beyond the text: left out." if astray else "",
        "" if have_labels else flat.names_read_otherwise(known),
    )
    return tuple(filter(None, said))


def _written(document: Document) -> dict[str, object]:
    meta = document.meta or {}
    is_flat = not any(key in (TEXT_KEY, META_KEY) or is_blank(value) for key, value in meta.items())
    data = {TEXT_KEY: document.text, **(meta if is_flat else {META_KEY: meta})}
    results = [
        result
        for n, segment in enumerate(document.segments, 1)
        if segment.fits(len(document.text))
        for result in _results(document.text, segment, f"s{n}")
    ]
    is_annotated = bool(document.segments) or document.annotated
    return {"data": data, ANNOTATIONS: [{"result": results}] if is_annotated else []}


def _results(text: str, segment: Segment, id_: str) -> Iterator[dict[str, object]]:
    place = {
        "start": in_utf16(text, segment.start),
        "end": in_utf16(text, segment.end),
        "text": text[segment.start : segment.end],
    }
    for n, names in enumerate([tag.names for tag in segment.tags] or [(None, None)]):
        class_, label = names
        region: dict[str, object] = {"id": f"{id_}.{n}" if n else id_, "to_name": TEXT_KEY}
        if n:
            region["parentID"] = id_
        yield {
            **region,
            "from_name": "label",
            "type": "labels",
            "value": {**place, "labels": [class_] if class_ else []},
        }
        if label:
            yield {**region, "from_name": "choice", "type": "choices", "value": {**place, "choices": [label]}}
