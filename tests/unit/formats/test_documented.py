"""The page about formats is true for every row of the table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labeling.formats import FORMATS, Format, read
from labeling.formats.columns import guess
from labeling.formats.imported import imported
from labeling.formats.source import Source
from tests.unit.build import a_document, a_segment
from tests.unit.formats.made import whole

PAGE = Path(__file__).parents[3] / "docs" / "formats.md"


def rows() -> Iterator[list[str]]:
    """The cells of the table, without the marks around names: empty, name, format, in, out, what a file does
    not hold."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            yield [cell.replace("`", "").strip() for cell in line.split("|")]


def test_the_page_about_formats_names_each_and_says_which_come_in_and_go_out() -> None:
    said = {cells[1]: (cells[3] == "yes", cells[4] == "yes") for cells in rows()}
    assert said == {one.name: (one.read is not None, one.write is not None) for one in FORMATS}


@pytest.mark.parametrize("format_", [one for one in FORMATS if one.write], ids=lambda one: one.name)
def test_what_is_lost_of_done_marks_stands_there_and_is_said_with_the_download(format_: Format) -> None:
    text = "Kind staff"
    made = [
        a_document(text, a_segment(text, 5, 10, ("Staff", "POS")), annotated=done) for done in (True, False)
    ]
    assert format_.write is not None
    records = read(Source(whole(format_.write, made)))
    found = imported(records, guess(records)).documents
    is_lost = [bool(one.annotated) for one in found] != [True, False]
    written = next(cells[5] for cells in rows() if cells[1] == format_.name)
    as_other = next((cells[5] for cells in rows() if written == f"as {cells[1]}"), written)
    assert ("done" in as_other) == is_lost
    assert ("done" in " ".join(format_.cannot_hold(made)).casefold()) == is_lost
