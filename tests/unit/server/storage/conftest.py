"""An empty store for each test, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from labeling.server.storage.store import Store
from tests.stores import DATABASES, empty_store


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with empty_store(request.param) as opened:
        opened.people.adopt_local_token("0" * 64)
        yield opened
