"""Sign-ins wait for one another and for nobody else: checking a password takes long, and 64 MB."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from labeling.errors import Busy

WORKERS = 1
WAITING = 15
"""Sign-ins that wait at most; more are sent away at once, so that strangers cannot fill the server."""
PAUSE = (0.3, 1.0)
"""Seconds, from and to, before somebody is sent away."""


class SignIns:
    """A thread of their own, and a short queue before it. To be used in one event loop."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(WORKERS, "sign-in", initializer=_give_way)
        self._count = 0

    async def run(self, work: Callable[[], str]) -> str:
        """What `work` gives, in its turn. Raises Busy (429) when too many wait already."""
        if self._count >= WORKERS + WAITING:
            # Who asks again at once takes no more of the others' time so, and they do not all come together.
            await asyncio.sleep(random.uniform(*PAUSE))
            raise Busy("Too many people sign in at the moment. Try again in a second.", status=429)
        self._count += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._count -= 1


def _give_way() -> None:
    """Whoever works comes first: the password is checked on several processors at once. Linux alone knows the
    priority of a thread, which those that it begins take over."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
