"""The client on httpx.MockTransport: what it sends, and what it makes of each answer."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from labeling.errors import (
    Busy,
    Exists,
    Failed,
    Forbidden,
    Invalid,
    LabelingError,
    Moved,
    NotFound,
    NotSignedIn,
    TimedOut,
    Unavailable,
    Unreadable,
    Unsendable,
    explain,
)
from labeling.model import Document, NewProject, NewSession, Segment, SessionChange, Tag, Type
from labeling.studio.client import LabelingClient, connect
from labeling.studio.filter import DocumentFilter

Answer = Callable[[httpx.Request], httpx.Response]
TOKEN = "secret-token-123"
SESSION = {"id": 5, "project_id": 1, "name": "Hotels", "classes": ["Staff"], "labels": ["POS"]}


def says(status: int = 200, **content: Any) -> Answer:
    return lambda request: httpx.Response(status, **content)


def breaks(error: Exception) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


NO_INFO = says(404)


class Server:
    """Gives its answers in turn, the last one for good. `/info` answers apart and is not among `requests`."""

    def __init__(self, *answers: Answer, info: Answer = NO_INFO) -> None:
        self.answers = list(answers)
        self.info = info
        self.requests: list[httpx.Request] = []
        self.asked_for_info = 0
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/info"):
            self.asked_for_info += 1
            return self.info(request)
        self.requests.append(request)
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(request)

    def client(self, base_url: str = "https://api.test", token: str = TOKEN) -> LabelingClient:
        http = httpx.Client(base_url=base_url, transport=httpx.MockTransport(self))
        return LabelingClient(http, token, pause=self.pauses.append)

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]


def upserting(*answers: Answer) -> Server:
    return Server(*answers, info=says(json={"version": "1", "abilities": ["upsert"]}))


WRITES: dict[str, Callable[[LabelingClient], object]] = {
    "create a session": lambda api: api.create_session(1, NewSession(name="New")),
    "add a project": lambda api: api.add_project(NewProject(name="New", type=Type.ABSA)),
    "delete a session": lambda api: api.delete_session(1, 5),
    "mark a document": lambda api: api.mark_annotated(1, 5, 17),
    "sign in": lambda api: api.sign_in("ana@example.org", "pass"),
    "sign out": lambda api: api.sign_out(),
}
UPDATE: Callable[[LabelingClient], object] = lambda api: api.update_session(1, 5, SessionChange(name="New"))  # noqa: E731


# Errors


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Invalid),
        (401, NotSignedIn),
        (403, Forbidden),
        (404, NotFound),
        (405, Invalid),
        (408, TimedOut),
        (409, Exists),
        (412, Moved),
        (422, Invalid),
        (429, Busy),
        (500, Failed),
        (501, Failed),
        (502, Unavailable),
        (503, Busy),
        (504, TimedOut),
    ],
)
def test_each_status_becomes_its_kind_and_keeps_the_servers_message(
    status: int, kind: type[LabelingError]
) -> None:
    server = Server(says(status, json={"status": "fail", "message": "documents[3]: too long"}))
    with pytest.raises(LabelingError) as caught:
        server.client().session(1, 5)
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert caught.value.message == "documents[3]: too long"
    assert "The server says: documents[3]: too long" in explain(caught.value, "read the session")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"json": {"detail": "Not here"}}, "Not here"),
        ({"json": {"message": "Two\nlines\tof\x00 it"}}, "Two lines of it"),
        ({"text": "no such project"}, "no such project"),
        ({"html": "<html><h1>Bad gateway</h1></html>"}, "404 Not Found"),
        ({"text": "<!doctype html><p>Oops"}, "404 Not Found"),
        ({"json": ["not", "an", "object"]}, "404 Not Found"),
        ({"json": {"message": {"nested": 1}}}, "404 Not Found"),
        ({"content": b""}, "404 Not Found"),
        ({"text": "x" * 10_000}, "404 Not Found"),
    ],
)
def test_the_servers_message_is_found_in_any_body_and_a_page_is_not_shown(
    content: dict[str, Any], message: str
) -> None:
    with pytest.raises(NotFound) as caught:
        Server(says(404, **content)).client().project(1)
    assert caught.value.message == message


def test_an_endless_message_is_cut() -> None:
    with pytest.raises(Invalid) as caught:
        Server(says(400, json={"message": "long " * 1000})).client().project(1)
    assert len(caught.value.message) < 600


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), Unavailable),
        (httpx.ReadError("[Errno 104] Connection reset by peer"), Unavailable),
        (httpx.WriteError(""), Unavailable),
        (httpx.ProxyError("no"), Unavailable),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), Unavailable),
        (httpx.ConnectTimeout("slow"), TimedOut),
        (httpx.ReadTimeout("slow"), TimedOut),
        (httpx.WriteTimeout("slow"), TimedOut),
        (httpx.PoolTimeout("slow"), TimedOut),
        (httpx.RemoteProtocolError("illegal status line: b'hello'"), Unreadable),
        (httpx.RemoteProtocolError("peer closed connection without complete message body"), Unreadable),
        (httpx.DecodingError("incorrect header check"), Unreadable),
    ],
)
def test_each_fault_of_the_connection_becomes_its_kind_and_names_the_server(
    fault: Exception, kind: type[LabelingError]
) -> None:
    with pytest.raises(LabelingError) as caught:
        Server(breaks(fault)).client().projects()
    assert type(caught.value) is kind
    assert caught.value.status is None
    assert "https://api.test" in caught.value.message


@pytest.mark.parametrize(
    "answer",
    [
        says(html="<html>Sign in to the hotel's network</html>"),
        says(text="<html>as plain text</html>"),
        says(text="OK"),
        says(204),
        says(200, content=b""),
        says(301, headers={"Location": "https://elsewhere.test/"}),
        says(307, headers={"Location": "/there"}),
        says(304),
        says(content=b'{"id": 5, "project_id": 1, "name": "\xff\xfe"}'),
        says(content=b'{"id": 5, "project_id": 1, "name": "\\ud800"}'),
        says(content=b'{"id": 5, "project_id": 1, "progress": NaN}'),
        says(content=b'{"id": 5, "project_id": 1, "na'),
        says(content=b"[" * 100_000),
        says(content=b"not gzip", headers={"Content-Encoding": "gzip"}),
        says(json=[SESSION]),
        says(json=None),
        says(json="Hotels"),
        says(json={**SESSION, "id": "5"}),
        says(json={**SESSION, "id": True}),
        says(json={**SESSION, "name": 7}),
        says(json={**SESSION, "classes": "Staff"}),
        says(json={**SESSION, "classes": [{"title": "Staff"}]}),
        says(json={**SESSION, "progress": "half"}),
        says(json={**SESSION, "created": 1700000000}),
    ],
)
def test_an_answer_that_the_contract_does_not_describe_is_unreadable_and_asked_for_once(
    answer: Answer,
) -> None:
    server = Server(answer)
    with pytest.raises(Unreadable) as caught:
        server.client().session(1, 5)
    assert caught.value.message
    assert len(server.requests) == 1


def test_an_unreadable_answer_says_which_part_of_it_is_wrong() -> None:
    bad = {"id": 3, "text": "Bad", "segments": [{"span": ["0", 3]}]}
    with pytest.raises(Unreadable, match=r"segments\.0\.span\.0.*integer"):
        Server(says(json=bad)).client().document(1, 5, 3)
    with pytest.raises(Unreadable, match=r"documents.*tuple"):
        Server(says(json={**SESSION, "documents": {"0": bad}})).client().documents(1, 5)


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ({"id": 3, "text": "Bad", "segments": [{"span": ["0", 3]}]}, r"segments\.0\.span\.0: .*integer"),
        ({"id": 3, "text": 7}, r"text: .*string"),
        ({"id": 3, "text": None}, r"text: .*string"),
        ({"id": 3, "text": "Bad", "segments": {"0": []}}, r"segments: .*tuple"),
        ({"id": 3, "text": "Bad", "segments": [{"tags": [{"class": 1}]}]}, r"segments\.0\.tags\.0\.class: "),
        ({"id": 3, "text": "Bad", "annotated": "yes"}, r"annotated: .*boolean"),
    ],
)
def test_a_document_of_a_listing_in_another_form_cannot_be_read_and_the_others_can(
    bad: object, fault: str
) -> None:
    page = {**SESSION, "documents": [{"id": 2, "text": "Nice"}, bad, {"id": 4, "text": "Good"}]}
    documents = Server(says(json=page)).client().documents(1, 5).documents
    assert [(one.id, one.text) for one in documents] == [(2, "Nice"), (3, ""), (4, "Good")]
    assert [bool(one.fault) for one in documents] == [False, True, False]
    assert re.match(fault, documents[1].fault)


def test_what_is_no_document_at_all_and_one_with_an_unreadable_id_have_none() -> None:
    page = {**SESSION, "documents": [7, {"id": "x", "text": "Nice"}]}
    documents = Server(says(json=page)).client().documents(1, 5).documents
    assert [(one.id, bool(one.fault)) for one in documents] == [(None, True), (None, True)]


def test_wrong_values_are_read_as_they_are() -> None:
    odd = {**SESSION, "status": "MOON", "type": "NEW", "progress": 250}
    session = Server(says(json=odd)).client().session(1, 5)
    assert (session.status, session.type, session.progress) == ("MOON", "NEW", 250.0)
    page = {**SESSION, "documents": [{"text": "Nice", "segments": [{"span": [2, 99]}, {"span": []}]}]}
    (document,) = Server(says(json=page)).client().documents(1, 5).documents
    assert [segment.span for segment in document.segments] == [(2, 99), ()]


@pytest.mark.parametrize("field", [{"id": 6}, {"project_id": 2}])
@pytest.mark.parametrize(
    "call",
    [lambda api: api.session(1, 5), lambda api: api.documents(1, 5), UPDATE],
)
def test_an_answer_about_another_session_is_unreadable(
    field: dict[str, int], call: Callable[[LabelingClient], object]
) -> None:
    with pytest.raises(Unreadable, match="another"):
        call(Server(says(json={**SESSION, **field})).client())


def test_an_answer_about_another_document_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="another"):
        Server(says(json={"id": 18, "text": "Nice"})).client().document(1, 5, 17)


def test_what_the_path_says_is_filled_in_where_the_answer_lacks_it() -> None:
    bare: dict[str, Any] = {"id": None, "name": "Hotels"}
    api = Server(says(json=bare)).client()
    assert (api.session(1, 5).id, api.session(1, 5).project_id) == (5, 1)
    assert api.documents(1, 5).id == 5
    assert api.project(1).id == 1
    assert Server(says(json={"text": "Nice"})).client().document(1, 5, 17).id == 17
    listed = Server(says(json=[{"id": 7}])).client().sessions(1)
    assert [(session.id, session.project_id) for session in listed] == [(7, 1)]


def test_a_fault_of_the_program_stays_loud() -> None:
    with pytest.raises(ZeroDivisionError):
        Server(breaks(ZeroDivisionError())).client().projects()


# Trying again


@pytest.mark.parametrize(
    "answer",
    [
        breaks(httpx.ConnectError("refused")),
        breaks(httpx.ReadTimeout("slow")),
        says(502),
        says(503),
        says(504),
    ],
)
def test_reading_is_tried_three_times_with_growing_pauses(answer: Answer) -> None:
    server = Server(answer)
    with pytest.raises(Unavailable):
        server.client().documents(1, 5)
    assert len(server.requests) == 3
    assert server.pauses == [0.2, 0.8]


def test_reading_goes_on_as_soon_as_an_answer_comes() -> None:
    server = Server(breaks(httpx.ConnectError("refused")), says(json=SESSION))
    assert server.client().session(1, 5).name == "Hotels"
    assert (len(server.requests), server.pauses) == (2, [0.2])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_a_plain_refusal_is_not_asked_for_again(status: int) -> None:
    server = Server(says(status))
    with pytest.raises(LabelingError):
        server.client().session(1, 5)
    assert (len(server.requests), server.pauses) == (1, [])


@pytest.mark.parametrize("fault", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_nothing_but_the_update_is_ever_written_twice(
    fault: Exception, write: Callable[[LabelingClient], object]
) -> None:
    server = upserting(breaks(fault))
    with pytest.raises(Unavailable):
        write(server.client())
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [breaks(httpx.ReadTimeout("slow")), says(503), says(504)])
def test_the_update_is_not_repeated_where_upsert_is_not_named(answer: Answer) -> None:
    server = Server(answer, info=says(json={"abilities": ["ids"]}))
    with pytest.raises(Unavailable):
        UPDATE(server.client())
    assert len(server.requests) == 1


def test_the_update_is_repeated_unchanged_where_upsert_is_named() -> None:
    server = upserting(breaks(httpx.ReadTimeout("slow")), breaks(httpx.ReadError("")), says(json=SESSION))
    UPDATE(server.client())
    assert [request.content for request in server.requests] == [b'{"name":"New"}'] * 3


@pytest.mark.parametrize("answer", [says(400), says(500), says(html="<p>"), says(204)])
def test_the_update_is_not_repeated_once_an_answer_came(answer: Answer) -> None:
    server = upserting(answer)
    with pytest.raises(LabelingError):
        UPDATE(server.client())
    assert len(server.requests) == 1


# Abilities


def test_abilities_are_asked_for_once() -> None:
    server = upserting(says(json=SESSION))
    api = server.client()
    assert api.info().can("upsert")
    assert not api.info().can("ids")
    UPDATE(api)
    assert server.asked_for_info == 1


@pytest.mark.parametrize(
    "answer",
    [
        says(404),
        says(405),
        says(html="<p>Welcome"),
        says(json=[]),
        says(json={}),
        says(json={"version": "9"}),
        says(json={"abilities": None}),
        says(json={"abilities": 5}),
        says(json={"abilities": [{}]}),
        says(json={"abilities": "upsert"}),
        says(302, headers={"Location": "/login"}),
    ],
)
def test_a_server_without_a_readable_info_has_no_abilities_and_is_asked_once(answer: Answer) -> None:
    server = Server(says(json=SESSION), info=answer)
    api = server.client()
    assert api.info().abilities == frozenset()
    assert api.info().abilities == frozenset()
    assert server.asked_for_info == 1


def test_info_that_was_forbidden_once_is_asked_for_again() -> None:
    server = Server(says(json=SESSION), info=says(403))
    api = server.client()
    assert api.info().abilities == frozenset()
    server.info = says(json={"abilities": ["ids"]})
    assert api.info().can("ids")


def test_info_that_could_not_be_asked_for_is_not_remembered_as_no_abilities() -> None:
    server = Server(says(json=SESSION), info=breaks(httpx.ConnectError("refused")))
    api = server.client()
    with pytest.raises(Unavailable):
        api.info()
    server.info = says(json={"abilities": ["ids"]})
    assert api.info().can("ids")


def test_an_expired_token_shows_when_asking_for_abilities() -> None:
    with pytest.raises(NotSignedIn):
        Server(says(200), info=says(401)).client().info()


@pytest.mark.parametrize(
    ("answer", "well"),
    [
        (says(json={"status": "ok"}), True),
        (says(204), True),
        (says(503), False),
        (says(404), False),
        (says(html="<p>Welcome"), False),
        (breaks(httpx.ConnectError("refused")), False),
        (breaks(httpx.ReadTimeout("slow")), False),
    ],
)
def test_health_is_a_plain_yes_or_no_after_one_try(answer: Answer, well: bool) -> None:
    server = Server(answer)
    assert server.client().health() is well
    assert len(server.requests) == 1


# States and their tags


def tagging(*answers: Answer) -> Server:
    return Server(*answers, info=says(json={"abilities": ["upsert", "if-match"]}))


def test_a_tag_that_was_read_is_sent_back_as_it_came() -> None:
    server = tagging(
        says(json=SESSION, headers={"ETag": '"a.7"'}), says(json=SESSION, headers={"ETag": '"a.8"'})
    )
    api = server.client()
    session, tag = api.session_tag(1, 5)
    assert (session.name, tag) == ("Hotels", '"a.7"')
    assert len(server.requests) == 1
    assert api.update_tagged(1, 5, SessionChange(name="Two"), if_match=tag) == (session, '"a.8"')
    assert (server.last.method, server.last.headers["If-Match"]) == ("PUT", '"a.7"')
    assert api.update_session(1, 5, SessionChange(name="Two"), if_match=tag) == session
    assert server.last.headers["If-Match"] == '"a.7"'


def test_a_change_that_insists_on_nothing_has_no_precondition() -> None:
    server = tagging(says(json=SESSION, headers={"ETag": '"a.7"'}))
    UPDATE(server.client())
    assert "If-Match" not in server.last.headers


@pytest.mark.parametrize("tag", [None, "", "bare", 'W/"a.7"', '"a b"', '"ä"', '"a", "b"'])
def test_what_is_no_strong_tag_is_no_tag(tag: str | None) -> None:
    headers = {} if tag is None else {"ETag": tag.encode("latin-1")}
    assert tagging(says(json=SESSION, headers=headers)).client().session_tag(1, 5).tag is None


@pytest.mark.parametrize("info", [NO_INFO, says(json={"abilities": ["upsert"]})])
def test_the_tag_of_a_server_that_does_not_name_if_match_is_no_promise(info: Answer) -> None:
    server = Server(says(json=SESSION, headers={"ETag": '"a.7"'}), info=info)
    api = server.client()
    assert api.session_tag(1, 5).tag is None
    assert api.update_tagged(1, 5, SessionChange(name="Two")).tag is None


def test_a_change_that_insists_and_whose_answer_is_lost_is_sent_again_and_may_then_come_too_late() -> None:
    server = tagging(breaks(httpx.ReadTimeout("")), says(412, json={"message": "changed since"}))
    with pytest.raises(Moved, match="changed since"):
        server.client().update_session(1, 5, SessionChange(name="Two"), if_match='"a.7"')
    assert [request.headers["If-Match"] for request in server.requests] == ['"a.7"'] * 2


# What goes out


@pytest.mark.parametrize(
    "base_url",
    ["https://api.test/organizations/3", "https://api.test/organizations/3/"],
)
def test_a_prefix_of_the_address_is_kept_in_every_call(base_url: str) -> None:
    server = Server(says(json=SESSION))
    api = server.client(base_url)
    api.session(1, 5)
    assert str(server.last.url) == "https://api.test/organizations/3/projects/1/annotations/5"
    UPDATE(api)
    assert server.last.method == "PUT"
    assert str(server.last.url) == "https://api.test/organizations/3/projects/1/annotations/5"


def test_each_call_has_its_method_and_path() -> None:
    server = Server(says(json=[]))
    api = server.client()
    for call, path in (
        (api.projects, "/projects"),
        (lambda: api.project_classes(1), "/projects/1/classes"),
        (lambda: api.project_labels(1), "/projects/1/labels"),
        (lambda: api.groups(1), "/projects/1/groups"),
        (api.types, "/types"),
        (lambda: api.sessions(1), "/projects/1/annotations"),
    ):
        assert call() == ()
        assert (server.last.method, server.last.url.raw_path.decode()) == ("GET", path)


def test_a_query_holds_only_what_was_asked_for() -> None:
    server = Server(says(json=SESSION))
    api = server.client()
    api.documents(1, 5, offset=100)
    assert server.last.url.path == "/projects/1/annotations/5/documents"
    assert dict(server.last.url.params) == {"details": "segments,meta,tags", "offset": "100", "limit": "50"}
    only = DocumentFilter(search="a&b=ü", annotated=False, class_="Staff", label="POS")
    api.documents(1, 5, details=(), only=only, limit=7)
    assert dict(server.last.url.params) == {
        "offset": "0",
        "limit": "7",
        "search": "a&b=ü",
        "annotated": "false",
        "class": "Staff",
        "label": "POS",
    }
    server.answers = [says(json=[])]
    api.sessions(1, mode=["ANNOTATION"], status=["CREATED", "FINISHED"])
    assert dict(server.last.url.params) == {"mode": "ANNOTATION", "status": "CREATED,FINISHED"}
    server.answers = [says(json={"documents": [], "has_more": False})]
    api.project_documents(1, search="x", session_id=5, offset=0, limit=2)
    assert dict(server.last.url.params) == {"search": "x", "annotation_id": "5", "offset": "0", "limit": "2"}


def test_a_change_sends_what_was_set_and_no_more() -> None:
    server = Server(says(json=SESSION))
    api = server.client()
    api.update_session(1, 5, SessionChange(classes=(), name="Größe 😀"))
    assert json.loads(server.last.content) == {"classes": [], "name": "Größe 😀"}
    api.update_session(1, 5, SessionChange())
    assert json.loads(server.last.content) == {}
    assert server.last.headers["Content-Type"] == "application/json"


def test_segments_and_tags_go_back_exactly_as_they_were_read() -> None:
    item = {
        "id": 17,
        "text": "Nice staff",
        "segments": [
            {
                "id": 3,
                "text": "Nice staff",
                "span": [0, 10],
                "score": 0.25,
                "tags": [{"id": 9, "class": "Staff"}],
            },
            {"span": [0, 4], "note": {"by": ["ana", None]}},
        ],
    }
    server = Server(says(json={**SESSION, "documents": [item]}))
    api = server.client()
    api.update_session(1, 5, SessionChange(documents=api.documents(1, 5).documents))
    assert json.loads(server.last.content) == {"documents": [item]}


def test_a_tag_without_a_label_sends_no_null() -> None:
    server = Server(says(json=SESSION))
    segment = Segment(span=(0, 4), tags=(Tag.of("Staff"), Tag.of(None, "POS")))
    change = SessionChange(documents=(Document(text="Nice", segments=(segment,)),))
    server.client().update_session(1, 5, change)
    (document,) = json.loads(server.last.content)["documents"]
    assert document["segments"] == [{"span": [0, 4], "tags": [{"class": "Staff"}, {"label": "POS"}]}]


def test_a_new_session_and_a_new_project_send_their_fields() -> None:
    server = Server(says(201, json={**SESSION, "id": 9}))
    api = server.client()
    assert api.create_session(1, NewSession(name="Two", document_ids=(4, 5))).id == 9
    assert (server.last.method, server.last.url.path) == ("POST", "/projects/1/annotations")
    assert json.loads(server.last.content) == {"name": "Two", "document_ids": [4, 5]}
    api.add_project(NewProject(name="Hotels", type=Type.ABSA, classes=("Staff",)))
    assert (server.last.method, server.last.url.path) == ("POST", "/projects")
    assert json.loads(server.last.content) == {"name": "Hotels", "type": "ABSA", "classes": ["Staff"]}


def test_a_document_is_marked_with_the_one_word_there_is() -> None:
    server = Server(says(json={"name": "ANNOTATED", "created": "2023-11-02"}))
    status = server.client().mark_annotated(1, 5, 17)
    assert server.last.url.path == "/projects/1/annotations/5/documents/17/statuses"
    assert json.loads(server.last.content) == {"name": "ANNOTATED"}
    assert (status.annotation_id, status.document_id) == (5, 17)


@pytest.mark.parametrize(
    ("call", "place"),
    [
        (lambda api: api.update_session(1, 5, SessionChange(name="a\ud800")), r"name .*U\+D800.* 1$"),
        (
            lambda api: api.update_session(
                1, 5, SessionChange(documents=(Document(text="ok"), Document(text="\udc00")))
            ),
            r"documents\[1\]\.text",
        ),
        (
            lambda api: api.update_session(
                1,
                5,
                SessionChange(
                    documents=(
                        Document(text="ok", segments=(Segment(span=(0, 1), tags=(Tag.of("\ud83d"),)),)),
                    )
                ),
            ),
            r"documents\[0\]\.segments\[0\]\.tags\[0\]\.class",
        ),
        (
            lambda api: api.update_session(
                1,
                5,
                SessionChange(documents=(Document.model_validate({"text": "a", "note": {"\ud800": 1}}),)),
            ),
            r"a key of documents\[0\]\.note",
        ),
        (lambda api: api.documents(1, 5, only=DocumentFilter(search="\ud800")), "search"),
        (lambda api: api.sign_in("ana@example.org", "\ud800"), "password"),
    ],
)
def test_half_a_character_is_refused_before_sending_and_its_place_is_named(
    call: Callable[[LabelingClient], object], place: str
) -> None:
    server = Server(says(json=SESSION))
    with pytest.raises(Invalid, match=place):
        call(server.client())
    assert server.requests == []


def test_a_number_that_json_cannot_hold_is_refused_before_sending() -> None:
    server = Server(says(json=SESSION))
    odd = Document.model_validate({"text": "a", "score": float("nan")})
    with pytest.raises(Invalid, match="finite"):
        server.client().update_session(1, 5, SessionChange(documents=(odd,)))
    assert server.requests == []


# People and tokens


def test_the_token_goes_with_each_request_in_its_header_only() -> None:
    server = Server(says(json=SESSION))
    api = server.client()
    api.session(1, 5)
    UPDATE(api)
    for request in server.requests:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        assert TOKEN not in str(request.url)
        assert TOKEN.encode() not in request.content


def test_without_a_token_there_is_no_header() -> None:
    server = Server(says(json=SESSION))
    server.client(token="").session(1, 5)
    assert "Authorization" not in server.last.headers


def test_white_space_around_a_token_is_left_out() -> None:
    server = Server(says(json=SESSION))
    server.client(token=f" {TOKEN}\n").session(1, 5)
    assert server.last.headers["Authorization"] == f"Bearer {TOKEN}"


def test_the_token_stands_in_no_text_about_the_client() -> None:
    server = Server(says(401, json={"message": f"Token {TOKEN} has expired"}))
    api = server.client()
    assert TOKEN not in repr(api) + str(vars(api))
    with pytest.raises(NotSignedIn) as caught:
        api.session(1, 5)
    assert caught.value.message == "Token … has expired"


def test_a_password_in_the_address_stands_in_no_text_about_the_client() -> None:
    api = Server(breaks(httpx.ConnectError("refused"))).client("https://ana:hush@api.test/v1")
    assert repr(api) == "<LabelingClient of https://api.test/v1, with a token>"
    with pytest.raises(Unavailable) as caught:
        api.projects()
    assert "hush" not in caught.value.message


@pytest.mark.parametrize("token", ["pass\nword", "пароль", "café", "a\x00b", "a\rb"])
def test_a_token_that_no_header_can_hold_is_refused_before_sending(token: str) -> None:
    server = Server(says(json=SESSION))
    api = server.client(token=token)
    for call in (lambda: api.session(1, 5), api.info, lambda: UPDATE(api)):
        with pytest.raises(Unsendable, match="token") as caught:
            call()
        assert token not in caught.value.message
    assert (server.requests, server.asked_for_info) == ([], 0)


def test_signing_in_gives_the_token_and_sends_no_old_one() -> None:
    server = Server(says(json={"status": "success", "message": "Welcome", "auth_token": "fresh"}))
    api = server.client()
    assert api.sign_in("ana@example.org", "pass") == "fresh"
    assert json.loads(server.last.content) == {"email": "ana@example.org", "password": "pass"}
    assert (server.last.method, server.last.url.path) == ("POST", "/auth/login")
    assert "Authorization" not in server.last.headers


@pytest.mark.parametrize(
    "answer",
    [says(json={"status": "success"}), says(json={"auth_token": ""}), says(json=["fresh"]), says(204)],
)
def test_a_sign_in_without_a_token_in_the_answer_is_unreadable(answer: Answer) -> None:
    with pytest.raises(Unreadable):
        Server(answer).client().sign_in("ana@example.org", "pass")


def test_who_is_signed_in_and_signing_out() -> None:
    server = Server(says(json={"status": "success", "id": 3, "email": "ana@example.org"}), says(204))
    api = server.client()
    person = api.who()
    assert (person.id, person.email) == (3, "ana@example.org")
    api.sign_out()
    assert (server.last.method, server.last.url.path) == ("POST", "/auth/logout")


def test_a_cookie_of_one_person_is_not_sent_for_another() -> None:
    server = Server(says(json=SESSION, headers={"Set-Cookie": "session=ana; Path=/"}))
    http = httpx.Client(base_url="https://api.test", transport=httpx.MockTransport(server))
    LabelingClient(http, "token-of-ana").session(1, 5)
    LabelingClient(http, "token-of-bo").session(1, 5)
    assert "Cookie" not in server.last.headers


def test_a_redirect_is_not_followed_even_by_a_client_that_would() -> None:
    server = Server(says(302, headers={"Location": "https://elsewhere.test/"}))
    http = httpx.Client(
        base_url="https://api.test", transport=httpx.MockTransport(server), follow_redirects=True
    )
    with pytest.raises(Unreadable, match="another address"):
        LabelingClient(http, TOKEN).session(1, 5)
    assert [request.url.host for request in server.requests] == ["api.test"]


# connect


@pytest.mark.parametrize(
    "address",
    [
        "",
        "api.test",
        "localhost:8600",
        "ftp://api.test",
        "https://",
        "https://[broken",
        "https://a..b:1",
        "https://no host",
        "https://api.test:port",
        "https://ana:pass@api.test",
        "https://api.test/?token=x",
        "https://api.test/#top",
        "https://api\n.test",
    ],
)
def test_an_address_that_is_none_is_refused_in_words(address: str) -> None:
    with pytest.raises(Unsendable, match="address"):
        connect(address)


def test_connect_makes_a_client_of_the_address() -> None:
    api = connect(" https://api.test/organizations/3/ ", TOKEN)
    assert repr(api) == "<LabelingClient of https://api.test/organizations/3, with a token>"


@pytest.mark.parametrize("base_url", ["", "http://a..b"])
def test_a_client_without_a_usable_address_says_so(base_url: str) -> None:
    with httpx.Client(base_url=base_url) as http, pytest.raises(Unsendable, match="address"):
        LabelingClient(http).projects()


class Endless(httpx.SyncByteStream):
    """A megabyte of zeros, as often as it is asked for; it counts how often that is."""

    def __init__(self, packing: str) -> None:
        self.packer = zlib.compressobj(wbits=31) if packing == "gzip" else None
        self.taken, self.is_closed = 0, False

    def __iter__(self) -> Iterator[bytes]:
        zeros = b"0" * 1024**2
        while True:
            self.taken += 1
            packer = self.packer
            yield packer.compress(zeros) + packer.flush(zlib.Z_SYNC_FLUSH) if packer else zeros

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("packing", ["identity", "gzip"])
@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_without_an_end_is_not_read_on_and_said(
    monkeypatch: pytest.MonkeyPatch, packing: str, status: int
) -> None:
    monkeypatch.setattr("labeling.studio.calls.LARGEST_ANSWER", 4 * 1024**2)
    body = Endless(packing)
    answer = httpx.Response(status, stream=body, headers={"Content-Encoding": packing})
    with pytest.raises(Unreadable, match=r"from https://api\.test is larger than 4 MB"):
        Server(lambda request: answer).client().documents(1, 5)
    assert (body.taken, body.is_closed) == (5, True)


def test_an_answer_up_to_the_limit_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.dumps({"id": 5, "project_id": 1, "documents": [{"text": "x" * 1000}]}).encode()
    monkeypatch.setattr("labeling.studio.calls.LARGEST_ANSWER", len(raw))
    api = Server(says(content=gzip.compress(raw), headers={"Content-Encoding": "gzip"})).client()
    assert api.documents(1, 5).documents[0].text == "x" * 1000
