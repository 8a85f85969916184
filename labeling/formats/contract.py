"""Contract JSON: a session with its documents in one object, as Download writes and New session reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from labeling.formats.jsonl import columns_of, line
from labeling.formats.records import Record, Records, RefusedRow, broken, excerpt
from labeling.model import Document, Session, unique


def read(value: object) -> Records:
    """An object with `documents`, or the list alone, of objects or of texts. Names may be text or objects
    with a name."""
    session = {"documents": value} if isinstance(value, list) else value
    documents = session.get("documents") if isinstance(session, dict) else None
    if not isinstance(session, dict) or not isinstance(documents, list):
        return Records(problem="The file is not an object with a list of “documents”.")
    names = {key: _names(session.get(key)) for key in ("classes", "labels", "name")}
    for key, found in names.items():
        if fault := broken("\n".join(found)):
            return Records(problem=f"The file cannot be used: “{key}” of the session has {fault}.")
    items: list[Record] = []
    refused: list[RefusedRow] = []
    for number, document in enumerate(documents, 1):
        if isinstance(document, dict):
            items.append(Record(number, document))
        elif isinstance(document, str):
            items.append(Record(number, {"text": document}))
        else:
            refused.append(RefusedRow(number, "is not a JSON object", excerpt(document)))
    return Records(
        columns=columns_of(items),
        items=tuple(items),
        refused=tuple(refused),
        problem="" if documents else "The file has no documents.",
        has_segments=True,
        classes=names["classes"],
        labels=names["labels"],
        name=next(iter(names["name"]), ""),
    )


def write(session: Session, documents: Iterable[Document]) -> bytes:
    """The session's fields, then its documents, one a line."""
    head = json.dumps(session.to_json(), ensure_ascii=False, indent=1).removesuffix("\n}")
    body = ",\n".join(map(line, documents))
    return f'{head},\n "documents": [\n{body}\n ]\n}}\n'.encode()


def _names(value: object) -> tuple[str, ...]:
    """The names in a list of texts or of objects with a name, or the one that stands alone."""
    items = value if isinstance(value, list) else [value]
    found = [one.get("name") if isinstance(one, dict) else one for one in items]
    return unique(name.strip() for name in found if isinstance(name, str) and name.strip())
