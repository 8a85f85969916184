"""The sample check: what is asked, one document after another, and what may be said in the end."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from functools import partial

import streamlit as st

from components.review.check_chart import stop_chart
from components.review.keys import review_keys
from components.review.opening import go_where_wanted, want_text
from components.review.place import say_on
from components.review.reviewer import Reviewer, reviewer
from components.shell.desk import Desk, desk_at
from components.shell.markdown import plain
from components.shell.pickers import sessions_of
from components.shell.showing import turn_of
from components.shell.telling import loading, reporting
from labeling.agreement.sampling import TOLERANCES, Tolerance, none_needed
from labeling.draft.document import DraftDocument, Loaded
from labeling.model import Project
from labeling.phrases import count_of, quote, tag_in_words
from labeling.reviewing.samples import (
    MISTAKES,
    WAYS,
    Drawable,
    Sample,
    SampleProgress,
    Way,
    enough_in_words,
    item_of,
    mistakes_in,
    new_sample,
    progress_of,
    said_of,
    verdict_on_document,
)
from labeling.reviewing.search import Found
from labeling.store.review_values import StoredSample

SHARES = (0.05, 0.02, 0.01)
LONGEST = 6_000
"""Code points of a document shown here; the rest is on Annotate."""


def sample_check(desk: Desk, project: Project, find: Callable[[], Found]) -> None:
    """The sample under way, or a new one, for which the session is read; those before it below."""
    at = reviewer(desk)
    with loading("read the samples"):
        stored = at.store.samples(at.key)
        past = [(one, Sample.from_body(one.body)) for one in stored]
        standing = [
            (one, sample, progress_of(sample, at.store.verdicts(at.key, one.id))) for one, sample in past
        ]
    looked_at = {
        item_of(one) for _, sample, progress in standing for one in sample.documents[: len(progress.wrong)]
    }
    if standing and not standing[-1][2].is_over:
        one, sample, progress = standing.pop()
        _under_way(desk, project, at, one.id, sample, progress)
    else:
        if standing:
            one, sample, progress = standing.pop()
            _result(desk, sample, progress)
        _form(desk, find(), at, looked_at)
    if standing:
        st.subheader("Samples before", anchor=False)
        for one, sample, progress in reversed(standing):
            when = "" if one.created is None else f"{one.created:%d %b %Y}: "
            st.markdown(f"- {when}{plain(said_of(sample, progress))}")


# A new one


def _form(desk: Desk, found: Found, at: Reviewer, before: Collection[str]) -> None:
    st.subheader("Draw a sample", anchor=False)
    left = [one for one in found.pool if item_of(one) not in before]
    if not left:
        st.info("Every document was looked at in a sample: none is left for another.", icon=":material/info:")
        return
    way: Way = st.segmented_control(
        "What do you want to know?",
        list(WAYS),
        format_func=WAYS.__getitem__,
        default="enough",
        required=True,
        key="sample-way",
    )
    tolerance, share, size = TOLERANCES[0], SHARES[0], min(50, len(left))
    if way == "enough":
        tolerance = st.selectbox(
            "How good is good enough?", TOLERANCES, format_func=_tolerance, key="sample-tolerance"
        )
        st.caption(enough_in_words(tolerance, len(left)))
    elif way == "none":
        share = st.selectbox(
            "Fewer than", SHARES, format_func=lambda one: f"{_percent(one)} wrong", key="sample-share"
        )
        needed = none_needed(share, len(left))
        st.caption(
            f"{count_of(needed, 'document')} of {len(left):,} have to be right, all of them. "
            "The first wrong one ends it."
        )
    else:
        size = st.number_input(
            "How many documents?", min_value=1, max_value=len(left), value=size, step=10, key="sample-size"
        )
        st.caption("The rate and its range are shown once all of them were looked at, and not before.")
    st.caption(
        f"Drawn at random from {count_of(len(left), 'document')}"
        f"{_of_sessions(left)}"
        f"{' that no sample had before' if before else ''}. In each you say whether anything must be "
        "changed; a document that you change is wrong."
    )
    st.button(
        "Draw and begin",
        key="sample-draw",
        type="primary",
        icon=":material/casino:",
        disabled=desk.read_only,
        on_click=_draw,
        args=(desk, at, left, way, tolerance, share, size),
    )


def _of_sessions(left: Sequence[Drawable]) -> str:
    many = len({one.session for one in left})
    return f" that stand in one of {many:,} sessions only, from each its share" if many > 1 else ""


def _tolerance(one: Tolerance) -> str:
    return f"At most {_percent(one.fine)} wrong is fine, {_percent(one.bad)} is not"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _draw(
    desk: Desk,
    at: Reviewer,
    left: Sequence[Drawable],
    way: Way,
    tolerance: Tolerance,
    share: float,
    size: int,
) -> None:
    with reporting(desk.ui, "keep the sample"):
        seed = secrets.randbelow(2**31)
        people: dict[str, list[Drawable]] = {}
        for one in left:
            people.setdefault(str(one.session), []).append(one)
        made = new_sample(way, people, seed, tolerance=tolerance, share=share, size=size)
        at.store.put_sample(StoredSample(secrets.token_hex(8), at.key, at.who, made.to_body()))


# Under way


def _under_way(
    desk: Desk, project: Project, at: Reviewer, number: str, sample: Sample, progress: SampleProgress
) -> None:
    assert progress.next is not None
    theirs = _desk_of(desk, project, progress.next)
    looked, wrong = len(progress.wrong), sum(progress.wrong)
    most = "at most " if sample.way == "enough" else ""
    where = f"Document {looked + 1:,} of {most}{len(sample.documents):,}"
    st.markdown(f"**{WAYS[sample.way]}** {where} · {wrong:,} wrong so far")
    with loading("read the document"):
        loaded = None
        if theirs is not None:
            loaded = theirs.reader.now(theirs.draft, progress.next.key, progress.next.position)
    has_chart = sample.way == "enough"
    card, beside = st.columns([3, 2], gap="medium") if has_chart else (st.container(), None)
    view = None if loaded is None or theirs is None else theirs.draft.view(loaded)
    with card, st.container(key="sample-card", border=True):
        words = st.container()
        # First, so that whoever sees the words has their buttons.
        _answers(desk, at, number, progress, loaded, view)
    with words:
        if view is None or theirs is None:
            gone = "This document is no longer in the session: nothing can be said of it."
            st.warning(gone, icon=":material/warning:")
        else:
            if theirs is not desk:
                st.caption(plain(theirs.session.name or f"Session {theirs.session.id}"))
            _document(view)
    if beside is not None:
        with beside:
            stop_chart(sample.lines, progress.wrong, key="sample-chart")
    keys = {"Enter": "sample-right", "x": "sample-wrong", "o": "sample-open"}
    review_keys("sample-card", keys, turn=item_of(progress.next))
    with st.popover("Give this sample up", key="sample-up", icon=":material/delete:"):
        st.caption("What you said of its documents is kept; no verdict is given.")
        st.button(
            "Give it up",
            key="sample-end",
            disabled=desk.read_only,
            on_click=_end,
            args=(desk, at, number, sample, looked),
        )


def _desk_of(desk: Desk, project: Project, document: Drawable) -> Desk | None:
    """The desk of a document's session; None where that is gone."""
    if document.session == desk.session.id:
        return desk
    sessions = sessions_of(desk.ui, project)
    session = next((one for one in sessions if one.id == document.session), None)
    return None if session is None else desk_at(desk.ui, session, project)


