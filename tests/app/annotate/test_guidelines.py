"""What the classes mean stands beside the text, with a person's own notes;
and some classes can be looked at alone."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from components.annotate.show_only import ShownTags
from components.shell import connections
from labeling.editing.session import remove_name, rename_name
from labeling.errors import NotKept, Unavailable
from labeling.model import Role, Session, Type
from labeling.server.storage.store import Store
from labeling.server.storage.tables import classes
from labeling.store.drafts import DraftStore
from labeling.studio.client import LabelingClient
from tests.app.browser import drawn, named, press, rows, shown, whole
from tests.app.build import a_person, a_project, a_session, another_window, held, opened, tagged
from tests.app.conftest import new_app

TEXT = "Nice staff, small room, kind cook"


@pytest.fixture
def session(api: LabelingClient) -> Session:
    return a_session(
        api,
        tagged(TEXT, ("staff", "Staff", "POS"), ("room", "Room", "NEG"), ("cook", "Staff", "NEU")),
        "Cold room",
    )


def explain(store: Store, class_: str, description: str, example: str) -> None:
    """By hand: no call of the client says what a class means."""
    with store.database.writing() as connection:
        connection.execute(
            update(classes).where(classes.c.name == class_).values(description=description, example=example)
        )


def panel(app: AppTest) -> str:
    """What the panel shows, as Markdown; empty while it is closed."""
    found = [node for node in app.get("flex_container") if node.key == "guidelines-panel"]
    return "\n".join(item.value for box in found for item in (*box.markdown, *box.caption))


def is_narrowed(app: AppTest) -> bool:
    """Whether the page says that segments are hidden."""
    return any(button.key == "show-all" for button in app.button)


def choose(app: AppTest, *names: str, field: str = "classes") -> AppTest:
    return whole(named(app.multiselect, f"only-{field}").set_value(list(names)).run())


# Guidelines


def test_the_panel_opens_and_closes_and_nothing_is_asked_of_the_server_before(
    app: AppTest, api: LabelingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    ask = api.project_classes
    monkeypatch.setattr(api, "project_classes", lambda number: asked.append(number) or ask(number))
    opened(app, session)
    assert (panel(app), asked) == ("", [])
    press(app, "guidelines")
    assert "**Classes**" in panel(app)
    press(app, "next")
    assert "**Classes**" in panel(app)
    assert asked == [session.project_id]
    press(app, "guidelines")
    assert panel(app) == ""


def test_each_class_and_label_has_its_key_and_how_often_the_open_document_has_it(
    app: AppTest, session: Session
) -> None:
    opened(app, session)
    press(app, "guidelines")
    for words in ("`1` **Staff** :gray[· 2 here]", "`2` **Room** :gray[· 1 here]", "`e` **NEU** :gray[· 1"):
        assert words in panel(app)
    press(app, "next")
    assert "`1` **Staff**" in panel(app)
    assert "here" not in panel(app)


def test_what_a_class_means_stands_there_as_it_was_written_and_never_as_mark_up(
    app: AppTest, store: Store, session: Session
) -> None:
    explain(store, "Staff", "Who *works* there, <script>alert(1)</script>", "the [porter](http://x)")
    opened(app, session)
    press(app, "guidelines")
    assert "Who \\*works\\* there, \\<script\\>alert(1)\\</script\\>" in panel(app)
    assert ":gray[for example] *the \\[porter\\](http:color[\\:]{foreground=inherit}//x)*" in panel(app)
    assert "says nothing" not in panel(app)


def test_a_class_that_was_renamed_here_still_means_the_same(
    app: AppTest, store: Store, session: Session, drafts: DraftStore
) -> None:
    explain(store, "Staff", "Who works there", "")
    opened(app, session)
    window = another_window(session, drafts)
    assert window.edit(lambda draft: rename_name(draft, "classes", "Staff", "Team")) == ""
    press(app, "guidelines")
    assert "`1` **Team** :gray[· 2 here]  \nWho works there" in panel(app)


def test_a_session_of_labels_has_no_classes_to_explain(app: AppTest, api: LabelingClient) -> None:
    project = a_project(api, Type.LABEL, classes=(), labels=("POS", "NEG"))
    opened(app, a_session(api, "Nice staff", project=project))
    press(app, "guidelines")
    assert "**Labels**" in panel(app)
    assert "**Classes**" not in panel(app)


def test_a_server_that_says_nothing_of_its_classes_does_not_stop_the_work(
    app: AppTest, api: LabelingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(number: int) -> object:
        raise Unavailable("no connection")

    monkeypatch.setattr(api, "project_classes", away)
    opened(app, session)
    press(app, "guidelines")
    assert "Could not read what the classes mean" in panel(app)
    assert "`1` **Staff**" in panel(app)
    assert drawn(app)["text"] == TEXT


# A person's notes


def note(app: AppTest, text: str) -> AppTest:
    press(app, "notes-edit")
    app.text_area(key="notes-text").set_value(text)
    return press(app, "notes-keep")


def test_notes_are_kept_for_one_person_in_all_sessions_of_a_project(
    app: AppTest, api: LabelingClient, store: Store, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(app, session)
    press(app, "guidelines")
    press(app, "notes-edit")
    assert "Kept for you alone" in panel(app)
    press(app, "notes-cancel")
    note(app, "Tag *opinions*.")
    assert "Tag *opinions*." in panel(app)
    second = opened(new_app(), a_session(api, "More", project=session.project_id, name="Second"))
    assert "Tag *opinions*." in panel(press(second, "guidelines"))
    elsewhere = opened(new_app(), a_session(api, "Elsewhere"))
    assert "opinions" not in panel(press(elsewhere, "guidelines"))
    ann = a_person(api, store, Role.ANNOTATOR, session.project_id)
    monkeypatch.setattr(connections, "connect", lambda token: ann)
    hers = opened(new_app(), session)
    assert "opinions" not in panel(press(hers, "guidelines"))


def test_notes_are_changed_and_emptied(app: AppTest, session: Session) -> None:
    opened(app, session)
    press(app, "guidelines")
    note(app, "First")
    press(app, "notes-edit")
    assert app.text_area(key="notes-text").value == "First"
    press(app, "notes-cancel")
    note(app, " ")
    assert app.button(key="notes-edit").label == "Write notes of your own"


def test_notes_that_cannot_be_kept_are_in_this_tab_and_that_is_said(
    app: AppTest, session: Session, drafts: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise NotKept("the disk is full")

    monkeypatch.setattr(drafts, "set_preference", fails)
    opened(app, session)
    press(app, "guidelines")
    note(app, "Tag opinions")
    assert "Tag opinions" in panel(app)
    assert "Your notes are in this tab only for now: the disk is full." in shown(app)


# Show only


def test_some_classes_are_shown_alone_with_the_others_counted_and_nothing_left_out_of_a_save(
    app: AppTest, api: LabelingClient, session: Session
) -> None:
    opened(app, session)
    assert drawn(app)["only"] == {"classes": [], "labels": []}
    choose(app, "Staff")
    assert drawn(app)["only"] == {"classes": ["Staff"], "labels": []}
    assert "1 of 3 segments is hidden] · only *Staff*" in shown(app)
    assert len(rows(app, "segments-")) == 3
    press(app, "done-and-next")
    press(app, "save")
    assert len(held(api, session)[0][1]) == 3
    press(app, "previous")
    press(app, "show-all")
    assert drawn(app)["only"] == {"classes": [], "labels": []}
    assert not is_narrowed(app)
    assert named(app.multiselect, "only-classes").value == []


def test_a_class_and_a_label_have_to_fit_the_same_tag(app: AppTest, session: Session) -> None:
    opened(app, session)
    choose(app, "Staff")
    choose(app, "NEG", field="labels")
    assert "3 of 3 segments are hidden] · only *Staff* and *NEG*" in shown(app)
    choose(app, "NEG", "POS", field="labels")
    assert "2 of 3 segments are hidden] · only *Staff* and *NEG*, *POS*" in shown(app)


def test_what_is_shown_alone_is_chosen_for_one_session_and_goes_with_its_class(
    app: AppTest, api: LabelingClient, session: Session, drafts: DraftStore
) -> None:
    opened(app, session)
    choose(app, "Room")
    window = another_window(session, drafts)
    assert window.edit(lambda draft: rename_name(draft, "classes", "Room", "Chamber")) == ""
    whole(app.run())
    assert drawn(app)["only"]["classes"] == ["Chamber"]
    press(app, "undo")
    assert drawn(app)["only"]["classes"] == ["Room"]
    window.kept.look()
    assert window.edit(lambda draft: remove_name(draft, "classes", "Room", 1)) == ""
    whole(app.run())
    assert not is_narrowed(app)
    choose(app, "Staff")
    opened(app, a_session(api, "More", project=session.project_id, name="Second"))
    assert drawn(app)["only"] == {"classes": [], "labels": []}


@pytest.mark.parametrize(
    ("only", "tags", "is_shown"),
    [
        (ShownTags(), (), True),
        (ShownTags(("Staff",)), (("Staff", None),), True),
        (ShownTags(("Staff",)), (), False),
        (ShownTags((), ("POS",)), ((None, "POS"),), True),
        (ShownTags(("Staff",), ("POS",)), (("Staff", "NEG"), ("Room", "POS")), False),
        (ShownTags(("Staff",), ("POS",)), (("Room", "POS"), ("Staff", "POS")), True),
    ],
)
def test_a_segment_is_shown_when_one_of_its_tags_fits(
    only: ShownTags, tags: tuple[tuple[str | None, str | None], ...], is_shown: bool
) -> None:
    assert only.admits(tags) is is_shown
