"""All of a project of a Studio API, with its history, becomes an archive."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from labeling.command.output import DONE, NOT_ALL, CommandEnds, refuse_taken, tell, write_out
from labeling.errors import LabelingError, Unsendable, explain
from labeling.studio.calls import pool
from labeling.studio.client import LabelingClient

PROJECT = re.compile(r"(https?://[^?#\s]+)/projects/([0-9]{1,18})/?")
"""The address of a project: the API's, and the project's number."""
AT_ONCE = 1024 * 1024


def export_whole(address: str, out: str, *, force: bool, token: str, timeout: float) -> int:
    """Write the archive of the project at the address; what the command ends with. Raises CommandEnds."""
    found = PROJECT.fullmatch(address)
    assert found is not None
    refuse_taken(out, force=force)
    number = int(found[2])
    with tempfile.TemporaryFile(dir=_beside(out)) as file:
        try:
            with pool(found[1], timeout=timeout) as http:
                api = LabelingClient(http, token)
                if not api.info().can("export"):
                    raise CommandEnds("This Studio API gives no whole project: export its sessions.", NOT_ALL)
                api.export_project(number, file)
        except Unsendable as error:
            raise CommandEnds(explain(error, "ask for the project")) from None
        except LabelingError as error:
            raise CommandEnds(explain(error, "read the project"), NOT_ALL) from None
        except OSError as error:
            raise CommandEnds(f"{out} cannot be written: {error.strerror}.", NOT_ALL) from None
        size = file.tell()
        file.seek(0)
        write_out(out, _parts(file))
    tell(f"Project {number}: {size:,} bytes")
    return DONE


def _beside(out: str) -> Path | None:
    """Where there is room for what becomes the file; None: where the system has it."""
    folder = Path(out).parent
    return folder if out != "-" and folder.is_dir() else None


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    while part := file.read(AT_ONCE):
        yield part
