"""A draft that version 0.1.0 kept is read, shown as it was, undone, redone, edited and saved;
so are acts that waited."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labeling.draft.document import Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.events import StepTaken, StepUndone
from labeling.draft.history import discard, redo, take, undo, walk
from labeling.draft.keys import document_keys
from labeling.editing.text import Act, change_of
from labeling.model import Document
from labeling.store.drafts import DraftKey, DraftStore, open_drafts
from labeling.store.synced import SyncedDraft
from tests.unit.acts import Read
from tests.unit.build import a_session
from tests.unit.draft.test_saved import told

DUMP = Path(__file__).with_name("kept_by_0_1.sql")
"""Edited, tagged, moved and deleted in document 1; tagged and done in 2; an unfinished row in 3; 4 was saved,
and 5 and 6 were touched, before others changed them; a class renamed, another merged; the last step undone.
"""
KEY = DraftKey("embedded", "ann", "1/5")
SESSION = a_session(document_count=6)


def document(text: str, *segments: dict[str, Any], **fields: Any) -> Document:
    return Document.model_validate({"text": text, "segments": segments, **fields})


def segment(start: int, end: int, *tags: dict[str, str], **fields: Any) -> dict[str, Any]:
    return {"span": [start, end], "tags": tags, **fields}


def tag(class_: str, label: str) -> dict[str, str]:
    return {"class": class_, "label": label}


DOCUMENTS = (
    document(
        "Kind staff, small room, great café.",
        segment(5, 10, tag("Staff", "POS"), text="staff"),
        segment(18, 22, tag("Room", "NEG"), tag("Price", "NEU"), text="room"),
        segment(30, 34, text="café"),
        id=1,
    ),
    document(
        "Room and staff are fine.",
        segment(0, 4, {**tag("Room", "POS"), "id": 9}, text="Room", id=71),
        segment(9, 14, {"label": "POS"}, text="staff", id=72, colour="red"),
        id=2,
        annotated=False,
    ),
    document("Low price", segment(4, 9, tag("Price", "POS"))),
    document("A pool, a bar", segment(2, 6, tag("Room", "NEG")), segment(10, 13, tag("Price", "NEU")), id=4),
    document(
        "Nice beds, nice view",
        segment(0, 4, tag("Room", "NEU")),
        segment(5, 9, tag("Room", "POS")),
        segment(16, 20, tag("Room", "NEG")),
        id=5,
    ),
    document("Cold rooms", segment(0, 4, tag("Room", "POS")), segment(5, 10, tag("Room", "NEG")), id=6),
)
KEYS = document_keys(DOCUMENTS)
READ: Read = dict(zip(KEYS, DOCUMENTS, strict=True))
"""What the server holds now. Of document 6 there was only the second segment when it was touched."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DraftStore]:
    database = sqlite3.connect(tmp_path / "drafts.db")
    database.executescript(DUMP.read_text(encoding="utf-8"))
    database.close()
    store = open_drafts(tmp_path)
    yield store
    store.close()


@pytest.fixture
def kept(store: DraftStore) -> SyncedDraft:
    return SyncedDraft(store, KEY, SESSION, "w2")


def shown(draft: Draft) -> list[list[str]]:
    """What is seen of each document: its segments with their tags, and whether it is done."""
    found = []
    for at, (key, read) in enumerate(READ.items()):
        view = draft.view(Loaded(key, at, read))
        segments = [
            f"{one.segment.start}-{one.segment.end} "
            + ", ".join("/".join(name or "" for name in tag.names) for tag in one.segment.tags)
            for one in view.segments
        ]
        found.append([*segments, *(["done"] if view.done else [])])
    return found


