"""Three-way merge of one document's segments: as read, as I made them, as the server holds them now. Pure.

What is compared are units, counted: (start, end, class, label) for each tag, (start, end, None, None) for a
bare segment, a segment without tags. A moved border is a removal and an addition. Ids, texts and further keys
are carried along, never compared. A tag without class and label is (start, end, "", ""), to be told from a
bare segment; a segment without a pair as its span counts as at (0, 0), as in `Segment.units`.

The rule, for a unit that stands b times in the base, m times with me and t times with them:

- where one side left it alone, the other's count: t + (m - b);
- where one side added it and the other took it away, both: t + (m - b);
- where both added it, or both took it away, they may mean the same one, so it counts once: the larger of
  m and t, or the smaller.

Where a span has tags, it has bare segments beside them only if one side had both. Where one segment stood and
both kept it, but each took away another part of its tags, it stays, bare.

Once it was sent, what a merge came to is part of what others hold. Merged with that anew, a tag that others
add looks as if it stood in the place of one that is gone. So the outcome of a merge is remembered, and where
all of it stands, nothing is left to be merged.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar

from labeling.draft.document import Outcome
from labeling.model import Segment, Unit
from labeling.saving.reassemble import BARE, Span, Units, names_of, placed, span_of

Choice = Literal["mine", "theirs", "both"]

T = TypeVar("T")
U = TypeVar("U")


class Conflict(NamedTuple):
    """One place where both sides replaced the same unit, differently.

    `base` is what both took away; where a segment takes one tag and none stood there, its bare unit. `mine`
    and `theirs` say what each put in its place, sorted, with nothing in common; one of them may be empty:
    that side deleted it.
    """

    base: Unit
    mine: tuple[Unit, ...]
    theirs: tuple[Unit, ...]

    @property
    def key(self) -> str:
        """The text by which a choice is remembered; another one as soon as either side differs."""
        return json.dumps(self)


class Merged(NamedTuple):
    """The segments, and the conflicts that are not chosen yet: in their place `segments` holds theirs.

    `given_up`: those in which theirs was chosen.
    """

    segments: tuple[Segment, ...]
    conflicts: tuple[Conflict, ...] = ()
    given_up: tuple[Conflict, ...] = ()


def merge_value(base: T, mine: T, theirs: T, *, clash: U) -> T | U:
    """One value from three; `clash` when both sides set it, to two different values."""
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else clash


def merge(
    base: Sequence[Segment],
    mine: Sequence[Segment],
    theirs: Sequence[Segment],
    *,
    one_tag: bool = False,
    choices: Mapping[str, Choice] | None = None,
    outcome: Outcome | None = None,
) -> Merged:
    """Merge three versions of a document's segments.

    A conflict is only: both sides took the same unit away, and what they put in its place (other names on
    the same span, or the same names on a span that overlaps it) differs: other tags, or nothing on one side,
    which deleted it. Two different tags on a bare segment are none, unless `one_tag` says that a segment
    takes one tag: then two sides that together put more tags on a span than either has there are in conflict.
    `choices` maps the keys of conflicts to what is to stand there.

    The segments are theirs, in their order, and the same objects where nothing differs. Tags of mine go onto
    the segment of that span which corresponds, or else with a segment of their own to their place by start.
    Where only one side differs from the base at all, the result is that side as it is, object for object.
    With `one_tag` no tag is put onto a segment that has one: of a conflict chosen as "both" two segments
    come. `outcome` is that of an earlier merge of the same base and mine: where it stands, theirs holds mine.
    """
    others = _units(theirs)
    if outcome is not None and _stands(outcome, others):
        return Merged(placed(base, mine, theirs, others, one_tag))
    if list(theirs) == list(base):
        return Merged(tuple(mine))
    if list(mine) in (list(base), list(theirs)):
        return Merged(tuple(theirs))
    before, ours = _units(base), _units(mine)
    alone = {span for span, count in Counter(map(span_of, base)).items() if count == 1}
    conflicts = _conflicts(before, ours, others, _merged_counts(before, ours, others, alone), one_tag)
    chosen = choices or {}
    ways = [(conflict, chosen.get(conflict.key, "theirs")) for conflict in conflicts]
    ours -= Counter(unit for conflict, choice in ways if choice == "theirs" for unit in conflict.mine)
    others -= Counter(unit for conflict, choice in ways if choice == "mine" for unit in conflict.theirs)
    wanted = _merged_counts(before, ours, others, alone)
    return Merged(
        placed(base, mine, theirs, wanted, one_tag),
        tuple(conflict for conflict in conflicts if conflict.key not in chosen),
        tuple(conflict for conflict, choice in ways if choice == "theirs" and conflict.key in chosen),
    )


# What a merge came to


def outcome_of(theirs: Sequence[Segment], merged: Sequence[Segment]) -> Outcome:
    """What a merge changes of what others hold."""
    before, after = _units(theirs), _units(merged)
    changed = sorted({*before, *after}, key=_order)
    return tuple((unit, before[unit], after[unit]) for unit in changed if before[unit] != after[unit])


def _stands(outcome: Outcome, theirs: Units) -> bool:
    """Whether others hold all of it. A segment that was bare and has tags now is there as well."""
    tags = _tag_counts(theirs)
    return all(
        (theirs[unit] >= after if after > before else theirs[unit] <= after)
        or (_is_bare(unit) and tags[unit[:2]] > 0)
        for unit, before, after in outcome
    )


# Units


def _units(segments: Sequence[Segment]) -> Units:
    return Counter(
        (*span_of(segment), *names)
        for segment in segments
        for names in ([names_of(tag) for tag in segment.tags] or [BARE])
    )


def _is_bare(unit: Unit) -> bool:
    return unit[2:] == BARE


def _tag_counts(units: Units) -> Counter[Span]:
    """How many tags stand on each span."""
    return Counter(unit[:2] for unit in units.elements() if not _is_bare(unit))


def _merged_counts(base: Units, mine: Units, theirs: Units, alone: set[Span]) -> Units:
    """The rule at the top. `alone`: the spans that had one segment in the base."""
    merged: Units = Counter()
    for unit in {*base, *mine, *theirs}:
        b, m, t = base[unit], mine[unit], theirs[unit]
        if m > b and t > b:
            merged[unit] = max(m, t)
        elif m < b and t < b:
            merged[unit] = min(m, t)
        else:
            merged[unit] = t + m - b
    tags, sides = _tag_counts(merged), [(side, _tag_counts(side)) for side in (mine, theirs)]
    for span in {unit[:2] for unit in merged}:
        bare = (*span, *BARE)
        if tags[span]:
            if not any(side[bare] and counts[span] for side, counts in sides):
                merged[bare] = 0
        elif span in alone and all(side[bare] or counts[span] for side, counts in sides):
            merged[bare] = merged[bare] or 1
    return +merged


# Conflicts


def _order(unit: Unit) -> tuple[int, int, list[tuple[bool, str]]]:
    return (*unit[:2], [(name is not None, name or "") for name in unit[2:]])


def _sorted(units: Units) -> tuple[Unit, ...]:
    return tuple(sorted(units.elements(), key=_order))


def _conflicts(base: Units, mine: Units, theirs: Units, merged: Units, one_tag: bool) -> list[Conflict]:
    removed = base - (mine | theirs)
    added, others = mine - base, theirs - base
    kept_on = _replacements(base - mine, added).keys() & _replacements(base - theirs, others).keys()
    found: list[Conflict] = []
    if one_tag:
        found += _crowded(removed, mine, theirs, merged, added, others)
        added -= Counter(unit for conflict in found for unit in conflict.mine)
        others -= Counter(unit for conflict in found for unit in conflict.theirs)
    my_way, their_way = _replacements(base - mine, added), _replacements(base - theirs, others)
    for unit in sorted(removed, key=_order):
        new, other = my_way[unit], their_way[unit]
        both_tagged = _is_bare(unit) and all(tag[:2] == unit[:2] for tag in new | other)
        is_other = bool(new and other) and not new & other and not both_tagged
        # Of what both kept on under another name or place, one side may be asked about already.
        is_deleted_by_one = bool(new) != bool(other) and unit not in kept_on
        if is_other or is_deleted_by_one:
            found.append(Conflict(unit, _sorted(new), _sorted(other)))
    return found


def _crowded(
    removed: Units, mine: Units, theirs: Units, merged: Units, added: Units, others: Units
) -> Iterator[Conflict]:
    """The spans that would end with more tags than either side has there, and more than one."""
    counts, most = _tag_counts(merged), _tag_counts(mine) | _tag_counts(theirs)
    new, other = _by_span(added - others), _by_span(others - added)
    stood = _by_span(removed)
    for span in sorted(span for span, count in counts.items() if count > max(1, most[span])):
        replaced = _sorted(stood[span]) or ((*span, *BARE),)
        yield Conflict(replaced[0], _sorted(new[span]), _sorted(other[span]))


def _by_span(units: Units) -> defaultdict[Span, Units]:
    """The tags among the units, by their span."""
    spans: defaultdict[Span, Units] = defaultdict(Counter)
    for unit, count in units.items():
        if not _is_bare(unit):
            spans[unit[:2]][unit] = count
    return spans


def _replacements(removed: Units, added: Units) -> defaultdict[Unit, Units]:
    """What one side put in the place of each unit that it removed.

    An added unit stands in the place of the removed one that it is most like, if that is one only: whatever
    cannot be told is a removal and an addition, which never conflict.
    """
    ordered = sorted(removed, key=_order)
    starts = [unit[0] for unit in ordered]
    longest = max((unit[1] - unit[0] for unit in ordered), default=0)
    found: defaultdict[Unit, Units] = defaultdict(Counter)
    for new, count in added.items():
        first = bisect_left(starts, new[0] - max(0, longest))
        last = bisect_left(starts, max(new[0] + 1, new[1]))
        likeness = {old: _likeness(old, new) for old in ordered[first:last]}
        best = max(likeness.values(), default=0)
        alike = [old for old in likeness if likeness[old] == best]
        if best and len(alike) == 1:
            found[alike[0]][new] = count
    return found


def _likeness(old: Unit, new: Unit) -> int:
    """How much a unit looks like another one moved or named otherwise, or both; 0: not at all."""
    if old[2:] == new[2:]:
        overlap = _overlap(old, new)
        return 5 + overlap if overlap > 0 else 0
    if _is_bare(new):
        return 0
    has_class, has_label = (name is not None and name == old[at] for at, name in enumerate(new[2:], 2))
    if old[:2] == new[:2]:
        return 2 + 2 * has_class + has_label
    return int((has_class or has_label) and _overlap(old, new) > 0)


def _overlap(one: Unit, other: Unit) -> int:
    return min(one[1], other[1]) - max(one[0], other[0])
