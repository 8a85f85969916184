"""Words that name things to a person: a tag, some words of a text, a count. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from unicodedata import category, normalize

from labeling.model import LONGEST_NAME, MOST_NAMES


def tag_in_words(names: tuple[str | None, str | None]) -> str:
    """`Staff/POS`, `Staff`, `POS`, or `no tag`."""
    return "/".join(name for name in names if name) or "no tag"


def count_of(number: int, one: str, many: str = "") -> str:
    """`1 document`, `2,000 documents`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def quote(text: str, start: int, end: int, limit: int = 40) -> str:
    """The slice in quotation marks, on one line, shortened in the middle."""
    part = " ".join(text[start:end].split())
    return f"“{part}”" if len(part) <= limit else f"“{part[: limit // 2]} … {part[-limit // 2 + 3 :]}”"


def ago(when: datetime, now: datetime) -> str:
    """`less than an hour ago`, `3 hours ago`, `2 days ago`, and from a month on the date."""
    hours = int((now - when).total_seconds() // 3600)
    if hours < 1:
        return "less than an hour ago"
    if hours < 24:
        return f"{count_of(hours, 'hour')} ago"
    return f"{count_of(hours // 24, 'day')} ago" if hours < 24 * 30 else f"on {when:%d %b %Y}"


EMPTY = "–"
"""Stands in a cell for no class or no label: the editor's own word for it, None,
would be found by typing N."""

_BLANK = {*map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10)))}
"""Letters and marks that show nothing, beside the signs that are for control and format."""


def look_of(name: str) -> str:
    """What a name looks like: names that look alike differ in what cannot be seen, width or form at most."""
    return normalize("NFKC", " ".join(_seen(" ".join(normalize("NFKC", name).split())).split()))


def _seen(name: str) -> str:
    return "".join(sign for sign in name if category(sign) not in ("Cc", "Cf") and sign not in _BLANK)


def name_problem(name: str, known: Iterable[str], what: str) -> str:
    """Why a new class or label (`what`) cannot be called so beside the known ones; empty when it can."""
    look = look_of(name)
    if not look:
        return f"A {what} needs a name" + (" that can be seen." if name.strip() else ".")
    if too_long := length_problem(name, what):
        return too_long
    others = tuple(known)
    if len(others) >= MOST_NAMES:
        return f"There are {len(others):,} already: no more can be added."
    for other in others:
        if other == name:
            return f"There is a {what} “{name}” already."
        if look_of(other) == look:
            return (
                f"“{name}” looks like the {what} “{other}”, which is there already: {_differs(name, other)}."
            )
    return ""


def length_problem(name: str, what: str) -> str:
    """Why nothing (a `what`) can have a name as long as this, and what can be done; empty when it can."""
    return too_long(name, f"The name of a {what}", LONGEST_NAME)


def too_long(words: str, what: str, most: int) -> str:
    """Why something (`what`, as a sentence begins) cannot say as much as this; empty when it can."""
    over = len(words) - most
    if over <= 0:
        return ""
    return f"{what} has at most {most:,} characters, and this one {len(words):,}: shorten it by {over:,}."


def _differs(name: str, other: str) -> str:
    if normalize("NFC", name) == normalize("NFC", other):
        return "only the code of a letter with its mark differs"
    if _seen(name) == _seen(other):
        return "only signs that cannot be seen differ"
    return "only the width or the form of its signs differs"
