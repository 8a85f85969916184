"""What a check of a whole session found, and what of it is wrong now, as the draft has it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from labeling.checking.problems import Problem, as_read, problems_of, utf16_fit
from labeling.documents.memo import Remembered
from labeling.draft.document import Loaded, is_other, loaded_from
from labeling.draft.draft import Draft
from labeling.model import Document

Problems = tuple[Problem, ...]


@dataclass
class Checked:
    """The documents with problems, as read, among `count` of a session; `writes` tells when that was.

    `fit_as_they_stand`: how many have spans that would not fit if their offsets were counted in UTF-16.
    """

    session: tuple[int, int]
    writes: int
    count: int = 0
    fit_as_they_stand: int = 0
    found: list[Loaded] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self._sources: dict[str, Document] = {}
        self._problems = Remembered[Problems](problems_in)

    def look_at(self, loaded: Loaded, draft: Draft) -> None:
        """One more document of the session."""
        self.count += 1
        view = draft.view(loaded)
        self.fit_as_they_stand += utf16_fit(view.text, as_read(view)).against
        if loaded.key in draft.documents:
            self._sources[loaded.key] = draft.documents[loaded.key].source
        if problems_in(loaded, draft):
            self.found.append(loaded)

    def now(self, draft: Draft) -> list[tuple[Loaded, Problems]]:
        """What has problems now, in the session's order: found by the check, or changed or stored since."""
        looked_at = {loaded.key: loaded for loaded in self.found}
        changed = {document.key for document in draft.changed_documents}
        looked_at |= {
            key: loaded_from(document)
            for key, document in draft.documents.items()
            if key in changed or is_other(document.source, self._sources.get(key))
        }
        in_order = sorted(looked_at.values(), key=lambda loaded: loaded.position)
        return [(loaded, wrong) for loaded in in_order if (wrong := self._problems.of(loaded, draft))]


def problems_in(loaded: Loaded, draft: Draft) -> Problems:
    """Everything wrong in a document as the draft has it."""
    return problems_of(draft.view(loaded), draft.scheme)
