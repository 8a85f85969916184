"""Notes: for whom they are, what was decided otherwise, and when that is settled."""

from __future__ import annotations

import json

import pytest

from labeling.draft.document import Loaded
from labeling.draft.edits import Change
from labeling.draft.history import take
from labeling.model import Role, Unit
from labeling.reviewing.acts import decide_acts_in
from labeling.reviewing.notes import (
    WHOEVER,
    Otherwise,
    as_body,
    has_it,
    is_on_segment,
    may_write,
    otherwise_of,
    settled,
    tagger_of,
    take_it,
    waits_for,
)
from labeling.store.review_values import LEADS, NoteKind, ReviewKey, StoredNote, Who
from tests.unit.build import a_document, a_draft, a_segment, a_session

TEXT = "Kind staff, small room."
HAD: Unit = (12, 22, "Room", "NEG")
DECIDED: Unit = (12, 22, "Room", "NEU")


def a_note(**fields: object) -> StoredNote:
    note = StoredNote("n", ReviewKey("1", "s"), "id:1", "decided otherwise", Who("1"), (12, 22), "2")
    return note._replace(**fields)  # type: ignore[arg-type]


def told(said: Otherwise, **fields: object) -> StoredNote:
    """As the store gives it back."""
    return a_note(body=json.loads(json.dumps(as_body(said, "final", "p"))), **fields)


@pytest.mark.parametrize(
    ("had", "decided", "after", "words"),
    [
        (HAD, (DECIDED,), {DECIDED, (0, 10, "Staff", "POS")}, "Room/NEG → Room/NEU"),
        (HAD, (), {(0, 10, "Staff", "POS")}, "Room/NEG → nothing"),
        (
            None,
            ((5, 10, "Mood", "POS"),),
            {HAD, (0, 10, "Staff", "POS"), (5, 10, "Mood", "POS")},
            "nothing → Mood/POS",
        ),
        (
            HAD,
            ((18, 22, "Room", "NEG"),),
            {(0, 10, "Staff", "POS"), (18, 22, "Room", "NEG")},
            "Room/NEG → Room/NEG, other borders",
        ),
    ],
)
def test_what_was_decided_is_taken_as_a_step_and_settles_its_note(
    had: Unit | None, decided: tuple[Unit, ...], after: set[Unit], words: str
) -> None:
    said = Otherwise(had, decided)
    note = told(said)
    assert (otherwise_of(note), said.words) == (said, words)
    assert is_on_segment(note) is (had is not None)
    is_moved = had is not None and [unit[2:] for unit in decided] == [had[2:]]
    assert said.words_in(TEXT) == ("Room/NEG: “small room” → “room”" if is_moved else words)
    document = a_document(TEXT, a_segment(TEXT, 0, 10, ("Staff", "POS")), a_segment(TEXT, 12, 22, HAD[2:]))
    draft, read = a_draft(), Loaded("id:1", 0, document)
    before = [unit for one in draft.view(read).segments for unit in one.segment.units]
    assert settled([note], "id:1", before) == ()
    change = take_it(draft.view(read), draft, said, "step")
    assert isinstance(change, Change)
    draft = take(draft, change, draft.view(read))
    units = [unit for one in draft.view(read).segments for unit in one.segment.units]
    assert set(units) == after
    assert has_it(units, said)
    assert settled([note, told(said, closed="taken"), told(said, document="id:2")], "id:1", units) == ("n",)
    assert all(unit[2] in draft.classes for unit in units)


def test_a_note_without_a_decision_is_settled_by_nothing() -> None:
    assert otherwise_of(a_note(body={"position": 3})) is None
    assert settled([a_note(kind="question")], "id:1", [DECIDED]) == ()


@pytest.mark.parametrize(
    ("role", "kind", "may"),
    [
        (Role.MANAGER, "send back", True),
        (None, "send back", True),
        (Role.ANNOTATOR, "send back", False),
        (Role.ANNOTATOR, "decided otherwise", False),
        (Role.ANNOTATOR, "question", True),
        (Role.VIEWER, "question", False),
    ],
)
def test_who_may_write_a_note_follows_from_the_role(role: Role | None, kind: NoteKind, may: bool) -> None:
    assert may_write(role, kind) is may


def test_a_note_waits_for_a_person_the_leads_or_whoever_tags_the_session() -> None:
    assert tagger_of(a_session()) == WHOEVER
    assert tagger_of(a_session(user_id=2)) == "2"
    assert waits_for(a_note(), "2", leads=False)
    assert not waits_for(a_note(), "3", leads=True)
    assert not waits_for(a_note(closed="taken"), "2", leads=True)
    assert waits_for(a_note(waits_for=LEADS), "3", leads=True)
    assert not waits_for(a_note(waits_for=LEADS), "3", leads=False)
    assert waits_for(a_note(waits_for=WHOEVER), "3", leads=False)
    assert not waits_for(a_note(waits_for=WHOEVER), "3", leads=False, mine=False)


def test_what_a_browser_sends_while_deciding_may_be_anything() -> None:
    good = {"number": 1, "window": "w", "kind": "decide", "place": "p", "choice": "1"}
    report = {"acts": [good, {"number": 2, "window": "w", "kind": "dance"}, {"kind": "go"}, 7, None]}
    assert [(act.of, act.kind) for act in decide_acts_in(report)] == [
        (("w", 1), "decide"),
        (("w", 2), "unreadable"),
    ]
    for report in (None, "acts", {"acts": "ab"}, {"acts": 3}):
        assert decide_acts_in(report) == []
