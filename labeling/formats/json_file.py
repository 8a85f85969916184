"""JSON of any shape with a text in it: a session as Download writes it, a list of documents or of texts, an
object a line, columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from labeling.formats.columns import columns_of
from labeling.formats.objects import begins_like_json
from labeling.formats.records import Answers, Records, batched, broken, packed
from labeling.formats.source import Source
from labeling.formats.token_rows import records_of, token_columns
from labeling.model import Document, Session, unique


def is_json(source: Source) -> bool:
    """Whether it begins like JSON, or is called so."""
    return begins_like_json(source.data) or source.ending in _ENDINGS


def is_lines(source: Source) -> bool:
    return is_json(source) and source.objects.is_lines


_ENDINGS = ("json", "jsonl", "ndjson")


def read(source: Source, answers: Answers) -> Records:
    """What the object around the documents says of the session is taken: its name, classes and labels, which
    may be text or objects with a name."""
    found = source.objects
    names = {key: _names(found.around.get(key)) for key in ("classes", "labels", "name")}
    for key, said in names.items():
        if fault := broken("\n".join(said)):
            return Records(problem=f"The file cannot be used: “{key}” of the session has {fault}.")
    items = found.items
    if any(_flattened(item.fields) is not item.fields for item in items):
        items = packed(item._replace(fields=_flattened(item.fields)) for item in items)
    if (columns := token_columns(items)) is not None:
        tokens = records_of(items, columns)
        refused = sorted((*found.refused, *tokens.refused), key=lambda row: row.number)
        return tokens._replace(refused=tuple(refused), unit="line" if found.is_lines else "document")
    return Records(
        columns=columns_of(items),
        items=items,
        refused=found.refused,
        problem=found.problem,
        classes=names["classes"],
        labels=names["labels"],
        name=next(iter(names["name"]), ""),
        unit="line" if found.is_lines else "document",
    )


def _flattened(fields: Mapping[str, object], before: str = "") -> Mapping[str, object]:
    """Where no text stands in it: what stands in the objects within, under the keys that lead there,
    `review.body`."""
    if not before and (not fields or any(isinstance(value, str) for value in fields.values())):
        return fields
    flat: dict[str, object] = {}
    for key, value in fields.items():
        if isinstance(value, dict) and value and before.count(".") < _DEEP:
            flat |= _flattened(value, f"{before}{key}.")
        else:
            flat[f"{before}{key}"] = value
    return flat


_DEEP = 4
"""Objects within objects in which a text is looked for."""


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """The session's fields, then its documents, one a line."""
    head = json.dumps(session.to_json(), ensure_ascii=False, indent=1).removesuffix("\n}")
    yield f'{head},\n "documents": [\n'.encode()
    yield from joined(document.to_json() for document in documents)
    yield b"\n ]\n}\n"


def write_lines(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    return lines(document.to_json() for document in documents)


def lines(values: Iterable[object]) -> Iterator[bytes]:
    """A value a line."""
    for some in batched(values):
        yield "".join(f"{json_line(value)}\n" for value in some).encode()


def joined(values: Iterable[object]) -> Iterator[bytes]:
    """The values as they stand in a list, one a line."""
    comma = ""
    for some in batched(values):
        yield (comma + ",\n".join(map(json_line, some))).encode()
        comma = ",\n"


def json_line(value: object) -> str:
    """JSON on one line, for any reader of lines."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\u0085", "\\u0085")


def _names(value: object) -> tuple[str, ...]:
    """The names in a list of texts or of objects with a name, or the one that stands alone."""
    items = value if isinstance(value, list) else [value]
    found = [one.get("name") if isinstance(one, dict) else one for one in items]
    return unique(name.strip() for name in found if isinstance(name, str) and name.strip())
