from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from components.shell.desk import Desk, draft_of, synced_draft
from components.shell.state import UiState
from labeling.draft.document import Loaded
from labeling.draft.draft import Draft
from labeling.draft.events import SaveProved
from labeling.editing.session import rename_session
from labeling.editing.table import add_segment, set_done
from labeling.errors import Forbidden, NotSignedIn
from labeling.model import Session
from labeling.saving.report import Report
from labeling.store.database import DraftDatabase
from labeling.store.drafts import DraftKey, DraftStore, open_drafts
from tests.unit.build import a_document, a_segment, a_session
from tests.unit.store.test_synced import Shaky


@pytest.fixture
def ui(tmp_path: Path) -> Iterator[UiState]:
    store = open_drafts(tmp_path)
    yield UiState(store=store)
    store.close()


def at(ui: UiState, session: Session) -> Desk:
    return Desk(ui, session, ui.mine.readers.get(session.key, Forgetful()), draft_of(ui, session))  # type: ignore[arg-type]


def test_each_person_in_a_tab_has_drafts_of_their_own(ui: UiState) -> None:
    session = a_session()
    ui.become("1", "ann@example.org")
    assert at(ui, session).edit(lambda draft: rename_session(draft, "Mine")) == ""
    ui.become("2", "bob@example.org")
    assert (draft_of(ui, session).name, ui.sign_in.name) == (session.name, "bob@example.org")
    ui.become("", "")
    assert draft_of(ui, session).name == session.name
    ui.become("1", "ann@example.org")
    assert draft_of(ui, session).name == "Mine"


def test_a_step_that_is_refused_changes_nothing_and_says_why(ui: UiState) -> None:
    session = a_session()
    assert at(ui, session).edit(lambda draft: rename_session(draft, " ")) == "A session needs a name."
    assert draft_of(ui, session).taken == 0


def test_a_session_that_was_made_anew_under_the_old_number_has_another_draft(ui: UiState) -> None:
    session = a_session(uuid="u-1")
    at(ui, session).edit(lambda draft: rename_session(draft, "Mine"))
    assert draft_of(ui, a_session(uuid="u-2")).name == session.name
    assert draft_of(ui, session).name == "Mine"


class Over:
    """A save that is over."""

    def __init__(self, session: tuple[int, int], report: Report) -> None:
        self.session, self._report, self.blocked_by = session, report, ""

    def wait(self, seconds: float) -> bool:
        return True

    def report(self) -> Report:
        return self._report


def over(ui: UiState, session: Session, report: Report) -> None:
    ui.save.job = Over(session.key, report)  # type: ignore[assignment]
    assert ui.collect_save()
    assert ui.save.job is None


def test_a_save_is_taken_in_on_whatever_page_the_person_is_and_a_refused_one_locks_the_session(
    ui: UiState,
) -> None:
    session = a_session()
    at(ui, session).edit(lambda draft: rename_session(draft, "Mine"))
    over(ui, session, Report(session, session, error=Forbidden("too low")))
    assert ui.save.refused(session)
    assert draft_of(ui, session).name == "Mine"
    assert not ui.collect_save()
    over(ui, session, Report(session, a_session(name="Mine")))
    assert ui.save.refused(session) == ""


def test_a_sign_in_that_ends_in_mid_save_is_asked_for_and_the_save_goes_on_for_that_person(
    ui: UiState,
) -> None:
    session = a_session()
    ui.become("1", "ann@example.org")
    over(ui, session, Report(session, session, error=NotSignedIn("expired")))
    assert ui.sign_in.is_over
    assert ui.save.resume == session.key
    assert session.key not in ui.save.reports


def test_a_session_read_just_now_is_not_taken_back_by_what_another_tab_stored_over_an_older_reading(
    ui: UiState,
) -> None:
    first, second, third = (
        a_session(),
        a_session(classes=["Staff", "Old"]),
        a_session(classes=["Staff", "New"]),
    )
    other = UiState(store=ui.store)
    synced_draft(ui, first)
    at(other, second).edit(lambda draft: rename_session(draft, "Mine"))
    ui.screen.run = 1
    draft = draft_of(ui, third)
    assert (draft.base, draft.name, draft.classes) == (third, "Mine", ("Staff", "New"))


