"""Words of documents, sessions and servers inside Streamlit's Markdown, with nothing of them taken as
mark-up."""

from __future__ import annotations

import re

_INLINE = re.compile(
    r"(?P<address>(?<=http):(?=//)|(?<=https):(?=//)|(?<=www)\.|(?<=[-.\w+])@(?=[-\w]))"
    r"|[\\`*_\[\]<>$~&|@]|:(?=\S)",
    re.IGNORECASE,
)
"""Bare addresses; emphasis, code, links and pictures, colours and icons, formulas, entities, tables."""
APART = ":color[{}]{{foreground=inherit}}"
"""A sign that is drawn as all others and stands in an element of its own: a bare address becomes a link after
backslashes were read, so none can keep it from that."""
_BLOCK = re.compile(r"^([#+=-]|\d+(?=[.)]))")
"""What begins a heading, a list or a rule; after a number it is the dot that counts."""


def plain(text: str) -> str:
    """The text so that Markdown shows it as it is, on one line."""
    inline = _INLINE.sub(_as_it_is, " ".join(text.split()))
    return _BLOCK.sub(lambda found: found[0] + "\\" if found[0].isdigit() else "\\" + found[0], inline)


def _as_it_is(found: re.Match[str]) -> str:
    return APART.format("\\" + found[0]) if found["address"] else "\\" + found[0]
