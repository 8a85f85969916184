"""What a lead did while deciding, as numbered acts that a browser sends. Pure.

They are numbered by the window that they come from, and sent again until they are acknowledged, as those on
the text of Annotate are (`labeling.editing.text`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, StrictInt, StrictStr, ValidationError

from labeling.model import Value

MOST = 2000
"""Acts of one report that are looked at; the browser sends the rest again."""


class DecideAct(Value):
    """One thing that a lead did; `position` is where the document stood in the final version.

    `decide`: at a `place` by a `choice`: the number of a lane, from 1; `a0`, `a1`: what is proposed there,
    `a`: that nothing is; `0`: nothing is here; `k`: what was decided is kept. `done`: the document is
    decided, on to the next. `go`: to the next, `way` forward or back. `undo`, `redo`: of the whole session.
    `ask`: for `what` the page has. `unreadable`: an act that is none of these.
    """

    number: StrictInt = Field(gt=0)
    window: StrictStr = Field(min_length=1, max_length=40)
    kind: Literal["decide", "done", "go", "undo", "redo", "ask", "unreadable"]
    document: StrictStr = ""
    position: StrictInt = 0
    place: StrictStr = ""
    choice: StrictStr = ""
    way: Literal[1, -1] = 1
    what: StrictStr = ""

    @property
    def of(self) -> tuple[str, int]:
        """The window and its number: what is acknowledged."""
        return (self.window, self.number)


def decide_acts_in(report: object) -> list[DecideAct]:
    """The acts of a browser's report, in order; the report may be anything. What has no number is dropped,
    what has one but cannot be read is `unreadable`."""
    items = report.get("acts") if isinstance(report, Mapping) else None
    found = []
    for item in items[:MOST] if isinstance(items, Sequence) and not isinstance(items, str) else ():
        act = _decide_act(item)
        if act is not None:
            found.append(act)
    return found


def _decide_act(item: object) -> DecideAct | None:
    try:
        return DecideAct.model_validate(item)
    except ValidationError:
        numbered = (
            {name: item.get(name) for name in ("number", "window")} if isinstance(item, Mapping) else {}
        )
    try:
        return DecideAct.model_validate({**numbered, "kind": "unreadable"})
    except ValidationError:
        return None