class Forgetful:
    """A reader that counts how often it has to read anew, and finds what the server holds then."""

    def __init__(self, *held: Loaded) -> None:
        self.held, self.forgot = held, 0

    def forget(self) -> None:
        self.forgot += 1

    def now(self, draft: Draft, key: str, position: int) -> Loaded | None:
        return next((loaded for loaded in self.held if loaded.key == key), None)


def test_what_a_save_under_way_has_stored_is_read_anew_and_nothing_else(ui: UiState) -> None:
    session, reader = a_session(), Forgetful()
    ui.mine.readers[session.key] = reader  # type: ignore[assignment]
    for position in range(2):
        loaded = Loaded(f"id:{position}", position, a_document(id=position))
        assert at(ui, session).edit_document(loaded, lambda view, draft: set_done(view, True)) == ""
    draft = draft_of(ui, session)
    report = Report(session, session)
    ui.save.job = Over(session.key, report)  # type: ignore[assignment]
    at(ui, session).edit(lambda draft: rename_session(draft, "Mine"))
    assert draft_of(ui, session) is not draft
    assert reader.forgot == 0
    kept = at(ui, session).kept
    kept.draft = replace(kept.draft, documents={"id:1": kept.draft.documents["id:1"]})
    assert (list(draft_of(ui, session).documents), reader.forgot) == (["id:1"], 1)
    assert (list(draft_of(ui, session).documents), reader.forgot) == (["id:1"], 1)


def test_a_stored_document_that_the_history_still_names_is_read_anew_and_edited_as_it_is_stored(
    ui: UiState,
) -> None:
    session, text = a_session(), "Kind staff"
    drawn = Loaded("id:1", 0, a_document(text, id=1))
    stored = a_document(text, a_segment(text, 0, 4, ("Staff", "POS")), id=1)
    reader = ui.mine.readers[session.key] = Forgetful(drawn._replace(document=stored))  # type: ignore[assignment]
    at(ui, session).edit_document(drawn, lambda view, draft: add_segment(view, 0, 4, "Staff", "POS", "s"))
    sent = draft_of(ui, session)
    ui.save.job = Over(session.key, Report(session, session))  # type: ignore[assignment]
    at(ui, session).kept.keep(SaveProved({"id:1": (sent.documents["id:1"], stored)}, sent))
    assert "id:1" in draft_of(ui, session).documents
    assert reader.forgot == 1
    assert at(ui, session).edit_document(drawn, lambda view, draft: set_done(view, True)) == ""
    assert [segment.segment.span for segment in draft_of(ui, session).documents["id:1"].segments] == [(0, 4)]


def test_who_comes_back_to_a_tab_reads_anew_what_a_save_of_theirs_has_stored_since(ui: UiState) -> None:
    session, reader = a_session(), Forgetful()
    ui.become("1", "ann@example.org")
    ui.mine.readers[session.key] = reader  # type: ignore[assignment]
    ui.become("2", "bob@example.org")
    assert ui.mine.readers == {}
    ui.become("1", "ann@example.org")
    assert (ui.mine.readers[session.key], reader.forgot) == (reader, 1)


def test_what_a_save_in_another_window_has_stored_is_read_anew(ui: UiState) -> None:
    session, text = a_session(), "Kind staff"
    drawn = Loaded("id:1", 0, a_document(text, id=1))
    stored = a_document(text, a_segment(text, 0, 4, ("Staff", "POS")), id=1)
    reader = ui.mine.readers[session.key] = Forgetful()  # type: ignore[assignment]
    at(ui, session).edit_document(drawn, lambda view, draft: add_segment(view, 0, 4, "Staff", "POS", "s"))
    sent = draft_of(ui, session)
    other = UiState(store=ui.store)
    ui.screen.run = 1
    assert draft_of(ui, session) is sent
    at(other, session).kept.keep(SaveProved({"id:1": (sent.documents["id:1"], stored)}, sent))
    assert reader.forgot == 0
    ui.screen.run = 2
    assert not draft_of(ui, session).is_changed
    assert reader.forgot == 1


