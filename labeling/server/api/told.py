"""What is told of a call when it is over: its name, whose it was, why it failed. Never what it carried."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

REQUEST_ID = "X-Request-ID"
_KEY = "tagwright.told"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


@dataclass
class Told:
    """`id`: the caller's own name of the request, else a new one; `person`: an id; `why`: the words of a
    fault of the server."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    person: int | None = None
    why: str = ""

    @classmethod
    def begin(cls, scope: Any, sent_id: str) -> Told:
        """Begin with a call, by the id that was sent if it is in good form."""
        told = cls(sent_id) if _ID.fullmatch(sent_id) else cls()
        scope[_KEY] = told
        return told


def told_of(request: Request) -> Told:
    """What is told of the call so far."""
    scope: Mapping[str, Any] = request.scope
    told: Told | None = scope.get(_KEY)
    return told if told is not None else Told()
