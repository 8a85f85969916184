"""The report says what is known, and where something is not known; each form holds all of it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from html.parser import HTMLParser

from openpyxl import load_workbook

from labeling.agreement.comparison import compare
from labeling.agreement.figures import figures
from labeling.agreement.sampling import TOLERANCES
from labeling.agreement.shared import Counted, shared
from labeling.agreement.tags import TaggedText, tagged_text
from labeling.draft.decided import Decision
from labeling.model import Document
from labeling.reviewing.agreement_job import Agreement
from labeling.reviewing.handed_in import HandedInFrom, SessionTexts
from labeling.reviewing.plans import stored
from labeling.reviewing.report import ReportSources, ReviewReport
from labeling.reviewing.report_content import FORMULAS, review_report
from labeling.reviewing.report_files import as_html, as_markdown, as_workbook, places_csv
from labeling.reviewing.samples import Drawable, new_sample, progress_of, verdict_on_document
from labeling.reviewing.save_span import SaveSpan
from labeling.store.review_values import NotePost, ReviewKey, StoredDecision, StoredNote, StoredVerdict, Who
from tests.unit.build import a_document, a_segment, a_session
from tests.unit.reviewing.test_plans import a_plan

AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
LEAD = Who("1", "lead@example.org")
TEXT = "kind | staff, <b>room</b>"


def texts(*documents: Document) -> tuple[TaggedText, ...]:
    return tuple(tagged_text(one, at) for at, one in enumerate(documents))


def read(number: int, name: str, *documents: Document) -> SessionTexts:
    now = texts(*documents)
    about = "Tag what is praised." if number == 5 else None
    session = a_session(id=number, name=name, uuid=f"u{number}", description=about)
    return SessionTexts(session, now, 0, AT, now, HandedInFrom.HISTORY)


def document(*tags: tuple[int, int, str, str], id_: int, done: bool = True) -> Document:
    segments = [a_segment(TEXT, start, end, (class_, label)) for start, end, class_, label in tags]
    return a_document(TEXT, *segments, id=id_, annotated=done)


def two_people() -> tuple[SessionTexts, SessionTexts]:
    staff, room = (7, 12, "Staff", "POS"), (17, 21, "Room", "NEG")
    ann = [document(staff, room, id_=n) for n in range(12)]
    bob = [document(staff, (17, 21, "Room", "POS"), id_=0), document(staff, id_=1)]
    bob += [document(staff, room, id_=n, done=n != 11) for n in range(2, 12)]
    return read(5, "Ann's round", *ann), read(6, "Bob's round", *bob)


def compared(people: tuple[SessionTexts, ...]) -> Agreement:
    side_by_side = shared([one.first for one in people])
    comparison = compare(side_by_side, Counted.DONE, [False] * len(people))
    found = figures(comparison, [one.session.id for one in people], draws=100)
    return Agreement(people, Counted.DONE, True, side_by_side, comparison, found)


def sources(**fields: object) -> ReportSources:
    people = two_people()
    given = {"people": people, "final": None, "agreement": compared(people), **fields}
    return ReportSources("Hotel <reviews>", "ABSA", "0.1.0", AT, **given)  # type: ignore[arg-type]


def said(report: ReviewReport, section: str) -> str:
    (found,) = (one for one in report.sections if one.title == section)
    rows = [" ".join(map(str, row)) for table in found.tables for row in table.rows]
    return "\n".join([*found.paragraphs, *rows])


def test_data_people_and_agreement_are_told_without_names_unless_those_are_wanted() -> None:
    report = review_report(sources())
    everything = as_markdown(report)
    assert "Person A 12 12 24 0 0" in said(report, "What the data are")
    assert "Guidelines of Person A: Tag what is praised." in said(report, "What the data are")
    assert "Staff 12 50 % “staff” (12)" in said(report, "What the data are")
    assert "2 people tagged, counted by their sessions. Names are left out." in said(report, "Who annotated")
    agreement = said(report, "Agreement")
    assert "F1 of identical tags: 0.930" in agreement
    assert "11 of 12 shared documents: those done by both of a pair." in agreement
    assert "κ of pairs: labels 0." in agreement
    assert "Ann" not in everything
    named = review_report(sources(names=True))
    assert "Ann's round 12" in said(named, "What the data are")


def test_it_says_whether_people_saw_each_others_work() -> None:
    for is_blind, words in ((True, "People could not see each other's work."), (False, "Not blind.")):
        plan = stored(a_plan().model_copy(update={"is_blind": is_blind}))
        assert words in as_markdown(review_report(sources(plans=(plan,)))).replace("’", "'")


def test_what_is_not_known_is_said_in_a_sentence() -> None:
    ann, _ = two_people()
    report = review_report(sources(people=(ann,), agreement=None))
    assert said(report, "Agreement") == "One session was read: nobody's agreement can be told."
    assert (
        said(report, "Errors that are left")
        == "No sample was checked: how many errors are left is not known."
    )
    assert said(report, "Work lists gone through") == "No work list was gone through."
    assert (
        said(report, "How the final version came about")
        == "There is no final version yet, or none was named."
    )
    assert said(report, "Notes") == "No note was written."
    assert said(report, "Formulas and sources") == "\n".join(FORMULAS)


def test_decisions_samples_lists_and_notes_are_counted() -> None:
    key = ReviewKey("1", "u7")
    decided = [
        StoredDecision("id:1", f"p{n}", "1", how, Decision(place=f"p{n}", votes=(), outcome=outcome), AT)
        for n, (how, outcome) in enumerate(
            [("agreed", ((7, 12, "Staff", "POS"),)), ("agreed", ()), ("agreed", ()), ("nothing", ())]
        )
    ]
    pool = {"": [Drawable(7, f"id:{n}", n) for n in range(40)]}
    sample = new_sample("enough", pool, 1, tolerance=TOLERANCES[0], share=0.05, size=50)
    right = [verdict_on_document("s", one, LEAD, wrong=False) for one in sample.documents]
    listed = [
        StoredVerdict("label", str(n), "id:1", "wrong" if n < 17 else "right", LEAD, {"alone": n < 25})
        for n in range(30)
    ]
    asked = NotePost(1, LEAD, AT, "Is this one?")
    note = StoredNote("n", key, "id:1", "question", LEAD, closed="by hand", posts=(asked,))
    answered = note._replace(posts=(asked, NotePost(2, Who("2", "ann"), AT, "Yes.")))
    staff, room = (7, 12, "Staff", "POS"), (17, 21, "Room", "NEG")
    # Of the second document, which one person alone has, the room was tagged by hand.
    both = (document(staff, room, id_=1), document(staff, room, id_=50))
    report = review_report(
        sources(
            people=(*two_people(), read(8, "Cy's round", document(staff, id_=50))),
            final=read(7, "Decided", *both),
            decisions=[*decided, StoredDecision("id:1", "p9", "1", "chosen", None, AT)],
            samples=[(sample, progress_of(sample, right))],
            verdicts=listed,
            notes=[note, note._replace(closed=""), answered, note._replace(closed="taken")],
        )
    )
    final = said(report, "How the final version came about")
    assert "4 places in 1 document were decided." in final
    assert "everybody had it 3 75 %" in final
    assert "Good enough, after 36 documents, 0 of them wrong" in said(report, "Errors that are left")
    assert "Same words, other label 30 17 17 of 25: 68 % (48-83)" in said(report, "Work lists gone through")
    assert "tagged in the final version itself, without a decision 2 50 %" in final
    assert "everybody had it 1 25 %\none person alone had the document 1 25 %" in final
    assert "question 4 1 1 3" in said(report, "Notes")


def test_it_says_when_it_was_worked_on_and_that_first_handed_in_documents_are_compared() -> None:
    ann, bob = two_people()
    changed = ann._replace(texts=(ann.texts[0]._replace(tags=()), *ann.texts[1:]))
    later = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
    spans = [SaveSpan(3, 1, AT, later, is_whole=True), SaveSpan(0, 0, None, None, is_whole=True)]
    report = review_report(sources(people=(changed, bob), agreement=compared((changed, bob)), saves=spans))
    agreement = said(report, "Agreement")
    assert "As first handed in: each document as it was first called done" in agreement
    assert "1 document has other tags by now." in agreement
    assert "F1 of identical tags: 0.930" in agreement
    history = said(report, "From when to when it was worked on")
    assert "Every save, as the server's history has them." in history
    assert "Person A 3 1 28 Nov 2026, 12:00 UTC 29 Nov 2026, 09:30 UTC\nPerson B 0 0  " in history
    elsewhere = [one._replace(is_whole=False) for one in spans]
    assert "only what was saved with this installation" in said(
        review_report(sources(saves=elsewhere)), "From when to when it was worked on"
    )


class Page(HTMLParser):
    """The words of a page, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_every_form_holds_all_of_it_and_runs_nothing() -> None:
    report = review_report(sources(meanings={"Staff": "=HYPERLINK(1) | *people*"}))
    page = Page(as_html(report))
    assert not {"script", "link", "img", "b"} & {*page.elements}
    html = as_html(report)
    assert '<th scope="col">Session</th><th scope="col" class="n">Documents</th>' in html
    book = load_workbook(io.BytesIO(as_workbook(report)))
    rows = {sheet.title: [*sheet.iter_rows()] for sheet in book.worksheets}
    cells = [str(cell.value) for of in rows.values() for row in of for cell in row if cell.value is not None]
    markdown = as_markdown(report)
    for section in report.sections:
        for words in (section.title, *section.paragraphs, *(table.title for table in section.tables)):
            assert words in page.words
            assert words in cells
    assert "=HYPERLINK(1) | *people*" in cells
    # Each table has a sheet, with its heads first; what can be counted with is a number, shares as percent.
    tables = [table for section in report.sections for table in section.tables]
    assert [sheet[0][0].value for sheet in rows.values()] == [report.title, *(one.heads[0] for one in tables)]
    [f1] = [row[1].value for row in rows["F1 step by step"] if row[0].value == "And same label"]
    assert isinstance(f1, float)
    [share] = [row[2] for of in rows.values() for row in of if row[0].value == "Staff" and row[1].value == 12]
    assert (share.value, share.number_format) == (0.5, "0%")
    assert "Hotel \\<reviews\\>" in markdown
    assert "=HYPERLINK(1) \\| \\*people\\*" in markdown


def test_places_can_be_counted_again() -> None:
    rows = list(csv.reader(io.StringIO(places_csv(sources()).decode("utf-8-sig"))))
    assert rows[0] == ["document", "id", "start", "end", "text", "Person A", "Person B"]
    assert rows[2] == ["1", "0", "17", "21", "room", '[17, 21, "Room", "NEG"]', '[17, 21, "Room", "POS"]']
    assert rows[4][5:] == ['[17, 21, "Room", "NEG"]', ""]
    identical = sum(left == right for *_, left, right in rows[1:])
    tags = sum(bool(cell) for *_, left, right in rows[1:] for cell in (left, right))
    assert [json.loads(cell)[0] for cell in rows[1][5:]] == [7, 7]
    strict = compared(two_people()).figures.strict.value
    assert strict is not None
    assert round(2 * identical / tags, 9) == round(strict, 9)
