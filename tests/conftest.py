"""What holds for every test."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import fresh_database

# How long an example takes says nothing on a busy machine.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where tests run in two processes, those with a browser stay in one, and those of a file stay together:
    two browsers at once would want more than two cores, and what a module starts is started once."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            folder, file = item.path.parent.name, item.nodeid.split("::")[0]
            item.add_marker(pytest.mark.xdist_group("e2e" if folder == "e2e" else file))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Empty for SQLite, else the URL of a PostgreSQL database of the test's own.

    A test with it runs on both.
    """
    if request.param == "sqlite":
        yield ""
    else:
        with fresh_database() as url:
            yield url
