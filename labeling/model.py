"""The contract's objects: frozen values, one definition for the screen, the client and the server.

Two readings hold throughout. A wrong *type* in an answer is an error of that answer (validation fails), but
for a document of a listing: that one cannot be read, and says why. A wrong *value* (a span out of range, an
unknown status) is data: it is read, shown and left to checks.
Segments and tags keep keys they do not know, so that what was not edited goes back as it came.
Offsets are Unicode code points, half-open and 0-based.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)


class Role(StrEnum):
    VIEWER = "VIEWER"
    ANNOTATOR = "ANNOTATOR"
    MANAGER = "MANAGER"

    def allows(self, minimal: Role) -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(minimal)


class Status(StrEnum):
    CREATED = "CREATED"
    STARTED = "STARTED"
    ANNOTATING = "ANNOTATING"
    FAILED = "FAILED"
    FINISHED = "FINISHED"
    SAMPLING = "SAMPLING"
    PREDICTING = "PREDICTING"
    DELETING = "DELETING"


class ModelStatus(StrEnum):
    """How far a model is; of a READY one there can be correction sessions."""

    CREATED = "CREATED"
    QUEUED = "QUEUED"
    TRAINING = "TRAINING"
    FAILED = "FAILED"
    READY = "READY"
    ACTIVE = "ACTIVE"
    PUBLISHED = "PUBLISHED"


class TagStatus(StrEnum):
    """Whether what a model proposed is still open, or stands as a tag."""

    CORRECTING = "CORRECTING"
    READY = "READY"


class Origin(StrEnum):
    """What a tag came of, where it was suggested to the person: taken as it was, or changed in taking it."""

    SUGGESTED = "suggested"
    CHANGED = "changed"


class Part(StrEnum):
    """What a session is for in a plan: to be worked on, or to hold known answers, decisions, or what a lead
    checked."""

    WORK = "WORK"
    GOLD = "GOLD"
    DECIDED = "DECIDED"
    CHECK = "CHECK"


class Mode(StrEnum):
    ANNOTATION = "ANNOTATION"
    CORRECTION = "CORRECTION"


class Type(StrEnum):
    ABSA = "ABSA"
    CLASS = "CLASS"
    LABEL = "LABEL"
    CLASSLABEL = "CLASSLABEL"


ORIGIN = "origin"
"""The key of a tag that says it, for servers that name the ability of the same name."""
SENTIMENTS = ("POS", "NEG", "NEU")
"""The labels of an ABSA project that is made without any."""
LONGEST_NAME = 200
"""Code points of a new name: of a session, a class or a label."""
MOST_NAMES = 2_000
"""Classes, or labels, of a session or a project that is given more."""
BUSY = (Status.SAMPLING, Status.PREDICTING, Status.DELETING)
"""Statuses in which the server is at work on a session and nobody may edit it."""


def _name_of(item: object) -> object:
    return item.get("name") if isinstance(item, dict) else item


def _names(value: object) -> object:
    if value is None:
        return ()
    return tuple(_name_of(item) for item in value) if isinstance(value, (list, tuple)) else value


def _date(value: object) -> object:
    """RFC 3339 or a bare date; one without zone is read as UTC, text of another form as none.

    A number is an error.
    """
    if isinstance(value, (int, float)):
        raise ValueError("a date must be text")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def none_is(default: object) -> BeforeValidator:
    """Null in an answer reads like an absent field."""
    return BeforeValidator(lambda value: default if value is None else value)


def fault_in(error: ValidationError) -> str:
    """The first thing that is wrong with a form: where, and what. Nothing of what was sent."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])


Names = Annotated[tuple[StrictStr, ...], BeforeValidator(_names)]
"""Names of classes or labels: sent as strings in a session, as objects in its documents listing."""
TagNames = tuple[StrictStr | None, StrictStr | None]
"""(class, label) of a tag."""
When = Annotated[datetime | None, BeforeValidator(_date)]
Text = Annotated[StrictStr, none_is("")]
Count = Annotated[StrictInt, none_is(0)]
Number = Annotated[StrictFloat, none_is(0.0)]


class Value(BaseModel):
    """Frozen, strict about numbers and text, silent about keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    def to_json(self) -> dict[str, Any]:
        """The JSON object with exactly the fields that were set, under the contract's names."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Tag(Value):
    """A class, a label, or both, on a segment. Other keys (`id`, …) are carried along, never compared."""

    model_config = ConfigDict(extra="allow")
    class_: StrictStr | None = Field(default=None, alias="class")
    label: StrictStr | None = None

    @classmethod
    @lru_cache(maxsize=4096)
    def of(cls, class_: str | None = None, label: str | None = None) -> Tag:
        """A tag that holds only what is given, so that no null is ever sent."""
        parts = {"class": class_ or None, "label": label or None}
        return cls.model_validate({key: part for key, part in parts.items() if part is not None})

    @property
    def names(self) -> tuple[str | None, str | None]:
        """What counts when tags are compared."""
        return (self.class_ or None, self.label or None)

    @property
    def origin(self) -> Origin | None:
        """What it came of; None: its person found it, or nobody knows."""
        said = (self.model_extra or {}).get(ORIGIN)
        return next((one for one in Origin if one == said), None)

    def came_of(self, origin: Origin | None) -> Tag:
        """The tag with that origin, or without any."""
        parts = self.model_dump(by_alias=True, exclude_unset=True, exclude={ORIGIN})
        return Tag.model_validate(parts if origin is None else {**parts, ORIGIN: origin.value})


