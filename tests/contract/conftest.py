"""The embedded server that most tests of saving go to;
a module that needs another one has its own `server`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.embedded import Embedded, embedded
from tests.stores import DATABASES


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    with embedded("in process", tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture(params=DATABASES)
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A server of the test's own; a test with it runs on each database."""
    with embedded("in process", tmp_path_factory.mktemp("server"), request.param) as found:
        yield found
