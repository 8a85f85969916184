from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.annotate.live import annotate_page
from components.saving.panel import asked_of
from components.shell.desk import Desk, draft_of
from components.shell.state import UiState
from labeling.documents.reader import Reader
from labeling.draft.document import Loaded
from labeling.editing.session import rename_name, rename_session
from labeling.editing.table import set_done
from labeling.store.drafts import open_drafts
from labeling.studio.client import LabelingClient, pool
from tests.unit.build import a_document, a_session

DOCUMENT = Loaded("id:1", 0, a_document("Kind staff", id=1))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store, http = open_drafts(tmp_path), pool("http://nowhere")
    ui, session = UiState(store=store), a_session()
    yield Desk(ui, session, Reader(LabelingClient(http), session), draft_of(ui, session))
    http.close()
    store.close()


def page(desk: Desk) -> object:
    return annotate_page(desk.now(), asked_to_send=asked_of(desk.now()), follows_every_edit=False)


def mark_done(desk: Desk) -> None:
    assert desk.edit_document(DOCUMENT, lambda view, draft: set_done(view, True)) == ""


def test_an_edit_of_a_document_changes_nothing_around_it(desk: Desk) -> None:
    before = page(desk)
    mark_done(desk)
    assert page(desk) == before


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: desk.edit(lambda draft: rename_name(draft, "classes", "Staff", "Team")),
        lambda desk: desk.tell("page", "info", "Something was saved"),
        lambda desk: setattr(desk.ui.answers, "offline", "The server cannot be reached."),
        lambda desk: setattr(desk.ui.sign_in, "is_over", True),
    ],
)
def test_what_stands_around_the_document_is_drawn_anew_when_it_changes(
    desk: Desk, act: Callable[[Desk], object]
) -> None:
    before = page(desk)
    act(desk)
    assert page(desk) != before


def test_what_is_said_in_the_table_or_below_the_text_changes_nothing_around_them(desk: Desk) -> None:
    before = page(desk)
    desk.tell("table", "warning", "Not stored")
    desk.tell("text", "info", "Undone: a tag")
    assert page(desk) == before


def test_what_is_asked_before_a_save_follows_what_is_done_meanwhile(desk: Desk) -> None:
    assert asked_of(desk) is None
    mark_done(desk)
    desk.ui.save.asked = desk.session.key
    before = page(desk)
    assert asked_of(desk.now()) == "1 changed document"
    desk.edit(lambda draft: rename_name(draft, "classes", "Staff", "Team"))
    desk.edit(lambda draft: rename_session(draft, "Mine"))
    assert asked_of(desk.now()) == "1 changed document, 1 rename, the session's name"
    for _ in range(3):
        desk.undo()
    assert asked_of(desk.now()) == ""
    assert page(desk) != before
