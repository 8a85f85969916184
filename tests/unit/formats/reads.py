"""What is run apart, and what may happen to it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator


def reads(data: bytes) -> Iterator[str]:
    if data == b"locked":
        raise PermissionError
    if data == b"sleeps":
        time.sleep(60)
    if data == b"large":
        yield "large" * 10**10
    if data == b"ends":
        os.abort()
    yield from data.decode()
