"""Documents between two states: what became of their tags in words, who made each, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import streamlit as st

from components.review.history_blame import who_made_it, who_made_what
from components.review.opening import want_text
from components.review.place import KEY, from_word, hold_one, to_word, word
from components.shell.desk import Desk
from components.shell.markdown import plain
from components.shell.telling import reporting
from labeling.agreement.changes import TagChange, change_in_words, of_classes, tag_changes
from labeling.agreement.tags import tagged_text
from labeling.draft.document import DraftDocument, Loaded, loaded_from
from labeling.draft.draft import Draft
from labeling.draft.edits import Change
from labeling.draft.keys import document_keys
from labeling.errors import NotFound
from labeling.model import Document
from labeling.phrases import count_of
from labeling.reviewing.undoing import ToUndo, undo_all

SHOWN = 12
"""Changes listed of one document; more are counted."""
ANY = "any"


class ChangedText(NamedTuple):
    """A document before and after; `position` is its place in the session (from 0), where that is known;
    `save`: the number of the save that changed it, where the server keeps that."""

    before: Document
    after: Document
    position: int | None = None
    save: int | None = None

    @property
    def key(self) -> str:
        return document_keys([self.after])[0]

    @property
    def changes(self) -> tuple[TagChange, ...]:
        """What became of its tags."""
        return tag_changes(tagged_text(self.before, 0).tags, tagged_text(self.after, 0).tags)

    @property
    def done_before(self) -> bool | None:
        """The mark as it was; None where it stayed."""
        was, now = bool(self.before.annotated), bool(self.after.annotated)
        return None if was == now else was


def class_choice(desk: Desk) -> tuple[str | None, ...] | None:
    """The class that is looked at and restored; None: every one."""
    if not desk.draft.scheme.shape.classes:
        return None
    options = [ANY, *map(to_word, desk.draft.scheme.classes)]
    key, on_change = hold_one(desk.ui, f"{KEY}class", options)
    st.selectbox(
        "Class",
        options,
        format_func=lambda one: "Every class" if one == ANY else from_word(one) or "",
        key=key,
        width=220,
        on_change=on_change,
    )
    said = word(desk.ui, "class")
    return None if said in ("", ANY) or said not in options else (from_word(said),)


def documents(
    desk: Desk, found: Sequence[ChangedText], classes: tuple[str | None, ...] | None, name: str
) -> None:
    """One after the other; `name` tells whose doing it is, for the step that takes it back."""
    for one in found:
        _document(desk, one, classes, name)


def _document(desk: Desk, one: ChangedText, classes: tuple[str | None, ...] | None, name: str) -> None:
    changes = of_classes(one.changes, classes)
    marked = one.done_before if classes is None else None
    if not changes and marked is None and (classes is not None or one.before == one.after):
        return
    text = one.after.text or one.before.text
    number = "" if one.position is None else f"{one.position + 1:,}"
    with st.container(border=True, key=f"history-{one.key.replace(':', '-').replace('#', '-')}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            first = " ".join(text[:80].split()) + ("…" if len(text) > 80 else "")
            st.markdown(f"**Document {number}** · {plain(first)}")
            with st.container(horizontal=True, width="content"):
                st.button(
                    "Open",
                    key=f"history-open-{one.key}",
                    icon=":material/sell:",
                    disabled=one.position is None,
                    on_click=partial(want_text, desk, one.position or 0),
                )
                st.button(
                    "Restore",
                    key=f"history-restore-{one.key}",
                    icon=":material/undo:",
                    disabled=desk.read_only,
                    help="Takes this back in your draft, as one step: nothing is saved yet.",
                    on_click=partial(restore, desk, lambda: [one], classes, name),
                )
        words = [change_in_words(change, text) for change in changes[:SHOWN]]
        if marked is not None:
            words.append("no longer done" if marked else "done")
        if rest := len(changes) - SHOWN:
            words += [f"and {rest:,} more"] if rest > 0 else []
        st.markdown(" · ".join(map(plain, words)) or "The tags are the same.")
        if one.save is not None:
            who_made_what(desk, one.after, one.save)
        who_made_it(desk, one.after.id)


def restore(
    desk: Desk,
    read: Callable[[], Sequence[ChangedText]],
    classes: tuple[str | None, ...] | None,
    name: str,
) -> None:
    """Take back in the draft what became of these documents, as one step. For callbacks."""
    with reporting(desk.ui, "restore what was there"):
        wanted = {
            one.key: ToUndo(of_classes(one.changes, classes), None if classes else one.done_before)
            for one in read()
        }
        wanted = {key: one for key, one in wanted.items() if one.changes or one.done_before is not None}
        where = _loaded(desk, list(wanted))
        missing = len(wanted) - len(where)
        left_out = 0

        def make(views: Sequence[DraftDocument], draft: Draft) -> Change:
            nonlocal left_out
            there = {view.key: wanted[view.key] for view in views}
            outcome = undo_all(views, there, f"Take back {name}", desk.step_name, draft.scheme)
            left_out = outcome.left_out
            return outcome.change

        why = desk.edit_documents(where, make)
        _tell(desk, why, left_out, missing)


def _tell(desk: Desk, why: str, left_out: int, missing: int) -> None:
    if why:
        desk.tell("page", "warning", why)
        return
    words = []
    if left_out:
        words.append(f"{count_of(left_out, 'change')} could not be taken back: the tags are others by now")
    if missing:
        words.append(f"{count_of(missing, 'document')} are not in the session any more")
    if words:
        desk.tell("page", "warning", ". ".join(words) + ".")


def _loaded(desk: Desk, keys: Sequence[str]) -> list[Loaded]:
    """These documents as they are to be edited now, without those that the session has no more."""
    draft, found = desk.now().draft, list[Loaded]()
    by_key = {}
    if any(not key.startswith("id:") for key in keys):
        by_key = {one.key: one for one in desk.reader.all()}
    for key in keys:
        known = draft.documents.get(key)
        if known is not None and draft.document(key).is_changed:
            found.append(loaded_from(known))
        elif key in by_key:
            found.append(by_key[key])
        elif key.startswith("id:"):
            with suppress(NotFound):
                document = desk.api.document(*desk.session.key, int(key[3:]))
                found.append(Loaded(key, place_of(document) or 0, document))
    return found


def place_of(document: Document) -> int | None:
    """The place (from 0) that a server says with a document."""
    said = (document.model_extra or {}).get("position")
    return said if isinstance(said, int) else None
