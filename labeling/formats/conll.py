"""CoNLL: a word and its tag a line, sentences between blank lines; tags in any of the usual schemes: IOB1,
BIO, BIOES, BILOU."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, groupby, pairwise
from typing import NamedTuple

from labeling.formats.bio import parted
from labeling.formats.encodings import NO_TEXT, text_of
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
)
from labeling.formats.source import Source
from labeling.phrases import count_of

SENTENCES, BLOCKS = "each sentence", "text between -DOCSTART- lines"
_DOCSTART = "-DOCSTART-"
_TAG = re.compile(r"O|[BIESLUM](-.*)?")
_MARKED = re.compile(r"[BIESLUM]-.+")
_COMMENT = re.compile(r"#\s*(\w+)\s*=\s*(.*)")
_DONE = {"yes": True, "no": False}
_COLUMNS = range(2, 5)
"""How many a line has where the format is told by them."""


class _Word(NamedTuple):
    """The columns of a line are counted; `is_joined`: no space follows."""

    text: str
    tag: str
    columns: int
    is_joined: bool


class _Sentence(NamedTuple):
    """The lines between two blank ones. `problem` says which of them is none."""

    number: int
    words: Sequence[_Word]
    comments: Sequence[str]
    starts_document: bool
    problem: str
    lines: Sequence[str]


# In


def is_conll(source: Source) -> bool:
    """Whether nearly all of the first lines have as many columns, the last of which is a tag."""
    lines = list(lines_of(source.head))
    lines = lines[:-1] if len(source.data) > len(source.head.encode()) else lines
    words = [line for line in lines if line.strip() and not _is_comment(line)]
    rows = [_cut(line) for line in words if not line.startswith(_DOCSTART)]
    tagged = [row for row in rows if len(row) in _COLUMNS and _TAG.fullmatch(row[-1])]
    if any(map(_way, lines[:1])):
        return True
    is_told = len(rows) < len(words) or any(_MARKED.fullmatch(row[-1]) for row in tagged)
    return is_told and len(rows) > 1 and len(tagged) >= 0.95 * len(rows)


def read(source: Source, answers: Answers) -> Records:
    """A document is a sentence, or what stands between two -DOCSTART- lines, its sentences a line each.

    Where no comment says the text it is the words with one space between. A tag that goes on with nothing
    before it begins a segment, as in IOB1. Comments are kept as meta, columns in the middle are left out.
    """
    found, encoding = text_of(source, answers)
    if not found.encoding:
        return Records(problem=NO_TEXT)
    sentences = list(_sentences(found.lines()))
    starts = sum(sentence.starts_document for sentence in sentences)
    asked = answered(
        answers, "split", "A document is", (SENTENCES, BLOCKS), BLOCKS if starts > 1 else SENTENCES
    )
    is_block = asked.answer == BLOCKS
    counts: Counter[str] = Counter()
    way = next((said for one in sentences for said in map(_way, one.comments) if said), "")
    items: list[Record] = []
    refused: list[RefusedRow] = []
    for _, group in groupby(_numbered(sentences, is_block=is_block), key=lambda one: one[0]):
        parts = [sentence for _, sentence in group]
        if problem := next((one.problem for one in parts if one.problem), ""):
            lines = [line for one in parts for line in one.lines]
            refused.append(RefusedRow(parts[0].number, problem, excerpt(" ".join(lines)), "\n".join(lines)))
        else:
            items.append(Record(parts[0].number, _fields(parts, way, counts)))
    _count_faults(sentences, counts)
    return Records(
        columns=("text",),
        items=tuple(items),
        refused=tuple(refused),
        problem="" if items or refused else "The file has no words.",
        note=" ".join((*filter(None, [found.note]), *_notes(counts))),
        choice=CONTRACT,
        keys=_keys(sentences),
        questions=(*([encoding] if source.name else []), *([asked] if starts else [])),
        unit="line",
    )


def _cut(line: str) -> list[str]:
    """The columns: between tabs, where there are any, else between spaces."""
    line = line.strip(" \t")
    return [cell.strip(" ") for cell in line.split("\t")] if "\t" in line else re.split(" +", line)


def _is_comment(line: str) -> bool:
    """A word may begin with # too: then a tag stands behind it."""
    if not line.startswith("#"):
        return False
    if "\t" not in line and _COMMENT.match(line):
        return True
    *words, tag = _cut(line)
    return not (words and _TAG.fullmatch(tag))


def _sentences(given: Iterable[str]) -> Iterator[_Sentence]:
    words: list[_Word] = []
    comments: list[str] = []
    lines: list[str] = []
    number, starts, problem = 0, False, ""
    for n, line in enumerate(chain((one.removesuffix("\n") for one in given), [""]), 1):
        is_border = not line.strip() or line.startswith(_DOCSTART)
        if is_border and (words or problem or any(map(_text_said, comments))):
            yield _Sentence(number, words, comments, starts, problem, lines)
            words, comments, lines, number, starts, problem = [], [], [], 0, False, ""
        starts = starts or line.startswith(_DOCSTART)
        if is_border:
            continue
        number = number or n
        lines.append(line)
        if _is_comment(line):
            comments.append(line)
            continue
        cells = _cut(line)
        if len(cells) == 1:
            problem = problem or f"has no tag in line {n}"
        is_joined = len(cells) > 2 and any("SpaceAfter=No" in cell for cell in cells[1:-1])
        words.append(_Word(cells[0], cells[-1], len(cells), is_joined))


