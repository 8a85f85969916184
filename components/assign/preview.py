"""What a deal comes to before anything is made: who gets how much, what is shared, what that will show."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components.shell.markdown import plain
from labeling.agreement.deal import LEAST_SHARED, Deal, Pair, Terms, Why, half_width
from labeling.phrases import count_of
from labeling.reviewing.plans import NewPlan
from labeling.store.review_values import Who

ROW = 35
"""Pixels of a table's row."""
_COLUMNS = {
    Why.ALONE: "Alone",
    Why.SHARED: "Shared",
    Why.GOLD: "Gold",
    Why.AGAIN: "Again",
}


def hands_table(new: NewPlan, deal: Deal) -> None:
    """Documents and characters of each person, and why they have them."""
    texts = [*new.texts, *new.gold_texts]
    rows = [
        {
            "person": who.name,
            "documents": len(hand),
            "characters": sum(texts[one.document].characters for one in hand),
            **{why.value: deal.count(person, why) for why in Why},
        }
        for person, (who, hand) in enumerate(zip(new.people, deal.hands, strict=True))
    ]
    frame = pd.DataFrame(rows)
    shown = [why for why in Why if frame[why.value].any()]
    frame = frame[["person", "documents", "characters", *(why.value for why in shown)]]
    number = st.column_config.NumberColumn
    st.dataframe(
        frame,
        key="assign-hands",
        hide_index=True,
        height=min(38 + ROW * len(rows), 38 + ROW * 12),
        row_height=ROW,
        column_config={
            "person": st.column_config.TextColumn("Person"),
            "documents": number("Documents", format="localized"),
            "characters": number("Characters", format="localized"),
            **{why.value: number(_COLUMNS[why], format="localized") for why in shown},
        },
        alt="How many documents and characters each person gets, and why.",
    )


def pairs_table(people: Sequence[Who], pairs: Sequence[Pair]) -> None:
    """Documents that every two people share, as a matrix."""
    ids = [str(number) for number in range(len(people))]
    cells: list[list[str]] = [["" for _ in ids] for _ in ids]
    for pair in pairs:
        cells[pair.left][pair.right] = cells[pair.right][pair.left] = f"{pair.shared:,}"
    frame = pd.DataFrame(cells, columns=ids)
    frame.insert(0, "person", [who.name for who in people])
    st.dataframe(
        frame,
        key="assign-pairs",
        hide_index=True,
        height=min(38 + ROW * len(people), 38 + ROW * 12),
        row_height=ROW,
        column_config={
            "person": st.column_config.TextColumn("Shared by", pinned=True),
            **{
                id_: st.column_config.TextColumn(who.name, alignment="right")
                for id_, who in zip(ids, people, strict=True)
            },
        },
        alt="How many documents every two people share.",
    )


def what_it_shows(pairs: Sequence[Pair]) -> str:
    """What the shared documents will say of every two people, in a sentence."""
    if not pairs:
        return "With one person nothing is shared, and nothing can be compared."
    judged = [pair for pair in pairs if pair.is_judged]
    counts = sorted(pair.shared for pair in judged)
    if not judged:
        most = max(pair.shared for pair in pairs)
        return (
            f"No pair of people can be judged: they share {count_of(most, 'document')} at most, "
            f"and at least {LEAST_SHARED} are needed."
        )
    least, most = counts[0], counts[-1]
    shared = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    words = (
        f"Who is compared shares {shared} documents: how far two people agree (F1) will be known "
        f"to about ±{half_width(least):.2f}."
    )
    if rest := len(pairs) - len(judged):
        words += f" {count_of(rest, 'pair')} of {len(pairs):,} share fewer than {LEAST_SHARED}, or nothing."
    return words


def better_share(share: float | None) -> str:
    """The share that would be enough, in words."""
    if share is None:
        return "There are too few documents for so many people, whatever is shared."
    return f"{round(share * 100 + 0.499):d} %"


def summary(new: NewPlan, deal: Deal) -> str:
    """The deal in one line."""
    every = sum(len(hand) for hand in deal.hands)
    return (
        f"{count_of(len(new.texts), 'document')} become {every:,} to do, in "
        f"{count_of(len(new.people), 'session')} named “{plain(new.name)} · …”."
    )


def terms_in_words(terms: Terms) -> str:
    """How a plan was dealt, in words."""
    words = f"{terms.share * 100:g} % by {terms.by} people each" if terms.share else "nothing shared"
    if terms.in_fixed_groups and terms.share:
        words += ", in fixed groups"
    if terms.again:
        words += f", {terms.again * 100:g} % a second time"
    return words
