"""Parquet: columns of any type in, nested ones too; out one row a document, with its segments as a list."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import starmap

from labeling.formats.apart import apart
from labeling.formats.columns import columns_of
from labeling.formats.objects import loaded
from labeling.formats.parquet_rows import rows_of
from labeling.formats.records import (
    CONTRACT,
    DAMAGED,
    DONE,
    KEPT,
    OUT,
    SPANS,
    TEXT,
    Answers,
    Record,
    Records,
    batched,
    key_uses,
    packed,
)
from labeling.formats.source import Source
from labeling.formats.table import provenance_of
from labeling.formats.token_rows import records_of, token_columns
from labeling.model import Document, Session, Tag
from labeling.phrases import count_of

COLUMNS = ("document", "id", "text", "segments", "done", "meta")
"""Of a download."""
DECIDED_COLUMNS = (*COLUMNS, "decided_nothing")
"""Of one that also says how each tag was decided."""
_USES = {"document": TEXT, "id": OUT, "text": TEXT, "segments": SPANS, "done": DONE, "meta": KEPT}


def is_parquet(source: Source) -> bool:
    return source.data.startswith(b"PAR1") and (b"\0" in source.data or source.data.endswith(b"PAR1"))


def read(source: Source, answers: Answers) -> Records:
    """A row becomes a record; days and hours are ISO text. Numbers that the file itself names, as data sets
    have them, are read as those names. What is no text and no value of JSON is left out, and counted."""
    try:
        with apart(rows_of, source.data, source.tell) as parts:
            rows = _Rows(parts)
    except MemoryError:
        return Records(problem="The file holds more than can be read at once: cut it into several.")
    except ValueError:
        return Records(problem=f"The file is no Parquet that can be read: {DAMAGED}")
    items, left_out = rows.items, rows.left_out
    if not items:
        return Records(problem="The file has no rows.")
    note = f"{count_of(left_out, 'value')} of bytes that are no text left out." if left_out else ""
    if tuple(items[0].fields) in (COLUMNS, DECIDED_COLUMNS):
        return Records(
            columns=("text",),
            items=packed(Record(item.number, _contract(item.fields)) for item in items),
            note=note,
            choice=CONTRACT,
            keys=key_uses((item.fields for item in items), _USES),
            unit="row",
        )
    if (columns := token_columns(items)) is not None:
        tokens = records_of(items, columns)
        return tokens._replace(note=" ".join(filter(None, (tokens.note, note))), unit="row")
    return Records(columns=columns_of(items), items=items, note=note, unit="row")


class _Rows:
    """The rows as records, and how many values were left out of them."""

    def __init__(self, given: Iterable[tuple[list[dict[str, object]], int]]) -> None:
        self.left_out = 0
        self.items = packed(starmap(Record, enumerate(self._each(given), 1)))

    def _each(self, given: Iterable[tuple[list[dict[str, object]], int]]) -> Iterator[dict[str, object]]:
        for rows, left_out in given:
            self.left_out += left_out
            yield from rows


def write(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """One row a document; its meta is JSON text."""
    return _written(documents, TAG_KEYS, _row)


def write_decided(session: Session, documents: Iterable[Document]) -> Iterator[bytes]:
    """The same with how each tag was decided; what everybody had is JSON text."""
    return _written(documents, DECIDED_TAG_KEYS, _decided_row, ("decided_nothing",))


TAG_KEYS = ("class", "label")
DECIDED_TAG_KEYS = (*TAG_KEYS, "decided_how", "votes")


def _written(
    documents: Iterable[Document],
    tag_keys: tuple[str, ...],
    row: Callable[[int, Document], dict[str, object]],
    more: tuple[str, ...] = (),
) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    tags = pa.list_(pa.struct([(key, pa.string()) for key in tag_keys]))
    segment = pa.struct([("span", pa.list_(pa.int64())), ("text", pa.string()), ("tags", tags)])
    types = (pa.int64(), pa.int64(), pa.string(), pa.list_(segment), pa.bool_(), pa.string())
    fields = [*zip(COLUMNS, types, strict=True), *((key, pa.string()) for key in more)]
    schema = pa.schema(fields)
    out = io.BytesIO()
    with ParquetWriter(out, schema) as writer:
        for some in batched(enumerate(documents, 1)):
            rows = [row(number, document) for number, document in some]
            writer.write_table(pa.Table.from_pylist(rows, schema))
    yield out.getvalue()


def _decided_row(number: int, document: Document) -> dict[str, object]:
    nothing = (document.model_extra or {}).get("decided_nothing")
    said = json.dumps(nothing, ensure_ascii=False) if nothing else None
    row = _row(number, document, lambda tag: zip(DECIDED_TAG_KEYS, _decided(tag), strict=True))
    return {**row, "decided_nothing": said}


def _decided(tag: Tag) -> tuple[str | None, ...]:
    return (*tag.names, *provenance_of(tag))


def _row(
    number: int,
    document: Document,
    said: Callable[[Tag], Iterable[tuple[str, object]]] = lambda tag: zip(TAG_KEYS, tag.names, strict=True),
) -> dict[str, object]:
    segments = [
        {"span": one.span, "text": one.text, "tags": [dict(said(tag)) for tag in one.tags]}
        for one in document.segments
    ]
    meta = json.dumps(document.meta, ensure_ascii=False) if document.meta else None
    values = (number, document.id, document.text, segments, document.annotated, meta)
    return dict(zip(COLUMNS, values, strict=True))


def _contract(row: Mapping[str, object]) -> dict[str, object]:
    """The row of a download under the contract's keys."""
    said = row["meta"]
    meta = loaded(said.encode()) if isinstance(said, str) and said.strip() else said
    fields = {"text": row["text"], "segments": row["segments"], "annotated": row["done"]}
    return {**fields, "meta": meta if isinstance(meta, dict) or not said else {"meta": said}}