class Segment(Value):
    """A span of a document with its tags. `text` is what the server said, which may differ from the slice."""

    model_config = ConfigDict(extra="allow")
    text: StrictStr | None = None
    span: tuple[StrictInt, ...] | None = None
    tags: Annotated[tuple[Tag, ...], none_is(())] = ()

    @property
    def is_placed(self) -> bool:
        """Whether `span` is a pair at all; what it says may still be out of range."""
        return self.span is not None and len(self.span) == 2

    @property
    def start(self) -> int:
        return self.span[0] if self.span is not None and len(self.span) == 2 else 0

    @property
    def end(self) -> int:
        return self.span[1] if self.span is not None and len(self.span) == 2 else 0

    @property
    def server_id(self) -> int | str | None:
        """What the server calls it, where it does."""
        id_ = (self.model_extra or {}).get("id")
        return id_ if isinstance(id_, (int, str)) else None

    def fits(self, length: int) -> bool:
        """Whether the span lies within a text of `length` code points and is not empty."""
        return self.is_placed and 0 <= self.start < self.end <= length

    def overlaps(self, other: Segment) -> bool:
        return self.start < other.end and other.start < self.end

    @property
    def units(self) -> tuple[Unit, ...]:
        """(start, end, class, label) for each tag; one (start, end, None, None) for a bare segment."""
        return tuple((self.start, self.end, *tag.names) for tag in self.tags) or (
            (self.start, self.end, None, None),
        )


Unit = tuple[int, int, str | None, str | None]


class Document(Value):
    """A text with its segments. `id` and `annotated` only where the server has them."""

    model_config = ConfigDict(extra="allow")
    id: StrictInt | None = None
    text: StrictStr
    segments: Annotated[tuple[Segment, ...], none_is(())] = ()
    annotated: StrictBool | None = None
    meta: dict[str, Any] | None = None
    _fault: str = PrivateAttr("")

    @classmethod
    def unreadable(cls, sent: object, why: str) -> Document:
        """Stands for a document that was sent in another form: without text and segments, never sent back."""
        said = sent if isinstance(sent, dict) else {}
        numbers = {name: said[name] for name in ("id", "position") if type(said.get(name)) is int}
        document = cls.model_validate({**numbers, "text": ""})
        document._fault = why
        return document

    @property
    def fault(self) -> str:
        """What is wrong with its form, so that it could not be read; empty where it could."""
        return self._fault

    @property
    def tag_count(self) -> int:
        return sum(len(segment.tags) for segment in self.segments)


class NamedClass(Value):
    """A class of a project."""

    id: StrictInt | None = None
    name: StrictStr
    example: StrictStr | None = None
    description: StrictStr | None = None


class NamedLabel(Value):
    """A label of a project."""

    id: StrictInt | None = None
    name: StrictStr


class Person(Value):
    """Somebody, as the server knows them."""

    id: StrictInt | None = None
    email: StrictStr | None = None
    name: StrictStr | None = None


class Session(Value):
    """A labeling session: documents to be tagged, with classes, labels, progress (percent) and status.

    `annotated_count`: how many documents are done; None: the server says it in percent alone.
    """

    id: StrictInt
    project_id: StrictInt
    uuid: StrictStr | None = None
    name: Text = ""
    classes: Names = ()
    labels: Names = ()
    status: StrictStr | None = None
    mode: StrictStr | None = None
    type: StrictStr | None = None
    progress: Number = 0.0
    document_count: Count = 0
    annotated_count: StrictInt | None = None
    description: StrictStr | None = None
    created: When = None
    finished: When = None
    model_id: StrictInt | None = None
    document_group_id: StrictInt | None = None
    organization_id: StrictInt | None = None
    user_id: StrictInt | None = None
    part: StrictStr | None = None
    plan: StrictStr | None = None
    blind: StrictBool | None = None

    @property
    def key(self) -> tuple[int, int]:
        """(project id, session id): what names it on its server."""
        return (self.project_id, self.id)

    @property
    def lasting_name(self) -> str:
        """Its uuid, else `project/id`: what names it also when another session gets its number."""
        return self.uuid or f"{self.project_id}/{self.id}"

    @property
    def is_busy(self) -> bool:
        """Whether the server is at work on it, or about to be: what a model is to propose is yet to come."""
        awaits = self.mode == Mode.CORRECTION and self.model_id is not None and self.status == Status.CREATED
        return self.status in BUSY or awaits


