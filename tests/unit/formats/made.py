"""Documents as people may have them, to be written and read again."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from hypothesis import strategies as st

from labeling.formats import read
from labeling.formats.columns import guess
from labeling.formats.flat import BOTH, cannot_hold, flat_name
from labeling.formats.imported import Imported, imported
from labeling.formats.records import Answers, Records
from labeling.formats.source import Source
from labeling.model import Document
from tests.unit.build import a_document, a_segment, a_session

signs = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
names = signs.map(str.strip).filter(bool)


# Strategies are made once: to make them costs more than to draw from them.
_texts = signs.filter(str.strip)
_places = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 24)), max_size=4)
_tags = st.lists(st.tuples(names | st.none(), names), max_size=2)
_flags = st.booleans()


def places_in(text: str, drawn: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of the text, of any starts and lengths."""
    starts = ((start % len(text), length) for start, length in drawn)
    return [(start, min(len(text), start + length)) for start, length in starts]


@st.composite
def tagged(draw: st.DrawFn) -> Document:
    text = draw(_texts)
    places = sorted({*places_in(text, draw(_places))})
    segments = [a_segment(text, *place, *draw(_tags)) for place in places]
    return a_document(text, *segments, annotated=draw(_flags))


pieces = st.sampled_from(
    (
        "a",
        "B",
        "7",
        " ",
        "\r\n",
        "\n",
        "\t",
        "🙂",
        "👩🏽‍🚒",
        "é",
        " ",
        "ß",
        "漢",
        '"',
        ",",
        "#",
        "/",
        "\\",
        "|",
    )
)
hard_names = st.sampled_from(
    (
        "Food",
        "POS",
        "neg",
        "a#b",
        "a/b",
        "B-x",
        "x_y",
        "007",
        "nan",
        "null",
        "true",
        '"',
        "'",
        ",",
        "é",
        "🙂",
        "a b",
    )
)


_hard_texts = st.lists(pieces, min_size=1, max_size=6).map("".join).filter(str.strip)
_hard_tags = st.lists(st.tuples(hard_names | st.none(), hard_names | st.none()).filter(any), max_size=2)
_hard_metas = st.dictionaries(
    st.sampled_from(("id", "text", "label", "meta", "by")), st.none() | hard_names, max_size=2
)


@st.composite
def hard(draw: st.DrawFn) -> Document:
    """Overlaps, segments on the same words, several tags or none, and information of any kind."""
    text = draw(_hard_texts)
    segments = [a_segment(text, *span, *draw(_hard_tags)) for span in places_in(text, draw(_places))]
    more = {"annotated": True} if draw(_flags) else {}
    return (
        a_document(text, *segments, **more, meta=draw(_hard_metas))
        if draw(_flags)
        else a_document(text, *segments)
    )


junk = st.sampled_from(
    (None, True, 0, -3, 1.5, 10**20, "", "x", [], [[]], {}, {"a": [1]}, [1, 2, 3], ["x", {}])
)


@st.composite
def spoiled(draw: st.DrawFn, value: object) -> object:
    """A JSON value in which something stands that does not belong there, or something is missing."""
    if not isinstance(value, (dict, list)) or not value or draw(st.integers(0, 3)) == 0:
        return draw(junk)
    at = draw(st.sampled_from(list(value) if isinstance(value, dict) else range(len(value))))
    if isinstance(value, dict):
        if draw(st.integers(0, 5)) == 0:
            return {key: one for key, one in value.items() if key != at}
        return {**value, at: draw(spoiled(value[at]))}
    return [*value[:at], draw(spoiled(value[at])), *value[at + 1 :]]


def in_flat_names(documents: Iterable[Document]) -> list[object]:
    """What spans with one name each hold of documents: texts, places with their names, information."""
    found: list[object] = []
    for document in documents:
        places: dict[tuple[int, int], list[str]] = {}
        for one in document.segments:
            places.setdefault((one.start, one.end), []).extend(map(flat_name, one.tags))
        found.append(
            (document.text, {span: said for span, said in places.items() if said}, document.meta or {})
        )
    return found


def whole(write: Callable[..., Iterator[bytes]], documents: Iterable[Document]) -> bytes:
    """A download, in one piece."""
    return b"".join(write(a_session(), documents))


def again(records: Records) -> Imported:
    """What becomes of them with the choices that are proposed."""
    return imported(records, guess(records))


_PIECES = (
    *(
        "Kind",
        "staff",
        "café",
        "cafe\u0301",
        "🙂",
        "👩\u200d👩\u200d👧",
        "日本語",
        " ",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\u2028",
    ),
    *(
        "\x85",
        "\xa0",
        "#",
        "/",
        "'",
        '"',
        "\\",
        "<b>",
        "&amp;",
        "# text = x",
        "-DOCSTART-",
        "007",
        "O",
        ".",
        "B-X",
    ),
)
odd_texts = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=7).map("".join)
"""What formats of other tools are made of, and what their rules give a meaning."""
odd_names = st.sampled_from(
    (
        "Food",
        "POS",
        "food#quality",
        "a/b",
        "a-b",
        "B-x",
        "my class",
        "007",
        "nan",
        "null",
        "true",
        "O",
        '"',
        "é",
        "a\tb",
    )
)


_odd_texts = odd_texts.filter(str.strip)
_odd_tags = st.lists(
    st.tuples(odd_names | st.none(), odd_names | st.none()).filter(any), max_size=2, unique=True
)
_odd_marks = st.sampled_from((None, True, False))
_odd_metas = st.none() | st.just({"stars": 4, "nested": {"a": [1, None]}})


@st.composite
def odd(draw: st.DrawFn) -> Document:
    """Overlaps, several tags on a span, bare segments, names with separators, done marks and information."""
    text = draw(_odd_texts)
    places = sorted({*places_in(text, draw(_places))})
    segments = [a_segment(text, *place, *draw(_odd_tags)) for place in places]
    meta = draw(_odd_metas)
    more: dict[str, object] = {"annotated": draw(_odd_marks)} | ({"meta": meta} if meta else {})
    return a_document(text, *segments, **more)


def units(documents: Iterable[Document]) -> list[tuple[str, list[object]]]:
    """(text, its units in order) of each document."""
    return [
        (one.text, sorted((unit for segment in one.segments for unit in segment.units), key=str))
        for one in documents
    ]


def a_file(table: Any) -> bytes:
    """A table of Arrow as Parquet."""
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def read_rows(*rows: object, answers: Answers | None = None) -> Records:
    """Objects on lines, read as whatever they show."""
    return read(Source("\n".join(map(json.dumps, rows)).encode()), answers)


def units_in(records: Records) -> list[list[object]]:
    """The units of each document, in order."""
    return [
        [unit for one in document.segments for unit in one.units] for document in again(records).documents
    ]


def comes_back_in_flat_names(
    write: Callable[..., Iterator[bytes]], answers: Answers, made: list[Document]
) -> None:
    """Asserts that a download with one name a tag is the same again, but for what was said to be lost."""
    records = read(Source(whole(write, made)), answers)
    found = imported(records, guess(records)._replace(names=BOTH))
    assert found.refused == ()
    assert in_flat_names(found.documents) == in_flat_names(made)
    if not cannot_hold(made):
        assert [one.segments for one in again(records).documents] == [one.segments for one in made]
