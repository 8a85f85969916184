"""Pasted text: a document a line, or documents separated by blank lines."""

from __future__ import annotations

from labeling.formats.records import Record, Records, lines_of


def read(text: str, *, by_blank_lines: bool = False) -> Records:
    """Lines keep their numbers; blank ones are not documents. Outer white space is not part of a text."""
    items: list[Record] = []
    block: list[str] = []
    start = 0
    for number, line in enumerate((*lines_of(text), ""), 1):
        if not by_blank_lines:
            if line.strip():
                items.append(Record(number, {"text": line.strip()}))
        elif line.strip():
            start = start if block else number
            block.append(line)
        elif block:
            items.append(Record(start, {"text": "\n".join(block).strip()}))
            block = []
    return Records(columns=("text",), items=tuple(items))
