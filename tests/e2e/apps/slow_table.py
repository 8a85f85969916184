"""The segments table alone over twelve segments, in an app whose every run takes its time."""

import os
import time
from pathlib import Path

import httpx
import streamlit as st

from components.annotate.document_bar import editing
from components.panels.checks import checks_panel
from components.shell.assets import assets
from components.shell.compat import is_script
from components.shell.desk import Desk, draft_of
from components.shell.state import ui_state
from components.tables.segment_table import segment_table
from labeling.documents.reader import Reader
from labeling.draft.document import Loaded
from labeling.model import Document, Segment, Session, Tag
from labeling.store.drafts import open_drafts
from labeling.studio.client import LabelingClient

CLASSES = ("Staff", "Room", "Price", "Food")
TEXT = "one two three four five six seven eight nine ten eleven twelve"


def main() -> None:
    st.set_page_config(layout="wide")
    ui = ui_state()
    ui.screen.run += 1
    ui.store = ui.store or open_drafts(Path(os.environ["LABELING_DATA_DIR"]))
    session = Session(id=1, project_id=1, type="CLASS", classes=CLASSES)
    spans, at = [], 0
    for word in TEXT.split():
        spans.append((at, at + len(word)))
        at += len(word) + 1
    source = Document(
        id=1,
        text=TEXT,
        segments=tuple(
            Segment(span=span, text=TEXT[slice(*span)], tags=(Tag.of("Staff"),)) for span in spans
        ),
    )
    loaded = Loaded("id:1", 0, source)
    reader = Reader(LabelingClient(httpx.Client()), session)

    time.sleep(0.3)
    desk = Desk(ui, session, reader, draft_of(ui, session))
    document = desk.draft.view(loaded)
    segment_table(desk, document, on_change=editing(desk, loaded), tools=st.container())
    checks_panel(desk, loaded, document)
    time.sleep(0.3)
    st.text("stored: " + " ".join(segment.segment.tags[0].class_ or "-" for segment in document.segments))


if is_script():
    main()
else:
    app = st.App(__file__, routes=[assets()])
