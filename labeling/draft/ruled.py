"""What a person says of a tag that a model proposed: taken, rejected, or open again. Pure.

It is part of a step, so that undo takes it back. What is proposed, and nobody has said anything of, is no
part of a draft: it is never sent, counted or exported as a tag.
"""

from __future__ import annotations

from typing import Literal

from pydantic import StrictFloat, StrictInt, StrictStr

from labeling.model import TagNames, Value

OF_SERVER = "proposal-"
"""What the keys of tags begin with that a server proposes; then comes the number of the tag."""
Says = Literal["taken", "rejected", "open"]


class Ghost(Value):
    """A tag that is proposed: where (code points), which, and how sure it is (0 to 1). `segment`: on which
    segment of the server it was shown, where one proposes it."""

    key: StrictStr
    start: int
    end: int
    tag: TagNames
    confidence: StrictFloat | None = None
    segment: StrictInt | None = None

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def number(self) -> int | None:
        """Its number on the server that proposes it; None for what another one proposes."""
        number = self.key.removeprefix(OF_SERVER)
        return int(number) if self.key.startswith(OF_SERVER) and number.isdecimal() else None


class Ruling(Value):
    """What a person says of a ghost; `taken_as`: the tag that it was taken as, which may be another one.

    `open`: it had been taken or rejected and saved, and that was undone.
    """

    ghost: Ghost
    says: Says
    taken_as: TagNames = (None, None)

    @property
    def key(self) -> str:
        return self.ghost.key


def with_ruling(
    rulings: tuple[Ruling, ...], before: Ruling | None, after: Ruling | None
) -> tuple[Ruling, ...]:
    """The rulings of a document with one more, or another one in its place.

    Where none is to stand and none stands, what was said before is saved: the ghost is to be open again.
    """
    key = (after or before).key  # type: ignore[union-attr]
    known = {one.key: one for one in rulings}
    if after is not None:
        known[key] = after
    elif key in known and known[key].says != "open":
        del known[key]
    elif before is not None:
        known[key] = before.model_copy(update={"says": "open"})
    return tuple(known.values())
