"""Starting the app without waiting for its imports: it is forked off a process that has them all, which is
most of a start."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMPORTED = ["streamlit.web.cli", "pandas", "pyarrow", "labeling.server.embed", "components.annotate.text"]

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(IMPORTED)


def streamlit(
    arguments: Sequence[str], env: Mapping[str, str], log: Path, *, anew: bool = False
) -> ForkServerProcess:
    """`streamlit` with these arguments, at the top of the project, in a process group of its own.

    `anew`: as people start it, imports and all: what is forked off writes to memory that it shares at first.
    """
    os.environ["PYTHONPATH"] = str(ROOT)  # by which the process that is forked finds what it imports
    process = _context.Process(target=_run, args=(["streamlit", *arguments], dict(env), log, anew))
    process.start()
    return process


def _run(command: list[str], env: dict[str, str], log: Path, anew: bool) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(written, stream)
    if anew:
        os.execve(sys.executable, [sys.executable, "-m", *command], env)
    sys.argv = command
    from streamlit.web.cli import main

    main()
