from collections.abc import Iterator
from pathlib import Path

import pytest

from components.saving import panel
from components.shell.desk import Desk, draft_of
from components.shell.state import UiState
from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.events import SaveProved
from labeling.editing.table import set_done
from labeling.store.drafts import open_drafts
from tests.unit.build import a_document, a_session


@pytest.fixture
def ui(tmp_path: Path) -> Iterator[UiState]:
    store = open_drafts(tmp_path)
    yield UiState(store=store)
    store.close()


def test_what_a_save_stores_while_the_page_is_being_drawn_is_drawn_after_it(
    ui: UiState, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, read = a_session(), Loaded("id:1", 0, a_document(id=1))
    ui.place.document = read.key
    desk = Desk(ui, session, None, draft_of(ui, session))  # type: ignore[arg-type]
    desk.edit_document(read, lambda view, draft: set_done(view, True))
    drawn = desk.now()
    ui.save.job = object()  # type: ignore[assignment]
    stored = read.document.model_copy(update={"annotated": True})
    drawn.kept.keep(SaveProved({read.key: (drawn.draft.document(read.key), stored)}, drawn.draft))
    looked_for: list[DraftDocument | None] = []
    monkeypatch.setattr(panel, "_progress", lambda desk, job, shown: looked_for.append(shown))
    panel.save_progress(drawn)
    assert looked_for == [drawn.draft.documents[read.key]]
    assert looked_for[0] is not drawn.now().draft.documents[read.key]
