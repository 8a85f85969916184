"""A file as it was given, what it holds where that is JSON, and what is worth asking about it."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from zipfile import BadZipFile, ZipFile

from labeling.formats.objects import Objects, begins_like_json, objects_in
from labeling.formats.records import Record, Tell, nobody

LOOKED_AT = 50
"""Objects or lines by which a format is told."""


class Source:
    """The bytes of a file, and its name where it has one. What is costly is found once, and tells how far it
    is."""

    def __init__(self, data: bytes, name: str = "", tell: Tell = nobody) -> None:
        self.data = data
        self.name = name
        self.tell = tell

    @property
    def ending(self) -> str:
        """What stands behind the last point of the name, in small letters: "csv"."""
        return self.name.rpartition(".")[2].casefold() if "." in self.name else ""

    @cached_property
    def objects(self) -> Objects:
        """The objects that it holds as JSON, as a list or one a line."""
        return objects_in(self.data, self.tell)

    @property
    def shown_objects(self) -> Sequence[Record]:
        """Those of a file that begins like JSON: no other is looked through for them."""
        return self.objects.items if begins_like_json(self.data) else ()

    @property
    def first_objects(self) -> tuple[Mapping[str, object], ...]:
        return tuple(item.fields for item in self.shown_objects[:LOOKED_AT])

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The names of the files in it, where it is a zip that can be read."""
        if not self.data.startswith(b"PK\x03\x04"):
            return ()
        try:
            with ZipFile(io.BytesIO(self.data)) as archive:
                return tuple(archive.namelist())
        except (BadZipFile, EOFError, OSError, ValueError, NotImplementedError):
            return ()

    @cached_property
    def head(self) -> str:
        """The first lines as text, whatever of them is UTF-8; "" where they are none."""
        start = self.data[:20_000]
        if b"\0" in start:
            return ""
        return re.sub("\ufffd+$", "", start.decode("utf-8-sig", "replace"))
