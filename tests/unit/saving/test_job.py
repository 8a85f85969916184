import time
from pathlib import Path

import httpx
import pytest

from labeling.draft.edits import Change, NameEdit
from labeling.draft.events import CopiesPossible, StepTaken
from labeling.errors import Failed
from labeling.saving import job as save_job
from labeling.saving.job import SaveJob
from labeling.store.drafts import DraftKey, open_drafts
from labeling.store.synced import SyncedDraft
from labeling.studio.client import LabelingClient
from tests.unit.build import a_session

NAMED = StepTaken(Change("Call it Mine", (NameEdit(before="Hotel reviews", after="Mine"),)))


def test_a_save_that_another_one_holds_up_sends_nothing_and_forgets_no_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_job, "PATIENCE", 0.0)
    asked: list[httpx.Request] = []
    http = httpx.Client(transport=httpx.MockTransport(lambda request: asked.append(request)))  # type: ignore[arg-type, return-value]
    store = open_drafts(tmp_path)
    session = a_session(uuid="u-1")
    work = SyncedDraft(store, DraftKey("embedded", "1", "u-1"), session, "mine")
    work.keep(NAMED)
    work.keep(CopiesPossible(3))
    assert store.acquire("embedded/u-1", "theirs", "ann@example.org", 60) is None
    job = SaveJob(LabelingClient(http), work, "me")
    assert job.report().stopped
    assert job.blocked_by == "ann@example.org"
    assert asked == []
    assert (work.draft.name, work.draft.in_doubt) == ("Mine", 3)
    store.close()


def test_a_save_waits_until_one_that_died_no_longer_holds_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_job, "PATIENCE", 5.0)
    http = httpx.Client(
        transport=httpx.MockTransport(lambda request: httpx.Response(500)), base_url="http://x"
    )
    store = open_drafts(tmp_path)
    work = SyncedDraft(store, DraftKey("embedded", "1", "u-1"), a_session(uuid="u-1"), "mine")
    work.keep(NAMED)
    assert store.acquire("embedded/u-1", "dead", "ann@example.org", 0.5) is None
    job = SaveJob(LabelingClient(http, pause=lambda seconds: None), work, "me")
    assert job.progress[1] == 0
    assert isinstance(job.report().error, Failed)
    assert job.blocked_by == ""
    assert store.acquire("embedded/u-1", "next", "bob@example.org", 60) is None
    store.close()


def test_a_save_holds_its_session_while_a_request_takes_longer_than_the_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_job, "LEASE", 0.4)
    store = open_drafts(tmp_path)
    others: list[str | None] = []

    def slow(request: httpx.Request) -> httpx.Response:
        time.sleep(0.8)
        others.append(store.acquire("embedded/u-1", "theirs", "bob@example.org", 60))
        return httpx.Response(400)

    http = httpx.Client(transport=httpx.MockTransport(slow), base_url="http://x")
    work = SyncedDraft(store, DraftKey("embedded", "1", "u-1"), a_session(uuid="u-1"), "mine")
    work.keep(NAMED)
    assert SaveJob(LabelingClient(http, pause=lambda seconds: None), work, "me").report().error is not None
    assert others[0] == "me"
    store.close()
