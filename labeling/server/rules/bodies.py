"""What callers send: the form of each body, and what the OpenAPI says of it.

Absent and null both mean "leave it" (`None` here); an empty list empties. Keys not known are ignored, but on
segments and tags they are kept, because callers send back there what they read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from labeling.model import LONGEST_NAME, MOST_NAMES, ORIGIN, Origin, Part, TagStatus, Type, unique

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
    """What the OpenAPI says of it beyond its type; `reading` and the rules see to it."""
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


class RequestBody(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, json_schema_extra=_open)


class TagChangeBody(RequestBody):
    """The body that changes a tag: what is absent stays, any key that is not known is kept.

    `origin`: the tag was suggested to the person who gave it, as it is or as another one.
    """

    model_config = ConfigDict(extra="allow")
    class_: _Text | None = Field(default=None, alias="class")
    label: _Text | None = None
    origin: Origin | None = None

    @property
    def extra(self) -> dict[str, Any]:
        """What it says beside class and label."""
        known = {} if self.origin is None else {ORIGIN: self.origin.value}
        return {**(self.model_extra or {}), **known}


class TagBody(TagChangeBody):
    """A class, a label or both; any other key is kept."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_one_of(**{"class": SAID, "label": SAID}))
    id: Id | None = None

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
    """The body that creates a session. Without `documents` and `document_ids`: all those of the project.

    For a manager: whose it is, its part in which plan, and whether it is blind, which hides it from all but
    its person and the managers.
    """

    documents: tuple[NewDocumentBody, ...] | None = None
    user_id: Id | None = None
    part: Part | None = None
    plan: Annotated[StrictStr, Field(max_length=LONGEST_NAME), says(pattern=NO_NUL)] | None = None
    blind: StrictBool | None = None

    @property
    def is_planned(self) -> bool:
        """Whether it is told anything of a plan."""
        return bool(self.plan or self.blind) or self.part not in (None, Part.WORK)


class PersonBody(RequestBody):
    """The body that hands a session over to a person."""

    user_id: Id


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


class ModelBody(RequestBody):
    """The body that changes what is said of a model: what is absent stays. `language`: null for any other."""

    name: _Name | None = None
    display_name: _Name | None = None
    short_description: _Words | None = None
    long_description: _Words | None = None
    language: Literal["en", "de", "ar"] | None = None


class NewModelBody(RequestBody):
    """The body that has a model trained, on the documents that are done in these sessions; without
    `session_ids` in those that are finished."""

    name: _Name | None = None
    display_name: _Name | None = None
    language: Literal["en", "de", "ar"] | None = None
    type: Type | None = None
    session_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_NAMES)] | None = None


class TagStatusBody(RequestBody):
    """The body that takes what a model proposed, or has it open again."""

    status: TagStatus


class StatusBody(RequestBody):
    """The body that marks a document."""

    name: Literal["ANNOTATED"]
