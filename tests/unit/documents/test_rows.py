"""The rows of many documents: paged without a gap or a double, filtered,
and looked at again only where edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.documents.rows import ROWS, PageStart, RowFilter, RowIndex, cut, rows_in, rows_of_all, words_of
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import new_draft
from labeling.draft.edits import Refused
from labeling.draft.history import take, undo
from labeling.editing.table import change_cell
from labeling.studio.filter import DocumentFilter
from tests.unit.build import a_document, a_segment, a_session, an_open_document, row

DRAFT = new_draft(a_session())
TEXT = "Kind staff, small room."


def views_with(counts: list[int]) -> list[DraftDocument]:
    """A document for each count, with that many segments."""
    return [
        an_open_document(a_document(TEXT, *[a_segment(TEXT, 0, 4)] * count, id=n), n, f"id:{n}")
        for n, count in enumerate(counts)
    ]


@given(counts=st.lists(st.integers(0, 230), max_size=12), most=st.integers(1, 6))
def test_the_pages_hold_every_row_once_in_order_and_each_is_bounded(counts: list[int], most: int) -> None:
    views = views_with(counts)
    found: list[str] = []
    start: PageStart | None = PageStart()
    for _ in range(100):
        assert start is not None
        page = cut(views[start.position :], start, most)
        assert len(page.rows) <= ROWS
        assert len({row.partition("/")[0] for row in page.rows}) <= most
        found += page.rows
        start = page.next
        if start is None:
            break
    assert found == [row for view in views for row in rows_of_all(view)]


def test_a_page_that_is_full_at_the_end_of_the_last_document_has_no_next() -> None:
    views = views_with([60, 40])
    assert cut(views, PageStart(), 50).next is None
    assert cut([*views, *views_with([1])], PageStart(), 50).next == PageStart(0, 0)
    assert cut(views_with([101]), PageStart(), 50).next == PageStart(0, 100)


@pytest.mark.parametrize(
    ("filter_", "places"),
    [
        (RowFilter(class_="Staff"), ["0/0"]),
        (RowFilter(label="NEG"), ["1/0"]),
        (RowFilter(label="NEG", class_="Staff"), []),
        (RowFilter(words="STAFF"), ["0/0", "0/1"]),
        (RowFilter(words="kind"), []),
        (RowFilter(untagged=True), ["2/-"]),
        (RowFilter(problems=True), ["3/0"]),
        (RowFilter(), ["0/0", "0/1", "1/0", "2/-", "3/0"]),
    ],
)
def test_a_filter_admits_rows(filter_: RowFilter, places: list[str]) -> None:
    document = a_document(
        TEXT,
        a_segment(TEXT, 5, 10, ("Staff", "POS"), ("Price", "POS")),
        a_segment(TEXT, 18, 22, ("Room", "NEG")),
        a_segment(TEXT, 12, 17),
        a_segment(TEXT, 18, 23, ("Gone", "POS")),
        id=1,
    )
    view = an_open_document(document)
    rows = tuple(f"id:1/{row(view, place)}" for place in places)
    assert rows_in(view, filter_, DRAFT.scheme) == rows
    index = RowIndex(filter_, [Loaded("id:1", 0, document)])
    assert index.rows(DRAFT) == rows


@pytest.mark.parametrize("words", ["Café", "cafe\u0301"])
@pytest.mark.parametrize("text", ["the CAFÉ", "the Cafe\u0301"])
def test_words_are_looked_for_in_both_normal_forms(text: str, words: str) -> None:
    document = a_document(text, a_segment(text, 4, len(text), ("Staff", "POS")), id=1)
    assert rows_in(an_open_document(document), RowFilter(words=words), DRAFT.scheme)
    assert DocumentFilter(search=words).admits(document)


def test_a_tag_that_stands_on_an_earlier_segment_with_the_same_span_has_a_problem() -> None:
    same = a_segment(TEXT, 5, 10, ("Staff", "POS"))
    view = an_open_document(a_document(TEXT, same, same, id=1))
    assert rows_in(view, RowFilter(problems=True), DRAFT.scheme) == (f"id:1/{row(view, '1/0')}",)


def test_the_index_follows_what_is_edited_and_undone() -> None:
    documents = [
        Loaded(f"id:{n}", n, a_document(TEXT, a_segment(TEXT, 5, 10, ("Staff", "POS")), id=n)) for n in (1, 2)
    ]
    index = RowIndex(RowFilter(class_="Staff"), documents)
    changed = RowFilter(changed=True)
    first, second = (f"{one.key}/{row(DRAFT.view(one), '0/0')}" for one in documents)
    assert index.rows(DRAFT) == (first, second)
    view = DRAFT.view(Loaded("id:2", 2, documents[1].document))
    change = change_cell(view, row(view, "0/0"), "class_", "Room", DRAFT.scheme)
    assert not isinstance(change, Refused)
    after = take(DRAFT, change, view)
    assert index.rows(after) == (first,)
    assert rows_in(after.document("id:2"), changed, after.scheme) == (second,)
    assert index.rows(undo(after)) == (first, second)


def test_a_short_segment_is_shown_among_its_neighbours() -> None:
    assert words_of(TEXT, 5, 10) == "Kind [staff], small room."
    assert words_of("a" * 30 + " it " + "b" * 30, 31, 33) == "…" + "a" * 19 + " [it] " + "b" * 19 + "…"
    assert words_of(TEXT, 0, 23) == TEXT
    assert words_of("a\nb", 0, 3) == "[a b]"
    assert words_of(TEXT, 5, None) == ""
