"""Pasted text: a document a line, or documents between blank lines."""

from __future__ import annotations

from labeling.formats import text_lines
from labeling.formats.source import Source
from labeling.formats.text_lines import BLOCKS, LINES


def texts(text: str, *, by_blank_lines: bool = False) -> list[tuple[int, object]]:
    found = text_lines.read(Source(text.encode()), {"split": BLOCKS if by_blank_lines else LINES})
    return [(record.number, record.fields["text"]) for record in found.items]


def test_each_line_with_words_is_a_document_under_its_line_number() -> None:
    assert texts("one\r\n\r\n  two \n\t\nthree") == [(1, "one"), (3, "two"), (5, "three")]


def test_only_line_ends_separate_lines() -> None:
    assert texts("a\u2028b\x0bc\x85d\ne") == [(1, "a\u2028b\x0bc\x85d"), (2, "e")]


def test_blank_lines_separate_documents_that_hold_line_breaks() -> None:
    assert texts("\none\ntwo\n \n\nthree\n", by_blank_lines=True) == [(2, "one\ntwo"), (6, "three")]


def test_an_empty_paste_has_no_documents() -> None:
    assert texts(" \n\n") == texts("", by_blank_lines=True) == []
