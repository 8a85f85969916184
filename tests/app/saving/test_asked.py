"""What two people did to the same thing is asked on the page until it is answered."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from labeling.draft.draft import Draft, new_draft
from labeling.draft.history import take
from labeling.editing.session import rename_name
from labeling.model import Session, SessionChange
from labeling.saving.save import save
from labeling.studio.client import LabelingClient
from tests.app.browser import edit_cells, is_idle, press, rows, shown, whole
from tests.app.build import a_session, held, opened, tagged
from tests.app.conftest import Clock

STAFF = "Nice staff, small room"


def a_tagged_session(api: LabelingClient) -> Session:
    staff = tagged(STAFF, ("staff", "Staff", "POS"), ("room", "Room", "NEG"))
    return a_session(api, staff, tagged("The room was clean", ("room", "Room", "POS")))


def unsaved(app: AppTest) -> str:
    return str(app.get_by_key("changes-list").proto.popover.label).replace("*", "")


def conflicts(app: AppTest) -> list[list[str]]:
    return [radio.options for radio in app.radio if str(radio.key).startswith("choice-")]


def others_rename(api: LabelingClient, session: Session, old: str, new: str) -> None:
    draft: Draft = new_draft(api.session(session.project_id, session.id))
    change = rename_name(draft, "classes", old, new)
    report = save(api, take(draft, change), keep=lambda event: None)  # type: ignore[arg-type]
    assert report.is_whole


def test_a_name_that_somebody_else_renamed_is_asked_once_and_the_rest_is_saved(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {1: {"class_": "Staff"}})
    press(app, "next")
    edit_cells(app, {0: {"label": "NEG"}})
    others_rename(api, session, "Staff", "Crew")
    press(app, "save")
    assert "The class “Staff” is called “Crew” now: yours too?" in shown(app)
    assert "Your changes in 1 document use it." in shown(app)
    assert held(api, session)[1][1] == [(4, 8, "Room", "NEG")]
    assert unsaved(app) == "1 unsaved"
    press(app, "previous")
    assert app.button(key="asked-classes-Staff-as:Crew").label == "Call mine Crew"
    press(app, "asked-classes-Staff-as:Crew")
    assert "yours too?" not in shown(app)
    assert [row["class_"] for row in rows(app, "segments-")] == ["Crew", "Crew"]
    press(app, "save")
    assert held(api, session)[0][1] == [(5, 10, "Crew", "POS"), (18, 22, "Crew", "NEG")]
    assert unsaved(app) == "Nothing unsaved"


def test_a_name_that_somebody_else_renamed_is_asked_about_also_before_anything_is_saved(
    app: AppTest, api: LabelingClient, clock: Clock
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {1: {"class_": "Staff"}})
    others_rename(api, session, "Staff", "Crew")
    for _ in range(2):  # what is older is shown once more, and read again late
        clock.pass_a_minute()
        whole(app.run())
    assert "The class “Staff” is called “Crew” now: yours too?" in shown(app)


def test_a_name_that_somebody_else_removed_while_adding_another_is_asked_about_with_all_candidates(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {1: {"class_": "Staff"}})
    retagged = tagged(STAFF, ("staff", "Room", "POS"), ("room", "Room", "NEG"))
    others = SessionChange(documents=(retagged,), classes=("Room", "Crew"))
    api.update_session(session.project_id, session.id, others)
    press(app, "save")
    asked = "Somebody else has taken the class “Staff” away and added “Crew”."
    assert asked in shown(app)
    assert "yours too?" not in shown(app)
    labels = [str(b.label) for b in app.button if str(b.key).startswith("asked-classes-Staff-")]
    assert labels == ["Call mine Crew", "Call mine Room", "Put Staff back", "Remove my tags"]


def test_undoing_an_answer_asks_again(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {1: {"class_": "Staff"}})
    others_rename(api, session, "Staff", "Crew")
    press(app, "save")
    press(app, "asked-classes-Staff-as:Crew")
    press(app, "undo")
    assert "is called “Crew” now: yours too?" in shown(app)


def test_two_conflicts_of_one_document_are_answered_one_by_one_and_stay_until_then(
    app: AppTest, api: LabelingClient
) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}, 1: {"label": "NEU"}})
    theirs = tagged(STAFF, ("staff", "Staff", "NEG"))
    api.update_session(session.project_id, session.id, SessionChange(documents=(theirs,)))
    press(app, "save")
    both = [["Mine: Staff/NEU", "Theirs: Staff/NEG", "Both"], ["Mine: Room/NEU", "Theirs: deleted"]]
    assert conflicts(app) == both
    # Whatever else is done, what is not chosen is asked.
    press(app, "next")
    edit_cells(app, {0: {"label": "NEG"}})
    assert conflicts(app) == both
    assert is_idle(app, "save-choices")
    first, _ = (radio for radio in app.radio if str(radio.key).startswith("choice-"))
    whole(first.set_value("mine").run())
    press(app, "save-choices")
    assert held(api, session)[1][1] == [(4, 8, "Room", "NEG")]
    assert held(api, session)[0][1] == [(5, 10, "Staff", "NEG")]
    assert conflicts(app) == both[1:]
    (second,) = (radio for radio in app.radio if str(radio.key).startswith("choice-"))
    whole(second.set_value("theirs").run())
    press(app, "save-choices")
    assert conflicts(app) == []
    assert held(api, session)[0][1] == [(5, 10, "Staff", "NEU")]
    assert unsaved(app) == "Nothing unsaved"
    assert "your change of “room” (Room/NEG) was not made: somebody else had removed it" in shown(app)


def test_a_conflict_whose_edit_is_undone_is_asked_no_more(app: AppTest, api: LabelingClient) -> None:
    session = a_tagged_session(api)
    opened(app, session)
    edit_cells(app, {0: {"label": "NEU"}})
    theirs = tagged(STAFF, ("staff", "Staff", "NEG"), ("room", "Room", "NEG"))
    api.update_session(session.project_id, session.id, SessionChange(documents=(theirs,)))
    press(app, "save")
    assert len(conflicts(app)) == 1
    press(app, "undo")
    assert conflicts(app) == []
