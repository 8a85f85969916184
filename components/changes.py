"""The unsaved changes in words; undo, redo, save; what came of the save, with its proof."""

from __future__ import annotations

import streamlit as st

from components.frame import forget, reporting
from components.save_job import SaveJob
from components.state import UiState
from components.status import look_of, percent
from components.words import plain
from labeling.client import LabelingClient
from labeling.draft import Draft, lines, revert
from labeling.errors import explain
from labeling.model import Session
from labeling.saving import Report

OTHER = 60.0
"""Seconds that a save waits for one of another session to be over."""
SHOWN = 200
"""Changed documents listed in words; more are counted."""


def changes(ui: UiState, api: LabelingClient, session: Session, *, read_only: str = "") -> None:
    """The bar with undo, redo, what is unsaved, and Save."""
    draft = ui.draft_of(session)
    saving = ui.saving is not None and ui.saving.session == (session.project_id, session.id)
    with st.container(
        horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="changes-bar"
    ):
        for name, step, do in (("Undo", draft.undoable, ui.undo), ("Redo", draft.redoable, ui.redo)):
            st.button(
                name,
                key=name.lower(),
                disabled=step is None or bool(read_only),
                help=f"{name}: {plain(step.name)}" if step is not None else f"Nothing to {name.lower()}",
                on_click=do,
                args=(session,),
            )
        count = draft.change_count
        with st.popover(
            f"{count} unsaved" if count else "Nothing unsaved",
            disabled=not draft.is_changed,
            key="changes-list",
        ):
            _list(ui, session, draft)
        st.button(
            "Save",
            key="save",
            type="primary",
            icon=":material/save:",
            disabled=bool(read_only) or saving or not draft.is_changed,
            on_click=_press,
            args=(ui, api, session),
            help=plain(read_only)
            or ("Sends exactly what changed" if draft.is_changed else "Everything is saved"),
        )


def save_result(ui: UiState, api: LabelingClient, session: Session) -> None:
    """The save under way, or what came of the last one."""
    if ui.saving is not None and ui.saving.session == (session.project_id, session.id):
        _watch(ui, ui.saving)
    report = ui.reports.get((session.project_id, session.id))
    st.markdown(status_line(ui.draft_of(session), report))
    if ui.kept.get("ask-save") == (session.project_id, session.id):
        _ask(ui, api, session)
    if report is not None:
        _report(ui, api, session, report)


def _press(ui: UiState, api: LabelingClient, session: Session) -> None:
    """Save, or first say what would be sent to a server that does not say how it reads a list of documents."""
    key = (session.project_id, session.id)
    with reporting(ui, "save"):
        if api.info().can("upsert") or not ui.draft_of(session).changed_documents or key in ui.told:
            _start(ui, api, session)
        else:
            ui.kept["ask-save"] = key


def _ask(ui: UiState, api: LabelingClient, session: Session) -> None:
    changed = len(ui.draft_of(session).changed_documents)
    st.warning(
        f"This server does not say how it reads a list of documents. Save sends one request that names all "
        f"{session.document_count:,} documents of the session and carries the {changed:,} changed, with every copy of "
        "the same text; it is never repeated by itself, and the session is read back afterwards.",
        icon=":material/outgoing_mail:",
    )
    with st.container(horizontal=True):
        st.button("Send it", key="send-it", type="primary", on_click=_answer, args=(ui, api, session, True))
        st.button("Not now", key="not-now", on_click=_answer, args=(ui, api, session, False))


def _answer(ui: UiState, api: LabelingClient, session: Session, send: bool) -> None:
    ui.kept.pop("ask-save", None)
    if send:
        ui.told.add((session.project_id, session.id))
        _start(ui, api, session)


def _start(ui: UiState, api: LabelingClient, session: Session, over: tuple[str, ...] = ()) -> None:
    """Begin a save, unless one is under way: a second click sends nothing twice."""
    if ui.saving is not None and ui.saving.session != (session.project_id, session.id):
        ui.collect_save(OTHER)
    if ui.saving is None:
        draft = ui.draft_of(session)
        if draft.is_changed:
            ui.reports.pop((session.project_id, session.id), None)
            ui.saving = SaveJob(api, draft, over)


def _watch(ui: UiState, job: SaveJob) -> None:
    if not job.wait(0.15):
        bar = st.progress(0.0, text="Saving …")
        while not job.wait(0.1):
            done, total, what = job.progress
            bar.progress(done / total if total else 0.0, text=f"{what} … {done:,} of {total:,} documents")
        bar.empty()
    ui.collect_save()
    forget(ui)
    st.rerun()


