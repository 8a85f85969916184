"""What was done while deciding, and its way to the draft of the final version: acts, each taken once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from components.review.decide_reading import DecideReading, behind
from components.review.decide_text import DecideState
from components.shell.desk import Desk
from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.editing.table import set_done
from labeling.errors import LabelingError, explain
from labeling.reviewing.acts import DecideAct, decide_acts_in
from labeling.reviewing.decisions import Decided, PlaceStanding, decide, keep
from labeling.reviewing.final_version import DecideRow, lanes
from labeling.store.review import ReviewStore

REMEMBERED = 20
"""Acts that were refused, told to the browser again with each run."""


@dataclass
class Deciding:
    """What there is to decide and where the lead is: the `open` document by its key, and the place (document,
    key) that is edited by hand or noted on. `of`: the person and the project; `what`: which places are asked
    for; `asked`: the window and the number of the act that asked for the note; `takes_single`: what one
    person alone has tagged is taken over once it is read; `followed`: the last act of each window that this
    page heard of."""

    of: tuple[str, int] | None = None
    reading: DecideReading | None = None
    open: str = ""
    what: str = ""
    editing: tuple[str, str] | None = None
    noting: tuple[str, str] | None = None
    asked: tuple[str, int] = ("", 0)
    takes_single: bool = False
    refused: list[tuple[str, int, str]] = field(default_factory=list)
    followed: dict[str, int] = field(default_factory=dict)

    def begin_anew(self) -> None:
        """Of other sessions, or of other documents of them."""
        self.reading, self.open, self.editing, self.noting = None, "", None, None
        self.what = ""

    @property
    def row(self) -> DecideRow | None:
        """The open document; the first that is asked for until one is, or where it is gone."""
        assert self.reading is not None
        known = self.reading.by_key.get(self.open)
        return known or next(self.reading.listed(self.what), None)

    def go_on(self, way: int = 1) -> None:
        """To the next document that is asked for."""
        assert self.reading is not None
        row = self.row
        found = behind(tuple(self.reading.listed(self.what)), -1 if row is None else row.position, way)
        self.open = "" if found is None else found.key

    def place(self, at: tuple[str, str] | None) -> tuple[DecideRow, PlaceStanding] | None:
        """A place as it stands now; None where it is not there any more."""
        assert self.reading is not None
        row = None if at is None else self.reading.by_key.get(at[0])
        if row is None or at is None:
            return None
        return next(((row, one) for one in self.reading.places(row) if one.key == at[1]), None)


def decide_scope(desk: Desk) -> str:
    """Names whose draft of which final version it is, without saying it; not that of its text on Annotate."""
    words = "\n".join(("decide", desk.ui.api_name, desk.ui.sign_in.owner, desk.session.lasting_name))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def decide_standing(desk: Desk, state: Deciding, report: object) -> DecideState:
    """How far the acts have come of each window that the browser named."""
    work = desk.kept
    windows = {act.window for act in decide_acts_in(report)}
    return DecideState(
        applied={window: work.draft.windows.get(window, 0) for window in windows},
        kept={window: work.kept_number(window) for window in windows},
        refused=tuple(state.refused),
    )


def take_decisions(
    desk: Desk,
    state: Deciding,
    review: ReviewStore,
    report: object,
    on_ask: Callable[[DecideAct], None],
) -> bool:
    """Bring the acts that are new to the draft, in order; whether there was any. One for which something
    cannot be read now stays with the browser, and so do those after it."""
    assert state.reading is not None
    taken = False
    for act in decide_acts_in(report):
        is_new_here = act.number > state.followed.get(act.window, 0)
        state.followed[act.window] = max(act.number, state.followed.get(act.window, 0))
        if act.number <= desk.kept.draft.windows.get(act.window, 0):
            if is_new_here and act.kind in ("go", "done"):  # taken in by the page as it was before a reload
                state.open = act.document
                state.go_on(act.way)
            continue
        try:
            why = _take(desk.now(), state, act, on_ask)
            state.reading.refresh(desk, review)
        except LabelingError as error:
            desk.tell("page", "warning", explain(error, "take that decision"))
            break
        taken = True
        if why:
            state.refused = [*state.refused, (*act.of, why)][-REMEMBERED:]
    return taken


def _take(desk: Desk, state: Deciding, act: DecideAct, on_ask: Callable[[DecideAct], None]) -> str:
    """One act; why it was refused, or nothing."""
    if act.kind in ("go", "ask"):
        if act.kind == "ask":
            on_ask(act)
        else:
            state.open = act.document
            state.go_on(act.way)
        return desk.take(lambda draft: None, act.of)
    if locked := desk.locked:
        return desk.take(lambda draft: Refused(locked), act.of)
    if act.kind in ("undo", "redo"):
        (desk.undo if act.kind == "undo" else desk.redo)(act.of)
        return ""
    if act.kind == "done":
        why = on_document(desk, state, act.document, lambda document, draft: set_done(document, True), act.of)
        state.open = act.document
        state.go_on()
        return why
    if act.kind == "decide":
        state.open = act.document
        return _decide(desk, state, act)
    return desk.take(lambda draft: Refused("this act could not be read"), act.of)


def _decide(desk: Desk, state: Deciding, act: DecideAct) -> str:
    reading = state.reading
    found = state.place((act.document, act.place))
    if reading is None or found is None:
        gone = Refused("what people have at this place has changed")
        return desk.take(lambda draft: gone, act.of)
    row, where = found
    if act.choice == "k":
        return on_document(desk, state, row.key, lambda document, draft: keep(document, where), act.of)
    decided = chosen(reading, row, where, act.choice)
    if decided is None:
        nobody = Refused("there is nothing to take there")
        return desk.take(lambda draft: nobody, act.of)
    others, step = reading.others(row.key, where), f"{act.window}-{act.number}"
    return on_document(
        desk,
        state,
        row.key,
        lambda document, draft: decide(document, draft, [decided], step, others),
        act.of,
    )


def chosen(reading: DecideReading, row: DecideRow, where: PlaceStanding, choice: str) -> Decided | None:
    """What a choice decides at a place; None: it names nothing that is there."""
    if choice == "0":
        return Decided(where, (), "nothing")
    if choice[:1] == "a":
        options, number = where.proposal.tags, choice[1:]
        if not number:
            return None if options else Decided(where, (), "majority")
        at = int(number) if number.isdecimal() and number.isascii() else len(options)
        how = "chosen" if where.proposal.open else "majority"
        return Decided(where, (options[at],), how) if at < len(options) else None  # type: ignore[arg-type]
    if not (choice.isdecimal() and choice.isascii()):
        return None
    order = lanes(reading.plan.seed, row.key, len(where.votes))
    lane = int(choice) - 1
    if not 0 <= lane < len(order):
        return None
    tag = None if where.place is None else where.place.tags[order[lane]]
    return Decided(where, () if tag is None else (tag,), "nothing" if tag is None else "chosen")


def on_document(
    desk: Desk,
    state: Deciding,
    document: str,
    make: Callable[[DraftDocument, Draft], Change | Refused],
    of: tuple[str, int] | None = None,
) -> str:
    """One more step on a document of the final version; why it was refused, or nothing."""
    assert state.reading is not None
    row = state.reading.by_key.get(document)
    loaded = None if row is None else desk.reader.now(desk.now().draft, row.key, row.position)
    if loaded is None:
        return desk.take(lambda draft: Refused("this document is no longer there"), of)
    return desk.edit_document(loaded, make, of)
