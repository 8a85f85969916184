"""The bar over the work: undo, redo, history, what is unsaved in words, Save; and where the work stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.saving.panel import press, report_words, save_progress
from components.shell.compat import this_tab
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.state import set_widget
from components.shell.watch import watch
from labeling.draft import export as draft_file
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused, Step
from labeling.draft.history import (
    discard,
    redoable,
    revert,
    revert_field,
    stacks,
    undoable,
    undone_in_words,
)
from labeling.draft.summary import change_count, lines, session_lines
from labeling.phrases import count_of
from labeling.saving.report import Report
from labeling.store.synced import SyncedDraft

SHOWN = 100
"""Changed documents listed in words; more are counted."""
LINES = 20
"""Changes listed of one document; more are counted."""
PAST = 50
"""Steps of the history shown at a time."""


@dataclass
class History:
    """How many steps are shown."""

    shown: int = PAST

    def more(self) -> None:
        self.shown += PAST


def changes_bar() -> DeltaGenerator:
    """The place for `changes`, made once: they are drawn with every edit."""
    return st.container(
        horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="changes-bar"
    )


def changes(desk: Desk) -> None:
    """Undo, redo, history, what is unsaved, and Save, beside each other in their bar."""
    draft = desk.draft
    saving = desk.ui.save.is_under_way(desk.session) or desk.ui.save.is_next(desk.session)
    back, forth = undoable(draft), redoable(draft)
    for name, words, do in (
        ("Undo", back and undone_in_words(back), desk.undo),
        ("Redo", forth and forth.name, desk.redo),
    ):
        st.button(
            name,
            key=name.lower(),
            icon=f":material/{name.lower()}:",
            disabled=not words or bool(desk.why),
            help=f"{name}: {plain(words) if words else f'nothing to {name.lower()}'}",
            on_click=do,
        )
    # Both lists may be long: they are made when they are looked at, not with every tag.
    history = st.popover(
        "History",
        key="history-list",
        icon=":material/history:",
        help="Your steps, to walk back and forth",
        on_change="rerun",
    )
    if history.open:
        with history:
            _history(desk)
    count = change_count(draft)
    unsaved = st.popover(
        f"{count:,} *unsaved*" if count else "*Nothing unsaved*",
        disabled=not draft.is_changed,
        key="changes-list",
        help="What is unsaved, line by line",
        on_change="rerun",
    )
    if unsaved.open:
        with unsaved:
            _list(desk)
    st.button(
        "Save",
        key="save",
        type="primary",
        icon=":material/save:",
        disabled=bool(desk.why) or saving or not draft.is_changed,
        on_click=press,
        args=(desk,),
        help=plain(desk.why) or ("Sends exactly what changed" if draft.is_changed else "Nothing to send yet"),
    )


def standing_of_work(desk: Desk) -> None:
    """Where the work stands, on one line that is always there; below it what the person must know now."""
    work = desk.kept
    is_as_found = work.draft.is_changed and work.draft.taken == desk.ui.mine.found.get(desk.session.key)
    if not is_as_found or desk.session.key in desk.ui.save.reports:
        desk.ui.mine.found.pop(desk.session.key, None)
    with st.container(horizontal=True, vertical_alignment="center", key="standing"):
        saves = desk.ui.save
        if saves.is_under_way(desk.session) or (saves.job is not None and saves.is_next(desk.session)):
            save_progress(desk)
        elif desk.session.key in desk.ui.mine.found:
            _continued(desk, work)
        else:
            report = desk.ui.save.reports.get(desk.session.key)
            # The browser hides it while an act waits there of which the app knows nothing yet.
            is_saved = not work.draft.is_changed and (report is None or report.is_whole)
            with st.container(key="all-saved" if is_saved else "not-all-saved"):
                st.markdown(status_line(work.draft, report, kept=work.why is None))
    for _, reason in work.refused:
        st.warning(f"An edit of yours no longer fits what another window of yours did: {plain(reason)}.")
    work.refused.clear()
    if work.why is not None:
        _not_kept(work)
    watch().follow(this_tab(), partial(_has_changed, desk, work))


def _has_changed(desk: Desk, work: SyncedDraft) -> bool:
    """Whether another window of the person did something that is not shown here; what waits is stored."""
    work.look()
    return work.draft.within(desk.project_labels) is not desk.draft


def status_line(draft: Draft, report: Report | None, *, kept: bool = True) -> str:
    """Where the work stands, on one line: nothing jumps when a save is over."""
    if report is not None and report.is_whole:
        return report_words(report)
    if not draft.is_changed:
        return ":gray[:material/cloud_done: Everything is saved.]"
    count = change_count(draft) or 1
    many, them = count_of(count, "unsaved change"), "it" if count == 1 else "them"
    if not kept:
        all_of = "not kept" if count == 1 else "not all of them kept"
        return f":red[:material/warning: {many}, {all_of}. **Save** sends {them} to the server.]"
    return (
        f":orange[:material/edit: {many}, kept for you also when this page is closed. "
        f"**Save** sends {them} to the server.]"
    )


def _continued(desk: Desk, work: SyncedDraft) -> None:
    """What was found when the session was opened, until something is done to it; and how to be rid of it."""
    many = count_of(change_count(work.draft) or 1, "unsaved change")
    since = f", the last of {work.updated.astimezone():%Y-%m-%d %H:%M}" if work.updated is not None else ""
    with st.container(key="not-all-saved", width="content"):
        st.markdown(
            f":blue[:material/restore: **Continued where you left off**: {many}{since}.]", width="content"
        )
    with st.popover("Discard …", key="discard-box", type="tertiary"):
        st.write(f"Throw {many} away? The server keeps what it has. Undo brings back what you discard.")
        st.button("Discard", key="discard-continued", type="primary", on_click=_discard, args=(desk,))


def _not_kept(work: SyncedDraft) -> None:
    """The draft store fails: say so at once, and offer the edits as a file."""
    many = count_of(work.waiting, "change")
    with st.container(horizontal=True, vertical_alignment="center", key="not-kept"):
        if not work.waiting:
            st.warning(
                f"The store of drafts cannot be read at the moment: {plain(str(work.why))}. What you "
                "did here before is not lost; it is shown as soon as it can be read.",
                icon=":material/warning:",
            )
        else:
            st.error(
                f"{many} of yours {'is' if work.waiting == 1 else 'are'} in this tab only. The store of "
                f"drafts does not take more in: {plain(str(work.why))}. Keep this page open: it is tried "
                "again with everything you do. You can also download what is unsaved, or save it.",
                icon=":material/warning:",
            )
        st.button(
            "Try again", key="keep-again", icon=":material/refresh:", on_click=work.look, kwargs={"now": True}
        )
        if work.waiting:
            _export(work.draft, "not-kept-download")


def _export(draft: Draft, key: str) -> None:
    st.download_button(
        "Download",
        lambda: draft_file.write(draft),
        file_name=draft_file.name_of(*draft.base.key),
        mime="application/json",
        key=key,
        icon=":material/download:",
        on_click="ignore",
        help="The unsaved changes in words, and the documents as they would be, as JSON",
    )


def _list(desk: Desk) -> None:
    """What is unsaved, by document, each line in words, with a way to revert it alone."""
    for field, words in session_lines(desk.draft):
        if field == "renames":
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(words)
                st.caption("Undo, or the history, takes it back.")
        else:
            _line(desk, f"revert-{field}", words, words, partial(revert_field, field=field))
    changed = desk.draft.changed_documents
    for document in changed[:SHOWN]:
        _document(desk, document)
    if len(changed) > SHOWN:
        st.caption(f"and {len(changed) - SHOWN:,} more documents")
    if not desk.draft.is_changed:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        _export(desk.draft, "changes-download")
        if not desk.why:
            sure = st.checkbox("I want to discard all of it", key="discard-sure")
            st.button(
                "Discard all",
                key="discard-all",
                icon=":material/delete:",
                disabled=not sure,
                help="Back to what the server holds. Undo brings it back.",
                on_click=_discard,
                args=(desk,),
            )


def _document(desk: Desk, document: DraftDocument) -> None:
    """One document's changes, a line each."""
    key, name, found = f"revert-{document.key}", f"document {document.position + 1}", lines(document)

    def reverted(draft: Draft, only: tuple[str, ...] = ()) -> Change:
        return revert(draft.document(document.key), only)

    if len(found) == 1:
        _line(desk, key, f"{name.capitalize()}: {found[0].words}", name, reverted)
        return
    _line(desk, key, f"{name.capitalize()}:", name, reverted)
    for line in found[:LINES]:
        _line(desk, f"{key}-{line.key}", line.words, line.words, partial(reverted, only=(line.key,)))
    if len(found) > LINES:
        st.caption(f"and {len(found) - LINES:,} more changes")


