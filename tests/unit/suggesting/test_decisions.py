"""When suggestions are made anew, where they come from and where they would bias."""

from __future__ import annotations

import pytest

from labeling.agreement.deal import Terms
from labeling.model import Mode
from labeling.prediction.model import Prediction
from labeling.reviewing.plans import NewPlan, Plan, PlanText, planned
from labeling.store.review_values import Who
from labeling.suggesting.decisions import (
    LastLearned,
    bias_of,
    is_due,
    is_estimated,
    may_wait,
    other_sources,
    worth_showing,
)
from tests.unit.build import a_session


def sure(confidence: float) -> Prediction:
    return Prediction(0, 3, "Staff", "POS", confidence)


def test_it_is_learned_anew_after_every_ten_documents_and_sooner_where_there_was_too_little() -> None:
    last = LastLearned(20)
    assert [done for done in range(15, 45) if is_due(done, last)] == list(range(30, 45))
    assert is_due(10, last)  # they were reopened
    assert [done for done in range(10, 16) if is_due(done, LastLearned(10, enough=False))] == [
        11,
        12,
        13,
        14,
        15,
    ]
    assert is_due(3, None)


def test_confidences_are_looked_at_again_after_every_fifty_documents() -> None:
    assert [done for done in (40, 49, 50, 60) if is_estimated(done, LastLearned(30))] == [50, 60]
    assert [done for done in (60, 99, 100) if is_estimated(done, LastLearned(60, estimated=50))] == [100]


def test_before_the_first_estimate_nothing_below_one_half_is_shown() -> None:
    predictions = [sure(share) for share in (0.2, 0.25, 0.49, 0.5, 0.9)]
    assert [one.confidence for one in worth_showing(predictions, scaled=False)] == [0.5, 0.9]
    assert [one.confidence for one in worth_showing(predictions, scaled=True)] == [0.25, 0.49, 0.5, 0.9]


@pytest.mark.parametrize(
    ("load", "last", "waits"),
    [
        (4.1, LastLearned(10), True),
        (4.0, LastLearned(10), False),
        (9.0, None, False),
        (9.0, LastLearned(10, enough=False), False),
    ],
)
def test_on_a_busy_machine_only_the_first_model_is_made(
    load: float, last: LastLearned | None, waits: bool
) -> None:
    assert may_wait(load, 2, last) is waits


def a_plan(*, blind: bool, twice: float = 0.0, sessions: tuple[str, ...] = ("one", "two")) -> Plan:
    texts = [PlanText(f"id:{number}", number, 100) for number in range(1, 21)]
    people = [Who("2", "Ann"), Who("3", "Bob")]
    plan = planned(NewPlan(1, "Round", Who("1", "Lead"), people, texts, Terms(share=twice)))
    made = [part.model_copy(update={"session": uuid}) for part, uuid in zip(plan.work, sessions, strict=True)]
    return plan.changed(*made).model_copy(update={"is_blind": blind})


def test_a_blind_session_and_one_by_which_others_are_judged_have_no_suggestions() -> None:
    assert bias_of(a_session(uuid="one", blind=True), []).of("id:1")
    for part in ("GOLD", "CHECK", "DECIDED"):
        assert bias_of(a_session(uuid="one", part=part), []).why
    assert bias_of(a_session(uuid="one"), [a_plan(blind=True)]).why
    assert not bias_of(a_session(uuid="another"), [a_plan(blind=True)]).of("id:1")


def test_of_an_open_plan_only_the_shared_documents_have_none() -> None:
    plan = a_plan(blind=False, twice=0.4)
    mine, theirs = (part.indexes for part in plan.work)
    shared = {plan.texts[index].key for index in mine & theirs}
    assert len(shared) == 8
    bias = bias_of(a_session(uuid="one"), [plan])
    assert bias.why == ""
    assert {key for key in (plan.texts[index].key for index in mine) if bias.of(key)} == shared


def test_nobody_learns_from_a_session_of_a_plan_or_of_corrections_of_others() -> None:
    mine = a_session(id=1, uuid="mine")
    others = [
        mine,
        a_session(id=2, uuid="free"),
        a_session(id=3, uuid="one"),
        a_session(id=4, uuid="blind", blind=True),
        a_session(id=5, uuid="gold", part="GOLD"),
        a_session(id=6, uuid="named", plan="p"),
        a_session(id=7, uuid="corrected", mode=Mode.CORRECTION),
        a_session(id=8, uuid="other", type="CLASS"),
    ]
    assert [one.id for one in other_sources(mine, others, [a_plan(blind=False)])] == [2]
