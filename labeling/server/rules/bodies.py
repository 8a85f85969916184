"""What callers send, checked: a bad body is one sentence that says what is wrong where.

Absent and null both mean "leave it" (`None` here); an empty list empties. Keys not known are ignored, but on
segments and tags they are kept, because callers send back there what they read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from math import isfinite
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError, from_json, to_json

from labeling.errors import Invalid
from labeling.json_pieces import DOCUMENTS, pieces_of
from labeling.model import LONGEST_NAME, MOST_NAMES, Type, unique
from labeling.packed import Packed

LARGEST = 2**63 - 1
"""The largest integer that both databases hold."""
LONGEST_WORDS = 10_000
"""Code points of a description."""
LONGEST_WORK = 10**6
"""Seconds that a change of one document can have taken."""


def _not_blank(name: str) -> str:
    if not name.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return name


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each name once; a list that no session holds, for some stand in it twice, has the length of any."""
    found = unique(names)
    if len(found) < len(names) > MOST_NAMES:
        raise PydanticCustomError("too_many", f"must be at most {MOST_NAMES:,}, not {len(names):,}")
    return found


def _no_file(value: object) -> object:
    if value is not None:
        raise PydanticCustomError("file", "no files are kept here; send what is in it as documents")
    return value


def _empty_object_is_no_tags(value: object) -> object:
    """A vendor's client writes `{}` where it means no tags."""
    return [] if value == {} else value


NO_NUL = r"^[^\u0000]*$"
BLANKS = r"\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Python strips; a pattern's \\s means something else in each language."""
NOT_BLANK = rf"^[^\u0000]*[^\u0000{BLANKS}][^\u0000]*$"
SAID = {"type": "string", "minLength": 1}
STORABLE = {"format": "storable"}
"""Stands for `storable` in the schemas of bodies: one that holds itself can only be named."""
Schema = dict[str, Any]


def says(**schema: Any) -> Any:
    """What the OpenAPI says of it beyond its type; `read_body` and the rules see to it."""
    return Field(json_schema_extra=schema)


def _open(schema: Schema) -> None:
    """Further keys may hold whatever can be stored."""
    schema |= {"additionalProperties": STORABLE, "propertyNames": {"pattern": NO_NUL}}


def _one_of(**names: Schema) -> Callable[[Schema], None]:
    """One of these at least, in a form that is not null."""

    def say(schema: Schema) -> None:
        _open(schema)
        schema["anyOf"] = [{"required": [name], "properties": {name: form}} for name, form in names.items()]

    return say


storable: Schema = {
    "description": "Any JSON without the character U+0000.",
    "anyOf": [
        {"type": "null"},
        {"type": "boolean"},
        {"type": "number"},
        {"type": "string", "pattern": NO_NUL},
        {"type": "array", "items": STORABLE},
        {
            "type": "object",
            "propertyNames": {"pattern": NO_NUL},
            "additionalProperties": STORABLE,
        },
    ],
}
Id = Annotated[int, Field(strict=True, ge=1, le=LARGEST)]
_Offset = Annotated[StrictInt, says(minimum=0)]
_Text = Annotated[StrictStr, says(pattern=NO_NUL)]
_Name = Annotated[
    StrictStr,
    AfterValidator(_not_blank),
    Field(min_length=1),
    says(pattern=NOT_BLANK, maxLength=LONGEST_NAME),
]
_Words = Annotated[StrictStr, Field(max_length=LONGEST_WORDS), says(pattern=NO_NUL)]
_Names = Annotated[tuple[_Name, ...], AfterValidator(_each_once), says(maxItems=MOST_NAMES)]
_Meta = Annotated[dict[str, Any], says(additionalProperties=STORABLE, propertyNames={"pattern": NO_NUL})]


_MAYBE_ENDLESS = re.compile(rb"[0-9](?:[eE]\+?[0-9]{3}|[0-9]{308})")
"""A number that may be too large, or digits in a text that look like one."""


class RequestBody(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra=_open)


