"""What a lead said of the rows of work lists: what is right is shown no more, lists earn their place. Pure.

A list stands the higher the more of its rows turned out to be errors, so far as that can be said by now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Literal, NamedTuple

from labeling.agreement.sampling import share_in_words, wilson_interval
from labeling.checking.suspects import DOUBTS, LISTS, ListName, Suspect
from labeling.phrases import count_of, tag_in_words
from labeling.store.review_values import StoredVerdict, Who

Said = Literal["right", "wrong"]
"""Of what stands there: it is right after all; or it was wrong, and was put right."""
MARK, ALONE, WORDS = "mark", "alone", "words"


def verdict_on(suspect: Suspect, said: Said, by: Who, *, alone: bool = True) -> StoredVerdict:
    """What is to be stored. `alone`: it was looked at by itself, not taken among many."""
    text = f"{suspect.document}\0{suspect.mark}"
    return StoredVerdict(
        list=suspect.list,
        item=blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
        document=suspect.document,
        outcome=said,
        by=by,
        body={MARK: suspect.mark, ALONE: alone, WORDS: in_words(suspect)},
    )


def in_words(suspect: Suspect) -> str:
    """What it is about, for whoever looks at it later: `“staff” Staff/NEG`."""
    if suspect.problem is not None:
        return suspect.problem.words
    _, words, _ = suspect.context
    return f"“{words}” {tag_in_words(suspect.names)}"


class ListStanding(NamedTuple):
    """A list: its rows that are still open, and what came of those that were looked at one by one."""

    name: ListName
    open: tuple[Suspect, ...]
    errors: int
    looked_at: int

    @property
    def title(self) -> str:
        return LISTS[self.name]

    @property
    def rate(self) -> str:
        """`17 of 25: 68 % (48-83)`."""
        return share_in_words(self.errors, self.looked_at)

    @property
    def at_least(self) -> float:
        """The lower end of the interval of the share that are errors."""
        return wilson_interval(self.errors, self.looked_at)[0]


def standings(
    found: Mapping[ListName, Sequence[Suspect]],
    verdicts: Mapping[int, Iterable[StoredVerdict]],
    stands: Callable[[Suspect], bool],
) -> tuple[ListStanding, ...]:
    """Every list, the one that proved itself most first; untried ones in their usual order.

    `verdicts` of each session; `stands`: whether a row is still as it was found. What was put right and
    stands again as it was (it was undone) was not looked at.
    """
    said: dict[tuple[int, str], list[tuple[StoredVerdict, str]]] = defaultdict(list)
    for session, given in verdicts.items():
        for verdict in given:
            said[session, verdict.document].append((verdict, str(verdict.body.get(MARK, ""))))

    def is_right(row: Suspect) -> bool:
        here = said.get((row.session, row.document))
        return here is not None and any(one.outcome == "right" and mark == row.mark for one, mark in here)

    lists = []
    for name, rows in found.items():
        there = [row for row in rows if stands(row)]
        undone = {
            (row.session, row.document, row.mark) for row in there if (row.session, row.document) in said
        }
        counted = [
            verdict
            for (session, document), given in said.items()
            for verdict, mark in given
            if verdict.list == name
            and verdict.body.get(ALONE, True)
            and (verdict.outcome == "right" or (session, document, mark) not in undone)
        ]
        errors = sum(verdict.outcome == "wrong" for verdict in counted)
        lists.append(
            ListStanding(name, tuple(row for row in there if not is_right(row)), errors, len(counted))
        )
    usual = list(LISTS)
    return tuple(sorted(lists, key=lambda one: (-one.at_least, usual.index(one.name))))


def open_suspects(lists: Iterable[ListStanding]) -> int:
    """How many suspects nobody has settled. One that stands on several lists counts once; what only a model
    doubts does not: nobody has to ask one."""
    return len(
        {(row.session, row.document, row.mark) for one in lists for row in one.open if one.name not in DOUBTS}
    )


def suspects_in_words(lists: Sequence[ListStanding]) -> str:
    """How many there are in all lists; where that is less than their sum, why."""
    count = open_suspects(lists)
    words = f"{count_of(count, 'suspect')} in all"
    if sum(len(one.open) for one in lists if one.name not in DOUBTS) > count:
        words += "; one on several lists counts once"
    if any(one.open for one in lists if one.name in DOUBTS):
        words += "; what the model doubts is not among them"
    return f"{words}."
