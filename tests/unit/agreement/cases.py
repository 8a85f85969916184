"""Tags of several people in short words, and random ones."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from labeling.agreement.comparison import Comparison, compare
from labeling.agreement.shared import Counted, shared
from labeling.agreement.tags import PlacedTag, TaggedText


def tags(*said: str) -> tuple[PlacedTag, ...]:
    """`F 0-4` is FOOD/POS on [0, 4), `SERVICE/NEG 10-17` what it says, `A/ 0-1` has no label."""
    found = []
    for one in said:
        names, span = one.split()
        start, end = map(int, span.split("-"))
        class_, _, label = ("FOOD/POS" if names == "F" else names).partition("/")
        found.append(PlacedTag(start, end, class_ or None, label or None))
    return tuple(found)


def a_text(length: int, given: tuple[PlacedTag, ...] = (), **fields: object) -> TaggedText:
    """A done document of so many characters."""
    spans = frozenset(tag.span for tag in given)
    known = {"position": 0, "id": None, "text": "x" * length, "tags": given, "spans": spans, "done": True}
    return TaggedText(**{**known, **fields})  # type: ignore[arg-type]


def random_tags(
    random: Random, length: int, most: int = 5, classes: str = "AB", labels: str = "PN"
) -> tuple[PlacedTag, ...]:
    """Up to so many tags, which often overlap, nest and stand twice; a part may be missing, not both."""
    found = []
    for _ in range(random.randint(0, most)):
        start = random.randrange(length)
        end = min(length, start + random.randint(1, 6))
        class_ = random.choice([*classes, None])
        label = random.choice(labels) if class_ is None else random.choice([*labels, None])
        found.append(PlacedTag(start, end, class_, label))
        if random.random() < 0.15:
            found.append(found[-1])
    return tuple(found)


def changed(random: Random, given: tuple[PlacedTag, ...], length: int) -> tuple[PlacedTag, ...]:
    """What another person might have made of the same text: much is alike."""
    found = []
    for tag in given:
        luck = random.random()
        if luck < 0.15:
            continue
        if luck < 0.3:
            tag = tag._replace(end=min(length, tag.end + 1))
        elif luck < 0.4:
            tag = tag._replace(label=random.choice("PN"))
        elif luck < 0.5:
            tag = tag._replace(class_=random.choice("AB"))
        found.append(tag)
    if random.random() < 0.3:
        found += random_tags(random, length, 1)
    random.shuffle(found)
    return tuple(found)


def compared_texts(*texts: tuple[int, Sequence[tuple[PlacedTag, ...] | None]], people: int = 0) -> Comparison:
    """Documents by their length, with what each person made of them; None: that person has not done it."""
    people = people or max(len(given) for _, given in texts)
    sessions: list[list[TaggedText]] = [[] for _ in range(people)]
    for number, (length, by_person) in enumerate(texts):
        for person, given in enumerate(by_person):
            sessions[person].append(
                a_text(length, given or (), position=number, id=number + 1, done=given is not None)
            )
    return compare(shared(sessions), Counted.DONE, [False] * people)
