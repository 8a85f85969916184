"""What a person chose is kept for them alone, read once, and survives a store that fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from components.shell.state import UiState
from labeling.database import Database, other_engine, sqlite_engine
from labeling.errors import NotKept
from labeling.store.drafts import DraftKey, DraftStore, Facts, Write, open_drafts
from labeling.store.preferences import Preferences
from labeling.store.tables import REVIEW

API = "https://api.test"


@pytest.fixture
def drafts(tmp_path: Path, database_url: str) -> Iterator[DraftStore]:
    with closing(open_drafts(tmp_path / "data", database_url)) as drafts:
        yield drafts


@pytest.fixture
def other(drafts: DraftStore, tmp_path: Path, database_url: str) -> Iterator[DraftStore]:
    """The same store, as another process sees it."""
    with closing(open_drafts(tmp_path / "data", database_url)) as other:
        yield other


class Watched(DraftStore):
    """A store that counts what is asked of it, and fails while it is told to."""

    def __init__(self, inner: DraftStore) -> None:
        self.inner = inner
        self.fails = False
        self.reads = self.writes = 0

    def preference(self, api: str, person: str, name: str) -> str | None:
        self.reads += 1
        self._fail()
        return self.inner.preference(api, person, name)

    def set_preference(self, api: str, person: str, name: str, value: str) -> None:
        self.writes += 1
        self._fail()
        self.inner.set_preference(api, person, name, value)

    def _fail(self) -> None:
        if self.fails:
            raise NotKept("the disk is full")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with closing(open_drafts(tmp_path / "data")) as drafts:
        yield Watched(drafts)


def of_ann(store: DraftStore, pause: float = 0.0) -> Preferences:
    return Preferences(store, API, "ann", pause)


def adding(key: str, value: Any) -> Any:
    return lambda chosen: {**(chosen or {}), key: value}


def test_a_choice_is_read_as_it_was_written_and_the_last_one_is_right(
    drafts: DraftStore, other: DraftStore
) -> None:
    strange = "Größe 👩‍👩‍👧 \\ud83d \\u0000 '"
    drafts.set_preference(API, "ann", "notes", '"first"')
    other.set_preference(API, "ann", "notes", strange)
    assert drafts.preference(API, "ann", "notes") == other.preference(API, "ann", "notes") == strange


def test_a_choice_is_of_one_person_at_one_api_under_one_name(drafts: DraftStore) -> None:
    drafts.set_preference(API, "ann", "notes", "1")
    assert drafts.preference(API, "bob", "notes") is None
    assert drafts.preference("embedded", "ann", "notes") is None
    assert drafts.preference(API, "ann", "keys") is None


def test_a_store_from_before_there_were_choices_gets_them_and_keeps_its_drafts(
    drafts: DraftStore, tmp_path: Path, database_url: str
) -> None:
    key = DraftKey(API, "ann", "u-1")
    drafts.append(key, 0, Write("{}", Facts(1, 2, "Round one", 3), steps=[(1, "a")]))
    drafts.close()
    engine = other_engine(database_url) if database_url else sqlite_engine(tmp_path / "data" / "drafts.db")
    with Database(engine).writing() as connection:
        for table in reversed(REVIEW):
            connection.execute(text(f"DROP TABLE {table.name}"))
        connection.execute(text("DROP TABLE browser_sign_ins"))
        connection.execute(text("DROP TABLE preferences"))
        connection.execute(text("UPDATE draft_version SET version_num = '0001'"))
    engine.dispose()
    with closing(open_drafts(tmp_path / "data", database_url)) as later:
        later.set_preference(API, "ann", "notes", "1")
        assert later.preference(API, "ann", "notes") == "1"
        kept = later.read(key)
    assert kept is not None
    assert kept.steps == ((1, "a"),)


def test_a_value_is_any_json_value_of_any_letters(drafts: DraftStore) -> None:
    value = {"a": ["half an emoji \ud83d", "\0", 1, None]}
    of_ann(drafts).change("x", lambda chosen: value)
    assert of_ann(drafts).get("x") == value


def test_a_choice_is_read_once_and_written_once(watched: Watched) -> None:
    ann = of_ann(watched)
    assert [ann.get("keys"), ann.get("keys"), ann.get("keys")] == [None] * 3
    assert (watched.reads, watched.writes) == (1, 0)
    ann.change("keys", adding("Staff", "1"))
    ann.change("keys", adding("Staff", "1"))
    assert (ann.get("keys"), watched.writes) == ({"Staff": "1"}, 1)


def test_a_tab_does_not_take_back_what_another_one_chose(watched: Watched) -> None:
    one, two = of_ann(watched), of_ann(watched)
    assert two.get("keys") is None
    one.change("keys", adding("Staff", "1"))
    two.change("keys", adding("Room", "2"))
    assert two.get("keys") == of_ann(watched).get("keys") == {"Staff": "1", "Room": "2"}


def test_while_the_store_fails_a_choice_holds_in_the_tab_and_is_stored_later(watched: Watched) -> None:
    of_ann(watched).change("keys", adding("Room", "2"))
    ann, watched.fails = of_ann(watched), True
    assert ann.get("keys") is None
    ann.change("keys", adding("Staff", "1"))
    assert ann.get("keys") == {"Staff": "1"}
    assert str(ann.why) == "the disk is full"
    watched.fails = False
    assert ann.get("keys") == {"Room": "2", "Staff": "1"}
    assert ann.why is None
    assert of_ann(watched).get("keys") == {"Room": "2", "Staff": "1"}


def test_a_store_that_failed_is_left_alone_for_a_moment(watched: Watched) -> None:
    ann, watched.fails = of_ann(watched, pause=60), True
    assert ann.get("keys") is None
    for _ in range(5):
        ann.change("keys", adding("Staff", "1"))
        assert ann.get("keys") == {"Staff": "1"}
    assert (watched.reads, watched.writes) == (1, 0)


def test_what_was_stored_by_somebody_else_and_is_no_json_is_nothing(watched: Watched) -> None:
    watched.set_preference(API, "ann", "keys", "{half")
    assert of_ann(watched).get("keys") is None


def test_each_person_of_a_tab_has_choices_of_their_own(watched: Watched) -> None:
    ui = UiState(store=watched, api_name=API)
    ui.become("1", "ann@example.org")
    ui.preferences.change("keys", adding("Staff", "1"))
    ui.become("2", "bob@example.org")
    assert ui.preferences.get("keys") is None
    ui.become("1", "ann@example.org")
    assert ui.preferences.get("keys") == {"Staff": "1"}
