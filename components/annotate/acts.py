"""What was done on the text, and its way to the draft: acts, each taken once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from components.annotate.highlighter import Standing
from components.annotate.navigation import (
    follow,
    neighbour,
    next_problem,
    next_to_do,
)
from components.shell.state import UiState
from labeling.documents.reader import Reader
from labeling.draft.document import Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Refused
from labeling.editing.text import Act, acts_in, change_of, numbers_in
from labeling.errors import LabelingError, explain
from labeling.model import Session

REMEMBERED = 20
"""Acts that were refused, told to the browser again with each run."""


@dataclass
class RefusedActs:
    """(window, number, why) of each act that was refused lately."""

    acts: list[tuple[str, int, str]] = field(default_factory=list)


def take_back(ui: UiState, of: tuple[str, int], why: str) -> None:
    """Tell the browser window that an act of that number was refused; once, however often it is found."""
    refused = ui.of(RefusedActs)
    if (*of, why) not in refused.acts:
        refused.acts = [*refused.acts, (*of, why)][-REMEMBERED:]


def scope_of(ui: UiState, session: Session) -> str:
    """Names whose draft of which session it is, without saying it."""
    words = "\n".join((ui.api_name, ui.sign_in.owner, session.lasting_name))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def standing_of(ui: UiState, session: Session, report: object) -> Standing:
    """How far the acts have come of each window that the browser named."""
    work = ui.work(session)
    for of, why in work.refused:
        if of is not None:
            take_back(ui, of, why)
    windows = numbers_in(acts_in(report))
    return Standing(
        applied={window: work.draft.windows.get(window, 0) for window in windows},
        kept={window: work.kept_number(window) for window in windows},
        refused=tuple(ui.of(RefusedActs).acts),
    )


def take_report(
    ui: UiState,
    reader: Reader,
    session: Session,
    report: object,
    *,
    refuse: str,
    on_ask: Callable[[Act], None],
) -> bool:
    """Bring the acts that are new to the draft, in order; whether there was any. `refuse`: why edits cannot be taken.

    An act for which something cannot be read now stays with the browser, which sends it again, and so do those after it.
    """
    taken = False
    for act in acts_in(report):
        if act.number <= ui.work(session).draft.windows.get(act.window, 0):
            continue
        try:
            why = _take(ui, reader, session, act, refuse=refuse, on_ask=on_ask)
        except LabelingError as error:
            ui.tell("page", "warning", explain(error, _doing(act)))
            break
        taken = True
        if why:
            take_back(ui, act.of, why)
    return taken


def _doing(act: Act) -> str:
    """What an act was about to do, for the sentence that says why it failed."""
    if act.kind == "ask":
        return "save" if act.what == "save" else "answer that key"
    return "open another document" if act.kind == "go" else "read the document that you tagged"


def _take(
    ui: UiState,
    reader: Reader,
    session: Session,
    act: Act,
    *,
    refuse: str,
    on_ask: Callable[[Act], None],
) -> str:
    """One act; why it was refused, or nothing. What fails is not acknowledged."""
    if act.kind in ("go", "ask"):
        if act.kind == "ask":
            on_ask(act)
        else:
            follow(ui, reader, _target(ui, reader, session, act))
        ui.apply(session, lambda draft: draft, act.of)
        return ""
    if refuse:
        return ui.apply(session, lambda draft: Refused(refuse), act.of)
    if act.kind in ("undo", "redo"):
        (ui.undo if act.kind == "undo" else ui.redo)(session, act.of)
        return ""
    if act.kind == "unreadable":
        return ui.apply(session, lambda draft: Refused("this edit could not be read"), act.of)
    loaded = _loaded(reader, ui.draft_of(session), act)
    if loaded is None:
        return ui.apply(session, lambda draft: Refused("this document is no longer there"), act.of)
    return ui.edit_document(
        session, loaded, lambda document, draft: change_of(act, document, draft.scheme), act.of
    )


def _loaded(reader: Reader, draft: Draft, act: Act) -> Loaded | None:
    """The document of an act: the place where it stood is a hint."""
    loaded = reader.now(draft, act.document, act.position)
    return loaded or next((item for item in reader.each() if item.key == act.document), None)


def _target(ui: UiState, reader: Reader, session: Session, act: Act) -> Loaded | str:
    """Where an act leads, or in words why it leads nowhere."""
    draft = ui.draft_of(session)
    there = reader.at(act.to) if act.to is not None and act.to >= 0 else None
    if there is not None:
        return there
    if act.what == "to-do":
        return next_to_do(ui, reader, draft, act.position)
    if act.what == "problem":
        return next_problem(ui, reader, session, draft, act.position)
    return neighbour(ui, reader, draft, act.way, act.position)
