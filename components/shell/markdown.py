"""Words of documents, sessions and servers inside Streamlit's Markdown, with nothing of them taken as
mark-up."""

from __future__ import annotations

import re

_INLINE = re.compile(r"[\\`*_\[\]<>$~&|@]|:(?=\S)|(?<=www)\.")
"""Emphasis, code, links and pictures, colours and icons, formulas, entities, tables, bare addresses."""
_BLOCK = re.compile(r"^([#+=-]|\d+(?=[.)]))")
"""What begins a heading, a list or a rule; after a number it is the dot that counts."""


def plain(text: str) -> str:
    """The text so that Markdown shows it as it is, on one line."""
    inline = _INLINE.sub(lambda found: "\\" + found[0], " ".join(text.split()))
    return _BLOCK.sub(lambda found: found[0] + "\\" if found[0].isdigit() else "\\" + found[0], inline)
