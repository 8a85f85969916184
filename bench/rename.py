"""A class renamed through 10,000 documents, and one step in a session of 10,000 and of 100, in one run.

    python -m bench.rename [--documents 10000]

The API runs in a process of its own, on SQLite. The rename is one step, saved and proved; then undone and
saved. A step is one tag of one document, kept in the draft store before it counts.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time

from bench.letters import LABELS, api_alone, letters, make_session
from labeling.documents.reader import Reader
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Refused
from labeling.draft.events import Event, StepTaken, apply
from labeling.draft.history import take, undo
from labeling.editing.session import rename_name
from labeling.editing.table import change_cell
from labeling.model import Session
from labeling.saving.save import save
from labeling.store.drafts import DraftKey, DraftStore, open_drafts
from labeling.store.synced import SyncedDraft
from labeling.studio.client import LabelingClient, connect
from tests.unit.build import row

STEPS = 100


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.rename")
    options.add_argument("--documents", type=int, default=10_000)
    count: int = options.parse_args().documents
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # as the app does
    with api_alone() as (folder, (address,), token):
        api = connect(address, token, timeout=60)
        sessions = [make_session(api, letters(size)) for size in (100, count)]
        rename(api, sessions[1])
        steps(api, open_drafts(folder), sessions)


def rename(api: LabelingClient, session: Session) -> None:
    change = rename_name(new_draft(session), "classes", "Staff", "Service")
    assert not isinstance(change, Refused)
    draft = take(new_draft(session), change)
    for what in ("rename", "its undo"):
        began = time.perf_counter()
        events: list[Event] = []
        report = save(api, draft, keep=events.append)
        assert report.is_whole, report
        seconds = time.perf_counter() - began
        print(f"{what}: {report.sent:,} documents sent and proved in {seconds:.2f} s")
        for event in events:
            draft = apply(draft, event)
        draft = undo(draft)


def steps(api: LabelingClient, store: DraftStore, sessions: list[Session]) -> None:
    """The two sessions take turns."""
    kept = [SyncedDraft(store, DraftKey("embedded", "bench", s.uuid or ""), s, "bench") for s in sessions]
    pages = [Reader(api, session).page(0).items for session in sessions]
    times: list[list[float]] = [[], []]
    for n in range(STEPS):
        for which, (work, items) in enumerate(zip(kept, pages, strict=True)):
            item, label = items[n % len(items)], LABELS[n % 3]

            def step(draft: Draft, item=item, label=label) -> StepTaken | Refused:
                view = draft.view(item)
                outcome = change_cell(view, row(view, "0/0"), "label", label, draft.scheme)
                return outcome if isinstance(outcome, Refused) else StepTaken(outcome, (view,))

            began = time.perf_counter()
            assert work.take(step) == ""
            times[which].append(time.perf_counter() - began)
            assert not work.waiting
    few, many = (1000 * statistics.median(found) for found in times)
    print(f"one step, kept: {few:.2f} ms with {sessions[0].document_count:,} documents, ", end="")
    print(f"{many:.2f} ms with {sessions[1].document_count:,}, ratio {many / few:.2f}")


if __name__ == "__main__":
    main()
