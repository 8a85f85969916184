"""Notes and decisions come out of a file as they went in, and nothing comes out of any other file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from labeling.draft.decided import Decision, Vote
from labeling.errors import Invalid
from labeling.reviewing.review_file import read_review_file, review_file, taken_in_words
from labeling.store.review_values import (
    NotePost,
    ReviewKey,
    SessionRecord,
    StoredDecision,
    StoredNote,
    TakenIn,
    Who,
)
from tests.unit.build import a_session

SESSION = a_session(uuid="u-5")
KEY = ReviewKey("1", "u-5")
AT = datetime(2026, 11, 28, 9, 30, 1, 250, UTC)
ANN, STRANGE = Who("2", "ann@example.org"), "Größe 👩‍👩‍👧 \ud83d '"
TAG = (0, 4, "Staff", None)
DECISIONS = (
    StoredDecision(
        *("id:1", "p1", "2", "chosen"),
        Decision(
            place="p1", votes=(Vote(session="a", tag=TAG), Vote(session="b")), outcome=(TAG,), note=STRANGE
        ),
        AT,
    ),
    StoredDecision("id:1", "p2", "2", "nothing", None, AT),
)
NOTES = (
    StoredNote(
        *("n1", KEY, "id:1", "question", ANN, (0, 4), "", "taken"),
        {"quote": STRANGE},
        (NotePost(1, ANN, AT, STRANGE),),
        *(AT, AT),
    ),
    StoredNote("n2", KEY, "id:2", "send back", ANN, None, "7", "", {}, (), AT, AT),
)
RECORD = SessionRecord(KEY, DECISIONS, NOTES)


def a_file() -> bytes:
    return review_file(1, [SESSION], [RECORD, SessionRecord(ReviewKey("1", "empty"))])


def changed(change: Any) -> bytes:
    value = json.loads(a_file())
    change(value)
    return json.dumps(value).encode()


def test_what_is_decided_and_noted_comes_back_as_it_was() -> None:
    found = read_review_file(a_file(), 1, [SESSION])
    assert found.missing == 0
    assert found.records == (RECORD,)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"format": "Tagwright plan", "version": 1}', "no notes and decisions"),
        (changed(lambda value: value.update(version=2)), "newer version"),
        (changed(lambda value: value.update(version="1")), "damaged"),
        (changed(lambda value: value.pop("sessions")), "damaged"),
        (changed(lambda value: value["sessions"][0]["notes"][0].update(span=[4, 0])), "damaged"),
        (changed(lambda value: value["sessions"][0]["notes"][0].update(kind="?")), "damaged"),
        (changed(lambda value: value["sessions"][0]["decisions"][0].update(at="2026-11-28")), "damaged"),
        (changed(lambda value: value["sessions"][0]["decisions"][0]["decision"].pop("votes")), "damaged"),
        (changed(lambda value: value.update(project="2")), "another project"),
        (changed(lambda value: value["sessions"][0].update(session="u-6")), "None of the sessions"),
    ],
)
def test_any_other_file_is_refused_with_its_reason(raw: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read_review_file(raw, 1, [SESSION])


def test_a_session_without_a_lasting_name_is_known_by_its_number_and_its_name() -> None:
    session = a_session()
    record = RECORD._replace(key=ReviewKey("1", session.lasting_name))
    other = a_session(id=6, uuid="u-6")
    raw = review_file(1, [session, other], [record, RECORD._replace(key=ReviewKey("1", "u-6"))])
    assert read_review_file(raw, 1, [session, other]).missing == 0
    renamed = read_review_file(raw, 1, [a_session(name="Another one"), other])
    assert ([one.key.session for one in renamed.records], renamed.missing) == (["u-6"], 1)


def test_it_is_said_what_came_in_and_what_stayed() -> None:
    assert taken_in_words(TakenIn(1, 2, 1, 0, 0), 0) == "1 decision and 2 notes came in. 1 was here already."
    assert taken_in_words(TakenIn(known=3, newer_decisions=1), 1) == (
        "Nothing in it is new here. 3 were here already. 1 decision is newer here and stayed. "
        "1 session that it is about is not here."
    )
