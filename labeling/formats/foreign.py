"""What a file is that is not read here, in words, and what to do with it."""

from __future__ import annotations

from labeling.formats.records import DAMAGED
from labeling.formats.source import Source

_STARTS = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a picture or a sound"),
    (b"%PDF", "a PDF: take the text out of it first"),
    *(
        (start, "compressed: unpack it first")
        for start in (
            b"\x1f\x8b",
            b"7z\xbc\xaf",
            b"BZh91AY&SY",
            b"\xfd7zXZ",
            b"\x28\xb5\x2f\xfd",
            b"Rar!\x1a",
        )
    ),
    (b"PK\x05\x06", "a zip with nothing in it"),
    (b"SQLite format 3", "a database: export a table of it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an older Office file without a workbook in it: save its text as a text file"),
)
_ZIP = b"PK\x03\x04"
_WITHIN = (
    ("word/", "a Word document: save its text as a text file"),
    ("ppt/", "a PowerPoint presentation: save its text as a text file"),
    ("mimetype", "an OpenDocument file without a table in it, or an e-book: save its text as a text file"),
)
"""What the name of a file in a zip tells."""
_BOOKS = ("xlsx", "xlsm", "xlsb", "ods")


def packed(source: Source) -> str:
    """What the file is by its first bytes, "" for nothing that is known. Of a zip only where it is neither a
    workbook nor what a tool packs so."""
    data = source.data
    if not data.startswith(_ZIP):
        return next((what for start, what in _STARTS if data.startswith(start)), "")
    if not source.parts:
        kind = "workbook" if source.ending in _BOOKS else "zip"
        return f"no {kind} that can be read: {DAMAGED.removesuffix('.')}"
    told = (what for name, what in _WITHIN if any(part.startswith(name) for part in source.parts))
    return next(told, "a zip of files that are not read so: unpack it, and take one of them")


def page(source: Source) -> str:
    """What it is where it is mark-up and no text, "" elsewhere."""
    start = source.head[:200].lstrip().casefold()
    if start.startswith(("<!doctype html", "<html")):
        return "a web page: take the text out of it first"
    return "XML of a kind that is not read: of XML, only SemEval's is" if start.startswith("<?xml") else ""