def _document(view: DraftDocument) -> None:
    st.caption(f"Document {view.position + 1:,} · {count_of(view.tag_count, 'tag')}")
    st.markdown(_marked(view))
    tags = []
    for one in (one for one in view.segments if one.segment.is_placed):
        names = ", ".join(tag_in_words(tag.names) for tag in one.segment.tags if any(tag.names))
        words = plain(quote(view.text, one.segment.start, one.segment.end))
        tags.append(f"- {words} **{plain(names or 'no tag')}**")
    st.markdown("\n".join(tags) if tags else "*No tags.*")


def _marked(view: DraftDocument) -> str:
    """The text with what is tagged in it on a tint; where segments overlap, all of it."""
    text, pieces, at = view.text[:LONGEST], list[str](), 0
    whole = (0, len(view.text))
    spans = sorted(
        (one.segment.start, one.segment.end)
        for one in view.segments
        if one.segment.is_placed and one.segment.span != whole
    )
    for start, end in spans:
        start, end = max(start, at), min(end, len(text))
        if start < end:
            pieces += [plain(text[at:start]), f":blue-background[{plain(text[start:end])}]"]
            at = end
    pieces.append(plain(text[at:]) + ("…" if len(view.text) > LONGEST else ""))
    return "".join(pieces)


def _answers(
    desk: Desk,
    at: Reviewer,
    number: str,
    progress: SampleProgress,
    loaded: Loaded | None,
    view: DraftDocument | None,
) -> None:
    assert progress.next is not None
    turn = turn_of(desk.ui, "sample-card", item_of(progress.next))
    say = turn.once(partial(_say, desk, at, number, progress.next, view))
    is_changed = view is not None and view.is_changed
    if is_changed:
        st.info("You changed this document: it counts as wrong.", icon=":material/edit:")
    with st.container(horizontal=True):
        st.button(
            "Next (Enter)" if is_changed or loaded is None else "Nothing to change (Enter)",
            key=turn.key("sample-right"),
            type="primary",
            icon=":material/check:",
            disabled=desk.read_only,
            on_click=say,
            args=(is_changed,),
        )
        st.button(
            "Something is wrong (X)",
            key=turn.key("sample-wrong"),
            icon=":material/close:",
            disabled=is_changed or loaded is None or desk.read_only,
            on_click=say,
            args=(True,),
        )
        st.button(
            "Open the text (O)",
            key=turn.key("sample-open"),
            type="tertiary",
            icon=":material/open_in_new:",
            disabled=loaded is None,
            on_click=turn.once(_open),
            args=(desk, progress.next),
        )
        st.button(
            "Back",
            key=turn.key("sample-back"),
            type="tertiary",
            icon=":material/undo:",
            disabled=not progress.wrong or desk.read_only,
            help="Take back what you said of the document before",
            on_click=turn.once(_back),
            args=(desk, at, number),
        )
    go_where_wanted(desk)


