"""A record becomes the parts of a document in the contract's form, or is refused with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from labeling.formats import names
from labeling.formats.columns import done_said
from labeling.formats.records import (
    Choice,
    broken,
    excerpt,
    is_blank,
    kind_of,
    name_said,
    too_long,
)
from labeling.model import Document

Parts = dict[str, Any]
"""As JSON has them: what `Document` reads, and what is sent."""

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def document_of(fields: Mapping[str, object], choice: Choice) -> Document | str:
    """The document of a record, or the reason why it is refused."""
    parts = parts_of(fields, choice)
    return parts if isinstance(parts, str) else Document.model_validate(parts)


def parts_of(fields: Mapping[str, object], choice: Choice) -> Parts | str:
    """The parts of the document of a record, or the reason why it is refused.

    Ids are not taken over: they were others'. Equal tags may be one object.
    """
    if choice.text not in fields:
        return f"has no “{choice.text}”"
    text = fields[choice.text]
    if not isinstance(text, str):
        return f"“{choice.text}” is {kind_of(text)}, not text"
    if problem := text_problem(text):
        return problem
    segments: list[Parts] = []
    if choice.spans and (found := fields.get(choice.spans)) is not None:
        if not isinstance(found, list):
            return f"“{choice.spans}” is {kind_of(found)}, not a list"
        for n, item in enumerate(found, 1):
            segment = _segment(item, len(text), choice.names)
            if isinstance(segment, str):
                return f"segment {n} {segment}"
            segments.append(segment)
    whole = _whole_tags(fields, choice)
    if isinstance(whole, str):
        return whole
    if whole:
        segments.append({"text": text, "span": [0, len(text)], "tags": whole})
    parts: Parts = {"text": text}
    if segments:
        parts["segments"] = segments
    if choice.done and (done := done_said(fields.get(choice.done))) is not None:
        parts["annotated"] = done
    meta = _meta(fields, choice)
    if isinstance(meta, str):
        return meta
    if meta:
        parts["meta"] = meta
    return parts


def text_problem(text: str) -> str:
    """Why this cannot be the text of a document, in plain words; empty when it can."""
    if not text or text.isspace():
        return "no text"
    if fault := too_long(text):
        return fault
    fault = broken(text)
    return f"the text has {fault}" if fault else ""


# Segments and tags


def _segment(item: object, length: int, how: str) -> Parts | str:
    if not isinstance(item, dict):
        return f"is {kind_of(item)}, not an object"
    span = item.get("span")
    if span is None:
        return "has no span"
    if not isinstance(span, list) or len(span) != _PAIR or not type(span[0]) is type(span[1]) is int:
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
    tags: list[Parts] = []
    for one in found:
        tag = _named_tag(one, how)
        if isinstance(tag, str):
            return f"has a tag that {tag}"
        tags.append(tag)
    known = {"span": span, "tags": tags}
    return known if text is None else {"text": text, **known}


_PAIR = 2


def _whole_tags(fields: Mapping[str, object], choice: Choice) -> list[Parts] | str:
    """The tags of the whole document: a column may hold a name or a list of them, and every class has every
    label. Where one column alone names them, each name may hold both."""
    if not (choice.class_ or choice.label):
        return []
    columns = (choice.class_, choice.label)
    classes, labels = (_listed(fields.get(column) if column else None) for column in columns)
    tags: list[Parts] = []
    for found in ({"class": class_, "label": label} for class_ in classes for label in labels):
        tag = _tag(found, columns)
        if isinstance(tag, str):
            return tag
        if not all(columns) and len(choice.names) > _PLAIN:
            tag = tag_parts(*_parted(tag.get("class") or tag.get("label") or "", choice.names))
        if tag and tag not in tags:
            tags.append(tag)
    return tags


def _listed(value: object) -> list[object]:
    return (value or [None]) if isinstance(value, list) else [value]


_PLAIN = len(names.AS_CLASS)
"""A pattern of class and label is longer than either word."""


def _named_tag(item: object, how: str) -> Parts | str:
    """The tag of an object with class and label, or with one flat name."""
    if isinstance(item, dict) and (given := item.get("name")) is not None:
        name = name_said(given)
        if isinstance(name, str) and name.strip():
            return _sound(*_parted(name.strip(), how))
    tag = _tag(item, ("class", "label"), required=True)
    return tag if tag else "has neither class nor label"


def _tag(item: object, columns: tuple[str, str], *, required: bool = False) -> Parts | str:
    """The tag of an object with `class` and `label`; `columns` are called so in the reason."""
    if not isinstance(item, dict):
        return f"is {kind_of(item)}, not an object"
    class_, label = item.get("class"), item.get("label")
    if isinstance(class_, str) and isinstance(label, str):  # as nearly all are
        return _sound(class_, label)
    class_, label = name_said(class_), name_said(label)
    if (class_ is None or isinstance(class_, str)) and (label is None or isinstance(label, str)):
        return _sound(class_ or "", label or "")
    at = 0 if not (class_ is None or isinstance(class_, str)) else 1
    kind = kind_of((class_, label)[at])
    if required:
        return f"has a {('class', 'label')[at]} that is {kind}"
    return f"“{columns[at]}” is {kind}, not text"


@lru_cache(maxsize=4096)
def _parted(name: str, how: str) -> tuple[str, str]:
    return names.parted(name, how)


@lru_cache(maxsize=4096)
def _sound(class_: str, label: str) -> Parts | str:
    """The same few tags stand on every document, so each is looked at once."""
    for key, name in (("class", class_), ("label", label)):
        if fault := broken(name):
            return f"has {fault} in its {key}"
    return tag_parts(class_.strip(), label.strip())


@lru_cache(maxsize=4096)
def tag_parts(class_: str, label: str) -> Parts:
    """What a tag says: "" says nothing. Not to be changed: it stands on every tag that says the same."""
    return {key: name for key, name in (("class", class_), ("label", label)) if name}


# Information


def _meta(fields: Mapping[str, object], choice: Choice) -> Parts | str:
    """What is kept, by key; what stands under `meta` stands there again."""
    meta: Parts = {}
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


def _is_deep(value: object, left: int = 100) -> bool:
    """Whether there are more lists and objects in one another than can be sent to a server."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left == 0 or any(_is_deep(one, left - 1) for one in inner)


def _is_plain(value: object) -> bool:
    """Whether a server can store the value as JSON and give it back."""
    try:
        text = _JSON.encode(value)
        return _NUL.search(text) is None and bool(text.encode("utf-8"))
    except ValueError:
        return False
