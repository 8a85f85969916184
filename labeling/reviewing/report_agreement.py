"""What a report says of how far people agree. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from labeling.agreement import wording
from labeling.agreement.comparison import NamePart, TaskKind
from labeling.agreement.figures import Figures, LadderStep, NameFigures
from labeling.phrases import count_of
from labeling.reviewing.agreement_job import Agreement
from labeling.reviewing.handed_in import state_in_words
from labeling.reviewing.report import Line, ReportSection, ReportSources, ReportTable


def agreement_section(sources: ReportSources) -> ReportSection:
    title = "Agreement"
    found = sources.agreement
    if found is None:
        return ReportSection(title, ("One session was read: nobody's agreement can be told.",))
    names = [sources.person(at) for at in range(len(found.sessions))]
    if said := wording.nothing_compared(found.comparison.shared, found.comparison, names):
        return ReportSection(title, (said,))
    figures = found.figures
    low, high = figures.identical_range
    paragraphs = [
        wording.headline(figures, names),
        *wording.silent(found.comparison, names),
        wording.counted_in_words(found.counted, figures.documents, found.comparison.shared),
        f"In {count_of(figures.nothing, 'document')} all found nothing; {figures.identical:,} of "
        f"{figures.documents:,} are alike (95 %: {wording.percent(low)} to {wording.percent(high)}).",
        state_in_words(found.read, names, is_first=found.is_first),
        *([found.suggested] if found.suggested else []),
    ]
    if left_out := wording.left_out(found.comparison):
        paragraphs.append(left_out)
    rows = wording.beyond_chance(figures, len(names))
    tables = [_ladder(found), ReportTable("Beyond chance", wording.CHANCE, rows, wording.CHANCE_NOTE)]
    for part, given in ((NamePart.CLASS, figures.by_class), (NamePart.LABEL, figures.by_label)):
        if found.comparison.has(part):
            tables.append(_by_name(given, part, names))
    if len(names) > 2:
        tables.append(_pairs(figures, names))
    return ReportSection(title, tuple(paragraphs), tuple(tables))


def _ladder(found: Agreement) -> ReportTable:
    comparison = found.comparison
    rows = tuple(
        (
            wording.STEPS[rung.step],
            wording.number(rung.f1.value),
            wording.interval(rung.f1),
            rung.passed,
            rung.lost,
        )
        for rung in found.figures.ladder
        if not (comparison.kind is TaskKind.NAMING and rung.step in (LadderStep.PLACE, LadderStep.BORDERS))
    )
    return ReportTable("F1 step by step", ("Step", "F1", "95 %", "Pairs that pass", "Lost here"), rows)


def _by_name(given: Iterable[NameFigures], part: NamePart, names: Sequence[str]) -> ReportTable:
    title = "By class" if part is NamePart.CLASS else "By label"
    rows: tuple[Line, ...] = tuple(
        (wording.name_of(one.name, part), wording.number(one.f1.value), wording.interval(one.f1), *one.tags)
        for one in given
    )
    return ReportTable(title, (title.removeprefix("By ").capitalize(), "F1", "95 %", *names), rows)


def _pairs(figures: Figures, names: Sequence[str]) -> ReportTable:
    rows = tuple(
        (
            f"{names[one.people[0]]}, {names[one.people[1]]}",
            one.documents,
            wording.number(one.place.value),
            wording.number(one.strict.value),
            wording.interval(one.strict),
        )
        for one in figures.people
    )
    return ReportTable("Pairs of people", ("Pair", "Documents", "Same place", "Identical", "95 %"), rows)
