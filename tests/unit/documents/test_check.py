"""What is wrong in a session now is what its check found and what was touched since, as the draft has it."""

from __future__ import annotations

import pytest

from labeling.checking.repairs import repair_all
from labeling.documents import check as checked
from labeling.documents.check import Checked
from labeling.draft.document import Loaded
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Change
from labeling.draft.history import take, undo
from labeling.draft.saved import rebased
from labeling.editing.table import add_segment, set_done
from tests.unit.build import a_document, a_segment, a_session

TEXT = "Kind staff , small room."


def a_letter(number: int, *, wrong: bool) -> Loaded:
    """A document with one segment; where it is wrong, that ends in white space."""
    segment = a_segment(TEXT, 5, 11 if wrong else 10, ("Staff", "POS"))
    return Loaded(f"id:{number}", number, a_document(TEXT, segment, id=number))


LETTERS = [a_letter(number, wrong=number in (1, 3)) for number in range(5)]


def a_check(draft: Draft) -> Checked:
    check = Checked((1, 5), writes=0)
    for loaded in LETTERS:
        check.look_at(loaded, draft)
    return check


def places(check: Checked, draft: Draft) -> list[int]:
    return [loaded.position for loaded, _ in check.now(draft)]


def repaired(draft: Draft, loaded: Loaded) -> Draft:
    view = draft.view(loaded)
    return take(draft, repair_all(view, "white", draft.scheme), view)


def test_what_was_repaired_is_not_listed_and_what_was_broken_since_is() -> None:
    draft = new_draft(a_session())
    check = a_check(draft)
    assert (check.count, places(check, draft)) == (5, [1, 3])
    draft = repaired(draft, LETTERS[1])
    assert places(check, draft) == [3]
    view = draft.view(LETTERS[4])
    change = add_segment(view, 11, 18, "Pool", "POS", "w-1")
    assert isinstance(change, Change)
    draft = take(draft, change, view)
    assert places(check, draft) == [3, 4]
    assert places(check, undo(undo(draft))) == [1, 3]


def test_after_a_save_the_draft_knows_better_than_the_check() -> None:
    draft = new_draft(a_session())
    check = a_check(draft)
    draft = repaired(draft, LETTERS[1])
    was = draft.document("id:1")
    held = LETTERS[1].document.model_copy(update={"segments": was.sendable})
    draft = rebased(draft, draft.base, {"id:1": (was, held)}, draft)
    assert not draft.is_changed
    assert places(check, draft) == [3]


def test_what_somebody_else_put_right_before_the_check_is_not_wrong_any_more() -> None:
    draft = new_draft(a_session())
    view = draft.view(LETTERS[1])
    draft = undo(take(draft, set_done(view, True), view))
    check = Checked((1, 5), writes=0)
    check.look_at(a_letter(1, wrong=False), draft)
    assert places(check, draft) == []


def test_another_look_costs_only_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = new_draft(a_session())
    check = a_check(draft)
    assert places(check, draft) == [1, 3]
    looked: list[str] = []
    really = checked.problems_of
    monkeypatch.setattr(
        checked, "problems_of", lambda view, *rest: looked.append(view.key) or really(view, *rest)
    )
    assert places(check, draft) == [1, 3]
    assert looked == []
    assert places(check, repaired(draft, LETTERS[3])) == [1]
    assert looked == ["id:3"]