def _report(ui: UiState, api: LabelingClient, session: Session, report: Report) -> None:
    if report.error is not None:
        st.error(
            plain(explain(report.error, "save")) + " Your changes are still here.", icon=":material/error:"
        )
    if report.conflicts:
        _conflicts(ui, api, session, report)
    if report.differences:
        st.warning("Saved, but the server does not hold exactly what was sent:", icon=":material/warning:")
        st.markdown("\n".join(f"- {plain(difference)}" for difference in report.differences))
    for note in report.notes:
        st.info(plain(note))


def status_line(draft: Draft, report: Report | None) -> str:
    """Where the work stands, on one line that is always there: nothing jumps when a save is over."""
    if report is None or not report.is_whole:
        if not draft.is_changed:
            return ":gray[:material/cloud_done: Everything is saved.]"
        return (
            ":orange[:material/edit: Your changes are in this tab only: **Save** sends them to the server.]"
        )
    left = "1 segment that" if report.rows_left == 1 else f"{report.rows_left} segments that"
    if report.rows_left and not report.sent:
        return f":orange[:material/warning: Nothing was sent: {left} cannot be right yet, marked ⚠ below.]"
    before, after = report.before, report.after
    status = plain(look_of(after.status).word)
    if before.status != after.status:
        status = f"{plain(look_of(before.status).word)} → {status}"
    parts = [
        f":green[:material/verified: **The server holds exactly what you saved.**] {report.sent:,} "
        f"{'document' if report.sent == 1 else 'documents'} sent in {report.seconds:.2f} s",
        f"Status: {status}",
        f"Progress: {percent(before.progress)} → {percent(after.progress)}",
        f"{after.document_count:,} documents",
    ]
    if report.rows_left:
        parts.append(f":orange[all but {left} cannot be right yet, marked ⚠]")
    return " · ".join(parts)


def _conflicts(ui: UiState, api: LabelingClient, session: Session, report: Report) -> None:
    """Somebody else was faster: nothing was sent, the person chooses."""
    numbers = ", ".join(str(document.position + 1) for document in report.conflicts)
    one = len(report.conflicts) == 1
    st.warning(
        f"Nothing was sent: somebody else changed {'document' if one else 'documents'} {numbers} since you opened "
        f"{'it' if one else 'them'}. Choose whose tags are to stand.",
        icon=":material/group:",
    )
    with st.container(horizontal=True):
        keys = tuple(document.key for document in report.conflicts)
        st.button("Send mine over theirs", key="keep-mine", on_click=_start, args=(ui, api, session, keys))
        st.button(
            "Take theirs, drop mine there", key="take-theirs", on_click=_take_theirs, args=(ui, session, keys)
        )


def _take_theirs(ui: UiState, session: Session, keys: tuple[str, ...]) -> None:
    """Dropping my edits is a step as well, so undo brings them back."""
    for key in keys:
        document = ui.draft_of(session).documents[key]
        ui.take(session, revert(document), document)
    reader = ui.readers.get((session.project_id, session.id))
    if reader is not None:
        reader.forget()


def _list(ui: UiState, session: Session, draft: Draft) -> None:
    """What is unsaved, by document, each line in words."""
    for field in sorted(draft.session_change.model_fields_set):
        before, after = getattr(draft.base, field), getattr(draft, field)
        if isinstance(after, str):
            st.text(f"Session name: {before} → {after}")
        else:
            gained = [f"+ {name}" for name in after if name not in before]
            lost = [f"− {name}" for name in before if name not in after]
            st.text(f"{field.capitalize()}: " + (" · ".join(gained + lost) or "another order"))
    if draft.added:
        st.text(f"+ {len(draft.added)} {'document' if len(draft.added) == 1 else 'documents'}")
    changed = draft.changed_documents
    for document in changed[:SHOWN]:
        with st.container(horizontal=True, vertical_alignment="top"):
            words = " · ".join(line.words for line in lines(document)) or "order or details"
            st.text(f"Document {document.position + 1}: {words}")
            st.button(
                "",
                key=f"revert-{document.key}",
                icon=":material/undo:",
                type="tertiary",
                help=f"Revert document {document.position + 1}",
                on_click=lambda document=document: ui.take(session, revert(document), document),
            )
    if len(changed) > SHOWN:
        st.caption(f"and {len(changed) - SHOWN:,} more documents")
