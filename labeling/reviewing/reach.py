"""Who will see a note that is for who tagged a session, and who cannot. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from labeling.model import Member, Session, unique
from labeling.phrases import count_of
from labeling.store.review_values import StoredPlan

NAMED = 4
"""People named one by one; of more, the rest are counted."""


class Reached(NamedTuple):
    """People by what they are called: `they` see it; those `without_account` work in sessions of who writes;
    those who are `gone` have no role in the project any more. `opened`: sessions of which it is not known who
    tags them; `own`: how many others are of who writes. `is_here_alone`: the server itself keeps no notes.
    """

    they: tuple[str, ...] = ()
    without_account: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    own: int = 0
    is_here_alone: bool = False


def reached(
    sessions: Iterable[Session],
    plans: Iterable[StoredPlan],
    members: Sequence[Member] | None,
    person: str,
    *,
    is_here_alone: bool,
) -> Reached:
    """Whom notes of `person` on these sessions reach. `members`: everybody with a role in the project; None:
    the server does not tell. Plans know people whom it does not know."""
    planned = _planned(plans)
    called = {str(one.id): one.name or one.email or f"Person {one.id}" for one in members or ()}
    they, without, gone, opened = list[str](), list[str](), list[str](), list[str]()
    own = 0
    for session in sessions:
        tagger, title = str(session.user_id or ""), f"“{session.name or session.id}”"
        name = planned.get(session.lasting_name, "")
        if not tagger or not person.isdecimal():
            opened.append(title)
        elif tagger == person and name:
            without.append(name)
        elif tagger == person:
            own += 1
        elif members is None or tagger in called:
            they.append(called.get(tagger) or name or f"whoever {title} is of")
        else:
            gone.append(name or f"whoever {title} was of")
    return Reached(unique(they), unique(without), unique(gone), unique(opened), own, is_here_alone)


def _planned(plans: Iterable[StoredPlan]) -> Mapping[str, str]:
    """Who works in a session by a plan that alone knows them."""
    return {
        part.session: part.who.name
        for plan in plans
        for part in plan.sessions
        if part.session and part.who.name and not part.who.person.isdecimal()
    }


def reached_in_words(found: Reached, *, are_named: bool = True) -> str:
    """In a sentence for each kind. Where people are not to be named, they are counted."""

    def some(those: Sequence[str], what: str, many: str = "") -> str:
        if not are_named:
            return count_of(len(those), what, many)
        shown = those if len(those) <= NAMED + 1 else those[:NAMED]
        rest = len(those) - len(shown)
        ends = [*shown, f"{rest:,} more"] if rest else [*shown]
        return f"{', '.join(ends[:-1])} and {ends[-1]}" if len(ends) > 1 else ends[0]

    said = []
    if found.they:
        said.append(f"Seen on the text by {some(found.they, 'person', 'people')}.")
    if found.opened:
        said.append(f"Seen by whoever opens {some(found.opened, 'session')} here.")
    if those := found.without_account:
        whose = "the session is" if len(those) == 1 else "the sessions are"
        said.append(f"Not seen by {some(those, 'person', 'people')}: no account, {whose} yours.")
    if those := found.gone:
        said.append(f"Not seen by {some(those, 'person', 'people')}: no longer in this project.")
    if found.own:
        said.append(
            f"Seen by you: {'the session is' if found.own == 1 else f'{found.own:,} sessions are'} yours."
        )
    if found.is_here_alone:
        said.append("Who works without this app does not see it: the Studio API keeps no notes.")
    return " ".join(said)
