"""Projects and sessions that tests of the pages need, made through the API."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components.shell.desk import Desk, desk_at
from components.shell.sign_in import connect_tab
from components.shell.state import UiState
from labeling.model import Document, NewProject, NewSession, Role, Segment, Session, Tag, Type
from labeling.server.accounts import add_person
from labeling.server.storage.store import Store
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import whole

PASSWORD = "correct horse battery"


def a_project(
    api: LabelingClient,
    type_: Type = Type.ABSA,
    *,
    classes: tuple[str, ...] = ("Staff", "Room"),
    labels: tuple[str, ...] = ("POS", "NEG", "NEU"),
) -> int:
    return api.add_project(NewProject(name="Hotels", type=type_, classes=classes, labels=labels)).id


def a_session(
    api: LabelingClient,
    *documents: Document | str,
    project: int = 0,
    name: str = "First round",
    **fields: object,
) -> Session:
    """A session over texts or documents, in a new ABSA project unless one is named."""
    made = tuple(Document(text=item) if isinstance(item, str) else item for item in documents)
    new = NewSession.model_validate({"name": name, "documents": made, **fields})
    return api.create_session(project or a_project(api), new)


def tagged(text: str, *tags: tuple[str, str, str]) -> Document:
    """A document with a segment for each (words, class, label); with neither name the segment is bare."""
    segments = []
    for words, class_, label in tags:
        start = text.index(words)
        names = (Tag.of(class_, label),) if class_ or label else ()
        segments.append(Segment(text=words, span=(start, start + len(words)), tags=names))
    return Document(text=text, segments=tuple(segments))


def a_person(
    api: LabelingClient, store: Store, role: Role, project: int, name: str = "ann"
) -> LabelingClient:
    """A client of somebody with that role in that project only, signed in with PASSWORD."""
    email = f"{name}@example.org"
    add_person(store, email, None if store.people.has_account(email) else PASSWORD, role, project)
    return LabelingClient(api._http, api.sign_in(f"{name}@example.org", PASSWORD))


def another_window(session: Session, drafts: DraftStore) -> Desk:
    """The desk of another window of whoever works in the app."""
    ui = UiState(store=drafts)
    connect_tab(ui)
    return desk_at(ui, session)


def set_status(store: Store, session: Session, status: str) -> None:
    """By hand: no call leads to the statuses in which the server is at work."""
    with store.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE sessions SET status = '{status}' WHERE id = {session.id}")


def opened(app: AppTest, session: Session, page: str = "annotate", document: int = 0) -> AppTest:
    """A page, opened by its link."""
    app.query_params["project"], app.query_params["session"] = str(session.project_id), str(session.id)
    if document:
        app.query_params["document"] = str(document)
    return whole(app.switch_page(f"pages/{page}.py").run())


def held(api: LabelingClient, session: Session) -> list[tuple[str, list[tuple[object, ...]]]]:
    """What the server holds: the text of each document with its units."""
    documents = api.documents(session.project_id, session.id, limit=200).documents
    return [(d.text, [unit for segment in d.segments for unit in segment.units]) for d in documents]


def marks(api: LabelingClient, session: Session) -> list[bool]:
    """Which documents the server holds as done."""
    documents = api.documents(session.project_id, session.id, limit=200).documents
    return [bool(document.annotated) for document in documents]
