"""Show only some classes and labels of the open document: a way to look at it, never a way to leave
anything out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import streamlit as st

from components.annotate.highlighter import Drawn
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.showing import showing
from components.shell.state import SessionKey, UiState
from labeling.draft.vocabulary import called_now
from labeling.model import Tag, unique
from labeling.phrases import count_of

NAMED = 3
"""Names that the note lists; more are counted."""


class ShownTags(NamedTuple):
    """The classes and the labels that are shown; an empty list asks for none in particular."""

    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def admits(self, tags: Iterable[tuple[str | None, str | None]]) -> bool:
        """Whether a segment with these tags is shown: one tag has to fit both lists."""
        return not any(self) or any(
            (not self.classes or class_ in self.classes) and (not self.labels or label in self.labels)
            for class_, label in tags
        )


class ChosenTags(NamedTuple):
    """What was chosen, for which session, and at which clock of its renames."""

    session: SessionKey
    clock: int
    tags: ShownTags


@dataclass
class ShownOnly:
    chosen: ChosenTags | None = None


def only_of(desk: Desk) -> ShownTags:
    """What the person chose for this session, by the names that it has now, as far as they are still
    there."""
    chosen = desk.ui.of(ShownOnly).chosen
    if chosen is None or chosen.session != desk.session.key:
        return ShownTags()
    rules = desk.draft.renames.since(chosen.clock)
    named = [called_now(Tag.of(name, None), rules) for name in chosen.tags.classes]
    labelled = [called_now(Tag.of(None, name), rules) for name in chosen.tags.labels]
    return ShownTags(
        unique(tag.class_ for tag in named if tag and tag.class_ in desk.draft.classes),
        unique(tag.label for tag in labelled if tag and tag.label in desk.draft.labels),
    )


def show_only(desk: Desk) -> None:
    """The choice, behind a button."""
    only = only_of(desk)
    box = st.popover(
        "Show only",
        key="only",
        icon=":material/visibility_off:" if any(only) else ":material/visibility:",
        help="Show the segments of some classes and labels alone",
        on_change="rerun",
    )
    if not box.open:
        return

    def choose(field: str, names: Sequence[str]) -> None:
        now = desk.now()
        tags = only_of(now)._replace(**{field: tuple(names)})
        desk.ui.of(ShownOnly).chosen = ChosenTags(desk.session.key, now.draft.renames.clock, tags)

    draft, shape = desk.draft, desk.draft.scheme.shape
    with box:
        for field, names, chosen, is_there in (
            ("classes", draft.classes, only.classes, shape.classes),
            ("labels", draft.labels, only.labels, shape.labels),
        ):
            if is_there:
                key, chose = showing(desk.ui, f"only-{field}", list(chosen), partial(choose, field))
                st.multiselect(
                    field.capitalize(), names, key=key, placeholder="All", select_all=False, on_change=chose
                )
        st.caption("The others are hidden on the text alone: the table lists them, and Save sends them.")


def hidden_note(ui: UiState, segments: Sequence[Drawn], only: ShownTags) -> None:
    """How many segments are hidden, while any may be, and the way to see them all."""
    if not any(only):
        return
    hidden = sum(not only.admits(segment.tags) for segment in segments)
    named = " and ".join(
        _named(names, what) for names, what in ((only.classes, "classes"), (only.labels, "labels")) if names
    )
    with st.container(horizontal=True, vertical_alignment="center", key="hidden-note"):
        st.markdown(
            f":orange[:material/visibility_off: {hidden:,} of {count_of(len(segments), 'segment')} "
            f"{'is' if hidden == 1 else 'are'} hidden] · only {named}",
            width="content",
        )
        eye = ":material/visibility:"
        st.button("Show all", key="show-all", type="tertiary", icon=eye, on_click=_show_all, args=(ui,))


def _show_all(ui: UiState) -> None:
    ui.of(ShownOnly).chosen = None


def _named(names: Sequence[str], what: str) -> str:
    if len(names) > NAMED:
        return f"{len(names)} {what}"
    return ", ".join(f"*{plain(name)}*" for name in names)
