"""Who leads a project, and why a session cannot be edited. Pure."""

from __future__ import annotations

from labeling.model import Role, Session


def is_lead(role: str | None) -> bool:
    """Whether somebody of a role in a project leads it; where no server says a role, everybody does."""
    return role in (None, Role.MANAGER)


def read_only_reason(session: Session, role: str | None) -> str:
    """Why the session cannot be edited, in words; empty when it can. An unknown role may edit."""
    if session.is_busy:
        doing = {
            "CREATED": "waiting for a model",
            "SAMPLING": "choosing documents",
            "PREDICTING": "predicting tags",
            "DELETING": "being deleted",
        }
        what = doing.get(session.status or "", "busy")
        return f"This session is {what} right now. It can be edited when that is over."
    if role == "VIEWER":
        return "You are a viewer in this project: you can read everything, but not change it."
    return ""
