"""How a process lets others come first: nobody waits for what may take a while.

    python -m labeling.priority 10 some.module

runs a module as a program that steps back so far before it imports anything.
"""

from __future__ import annotations

import os
import runpy
import sys
from contextlib import suppress
from pathlib import Path

_GROUP = Path("/proc/self/autogroup")


def come_after(others: int) -> None:
    """Be so nice (1 to 19) or nicer, as work that is in no hurry; on a machine that is busy without end a
    little is still done. A process that leads a session steps back with all of it: some kernels share the
    processors among sessions first, and within one alone it would count for nothing."""
    if not hasattr(os, "nice"):
        return
    nice = max(others, os.nice(0))
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # there are no such groups here
            _GROUP.write_text(str(nice))


if __name__ == "__main__":
    come_after(int(sys.argv[1]))
    runpy.run_module(sys.argv[2], run_name="__main__", alter_sys=True)
