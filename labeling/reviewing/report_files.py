"""A report as a page, as Markdown and as a workbook; and the places, for others to count again. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from html import escape

from labeling.agreement.tags import PlacedTag
from labeling.formats.workbook import Cell, Share, sheet_names, workbook_of
from labeling.reviewing.report import Line, ReportSources, ReportTable, ReviewReport

FIGURE = re.compile(r"[0-9.,]+( %)?|not said")
"""A figure as it is written in a report."""
NUMBER = re.compile(r"−?[0-9]+\.[0-9]+")
"""One of them that a workbook can count with."""
SHARE = re.compile(r"([0-9]+(?:\.[0-9])?) %")
"""A share in percent."""
_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; margin: 1rem 0; width: 100%; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { border: 1px solid #8888; padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
dt { font-weight: 600; float: left; clear: left; width: 13rem; } dd { margin: 0 0 0.2rem 13rem; }
@media screen and (max-width: 48rem) { table { display: block; overflow-x: auto; }
  td:not(.n) { min-width: 8rem; }
  dt { float: none; width: auto; } dd { margin: 0 0 0.5rem; } }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } table, tr { break-inside: avoid; }
  h2 { break-after: avoid; } }
"""


def as_html(report: ReviewReport) -> str:
    """One file that needs no other, and prints well."""
    return "\n".join(_html(report)) + "\n"


def _html(report: ReviewReport) -> Iterator[str]:
    title = escape(report.title)
    yield f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1><dl>"
    yield from (f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in report.facts)
    yield "</dl>"
    for section in report.sections:
        yield f"<h2>{escape(section.title)}</h2>"
        yield from (f"<p>{escape(words)}</p>" for words in section.paragraphs)
        for table in section.tables:
            yield from _html_table(table)
    yield "</main></body></html>"


def _html_table(table: ReportTable) -> Iterator[str]:
    are_figures = [_are_figures([row[at] for row in table.rows]) for at in range(len(table.heads))]
    as_figure = [' class="n"' if is_ else "" for is_ in are_figures]
    yield f"<table><caption>{escape(table.title)}</caption><thead><tr>"
    heads = zip(as_figure, table.heads, strict=True)
    yield "".join(f'<th scope="col"{how}>{escape(head)}</th>' for how, head in heads) + "</tr></thead><tbody>"
    for row in table.rows:
        cells = (
            f"<td{how}>{f'{value:,}' if isinstance(value, int) else escape(value)}</td>"
            for how, value in zip(as_figure, row, strict=True)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table>"
    if table.note:
        yield f"<p>{escape(table.note)}</p>"


def _are_figures(cells: Sequence[int | str]) -> bool:
    """Whether all that a column says are figures, which stand below each other and below their head."""
    said = [cell for cell in cells if cell not in ("", "–")]
    return bool(said) and all(isinstance(cell, int) or FIGURE.fullmatch(cell) for cell in said)


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|"})


def as_markdown(report: ReviewReport) -> str:
    """The same for a README or a data card."""
    return "\n".join(_markdown(report)) + "\n"


def _markdown(report: ReviewReport) -> Iterator[str]:
    yield f"# {_plain(report.title)}\n"
    yield from (f"- **{_plain(name)}**: {_plain(said)}" for name, said in report.facts)
    for section in report.sections:
        yield f"\n## {_plain(section.title)}"
        for words in section.paragraphs:
            yield f"\n{_plain(words)}"
        for table in section.tables:
            yield f"\n**{_plain(table.title)}**\n"
            yield _row(table.heads)
            yield "|" + " --- |" * len(table.heads)
            yield from map(_row, table.rows)
            if table.note:
                yield f"\n{_plain(table.note)}"


def _row(row: Line) -> str:
    return "| " + " | ".join(f"{one:,}" if isinstance(one, int) else _plain(one) for one in row) + " |"


def _plain(words: str) -> str:
    """Words that mean nothing to Markdown, on one line."""
    return " ".join(words.split()).translate(_MARKS)


def as_workbook(report: ReviewReport) -> bytes:
    """What is said on one sheet, each table on one of its own; figures and shares can be counted with."""
    tables = [table for section in report.sections for table in section.tables]
    names = sheet_names(["Report", *(table.title for table in tables)])
    sheets = [(names[0], _words(report, iter(names[1:])))]
    sheets += [(name, _cells(table)) for name, table in zip(names[1:], tables, strict=True)]
    return workbook_of(sheets)


def _words(report: ReviewReport, sheets: Iterator[str]) -> Iterator[tuple[Cell, ...]]:
    """All but the tables, of which the name of the sheet is told."""
    yield (report.title,)
    yield from report.facts
    for section in report.sections:
        yield ()
        yield (section.title,)
        yield from ((words,) for words in section.paragraphs)
        for table in section.tables:
            yield (table.title, f"on the sheet “{next(sheets)}”")
            if table.note:
                yield (table.note,)


def _cells(table: ReportTable) -> Iterator[tuple[Cell, ...]]:
    yield table.heads
    yield from ((row[0], *map(_valued, row[1:])) for row in table.rows)  # the first is a name


def _valued(cell: int | str) -> Cell:
    if isinstance(cell, str) and NUMBER.fullmatch(cell):
        return float(cell.replace("−", "-"))
    if isinstance(cell, str) and (share := SHARE.fullmatch(cell)):
        return Share(float(share[1]) / 100, 1 if "." in share[1] else 0)
    return cell


# The places


def places_csv(sources: ReportSources) -> bytes:
    """One row a place, one column a person: `[start, end, class, label]` as JSON, in code points.

    Nothing where the person has no tag there; `not done` where they have not done the document. The file
    begins with a mark by which spreadsheets know UTF-8.
    """
    found = sources.agreement
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    people = [] if found is None else [sources.person(at) for at in range(len(found.sessions))]
    rows.writerow(["document", "id", "start", "end", "text", *people])
    if found is not None:
        for text, places in zip(found.comparison.texts, found.comparison.places, strict=True):
            given = next(one for one in text.by_person if one is not None)
            for place in places:
                cells = [
                    "not done" if text.by_person[at] is None else _tag(tag)
                    for at, tag in enumerate(place.tags)
                ]
                words = text.text[place.start : place.end]
                number = given.position + 1
                rows.writerow(
                    [number, "" if given.id is None else given.id, place.start, place.end, words, *cells]
                )
    return out.getvalue().encode("utf-8-sig", "replace")


def _tag(tag: PlacedTag | None) -> str:
    return "" if tag is None else json.dumps([*tag], ensure_ascii=False)
