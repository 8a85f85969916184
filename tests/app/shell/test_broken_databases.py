"""A database that cannot be used: the page says why and what to do, and goes on when the cause is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import streamlit as st
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from components.shell import connections
from labeling.server.embed import PAUSE, mounts
from labeling.server.storage.store import open_store
from labeling.settings import Settings
from labeling.store.drafts import DraftKey, Facts, Write, open_drafts
from labeling.studio.client import LabelingClient
from tests.app.browser import picker, press, shown, whole
from tests.app.conftest import new_app
from tests.contract.transport import InProcess

AWAY = "postgresql://anna:hush@127.0.0.1:1/labeling"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder in which somebody has worked."""
    folder = tmp_path / "data"
    open_store(folder, sample=True).close()
    with closing(open_drafts(folder)) as drafts:
        drafts.append(DraftKey("embedded", "1", "one"), 0, Write("{}", Facts(1, 1, "One", 1)))
    return folder


def newer(file: Path, version_table: str = "alembic_version") -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"UPDATE {version_table} SET version_num = '0099'")


def damaged(file: Path) -> None:
    file.write_bytes(b"garbage!" * 2_000)


def app_over(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app on its own API and drafts, as it stands after its start."""
    (mount,) = mounts(settings, "127.0.0.1")
    http = httpx.Client(transport=InProcess(mount.app), base_url="http://api")

    def connect(token: str) -> LabelingClient:
        if not token and settings.token_file.is_file():
            token = settings.token_file.read_text().strip()
        return LabelingClient(http, token, pause=lambda seconds: None)

    st.cache_resource.clear()
    drafts = open_drafts(settings.data_dir, settings.database_url.get_secret_value())
    monkeypatch.setattr(connections, "connect", connect)
    monkeypatch.setattr(connections, "settings", lambda: settings)
    monkeypatch.setattr(connections, "draft_store", lambda: drafts)
    return whole(new_app().run())


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that could not be opened is tried again at once."""
    monkeypatch.setattr("labeling.server.embed.PAUSE", -PAUSE)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (newer, "a newer version of Tagwright made it; start that version, or restore an older backup."),
        (damaged, "its file is damaged; restore a backup, or put the file aside for help"),
    ],
)
def test_the_servers_database_is_told_on_the_page_which_goes_on_when_it_is_good_again(
    folder: Path,
    spoil: Callable[[Path], None],
    words: str,
    now: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    good = (folder / "labeling.db").read_bytes()
    spoil(folder / "labeling.db")
    spoiled = (folder / "labeling.db").read_bytes()
    app = app_over(Settings(data_dir=folder), monkeypatch)
    assert f"The server says: The database cannot be used: {words}" in shown(app).replace("\\", "")
    assert "who works here" not in shown(app)
    assert str(folder) not in shown(app)
    assert not app.exception
    assert "cannot be used" in capsys.readouterr().err
    assert (folder / "labeling.db").read_bytes() == spoiled
    (folder / "labeling.db").write_bytes(good)
    press(app, "load-again")
    assert "cannot be used" not in shown(app)
    assert picker(app, "project").options


def test_drafts_that_a_newer_version_made_are_left_alone_and_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(folder / "drafts.db", "draft_version")
    before = (folder / "drafts.db").read_bytes()
    app = app_over(Settings(data_dir=folder), monkeypatch)
    assert "a newer version of Tagwright made it; start that version" in shown(app)
    assert str(folder) not in shown(app)
    assert not app.exception
    assert (folder / "drafts.db").read_bytes() == before


def test_a_postgresql_that_is_away_is_told_without_its_address(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_over(Settings(data_dir=folder, database_url=SecretStr(AWAY)), monkeypatch)
    assert "its database cannot be reached; check that it is running, and the network." in shown(app)
    assert "hush" not in shown(app)
    assert not app.exception
