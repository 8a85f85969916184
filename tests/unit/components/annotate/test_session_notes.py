"""Notes are looked for when a page is drawn whole, and by edits now and then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.annotate import session_notes
from components.annotate.session_notes import AGE, look_again, notes_of
from components.shell.desk import Desk, draft_of
from components.shell.state import UiState
from labeling.store.drafts import open_drafts
from labeling.store.review_notes import ReviewNotes
from tests.unit.build import a_session


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store, session = open_drafts(tmp_path), a_session()
    ui = UiState(store=store)
    yield Desk(ui, session, None, draft_of(ui, session))  # type: ignore[arg-type]
    store.close()


def test_a_whole_page_looks_each_time_and_edits_once_in_a_while(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, looks = 1000.0, 0
    newest = ReviewNotes.newest

    def counted(notes: ReviewNotes, key: object) -> object:
        nonlocal looks
        looks += 1
        return newest(notes, key)  # type: ignore[arg-type]

    monkeypatch.setattr(ReviewNotes, "newest", counted)
    monkeypatch.setattr(session_notes.time, "monotonic", lambda: now)
    screen = desk.ui.screen

    def looked(*, whole: bool = False) -> int:
        """How often it is looked in one run, in which the notes are asked for twice."""
        before = looks
        screen.run += 1
        screen.whole_run = screen.run if whole else screen.whole_run
        notes_of(desk)
        notes_of(desk)
        return looks - before

    assert [looked(whole=True), looked(whole=True), looked(), looked()] == [1, 1, 0, 0]
    now += AGE
    assert [looked(), looked()] == [1, 0]
    look_again(desk)
    assert [looked(), looked()] == [1, 0]
