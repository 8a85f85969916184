"""Which documents a caller asks for, and how much of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list: `limit` None is all the rest."""

    offset: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentQuery:
    """Which documents of a session, and how much of each."""

    paging: Paging = Paging()
    details: frozenset[str] = frozenset()
    search: str = ""
    annotated: bool | None = None
    class_: str = ""
    label: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether it may leave out documents, on whatever page."""
        return bool(self.search or self.class_ or self.label) or self.annotated is not None


@dataclass(frozen=True, slots=True)
class ProjectDocumentQuery:
    """Which documents of a project, perhaps those of one session or group."""

    paging: Paging = Paging()
    search: str = ""
    session_id: int | None = None
    group_id: int | None = None
    details: frozenset[str] = frozenset()
