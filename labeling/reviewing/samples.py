"""A check of a random sample: what was drawn, what was said of it, and what that says of the rest. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from labeling.agreement.intervals import clopper_pearson
from labeling.agreement.sampling import (
    StopLines,
    Tolerance,
    Verdict,
    drawn,
    expected,
    lines_of,
    none_needed,
    verdict_of,
)
from labeling.checking.suspects import ListName
from labeling.draft.document import DraftDocument
from labeling.phrases import count_of
from labeling.store.review_values import StoredVerdict, Who

Way = Literal["enough", "none", "many"]
WAYS: dict[Way, str] = {
    "enough": "Is it good enough?",
    "none": "Show me none",
    "many": "How many are wrong?",
}


Mistake = Literal["missing", "extra", "border", "class", "label"]
MISTAKES: dict[Mistake, tuple[str, ListName]] = {
    "missing": ("a tag was missing", "untagged"),
    "extra": ("a tag was too much", "length"),
    "border": ("a border was wrong", "border"),
    "class": ("a class was wrong", "class"),
    "label": ("a label was wrong", "label"),
}
"""What may be wrong in a document, in words, and the work list that looks for more of it."""
NO_MISTAKES: Mapping[Mistake, int] = MappingProxyType({})


class Drawable(NamedTuple):
    """A document that may be drawn: its session, its key and its place there (0-based)."""

    session: int
    key: str
    position: int


class Sample(NamedTuple):
    """What was asked, and the documents in the order in which they are looked at.

    `share`: of how many documents fewer than that are to be wrong ("none"); `size`: how many are looked at
    ("many"); `population`: of how many was drawn; `is_given_up`: before it was over.
    """

    way: Way
    documents: tuple[Drawable, ...]
    population: int
    seed: int
    tolerance: Tolerance = Tolerance(0.02, 0.08)
    share: float = 0.05
    is_given_up: bool = False

    def to_body(self) -> dict[str, Any]:
        return {
            **self._asdict(),
            "documents": [list(one) for one in self.documents],
            "tolerance": list(self.tolerance),
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Sample:
        return cls(
            way=body["way"],
            documents=tuple(Drawable(*one) for one in body["documents"]),
            population=body["population"],
            seed=body["seed"],
            tolerance=Tolerance(*body["tolerance"]),
            share=body["share"],
            is_given_up=body["is_given_up"],
        )

    @property
    def lines(self) -> StopLines:
        """Where a sequential check stops."""
        return lines_of(self.tolerance)


def new_sample(
    way: Way,
    pool: Mapping[str, Iterable[Drawable]],
    seed: int,
    *,
    tolerance: Tolerance,
    share: float,
    size: int,
) -> Sample:
    """Draw from the documents of each person, in proportion."""
    by_name: dict[str, Drawable] = {}
    people: dict[str, list[str]] = {}
    for person, documents in pool.items():
        for one in documents:
            by_name[item_of(one)] = one
            people.setdefault(person, []).append(item_of(one))
    order = [by_name[name] for name in drawn(people, seed)]
    most = {"enough": lines_of(tolerance).last, "none": none_needed(share, len(order) or None), "many": size}
    return Sample(way, tuple(order[: most[way]]), len(order), seed, tolerance, share)


def item_of(document: Drawable) -> str:
    """What the verdict on a document of a sample is stored under."""
    return f"{document.session} {document.key}"


class SampleProgress(NamedTuple):
    """How far a sample is. `wrong`: of each document looked at, in order; `next`: the one to be looked at."""

    wrong: tuple[bool, ...]
    next: Drawable | None
    verdict: Verdict | None
    mistakes: tuple[tuple[Mistake, int], ...] = ()

    @property
    def is_over(self) -> bool:
        return self.next is None


def progress_of(sample: Sample, verdicts: Iterable[StoredVerdict]) -> SampleProgress:
    """What the verdicts on its documents come to; what lies behind the end is not counted."""
    said = {one.item: one for one in verdicts}
    looked: list[StoredVerdict] = []
    for document in sample.documents:
        if (verdict := said.get(item_of(document))) is None:
            break
        looked.append(verdict)
    wrong = tuple(one.outcome == "wrong" for one in looked)
    result, count = _result(sample, wrong)
    wrong, looked = wrong[:count], looked[:count]
    is_over = result is not None or count == len(sample.documents)
    mistakes: Counter[Mistake] = Counter()
    for one in looked:
        mistakes.update(one.body.get("mistakes", {}))
    next_ = None if is_over else sample.documents[count]
    return SampleProgress(wrong, next_, result, tuple(mistakes.most_common()))


def _result(sample: Sample, wrong: Sequence[bool]) -> tuple[Verdict | None, int]:
    if sample.way == "enough":
        return verdict_of(sample.lines, wrong)
    if sample.way == "none":
        if True in wrong:
            return "no", wrong.index(True) + 1
        all_right = wrong and len(wrong) == len(sample.documents) and not sample.is_given_up
        return ("yes" if all_right else None), len(wrong)
    return None, len(wrong)


def said_of(sample: Sample, progress: SampleProgress) -> str:
    """The result in plain words; empty while there is none."""
    looked, wrong = len(progress.wrong), sum(progress.wrong)
    if sample.is_given_up and progress.verdict is None:
        return f"Given up after {count_of(looked, 'document')}: nothing can be said."
    after = f"after {count_of(looked, 'document')}, {wrong:,} of them wrong"
    fine, bad = _percent(sample.tolerance.fine), _percent(sample.tolerance.bad)
    if sample.way == "enough":
        if progress.verdict is None:
            # Fewer documents than it takes.
            return f"No more documents, {after}: too few to say." if progress.is_over else ""
        if progress.verdict == "yes":
            return f"Good enough, {after}: fewer than {bad} of the rest are wrong (10 % risk to be mistaken)."
        return f"Not good enough, {after}: more than {fine} are wrong (5 % risk to be mistaken)."
    if sample.way == "none":
        if progress.verdict == "yes":
            return (
                f"None of {count_of(looked, 'document')} is wrong: with 95 % confidence, fewer than "
                f"{_percent(sample.share)} of all {sample.population:,} are."
            )
        return f"One is wrong, {after}: that much cannot be said." if progress.verdict == "no" else ""
    if not progress.is_over or not looked:
        return ""
    low, high = clopper_pearson(wrong, looked)
    return (
        f"{wrong:,} of {count_of(looked, 'document')} are wrong: {_percent(wrong / looked)}, "
        f"with 95 % confidence between {_percent(low)} and {_percent(high)}."
    )


def enough_in_words(tolerance: Tolerance, documents: int) -> str:
    """What a sequential check of so many documents that can be drawn will come to, before it begins."""
    lines = lines_of(tolerance)
    fine, bad = _percent(tolerance.fine), _percent(tolerance.bad)
    if documents < lines.earliest_yes:
        return (
            f"Too few for this question: it takes {lines.earliest_yes:,} documents without an error to be "
            f"good enough, and {count_of(documents, 'document')} can be drawn. Only a no can come out of it."
        )
    if_fine, if_bad = (expected(lines, rate, documents) for rate in (tolerance.fine, tolerance.bad))
    latest = f"{lines.last:,}" if lines.last <= documents else f"all {documents:,}"
    refused = 1 - if_fine.yes - if_fine.unsaid
    words = (
        f"It stops by itself: at the earliest after {lines.earliest_yes:,} documents without an error, "
        f"after {if_fine.documents:.0f} on average where {fine} are wrong, "
        f"{if_bad.documents:.0f} where {bad} are, after {latest} at the latest. "
        f"A good session is refused in {100 * refused:.1f} %, a bad one let pass in "
        f"{100 * if_bad.yes:.1f} % of cases."
    )
    if documents < lines.last:
        words += (
            f" With {documents:,} documents nothing can be said in {100 * if_fine.unsaid:.0f} % of cases "
            f"where {fine} are wrong, in {100 * if_bad.unsaid:.0f} % where {bad} are."
        )
    return words


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


# What was wrong


def mistakes_in(document: DraftDocument) -> dict[Mistake, int]:
    """What the lead put right in a document, counted."""
    counts: Counter[Mistake] = Counter()
    for key in document.changed_keys:
        was, now = document.base_by_key.get(key), document.find(key)
        before = [] if was is None else [tag.names for tag in was.segment.tags]
        after = [] if now is None else [tag.names for tag in now.segment.tags]
        if was is not None and now is not None and was.segment.span != now.segment.span:
            counts["border"] += 1
        for left, right in zip(before, after, strict=False):
            if left[0] != right[0]:
                counts["class"] += 1
            elif left[1] != right[1]:
                counts["label"] += 1
        counts["missing"] += max(0, len(after) - len(before))
        counts["extra"] += max(0, len(before) - len(after))
    return {kind: count for kind, count in counts.items() if count}


def verdict_on_document(
    sample: str, document: Drawable, by: Who, *, wrong: bool, mistakes: Mapping[Mistake, int] = NO_MISTAKES
) -> StoredVerdict:
    """What is to be stored of a document that was looked at; `sample` is the sample's id."""
    outcome = "wrong" if wrong else "right"
    return StoredVerdict(sample, item_of(document), document.key, outcome, by, {"mistakes": dict(mistakes)})