def or_unreadable(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """A document that is of another form stands there as one that cannot be read."""
    try:
        return read(value)
    except ValidationError as error:
        return Document.unreadable(value, fault_in(error))


class SessionPage(Session):
    """One page of a session's documents, with those that cannot be read as such. `total` counts the documents
    that the filter admits, where known."""

    documents: Annotated[tuple[Annotated[Document, WrapValidator(or_unreadable)], ...], none_is(())] = ()
    total: StrictInt | None = None


class ListedSession(Session):
    """A session among those of all projects, with the name of its project: who owns it, who changed it last.
    None: the server does not say it."""

    project: Text = ""
    user: Person | None = None
    changed: When = None
    changed_by: Person | None = None


class AllSessions(Value):
    """One page of the sessions of all projects, how many there are on all pages, and who owns any session."""

    sessions: Annotated[tuple[ListedSession, ...], none_is(())] = ()
    total: Count = 0
    users: Annotated[tuple[Person, ...], none_is(())] = ()


class DocumentPage(Value):
    """One page of a project's documents."""

    documents: Annotated[tuple[Document, ...], none_is(())] = ()
    offset: Count = 0
    limit: StrictInt | None = None
    count: Count = 0
    has_more: Annotated[StrictBool, none_is(False)] = False


class Project(Value):
    """A project and, where the server says it, the caller's role in it."""

    id: StrictInt
    name: Text = ""
    type: StrictStr | None = None
    status: StrictStr | None = None
    created: When = None
    classes: Names = ()
    labels: Names = ()
    role: StrictStr | None = None


class Group(Value):
    """A named set of documents of a project."""

    id: StrictInt
    name: Text = ""
    project_id: StrictInt | None = None
    document_count: Count = 0
    created: When = None
    source: StrictStr | None = None
    status: StrictStr | None = None


class NamedType(Value):
    """A kind of project, as `GET /types` lists them."""

    id: StrictInt | None = None
    name: StrictStr
    description: StrictStr | None = None


class Member(Value):
    """Somebody with a role in a project."""

    id: StrictInt
    email: StrictStr | None = None
    name: StrictStr | None = None
    role: Role
    last_seen: When = None


class Invitation(Value):
    """A link into a project that was not used yet; `secret`: what it ends in, told to its maker alone."""

    id: StrictInt
    email: StrictStr
    role: Role
    expires: When = None
    invited_by: StrictStr | None = None
    secret: StrictStr = ""


class Added(Value):
    """What came of adding somebody to a project: the member, or an invitation for one without an account."""

    person: Member | None = None
    invitation: Invitation | None = None


class Invited(Value):
    """What an invitation is for, to whoever opens its link; `project` is its name."""

    email: StrictStr
    project: StrictStr
    role: Role
    has_account: StrictBool = False


class Info(Value):
    """What the server is and what it can do beyond the contract."""

    version: StrictStr | None = None
    abilities: Annotated[frozenset[StrictStr], none_is(())] = frozenset()

    def can(self, ability: str) -> bool:
        return ability in self.abilities


class DocumentStatus(Value):
    """The answer to marking a document as annotated."""

    name: StrictStr | None = None
    created: When = None
    annotation_id: StrictInt | None = None
    document_id: StrictInt | None = None


class SessionChange(Value):
    """The body of the update call: what is absent stays as it is, an empty list empties.

    Build it from what changed only; null is never sent.
    """

    name: StrictStr | None = None
    document_ids: tuple[StrictInt, ...] | None = None
    documents: tuple[Document, ...] | None = None
    classes: tuple[StrictStr, ...] | None = None
    labels: tuple[StrictStr, ...] | None = None

    @property
    def is_empty(self) -> bool:
        return not self.model_fields_set


class NewSession(SessionChange):
    """The body that creates a session. What is said of a plan is for servers that name `assign`."""

    name: StrictStr
    user_id: int | None = None
    part: Part | None = None
    plan: str | None = None
    blind: bool | None = None


class NewProject(Value):
    """The body that creates a project, where the server can."""

    name: StrictStr
    type: Type
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class Shape(Value):
    """Which parts a tag has in sessions of one type, and how many tags a segment takes."""

    classes: StrictBool
    labels: StrictBool
    one_tag: StrictBool = False
    project_labels_only: StrictBool = False
    whole_documents: StrictBool = False


SHAPES: dict[str, Shape] = {
    Type.ABSA: Shape(classes=True, labels=True, project_labels_only=True),
    Type.CLASSLABEL: Shape(classes=True, labels=True, whole_documents=True),
    Type.CLASS: Shape(classes=True, labels=False, whole_documents=True),
    Type.LABEL: Shape(classes=False, labels=True, one_tag=True, whole_documents=True),
}


def shape_of(type_: str | None) -> Shape:
    """The shape of a session type; an unknown one takes any class and any label."""
    return SHAPES.get(type_ or "", Shape(classes=True, labels=True))


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """The names in their order, each once."""
    return tuple(dict.fromkeys(names))


def missing(names: Sequence[str | None], known: Iterable[str]) -> tuple[str, ...]:
    """Which of `names` are not in `known`, each once, in order."""
    have = set(known)
    return unique(name for name in names if name is not None and name not in have)
