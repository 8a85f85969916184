"""What was chosen of conflicts holds until it is saved."""

from __future__ import annotations

from labeling.draft.document import Loaded, opened
from labeling.errors import Failed
from labeling.saving.choosing import Asked, Choosing
from labeling.saving.merge import Conflict
from labeling.saving.report import DocumentConflicts, Report
from tests.unit.build import a_document, a_segment, a_session

TEXT = "Kind staff, small room."


def found(number: int) -> DocumentConflicts:
    document = a_document(TEXT, a_segment(TEXT, 5, 10, ("Staff", "POS")), id=number)
    conflict = Conflict((5, 10, "Staff", "POS"), ((5, 10, "Staff", "NEG"),), ((5, 10, "Staff", "NEU"),))
    return DocumentConflicts(opened(Loaded(f"id:{number}", number - 1, document)), (conflict,))


def a_report(*asked: DocumentConflicts, **said: object) -> Report:
    by_key = {one.document.key: one for one in asked}
    return Report(a_session(), a_session(), conflicts_by_key=by_key, **said)  # type: ignore[arg-type]


def chosen(choosing: Choosing, *of: DocumentConflicts) -> Choosing:
    return choosing.choose((Asked(one, one.conflicts[0]), "mine") for one in of)


def test_a_choice_holds_while_another_document_holds_the_save_up() -> None:
    first, second = found(1), found(2)
    after = chosen(Choosing().after(a_report(first)), first).after(a_report(second))
    assert list(after.conflicts) == ["id:2"]
    both = chosen(after, second)
    assert list(both.chosen) == ["id:1", "id:2"]


def test_a_choice_ends_with_its_document_or_with_the_whole() -> None:
    first, second = found(1), found(2)
    both = chosen(Choosing().after(a_report(first, second)), first, second)
    proved = a_report(second, proved=frozenset({"id:1"}))
    assert list(both.after(proved).chosen) == ["id:2"]
    assert both.after(a_report()).chosen == {}
    assert both.after(a_report(error=Failed("disk full"))).chosen == both.chosen
