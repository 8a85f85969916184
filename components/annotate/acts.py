"""What was done on the text, and its way to the draft: acts, each taken once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from components.annotate.highlighter import Standing
from components.annotate.navigation import follow, neighbour, next_problem, next_to_do
from components.annotate.suggestions import remember_act
from components.shell.desk import Desk
from components.shell.state import UiState
from labeling.draft.document import Loaded
from labeling.draft.edits import Refused
from labeling.editing.text import Act, acts_in, change_of, naming_of, numbers_in
from labeling.errors import LabelingError, explain

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


def scope_of(desk: Desk) -> str:
    """Names whose draft of which session it is, without saying it."""
    words = "\n".join((desk.ui.api_name, desk.ui.sign_in.owner, desk.session.lasting_name))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def standing_of(desk: Desk, report: object) -> Standing:
    """How far the acts have come of each window that the browser named."""
    work = desk.kept
    for of, why in work.refused:
        if of is not None:
            take_back(desk.ui, of, why)
    windows = numbers_in(acts_in(report))
    return Standing(
        applied={window: work.draft.windows.get(window, 0) for window in windows},
        kept={window: work.kept_number(window) for window in windows},
        refused=tuple(desk.ui.of(RefusedActs).acts),
    )


def take_report(desk: Desk, report: object, *, on_ask: Callable[[Act], None]) -> bool:
    """Bring the acts that are new to the draft, in order; whether there was any.

    An act for which something cannot be read now stays with the browser, which sends it again, and so do
    those after it.
    """
    taken = False
    for act in acts_in(report):
        if act.number <= desk.kept.draft.windows.get(act.window, 0):
            continue
        try:
            why = _take(desk, act, on_ask)
        except LabelingError as error:
            desk.tell("page", "warning", explain(error, _doing(act)))
            break
        taken = True
        if why:
            take_back(desk.ui, act.of, why)
    return taken


def _doing(act: Act) -> str:
    """What an act was about to do, for the sentence that says why it failed."""
    if act.kind == "ask":
        return "save" if act.what == "save" else "answer that key"
    return "open another document" if act.kind == "go" else "read the document that you tagged"


def _take(desk: Desk, act: Act, on_ask: Callable[[Act], None]) -> str:
    """One act; why it was refused, or nothing. What fails is not acknowledged."""
    if act.kind in ("go", "ask"):
        if act.kind == "ask":
            on_ask(act)
        else:
            follow(desk, _target(desk.now(), act))
        desk.take(lambda draft: None, act.of)
        return ""
    if locked := desk.locked:
        return desk.take(lambda draft: Refused(locked), act.of)
    if act.kind in ("undo", "redo"):
        (desk.undo if act.kind == "undo" else desk.redo)(act.of)
        return ""
    if act.kind == "unreadable":
        return desk.take(lambda draft: Refused("this edit could not be read"), act.of)
    if act.kind == "name":
        return desk.edit_documents(
            (), lambda _, draft: naming_of(act, draft.within(desk.project_labels)), act.of
        )
    loaded = _loaded(desk.now(), act)
    if loaded is None:
        return desk.take(lambda draft: Refused("this document is no longer there"), act.of)
    if loaded.document.fault:
        return desk.take(lambda draft: Refused("this document cannot be read"), act.of)
    now = desk.now()
    before = now.draft.view(loaded)
    why = desk.edit_document(loaded, lambda document, draft: change_of(act, document, draft.scheme), act.of)
    if not why:
        remember_act(now, act, before)
    return why


def _loaded(desk: Desk, act: Act) -> Loaded | None:
    """The document of an act: the place where it stood is a hint."""
    loaded = desk.reader.now(desk.draft, act.document, act.position)
    return loaded or next((item for item in desk.reader.each_said() if item.key == act.document), None)


def _target(desk: Desk, act: Act) -> Loaded | str:
    """Where an act leads, or in words why it leads nowhere."""
    there = desk.reader.at(act.to) if act.to is not None and act.to >= 0 else None
    if there is not None:
        return there
    if act.what == "to-do":
        return next_to_do(desk, act.position)
    if act.what == "problem":
        return next_problem(desk, act.position)
    return neighbour(desk, act.way, act.position)
