"""Everything that may happen to a draft: what each event makes of it, and that a save's may be told twice."""

from __future__ import annotations

import typing

import pytest

from labeling.draft.draft import Draft
from labeling.draft.edits import Change, NameEdit, RulingEdit
from labeling.draft.events import (
    CopiesPossible,
    DocumentsLanded,
    DocumentsSent,
    DraftFoundAgain,
    EditNumbered,
    Event,
    HistoryWalked,
    NamesCompared,
    NamesMissing,
    ProposalsRuled,
    RenamesBegun,
    RenamesHeld,
    SaveProved,
    SessionRead,
    StepRedone,
    StepTaken,
    StepUndone,
    apply,
)
from labeling.draft.ruled import Ghost, Ruling
from labeling.draft.saved import sent_now
from labeling.draft.vocabulary import NameGone
from labeling.editing.session import rename_name
from tests.unit.build import a_draft, a_session
from tests.unit.draft.test_saved import cell, held

NAMED = Change("Call it Mine", (NameEdit(before="Hotel reviews", after="Mine"),))


def tagged() -> Draft:
    return cell(a_draft(), "0/0", "label", "NEG")


def renamed() -> Draft:
    change = rename_name(a_draft(), "classes", "Staff", "Team")
    assert isinstance(change, Change)
    return apply(a_draft(), StepTaken(change))


def asked() -> Draft:
    there = a_session(classes=["Crew", "Room", "Price"])
    return apply(cell(a_draft(), "1/0", "class_", "Staff"), SessionRead(there))


def sent(draft: Draft) -> Draft:
    return apply(draft, DocumentsSent(sent_now(draft, {"id:1": None})))


def proved(draft: Draft) -> SaveProved:
    view = draft.document("id:1")
    return SaveProved({"id:1": (view, held(view))}, draft)


GHOST = Ghost(key="proposal-7", start=0, end=4, tag=("Staff", "POS"))
RULING = Ruling(ghost=GHOST, says="rejected")


def ruled() -> Draft:
    view = tagged().document("id:1")
    edit = RulingEdit(document="id:1", before=None, after=RULING)
    return apply(tagged(), StepTaken(Change("Reject", (edit,)), (view,)))


TOLD_BY_A_SAVE: list[tuple[Draft, Event]] = [
    (tagged(), DocumentsSent(sent_now(tagged(), {"id:1": None}))),
    (sent(tagged()), DocumentsLanded({"id:1": None})),
    (sent(tagged()), DocumentsLanded({"id:1": held(tagged().document("id:1"))})),
    (renamed(), RenamesBegun(1)),
    (renamed(), RenamesHeld(1)),
    (tagged(), CopiesPossible(3)),
    (tagged(), NamesMissing((NameGone(field="classes", old="Staff"),))),
    (asked(), NamesCompared((NameGone(field="classes", old="Staff", new=("Crew",), rename="seen"),))),
    (tagged(), proved(tagged())),
    (ruled(), ProposalsRuled({"id:1": ((RULING,), None)})),
]


def test_a_step_is_taken_undone_redone_and_walked_back_with_its_time() -> None:
    draft = apply(a_draft(), StepTaken(NAMED, at="2024-05-01T10:00:00+00:00"))
    assert (draft.name, draft.steps[-1].at) == ("Mine", "2024-05-01T10:00:00+00:00")
    assert apply(draft, StepUndone()).name == "Hotel reviews"
    assert apply(apply(draft, StepUndone()), StepRedone()).name == "Mine"
    assert apply(draft, HistoryWalked(0)).name == "Hotel reviews"


def test_what_changes_nothing_leaves_the_very_draft() -> None:
    draft = a_draft()
    for event in (StepTaken(Change("Nothing", ())), StepUndone(), CopiesPossible(None), RenamesHeld(0)):
        assert apply(draft, event) is draft


def test_what_was_not_changed_here_follows_the_session_that_was_read() -> None:
    draft = apply(apply(a_draft(), StepTaken(NAMED)), SessionRead(a_session(name="Theirs", classes=["New"])))
    assert (draft.name, draft.classes) == ("Mine", ("New",))


def test_a_draft_that_was_lost_is_found_again_with_what_was_begun_meanwhile_after_it() -> None:
    begun = apply(a_draft(), StepTaken(NAMED))
    found = apply(begun, DraftFoundAgain(tagged()))
    assert (found.name, found.documents) == ("Mine", tagged().documents)
    assert apply(found, DraftFoundAgain(tagged())) == found
    assert apply(a_draft(), DraftFoundAgain(tagged())) == tagged()


def test_the_number_of_an_edit_is_kept_for_its_window_alone() -> None:
    draft = apply(apply(a_draft(), EditNumbered("w1", 3)), EditNumbered("w2", 1))
    assert draft.windows == {"w1": 3, "w2": 1}


def test_a_document_that_was_sent_and_not_taken_is_as_it_was_before() -> None:
    assert apply(sent(tagged()), DocumentsLanded({"id:1": None})) == tagged()


def test_a_document_that_was_sent_and_taken_is_saved_and_what_was_edited_since_is_not() -> None:
    landed = DocumentsLanded({"id:1": held(tagged().document("id:1"))})
    assert not apply(sent(tagged()), landed).is_changed
    since = apply(cell(sent(tagged()), "1/0", "label", "NEU"), landed)
    assert len(since.document("id:1").changed_keys) == 1
    assert since.document("id:1").sent is None


def test_documents_of_two_saves_that_were_broken_off_land_each_as_it_was_sent() -> None:
    first = sent(tagged())
    second = cell(first, "0/0", "label", "NEU", key="id:2")
    second = apply(second, DocumentsSent(sent_now(second, {"id:2": None})))
    there = {key: held(second.document(key)) for key in ("id:1", "id:2")}
    draft = apply(second, DocumentsLanded(there))
    assert not draft.is_changed
    assert all(step.saved for step in draft.steps)


@pytest.mark.parametrize(("draft", "event"), TOLD_BY_A_SAVE)
def test_a_save_may_tell_the_same_twice(draft: Draft, event: Event) -> None:
    """What the store failed to acknowledge is told again to what it has stored after all."""
    once = apply(draft, event)
    assert once != draft
    assert apply(once, event) == once


def test_a_session_and_new_documents_are_saved_only_where_they_are_proved() -> None:
    draft = apply(a_draft(), StepTaken(NAMED))
    assert apply(draft, SaveProved({}, draft)).is_changed
    assert not apply(draft, SaveProved({}, draft, a_session(name="Mine"))).is_changed


def test_no_event_is_left_out_here() -> None:
    tried = {type(event) for _, event in TOLD_BY_A_SAVE}
    by_person = {StepTaken, StepUndone, StepRedone, HistoryWalked, EditNumbered, DraftFoundAgain, SessionRead}
    assert tried | by_person == set(typing.get_args(Event))
