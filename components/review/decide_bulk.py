"""Many places decided by one rule: how many, which, and then as one step that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import pandas as pd
import streamlit as st

from components.review.decide_acts import Deciding
from components.review.decide_reading import DecideReading
from components.review.tables import height_of
from components.shell.answers import forget
from components.shell.desk import Desk
from components.shell.long_work import each_shown, pressed, read_everything
from components.shell.telling import loading, reporting
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.editing.session import add_documents
from labeling.model import Document, SessionChange
from labeling.phrases import count_of, quote, tag_in_words
from labeling.reviewing.bulk_rules import Rule, by_rule
from labeling.reviewing.decisions import Decided, decide_many, done_with
from labeling.reviewing.final_version import DecideRow

PREVIEWED = 100
"""Places of a bulk act that are listed; the rest are counted."""
TAKEN = {"agreed": "what everybody agrees on", "single": "what one person alone has tagged"}
ALONE = "What one person alone has tagged"
Found = Mapping[str, Sequence[Decided]]


def found_by(reading: DecideReading, rule: Rule, rows: Iterable[DecideRow]) -> Found:
    """What a rule decides in these documents, by document."""
    found = {
        row.key: [one for place in reading.places(row) if (one := by_rule(rule, place)) is not None]
        for row in rows
    }
    return {key: places for key, places in found.items() if places}


def take_over(desk: Desk, reading: DecideReading, items: Sequence[Loaded], rule: Rule) -> None:
    """Take over what a rule decides, as one step."""
    each = each_shown(reading.rows, len(reading.rows), "documents looked through")
    found = found_by(reading, rule, each)
    if found:
        words = f"Take over {TAKEN[rule.kind]}"
        with st.spinner(words.replace("Take", "Taking")):
            _take(desk, [item for item in items if item.key in found], found, words)


def _take(desk: Desk, where: Sequence[Loaded], found: Found, name: str) -> None:
    step = f"bulk-{desk.step_name}"

    def make(documents: Sequence[DraftDocument], draft: Draft) -> Change | Refused:
        return decide_many(documents, draft, found, step, name)

    if why := desk.edit_documents(where, make):
        desk.tell("page", "warning", why)


def bulk_acts(desk: Desk, reading: DecideReading) -> None:
    """The choice of a rule, what it comes to, and the button that carries it out."""
    with st.expander(
        "Decide many at once", icon=":material/done_all:", key="decide-bulk", on_change="rerun"
    ) as box:
        if not box.open:
            return
        rules = _rules(reading)
        words = st.selectbox("Which", list(rules), key="decide-rule", width=480)
        rule = rules[words]
        if rule is None:
            _settled(desk, reading)
        else:
            _by_rule(desk, reading, rule, words)


def _rules(reading: DecideReading) -> dict[str, Rule | None]:
    """The rules there are, in words; the last one is about documents."""
    people = max((len(row.sides.names) for row in reading.rows), default=0)
    rules: dict[str, Rule | None] = {"All that everybody agrees on": Rule("agreed")}
    if people > 2:
        rules["What most of them have, where that is clear"] = Rule("majority")
    classes = sorted({name for session in reading.sessions for name in session.classes})
    rules |= {f"All {name} that nobody says otherwise": Rule("class", name) for name in classes}
    rules |= {f"All as in {name}": Rule("person", session) for session, name in reading.names.items()}
    if reading.left_out.alone or any(len(row.sides.names) == 1 for row in reading.rows):
        rules[ALONE] = Rule("single")
    return {**rules, "Documents with nothing left open are decided": None}


def _by_rule(desk: Desk, reading: DecideReading, rule: Rule, words: str) -> None:
    found = found_by(reading, rule, reading.rows)
    count = sum(map(len, found.values()))
    if rule.kind == "single" and reading.left_out.alone:
        _alone(desk, reading, count)
        return
    if not count:
        st.caption("There is no such place.")
        return
    rows = [row for row in reading.rows if row.key in found]
    _preview(rows, found, count)
    documents = count_of(len(rows), "document")
    if pressed(ui=desk.ui, words=f"Decide {count_of(count, 'place')} in {documents}", key="decide-many"):
        _carry_out(desk, found, words)


def _alone(desk: Desk, reading: DecideReading, more: int) -> None:
    """Documents that are not in the final version yet come into it, and then what is tagged there."""
    alone = reading.left_out.alone
    places = sum(len(one.document.tags) for one in alone)
    lines = (
        (reading.names[one.session], quote(one.document.text, *tag.span), tag_in_words(tag.names))
        for one in alone
        for tag in one.document.tags
    )
    _listed(list(islice(lines, PREVIEWED)), "Whose", places)
    ids = [one.document.id for one in alone if one.document.id is not None]
    if not desk.api.info().can("ids") or len(ids) < len(alone):
        _added(desk, [Document(text=one.document.text) for one in alone])
        return
    words = f"Take over {count_of(len(alone), 'document')} with {count_of(places + more, 'place')}"
    if pressed(desk.ui, words, key="decide-alone") and not desk.locked:
        with reporting(desk.ui, "put the documents into the final version"):
            change = SessionChange(document_ids=tuple(ids))
            desk.api.update_session(desk.session.project_id, desk.session.id, change)
            state = desk.ui.of(Deciding)
            state.takes_single, state.reading = True, None
            forget(desk.ui)
        st.rerun()


def _added(desk: Desk, documents: Sequence[Document]) -> None:
    """Where the server names no documents they come into the final version as texts, with the next save."""
    if {one.text for one in documents} <= {one.text for one in desk.draft.added}:
        st.caption("They come into the final version when you save. Read the sessions again then.")
        return
    words = f"Put {count_of(len(documents), 'document')} into the final version"
    if pressed(desk.ui, words, key="decide-alone-add") and not desk.locked:
        if why := desk.edit(lambda draft: add_documents(draft, documents)):
            desk.tell("page", "warning", why)
        st.rerun()


def _preview(rows: Sequence[DecideRow], found: Found, count: int) -> None:
    lines = [
        (row.position + 1, quote(row.text, *one.where.span), _words(row, one))
        for row in rows
        for one in found[row.key]
    ][:PREVIEWED]
    _listed(lines, "Document", count)


def _listed(lines: Sequence[tuple[object, str, str]], first: str, count: int) -> None:
    st.dataframe(
        pd.DataFrame(lines, columns=[first, "Words", "Decided"]),
        key="decide-preview",
        hide_index=True,
        height=height_of(len(lines), 6),
        row_height=35,
        alt="What would be decided, one place a row.",
    )
    if count > len(lines):
        st.caption(f"… and {count_of(count - len(lines), 'more place', 'more places')}.")


def _words(row: DecideRow, one: Decided) -> str:
    said = [f"{tag_in_words(tag.names)} {quote(row.text, *tag.span)}" for tag in one.outcome]
    return ", ".join(said) or "nothing"


def _carry_out(desk: Desk, found: Found, words: str) -> None:
    items = _items(desk, found)
    _take(desk, items, found, words)
    st.rerun()


def _items(desk: Desk, keys: Mapping[str, object] | set[str]) -> list[Loaded]:
    with loading("read the documents"):
        found = [item for item in read_everything(desk.reader) if item.key in keys]
        return desk.as_now(found)


def _settled(desk: Desk, reading: DecideReading) -> None:
    keys = {row.key for row in reading.rows if not reading.done.get(row.key) and reading.is_settled(row)}
    if not keys:
        st.caption("There is no such document.")
        return
    if pressed(desk.ui, f"{count_of(len(keys), 'document')} decided", key="decide-settled"):
        if why := desk.edit_documents(_items(desk, keys), lambda documents, draft: done_with(documents)):
            desk.tell("page", "warning", why)
        st.rerun()
