"""What the final version of several sessions is called."""

from __future__ import annotations

import pytest

from labeling.reviewing.final_version import final_name
from tests.unit.build import a_session


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["Round one", "Round two"], "Round one + Round two decided"),
        (["Plan 1 · ann@example.org", "Plan 1 · ben@example.org"], "Plan 1 · ann + ben decided"),
        ([f"Plan 1 · {name}@b.org" for name in ("ann", "ben", "cy")], "Plan 1 · ann + ben + 1 more decided"),
        (["Plan 1 · ann@a.org", "Plan 1 · ann@b.org"], "Plan 1 · ann@a.org + ann@b.org decided"),
        (["Plan 1 · ann", "Plan 2 · ben"], "Plan 1 · ann + Plan 2 · ben decided"),
        (["Plan 1 · ann", "Plan 1"], "Plan 1 · ann + Plan 1 decided"),
        (["", "a @ b"], "Session 5 + a @ b decided"),
    ],
)
def test_what_all_names_begin_with_is_said_once_and_an_e_mail_up_to_its_sign(
    names: list[str], called: str
) -> None:
    sessions = [a_session(id=number, name=name) for number, name in enumerate(names, start=5)]
    assert final_name(sessions, []) == called
    assert final_name(sessions, [called, f"{called} 2"]) == f"{called} 3"
