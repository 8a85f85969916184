"""CoNLL: a word and its tag a line, sentences between blank lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from typing import NamedTuple

from labeling.formats.bio import parted
from labeling.formats.encodings import NO_TEXT, Decoded, text_of
from labeling.formats.objects import loaded
from labeling.formats.records import (
    CONTRACT,
    KEPT,
    OUT,
    SPANS,
    TEXT,
    Answers,
    KeyUse,
    Record,
    Records,
    RefusedRow,
    answered,
    excerpt,
    lines_of,
    packed,
)
from labeling.formats.source import Source
from labeling.formats.tagged_words import (
    MARKED,
    OUTSIDE,
    PUT_TOGETHER,
    TAG,
    Pairs,
    Spans,
    aligned,
    notes,
    pairs_of,
    put_together,
    runs,
)
from labeling.phrases import count_of

SENTENCES, BLOCKS = "each sentence", "text between -DOCSTART- lines"
_DOCSTART = "-DOCSTART-"
_COMMENT = re.compile(r"#\s*(\w+)\s*=\s*(.*)")
_DONE = {"yes": True, "no": False}
_COLUMNS = range(2, 5)
"""How many a line has where the format is told by them."""


class _Sentence(NamedTuple):
    """The lines between two blank ones: words, their tags, how many columns each line has, and behind which
    words no space follows. `problem` says which line is none."""

    number: int
    lines: Sequence[str]
    comments: Sequence[str] = ()
    words: Sequence[str] = ()
    tags: Sequence[str] = ()
    widths: Sequence[int] = ()
    joined: Collection[int] = ()
    starts_document: bool = False
    problem: str = ""


class _Counts:
    """What there is in the sentences that went by."""

    def __init__(self) -> None:
        self.pairs: Pairs = Counter()
        self.widths: Counter[int] = Counter()
        self.comments = 0
        self.other_texts = 0
        self.put_together = 0

    def add(self, sentence: _Sentence) -> None:
        self.pairs.update(pairs_of(sentence.tags))
        self.widths.update(sentence.widths)
        self.comments += len(sentence.comments)


# In


def is_conll(source: Source) -> bool:
    """Whether nearly all of the first lines have as many columns, the last of which is a tag."""
    lines = list(lines_of(source.head))
    lines = lines[:-1] if len(source.data) > len(source.head.encode()) else lines
    words = [line for line in lines if line.strip() and not _is_comment(line)]
    rows = [_cut(line) for line in words if not line.startswith(_DOCSTART)]
    tagged = [row for row in rows if len(row) in _COLUMNS and TAG.fullmatch(row[-1])]
    if any(map(_way, lines[:1])):
        return True
    is_told = len(rows) < len(words) or any(MARKED.fullmatch(row[-1]) for row in tagged)
    return is_told and len(rows) > 1 and len(tagged) >= 0.95 * len(rows)


def read(source: Source, answers: Answers) -> Records:
    """A document is a sentence, or what stands between two -DOCSTART- lines, its sentences a line each.

    Where no comment says the text it is the words with one space between. A tag that goes on with nothing
    before begins a segment, as in IOB1. Comments are kept as meta, columns in the middle are left out.
    """
    found, encoding = text_of(source, answers)
    if not found.encoding:
        return Records(problem=NO_TEXT)
    starts, way = _starts(found), _way_of(found)
    asked = answered(
        answers, "split", "A document is", (SENTENCES, BLOCKS), BLOCKS if starts > 1 else SENTENCES
    )
    is_block = asked.answer == BLOCKS
    counts = _Counts()
    refused: list[RefusedRow] = []
    numbered = _numbered(_sentences(found.lines()), is_block=is_block)

    def documents() -> Iterator[Record]:
        for _, group in groupby(numbered, key=lambda one: one[0]):
            parts = [sentence for _, sentence in group]
            for sentence in parts:
                counts.add(sentence)
            number = parts[0].number
            if problem := next((one.problem for one in parts if one.problem), ""):
                lines = [line for one in parts for line in one.lines]
                refused.append(RefusedRow(number, problem, excerpt(" ".join(lines)), "\n".join(lines)))
            else:
                yield Record(number, _fields(parts, way, counts))

    items = packed(documents())
    return Records(
        columns=("text",),
        items=items,
        refused=tuple(refused),
        problem="" if items or refused else "The file has no words.",
        note=" ".join((*filter(None, [found.note]), *_notes(counts))),
        choice=CONTRACT,
        keys=_keys(counts),
        questions=(*([encoding] if source.name else []), *([asked] if starts else [])),
        unit="line",
    )


def _starts(found: Decoded) -> int:
    """How many documents a line begins that says so."""
    if not found.holds(_DOCSTART):
        return 0
    return sum(sentence.starts_document for sentence in _sentences(found.lines()))


def _way_of(found: Decoded) -> str:
    """How names are written, where a comment says it."""
    if not found.holds("names"):
        return ""
    return next((way for line in found.lines() if line.startswith("#") and (way := _way(line))), "")


def _cut(line: str) -> list[str]:
    """The columns: between tabs, where there are any, else between spaces."""
    line = line.strip(" \t")
    if "\t" not in line:
        return re.split(" +", line)
    cells = line.split("\t")
    return [cell.strip(" ") for cell in cells] if " " in line else cells


def _is_comment(line: str) -> bool:
    """A word may begin with # too: then a tag stands behind it."""
    if not line.startswith("#"):
        return False
    if "\t" not in line and _COMMENT.match(line):
        return True
    *words, tag = _cut(line)
    return not (words and TAG.fullmatch(tag))