class TagBody(RequestBody):
    """A class, a label or both; any other key is kept."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_one_of(**{"class": SAID, "label": SAID}))
    id: Id | None = None
    class_: _Text | None = Field(default=None, alias="class")
    label: _Text | None = None

    @property
    def names(self) -> tuple[str | None, str | None]:
        """Class and label, None where there is none."""
        return (self.class_ or None, self.label or None)


class SegmentBody(RequestBody):
    """A span, `[start, end)` in code points, with its tags; any other key is kept."""

    model_config = ConfigDict(extra="allow")
    id: Id | None = None
    span: tuple[_Offset, _Offset]
    text: _Text | None = None
    tags: Annotated[tuple[TagBody, ...], BeforeValidator(_empty_object_is_no_tags)] | None = None


class DocumentBody(RequestBody):
    """A document named by `id`, by `text`, or by both; `segments` is the full list when it is there.

    `seconds`: how long somebody worked on it for this change.
    """

    model_config = ConfigDict(json_schema_extra=_one_of(id={"type": "integer"}, text={"type": "string"}))
    id: Id | None = None
    text: _Text | None = None
    segments: tuple[SegmentBody, ...] | None = None
    annotated: StrictBool | None = None
    seconds: Annotated[int, Field(strict=True, ge=0, le=LONGEST_WORK)] | None = None
    meta: _Meta | None = None

    @model_validator(mode="after")
    def _names_a_document(self) -> DocumentBody:
        if self.id is None and self.text is None:
            raise PydanticCustomError("document", "needs a text or the id of a document of the session")
        return self


class ChangeBody(RequestBody):
    """The body of the update call: what is absent stays as it is."""

    name: _Name | None = None
    document_ids: tuple[Id, ...] | None = None
    documents: tuple[DocumentBody, ...] | None = None
    classes: _Names | None = None
    labels: _Names | None = None


class NewDocumentBody(DocumentBody):
    """A document that comes with a new session; an id that it brings is that of some other session."""

    model_config = ConfigDict(json_schema_extra=_open)
    text: _Text


class SessionBody(ChangeBody):
    """The body that creates a session. Without `documents` and `document_ids`: all those of the project."""

    documents: tuple[NewDocumentBody, ...] | None = None


class ProjectBody(RequestBody):
    """The body that creates a project."""

    name: _Name
    type: Type
    classes: _Names | None = None
    labels: _Names | None = None


class ProjectChangeBody(RequestBody):
    """The body that changes a project."""

    name: _Name | None = None


class CloneBody(RequestBody):
    """The body that clones a project."""

    name: _Name


class ClassChangeBody(RequestBody):
    """The body that changes a class of a project: what is absent stays."""

    name: _Name | None = None
    example: _Words | None = None
    description: _Words | None = None


class ClassBody(ClassChangeBody):
    """The body that adds a class to a project."""

    name: _Name


class LabelChangeBody(RequestBody):
    """The body that changes a label of a project."""

    name: _Name | None = None


class LabelBody(LabelChangeBody):
    """The body that adds a label to a project."""

    name: _Name


class TagChangeBody(RequestBody):
    """The body that changes a tag: what is absent stays, any key that is not known is kept."""

    model_config = ConfigDict(extra="allow")
    class_: _Text | None = Field(default=None, alias="class")
    label: _Text | None = None


class GroupDocumentBody(RequestBody):
    """A document for a group: one of the project, named by its `id`, or a new one with a `text`."""

    model_config = ConfigDict(json_schema_extra=_one_of(id={"type": "integer"}, text={"type": "string"}))
    id: Id | None = None
    text: _Text | None = None
    meta: _Meta | None = None

    @model_validator(mode="after")
    def _is_a_document(self) -> GroupDocumentBody:
        if self.id is None and self.text is None:
            raise PydanticCustomError("document", "needs a text or the id of a document of the project")
        return self


class GroupChangeBody(RequestBody):
    """The body that changes a group: its name, and documents to be added to it."""

    name: _Name | None = None
    document_ids: tuple[Id, ...] | None = None
    documents: tuple[GroupDocumentBody, ...] | None = None


class GroupBody(GroupChangeBody):
    """The body that makes a group of documents."""

    name: _Name
    file_id: Annotated[None, BeforeValidator(_no_file), WithJsonSchema({"type": "null"})] = None


class DocumentTextBody(RequestBody):
    """The body that gives a document of a project another text."""

    text: _Text


class CorrectionBody(RequestBody):
    """The body that makes a session in which a model's predictions are corrected."""

    model_id: Id
    sample_size: Annotated[int, Field(strict=True, ge=1, le=LARGEST)] | None = None
    name: _Name | None = None


class StatusBody(RequestBody):
    """The body that marks a document."""

    name: Literal["ANNOTATED"]


AnyBody = TypeVar("AnyBody", bound=RequestBody)


def read_body(raw: bytes, kind: type[AnyBody]) -> AnyBody:
    """The checked body. Raises Invalid, with the place and the first thing that is wrong there."""
    return _checked(_object_in(raw), kind)


class SessionParts(NamedTuple):
    """A session to be made, and its documents, which are checked as they are asked for, some at a time: that
    may raise Invalid. None: all that the project has."""

    body: SessionBody
    documents: Iterable[Sequence[NewDocumentBody]] | None = None


AT_ONCE = 1000
"""Documents that are checked at a time."""
LARGE = 8_000_000
"""Bytes of a body from which it is read document by document: as values it takes many times as much."""
_OBJECT = re.compile(rb"\s*\{")


