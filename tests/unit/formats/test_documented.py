"""The page about formats is true for every row of the table."""

from __future__ import annotations

from pathlib import Path

from labeling.formats import FORMATS

PAGE = Path(__file__).parents[3] / "docs" / "formats.md"


def test_the_page_about_formats_names_each_and_says_which_come_in_and_go_out() -> None:
    rows = [
        line.split("|") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    said = {cells[1].strip(" `"): (cells[3].strip() == "yes", cells[4].strip() == "yes") for cells in rows}
    assert said == {one.name: (one.read is not None, one.write is not None) for one in FORMATS}
