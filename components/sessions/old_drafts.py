"""A person's unsaved drafts of other sessions: open, download, discard; also when their session is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from components.shell.answers import fresh
from components.shell.markdown import plain
from components.shell.state import NOBODY, UiState
from components.shell.telling import reporting
from labeling.draft import export as draft_file
from labeling.errors import LabelingError, Moved, NotKept
from labeling.model import Session
from labeling.phrases import count_of
from labeling.store.codec import from_stored, to_write
from labeling.store.drafts import DraftKey, DraftStore, Header

NOBODYS = ":gray[:material/person_off: Kept while the server did not say who worked here.]"


class DraftPlace(NamedTuple):
    """A project's name, and its sessions by their lasting names; None: the server does not say just now."""

    name: str
    sessions: Mapping[str, Session] | None


def old_drafts(ui: UiState) -> None:
    """What the person left unsaved in sessions other than the one picked, last edited first."""
    assert ui.store is not None
    owner = ui.sign_in.owner
    try:
        drafts = ui.store.drafts(ui.api_name, owner)
        if owner != NOBODY:
            drafts += ui.store.drafts(ui.api_name, NOBODY)
    except NotKept as error:
        st.warning(f"Your other unsaved drafts cannot be listed at the moment: {plain(str(error))}.")
        return
    headers = [header for header in drafts if header.facts.changes]
    places = {number: _place(ui, number) for number in {header.facts.project_id for header in headers}}
    others = []
    for header in headers:
        place = places[header.facts.project_id]
        session = (place.sessions or {}).get(header.key.session)
        # Nobody's draft is offered to whoever may open its session, also where that is the one picked.
        is_shown = session is None or session.key != ui.place.session
        if is_shown if header.key.person == owner else session is not None:
            others.append((header, place, session))
    if others:
        with st.expander(f"Unsaved drafts ({len(others)})", icon=":material/edit_note:", key="old-drafts"):
            for header, place, session in others:
                _draft(ui, header, place, session)


def exported(store: DraftStore, key: DraftKey) -> bytes:
    """The draft as a file. Raises NotKept when it cannot be read, or was discarded meanwhile."""
    kept = store.read(key)
    if kept is None:
        raise NotKept("it is no longer there")
    return draft_file.write(from_stored(None, kept))


def _place(ui: UiState, project_id: int) -> DraftPlace:
    name = f"Project {project_id}"
    try:
        projects = {project.id: project.name for project in fresh(ui, "projects", ui.api.projects)}
        if project_id not in projects:
            return DraftPlace(name, {})
        name = projects[project_id] or name
        sessions = fresh(ui, f"sessions-{project_id}", lambda: ui.api.sessions(project_id))
    except LabelingError:
        return DraftPlace(name, None)
    return DraftPlace(name, {session.lasting_name: session for session in sessions})


def _draft(ui: UiState, header: Header, place: DraftPlace, session: Session | None) -> None:
    facts, name = header.facts, _name(header.key)
    is_mine = header.key.person == ui.sign_in.owner
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{plain(facts.name) or f'Session {facts.session_id}'}** · "
            f"{plain(place.name)} · {count_of(facts.changes, 'unsaved change')} · last edited "
            f"{header.updated.astimezone():%Y-%m-%d %H:%M}"
            + ("" if is_mine else f"  \n{NOBODYS}")
            + ("" if session else f"  \n{_why_not_open(place)}"),
            width="stretch",
        )
        if not is_mine:
            st.button(
                "Take over",
                key=f"old-take-{name}",
                icon=":material/person_add:",
                help="Make it your own draft of that session",
                on_click=_take_over,
                args=(ui, header.key),
            )
        elif session is not None:
            st.button(
                "Open",
                key=f"old-open-{name}",
                icon=":material/folder_open:",
                on_click=ui.place.choose_session,
                args=(session.project_id, session.id),
            )
        _download(ui, header)
        with st.popover("Discard …", key=f"old-discard-box-{name}", type="tertiary"):
            _discarding(ui, header, can_open=is_mine and session is not None)


def _name(key: DraftKey) -> str:
    """What tells a draft from the others in the keys of its buttons."""
    return f"nobody-{key.session}" if key.person == NOBODY else key.session


def _take_over(ui: UiState, key: DraftKey) -> None:
    """Nobody's draft becomes the person's, unless they have one of that session."""
    assert ui.store is not None
    with reporting(ui, "take the draft over"):
        kept = ui.store.read(key)
        if kept is None:
            raise NotKept("it is no longer there")
        try:
            mine = key._replace(person=ui.sign_in.owner)
            ui.store.append(mine, 0, to_write(None, from_stored(None, kept)))
        except Moved:
            raise NotKept("you have a draft of that session yourself; save or discard that first") from None
        ui.store.remove(key)
        ui.tell("page", "info", "The draft is yours now.")


def _why_not_open(place: DraftPlace) -> str:
    if place.sessions is None:
        return ":gray[The server does not say at the moment whether its session is still there.]"
    return ":gray[:material/link_off: Its session is no longer there, so it cannot be opened.]"


def _download(ui: UiState, header: Header) -> None:
    assert ui.store is not None
    store = ui.store
    st.download_button(
        "Download",
        lambda: exported(store, header.key),
        file_name=draft_file.name_of(header.facts.project_id, header.facts.session_id),
        mime="application/json",
        key=f"old-download-{_name(header.key)}",
        icon=":material/download:",
        on_click="ignore",
        help="The unsaved changes in words, and the documents as they would be, as JSON",
    )


def _discarding(ui: UiState, header: Header, *, can_open: bool) -> None:
    name = _name(header.key)
    if can_open:
        st.write("Here it goes for good. Open it instead and discard it there: that can be undone.")
    else:
        st.write("It goes for good. Download it first if you may want to look something up in it.")
    many = count_of(header.facts.changes, "unsaved change")
    sure = st.checkbox(f"I want to discard {many}", key=f"old-sure-{name}")
    st.button(
        "Discard",
        key=f"old-discard-{name}",
        type="primary",
        disabled=not sure,
        on_click=_discard,
        args=(ui, header.key),
    )


def _discard(ui: UiState, key: DraftKey) -> None:
    assert ui.store is not None
    with reporting(ui, "discard the draft"):
        ui.store.remove(key)
        ui.tell("page", "info", "The draft is discarded.")
