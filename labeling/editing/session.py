"""A session's name, classes and labels as steps. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, DocumentsEdit, NameEdit, NamesEdit, Refused, RenameEdit
from labeling.draft.vocabulary import SINGULAR, Field, Rename, renamed_list, uses_in
from labeling.model import Document, unique
from labeling.phrases import count_of, length_problem, name_problem


def rename_session(draft: Draft, name: str) -> Change | Refused:
    name = name.strip()
    if not name:
        return Refused("A session needs a name.")
    if too_long := length_problem(name, "session"):
        return Refused(too_long)
    if name == draft.name:
        return Change("", ())
    return Change(f"Name the session “{name}”", (NameEdit(before=draft.name, after=name),))


def add_name(draft: Draft, field: Field, name: str) -> Change | Refused:
    """The name at the end of its list. Where a session takes the labels of its project alone, no other."""
    name = name.strip()
    refused = _refusal(field, name, names_of(draft, field))
    addable = draft.scheme.addable(field)
    if refused is None and addable is not None and name not in addable:
        refused = Refused(f"“{name}” is none of the project's {field}, and this session takes no others.")
    return refused or _change(draft, field, (*names_of(draft, field), name), f"Add {SINGULAR[field]} {name}")


def move_name(draft: Draft, field: Field, name: str, by: int) -> Change | Refused:
    """Up (-1) or down (1) in the order; at the end of the list nothing moves."""
    names = list(names_of(draft, field))
    if name not in names:
        return _unknown(field, name)
    at = names.index(name)
    to = min(max(at + by, 0), len(names) - 1)
    names.insert(to, names.pop(at))
    return _change(draft, field, tuple(names), f"Move {SINGULAR[field]} {name} {'up' if by < 0 else 'down'}")


def remove_name(draft: Draft, field: Field, name: str, uses: int, new: str | None = None) -> Change | Refused:
    """The name goes. Its tags, in every document, get `new`, a name of the list; or go themselves (None).

    One step of constant size, however many documents use the name. Where none does (`uses` is 0), tags that
    somebody else gives meanwhile stay.
    """
    if name not in names_of(draft, field):
        return _unknown(field, name)
    if not uses:
        names = tuple(other for other in names_of(draft, field) if other != name)
        return _change(draft, field, names, f"Remove {SINGULAR[field]} {name}")
    if new is not None and (new == name or new not in names_of(draft, field)):
        return Refused(f"There is no other {SINGULAR[field]} “{new}” for its tags.")
    title = (
        f"Remove {SINGULAR[field]} {name}" if new is None else f"Merge {SINGULAR[field]} {name} into {new}"
    )
    return _for_all(draft, field, Rename(field=field, old=name, new=new), title)


def rename_name(draft: Draft, field: Field, name: str, new: str) -> Change | Refused:
    """The name is called `new` from now on, in the list and in all tags; one step of constant size.

    A name that is there already is refused: that is a merge (`remove_name`), and is to be meant.
    """
    new = new.strip()
    if name not in names_of(draft, field):
        return _unknown(field, name)
    if new == name:
        return Change("", ())
    refused = _refusal(field, new, [other for other in names_of(draft, field) if other != name])
    if refused is not None:
        return refused
    rule = Rename(field=field, old=name, new=new, is_fresh=True)
    return _for_all(draft, field, rule, f"Rename {SINGULAR[field]} {name} to {new}")


def _for_all(draft: Draft, field: Field, rule: Rename, title: str) -> Change:
    before = names_of(draft, field)
    after = renamed_list(before, field, [(rule, True)])
    return Change(
        title,
        (
            RenameEdit(index=len(draft.renames.made), rule=rule),
            NamesEdit(field=field, before=before, after=after),
        ),
    )


def add_documents(draft: Draft, documents: Iterable[Document]) -> Change | Refused:
    """New texts or documents of the project, each once; what is waiting already is left out."""
    waiting = {(document.id, document.text) for document in draft.added}
    new = [d for d in documents if (d.id, d.text) not in waiting]
    if not new:
        return Refused("There is nothing new to add.")
    return Change(
        f"Add {count_of(len(new), 'document')}",
        (DocumentsEdit(before=(), after=tuple(new)),),
    )


def names_on_server(draft: Draft, field: Field, name: str) -> tuple[str, ...]:
    """The names that the server has for what is called `name` here: others when a rename is not saved yet."""
    known = unique((*getattr(draft.base, field), name))
    return tuple(other for other in known if renamed_list([other], field, draft.pending_renames) == (name,))


def uses_in_draft(touched: Iterable[DraftDocument], field: Field, name: str, on_server: int) -> int:
    """How many documents use the name: those on the server, with the draft's changes to them."""
    for document in touched:
        was = uses_in(document.base_segments, field, name)
        now = uses_in((segment.segment for segment in document.segments), field, name)
        on_server += now - was
    return max(on_server, 0)


def names_of(draft: Draft, field: Field) -> tuple[str, ...]:
    """The classes or labels as they are in the draft."""
    return draft.classes if field == "classes" else draft.labels


def _unknown(field: Field, name: str) -> Refused:
    return Refused(f"There is no {SINGULAR[field]} “{name}” any more.")


def _refusal(field: Field, name: str, others: Iterable[str]) -> Refused | None:
    why = name_problem(name, others, SINGULAR[field])
    return Refused(why) if why else None


def _change(draft: Draft, field: Field, names: tuple[str, ...], title: str) -> Change:
    before = names_of(draft, field)
    return (
        Change("", ())
        if names == before
        else Change(title, (NamesEdit(field=field, before=before, after=names),))
    )
