"""What callers ask for in the path and the query, read from text so that a wrong value is ours to word."""

from __future__ import annotations

import re

from labeling.errors import Invalid
from labeling.server.rules.queries import Page

_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
"""Whole numbers that both databases hold."""


def id_in_path(text: str) -> int:
    """0, which nothing has, for what is not an id."""
    return int(text) if _DIGITS.fullmatch(text) else 0


def id_in_query(name: str, text: str | None) -> int | None:
    return None if text is None else _number(name, text, least=1)


def page(offset: str | None, limit: str | None) -> Page:
    return Page(
        0 if offset is None else _number("offset", offset, least=0),
        None if limit is None else _number("limit", limit, least=1),
    )


def details(text: str | None, *, default: frozenset[str] = frozenset()) -> frozenset[str]:
    """`segments`, `meta`, `tags` in any combination, by commas; tags need the segments they are on."""
    if text is None:
        return default
    asked = words(text)
    return asked | {"segments"} if "tags" in asked else asked


def words(text: str | None) -> frozenset[str]:
    return frozenset(word.strip() for word in (text or "").split(",")) - {""}


def flag(name: str, text: str | None) -> bool | None:
    """Clients write `true` or, in Python, `True`."""
    if text is None or text == "":
        return None
    if text.lower() not in ("true", "false"):
        raise Invalid(f"{name}: must be true or false")
    return text.lower() == "true"


def plain(name: str, text: str | None) -> str:
    if "\x00" in (text or ""):
        raise Invalid(f"{name}: must not contain the character U+0000")
    return text or ""


def _number(name: str, text: str, *, least: int) -> int:
    if not _DIGITS.fullmatch(text) or int(text) < least:
        raise Invalid(f"{name}: must be a whole number from {least} on")
    return int(text)
