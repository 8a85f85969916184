"""What is wrong in the open document and in the session, with a repair for each: a step like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import streamlit as st

from components.annotate.navigation import (
    SessionCheck,
    checked_of,
    follow,
    last_check,
    next_problem,
    open_document,
)
from components.annotate.table_pane import show_tab
from components.shell.desk import Desk
from components.shell.long_work import each_document, pressed
from components.shell.markdown import plain
from components.shell.pickers import first_words
from components.shell.telling import reporting
from labeling.checking.problems import KINDS, Kind, Problem, problems_of
from labeling.checking.repairs import CERTAIN, repair, repair_all, repair_everywhere, repairs_for
from labeling.documents.check import Checked
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.phrases import count_of

Make = Callable[[DraftDocument, Draft], Change | Refused]
SHOWN = 12
"""Problems of a document listed at a time; more are counted."""
LISTED = 30
"""Documents of the work list shown at a time."""


# The open document


def problem_count(desk: Desk, document: DraftDocument) -> None:
    """The problem of the open document in words, or how many it has, where it has any: the way to them."""
    if problems := problems_of(document, desk.draft.scheme):
        st.button(
            plain(problems[0].words) if len(problems) == 1 else count_of(len(problems), "problem"),
            key="problem-count",
            icon=":material/warning:",
            type="tertiary",
            help="What is wrong in this document, with repairs",
            on_click=show_tab,
            args=(desk.ui, "Problems"),
        )


def checks_panel(desk: Desk, loaded: Loaded, document: DraftDocument) -> None:
    """Each problem of the open document on a line, with its repairs."""
    problems = problems_of(document, desk.draft.scheme)
    with st.container(key="checks"):
        if not problems:
            st.caption("Nothing is wrong in this document.")
            return
        st.markdown(f":orange[:material/warning:] **{count_of(len(problems), 'problem')} in this document**")
        for at, problem in enumerate(problems[:SHOWN]):
            _line(desk, loaded, document, problem, at)
        if len(problems) > SHOWN:
            st.caption(f"and {len(problems) - SHOWN:,} more")
        if not desk.read_only:
            with st.container(horizontal=True):
                _all_of_a_kind(desk, loaded, problems)


def _line(desk: Desk, loaded: Loaded, document: DraftDocument, problem: Problem, at: int) -> None:
    segment = document.find(problem.segment)
    with st.container(horizontal=True, vertical_alignment="center"):
        number = f"**Segment {document.index(segment.key) + 1}**: " if segment is not None else ""
        st.markdown(number + plain(problem.words), width="content")
        if segment is not None and segment.segment.is_placed:
            st.button(
                "Show",
                key=f"check-show-{at}",
                type="tertiary",
                icon=":material/my_location:",
                on_click=desk.ui.show,
                args=(segment.key,),
            )
        names = [tag.names for tag in segment.segment.tags] if segment is not None else []
        for offer in () if desk.read_only else repairs_for(problem, names, desk.draft.scheme):
            st.button(
                plain(offer.words),
                key=f"check-{at}-{offer.how}",
                on_click=_repair,
                args=(
                    desk,
                    loaded,
                    lambda view, draft, how=offer.how: repair(view, problem, how, draft.scheme),
                ),
            )


def _repair(desk: Desk, loaded: Loaded, make: Make) -> None:
    if why := desk.edit_document(loaded, make):
        desk.tell("table", "warning", f"Not repaired: {why}.")


def _all_of_a_kind(desk: Desk, loaded: Loaded, problems: Sequence[Problem]) -> None:
    counts = Counter(problem.kind for problem in problems)
    for kind in (kind for kind, count in counts.items() if count > 1 and kind in CERTAIN):
        st.button(
            f"Repair all {counts[kind]}: {KINDS[kind]}",
            key=f"check-all-{kind}",
            on_click=_repair,
            args=(desk, loaded, lambda view, draft, kind=kind: repair_all(view, kind, draft.scheme)),
        )


# The next problem


def _next_button(desk: Desk, key: str) -> None:
    def open_next() -> None:
        with reporting(desk.ui, "look for the next problem"):
            follow(desk, next_problem(desk.now(), desk.ui.place.position))

    st.button(
        "Next with a problem",
        key=key,
        icon=":material/skip_next:",
        type="tertiary",
        help="The next document with a problem (!)",
        on_click=open_next,
    )


# The whole session


def session_checks(desk: Desk) -> None:
    """Check every document; a work list of what was found, and repairs for all of a kind."""
    with st.container(key="session-checks"):
        with st.container(horizontal=True, vertical_alignment="center"):
            checked = check_button(desk, key="check-session")
            _next_button(desk, "next-problem")
        if checked is not None:
            _work_list(desk, checked)


def check_button(desk: Desk, *, key: str) -> Checked | None:
    """The button that checks every document, and what is known of them then."""
    checked, was = checked_of(desk), last_check(desk)
    if checked is None and was is not None:
        st.caption("Something was saved or read anew since the check.")
    words = f"Check all {desk.session.document_count:,} documents" if was is None else "Check again"
    if pressed(desk.ui, words, key=key, icon=":material/fact_check:"):
        with reporting(desk.ui, "check the session"):
            found = Checked(desk.session.key, desk.ui.answers.writes)
            # Another click anywhere breaks it off.
            for loaded in each_document(desk.reader, "checked"):
                found.look_at(loaded, desk.draft)
            desk.ui.of(SessionCheck).last = checked = found
    return checked


def _work_list(desk: Desk, checked: Checked) -> None:
    """What is wrong now, which may be more or less than the check found."""
    left = checked.now(desk.draft)
    if not left:
        st.success(f"No problem in {count_of(checked.count, 'document')}.", icon=":material/check:")
        return
    st.write(f"**{count_of(len(left), 'document')}** of {checked.count:,} with problems")
    with st.container(gap=None):
        for loaded, found in left[:LISTED]:
            kinds = ", ".join(KINDS[kind] for kind in dict.fromkeys(problem.kind for problem in found))
            st.button(
                plain(f"{loaded.position + 1}: {kinds} – {first_words(loaded.document.text, 30)}"),
                key=f"checked-{loaded.key}",
                type="tertiary",
                on_click=open_document,
                args=(desk, loaded.position),
            )
    if len(left) > LISTED:
        st.caption(f"and {len(left) - LISTED:,} more documents")
    if any(problem.kind == "utf16-perhaps" for _, found in left for problem in found):
        st.caption(_weighed(checked))
    if not desk.read_only:
        _everywhere(desk, left)


def _weighed(checked: Checked) -> str:
    """What the rest of the session says of a suspicion about UTF-16."""
    many = checked.fit_as_they_stand
    others = f"{many:,} other documents fit" if many != 1 else "1 other document fits"
    said = f"{others} only as it stands" if many == 1 else f"{others} only as they stand"
    return f"Offsets perhaps counted in UTF-16: of the documents with such characters, {said}."


def _everywhere(desk: Desk, left: Sequence[tuple[Loaded, Sequence[Problem]]]) -> None:
    counts = Counter(problem.kind for _, found in left for problem in found if problem.kind in CERTAIN)
    for kind, count in counts.items():
        where = [loaded for loaded, found in left if any(problem.kind == kind for problem in found)]
        st.button(
            f"Repair all {count:,} in {count_of(len(where), 'document')}: {KINDS[kind]}",
            key=f"check-everywhere-{kind}",
            on_click=_repair_everywhere,
            args=(desk, kind, where),
        )


def _repair_everywhere(desk: Desk, kind: Kind, where: Sequence[Loaded]) -> None:
    with reporting(desk.ui, "read the documents to be repaired"):
        now = desk.as_now(where)
        if why := desk.edit_documents(now, lambda views, draft: repair_everywhere(views, kind, draft.scheme)):
            desk.tell("page", "warning", f"Not repaired: {why}.")
