"""What one run of a page works with, and the ways to change the draft of its session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from components.shell.state import PAUSE, Kind, UiState, Where
from labeling.access import read_only_reason
from labeling.documents.reader import Reader
from labeling.draft.document import DraftDocument, Loaded, is_other, loaded_from
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, OnDocument, Refused, Step
from labeling.draft.events import HistoryWalked, StepRedone, StepTaken, StepUndone
from labeling.draft.history import redoable, undoable, undone_in_words
from labeling.errors import LabelingError
from labeling.model import Project, Session
from labeling.store.drafts import DraftKey
from labeling.store.synced import Decide, Numbered, SyncedDraft
from labeling.studio.client import LabelingClient


@dataclass(frozen=True)
class Desk:
    """The tab, the session, its documents as the server has them, and the person's draft as it is drawn.

    `why`: why the session cannot be edited, by what it is and who the person is; empty when it can.
    """

    ui: UiState
    session: Session
    reader: Reader
    draft: Draft
    why: str = ""
    project_labels: tuple[str, ...] | None = None

    @property
    def api(self) -> LabelingClient:
        return self.ui.api

    @property
    def locked(self) -> str:
        """Why nothing can be edited, also where the server has refused a save; empty when it can."""
        return self.why or self.ui.save.refused(self.session)

    @property
    def read_only(self) -> bool:
        return bool(self.locked)

    @property
    def kept(self) -> SyncedDraft:
        """The draft in step with the draft store."""
        return synced_draft(self.ui, self.session)

    def now(self) -> Desk:
        """The same with the draft as it is now: a callback runs after the drawing, a save goes on beside
        it."""
        return replace(self, draft=draft_of(self.ui, self.session).within(self.project_labels))

    def as_now(self, where: Iterable[Loaded]) -> list[Loaded]:
        """These documents as they are to be edited now; what is no longer at its place is left out.

        Raises LabelingError where they cannot be read.
        """
        return self.reader.as_now(self.now().draft, where)

    @property
    def step_name(self) -> str:
        """What the keys of the next step's segments and tags begin with: no other tab gives the same."""
        return f"{self.ui.window}-{self.now().draft.taken + 1}"

    def tell(self, where: Where, kind: Kind, words: str) -> None:
        """Tell the person something, once, on the next screen."""
        self.ui.tell(where, kind, words)

    # To change the draft. Each gives why that was refused, or nothing.

    def take(self, decide: Decide, of: Numbered = None) -> str:
        """Let happen to the draft of the session what is decided on it."""
        kept = self.kept
        before, revision = kept.draft, kept.revision
        refusal = kept.take(decide, of=of)
        tell_of_loss(self.ui, kept)
        if kept.draft is not before:
            self.ui.save.reports.pop(self.session.key, None)
        if kept.revision != revision and not kept.waiting:
            # It was just stored on top of all that there is: the drawing that follows need not ask again.
            self.ui.mine.stored[self.session.key] = self.ui.screen.run + 1
        return refusal

    def edit(self, make: Callable[[Draft], Change | Refused]) -> str:
        """One more step on the session itself."""
        return self.edit_documents((), lambda views, draft: make(draft))

    def took(self, make: Callable[[Draft], Change | Refused]) -> bool:
        """Whether the draft took such a step; a refusal is told on the next screen."""
        if why := self.edit(make):
            self.tell("page", "warning", why)
        return not why

    def step(self, make: Callable[[Draft], Change | Refused]) -> None:
        """Such a step for a callback, which gives nothing."""
        self.took(make)

    def edit_document(
        self, loaded: Loaded, make: Callable[[DraftDocument, Draft], Change | Refused], of: Numbered = None
    ) -> str:
        """One more step on a document as it is then.

        `loaded` is how it was drawn. Where a save has stored it since, that is older than what the server
        holds.
        """
        now = self._newest(loaded)
        if now is None:
            return "this document was just saved and cannot be read at the moment"
        return self.edit_documents([now], lambda views, draft: make(views[0], draft), of)

    def _newest(self, loaded: Loaded) -> Loaded | None:
        draft = self.now().draft
        if not self.ui.mine.is_behind:
            return loaded
        with suppress(LabelingError):
            return self.reader.now(draft, loaded.key, loaded.position)
        return None

    def edit_documents(
        self,
        where: Sequence[Loaded],
        make: Callable[[Sequence[DraftDocument], Draft], Change | Refused],
        of: Numbered = None,
    ) -> str:
        """One more step on many documents as they are then."""
        at, views_in = _now(), views_of(where, self.now().draft)

        def step(draft: Draft) -> StepTaken | Refused:
            views = views_in(draft)
            outcome = make(views, draft)
            return outcome if isinstance(outcome, Refused) else StepTaken(outcome, views, at)

        return self.take(step, of)

    def undo(self, of: Numbered = None) -> None:
        """Take back the step that stands last on this screen."""
        self._turn(undoable, StepUndone(_now()), "Undone", of)

    def redo(self, of: Numbered = None) -> None:
        """Bring back the step that was undone last on this screen."""
        self._turn(redoable, StepRedone(_now()), "Redone", of)

    def walk(self, number: int) -> None:
        """Undo or redo until step `number` is the last that stands."""
        walked = HistoryWalked(number, _now())
        self.take(lambda draft: walked)

    def _turn(
        self,
        step_in: Callable[[Draft], Step | None],
        turned: StepUndone | StepRedone,
        word: str,
        of: Numbered,
    ) -> None:
        wanted = step_in(self.now().draft)
        done = False

        def turn(draft: Draft) -> StepUndone | StepRedone | Refused:
            nonlocal done
            # By what it did: a step that waits to be stored may get another number.
            step = step_in(draft)
            done = (step and step.edits) == (wanted and wanted.edits)
            return turned if done else Refused("a step of it would have been undone or redone instead")

        self.take(turn, of)
        if done:
            self._say(wanted, word)

    def _say(self, step: Step | None, word: str) -> None:
        """What was undone, and where, if the open document does not show it."""
        documents = self.now().draft.documents
        edits = [edit for edit in (step.edits if step else ()) if isinstance(edit, OnDocument)]
        places = {documents[edit.document].position for edit in edits if edit.document in documents}
        where = ""
        if places and self.ui.place.position not in places:
            where = (
                f" in document {min(places) + 1}" if len(places) == 1 else f" in {len(places):,} documents"
            )
        name = "nothing" if step is None else undone_in_words(step) if word == "Undone" else step.name
        self.tell("text", "info", f"{word}{where}: {name}")


