"""Which look a class or a label has: given once, kept, and taken along by renames. Pure.

A look is a number from 0. All hues come in turn, then again with other lines; what a number looks like is
the screen's. Colours follow names: whatever is moved, added or removed beside a name, it keeps its look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from labeling.draft.shortcuts import Name, remembered, renamed
from labeling.draft.vocabulary import FIELDS, Rename

HUES = 12
LOOKS = 72
"""As many as can be told apart: each hue with six kinds of line."""
Worn = Mapping[Name, int]
"""The look of each class and label."""


def kept_looks(value: object) -> dict[Name, int]:
    """The looks in a JSON value; what cannot be one is left out."""
    found: dict[Name, int] = {}
    for item in value if isinstance(value, list) else ():
        match item:
            case ["classes" | "labels" as field, str(name), int(look)] if 0 <= look < LOOKS:
                found[field, name] = int(look)
    return found


def looks_for(names: Sequence[Name], kept: Worn) -> dict[Name, int]:
    """A look for each of these names of one list: the one that it was kept with, else the one that is most
    unlike those of the others. `kept`: of that list."""
    there, many = set(names), len(names) > LOOKS
    held: dict[Name, int] = {}
    for name, look in kept.items():
        if name in there and (many or look not in held.values()):
            held[name] = look
    away = {look for name, look in kept.items() if name not in there}
    for name in names:
        if name not in held:
            held[name] = _most_unlike(held.values(), away)
    return {name: held[name] for name in names}


def _most_unlike(worn: Iterable[int], away: set[int]) -> int:
    """Of the least used looks one of the least used hues; if it can be, none that a name has which is away
    and may come back."""
    looks = Counter(worn)
    hues = Counter(look % HUES for look in looks.elements())
    return min(range(LOOKS), key=lambda look: (looks[look], hues[look % HUES], look in away, look))


def looks_in_use(
    value: object, classes: Sequence[str], labels: Sequence[str], rules: Sequence[tuple[Rename, bool]]
) -> tuple[dict[Name, int], object]:
    """The looks of these names, and the JSON value that keeps them:
    the one that was given where it does already."""
    kept = kept_looks(value)
    before = renamed(kept, rules)
    now: dict[Name, int] = {}
    for field, names in zip(FIELDS, (classes, labels), strict=True):
        of_list = {name: look for name, look in before.items() if name[0] == field}
        now |= looks_for([(field, name) for name in names], of_list)
    is_kept = all(kept.get(name) == look for name, look in now.items())
    all_of_them = remembered(now, kept).items()
    return now, value if is_kept else [[field, name, look] for (field, name), look in all_of_them]
