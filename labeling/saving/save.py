"""Save a draft: plan what goes out, send it in the form that the server can take, prove that it is held."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.errors import LabelingError
from labeling.model import Document, Session
from labeling.saving.attempt import Choices, Clash, Keep, Watch, plan
from labeling.saving.batches import SaveInBatches
from labeling.saving.in_flight import settled
from labeling.saving.rebase import Proved, rebased
from labeling.saving.rename_phases import held_at
from labeling.saving.whole import SaveWhole
from labeling.studio.client import LabelingClient


@dataclass(frozen=True)
class Report:
    """What came of a save.

    `before` and `after` are the session as read at its beginning and at its end; `draft` is the draft as it was sent.
    `proved` maps a document's key to its view when sent and what the server holds, `handed` are those of them that
    were given to `keep`; `settled` is what the server held of documents in doubt, unless that was given to it.
    `session_proved` says that for name, classes and labels, `added` for the new documents; `held` is the clock up to
    which the server holds the renames in every document. `clashes`, `name_clash` (mine, theirs) and `copies` wait
    for the person's choice. `in_doubt`: how many documents there were before an update call that may have added
    copies. `stopped`: the person stopped it between two requests.
    """

    before: Session
    after: Session
    seconds: float
    sent: int
    rows_left: int
    draft: Draft
    proved: Proved = field(default_factory=dict)
    handed: frozenset[str] = frozenset()
    settled: Mapping[str, Document] = field(default_factory=dict)
    session_proved: bool = False
    held: int = 0
    added: bool = False
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()
    name_clash: tuple[str, str] | None = None
    copies: tuple[DraftDocument, ...] = ()
    error: LabelingError | None = None
    in_doubt: int | None = None
    stopped: bool = False

    @property
    def asks(self) -> bool:
        """Whether the person has to choose something before the rest can be saved."""
        return bool(self.clashes or self.copies or self.name_clash)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was to be saved is proved to be held."""
        return not (self.differences or self.asks or self.error or self.stopped)


def applied(draft: Draft, report: Report) -> Draft:
    """The draft with what was proved as its new base; the rest stays unsaved."""
    draft = settled(draft, report.settled)
    sent = report.draft
    # Only a proof shows that the server makes no copies; a save of nothing shows nothing.
    in_doubt = None if report.is_whole and (report.sent or report.proved) else report.in_doubt
    added = draft.added
    if report.added:
        added = tuple(document for document in added if document not in sent.added)
    proved = {key: pair for key, pair in report.proved.items() if key not in report.handed}
    session = report.after if report.session_proved else None
    draft = held_at(replace(draft, in_doubt=in_doubt, added=added), report.held)
    return rebased(draft, session, proved, sent)


def save(
    api: LabelingClient,
    draft: Draft,
    *,
    choices: Choices | None = None,
    over: Collection[str] = (),
    watch: Watch = lambda done, total, what: None,
    keep: Keep | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Report:
    """Send what changed and prove it. Never raises a LabelingError: the report holds it.

    `choices` settles conflicts that an earlier report named. `over` names documents (by key) that are to be sent
    although the server may have made a copy of them before. `keep` is given each change of the draft
    that the save brings about on its way, as soon as it is so: what is proved is not sent again whatever comes next.
    Where `stopped` says so, nothing more is sent. It may be repeated at any point: what the server holds
    already is proved, not sent.
    """
    began = time.perf_counter()
    error: LabelingError | None = None
    form: type[SaveInBatches] | type[SaveWhole] = SaveWhole
    try:
        info = api.info()
        if info.can("upsert") and info.can("ids"):
            form = SaveInBatches
    except LabelingError as fault:
        error = fault
    run = form(
        api,
        draft,
        plan(draft),
        choices or {},
        frozenset(over),
        watch,
        keep or (lambda change: None),
        stopped,
    )
    if error is None:
        error = run.carried_out()
    return Report(
        before=run.before,
        after=run.after,
        seconds=time.perf_counter() - began,
        sent=run.sent,
        rows_left=run.plan.rows_left,
        draft=run.draft,
        proved=run.proved,
        settled={} if keep else run.settled,
        handed=frozenset(run.handed) if keep else frozenset(),
        session_proved=run.session_proved,
        held=run.draft.held,
        added=run.added,
        differences=tuple(run.differences),
        notes=tuple(run.notes),
        clashes=tuple(run.clashes.values()),
        name_clash=run.name_clash,
        copies=tuple(run.copies),
        error=error,
        in_doubt=run.in_doubt,
        stopped=run.was_stopped,
    )
