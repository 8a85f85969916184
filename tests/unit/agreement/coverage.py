"""How often the interval of the strict F1 holds the truth, on clustered tags whose true F1 is known."""

from __future__ import annotations

import numpy as np

from labeling.agreement.figures import figures
from labeling.agreement.tags import PlacedTag
from tests.unit.agreement.cases import compared_texts


def coverage(documents: int, times: int, *, draws: int, seed: int) -> float:
    """Tags agree in 0.8 of the cases on average, more in some documents than in others (beta, 8 and 2)."""
    random = np.random.default_rng(seed)
    hits = 0
    for _ in range(times):
        texts = []
        for _ in range(documents):
            count, share = random.poisson(3), random.beta(8, 2)
            agreed = random.random(count) < share
            one = tuple(PlacedTag(3 * n, 3 * n + 2, "A") for n in range(count))
            other = tuple(PlacedTag(3 * n, 3 * n + 2, "A" if agreed[n] else "B") for n in range(count))
            texts.append((3 * count + 1, (one, other)))
        found = figures(compared_texts(*texts), [seed], draws=draws).strict
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.8 <= found.high
    return hits / times
