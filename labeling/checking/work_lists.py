"""Every work list over one or more sessions' documents, one after another. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from labeling.checking.suspect_fixes import problem_rows
from labeling.checking.suspects import Gathered, ListName, Suspect
from labeling.checking.suspects_documents import lengths, sparse, twins
from labeling.checking.suspects_names import other_names, rare_pairs
from labeling.checking.suspects_places import borders, untagged
from labeling.draft.vocabulary import Scheme

Find = Callable[[Gathered], tuple[Suspect, ...]]

FINDERS: dict[ListName, Find] = {
    "class": lambda seen: other_names(seen, "class"),
    "label": lambda seen: other_names(seen, "label"),
    "untagged": untagged,
    "border": borders,
    "pair": rare_pairs,
    "length": lengths,
    "sparse": sparse,
    "twin": twins,
}
"""The lists that are read off the tags and the texts alone."""


def find_each(
    seen: Gathered, schemes: Mapping[int, Scheme]
) -> Iterator[tuple[ListName, tuple[Suspect, ...]]]:
    """Each list with its rows, the likeliest first, as it is found; `schemes`: of the sessions, by id."""
    yield "problem", problem_rows(seen, schemes)
    for name, find in FINDERS.items():
        yield name, find(seen)
