"""A report on how labeled data came about, as plain values: what every form of it is written from. Pure.

It follows what Datasheets for Datasets (Gebru et al. 2021) and Data Statements (Bender & Friedman 2018) ask
for, as far as this app knows it, and says where something is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from labeling.reviewing.agreement_job import Agreement
from labeling.reviewing.handed_in import SessionTexts
from labeling.reviewing.samples import Sample, SampleProgress
from labeling.reviewing.save_span import SaveSpan
from labeling.store.review_values import StoredDecision, StoredNote, StoredPlan, StoredVerdict

ReportCell = str | int
Line = tuple[ReportCell, ...]


class ReportTable(NamedTuple):
    """A table with its heads; `note` stands below it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Line, ...]
    note: str = ""


class ReportSection(NamedTuple):
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[ReportTable, ...] = ()


class ReviewReport(NamedTuple):
    """The whole report; `facts` stand at its head, each under its name."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[ReportSection, ...]


class ReportSources(NamedTuple):
    """What a report is made of.

    `people`: the sessions that people worked in, by ascending id; `final`: the final version, where there is
    one. `agreement` is None where one session was read alone. Of the review store: plans, decisions on the
    final version, notes, the samples of all these sessions, and what was said of rows of work lists.
    `saves`: of each session, in the order of `all_sessions`. `meanings` of classes, by name. `names`: whether
    people and sessions are called by their names.
    """

    project: str
    kind: str
    version: str
    at: datetime
    people: tuple[SessionTexts, ...]
    final: SessionTexts | None
    agreement: Agreement | None
    plans: Sequence[StoredPlan] = ()
    decisions: Sequence[StoredDecision] = ()
    notes: Sequence[StoredNote] = ()
    samples: Sequence[tuple[Sample, SampleProgress]] = ()
    verdicts: Sequence[StoredVerdict] = ()
    saves: Sequence[SaveSpan] = ()
    meanings: Mapping[str, str] = {}
    names: bool = False

    def person(self, at: int) -> str:
        """What the person of a session is called, by the session's place among them."""
        if self.names:
            session = self.people[at].session
            return session.name or f"Session {session.id}"
        return f"Person {_letters(at)}"

    @property
    def all_sessions(self) -> tuple[SessionTexts, ...]:
        return (*self.people, *([self.final] if self.final is not None else []))

    @property
    def session_names(self) -> tuple[str, ...]:
        """What all of the sessions are called."""
        people = (self.person(at) for at in range(len(self.people)))
        return (*people, *(["Final version"] if self.final is not None else []))


def _letters(number: int) -> str:
    """A, B, … Z, AA, AB, …"""
    said = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        said = chr(ord("A") + rest) + said
    return said
