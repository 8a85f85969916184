"""spaCy's DocBin, read without spaCy: packed tokens by the hashes of their words, put together to texts."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import msgpack

from labeling.formats.objects import Objects
from labeling.formats.records import DAMAGED, Record, RefusedRow

LARGEST = 300_000_000
"""Bytes that a DocBin may unpack to, and characters that its texts may have."""
_MOST = 5_000_000
"""Lists, objects and what is in them."""
_BROKEN = f"The file is no DocBin of spaCy that can be read: {DAMAGED}"
_ORTH, _ENT_IOB, _ENT_TYPE = 65, 77, 78
_BEGINS, _INSIDE = 3, 1
_NAMED = {
    64: "ID",
    66: "LOWER",
    67: "NORM",
    68: "SHAPE",
    69: "PREFIX",
    70: "SUFFIX",
    71: "LENGTH",
    72: "CLUSTER",
    73: "LEMMA",
    74: "POS",
    75: "TAG",
    76: "DEP",
    79: "HEAD",
    80: "SENT_START",
    82: "PROB",
    83: "LANG",
    452: "ENT_KB_ID",
    453: "MORPH",
    454: "ENT_ID",
    455: "IDX",
}
_USER_DATA, _OTHER_CATS = "user data", "categories without a number"
ATTRIBUTES = (*(f"token: {name}" for name in _NAMED.values()), _USER_DATA, _OTHER_CATS)
"""What documents have besides: a key for each, in those that have it."""
_FLAGS = """
IS_ALPHA IS_ASCII IS_DIGIT IS_LOWER IS_PUNCT IS_SPACE IS_TITLE IS_UPPER LIKE_URL LIKE_NUM LIKE_EMAIL IS_STOP
IS_OOV_DEPRECATED IS_BRACKET IS_QUOTE IS_LEFT_PUNCT IS_RIGHT_PUNCT IS_CURRENCY
"""
_PARTS = "ADJ ADP ADV AUX CONJ CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X EOL SPACE"
_KINDS = """
PERSON NORP FACILITY ORG GPE LOC PRODUCT EVENT WORK_OF_ART LANGUAGE LAW DATE TIME PERCENT MONEY QUANTITY
ORDINAL CARDINAL acomp advcl advmod agent amod appos attr aux auxpass cc ccomp complm conj cop csubj csubjpass
dep det dobj expl hmod hyph infmod intj iobj mark meta neg nmod nn npadvmod nsubj nsubjpass num number oprd
obj obl parataxis partmod pcomp pobj poss possessive preconj prep prt punct quantmod relcl rcmod root xcomp
acl ENT_KB_ID MORPH ENT_ID IDX _
"""
_SYMBOLS: dict[int, str] = {
    0: "",
    **dict(enumerate(_FLAGS.split(), 1)),
    **{n: f"FLAG{n}" for n in range(19, 64)},
    **_NAMED,
    _ORTH: "ORTH",
    _ENT_IOB: "ENT_IOB",
    _ENT_TYPE: "ENT_TYPE",
    81: "SPACY",
    **dict(enumerate(_PARTS.split(), 84)),
    **{n: f"DEPRECATED{n - 103:03}" for n in range(104, 380)},
    **dict(enumerate(_KINDS.split(), 380)),
}
"""Words that spaCy numbers instead of hashing them."""


class _Bin(NamedTuple):
    """What is packed: words by their hashes, the attribute of each column of the tokens, and what stands
    beside the tokens of each document."""

    words: Mapping[int, str]
    columns: Sequence[int]
    tokens: bytes
    spaces: bytes
    lengths: Sequence[int]
    beside: Mapping[str, Sequence[object]]


class _Damaged(ValueError):
    """What is packed is not what a DocBin has."""


class _TooMuch(ValueError):
    """More is packed than can be read."""


_FAULTS = (
    zlib.error,
    msgpack.UnpackException,
    struct.error,
    ValueError,
    TypeError,
    LookupError,
    RecursionError,
)


def is_docbin(data: bytes) -> bool:
    """Whether it is compressed and begins as a DocBin does."""
    if data[:1] != b"\x78":
        return False
    try:
        start = zlib.decompressobj().decompress(data[:4096], 256)
    except zlib.error:
        return False
    return 0x80 <= next(iter(start), 0) <= 0x8F and b"attrs" in start


def objects_of(data: bytes) -> Objects:
    """A document for each packed one, with `text`, `ents`, groups of `spans` and `cats` as spaCy's JSON has
    them, and what else there is of it."""
    try:
        packed = _unpacked(data)
    except _TooMuch:
        return Objects(problem=f"The file unpacks to more than {LARGEST // 1_000_000} MB.")
    except _FAULTS:
        return Objects(problem=_BROKEN)
    items: list[Record] = []
    refused: list[RefusedRow] = []
    at = size = 0
    for n, length in enumerate(packed.lengths):
        try:
            rows = _columns(packed, at, length)
            words = [packed.words[one] for one in rows[_ORTH]]
            size += length + sum(map(len, words))
            if size > LARGEST:
                return Objects(problem=f"The file unpacks to more than {LARGEST // 1_000_000} MB.")
            items.append(Record(n + 1, _document(packed, n, words, _spaces(packed, n, at, length), rows)))
        except _FAULTS:
            refused.append(RefusedRow(n + 1, "is damaged: its words or its spans cannot be read", ""))
        at += length
    return Objects(tuple(items), tuple(refused), "" if packed.lengths else "The file has no documents.")


def hashed(word: str) -> int:
    """The 64 bits by which spaCy knows a word: MurmurHash2 (64A) of its UTF-8, seeded with 1."""
    data = word.encode("utf-8", "surrogatepass")
    value = 1 ^ (len(data) * _FACTOR & _BITS)
    whole = len(data) // 8 * 8
    for (part,) in struct.iter_unpack("<Q", data[:whole]):
        part = part * _FACTOR & _BITS
        part = (part ^ part >> 47) * _FACTOR & _BITS
        value = (value ^ part) * _FACTOR & _BITS
    if rest := data[whole:]:
        value = (value ^ int.from_bytes(rest, "little")) * _FACTOR & _BITS
    value = (value ^ value >> 47) * _FACTOR & _BITS
    return value ^ value >> 47


_FACTOR, _BITS = 0xC6A4A7935BD1E995, 0xFFFF_FFFF_FFFF_FFFF


def _unpacked(data: bytes) -> _Bin:
    unpacker = zlib.decompressobj()
    plain = unpacker.decompress(data, LARGEST + 1)
    if len(plain) > LARGEST:
        raise _TooMuch
    if not unpacker.eof:
        raise _Damaged
    said = _loaded(plain)
    columns, strings = said["attrs"], said["strings"]
    tokens, spaces, lengths = said["tokens"], said["spaces"], said["lengths"]
    counts = struct.unpack(f"<{len(lengths) // 4}i", lengths)
    beside = {
        key: said.get(key) or [None] * len(counts) for key in ("cats", "flags", "span_groups", "user_data")
    }
    is_sound = (
        _ORTH in columns
        and isinstance(tokens, bytes)
        and isinstance(spaces, bytes)
        and min(counts, default=0) >= 0
        and sum(counts) * len(columns) * 8 == len(tokens)
        and sum(counts) == len(spaces)
        and all(isinstance(word, str) for word in strings)
        and all(isinstance(one, list) and len(one) == len(counts) for one in beside.values())
    )
    if not is_sound:
        raise _Damaged
    words = {**{hashed(word): word for word in strings}, **_SYMBOLS}
    return _Bin(words, columns, tokens, spaces, counts, beside)


def _loaded(data: Any) -> Any:
    """What a message says; one that holds more than it may is refused while it is read."""
    count = 0

    def counted(value: Any) -> Any:
        nonlocal count
        count += 1 + len(value)
        if count > _MOST:
            raise _TooMuch
        return value

    return msgpack.unpackb(
        data,
        strict_map_key=False,
        max_array_len=_MOST,
        max_map_len=_MOST,
        list_hook=counted,
        object_hook=counted,
    )


def _columns(packed: _Bin, at: int, length: int) -> dict[int, Sequence[int]]:
    """The values of a document's tokens by their attribute."""
    width = len(packed.columns)
    values = struct.unpack_from(f"<{length * width}Q", packed.tokens, at * width * 8)
    return {attribute: values[n::width] for n, attribute in enumerate(packed.columns)}


