"""A plan says who has which documents, changes as people come and go, and is kept and handed on as a file."""

from __future__ import annotations

import json

import pytest

from labeling.agreement.deal import Dealt, Terms, Why
from labeling.errors import Invalid
from labeling.model import Part
from labeling.reviewing.plan_progress import known_together, pools
from labeling.reviewing.plans import (
    NewPlan,
    Plan,
    PlanSource,
    PlanText,
    exported,
    given,
    handed_over,
    imported,
    is_dealt,
    joined,
    left,
    plan_of,
    planned,
    stored,
)
from labeling.reviewing.taking_in import (
    can_be_taken_in,
    plan_of_sessions,
    taken_in,
    taken_out,
    with_documents,
)
from labeling.store.review_values import PlanSession, StoredPlan, Who
from tests.unit.build import a_session

ANN, BOB, EVA, LEAD = Who("2", "Ann"), Who("3", "Bob"), Who("4", "Eva"), Who("1", "Lead")


def texts(count: int, first: int = 1) -> list[PlanText]:
    return [PlanText(f"id:{number}", number, 100) for number in range(first, first + count)]


def a_plan(count: int = 30, people: tuple[Who, ...] = (ANN, BOB, EVA), gold: int = 0, **terms: float) -> Plan:
    new = NewPlan(
        *(1, "Round one", LEAD, people, texts(count), Terms(**terms)),  # type: ignore[arg-type]
        gold_texts=texts(gold, 1000),
    )
    return planned(new, taken=("Round one · Bob",))


def holders(plan: Plan) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for part in plan.work:
        for one in part.documents:
            found.setdefault(one.document, []).append(part.who.name)
    return found


def test_each_person_gets_a_session_with_a_name_that_no_other_has() -> None:
    plan = a_plan()
    assert [part.title for part in plan.parts] == ["Round one · Ann", "Round one · Bob 2", "Round one · Eva"]
    assert [part.user_id for part in plan.parts] == [2, 3, 4]
    assert not plan.is_carried_out
    assert sorted(holders(plan)) == list(range(30))


def test_documents_that_come_again_have_a_session_of_copies_that_is_nobodys_work() -> None:
    plan = a_plan(100, (ANN, BOB), again=0.1)
    [copies] = [part for part in plan.parts if part.part is Part.CHECK]
    again = {one.document for part in plan.work for one in part.documents if one.why is Why.AGAIN}
    assert copies.indexes == again
    assert copies not in plan.work
    known = plan.model_copy(update={"copies": {number: 5000 + number for number in again}})
    one = next(iter(again))
    assert (known.id_of(Dealt(one, Why.AGAIN)), known.id_of(Dealt(one, Why.ALONE))) == (5000 + one, one + 1)
    part = next(part for part in known.work if Dealt(one, Why.AGAIN) in part.documents)
    by_key = known.dealt_by_key(part)
    assert by_key[f"id:{5000 + one}"] == Dealt(one, Why.AGAIN)
    assert by_key[f"id:{one + 1}"].why in (Why.ALONE, Why.SHARED)


def test_whoever_comes_later_gets_what_is_not_dealt_yet_and_the_gold_documents() -> None:
    plan = a_plan(30, (ANN, BOB), gold=3)
    more = joined(plan, [EVA], texts(10, 200), taken=("Round one · Eva",))
    assert more.parts[:2] == plan.parts
    eva = more.parts[2]
    assert (eva.number, eva.title, eva.is_pending) == (3, "Round one · Eva 2", True)
    assert {more.texts[one.document].id for one in eva.documents if one.why is not Why.GOLD} == set(
        range(200, 210)
    )
    assert {one.document for one in eva.documents if one.why is Why.GOLD} == set(plan.gold_indexes)


def test_of_whoever_leaves_the_rest_goes_to_those_who_do_not_have_it() -> None:
    plan = a_plan(60, gold=2)
    bob = plan.parts[1]
    done = {one.document for one in bob.documents[:7]}
    later = left(plan, bob.number, done)
    gone = later.part_of(bob.number)
    assert (gone.has_left, gone.is_pending, gone.indexes) == (True, True, done)
    before, after = holders(plan), holders(later)
    for document, people in before.items():
        if document >= 60:
            continue  # gold stays with the others
        assert len(after[document]) == len(set(after[document])) == len(people), document
    counts = [len(part.documents) for part in later.work if not part.has_left]
    assert max(counts) - min(counts) <= 2
    again = left(later, later.parts[0].number, set())
    assert all("Bob" not in people or document in done for document, people in holders(again).items())


