from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.draft.document import Loaded
from labeling.draft.draft import HISTORY, Draft
from labeling.draft.edits import Change, Refused
from labeling.draft.events import DocumentsSent, apply
from labeling.draft.history import take, undo
from labeling.draft.keys import segment_keys
from labeling.draft.saved import sent_now
from labeling.editing.session import add_documents, rename_name, rename_session
from labeling.editing.table import change_cell
from labeling.errors import NotKept
from labeling.model import Document
from labeling.store.codec import from_stored, to_write
from labeling.store.drafts import StoredDraft, Write
from tests.unit.acts import Act, Read, act, an_act, on_server, seen
from tests.unit.build import a_document, a_draft, a_segment, a_session, row
from tests.unit.draft.test_saved import saved

READ = on_server()
THEN = datetime(2026, 1, 2, tzinfo=UTC)
EMPTY = StoredDraft(0, THEN, THEN, "", (), (), (), 0, {})


def stored(kept: StoredDraft, write: Write) -> tuple[StoredDraft, StoredDraft]:
    """All that a store has after a write, and what it tells of that to a reader who knows the rest."""
    known = {key: (base, own) for key, base, own in kept.documents}
    written = [(key, known[key][0] if base is None else base, own) for key, base, own in write.documents]
    documents = {key: (base, own) for key, (base, own) in known.items() if key not in write.gone}
    documents |= {key: (base, own) for key, base, own in written}
    steps = {**dict(kept.steps), **dict(write.steps)}
    everything = kept._replace(
        revision=kept.revision + 1,
        state=write.state,
        documents=tuple((key, *rest) for key, rest in documents.items()),
        steps=tuple(sorted(item for item in steps.items() if item[0] >= write.first_step)),
        first_step=write.first_step,
        windows={**kept.windows, **write.windows},
    )
    news = everything._replace(documents=tuple(written), gone=tuple(write.gone), steps=tuple(write.steps))
    return everything, news


def is_same(one: Draft, other: Draft) -> bool:
    """Alike in value, and in what was set and unset of every value."""
    return one == other and to_write(None, one) == to_write(None, other)


def taken(draft: Draft, change: Change | Refused, *keys: str, read: Read = READ) -> Draft:
    assert isinstance(change, Change), change
    return take(draft, change, *(draft.view(Loaded(key, [*read].index(key), read[key])) for key in keys))


SAVE: Act = ("save", 0, 0, 0)


@given(st.lists(st.one_of(an_act(), an_act(), st.just(SAVE)), max_size=12))
def test_a_draft_is_read_as_it_was_kept_at_once_and_step_by_step(acted):
    read, draft, kept = READ, a_draft(), None
    everything, copy = EMPTY, None
    for number, one in enumerate(acted, start=1):
        draft, read = saved(draft, draft, read) if one == SAVE else (act(draft, read, one), read)
        draft = replace(
            draft, windows={**draft.windows, f"w{number % 2}": number}, in_doubt=number % 3 or None
        )
        everything, news = stored(everything, to_write(kept, draft))
        copy, kept = from_stored(copy, news), draft
        assert is_same(copy, draft)
    assert is_same(from_stored(None, stored(EMPTY, to_write(None, draft))[0]), draft)
    if acted:
        whole = from_stored(None, everything)
        assert is_same(whole, draft)
        assert seen(undo(whole), read) == seen(undo(draft), read)


def test_what_a_save_sent_and_what_it_comes_to_is_read_as_it_was_kept():
    view = a_draft().view(Loaded("id:2", 1, READ["id:2"]))
    draft = taken(a_draft(), change_cell(view, row(view, "0/0"), "label", "NEG", a_draft().scheme), "id:2")
    for outcome in (None, (), (((5, 10, "Staff", None), 1, 0), ((5, 10, None, None), 0, 1))):
        sent = apply(draft, DocumentsSent(sent_now(draft, {"id:2": outcome})))
        assert is_same(from_stored(None, stored(EMPTY, to_write(None, sent))[0]), sent)


def test_what_a_step_writes_does_not_grow_with_the_documents_and_steps_of_the_draft():
    sizes = []
    for many in (3, 300):
        draft = taken(a_draft(), add_documents(a_draft(), [Document(text=f"New {n}") for n in range(many)]))
        for number in range(many):
            read = {
                f"id:{number}": a_document("Kind staff", a_segment("Kind staff", 5, 10, ("Staff", "POS")))
            }
            view = draft.view(Loaded(f"id:{number}", number, read[f"id:{number}"]))
            draft = taken(
                draft,
                change_cell(view, row(view, "0/0"), "label", "NEG", draft.scheme),
                f"id:{number}",
                read=read,
            )
        for next_ in (
            taken(
                draft,
                change_cell(
                    draft.document("id:1"), row(draft.document("id:1"), "0/0"), "label", "POS", draft.scheme
                ),
            ),
            taken(draft, rename_session(draft, "Two")),
            taken(draft, rename_name(draft, "classes", "Staff", "Team")),
            undo(draft),
        ):
            write = to_write(draft, next_)
            assert len(write.steps) == 1
            assert len(write.documents) <= 1
            assert all(base is None for _, base, _ in write.documents)
            sizes.append(
                sum(map(len, (write.state, *(s for _, s in write.steps), *(d[2] for d in write.documents))))
            )
        more = taken(draft, add_documents(draft, [Document(text="One more")]))
        assert len(to_write(draft, more).steps[0][1]) < 300
    assert all(abs(few - many) < 30 for few, many in zip(sizes[:4], sizes[4:], strict=True))


