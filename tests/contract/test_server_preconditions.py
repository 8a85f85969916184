"""ETag and If-Match: a change that insists on the state that was read is refused once that state is past."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime

import httpx
import pytest

from labeling.model import Role
from labeling.server.rules.bodies import ChangeBody
from labeling.server.storage.admission import Caller
from labeling.server.storage.ids import SessionAddress
from labeling.server.storage.sessions import update_session
from tests.contract.raw import Json, Raw, a_document, a_segment, a_tag, serving
from tests.stores import DATABASES

CALLER = Caller(1, "local@localhost", is_local=True)
TEXT = "The bed was soft"
TAGGED = a_document(TEXT, a_segment(4, 7, a_tag()))
MARKED = a_document("Marked", annotated=True)


@pytest.fixture(params=DATABASES)
def server(request: pytest.FixtureRequest) -> Iterator[Raw]:
    with serving(request.param) as raw:
        yield raw


def tag_of(server: Raw, session: str) -> str:
    return server.call("GET", session).headers["ETag"]


def a_session(server: Raw) -> str:
    return server.session(labels=["POS"], documents=[TAGGED, a_document("Plain"), MARKED])


def put(server: Raw, session: str, body: Json, *if_match: str, token: str | None = None) -> httpx.Response:
    """An update call with an If-Match header for each value."""
    return server.http.request(
        "PUT",
        session,
        json=body,
        headers=[
            ("Authorization", server.token if token is None else token),
            *(("If-Match", value) for value in if_match),
        ],
    )


def mark(server: Raw, session: str, number: int, if_match: str | None = None) -> httpx.Response:
    document = server.documents(session)[number]["id"]
    headers = {} if if_match is None else {"If-Match": if_match}
    return server.call(
        "POST", f"{session}/documents/{document}/statuses", {"name": "ANNOTATED"}, headers=headers
    )


def test_the_session_its_listing_and_a_change_tell_the_tag_of_the_state_that_they_show(server: Raw) -> None:
    session = a_session(server)
    first = tag_of(server, session)
    assert server.call("GET", session + "/documents", limit="1").headers["ETag"] == first
    second = put(server, session, {"name": "Two"}, first).headers["ETag"]
    assert second != first
    assert tag_of(server, session) == second
    assert server.call("GET", session + "/documents").headers["ETag"] == second
    assert not first.startswith("W/")


def test_sessions_never_share_a_tag(server: Raw) -> None:
    assert tag_of(server, a_session(server)) != tag_of(server, a_session(server))


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Two"},
        {"classes": ["Staff", "Comfort"]},
        {"labels": ["POS", "NEG"]},
        {"documents": [a_document("New")]},
        {"documents": [a_document(TEXT)]},
        {"documents": [a_document(TEXT, a_segment(4, 7, a_tag("Staff")))]},
        {"documents": [a_document(TEXT, a_segment(4, 7, a_tag(), text="BED"))]},
        {"documents": [a_document(TEXT, a_segment(4, 7, a_tag(sure=1)))]},
        {"documents": [a_document(TEXT, a_segment(4, 7, a_tag(), a_tag("Staff")))]},
        {"documents": [{"text": "Plain", "annotated": True}]},
        # The counts stay as they were.
        {"documents": [{"text": "Plain", "annotated": True}, {"text": "Marked", "annotated": False}]},
    ],
)
def test_whatever_changes_in_a_session_changes_its_tag(server: Raw, body: Json) -> None:
    session = a_session(server)
    before = tag_of(server, session)
    after = put(server, session, body).headers["ETag"]
    assert after != before
    assert tag_of(server, session) == after


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "Round one", "classes": ["Comfort", "Staff"], "labels": ["POS"]},
        {"documents": [TAGGED, {"text": "Plain"}, MARKED]},
        {"documents": [a_document(TEXT, a_segment(4, 7, a_tag(), text="bed"))]},
    ],
)
def test_a_change_that_changes_nothing_keeps_the_tag(server: Raw, body: Json) -> None:
    session = a_session(server)
    before = tag_of(server, session)
    assert put(server, session, body).headers["ETag"] == before
    ids = [document["id"] for document in server.documents(session)]
    assert put(server, session, {"document_ids": ids}).headers["ETag"] == before
    assert mark(server, session, 2).status_code == 201
    assert tag_of(server, session) == before


def test_a_document_put_in_by_its_id_and_a_mark_change_the_tag(server: Raw) -> None:
    session = a_session(server)
    project = session.partition("/annotations")[0]
    other = server.documents(server.session(project, documents=[a_document("Other")]))[0]["id"]
    tags = [tag_of(server, session), put(server, session, {"document_ids": [other]}).headers["ETag"]]
    mark(server, session, 1)
    tags.append(tag_of(server, session))
    assert len(set(tags)) == 3


def test_a_change_to_a_state_that_is_past_is_412_and_stores_nothing(server: Raw) -> None:
    session = a_session(server)
    old = tag_of(server, session)
    new = put(server, session, {"name": "Two"}, old).headers["ETag"]
    before = (server.listing(session), server.get(session))
    refused = put(server, session, {"name": "Three", "documents": [a_document("New")]}, old)
    assert refused.status_code == 412
    assert refused.json().keys() == {"status", "message"}
    assert refused.json()["status"] == "fail"
    assert "read it again" in refused.json()["message"]
    assert mark(server, session, 1, old).status_code == 412
    assert (server.listing(session), server.get(session)) == before
    assert tag_of(server, session) == new
    assert mark(server, session, 1, new).status_code == 201


@pytest.mark.parametrize(
    ("if_match", "status"),
    [
        (["*"], 200),
        (["{}"], 200),
        (['"other", {}'], 200),
        (['{},\t"with,comma"'], 200),
        (['"other"', "{}"], 200),
        ([" ,, {},"], 200),
        (['"other"'], 412),
        (['""'], 412),
        (["W/{}"], 412),
        (['W/{}, "other"'], 412),
        ([""], 400),
        (["bare"], 400),
        (["*, {}"], 400),
        (['"open'], 400),
        (["{} {}"], 400),
        (["w/{}"], 400),
    ],
)
def test_if_match_is_a_star_or_a_list_of_tags_and_weak_ones_match_nothing(
    server: Raw, if_match: list[str], status: int
) -> None:
    session = a_session(server)
    tag = tag_of(server, session)
    values = [value.replace("{}", tag) for value in if_match]
    assert put(server, session, {"name": "Two"}, *values).status_code == status
    assert server.get(session)["name"] == ("Two" if status == 200 else "Round one")


def test_a_call_is_judged_by_401_404_403_then_its_form_then_the_state_then_what_it_does_there(
    server: Raw,
) -> None:
    session = a_session(server)
    project = session.partition("/annotations")[0]
    viewer = server.person(Role.VIEWER, project)
    bad_form, bad_there = {"name": 1}, {"classes": []}
    stale = '"stale"'
    assert put(server, session, bad_form, stale, token="nobody's").status_code == 401
    assert put(server, project + "/annotations/999", bad_form, stale).status_code == 404
    assert put(server, session, bad_form, stale, token=viewer).status_code == 403
    assert put(server, session, bad_form, stale).status_code == 400
    assert put(server, session, bad_there, "nonsense").status_code == 400
    assert put(server, session, bad_there, stale).status_code == 412
    assert put(server, session, bad_there, tag_of(server, session)).status_code == 400
    document = server.documents(session)[0]["id"]
    path = f"{session}/documents/{document}/statuses"
    assert server.call("POST", path, {"name": "?"}, headers={"If-Match": stale}).status_code == 400


def test_a_change_waits_for_one_that_is_under_way_and_is_judged_by_what_that_left(server: Raw) -> None:
    session = a_session(server)
    tag = tag_of(server, session)
    at = SessionAddress(*(int(number) for number in session.split("/")[2::2]))
    with ThreadPoolExecutor(1) as person:
        with server.store.database.writing() as connection:
            update_session(connection, CALLER, at, ChangeBody(name="First"), None, datetime.now(UTC))
            second = person.submit(put, server, session, {"name": "Second"}, tag)
            assert wait([second], timeout=0.3).not_done
        assert second.result().status_code == 412
    assert server.get(session)["name"] == "First"


def test_people_who_insist_on_what_they_read_never_overwrite_each_other(server: Raw) -> None:
    session = server.session(classes=[])

    def add_class(name: str) -> int:
        refused = 0
        while True:
            read = server.call("GET", session)
            body = {"classes": [*read.json()["classes"], name]}
            if put(server, session, body, read.headers["ETag"]).status_code == 200:
                return refused
            refused += 1

    names = [f"Class {number}" for number in range(12)]
    with ThreadPoolExecutor(6) as people:
        refusals = sum(people.map(add_class, names))
    assert sorted(server.get(session)["classes"]) == sorted(names)
    assert refusals > 0
