"""Plain text: a document a line, or documents separated by blank lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from labeling.formats.encodings import NO_TEXT, text_of
from labeling.formats.records import CONTRACT, TEXT, Answers, KeyUse, Record, Records, answered, packed
from labeling.formats.source import Source

LINES, BLOCKS = "each line", "text between blank lines"


def read(source: Source, answers: Answers) -> Records:
    """Lines keep their numbers; blank ones are not documents. Outer white space is not part of a text."""
    found, encoding = text_of(source, answers)
    if not found.encoding:
        return Records(problem=NO_TEXT)
    asked = answered(answers, "split", "A document is", (LINES, BLOCKS), LINES)
    texts = _lines if asked.answer == LINES else _blocks
    items = packed(Record(number, {"text": text}) for number, text in texts(found.lines()))
    return Records(
        columns=("text",),
        items=items,
        note=found.note,
        choice=CONTRACT,
        keys=(KeyUse("text", TEXT, len(items)),),
        questions=(asked, *([encoding] if source.name else [])),
        unit="line",
    )


def _lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        if text := line.strip():
            yield number, text


def _blocks(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    block: list[str] = []
    start = 0
    for number, line in enumerate(chain(lines, [""]), 1):
        if line.strip():
            start = start if block else number
            block.append(line.removesuffix("\n"))
        elif block:
            yield start, "\n".join(block).strip()
            block = []
