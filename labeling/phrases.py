"""Words that name things to a person: a tag, some words of a text, a count. Pure."""

from __future__ import annotations


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


EMPTY = "–"
"""Stands in a cell for no class or no label: the editor's own word for it, None,
would be found by typing N."""
