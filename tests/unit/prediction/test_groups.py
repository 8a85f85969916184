"""Groups of words, and the list of English words."""

from __future__ import annotations

import random
from itertools import pairwise

from labeling.prediction.groups import word_groups
from labeling.prediction.praise import praise_for


def named(kind: int) -> str:
    """Letters for a number: figures would be words of their own."""
    return "".join("abcdefghij"[int(figure)] for figure in f"{kind:02}")


def stories(count: int) -> list[str]:
    """Texts of 40 kinds of words, each with neighbours of its own."""
    chance = random.Random(0)
    texts = []
    for _ in range(count):
        kind, one = named(chance.randrange(40)), named(chance.randrange(10))
        texts.append(f"before{kind} word{kind}x{one} after{kind} end{kind}")
    return texts


def test_words_with_the_same_neighbours_are_in_one_group() -> None:
    groups = word_groups(stories(4_500))
    of = [[groups[f"word{named(kind)}x{named(n)}"] for n in range(10)] for kind in range(40)]
    assert sum(one == kind[0] for kind in of for one in kind) > 300
    assert sum(one[0] == other[0] for one, other in pairwise(of)) < 5


def test_few_words_make_no_groups() -> None:
    assert word_groups(["just a few words"] * 5) == {}


def test_praise_is_known_in_english_only() -> None:
    english = praise_for(["The waiter was with the cook, and they were kind to all of the guests."])
    assert english["great"] > 0 > english["awful"]
    assert praise_for(["El camarero era muy amable con la gente, con el perro and so on."]) == {}
    assert praise_for([]) == {}