def _spaces(packed: _Bin, n: int, at: int, length: int) -> bytes:
    """Whether there is a space behind each token; where that is not known, there is one between any two."""
    flags = packed.beside["flags"][n]
    if isinstance(flags, dict) and flags.get("has_unknown_spaces"):
        return b"\1" * (length - 1) + b"\0" * (length > 0)
    return packed.spaces[at : at + length]


def _document(
    packed: _Bin, n: int, words: list[str], spaces: bytes, rows: Mapping[int, Sequence[int]]
) -> dict[str, object]:
    text = "".join(word + " " * bool(space) for word, space in zip(words, spaces, strict=True))
    fields: dict[str, object] = {"text": text}
    ends = accumulate(len(word) + bool(space) for word, space in zip(words, spaces, strict=True))
    places = [
        (end - bool(space) - len(word), end - bool(space))
        for end, word, space in zip(ends, words, spaces, strict=True)
    ]
    fields["ents"] = list(_entities(packed, places, rows))
    fields["spans"] = {key: list(spans) for key, spans in _groups(packed, packed.beside["span_groups"][n])}
    cats = packed.beside["cats"][n]
    if isinstance(cats, dict) and cats:
        known = {
            key: one for key, one in cats.items() if isinstance(key, str) and isinstance(one, (int, float))
        }
        fields |= {"cats": known} if known else {}
        fields |= {_OTHER_CATS: True} if len(known) < len(cats) else {}
    fields |= {f"token: {name}": True for attribute, name in _NAMED.items() if any(rows.get(attribute, ()))}
    return fields | ({_USER_DATA: True} if packed.beside["user_data"][n] not in (None, b"", _NOTHING) else {})


