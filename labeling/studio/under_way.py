"""A request that is sent part by part, as another thread sees it: how far it is, and broken off."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from time import monotonic
from typing import IO

PART = 64 * 1024
"""Bytes sent at a time."""


class BrokenOff(Exception):
    """What was under way was stopped. Whether the server has carried it out is not known."""


class UnderWay:
    """What one thread sends and another one watches. `sent` of `total` bytes; 0 of 0 before it begins.
    `since`: when the last of them was, in seconds of the monotonic clock."""

    def __init__(self) -> None:
        self.sent = self.total = 0
        self.since = 0.0
        self.is_stopped = False
        self._stream: object = None

    def stop(self) -> None:
        """End it: nothing more is sent, and no answer waited for."""
        self.is_stopped = True
        connection = getattr(self._stream, "get_extra_info", lambda name: None)("socket")
        if isinstance(connection, socket.socket):
            # A thread that waits for an answer is woken by this, and by nothing else.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def go_on(self) -> None:
        """Raises BrokenOff when it was stopped."""
        if self.is_stopped:
            raise BrokenOff

    def parts(self, body: IO[bytes]) -> Iterator[bytes]:
        """The body from here on, counted as it is sent. Raises BrokenOff."""
        while part := body.read(PART):
            self.go_on()
            yield part
            self.sent, self.since = self.sent + len(part), monotonic()

    def trace(self, name: str, info: Mapping[str, object]) -> None:
        """Told by httpx of what it does: the newest connection is the one that is used."""
        if name.startswith("connection.") and name.endswith(".complete"):
            self._stream = info.get("return_value")
            if self.is_stopped:
                self.stop()