def desk_at(ui: UiState, session: Session, project: Project | None = None) -> Desk:
    """The desk for a session of a project, in which the person has a role where the server says it."""
    labels = (project.labels or None) if project else None
    return Desk(
        ui,
        session,
        reader_of(ui, session),
        draft_of(ui, session).within(labels),
        why=read_only_reason(session, project.role if project else None),
        project_labels=labels,
    )


def synced_draft(ui: UiState, session: Session) -> SyncedDraft:
    """The person's draft of a session, in step with the draft store once a run."""
    assert ui.store is not None
    mine = ui.mine
    key = DraftKey(ui.api_name, ui.sign_in.owner, session.lasting_name)
    known = mine.drafts.get(session.key)
    if known is None or known.key != key:
        known = mine.drafts[session.key] = SyncedDraft(ui.store, key, session, ui.window, PAUSE)
        if known.draft.is_changed:
            mine.found[session.key] = known.draft.taken
    elif mine.looked.get(session.key) != ui.screen.run:
        # In this order: a draft may have been stored over a session that was read long before this one.
        if mine.stored.get(session.key) != ui.screen.run:
            known.look()
        known.follow(session)
    tell_of_loss(ui, known)
    mine.looked[session.key] = ui.screen.run
    return known


LOST = (
    "The draft store was taken away or replaced while this page was open. What this page holds of the "
    "session is stored in it again; unsaved changes to other sessions are lost unless a backup is put back."
)


def tell_of_loss(ui: UiState, kept: SyncedDraft) -> None:
    """Once, that the store had lost the draft."""
    if kept.was_lost:
        kept.was_lost = False
        ui.tell("page", "warning", LOST)


def draft_of(ui: UiState, session: Session) -> Draft:
    """The person's draft of a session as it is now.

    A save under way stores documents, one batch after another, and so does one in another window: they have
    to be read again.
    """
    draft = synced_draft(ui, session).draft
    before, ui.mine.seen[session.key] = ui.mine.seen.get(session.key), draft
    if before is not None and has_stored(before, draft):
        ui.read_anew(session.key)
    return draft


def reader_of(ui: UiState, session: Session) -> Reader:
    """The reader of a session's documents, which remembers pages until something is saved."""
    reader = ui.mine.readers.get(session.key)
    if reader is None or reader.api is not ui.api:
        reader = ui.mine.readers[session.key] = Reader(ui.api, session)
    if reader.session != session:
        reader.forget()
        reader.session = session
    return reader


def views_of(where: Sequence[Loaded], then: Draft) -> Callable[[Draft], list[DraftDocument]]:
    """How documents that were read stand in a draft that goes on from `then`: what a save has stored there
    since is newer than what was read."""

    def views(draft: Draft) -> list[DraftDocument]:
        found = []
        for loaded in where:
            known, was = draft.documents.get(loaded.key), then.documents.get(loaded.key)
            now = loaded
            if known is not None and is_other(known.source, None if was is None else was.source):
                now = loaded_from(known)
            found.append(draft.view(now))
        return found

    return views


def has_stored(before: Draft, after: Draft) -> bool:
    """Whether the server holds another document now than it did under a draft: some are let go, or read
    anew."""
    if before.documents is after.documents:
        return False
    return any(
        key not in after.documents or is_other(after.documents[key].source, document.source)
        for key, document in before.documents.items()
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
