"""Bring somebody into the project: at once who is in another one of the manager's, else by a link."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin

import streamlit as st

from components.shell.answers import forget, fresh
from components.shell.markdown import plain
from components.shell.showing import Once, once
from components.shell.state import UiState, widget_value
from components.shell.telling import loading, reporting
from labeling.errors import NotFound
from labeling.model import Invitation, Project, Role

EMAIL = "invite-email"
WIDTHS = (5, 3, 4)


@dataclass
class NewLinks:
    """The secrets of links that were made on this page, by invitation: nobody tells them again."""

    secrets: dict[int, str] = field(default_factory=dict)


def invite(ui: UiState, project: Project) -> None:
    """The form, and who is invited already."""
    with st.form("invite", border=True):
        email, role, button = st.columns((5, 3, 2), vertical_alignment="bottom")
        field = once(ui, EMAIL)
        email.text_input("E-mail", key=field.key, placeholder="eva@example.org")
        role.selectbox("Role", list(Role), index=1, key="invite-role", format_func=str.title, help=ROLES)
        with button:
            st.form_submit_button(
                "Invite", type="primary", on_click=_invite, args=(ui, project, field), width="stretch"
            )
    _invited(ui, project)


ROLES = """\
**Viewer**: sees everything, changes nothing.
**Annotator**: makes and tags sessions.
**Manager**: also people, classes and labels of the project, deleting.
"""


def _invite(ui: UiState, project: Project, field: Once) -> None:
    if field.is_over:
        return
    email, role = widget_value(field.key).strip(), Role(widget_value("invite-role"))
    if email and _add(ui, project, email, role):
        field.end()


def _again(ui: UiState, project: Project, invitation: Invitation) -> None:
    _add(ui, project, invitation.email, invitation.role)


def _add(ui: UiState, project: Project, email: str, role: Role) -> bool:
    """Whether it was done."""
    is_done = False
    with reporting(ui, "invite this person"):
        added = ui.api.add_member(project.id, email, role)
        if added.invitation is not None:
            ui.of(NewLinks).secrets[added.invitation.id] = added.invitation.secret
        elif added.person is not None:
            words = f"{added.person.email} is {added.person.role.title()} now."
            ui.tell("page", "success", words)
        is_done = True
    forget(ui)
    return is_done


def _invited(ui: UiState, project: Project) -> None:
    with loading("read who is invited"):
        found = fresh(ui, f"invitations-{project.id}", lambda: ui.api.invitations(project.id))
    if not found:
        return
    st.subheader("Invited", anchor=False)
    with st.container(border=True, key="invited"):
        for invitation in found:
            _line(ui, project, invitation)


def _line(ui: UiState, project: Project, invitation: Invitation) -> None:
    who, until, buttons = st.columns(WIDTHS, vertical_alignment="center")
    who.markdown(f"**{plain(invitation.email)}** · {invitation.role.title()}")
    if invitation.expires is not None:
        until.caption(f"Until {invitation.expires:%d %b, %H:%M} UTC")
    with buttons, st.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            "New link",
            key=f"again-{invitation.id}",
            help="The old link is not valid any more then.",
            on_click=_again,
            args=(ui, project, invitation),
        )
        st.button(
            "Withdraw", key=f"withdraw-{invitation.id}", on_click=_withdraw, args=(ui, project, invitation)
        )
    secret = ui.of(NewLinks).secrets.get(invitation.id)
    if secret:
        st.caption(f"Send this link to {plain(invitation.email)}. It works once, and is shown here only now:")
        st.code(urljoin(st.context.url or "", f"join#{secret}"), language=None, wrap_lines=True)


def _withdraw(ui: UiState, project: Project, invitation: Invitation) -> None:
    with reporting(ui, "withdraw the invitation"), suppress(NotFound):
        ui.api.withdraw(project.id, invitation.id)
    forget(ui)
