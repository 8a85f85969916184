"""Long lists of JSON, value by value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling import json_pieces
from labeling.json_pieces import pieces_of

_signs = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _signs,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_signs, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(_values, max_size=5), st.sampled_from((None, 1)), st.integers(1, 30))
def test_a_list_is_given_value_by_value_wherever_it_is_cut(
    found: list[object], indent: int | None, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_pieces, "_PIECE", size)
        data = json.dumps(found, indent=indent, ensure_ascii=False).encode()
        assert [*pieces_of(data)] == [(None, one) for one in found]


def test_the_documents_of_an_object_are_given_one_by_one_between_what_stands_beside() -> None:
    data = b'{"name": "A", "documents": [{"text": "x"}, "y"], "classes": ["B"]} '
    assert [*pieces_of(data)] == [("name", "A"), (None, {"text": "x"}), (None, "y"), ("classes", ["B"])]


@pytest.mark.parametrize(
    "data",
    [
        *(
            b"",
            b"[1",
            b"[1,]",
            b"[1] 2",
            b"1",
            b'{"a": 1',
            b'{"a" 1}',
            b"{a: 1}",
            b'["\xff"]',
            b"[1 2]",
            b"[1}",
        ),
        *(b'{1: "a"}', b'{"a": 1, 2: 3}', b'{null: 1, "documents": []}', b"{", b"{,}", b'{} {"a": 1}'),
    ],
)
def test_what_is_no_list_and_no_object_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        list(pieces_of(data))


def test_an_empty_object_or_list_holds_nothing() -> None:
    assert [[*pieces_of(data)] for data in (b"{}", b" { } ", b"[]", b" [ ]\n")] == [[], [], [], []]
