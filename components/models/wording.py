"""What a model is worth, and from what it has learned, in words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from labeling.learned import ModelSource, ProjectModelDetails
from labeling.model import ModelStatus
from labeling.phrases import count_of

FIRM = 150
"""Tags from which on the score is a figure; below it is about so much."""
STATUS = {
    ModelStatus.CREATED: "Waiting",
    ModelStatus.QUEUED: "Waiting",
    ModelStatus.TRAINING: "Training",
    ModelStatus.FAILED: "Failed",
    ModelStatus.READY: "Ready",
    ModelStatus.ACTIVE: "Ready",
    ModelStatus.PUBLISHED: "Ready",
}


def status_word(status: str | None) -> str:
    """`Ready`; one that is not known as the server wrote it."""
    return next((word for known, word in STATUS.items() if known == status), status or "Unknown")


def score_in_words(model: ProjectModelDetails) -> str:
    """`Score 46 of 100 (42 to 49)`, or `about 46`; empty where the server says none."""
    if model.score is None:
        return ""
    tags, interval = model.metrics.get("tags"), model.metrics.get("interval")
    about = "about " if isinstance(tags, int) and tags < FIRM else ""
    between = ""
    if isinstance(interval, Sequence) and len(interval) == 2:
        low, high = (round(100 * float(end)) for end in interval)
        between = f" ({low} to {high})"
    return f"Score {about}{round(model.score)} of 100{between}"


def meaning_in_words(metrics: Mapping[str, Any]) -> str:
    """What the score says, with how right and how complete its proposals are."""
    words = (
        "On documents that it had not seen, a proposed tag counts as right only with the very words, class "
        "and label. The score weighs how many of its proposals are right against how many tags it finds."
    )
    right, found = metrics.get("precision"), metrics.get("recall")
    if isinstance(right, float) and isinstance(found, float):
        words += (
            f" Of 100 proposals {round(100 * right)} are right; of 100 tags it finds {round(100 * found)}."
        )
    if isinstance(span := metrics.get("span_f1"), float):
        words += f" For the words alone the score is {round(100 * span)}."
    return f"{words} In brackets: where the score lies with 95 of 100 such samples."


def sources_in_words(sources: Sequence[ModelSource], names: Mapping[int, str]) -> str:
    """`From 304 documents with 766 tags of First round and A few`; sessions that are gone are counted."""
    documents, tags = (sum(getattr(one, what) for one in sources) for what in ("documents", "tags"))
    known = [names[one.id] for one in sources if one.id in names]
    gone = len(sources) - len(known)
    listed = [*known, *([count_of(gone, "session") + " not to be seen any more"] if gone else [])]
    of = f" of {' and '.join(filter(None, [', '.join(listed[:-1]), listed[-1]]))}" if listed else ""
    return f"From {count_of(documents, 'document')} with {count_of(tags, 'tag')}{of}"


def out_of_reach_in_words(metrics: Mapping[str, Any]) -> str:
    """How many of the tags it could not learn, and why; empty where it could learn all."""
    count, tags = metrics.get("out_of_reach"), metrics.get("tags")
    if not (isinstance(count, int) and isinstance(tags, int) and count > 0):
        return ""
    they = "it does not begin and end where words do, or overlaps"
    if count > 1:
        they = "they do not begin and end where words do, or overlap"
    lost = f"{count:,} of {count_of(tags, 'tag')} could not be learned: {they} another tag."
    return f"{lost} None like that is proposed."


def left_out_in_words(whys: Sequence[str]) -> str:
    """How many sessions no model may learn from, and why; empty where there is none."""
    counts = Counter(filter(None, whys))
    if not counts:
        return ""
    listed = ", ".join(f"{count:,} {why}" for why, count in counts.items())
    return (
        f"{count_of(counts.total(), 'session is', 'sessions are')} not offered: {listed}. "
        "No model may learn from what people are not to know of each other."
    )
