"""Work lists remember what was said of their rows, and earn their place by it."""

from __future__ import annotations

from labeling.checking.suspects import ListName, Suspect, gathered
from labeling.reviewing.work_lists import (
    ListStanding,
    open_suspects,
    standings,
    suspects_in_words,
    verdict_on,
)
from labeling.store.review_values import StoredVerdict, Who
from tests.unit.build import a_document, a_segment, an_open_document

LEAD = Who("1", "lead@example.org")


def rows(list_: ListName, count: int) -> list[Suspect]:
    text = "my staff"
    views = [
        (5, an_open_document(a_document(text, a_segment(text, 3, 8, ("Staff", "POS"))), at, f"id:{at}"))
        for at in range(count)
    ]
    found = gathered(views)
    return [found.suspect(list_, tag, None, "", 1.0) for tag in found.tags]


def listed(found: dict[ListName, list[Suspect]], said: list[StoredVerdict]) -> dict[ListName, ListStanding]:
    wrong = {one.document for one in said if one.outcome == "wrong"}
    lists = standings(found, {5: said}, lambda row: row.document not in wrong)
    return {one.name: one for one in lists}


def test_a_row_that_is_right_is_shown_no_more_in_any_list_unless_its_tag_changes() -> None:
    label, length = rows("label", 3), rows("length", 3)
    said = [verdict_on(label[0], "right", LEAD)]
    found = listed({"label": label, "length": length}, said)
    assert [row.document for row in found["label"].open] == ["id:1", "id:2"]
    assert [row.document for row in found["length"].open] == ["id:1", "id:2"]
    assert (found["label"].rate, found["length"].rate) == ("0 of 1: 0 % (0-79)", "none tried yet")
    changed = [row._replace(names=("Room", "POS")) for row in label]
    assert len(listed({"label": changed}, said)["label"].open) == 3


def test_lists_stand_in_the_order_of_what_they_proved_at_least() -> None:
    found: dict[ListName, list[Suspect]] = {"untagged": rows("untagged", 30), "length": rows("length", 30)}
    assert [one.name for one in standings(found, {}, lambda row: True)] == ["untagged", "length"]
    said = [
        verdict_on(row, "wrong" if n < 17 else "right", LEAD) for n, row in enumerate(found["length"][:25])
    ]
    lists = listed(found, said)
    assert list(lists) == ["length", "untagged"]
    assert (lists["length"].rate, len(lists["length"].open)) == ("17 of 25: 68 % (48-83)", 5)


def test_what_was_put_right_and_undone_and_what_was_taken_among_many_proves_nothing() -> None:
    label = rows("label", 3)
    said = [verdict_on(label[0], "wrong", LEAD), verdict_on(label[1], "wrong", LEAD, alone=False)]
    (undone,) = standings({"label": label}, {5: said}, lambda row: True)
    assert (undone.looked_at, len(undone.open)) == (0, 3)
    assert listed({"label": label}, said)["label"].rate == "1 of 1: 100 % (21-100)"


def test_a_suspect_on_several_lists_counts_once_and_what_a_model_doubts_not_at_all() -> None:
    label, length, doubt = rows("label", 3), rows("length", 4), rows("doubt", 5)
    said = [verdict_on(label[0], "right", LEAD)]
    lists = [*listed({"label": label, "length": length}, said).values()]
    assert open_suspects(lists) == 3
    assert suspects_in_words(lists) == "3 suspects in all; one on several lists counts once."
    lists = [*listed({"length": length[:1], "doubt": doubt}, []).values()]
    assert open_suspects(lists) == 1
    assert suspects_in_words(lists) == "1 suspect in all; what the model doubts is not among them."
