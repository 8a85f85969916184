"""CSV: read with any common separator and encoding; written one row a tag.

Read by the standard library's reader, not by pandas: pandas' Python engine leaves rows with an unusual
quotation mark out without a word, its C engine refuses the whole file for one row that is too long.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from labeling.formats.encodings import Decoded, decoded
from labeling.formats.records import TEXT_COLUMNS, Record, Records, RefusedRow, excerpt, guess
from labeling.model import Document, Segment, Session

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "": "none: one column"}
COLUMNS = ("document", "id", "text", "start", "end", "segment", "class", "label", "done")
_ONE_COLUMN = "\x1f"
_SAMPLE = 50
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SAID = re.compile(r'\ufeff?"?sep=(.)"?\r?\n', re.IGNORECASE)
"""The line by which a spreadsheet says the separator."""


def read(
    data: bytes, *, encoding: str = "", separator: str | None = None, header: int | None = None
) -> Records:
    """Rows are numbered as a spreadsheet does, from 1; a cell may hold line breaks.

    `encoding`: one of `ENCODINGS`; `separator`: one of `SEPARATORS`; `header`: the row that names the
    columns, 0 where none does. What is not given is found.
    """
    found = decoded(data, encoding)
    if not found.encoding:
        return Records(problem="The file is no text in any encoding that is known here.")
    text = found.text.rstrip("\r\n")
    if not text.strip():
        return Records(problem="The file is empty.")
    # One cell may be a whole document; the reader's own limit is 128 KiB.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    said = _SAID.match(text)
    if said is not None and said[1] in SEPARATORS:
        separator = said[1] if separator is None else separator
    else:
        said = None
    text = text[said.end() :] if said else text
    separator = sniffed(text) if separator is None else separator
    rows = list(enumerate(_rows(text, separator), 1 + bool(said)))
    named = _header_row([row for _, row in rows[:_SAMPLE]]) + 1 + bool(said) if header is None else header
    names = next((row for number, row in rows if number == named), None)
    if names is None:
        names = [f"Column {n}" for n in range(1, max((len(row) for _, row in rows), default=1) + 1)]
    columns = _column_names(names)
    items: list[Record] = []
    refused: list[RefusedRow] = []
    for number, row in rows:
        if number <= named:
            continue
        if any(cell.strip() for cell in row[len(columns) :]):
            reason = f"has {len(row)} cells, but there are {len(columns)} columns"
            refused.append(RefusedRow(number, reason, excerpt(separator.join(row))))
        else:
            items.append(Record(number, dict(zip(columns, (*row, *[""] * len(columns)), strict=False))))
    if items and _is_open(text, separator):
        last = items.pop()
        reason = "has a quotation mark that is never closed: all that follows was read as one cell"
        refused.append(RefusedRow(last.number, reason, excerpt(" ".join(map(str, last.fields.values())))))
    note = _note(found, separator, named, 1 + bool(said))
    if columns == COLUMNS:
        return download_rows(items, refused)._replace(note=note)
    return Records(columns=columns, items=tuple(items), refused=tuple(refused), note=note)


def sniffed(text: str) -> str:
    """The separator that cuts most of the first rows alike, into more than one cell; "" where none does."""
    best, score = "", (0.0, 1)
    for separator in (",", ";", "\t", "|"):
        widths = Counter(len(row) for row in islice(_rows(text, separator), _SAMPLE) if row)
        width, count = max(widths.items(), key=lambda one: (one[1], one[0]), default=(1, 0))
        alike = count / max(1, widths.total())
        if width > 1 and (alike, width) > score:
            best, score = separator, (alike, width)
    return best


def _header_row(rows: Sequence[Sequence[str]]) -> int:
    """How many rows stand above the names of the columns: a title is one cell, and a blank row or a column
    that is called like a text ends it."""
    width = max(map(len, rows))
    for n, row in enumerate(rows):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) > 1 or width == 1:
            is_told = n == 0 or not "".join(rows[n - 1]).strip() or guess(row).text in TEXT_COLUMNS
            return n if is_told else 0
    return 0


def _note(found: Decoded, separator: str, named: int, first: int) -> str:
    said = [f"Read as {found.encoding}, separator: {SEPARATORS[separator]}"]
    said += ["no row names the columns"] if not named else []
    said += [f"row {named} names the columns"] if named > first else []
    note = f"{', '.join(said)}."
    if found.is_guess:
        note += " The file is not UTF-8: check the letters in the preview, or choose another encoding."
    return note


# What `write` has written


def download_rows(items: Sequence[Record], refused: Sequence[RefusedRow]) -> Records:
    """The documents of a download, which has a row for each tag: its rows are put together again.

    Several tags on one span become one segment.
    """
    documents: list[Record] = []
    spoiled: set[str] = set()
    bad = list(refused)
    for number, row in ((item.number, {k: str(v) for k, v in item.fields.items()}) for item in items):
        last = documents[-1].fields if documents else {}
        if last.get("document") != row["document"] or last.get("text") != row["text"]:
            done = {"yes": True, "no": False}.get(row["done"].strip().casefold())
            fields: dict[str, object] = {
                "document": row["document"],
                "text": row["text"],
                "segments": [],
                "annotated": done,
            }
            documents.append(Record(number, fields))
        reason = _add_tag(documents[-1].fields["segments"], row)
        if reason:
            spoiled.add(row["document"])
            bad.append(RefusedRow(number, reason, excerpt(row["text"])))
    kept = [
        Record(record.number, {key: value for key, value in record.fields.items() if key != "document"})
        for record in documents
        if record.fields["document"] not in spoiled
    ]
    return Records(columns=("text",), items=tuple(kept), refused=tuple(sorted(bad)), has_segments=True)


def _add_tag(segments: object, row: Mapping[str, str]) -> str:
    """Put a row's tag where it belongs; why it cannot be, else ""."""
    assert isinstance(segments, list)
    tag = {name: row[name] for name in ("class", "label") if row[name]}
    if not row["start"] and not row["end"]:
        return "has a tag without a span" if tag or row["segment"] else ""
    if not (row["start"].isdecimal() and row["end"].isdecimal()):
        return "has a start or an end that is no whole number"
    span, text = [int(row["start"]), int(row["end"])], row["text"]
    if row["segment"] != text[span[0] : span[1]]:
        return f"does not hold “{excerpt(row['segment'])}” from {span[0]} to {span[1]}"
    if not (segments and segments[-1]["span"] == span):
        segments.append({"span": span, "text": row["segment"], "tags": []})
    segments[-1]["tags"] += [tag] if tag else []
    return ""