def read_session(raw: bytes) -> SessionParts:
    """As `read_body` of a SessionBody, but of the documents only those at hand are held as values."""
    if len(raw) > LARGE and (parts := _in_pieces(raw)) is not None:
        return parts
    value = _object_in(raw)
    documents = value.get("documents")
    if not isinstance(documents, list):
        return SessionParts(_checked(value, SessionBody))
    return SessionParts(_checked({**value, "documents": None}, SessionBody), checked_documents(documents))


def _in_pieces(raw: bytes) -> SessionParts | None:
    """What is in the body, read document by document; None where something is wrong with it: that is said of
    the whole."""
    if not _OBJECT.match(raw) or b"\\u0000" in raw or _MAYBE_ENDLESS.search(raw):
        return None
    beside: dict[str, Any] = {}

    def documents() -> Iterator[object]:
        for key, value in pieces_of(raw, with_nan=False):
            if key is None:
                yield _as_read({DOCUMENTS: [value]})[DOCUMENTS][0]
            else:
                beside[key] = value

    try:
        found: Packed[object] = Packed(documents(), lambda value: value)
        body = _as_read(beside)
    except (ValueError, RecursionError):
        return None
    if DOCUMENTS in beside or not found:
        return None
    return SessionParts(_checked(body, SessionBody), checked_documents(found))


def _as_read(value: dict[str, Any]) -> dict[str, Any]:
    """As `_object_in` reads it, which refuses half characters and what is nested too deeply. ValueError."""
    found: dict[str, Any] = from_json(to_json(value), allow_inf_nan=False)
    return found


def checked_documents(found: Iterable[object]) -> Iterator[Sequence[NewDocumentBody]]:
    """JSON objects as documents of a new session, some at a time. Raises Invalid with the place."""
    rest, first = iter(found), 0
    while some := list(islice(rest, AT_ONCE)):
        yield _checked({"documents": some}, SessionBody, first).documents or ()
        first += len(some)


def _object_in(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises Invalid."""
    if not raw.strip():
        raise Invalid("The body is empty; a JSON object is needed.")
    try:
        value = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise Invalid(f"The body is not valid JSON in UTF-8: {error}.") from None
    if not isinstance(value, dict):
        raise Invalid("The body must be a JSON object.")
    if b"\\u0000" in raw or _MAYBE_ENDLESS.search(raw):
        refuse_unstorable(value)
    return value


def _checked(value: dict[str, Any], kind: type[AnyBody], first: int = 0) -> AnyBody:
    """The body; its documents are those from the `first` on."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        fault = error
    try:
        if _made_whole(value, fault):
            return kind.model_validate(value)
    except ValidationError as error:
        fault = error
    raise Invalid(first_fault(fault, first))


def _made_whole(body: Any, error: ValidationError) -> bool:
    """Write 1 in the place of 1.0 where an integer is wanted: in JSON they are one number. Whether there was
    any."""
    found = [
        (fault["loc"], int(fault["input"]))
        for fault in error.errors(include_url=False, include_context=False)
        if fault["type"] == "int_type" and isinstance(fault["input"], float) and fault["input"].is_integer()
    ]
    for (*path, last), number in found:
        holder = body
        for step in path:
            holder = holder[step]
        holder[last] = number
    return bool(found)


def refuse_unstorable(value: object, path: tuple[str | int, ...] = ()) -> None:
    """Raises Invalid for what PostgreSQL or JSON could not give back: U+0000 and numbers too large."""
    if isinstance(value, str):
        if "\x00" in value:
            raise Invalid(f"{place(path)}: must not contain the character U+0000")
    elif isinstance(value, float):
        if not isfinite(value):
            raise Invalid(f"{place(path)}: the number is too large")
    elif isinstance(value, dict):
        for key, item in value.items():
            if "\x00" in key:
                raise Invalid(f"{place(path)}: a key must not contain the character U+0000")
            refuse_unstorable(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            refuse_unstorable(item, (*path, index))


def place(path: Sequence[str | int]) -> str:
    """A place in the body as people write it: documents[3].segments[0].span."""
    return (
        "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".") or "body"
    )


def first_fault(error: ValidationError, first: int = 0) -> str:
    """Where the first thing is wrong, what, and how much more is. Documents are counted from `first` on."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    where, said = faults[0]["loc"], faults[0]["msg"]
    if first and len(where) > 1 and isinstance(where[1], int):
        where = (where[0], first + where[1], *where[2:])
    if "span" in where:
        where, said = where[: where.index("span") + 1], "must be two integers, [start, end]"
    said = said.replace("Input should be", "must be").replace("Field required", "is required")
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{place(where)}: {said[:1].lower()}{said[1:]}{more}"
