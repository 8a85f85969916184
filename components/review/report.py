"""The report on a project's data: made when that is asked for, in four forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from components.review.agreement import texts_reader
from components.review.reviewer import review_key
from components.shell.compat import where_stopped
from components.shell.markdown import plain
from components.shell.pickers import sessions_of, told_apart
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.agreement.shared import Counted
from labeling.errors import LabelingError
from labeling.formats import file_name
from labeling.model import Project, Session
from labeling.reviewing.agreement_job import AgreementJob
from labeling.reviewing.handed_in import SessionTexts
from labeling.reviewing.report import ReportSources
from labeling.reviewing.report_content import review_report
from labeling.reviewing.report_files import as_html, as_markdown, as_workbook, places_csv
from labeling.reviewing.samples import Sample, progress_of
from labeling.reviewing.save_span import span_of_saves
from labeling.store.review import ReviewStore

LOOK_AGAIN = 0.3
NONE = 0
"""Stands for no final version among the ids of sessions."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


Files = tuple[tuple[str, bytes, str], ...]
"""Name, content and kind of each."""


@dataclass
class ReportMade:
    """The report that is being made, and the files of the last one."""

    job: AgreementJob | None = None
    final: Session | None = None
    names: bool = False
    files: Files = ()
    project: int = 0


def report_button(ui: UiState, project: Project) -> None:
    """Choose sessions, make the report, save it."""
    box = st.popover("Report", key="report", icon=":material/description:", on_change="rerun")
    if not box.open:
        return
    with box:
        _form(ui, project)


def _form(ui: UiState, project: Project) -> None:
    state = ui.of(ReportMade)
    if state.project != project.id:
        _stop(state)
        ui.others[ReportMade] = state = ReportMade(project=project.id)
    there = {one.id: one for one in sessions_of(ui, project) if one.document_count}
    if not there:
        st.caption("There are no documents to report on.")
        return
    names = told_apart({number: one.name or f"Session {number}" for number, one in there.items()})
    st.caption("How the data came about: who tagged what, agreement, decisions, errors that are left.")
    planned, final_ = _planned(ui, project, there)
    people = st.multiselect(
        "Sessions in which people tagged",
        list(there),
        default=planned,
        format_func=names.__getitem__,
        key=f"report-people-{project.id}",
    )
    others = [NONE, *(number for number in there if number not in people)]
    final = st.selectbox(
        "Final version",
        others,
        index=others.index(final_) if final_ in others else 0,
        format_func=lambda number: names.get(number, "none"),
        key=f"report-final-{project.id}",
    )
    with_names = st.checkbox("Call people and sessions by their names", key="report-names")
    st.button(
        "Make the report",
        key="report-make",
        type="primary",
        disabled=not people or state.job is not None,
        on_click=_begin,
        args=(ui, state, [there[number] for number in people], there.get(final or NONE), with_names),
    )
    if state.job is not None:
        _wait(ui, project, state, state.job)
    for name, content, kind in state.files:
        st.download_button(
            f"Save {plain(name)}",
            content,
            name,
            kind,
            key=f"report-{name.rpartition('.')[2]}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )


def _planned(ui: UiState, project: Project, there: Mapping[int, Session]) -> tuple[list[int], int]:
    """What a report is about until something else is chosen: the work of the newest plan and its final
    version; the first session where there is no plan."""
    ids = {one.lasting_name: number for number, one in there.items()}
    with loading("read the plans"):
        plans = _review(ui).plans(str(project.id))
    for plan in reversed(plans):
        known = [(one.part, ids[one.session]) for one in plan.sessions if one.session in ids]
        work = [number for part, number in known if part == "WORK"]
        if work:
            return work, next((number for part, number in known if part == "DECIDED"), NONE)
    return list(there)[:1], NONE


def _begin(
    ui: UiState, state: ReportMade, people: Sequence[Session], final: Session | None, names: bool
) -> None:
    state.files, state.final, state.names = (), final, names
    # The final version is read with the others, and compared with none.
    state.job = AgreementJob(texts_reader(ui), people, Counted.DONE, {})


def _review(ui: UiState) -> ReviewStore:
    assert ui.store is not None
    return ui.store.review(ui.api_name)


def _stop(state: ReportMade) -> None:
    if state.job is not None:
        state.job.stop()
    state.job = None


def _wait(ui: UiState, project: Project, state: ReportMade, job: AgreementJob) -> None:
    """Show how far it is until it is over; whatever the person does begins another run, which waits on."""
    bar = st.progress(0.0, text="Reading the documents …")
    st.button("Stop", key="report-stop", icon=":material/stop_circle:", on_click=_stop, args=(state,))
    with where_stopped(job.stop):
        while not job.wait(LOOK_AGAIN):
            what, done, of = job.progress
            bar.progress(min(done / max(of, 1), 1.0), text=f"{what} … {done:,} of {of:,}")
    state.job = None
    with loading("read the documents"):
        state.files = _files(ui, project, state, job)
    st.rerun()


def _files(ui: UiState, project: Project, state: ReportMade, job: AgreementJob) -> Files:
    found = job.result()
    if found is None:
        return ()
    final: SessionTexts | None = None
    if state.final is not None:
        final = texts_reader(ui)(state.final, lambda count: None)
    sources = ReportSources(
        project=project.name,
        kind=project.type or "no type",
        version=ui.api.info().version or "not said",
        at=datetime.now(UTC),
        people=found.read,
        final=final,
        agreement=found if len(found.read) > 1 else None,
        meanings=_meanings(ui, project),
        names=state.names,
    )
    sources = _with_review(ui, project, sources)
    report = review_report(sources)
    stem = file_name(Session(id=project.id, project_id=project.id, name=f"{project.name} report"), "")
    files = [
        (f"{stem}.html", as_html(report).encode("utf-8", "replace"), "text/html"),
        (f"{stem}.xlsx", as_workbook(report), WORKBOOK),
        (f"{stem}.md", as_markdown(report).encode("utf-8", "replace"), "text/markdown"),
    ]
    if sources.agreement is not None:
        files.append((f"{stem} places.csv", places_csv(sources), "text/csv"))
    return tuple(files)


def _with_review(ui: UiState, project: Project, sources: ReportSources) -> ReportSources:
    """With what the review store holds about these sessions."""
    store = _review(ui)
    sessions = [one.session for one in sources.all_sessions]
    keys = [review_key(session) for session in sessions]
    lasting = {session.lasting_name for session in sessions}
    verdicts = [(key, store.verdicts(key)) for key in keys]
    samples = [
        (sample := Sample.from_body(one.body), progress_of(sample, store.verdicts(key, one.id)))
        for key in keys
        for one in store.samples(key)
    ]
    plans = [
        plan for plan in store.plans(str(project.id)) if any(one.session in lasting for one in plan.sessions)
    ]
    return sources._replace(
        plans=plans,
        decisions=store.decisions(review_key(sources.final.session)) if sources.final is not None else (),
        notes=[note for key in keys for note in store.notes.of_session(key)],
        samples=samples,
        verdicts=[one for _, given in verdicts for one in given],
        saves=[span_of_saves(ui.api, store, session) for session in sessions],
    )


def _meanings(ui: UiState, project: Project) -> dict[str, str]:
    """What the classes mean, as far as the server says it."""
    try:
        known = ui.api.project_classes(project.id)
    except LabelingError:
        return {}
    return {one.name: one.description or "" for one in known}
