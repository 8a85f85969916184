"""Whether a name that others took away is called otherwise now: told by the tags under both names. Pure.

One name that went and one that came may be a rename, or a removal and an addition that have nothing to do
with each other. It is a rename only where every tag under the old name, in the documents that were read
before and are read again, stands at its place under the new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from labeling.draft.document import DraftDocument
from labeling.draft.draft import Draft
from labeling.draft.others import questions
from labeling.draft.vocabulary import Field, NameGone, uses_in
from labeling.model import Document, Segment, Unit


def uncompared(draft: Draft) -> tuple[NameGone, ...]:
    """The names that are asked about and may have been renamed, as far as the lists tell."""
    return tuple(one.gone for one in questions(draft) if one.gone.rename == "open")


def telling_documents(draft: Draft) -> tuple[DraftDocument, ...]:
    """The documents that have to be read again to tell: those with tags under one of these names."""
    names = [(one.field, one.old) for one in uncompared(draft) if one.field != "name"]
    return tuple(one for one in _as_held(draft) if any(uses_in(one.base_segments, *name) for name in names))


def compared(draft: Draft, there: Mapping[str, Document]) -> tuple[NameGone, ...]:
    """The same names with what the documents tell, of which `there` is what the server holds now, by key."""
    told = []
    for one in uncompared(draft):
        is_seen = one.field != "name" and _is_renamed(draft, one.field, one.old, *one.new, there=there)
        told.append(one.model_copy(update={"rename": "seen" if is_seen else "unknown"}))
    return tuple(told)


def with_told(draft: Draft, told: Iterable[NameGone]) -> tuple[NameGone, ...]:
    """The names that are gone, those with what was told of them that are still the same."""
    named = {(one.field, one.old, one.new): one for one in told}
    return tuple(named.get((one.field, one.old, one.new), one) for one in draft.gone)


def _is_renamed(draft: Draft, field: Field, old: str, new: str, *, there: Mapping[str, Document]) -> bool:
    was: Counter[tuple[str, Unit]] = Counter()
    now: Counter[tuple[str, Unit]] = Counter()
    for document in _as_held(draft):
        read = there.get(document.key)
        if read is None or read.text != document.text:
            continue
        was.update((document.key, place) for place in _places(document.base_segments, field, old))
        now.update((document.key, place) for place in _places(read.segments, field, new))
    return bool(was) and was <= now


def _as_held(draft: Draft) -> Iterator[DraftDocument]:
    """The documents of the draft, their tags under the names that the server is known to have for them."""
    renames = draft.renames.upto(draft.renames_held)
    return (document.called_now(renames) for document in draft.documents.values())


def _places(segments: Iterable[Segment], field: Field, name: str) -> Iterator[Unit]:
    """Where the name's tags stand, and what else each of them says."""
    for segment in segments:
        for tag in segment.tags:
            if (tag.class_ if field == "classes" else tag.label) == name:
                rest = (None, tag.label) if field == "classes" else (tag.class_, None)
                yield (segment.start, segment.end, *rest)