def write(session: Session, documents: Iterable[Document], *, safe: bool = True) -> bytes:
    """One row a tag; a segment without tags and a document without segments have a row too.

    `safe` puts ' before a cell that a spreadsheet would take for a formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for number, document in enumerate(documents, 1):
        head = (number, document.id, document.text)
        done = {None: "", True: "yes", False: "no"}[document.annotated]
        for cells in _tag_rows(document):
            row = (*head, *cells, done)
            writer.writerow(map(_safe, row) if safe else row)
    # The mark tells spreadsheets that the file is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _tag_rows(document: Document) -> Iterator[tuple[object, ...]]:
    """(start, end, segment, class, label) of each row of a document."""
    for segment in document.segments:
        place = (
            *(segment.span if segment.is_placed and segment.span else (None, None)),
            _words(document, segment),
        )
        for class_, label in [tag.names for tag in segment.tags] or [(None, None)]:
            yield (*place, class_, label)
    if not document.segments:
        yield (None,) * 5


def _words(document: Document, segment: Segment) -> str:
    return segment.text if segment.text is not None else document.text[segment.start : segment.end]


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator or _ONE_COLUMN)


def _is_open(text: str, separator: str) -> bool:
    """Whether the text ends within quotation marks: a further row would still be of the last cell."""
    if '"' not in text:
        return False
    return sum(1 for _ in _rows(f"{text}\nx", separator)) == sum(1 for _ in _rows(text, separator))


def _column_names(header: Sequence[str]) -> tuple[str, ...]:
    """The header's names, each different; an empty one is named by its place."""
    names: list[str] = []
    for n, cell in enumerate(header, 1):
        name = plain = " ".join(cell.split()) or f"Column {n}"
        copies = 1
        while name in names:
            copies += 1
            name = f"{plain} ({copies})"
        names.append(name)
    return tuple(names)
