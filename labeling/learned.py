"""Models, and the sessions in which what they propose is corrected: the contract's objects, read as `model`
says."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictFloat, StrictInt, StrictStr, ValidationError, WrapValidator

from labeling.model import (
    Count,
    Document,
    ModelStatus,
    Names,
    Number,
    Part,
    Session,
    Status,
    Tag,
    TagStatus,
    Text,
    Value,
    When,
    none_is,
    or_unreadable,
)


class ModelSource(Value):
    """A session that a model has learned from: how many of its documents, with how many tags."""

    id: StrictInt
    documents: Count = 0
    tags: Count = 0


class ProjectModel(Value):
    """A model of a project. `progress` in percent while it learns; `score`: 100 times the F1 of whole tags,
    by cross-validation, where it is known; `description`: why it is FAILED. `sources` only where the server
    says it."""

    id: StrictInt
    project_id: StrictInt | None = None
    name: Text = ""
    display_name: Text = ""
    short_description: StrictStr | None = None
    long_description: StrictStr | None = None
    language: StrictStr | None = None
    type: StrictStr | None = None
    status: StrictStr | None = None
    progress: Number = 0.0
    score: StrictFloat | None = None
    description: StrictStr | None = None
    created: When = None
    owner: StrictInt | StrictStr | None = None
    sources: Annotated[tuple[ModelSource, ...], none_is(())] = ()

    @property
    def is_ready(self) -> bool:
        """Whether correction sessions can be made with it."""
        return self.status in (ModelStatus.READY, ModelStatus.ACTIVE, ModelStatus.PUBLISHED)

    @property
    def is_awaited(self) -> bool:
        """Whether it is yet to be trained."""
        return self.status in (ModelStatus.CREATED, ModelStatus.QUEUED, ModelStatus.TRAINING)


class ProjectModelDetails(ProjectModel):
    """With the classes and labels of the tags that it has learned from. `metrics`: as the server has them;
    ours `f1`, `precision`, `recall`, `interval` (of the F1), `span_f1`, `calibration_error`, `documents`,
    `tags`, `out_of_reach` (tags that no proposal can be like), and `classes` with the first three of each."""

    classes: Names = ()
    labels: Names = ()
    metrics: Annotated[dict[str, Any], none_is({})] = Field(default_factory=dict)


class NewModel(Value):
    """The body that has a model trained; `session_ids`: learn from what is done in these, absent: in those
    that are finished. Only our server knows them."""

    name: StrictStr | None = None
    display_name: StrictStr | None = None
    language: StrictStr | None = None
    session_ids: tuple[StrictInt, ...] | None = None


class ModelChange(Value):
    """The body that changes what is said of a model: what is absent stays."""

    name: StrictStr | None = None
    display_name: StrictStr | None = None
    short_description: StrictStr | None = None
    long_description: StrictStr | None = None
    language: StrictStr | None = None


class NamedModel(Value):
    """A model as a correction session names it."""

    id: StrictInt
    display_name: Text = ""


class Correction(Session):
    """A session in which a model's proposals are corrected. `predicted_score`: what the model would be worth
    with what was corrected, of 100."""

    model: NamedModel | None = None
    predicted_score: StrictInt | None = None

    @property
    def is_busy(self) -> bool:
        """As of any session; this form names its model otherwise."""
        return super().is_busy or (self.status == Status.CREATED and self.model is not None)


class NewCorrection(Value):
    """The body that makes a correction session of at most so many documents, those most in doubt."""

    model_id: StrictInt
    sample_size: StrictInt | None = None
    name: StrictStr | None = None


class CorrectionPage(Correction):
    """One page of the documents of a correction session, with what is proposed. A tag of these holds `status`
    and `confidence`, which `proposal_of` reads."""

    documents: Annotated[tuple[Annotated[Document, WrapValidator(or_unreadable)], ...], none_is(())] = ()
    total: StrictInt | None = None


class TagState(Value):
    """What a server says of a tag beyond its names: its id, whether it is open, how sure the model is."""

    id: StrictInt | None = None
    status: StrictStr | None = None
    confidence: StrictFloat | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has confirmed it."""
        return self.status == TagStatus.CORRECTING


class DocumentMark(Value):
    """Since when a document is annotated."""

    annotated: When = None


class Corrected(Value):
    """What a call about a proposal came to."""

    predicted_score: StrictInt | None = None
    progress: Number = 0.0
    segment: Annotated[DocumentMark, none_is(DocumentMark())] = DocumentMark()
    tag: Tag | None = None


class Job(Value):
    """Long work of a project: of which kind, how far (percent), for which session, why it failed."""

    id: StrictInt
    kind: Text = ""
    status: StrictStr | None = None
    progress: Number = 0.0
    annotation_id: StrictInt | None = None
    error: StrictStr | None = None
    created: When = None
    ended: When = None


def proposal_of(tag: Tag) -> TagState:
    """What is said of a tag of a `CorrectionPage`; of what was said in another form nothing."""
    try:
        return TagState.model_validate(tag.model_extra or {})
    except ValidationError:
        return TagState()


def why_no_teacher(session: Session) -> str:
    """Why a server lets no model learn from a session, as far as the session says it: what annotators are not
    to know of each other they are not told by a model either. Empty where it lets one learn from it."""
    if session.status in (Status.FAILED, Status.DELETING):
        return "failed or being deleted"
    if session.part == Part.GOLD:
        return "with known answers"
    if session.part == Part.CHECK:
        return "with checks"
    return "blind" if session.blind else ""
