"""Renames reach a server in phases, each of which may be carried out in part and then again. Pure.

A document does not say whether its tags were renamed already: B → C and A → B at once might rename a tag
twice. So each phase is known to be held before the next begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from labeling.draft.vocabulary import FIELDS, Field, Rename, Renames, called_now, renamed_list
from labeling.model import MOST_NAMES, Session, SessionChange, Tag, unique

Rules = Sequence[tuple[Rename, bool]]


def phases(
    renames: Renames, held: int, has_room: Callable[[Rules], bool] = lambda rules: True
) -> Iterator[int]:
    """The clocks to which a server that holds the renames up to `held` is brought, one after the other.

    `has_room` says whether the lists can hold the old and the new names of some rules at once: a phase is as
    large as that allows, and as large as can be where nothing does.
    """
    while renames.upto(renames.clock).since(held):
        goal = set(renames.switched_since(held))
        clocks = [
            clock
            for clock in range(held + 2, renames.clock + 1)
            # What a merge or a removal takes that was itself taken back before the save, nothing brings back.
            if all(
                renames.made[index].is_fresh or (index, forward) in goal
                for index, forward in renames.upto(clock).switched_since(held)
            )
        ]
        rules = {clock: renames.upto(clock).since(held) for clock in (held + 1, *clocks)}
        possible = [held + 1, *(clock for clock in clocks if is_repeatable(rules[clock]))]
        held = max([clock for clock in possible if has_room(rules[clock])] or possible)
        yield held


def is_repeatable(rules: Rules) -> bool:
    """Whether a tag that was renamed by the rules stays as it is when it meets them again."""
    return all(stays(rules, field, name) for field, name in _results(rules))


def stays(rules: Rules, field: Field, name: str) -> bool:
    """Whether a tag of that name is none of those that the rules rename."""
    tag = _tag(field, name)
    return called_now(tag, rules) == tag


def renamed_from(rules: Rules) -> set[tuple[Field, str]]:
    """(field, name) of the tags that the rules rename or take away."""
    named = {(rule.field, rule.old if forward else rule.new or "") for rule, forward in rules}
    return {(field, name) for field, name in named if name and not stays(rules, field, name)}


def lists_after(rules: Rules, now: Session, *, grown: bool = False) -> SessionChange:
    """The lists with the new names in the places of the old ones, where that differs from what they are.

    `grown`: with the old names too, as long as documents use them.
    """
    lists: dict[str, tuple[str, ...]] = {}
    for field in FIELDS:
        names = getattr(now, field)
        lists[field] = unique((*renamed_list(names, field, rules), *(names if grown else ())))
    return SessionChange.model_validate(
        {field: names for field, names in lists.items() if names != getattr(now, field)}
    )


def fits(change: SessionChange, now: Session) -> bool:
    """Whether a server that bounds its lists takes these: it measures a list that gets a new name."""
    return all(
        len(names) <= MOST_NAMES or set(names) <= set(getattr(now, field))
        for field in FIELDS
        if (names := getattr(change, field)) is not None
    )


def _tag(field: Field, name: str) -> Tag:
    return Tag.of(name) if field == "classes" else Tag.of(None, name)


def _results(rules: Rules) -> Iterable[tuple[Field, str]]:
    for field, name in renamed_from(rules):
        tag = called_now(_tag(field, name), rules)
        after = None if tag is None else tag.class_ if field == "classes" else tag.label
        if after:
            yield field, after
