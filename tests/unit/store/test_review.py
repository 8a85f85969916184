"""What leads plan, decide and say is kept as it was written, beside the drafts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from labeling.database import other_engine, sqlite_engine
from labeling.draft.decided import Decision, Vote
from labeling.draft.edits import Change, DecisionEdit, Refused
from labeling.draft.events import Event, StepTaken, StepUndone
from labeling.draft.history import discard
from labeling.editing.table import set_done
from labeling.errors import NotFound, NotKept
from labeling.store.drafts import DraftKey, DraftStore, open_drafts
from labeling.store.review import ReviewStore
from labeling.store.review_rows import decision_from
from labeling.store.review_values import (
    DocumentState,
    PlanSession,
    ReviewKey,
    SessionRecord,
    StoredNote,
    StoredPlan,
    StoredSample,
    StoredVerdict,
    TakenIn,
    Who,
)
from labeling.store.synced import Decide, SyncedDraft
from tests.unit.build import a_session
from tests.unit.store.test_synced import READ, on, tagged

API = "embedded"
SESSION = a_session()
KEY = ReviewKey("1", SESSION.lasting_name)
ANN, LEAD = Who("2", "ann@example.org"), Who("1", "lead@example.org")
STRANGE = "Größe 👩‍👩‍👧 \ud83d \0 '"
"""Half an emoji, a zero, a quote."""


@pytest.fixture
def drafts(tmp_path: Path, database_url: str) -> Iterator[DraftStore]:
    with closing(open_drafts(tmp_path / "data", database_url)) as drafts:
        yield drafts


@pytest.fixture
def other(drafts: DraftStore, tmp_path: Path, database_url: str) -> Iterator[ReviewStore]:
    """The same store, as another process sees it."""
    with closing(open_drafts(tmp_path / "data", database_url)) as other:
        yield other.review(API)


def a_note(id_: str = "n1", **fields: object) -> StoredNote:
    note = StoredNote(id_, KEY, "id:1", "question", ANN, (0, 4), body={"why": STRANGE})
    return note._replace(**fields)  # type: ignore[arg-type]


def a_decision(place: str = "p1", label: str = "POS") -> Decision:
    tag = (0, 4, "Staff", label)
    return Decision(place=place, votes=(Vote(session="a", tag=tag), Vote(session="b")), outcome=(tag,))


def deciding(after: Decision | None, before: Decision | None = None) -> Event:
    edit = DecisionEdit(document="id:1", before=before, after=after)
    return StepTaken(Change("Decide", (edit,)))


def a_draft_in(drafts: DraftStore, person: str = LEAD.person) -> SyncedDraft:
    return SyncedDraft(drafts, DraftKey(API, person, SESSION.lasting_name), SESSION, "w")


def standing(review: ReviewStore) -> list[Decision | None]:
    return [one.decision for one in review.decisions(KEY)]


def test_what_a_step_decides_is_kept_with_it_and_undone_with_it(
    drafts: DraftStore, other: ReviewStore
) -> None:
    draft, first, second = a_draft_in(drafts), a_decision(), a_decision("p2", "NEG")
    draft.keep(deciding(first))
    [kept] = other.decisions(KEY)
    assert (kept.document, kept.place, kept.person, kept.how) == ("id:1", "p1", "1", "chosen")
    assert kept.decision == first
    # Decided anew: the place has another name by now.
    draft.keep(deciding(second, before=first))
    assert standing(other) == [second]
    last = other.decided_last(KEY)
    draft.keep(StepUndone())
    assert standing(other) == [first]
    news = other.decided_since(KEY, since=last)
    assert {one.place: one.body and decision_from(one.body) for one in news} == {"p1": first, "p2": None}
    assert [one.place for one in other.decided_since(KEY)] == ["p1"]
    assert other.decided_last(KEY) > last
    assert other.decided_since(KEY, last, {(one.document, one.place): one.at for one in news}) == ()
    draft.take(lambda now: StepTaken(discard(now)))
    assert standing(other) == []
    draft.keep(StepUndone())
    assert standing(other) == [first]


def test_what_comes_in_from_elsewhere_is_new_once_and_takes_nothing_newer_away(
    drafts: DraftStore, other: ReviewStore
) -> None:
    first, second = a_decision(), a_decision("p2", "NEG")
    draft = a_draft_in(drafts)
    draft.keep(deciding(first))
    draft.keep(deciding(second))
    drafts.review(API).notes.add([a_note(), a_note("n2", span=None)], STRANGE)
    [record] = other.exchange.records([KEY])
    # It comes into another installation, twice.
    there = drafts.review("https://api.test")
    moved = record._replace(notes=tuple(one._replace(id=f"m{one.id}") for one in record.notes))
    assert there.exchange.take_in([moved]) == TakenIn(decisions=2, notes=2)
    [came] = there.exchange.records([KEY])
    assert [(one.decision, one.made, one.person) for one in came.decisions] == [
        (first, record.decisions[0].at, LEAD.person),
        (second, record.decisions[1].at, LEAD.person),
    ]
    assert came.notes == moved.notes
    assert there.exchange.take_in([moved]) == TakenIn(known=4)
    # Here one decision is made anew and the other taken back, a note is answered and closed: all of it is
    # newer.
    changed = a_decision(label="NEU")
    draft.keep(deciding(changed, before=first))
    draft.keep(deciding(None, before=second))
    stood = there.notes.newest(KEY)
    drafts.review(API).notes.answer("n1", LEAD, "It is.", closed="answered")
    assert other.exchange.take_in([record]) == TakenIn(newer_decisions=2, known=1, newer_notes=1)
    assert standing(other) == [changed]
    assert [one.closed for one in other.notes.of_session(KEY)] == ["answered", ""]
    # There it comes in: what was said there stays, and who asks for news hears of it.
    there.notes.answer("mn1", ANN, "Is it?")
    last = there.decided_last(KEY)
    [later] = other.exchange.records([KEY])
    later = later._replace(notes=tuple(one._replace(id=f"m{one.id}") for one in later.notes))
    came_in = there.exchange.take_in([later])
    assert (came_in.decisions, came_in.notes, came_in.known, came_in.newer_decisions) == (2, 1, 1, 0)
    assert standing(there) == [changed]
    assert there.decided_last(KEY) > last
    assert there.notes.newest(KEY) > stood
    words = [post.words for post in there.notes.of_session(KEY)[0].posts]
    assert words == [STRANGE, "Is it?", "It is."]
    # A note of that name that is about another session stays as it is.
    foreign = SessionRecord(KEY._replace(session="x"), notes=(record.notes[0],))
    assert other.exchange.take_in([foreign]) == TakenIn()


def test_of_records_that_cannot_all_be_stored_none_comes_in(drafts: DraftStore, other: ReviewStore) -> None:
    a_draft_in(drafts).keep(deciding(a_decision()))
    drafts.review(API).notes.add([a_note()])
    [record] = other.exchange.records([KEY])
    broken = record._replace(notes=(record.notes[0]._replace(id="new", span=(0, None)),))  # type: ignore[arg-type]
    there = drafts.review("https://api.test")
    with pytest.raises(NotKept):
        there.exchange.take_in([broken])
    assert there.exchange.records([KEY]) == (SessionRecord(KEY),)


def test_a_step_that_the_store_refused_decided_nothing(drafts: DraftStore, other: ReviewStore) -> None:
    draft = a_draft_in(drafts)
    assert draft.take(lambda now: Refused("no")) == "no"
    assert standing(other) == []


def test_two_people_decide_in_one_session_and_the_last_word_counts(
    drafts: DraftStore, other: ReviewStore
) -> None:
    a_draft_in(drafts).keep(deciding(a_decision()))
    a_draft_in(drafts, "7").keep(deciding(a_decision(label="NEU")))
    assert [one.person for one in other.decisions(KEY)] == ["7"]
    elsewhere = drafts.review("https://api.test")
    assert elsewhere.decisions(KEY) == other.decisions(KEY._replace(session="x")) == ()


def test_a_note_is_kept_with_what_is_said_about_it(drafts: DraftStore, other: ReviewStore) -> None:
    notes = drafts.review(API).notes
    notes.add([a_note(), a_note("n2", span=None, kind="remark", waits_for="2")], STRANGE)
    notes.add([a_note(kind="unsure")], "said again after a failure")
    first, second = other.notes.of_session(KEY)
    assert (first.kind, first.span, first.by, first.body) == ("question", (0, 4), ANN, {"why": STRANGE})
    assert (second.span, second.waits_for) == (None, "2")
    assert [(post.number, post.words) for post in first.posts] == [(1, STRANGE)]
    before = other.notes.newest(KEY)
    notes.answer("n1", LEAD, "It is.", waits_for=ANN.person)
    assert other.notes.newest(KEY) > before
    notes.answer("n1", LEAD, "It is.", waits_for=ANN.person)
    [first, _] = other.notes.of_session(KEY)
    assert (first.waits_for, [post.by for post in first.posts]) == (ANN.person, [ANN, LEAD])
    notes.close(["n1"], "taken")
    assert [note.id for note in other.notes.of_session(KEY, only_open=True)] == ["n2"]
    assert [note.id for note in other.notes.of_project("1")] == ["n2"]
    notes.answer("n1", ANN, closed="")
    assert len(other.notes.of_session(KEY, only_open=True)) == 2
    with pytest.raises(NotFound):
        notes.answer("n9", LEAD, "?")


def test_a_plan_is_kept_with_its_sessions(drafts: DraftStore, other: ReviewStore) -> None:
    plan = StoredPlan(
        "p", "1", "Twice", 17, LEAD, (PlanSession(1, ANN), PlanSession(2, LEAD, "DECIDED")), {"share": 0.2}
    )
    review = drafts.review(API)
    review.put_plan(plan)
    review.put_plan_session("p", PlanSession(1, ANN, "WORK", "uuid-1", 5, {"documents": [1, 2]}))
    [kept] = other.plans("1")
    assert (kept.name, kept.seed, kept.by, kept.body) == ("Twice", 17, LEAD, {"share": 0.2})
    assert [(s.number, s.part, s.session, s.session_id) for s in kept.sessions] == [
        (1, "WORK", "uuid-1", 5),
        (2, "DECIDED", None, None),
    ]
    review.put_plan(kept._replace(name="Thrice", sessions=kept.sessions[:1]))
    [again] = other.plans("1")
    assert (again.name, again.created, len(again.sessions)) == ("Thrice", kept.created, 1)
    assert other.plans("2") == ()
    review.remove_plan("p")
    assert other.plans("1") == ()


def handed_in(review: ReviewStore) -> dict[str, tuple[str, list[tuple[int, int]]]]:
    """Whose copy of each document it is, and its spans."""
    return {
        key: (one.by.person, [tuple(segment["span"]) for segment in one.body["segments"]])
        for key, one in review.handed_in(KEY).items()
    }


def called(done: bool) -> Decide:
    return on("id:1", lambda view, draft: set_done(view, done))


def test_what_is_called_done_is_first_kept_as_it_was_then(drafts: DraftStore, other: ReviewStore) -> None:
    draft = a_draft_in(drafts, ANN.person)
    read = [tuple(segment.span) for segment in READ["id:1"].segments]
    assert not draft.take(called(True))
    assert handed_in(other) == {"id:1": (ANN.person, read)}
    # Taken back before it was saved: it was never handed in.
    draft.keep(StepUndone())
    assert handed_in(other) == {}
    draft.take(tagged("t", 1))
    now = [*read, (1, 4)]
    draft.take(called(True))
    draft.take(tagged("u", 2))
    assert {key: (who, sorted(spans)) for key, (who, spans) in handed_in(other).items()} == {
        "id:1": (ANN.person, sorted(now))
    }
    a_draft_in(drafts, LEAD.person).take(called(True))
    assert handed_in(other)["id:1"][0] == ANN.person
    # What somebody else called done is not taken back with it.
    a_draft_in(drafts, LEAD.person).keep(StepUndone())
    assert handed_in(other)["id:1"][0] == ANN.person


def test_of_an_item_the_last_verdict_counts(drafts: DraftStore, other: ReviewStore) -> None:
    review = drafts.review(API)
    review.put_verdicts(
        KEY, [StoredVerdict(*("words", item, "id:1", "right", LEAD)) for item in ("i1", STRANGE)]
    )
    review.put_verdicts(KEY, [StoredVerdict("words", "i1", "id:1", "taken", ANN, {"to": "NEG"})])
    review.put_verdicts(KEY, [StoredVerdict("sample", "i1", "id:1", "wrong", ANN)])
    said = {one.item: one.outcome for one in other.verdicts(KEY, "words")}
    assert sorted(said.values()) == ["right", "taken"]
    assert said["i1"] == "taken"
    review.take_back_verdict(KEY, "words", "i1")
    assert len(other.verdicts(KEY)) == 2
    review.put_sample(StoredSample("s", KEY, LEAD, {"documents": [3, 1]}))
    review.put_sample(StoredSample("s", KEY, LEAD, {"documents": [3, 1], "verdict": "good"}))
    assert [sample.body["verdict"] for sample in other.samples(KEY)] == ["good"]


def test_saves_and_copies_are_numbered_in_each_session(drafts: DraftStore, other: ReviewStore) -> None:
    review = drafts.review(API)
    states = [DocumentState("id:1", {"before": []}), DocumentState("id:2", {"before": [1]})]
    assert review.saves.add(KEY, ANN, {"documents": 2}, states) == 1
    assert review.saves.add(KEY, ANN, {"documents": 1}, states[1:]) == 2
    assert review.saves.add(KEY._replace(session="x"), ANN, {}) == 1
    assert review.snapshots.add(KEY, LEAD, {"words": "before the merge"}, states) == 1
    assert [(save.number, save.body) for save in other.saves.all(KEY)] == [
        (1, {"documents": 2}),
        (2, {"documents": 1}),
    ]
    assert other.saves.documents(KEY, 1) == tuple(states)
    assert other.saves.of_document(KEY, "id:2") == ((1, states[1]), (2, states[1]))
    review.snapshots.remove(KEY, 1)
    assert other.snapshots.all(KEY) == ()
    assert len(other.saves.all(KEY)) == 2


def test_copies_that_two_processes_take_at_one_moment_are_both_stored(
    drafts: DraftStore, other: ReviewStore
) -> None:
    states = [DocumentState("id:1", {"before": []})]
    ready = threading.Barrier(2, timeout=30)

    def take(review: ReviewStore) -> list[int]:
        numbers = []
        for _ in range(10):
            ready.wait()
            numbers.append(review.snapshots.add(KEY, LEAD, {}, states))
        return numbers

    both = (drafts.review(API), other)
    with ThreadPoolExecutor(2) as pool:
        numbers = [number for taken in pool.map(take, both) for number in taken]
    assert sorted(numbers) == list(range(1, 21))
    assert [copy.number for copy in other.snapshots.all(KEY)] == sorted(numbers)
    assert [number for number, _ in other.snapshots.of_document(KEY, "id:1")] == sorted(numbers)


def test_of_somebody_who_is_forgotten_notes_go_and_what_they_made_stays_without_a_name(
    drafts: DraftStore, other: ReviewStore
) -> None:
    review = drafts.review(API)
    a_draft_in(drafts, ANN.person).keep(deciding(a_decision()))
    review.notes.add([a_note(), a_note("n2", by=LEAD, waits_for=ANN.person)], "words")
    review.notes.answer("n2", ANN, "mine")
    assert [note.id for note in review.notes.said_by(ANN.person)] == ["n1", "n2"]
    review.put_plan(StoredPlan("p", "1", "Twice", 1, LEAD, (PlanSession(1, ANN),)))
    a_draft_in(drafts, ANN.person).take(called(True))
    review.put_verdicts(KEY, [StoredVerdict("words", "i1", "id:1", "right", ANN)])
    drafts.review("https://api.test").notes.add([a_note("theirs")], "of another API")
    drafts.forget(API, ANN.person)
    [left] = other.notes.of_session(KEY)
    assert (left.id, left.waits_for, left.closed) == ("n2", "", "forgotten")
    assert [post.by for post in left.posts] == [LEAD]
    nobody = Who("", "")
    assert other.decisions(KEY)[0].person == ""
    assert other.plans("1")[0].sessions[0].who == nobody
    assert other.handed_in(KEY)["id:1"].by == other.verdicts(KEY)[0].by == nobody
    assert len(drafts.review("https://api.test").notes.of_session(KEY)) == 1


def test_a_step_whose_decision_cannot_be_stored_is_not_stored_either(
    drafts: DraftStore, tmp_path: Path, database_url: str
) -> None:
    draft = a_draft_in(drafts)
    draft.keep(deciding(a_decision()))
    engine = other_engine(database_url) if database_url else sqlite_engine(tmp_path / "data" / "drafts.db")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE decisions RENAME TO away"))
    draft.keep(deciding(a_decision("p2")))
    assert draft.why is not None
    assert [step.number for step in draft.unstored] == [2]
    kept = drafts.read(draft.key)
    assert kept is not None
    assert len(kept.steps) == 1
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO decisions"))
    engine.dispose()
    draft.look(now=True)
    assert (draft.why, draft.unstored) == (None, ())
    assert len(drafts.review(API).decisions(KEY)) == 2