AS_KEPT = [
    ["0-4 Team/POS", "5-10 Team/NEG", "12-22 Room/NEG, Room/NEU"],
    ["0-4 Room/POS, Team/", "9-14 /POS", "done"],
    ["4-9 Room/POS"],
    ["2-6 Room/NEG", "10-13 Room/NEU"],
    ["0-4 Room/NEG", "5-9 Room/POS"],
    ["0-4 Room/POS", "5-10 Room/NEG"],
]
"""So version 0.1.0 showed it; likewise what follows."""
AT_FIRST = [
    ["5-10 Staff/POS", "18-22 Room/NEG, Price/NEU", "30-34 "],
    ["0-4 Room/POS", "9-14 /POS"],
    ["4-9 Price/POS"],
    ["2-6 Room/POS", "10-13 Price/NEU"],
    ["0-4 Room/NEU", "5-9 Room/POS", "16-20 Room/NEG"],
    ["0-4 Room/POS", "5-10 Room/NEG"],
]
AFTER_SIX_STEPS = [
    *AT_FIRST[:3],
    ["2-6 Room/NEG", "10-13 Price/NEU"],
    ["0-4 Room/NEG", *AT_FIRST[4][1:]],
    AT_FIRST[5],
]
DISCARDED = [*AT_FIRST[:3], AFTER_SIX_STEPS[3], *AT_FIRST[4:]]


def test_a_draft_of_version_0_1_0_is_shown_undone_redone_and_discarded_as_it_was(kept: SyncedDraft) -> None:
    draft = kept.draft
    assert (kept.why, shown(draft)) == (None, AS_KEPT)
    assert [(step.number, step.kind, step.saved) for step in draft.steps[:3]] == [
        (1, "edit", True),
        (2, "edit", False),
        (3, "undo", False),
    ]
    assert shown(redo(draft))[1] == ["0-4 Room/POS, Team/", "9-14 /NEG", "done"]
    assert shown(walk(draft, 0)) == AT_FIRST
    assert shown(walk(draft, 6)) == AFTER_SIX_STEPS
    assert shown(take(draft, discard(draft))) == DISCARDED
    assert shown(undo(take(draft, discard(draft)))) == AS_KEPT
    back = walk(draft, 0)
    for _ in range(30):
        back = redo(back)
    assert shown(back)[:1] + shown(back)[2:] == AS_KEPT[:1] + AS_KEPT[2:]


def test_it_is_saved_and_what_was_saved_can_be_undone(kept: SyncedDraft, store: DraftStore) -> None:
    sent = kept.draft
    events, held = told(sent, READ)
    for event in events:
        kept.keep(event)
    assert [view.key for view in kept.draft.changed_documents] == [KEYS[2]]
    again = SyncedDraft(store, KEY, SESSION, "w3").draft
    assert (again.documents, again.steps) == (kept.draft.documents, kept.draft.steps)
    back = walk(kept.draft, 9).document("id:1")
    assert [one.segment.span for one in back.segments] == [(0, 4), (5, 10), (18, 22), (30, 34)]
    assert len(back.changed_keys) == 2
    assert held["id:1"].segments[0].units == ((0, 4, "Team", "POS"),)


@pytest.mark.parametrize(
    ("of", "segment", "at", "left"),
    [
        ("id:1", "b0", (5, 10), ["0-4", "12-22"]),
        ("id:1", "w1-7.0", (0, 4), ["5-10", "12-22"]),
        ("id:5", "r5.0", (0, 4), ["5-9"]),
        ("id:6", "r19.0", (0, 4), ["5-10"]),
        ("id:6", "b0", (5, 10), ["0-4"]),
        ("id:6", "r19.1", (0, 4), None),
    ],
)
def test_an_act_that_a_browser_has_held_since_then_is_applied(
    kept: SyncedDraft, of: str, segment: str, at: tuple[int, int], left: list[str] | None
) -> None:
    act = Act.model_validate(
        {"kind": "delete", "number": 1, "window": "w", "document": of, "segment": segment, "at": at}
    )
    view = kept.draft.view(Loaded(of, KEYS.index(of), READ[of]))
    change = change_of(act, view, kept.draft.scheme)
    if left is None:
        assert isinstance(change, Refused)
        return
    assert isinstance(change, Change)
    kept.keep(StepTaken(change, (view,)))
    spans = [f"{one.segment.start}-{one.segment.end}" for one in kept.draft.document(of).segments]
    assert spans == left
    kept.keep(StepUndone())
    assert shown(kept.draft) == AS_KEPT
