"""Documents as people may have them, to be written and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hypothesis import strategies as st

from labeling.formats.columns import guess
from labeling.formats.imported import Imported, imported
from labeling.formats.records import Records
from labeling.model import Document
from tests.unit.build import a_document, a_segment, a_session

signs = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
names = signs.map(str.strip).filter(bool)


@st.composite
def tagged(draw: st.DrawFn) -> Document:
    text = draw(signs.filter(str.strip))
    spans = draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 8)), max_size=3))
    places = sorted({(start, min(len(text), start + length)) for start, length in spans})
    tags = st.lists(st.tuples(names | st.none(), names), max_size=2)
    segments = [a_segment(text, *place, *draw(tags)) for place in places]
    return a_document(text, *segments, annotated=draw(st.booleans()))


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


@st.composite
def odd(draw: st.DrawFn) -> Document:
    """Overlaps, several tags on a span, bare segments, names with separators, done marks and information."""
    text = draw(odd_texts.filter(str.strip))
    places = draw(
        st.sets(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 9)), max_size=4).map(
            lambda found: sorted({(start, min(len(text), start + length)) for start, length in found})
        )
    )
    tags = st.lists(
        st.tuples(odd_names | st.none(), odd_names | st.none()).filter(any), max_size=2, unique=True
    )
    segments = [a_segment(text, *place, *draw(tags)) for place in places]
    meta = draw(st.none() | st.just({"stars": 4, "nested": {"a": [1, None]}}))
    more: dict[str, object] = {"annotated": draw(st.sampled_from((None, True, False)))} | (
        {"meta": meta} if meta else {}
    )
    return a_document(text, *segments, **more)


def units(documents: Iterable[Document]) -> list[tuple[str, list[object]]]:
    """(text, its units in order) of each document."""
    return [
        (one.text, sorted((unit for segment in one.segments for unit in segment.units), key=str))
        for one in documents
    ]
