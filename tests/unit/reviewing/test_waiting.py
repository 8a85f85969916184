"""The lead's queue: what waits, the longest first, and when the rest is done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from labeling.reviewing.pace import DoneDay, by_day, ending, ending_in_words
from labeling.reviewing.waiting import SampleUnderWay, ToDecideCounts, in_words, waiting
from labeling.store.review_values import PlanSession, ReviewKey, StoredNote, StoredPlan, Who
from tests.unit.build import a_session

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
ANN, BOB = Who("2", "ann@example.org"), Who("3", "bob@example.org")
DONE = a_session(id=5, uuid="u5", name="First", status="FINISHED", finished=NOW - timedelta(days=3))
OPEN = a_session(id=6, uuid="u6", name="Second")


def a_note(id_: str, session: str, hours: int) -> StoredNote:
    at = NOW - timedelta(hours=hours)
    return StoredNote(id_, ReviewKey("1", session), "id:1", "question", ANN, created=at)


def test_everything_that_waits_is_listed_the_longest_wait_first_and_what_has_no_time_last() -> None:
    parts = (
        PlanSession(1, ANN, session="u5"),
        PlanSession(2, BOB, session="u5"),
        PlanSession(3, BOB, session="u6"),
    )
    plan = StoredPlan("p", "1", "Plan", 7, ANN, parts)
    lines = waiting(
        (DONE, OPEN),
        notes=[a_note("a", "u6", 30), a_note("b", "u6", 100), a_note("c", "gone", 200)],
        plans=[plan],
        decide=[ToDecideCounts("Plan", (5, 6), 7, 37, 3), ToDecideCounts("New", (5, 6), documents=12)],
        suspects={6: 60, 5: 0},
        under_way=[SampleUnderWay(6, 12, NOW - timedelta(hours=2))],
    )
    assert [in_words(line, NOW) for line in lines] == [
        "2 notes unanswered in Second · for 4 days",
        "First is finished: how many errors are left? · for 3 days",
        "ann@example.org is out of work · for 3 days",
        "A sample of Second is under way: 12 documents looked at · for 2 hours",
        "12 documents done by two or more people in New: nobody has begun to decide",
        "3 decisions overtaken in Plan",
        "37 places to decide in Plan",
        "60 suspects in Second",
    ]
    assert [(line.go, line.session) for line in lines[:2]] == [("notes", 6), ("sample", 5)]


def test_nothing_waits_where_all_is_checked() -> None:
    assert waiting((DONE, OPEN), checked=[5], decide=[ToDecideCounts("Plan", (5, 6), 7)]) == ()


def test_known_answers_are_not_asked_to_be_checked() -> None:
    plan = StoredPlan("p", "1", "Plan", 7, ANN, (PlanSession(1, ANN, "GOLD", "u5"),))
    assert waiting((DONE, OPEN), plans=[plan]) == ()


def test_done_documents_are_counted_by_the_days_of_the_reader_with_empty_days_between() -> None:
    marks = [
        (datetime(2026, 11, 25, 23, 30, tzinfo=UTC), 3),
        (datetime(2026, 11, 26, 8, 0, tzinfo=UTC), 2),
        (datetime(2026, 11, 28, 8, 0, tzinfo=UTC), 4),
    ]
    berlin = timezone(timedelta(hours=1))
    assert by_day(marks, berlin, date(2026, 11, 28)) == (
        DoneDay(date(2026, 11, 26), 5),
        DoneDay(date(2026, 11, 27), 0),
        DoneDay(date(2026, 11, 28), 4),
    )
    assert by_day([], UTC, date(2026, 11, 28)) == ()


def days(*done: int) -> list[DoneDay]:
    last = date(2026, 11, 27)
    return [DoneDay(last - timedelta(days=len(done) - 1 - at), count) for at, count in enumerate(done)]


def test_an_end_is_foretold_from_five_whole_days_with_its_range() -> None:
    today = date(2026, 11, 28)
    assert ending(days(10, 10, 10, 10), 100, today) is None
    assert ending(days(0, 0, 0, 0, 0), 100, today) is None
    assert ending(days(10, 10, 10, 10, 10), 0, today) is None
    even = ending(days(10, 10, 10, 10, 10), 100, today)
    assert even == (date(2026, 12, 8),) * 3
    uneven = ending(days(0, 30, 0, 10, 10, 0, 20), 100, today)
    assert uneven is not None
    assert uneven.middle is not None
    assert uneven.latest is not None
    assert date(2026, 12, 2) <= uneven.earliest < uneven.middle < uneven.latest
    assert ending_in_words(even).startswith(
        "If it goes on as it did, the rest is done about 08 Dec 2026: in 95"
    )
    never = ending(days(0, 0, 0, 0, 1), 100_000, today)
    assert never is not None
    assert "in more than ten years" in ending_in_words(never)
