"""A process of its own for readers that are not Python: a file that is damaged, or made for it, can make one
take more memory than there is, or end its process.

This module is also the program of that process. It imports nothing of the app but the one module that reads.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import marshal
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore
from time import monotonic
from typing import IO, Generic, TypeVar

T = TypeVar("T")
Tell = Callable[[float], None]

WAITING = -1.0
"""Told instead of a share while other files are read first."""
PLACES = BoundedSemaphore(2)
"""Files that are read apart at a time: each may take `_MEMORY`."""
_MEMORY = 3_000_000_000
"""Bytes of address space."""
_SECONDS = 120
_LOOK = 0.1
"""Seconds between two looks at how far it is."""
_LOCKED, _TOO_LARGE, _BROKEN = 3, 4, 5
"""What the process ends with where the function raises."""
_LENGTH = 8
"""Bytes that say how long the next value is: to load it from a file takes ten times as long as from bytes."""


class Parts(Generic[T]):
    """What was yielded, value by value from a file, as often as it is asked for; gone when it is left."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __enter__(self) -> Parts[T]:
        return self

    def __exit__(self, *fault: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[T]:
        """One at a time: two who go through it would read each other's."""
        self._file.seek(0)
        while length := self._file.read(_LENGTH):
            yield marshal.loads(self._file.read(int.from_bytes(length)))


def apart(function: Callable[[bytes], Iterable[T]], data: bytes, tell: Tell) -> Parts[T]:
    """What the function yields for the data, values that `marshal` knows, when all of them are there.

    Its module imports nothing of the app. PermissionError and MemoryError that it raises are raised here, the
    latter also where it takes too long; anything else that happens to it is a ValueError. What `tell` raises
    ends it.
    """
    while not PLACES.acquire(timeout=_LOOK):
        tell(WAITING)
    try:
        return Parts(_run(function, data, tell))
    finally:
        PLACES.release()


def _run(function: Callable[[bytes], Iterable[T]], data: bytes, tell: Tell) -> IO[bytes]:
    """The file that holds what was yielded."""
    program = [sys.executable, "-I", __file__, inspect.getfile(function), function.__name__]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said, contextlib.ExitStack() as kept:
        out = kept.enter_context(tempfile.TemporaryFile())
        given.write(data)
        given.seek(0)
        with subprocess.Popen(program, stdin=given, stdout=out, stderr=said) as process:
            try:
                code = _ended(process, tell)
            finally:
                process.kill()
        said.seek(0)
        words = said.read()
        if code == _LOCKED:
            raise PermissionError
        if code in (_TOO_LARGE, -9) or b"memory allocation" in words:
            raise MemoryError
        if code:
            raise ValueError(words[-1000:].decode("utf-8", "replace"))
        out.seek(0)
        kept.pop_all()
        return out


def _ended(process: subprocess.Popen[bytes], tell: Tell) -> int:
    """What it ends with. MemoryError: it took too long."""
    end = monotonic() + _SECONDS
    while monotonic() < end:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(_LOOK)
        tell(0.0)
    raise MemoryError


def _main(file: str, name: str) -> int:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    gc.disable()  # rows hold nothing that holds them
    function = runpy.run_path(file)[name]
    try:
        for part in function(sys.stdin.buffer.read()):
            said = marshal.dumps(part)
            sys.stdout.buffer.write(len(said).to_bytes(_LENGTH) + said)
    except PermissionError:
        return _LOCKED
    except MemoryError:
        return _TOO_LARGE
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
