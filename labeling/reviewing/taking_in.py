"""Sessions that are there already are taken into a plan, and out of it again, as they are. Pure.

A plan deals nothing into such a session: its documents are those that it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from uuid import uuid4

from labeling.agreement.deal import Dealt, Terms, Why
from labeling.model import Part, Session
from labeling.reviewing.plan_progress import pools
from labeling.reviewing.plans import Plan, PlanPart, PlanSource, PlanText, is_dealt
from labeling.store.review_values import StoredPlan, Who

Owned = tuple[Session, Who]
"""A session, and who works in it."""


def can_be_taken_in(sessions: Sequence[Session], plans: Sequence[StoredPlan]) -> tuple[Session, ...]:
    """Those in which people work and that are in no plan: neither known answers, decisions nor checks, nor
    what only holds documents to be dealt."""
    dealt = [plan for plan in plans if is_dealt(plan)]
    held = {part.session for plan in dealt for part in plan.sessions}
    held |= {part.session for plan in plans for part in plan.sessions if part.part != Part.WORK}
    golden = {plan.body.get("gold") for plan in dealt}
    left_out = {session.id for session in pools(plans, sessions)}
    return tuple(
        session
        for session in sessions
        if session.document_count
        and not session.is_busy
        and session.part in (None, Part.WORK)
        and session.lasting_name not in held
        and session.id not in golden | left_out
    )


def plan_of_sessions(project: int, name: str, by: Who, seed: int, owned: Iterable[Owned]) -> Plan:
    """A plan by which nothing was dealt: it says who works in these sessions."""
    plan = Plan(
        id=str(uuid4()),
        project=str(project),
        name=name,
        by=by,
        terms=Terms(share=0.0, seed=seed),
        source=PlanSource(),
        is_blind=False,
        texts=(),
        parts=(),
    )
    return taken_in(plan, owned)


def taken_in(plan: Plan, owned: Iterable[Owned]) -> Plan:
    """The plan with these sessions, each once; which documents they have, `with_documents` says."""
    known = {part.session for part in plan.parts}
    new = [(session, who) for session, who in owned if session.lasting_name not in known]
    first = max((part.number for part in plan.parts), default=0) + 1
    parts = [
        PlanPart(
            number=number,
            who=who,
            title=session.name or f"Session {session.id}",
            documents=(),
            session=session.lasting_name,
            session_id=session.id,
            is_pending=False,
            is_taken_in=True,
        )
        for number, (session, who) in enumerate(new, start=first)
    ]
    return plan.changed(*parts)


def taken_out(plan: Plan, number: int) -> Plan:
    """The plan without a session that was taken in, and without the documents that nobody else has. A session
    that was made for the plan stays in it."""
    part = next((one for one in plan.parts if one.number == number and one.is_taken_in), None)
    if part is None:
        return plan
    rest = plan.model_copy(update={"parts": tuple(one for one in plan.parts if one.number != number)})
    return _tidied(rest, part.indexes)


def with_documents(plan: Plan, number: int, texts: Sequence[PlanText]) -> Plan:
    """The plan with what a session that was taken in has by now. What others have as well is shared."""
    part = plan.part_of(number)
    before = [plan.texts[one.document].key for one in part.documents]
    if before == [text.key for text in texts]:
        return plan
    known = {text.key for text in plan.texts}
    every = (*plan.texts, *(text for text in texts if text.key not in known))
    at = {text.key: index for index, text in enumerate(every)}
    golden = {
        one.document
        for other in plan.parts
        for one in other.documents
        if one.why is Why.GOLD and not other.is_taken_in
    }
    documents = tuple(
        Dealt(at[text.key], Why.GOLD if at[text.key] in golden else Why.ALONE) for text in texts
    )
    more = plan.model_copy(update={"texts": every})
    changed = part.model_copy(update={"documents": documents})
    return _tidied(more.changed(changed), part.indexes | changed.indexes)


def _tidied(plan: Plan, changed: Collection[int]) -> Plan:
    """Of the documents that other people have now than before: shared is what several have, and what nobody
    has is none of the plan's."""
    hands = Counter(one.document for part in plan.work for one in part.documents if one.why is not Why.AGAIN)
    held = {one.document for part in plan.parts for one in part.documents}
    staying = [index for index in range(len(plan.texts)) if index in held or index not in changed]
    at = {before: now for now, before in enumerate(staying)}

    def said(one: Dealt) -> Dealt:
        why = one.why
        if one.document in changed and why in (Why.ALONE, Why.SHARED):
            why = Why.SHARED if hands[one.document] > 1 else Why.ALONE
        return Dealt(at[one.document], why)

    return plan.model_copy(
        update={
            "texts": tuple(plan.texts[index] for index in staying),
            "copies": {at[index]: copy for index, copy in plan.copies.items() if index in at},
            "parts": tuple(
                part.model_copy(update={"documents": tuple(map(said, part.documents))}) for part in plan.parts
            ),
        }
    )
