"""What is decided at which places by one rule for all of them. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple

from labeling.reviewing.decisions import Decided, PlaceStanding


class Rule(NamedTuple):
    """`kind` with the class or the session (by its lasting name) that it is about."""

    kind: Literal["agreed", "majority", "class", "person", "single"]
    name: str = ""


def by_rule(rule: Rule, where: PlaceStanding) -> Decided | None:
    """What a rule decides at a place; None: nothing. What somebody decided is never touched."""
    if where.place is None or where.state not in ("open", "agreed"):
        return None
    given = [tag for _, tag in where.place.given]
    if rule.kind == "single" or where.is_single:
        return Decided(where, (given[0],), "single") if rule.kind == "single" and where.is_single else None
    if rule.kind == "agreed" or where.state == "agreed":
        return Decided(where, (given[0],), "agreed") if where.state == "agreed" else None
    if rule.kind == "majority":
        is_clear = len(where.votes) > 2 and not where.proposal.open
        return Decided(where, where.proposal.tags, "majority") if is_clear else None
    if rule.kind == "class":
        # What nobody contradicts but by silence.
        is_one = len(set(given)) == 1 and given[0].class_ == rule.name
        return Decided(where, (given[0],), "chosen") if is_one else None
    at = next((at for at, vote in enumerate(where.votes) if vote.session == rule.name), None)
    if at is None:
        return None
    theirs = where.place.tags[at]
    return Decided(where, () if theirs is None else (theirs,), "nothing" if theirs is None else "chosen")
