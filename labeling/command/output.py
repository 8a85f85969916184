"""What the command writes and says: a file that is whole or not there, and lines for the person."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from labeling.formats import EXPORTS, FORMATS, Format

STANDARD = "-"
"""Stands for the standard input or output."""
DONE, NOT_ALL, WRONG_USE = 0, 1, 2
"""What the command ends with."""
_BY_ENDING = {one.suffix: one for one in reversed((*EXPORTS, *FORMATS)) if one.write}


class CommandEnds(Exception):
    """The command cannot go on: why, and what it ends with."""

    def __init__(self, words: str, code: int = WRONG_USE) -> None:
        super().__init__(words)
        self.words = words
        self.code = code


def tell(*lines: str) -> None:
    """Say it on the standard error, so that the output can be a file. What a file says moves no cursor."""
    for line in lines:
        sys.stderr.write("".join(sign if sign.isprintable() else "�" for sign in line) + "\n")


def refuse_taken(out: str, *, force: bool) -> None:
    """Raises CommandEnds where the file is there already."""
    path = Path(out)
    if out != STANDARD and path.exists():
        if not path.is_file():
            raise CommandEnds(f"{out} is there, and is no file.")
        if not force:
            raise CommandEnds(f"{out} is there already. Name another file, or say --force to replace it.")


def target_of(name: str | None, out: str, *, force: bool) -> Format:
    """The format to write, by its name or by the ending of the file. Raises CommandEnds where there is none,
    or where the file is there already."""
    refuse_taken(out, force=force)
    path = Path(out)
    written = {one.name: one for one in FORMATS if one.write}
    found = written.get(name) if name else _BY_ENDING.get(path.suffix.casefold())
    if found is None:
        raise CommandEnds(f"The ending of {out} names no format: say --to with one of {', '.join(written)}.")
    return found


def write_out(out: str, parts: Iterable[bytes]) -> None:
    """Write the file beside its place and move it there when it is whole. Raises CommandEnds."""
    if out == STANDARD:
        for part in parts:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            with beside.open("xb") as file:
                for part in parts:
                    file.write(part)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CommandEnds(f"{out} cannot be written: {error.strerror}.", NOT_ALL) from None