def _numbered(sentences: Iterable[_Sentence], *, is_block: bool) -> Iterator[tuple[int, _Sentence]]:
    """Each sentence with the number of its document."""
    number = 0
    for sentence in sentences:
        number += sentence.starts_document or not is_block
        yield number, sentence


def _fields(parts: Sequence[_Sentence], way: str, counts: Counter[str]) -> dict[str, object]:
    text = ""
    segments: list[object] = []
    for n, sentence in enumerate(parts):
        text += "\n" if n else ""
        words, spans = _placed(sentence, counts)
        for start, end, name in _segments(sentence.words, spans):
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


def _placed(sentence: _Sentence, counts: Counter[str]) -> tuple[str, list[tuple[int, int]]]:
    """The text of a sentence and where its words are."""
    words = [word.text for word in sentence.words]
    said = next((text for text in map(_text_said, sentence.comments) if text), "")
    for text in (loaded(f"[{said}]".encode()), [said]) if said else ():
        if (
            isinstance(text, list)
            and isinstance(text[0], str)
            and (spans := _aligned(text[0], words)) is not None
        ):
            return text[0], spans
    counts["other text"] += bool(said)
    counts["joined"] += not said
    text, spans = "", []
    for word in sentence.words:
        spans.append((len(text), len(text) + len(word.text)))
        text += word.text + ("" if word.is_joined else " ")
    return text.removesuffix(" "), spans


def _aligned(text: str, words: Iterable[str]) -> list[tuple[int, int]] | None:
    """Where the words are in a text that has nothing but white space between them; None where it has."""
    at = 0
    spans: list[tuple[int, int]] = []
    for word in words:
        while text[at : at + 1].isspace():
            at += 1
        if not text.startswith(word, at):
            return None
        spans.append((at, at + len(word)))
        at += len(word)
    return None if text[at:].strip() else spans


def _segments(words: Iterable[_Word], spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """(start, end, name) of each run of words that are tagged as one."""
    start, end, open_ = 0, 0, None
    before = "O"
    for word, span in zip(words, spans, strict=True):
        name = _name(word.tag)
        if open_ is not None and (name is None or _begins(before, word.tag)):
            yield start, end, open_
            open_ = None
        if name is not None:
            start, end, open_ = span[0] if open_ is None else start, span[1], name
        before = word.tag
    if open_ is not None:
        yield start, end, open_


@lru_cache(maxsize=1024)
def _name(tag: str) -> str | None:
    """The name in a tag; None where it says that there is none, the tag itself where it has no mark."""
    if tag == "O":
        return None
    return tag[2:] if _TAG.fullmatch(tag) else tag


@lru_cache(maxsize=1024)
def _begins(before: str, tag: str) -> bool:
    """Whether a tag other than O begins a segment behind this one."""
    if _name(before) != _name(tag):
        return True
    marks = [one[0] if _TAG.fullmatch(one) else "I" for one in (before, tag)]
    return marks[0] in "ELSU" or marks[1] in "BSU"


def _count_faults(sentences: Iterable[_Sentence], counts: Counter[str]) -> None:
    """Tags that go on with nothing before them; in IOB1, where B stands between two neighbours only, they are
    none."""
    pairs = Counter(
        chain.from_iterable(pairwise(["O", *(word.tag for word in one.words)]) for one in sentences)
    )
    is_bio = False
    for (before, tag), times in pairs.items():
        is_new = tag != "O" and _name(before) != _name(tag)
        is_bio = is_bio or (is_new and tag[0] == "B")
        is_marked = bool(_TAG.fullmatch(tag))
        counts["unmarked"] += 0 if is_marked else times
        counts["going on"] += times if is_new and is_marked and tag[0] in "IMEL" else 0
    counts["going on"] *= is_bio


def _notes(counts: Counter[str]) -> Iterator[str]:
    if counts["joined"]:
        yield "The texts are put together from their words, with a space between."
    if counts["other text"]:
        yield f"{count_of(counts['other text'], 'sentence')} with other words in its text: that is left out."
    if counts["going on"]:
        yield f"{count_of(counts['going on'], 'tag')} that went on with nothing before: a segment begins."
    if counts["unmarked"]:
        yield f"{count_of(counts['unmarked'], 'tag')} without a mark as B- or I-: neighbours are one segment."


def _keys(sentences: Sequence[_Sentence]) -> tuple[KeyUse, ...]:
    words = [word for sentence in sentences for word in sentence.words]
    widths = Counter(word.columns for word in words)
    middle = {
        n: sum(times for width, times in widths.items() if width > n)
        for n in range(2, max(widths, default=2))
    }
    comments = sum(len(sentence.comments) for sentence in sentences)
    return (
        KeyUse("word", TEXT, len(words)),
        *(KeyUse(f"column {n}", OUT, count) for n, count in middle.items()),
        KeyUse("tag", SPANS, sum(word.tag != "O" for word in words)),
        *([KeyUse("comments", KEPT, comments)] if comments else []),
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
