"""Which sessions hold known answers for which others, and what came to a person twice."""

from __future__ import annotations

from labeling.agreement.deal import Why
from labeling.agreement.tags import TaggedText
from labeling.model import Part, Session
from labeling.reviewing.handed_in import SessionTexts
from labeling.reviewing.known_answers import answers_for, came_twice, texts_with_answers
from labeling.reviewing.plans import Plan, stored
from labeling.store.review_values import PlanSession, StoredPlan, Who
from tests.unit.build import a_session
from tests.unit.reviewing.test_plans import ANN, BOB, a_plan


def session(id_: int, **fields: object) -> Session:
    return a_session(id=id_, uuid=f"u-{id_}").model_copy(update=fields)


def test_gold_and_decided_sessions_of_a_plan_are_the_answers_for_its_work() -> None:
    work, gold, decided, other = (session(at) for at in (1, 2, 3, 4))
    sessions = (
        PlanSession(1, Who("7"), "WORK", "u-1", 1),
        PlanSession(2, Who(""), "DECIDED", "u-3", 3),
        PlanSession(3, Who(""), "GOLD", "u-9", 9),
    )
    plan = StoredPlan("p", "1", "Plan", 1, Who(""), sessions, {"gold": 2})
    there = [work, gold, decided, other]
    found = answers_for([work], [plan], there)
    assert [(one.session.id, one.part) for one in found] == [(2, Part.GOLD), (3, Part.DECIDED)]
    assert answers_for([other], [plan], there) == ()


def test_of_gold_every_document_counts_and_of_decided_ones_those_that_are_done() -> None:
    from datetime import UTC, datetime

    texts = tuple(TaggedText(at, at, f"Text {at}", done=at == 1) for at in range(3))
    read = SessionTexts(session(1), texts, 0, datetime.now(UTC), texts)
    assert texts_with_answers(read, Part.GOLD) == texts
    assert texts_with_answers(read, Part.DECIDED) == texts[1:2]


def carried_out(plan: Plan, *, by_ids: bool) -> Plan:
    """Ann's part is session 1; documents that came again have ids from 5,001 on, or none."""
    part = plan.work[0].model_copy(update={"session": "u-1", "session_id": 1})
    again = [one.document for one in part.documents if one.why is Why.AGAIN]
    copies = {document: 5001 + document for document in again} if by_ids else {}
    return plan.model_copy(update={"copies": copies}).changed(part)


def test_what_came_twice_is_found_by_the_ids_of_the_copies_and_else_by_the_texts() -> None:
    plan = a_plan(100, (ANN, BOB), again=0.1)
    for by_ids in (True, False):
        made = carried_out(plan, by_ids=by_ids)
        hand = made.work[0].documents
        again = [one.document for one in hand if one.why is Why.AGAIN]
        assert again
        texts = [
            TaggedText(at, made.id_of(one) if by_ids else None, f"Text {one.document}", done=True)
            for at, one in enumerate(hand)
        ]
        if not by_ids:
            from labeling.draft.keys import document_keys
            from labeling.model import Document

            keys = document_keys([Document(text=f"Text {at}") for at in range(len(made.texts))])
            known = tuple(text._replace(key=key, id=None) for text, key in zip(made.texts, keys, strict=True))
            made = made.model_copy(update={"texts": known})
        found = came_twice(session(1), texts, [stored(made)])
        assert sorted(first.text for first, _ in found) == sorted(f"Text {at}" for at in again)
        assert all(first.text == second.text and first is not second for first, second in found)
        assert came_twice(session(2), texts, [stored(made)]) == ()
