"""People come into a project by a link, change, go, and look after their own account."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, update

from labeling.errors import NotFound
from labeling.model import Role
from labeling.server.accounts import hash_of
from labeling.server.app import create_app
from labeling.server.invitations import VALID
from labeling.server.rules.delays import ATTEMPTS
from labeling.server.storage.people import LOCAL
from labeling.server.storage.tables import invitations, sign_ins, users
from tests.contract.raw import PASSWORD, Json, Raw, serving
from tests.contract.transport import InProcess
from tests.stores import DATABASES

EVA = "eva@example.org"


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def invited(server: Raw, project: str, email: str = EVA, role: str = "ANNOTATOR") -> str:
    """The secret of a new invitation."""
    added = server.post(project + "/people", {"email": email, "role": role})
    assert added["person"] is None
    secret: str = added["invitation"]["secret"]
    return secret


def join(server: Raw, secret: str, password: str = PASSWORD, **fields: Json) -> httpx.Response:
    return server.call("POST", "/auth/join", {"secret": secret, "password": password, **fields}, token="")


def joined(server: Raw, project: str, email: str = EVA, role: str = "ANNOTATOR") -> str:
    """The token of somebody who came by a link."""
    token: str = join(server, invited(server, project, email, role)).json()["auth_token"]
    return token


def member(server: Raw, project: str, email: str = EVA) -> Json:
    [found] = [one for one in server.get(project + "/people") if one["email"] == email]
    return found


def test_whoever_opens_a_link_chooses_a_password_and_has_the_role(server: Raw) -> None:
    project = server.project(name="Hotels")
    secret = invited(server, project, "Eva@Example.org")
    asked = server.call("POST", "/auth/invitation", {"secret": secret}, token="").json()
    assert asked == {"email": EVA, "project": "Hotels", "role": "ANNOTATOR", "has_account": False}
    answer = join(server, secret, name=" Eva Novak ")
    token = answer.json()["auth_token"]
    assert server.call("GET", project, token=token).json()["role"] == "ANNOTATOR"
    status = server.call("GET", "/auth/status", token=token).json()
    assert (status["email"], status["name"]) == (EVA, "Eva Novak")
    again = server.call("POST", "/auth/login", {"email": EVA, "password": PASSWORD}, token="")
    assert again.status_code == 200


def test_a_link_is_used_up_by_joining_and_by_nothing_else(server: Raw) -> None:
    project = server.project()
    secret = invited(server, project)
    for _ in range(2):
        assert server.call("POST", "/auth/invitation", {"secret": secret}, token="").status_code == 200
    assert join(server, secret, "short").status_code == 400
    assert [one["email"] for one in server.get(project + "/invitations")] == [EVA]
    assert join(server, secret).status_code == 200
    assert join(server, secret).status_code == 404
    assert server.get(project + "/invitations") == []


def test_a_link_ends_by_time_by_withdrawal_and_by_a_newer_one(server: Raw) -> None:
    project = server.project()
    late, withdrawn = invited(server, project, "late@example.org"), invited(server, project, "no@example.org")
    older, newer = (invited(server, project) for _ in range(2))
    with server.store.database.writing() as connection:
        then = datetime.now(UTC) - VALID - timedelta(seconds=1)
        of_late = invitations.c.email == "late@example.org"
        connection.execute(update(invitations).where(of_late).values(created=then, expires=then + VALID))
    [number] = [one["id"] for one in server.get(project + "/invitations") if one["email"] == "no@example.org"]
    assert server.call("DELETE", f"{project}/invitations/{number}").status_code == 204
    assert server.call("DELETE", f"{project}/invitations/{number}").status_code == 404
    assert [join(server, secret).status_code for secret in (late, withdrawn, older)] == [404] * 3
    assert join(server, newer).status_code == 200


def test_the_secret_of_a_link_is_told_once_and_stored_nowhere(server: Raw) -> None:
    project = server.project()
    secret = invited(server, project)
    with server.store.database.reading() as connection:
        [row] = connection.execute(select(invitations)).all()
    assert secret not in str(row)
    assert row.secret_hash == hash_of(secret)
    assert secret not in str(server.get(project + "/invitations"))


def test_somebody_with_an_account_has_the_role_at_once_and_only_once(server: Raw) -> None:
    first, second = server.project(), server.project()
    token = joined(server, first)
    added = server.post(second + "/people", {"email": EVA.upper(), "role": "VIEWER"})
    assert (added["invitation"], added["person"]["role"]) == (None, "VIEWER")
    assert server.call("GET", second, token=token).json()["role"] == "VIEWER"
    again = server.call("POST", second + "/people", {"email": EVA, "role": "MANAGER"})
    assert again.status_code == 409
    assert member(server, second)["role"] == "VIEWER"


def test_whoever_is_in_none_of_the_managers_projects_gets_a_link_whatever_account_there_is(
    server: Raw,
) -> None:
    mine, theirs = server.project(), server.project()
    boss = server.person(Role.MANAGER, mine, "boss@example.org")
    joined(server, theirs)  # by a link of somebody else, who may have used it
    added = server.call("POST", mine + "/people", {"email": EVA, "role": "MANAGER"}, token=boss).json()
    assert (added["person"], added["invitation"]["email"]) == (None, EVA)
    assert [one["email"] for one in server.get(mine + "/people")] == ["boss@example.org"]
    assert join(server, added["invitation"]["secret"], "another password").status_code == 401
    assert join(server, added["invitation"]["secret"]).status_code == 200
    other = server.project()
    server.person(Role.MANAGER, other, "boss@example.org")
    added = server.call("POST", other + "/people", {"email": EVA, "role": "VIEWER"}, token=boss).json()
    assert added["person"]["role"] == "VIEWER"


def test_no_older_link_leads_back_whoever_was_taken_out_or_whom_a_former_manager_invited(
    server: Raw,
) -> None:
    project = server.project()
    server.person(Role.MANAGER, project, "lea@example.org")
    boss = server.person(Role.MANAGER, project, "boss@example.org")
    to_eva = invited(server, project)
    token = join(server, to_eva).json()["auth_token"]
    bo = {"email": "bo@example.org", "role": "MANAGER"}
    by_boss = server.call("POST", project + "/people", bo, token=boss).json()["invitation"]["secret"]
    old = invited(server, project, "cy@example.org")
    server.person(Role.VIEWER, project, "cy@example.org")
    assert join(server, old).status_code == 404
    for email in (EVA, "boss@example.org"):
        server.put(f"{project}/people/{member(server, project, email)['id']}", {"role": None})
    assert join(server, by_boss).status_code == 404
    assert server.call("GET", project, token=token).status_code == 403


def test_of_many_who_use_one_link_at_once_one_comes_in(server: Raw) -> None:
    project = server.project()
    secret_hash = hash_of(invited(server, project))
    barrier = threading.Barrier(8)

    def accept(_: int) -> bool:
        barrier.wait()
        try:
            server.store.members.accept(secret_hash, password_hash="x", name=None)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(accept, range(8))) == [False] * 7 + [True]
    assert len(server.get(project + "/people")) == 1


def test_the_person_at_this_computer_is_nobody_elses(server: Raw) -> None:
    project = server.project()
    boss = server.person(Role.MANAGER, project, "boss@example.org")
    body = {"email": LOCAL, "role": "VIEWER"}
    refused = server.call("POST", project + "/people", body, token=boss)
    assert (refused.status_code, "the person at this computer" in refused.json()["message"]) == (400, True)
    made = server.call("POST", "/auth/register", {"email": LOCAL, "password": PASSWORD}, token="")
    assert made.status_code == 400


def test_a_link_for_somebody_who_has_an_account_meanwhile_wants_its_password(server: Raw) -> None:
    first, second = server.project(), server.project()
    to_second = invited(server, second, role="MANAGER")
    joined(server, first)
    assert server.call("POST", "/auth/invitation", {"secret": to_second}, token="").json()["has_account"]
    assert join(server, to_second, "another password").status_code == 401
    token = join(server, to_second).json()["auth_token"]
    assert server.call("GET", second, token=token).json()["role"] == "MANAGER"


def test_a_role_is_changed_and_taken_away_and_what_was_done_stays(server: Raw) -> None:
    project = server.project()
    token = joined(server, project)
    made = server.call("POST", project + "/annotations", {"name": "Hers", "documents": []}, token=token)
    path = f"{project}/people/{member(server, project)['id']}"
    assert server.put(path, {"role": "VIEWER"})["role"] == "VIEWER"
    assert server.put(path, {})["role"] == "VIEWER"
    assert server.call("PUT", f"{project}/annotations/1", {"name": "x"}, token=token).status_code == 403
    assert server.put(path, {"role": None}) is None
    assert server.call("GET", project, token=token).status_code == 403
    assert server.call("PUT", path, {"role": "VIEWER"}).status_code == 404
    kept = server.get(f"{project}/annotations/{made.json()['id']}")
    assert (kept["name"], kept["user_id"]) == ("Hers", made.json()["user_id"])


def test_a_project_keeps_a_manager_among_its_people(server: Raw) -> None:
    project = server.project()
    boss = server.person(Role.MANAGER, project, "boss@example.org")
    path = f"{project}/people/{member(server, project, 'boss@example.org')['id']}"
    for body in ({"role": None}, {"role": "ANNOTATOR"}):
        refused = server.call("PUT", path, body, token=boss)
        assert refused.status_code == 400
        assert "boss@example.org is the last manager" in refused.json()["message"]
    server.person(Role.MANAGER, project, EVA)
    assert server.call("PUT", path, {"role": "ANNOTATOR"}, token=boss).status_code == 200


def test_others_than_managers_see_themselves(server: Raw) -> None:
    project = server.project()
    server.person(Role.MANAGER, project, "boss@example.org")
    token = joined(server, project)
    seen = server.call("GET", project + "/people", token=token).json()
    assert [one["email"] for one in seen] == [EVA]
    assert datetime.fromisoformat(seen[0]["last_seen"]) > datetime.now(UTC) - timedelta(minutes=5)
    assert len(server.get(project + "/people")) == 2


def test_when_somebody_was_seen_is_kept_anew_after_an_hour(server: Raw) -> None:
    project = server.project()
    token = joined(server, project)
    was = datetime.now(UTC) - timedelta(days=3)
    for since, is_new in ((timedelta(minutes=59), False), (timedelta(minutes=61), True)):
        was = datetime.now(UTC) - since
        with server.store.database.writing() as connection:
            connection.execute(update(users).where(users.c.email == EVA).values(seen=was))
        server.call("GET", "/projects", token=token)
        seen = datetime.fromisoformat(member(server, project)["last_seen"])
        assert (seen > was + timedelta(minutes=30)) == is_new


def test_sign_ins_are_ended_by_whoever_manages_all_that_the_person_is_in(server: Raw) -> None:
    first, second = server.project(), server.project()
    boss = server.person(Role.MANAGER, first, "boss@example.org")
    token = joined(server, first)
    path = f"{first}/people/{member(server, first)['id']}"
    server.post(second + "/people", {"email": EVA, "role": "VIEWER"})
    for body in ({"sign_out": True}, {"unlock": True}):
        assert server.call("PUT", path, body, token=boss).status_code == 403
    assert server.call("GET", first, token=token).status_code == 200
    server.post(second + "/people", {"email": "boss@example.org", "role": "MANAGER"})
    assert server.call("PUT", path, {"sign_out": True}, token=boss).status_code == 200
    assert server.call("GET", first, token=token).status_code == 401


def test_whoever_is_locked_out_is_let_in_again(server: Raw) -> None:
    project = server.project()
    joined(server, project)
    path = f"{project}/people/{member(server, project)['id']}"
    wrong = {"email": EVA, "password": "guess"}
    for _ in range(ATTEMPTS + 1):
        server.call("POST", "/auth/login", wrong, token="")
    with server.store.database.writing() as connection:  # just now, however long they took
        connection.execute(update(sign_ins).values(latest=datetime.now(UTC), failures=20))
    right = {"email": EVA, "password": PASSWORD}
    assert server.call("POST", "/auth/login", right, token="").status_code == 429
    server.put(path, {"unlock": True})
    assert server.call("POST", "/auth/login", right, token="").status_code == 200


def test_a_person_changes_the_own_name_and_password(server: Raw) -> None:
    project = server.project()
    token = joined(server, project)
    other = server.call("POST", "/auth/login", {"email": EVA, "password": PASSWORD}, token="").json()

    def change(**body: Json) -> httpx.Response:
        return server.call("PUT", "/auth/account", body, token=token)

    assert change(name=" Eva ").json()["name"] == "Eva"
    assert change(password="a new password").status_code == 400
    assert change(password="a new password", old_password="guess").status_code == 400
    assert change(password="a new password", old_password=PASSWORD).json()["name"] == "Eva"
    assert server.call("GET", project, token=token).status_code == 200
    assert server.call("GET", project, token=other["auth_token"]).status_code == 401
    for password, status in ((PASSWORD, 401), ("a new password", 200)):
        login = {"email": EVA, "password": password}
        assert server.call("POST", "/auth/login", login, token="").status_code == status
    assert change(name="").json()["name"] is None
    for name in ("boss@example.org", "Eva\u202e", "Eva\x07"):
        assert change(name=name).status_code == 400


def test_guesses_at_ones_own_password_have_to_wait_like_any(server: Raw) -> None:
    token = joined(server, server.project())
    guess = {"password": "a new password", "old_password": "guess"}
    answers = [server.call("PUT", "/auth/account", guess, token=token) for _ in range(ATTEMPTS)]
    with server.store.database.writing() as connection:  # just now, however long they took
        connection.execute(update(sign_ins).values(latest=datetime.now(UTC)))
    answers.append(server.call("PUT", "/auth/account", guess, token=token))
    assert [answer.status_code for answer in answers] == [400] * ATTEMPTS + [429]


def test_signing_out_everywhere_ends_the_own_tokens_alone(server: Raw) -> None:
    project = server.project()
    token, other = joined(server, project), joined(server, project, "bo@example.org")
    second = server.call("POST", "/auth/login", {"email": EVA, "password": PASSWORD}, token="").json()
    assert server.call("DELETE", "/auth/tokens", token=token).status_code == 200
    tokens = (token, second["auth_token"], other)
    assert [server.call("GET", project, token=one).status_code for one in tokens] == [401, 401, 200]


def test_people_register_by_themselves_only_where_that_is_allowed(server: Raw) -> None:
    body = {"email": EVA, "password": PASSWORD, "first_name": "Eva", "last_name": "Novak"}
    with httpx.Client(transport=InProcess(create_app(server.store)), base_url="http://api") as http:
        refused = http.post("/auth/register", json=body)
        assert (refused.status_code, "ask whoever runs" in refused.json()["message"]) == (403, True)
    made = server.call("POST", "/auth/register", body, token="")
    assert made.status_code == 201
    token = made.json()["auth_token"]
    assert server.call("GET", "/auth/status", token=token).json()["name"] == "Eva Novak"
    assert server.call("GET", "/projects", token=token).json() == []
    assert server.call("POST", "/auth/register", body, token="").status_code == 409


@pytest.mark.parametrize(
    "email",
    [
        "a@b@c",
        "e\u202eva@example.org",
        "eva\x01@example.org",
        "eva",
        "@example.org",
        "eva@",
        "e va@example.org",
        "ß" * 140 + "@example.org",
    ],
)
def test_what_is_no_email_is_invited_nowhere(server: Raw, email: str) -> None:
    project = server.project()
    assert server.call("POST", project + "/people", {"email": email, "role": "VIEWER"}).status_code == 400
    assert server.get(project + "/invitations") == []
