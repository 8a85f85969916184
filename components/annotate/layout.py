"""The screen's parts: a bar at the head, the list of documents, the text and the table as panes, a foot.

The page itself never scrolls, each pane does; `layout.css` says where they stand, by their keys.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

STYLE = f"<style>{Path(__file__).with_suffix('.css').read_text(encoding='utf-8')}</style>"


def panes_alone() -> None:
    """Leave the whole window to the panes."""
    st.html(STYLE)


def pane(name: str) -> DeltaGenerator:
    """A part whose place and height the style gives."""
    return st.container(key=name)


def bar(name: str) -> DeltaGenerator:
    """A part whose elements stand beside each other."""
    return st.container(key=name, horizontal=True, vertical_alignment="center", gap="xsmall")
