from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from components import save_job
from components.save_job import SaveJob
from labeling.client import LabelingClient
from labeling.draft_store import DraftKey, open_drafts
from labeling.keeping import KeptDraft
from tests.unit.build import a_session


def test_a_save_that_another_one_holds_up_sends_nothing_and_forgets_no_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_job, "PATIENCE", 0.0)
    asked: list[httpx.Request] = []
    http = httpx.Client(transport=httpx.MockTransport(lambda request: asked.append(request)))  # type: ignore[arg-type, return-value]
    store = open_drafts(tmp_path)
    session = a_session(uuid="u-1")
    work = KeptDraft(store, DraftKey("embedded", "1", "u-1"), session, "mine")
    work.apply(lambda draft: replace(draft, name="Mine", in_doubt=3))
    assert store.acquire("embedded/u-1", "theirs", "ann@example.org", 60) is None
    job = SaveJob(LabelingClient(http), work, "me")
    assert job.report().stopped
    assert job.held_by == "ann@example.org"
    assert asked == []
    assert (work.draft.name, work.draft.in_doubt) == ("Mine", 3)
    store.close()
