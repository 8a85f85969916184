"""What a person has to choose of a session's conflicts: asked until it is chosen, one by one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from labeling.draft.draft import Draft
from labeling.draft.matching import units_of
from labeling.saving.merge import Choice, Conflict
from labeling.saving.report import DocumentConflicts, Report


class Asked(NamedTuple):
    """A conflict, and the document that it is in."""

    found: DocumentConflicts
    conflict: Conflict

    @property
    def key(self) -> tuple[str, str]:
        """(document, conflict), by which a choice is remembered."""
        return self.found.document.key, self.conflict.key


@dataclass(frozen=True)
class Choosing:
    """The conflicts that saves met with, by document, and what was chosen of them."""

    conflicts: Mapping[str, DocumentConflicts] = field(default_factory=dict)
    chosen: Mapping[str, Mapping[str, Choice]] = field(default_factory=dict)

    def after(self, report: Report) -> Choosing:
        """The same after a save: one that was broken off says nothing of what it did not come to.

        What was chosen holds until its document is saved: where all are sent at once, one that is still asked
        about holds up those that were chosen.
        """
        was_broken_off = report.error is not None or report.stopped
        left = self.conflicts if was_broken_off else {}
        conflicts = {key: one for key, one in left.items() if key not in report.proved}
        conflicts |= report.conflicts_by_key
        left_over = {} if report.is_whole else self.chosen
        return Choosing(conflicts, {key: one for key, one in left_over.items() if key not in report.proved})

    def choose(self, choices: Iterable[tuple[Asked, Choice]]) -> Choosing:
        chosen = {key: dict(choices) for key, choices in self.chosen.items()}
        for asked, choice in choices:
            document, conflict = asked.key
            chosen.setdefault(document, {})[conflict] = choice
        return Choosing(self.conflicts, chosen)

    def asked(self, draft: Draft) -> Iterator[Asked]:
        """What is not chosen yet, as long as the draft has what clashed."""
        for key, found in self.conflicts.items():
            if key not in draft.documents:
                continue
            mine = units_of(draft.document(key).sendable)
            for conflict in found.conflicts:
                is_so = all(mine[unit] for unit in conflict.mine) and not (
                    mine[conflict.base] and not conflict.mine
                )
                if is_so and conflict.key not in self.chosen.get(key, {}):
                    yield Asked(found, conflict)
