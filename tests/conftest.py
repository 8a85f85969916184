"""What holds for every test."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from labeling.server import accounts
from tests.passwords import CHEAP
from tests.postgres import fresh_database

# Few tests need workers: each is a process more, beside each server.
os.environ.setdefault("LABELING_WORKERS", "0")
# How long an example takes says nothing on a busy machine.
settings.register_profile("untimed", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=1000)  # for tests.soak
settings.load_profile("untimed")
accounts.PASSWORDS = CHEAP


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
