"""What there is to decide, put side by side once for all tabs of a process while nobody changes a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

from labeling.agreement.shared import Counted
from labeling.model import Session
from labeling.reviewing.final_version import DecideRow, NotComparable, is_finished
from labeling.studio.client import LabelingClient

Stamp = tuple[str, Counted, tuple[tuple[str, str, bool], ...]]
"""At which API, which documents count, and of each session its lasting name, the server's tag of its state,
and whether it is finished; the final version is the last of them."""


@dataclass(frozen=True, eq=False)
class SideBySide:
    """The documents of a final version with what each session has of them. `done`: the marks of the final
    version, as they were read."""

    rows: tuple[DecideRow, ...]
    left_out: NotComparable
    done: Mapping[str, bool]


_known: WeakValueDictionary[Stamp, SideBySide] = WeakValueDictionary()
"""What tabs have, for as long as one has it."""


def stamp_of(
    api: LabelingClient, api_name: str, sessions: Sequence[Session], counted: Counted
) -> Stamp | None:
    """What names the present state of sessions; None where the server does not say it. It is asked as the
    person whose client it is: who may not see a session gets NotFound."""
    states = []
    for session in sessions:
        now, tag = api.session_tag(session.project_id, session.id)
        if tag is None or now.lasting_name != session.lasting_name or now.status != session.status:
            return None
        states.append((now.lasting_name, tag, is_finished(now)))
    return (api_name, counted, tuple(states))


def known_as(stamp: Stamp | None) -> SideBySide | None:
    """What another tab has put side by side of just that."""
    return None if stamp is None else _known.get(stamp)


def keep_as(began: Stamp | None, stamps: Sequence[Stamp | None], made: SideBySide) -> None:
    """Let other tabs have it, where nothing changed while it was read. `began`: as the sessions stood then,
    those of them that there were; `stamps`: before the final version was read, and after."""
    before, *later = stamps
    if began is None or before is None or any(one != before for one in later):
        return
    if began[:2] == before[:2] and began[2] == before[2][: len(began[2])]:
        _known[before] = made
