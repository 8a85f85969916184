"""Which document of one session is which document of another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from labeling.agreement.tags import TaggedText

_Row = dict[int, TaggedText]
"""One document by the index of each person who has it."""
_Key = Callable[[TaggedText], object]


class Counted(StrEnum):
    """Which of a person's documents count as theirs."""

    DONE = "done"
    """Those that are done; the documents of a finished session are, whatever else the server says."""
    SHARED = "shared"
    """All of them, done or not."""
    TAGGED = "tagged"
    """Those in which the person tagged something."""


class SharedText(NamedTuple):
    """One document, as each person left it; None for who does not have it. `left_out`: stretches of the text
    (code points) of which nothing is compared."""

    text: str
    by_person: tuple[TaggedText | None, ...]
    left_out: tuple[tuple[int, int], ...] = ()

    @property
    def people(self) -> tuple[int, ...]:
        """The indexes of those who have it."""
        return tuple(person for person, given in enumerate(self.by_person) if given is not None)


class OtherText(NamedTuple):
    """An id under which the sessions hold different texts, which are not compared: (person's index, document)
    of each."""

    id: int
    documents: tuple[tuple[int, TaggedText], ...]


@dataclass(frozen=True)
class Shared:
    """The documents of several sessions put side by side, in the order of the first session that has them.

    `in_all`, `in_some`, `in_one`: how many are in all sessions, in two or more but not all, in one only.
    """

    texts: tuple[SharedText, ...]
    other_texts: tuple[OtherText, ...]
    people: int

    @property
    def in_all(self) -> int:
        return sum(len(text.people) == self.people for text in self.texts)

    @property
    def in_some(self) -> int:
        return sum(1 < len(text.people) < self.people for text in self.texts)

    @property
    def in_one(self) -> int:
        return sum(len(text.people) == 1 < self.people for text in self.texts)


def shared(sessions: Sequence[Sequence[TaggedText]]) -> Shared:
    """Put the documents of several sessions side by side.

    The same id and the same text is the same document; of the others, the n-th document with a text is the
    n-th with that text elsewhere. An id whose other texts found no partner is listed and not compared.
    """
    rows: list[_Row] = []
    by_id: dict[object, list[_Row]] = defaultdict(list)
    by_text: dict[object, list[_Row]] = defaultdict(list)
    several = _held_by_several(sessions)

    def put(person: int, documents: Iterable[TaggedText], by: dict[object, list[_Row]], key_of: _Key) -> None:
        at: Counter[object] = Counter()
        for document in documents:
            key = key_of(document)
            found = by[key]
            while at[key] < len(found) and person in found[at[key]]:
                at[key] += 1
            if at[key] < len(found):
                found[at[key]][person] = document
                continue
            row = {person: document}
            rows.append(row)
            by_text[document.text].append(row)
            by_id[_id_and_text(document)].append(row)

    for person, documents in enumerate(sessions):
        put(person, (one for one in documents if _id_and_text(one) in several), by_id, _id_and_text)
    for person, documents in enumerate(sessions):
        put(person, (one for one in documents if _id_and_text(one) not in several), by_text, _text)
    rows.sort(key=lambda row: min((person, document.position) for person, document in row.items()))
    texts = (
        SharedText(next(iter(row.values())).text, tuple(row.get(person) for person in range(len(sessions))))
        for row in rows
    )
    return Shared(tuple(texts), _other_texts(rows), len(sessions))


def counts(document: TaggedText, counted: Counted, *, finished: bool = False) -> bool:
    """Whether a document counts as done by its person. `finished`: so is the whole session."""
    if counted is Counted.SHARED:
        return True
    if counted is Counted.TAGGED:
        return bool(document.tags)
    return finished if document.done is None else document.done


def compared(text: SharedText, counted: Counted, finished: Sequence[bool]) -> tuple[TaggedText | None, ...]:
    """What counts of a shared document, by person; None for who does not have it or has not done it."""
    return tuple(
        document if document is not None and counts(document, counted, finished=finished[person]) else None
        for person, document in enumerate(text.by_person)
    )


def _id_and_text(document: TaggedText) -> object:
    return (document.id, document.text)


def _text(document: TaggedText) -> object:
    return document.text


def _held_by_several(sessions: Sequence[Sequence[TaggedText]]) -> set[object]:
    """(id, text) of documents that stand in two or more sessions."""
    held = Counter(
        key
        for documents in sessions
        for key in {_id_and_text(document) for document in documents if document.id is not None}
    )
    return {key for key, times in held.items() if times > 1}


def _other_texts(rows: Sequence[_Row]) -> tuple[OtherText, ...]:
    """The ids that stand over different texts, where a document with such an id has no partner."""
    by_id: dict[int, list[tuple[int, TaggedText]]] = defaultdict(list)
    alone: set[int] = set()
    for row in rows:
        for person, document in row.items():
            if document.id is not None:
                by_id[document.id].append((person, document))
                if len(row) == 1:
                    alone.add(document.id)
    return tuple(
        OtherText(id_, tuple(held))
        for id_, held in by_id.items()
        if id_ in alone
        and len({document.text for _, document in held}) > 1
        and len({person for person, _ in held}) > 1
    )
