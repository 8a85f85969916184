import time

from components.shell.answers import AT_WORK, FRESH, read_late
from components.shell.state import UiState


def test_who_edits_asks_the_server_for_what_is_older_than_three_minutes_alone() -> None:
    ui, asked = UiState(), []

    def ask() -> str:
        asked.append("sessions")
        return "as before"

    def told(seconds_ago: float) -> None:
        ui.answers.known["sessions"] = (time.monotonic() - seconds_ago, "as before")

    ui.answers.late["sessions"] = (ask, FRESH)
    told(seconds_ago=170)
    read_late(ui, AT_WORK)
    assert not asked
    read_late(ui)
    assert len(asked) == 1
    told(seconds_ago=181)
    read_late(ui, AT_WORK)
    assert len(asked) == 2
