"""Active time is that between steps that follow each other, and belongs to the document of the later one."""

from __future__ import annotations

from labeling.draft.edits import DoneEdit, NameEdit, Step
from labeling.draft.worked import worked


def step(number: int, at: str, *documents: str, saved: bool = False) -> Step:
    edits = tuple(DoneEdit(document=one, before=False, after=True) for one in documents)
    named = (NameEdit(before="a", after="b"),)
    return Step(number=number, name="", edits=edits or named, at=at and f"2026-11-03T{at}+00:00", saved=saved)


def test_the_time_since_the_step_before_belongs_to_the_document_of_the_later_one() -> None:
    steps = [
        step(1, "10:00:00", "a"),
        step(2, "10:00:20", "a"),
        step(3, "10:01:20", "b"),
        step(4, "10:01:25", "a"),
    ]
    assert worked(steps) == {"a": 25, "b": 60}


def test_pauses_bulk_steps_and_what_is_saved_do_not_count() -> None:
    steps = [
        step(1, "10:00:00", "a"),
        step(2, "10:00:30", "a", saved=True),
        step(3, "10:02:00", "a"),  # a coffee
        step(4, "10:02:10", "a", "b"),
        step(5, "10:02:15"),
        step(6, "10:02:18", "b"),
        step(7, "10:02:10", "b"),  # the clock was put back
    ]
    assert worked(steps) == {"b": 3}


def test_steps_without_a_moment_are_no_work() -> None:
    assert worked([step(1, "10:00:00", "a"), step(2, "", "a"), step(3, "10:00:05", "a")]) == {}
