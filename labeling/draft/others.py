"""What others made of the session's name, classes and labels that is at odds with what was done here. Pure.

Found when the session is read, kept in the draft until it is answered, and never settled in silence: what
others took away from the lists may be a rename, which only a person can tell from a removal and an addition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import AnswerEdit, NameEdit
from labeling.draft.vocabulary import FIELDS, Field, NameGone, name_now, renamed_list, uses_in
from labeling.model import Session, unique


class NameQuestion(NamedTuple):
    """A name that is gone from the server, and what was done with it here.

    `mine` is what it is called here (its own name: not renamed), None where it is removed here. Where it is
    used under its own name, `documents` are the changed ones in which a change is about its tags, and
    `merged` the names of the session that are called so here.
    """

    gone: NameGone
    mine: str | None
    documents: tuple[DraftDocument, ...] = ()
    merged: tuple[str, ...] = ()


# Found


def gone_between(draft: Draft, base: Session | Draft, now: Session) -> tuple[NameGone, ...]:
    """What is known of names that others took away, when the session is read and was `base` before."""
    before = {(one.field, one.old): one for one in draft.gone}
    known = dict(before)
    for one in (*_name_gone(draft, base, now), *_names_gone(draft, base, now)):
        was = known.get((one.field, one.old))
        new = one.new if was is None else unique((*was.new, *one.new))
        known[one.field, one.old] = one.model_copy(update={"new": new})
    found = (_as_of(one, draft, base, now) for one in known.values())
    return tuple(
        _judged(one, before.get((one.field, one.old)), draft, base, now) for one in found if one is not None
    )


def _judged(
    one: NameGone, before: NameGone | None, draft: Draft, base: Session | Draft, now: Session
) -> NameGone:
    """The same with what the lists tell: only of one name that went and one that came it may be a rename."""
    if before is not None and before.is_same(one):
        return before
    may_be = False
    if one.field != "name" and not is_begun(draft) and (before is None or before.rename != "unknown"):
        went = set(getattr(base, one.field)) - set(getattr(now, one.field))
        may_be = len(went) == len(one.new) == 1 and one.new == _came(draft, one.field, base, now)
    return one.model_copy(update={"rename": "open" if may_be else "unknown"})


def _as_of(one: NameGone, draft: Draft, base: Session | Draft, now: Session) -> NameGone | None:
    """The same after the session was read again; None: it is there again, or the same here and there."""
    if one.field == "name":
        return None if draft.name == now.name else one.model_copy(update={"new": (now.name,)})
    there = getattr(now, one.field)
    if one.old in there:
        return None
    came = _came(draft, one.field, base, now)
    new = [next_ for name in one.new for next_ in ((name,) if name in there else came)]
    return one.model_copy(update={"new": unique(new)})


def _name_gone(draft: Draft, base: Session | Draft, now: Session) -> Iterator[NameGone]:
    """The session's name: set here and by others, to two different ones."""
    mine = {edit.after for step in draft.steps for edit in step.edits if isinstance(edit, NameEdit)}
    if draft.name != base.name != now.name != draft.name and now.name not in mine:
        yield NameGone(field="name", old=base.name, new=(now.name,))


def _names_gone(draft: Draft, base: Session | Draft, now: Session) -> Iterator[NameGone]:
    """Names of the lists that somebody else took away, and that are still meant here."""
    # Halfway through one's own renames the lists are not followed, and so are found as before.
    answered = _answered(draft) if is_begun(draft) else {}
    for field in FIELDS:
        was, there, mine = getattr(base, field), getattr(now, field), getattr(draft, field)
        if was == there:
            continue
        came = _came(draft, field, base, now)
        for name in was:
            if name in there:
                continue
            called = renamed_list((name,), field, draft.pending_renames)
            if called == (name,):
                is_at_odds = name in mine
            else:  # nobody need be asked who did the same, or sees what a save of one's own has begun
                is_missing = bool(called) and not _is_there(draft, field, name, there) and not is_begun(draft)
                is_at_odds = bool(came) or is_missing
            known = answered.get((field, name))
            if is_at_odds and (known is None or not known.issuperset(came)):
                yield NameGone(field=field, old=name, new=came)


