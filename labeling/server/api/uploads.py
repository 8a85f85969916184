"""A file that comes with a call, in a form of several parts: read with bounded memory, and checked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from labeling.errors import Busy, Invalid
from labeling.formats import BY_NAME, IMPORTS
from labeling.formats.apart import WAITING
from labeling.formats.source import Source
from labeling.model import LONGEST_NAME
from labeling.server.api.deps import LARGEST_BODY, content_type, parts_of_body, refuse_packed
from labeling.server.rules.bodies import NO_NUL
from labeling.server.rules.queries import flag
from labeling.server.rules.reading import first_fault

FORM = "multipart/form-data"
NAMES = tuple(format_.name for format_ in IMPORTS)
_LARGEST_FIELD = 64 * 1024
_MOST_FIELDS = 20


def _is_file(value: object) -> object:
    if not isinstance(value, UploadFile) or not value.filename:
        raise PydanticCustomError("file", "must be a file with its name")
    return value


def _is_known(value: object) -> object:
    if value not in NAMES:
        raise PydanticCustomError("format", f"must be one of {', '.join(NAMES)}")
    return value


def _is_storable(value: object) -> object:
    if isinstance(value, str) and "\x00" in value:
        raise PydanticCustomError("nul", "must not contain the character U+0000")
    return value


class UploadBody(BaseModel):
    """A form with a file to read; other fields are ignored.

    `show_preview`: say what session would be made, and make none. `format`: how to read it, where what is in
    it says otherwise. `name`: of the session; else what it says itself, else the file's.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)
    file: Annotated[Any, BeforeValidator(_is_file), WithJsonSchema({"type": "string", "format": "binary"})]
    show_preview: Annotated[bool | None, BeforeValidator(flag), WithJsonSchema({"type": "boolean"})] = None
    format: Annotated[
        str, BeforeValidator(_is_known), WithJsonSchema({"type": "string", "enum": list(NAMES)})
    ] = ""
    name: Annotated[
        str,
        BeforeValidator(_is_storable),
        Field(json_schema_extra={"maxLength": LONGEST_NAME, "pattern": NO_NUL}),
    ] = ""

    @property
    def source(self) -> Source:
        """The file as it came. Its name is without folders, which some clients send along."""
        file: UploadFile = self.file
        return Source(file.file.read(), _base_name(file.filename or ""), _not_to_wait)

    @property
    def answers(self) -> dict[str, str]:
        """What was said of how the file is read."""
        return {"format": BY_NAME[self.format].title} if self.format else {}


def _not_to_wait(share: float) -> None:
    """Raises Busy where other files are to be read first: a call that waits keeps others from an answer."""
    if share == WAITING:
        words = "Several large files are being read at the moment. Nothing was stored; try again in a while."
        raise Busy(words, status=429, seconds=_WHILE)


_WHILE = 5
"""Seconds."""


def _base_name(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].strip()


class _Parser(MultiPartParser):
    """Tells whether the end of the form has come. What is raised before, lets go of its files."""

    is_whole = False

    def on_end(self) -> None:
        self.is_whole = True


async def upload_form(request: Request) -> AsyncIterator[UploadBody]:
    """The form, read after the caller was let through; a large file waits on the disk. Raises Invalid."""
    if (kind := content_type(request)) != FORM:
        raise Invalid(f"Content-Type: must be {FORM}, not {kind or 'left out'}")
    refuse_packed(request)

    async def parts() -> AsyncGenerator[bytes, None]:
        async for part in parts_of_body(request, LARGEST_BODY):
            yield part
        if not parser.is_whole:
            raise Invalid("The form was cut off: its last boundary is missing.")

    parser = _Parser(
        request.headers,
        parts(),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=_LARGEST_FIELD,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Invalid(f"The form cannot be read: {error.message}") from None
    try:
        yield _checked(dict(form))
    finally:
        await form.close()


def _checked(fields: dict[str, object]) -> UploadBody:
    try:
        return UploadBody.model_validate(fields)
    except ValidationError as error:
        raise Invalid(first_fault(error)) from None


UploadForm = Annotated[UploadBody, Depends(upload_form)]
