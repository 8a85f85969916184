"""Who made each tag of a document what it is: on the text, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from components.annotate.by_name import looks_of
from components.review.blamed_text import BlamedTag, blamed_text
from components.review.tables import height_of
from components.shell.desk import Desk
from components.shell.naming import person_name, within
from components.shell.state import UiState
from components.shell.telling import loading
from labeling.agreement.blame import MADE, TagVersion, Touch, blame
from labeling.agreement.tags import tagged_text
from labeling.model import Document
from labeling.phrases import quote, tag_in_words
from labeling.studio.saves import DocumentVersion


@dataclass
class BlameOpen:
    """The documents, by session and id, of which it is shown; the states of them, by session, id and save, of
    which somebody wanted to know it."""

    open: set[tuple[int, int]] = field(default_factory=set)
    wanted: set[tuple[int, int, int]] = field(default_factory=set)


@st.fragment
def who_made_what(desk: Desk, document: Document, save: int) -> None:
    """The document as it was after a save. Who made a tag is read when somebody first points at one."""
    if document.id is None or not document.text:
        return
    tags, looks = tagged_text(document, 0).tags, looks_of(desk)
    wanted, here = desk.ui.of(BlameOpen).wanted, (desk.session.id, document.id, save)
    by = None
    if here in wanted:
        with loading("read the versions of the document"):
            versions = desk.api.versions(desk.session.project_id, desk.session.id, document.id)
        by = _hands(desk.ui, document, [one for one in versions if one.n <= save])
    blamed_text(
        key=f"blamed-{desk.session.id}-{document.id}-{save}",
        text=document.text,
        tags=[BlamedTag(*tag.span, tag_in_words(tag.names), looks.of(tag.names)) for tag in tags],
        by=by if by is None or len(by) == len(tags) else ["nobody knows"] * len(tags),
        on_wanted=lambda: wanted.add(here),
    )


def who_made_it(desk: Desk, document_id: int | None) -> None:
    """A switch, and the document's tags as they are saved now, each with who had a hand in it."""
    if document_id is None or not desk.api.info().can("history"):
        return
    shown, here = desk.ui.of(BlameOpen).open, (desk.session.id, document_id)
    key = f"blame-{desk.session.id}-{document_id}"

    def turn() -> None:
        shown.symmetric_difference_update({here})

    words = "Hide who made each tag" if here in shown else "Who made each tag"
    st.button(words, key=key, type="tertiary", icon=":material/history_edu:", on_click=turn)
    if here not in shown:
        return
    with loading("read the versions of the document"):
        document = desk.api.document(desk.session.project_id, desk.session.id, document_id)
        versions = desk.api.versions(desk.session.project_id, desk.session.id, document_id)
    _table(desk.ui, document, versions, key)


def _states(document: Document, versions: Sequence[DocumentVersion]) -> list[TagVersion]:
    return [
        TagVersion(one.n, tagged_text(document.model_copy(update={"segments": one.segments}), 0).tags)
        for one in versions
    ]


def _hands(ui: UiState, document: Document, versions: Sequence[DocumentVersion]) -> list[str]:
    """Who had a hand in each tag of the newest of these versions."""
    by_number = {one.n: one for one in versions}
    return [
        ", ".join(_in_words(ui, touch, by_number[touch.n]) for touch in reversed(touches))
        for touches in blame(_states(document, versions))
    ]


def _table(ui: UiState, document: Document, versions: tuple[DocumentVersion, ...], key: str) -> None:
    tags = _states(document, versions)[0].tags
    rows = [
        {"words": quote(document.text, *tag.span), "tag": tag_in_words(tag.names), "by": by}
        for tag, by in zip(tags, _hands(ui, document, versions), strict=True)
    ]
    if not rows:
        st.caption("The document has no tags now.")
        return
    text = st.column_config.TextColumn
    st.dataframe(
        pd.DataFrame(rows),
        key=f"{key}-table",
        hide_index=True,
        height=height_of(len(rows), 8),
        row_height=35,
        column_config={"words": text("Words", width=260), "tag": text("Tag", width=160), "by": text("By")},
        alt="The tags of the document, and who made each what it is.",
    )


def _in_words(ui: UiState, touch: Touch, version: DocumentVersion) -> str:
    """`made by ann@example.org 3 Nov`, `label by bob@example.org 9 Nov`."""
    what = "made" if touch.what == (MADE,) else " and ".join(touch.what)
    who = within(person_name(ui, version.user))
    when = f" {version.at:%d %b %Y}" if version.at else ""
    return f"came with the document from {who}{when}" if touch.n == 0 else f"{what} by {who}{when}"
