"""JSON of any shape as the objects in it: a list, an object a line, a list within an object, columns."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from labeling.formats.json_faults import json_fault
from labeling.formats.records import AGAIN, Record, RefusedRow, Tell, excerpt, limited, nobody, packed, told
from labeling.json_pieces import DOCUMENTS, pieces_of

NO_TEXTS = (
    "No texts are found in the file. Read are a list of texts, a list of objects with a text in each, one "
    "object a line, and an object with a list of “documents”."
)
_REMEDIES = (("is not JSON (", f" {AGAIN}"), ("is not UTF-8", " Save it as text in UTF-8."))
_DEEP = 4
"""Objects within objects in which the list of documents is looked for."""


class Objects(NamedTuple):
    """The objects of a source, numbered from 1 by their line or their place; what is none is refused.

    `around` is what stands beside the list in the object that holds it. `problem` says why there are none.
    """

    items: Sequence[Record] = ()
    refused: tuple[RefusedRow, ...] = ()
    problem: str = ""
    around: Mapping[str, object] = {}
    is_lines: bool = False


def objects_in(data: bytes, tell: Tell = nobody) -> Objects:
    """What is no JSON is refused with what is wrong with it, line by line where lines are objects; of these
    it tells how many went by."""
    data = _utf8(data)
    if data.isspace() or not data:
        return Objects(problem="The file is empty.")
    first = list(islice((line for _, line in _numbered(data)), _FIRST))
    if len(first) > 1 and isinstance(loaded(first[0]), (dict, list)):
        return _lines(data, tell)
    if (found := _in_pieces(data, tell)) is not None:
        return found
    value = loaded(data)
    if isinstance(value, str):
        is_lines = any(isinstance(loaded(line), dict) for line in first[1:])
        if is_lines:
            return _lines(data, tell)
        remedy = next((words for start, words in _REMEDIES if value.startswith(start)), "")
        return Objects(problem=f"The file {value}.{remedy}")
    around: Mapping[str, object] = {}
    if isinstance(value, dict) and not _is_task(value):
        listed, around = _list_in(value)
        value = listed if listed is not None else _rows_of_columns(value) or value
    if isinstance(value, dict):
        is_one = _is_task(value) or any(isinstance(one, str) for one in value.values())
        value = [value] if is_one and "documents" not in value else value
    if isinstance(value, list) and value and all(map(_is_session, value)):
        value = [document for session in value for document in session["documents"]]
    if not isinstance(value, list):
        return Objects(problem=NO_TEXTS)
    return _listed(enumerate(value, 1))._replace(
        problem="" if value else "The file has no documents.", around=around
    )


def _in_pieces(data: bytes, tell: Tell) -> Objects | None:
    """The objects of a list, or of the list `documents` of an object, without all of it at once; None where
    it is neither, or they are found otherwise."""
    if not data.lstrip().startswith(b"[") and f'"{DOCUMENTS}"'.encode() not in data:
        return None
    around: dict[str, object] = {}

    def values() -> Iterator[object]:
        for key, value in pieces_of(data, tell):
            if key is not None:
                around[key] = value
            elif around or not _is_session(value):
                yield value
            else:
                raise ValueError("sessions with documents of their own")

    try:
        found = _listed(enumerate(values(), 1))
    except (ValueError, RecursionError):
        return None
    if DOCUMENTS in around or isinstance(around.get("data"), dict):
        return None
    is_empty = not (found.items or found.refused)
    return found._replace(problem="The file has no documents." if is_empty else "", around=around)


_FIRST = 5
"""Lines by which objects on lines are told: one of them may be broken."""


def _is_task(value: Mapping[str, object]) -> bool:
    """Whether it is about one text: what it is about, and a list of what was said of it."""
    return isinstance(value.get("data"), dict) and any(isinstance(one, list) for one in value.values())


def _is_session(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("documents"), list)


def begins_like_json(data: bytes) -> bool:
    """Whether its first sign begins an object or a list."""
    return data[:200].lstrip(_BEFORE)[:1] in (b"{", b"[")


_BEFORE = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""Marks and white space, also as UTF-16 has them."""


