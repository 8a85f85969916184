"""Each call of a save goes wrong in each telling way: nothing is lost, nothing is doubled, and Save works
again."""

from __future__ import annotations

import pytest

from labeling.errors import NotFound, NotSignedIn
from tests.contract.embedded import Embedded
from tests.contract.faults import (
    FAULTS,
    Choose,
    a_draft,
    adding,
    an_other_draft,
    clean_lines,
    documents,
    failing,
    nothing_lost,
    other,
    other_lines,
    ours,
    puts_of_documents,
    refusing,
    replacing,
    wanted,
)
from tests.contract.other_server import TOKEN
from tests.contract.saves import Kept, Wire, a_session, applied, held, other_api, read, save, state
from tests.contract.transport import InProcess

TELLING = ("401", "404", "412", "500", "time-out before it arrived", "another one's answer")
"""What a save goes on differently after, wherever it happens; the rest is told apart from these at a PUT
alone."""
TELLING_RENAMING = ("404", "412", "time-out before it arrived")
"""With a rename, whose calls are some twenty more: a sign-in or a fault for good is tried at each call
below."""
WITH_A_RENAME = (*TELLING[:5], "a web page after it was carried out")


def where(telling: tuple[str, ...]) -> Choose:
    """A telling fault at every call, another one at each that writes."""

    def choose(name: str, lines: list[str]) -> list[int]:
        return [n for n, line in enumerate(lines) if name in telling or line.startswith("PUT")]

    return choose


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_at_any_call_of_a_save_loses_nothing_and_the_next_save_is_whole(
    server: Embedded, name: str
) -> None:
    ours(server, name, rename=False, choose=where(TELLING))


@pytest.mark.parametrize("name", WITH_A_RENAME)
def test_a_fault_at_any_call_of_a_save_with_a_rename_loses_nothing_and_the_next_save_is_whole(
    server: Embedded, name: str
) -> None:
    ours(server, name, rename=True, choose=where(TELLING_RENAMING))


@pytest.mark.parametrize("gives_ids", [True, False], ids=["ids", "no ids"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_server_that_replaces_ends_as_wanted_whatever_went_wrong_first(name: str, gives_ids: bool) -> None:
    replacing(name, gives_ids, where(TELLING))


@pytest.mark.parametrize("gives_ids", [True, False], ids=["ids", "no ids"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_server_that_adds_is_sent_documents_once_and_the_report_says_what_it_did(
    name: str, gives_ids: bool
) -> None:
    adding(name, gives_ids, where(TELLING))


def test_a_server_that_adds_is_sent_documents_once_though_the_program_failed_after_it() -> None:
    server = other("add", gives_ids=False)
    app, kept = InProcess(server.app), Kept(an_other_draft(server))
    proof = other_lines("add", gives_ids=False).index("PUT 5") + 1
    with pytest.raises(ZeroDivisionError):
        kept.save(Wire(app, fault=failing, at=proof).client(TOKEN))
    again = kept.save(other_api(server))
    assert [document.position for document in again.copies] == [0]
    assert puts_of_documents(server) == 1


def test_a_sign_in_that_ends_in_mid_save_keeps_the_rest_and_the_save_goes_on_after_another(
    server: Embedded,
) -> None:
    app = InProcess(server.app)
    lines = clean_lines(app, server.token, a_draft(server.api, a_session(server, *documents()), rename=True))
    for number in range(1, len(lines)):
        session = a_session(server, *documents())
        draft = a_draft(server.api, session, rename=True)
        report = save(Wire(app, fault=refusing(401), at=number, until=99).client(server.token), draft)
        assert isinstance(report.error, NotSignedIn)
        after = applied(draft, report)
        again = save(server.api, after)
        assert again.is_whole, (lines[number], again.error, again.differences)
        assert held(server.api, session) == state(*wanted("Crew")), lines[number]
        assert not applied(after, again).is_changed


def test_a_session_that_is_gone_in_mid_save_is_told_and_what_was_not_proved_before_is_kept(
    server: Embedded,
) -> None:
    app = InProcess(server.app)
    lines = clean_lines(app, server.token, a_draft(server.api, a_session(server, *documents())))
    for number in range(1, len(lines)):
        session = a_session(server, *documents())
        draft = a_draft(server.api, session)

        report = save(Wire(app, fault=refusing(404), at=number, until=99).client(server.token), draft)
        assert isinstance(report.error, NotFound), lines[number]
        after = applied(draft, report)
        assert nothing_lost(draft, after, report.proved), lines[number]
        assert after.added in ((), draft.added)
        assert after.added or wanted()[-1].text in [document.text for document in read(server.api, session)]
        assert save(server.api, after).is_whole