def _is_there(draft: Draft, field: Field, name: str, there: Collection[str]) -> bool:
    """Whether the server has what `name` is called here; one that is about to go to another does not count,
    unless a save of one's own is on the way there."""
    pending = draft.pending_renames
    *way, called = (name_now(name, field, pending[:n]) for n in range(1, len(pending) + 1))
    is_stable = name_now(called, field, pending) == called
    is_on_its_way = any(each in there for each in way if each not in (name, called))
    return called in there and (is_stable or is_on_its_way)


def _answered(draft: Draft) -> dict[tuple[str, str], set[str]]:
    """For each name about which an answer stands: the names that had come then."""
    found: dict[tuple[str, str], set[str]] = {}
    for edit in (edit for step in draft.steps for edit in step.edits if isinstance(edit, AnswerEdit)):
        key = (edit.gone.field, edit.gone.old)
        if edit.is_answered:
            found[key] = set(edit.gone.new)
        else:
            found.pop(key, None)
    return found


def _came(draft: Draft, field: Field, base: Session | Draft, now: Session) -> tuple[str, ...]:
    """Names that others brought; not those that a save of one's own brings, on its way."""
    known = {*getattr(base, field), *getattr(draft, field)}
    known |= {
        name or "" for rule in draft.renames.made if rule.field == field for name in (rule.old, rule.new)
    }
    return tuple(name for name in getattr(now, field) if name not in known)


def is_begun(draft: Draft) -> bool:
    """Whether a save began to bring the server to renames that it is not known to hold."""
    return any(clock > draft.renames_held for clock in draft.renames.tried)


# Asked


def questions(draft: Draft) -> tuple[NameQuestion, ...]:
    """What has to be answered before everything can be saved, in the order in which it was found."""
    return tuple(found for one in draft.gone if (found := _question(draft, one)) is not None)


def _question(draft: Draft, one: NameGone) -> NameQuestion | None:
    if one.field == "name":
        return NameQuestion(one, draft.name) if draft.name != draft.base.name else None
    pending = draft.pending_renames
    called = renamed_list((one.old,), one.field, pending)
    if called != (one.old,):
        return NameQuestion(one, called[0] if called else None)
    concerned = tuple(
        document for document in draft.changed_documents if is_changed_in(document, one.field, one.old)
    )
    merged = tuple(
        name
        for name in renamed_names(draft, one.field)
        if name_now(name, one.field, pending) == one.old != name and name in getattr(draft.base, one.field)
    )
    is_anew = one.old in getattr(draft, one.field) and one.old not in getattr(draft.base, one.field)
    if merged or (concerned and not is_anew):
        return NameQuestion(one, one.old, concerned, merged)
    return None


def renamed_names(draft: Draft, field: Field) -> tuple[str, ...]:
    """The names from which a rename starts that the server does not hold yet."""
    rules = draft.pending_renames
    starts = (rule.old if forward else rule.new for rule, forward in rules if rule.field == field)
    return unique(name for name in starts if name is not None)


def is_changed_in(document: DraftDocument, field: Field, name: str) -> bool:
    """Whether the document's changes are about tags of that name."""
    base = document.base_by_key
    mine = {segment.key: segment for segment in document.segments}
    changed = (side[key].finished() for key in document.changed_keys for side in (base, mine) if key in side)
    return uses_in(changed, field, name)


def missing_names(draft: Draft, documents: Iterable[DraftDocument], now: Session) -> tuple[NameGone, ...]:
    """The names that changes of these documents use, that are in no list, here or there, and not known to be
    gone."""
    known = {(one.field, one.old) for one in draft.gone}
    found: dict[NameGone, None] = {}
    for document in documents:
        for field in FIELDS:
            used = {
                tag.class_ if field == "classes" else tag.label
                for key in document.changed_keys
                if (segment := document.find(key)) is not None
                for tag in segment.finished().tags
            }
            there = {*getattr(now, field), *getattr(draft, field)}
            missing = sorted(name for name in used if name and name not in there)
            found |= {NameGone(field=field, old=name): None for name in missing if (field, name) not in known}
    return tuple(found)


def renames_wait(asked: Iterable[NameQuestion]) -> bool:
    """Whether what was renamed here cannot be sent before an answer."""
    return any(one.gone.field != "name" and (one.merged or one.mine != one.gone.old) for one in asked)
