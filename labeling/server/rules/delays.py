"""Pure: how long the next sign-in has to wait after failed ones, so that nobody can try many passwords.

They count for an e-mail at one address, and for an address with whatever e-mail: so nobody elsewhere can keep
a person out. Where addresses are not known, an e-mail counts as a whole, and the wait stays short.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

ATTEMPTS = 5
"""So many may fail for an e-mail before the next has to wait."""
ATTEMPTS_OF_ADDRESS = 20
LONGEST = 30
"""Seconds that one waits at most."""
FORGOTTEN = timedelta(minutes=15)
"""After the latest one, failures do not count any more."""


def attempts_of(email: str) -> int:
    """How many failures go without a wait; an empty e-mail stands for an address as a whole."""
    return ATTEMPTS if email else ATTEMPTS_OF_ADDRESS


def seconds_to_wait(failures: int, attempts: int, latest: datetime, now: datetime) -> int:
    """Whole seconds from now until the next sign-in is taken; 0: it is taken."""
    if failures < attempts:
        return 0
    delay = min(2 ** min(failures - attempts, 10), LONGEST)
    return min(LONGEST, max(0, ceil((latest + timedelta(seconds=delay) - now).total_seconds())))
