"""Plain text: a document a line, or documents separated by blank lines."""

from __future__ import annotations

from itertools import chain

from labeling.formats.encodings import NO_TEXT, text_of
from labeling.formats.records import CONTRACT, TEXT, Answers, KeyUse, Record, Records, answered
from labeling.formats.source import Source

LINES, BLOCKS = "each line", "text between blank lines"


def read(source: Source, answers: Answers) -> Records:
    """Lines keep their numbers; blank ones are not documents. Outer white space is not part of a text."""
    found, encoding = text_of(source, answers)
    if not found.encoding:
        return Records(problem=NO_TEXT)
    asked = answered(answers, "split", "A document is", (LINES, BLOCKS), LINES)
    items: list[Record] = []
    block: list[str] = []
    start = 0
    for number, line in enumerate(chain(found.lines(), [""]), 1):
        if asked.answer == LINES:
            if line.strip():
                items.append(Record(number, {"text": line.strip()}))
        elif line.strip():
            start = start if block else number
            block.append(line.removesuffix("\n"))
        elif block:
            items.append(Record(start, {"text": "\n".join(block).strip()}))
            block = []
    return Records(
        columns=("text",),
        items=tuple(items),
        note=found.note,
        choice=CONTRACT,
        keys=(KeyUse("text", TEXT, len(items)),),
        questions=(asked, *([encoding] if source.name else [])),
        unit="line",
    )
