"""The client and real sockets on which things go wrong: what httpx really raises, not what a mock claims."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

from labeling.errors import TimedOut, Unavailable, Unreadable
from labeling.model import NewSession, SessionChange
from labeling.studio.client import LabelingClient, connect

Talk = Callable[[socket.socket], None]
SESSION = b'{"id": 5, "project_id": 1, "name": "Hotels"}'


def http(head: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {head}\r\n".encode() + b"Connection: close\r\n\r\n" + body


def saying(answer: bytes) -> Talk:
    return lambda peer: peer.sendall(answer)


def resetting(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hanging(peer: socket.socket) -> None:
    peer.settimeout(5)
    while peer.recv(65536):
        pass


class Peer:
    """Counts the requests that it gets, and behaves in turn; the last way of behaving stays."""

    def __init__(self, listening: socket.socket, talks: tuple[Talk, ...]) -> None:
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.requests: list[bytes] = []
        self._listening = listening
        self._talks = list(talks)

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with closing(connection):
                self.requests.append(connection.recv(65536).split(b"\r\n")[0])
                talk = self._talks.pop(0) if len(self._talks) > 1 else self._talks[0]
                talk(connection)

    @property
    def lines(self) -> list[str]:
        return [line.decode().removesuffix(" HTTP/1.1") for line in self.requests]


@contextmanager
def peer(*talks: Talk) -> Iterator[Peer]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Peer(listening, talks)
        thread = threading.Thread(target=found.run, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=10)


@contextmanager
def client(address: str, timeout: float = 5.0) -> Iterator[LabelingClient]:
    with httpx.Client(base_url=address, timeout=timeout, trust_env=False) as pool:
        yield LabelingClient(pool, "token", pause=lambda seconds: None)


def test_a_port_where_nobody_listens_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with client(address) as api:
        with pytest.raises(Unavailable) as caught:
            api.projects()
        assert type(caught.value) is Unavailable
        assert address in caught.value.message
        assert api.health() is False


@pytest.mark.parametrize("talk", [resetting, saying(b"")], ids=["reset", "closed"])
def test_a_connection_that_ends_without_an_answer_is_unavailable_and_tried_again(talk: Talk) -> None:
    with peer(talk, saying(http("200 OK", SESSION))) as server, client(server.address) as api:
        assert api.session(1, 5).name == "Hotels"
        assert server.lines == ["GET /projects/1/annotations/5"] * 2
    with peer(talk) as server, client(server.address) as api:
        with pytest.raises(Unavailable) as caught:
            api.session(1, 5)
        assert type(caught.value) is Unavailable
        assert len(server.lines) == 3


@pytest.mark.parametrize("talk", [resetting, saying(b"")], ids=["reset", "closed"])
def test_an_update_that_may_have_been_done_is_sent_once(talk: Talk) -> None:
    with peer(saying(http("404 Not Found")), talk) as server, client(server.address) as api:
        with pytest.raises(Unavailable):
            api.update_session(1, 5, SessionChange(name="New"))
        with pytest.raises(Unavailable):
            api.create_session(1, NewSession(name="New"))
        assert server.lines == ["GET /info", "PUT /projects/1/annotations/5", "POST /projects/1/annotations"]


def test_a_server_that_does_not_answer_has_timed_out() -> None:
    with peer(hanging) as server, client(server.address, timeout=0.1) as api:
        with pytest.raises(TimedOut) as caught:
            api.sign_in("ana@example.org", "pass")
        assert server.address in caught.value.message
        assert "pass" not in caught.value.message


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + SESSION,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + SESSION[:16] + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\nnot gzip at all",
        http("200 OK", SESSION[:-10]),
        http("204 No Content"),
        http("200 OK", b"\xff\xfe\x00"),
        http("200 OK\r\nContent-Type: application/json; charset=utf-16", SESSION.decode().encode("utf-16")),
        http("200 OK\r\nContent-Type: text/html", b"<html>Welcome to the hotel's network"),
        http("301 Moved Permanently\r\nLocation: http://127.0.0.1:9/"),
    ],
)
def test_an_answer_that_breaks_off_or_is_none_is_unreadable_and_asked_for_once(answer: bytes) -> None:
    with peer(saying(answer)) as server, client(server.address) as api:
        with pytest.raises(Unreadable):
            api.session(1, 5)
        assert len(server.lines) == 1


def test_the_proxy_of_the_environment_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with peer(saying(http("200 OK", SESSION))) as server:
        assert connect(server.address).session(1, 5).name == "Hotels"


def test_a_redirect_is_not_followed_and_the_token_stays_here() -> None:
    with peer(saying(http("200 OK", SESSION))) as elsewhere:
        sends_on = saying(http(f"307 Temporary Redirect\r\nLocation: {elsewhere.address}/"))
        with (
            peer(sends_on) as server,
            client(server.address) as api,
            pytest.raises(Unreadable, match="another address"),
        ):
            api.session(1, 5)
        assert elsewhere.lines == []
