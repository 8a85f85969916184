"""Every kind of error has its words, its place in the tree and, where HTTP knows it, its status."""

from __future__ import annotations

import pytest

from labeling import errors
from labeling.errors import (
    KIND,
    STATUS,
    Busy,
    Exists,
    Failed,
    Forbidden,
    Invalid,
    LabelingError,
    Moved,
    NotFound,
    NotSignedIn,
    TimedOut,
    Unavailable,
    Unreadable,
    Unsendable,
    explain,
)

ALL_KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, LabelingError)
]


def test_statuses_and_kinds_are_one_table_read_both_ways() -> None:
    assert {KIND[status]: status for status in KIND} == STATUS
    assert (KIND[400], KIND[401], KIND[403], KIND[404]) == (Invalid, NotSignedIn, Forbidden, NotFound)
    assert (KIND[409], KIND[412], KIND[500]) == (Exists, Moved, Failed)


@pytest.mark.parametrize("kind", STATUS)
def test_a_kind_carries_its_status_unless_it_came_with_another(kind: type[LabelingError]) -> None:
    assert kind("why").status == STATUS[kind]
    assert kind("why", status=499).status == 499


@pytest.mark.parametrize("kind", [Unavailable, TimedOut, Unreadable, Unsendable])
def test_what_no_server_said_has_no_status(kind: type[LabelingError]) -> None:
    assert kind("why").status is None


def test_whoever_catches_unavailable_catches_timeouts_and_unreadable_answers() -> None:
    assert issubclass(TimedOut, Unavailable)
    assert issubclass(Unreadable, Unavailable)
    assert issubclass(Unsendable, Invalid)
    assert not issubclass(Failed, Unavailable)


def test_each_kind_is_explained_in_a_sentence_of_its_own() -> None:
    texts = {explain(kind("because of x"), "save the tags") for kind in ALL_KINDS}
    assert len(texts) == len(ALL_KINDS)
    for text in texts:
        assert text.startswith("Could not save the tags: ")
        assert "because of x" in text
        assert text.endswith(".")


def test_the_tree_in_the_module_shows_every_kind() -> None:
    assert errors.__doc__ is not None
    for kind in ALL_KINDS:
        assert kind.__name__ in errors.__doc__


def test_what_the_server_said_is_told_apart_from_what_this_side_found() -> None:
    assert "The server says: no such class" in explain(Invalid("no such class"), "save")
    assert "The server says" not in explain(TimedOut("no answer from https://api.test in time"), "save")


def test_an_error_without_words_is_explained_without_empty_brackets() -> None:
    for kind in ALL_KINDS:
        text = explain(kind(), "save")
        assert "()" not in text
        assert "The server says" not in text


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_refused_as_invalid_is_told_with_the_status_that_was_answered(status: int) -> None:
    assert f"as invalid ({status})." in explain(Invalid("why", status=status), "save")


def test_a_fault_of_the_server_is_told_with_its_status() -> None:
    assert "(503)" in explain(Failed("busy", status=503), "save")


def test_the_servers_words_end_before_ours_begin() -> None:
    for words in ("too long", "too long."):
        assert "The server says: too long. Nothing of that" in explain(Invalid(words, status=400), "save")
    assert "The server says: why? Nothing" in explain(Invalid("why?", status=400), "save")


def test_a_busy_server_is_to_be_asked_again_a_little_later() -> None:
    said = explain(Busy("Too many people sign in.", status=429), "sign in")
    assert said == (
        "Could not sign in: the server asks you to wait (429). "
        "The server says: Too many people sign in. Wait a moment, then try again."
    )
