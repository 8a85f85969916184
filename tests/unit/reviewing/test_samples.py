"""A sample check: what is drawn, when it is over, and what may be said then."""

from __future__ import annotations

import json
from collections.abc import Sequence

from labeling.agreement.sampling import TOLERANCES
from labeling.draft.edits import Change
from labeling.draft.history import take
from labeling.editing.table import add_segment, change_cell
from labeling.reviewing.samples import (
    Drawable,
    Sample,
    SampleProgress,
    Way,
    enough_in_words,
    mistakes_in,
    new_sample,
    progress_of,
    said_of,
    verdict_on_document,
)
from labeling.store.review_values import Who
from tests.unit.build import a_document, a_draft, a_segment, an_open_document, row

LEAD = Who("1", "lead@example.org")
POOL = {
    "A": [Drawable(5, f"id:{n}", n) for n in range(200)],
    "B": [Drawable(6, f"id:{n}", n) for n in range(100)],
}


def a_sample(way: Way, **fields: object) -> Sample:
    given: dict[str, object] = {"tolerance": TOLERANCES[0], "share": 0.05, "size": 50, **fields}
    return new_sample(way, POOL, 7, **given)  # type: ignore[arg-type]


def looked_at(sample: Sample, wrong: Sequence[bool]) -> SampleProgress:
    pairs = zip(sample.documents, wrong, strict=False)
    return progress_of(
        sample, [verdict_on_document("s", one, LEAD, wrong=is_wrong) for one, is_wrong in pairs]
    )


def test_a_sequential_check_stops_by_itself_and_gives_its_verdict_without_a_rate() -> None:
    sample = a_sample("enough")
    assert len(sample.documents) == 196
    on_the_way = looked_at(sample, [False] * 35)
    assert (on_the_way.next, said_of(sample, on_the_way)) == (sample.documents[35], "")
    done = looked_at(sample, [False] * 60)
    assert (len(done.wrong), done.verdict, done.next) == (36, "yes", None)
    assert said_of(sample, done) == (
        "Good enough, after 36 documents, 0 of them wrong: fewer than 8 % of the rest are wrong "
        "(10 % risk to be mistaken)."
    )
    bad = looked_at(sample, [True] * 3)
    assert said_of(sample, bad).startswith("Not good enough, after 3 documents, 3 of them wrong: more than")


def test_none_wrong_among_enough_says_how_few_are_and_the_first_wrong_one_ends_it() -> None:
    sample = a_sample("none")
    assert len(sample.documents) == 54
    assert said_of(sample, looked_at(sample, [False] * 54)) == (
        "None of 54 documents is wrong: with 95 % confidence, fewer than 5 % of all 300 are."
    )
    over = looked_at(sample, [False, True, False])
    assert (over.verdict, len(over.wrong), over.is_over) == ("no", 2, True)


def test_a_rate_is_said_once_all_of_a_fixed_number_were_looked_at() -> None:
    sample = a_sample("many")
    assert said_of(sample, looked_at(sample, [True, True] + [False] * 47)) == ""
    assert said_of(sample, looked_at(sample, [True, True] + [False] * 48)) == (
        "2 of 50 documents are wrong: 4 %, with 95 % confidence between 0.5 % and 13.7 %."
    )


def test_fewer_documents_than_it_takes_say_nothing() -> None:
    few = {"A": POOL["A"][:10]}
    sample = new_sample("enough", few, 7, tolerance=TOLERANCES[0], share=0.05, size=50)
    assert (sample.population, sorted(sample.documents)) == (10, sorted(few["A"]))
    over = looked_at(sample, [False] * 10)
    assert (over.verdict, over.is_over) == (None, True)
    assert said_of(sample, over) == "No more documents, after 10 documents, 0 of them wrong: too few to say."


def test_a_sample_that_was_given_up_says_nothing() -> None:
    for way in ("enough", "none", "many"):
        sample = a_sample(way)
        ended = sample._replace(documents=sample.documents[:20], is_given_up=True)
        over = looked_at(ended, [False] * 20)
        assert over.is_over
        assert said_of(ended, over) == "Given up after 20 documents: nothing can be said."


def test_a_sample_is_the_same_after_it_was_stored() -> None:
    sample = a_sample("enough")
    assert Sample.from_body(json.loads(json.dumps(sample.to_body()))) == sample


def test_what_was_put_right_in_a_document_is_counted_by_kind() -> None:
    text, draft = "kind staff, small room", a_draft()
    view = an_open_document(
        a_document(text, a_segment(text, 0, 10, ("Staff", "POS")), a_segment(text, 12, 22, ("Room", "POS")))
    )
    for change in (
        change_cell(view, row(view, "0/0"), "start", 5, draft.scheme),
        change_cell(view, row(view, "1/0"), "label", "NEG", draft.scheme),
        add_segment(view, 12, 17, "Room", "NEG", "w-1"),
    ):
        assert isinstance(change, Change)
        draft = take(draft, change, *(() if draft.documents else (view,)))
    found = mistakes_in(draft.document(view.key))
    assert found == {"border": 1, "label": 1, "missing": 1}
    sample = a_sample("none")
    verdict = verdict_on_document("s", sample.documents[0], LEAD, wrong=True, mistakes=found)
    assert dict(progress_of(sample, [verdict]).mistakes) == found


def test_a_sequential_check_promises_no_more_draws_than_there_are_documents() -> None:
    plenty = enough_in_words(TOLERANCES[0], 300)
    assert "after 61 on average where 2 % are wrong, 53 where 8 % are, after 196 at the latest." in plenty
    assert "nothing can be said" not in plenty
    sixty = enough_in_words(TOLERANCES[0], 60)
    assert "after all 60 at the latest. A good session is refused in 2.1 %" in sixty
    assert sixty.endswith("nothing can be said in 27 % of cases where 2 % are wrong, in 32 % where 8 % are.")
    assert enough_in_words(TOLERANCES[0], 20).startswith("Too few for this question: it takes 36 documents")
