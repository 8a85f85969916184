"""A save: asked for, under way, over; what came of it, and what the person has to choose first."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.shell.answers import forget
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import NextSave, set_widget, widget_value
from components.shell.status import look_of, percent
from components.shell.telling import reporting
from labeling.draft.document import DraftDocument
from labeling.errors import Moved, NotFound, explain
from labeling.model import shape_of
from labeling.phrases import count_of, quote, tag_in_words
from labeling.saving.job import SaveJob
from labeling.saving.merge import Choice, Conflict
from labeling.saving.plan import Choices
from labeling.saving.report import DocumentConflicts, Report

SOON = 0.15
"""Seconds for which the page waits for a save to be over."""
LOOK_AGAIN = 0.3
"""Seconds between two looks at a save under way."""
ASKED = 50
"""Conflicts shown at a time; the rest come after."""


def press(desk: Desk) -> None:
    """Save, or first ask where the server does not say how it reads a list of documents."""
    with reporting(desk.ui, "save"):
        draft = desk.now().draft
        whole = draft.changed_documents or draft.pending_renames
        if desk.api.info().can("upsert") or not whole or desk.session.key in desk.ui.save.told:
            start(desk)
        else:
            desk.ui.save.asked = desk.session.key


def start(desk: Desk, choices: Choices = Choices()) -> None:  # noqa: B008 - a frozen value
    """Begin a save, unless one is under way (of another session: after it): no click sends anything twice."""
    if desk.ui.save.job is not None and not desk.ui.save.is_under_way(desk.session):
        desk.ui.save.next = NextSave(desk.session.key, partial(start, desk, choices))
    elif desk.ui.save.job is None:
        work = desk.kept
        work.look()  # what other windows of this person have done since is saved as well
        if work.draft.is_changed:
            desk.ui.save.reports.pop(desk.session.key, None)
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
    report = desk.ui.save.reports.get(desk.session.key)
    if report is not None:
        _report(desk, report)


def asked_of(desk: Desk) -> tuple[bool, int] | None:
    """What it is asked whether to send: (anything unsaved, in how many documents); None: nothing is asked."""
    if desk.ui.save.asked != desk.session.key:
        return None
    return desk.draft.is_changed, len(desk.draft.changed_documents)


def _ask(desk: Desk) -> None:
    """Whether to send what is unsaved, while anything is."""
    draft = desk.now().draft
    if not draft.is_changed:
        desk.ui.save.asked = None
        return
    st.warning(
        f"This server does not say how it reads a list of documents. Save sends one request that names all "
        f"{desk.session.document_count:,} documents of the session and carries the "
        f"{len(draft.changed_documents):,} changed, with every copy of the same text; it is never repeated "
        "by itself, and the session is read back afterwards.",
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
    count = f" {done:,} of {total:,} documents" if total else ""
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
    if report.asks:
        _choices(desk, report)
    if report.differences:
        st.warning("The server does not hold exactly what you saved:", icon=":material/warning:")
        st.markdown("\n".join(f"- {plain(difference)}" for difference in report.differences))
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
    parts = [
        f":green[:material/verified: **The server holds exactly what you saved.**] "
        f"{count_of(report.sent, 'document')} sent in {report.seconds:.2f} s",
        f"Status: {status}",
        f"Progress: {percent(before.progress)} → {percent(after.progress)}",
        f"{after.document_count:,} documents",
    ]
    if report.rows_left:
        parts.append(f":orange[all but {left} cannot be right yet, marked ⚠]")
    return " · ".join(parts)


# What the person has to choose


def _choices(desk: Desk, report: Report) -> None:
    """Mine beside theirs, for each place where both did something else; nothing of these was sent."""
    with st.container(border=True, key="choices"):
        if report.name_conflict is not None:
            mine, theirs = report.name_conflict
            st.markdown("**Somebody else has named the session differently.**")
            st.radio(
                "Which name is to stand?",
                ["mine", "theirs"],
                format_func={"mine": f"Mine: {plain(mine)}", "theirs": f"Theirs: {plain(theirs)}"}.get,
                index=None,
                key="choice-name",
                horizontal=True,
            )
        asked = [(found, conflict) for found in report.conflicts for conflict in found.conflicts]
        if asked:
            where = "place" if len(asked) == 1 else "places"
            st.markdown(
                f"**Somebody else changed the same {where} as you, differently.** Choose what is to stand. "
                "Everything else of yours and theirs is kept as it is."
            )
            with st.container(horizontal=True):
                for word, choice in (("All mine", "mine"), ("All theirs", "theirs")):
                    st.button(word, key=f"choose-all-{choice}", on_click=_choose_all, args=(asked, choice))
        for found, conflict in asked[:ASKED]:
            _conflict(found, conflict, both=not shape_of(desk.session.type).one_tag)
        if len(asked) > ASKED:
            st.caption(f"{len(asked) - ASKED:,} more after these.")
        if report.copies:
            numbers = ", ".join(str(document.position + 1) for document in report.copies)
            st.markdown(f"**Documents {numbers} may have been added once more by the last save.**")
        st.button(
            "Send them once more" if report.copies else "Save with these choices",
            key="save-choices",
            type="primary",
            on_click=_save_choices,
            args=(desk, report),
        )


def _conflict(found: DocumentConflicts, conflict: Conflict, *, both: bool) -> None:
    text, (start, end, *_) = found.document.text, conflict.base
    words = {
        "mine": f"Mine: {_units(text, conflict.mine, (start, end))}",
        "theirs": f"Theirs: {_units(text, conflict.theirs, (start, end))}",
    } | ({"both": "Both"} if both else {})
    was = tag_in_words(conflict.base[2:])
    st.radio(
        f"Document {found.document.position + 1}: {plain(quote(text, start, end))}, which was {plain(was)}",
        list(words),
        format_func=words.get,
        index=None,
        key=_choice_key(found, conflict),
        horizontal=True,
    )


def _units(text: str, units: tuple[tuple[int, int, str | None, str | None], ...], at: tuple[int, int]) -> str:
    """Tags in words; with their text where that is another one."""
    return ", ".join(
        plain(("" if (start, end) == at else f"{quote(text, start, end)} ") + tag_in_words((class_, label)))
        for start, end, class_, label in units
    )


def _choice_key(found: DocumentConflicts, conflict: Conflict) -> str:
    return f"choice-{found.document.key}-{conflict.key}"


def _choose_all(asked: list[tuple[DocumentConflicts, Conflict]], choice: Choice) -> None:
    for found, conflict in asked:
        set_widget(_choice_key(found, conflict), choice)


def _save_choices(desk: Desk, report: Report) -> None:
    """What is not chosen is asked again."""
    choices: dict[str, dict[str, Choice]] = {}
    for found in report.conflicts:
        for conflict in found.conflicts:
            if choice := widget_value(_choice_key(found, conflict)):
                choices.setdefault(found.document.key, {})[conflict.key] = choice
    name = widget_value("choice-name") if report.name_conflict is not None else None
    resend = frozenset(document.key for document in report.copies)
    start(desk, Choices(choices, name, resend))
