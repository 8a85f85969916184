"""The calls by which a manager says who works on what. Only where the server names `assign`."""

from __future__ import annotations

from labeling.model import Session
from labeling.studio.calls import Calls, json_of, session_path
from labeling.studio.codec import parsed


class AssigningCalls(Calls):
    """Sessions are made for others by `create_session`, with their `user_id`, `part`, `plan`, `blind`."""

    def hand_over(self, project_id: int, session_id: int, user_id: int) -> Session:
        """Make somebody with a role in the project the session's person. Raises Invalid for anybody else."""
        path = f"{session_path(project_id, session_id)}/person"
        answer = self._once(self._request("PUT", path, body={"user_id": user_id}))
        return parsed(Session, json_of(answer), {"id": session_id, "project_id": project_id})

    def take_out(
        self, project_id: int, session_id: int, document_id: int, *, with_tags: bool = False
    ) -> None:
        """Take a document out of a session; it stays in the project. Raises Invalid where tags stand on it,
        unless it is to go with them."""
        path = f"{session_path(project_id, session_id)}/documents/{document_id}"
        query = {"with_tags": True} if with_tags else {}
        self._once(self._request("DELETE", path, query=query))
