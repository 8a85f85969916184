"""Flat names: a tag of other tools has one name, in which class and label may stand together."""

from __future__ import annotations

from collections.abc import Collection

from labeling.model import Shape

AS_CLASS, AS_LABEL = "class", "label"
_SEPARATORS = ("#", "|", "::", ":", "/", "-", "_")
_SENTIMENTS = frozenset(
    (
        *("pos", "neg", "neu", "positive", "negative", "neutral", "mixed", "conflict", "both", "none"),
        *("good", "bad", "0", "1", "-1", "+", "-"),
    )
)
_MARKS = frozenset("BIESLU")
_MARKED = "B-class"
"""A name with the mark of a tagging scheme before it: the mark is no part of it."""


def proposed(names: Collection[str], shape: Shape) -> str:
    """How flat names are best read: `AS_CLASS`, `AS_LABEL`, or a pattern such as "class#label".

    A pattern is proposed where every name shows it: one side says a sentiment, or both sides occur in
    several names.
    """
    marks = {name[:1] for name in names if name[1:2] == "-" and name[2:]}
    if "B" in marks <= _MARKS and all(name[1:2] == "-" for name in names):
        return _MARKED
    if shape.classes and shape.labels:
        for separator in _SEPARATORS:
            if not all(separator in name.strip(separator) for name in names) or not names:
                continue
            for how in (f"class{separator}label", f"label{separator}class"):
                if _shows(names, how):
                    return how
    return AS_CLASS if shape.classes else AS_LABEL


def ways(names: Collection[str], shape: Shape) -> tuple[str, ...]:
    """How the names may be read, the proposed way first."""
    plain = [AS_CLASS] * shape.classes + [AS_LABEL] * shape.labels
    both = [
        how
        for separator in _SEPARATORS
        if shape.classes and shape.labels and any(separator in name.strip(separator) for name in names)
        for how in (f"class{separator}label", f"label{separator}class")
    ]
    return tuple(dict.fromkeys((proposed(names, shape), *plain, *both)))


def parted(name: str, how: str) -> tuple[str, str]:
    """(class, label) of a flat name; one that does not show the pattern is a class."""
    if how == AS_LABEL:
        return "", name
    if how == _MARKED:
        return name[2:] if name[1:2] == "-" else name, ""
    separator = how.removeprefix("class").removeprefix("label").removesuffix("class").removesuffix("label")
    if not separator:
        return name, ""
    is_label_first = how.startswith("label")
    first, found, second = name.partition(separator) if is_label_first else name.rpartition(separator)
    if not (found and first and second):
        return name, ""
    return (second, first) if is_label_first else (first, second)


def _shows(names: Collection[str], how: str) -> bool:
    pairs = [parted(name, how) for name in names]
    if not all(label for _, label in pairs):
        return False
    classes, labels = ({pair[n] for pair in pairs} for n in (0, 1))
    if all(label.strip().casefold() in _SENTIMENTS for label in labels):
        return True
    is_crossed = len(pairs) > max(len(classes), len(labels)) >= 2 and len(pairs) >= 2 * len(labels)
    return is_crossed and not how.startswith("label") and 2 <= len(labels) <= len(classes)
