"""A TCP proxy that breaks: it resets, hangs, delays or crawls in the middle of a request or of an answer."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

Way = Literal["request", "answer"]
Kind = Literal["reset", "hang", "held", "late", "slow"]


class Trouble(NamedTuple):
    """What befalls a request of that method or its answer, once `after` bytes of it have passed, and how
    often; the first `skip` of them that are answered pass.

    `held`: the rest waits for `Proxy.release`, and all goes on then. `late`: it waits as well, and is
    delivered then, whoever still listens.
    """

    way: Way
    kind: Kind
    after: int
    method: str = "PUT"
    times: int = 1
    skip: int = 0


class Proxy:
    """Hands on to `target`, an address as `http://127.0.0.1:8600`; `url` is its own."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._trouble: Trouble | None = None
        self._released = threading.Event()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.met = self._passed = 0
        self._start(self._accept)

    def expect(self, trouble: Trouble) -> None:
        """From now on requests of its method meet the trouble, as often as it says."""
        with self._lock:
            self._trouble, self.met, self._passed = trouble, 0, 0
            self._released.clear()

    def release(self) -> None:
        """What is late goes on its way; what hangs ends."""
        self._released.set()

    def close(self) -> None:
        self.release()
        with self._lock:
            # Not only closed: that would not wake the thread that waits for the next connection.
            for each in (self._listener, *self._sockets):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, run: object, *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
                for each in (near, far):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._sockets |= {near, far}
                connection = _Connection(self, near, far)
                self._start(connection.pump, "request")
                self._start(connection.pump, "answer")

    def met_by(self, data: bytes) -> Trouble | None:
        """The trouble that a request with this beginning meets."""
        with self._lock:
            trouble = self._trouble
            if trouble is None or self.met >= trouble.times or not self.is_meant(data):
                return None
            if self._passed < trouble.skip:
                return None
            self.met += 1
            return trouble

    def is_meant(self, data: bytes) -> bool:
        """Whether a request with this beginning is one of those that the trouble is about."""
        return self._trouble is not None and data.startswith(self._trouble.method.encode())

    def has_passed(self) -> None:
        """One of them was answered. One that met a connection just being closed, and is sent again, was
        not."""
        with self._lock:
            self._passed += 1

    def wait(self) -> None:
        self._released.wait(60)


class _Connection:
    def __init__(self, proxy: Proxy, near: socket.socket, far: socket.socket) -> None:
        self.proxy, self.near, self.far = proxy, near, far
        self.trouble: Trouble | None = None
        self.is_passing = False

    def pump(self, way: Way) -> None:
        source, sink = (self.near, self.far) if way == "request" else (self.far, self.near)
        passed = 0
        with suppress(OSError):
            while data := source.recv(65536):
                if way == "request" and self.trouble is None:
                    self.trouble, passed = self.proxy.met_by(data), 0
                    self.is_passing |= self.trouble is None and self.proxy.is_meant(data)
                elif way == "answer" and self.is_passing:
                    self.is_passing = False
                    self.proxy.has_passed()
                trouble = self.trouble
                if trouble is None or trouble.way != way or passed + len(data) <= trouble.after:
                    passed += len(data)
                    sink.sendall(data)
                    continue
                sink.sendall(data[: max(trouble.after - passed, 0)])
                self.befall(trouble.kind, data[max(trouble.after - passed, 0) :], sink)
                self.trouble, passed = None, 0
        self.end()

    def befall(self, kind: Kind, rest: bytes, sink: socket.socket) -> None:
        if kind == "slow":
            for start in range(0, len(rest), 1 + len(rest) // 20):
                time.sleep(0.01)
                sink.sendall(rest[start : start + 1 + len(rest) // 20])
        elif kind == "held":
            self.proxy.wait()
            sink.sendall(rest)
        elif kind == "late":
            self.proxy.wait()
            sink.sendall(rest)
            # Whoever sent it hears nothing of the answer, but it is heard to its end.
            sink.settimeout(10)
            sink.recv(65536)
            self.end()
        elif kind == "hang":
            self.proxy.wait()
            self.end()
        else:
            for each in (self.near, self.far):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.end()

    def end(self) -> None:
        for each in (self.near, self.far):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def proxied(target: str) -> Iterator[Proxy]:
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
