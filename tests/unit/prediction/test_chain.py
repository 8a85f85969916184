"""Probabilities of a chain against all rows of tags that there are."""

from __future__ import annotations

import tempfile
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from labeling.prediction.chain import Chain
from labeling.prediction.learner import WORDS, Learner

TAGS = ("O", "B0", "I0", "B1", "I1")
LENGTH = 5


def a_chain(tags: tuple[str, ...] = TAGS, seed: int = 0) -> Chain:
    chance = np.random.default_rng(seed)
    weights = chance.normal(size=(LENGTH + 1, len(tags))).astype(np.float32) * 2
    weights[-1] = 0
    rows = {f"f{n}": n for n in range(LENGTH)}
    return Chain(tags, rows, weights, chance.normal(size=(len(tags), len(tags))) * 2)


def every_row(chain: Chain, length: int) -> dict[tuple[str, ...], float]:
    """The probability of each row of tags, by its definition."""
    named, arrays = chain.to_arrays()
    scores = np.zeros((length, len(chain.tags)))
    for row, tag, weight in zip(arrays["row"], arrays["tag"], arrays["weight"], strict=True):
        if int(named["rows"][row][1:]) < length:
            scores[int(named["rows"][row][1:]), tag] += weight
    weighed = {
        path: np.exp(
            sum(scores[n, tag] for n, tag in enumerate(path))
            + sum(arrays["steps"][a, b] for a, b in pairwise(path))
        )
        for path in product(range(len(chain.tags)), repeat=length)
    }
    total = sum(weighed.values())
    return {tuple(chain.tags[n] for n in path): value / total for path, value in weighed.items()}


def spans_in(path: tuple[str, ...]) -> set[tuple[int, int, str]]:
    found, first = set(), 0
    while first < len(path):
        after = first + 1
        while path[first] != "O" and after < len(path) and path[after] == "I" + path[first][1:]:
            after += 1
        if path[first] != "O":
            found.add((first, after, path[first][1:]))
        first = after
    return found


@pytest.mark.parametrize("tags", [TAGS, ("B0", "O"), ("O", "I0", "B1"), ("O", "B", "I"), ("I", "B")])
@pytest.mark.parametrize("length", [1, 2, LENGTH])
def test_a_span_is_as_likely_as_all_rows_of_tags_that_have_it(tags: tuple[str, ...], length: int) -> None:
    for seed in range(3):
        chain = a_chain(tags, seed)
        lattice = chain.weigh([[f"f{n}", "unknown"] for n in range(length)])
        rows = every_row(chain, length)
        likely = dict[tuple[int, int, str], float]()
        for path, share in rows.items():
            for span in spans_in(path):
                likely[span] = likely.get(span, 0) + share
        for span, share in likely.items():
            assert chain.probability(lattice, *span) == pytest.approx(share, abs=1e-9)
        best = max(rows, key=rows.__getitem__)
        assert tuple(tags[n] for n in lattice.path) == best
        assert np.exp(-lattice.doubt) == pytest.approx(rows[best])
        assert {found[:3] for found in chain.spans(lattice)} == spans_in(best)


def test_a_span_that_the_tags_cannot_say_has_no_probability() -> None:
    chain = a_chain(("O", "B0"))
    lattice = chain.weigh([["f0"], ["f1"]])
    assert chain.probability(lattice, 0, 2, "0") == chain.probability(lattice, 0, 1, "1") == 0


def test_with_one_item_shares_are_those_of_a_regression() -> None:
    chain = Chain(("0", "1"), {"a": 0}, np.array([[1, 3], [0, 0]], np.float32), np.zeros((2, 2)))
    assert chain.shares({"a": 0.5, "unknown": 9}) == pytest.approx(
        {"0": 1 / (1 + np.e), "1": np.e / (1 + np.e)}
    )
    assert chain.shares({}) == {"0": 0.5, "1": 0.5}


@pytest.mark.parametrize("tags", [[], ["O"]])
def test_nothing_is_learned_from_fewer_than_two_tags(tags: list[str]) -> None:
    learner = Learner(WORDS)
    for tag in tags:
        learner.add([["a"], ["b"]], [tag, tag])
    assert learner.fit().tags == tuple(tags)


def test_what_is_learned_is_what_the_examples_say_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    learner = Learner(WORDS)
    for _ in range(5):
        learner.add([["w=a --> b: 1.0"], ["w=x"], ["w=y "]], ["O", "B0", "I0"])
    chain = learner.fit()
    lattice = chain.weigh([["w=a --> b: 1.0"], ["w=x"], ["w=y "]])
    assert [chain.tags[n] for n in lattice.path] == ["O", "B0", "I0"]
    assert list(tmp_path.iterdir()) == []
