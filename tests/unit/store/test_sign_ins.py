"""A sign-in holds for its cookie alone, for thirty days at most; what is stored gives nothing away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from labeling.store import sign_ins
from labeling.store.drafts import DraftStore, open_drafts
from labeling.store.sign_ins import LIFETIME, BrowserSignIns, SignedIn
from labeling.store.tables import browser_sign_ins

ANN = SignedIn("the token", "ann@example.org")


@pytest.fixture
def drafts(tmp_path: Path, database_url: str) -> Iterator[DraftStore]:
    with closing(open_drafts(tmp_path / "data", database_url)) as opened:
        yield opened


@pytest.fixture
def kept(drafts: DraftStore) -> BrowserSignIns:
    return drafts.sign_ins("embedded")


def begin(kept: BrowserSignIns, person: str = "7", **more: str) -> str:
    return kept.begin(ANN.token, ANN.email, person, **more)


def test_whoever_has_the_cookie_is_signed_in_and_nobody_else(
    kept: BrowserSignIns, drafts: DraftStore
) -> None:
    cookie = begin(kept)
    assert kept.find(cookie) == ANN
    assert kept.find(cookie[:-1] + "é") is None
    assert kept.find("") is None
    assert drafts.sign_ins("https://studio.example.com").find(cookie) is None


def test_neither_cookie_nor_token_nor_email_can_be_read_from_what_is_stored(
    kept: BrowserSignIns, drafts: DraftStore
) -> None:
    cookie = begin(kept)
    with drafts._database.reading() as connection:
        [row] = connection.execute(browser_sign_ins.select()).all()
    for secret in (cookie, *ANN[:2]):
        assert secret not in str(row)


def test_what_is_stored_under_another_cookie_opens_nothing(kept: BrowserSignIns, drafts: DraftStore) -> None:
    cookie, other = begin(kept), begin(kept, "8")
    with drafts._database.writing() as connection:
        rows = connection.execute(browser_sign_ins.select()).all()
        sealed = {row.person: row.sealed for row in rows}
        swapped = browser_sign_ins.update().where(browser_sign_ins.c.person == "7")
        connection.execute(swapped.values(sealed=sealed["8"]))
    assert (kept.find(cookie), kept.find(other)) == (None, ANN)


def test_it_ends_by_time(kept: BrowserSignIns, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = begin(kept)
    now = time.time()
    monkeypatch.setattr(sign_ins.time, "time", lambda: now + LIFETIME + 1)
    assert kept.find(cookie) is None
    later = begin(kept)
    monkeypatch.setattr(sign_ins.time, "time", lambda: now)
    assert (kept.find(cookie), kept.find(later)) == (None, ANN)


def test_it_ends_where_it_is_ended_and_where_the_browser_begins_another(kept: BrowserSignIns) -> None:
    first, second = begin(kept), begin(kept)
    kept.end(first)
    third = begin(kept, instead_of=second)
    assert [kept.find(cookie) for cookie in (first, second, third)] == [None, None, ANN]


def test_somebody_is_signed_out_of_all_browsers_and_others_of_none(kept: BrowserSignIns) -> None:
    first, second, other = begin(kept), begin(kept), begin(kept, "8")
    kept.end_all("7")
    assert [kept.find(cookie) for cookie in (first, second, other)] == [None, None, ANN]


def test_what_is_to_go_on_is_told_until_it_does(kept: BrowserSignIns) -> None:
    cookie = begin(kept, goes_on="a save")
    assert kept.find(cookie) == ANN._replace(goes_on="a save")
    kept.went_on(cookie)
    assert kept.find(cookie) == ANN
