"""Rows as data sets of words have them: a list of words, and a list with a tag for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from labeling.formats import flat
from labeling.formats.records import (
    CONTRACT,
    KEPT,
    OUT,
    SPANS,
    TEXT,
    Record,
    Records,
    RefusedRow,
    excerpt,
    first_named,
    packed,
)
from labeling.formats.tagged_words import (
    MARKED,
    PUT_TOGETHER,
    TAG,
    Pairs,
    aligned,
    notes,
    pairs_of,
    put_together,
    runs,
)
from labeling.model import unique
from labeling.phrases import count_of

_WORDS = ("tokens", "words")
_TAGS = ("ner_tags", "tags", "labels", "bio_tags", "iob_tags", "bio", "iob", "ner")
_LOOKED_AT = 50


class TokenColumns(NamedTuple):
    """Which keys hold the words, their tags and the text ("": none); the others that hold a value for each
    word. `are_numbers`: the tags are numbers that nothing names."""

    words: str
    tags: str
    text: str = ""
    others: tuple[str, ...] = ()
    are_numbers: bool = False


def token_columns(items: Sequence[Record]) -> TokenColumns | None:
    """Those of rows with a list of words and one as long of tags; None where the first rows are others."""
    rows = [item.fields for item in items[:_LOOKED_AT]]
    keys = unique(key for row in rows for key in row)
    words = first_named(keys, _WORDS)
    if not words or not all(_are_texts(row.get(words)) for row in rows):
        return None
    others = (key for key in keys if key != words)
    same = [key for key in others if all(_is_as_long(row.get(key), row[words]) for row in rows)]
    tags = first_named(same, _TAGS)
    if not tags:
        return None
    said = [tag for row in rows for tag in _list(row[tags])]
    are_numbers = all(type(tag) is int for tag in said)
    are_tags = all(isinstance(tag, str) and TAG.fullmatch(tag) for tag in said)
    if not (are_numbers or (are_tags and any(MARKED.fullmatch(str(tag)) for tag in said))):
        return None
    text = "text" if any(isinstance(row.get("text"), str) for row in rows) else ""
    return TokenColumns(words, tags, text, tuple(key for key in same if key != tags), are_numbers)


def records_of(items: Sequence[Record], columns: TokenColumns) -> Records:
    """The text is what the row says, where its words stand in it, else the words with a space between. Tags
    that are numbers without names are information: nothing says what they mean."""
    pairs: Pairs = Pairs()
    refused: list[RefusedRow] = []
    texts_made = 0

    def documents() -> Iterator[Record]:
        nonlocal texts_made
        for item in items:
            fields = item.fields
            words, tags = fields.get(columns.words), _list(fields.get(columns.tags))
            if problem := _problem(words, tags, columns):
                refused.append(RefusedRow(item.number, problem, excerpt(words), fields))
                continue
            known = [str(word) for word in _list(words)]
            text = fields.get(columns.text) if columns.text else None
            spans = aligned(text, known) if isinstance(text, str) else None
            if not isinstance(text, str) or spans is None:
                text, spans = put_together(known)
                texts_made += 1
            names = [] if columns.are_numbers else [str(tag) for tag in tags]
            pairs.update(pairs_of(names))
            found = runs(names, spans) if names else ()
            yield Record(item.number, _document(fields, text, found, columns))

    made = packed(documents())
    kept = (columns.tags,) if columns.are_numbers else ()
    said = [
        PUT_TOGETHER if texts_made else "",
        f"The numbers in {columns.tags} are kept as information: nothing says their names." if kept else "",
        *notes(pairs),
    ]
    known = dict.fromkeys(columns.others, OUT) | {columns.words: TEXT, columns.text: TEXT}
    return Records(
        columns=("text",),
        items=made,
        refused=tuple(refused),
        note=" ".join(filter(None, said)),
        choice=CONTRACT,
        keys=flat.uses((item.fields for item in items), {**known, columns.tags: KEPT if kept else SPANS}),
    )


def _document(
    fields: Mapping[str, object], text: str, found: Iterable[tuple[int, int, str]], columns: TokenColumns
) -> dict[str, object]:
    segments = [
        {"span": [start, end], "text": text[start:end], "tags": [{"name": name}] if name else []}
        for start, end, name in found
    ]
    tags = () if columns.are_numbers else (columns.tags,)
    meta = flat.information(fields, (columns.words, columns.text, *columns.others, *tags))
    return {"text": text, "segments": segments, "meta": meta}


def _problem(words: object, tags: Sequence[object], columns: TokenColumns) -> str:
    if not _are_texts(words):
        return f"“{columns.words}” is no list of texts"
    count = len(_list(words))
    if len(tags) != count:
        return f"has {count_of(count, 'word')}, but tags for {len(tags)}"
    if not columns.are_numbers and not all(isinstance(tag, str) for tag in tags):
        return f"“{columns.tags}” holds tags that are no text"
    return ""


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_as_long(value: object, words: object) -> bool:
    return isinstance(value, list) and len(value) == len(_list(words))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