def _line(desk: Desk, key: str, words: str, what: str, make: Callable[[Draft], Change | Refused]) -> None:
    """Something unsaved in words, with a button that reverts it alone."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(words)
        if not desk.why:
            st.button(
                "",
                key=key,
                icon=":material/undo:",
                type="tertiary",
                help=f"Revert {plain(what)}",
                on_click=desk.step,
                args=(make,),
            )


def _discard(desk: Desk) -> None:
    set_widget("discard-sure", False)
    desk.edit(discard)
    desk.tell("page", "info", "Your unsaved changes are discarded. Undo brings them back.")


def _history(desk: Desk) -> None:
    """The steps, newest first; the walk goes to any of them, back or forth."""
    done, undone = stacks(desk.draft.steps)
    if not done and not undone:
        st.caption("No steps yet. Everything that you change here can be undone, also after a save.")
        return
    at = desk.ui.of(History).shown
    steps = [*((step, False) for step in undone), *((step, True) for step in reversed(done))]
    for step, stands in steps[:at]:
        with st.container(horizontal=True, vertical_alignment="center"):
            is_now = stands and step is done[-1]
            st.text(_step_words(step, stands=stands, is_now=is_now))
            if not is_now and not desk.why:
                st.button(
                    "",
                    key=f"walk-{step.number}",
                    icon=":material/undo:" if stands else ":material/redo:",
                    type="tertiary",
                    help="Undo what came after this" if stands else "Redo up to this",
                    on_click=desk.walk,
                    args=(step.number,),
                )
    if len(steps) > at:
        st.button(f"Show more of {len(steps):,}", key="history-more", on_click=desk.ui.of(History).more)
    if done and not desk.why:
        st.button("Undo everything", key="walk-0", on_click=desk.walk, args=(0,))


def _step_words(step: Step, *, stands: bool, is_now: bool) -> str:
    when = f"{datetime.fromisoformat(step.at).astimezone():%Y-%m-%d %H:%M} " if step.at else ""
    state = "▶ " if is_now else "" if stands else "undone: "
    return f"{when}{state}{step.name}{' · saved' if step.saved else ''}"
