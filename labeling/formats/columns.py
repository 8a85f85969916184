"""What the columns of a table, or the keys of objects, are: judged by their values, then by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from labeling.formats import names
from labeling.formats.records import (
    CLASS,
    DONE,
    KEPT,
    LABEL,
    OUT,
    SPANS,
    TEXT,
    Choice,
    KeyUse,
    Record,
    Records,
    broken,
    first_named,
    key_uses,
    name_said,
)
from labeling.model import Shape, unique

LOOKED_AT = 1000
"""Records by which a column is judged."""
ANY_SHAPE = Shape(classes=True, labels=True)
TEXT_COLUMNS = ("text", "texts", "document", "content", "body", "comment", "review", "sentence", "message")
_CLASS_COLUMNS = ("class", "category", "topic", "aspect")
_LABEL_COLUMNS = ("label", "sentiment", "polarity")
_CLASS_LISTS = ("classes", "categories", "topics", "aspects", "tags")
_LABEL_LISTS = ("labels", "sentiments", "polarities")
"""Of columns that hold a list of names."""
_DONE_COLUMNS = ("annotated", "done")
_SERVERS_OWN = ("id", "position")
"""Beside segments they are what a server calls the document, and say nothing elsewhere."""
_SAID_DONE = {"yes": True, "no": False, "true": True, "false": False}


def columns_of(items: Sequence[Record]) -> tuple[str, ...]:
    """Every key of the objects: those under which the first hold a text come first, then those with a number,
    true or false."""
    found = [(key, value) for item in items[:LOOKED_AT] for key, value in item.fields.items()]
    texts = [key for key, value in found if isinstance(value, str)]
    plain = [key for key, value in found if isinstance(value, (int, float))]
    every = dict.fromkeys(key for item in items for key in item.fields)
    return tuple(key for key in unique((*texts, *plain, *every)) if not broken(key))


def guess(records: Records, shape: Shape = ANY_SHAPE) -> Choice:
    """What the reader knows, else the choice that values and names suggest; the rest is information."""
    if records.choice is not None:
        return records.choice._replace(names=_flat(records, records.choice, shape))
    columns, items = records.columns, records.items[:LOOKED_AT]
    values = {column: [record.fields.get(column) for record in items] for column in columns}
    lengths = {column: text_length(said) for column, said in values.items()}
    read = {column: length * (1 if _is_read(values[column]) else 0.1) for column, length in lengths.items()}
    text = _text_column(columns, read, has_values=bool(items))
    others = [column for column in columns if column != text]
    # What a server marks and tags may stand far behind the first thousand.
    spans = "segments" if "segments" in others and not _is_plain(_values(records, "segments")) else ""
    can_be_name = [one for one in others if one != spans and _is_name(values[one], lengths[one])]
    lists = [one for one in others if one != spans and _are_lists_of_names(values[one])]
    class_ = _name_column(can_be_name, lists, _CLASS_COLUMNS, _CLASS_LISTS) if shape.classes else ""
    label = _name_column(can_be_name, lists, _LABEL_COLUMNS, _LABEL_LISTS) if shape.labels else ""
    done = next((one for one in others if one in _DONE_COLUMNS and _is_done(_values(records, one))), "")
    taken = {text, class_, label, spans, done, *(_SERVERS_OWN if spans else ())}
    choice = Choice(text, class_, label, spans, done, tuple(one for one in others if one not in taken))
    return choice._replace(names=_flat(records, choice, shape))


def uses_of(records: Records, choice: Choice) -> tuple[KeyUse, ...]:
    """What becomes of every key of the source, with how many values."""
    if records.choice is not None:
        return records.keys
    uses = dict.fromkeys(choice.kept, KEPT)
    uses |= {
        key: use
        for key, use in (
            (choice.done, DONE),
            (choice.spans, SPANS),
            (choice.label, LABEL),
            (choice.class_, CLASS),
            (choice.text, TEXT),
        )
        if key
    }
    counted = {one.key: one for one in key_uses((item.fields for item in records.items), uses)}
    empty = (KeyUse(column, uses.get(column, OUT), 0) for column in records.columns if column not in counted)
    return (*counted.values(), *empty)


def used_by(choice: Choice) -> set[str]:
    """The columns that say something of their own: "" is among them where one is none."""
    return {choice.text, choice.class_, choice.label, choice.done, choice.spans}


def flat_names(records: Records, choice: Choice) -> tuple[str, ...]:
    """The names of the first records' tags that say neither class nor label, or one of both alone."""
    return unique(_flat_names(records.items[:LOOKED_AT], choice))


