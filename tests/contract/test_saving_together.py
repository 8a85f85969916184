"""Whatever two annotators and a lead do, and whatever breaks: in the end the server holds what they meant."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.contract.embedded import embedded
from tests.contract.together import Together

QUICK = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_whatever_three_people_do_and_whatever_breaks_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    with embedded("in process", tmp_path) as server:
        run_state_machine_as_test(lambda: Together(server), settings=QUICK)
