"""Numbered records become documents, or are refused with a reason."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from labeling.formats import names
from labeling.formats.columns import ANY_SHAPE, done_said, uses_of
from labeling.formats.records import (
    Choice,
    KeyUse,
    Records,
    RefusedRow,
    Tell,
    broken,
    excerpt,
    is_blank,
    kind_of,
    name_said,
    nobody,
    told,
    too_long,
)
from labeling.model import Document, Segment, Shape, Tag, unique

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Renamed(NamedTuple):
    """A label of the source that became the project's, which is written otherwise."""

    given: str
    label: str
    times: int


class Imported(NamedTuple):
    """The documents of a new session, what was refused, the names that its tags use, and what became of each
    key of the source."""

    documents: tuple[Document, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    keys: tuple[KeyUse, ...] = ()
    renamed: tuple[Renamed, ...] = ()

    @property
    def tag_count(self) -> int:
        return sum(document.tag_count for document in self.documents)

    @property
    def repeated_count(self) -> int:
        """How many documents have the text of an earlier one."""
        return len(self.documents) - len({document.text for document in self.documents})


def imported(
    records: Records,
    choice: Choice,
    shape: Shape = ANY_SHAPE,
    known_labels: Collection[str] = (),
    tell: Tell = nobody,
) -> Imported:
    """Every record becomes a document or a refused row; rows stay in the order of the source.

    `known_labels` are the project's, for a shape that takes no others.
    """
    documents: list[Document] = []
    refused = list(records.refused)
    renames = Counter[tuple[str, str]]()
    fixed = known_labels if shape.project_labels_only and choice.as_project else ()
    for record in told(records.items, len(records.items), tell):
        document = document_of(record.fields, choice)
        if isinstance(document, Document) and fixed:
            document = _as_project(document, tuple(fixed), renames)
        reason = document if isinstance(document, str) else unfit(document, shape, known_labels)
        if reason:
            refused.append(
                RefusedRow(record.number, reason, excerpt(record.fields.get(choice.text)), record.fields)
            )
        elif isinstance(document, Document):
            documents.append(document)
    tags = [tag for document in documents for segment in document.segments for tag in segment.tags]
    return Imported(
        documents=tuple(documents),
        refused=tuple(sorted(refused, key=lambda row: (row.number, row.reason))),
        classes=unique(tag.class_ for tag in tags if tag.class_),
        labels=unique(tag.label for tag in tags if tag.label),
        keys=uses_of(records, choice),
        renamed=tuple(Renamed(given, label, count) for (given, label), count in renames.items()),
    )


def document_of(fields: Mapping[str, object], choice: Choice) -> Document | str:
    """The document of a record, or the reason why it is refused.

    Ids are not taken over: they were others'.
    """
    if choice.text not in fields:
        return f"has no “{choice.text}”"
    text = fields[choice.text]
    if not isinstance(text, str):
        return f"“{choice.text}” is {kind_of(text)}, not text"
    if problem := text_problem(text):
        return problem
    segments: list[Segment] = []
    if choice.spans and (found := fields.get(choice.spans)) is not None:
        if not isinstance(found, list):
            return f"“{choice.spans}” is {kind_of(found)}, not a list"
        for n, item in enumerate(found, 1):
            segment = _segment(item, len(text), choice.names)
            if isinstance(segment, str):
                return f"segment {n} {segment}"
            segments.append(segment)
    whole = _whole_tag(fields, choice)
    if isinstance(whole, str):
        return whole
    if any(whole.names):
        segments.append(Segment(text=text, span=(0, len(text)), tags=(whole,)))
    parts: dict[str, object] = {"text": text}
    if segments:
        parts["segments"] = tuple(segments)
    if choice.done and (done := done_said(fields.get(choice.done))) is not None:
        parts["annotated"] = done
    meta = _meta(fields, choice)
    if isinstance(meta, str):
        return meta
    if meta:
        parts["meta"] = meta
    return Document.model_validate(parts)


def _whole_tag(fields: Mapping[str, object], choice: Choice) -> Tag | str:
    """The tag of the whole document; where one column alone names it, that may hold both."""
    tag = _tag(
        {"class": fields.get(choice.class_), "label": fields.get(choice.label)}, (choice.class_, choice.label)
    )
    if isinstance(tag, str) or bool(choice.class_) == bool(choice.label) or len(choice.names) <= _PLAIN:
        return tag
    return _tag_of(*names.parted(tag.class_ or tag.label or "", choice.names))


_PLAIN = len(names.AS_CLASS)
"""A pattern of class and label is longer than either word."""


def _meta(fields: Mapping[str, object], choice: Choice) -> dict[str, object] | str:
    """What is kept, by key; what stands under `meta` stands there again."""
    meta: dict[str, object] = {}
    for key in choice.kept:
        value = fields.get(key)
        if is_blank(value):
            continue
        if key == "meta" and isinstance(value, dict):
            meta = {**value, **meta}
        else:
            meta[key] = value
    if any(_is_deep(one) for one in meta.values()):
        return f"“{next(key for key, one in meta.items() if _is_deep(one))}” is nested too deeply"
    if meta and not _is_plain(meta):
        key = next((one for one in choice.kept if not _is_plain({one: fields.get(one)})), "meta")
        return f"“{key}” holds what JSON in UTF-8 cannot: half a character, a NUL or a number without end"
    return meta


def _as_project(document: Document, labels: tuple[str, ...], renames: Counter[tuple[str, str]]) -> Document:
    """The document with labels as the project writes them, where it writes one of them in other letters."""
    changes = {
        tag.label: (known,)
        for segment in document.segments
        for tag in segment.tags
        if tag.label and tag.label not in labels
        for known in [_same_label(tag.label, labels)]
        if known
    }
    if not changes:
        return document
    segments = []
    for segment in document.segments:
        tags = []
        for tag in segment.tags:
            (label,) = changes.get(tag.label or "", (tag.label,))
            if label != tag.label:
                renames[tag.label or "", label or ""] += 1
            tags.append(_tag_of(tag.class_, label))
        segments.append(segment.model_copy(update={"tags": tuple(tags)}))
    return document.model_copy(update={"segments": tuple(segments)})


_LIKE = ({"pos", "positive", "+", "1"}, {"neg", "negative", "-", "-1"}, {"neu", "neutral", "0"})
"""Words for one sentiment."""


def _same_label(label: str, labels: tuple[str, ...]) -> str:
    """The one label that is the same word in other letters, or another word for the same sentiment."""
    word = label.strip().casefold()
    same = {word, *(one for words in _LIKE if word in words for one in words)}
    exact = [known for known in labels if known.casefold() == word]
    like = exact or [known for known in labels if known.casefold() in same]
    return like[0] if len(like) == 1 else ""


def text_problem(text: str) -> str:
    """Why this cannot be the text of a document, in plain words; empty when it can."""
    if not text.strip():
        return "no text"
    if fault := too_long(text):
        return fault
    fault = broken(text)
    return f"the text has {fault}" if fault else ""


def unfit(document: Document, shape: Shape, known_labels: Collection[str] = ()) -> str:
    """What in the document's tags sessions of this shape cannot hold, in plain words; empty when it fits."""
    for n, segment in enumerate(document.segments, 1):
        if shape.one_tag and len(segment.tags) > 1:
            return f"segment {n} has {len(segment.tags)} tags: sessions of this type take one a segment"
        for tag in segment.tags:
            if tag.class_ and not shape.classes:
                return f"segment {n} has the class “{tag.class_}”: sessions of this type have no classes"
            if tag.label and not shape.labels:
                return f"segment {n} has the label “{tag.label}”: sessions of this type have no labels"
            if tag.label and shape.project_labels_only and tag.label not in known_labels:
                return f"segment {n} has the label “{tag.label}”, which is not one of the project's"
    return ""


def _segment(item: object, length: int, how: str) -> Segment | str:
    if not isinstance(item, dict):
        return f"is {kind_of(item)}, not an object"
    span = item.get("span")
    if span is None:
        return "has no span"
    if not isinstance(span, list) or [*map(type, span)] != [int, int]:
        return f"has the span {excerpt(span)}, not two whole numbers"
    start, end = span
    if not 0 <= start < end <= length:
        return f"has the span [{start}, {end}], which does not lie in the text of {length} characters"
    text = item.get("text")
    if text is not None and not isinstance(text, str):
        return f"has a text that is {kind_of(text)}"
    if text is not None and (fault := broken(text)):
        return f"has {fault} in its text"
    found = item.get("tags") or []
    if not isinstance(found, list):
        return f"has tags that are {kind_of(found)}, not a list"
    tags: list[Tag] = []
    for tag in (_named_tag(one, how) for one in found):
        if isinstance(tag, str):
            return f"has a tag that {tag}"
        tags.append(tag)
    known = {"span": (start, end), "tags": tuple(tags)}
    return Segment.model_validate(known if text is None else {"text": text, **known})


def _named_tag(item: object, how: str) -> Tag | str:
    """The tag of an object with class and label, or with one flat name."""
    if isinstance(item, dict) and isinstance(name := name_said(item.get("name")), str) and name.strip():
        class_, label = names.parted(name.strip(), how)
        item = {"class": class_, "label": label}
    return _tag(item, ("class", "label"), required=True)


def _tag(item: object, columns: tuple[str, str], *, required: bool = False) -> Tag | str:
    """The tag of an object with `class` and `label`; `columns` are called so in the reason."""
    if not isinstance(item, dict):
        return f"is {kind_of(item)}, not an object"
    parts: list[str | None] = []
    for key, name in zip(("class", "label"), columns, strict=True):
        value = name_said(item.get(key))
        if value is not None and not isinstance(value, str):
            return (
                f"“{name}” is {kind_of(value)}, not text"
                if not required
                else f"has a {key} that is {kind_of(value)}"
            )
        if value and (fault := broken(value)):
            return f"has {fault} in its {key}"
        parts.append(value.strip() if value else None)
    tag = _tag_of(*parts)
    return "has neither class nor label" if required and not any(tag.names) else tag


@lru_cache(maxsize=4096)
def _tag_of(class_: str | None, label: str | None) -> Tag:
    """The same few tags stand on every document, so each is made once."""
    return Tag.of(class_ or None, label or None)


def _is_deep(value: object, left: int = 100) -> bool:
    """Whether there are more lists and objects in one another than can be sent to a server."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left == 0 or any(_is_deep(one, left - 1) for one in inner)


def _is_plain(value: object) -> bool:
    """Whether a server can store the value as JSON and give it back."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        return _NUL.search(text) is None and bool(text.encode("utf-8"))
    except ValueError:
        return False
