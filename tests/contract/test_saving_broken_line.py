"""A save over a real line that breaks in mid-body, hangs, crawls,
or delivers a request long after it was given up."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from labeling.draft.draft import Draft
from labeling.editing.session import add_documents, rename_name
from labeling.errors import TimedOut, Unavailable
from labeling.model import Document, Session
from labeling.studio.client import LabelingClient
from tests.contract.embedded import Embedded, embedded
from tests.contract.saves import (
    a_session,
    a_text,
    applied,
    done,
    edited,
    fresh,
    held,
    marks,
    save,
    state,
    stepped,
    tagging,
)
from tests.proxy import Kind, Proxy, Trouble, Way, proxied
from tests.stores import DATABASES

LONG = "The staff was kind, and the room was cold. " * 1500
STAFF = (4, 9, "Staff", "POS")
ROOM = (28, 32, "Comfort", "NEG")
MID_BODY: dict[Way, int] = {"request": 20_000, "answer": 300}


on_both = pytest.mark.parametrize("server", DATABASES, indirect=True)


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    database = getattr(request, "param", "sqlite")
    with embedded("over a socket", tmp_path_factory.mktemp("server"), database) as found:
        yield found


@pytest.fixture
def proxy(server: Embedded) -> Iterator[Proxy]:
    with proxied(str(server.http.base_url)) as found:
        yield found


@pytest.fixture
def through(server: Embedded, proxy: Proxy) -> Iterator[LabelingClient]:
    """The API at the other end of the proxy."""
    with httpx.Client(base_url=proxy.url, timeout=0.5, trust_env=False) as http:
        yield LabelingClient(http, server.token, pause=lambda seconds: None)


def a_draft(server: Embedded) -> tuple[Session, Draft]:
    session = a_session(server, a_text(LONG, STAFF), a_text("Second", (0, 6, "Staff", "NEG")))
    draft = edited(server.api, fresh(server.api, session), 0, tagging(*ROOM))
    draft = edited(server.api, draft, 1, done())
    draft = stepped(draft, rename_name(draft, "classes", "Staff", "Crew"))
    return session, stepped(draft, add_documents(draft, [Document(text="One more")]))


def is_as_wanted(server: Embedded, session: Session) -> bool:
    first = a_text(LONG, (4, 9, "Crew", "POS"), ROOM)
    second = a_text("Second", (0, 6, "Crew", "NEG"))
    return held(server.api, session) == state(first, second, a_text("One more")) and (
        marks(server.api, session) == [False, True, False]
    )


@pytest.mark.parametrize("times", [1, 99], ids=["once", "for good"])
@pytest.mark.parametrize("kind", ["reset", "hang"])
@pytest.mark.parametrize("way", ["request", "answer"])
def test_a_line_that_breaks_in_mid_body_loses_and_doubles_nothing(
    server: Embedded, proxy: Proxy, through: LabelingClient, way: Way, kind: Kind, times: int
) -> None:
    session, draft = a_draft(server)
    proxy.expect(Trouble(way, kind, MID_BODY[way], times=times))
    report = save(through, draft)
    assert proxy.met
    after = applied(draft, report)
    if times == 1:
        assert report.is_whole, (report.error, report.differences)
    else:
        assert isinstance(report.error, TimedOut if kind == "hang" else Unavailable), report.error
        assert after.is_changed
    proxy.release()
    again = save(server.api, after)
    assert again.is_whole, (again.error, again.differences, again.conflicts)
    assert is_as_wanted(server, session)
    assert not applied(after, again).is_changed


@pytest.mark.parametrize("way", ["request", "answer"])
def test_a_line_that_crawls_only_takes_longer(
    server: Embedded, proxy: Proxy, through: LabelingClient, way: Way
) -> None:
    session, draft = a_draft(server)
    proxy.expect(Trouble(way, "slow", 10, times=99))
    report = save(through, draft)
    assert report.is_whole, (report.error, report.differences)
    assert proxy.met
    assert is_as_wanted(server, session)


def test_what_the_server_can_is_not_told_by_an_answer_that_broke_off(
    server: Embedded, proxy: Proxy, through: LabelingClient
) -> None:
    proxy.expect(Trouble("answer", "reset", 300, method="GET", times=1))
    with pytest.raises(Unavailable):
        through.info()
    assert proxy.met
    assert through.info().can("upsert")


@pytest.mark.parametrize("after", [0, 300], ids=["before its answer", "in mid-answer"])
def test_a_line_that_breaks_while_the_save_reads_costs_another_try_at_most(
    server: Embedded, proxy: Proxy, through: LabelingClient, after: int
) -> None:
    session, draft = a_draft(server)
    through.info()
    proxy.expect(Trouble("answer", "reset", after, method="GET", times=2))
    report = save(through, draft)
    assert proxy.met
    if after == 0:
        assert report.is_whole, report.error
    else:
        assert isinstance(report.error, Unavailable)
        draft = applied(draft, report)
        assert save(through, draft).is_whole
    assert is_as_wanted(server, session)


@on_both
def test_a_request_that_is_delivered_long_after_it_was_given_up_changes_nothing_any_more(
    server: Embedded, proxy: Proxy, through: LabelingClient
) -> None:
    session, draft = a_draft(server)
    proxy.expect(Trouble("request", "late", 20_000))
    report = save(through, draft)
    assert report.is_whole
    later = edited(server.api, applied(draft, report), 0, tagging(0, 3, "Comfort", "POS"))
    assert save(server.api, later).is_whole
    before = held(server.api, session)
    proxy.close()
    assert proxy.met == 1
    assert held(server.api, session) == before
    assert (0, 3, "Comfort", "POS") in before[0][1]
