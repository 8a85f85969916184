from components.state import UiState
from labeling.names import rename_session
from tests.unit.build import a_session


def test_each_person_in_a_tab_has_drafts_of_their_own():
    ui, session = UiState(), a_session()
    ui.take(session, rename_session(ui.draft_of(session), "Mine"))  # type: ignore[arg-type]
    ui.become("ann@example.org")
    assert ui.draft_of(session).name == "Mine"
    ui.become("bob@example.org")
    assert ui.draft_of(session).name == session.name
    ui.become("")
    assert ui.draft_of(session).name == session.name
    ui.become("ann@example.org")
    assert ui.draft_of(session).name == "Mine"
