"""What is wrong with a text that is no JSON, in plain words."""

from __future__ import annotations

import re
from json import JSONDecodeError

CUT_OFF = "it ends in the middle"
_WORDS = (
    ("Expecting property name", "a key in double quotation marks belongs there"),
    ("Expecting value", "a value belongs there"),
    ("Expecting ',' delimiter", "a comma belongs there, or the end"),
    ("Expecting ':' delimiter", "a colon belongs there"),
    ("Invalid control character", "a text with a line break or a control character in it"),
    ("Invalid \\", "a backslash before a sign that needs none"),
    ("Extra data", "something stands behind its end"),
    ("Unexpected UTF-8 BOM", "a byte order mark"),
)
_BEGUN = re.compile(r"[\w.+\\-]*\s*")
"""What may be left of a value that goes on behind the end."""


def json_fault(error: JSONDecodeError) -> str:
    """What is wrong and where: "it ends in the middle, line 2, column 7"."""
    is_begun = error.msg.startswith("Unterminated string") or _BEGUN.fullmatch(error.doc, error.pos)
    known = (words for start, words in _WORDS if error.msg.startswith(start))
    words = CUT_OFF if is_begun and not error.msg.startswith("Extra data") else next(known, error.msg)
    line = f"line {error.lineno}, " if "\n" in error.doc.strip() else ""
    return f"{words}, {line}column {error.colno}"