def done_said(value: object) -> bool | None:
    """A done mark as tables say it; None for none."""
    if isinstance(value, bool):
        return value
    return _SAID_DONE.get(value.strip().casefold()) if isinstance(value, str) else None


def text_length(values: Iterable[object]) -> float:
    """How long the texts of a column are, on average; 0 where most are none: numbers, no letter."""
    filled = [one for one in values if one not in (None, "")]
    texts = [one for one in filled if isinstance(one, str) and any(map(str.isalpha, one))]
    return sum(map(len, texts)) / len(texts) if 2 * len(texts) > len(filled) else 0


def _is_read(values: Iterable[object]) -> bool:
    """Whether most texts of a column have words: addresses and the like have none."""
    texts = [one for one in values if isinstance(one, str) and one.strip()]
    return 2 * sum(not one.isascii() or len(one.split()) > 1 for one in texts) > len(texts)


def _text_column(columns: Sequence[str], lengths: dict[str, float], *, has_values: bool) -> str:
    longest = max(columns, key=lengths.__getitem__, default="text")
    like_text = [column for column in columns if lengths[column] or not has_values]
    return first_named(like_text, TEXT_COLUMNS) or longest


_LONGEST = 60
"""Characters of a name, on average."""


def _is_name(values: Sequence[object], length: float) -> bool:
    """Whether a column can hold names of classes or labels: short, and no lists."""
    return length <= _LONGEST and _is_plain(values)


def _are_lists_of_names(values: Iterable[object]) -> bool:
    """Whether a column holds lists of short texts, and one at least that is not empty."""
    lists = [value for value in values if value is not None]
    names = [one for value in lists if isinstance(value, list) for one in value]
    are_texts = all(isinstance(value, list) for value in lists) and all(isinstance(one, str) for one in names)
    return bool(names) and are_texts and sum(map(len, map(str, names))) <= _LONGEST * len(names)


def _name_column(
    plain: Sequence[str], lists: Sequence[str], names: Sequence[str], list_names: Sequence[str]
) -> str:
    return first_named(plain, names) or first_named(lists, (*names, *list_names))


def _values(records: Records, key: str) -> Iterator[object]:
    return (item.fields.get(key) for item in records.items)


def _is_plain(values: Iterable[object]) -> bool:
    return not any(isinstance(value, (list, dict)) for value in values)


def _is_done(values: Iterable[object]) -> bool:
    is_said = False
    for value in values:
        if value not in (None, ""):
            if done_said(value) is None:
                return False
            is_said = True
    return is_said


def _flat(records: Records, choice: Choice, shape: Shape) -> str:
    return names.proposed(flat_names(records, choice), shape)


def _flat_names(items: Sequence[Record], choice: Choice) -> Iterable[str]:
    alone = choice.class_ or choice.label
    for item in items:
        if alone and not (choice.class_ and choice.label):
            value = item.fields.get(alone)
            for said in map(name_said, value if isinstance(value, list) else [value]):
                if isinstance(said, str) and said.strip():
                    yield said.strip()
        segments = item.fields.get(choice.spans) if choice.spans else None
        for segment in segments if isinstance(segments, list) else ():
            tags = segment.get("tags") if isinstance(segment, dict) else None
            for tag in tags if isinstance(tags, list) else ():
                name = tag.get("name") if isinstance(tag, dict) else None
                if isinstance(name, str) and name.strip():
                    yield name.strip()
