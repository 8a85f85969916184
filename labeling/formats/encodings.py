"""How the bytes of a text are read: by their mark, as UTF-8, as UTF-16 without a mark, else by what they look
like."""

from __future__ import annotations

import codecs
import io
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from charset_normalizer import from_bytes

from labeling.formats.records import Answers, Question
from labeling.formats.source import Source
from labeling.phrases import count_of

ENCODINGS = {
    "UTF-8": "utf-8",
    "UTF-16, little-endian": "utf-16-le",
    "UTF-16, big-endian": "utf-16-be",
    "Windows-1252 (western European)": "cp1252",
    "Windows-1250 (central European)": "cp1250",
    "Windows-1251 (Cyrillic)": "cp1251",
    "KOI8-R (Russian)": "koi8_r",
    "Windows-1253 (Greek)": "cp1253",
    "Windows-1254 (Turkish)": "cp1254",
    "Windows-1255 (Hebrew)": "cp1255",
    "Windows-1256 (Arabic)": "cp1256",
    "GB18030 (simplified Chinese)": "gb18030",
    "Big5 (traditional Chinese)": "big5",
    "Shift-JIS (Japanese)": "cp932",
    "EUC-JP (Japanese)": "euc_jp",
    "Windows-949 (Korean)": "cp949",
}
"""The codec of each encoding that can be chosen; where two fit equally well, the first of them."""
_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16, little-endian"),
    (codecs.BOM_UTF16_BE, "UTF-16, big-endian"),
)
_PIECE = 100_000
"""Bytes that are decoded at a time."""
_SAMPLE = 64_000
"""Bytes that are looked at to tell an encoding."""
_SIGNS = frozenset(("So", "Sk", "Sm", "Sc", "No", "Cf", "Cc", "Co", "Cn"))
"""Categories of characters that stand within no word: they do where the bytes are another encoding's."""


NO_TEXT = "The file is no text in any encoding that is known here: save it as text in UTF-8."


class Decoded(NamedTuple):
    """Bytes as text, and the name of their encoding, "" where none fits. `is_guess`: others fit as well.

    A text that holds an emoji takes four times its bytes as a whole, and hardly more than these line by line.
    """

    data: bytes
    encoding: str
    is_guess: bool = False
    faults: int = 0

    @property
    def text(self) -> str:
        return "".join(self.lines(as_they_end=True))

    def lines(self, *, as_they_end: bool = False) -> Iterator[str]:
        """The lines with what ends them, LF, CRLF or CR: other separators are characters of the text. A line
        ends with LF, or `as_they_end` in the file."""
        if not self.encoding:
            return
        newline = "" if as_they_end else None
        file = io.TextIOWrapper(io.BytesIO(self.data), ENCODINGS[self.encoding], "replace", newline)
        yield file.readline().removeprefix("\ufeff")
        yield from file

    def holds(self, words: str) -> bool:
        """Whether the words can be in it, without reading it: their bytes are."""
        return bool(self.encoding) and words.encode(ENCODINGS[self.encoding]) in self.data

    @property
    def note(self) -> str:
        """What is to be looked at."""
        if self.faults:
            return (
                f"{count_of(self.faults, 'place')} of it could not be read, and became �: choose another "
                "encoding where that is wrong."
            )
        said = "The file is not UTF-8: check the letters in the preview, or choose another encoding."
        return said if self.is_guess else ""


def text_of(source: Source, answers: Answers) -> tuple[Decoded, Question]:
    """The text of a file, and the question in which encoding it is."""
    chosen = answers.get("encoding", "")
    found = decoded(source.data, chosen if chosen in ENCODINGS else "")
    return found, Question("encoding", "Encoding", tuple(ENCODINGS), found.encoding)


def decoded(data: bytes, encoding: str = "") -> Decoded:
    """`encoding`: one of `ENCODINGS` that a person has chosen; bytes that it does not have become �."""
    if encoding:
        return Decoded(data, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark) and _fits(data, name):
            return Decoded(_whole(data, name), name)
    if data.count(0) * 10 <= len(data) and _fits(data, "UTF-8"):
        return Decoded(data, "UTF-8")
    if faults := _faults(data):
        return Decoded(data, "UTF-8", faults=faults)
    if 0 in data:  # no text of single bytes
        name = _utf16(data)
        return Decoded(_whole(data, name), name) if name and _fits(data, name) else Decoded(b"", "")
    for name in _likeliest(data):
        if _fits(data, name):
            return Decoded(data, name, is_guess=True)
    return Decoded(data, "UTF-8", faults=data.decode("utf-8", "replace").count("\ufffd"))


def _faults(data: bytes) -> int:
    """How many places of what is UTF-8 otherwise are none: ten times as many letters are, or it was cut off
    in the middle of the last one. 0 where it is something else."""
    if data.count(0) * 10 > len(data):
        return 0
    text = data.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    is_cut = any(_fits(data[:-missing], "UTF-8") for missing in (1, 2, 3)) and not data.isascii()
    more_bytes = len(data) - len(text)  # of letters that have several
    return faults if faults and (more_bytes > 10 * faults or (is_cut and data[-1] > 0x7F)) else 0


def _fits(data: bytes, name: str) -> bool:
    """Whether all of it can be read so."""
    data = _whole(data, name)
    decoder = codecs.getincrementaldecoder(ENCODINGS[name])()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _whole(data: bytes, name: str) -> bytes:
    """A file may be cut off in the middle of its last pair of bytes."""
    return data[:-1] if name.startswith("UTF-16") and len(data) % 2 else data


def _read(data: bytes, name: str) -> str | None:
    try:
        return _whole(data, name).decode(ENCODINGS[name])
    except UnicodeDecodeError:
        return None


def _utf16(data: bytes) -> str:
    """Which of the two it is: the one with line breaks or more of the first letters, and no NUL."""
    found = []
    for name in ("UTF-16, little-endian", "UTF-16, big-endian"):
        text = _read(data[: _SAMPLE - _SAMPLE % 2], name)
        if text and "\0" not in text:
            found.append((sum(character < "\u0250" for character in text), name))
    return max(found)[1] if found and max(found)[0] else ""


def _likeliest(data: bytes) -> list[str]:
    """The encodings in which its beginning can be read, the likeliest first."""
    names = {codec: name for name, codec in ENCODINGS.items()}
    order = list(names)
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE:  # whole lines: a character may have several bytes
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    looked = {
        one.encoding: one for one in from_bytes(sample, cp_isolation=order[3:]) if one.encoding in names
    }
    # What looks the same to it is one finding: the first encoding that reads so.
    looked |= {
        codec: one for one in list(looked.values()) for codec in one.could_be_from_charset if codec in names
    }
    texts = {codec: text for codec in looked if (text := _read(sample, names[codec])) is not None}

    def rank(codec: str) -> tuple[float, ...]:
        """Of few letters it can tell little: a small difference is none."""
        one = looked[codec]
        place = order.index(codec)
        return (_strange(texts[codec]), one.chaos, -round(one.coherence, 1), place)

    return [names[codec] for codec in sorted(texts, key=rank)]


def _strange(text: str) -> int:
    """How many signs stand right beside a letter, beyond ASCII; half-width kana are as rare as these."""
    kinds = [unicodedata.category(character) for character in text]
    return sum(
        "\uff61" <= character <= "\uff9f"
        or (kinds[n] in _SIGNS and "L" in "".join(kinds[max(0, n - 1) : n + 2]))
        for n, character in enumerate(text)
        if character > "\x7f"
    )