def _sentences(given: Iterable[str]) -> Iterator[_Sentence]:
    """Comments that stand alone belong to what follows."""
    lines: list[str] = []
    number, alone, starts = 0, 0, False
    for n, line in enumerate(chain(given, ["\n"]), 1):
        is_start = line.startswith(_DOCSTART)
        if line and not (is_start or line.isspace()):
            number = number if lines else n
            lines.append(line.removesuffix("\n"))
            continue
        if any(not _is_comment(one) or _text_said(one) for one in islice(lines, alone, None)):
            yield _sentence(number, lines, starts_document=starts)
            lines, starts = [], False
        alone = len(lines)
        starts = starts or is_start


def _sentence(number: int, lines: Sequence[str], *, starts_document: bool) -> _Sentence:
    is_said = [line[0] == "#" and _is_comment(line) for line in lines]
    numbers = [n for n, said in enumerate(is_said, number) if not said]
    rows = [_cut(line) for line, said in zip(lines, is_said, strict=True) if not said]
    widths = [len(row) for row in rows]
    joined: set[int] = set()
    if "SpaceAfter=No" in "\n".join(lines):
        joined = {n for n, row in enumerate(rows) if any("SpaceAfter=No" in cell for cell in row[1:-1])}
    return _Sentence(
        number,
        lines,
        [line for line, said in zip(lines, is_said, strict=True) if said],
        [row[0] for row in rows],
        [row[-1] for row in rows],
        widths,
        joined,
        starts_document,
        f"has no tag in line {numbers[widths.index(1)]}" if 1 in widths else "",
    )


def _numbered(sentences: Iterable[_Sentence], *, is_block: bool) -> Iterator[tuple[int, _Sentence]]:
    """Each sentence with the number of its document."""
    number = 0
    for sentence in sentences:
        number += sentence.starts_document or not is_block
        yield number, sentence


def _fields(parts: Sequence[_Sentence], way: str, counts: _Counts) -> dict[str, object]:
    text = ""
    segments: list[object] = []
    for n, sentence in enumerate(parts):
        text += "\n" if n else ""
        words, spans = _placed(sentence, counts)
        for start, end, name in runs(sentence.tags, spans):
            span = [len(text) + start, len(text) + end]
            tags = [_tag(name, way)] if name else []
            segments.append({"span": span, "text": words[start:end], "tags": tags})
        text += words
    comments = [comment for one in parts for comment in one.comments]
    done = [comment for comment in comments if len(parts) == 1 and _said(comment, "done") in _DONE]
    said = {
        "annotated": _DONE[_said(done[0], "done")] if done else None,
        "meta": _meta(comment for comment in comments if comment not in done),
    }
    found = {key: value for key, value in said.items() if value not in (None, {})}
    return {"text": text, "segments": segments, **found}


def _placed(sentence: _Sentence, counts: _Counts) -> tuple[str, Spans]:
    """The text of a sentence and where its words are."""
    said = next((text for text in map(_text_said, sentence.comments) if text), "")
    for text in (loaded(f"[{said}]".encode()), [said]) if said else ():
        if (
            isinstance(text, list)
            and isinstance(text[0], str)
            and (spans := aligned(text[0], sentence.words)) is not None
        ):
            return text[0], spans
    counts.other_texts += bool(said)
    counts.put_together += not said
    return put_together(sentence.words, sentence.joined)


def _notes(counts: _Counts) -> Iterator[str]:
    if counts.put_together:
        yield PUT_TOGETHER
    if counts.other_texts:
        yield f"{count_of(counts.other_texts, 'sentence')} with other words in its text: that is left out."
    yield from notes(counts.pairs)


def _keys(counts: _Counts) -> tuple[KeyUse, ...]:
    widths = counts.widths
    middle = {
        n: sum(times for width, times in widths.items() if width > n)
        for n in range(2, max(widths, default=2))
    }
    tags = sum(times for (_, tag), times in counts.pairs.items() if tag != OUTSIDE)
    return (
        KeyUse("word", TEXT, widths.total()),
        *(KeyUse(f"column {n}", OUT, count) for n, count in middle.items()),
        KeyUse("tag", SPANS, tags),
        *([KeyUse("comments", KEPT, counts.comments)] if counts.comments else []),
    )


# What comments say


def _said(comment: str, key: str) -> str:
    found = _COMMENT.match(comment)
    return found[2].strip(" \t") if found and found[1] == key else ""


def _text_said(comment: str) -> str:
    return _said(comment, "text")


def _way(comment: str) -> str:
    """How names are written, where a download says it: "class", "label", or both with what is between."""
    said = _said(comment, "names")
    return said if re.fullmatch("class|label|class#+label", said) else ""


def _meta(comments: Iterable[str]) -> dict[str, object]:
    """What the comments say beside the text and the form of the names: by key, else as they are."""
    said: dict[str, list[object]] = {}
    whole: dict[str, object] = {}
    for comment in comments:
        found = _COMMENT.match(comment)
        if _text_said(comment) or _way(comment):
            continue
        if found and found[1] == "meta" and isinstance(meta := loaded(found[2].encode()), dict):
            whole |= meta
        elif found:
            said.setdefault(found[1], []).append(found[2])
        else:
            said.setdefault("comments", []).append(comment.removeprefix("#").strip())
    return {**{key: one[0] if len(one) == 1 else one for key, one in said.items()}, **whole}


def _tag(name: str, way: str) -> dict[str, str]:
    if not way:
        return {"name": name}
    return {key: part for key, part in zip(("class", "label"), parted(name, way), strict=True) if part}
