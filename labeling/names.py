"""A session's name, classes and labels as steps. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from labeling.draft import Change, DocumentsEdit, Draft, DraftDocument, NameEdit, NamesEdit
from labeling.model import Document, Segment
from labeling.rows import Refused

Field = Literal["classes", "labels"]
SINGULAR: dict[Field, str] = {"classes": "class", "labels": "label"}


def rename_session(draft: Draft, name: str) -> Change | Refused:
    name = name.strip()
    if not name:
        return Refused("A session needs a name.")
    if name == draft.name:
        return Change("", ())
    return Change(f"Name the session “{name}”", (NameEdit(before=draft.name, after=name),))


def add_name(draft: Draft, field: Field, name: str) -> Change | Refused:
    name = name.strip()
    refused = _refusal(draft, field, name)
    return refused or _change(draft, field, (*_names(draft, field), name), f"Add {SINGULAR[field]} {name}")


def move_name(draft: Draft, field: Field, name: str, by: int) -> Change | Refused:
    """Up (-1) or down (1) in the order; at the end of the list nothing moves."""
    names = list(_names(draft, field))
    at = names.index(name)
    to = min(max(at + by, 0), len(names) - 1)
    names.insert(to, names.pop(at))
    return _change(draft, field, tuple(names), f"Move {SINGULAR[field]} {name} {'up' if by < 0 else 'down'}")


def remove_name(draft: Draft, field: Field, name: str, uses: int) -> Change | Refused:
    """Only a name that no document uses; `uses` counts the documents."""
    if uses:
        return Refused(_in_use(field, name, uses, "Remove or retag those tags first."))
    names = tuple(other for other in _names(draft, field) if other != name)
    return _change(draft, field, names, f"Remove {SINGULAR[field]} {name}")


def rename_name(draft: Draft, field: Field, name: str, new: str, uses: int) -> Change | Refused:
    """Only a name that no document uses; `uses` counts the documents."""
    new = new.strip()
    if new == name:
        return Change("", ())
    refused = _refusal(draft, field, new)
    if refused is not None:
        return refused
    if uses:
        return Refused(
            _in_use(field, name, uses, "A name in use cannot be renamed yet: add the new one and retag.")
        )
    names = tuple(new if other == name else other for other in _names(draft, field))
    return _change(draft, field, names, f"Rename {SINGULAR[field]} {name} to {new}")


def add_documents(draft: Draft, documents: Iterable[Document]) -> Change | Refused:
    """New texts or documents of the project, each once; what is waiting already is left out."""
    waiting = {(document.id, document.text) for document in draft.added}
    new = [d for d in documents if (d.id, d.text) not in waiting]
    if not new:
        return Refused("There is nothing new to add.")
    count = f"{len(new)} {'document' if len(new) == 1 else 'documents'}"
    return Change(f"Add {count}", (DocumentsEdit(before=draft.added, after=(*draft.added, *new)),))


def uses_in(segments: Iterable[Segment], field: Field, name: str) -> bool:
    """Whether any tag of these segments has the name."""
    return any((tag.class_ if field == "classes" else tag.label) == name for s in segments for tag in s.tags)


def uses_in_draft(touched: Iterable[DraftDocument], field: Field, name: str, on_server: int) -> int:
    """How many documents use the name: those on the server, with the draft's changes to them."""
    for document in touched:
        was = uses_in(document.base_segments, field, name)
        now = uses_in((segment.segment for segment in document.segments), field, name)
        on_server += now - was
    return max(on_server, 0)


def _names(draft: Draft, field: Field) -> tuple[str, ...]:
    return draft.classes if field == "classes" else draft.labels


def _refusal(draft: Draft, field: Field, name: str) -> Refused | None:
    if not name:
        return Refused(f"A {SINGULAR[field]} needs a name.")
    if name in _names(draft, field):
        return Refused(f"There is a {SINGULAR[field]} “{name}” already.")
    return None


def _in_use(field: Field, name: str, uses: int, remedy: str) -> str:
    return f"The {SINGULAR[field]} “{name}” is used in {uses:,} {'document' if uses == 1 else 'documents'}. {remedy}"


def _change(draft: Draft, field: Field, names: tuple[str, ...], title: str) -> Change:
    before = _names(draft, field)
    return (
        Change("", ())
        if names == before
        else Change(title, (NamesEdit(field=field, before=before, after=names),))
    )
