"""A document that is decided, as the text draws it: each person's tags in a lane, the final version above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from components.annotate.highlighter import NameLooks
from components.review.decide_reading import AGREED, DECIDED, OPEN, OVERTAKEN, DecideReading, admits
from components.review.decide_text import DrawnFinal, DrawnPlace, DrawnSides
from components.shell.desk import Desk
from labeling.agreement.kinds import PlaceKind
from labeling.phrases import quote, tag_in_words
from labeling.reviewing.decisions import PlaceStanding
from labeling.reviewing.final_version import DecideRow, lanes

SAID = {
    OPEN: "To decide",
    OVERTAKEN: "Overtaken",
    "missing": "Missing",
    "border": "Borders",
    "class": "Class",
    "label": "Label",
    "cut": "Cut",
    "twice": "Twice",
    AGREED: "Agreed",
    DECIDED: "Decided",
}
HOW = {
    "agreed": "everybody agreed",
    "majority": "most of them",
    "chosen": "chosen",
    "edited": "by hand",
    "nothing": "nothing here",
    "single": "one person alone",
}


def drawn_sides(
    desk: Desk, reading: DecideReading, row: DecideRow, looks: NameLooks, what: str
) -> DrawnSides:
    """The document with what each person has of it; `what`: which places are asked for."""
    places = reading.places(row)
    order = lanes(reading.plan.seed, row.key, len(row.sides.names))
    return DrawnSides(
        row.key,
        row.position,
        row.text,
        len(order),
        tuple(_place(row, place, order, looks, is_listed=admits(place, what)) for place in places),
        tuple(_final(desk, reading, row, places, looks)),
    )


def _place(
    row: DecideRow, place: PlaceStanding, order: Sequence[int], looks: NameLooks, *, is_listed: bool
) -> DrawnPlace:
    tags = [None if place.place is None else place.place.tags[at] for at in order]
    start, end = place.span
    options = tuple(_said((*tag.span, *tag.names), (start, end), row.text) for tag in place.proposal.tags)
    proposed = "nothing" if not options else options[0] if len(options) == 1 else "which one?"
    return DrawnPlace(
        key=place.key,
        start=start,
        end=end,
        state=place.state,
        what=_what(place),
        quote=quote(row.text, start, end),
        votes=tuple("nothing" if tag is None else tag_in_words(tag.names) for tag in tags),
        spans=tuple(None if tag is None else tag.span for tag in tags),
        quotes=tuple("" if tag is None else quote(row.text, *tag.span) for tag in tags),
        hues=tuple(-1 if tag is None else looks.of(tag.names) for tag in tags),
        options=options,
        proposed=proposed,
        decided="" if place.decision is None else _outcome(place),
        listed=is_listed,
    )


def _said(unit: tuple[int, int, str | None, str | None], span: tuple[int, int], text: str) -> str:
    """A tag in words; with its own where it does not cover the whole place."""
    words = tag_in_words(unit[2:])
    return words if unit[:2] == span else f"{words} {quote(text, *unit[:2], limit=24)}"


def _outcome(place: PlaceStanding) -> str:
    assert place.decision is not None
    return ", ".join(tag_in_words(unit[2:]) for unit in place.decision.outcome) or "nothing"


def _what(place: PlaceStanding) -> str:
    """In which ways people differ there, and how far it is."""
    k, n = place.missing
    said = []
    for kind in PlaceKind:
        if kind in place.kinds:
            said.append(f"missing {k} of {n}" if kind is PlaceKind.MISSING else SAID[kind.value].lower())
    if place.state == "overtaken":
        said.append(f"overtaken: {_outcome(place)} was decided")
    elif place.state == "decided" and place.decision is not None:
        said.append(f"decided: {_outcome(place)}, {HOW[place.decision.how]}")
    return " · ".join(said)


def _final(
    desk: Desk, reading: DecideReading, row: DecideRow, places: Sequence[PlaceStanding], looks: NameLooks
) -> list[DrawnFinal]:
    """The tags of the final version, each with how it came about."""
    by_unit = {
        unit: place for place in places if place.decision is not None for unit in place.decision.outcome
    }
    loaded = desk.reader.now(desk.draft, row.key, row.position)
    drawn = []
    for segment in () if loaded is None else desk.draft.view(loaded).segments:
        for start, end, *names in segment.finished().units:
            place = by_unit.get((start, end, names[0], names[1]))
            if any(names):
                tag = (names[0], names[1])
                title = "Made by hand" if place is None else provenance(reading, row, place)
                key = "" if place is None else place.key
                drawn.append(DrawnFinal(start, end, tag_in_words(tag), looks.of(tag), title, key))
    return drawn


def provenance(reading: DecideReading, row: DecideRow, place: PlaceStanding) -> str:
    """`A, B FOOD/POS; C nothing; decided 28 Nov, chosen`: whose tags it was made of, and how."""
    assert place.decision is not None
    said: dict[str, list[str]] = {}
    for vote in place.decision.votes:
        words = "nothing" if vote.tag is None else tag_in_words(vote.tag[2:])
        said.setdefault(words, []).append(reading.names.get(vote.session, "somebody"))
    sides = "; ".join(f"{', '.join(names)}: {words}" for words, names in said.items())
    at = reading.moments.get((row.key, place.decision.place))
    when = "" if at is None else f" {datetime.fromtimestamp(at, UTC).astimezone(reading.at.tzinfo):%d %b}"
    return f"{sides}; decided{when}, {HOW[place.decision.how]}"
