"""Brat in: a zip of texts, each with a file of annotations beside it: spans with a type and attributes."""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from labeling.formats.document_parts import text_problem
from labeling.formats.records import (
    CONTRACT,
    DAMAGED,
    KEPT,
    OUT,
    SPANS,
    TEXT,
    Answers,
    KeyUse,
    Question,
    Record,
    Records,
    RefusedRow,
    answered,
    excerpt,
    first_named,
)
from labeling.formats.source import Source
from labeling.phrases import count_of

LARGEST = 300_000_000
"""Bytes that the files may unpack to."""
NO_ATTRIBUTE = "none of them"
CONFIG = "annotation.conf"
OURS = "# Types are classes, and _ is none; labels are the attribute Label.\n"
"""The first line of the configuration in a download."""
_LABEL_NAMES = ("label", "sentiment", "polarity")
_KINDS = {"R": "relations", "E": "events", "#": "notes", "N": "references", "*": "equivalences"}
"""What is left out, by the first letter of its line."""
_FAULTS = (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


class _Spanned(NamedTuple):
    """A line of a span: its id, its type, where its pieces are and its words."""

    id: str
    type: str
    pieces: Sequence[tuple[int, int]]
    words: str


class _Attribute(NamedTuple):
    name: str
    of: str
    value: str


class _File(NamedTuple):
    """A text with its annotations, or what is wrong with them."""

    name: str
    text: str = ""
    spans: Sequence[_Spanned] = ()
    attributes: Sequence[_Attribute] = ()
    left_out: Sequence[str] = ()
    problem: str = ""


def is_brat(source: Source) -> bool:
    return all(any(name.endswith(ending) for name in source.parts) for ending in (".txt", ".ann"))


def read(source: Source, answers: Answers) -> Records:
    """A document is a text. A span in pieces is one from the first to the last. Words are found by what they
    are, where offsets point elsewhere the nearest. Attributes that are no label are kept as meta."""
    try:
        parts = _unpacked(source.data)
    except MemoryError:
        return Records(problem=f"The file unpacks to more than {LARGEST // 1_000_000} MB.")
    except _FAULTS:
        return Records(problem=f"The file is no zip that can be read: {DAMAGED}")
    except RuntimeError:
        return Records(problem="The file is protected by a password: pack it without one.")
    is_ours = parts.get(CONFIG, b"").startswith(OURS.encode())
    files = [_file(name, parts) for name in _texts(parts)]
    asked = _which_attribute(files, answers, is_ours=is_ours)
    counts: Counter[str] = Counter()
    items: list[Record] = []
    refused: list[RefusedRow] = []
    for number, file in enumerate(files, 1):
        fields = _fields(file, asked.answer, counts, is_ours=is_ours)
        if isinstance(fields, str):
            refused.append(
                RefusedRow(
                    number,
                    f"“{excerpt(file.name)}”: {fields}",
                    excerpt(file.text),
                    {"file": file.name, "text": file.text},
                )
            )
        else:
            items.append(Record(number, fields))
    return Records(
        columns=("text",),
        items=tuple(items),
        refused=tuple(refused),
        note=" ".join(_notes(counts)),
        choice=CONTRACT,
        keys=_keys(files, asked.answer),
        questions=(asked,) if len(asked.options) > 1 and not is_ours else (),
        unit="file",
    )


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The files by their names, which lead nowhere. MemoryError: they are too large, whatever they say."""
    parts: dict[str, bytes] = {}
    left = LARGEST
    with ZipFile(io.BytesIO(data)) as archive:
        for part in archive.infolist():
            if not part.filename.endswith((".txt", ".ann", CONFIG)) or _is_hidden(part.filename):
                continue
            with archive.open(part) as file:
                parts[part.filename] = file.read(left + 1)
            left -= len(parts[part.filename])
            if left < 0:
                raise MemoryError
    return parts


def _is_hidden(name: str) -> bool:
    """Whether a system put it there."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


def _texts(parts: Iterable[str]) -> list[str]:
    """The names without their endings, in their order."""
    return list(dict.fromkeys(name[: -len(".txt")] for name in parts if name.endswith((".txt", ".ann"))))


def _file(name: str, parts: Mapping[str, bytes]) -> _File:
    if f"{name}.txt" not in parts:
        return _File(name, problem="has annotations and no text beside them")
    try:
        text = parts[f"{name}.txt"].decode()
        lines = parts.get(f"{name}.ann", b"").decode().removeprefix("\ufeff").split("\n")
    except UnicodeDecodeError:
        return _File(name, problem="is not UTF-8")
    spans: list[_Spanned] = []
    attributes: list[_Attribute] = []
    left_out: list[str] = []
    for number, line in enumerate(lines, 1):
        found = _annotation(line.removesuffix("\r"))
        if isinstance(found, _Spanned):
            spans.append(found)
        elif isinstance(found, _Attribute):
            attributes.append(found)
        elif found == "T":
            return _File(name, text, problem=f"has no span in line {number} of its annotations")
        elif found:
            left_out.append(found)
    return _File(name, text, spans, attributes, left_out)


_SPAN = re.compile(r"(T\S*)\t(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)(?:\t(.*))?")
_ATTRIBUTE = re.compile(r"[AM]\S*\t(\S+) (\S+)(?: (.*))?")


def _annotation(line: str) -> _Spanned | _Attribute | str:
    """What a line says; the first letter of one that is none of both."""
    if found := _SPAN.fullmatch(line):
        pieces = [(int(start), int(end)) for start, end in map(str.split, found[3].split(";"))]
        return _Spanned(found[1], found[2], pieces, found[4] or "")
    if said := _ATTRIBUTE.fullmatch(line):
        return _Attribute(said[1], said[2], (said[3] or "").strip())
    return line.strip()[:1]


def _which_attribute(files: Sequence[_File], answers: Answers, *, is_ours: bool) -> Question:
    """Which attribute is the label: one that is called so, else the only one that has values."""
    valued = tuple(dict.fromkeys(one.name for file in files for one in file.attributes if one.value))
    found = first_named(valued, _LABEL_NAMES) or (valued[0] if len(valued) == 1 else NO_ATTRIBUTE)
    options = (*valued, NO_ATTRIBUTE)
    return answered({} if is_ours else answers, "attribute", "The label is the attribute", options, found)


def _fields(file: _File, label: str, counts: Counter[str], *, is_ours: bool) -> dict[str, object] | str:
    """The document, or what is wrong with it."""
    if file.problem:
        return file.problem
    if fault := text_problem(file.text):
        return fault
    text = file.text if is_ours else file.text.removeprefix("\ufeff")
    points = _points(text, file.spans)
    labels = {one.of: one.value for one in file.attributes if one.name == label and one.value}
    is_flat = label == NO_ATTRIBUTE and not is_ours
    found: dict[tuple[int, int], list[dict[str, str]]] = {}
    places: dict[str, tuple[int, int]] = {}
    for one in file.spans:
        span = _place(text, one, points)
        if span is None:
            return f"has “{excerpt(one.words)}” as the words of {one.id}, which is not in it"
        counts["pieces"] += len(one.pieces) > 1
        counts["moved"] += not _holds(text, one, points)
        places[one.id] = span
        class_ = "" if is_ours and one.type == "_" else one.type
        said = {"name": one.type} if is_flat else {"class": class_, "label": labels.get(one.id, "")}
        tag = {key: part for key, part in said.items() if part}
        found.setdefault(span, []).extend([tag] if tag else [])
    segments = [
        {"span": list(span), "text": text[slice(*span)], "tags": tags} for span, tags in found.items()
    ]
    others = [
        {"span": list(places[one.of]), "name": one.name, "value": one.value or True}
        for one in file.attributes
        if one.of in places and not (one.name == label and one.value)
    ]
    meta = ({} if is_ours else {"file": file.name}) | ({"attributes": others} if others else {})
    return {"text": text, "segments": segments} | ({"meta": meta} if meta else {})


def _points(text: str, spans: Iterable[_Spanned]) -> Sequence[int] | None:
    """Where each character is, if more of the words are found when the two that end a line count as one; else
    None."""
    if "\r\n" not in text:
        return None
    points = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    known = list(spans)
    right = [sum(_holds(text, one, which) for one in known) for which in (None, points)]
    return points if right[1] > right[0] else None


def _pieces(one: _Spanned, points: Sequence[int] | None) -> list[tuple[int, int]]:
    if points is None:
        return list(one.pieces)
    last = len(points) - 1
    return [(points[min(start, last)], points[min(end, last)]) for start, end in one.pieces]


def _holds(text: str, one: _Spanned, points: Sequence[int] | None) -> bool:
    """Whether the words are where they are said to be, whatever white space is in them."""
    pieces = _pieces(one, points)
    words = " ".join(text[start:end] for start, end in pieces)
    is_within = all(0 <= start < end <= len(text) for start, end in pieces)
    return is_within and (not one.words or words.split() == one.words.split())


def _place(text: str, one: _Spanned, points: Sequence[int] | None) -> tuple[int, int] | None:
    pieces = _pieces(one, points)
    start, end = min(start for start, _ in pieces), max(end for _, end in pieces)
    if _holds(text, one, points):
        return start, end
    pattern = r"\s+".join(map(re.escape, one.words.split()))
    places = [found.span() for found in re.finditer(pattern, text)] if pattern and len(pieces) == 1 else []
    return min(places, key=lambda place: abs(place[0] - start), default=None)


def _notes(counts: Counter[str]) -> Iterator[str]:
    if counts["pieces"]:
        yield f"{count_of(counts['pieces'], 'span')} in several pieces: one from the first to the last."
    if counts["moved"]:
        yield f"{count_of(counts['moved'], 'span')} beside its words: the nearest such words are taken."


def _keys(files: Sequence[_File], label: str) -> tuple[KeyUse, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for file in files:
        known = {one.id for one in file.spans}
        counts["text", TEXT] += not file.problem
        counts["spans", SPANS] += len(file.spans)
        for one in file.attributes:
            use = SPANS if one.name == label and one.value else KEPT
            counts[one.name, use if one.of in known else OUT] += 1
        for kind in file.left_out:
            counts[_KINDS.get(kind, "other lines"), OUT] += 1
    return tuple(KeyUse(key, use, count) for (key, use), count in counts.items() if count)
