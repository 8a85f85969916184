"""Figures of agreement in words: never one number alone, and never a number where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from labeling.agreement.comparison import Comparison, NamePart, TaskKind
from labeling.agreement.figures import BeyondChance, Figures, LadderStep
from labeling.agreement.intervals import FEWEST, Estimate, Sureness
from labeling.agreement.shared import Counted
from labeling.phrases import count_of, tag_in_words

NO_CLASS, NO_LABEL = "(no class)", "(no label)"
NOTHING = "–"
"""Stands for a figure that there is not; the reason stands beside it."""
STEPS = {
    LadderStep.PLACE: "Same place",
    LadderStep.BORDERS: "Same borders",
    LadderStep.CLASS: "And same class",
    LadderStep.LABEL: "And same label",
}
PARTS = {NamePart.CLASS: "Classes", NamePart.LABEL: "Labels", NamePart.BOTH: "Classes with labels"}
CHANCE = ("Figure", "Value", "95 %", "On what")
"""Heads of the rows of `beyond_chance`."""
CHANCE_NOTE = (
    "0.8 and 0.67 are conventions, no limits. α, κ and F1 are not on one scale. κ never stands alone: tags "
    "without a partner are not in it."
)
LOW = 0.2
"""How much lower than the raw agreement a figure beyond chance is before it is said why."""


def number(value: float | None) -> str:
    """`0.790`; what is not quite 1 or 0 never looks so."""
    if value is None:
        return NOTHING
    said = f"{value:.3f}"
    if said == "1.000" and value < 1 - 1e-12:
        return "0.999"
    if said in ("0.000", "-0.000"):
        return "0.001" if value > 1e-12 else "-0.001" if value < -1e-12 else "0.000"
    return said.replace("-", "−")


def short(value: float) -> str:
    """`0.79`, for a sentence."""
    said = f"{value:.2f}"
    return "0.99" if said == "1.00" and value < 1 - 1e-12 else said


def percent(share: float) -> str:
    """`92 %`; what is not quite all or nothing never looks so."""
    said = f"{100 * share:.0f}"
    if said in ("100", "0") and 1e-12 < share < 1 - 1e-12:
        said = f"{min(max(100 * share, 0.1), 99.9):.1f}"
    return f"{said} %"


def interval(estimate: Estimate) -> str:
    """`0.751 to 0.829`, or why there is none."""
    documents = count_of(estimate.documents, "document")
    if estimate.value is None:
        return ""
    if estimate.sureness is Sureness.TOO_FEW:
        return f"too few documents: {estimate.documents}, at least {FEWEST}"
    if estimate.sureness is Sureness.NO_DIFFERENCE:
        assert estimate.at_most is not None
        return f"0 of {documents} differ; at most {100 * estimate.at_most:.1f} % (95 %)"
    if estimate.sureness is Sureness.ALL_ALIKE:
        return "every document is alike: no interval"
    if estimate.low is None or estimate.high is None:
        return "too few documents have any: no interval"
    said = f"{number(estimate.low)} to {number(estimate.high)}"
    return said if estimate.sureness is Sureness.FIRM else f"{said}, rough: {documents}"


def name_of(name: object, part: NamePart) -> str:
    """A class, a label, or both, as tables and sentences have it."""
    if isinstance(name, frozenset):
        return " + ".join(sorted(tag_in_words(one) for one in name)) or "no tag"
    if isinstance(name, tuple):
        return tag_in_words(name)
    if name is None:
        return NO_CLASS if part is NamePart.CLASS else NO_LABEL
    return str(name)


def and_all(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def headline(figures: Figures, names: Sequence[str]) -> str:
    """The strict F1 with its interval, and the step that loses most; or why there is no F1."""
    strict = figures.strict
    if strict.value is None:
        both = "both" if len(names) == 2 else "all"
        return f"In all {count_of(figures.documents, 'shared document')} {both} found nothing. F1 needs tags."
    said = interval(strict)
    return f"F1 of identical tags: {number(strict.value)} ({said}). {where_lost(figures)}"


def where_lost(figures: Figures) -> str:
    """The step of the ladder that loses most, in a sentence."""
    values = [1.0, *(rung.f1.value or 0.0 for rung in figures.ladder)]
    losses = [before - after for before, after in pairwise(values)]
    most = max(range(len(losses)), key=lambda at: losses[at])
    before, after = short(values[most]), short(values[most + 1])
    if losses[most] < 1e-12:
        return "They agree in every tag."
    return {
        LadderStep.PLACE: f"They disagree most on where there is anything to tag: same place {after}.",
        LadderStep.BORDERS: f"They find the same places ({before}) but disagree on borders: {after}.",
        LadderStep.CLASS: f"They mark the same spans ({before}) but give them other classes: {after}.",
        LadderStep.LABEL: f"They agree on spans and classes ({before}) but give other labels: {after}.",
    }[figures.ladder[most].step]


def nothing_compared(shared: int, comparison: Comparison, names: Sequence[str]) -> str:
    """Why nothing can be compared; empty where two people have done a document. `shared`: documents that two
    or more people have."""
    who = and_all(names) if len(names) < 4 else f"The {len(names)} sessions"
    if not shared:
        return f"{who} share no document."
    if comparison.texts:
        return ""
    by = "both" if len(names) == 2 else "two or more of them"
    return f"They share {count_of(shared, 'document')}; 0 are done by {by}."


def counted_in_words(counted: Counted, documents: int, shared: int) -> str:
    """Which documents count, under the figure."""
    of = f"{documents:,} of {count_of(shared, 'shared document')}"
    return {
        Counted.DONE: f"{of}: those done by both of a pair.",
        Counted.SHARED: f"{of}: all of them, done or not.",
        Counted.TAGGED: f"{of}: those where both of a pair tagged something.",
    }[counted]


def silent(comparison: Comparison, names: Sequence[str]) -> list[str]:
    """Who tagged nothing at all in the documents that they have done."""
    said = []
    for person, name in enumerate(names):
        given = [text.by_person[person] for text in comparison.texts]
        done = [one for one in given if one is not None]
        if done and not any(one.tags for one in done):
            said.append(f"{name} tagged nothing in {count_of(len(done), 'done document')}.")
    return said


def left_out(comparison: Comparison) -> str:
    """Segments that are not compared: without tags, or outside their text; empty where there is none."""
    given = [one for text in comparison.texts for one in text.by_person if one is not None]
    parts = []
    if unfinished := sum(one.unfinished for one in given) if comparison.kind is TaskKind.MARKING else 0:
        parts.append(f"{count_of(unfinished, 'segment')} without tags")
    if broken := sum(one.broken for one in given):
        parts.append(f"{count_of(broken, 'segment')} outside their text")
    return f"Left out: {and_all(parts)}." if parts else ""


def beyond_chance(figures: Figures, people: int) -> tuple[tuple[str, str, str, str], ...]:
    """Each figure beyond chance by its name, with its value, its interval, and on what it is counted."""
    given = [
        ("κ over segments" if name.startswith("kappa") else "α over segments", one, segments_in_words(one))
        for name, one in figures.segments.items()
    ]
    characters = figures.characters
    given.append(("α by character", characters, characters_in_words(characters)))
    for part, one in figures.kappa.items():
        given.append((f"κ of pairs: {PARTS[part].lower()}", one, kappa_in_words(one, part, figures.tags)))
    for part, one in figures.places.items() if people > 2 else ():  # two have the pairs
        given.append((f"α on places: {PARTS[part].lower()}", one, places_in_words(one, part)))
    return tuple((name, number(one.estimate.value), interval(one.estimate), on) for name, one, on in given)


def kappa_in_words(given: BeyondChance, part: NamePart, tags: int) -> str:
    """On what kappa is counted, and why it is low or missing. `tags`: of both people together."""
    if given.only is not None:
        only = name_of(given.only[0], part)
        return f"All pairs are {only}: κ needs two {_plural(part)}; raw agreement 100 %."
    if given.agreed is None:
        return "No pair overlaps."
    on = f"on {count_of(given.units, 'pair')} of {count_of(tags, 'tag')}; unmatched ones are not in it"
    return f"{on}; raw agreement {percent(given.agreed)}{_because(given, part)}"


def places_in_words(given: BeyondChance, part: NamePart) -> str:
    """The same for alpha on places."""
    if given.only is not None:
        only = name_of(given.only[0], part)
        return f"All tags that meet are {only}: α needs two {_plural(part)}; raw agreement 100 %."
    if given.agreed is None:
        return "No two tags meet at one place."
    on = f"on {count_of(given.units, 'place')} with two or more tags; who has no tag there is not in it"
    return f"{on}; raw agreement {percent(given.agreed)}{_because(given, part)}"


def segments_in_words(given: BeyondChance) -> str:
    """The same where people named given segments."""
    if given.only is not None:
        only = name_of(given.only[0], NamePart.BOTH)
        return f"All segments are {only}: it needs two kinds of tags; raw agreement 100 %."
    if given.agreed is None:
        return "No segment was given to two people."
    on = f"on {count_of(given.units, 'segment')}"
    return f"{on}; raw agreement {percent(given.agreed)}{_because(given, NamePart.BOTH)}"


def characters_in_words(given: BeyondChance) -> str:
    """The same for alpha by character."""
    if given.only is not None:
        return (
            "Everything has the same tag (or none): chance cannot be told from agreement. "
            "They agree in 100 % of the text."
        )
    if given.agreed is None:
        return "The texts are empty."
    on = f"on {count_of(given.units, 'character')}"
    return f"{on}; they agree in {percent(given.agreed)} of the text{_because(given, NamePart.BOTH)}"


def _because(given: BeyondChance, part: NamePart) -> str:
    value, most = given.estimate.value, given.most
    if value is None or most is None or given.agreed is None or given.agreed - value < LOW:
        return ""
    return f", lower beyond chance because {percent(most[1])} are {name_of(most[0], part)}"


def _plural(part: NamePart) -> str:
    return {NamePart.CLASS: "classes", NamePart.LABEL: "labels", NamePart.BOTH: "kinds of tags"}[part]
