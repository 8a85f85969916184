"""The calls about models, and about sessions in which what they propose is corrected."""

from __future__ import annotations

from collections.abc import Collection

from labeling.learned import (
    Corrected,
    Correction,
    CorrectionPage,
    Job,
    ModelChange,
    NewCorrection,
    NewModel,
    ProjectModel,
    ProjectModelDetails,
)
from labeling.model import Tag, TagStatus
from labeling.studio.calls import Calls, json_of
from labeling.studio.codec import body_of, parsed

DETAILS = ("segments", "tags")


class ModelCalls(Calls):
    """Nothing of what changes something is ever sent twice."""

    def models(self, project_id: int) -> tuple[ProjectModel, ...]:
        return self._read_all(ProjectModel, _models(project_id), project_id=project_id)

    def model(self, project_id: int, model_id: int) -> ProjectModelDetails:
        path = f"{_models(project_id)}/{model_id}"
        return self._read(ProjectModelDetails, path, id=model_id, project_id=project_id)

    def train_model(self, project_id: int, model: NewModel) -> ProjectModel:
        """Have a model trained, which takes its time: `model` says how far it is."""
        return self._post(ProjectModel, _models(project_id), body_of(model), project_id=project_id)

    def change_model(self, project_id: int, model_id: int, change: ModelChange) -> ProjectModel:
        request = self._request("PUT", f"{_models(project_id)}/{model_id}", body=body_of(change))
        known = {"id": model_id, "project_id": project_id}
        return parsed(ProjectModel, json_of(self._once(request)), known)

    def delete_model(self, project_id: int, model_id: int) -> None:
        """Delete a model; what it proposed stays."""
        self._once(self._request("DELETE", f"{_models(project_id)}/{model_id}"))

    # Correction sessions

    def corrections(self, project_id: int, *, status: Collection[str] = ()) -> tuple[Correction, ...]:
        """The project's correction sessions, narrowed to any of the statuses where given."""
        query = {"status": ",".join(status)}
        return self._read_all(Correction, _corrections(project_id), query, project_id=project_id)

    def correction(self, project_id: int, session_id: int) -> Correction:
        path = _correction(project_id, session_id)
        return self._read(Correction, path, id=session_id, project_id=project_id)

    def create_correction(self, project_id: int, new: NewCorrection) -> Correction:
        """Have documents sampled and proposals made for them; `correction` says how far that is."""
        return self._post(Correction, _corrections(project_id), body_of(new), project_id=project_id)

    def delete_correction(self, project_id: int, session_id: int) -> None:
        """Have a correction session deleted for good; the server may take its time."""
        self._once(self._request("DELETE", _correction(project_id, session_id)))

    def corrected_documents(
        self,
        project_id: int,
        session_id: int,
        *,
        offset: int = 0,
        limit: int = 50,
        details: Collection[str] = DETAILS,
    ) -> CorrectionPage:
        """One page of a correction session's documents, with the tags that stand and those proposed."""
        query = {"details": ",".join(details), "offset": offset, "limit": limit}
        path = f"{_correction(project_id, session_id)}/documents"
        return self._read(CorrectionPage, path, query, id=session_id, project_id=project_id)

    def set_tag_status(self, project_id: int, place: Place, tag_id: int, status: TagStatus) -> Corrected:
        """Have a proposal stand as a tag, or be open again."""
        path = f"{_tags(project_id, place)}/{tag_id}/statuses"
        return self._post(Corrected, path, {"status": status.value})

    def confirm_segment(self, project_id: int, place: Place) -> Corrected:
        """Say that a segment is right as it is: all that is proposed on it stands."""
        return self._post(Corrected, f"{_segment(project_id, place)}/statuses", {"name": "ANNOTATED"})

    def add_corrected_tag(self, project_id: int, place: Place, tag: Tag) -> Corrected:
        """Give a segment, which may be one that is only proposed, one more tag."""
        return self._post(Corrected, _tags(project_id, place), body_of(tag))

    def change_corrected_tag(self, project_id: int, place: Place, tag_id: int, tag: Tag) -> Corrected:
        """Give a tag, or a proposal, which stays open, another class or label."""
        request = self._request("PUT", f"{_tags(project_id, place)}/{tag_id}", body=body_of(tag))
        return parsed(Corrected, json_of(self._once(request)), {})

    def reject_tag(self, project_id: int, place: Place, tag_id: int) -> Corrected:
        """Reject a proposal, or take a tag away."""
        request = self._request("DELETE", f"{_tags(project_id, place)}/{tag_id}")
        return parsed(Corrected, json_of(self._once(request)), {})

    # Long work

    def jobs(self, project_id: int, *, ended: bool | None = None) -> tuple[Job, ...]:
        """The project's long work, the newest first; `ended`: what is over, or what is not yet. Only our
        server has this call."""
        query = {} if ended is None else {"ended": str(ended).lower()}
        return self._read_all(Job, f"projects/{project_id}/jobs", query)


Place = tuple[int, int, int]
"""A segment: the numbers of its correction session, its document, and its own."""


def _models(project_id: int) -> str:
    return f"projects/{project_id}/models"


def _corrections(project_id: int) -> str:
    return f"projects/{project_id}/corrections"


def _correction(project_id: int, session_id: int) -> str:
    return f"{_corrections(project_id)}/{session_id}"


def _segment(project_id: int, place: Place) -> str:
    session_id, document_id, segment_id = place
    return f"{_correction(project_id, session_id)}/documents/{document_id}/segments/{segment_id}"


def _tags(project_id: int, place: Place) -> str:
    return f"{_segment(project_id, place)}/tags"
