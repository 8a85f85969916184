"""Drafts that are newer than the server's restored database: offered, and never applied to something else."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from components.sessions.old_drafts import exported
from labeling.model import SessionChange
from labeling.server.__main__ import FILES
from labeling.server.accounts import local_token
from labeling.server.backup import back_up, restore
from labeling.server.storage.store import Store, open_store
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import edit_cells, press, shown
from tests.app.build import a_session, held, opened, tagged
from tests.app.conftest import Clock, new_app, server_over

OLD, NEW, OTHER = "Nice staff, small room.", "The staff was rude to us.", "Another text altogether, no staff."


def test_after_a_restore_drafts_of_what_is_gone_are_offered_and_reach_nothing_else(
    app: AppTest, api: LabelingClient, store: Store, drafts: DraftStore, tmp_path: Path, clock: Clock
) -> None:
    first = a_session(api, tagged(OLD, ("staff", "Staff", "POS")), name="Alpha")
    back_up(tmp_path, FILES[1:], tmp_path / "backup.zip", "0.1.0")
    # Since the backup: a document more, another session, and unsaved changes in both.
    more = SessionChange(documents=(tagged(NEW, ("staff", "Staff", "POS")),))
    api.update_session(first.project_id, first.id, more)
    gone = a_session(api, tagged(NEW, ("staff", "Staff", "POS")), name="Later", project=first.project_id)
    for session, document in ((first, 2), (gone, 1)):
        opened(app, session, document=document)
        edit_cells(app, {0: {"label": "NEG"}})
    store.close()
    drafts.close()
    restore(tmp_path, FILES[1:], tmp_path / "backup.zip")
    restored = open_store(tmp_path)
    local_token(restored, tmp_path)
    server_over(restored)
    # What is added now gets the numbers that were given to others before.
    other = SessionChange(documents=(tagged(OTHER, ("staff", "Staff", "POS")),))
    api.update_session(first.project_id, first.id, other)
    clock.pass_a_minute()
    app = new_app()
    opened(app, first, document=2)
    press(app, "save")
    assert "Your changes there were not sent" in shown(app)
    assert held(api, first)[1] == (OTHER, [(28, 33, "Staff", "POS")])
    opened(app, first, "sessions")
    assert "Later" in shown(app)
    assert "Its session is no longer there" in shown(app)
    kept = drafts.drafts("embedded", str(api.who().id))
    assert {header.facts.name: header.facts.changes for header in kept} == {"Alpha": 1, "Later": 1}
    assert all(b"Staff/NEG" in exported(drafts, header.key) for header in kept)
    restored.close()
