"""JSONL: an object a line, with the text and, in the contract's form, its segments."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Sequence

from labeling.formats.records import LOOKED_AT, Record, Records, RefusedRow, broken, excerpt
from labeling.model import Document, Session, unique


def read(data: bytes) -> Records:
    """A line that is not a JSON object is refused with its number; blank lines are left out."""
    items: list[Record] = []
    refused: list[RefusedRow] = []
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).split(b"\n"), 1):
        if not line.strip():
            continue
        value = loaded(line)
        if isinstance(value, dict):
            items.append(Record(number, value))
        else:
            reason = value if isinstance(value, str) else "is not a JSON object"
            refused.append(RefusedRow(number, reason, excerpt(line.decode("utf-8", "replace"))))
    problem = "" if items or refused else "The file is empty."
    return Records(
        columns=columns_of(items),
        items=tuple(items),
        refused=tuple(refused),
        problem=problem,
        has_segments=True,
    )


def columns_of(items: Sequence[Record]) -> tuple[str, ...]:
    """The keys under which the first records hold a text, then those with what may be a name: a number, true
    or false."""
    found = [
        (key, value) for item in items[:LOOKED_AT] for key, value in item.fields.items() if not broken(key)
    ]
    texts = [key for key, value in found if isinstance(value, str)]
    return unique((*texts, *(key for key, value in found if isinstance(value, (int, float)))))


def loaded(data: bytes) -> object:
    """The JSON value, or why there is none, as text; a value that is itself text is none either."""
    try:
        value: object = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return f"is not UTF-8 (byte {error.start + 1})"
    except json.JSONDecodeError as error:
        where = (
            f"line {error.lineno}, column {error.colno}" if b"\n" in data.strip() else f"column {error.colno}"
        )
        return f"is not JSON ({error.msg}, {where})"
    except (ValueError, RecursionError):
        return "is not JSON that can be read: it is nested too deeply, or a number is too long"
    return "is not a JSON object" if isinstance(value, str) else value


def write(session: Session, documents: Iterable[Document]) -> bytes:
    return "".join(f"{line(document)}\n" for document in documents).encode()


def line(document: Document) -> str:
    """The document as one line of JSON, whatever separators its text holds."""
    text = json.dumps(document.to_json(), ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\u0085", "\\u0085")
