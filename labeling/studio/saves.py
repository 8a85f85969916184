"""What a server tells of a session's history: its saves, and the versions of a document."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, StrictBool, StrictInt, StrictStr

from labeling.model import Document, Person, Segment, Value, When


def _nobody(value: object) -> object:
    return {} if value is None else value


Saver = Annotated[Person, BeforeValidator(_nobody)]


class SaveFacts(Value):
    """A save by its number: who made it when, with what, and what became of tags and marks.

    `replaced`: what changed of the session's own, such as `name` or `classes`. `done`: documents marked.
    """

    n: StrictInt
    at: When = None
    user: Saver = Person()
    client: StrictStr = ""
    replaced: tuple[StrictStr, ...] = ()
    added: StrictInt = 0
    removed: StrictInt = 0
    renamed: StrictInt = 0
    moved: StrictInt = 0
    done: StrictInt = 0


class ListedSave(SaveFacts):
    """A save in a list; `documents`: how many it changed."""

    documents: StrictInt = 0


class SaveListing(Value):
    """One page of saves, newest first."""

    saves: tuple[ListedSave, ...] = ()
    has_more: StrictBool = False


class DocumentThen(Value):
    """A document at one moment."""

    segments: tuple[Segment, ...] = ()
    annotated: StrictBool = False


class SavedDocument(Value):
    """A document that a save changed. `text` is as it is now; None: the document is gone."""

    id: StrictInt
    text: StrictStr | None = None
    before: DocumentThen
    after: DocumentThen

    def then(self, state: DocumentThen) -> Document:
        """As a document in that state."""
        return Document(id=self.id, text=self.text or "", segments=state.segments, annotated=state.annotated)


class SaveDetails(SaveFacts):
    """A save with a page of the documents that it changed."""

    documents: tuple[SavedDocument, ...] = ()
    has_more: StrictBool = False


class DocumentVersion(DocumentThen):
    """A document after save `n`; 0: as it came into the session. `seconds`: active work for that save."""

    n: StrictInt
    at: When = None
    user: Saver = Person()
    seconds: StrictInt | None = None


class HandedInDocument(Value):
    """A document as it was first called done, with save `n` (0: it came so), after `seconds` of active work.

    `segments` is None where they are as they are now.
    """

    id: StrictInt
    n: StrictInt = 0
    at: When = None
    seconds: StrictInt | None = None
    segments: tuple[Segment, ...] | None = None


class HandedInListing(Value):
    """One page of a session's documents: those of them that were ever called done."""

    documents: tuple[HandedInDocument, ...] = ()
    has_more: StrictBool = False
