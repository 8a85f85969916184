"""Which documents of a session, or which sessions of all projects, to list: the same decision here as on a
server that can filter."""

from __future__ import annotations

from typing import Literal, NamedTuple

from labeling.model import Document, ListedSession
from labeling.spans import folded
from labeling.studio.information import information_of


class DocumentFilter(NamedTuple):
    """Which documents to list; empty admits all. `information` stands in one of those of the document, as
    "key: value"; no server filters by it."""

    search: str = ""
    annotated: bool | None = None
    class_: str = ""
    label: str = ""
    information: str = ""

    @classmethod
    def using(cls, field: Literal["classes", "labels"], name: str) -> DocumentFilter:
        """The documents in which a tag has that class or label."""
        return cls(class_=name) if field == "classes" else cls(label=name)

    @property
    def is_empty(self) -> bool:
        return not any(self._replace(annotated=None)) and self.annotated is None

    def admits(self, document: Document) -> bool:
        """The same decision as the server's, for servers that cannot filter."""
        tags = [tag for segment in document.segments for tag in segment.tags]
        return (
            (not self.search or folded(self.search) in folded(document.text))
            and (self.annotated is None or bool(document.annotated) == self.annotated)
            and (not self.class_ or any(tag.class_ == self.class_ for tag in tags))
            and (not self.label or any(tag.label == self.label for tag in tags))
            and (not self.information or _says(document, self.information))
        )


def _says(document: Document, words: str) -> bool:
    wanted = folded(words)
    return any(wanted in folded(f"{key}: {value}") for key, value in information_of(document))


EVERYTHING = DocumentFilter()

SessionOrder = Literal["behind", "changed", "created", "name"]
"""Those that are most behind first, finished ones last; those that were changed, or made, last; by name."""


class SessionFilter(NamedTuple):
    """Which sessions of all projects to list, in what order; empty admits all. `search`: in the name of the
    session or of its project; `statuses`, `modes`, `types`: any of them."""

    search: str = ""
    statuses: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    user_id: int | None = None
    project_id: int | None = None
    order: SessionOrder = "behind"

    @property
    def is_empty(self) -> bool:
        """Whether it admits every session of its project, or of all."""
        return not any(self[: self._fields.index("project_id")])

    def admits(self, session: ListedSession) -> bool:
        """The same decision as the server's, for servers that list sessions project by project."""
        wanted = folded(self.search.strip())
        return (
            (wanted in folded(session.name) or wanted in folded(session.project))
            and (not self.statuses or session.status in self.statuses)
            and (not self.modes or session.mode in self.modes)
            and (not self.types or session.type in self.types)
            and (self.user_id is None or session.user_id == self.user_id)
            and (self.project_id is None or session.project_id == self.project_id)
        )


EVERY_SESSION = SessionFilter()
