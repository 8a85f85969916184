"""What became of a document's tags between two states of it, by the same matching as agreement. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from labeling.agreement.match import match
from labeling.agreement.tags import PlacedTag
from labeling.phrases import quote, tag_in_words


class TagChange(NamedTuple):
    """A tag before and after; None where it was not there, or is not any more. At least one is."""

    before: PlacedTag | None
    after: PlacedTag | None

    @property
    def classes(self) -> frozenset[str | None]:
        """The classes that it is about."""
        return frozenset(tag.class_ for tag in (self.before, self.after) if tag is not None)

    @property
    def parts(self) -> tuple[str, ...]:
        """What of a tag that stayed is another: `class`, `label`, `border`."""
        if self.before is None or self.after is None:
            return ()
        pairs = {
            "class": (self.before.class_, self.after.class_),
            "label": (self.before.label, self.after.label),
            "border": (self.before.span, self.after.span),
        }
        return tuple(name for name, (was, now) in pairs.items() if was != now)

    @property
    def place(self) -> tuple[int, int, str, str]:
        """Sorts changes by where they are."""
        tag = self.after or self.before
        assert tag is not None
        return tag.order


def tag_changes(before: Sequence[PlacedTag], after: Sequence[PlacedTag]) -> tuple[TagChange, ...]:
    """What is another, in the order of the text. What stayed as it was is not told."""
    found = match(before, after)
    changed = [TagChange(before[old], after[new]) for old, new in found.pairs if before[old] != after[new]]
    changed += [TagChange(before[old], None) for old in found.only_left]
    changed += [TagChange(None, after[new]) for new in found.only_right]
    return tuple(sorted(changed, key=lambda change: change.place))


def of_classes(changes: Sequence[TagChange], classes: Collection[str | None] | None) -> tuple[TagChange, ...]:
    """Those that are about one of these classes; None: all."""
    return tuple(one for one in changes if classes is None or not one.classes.isdisjoint(classes))


def change_in_words(change: TagChange, text: str) -> str:
    """`+ “battery” BATTERY/POS`, `“screen” NEU → NEG`, `border “the food” → “food”`."""
    before, after = change
    if before is None:
        assert after is not None
        return f"+ {quote(text, *after.span)} {tag_in_words(after.names)}"
    if after is None:
        return f"− {quote(text, *before.span)} {tag_in_words(before.names)}"
    words = []
    parts = change.parts
    if "class" in parts or "label" in parts:
        words.append(f"{quote(text, *after.span)} {_renamed(before, after, parts)}")
    if "border" in parts:
        words.append(f"border {quote(text, *before.span)} → {quote(text, *after.span)}")
    return ", ".join(words)


def _renamed(before: PlacedTag, after: PlacedTag, parts: Sequence[str]) -> str:
    if "class" not in parts:
        return f"{before.label or 'no label'} → {after.label or 'no label'}"
    if "label" not in parts:
        return f"{before.class_ or 'no class'} → {after.class_ or 'no class'}"
    return f"{tag_in_words(before.names)} → {tag_in_words(after.names)}"
