"""The segments table alone over twelve segments, in an app whose every run takes its time."""

import time

import streamlit as st

from components.segment_table import segment_table
from components.state import ui_state
from labeling.model import Document, Segment, Session, Tag, shape_of
from labeling.rows import Refused

CLASSES = ("Staff", "Room", "Price", "Food")
TEXT = "one two three four five six seven eight nine ten eleven twelve"

st.set_page_config(layout="wide")
ui = ui_state()
session = Session(id=1, project_id=1, type="CLASS", classes=CLASSES)
draft = ui.draft_of(session)
spans, at = [], 0
for word in TEXT.split():
    spans.append((at, at + len(word)))
    at += len(word) + 1
source = Document(
    id=1,
    text=TEXT,
    segments=tuple(Segment(span=span, text=TEXT[slice(*span)], tags=(Tag.of("Staff"),)) for span in spans),
)


def edit(make):
    document = ui.draft_of(session).view("id:1", source, 0)
    outcome = make(document)
    if isinstance(outcome, Refused):
        return False
    ui.take(session, outcome, document)
    return True


time.sleep(0.3)
document = draft.view("id:1", source, 0)
segment_table(ui, document, draft, shape_of("CLASS"), on_change=edit, read_only=False)
time.sleep(0.3)
st.text("stored: " + " ".join(segment.segment.tags[0].class_ or "-" for segment in document.segments))
