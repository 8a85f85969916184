"""Pure: entity tags, which name a state of a session, and the If-Match with which a change insists on one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from labeling.errors import Invalid, Moved

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(_TAG)
IF_MATCH = rf"^(?:[ \t]*\*[ \t]*|[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*)$"
"""The form of the header: `*`, or tags separated by commas."""

ExpectedTags = frozenset[str] | None
"""The tags of the states that a change may start from; None: any."""
ENTITY_TAG = r'^"[0-9a-f-]{36}\.[0-9]+"$'
"""The form of ours."""


def entity_tag(row: Mapping[str, Any]) -> str:
    """The tag of the state that a session's row shows: a strong one, for no two states share it."""
    return f'"{row["uuid"]}.{row["version"]}"'


def expected_tags(headers: Iterable[str] | None) -> ExpectedTags:
    """What the If-Match headers of a request insist on. Raises Invalid when they are not of that form."""
    if headers is None:
        return None
    given = ", ".join(headers)
    if not re.match(IF_MATCH, given):
        raise Invalid('If-Match: must be * or tags in double quotes, like "a", "b"')
    return None if given.strip() == "*" else frozenset(_TAGS.findall(given))


def refuse_moved(expected: ExpectedTags, tag: str) -> None:
    """Raises Moved unless the state is one of those expected. A weak tag is equal to none of ours."""
    if expected is not None and tag not in expected:
        raise Moved("The session was changed since you read it. Nothing was stored: read it again.")