def loaded(data: bytes) -> object:
    """The JSON value, or why there is none, as text; a value that is itself text is none either."""
    try:
        value: object = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return f"is not UTF-8 (byte {error.start + 1})"
    except json.JSONDecodeError as error:
        return f"is not JSON ({json_fault(error)})"
    except (ValueError, RecursionError):
        return "is not JSON that can be read: it is nested too deeply, or a number is too long"
    return "is not a JSON object" if isinstance(value, str) else value


def _utf8(data: bytes) -> bytes:
    """Without its mark, and as UTF-8 where the mark says UTF-16."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(codecs.BOM_UTF8)


def _lines(data: bytes, tell: Tell) -> Objects:
    """A line that is no object is refused with its number; blank lines are left out."""
    lines = told(_numbered(data), data.count(b"\n"), tell)
    return _listed((number, _line(line)) for number, line in lines)._replace(is_lines=True)


def _numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank."""
    for number, line in enumerate(io.BytesIO(data), 1):
        if not line.isspace():
            yield number, line.removesuffix(b"\n")


class _Broken(NamedTuple):
    """A line that is no JSON: why, and the line."""

    reason: str
    line: str


def _line(line: bytes) -> object:
    value = loaded(line)
    return _Broken(value, line.decode("utf-8", "replace")) if isinstance(value, str) else value


def _listed(values: Iterable[tuple[int, object]]) -> Objects:
    refused: list[RefusedRow] = []

    def items() -> Iterator[Record]:
        for number, value in limited(values):
            fields = _fields(value)
            if fields is not None:
                yield Record(number, fields)
            elif isinstance(value, _Broken):
                refused.append(RefusedRow(number, value.reason, excerpt(value.line), value.line))
            else:
                refused.append(RefusedRow(number, "is not a JSON object", excerpt(value), value))

    found = packed(items(), tightly=False)
    return Objects(found, tuple(refused))


def _fields(value: object) -> Mapping[str, object] | None:
    """An object, a text, or a text with an object of what belongs to it."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str):
        return {"text": value}
    match value:
        case [str(text), dict(more)] if not isinstance(value, _Broken):
            return {"text": text, **more}
    return None


def _list_in(value: Mapping[str, object], depth: int = 0) -> tuple[list[object] | None, Mapping[str, object]]:
    """The list of documents in an object, and what stands beside it: called so, else the longest."""
    if isinstance(found := value.get("documents"), list):
        return found, {key: other for key, other in value.items() if key != "documents"}
    if any(key in value for key in ("text", "documents")) or depth == _DEEP:
        return None, {}
    lists = {
        key: one
        for key, one in value.items()
        if isinstance(one, list) and one and all(isinstance(item, dict) for item in one)
    }
    if lists and not any(isinstance(one, str) and len(one) > _LONG for one in value.values()):
        key = max(lists, key=lambda name: len(lists[name]))
        return lists[key], {name: other for name, other in value.items() if name != key}
    for one in value.values():
        if isinstance(one, dict) and (found := _list_in(one, depth + 1)[0]) is not None:
            return found, {}
    return None, {}


_LONG = 200
"""Characters past which a text beside a list is what the list is about."""


def _rows_of_columns(value: Mapping[str, object]) -> list[object] | None:
    """Rows as tables are dumped in an object: columns with a list or an object of values by row, rows by
    their number, or rows as lists beside the names of the columns."""
    match value:
        case {"columns": [*names], "data": [*rows]} if all(isinstance(row, list) for row in rows):
            return [dict(zip(map(str, names), row, strict=False)) for row in rows if isinstance(row, list)]
    if all(key.isdecimal() and isinstance(one, dict) for key, one in value.items()):
        return list(value.values())
    columns = [list(one.values()) if isinstance(one, dict) else one for one in value.values()]
    lists = [one for one in columns if isinstance(one, list)]
    if len(lists) != len(value) or not lists or len({len(one) for one in lists}) != 1 or len(lists) < 1:
        return None
    if not any(isinstance(one, str) for column in lists for one in column[:1]):
        return None
    return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)]
