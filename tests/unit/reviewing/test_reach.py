"""Before something is told it is said who will see it, and who cannot."""

from __future__ import annotations

from labeling.model import Member, Role
from labeling.reviewing.reach import Reached, reached, reached_in_words
from labeling.store.review_values import PlanSession, StoredPlan, Who
from tests.unit.build import a_session

MEMBERS = [
    Member(id=1, email="lead@example.org", role=Role.MANAGER),
    Member(id=2, email="ann@example.org", name="Ann", role=Role.ANNOTATOR),
]
ANNS, BENS, MINE, DANS, NOBODYS = (
    a_session(id=at, uuid=f"u{at}", name=f"Session {at}", user_id=person)
    for at, person in enumerate((2, 3, 1, 1, None), start=5)
)
PLAN = StoredPlan(
    "p",
    "1",
    "Plan",
    7,
    Who("1"),
    (PlanSession(1, Who("", "Dan"), session="u8"), PlanSession(2, Who("2", "Ann"), session="u5")),
)
EVERY = (ANNS, BENS, MINE, DANS, NOBODYS)


def test_who_sees_it_is_told_from_who_has_no_account_or_no_role_any_more() -> None:
    found = reached(EVERY, [PLAN], MEMBERS, "1", is_here_alone=False)
    assert found == Reached(("Ann",), ("Dan",), ("whoever “Session 6” was of",), ("“Session 9”",), 1)
    assert reached_in_words(found).splitlines() == [
        "Seen on the text by Ann. Seen by whoever opens “Session 9” here. "
        "Not seen by Dan: no account, the session is yours. "
        "Not seen by whoever “Session 6” was of: no longer in this project. "
        "Seen by you: the session is yours."
    ]
    hidden = reached_in_words(found, are_named=False)
    assert hidden.startswith("Seen on the text by 1 person. Seen by whoever opens 1 session here.")
    assert not any(name in hidden for name in ("Ann", "Dan", "Session 6", "Session 9"))


def test_where_the_server_tells_no_people_nobody_is_said_to_be_gone() -> None:
    found = reached((ANNS, BENS), [PLAN], None, "1", is_here_alone=True)
    assert found == Reached(("whoever “Session 5” is of", "whoever “Session 6” is of"), is_here_alone=True)
    assert reached_in_words(found).endswith(
        "Who works without this app does not see it: the Studio API keeps no notes."
    )
    unknown = reached((ANNS, DANS), [PLAN], None, "local", is_here_alone=True)
    assert unknown.opened == ("“Session 5”", "“Session 8”")


def test_many_people_are_named_in_part_and_counted() -> None:
    names = tuple("abcdefgh")
    assert reached_in_words(Reached(names)) == "Seen on the text by a, b, c, d and 4 more."
    assert reached_in_words(Reached(names[:5])) == "Seen on the text by a, b, c, d and e."
    assert "no account, the sessions are yours" in reached_in_words(Reached(without_account=names))
