"""Where the documents come from, and how that was read: one sentence, each part of which can be changed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.new_session.fields import AnyProject, chosen_shape
from components.new_session.given import (
    COLUMN_ROLES,
    NO_COLUMN,
    answer_key,
    choice_of,
    choose_answer,
    choose_kept,
    column_key,
    drop_file,
    given,
    has_role,
    others,
    records_of,
    take_file,
)
from components.new_session.reading import Given
from components.new_session.rounds import key, start
from components.shell.markdown import plain
from components.shell.state import widget_value
from labeling.formats import names
from labeling.formats.columns import flat_names
from labeling.formats.records import Choice, Question, Records
from labeling.model import Shape
from labeling.phrases import count_of

LARGEST_FILE = 200
"""Megabytes of an uploaded file."""
_WORDS = {
    "encoding": "in",
    "separator": "separator",
    "header": "names of the columns in",
    "quoting": "quotation marks",
    "sheet": "sheet",
    "split": "a document is",
}
"""How a part of the sentence begins, where the question's title does not read well in it."""
_ROLES = {"text": "text from", "class": "class from", "label": "label from", "done": "done mark from"}
_TITLES = {"text": "Text column", "class": "Class column", "label": "Label column", "done": "Done column"}


def source_form() -> None:
    """A file, or pasted text while there is none."""
    st.file_uploader(
        "A file: a table, a workbook, JSON, or what another tagging tool wrote",
        key=key("file"),
        on_change=take_file,
        max_upload_size=LARGEST_FILE,
        help="Tables (CSV, TSV, XLSX, ODS, Parquet), plain text, JSON and JSONL of any shape with a text in "
        "it, and what Label Studio, doccano, Prodigy, spaCy, brat, CoNLL and SemEval write. "
        "The format is found by what is in the file.",
    )
    if given().is_file:
        if widget_value(key("file")) is None:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(given().name)}** is still here.", width="content")
                st.button("Remove it", key=key("drop-file"), on_click=drop_file)
        return
    st.text_area(
        "Texts",
        key=key("paste"),
        height=130,
        placeholder="or paste texts here, one a line\nThe room was small, but the breakfast made up for it.",
        label_visibility="collapsed",
        persist_state="session",
    )


def reading_form(project: AnyProject) -> None:
    """How it was read: the format, what belongs to it, and what each column is."""
    found = given()
    records = records_of(found)
    if not found.mark:
        return
    with _sentence("as-read"):
        for question in records.questions:
            _asked(found, question)
    shape = chosen_shape(project)
    if records.problem:
        return
    choice = choice_of(found, records, shape)
    if records.choice is None and len(records.columns) > 1:
        with _sentence("columns"):
            _columns(records, choice, shape)
    _names(records, choice, shape)


def _sentence(name: str) -> st.delta_generator.DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"sentence-{name}")


def _asked(found: Given, question: Question) -> None:
    _word("Read as" if question.key == "format" else _WORDS.get(question.key, question.title.lower()))
    chosen = choose_answer(found, question)
    st.selectbox(
        question.title,
        question.options if question.answer in question.options else (question.answer, *question.options),
        key=answer_key(found, question),
        on_change=chosen,
        label_visibility="collapsed",
        width=_width((question.answer,)),
    )


def _columns(records: Records, choice: Choice, shape: Shape) -> None:
    """Which column is the text, which tag the whole document, and what is kept as information."""
    taken = dict(zip(COLUMN_ROLES, (choice.text, choice.class_, choice.label, choice.done), strict=True))
    for role, words in _ROLES.items():
        chosen = taken[role]
        if not has_role(role, shape) or (role == "done" and not chosen):
            continue
        options = records.columns if role == "text" else (NO_COLUMN, *records.columns)
        place = column_key(role, records)
        start(place, chosen or NO_COLUMN)
        _word(words.capitalize() if role == "text" else words)
        st.selectbox(_TITLES[role], options, key=place, label_visibility="collapsed", width=_width((chosen,)))
    if not others(records, choice):
        return
    _word("keep")
    words = ", ".join(choice.kept) if 0 < len(choice.kept) <= _FEW else count_of(len(choice.kept), "column")
    with st.popover(plain(words) if choice.kept else "nothing else", key=column_key("others", records)):
        chosen_kept = choose_kept(records, choice)
        st.multiselect(
            "Kept as information about the document",
            others(records, choice),
            key=column_key("kept", records),
            on_change=chosen_kept,
            help="It is shown beside the document. Classes and labels tag the whole document.",
        )
        st.caption("What stands in no place here is left out.")
    _word("as information")


_FEW = 3
"""Columns that are named in the sentence."""


def _names(records: Records, choice: Choice, shape: Shape) -> None:
    """How flat names are parted, where there is more than one way."""
    flat = flat_names(records, choice)
    ways = names.ways(flat, shape) if flat else ()
    # Of a column it was said already whether it names classes or labels.
    is_said = records.choice is None and {*ways} <= {names.AS_CLASS, names.AS_LABEL}
    if len(ways) < 2 or is_said:
        return
    place = column_key("names", records)
    start(place, choice.names or ways[0])
    with _sentence("names"):
        _word(f"A name such as “{plain(flat[0])}” is")
        st.selectbox(
            "What a name is",
            ways if widget_value(place) in ways else (widget_value(place), *ways),
            key=place,
            format_func=lambda way: way_in_words(flat[0], way),
            label_visibility="collapsed",
            width=340,
        )


def way_in_words(name: str, way: str) -> str:
    """What becomes of a flat name, as an example: class Food, label NEG."""
    class_, label = names.parted(name, way)
    return ", ".join(f"{what} {said}" for what, said in (("class", class_), ("label", label)) if said)


def _word(words: str) -> None:
    st.markdown(words, width="content")


def _width(options: Sequence[str]) -> int:
    """Pixels for a part of the sentence, by what is chosen: it stands in a line with others."""
    return min(420, 74 + 8 * max(map(len, options), default=0))