def _entities(
    packed: _Bin, places: Sequence[tuple[int, int]], rows: Mapping[int, Sequence[int]]
) -> Iterator[dict[str, object]]:
    """Tokens that follow one another inside of one entity are one."""
    marks, types = rows.get(_ENT_IOB, ()), rows.get(_ENT_TYPE, ())
    start = end = kind = 0
    for place, mark, type_ in zip(places, marks, types, strict=False):
        goes_on = mark == _INSIDE and type_ == kind
        if kind and not goes_on:
            yield {"start": start, "end": end, "label": packed.words[kind]}
        kind = type_ if mark in (_BEGINS, _INSIDE) else 0
        start, end = start if goes_on else place[0], place[1]
    if kind:
        yield {"start": start, "end": end, "label": packed.words[kind]}


def _groups(packed: _Bin, data: object) -> Iterator[tuple[str, Iterator[dict[str, object]]]]:
    """The groups of spans by name. Older versions have a list of them, newer ones by what is in them."""
    if not data:
        return
    found = _loaded(data)
    for group in found:
        said = _loaded(group)
        for key in found[group] if isinstance(found, dict) else [said["name"]]:
            yield str(key), _spans(packed, said["spans"])


def _spans(packed: _Bin, spans: Sequence[bytes]) -> Iterator[dict[str, object]]:
    for one in spans:
        *_, label, _, _, start, end = struct.unpack(">QQQllll" if len(one) == _LONG else ">QQllll", one)
        yield {"start": start, "end": end, "label": packed.words[label]}


_NOTHING = b"\x80"
"""An empty object, packed."""
_LONG = 40
"""Bytes of a span that has an id of its own."""
