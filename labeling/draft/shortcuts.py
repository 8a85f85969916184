"""Which key a class or a label has: given once, kept, changed by the person. Pure.

Classes get digits in their order, labels letters that they begin with or hold. A name that had a key keeps
it, whatever happens to the list around it, and takes it along when it is renamed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from labeling.draft.vocabulary import Field, Rename

DIGITS = "1234567890"
LETTERS = "abdefghijklmnopqstuvwxyz"
"""Without c and r, which Streamlit takes for itself."""
Name = tuple[Field, str]
"""A class or a label: its list, and what it is called."""
T = TypeVar("T")
Keyboard = Mapping[Name, str]
"""The key of each class and label that has one. Of names that have the same the first has it."""


def why_not(key: str) -> str:
    """Why this cannot be the key of a class or a label; empty when it can."""
    if key in ("c", "r"):
        return f"“{key}” belongs to the page itself"
    if key and key in ".,/?+=*>!; ":
        return f"{'the space bar' if key == ' ' else f'“{key}”'} does something else in the text"
    return "" if key and key in (*DIGITS, *LETTERS) else f"“{key}” is not a letter from a to z or a digit"


def kept_keys(value: object) -> dict[Name, str]:
    """The keys in a JSON value; what cannot be one is left out."""
    found: dict[Name, str] = {}
    for item in value if isinstance(value, list) else ():
        match item:
            case ["classes" | "labels" as field, str(name), str(key)] if not why_not(key):
                found[field, name] = key
    return found


def to_json(keyboard: Keyboard) -> list[list[str]]:
    return [[field, name, key] for (field, name), key in keyboard.items()]


def keyboard_for(classes: Sequence[str], labels: Sequence[str], kept: Keyboard) -> dict[Name, str]:
    """A key for each of these names, while there are any: the one that it was kept with, else a free one."""
    names: list[Name] = [*(("classes", name) for name in classes), *(("labels", name) for name in labels)]
    there = set(names)
    held: dict[Name, str] = {}
    for name, key in kept.items():
        if name in there and key not in held.values():
            held[name] = key
    _give(held, [name for name in names if name[0] == "classes"], DIGITS)
    _give(held, [name for name in names if name[0] == "labels"], LETTERS)
    return {name: held[name] for name in names if name in held}


def _give(held: dict[Name, str], names: Sequence[Name], keys: str) -> None:
    """Give the free keys away: first to the names that begin with one, then to those that hold one,
    then in order."""
    free = [key for key in keys if key not in held.values()]
    for rank in range(3):
        for name in names:
            if not free:
                return
            own = "" if name in held else free if rank == 2 else _own(name)[rank]
            key = next((key for key in own if key in free), "")
            if key:
                held[name] = key
                free.remove(key)


def _own(name: Name) -> tuple[str, str]:
    """The key that a name begins with, and the keys that it holds, the first of each word before the others.

    A number is meant by a digit only where it is that digit alone, as in “3 stars”.
    """
    if name[0] == "classes":
        digit = re.match(r"\s*([0-9])(?![0-9])", name[1])
        return (digit[1] if digit else "", "")
    parts = unicodedata.normalize("NFKD", name[1]).casefold()
    letters = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return letters.strip()[:1], "".join(re.findall(r"\b[a-z]", letters)) + letters


def renamed(kept: Mapping[Name, T], rules: Iterable[tuple[Rename, bool]]) -> dict[Name, T]:
    """What names have, with those that were renamed: the new name has the old one's,
    unless it has its own."""
    found = dict(kept)
    for rule, forward in rules:
        if forward and rule.new is not None and (rule.field, rule.old) in found:
            found.setdefault((rule.field, rule.new), found[rule.field, rule.old])
    return found


def remembered(now: Mapping[Name, T], kept: Mapping[Name, T]) -> dict[Name, T]:
    """What is in use now before what names have that are not there, which have theirs when they come
    back."""
    return {**now, **{name: key for name, key in kept.items() if name not in now}}


def chosen(wanted: Keyboard, kept: Keyboard) -> dict[Name, str]:
    """The keys after the person chose some; an empty one is a choice to be given one."""
    others = {name: key for name, key in kept.items() if name not in wanted}
    return remembered({name: key for name, key in wanted.items() if key}, others)


def faults(wanted: Keyboard) -> dict[Name, str]:
    """What is wrong with the keys that a person wants, by name; nothing when all can be had."""
    found: dict[Name, str] = {}
    for name, key in wanted.items():
        others = [other[1] for other, same in wanted.items() if same == key and other != name]
        why = why_not(key) if key else ""
        if key and not why and others:
            why = f"“{key}” is wanted for {' and '.join(f'“{other}”' for other in others)} as well"
        if why:
            found[name] = why
    return found


def as_key(typed: str) -> str:
    """What was typed into a field for a key; letters count without their case."""
    return typed if typed == " " else typed.strip().lower()


def in_use(
    value: object, classes: Sequence[str], labels: Sequence[str], rules: Sequence[tuple[Rename, bool]]
) -> tuple[dict[Name, str], object]:
    """The keys of these names, and the JSON value that keeps them:
    the one that was given where it does already."""
    kept = kept_keys(value)
    now = keyboard_for(classes, labels, renamed(kept, rules))
    is_kept = all(kept.get(name) == key for name, key in now.items())
    return now, value if is_kept else to_json(remembered(now, kept))
