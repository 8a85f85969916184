"""What every reader gives: numbered records of named values, how they were read, and what is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from labeling.packed import Packed

T = TypeVar("T")

Tell = Callable[[float], None]
"""Called with how much is done, from 0 to 1, or with `apart.WAITING`; what it raises breaks the work off."""

AGAIN = "Get it again where it came from, or save it anew."
DAMAGED = f"it is damaged, or cut off. {AGAIN}"
"""Ends what is said of a file that is nearly what it should be."""
EXCERPT = 80
"""Characters of a refused row that are shown."""


class RefusedRow(NamedTuple):
    """A row that does not become a document. The number is the file's own, from 1.

    `given` is the row as it was: its values by column, or the line itself.
    """

    number: int
    reason: str
    excerpt: str
    given: object = None


class Record(NamedTuple):
    """One row, line or object of a source, by column."""

    number: int
    fields: Mapping[str, object]


def packed(items: Iterable[Record], *, tightly: bool = True) -> Sequence[Record]:
    """The records in little memory; their values are those of JSON."""
    return Packed(map(tuple, items), Record._make, tightly=tightly)


class KeyUse(NamedTuple):
    """What becomes of a key or column of the source, and how many values it has."""

    key: str
    use: str
    values: int


class Question(NamedTuple):
    """How a source was read where it can be read otherwise: the options, and the one taken."""

    key: str
    title: str
    options: tuple[str, ...]
    answer: str


Answers = Mapping[str, str]
"""What a person chose, by the keys of the questions."""


def answered(answers: Answers, key: str, title: str, options: tuple[str, ...], found: str) -> Question:
    """The question with the answer that was chosen for it, else with what was found."""
    said = answers.get(key, "")
    return Question(key, title, options, said if said in options else found)


class Choice(NamedTuple):
    """What each key or column is ("": none): the text; the class and the label of the whole document; the
    segments in the contract's form; the done mark; what is kept as information about the document.

    `names` says how a flat name is read (see `names`), `as_project` whether a label that the project writes
    in other letters becomes the project's.
    """

    text: str
    class_: str = ""
    label: str = ""
    spans: str = ""
    done: str = ""
    kept: tuple[str, ...] = ()
    names: str = ""
    as_project: bool = True


CONTRACT = Choice("text", spans="segments", done="annotated", kept=("meta",))
"""The keys under which readers of other tools' files put what they found.

`segments` are objects with `span` ([start, end] in code points), perhaps `text`, and `tags`: objects with
`class` and `label`, or with a flat `name`. `meta` is an object.
"""

TEXT, CLASS, LABEL = "text", "class of the document", "label of the document"
SPANS, DONE, KEPT, OUT = "segments with tags", "done", "information", "left out"
"""What may become of a key."""


class Records(NamedTuple):
    """A source as read. `problem` says why nothing at all could be read, `note` what is to be known of it.

    Where `choice` is given the reader knows what the keys are, and `keys` counts those of the source;
    else `columns` are to choose from. `classes`, `labels` and `name` are what the source says of the session
    as a whole. `unit` is what is numbered.
    """

    columns: tuple[str, ...] = ()
    items: Sequence[Record] = ()
    refused: tuple[RefusedRow, ...] = ()
    problem: str = ""
    note: str = ""
    classes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    name: str = ""
    choice: Choice | None = None
    keys: tuple[KeyUse, ...] = ()
    questions: tuple[Question, ...] = ()
    unit: str = "document"


def key_uses(
    rows: Iterable[Mapping[str, object]], uses: Mapping[str, str], otherwise: str = OUT
) -> tuple[KeyUse, ...]:
    """Every key of the rows in the order of its first value, with what becomes of it: `otherwise` where that
    is not said."""
    return uses_by(counted(rows), uses, otherwise)


def counted(rows: Iterable[Mapping[str, object]]) -> Counter[str]:
    """How many values each key has."""
    counts = Counter[str]()
    for row in rows:
        count_values(row, counts)
    return counts


def count_values(row: Mapping[str, object], counts: Counter[str]) -> None:
    counts.update([key for key, value in row.items() if not is_blank(value)])


def uses_by(counts: Mapping[str, int], uses: Mapping[str, str], otherwise: str = OUT) -> tuple[KeyUse, ...]:
    return tuple(KeyUse(key, uses.get(key, otherwise), count) for key, count in counts.items())


def is_blank(value: object) -> bool:
    """Whether it says nothing."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or (isinstance(value, (list, dict)) and not value) or value != value


def excerpt(value: object) -> str:
    """The beginning of a value on one line, fit to be shown: what is broken becomes ? or �."""
    text = "" if value is None else value if isinstance(value, str) else str(value)
    shown = " ".join(text[: 4 * EXCERPT].split())
    shown = shown.replace("\0", "�").encode("utf-8", "replace").decode("utf-8")
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1] + "…"


def broken(text: str) -> str:
    """Which character no server could store, in plain words; empty when there is none."""
    if "\0" in text:
        return f"a NUL character (at {text.index(chr(0)) + 1})"
    if text.isascii():
        return ""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return f"half a character (a lone surrogate, at {error.start + 1})"
    return ""


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text, ended by LF, CRLF or CR only: other separators are characters of the text."""
    yield from text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def kind_of(value: object) -> str:
    """What a JSON value is, for the reason of a refusal."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"


def name_said(value: object) -> object:
    """A number, true or false as the name that it says; NaN says none."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return None if value != value else str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def nobody(share: float) -> None:
    """Tells nobody."""


def told(items: Iterable[T], total: int, tell: Tell) -> Iterator[T]:
    """The items, telling how many of the `total` went by."""
    for number, item in enumerate(items):
        if number % _STEP == 0:
            tell(number / max(total, 1))
        yield item


_STEP = 500


LONGEST_TEXT = 1_000_000
"""Code points of a document: what is longer is no text that anybody reads, but a fault of its file."""
MOST = 1_000_000
"""Documents of a file."""


class TooMany(Exception):
    """A file holds more documents than are taken from one."""


def limited(items: Iterable[T]) -> Iterator[T]:
    """The items. Raises TooMany past `MOST`."""
    for number, item in enumerate(items):
        if number == MOST:
            raise TooMany
        yield item


def too_long(text: str) -> str:
    """Why a text is too long for a document; empty when it is not."""
    if len(text) <= LONGEST_TEXT:
        return ""
    return f"the text has {len(text):,} characters: a document has at most {LONGEST_TEXT:,}"


AT_ONCE = 1000
"""Documents or rows written at a time."""


def batched(items: Iterable[T], size: int = AT_ONCE) -> Iterator[tuple[T, ...]]:
    """The items, as many at a time."""
    rest = iter(items)
    while some := tuple(islice(rest, size)):
        yield some


def first_named(columns: Collection[str], wanted: Iterable[str]) -> str:
    """The first wanted name that a column has, in any case; "" for none."""
    by_name = {column.strip().casefold(): column for column in reversed(list(columns))}
    return next((by_name[name] for name in wanted if name in by_name), "")