def test_what_was_read_of_a_document_is_written_with_its_first_step_only():
    view = a_draft().view(Loaded("id:2", 1, READ["id:2"]))
    draft = take(a_draft(), change_cell(view, row(view, "0/0"), "label", "NEG", a_draft().scheme), view)  # type: ignore[arg-type]
    first = to_write(a_draft(), draft)
    assert "colour" in (first.documents[0][1] or "")
    again = take(
        draft,
        change_cell(draft.document("id:2"), row(draft.document("id:2"), "0/0"), "label", "NEU", draft.scheme),
    )  # type: ignore[arg-type]
    assert to_write(draft, again).documents[0][1] is None
    assert "colour" in again.document("id:2").segments[0].segment.to_json()


def test_untouched_segments_of_a_touched_document_are_written_as_their_keys():
    text = "word " * 500
    many = {
        "id:1": a_document(text, *(a_segment(text, 5 * n, 5 * n + 4, ("Room", None)) for n in range(500)))
    }
    view = a_draft().view(Loaded("id:1", 0, many["id:1"]))
    draft = taken(
        a_draft(), change_cell(view, row(view, "0/0"), "label", "NEG", a_draft().scheme), "id:1", read=many
    )
    own = to_write(a_draft(), draft).documents[0][2]
    assert len(own) < sum(len(key) + 3 for key in segment_keys(many["id:1"])) + 200


def test_steps_that_have_left_the_history_and_documents_that_nothing_is_about_are_let_go():
    draft = taken(a_draft(), rename_session(a_draft(), "x"))
    draft = replace(draft, steps=(draft.steps[0].model_copy(update={"number": HISTORY}),))
    assert to_write(None, draft).first_step == HISTORY
    assert to_write(None, replace(draft, steps=())).first_step == draft.taken + 1
    touched = replace(draft, documents={"id:1": draft.view(Loaded("id:1", 0, READ["id:1"]))})
    assert to_write(touched, draft).gone == ("id:1",)


def test_a_list_of_drafts_says_how_many_changes_are_unsaved():
    draft = taken(a_draft(), rename_session(a_draft(), "Zwei 👩‍👩‍👧"))
    facts = to_write(None, draft).facts
    assert (facts.project_id, facts.session_id, facts.name, facts.changes) == (1, 5, "Zwei 👩‍👩‍👧", 1)
    assert to_write(None, undo(draft)).facts.changes == 0


def test_all_that_is_written_is_ascii_so_that_any_database_takes_it():
    draft = a_draft(name="\ud83d", classes=["Größe"])
    view = draft.view(Loaded("id:2", 1, READ["id:2"]))
    draft = take(draft, change_cell(view, row(view, "0/0"), "label", "NEG", draft.scheme), view)  # type: ignore[arg-type]
    write = to_write(None, draft)
    assert "".join(
        (write.state, *(s for _, s in write.steps), *(b or "" for _, b, _ in write.documents))
    ).isascii()
    assert is_same(from_stored(None, stored(EMPTY, write)[0]), draft)


@pytest.mark.parametrize("state", ["", "{", "[]", "{}", '{"base":{"id":"x"}}', "null"])
def test_what_cannot_be_read_is_said_to_be_so(state):
    with pytest.raises(NotKept):
        from_stored(None, EMPTY._replace(state=state))
    good = stored(EMPTY, to_write(None, a_draft()))[0]
    for worse in (
        good._replace(documents=(("id:1", "{}", "{}"),)),
        good._replace(documents=(("id:1", '{"source":{"text":"x"},"keys":[["b0",[],[]]]}', "{}"),)),
        good._replace(steps=((1, state),)),
    ):
        with pytest.raises(NotKept):
            from_stored(None, worse)


def test_a_session_is_kept_with_its_dates_and_all_that_was_set():
    session = a_session(created="2026-01-02T03:04:05+02:00", uuid="u", progress=12.5, finished=None)
    draft = a_draft()
    draft = replace(draft, base=session)
    assert is_same(from_stored(None, stored(EMPTY, to_write(None, draft))[0]), draft)
