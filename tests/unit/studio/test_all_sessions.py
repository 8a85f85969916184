"""The sessions of all projects, put together of what a server says project by project."""

from __future__ import annotations

from labeling.model import ListedSession, Project, Session
from labeling.studio.all_sessions import listed, page_of
from labeling.studio.filter import SessionFilter


def a_session(number: int, **fields: object) -> Session:
    return Session.model_validate({"id": number, "project_id": 1, "name": f"S{number}", **fields})


def every(*sessions: Session) -> tuple[ListedSession, ...]:
    return listed(Project(id=1, name="Hotels"), sessions)


def ids(sessions: tuple[ListedSession, ...], **only: object) -> list[int]:
    wanted = SessionFilter()._replace(**only)  # type: ignore[arg-type]
    return [session.id for session in page_of(sessions, wanted, 0, 10).sessions]


def test_what_the_server_does_not_say_of_a_session_is_not_made_up():
    (session,) = every(a_session(1))
    assert session.project == "Hotels"
    assert (session.user, session.annotated_count, session.changed, session.changed_by) == (None,) * 4
    assert session.model_fields_set == {"id", "project_id", "name", "project", "user"}


def test_those_with_least_progress_come_first_and_those_that_are_over_last():
    sessions = every(
        a_session(1, status="FINISHED", progress=100.0),
        a_session(2, status="ANNOTATING", progress=99.9),
        a_session(3, status="DELETING", progress=0.0),
        a_session(4, status="A NEW WORD", progress=0.1),
        a_session(5, progress=0.0),
    )
    assert ids(sessions) == [5, 4, 2, 3, 1]


def test_sessions_without_a_date_can_be_put_in_order():
    sessions = every(a_session(1), a_session(2, created="2026-01-02"), a_session(3, created="2026-01-03"))
    assert ids(sessions, order="created") == [3, 2, 1]
    assert ids(sessions, order="changed") == [3, 2, 1]
    assert ids(sessions, order="name") == [1, 2, 3]


def test_who_owns_any_session_is_named_once_whatever_the_filter():
    sessions = every(a_session(1, user_id=7), a_session(2, user_id=3), a_session(3, user_id=7), a_session(4))
    page = page_of(sessions, SessionFilter(user_id=7), 1, 5)
    assert [person.id for person in page.users] == [3, 7]
    assert ([session.id for session in page.sessions], page.total) == ([3], 2)
