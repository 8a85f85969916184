"""When suggestions are made anew, which sessions they may come from, where they would bias. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from labeling.agreement.deal import Why
from labeling.model import Mode, Part, Session
from labeling.prediction.model import Prediction
from labeling.reviewing.plans import Plan

RETRAIN = 10
"""Documents that are done after which what was learned is old."""
RENEW = 50
"""Those after which it is looked anew how often a confidence comes true."""
LITTLE = 1
"""Those after which it is looked again whether there is enough to learn from."""
SHOWN, SHOWN_AT_FIRST = 0.25, 0.5
"""How sure a suggestion has to be; before anybody knows how often a confidence comes true, surer."""
BUSY = 2.0
"""Processes that wait for each processor, above which what is known is not made anew."""
OF_PLAN = "This session is part of a plan in which several people tag the same documents: suggestions would "
OF_PLAN += "make them alike."
OF_DOCUMENT = "Several people tag this document: suggestions would make them alike."


class LastLearned(NamedTuple):
    """How many documents were done when it was last learned from them, and when it was last estimated.
    `enough`: they were enough to learn from."""

    documents: int
    enough: bool = True
    estimated: int | None = None


def is_due(done: int, last: LastLearned | None) -> bool:
    """Whether to learn anew, or for the first time, from so many documents."""
    if last is None:
        return True
    return abs(done - last.documents) >= (RETRAIN if last.enough else LITTLE)


def is_estimated(done: int, last: LastLearned | None) -> bool:
    """Whether it is also to be estimated how often confidences come true."""
    before = last.estimated if last else None
    return done >= RENEW if before is None else abs(done - before) >= RENEW


def may_wait(load: float, cores: int, last: LastLearned | None) -> bool:
    """Whether what is known has to do for now: the machine is busy. The first model never waits."""
    return last is not None and last.enough and load > BUSY * cores


def worth_showing(predictions: Iterable[Prediction], *, scaled: bool) -> tuple[Prediction, ...]:
    """Those that are sure enough, as sure as is known."""
    least = SHOWN if scaled else SHOWN_AT_FIRST
    return tuple(one for one in predictions if one.confidence >= least)


class Influence(NamedTuple):
    """Where suggestions would do harm: in the whole session (`why`, empty: not so), or in these documents."""

    why: str = ""
    documents: frozenset[str] = frozenset()

    def of(self, document: str) -> str:
        """Why there are none for the document with the key; empty where there may be some."""
        return self.why or (OF_DOCUMENT if document in self.documents else "")


def bias_of(session: Session, plans: Iterable[Plan]) -> Influence:
    """What a session is in plans, of which the server or the review store tells."""
    if session.blind or session.part in (Part.GOLD, Part.CHECK, Part.DECIDED):
        return Influence(OF_PLAN)
    found = frozenset[str]()
    for plan in plans:
        for part in plan.parts:
            if part.session != session.lasting_name:
                continue
            if plan.is_blind or part.part is not Part.WORK:
                return Influence(OF_PLAN)
            hands = Counter(one.document for other in plan.work for one in other.documents)
            dealt = plan.dealt_by_key(part)
            found |= {
                key for key, one in dealt.items() if one.why is not Why.ALONE or hands[one.document] > 1
            }
    return Influence(documents=found)


def other_sources(session: Session, others: Iterable[Session], plans: Sequence[Plan]) -> tuple[Session, ...]:
    """The sessions of the project whose done documents may be learned from as well: none of a plan, which
    people are to judge by themselves, or by which they are judged."""
    planned = {part.session for plan in plans for part in plan.parts}
    return tuple(
        one
        for one in others
        if one.key != session.key
        and one.type == session.type
        and one.mode != Mode.CORRECTION
        and not one.is_busy
        and not one.blind
        and one.part is None
        and one.plan is None
        and one.lasting_name not in planned
    )
