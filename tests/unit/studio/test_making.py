"""Making a new session, once, and stopping it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from labeling.errors import Invalid, TimedOut, Unavailable, Unsendable
from labeling.model import Document, Info, NewProject, Session, Tag, Type
from labeling.studio.client import LabelingClient, connect
from labeling.studio.creation import PlannedSession
from labeling.studio.making import LOOKS, Making, make_session, session_body
from labeling.studio.under_way import UnderWay
from tests.unit.build import a_document, a_segment
from tests.unit.studio.build import TEXT, a_project, wanted


def body_of(planned: PlannedSession, *abilities: str) -> dict[str, Any]:
    with session_body(planned, Info(abilities=frozenset(abilities))) as body:
        found: dict[str, Any] = json.load(body)
    return found


def test_the_body_has_the_lists_that_the_type_has() -> None:
    label = body_of(wanted(a_project(type="LABEL"), labels=("POS",)))
    assert label == {"name": "Round two", "documents": [{"text": TEXT}], "labels": ["POS"]}
    class_ = body_of(wanted(a_project(type="CLASS"), classes=("Room",)))
    assert class_ == {"name": "Round two", "documents": [{"text": TEXT}], "classes": ["Room"]}


def test_done_marks_go_only_where_the_server_takes_them() -> None:
    form = wanted(documents=(a_document(TEXT, a_segment(TEXT, 0, 4), annotated=True),))
    with_marks = body_of(form, "annotated")["documents"][0]
    without = body_of(form)["documents"][0]
    assert with_marks["annotated"] is True
    assert without == {name: value for name, value in with_marks.items() if name != "annotated"}


def test_what_tags_came_of_goes_only_where_the_server_takes_it_and_other_words_only_elsewhere() -> None:
    segment = a_segment(TEXT, 0, 4)
    said = [Tag.model_validate({"class": "Staff", "origin": word}) for word in ("suggested", "manual")]
    form = wanted(documents=(a_document(TEXT, segment.model_copy(update={"tags": tuple(said)})),))
    for abilities, words in (((), [None, "manual"]), (("origin",), ["suggested", None])):
        [sent] = body_of(form, *abilities)["documents"][0]["segments"]
        assert [tag.get("origin") for tag in sent["tags"]] == words


def test_what_has_no_form_in_json_is_named_by_its_place() -> None:
    form = wanted(documents=(Document(text=TEXT), Document(text="half \ud83d")))
    with pytest.raises(Unsendable, match=r"documents\[1\]\.text holds half a character"):
        body_of(form)


class Server:
    """Answers listings with the sessions it holds, and a POST as the test says."""

    def __init__(self, on_post: Callable[[Server], httpx.Response]) -> None:
        self.sessions: list[dict[str, object]] = [{"id": 1, "name": "Round two"}]
        self.posts = 0
        self.waits = 0
        self.sent: object = None
        self.appears_after: int | None = None
        self.on_post = on_post

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.posts += 1
            self.sent = json.loads(request.content)
            return self.on_post(self)
        return httpx.Response(200, json=self.sessions)

    def wait(self, seconds: float) -> None:
        self.waits += 1
        if self.waits == self.appears_after:
            self.sessions.append({"id": 2, "name": "Round two"})

    @property
    def api(self) -> LabelingClient:
        http = httpx.Client(transport=httpx.MockTransport(self), base_url="http://api")
        return LabelingClient(http, pause=lambda seconds: None)


def no_answer(server: Server) -> httpx.Response:
    raise httpx.ReadTimeout("slow")


def cut_off(server: Server) -> httpx.Response:
    raise httpx.RemoteProtocolError("cut")


def refused(server: Server) -> httpx.Response:
    return httpx.Response(400, json={"message": "no"})


def made_by(server: Server) -> Session:
    with session_body(wanted(), Info()) as body:
        return make_session(server.api, 1, "Round two", body, UnderWay(), wait=server.wait)


def test_a_session_that_appears_after_a_time_out_is_taken_and_not_sent_again() -> None:
    server = Server(no_answer)
    server.appears_after = 3
    assert made_by(server).id == 2
    assert (server.posts, server.waits) == (1, 3)


def test_an_older_session_of_the_same_name_is_not_taken_for_the_new_one() -> None:
    server = Server(no_answer)
    with pytest.raises(TimedOut):
        made_by(server)
    assert (server.posts, server.waits) == (1, LOOKS)


def test_after_a_cut_connection_it_looks_once() -> None:
    server = Server(cut_off)
    with pytest.raises(Unavailable):
        made_by(server)
    assert (server.posts, server.waits) == (1, 1)


def test_a_refusal_is_told_at_once() -> None:
    server = Server(refused)
    with pytest.raises(Invalid):
        made_by(server)
    assert (server.posts, server.waits) == (1, 0)


def test_a_session_is_made_of_all_its_documents_in_order() -> None:
    texts = [f"text {n}" for n in range(1_234)]
    server = Server(lambda server: httpx.Response(201, json={"id": 2, "name": "Round two"}))
    making = Making(server.api, wanted(documents=tuple(Document(text=text) for text in texts)))
    assert making.wait(10)
    session = making.result().session
    assert session is not None
    assert session.id == 2
    assert isinstance(server.sent, dict)
    assert [document["text"] for document in server.sent["documents"]] == texts
    assert making.progress == (0.5, "The server checks and stores 1,234 documents, for 0 s")


class Documents(tuple[Document, ...]):
    """Calls `at` with each document that is asked for."""

    at: Callable[[int], None]

    def __iter__(self) -> Iterator[Document]:
        for number, document in enumerate(super().__iter__()):
            self.at(number)
            yield document


def test_stopped_while_it_is_put_together_nothing_is_sent() -> None:
    server = Server(refused)
    documents = Documents(Document(text=f"text {n}") for n in range(2_000))
    is_reached, may_go_on = threading.Event(), threading.Event()

    def pause(number: int) -> None:
        if number == 700:
            is_reached.set()
            may_go_on.wait(10)

    documents.at = pause
    new = NewProject(name="Mine", type=Type.CLASSLABEL)
    making = Making(server.api, wanted(documents=documents))
    assert is_reached.wait(10)
    assert making.progress[1] == "Put together: 500 of 2,000 documents"
    making.stop()
    may_go_on.set()
    assert making.wait(10)
    made = making.result()
    assert (made.session, made.is_stopped, made.was_sent, server.posts) == (None, True, False, 0)
    assert new.name == "Mine"


def test_stopped_while_it_is_looked_for_it_is_looked_for_no_longer() -> None:
    server = Server(no_answer)
    waits: list[float] = []
    is_begun = threading.Event()

    def wait(seconds: float) -> None:
        is_begun.wait(10)
        waits.append(seconds)
        if len(waits) == 3:
            making.stop()

    making = Making(server.api, wanted(), wait=wait)
    is_begun.set()
    assert making.wait(10)
    assert making.result().session is None
    assert len(waits) == 3


def test_a_session_that_was_there_before_the_stop_is_told() -> None:
    server = Server(no_answer)
    is_begun = threading.Event()

    def wait(seconds: float) -> None:
        is_begun.wait(10)
        making.stop()
        server.sessions.append({"id": 2, "name": "Round two"})

    making = Making(server.api, wanted(), wait=wait)
    is_begun.set()
    assert making.wait(10)
    made = making.result()
    assert made.session is not None
    assert made.session.id == 2
    assert made.is_stopped


def test_a_stop_ends_the_wait_for_an_answer_and_the_connection() -> None:
    """A server that takes all and says nothing, as one does that stores for a long time."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ended = threading.Event()

        def serve() -> None:
            for _ in range(4):
                peer, _ = listening.accept()
                with peer:
                    head = peer.recv(65_536)
                    if head.startswith(b"POST"):
                        while peer.recv(65_536):
                            pass
                        ended.set()
                    else:
                        said = b"{}" if b"/info" in head else b"[]"
                        answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
                        peer.sendall(answer + said)

        threading.Thread(target=serve, daemon=True).start()
        api = connect(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=5)
        making = Making(api, wanted(), wait=lambda seconds: None)
        while "The server checks and stores" not in making.progress[1]:
            assert not making.wait(0.01)
        assert not making.wait(0.2)
        making.stop()
        assert making.wait(3)
        made = making.result()
        assert (made.session, made.is_stopped, made.was_sent) == (None, True, True)
        assert ended.wait(3)
