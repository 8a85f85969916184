"""The answers to what is asked of a name that others took away, as steps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    """One of the answers: by what it is known among them, in words, and the step that it is."""

    key: str
    words: str
    change: Change


def asked_in_words(question: NameQuestion) -> str:
    """What is asked, and why."""
    gone, mine = question.gone, question.mine
    if gone.field == "name":
        return f"Somebody else has named the session “{gone.new[0]}”, and you “{mine}”."
    what, here = f"{SINGULAR[gone.field]} “{gone.old}”", " ".join(_meant_here(question))
    if not gone.new:
        return f"Somebody else has removed the {what}. {here}"
    if len(gone.new) == 1:
        return f"The {what} seems to be called “{gone.new[0]}” now: somebody else has changed it. {here}"
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
    yield Answer("mine", f"Mine: {draft.name}", Change(f"Keep the name “{draft.name}”", (answered,)))
    yield Answer("theirs", f"Theirs: {theirs}", Change(f"Name the session “{theirs}”", (named, answered)))


def _of_a_used_name(draft: Draft, field: Field, question: NameQuestion) -> Iterator[Answer]:
    """The name is used by tags that are not saved yet."""
    gone, what = question.gone, SINGULAR[field]
    names = tuple(name for name in names_of(draft, field) if name != gone.old)
    candidates = [name for name in gone.new if name in names]
    for name in unique((*candidates, *names)):
        title, words = f"Call {what} {gone.old} {name} as well", f"Call mine {name}"
        if name in candidates or question.merged:
            rule = Rename(field=field, old=gone.old, new=name)
            edits = _edits(draft, gone, [rule], names)
        else:  # it is not what others call theirs: what was read keeps its name
            edits = (*_retagged(question.documents, field, gone.old, name), AnswerEdit(gone=gone))
        yield Answer(f"as:{name}", words, Change(title, edits))
    again = Change(f"Put {what} {gone.old} back", _edits(draft, gone, [], (*names, gone.old)))
    yield Answer("back", f"Put {gone.old} back", again)
    away = Rename(field=field, old=gone.old, new=None)
    removed = Change(f"Remove the tags of {what} {gone.old}", _edits(draft, gone, [away], names))
    yield Answer("remove", "Remove my tags", removed)


def _of_a_renamed_name(draft: Draft, field: Field, gone: NameGone, mine: str | None) -> Iterator[Answer]:
    """`gone` was renamed, merged or removed here as well."""
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
    later = {rule for name in moved for rule in _way(draft, field, name, to=gone.old)}
    back = tuple(
        RenameEdit(index=index, rule=draft.renames.made[index], on=not forward)
        for index, forward in sorted(later.union(way), reverse=True)
    )
    again = [_forward(draft.renames.made[index], forward) for index, forward in sorted(later)]
    for name in gone.new:
        after = unique(name if one in own else one for one in (*names, name))
        rule = Rename(field=field, old=gone.old, new=name)
        step = Change(f"Call {what} {gone.old} {name}", _edits(draft, gone, [rule, *again], after, back))
        yield Answer(f"theirs:{name}", f"Theirs: {name}", step)
    for name in gone.new:
        rule = Rename(field=field, old=name, new=mine)
        after = renamed_list(names, field, [(rule, True)])
        title = f"Remove {what} {name}" if mine is None else f"Merge {what} {name} into {mine}"
        words = f"Mine: {name} is removed" if mine is None else f"Mine: {name} is called {mine}"
        yield Answer(f"mine:{name}", words, Change(title, _edits(draft, gone, [rule], after)))
    if not gone.new:
        after = tuple(name for name in names if name not in own)
        rule = Rename(field=field, old=gone.old, new=None)
        step = Change(f"Remove {what} {gone.old}", _edits(draft, gone, [rule, *again], after, back))
        yield Answer("theirs", "Theirs: it is removed", step)
    words = "They are two different ones" if gone.new else f"Mine: {mine} stays"
    yield Answer("apart", words, Change(f"Keep {what} {mine or gone.old} apart", (AnswerEdit(gone=gone),)))


def _retagged(documents: Iterable[DraftDocument], field: Field, old: str, new: str) -> Iterator[Edit]:
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
