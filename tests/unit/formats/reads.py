"""What is run apart, and what may happen to it."""

from __future__ import annotations

import os


def reads(data: bytes) -> list[str]:
    if data == b"locked":
        raise PermissionError
    if data == b"large":
        return ["large" * 10**10]
    if data == b"ends":
        os.abort()
    return [data.decode()]
