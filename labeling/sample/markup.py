r"""Reads a sample session: `Key: value` lines, then documents, each begun by a `---` line.

    Name: Guest letters
    Mode: ANNOTATION
    Status: ANNOTATING
    Classes: Room, Noise
    Labels: POS, NEG
    --- done language=en
    The {room|Room/POS} was {quiet|Room/POS; Noise/POS}, the {lamp|} was missing.
    + "quiet, the lamp" | Room/NEG

`{words|tags}` is a segment. Its tags are `Class/LABEL`, `Class` or `/LABEL`, parted by `;`; with none it is
bare. Segments may nest. A `+` line adds one that nesting cannot say: `+ "words" #2 as "text" | tags` places
it on the second occurrence of the words, whatever code points those are, and gives it another text than its
slice. The `---` line may say `done` (annotated), `crlf` (its lines end in CRLF), `key=value` (meta), and
after a `|` the tags of the document as a whole (`|` alone: one bare segment). A backslash takes the next
character as it is; `\uXXXX` is that character. Blank lines around a document's text are not part of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from labeling.model import Document, Mode, NamedClass, Segment, Status, Tag, Type

_TOKEN = re.compile(r"\\u([0-9A-Fa-f]{4})|\\(.)|(\{)|\|([^{}|\n]*)\}|([^\\{|]+|\|)", re.DOTALL)
_EXTRA = re.compile(r'\+ "([^"]+)"(?: #(\d+))?(?: as "([^"]*)")? \|(.*)')
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")


@dataclass(frozen=True)
class SampleSession:
    """A session as it is to be stored. The `annotated` mark of each document is set, true or false."""

    name: str
    mode: Mode
    status: Status
    description: str | None
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class SampleProject:
    name: str
    type: Type
    classes: tuple[NamedClass, ...]
    labels: tuple[str, ...]
    sessions: tuple[SampleSession, ...]


def read_session(source: str) -> SampleSession:
    """The session that a file describes; ValueError where its segments do not add up."""
    head, *blocks = re.split(r"^---", source, flags=re.MULTILINE)
    said = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    return SampleSession(
        name=said["Name"],
        mode=Mode(said["Mode"]),
        status=Status(said["Status"]),
        description=said.get("Description"),
        classes=_names(said.get("Classes", "")),
        labels=_names(said.get("Labels", "")),
        documents=tuple(read_document(*block.split("\n", 1)) for block in blocks),
    )


def read_document(head: str, body: str) -> Document:
    """One document from what follows `---` on its line and from the lines under it."""
    words, whole, tags = head.partition("|")
    flags = words.split()
    lines = body.strip("\n").split("\n")
    extras = [line for line in lines if line.startswith("+ ")]
    source = "\n".join(line for line in lines if line not in extras).strip("\n")
    text, segments = _read_text(source.replace("\n", "\r\n") if "crlf" in flags else source)
    segments += [_read_extra(text, line) for line in extras]
    if whole:
        segments.append(Segment(text=text, span=(0, len(text)), tags=_tags(tags)))
    meta = dict(flag.split("=", 1) for flag in flags if "=" in flag)
    ordered = tuple(sorted(segments, key=lambda segment: (segment.start, -segment.end)))
    return Document(text=text, segments=ordered, annotated="done" in flags, meta=meta)


def _read_text(source: str) -> tuple[str, list[Segment]]:
    text = ""
    starts: list[int] = []
    segments: list[Segment] = []
    for code, literal, opening, tags, plain in (match.groups() for match in _TOKEN.finditer(source)):
        if opening:
            starts.append(len(text))
        elif tags is not None:
            if not starts:
                raise ValueError(f"a segment ends that was not begun: {text[-40:]}")
            start = starts.pop()
            segments.append(Segment(text=text[start:], span=(start, len(text)), tags=_tags(tags)))
        else:
            text += chr(int(code, 16)) if code else literal or plain
    if starts:
        raise ValueError(f"a segment is not closed: {text[starts[-1] :][:40]}")
    return text, segments


def _read_extra(text: str, line: str) -> Segment:
    match = _EXTRA.fullmatch(_ESCAPE.sub(lambda code: chr(int(code[1], 16)), line))
    if match is None:
        raise ValueError(f"not a segment line: {line}")
    words, occurrence, said, tags = match.groups()
    if text.count(words) == 0 or (text.count(words) > 1 and occurrence is None):
        raise ValueError(f"these words must stand in the text, once or with a number: {words}")
    start = -1
    for _ in range(int(occurrence or 1)):
        start = text.index(words, start + 1)
    return Segment(text=said or words, span=(start, start + len(words)), tags=_tags(tags))


def _tags(source: str) -> tuple[Tag, ...]:
    pairs = (part.strip().partition("/") for part in source.split(";") if part.strip())
    return tuple(Tag.of(class_.strip(), label.strip()) for class_, _, label in pairs)


def _names(source: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in source.split(",") if name.strip())
