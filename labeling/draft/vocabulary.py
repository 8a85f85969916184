"""Classes and labels: a session's scheme, and its names renamed, merged or removed by one rule.

A draft keeps its rules in the order in which they were made, and a log of when each was switched on and off
(undo and redo switch, they take nothing out). The clock is the length of that log. Every tag knows the clock
at which its names were given, so what a tag is called now follows from what was switched since, and undoing a
merge parts exactly what the merge had joined.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from labeling.model import Segment, Session, Shape, Tag, Value, shape_of, unique

Field = Literal["classes", "labels"]
FIELDS: tuple[Field, ...] = ("classes", "labels")


@dataclass(frozen=True)
class Scheme:
    """The annotation scheme: a session's classes and labels, and which parts a tag has in its type (`shape`).

    `project_labels`: those of the project, where its sessions take no others and they are known.
    """

    classes: tuple[str, ...]
    labels: tuple[str, ...]
    shape: Shape
    project_labels: tuple[str, ...] | None = None

    @classmethod
    def of(cls, session: Session) -> Scheme:
        """The scheme of a session as it was read."""
        return cls(session.classes, session.labels, shape_of(session.type))

    def offered(self, field: Field) -> tuple[str, ...]:
        """The classes or labels that can be chosen; none where tags of the type have no such part."""
        if field == "classes":
            return self.classes if self.shape.classes else ()
        return self.labels if self.shape.labels else ()

    def addable(self, field: Field) -> tuple[str, ...] | None:
        """The names that can still be added to a list; None: any that is new."""
        if not (self.shape.classes if field == "classes" else self.shape.labels):
            return ()
        if field == "classes" or self.project_labels is None:
            return None
        return tuple(name for name in self.project_labels if name not in self.labels)


class Rename(Value):
    """`old` is called `new` from now on; None: the tags that have it go, their segments stay.

    `is_fresh`: there was no `new` before, so that the way back is clear for every tag that has it.
    """

    field: Field
    old: str
    new: str | None
    is_fresh: bool = False


class NameGone(Value):
    """A name that somebody else took away from the session, while it was still meant here.

    `new`: the names that came at the same time; it may be called one of them now. The session's own name
    counts as well: there `new` is what others named it. `rename`: whether it is one, by the tags under both
    names (`labeling.draft.evidence`); "open" until they are compared, which they are where one name went and
    one came.
    """

    field: Literal["name", "classes", "labels"]
    old: str
    new: tuple[str, ...] = ()
    rename: Literal["unknown", "open", "seen"] = "unknown"

    def is_same(self, other: NameGone) -> bool:
        """Whether it is asked about the same, whatever the tags have shown since."""
        return (self.field, self.old, self.new) == (other.field, other.old, other.new)


class Renames(Value):
    """The rules of a draft, and the log of (which, switched on) in order.

    `tried` are clocks to which a save began to bring the server. Until it is known how far that came, a
    document may stand at either end of it; as a fresh name had no other tags before, each tag tells where it
    stands.
    """

    made: tuple[Rename, ...] = ()
    log: tuple[tuple[int, bool], ...] = ()
    tried: tuple[int, ...] = ()

    @property
    def clock(self) -> int:
        return len(self.log)

    def switched(self, index: int, rule: Rename, on: bool) -> Renames:
        """With rule `index` on or off; a new rule stands at the end."""
        made = self.made if index < len(self.made) else (*self.made, rule)
        return self.model_copy(update={"made": made, "log": (*self.log, (index, on))})

    def upto(self, clock: int) -> Renames:
        """As they were at that clock."""
        tried = tuple(other for other in self.tried if other <= clock)
        return Renames(made=self.made, log=self.log[:clock], tried=tried)

    def since(self, clock: int) -> tuple[tuple[Rename, bool], ...]:
        """(rule, forward) for each that is to be applied to names given at that clock, in order."""
        return _since(self, clock)

    def switched_since(self, clock: int) -> tuple[tuple[int, bool], ...]:
        """(which, forward) for each that was switched since, in the same order."""
        then, now = _on(self.log[:clock]), _on(self.log)
        return _in_order(then - now, now - then)


@lru_cache(maxsize=1024)
def _since(renames: Renames, clock: int) -> tuple[tuple[Rename, bool], ...]:
    then, now = _on(renames.log[:clock]), _on(renames.log)
    back, forth = set(then - now), set(now - then)
    fresh = {index for index, rule in enumerate(renames.made) if rule.is_fresh}
    for tried in (_on(renames.log[:other]) for other in renames.tried if other > clock):
        back |= (tried - now) & fresh
        forth |= (now - tried) & fresh
    return tuple((renames.made[index], forward) for index, forward in _in_order(back, forth))


def _in_order(back: Collection[int], forth: Collection[int]) -> tuple[tuple[int, bool], ...]:
    return (
        *((index, False) for index in sorted(back, reverse=True)),
        *((index, True) for index in sorted(forth)),
    )


def _on(log: Sequence[tuple[int, bool]]) -> frozenset[int]:
    last = dict(log)
    return frozenset(index for index, on in last.items() if on)


def called_now(tag: Tag, rules: Sequence[tuple[Rename, bool]]) -> Tag | None:
    """The tag under the names valid now: the same object when they are its own, None when it is removed.

    Its further keys stay.
    """
    names = {"classes": tag.class_ or None, "labels": tag.label or None}
    for rule, forward in rules:
        has = names[rule.field]
        if forward and has == rule.old:
            if rule.new is None:
                return None
            names[rule.field] = rule.new
        elif not forward and rule.is_fresh and has == rule.new:
            names[rule.field] = rule.old
    return with_names(tag, names["classes"], names["labels"])


def with_names(tag: Tag, class_: str | None, label: str | None) -> Tag:
    """The tag with other names and its other keys kept; a name that is gone is absent, never null."""
    if tag.names == (class_, label):
        return tag
    given = {"class_": class_, "label": label}
    if all(given.values()):
        return tag.model_copy(update=given)
    if class_ and "label" not in tag.model_fields_set:
        return tag.model_copy(update={"class_": class_})
    parts = tag.model_dump(by_alias=True, exclude_unset=True)
    for key, name in (("class", class_), ("label", label)):
        if name:
            parts[key] = name
        else:
            parts.pop(key, None)
    return Tag.model_validate(parts)


SINGULAR: dict[Field, str] = {"classes": "class", "labels": "label"}


def renamed_list(names: Sequence[str], field: str, rules: Iterable[tuple[Rename, bool]]) -> tuple[str, ...]:
    """A session's classes or labels after some renames: the new name in the place of the old one."""
    for rule, forward in rules:
        if rule.field != field:
            continue
        if forward:
            new = [] if rule.new is None else [rule.new]
            names = [each for name in names for each in (new if name == rule.old else [name])]
        elif rule.is_fresh:
            names = [rule.old if name == rule.new else name for name in names]
    return unique(names)


def name_now(name: str, field: Field, rules: Iterable[tuple[Rename, bool]]) -> str:
    """What a class or a label is called after some renames; empty where it is removed."""
    return next(iter(renamed_list([name], field, rules)), "")


def merged_names(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    """Three lists of names as one: in my order, without what they removed,
    with what they added at the end."""
    if tuple(mine) == tuple(base):
        return tuple(theirs)
    removed = set(base) - set(theirs)
    added = [name for name in theirs if name not in set(base)]
    return unique([name for name in mine if name not in removed] + added)


def uses_in(segments: Iterable[Segment], field: Field, name: str) -> bool:
    """Whether any tag of these segments has the name."""
    return any((tag.class_ if field == "classes" else tag.label) == name for s in segments for tag in s.tags)