def tag(ui: UiState, session: Session, start: int, end: int, step: str) -> str:
    """A tag, and the drawing that follows it."""
    drawn = Loaded("id:1", 0, a_document("Kind staff", id=1))
    refusal = at(ui, session).edit_document(
        drawn, lambda view, draft: add_segment(view, start, end, "Staff", "POS", step)
    )
    ui.screen.run += 1
    draft_of(ui, session)
    return refusal


def tagged(ui: UiState, session: Session) -> list[tuple[int, int]]:
    ui.screen.run += 1
    segments = draft_of(ui, session).documents["id:1"].segments
    return sorted((segment.segment.start, segment.segment.end) for segment in segments)


def test_undo_takes_back_no_step_of_another_window_that_this_one_has_not_shown_yet(ui: UiState) -> None:
    session, other = a_session(), UiState(store=ui.store)
    tag(ui, session, 0, 4, "a-1")
    tag(other, session, 5, 10, "b-1")
    at(ui, session).undo()
    assert ui.said is None
    assert synced_draft(ui, session).refused == [
        (None, "a step of it would have been undone or redone instead")
    ]
    assert tagged(ui, session) == [(0, 4), (5, 10)]
    at(ui, session).undo()
    assert ui.said is not None
    assert ui.said[1].startswith("Undone: Tag “staff”")
    assert tagged(ui, session) == [(0, 4)]
    assert tagged(other, session) == [(0, 4)]
    at(other, session).undo()
    assert tagged(other, session) == []
    at(ui, session).redo()
    assert tagged(ui, session) == []


def test_undo_of_a_step_that_waits_to_be_stored_is_undone_whatever_number_it_gets(ui: UiState) -> None:
    assert ui.store is not None
    session, other = a_session(), UiState(store=ui.store)
    shaky = ui.store = Shaky(ui.store)
    tag(other, session, 0, 4, "b-1")
    tag(ui, session, 5, 10, "a-1")
    assert tagged(ui, session) == [(0, 4), (5, 10)]
    shaky.full = True
    tag(ui, session, 0, 10, "a-2")
    tag(other, session, 2, 4, "b-2")
    at(ui, session).undo()
    work = synced_draft(ui, session)
    assert work.waiting == 2
    shaky.full = False
    work.look(now=True)
    assert work.refused == []
    assert tagged(ui, session) == [(0, 4), (2, 4), (5, 10)]


class Asked(DraftStore):
    """A store that counts how often it is asked for a draft's revision."""

    times = 0

    def revision(self, key: DraftKey) -> int:
        self.times += 1
        return super().revision(key)


def test_the_drawing_after_an_edit_does_not_ask_the_store_what_the_edit_was_told_and_the_next_one_does(
    tmp_path: Path,
) -> None:
    store, session = Asked(DraftDatabase(tmp_path / "drafts.db", "")), a_session()
    ui = UiState(store=store)
    at(ui, session)
    asked, ui.screen.run = store.times, ui.screen.run + 1
    at(ui, session)
    assert store.times == asked + 1
    at(ui, session).edit(lambda draft: rename_session(draft, "Mine"))
    ui.screen.run += 1
    assert at(ui, session).draft.name == "Mine"
    assert store.times == asked + 1
    other = UiState(store=store)
    at(other, session).edit(lambda draft: rename_session(draft, "Mine elsewhere"))
    asked, ui.screen.run = store.times, ui.screen.run + 1
    assert at(ui, session).draft.name == "Mine elsewhere"
    assert store.times == asked + 1
    store.close()
