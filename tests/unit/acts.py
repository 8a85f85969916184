"""What a person may do to a draft, at random, and what is to be seen of it afterwards."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from labeling.documents.rows import rows_of
from labeling.draft.document import Loaded, opened
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import discard, redo, revert, revert_field, stacks, take, undo, walk
from labeling.draft.vocabulary import Field
from labeling.editing.session import (
    add_documents,
    add_name,
    move_name,
    remove_name,
    rename_name,
    rename_session,
)
from labeling.editing.table import add_segment, add_tag, change_cell, delete_rows, set_done
from labeling.model import Document
from tests.unit.build import a_document, a_segment

TEXT = "Kind staff, small room, great café for the 👨‍👩‍👧 family."

Act = tuple[str, int, int, int]
Read = dict[str, Document]
"""What the server holds, by document key, in the order of the session."""

ON_TEXT = ["cell", "cell", "add", "tag", "delete", "done"]
ON_SESSION = ["session", "add name", "move name", "rename", "merge", "remove", "documents"]
BACK = ["undo", "redo", "walk", "revert", "revert line", "revert field", "discard"]


def an_act(*kinds: str) -> st.SearchStrategy[Act]:
    """(what, document, two numbers to choose by); by default of every kind there is."""
    chosen = st.sampled_from(kinds or (*ON_TEXT, *ON_SESSION, *BACK))
    return st.tuples(chosen, st.integers(0, 2), st.integers(0, 60), st.integers(0, 60))


def acts(*kinds: str, most: int = 20) -> st.SearchStrategy[list[Act]]:
    return st.lists(an_act(*kinds), max_size=most)


def on_server() -> Read:
    """Three documents: plain; with keys that nobody knows and tags that a merge makes the same;
    without an id."""
    strange: dict[str, Any] = {
        "id": 2,
        "text": "Room and staff \ud83d are fine.",
        "annotated": False,
        "meta": {"from": "mail"},
        "segments": [
            {
                "span": [0, 4],
                "colour": "red",
                "tags": [
                    {"class": "Room", "label": "POS", "id": 9, "by": None},
                    {"class": "Staff", "label": "POS"},
                    {"class": "Room", "label": "NEG"},
                ],
            },
            {"span": [9, 14], "text": "other", "tags": [{"label": "POS"}, {"class": "Price"}]},
        ],
    }
    return {
        "id:1": a_document(
            TEXT,
            a_segment(TEXT, 5, 10, ("Staff", "POS")),
            a_segment(TEXT, 18, 22, ("Room", "NEG"), ("Price", "NEU")),
            a_segment(TEXT, 30, 34),
            id=1,
        ),
        "id:2": Document.model_validate(strange),
        "text:ab#1": a_document("Low price", a_segment("Low price", 4, 9, ("Price", "POS"))),
    }


def act(draft: Draft, read: Read, act: Act, window: str = "") -> Draft:
    """The draft after it; the same where it is refused or means nothing."""
    change, touched = _change(draft, read, act, window), ()
    if isinstance(change, Draft):
        return change
    if act[0] in ON_TEXT:
        key = [*read][act[1] % len(read)]
        touched = (draft.view(Loaded(key, [*read].index(key), read[key])),)
    return draft if isinstance(change, Refused) else take(draft, change, *touched)


def _change(draft: Draft, read: Read, act: Act, window: str) -> Draft | Change | Refused:
    what, at, a, b = act
    key = [*read][at % len(read)]
    view = draft.view(Loaded(key, [*read].index(key), read[key]))
    rows = [row["id"] for row in rows_of(view, draft.scheme)]
    row = rows[a % len(rows)] if rows else "none/-"
    step = f"{window}{draft.taken + 1}"
    field: Field = "labels" if a % 3 == 0 else "classes"
    names = draft.classes if field == "classes" else draft.labels
    name, other = (names[n % len(names)] if names else "" for n in (a, b))
    class_, label = (side[b % len(side)] if side else None for side in (draft.classes, draft.labels))
    match what:
        case "cell":
            cells = [
                ("start", a),
                ("end", b),
                ("class_", class_),
                ("label", label),
                ("class_", None),
                ("label", None),
            ]
            return change_cell(view, row, *cells[b % len(cells)], draft.scheme)
        case "add":
            return add_segment(view, min(a, b), max(a, b), class_, label if a % 2 else None, step)
        case "tag":
            return add_tag(view, row, step, draft.scheme)
        case "delete":
            return delete_rows(view, [row, *rows[b % 3 : b % 3 + 1]])
        case "done":
            return set_done(view, a % 2 == 0)
        case "session":
            return rename_session(draft, f"Name {a}")
        case "add name":
            return add_name(draft, field, f"New {b % 4}")
        case "move name":
            return move_name(draft, field, name, -1 if b % 2 else 1)
        case "rename":
            return rename_name(draft, field, name, f"New {b % 4}")
        case "merge":
            return remove_name(draft, field, name, 1, other)
        case "remove":
            return remove_name(draft, field, name, int(uses(draft, read, field, name)))
        case "documents":
            return add_documents(draft, [Document(text=f"Text {a}"), Document(id=70 + b, text="x")])
        case "revert":
            return revert(view) if view.key in draft.documents else Change("", ())
        case "revert line":
            changed = [*view.changed_keys, *(["done"] if view.done_changed else [])]
            return revert(view, changed[a % len(changed) :][:1]) if changed else Change("", ())
        case "revert field":
            return revert_field(draft, ("name", "classes", "labels", "added")[a % 4])
        case "discard":
            return discard(draft)
        case "undo":
            return undo(draft)
        case "redo":
            return redo(draft)
        case _:
            done, undone = stacks(draft.steps)
            numbers = [0, *(step.number for step in (*done, *undone))]
            return walk(draft, numbers[a % len(numbers)])


def after(draft: Draft, read: Read, acted: list[Act]) -> Draft:
    for one in acted:
        draft = act(draft, read, one)
    return draft


def uses(draft: Draft, read: Read, field: Field, name: str) -> bool:
    tags = (t for view in views(draft, read).values() for s in view.segments for t in s.segment.tags)
    return any((tag.class_ if field == "classes" else tag.label) == name for tag in tags)


def views(draft: Draft, read: Read) -> dict[str, Any]:
    return {key: draft.view(Loaded(key, at, document)) for at, (key, document) in enumerate(read.items())}


def seen(draft: Draft, read: Read) -> object:
    """All that a person sees of a draft but its history, rows that cannot be right yet included."""
    documents = {key: (view.segments, bool(view.done)) for key, view in views(draft, read).items()}
    return documents, draft.name, draft.classes, draft.labels, draft.added


def as_read(read: Read) -> dict[str, Any]:
    return {
        key: opened(Loaded(key, at, document)).segments for at, (key, document) in enumerate(read.items())
    }


def names_in(draft: Draft, read: Read, key: str) -> list[list[tuple[str | None, str | None]]]:
    """The tags of each segment of a document, as they are shown."""
    shown = views(draft, read)[key].segments
    return [[tag.names for tag in segment.segment.tags] for segment in shown]
