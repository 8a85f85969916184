"""What is said of a row that is drawn is said once, however often the browser tells it."""

from __future__ import annotations

from components.shell.showing import turn_of
from components.shell.state import UiState


def test_a_row_is_settled_once_and_the_next_one_at_its_first_press() -> None:
    ui, said, stayed = UiState(), [], []
    first = turn_of(ui, "card", "row 1")
    press = first.once(said.append, lambda: stayed.append("stayed"))
    # Drawn again before anything was said of it, it is the same: a press meanwhile counts.
    assert turn_of(ui, "card", "row 1") is first
    press("first")
    press("first")
    second = turn_of(ui, "card", "row 2")
    press("first")
    second.once(said.append)("second")
    assert said == ["first", "second"]
    assert stayed == ["stayed", "stayed"]
    assert second.key("take") not in (first.key("take"), second.key("right"))

    # Said in vain, it stands there again, and more can be said of it.
    turn_of(ui, "card", "row 2").once(said.append)("again")
    assert said == ["first", "second", "again"]
