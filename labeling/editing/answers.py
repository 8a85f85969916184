"""The answers to what is asked of a name that others took away, as steps. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.edits import AnswerEdit, Change, Edit, NameEdit, NamesEdit, RenameEdit, edited
from labeling.draft.others import NameQuestion, renamed_names
from labeling.draft.segment import DraftSegment
from labeling.draft.vocabulary import SINGULAR, Field, NameGone, Rename, called_now, name_now, renamed_list
from labeling.editing.session import names_of
from labeling.model import Tag, unique
from labeling.phrases import count_of


class Answer(NamedTuple):
    """One of the answers: by what it is known among them, in words, and what makes the step that it is, once
    it is given: where many names are gone, all steps would take seconds."""

    key: str
    words: str
    step: Callable[[], Change]


def asked_in_words(question: NameQuestion) -> str:
    """What is asked, and why."""
    gone, mine = question.gone, question.mine
    if gone.field == "name":
        return f"Somebody else has named the session “{gone.new[0]}”, and you “{mine}”."
    what, here = f"{SINGULAR[gone.field]} “{gone.old}”", " ".join(_meant_here(question))
    if not gone.new:
        return f"Somebody else has removed the {what}. {here}"
    if gone.rename == "seen":
        return f"The {what} is called “{gone.new[0]}” now: yours too? {here}"
    names = ", ".join(f"“{name}”" for name in gone.new)
    return f"Somebody else has taken the {what} away and added {names}. {here}"


def _meant_here(question: NameQuestion) -> Iterator[str]:
    if question.mine is None:
        yield "You removed it."
    elif question.mine != question.gone.old:
        yield f"You call it “{question.mine}”."
    if question.documents:
        yield f"Your changes in {count_of(len(question.documents), 'document')} use it."
    if question.merged:
        yield f"You call {', '.join(f'“{name}”' for name in question.merged)} so as well."


def answers(draft: Draft, question: NameQuestion) -> tuple[Answer, ...]:
    """The answers, the likeliest first; each settles the question, and can be undone like any step."""
    gone, mine = question.gone, question.mine
    if gone.field == "name":
        return tuple(_of_the_name(draft, gone))
    if mine == gone.old:
        return tuple(_of_a_used_name(draft, gone.field, question))
    return tuple(_of_a_renamed_name(draft, gone.field, gone, mine))


def _of_the_name(draft: Draft, gone: NameGone) -> Iterator[Answer]:
    answered, theirs = AnswerEdit(gone=gone), gone.new[0]
    named = NameEdit(before=draft.name, after=theirs)
    yield Answer("mine", f"Mine: {draft.name}", lambda: Change(f"Keep the name “{draft.name}”", (answered,)))
    yield Answer(
        "theirs", f"Theirs: {theirs}", lambda: Change(f"Name the session “{theirs}”", (named, answered))
    )


# A name that tags use which are not saved yet


def _of_a_used_name(draft: Draft, field: Field, question: NameQuestion) -> Iterator[Answer]:
    gone = question.gone
    names = tuple(name for name in names_of(draft, field) if name != gone.old)
    candidates = [name for name in gone.new if name in names]
    for name in unique((*candidates, *names)):
        is_theirs = name in candidates or bool(question.merged)
        make = partial(_called_theirs if is_theirs else _retagged, draft, question, field, name)
        yield Answer(f"as:{name}", f"Call mine {name}", make)
    yield Answer("back", f"Put {gone.old} back", partial(_put_back, draft, gone, field))
    yield Answer("remove", "Remove my tags", partial(_called_theirs, draft, question, field, None))


def _called_theirs(draft: Draft, question: NameQuestion, field: Field, name: str | None) -> Change:
    """What was read is called so as well; None: its tags go."""
    gone, what = question.gone, SINGULAR[field]
    names = (one for one in names_of(draft, field) if one != gone.old)
    edits = _edits(draft, gone, [Rename(field=field, old=gone.old, new=name)], names)
    if name is None:
        return Change(f"Remove the tags of {what} {gone.old}", edits)
    return Change(_as_well(field, gone, name), edits)


def _retagged(draft: Draft, question: NameQuestion, field: Field, name: str) -> Change:
    """It is not what others call theirs: what was read keeps its name."""
    edits = _retags(question.documents, field, question.gone.old, name)
    return Change(_as_well(field, question.gone, name), (*edits, AnswerEdit(gone=question.gone)))


def _as_well(field: Field, gone: NameGone, name: str) -> str:
    return f"Call {SINGULAR[field]} {gone.old} {name} as well"


def _put_back(draft: Draft, gone: NameGone, field: Field) -> Change:
    others = (name for name in names_of(draft, field) if name != gone.old)
    return Change(f"Put {SINGULAR[field]} {gone.old} back", _edits(draft, gone, [], (*others, gone.old)))


# A name that was renamed, merged or removed here as well


def _of_a_renamed_name(draft: Draft, field: Field, gone: NameGone, mine: str | None) -> Iterator[Answer]:
    for name in gone.new:
        taken = partial(_theirs_taken, draft, gone, field, mine, name)
        yield Answer(f"theirs:{name}", f"Theirs: {name}", taken)
    for name in gone.new:
        words = f"Mine: {name} is removed" if mine is None else f"Mine: {name} is called {mine}"
        yield Answer(f"mine:{name}", words, partial(_theirs_renamed, draft, gone, field, mine, name))
    if not gone.new:
        taken = partial(_theirs_taken, draft, gone, field, mine, None)
        yield Answer("theirs", "Theirs: it is removed", taken)
    words = "They are two different ones" if gone.new else f"Mine: {mine} stays"
    title = f"Keep {SINGULAR[field]} {mine or gone.old} apart"
    yield Answer("apart", words, lambda: Change(title, (AnswerEdit(gone=gone),)))


def _theirs_taken(draft: Draft, gone: NameGone, field: Field, mine: str | None, name: str | None) -> Change:
    """My own rename is taken back, and the name is called as others call it; None: it goes."""
    what, names = SINGULAR[field], names_of(draft, field)
    left = [other.old for other in draft.gone if other.field == field]
    others = {*getattr(draft.base, field), *left} - {gone.old}
    called = renamed_list(tuple(others), field, draft.pending_renames)
    way = _way(draft, field, gone.old)
    # The name that this one alone brings; what another was merged into stands by itself.
    is_own = all(draft.renames.made[index].is_fresh for index, _ in way)
    own = {mine} - {*getattr(draft.base, field), *called} if is_own else set()
    # What else is called as this one was has to come to that name after this one has left it.
    moved = others.intersection(renamed_names(draft, field))
    later = {rule for other in moved for rule in _way(draft, field, other, to=gone.old)}
    back = tuple(
        RenameEdit(index=index, rule=draft.renames.made[index], on=not forward)
        for index, forward in sorted(later.union(way), reverse=True)
    )
    again = [_forward(draft.renames.made[index], forward) for index, forward in sorted(later)]
    rules = [Rename(field=field, old=gone.old, new=name), *again]
    if name is None:
        kept = (one for one in names if one not in own)
        return Change(f"Remove {what} {gone.old}", _edits(draft, gone, rules, kept, back))
    after = unique(name if one in own else one for one in (*names, name))
    return Change(f"Call {what} {gone.old} {name}", _edits(draft, gone, rules, after, back))


def _theirs_renamed(draft: Draft, gone: NameGone, field: Field, mine: str | None, name: str) -> Change:
    """What others call so is called, or removed, as mine is."""
    what, rule = SINGULAR[field], Rename(field=field, old=name, new=mine)
    title = f"Remove {what} {name}" if mine is None else f"Merge {what} {name} into {mine}"
    after = renamed_list(names_of(draft, field), field, [(rule, True)])
    return Change(title, _edits(draft, gone, [rule], after))


# Both


def _retags(documents: Iterable[DraftDocument], field: Field, old: str, new: str) -> Iterator[Edit]:
    """The edits that give the tags which were given or moved here the new name."""
    for document in documents:
        after: dict[str, DraftSegment | None] = {}
        for key in document.changed_keys:
            segment, read = document.find(key), document.base_by_key.get(key)
            if segment is not None:
                is_moved = read is None or read.segment.span != segment.segment.span
                known = {} if read is None or is_moved else read.tags_by_key
                there = segment.tags_by_key
                mine = {
                    tag_key: (_named(tag, field, old, new), clock)
                    for tag_key, (tag, clock) in there.items()
                    if known.get(tag_key) != (tag, clock)
                }
                after[key] = segment.with_tags(there | mine)
        yield from edited(document, after)


def _named(tag: Tag, field: Field, old: str, new: str) -> Tag:
    return called_now(tag, [(Rename(field=field, old=old, new=new), True)]) or tag


def _way(draft: Draft, field: Field, name: str, to: str | None = None) -> list[tuple[int, bool]]:
    """(which, forward) of the rules by which `name` is called otherwise here; none where it is not called
    `to`, if that is given."""
    way = []
    for index, forward in draft.renames.switched_since(draft.renames_held):
        after = name_now(name, field, [(draft.renames.made[index], forward)])
        if name and after != name:
            way.append((index, forward))
            name = after
    return way if to in (None, name) else []


def _forward(rule: Rename, forward: bool) -> Rename:
    """The rule that does the same forward."""
    return rule if forward else Rename(field=rule.field, old=rule.new or "", new=rule.old, is_fresh=True)


def _edits(
    draft: Draft, gone: NameGone, rules: Sequence[Rename], after: Iterable[str], back: Sequence[Edit] = ()
) -> tuple[Edit, ...]:
    field = gone.field
    assert field != "name"
    made, before, names = len(draft.renames.made), names_of(draft, field), tuple(after)
    renames = [RenameEdit(index=made + n, rule=rule) for n, rule in enumerate(rules)]
    lists = [NamesEdit(field=field, before=before, after=names)] if names != before else []
    return (*back, *renames, *lists, AnswerEdit(gone=gone))
