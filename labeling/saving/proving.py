"""What a save does beside sending: from the first reading to the proof that everything is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from labeling.draft.document import Loaded
from labeling.draft.matching import units_of
from labeling.errors import LabelingError
from labeling.model import Document
from labeling.saving.attempt import SaveRun, Stopped
from labeling.saving.merge import merge
from labeling.saving.readback import Wanted, absent, carries, difference, named_places


class ProvingRun(SaveRun):
    """A save from beginning to end; how it sends is for each form of it to say."""

    def carried_out(self) -> LabelingError | None:
        """Do it; gives the error that ended it, if one did."""
        try:
            self.info = self.api.info()
            self.before = self.after = self.read_session()
            self.watch(0, len(self.plan.documents), "Reading what the server holds")
            self.settle()
            if self.send():
                self.mark_done()
                self.prove_session()
        except Stopped:
            self.was_stopped = True
        except LabelingError as fault:
            return fault
        finally:
            self.hand_over()
            self.tell_of_missing()
        return None

    def send(self) -> bool:
        """Send and prove the documents; False when nothing was sent because the person has to choose first."""
        raise NotImplementedError

    def prove(self, sent: Iterable[Wanted], held: Mapping[str, Document]) -> None:
        """Compare what was sent with what the server holds now: to join it again must change nothing."""
        for was in sent:
            document, there = was.document, held.get(was.document.key)
            if there is None:
                self.differences.append(f"Document {document.position + 1} is no longer in this session.")
                continue
            wanted = self.joined(document, there)
            if wanted is None:
                continue
            if not self.is_held(wanted, there):
                self.differences.append(difference(was, there))
                continue
            self.hold(document, there)
            if not carries(wanted.segments, there.segments):
                self.differences.append(
                    f"Document {document.position + 1}: all spans and tags are there, but texts or further keys "
                    "of its segments differ from what was sent."
                )

    def prove_added(
        self, added: Sequence[Document], tail: Iterable[Loaded], everything: Iterable[Loaded]
    ) -> None:
        """New documents stand at the end; one that the session held before may stand anywhere."""
        if not added:
            self.added = bool(self.plan.added)
            return
        before = absent(added, tail)
        left = absent(before, everything) if before else []
        self.added = not left
        if left:
            self.differences.append(f"Added documents that are not in the session: {len(left)}.")
        elif before:
            self.notes.append(f"Added documents that were in the session already: {len(before)}.")

    def prove_session(self) -> None:
        """Read the session back: its name and lists, how many documents it has, its status and progress."""
        before, self.after = self.before, self.read_session()
        wrong = self.fields(self.after, grown=self.is_held_back).model_fields_set
        left = self.fields(self.after).model_fields_set - wrong
        self.session_proved = not (wrong or left or self.name_clash)
        if left:
            self.notes.append(f"The {' and '.join(sorted(left))} keep their names until the rest is saved.")
        for name in sorted(wrong):
            self.differences.append(f"{name.capitalize()}: the server holds something else than was sent.")
        known, count = before.document_count, self.after.document_count
        most = known + (len(self.plan.added) if self.added else 0)
        if known and not known <= count <= most:
            said = f"Documents in the session now: {count:,}, not {most:,} as expected."
            harmless = count > most and self.info.can("upsert")
            (self.notes if harmless else self.differences).append(said)

    def prove_renamed(self, sent: Iterable[Wanted], held: Mapping[str, Document]) -> None:
        """Compare what was renamed with what the server holds now; what others did to it since is no difference."""
        for wanted in sent:
            there = held.get(wanted.document.key)
            if there is None or not wanted.differs(there.segments):
                continue
            result = merge(wanted.document.base_segments, wanted.segments, there.segments)
            if result.conflicts or units_of(result.segments) != units_of(there.segments):
                self.differences.append(difference(wanted, there))

    def mark_done(self) -> None:
        """On a server without done marks in the update call: say it afterwards, document by document."""
        if self.info.can("annotated"):
            return
        base = self.draft.base
        kept, told = [], []
        try:
            for document in self.plan.documents:
                if not document.done_changed or document.key not in self.proved:
                    continue
                if document.source.id is None or not document.done:
                    kept.append(document.position)
                    continue
                self.go_on()
                self.api.mark_annotated(base.project_id, base.id, document.source.id)
                told.append(document.position)
                sent, held = self.proved[document.key]
                self.proved[document.key] = (sent, held.model_copy(update={"annotated": True}))
        finally:
            for places, what in (
                (kept, "This server cannot be told of these done marks, they are kept here only"),
                (told, "Marked as done, which this server cannot take back"),
            ):
                if places:
                    self.notes.append(f"{what}: {named_places(places)}.")

    def tell_of_missing(self) -> None:
        for places, what in (
            (self.gone, "No longer in this session"),
            (self.other, "The text itself was changed on the server"),
        ):
            if places:
                said = f"{what}: {named_places(sorted(places.values()))}. Your changes there were not sent."
                self.differences.append(said)
        joined = [place for key, place in self.changed_elsewhere.items() if key in self.proved]
        if joined:
            self.notes.append(f"Joined with what others changed meanwhile: {named_places(sorted(joined))}.")
