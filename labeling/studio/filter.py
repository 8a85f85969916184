"""Which documents of a session to list: the same decision here as on a server that can filter."""

from __future__ import annotations

from typing import Literal, NamedTuple

from labeling.model import Document
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
