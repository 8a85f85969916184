"""What a person said of suggestions, as the review store keeps it: taken, taken as something else, rejected,
or left alone. So it is known of each tag whether it was suggested."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from labeling.draft.ruled import Ghost
from labeling.model import TagNames, Unit
from labeling.store.review_values import StoredVerdict, Who

SUGGESTED = "suggested"
"""The name of the list that these verdicts stand in."""
SaidOf = Literal["taken", "changed", "rejected", "left"]
"""`left`: the document was called done while it was still suggested."""
OUTCOMES: tuple[SaidOf, ...] = ("taken", "changed", "rejected", "left")


def verdict_on_ghost(
    document: str, ghost: Ghost, outcome: SaidOf, by: Who, names: TagNames = (None, None)
) -> StoredVerdict:
    """What is kept about a suggestion for the document with the key; `names`: the tag that it was taken as.
    Of one suggestion a person's last word counts."""
    tag = list(ghost.tag)
    unit = [ghost.start, ghost.end, *tag]
    mark = hashlib.sha256(json.dumps([by.person, document, unit]).encode()).hexdigest()[:32]
    body: dict[str, Any] = {"span": [ghost.start, ghost.end], "tag": tag, "confidence": ghost.confidence}
    if outcome == "changed":
        body["as"] = list(names)
    return StoredVerdict(SUGGESTED, mark, document, outcome, by, body)


class SaidOfSuggestion(NamedTuple):
    """A verdict, read: where (code points), which tag, and as which it was taken if that is another one."""

    document: str
    unit: Unit
    outcome: SaidOf
    person: str
    taken_as: TagNames

    @property
    def made(self) -> Unit:
        """The tag that it became, if it became one."""
        return (*self.unit[:2], *self.taken_as)


def read_said(verdicts: Iterable[StoredVerdict]) -> tuple[SaidOfSuggestion, ...]:
    """What is kept about suggestions among verdicts of a session; what is of another form is left out."""
    read = (_read(one) for one in verdicts if one.list == SUGGESTED)
    return tuple(one for one in read if one is not None)


def _read(verdict: StoredVerdict) -> SaidOfSuggestion | None:
    body, outcome = verdict.body, verdict.outcome
    try:
        (start, end), (class_, label) = body["span"], body["tag"]
        taken_as = body.get("as") or (class_, label)
        names: TagNames = (taken_as[0], taken_as[1])
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    known: SaidOf | None = next((one for one in OUTCOMES if one == outcome), None)
    unit: Unit = (start, end, class_, label)
    return known and SaidOfSuggestion(verdict.document, unit, known, verdict.by.person, names)


def suggested_tags(verdicts: Iterable[StoredVerdict]) -> frozenset[tuple[str, Unit]]:
    """Which tags of a session were suggested and taken, by the key of the document: agreement that is to say
    what people find by themselves leaves them out. One that is no longer there stands for nothing."""
    return frozenset(
        (one.document, one.made) for one in read_said(verdicts) if one.outcome in ("taken", "changed")
    )


class TakenOf(NamedTuple):
    """Of how many suggestions something was said, and how many of them were taken, changed ones included."""

    taken: int
    of: int

    def __str__(self) -> str:
        return f"taken {self.taken:,} of {self.of:,}" if self.of else ""


def worth_of(said: Iterable[SaidOfSuggestion]) -> TakenOf:
    """What suggestions were worth to a person, or to all."""
    outcomes = [one.outcome for one in said]
    return TakenOf(sum(one in ("taken", "changed") for one in outcomes), len(outcomes))
