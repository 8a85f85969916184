"""A process of its own for readers that are not Python: a file that is damaged, or made for it, can make one
take more memory than there is, or end its process.

This module is also the program of that process. It imports nothing of the app but the one module that reads.
"""

from __future__ import annotations

import contextlib
import inspect
import marshal
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_MEMORY = 3_000_000_000
"""Bytes of address space."""
_SECONDS = 120
_LOCKED, _TOO_LARGE, _BROKEN = 3, 4, 5
"""What the process ends with where the function raises."""


def apart(function: Callable[[bytes], T], data: bytes) -> T:
    """What the function gives for the data: values that `marshal` knows.

    Its module imports nothing of the app. PermissionError and MemoryError that it raises are raised here, the
    latter also where it takes too long; anything else that happens to it is a ValueError.
    """
    program = [sys.executable, "-I", __file__, inspect.getfile(function), function.__name__]
    try:
        with tempfile.TemporaryFile() as out:
            done = subprocess.run(
                program, input=data, stdout=out, stderr=subprocess.PIPE, timeout=_SECONDS, check=False
            )
            if done.returncode == _LOCKED:
                raise PermissionError
            if done.returncode in (_TOO_LARGE, -9) or b"memory allocation" in done.stderr:
                raise MemoryError
            if done.returncode:
                raise ValueError(done.stderr[-1000:].decode("utf-8", "replace"))
            out.seek(0)
            found: T = marshal.load(out)
            return found
    except subprocess.TimeoutExpired as error:
        raise MemoryError from error


def _main(file: str, name: str) -> int:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    function = runpy.run_path(file)[name]
    try:
        marshal.dump(function(sys.stdin.buffer.read()), sys.stdout.buffer)
    except PermissionError:
        return _LOCKED
    except MemoryError:
        return _TOO_LARGE
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