def _say(
    desk: Desk, at: Reviewer, number: str, document: Drawable, view: DraftDocument | None, wrong: bool
) -> None:
    with reporting(desk.ui, "keep what you said"):
        mistakes = {} if view is None else mistakes_in(view)
        verdict = verdict_on_document(number, document, at.who, wrong=wrong, mistakes=mistakes)
        at.store.put_verdicts(at.key, [verdict])


def _open(desk: Desk, document: Drawable) -> None:
    desk.ui.place.choose_session(desk.session.project_id, document.session)
    want_text(desk, document.position)


def _back(desk: Desk, at: Reviewer, number: str) -> None:
    with reporting(desk.ui, "take back what you said"):
        said = at.store.verdicts(at.key, number)
        if said:
            at.store.take_back_verdict(at.key, number, said[-1].item)


def _end(desk: Desk, at: Reviewer, number: str, sample: Sample, looked: int) -> None:
    with reporting(desk.ui, "keep that"):
        ended = sample._replace(documents=sample.documents[:looked], is_given_up=True)
        at.store.put_sample(StoredSample(number, at.key, at.who, ended.to_body()))


# Over


def _result(desk: Desk, sample: Sample, progress: SampleProgress) -> None:
    has_chart = sample.way == "enough" and progress.wrong
    left, right = st.columns([3, 2], gap="medium") if has_chart else (st.container(), st.container())
    if has_chart:
        with right:
            stop_chart(sample.lines, progress.wrong, key="sample-chart")
    with left:
        _verdict(desk, sample, progress)


def _verdict(desk: Desk, sample: Sample, progress: SampleProgress) -> None:
    words = said_of(sample, progress)
    if progress.verdict == "yes":
        st.success(words, icon=":material/verified:")
    elif progress.verdict == "no":
        st.warning(words, icon=":material/report:")
    else:
        st.info(words, icon=":material/info:")
    if not progress.mistakes:
        if progress.verdict == "no":
            st.button(
                "Look for more in the work lists",
                key="sample-more",
                icon=":material/arrow_forward:",
                on_click=partial(say_on, desk.ui, "check"),
            )
        return
    st.markdown("**What you put right, and where there may be more of it**")
    with st.container(horizontal=True):
        for kind, count in progress.mistakes:
            what, list_ = MISTAKES[kind]
            st.button(
                f"{count:,} × {what}",
                key=f"sample-more-{kind}",
                icon=":material/arrow_forward:",
                on_click=partial(say_on, desk.ui, "check", list=list_),
            )
