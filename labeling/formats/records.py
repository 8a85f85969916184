"""What every import has in common: numbered records become documents, or are refused with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from labeling.model import Document, Segment, Shape, Tag, unique

LOOKED_AT = 1000
"""Records by which a column is judged."""
EXCERPT = 80
"""Characters of a refused row that are shown."""
ANY_SHAPE = Shape(classes=True, labels=True)
TEXT_COLUMNS = ("text", "texts", "document", "content", "body", "comment", "review", "sentence", "message")
_CLASS_COLUMNS = ("class", "category", "topic", "aspect")
_LABEL_COLUMNS = ("label", "sentiment", "polarity")
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class RefusedRow(NamedTuple):
    """A row that does not become a document. The number is the file's own, from 1."""

    number: int
    reason: str
    excerpt: str


class Record(NamedTuple):
    """One row, line or object of a source, by column."""

    number: int
    fields: Mapping[str, object]


class Records(NamedTuple):
    """A source as read. `problem` says why nothing at all could be read, `note` how it was read.

    Only where `has_segments` is a column `segments` read in the contract's form. `classes`, `labels` and
    `name` are what the source says of the session as a whole.
    """

    columns: tuple[str, ...] = ()
    items: tuple[Record, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    problem: str = ""
    note: str = ""
    has_segments: bool = False
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    name: str = ""


class Choice(NamedTuple):
    """Which column holds the text, and which the class and the label of the whole document ("": none)."""

    text: str
    class_: str = ""
    label: str = ""


class Imported(NamedTuple):
    """The documents of a new session, what was refused, and the names that its tags use."""

    documents: tuple[Document, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def tag_count(self) -> int:
        return sum(document.tag_count for document in self.documents)

    @property
    def repeated_count(self) -> int:
        """How many documents have the text of an earlier one."""
        return len(self.documents) - len({document.text for document in self.documents})


def imported(
    records: Records, choice: Choice, shape: Shape = ANY_SHAPE, known_labels: Collection[str] = ()
) -> Imported:
    """Every record becomes a document or a refused row; rows stay in the order of the source.

    `known_labels` are the project's, for a shape that takes no others.
    """
    documents: list[Document] = []
    refused = list(records.refused)
    for record in records.items:
        document = document_of(record.fields, choice, has_segments=records.has_segments)
        reason = document if isinstance(document, str) else unfit(document, shape, known_labels)
        if reason:
            refused.append(RefusedRow(record.number, reason, excerpt(record.fields.get(choice.text))))
        elif isinstance(document, Document):
            documents.append(document)
    tags = [tag for document in documents for segment in document.segments for tag in segment.tags]
    return Imported(
        documents=tuple(documents),
        refused=tuple(sorted(refused)),
        classes=unique(tag.class_ for tag in tags if tag.class_),
        labels=unique(tag.label for tag in tags if tag.label),
    )


def document_of(fields: Mapping[str, object], choice: Choice, *, has_segments: bool) -> Document | str:
    """The document of a record, or the reason why it is refused.

    Ids are not taken over: they were others'.
    """
    if choice.text not in fields:
        return f"has no “{choice.text}”"
    text = fields[choice.text]
    if not isinstance(text, str):
        return f"“{choice.text}” is {_kind(text)}, not text"
    if problem := text_problem(text):
        return problem
    segments: list[Segment] = []
    if has_segments and (found := fields.get("segments")) is not None:
        if not isinstance(found, list):
            return f"“segments” is {_kind(found)}, not a list"
        for n, item in enumerate(found, 1):
            segment = _segment(item, len(text))
            if isinstance(segment, str):
                return f"segment {n} {segment}"
            segments.append(segment)
    whole = _tag(
        {"class": fields.get(choice.class_), "label": fields.get(choice.label)}, (choice.class_, choice.label)
    )
    if isinstance(whole, str):
        return whole
    if any(whole.names):
        segments.append(Segment(text=text, span=(0, len(text)), tags=(whole,)))
    parts: dict[str, object] = {"text": text}
    if segments:
        parts["segments"] = tuple(segments)
    if has_segments and isinstance(done := fields.get("annotated"), bool):
        parts["annotated"] = done
    if has_segments and isinstance(meta := fields.get("meta"), dict):
        if not _is_plain(meta):
            return "“meta” holds what JSON in UTF-8 cannot: half a character, a NUL or a number without end"
        parts["meta"] = meta
    return Document.model_validate(parts)


def text_problem(text: str) -> str:
    """Why this cannot be the text of a document, in plain words; empty when it can."""
    if not text.strip():
        return "no text"
    fault = broken(text)
    return f"the text has {fault}" if fault else ""


def broken(text: str) -> str:
    """Which character no server could store, in plain words; empty when there is none."""
    if "\0" in text:
        return f"a NUL character (at {text.index(chr(0)) + 1})"
    if text.isascii():
        return ""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return f"half a character (a lone surrogate, at {error.start + 1})"
    return ""


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


def excerpt(value: object) -> str:
    """The beginning of a value on one line, fit to be shown: what is broken becomes ? or �."""
    text = "" if value is None else value if isinstance(value, str) else str(value)
    shown = " ".join(text[: 4 * EXCERPT].split())
    shown = shown.replace("\0", "�").encode("utf-8", "replace").decode("utf-8")
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1] + "…"


def guess(
    columns: Sequence[str], items: Sequence[Record] = (), *, classes: bool = True, labels: bool = True
) -> Choice:
    """Which columns are meant. The text is in one that reads like it: called so, else the longest."""
    lengths = {column: _text_length(column, items[:LOOKED_AT]) for column in columns}
    longest = max(columns, key=lengths.__getitem__, default="text")
    like_text = [column for column in columns if lengths[column] or not items]
    return Choice(
        _named(like_text, TEXT_COLUMNS) or longest,
        _named(columns, _CLASS_COLUMNS) if classes else "",
        _named(columns, _LABEL_COLUMNS) if labels else "",
    )


def _text_length(column: str, items: Sequence[Record]) -> float:
    """How long the texts of a column are, on average; 0 where most are none: numbers, no letter."""
    said = [record.fields.get(column) for record in items]
    texts = [one for one in said if isinstance(one, str) and any(map(str.isalpha, one))]
    filled = sum(one not in (None, "") for one in said)
    return sum(map(len, texts)) / len(texts) if 2 * len(texts) > filled else 0


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text, ended by LF, CRLF or CR only: other separators are characters of the text."""
    yield from text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _named(columns: Sequence[str], wanted: Sequence[str]) -> str:
    by_name = {column.strip().casefold(): column for column in reversed(columns)}
    return next((by_name[name] for name in wanted if name in by_name), "")


def _segment(item: object, length: int) -> Segment | str:
    if not isinstance(item, dict):
        return f"is {_kind(item)}, not an object"
    span = item.get("span")
    if span is None:
        return "has no span"
    if not isinstance(span, list) or len(span) != 2 or any(type(offset) is not int for offset in span):
        return f"has the span {excerpt(span)}, not two whole numbers"
    start, end = span
    if not 0 <= start < end <= length:
        return f"has the span [{start}, {end}], which does not lie in the text of {length} characters"
    text = item.get("text")
    if text is not None and not isinstance(text, str):
        return f"has a text that is {_kind(text)}"
    if text is not None and (fault := broken(text)):
        return f"has {fault} in its text"
    found = item.get("tags") or []
    if not isinstance(found, list):
        return f"has tags that are {_kind(found)}, not a list"
    tags: list[Tag] = []
    for tag in (_tag(one, ("class", "label"), required=True) for one in found):
        if isinstance(tag, str):
            return f"has a tag that {tag}"
        tags.append(tag)
    known = {"span": (start, end), "tags": tuple(tags)}
    return Segment.model_validate(known if text is None else {"text": text, **known})


def _tag(item: object, names: tuple[str, str], *, required: bool = False) -> Tag | str:
    """The tag of an object with `class` and `label`; `names` are their columns, for the reason."""
    if not isinstance(item, dict):
        return f"is {_kind(item)}, not an object"
    parts: list[str | None] = []
    for key, name in zip(("class", "label"), names, strict=True):
        value = _name_said(item.get(key))
        if value is not None and not isinstance(value, str):
            return (
                f"“{name}” is {_kind(value)}, not text"
                if not required
                else f"has a {key} that is {_kind(value)}"
            )
        if value and (fault := broken(value)):
            return f"has {fault} in its {key}"
        parts.append(value.strip() if value else None)
    tag = _tag_of(*parts)
    return "has neither class nor label" if required and not any(tag.names) else tag


def _name_said(value: object) -> object:
    """A number, true or false as the name that it says; NaN says none."""
    if isinstance(value, float):
        return None if value != value else str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


@lru_cache(maxsize=4096)
def _tag_of(class_: str | None, label: str | None) -> Tag:
    """The same few tags stand on every document, so each is made once."""
    return Tag.of(class_, label)


def _is_plain(value: object) -> bool:
    """Whether a server can store the value as JSON and give it back."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        return _NUL.search(text) is None and bool(text.encode("utf-8"))
    except ValueError:
        return False


def _kind(value: object) -> str:
    """What a JSON value is, for the reason of a refusal."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
