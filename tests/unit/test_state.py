from components.state import UiState
from labeling.errors import Forbidden
from labeling.names import rename_session
from labeling.saving import Report
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


class Over:
    """A save that is over."""

    def __init__(self, session: tuple[int, int], report: Report) -> None:
        self.session, self._report = session, report

    def wait(self, seconds: float) -> bool:
        return True

    def report(self) -> Report:
        return self._report


def test_a_save_is_taken_in_on_whatever_page_the_person_is_and_a_refused_one_locks_the_session():
    ui, session = UiState(), a_session()
    ui.take(session, rename_session(ui.draft_of(session), "Mine"))  # type: ignore[arg-type]
    refused = Report(session, session, 0.1, 0, 0, error=Forbidden("too low"))
    ui.saving = Over((session.project_id, session.id), refused)  # type: ignore[assignment]
    assert ui.collect_save()
    assert ui.saving is None
    assert ui.refused(session)
    assert ui.draft_of(session).name == "Mine"
    assert not ui.collect_save()
    done = Report(session, a_session(name="Mine"), 0.1, 0, 0, session_proved=True)
    ui.saving = Over((session.project_id, session.id), done)  # type: ignore[assignment]
    assert ui.collect_save()
    assert ui.refused(session) == ""
