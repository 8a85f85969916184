"""What a report says, section by section. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import median

from labeling.agreement import wording
from labeling.agreement.sampling import share_in_words
from labeling.agreement.shared import shared
from labeling.checking.suspects import LISTS, ListName
from labeling.draft.keys import document_keys
from labeling.model import Document
from labeling.phrases import count_of
from labeling.reviewing.handed_in import SessionTexts
from labeling.reviewing.report import Line, ReportSection, ReportSources, ReportTable, ReviewReport
from labeling.reviewing.report_agreement import agreement_section
from labeling.reviewing.samples import WAYS, said_of
from labeling.reviewing.work_lists import ALONE
from labeling.store.review_values import StoredNote

EXAMPLES = 3
"""Examples of each class and label: the words that have it most."""
EXAMPLE = 40
"""Code points of an example."""
HOW = {
    "agreed": "everybody had it",
    "majority": "most had it",
    "chosen": "one person's was chosen",
    "edited": "made by hand",
    "nothing": "decided that nothing is tagged there",
    "single": "one person alone had the document",
}
PARTS = {"WORK": "work", "GOLD": "known answers", "DECIDED": "final version", "CHECK": "check by a lead"}
TAKEN_IN = "work that was there before the plan"
BESIDE = "tagged in the final version itself, without a decision"
FORMULAS = (
    "F1 over all pairs of people = 2 · pairs of tags that pass a step ÷ all tags, summed over documents: "
    "positive specific agreement (Hripcsak & Rothschild 2005, JAMIA 12:296).",
    "Tags are paired one to one by the largest sum of overlap, same borders and same names; touching is not "
    "overlapping.",
    "Cohen's κ = (po − pe) ÷ (1 − pe), on pairs of tags (Cohen 1960; Artstein & Poesio 2008).",
    "Krippendorff's α, nominal, on places and by character, with missing people (Krippendorff 2011).",
    "95 % intervals of agreement: bootstrap by document, 2,000 draws, percentiles.",
    "Sequential sample check: Wald's test of two rates (Wald 1945; Klie et al. 2024, ACL). No rate is given "
    "after it, since stopping biases it.",
    "Shares with a range: Clopper-Pearson (1934) of a number fixed beforehand, else Wilson (1927).",
    "Form of this report: Datasheets (Gebru et al. 2021), Data Statements (Bender & Friedman 2018).",
)


def review_report(sources: ReportSources) -> ReviewReport:
    """All of it. What there is nothing of is said in a sentence."""
    seeds = ", ".join(str(one.session.id) for one in sources.people)
    return ReviewReport(
        title=f"Report on {sources.project}",
        facts=(
            ("Made", f"{sources.at:%d %b %Y, %H:%M} UTC, by Tagwright; API version {sources.version}"),
            ("Project", f"{sources.project} ({sources.kind})"),
            ("Read", f"{min(one.at for one in sources.all_sessions):%d %b %Y, %H:%M} UTC"),
            ("Seed of the intervals", f"the ids of the sessions: {seeds}"),
        ),
        sections=(
            _data(sources),
            _people(sources),
            agreement_section(sources),
            _final(sources),
            _errors_left(sources),
            _checks(sources),
            _notes(sources),
            _history(sources),
            ReportSection("Formulas and sources", FORMULAS),
        ),
    )


# What the data are


def _data(sources: ReportSources) -> ReportSection:
    lengths = [len(one.text) for texts in sources.all_sessions for one in texts.texts]
    paragraphs = [f"{count_of(len(sources.all_sessions), 'session')} of the project {sources.project}."]
    if lengths:
        paragraphs.append(
            f"A document has {min(lengths):,} to {max(lengths):,} characters (code points), "
            f"{median(lengths):,.0f} in the middle."
        )
    paragraphs += _guidelines(sources)
    paragraphs.append(
        "Not known here: where the texts come from, who wrote them, in which language variety, and under "
        "which licence. State it beside this report."
    )
    rows = [(sources.person(at), *_counts(one)) for at, one in enumerate(sources.people)]
    if sources.final is not None:
        rows.append(("Final version", *_counts(sources.final)))
    heads = ("Session", "Documents", "Done", "Tags", "Documents without tags", "Segments without tags")
    tables = [ReportTable("Sessions", heads, tuple(rows))]
    shown = sources.final or sources.people[0]
    whose = "in the final version" if sources.final is not None else f"as tagged by {sources.person(0)}"
    for part, title in ((0, "Classes"), (1, "Labels")):
        if table := _names(sources, shown, part, f"{title} {whose}"):
            tables.append(table)
    return ReportSection("What the data are", tuple(paragraphs), tuple(tables))


def _guidelines(sources: ReportSources) -> list[str]:
    """What the sessions say about how to tag; what the classes mean stands in their table."""
    said: dict[str, list[str]] = defaultdict(list)
    for name, one in zip(sources.session_names, sources.all_sessions, strict=True):
        if words := " ".join((one.session.description or "").split()):
            said[words].append(name)
    if said:
        return [f"Guidelines of {', '.join(names)}: {words}" for words, names in said.items()]
    with_classes = any(sources.meanings.values())
    more = " but what its classes mean, below" if with_classes else ""
    return [f"Guidelines: the server holds none{more}. State them beside this report."]


def _counts(one: SessionTexts) -> Line:
    done = [text.done for text in one.texts]
    said = f"{sum(map(bool, done)):,}" if None not in done else "not said"
    return (
        len(one.texts) + one.unreadable,
        said,
        sum(len(text.tags) for text in one.texts),
        sum(not text.tags for text in one.texts),
        sum(text.unfinished for text in one.texts),
    )


def _names(sources: ReportSources, shown: SessionTexts, part: int, title: str) -> ReportTable | None:
    """How often each class or label is used, on which words most, and what it means as the server says it."""
    examples: dict[str, Counter[str]] = defaultdict(Counter)
    for text in shown.texts:
        for tag in text.tags:
            if name := tag.names[part]:
                words = " ".join(text.text[slice(*tag.span)].split())
                examples[name][words if len(words) <= EXAMPLE else f"{words[:EXAMPLE]}…"] += 1
    known = shown.session.classes if part == 0 else shown.session.labels
    names = list(dict.fromkeys((*known, *sorted(examples))))
    if not names:
        return None
    total = sum(counts.total() for counts in examples.values()) or 1
    has_meaning = any(sources.meanings.get(name) for name in names) and part == 0
    rows = []
    for name in names:
        counts = examples[name]
        few = ", ".join(f"“{words}” ({times:,})" for words, times in counts.most_common(EXAMPLES))
        row: Line = (name, counts.total(), wording.percent(counts.total() / total), few)
        rows.append((*row, sources.meanings.get(name, "")) if has_meaning else row)
    heads = ("Class" if part == 0 else "Label", "Tags", "Share", "Examples")
    return ReportTable(title, (*heads, "Meaning") if has_meaning else heads, tuple(rows))


# Who annotated


def _people(sources: ReportSources) -> ReportSection:
    known = {one.session.user_id for one in sources.people if one.session.user_id is not None}
    many = (
        len(known) if len(known) == len({one.session.id for one in sources.people}) else len(sources.people)
    )
    paragraphs = [
        f"{count_of(many, 'person', 'people')} tagged, counted by their sessions."
        + ("" if sources.names else " Names are left out.")
    ]
    if sources.agreement is not None:
        side = sources.agreement.shared
        paragraphs.append(
            f"{count_of(side.in_all, 'document')} are in all of the sessions, {side.in_some:,} in some, "
            f"{side.in_one:,} in one only."
        )
    tables = []
    for plan in sources.plans:
        parts = Counter(
            TAKEN_IN if one.body.get("is_taken_in") else PARTS.get(one.part, one.part)
            for one in plan.sessions
        )
        rows = tuple(parts.most_common())
        blind = plan.body.get("is_blind")
        said = "" if blind is None else " People could not see each other's work." if blind else " Not blind."
        name = plan.name if sources.names else "A plan"
        tables.append(
            ReportTable(f"{name}: sessions dealt", ("Part", "Sessions"), rows, f"Seed {plan.seed}.{said}")
        )
    if not sources.plans:
        paragraphs.append(
            "No plan says how the documents were dealt, nor whether people saw each other's work."
        )
    paragraphs.append("Not known here: training, pay, background and language skills of the people.")
    return ReportSection("Who annotated", tuple(paragraphs), tuple(tables))


# From there to the final version, and what is left


def _final(sources: ReportSources) -> ReportSection:
    title = "How the final version came about"
    if sources.final is None:
        return ReportSection(title, ("There is no final version yet, or none was named.",))
    hows = Counter(one.how for one in sources.decisions if one.decision is not None)
    if not hows:
        return ReportSection(title, ("No decision of this app stands behind the final version.",))
    rows = tuple(
        (HOW.get(how, how), count, wording.percent(count / hows.total())) for how, count in hows.most_common()
    )
    documents = len({one.document for one in sources.decisions if one.decision is not None})
    said = f"{count_of(hows.total(), 'place')} in {count_of(documents, 'document')} were decided."
    tables = [ReportTable("Places by how they were decided", ("How", "Places", "Share"), rows)]
    if tags := _tags_by_how(sources, sources.final):
        note = "Of the tags that stand in the final version: where each comes from."
        tables.append(ReportTable("Tags by how they came about", ("How", "Tags", "Share"), tags, note))
    return ReportSection(title, (said,), tuple(tables))


def _tags_by_how(sources: ReportSources, final: SessionTexts) -> tuple[Line, ...]:
    """How each tag of the final version came about: by a decision, as the one person has it who has the
    document, or neither: a tag that this person has not was put there by hand."""
    how = {
        (one.document, unit): one.how
        for one in sources.decisions
        if one.decision is not None
        for unit in one.decision.outcome
    }
    keys = document_keys(Document(id=one.id, text=one.text) for one in final.texts)
    side_by_side = shared([*(one.texts for one in sources.people), final.texts])
    alone = {
        mine.position: [tag for one in theirs if one is not None for tag in one.tags]
        for *theirs, mine in (text.by_person for text in side_by_side.texts)
        if mine is not None and sum(one is not None for one in theirs) == 1
    }
    counts = Counter(
        how.get((key, (*tag.span, *tag.names)), "single" if tag in alone.get(text.position, ()) else "")
        for key, text in zip(keys, final.texts, strict=True)
        for tag in text.tags
    )
    return tuple(
        (HOW.get(one, one) or BESIDE, count, wording.percent(count / counts.total()))
        for one, count in counts.most_common()
    )


def _errors_left(sources: ReportSources) -> ReportSection:
    title = "Errors that are left"
    if not sources.samples:
        return ReportSection(title, ("No sample was checked: how many errors are left is not known.",))
    rows = []
    for sample, progress in sources.samples:
        said = (
            said_of(sample, progress)
            or f"Not over: {count_of(len(progress.wrong), 'document')} looked at so far."
        )
        rows.append((WAYS[sample.way], sample.population, len(progress.wrong), sum(progress.wrong), said))
    heads = ("Asked", "Drawn from", "Looked at", "Wrong", "Result")
    said = "Documents were drawn at random; a document counts as wrong in which anything had to be changed."
    results = [words for sample, progress in sources.samples if (words := said_of(sample, progress))]
    newest = (f"The newest result: {results[-1]}",) if results else ()
    return ReportSection(title, (*newest, said), (ReportTable("Samples", heads, tuple(rows)),))


def _checks(sources: ReportSources) -> ReportSection:
    title = "Work lists gone through"
    rows = tuple(_list_rows(sources))
    if not rows:
        return ReportSection(title, ("No work list was gone through.",))
    return ReportSection(
        title,
        ("Lists of likely errors. The share counts rows that were looked at one by one.",),
        (ReportTable("Lists", ("List", "Settled", "Put right", "Of those looked at singly, errors"), rows),),
    )


def _list_rows(sources: ReportSources) -> Iterator[Line]:
    by_list: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for one in sources.verdicts:
        by_list[one.list].append((one.outcome == "wrong", bool(one.body.get(ALONE, True))))
    names: list[ListName] = list(LISTS)
    for name in names:
        if said := by_list.get(name):
            singly = [wrong for wrong, alone in said if alone]
            yield (
                LISTS[name],
                len(said),
                sum(wrong for wrong, _ in said),
                share_in_words(sum(singly), len(singly)),
            )


def _notes(sources: ReportSources) -> ReportSection:
    title = "Notes"
    if not sources.notes:
        return ReportSection(title, ("No note was written.",))
    kinds = sorted({one.kind for one in sources.notes})
    of = {kind: [one for one in sources.notes if one.kind == kind] for kind in kinds}
    rows = tuple(
        (
            kind,
            len(notes),
            sum(_is_answered(one) for one in notes),
            sum(one.closed == "taken" for one in notes),
            sum(bool(one.closed) for one in notes),
        )
        for kind, notes in of.items()
    )
    met = sum(_is_answered(one) or bool(one.closed) for one in sources.notes)
    said = f"{count_of(len(sources.notes), 'note')}: {met:,} answered or closed."
    heads = ("Kind", "Notes", "Answered", "What was decided was taken", "Closed")
    return ReportSection(title, (said,), (ReportTable("Notes by kind", heads, rows),))


def _is_answered(note: StoredNote) -> bool:
    """Whether somebody else said something to it."""
    return any(post.by.person != note.by.person for post in note.posts)


def _history(sources: ReportSources) -> ReportSection:
    title = "From when to when it was worked on"
    if not sources.saves:
        return ReportSection(title, ("It is not known when anything was saved.",))
    said = (
        "Every save, as the server's history has them."
        if all(one.is_whole for one in sources.saves)
        else "This server keeps no history: only what was saved with this installation of Tagwright."
    )
    rows = tuple(
        (
            name,
            f"more than {one.saves:,}" if one.more else one.saves,
            one.people,
            *("" if at is None else f"{at:%d %b %Y, %H:%M} UTC" for at in (one.first, one.last)),
        )
        for name, one in zip(sources.session_names, sources.saves, strict=True)
    )
    heads = ("Session", "Saves", "People who saved", "First", "Last")
    return ReportSection(title, (said,), (ReportTable("Saves", heads, rows),))
