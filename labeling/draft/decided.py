"""What is decided at a place of a document: whose tags were there, what came of them, and how. Pure.

It is part of a step on the draft of the final version, so that undo takes it back, and no kill comes between.
"""

from __future__ import annotations

from typing import Literal

from labeling.model import Unit, Value

How = Literal["agreed", "majority", "chosen", "edited", "nothing", "single"]
"""Everybody had it; most had it; one person's was taken; made by hand; nothing is tagged here; one person
alone had the document."""


class Vote(Value):
    """What a session (by its lasting name) has at the place; None: nothing."""

    session: str
    tag: Unit | None = None


class Decision(Value):
    """`outcome` is what the final version has there; nothing is an outcome as well.

    `place` names it among the decisions of its document. A decision stands on the votes that it was made on:
    where there are others now, it is overtaken.
    """

    place: str
    votes: tuple[Vote, ...]
    outcome: tuple[Unit, ...] = ()
    how: How = "chosen"
    note: str = ""

    @property
    def span(self) -> tuple[int, int]:
        """From where the first of its tags starts to where the last one ends (code points)."""
        tags = [*(vote.tag for vote in self.votes if vote.tag is not None), *self.outcome]
        return min((tag[0] for tag in tags), default=0), max((tag[1] for tag in tags), default=0)
