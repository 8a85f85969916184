"""A save: asked for, under way, over; what came of it, and what the person has to choose first."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.saving.conflicts import conflicts_asked
from components.saving.names_asked import names_asked
from components.shell.answers import forget
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import NextSave
from components.shell.status import look_of, percent
from components.shell.telling import reporting
from labeling.draft.document import DraftDocument
from labeling.draft.summary import sent_in_words
from labeling.errors import Moved, NotFound, explain
from labeling.phrases import count_of
from labeling.saving.job import SaveJob
from labeling.saving.plan import Choices
from labeling.saving.report import Report
from labeling.saving.rulings import ruled_in_words

SOON = 0.15
"""Seconds for which the page waits for a save to be over."""
LOOK_AGAIN = 0.3
"""Seconds between two looks at a save under way."""
LISTED = 50
"""Lines shown of what was not made; the rest are counted."""


def press(desk: Desk) -> None:
    """Save, or first ask where the server does not say how it reads a list of documents."""
    with reporting(desk.ui, "save"):
        draft = desk.now().draft
        whole = draft.changed_documents or draft.pending_renames
        if desk.api.info().can("upsert") or not whole or desk.session.key in desk.ui.save.told:
            start(desk)
        else:
            desk.ui.save.asked = desk.session.key


def start(desk: Desk, resend: frozenset[str] = frozenset()) -> None:
    """Begin a save, unless one is under way (of another session: after it): no click sends anything twice.

    `resend`: documents (by key) to be sent although the server may have made copies of them.
    """
    if desk.ui.save.job is not None and not desk.ui.save.is_under_way(desk.session):
        desk.ui.save.next = NextSave(desk.session.key, partial(start, desk, resend))
    elif desk.ui.save.job is None:
        work = desk.kept
        work.look()  # what other windows of this person have done since is saved as well
        if work.draft.is_changed:
            desk.ui.save.reports.pop(desk.session.key, None)
            choices = Choices(desk.ui.save.choosing_of(desk.session).chosen, resend)
            desk.ui.save.job = SaveJob(desk.api, work, desk.ui.sign_in.name or "Somebody", choices=choices)


def save_result(desk: Desk) -> None:
    """What came of the last save; a save that is over in a moment is waited for."""
    if desk.ui.save.resume == desk.session.key:
        desk.ui.save.resume = None
        start(desk)
    if desk.ui.collect_save(SOON if desk.ui.save.is_under_way(desk.session) else 0):
        forget(desk.ui)
        st.rerun()
    wanted = desk.ui.save.next
    if wanted is not None and desk.ui.save.job is None and desk.ui.save.is_next(desk.session):
        desk.ui.save.next = None
        wanted.begin()
    if asked_of(desk) is not None:
        _ask(desk)
    names_asked(desk)
    conflicts_asked(desk, partial(start, desk))
    report = desk.ui.save.reports.get(desk.session.key)
    if report is not None:
        _report(desk, report)


def asked_of(desk: Desk) -> str | None:
    """What it is asked whether to send, in words; None: nothing is asked."""
    return sent_in_words(desk.draft) if desk.ui.save.asked == desk.session.key else None


def _ask(desk: Desk) -> None:
    """Whether to send what is unsaved, while anything is."""
    draft = desk.now().draft
    if not draft.is_changed:
        desk.ui.save.asked = None
        return
    st.warning(
        f"This server does not say how it reads a list of documents. Save sends one request that names all "
        f"{desk.session.document_count:,} documents of the session and carries {sent_in_words(draft)}, with "
        "every copy of the same text and, after a rename, every document that uses the name; it is never "
        "repeated by itself, and the session is read back afterwards.",
        icon=":material/outgoing_mail:",
    )
    with st.container(horizontal=True):
        st.button("Send it", key="send-it", type="primary", on_click=_answer, args=(desk, True))
        st.button("Not now", key="not-now", on_click=_answer, args=(desk, False))


def _answer(desk: Desk, send: bool) -> None:
    desk.ui.save.asked = None
    if send:
        desk.ui.save.told.add(desk.session.key)
        start(desk)


def save_progress(desk: Desk) -> None:
    """How far the save is that is under way, in the place of the line that says where the work stands."""
    if desk.ui.save.job is not None:
        # As it was drawn: what the save has stored since the drawing began is to be drawn as well.
        _progress(desk, desk.ui.save.job, desk.draft.documents.get(desk.ui.place.document))


@st.fragment(run_every=LOOK_AGAIN)
def _progress(desk: Desk, job: SaveJob, shown: DraftDocument | None) -> None:
    """The page goes on meanwhile, and shows the open document anew once it is saved."""
    if job.wait(0) or desk.now().draft.documents.get(desk.ui.place.document) is not shown:
        st.rerun()
    done, total, what = job.progress
    words = "Stopping after the request under way" if job.is_stopping else what
    if job.session != desk.session.key:
        words = f"First another session of yours is saved: {words}"
    count = f" {done:,} of {count_of(total, 'document')}" if total else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(done / total, 1.0) if total else 0.0, text=f"{words} …{count}")
        st.button(
            "Stop saving",
            key="stop-save",
            icon=":material/stop_circle:",
            disabled=job.is_stopping,
            help="What was sent stays sent; the rest stays unsaved",
            on_click=job.stop,
        )


def _report(desk: Desk, report: Report) -> None:
    proved = _before_that(report)
    if report.error is not None:
        words = f"{plain(explain(report.error, 'save'))}{proved} Your changes are kept: "
        st.error(f"{words}Save goes on with the rest.", icon=":material/error:")
        if isinstance(report.error, NotFound):
            st.info("Download them in the list of what is unsaved, if the session is gone for good.")
        if isinstance(report.error, Moved):
            st.info("Nothing of anybody's was lost. Press Save again.")
    if report.stopped and not report.error:
        st.info(
            f"Stopped.{proved} The rest is kept here, unsaved; Save goes on with it.",
            icon=":material/stop_circle:",
        )
    if report.copies:
        _copies(desk, report)
    if report.differences:
        st.warning("The server does not hold exactly what you saved:", icon=":material/warning:")
        st.markdown("\n".join(f"- {plain(difference)}" for difference in report.differences))
    if report.not_made:
        st.info("\n".join(f"- {plain(words)}" for words in report.not_made[:LISTED]), icon=":material/undo:")
        if len(report.not_made) > LISTED:
            st.caption(f"and {len(report.not_made) - LISTED:,} more")
    for note in report.notes:
        st.info(plain(note))


def _before_that(report: Report) -> str:
    """What of a save that was broken off is stored all the same: each request counts for itself."""
    for count, what in ((len(report.proved), "saved"), (report.sent, "sent")):
        if count:
            return f" {count_of(count, 'document')} {'was' if count == 1 else 'were'} {what} before that."
    return ""


def report_words(report: Report) -> str:
    """A save that is proved, on one line."""
    left = "1 segment that" if report.rows_left == 1 else f"{report.rows_left} segments that"
    if report.rows_left and not report.sent:
        return f":orange[:material/warning: Nothing was sent: {left} cannot be right yet, marked ⚠ below.]"
    before, after = report.before, report.after
    status = plain(look_of(after.status).word)
    if before.status != after.status:
        status = f"{plain(look_of(before.status).word)} → {status}"
    progress = percent(after.progress)
    if percent(before.progress) != progress:
        progress = f"{percent(before.progress)} → {progress}"
    sent = f"{count_of(report.sent, 'document')} sent" if report.sent else "Sent"
    parts = [
        f":green[:material/verified: **The server holds exactly what you saved.**] "
        f"{sent} in {report.seconds:.2f} s",
        *filter(None, [ruled_in_words(report.ruled, report.predicted_score)]),
        f"Status: {status}",
        f"Progress: {progress}",
        f"{after.document_count:,} documents",
    ]
    if report.rows_left:
        parts.append(f":orange[all but {left} cannot be right yet, marked ⚠]")
    return " · ".join(parts)


def _copies(desk: Desk, report: Report) -> None:
    """A server that adds what it is sent: nothing is sent again unasked."""
    with st.container(border=True, key="copies"):
        numbers = ", ".join(str(document.position + 1) for document in report.copies)
        st.markdown(f"**Documents {numbers} may have been added once more by the last save.**")
        resend = frozenset(document.key for document in report.copies)
        st.button(
            "Send them once more",
            key="send-again",
            type="primary",
            on_click=start,
            args=(desk, resend),
        )
