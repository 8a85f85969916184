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