def test_where_no_document_can_be_put_into_a_session_the_rest_becomes_sessions_of_its_own() -> None:
    plan = a_plan(60)
    bob = plan.parts[1]
    later = left(plan, bob.number, set(), taken=())
    further = [part for part in later.parts if part.number > 3]
    assert [part.title for part in further] == ["Round one · Ann 2", "Round one · Eva 2"]
    assert [later.parts[n].documents for n in (0, 2)] == [plan.parts[n].documents for n in (0, 2)]
    assert sum(len(part.documents) for part in further) == len(bob.documents)
    assert not later.part_of(bob.number).is_pending


def test_a_document_given_to_one_more_person_is_shared_from_then_on() -> None:
    plan = a_plan(30, (ANN, BOB), share=0.0)
    ann, bob = plan.parts
    document = ann.documents[0].document
    more = given(plan, bob.number, document)
    assert Dealt(document, Why.SHARED) in more.part_of(ann.number).documents
    assert more.part_of(bob.number).documents[-1] == Dealt(document, Why.SHARED)
    assert given(more, bob.number, document) == more


def test_a_plan_is_kept_and_read_back_whole() -> None:
    plan = a_plan(100, again=0.1, gold=4).model_copy(update={"copies": {3: 77}})
    made = plan.changed(
        plan.parts[0].model_copy(update={"session": "u", "session_id": 9, "is_pending": False})
    )
    over = handed_over(made, 2, EVA)
    assert plan_of(stored(over)) == over
    assert imported(exported(over), 1) == over


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is no JSON"),
        (b"\xff", "is no JSON"),
        (b"[]", "no plan"),
        (b'{"format": "tagwright-plan", "version": 2}', "newer"),
        (b'{"format": "tagwright-plan", "version": 1, "plan": {"id": 1}}', "damaged"),
        (b"[" * 100_000, "is no JSON"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_in_words(raw: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        imported(raw, 1)


def test_a_plan_of_another_project_or_with_documents_that_it_lacks_is_refused() -> None:
    raw = exported(a_plan())
    with pytest.raises(Invalid, match="another project"):
        imported(raw, 2)
    value = json.loads(raw)
    value["plan"]["texts"].pop()
    with pytest.raises(Invalid, match="does not have"):
        imported(json.dumps(value).encode(), 1)


def test_the_final_version_that_was_begun_of_a_plan_stays_in_it_and_is_nobodys_to_carry_out() -> None:
    kept = stored(a_plan())
    begun = PlanSession(4, LEAD, "DECIDED", "u9", 9, {"name": "Round one decided"})
    plan = plan_of(kept._replace(sessions=(*kept.sessions, begun)))
    assert [part.number for part in plan.work] == [1, 2, 3]
    assert not plan.part_of(4).is_pending
    again = stored(joined(plan, [Who("5", "Ivo")], texts(4, 500))).sessions
    assert [(one.number, one.part, one.session) for one in again[3:]] == [
        (4, "DECIDED", "u9"),
        (5, "WORK", None),
    ]
    assert again[3].body["name"] == "Round one decided"
    assert not is_dealt(kept._replace(body={"made_for": "decided"}))


def test_a_session_whose_documents_a_plan_deals_out_is_nobodys_to_do_unless_somebody_began_in_it() -> None:
    pool = a_session(id=5, uuid="u5", name="Reviews", document_count=30, user_id=1, document_group_id=8)
    ids = {"whole": PlanSource(), "session": PlanSource(kind="session", number=5)}
    ids["group"] = PlanSource(kind="group", number=8)
    for source in ids.values():
        plan = stored(a_plan().model_copy(update={"source": source}))
        assert pools([plan], [pool]) == (pool,)
        for change in ({"progress": 3.3}, {"annotated_count": 1}):
            assert pools([plan], [pool.model_copy(update=change)]) == ()
        work = plan._replace(sessions=(PlanSession(1, ANN, session="u5"),))
        assert pools([work], [pool]) == ()
    dealt = stored(a_plan())
    for change in ({"document_count": 31}, {"user_id": 2}, {"mode": "CORRECTION"}):
        assert pools([dealt], [pool.model_copy(update=change)]) == ()
    assert pools([dealt._replace(body={})], [pool]) == pools([], [pool]) == ()


def test_sessions_to_be_compared_are_known_where_there_is_one_plan_or_one_pair() -> None:
    five, six, seven = (a_session(id=number, uuid=f"u{number}") for number in (5, 6, 7))
    parts = (
        PlanSession(1, ANN, session="u6"),
        PlanSession(2, BOB, session="u5"),
        PlanSession(3, LEAD, "DECIDED", "u7"),
        PlanSession(4, EVA, session="gone"),
    )
    plan = StoredPlan("p", "1", "Plan", 7, LEAD, parts)
    assert known_together([plan], (five, six, seven)) == (5, 6)
    assert known_together([plan, plan._replace(id="q")], (five, six, seven)) == (5, 6)
    other = plan._replace(id="q", sessions=(*parts[:1], PlanSession(2, BOB, session="u7")))
    assert known_together([plan, other], (five, six, seven)) == ()
    assert known_together([plan], (six, seven)) == ()
    assert known_together([], (five, six)) == (5, 6)
    assert known_together([], (five, six, seven)) == known_together([], (five,)) == ()
    empty = six.model_copy(update={"document_count": 0})
    assert known_together([], (five, empty, seven)) == (5, 7)


def test_sessions_that_were_there_are_taken_in_as_they_are_and_out_without_a_trace() -> None:
    plan = a_plan(30, (ANN, BOB), share=0.0, gold=2)
    alone = next(one.document for one in plan.parts[0].documents if one.why is Why.ALONE)
    five, six = (a_session(id=number, uuid=f"u{number}", name=f"Round {number}") for number in (5, 6))
    more = taken_in(plan, [(five, EVA), (six, Who("", "Ivo"))])
    assert taken_in(more, [(five, EVA)]) == more
    ids = [texts(1, number)[0] for number in (500, plan.texts[alone].id or 0, 1000)]
    whole = with_documents(with_documents(more, 3, ids), 4, texts(2, 500))
    assert with_documents(whole, 3, ids) is whole
    assert [*whole.dealt_by_key(whole.part_of(3)).items()] == [
        ("id:500", Dealt(32, Why.SHARED)),
        (plan.texts[alone].key, Dealt(alone, Why.SHARED)),
        ("id:1000", Dealt(30, Why.GOLD)),
    ]
    assert Dealt(alone, Why.SHARED) in whole.part_of(1).documents
    assert whole.is_carried_out == plan.is_carried_out
    assert imported(exported(whole), 1) == plan_of(stored(whole)) == whole
    # Nothing is dealt into them.
    later = left(whole, 1, set())
    assert [later.part_of(number) for number in (3, 4)] == [
        whole.part_of(3).model_copy(update={"documents": later.part_of(3).documents}),
        whole.part_of(4),
    ]
    assert later.part_of(3).indexes == whole.part_of(3).indexes
    # A document that it lost is none of the plan's, and one of another person's is that one's alone.
    less = with_documents(whole, 3, ids[:1])
    assert less.parts[:2] == plan.parts
    assert [one.key for one in taken_out(less, 3).texts[32:]] == ["id:500", "id:501"]
    assert taken_out(taken_out(whole, 3), 4) == plan
    assert taken_out(whole, 1) == taken_out(whole, 9) == whole


def test_what_can_be_taken_in_is_work_that_no_plan_has_and_makes_no_pool_of_other_sessions() -> None:
    five, six, seven, eight = (
        a_session(id=number, uuid=f"u{number}", user_id=1, progress=1.0) for number in (5, 6, 7, 8)
    )
    tied = StoredPlan(
        *(
            "q",
            "1",
            "Tied",
            7,
            LEAD,
            (PlanSession(1, ANN, session="u5"), PlanSession(2, LEAD, "DECIDED", "u8")),
        ),
        {"made_for": "decided"},
    )
    assert can_be_taken_in((five, six, seven, eight), [tied]) == (five, six, seven)
    for change in ({"document_count": 0}, {"status": "PREDICTING"}, {"part": "GOLD"}):
        assert can_be_taken_in([five.model_copy(update=change)], []) == ()
    made = with_documents(plan_of_sessions(1, "Round", LEAD, 7, [(five, ANN), (six, BOB)]), 1, texts(20))
    assert can_be_taken_in((five, six, seven), [stored(made)]) == (seven,)
    golden = stored(a_plan().model_copy(update={"gold": 7}))
    assert can_be_taken_in((six, seven), [golden]) == (six,)
    assert known_together([stored(made)], (five, six, seven)) == (5, 6)
    # It deals out nothing, so no other session only holds what it deals out.
    nobodys = seven.model_copy(update={"progress": 0.0})
    assert pools([stored(made)], [nobodys]) == ()
    assert can_be_taken_in([nobodys], [stored(a_plan())]) == ()
