import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from labeling.draft.document import DraftDocument, Loaded
from labeling.draft.draft import Draft
from labeling.draft.edits import Change, NameEdit, Refused
from labeling.draft.events import StepRedone, StepTaken, StepUndone
from labeling.draft.history import discard, undoable
from labeling.editing.session import add_name, remove_name, rename_name, rename_session
from labeling.editing.table import add_segment, change_cell, delete_rows
from labeling.errors import NotKept
from labeling.model import Session
from labeling.store import synced
from labeling.store.drafts import DraftKey, DraftStore, StoredDraft, Write, open_drafts
from labeling.store.synced import Decide, SyncedDraft
from tests.unit.acts import on_server, seen
from tests.unit.build import a_session, an_open_document, key_of, row
from tests.unit.draft.test_saved import told

KEY = DraftKey("embedded", "7", "u-1")
READ = on_server()


@pytest.fixture
def store(tmp_path: Path, database_url: str) -> Iterator[DraftStore]:
    drafts = open_drafts(tmp_path, database_url)
    yield drafts
    drafts.close()


class Shaky(DraftStore):
    """A store that fails while `before` (nothing is stored) or `after` (it is) says so, or takes nothing in
    while it is `full`.

    `first` is faster each time.
    """

    before = after = full = False
    first: Callable[[], object] | None = None

    def __init__(self, inner: DraftStore) -> None:
        self.inner = inner

    def read(self, key: DraftKey, after: int = 0) -> StoredDraft | None:
        self._fail(self.before)
        return self.inner.read(key, after)

    def revision(self, key: DraftKey) -> int:
        self._fail(self.before)
        return self.inner.revision(key)

    def knows(self, key: DraftKey) -> bool:
        self._fail(self.before)
        return self.inner.knows(key)

    def append(self, key: DraftKey, revision: int, write: Write) -> int:
        self._fail(self.before or self.full)
        if self.first is not None:
            self.first()
        now = self.inner.append(key, revision, write)
        self._fail(self.after)
        return now

    def _fail(self, fails: bool) -> None:
        if fails:
            raise NotKept("the disk is full")


@pytest.fixture
def shaky(store: DraftStore) -> Shaky:
    """For one tab; the others are on `store`."""
    return Shaky(store)


READ_VIEW = an_open_document(READ["id:1"])


def a_tab(
    store: DraftStore, key: DraftKey = KEY, session: Session | None = None, window: str = "w"
) -> SyncedDraft:
    return SyncedDraft(store, key, session or a_session(), window)


def making(change: Callable[[Draft], Change | Refused]) -> Decide:
    def make(draft: Draft) -> StepTaken | Refused:
        outcome = change(draft)
        return outcome if isinstance(outcome, Refused) else StepTaken(outcome)

    return make


def on(key: str, change: Callable[[DraftDocument, Draft], Change | Refused]) -> Decide:
    def make(draft: Draft) -> StepTaken | Refused:
        view = draft.view(Loaded(key, [*READ].index(key), READ[key]))
        outcome = change(view, draft)
        return outcome if isinstance(outcome, Refused) else StepTaken(outcome, (view,))

    return make


def named(name: str) -> Decide:
    return making(lambda draft: rename_session(draft, name))


def classed(name: str) -> Decide:
    return making(lambda draft: add_name(draft, "classes", name))


def tagged(name: str, start: int = 0) -> Decide:
    """A new segment of document 1; `name` begins its keys."""
    return on("id:1", lambda view, draft: add_segment(view, start, start + 3, "Staff", None, name))


def labelled(label: str) -> Decide:
    return on("id:1", lambda view, draft: change_cell(view, row(view, "0/0"), "label", label, draft.scheme))


def noted(name: str) -> Decide:
    """A step that can be taken any number of times."""
    return lambda draft: StepTaken(
        Change(name, (NameEdit(before=draft.name, after=f"{name} {draft.taken}"),))
    )


def undone(draft: Draft) -> StepUndone:
    return StepUndone()


def redone(draft: Draft) -> StepRedone:
    return StepRedone()


def added(draft: Draft) -> list[str]:
    """The classes that were added, in order."""
    return [name for name in draft.classes if name not in ("Staff", "Room", "Price")]


def test_a_step_is_kept_before_it_is_said_to_be(store: DraftStore) -> None:
    tab = a_tab(store)
    assert tab.take(labelled("NEG")) == ""
    assert (tab.waiting, tab.why) == (0, None)
    other = a_tab(store)
    assert seen(other.draft, READ) == seen(tab.draft, READ)
    assert other.draft == tab.draft
    assert other.updated is not None


def test_a_restart_shows_the_same_draft_its_history_and_its_undo(store: DraftStore, tmp_path: Path) -> None:
    tab = a_tab(store)
    for make in (
        labelled("NEG"),
        classed("Food"),
        tagged("k"),
        undone,
        making(lambda d: rename_name(d, "classes", "Staff", "Team")),
    ):
        tab.take(make)
    store.close()
    again = a_tab(store)
    assert again.draft == tab.draft
    assert [step.name for step in again.draft.steps] == [step.name for step in tab.draft.steps]
    for _ in range(3):
        again.take(undone)
    assert not again.draft.is_changed
    assert undoable(again.draft) is None
    again.take(redone)
    assert a_tab(store).draft == again.draft


def test_what_is_refused_or_means_nothing_is_not_stored(store: DraftStore) -> None:
    tab = a_tab(store)
    assert "already" in tab.take(classed("Staff"))
    assert tab.take(lambda draft: None) == ""
    assert tab.take(named("Hotel reviews")) == ""
    assert "no longer in your draft" in tab.take(lambda d: StepTaken(Change("x", ()), (d.document("id:1"),)))
    assert tab.revision == 0
    assert store.read(KEY) is None


def test_two_tabs_of_one_person_edit_at_once_and_both_see_everything(store: DraftStore) -> None:
    tabs = [a_tab(store, window=f"w{n}") for n in range(2)]

    def work(tab: SyncedDraft, at: int) -> None:
        for n in range(15):
            tab.take(tagged(f"{at}-{n}", n))
            tab.take(classed(f"Class {at} {n}"))

    threads = [threading.Thread(target=work, args=(tab, at)) for at, tab in enumerate(tabs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for tab in tabs:
        assert (tab.waiting, tab.why, tab.refused) == (0, None, [])
        tab.look()
    assert tabs[0].draft == tabs[1].draft == a_tab(store).draft
    draft = tabs[0].draft
    assert [step.number for step in draft.steps] == list(range(1, 61))
    assert len(draft.document("id:1").segments) == 3 + 30
    for at in range(2):
        mine = [name for name in added(draft) if name.startswith(f"Class {at}")]
        assert mine == [f"Class {at} {n}" for n in range(15)]
    for _ in range(60):
        tabs[0].take(undone)
    assert not tabs[0].draft.is_changed


def test_a_large_draft_is_not_read_again_for_the_next_tab_which_sees_what_is_stored(
    store: DraftStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synced, "LARGE", 1)
    first = a_tab(store)
    first.take(tagged("one"))
    second = a_tab(store)
    assert second.draft.documents is first.draft.documents
    assert (second.revision, second.updated is not None) == (first.revision, True)
    # What waits in a tab is not stored, and nobody else sees it.
    shaky = Shaky(store)
    third = a_tab(shaky)
    shaky.before = True
    third.take(tagged("lost", 8))
    assert third.waiting == 1
    second.take(tagged("two", 4))
    first.look()
    assert first.draft == second.draft == a_tab(store).draft
    store.remove(KEY)
    assert a_tab(store).draft.documents == {}


def test_a_numbered_edit_is_applied_once_and_acknowledged_once_in_whatever_tab_it_is_repeated(
    store: DraftStore,
) -> None:
    tab = a_tab(store)
    tab.take(classed("One"), of=("browser", 1))
    tab.take(classed("Two"), of=("browser", 2))
    for number in (1, 2, 1):
        assert tab.take(classed(f"Again {number}"), of=("browser", number)) == ""
    assert added(tab.draft) == ["One", "Two"]
    assert tab.draft.windows["browser"] == 2
    other = a_tab(store)
    assert other.take(classed("Late"), of=("browser", 2)) == ""
    other.take(classed("Three"), of=("browser", 3))
    other.take(classed("Other window"), of=("other", 1))
    tab.take(classed("Late again"), of=("browser", 3))
    assert added(tab.draft) == ["One", "Two", "Three", "Other window"]
    assert (tab.draft.windows["browser"], tab.draft.windows["other"]) == (3, 1)


def test_a_refused_edit_is_acknowledged_with_its_reason_and_only_once(store: DraftStore) -> None:
    tab = a_tab(store)
    assert "already" in tab.take(classed("Staff"), of=("browser", 1))
    assert tab.take(classed("Staff"), of=("browser", 1)) == ""
    assert a_tab(store).draft.windows["browser"] == 1
    assert tab.draft.steps == ()


@pytest.mark.parametrize("back", [undone, making(discard), lambda draft: told(draft, READ)[0][-1]])
def test_what_is_acknowledged_stays_so_whatever_is_done_to_the_draft(store: DraftStore, back: Decide) -> None:
    tab = a_tab(store)
    tab.take(classed("One"), of=("browser", 4))
    tab.take(back)
    tab.take(classed("Repeated"), of=("browser", 4))
    assert tab.draft.windows["browser"] == 4
    assert "Repeated" not in a_tab(store).draft.classes


def test_while_the_store_fails_changes_wait_in_the_tab_and_are_stored_when_it_works_again(
    store: DraftStore, shaky: Shaky
) -> None:
    tab = a_tab(shaky)
    tab.take(classed("One"))
    shaky.before = True
    tab.take(classed("Two"), of=("browser", 1))
    tab.take(labelled("NEG"))
    tab.look()
    assert tab.waiting == 2
    assert "full" in str(tab.why)
    assert added(tab.draft) == ["One", "Two"]
    assert added(a_tab(store).draft) == ["One"]
    shaky.before = False
    tab.look()
    assert (tab.waiting, tab.why) == (0, None)
    assert a_tab(store).draft == tab.draft
    assert [step.number for step in tab.draft.steps] == [1, 2, 3]


def test_a_tab_that_never_read_its_draft_joins_it_when_the_store_works(
    store: DraftStore, shaky: Shaky
) -> None:
    a_tab(store).take(classed("Before"))
    shaky.before = True
    tab = a_tab(shaky)
    assert tab.why is not None
    tab.take(classed("Meanwhile"))
    assert added(tab.draft) == ["Meanwhile"]
    shaky.before = False
    tab.take(classed("After"))
    assert added(a_tab(store).draft) == added(tab.draft) == ["Before", "Meanwhile", "After"]


@pytest.mark.parametrize("next_", ["look", "apply", "other tab"])
def test_a_change_that_was_stored_without_an_answer_is_not_stored_twice(
    store: DraftStore, shaky: Shaky, next_: str
) -> None:
    tab = a_tab(shaky)
    shaky.after = True
    tab.take(tagged("k"))
    tab.take(undone)
    assert tab.waiting == 1
    assert tab.why is not None
    shaky.after = False
    if next_ == "other tab":
        a_tab(store).take(classed("Food"))
    if next_ == "apply":
        tab.take(classed("Food"))
    tab.look()
    assert (tab.waiting, tab.why) == (0, None)
    kinds = [step.kind for step in tab.draft.steps]
    assert kinds.count("undo") == 1
    assert kinds.count("edit") == (1 if next_ == "look" else 2)
    assert a_tab(store).draft == tab.draft


def test_a_copy_made_anew_in_the_same_window_has_its_changes_kept_too(store: DraftStore) -> None:
    first = a_tab(store)
    for name in ("One", "Two", "Three"):
        first.take(classed(name))
    again = a_tab(store)
    again.take(classed("Four"))
    first.take(classed("Five"))
    again.look()
    assert added(again.draft) == added(first.draft) == ["One", "Two", "Three", "Four", "Five"]


def test_a_change_that_another_tab_has_made_impossible_is_refused_and_said(
    store: DraftStore, shaky: Shaky
) -> None:
    other, tab = a_tab(store), a_tab(shaky)
    shaky.full = True
    tab.take(classed("Food"), of=("browser", 1))
    tab.take(classed("Drink"))
    other.take(classed("Food"))
    tab.look()
    other.take(named("Two"))
    tab.look()
    assert tab.waiting == 2
    shaky.full = False
    tab.look()
    assert tab.refused == [(("browser", 1), "There is a class “Food” already.")]
    assert (tab.waiting, tab.why) == (0, None)
    assert added(tab.draft) == ["Food", "Drink"]
    assert a_tab(store).draft.windows["browser"] == 1


def test_another_tab_discards_meanwhile_and_a_late_edit_comes_on_top(store: DraftStore) -> None:
    first, second = a_tab(store), a_tab(store)
    first.take(labelled("NEG"))
    second.look()
    second.take(making(discard))
    assert not second.draft.is_changed
    first.take(tagged("k"))
    assert [segment.key for segment in first.draft.document("id:1").segments] == [
        "k.0",
        *(key_of(READ_VIEW, n) for n in range(3)),
    ]
    assert first.draft.document("id:1").segments[1].segment.tags[0].label == "POS"
    first.take(undone)
    first.take(undone)
    second.look()
    assert second.draft.document("id:1").segments[0].segment.tags[0].label == "NEG"


def test_another_tab_saves_meanwhile_and_what_was_edited_since_stays_unsaved(store: DraftStore) -> None:
    first, second = a_tab(store), a_tab(store)
    first.take(labelled("NEG"))
    sent = first.draft
    second.look()
    second.take(tagged("k"))
    for event in told(sent, READ)[0]:
        first.keep(event)
    assert [view.changed_keys for view in first.draft.changed_documents] == [("k.0",)]
    second.take(on("id:1", lambda view, draft: delete_rows(view, [row(view, "2/-")])))
    assert [view.changed_keys for view in second.draft.changed_documents] == [(key_of(READ_VIEW, 2), "k.0")]
    assert [step.saved for step in second.draft.steps] == [True, False, False]
    assert a_tab(store).draft == second.draft


def test_a_draft_removed_by_another_tab_is_gone_and_what_waits_begins_a_new_one(
    store: DraftStore, shaky: Shaky
) -> None:
    tab = a_tab(shaky)
    tab.take(classed("One"), of=("browser", 1))
    tab.take(labelled("NEG"))
    store.remove(KEY)
    tab.look()
    assert not tab.draft.is_changed
    assert tab.draft.steps == ()
    tab.take(classed("Two"))
    tab.take(tagged("k"))
    assert added(a_tab(store).draft) == ["Two"]
    shaky.before = True
    tab.take(classed("Three"))
    store.remove(KEY)
    a_tab(store).take(classed("Elsewhere"))
    shaky.before = False
    tab.look()
    assert added(tab.draft) == ["Elsewhere", "Three"]
    assert tab.draft.documents == {}
    assert tab.draft == a_tab(store).draft


@pytest.mark.parametrize("then", ["looks", "takes a step", "has a step waiting"])
def test_a_draft_that_the_store_has_lost_is_stored_again_as_the_tab_holds_it(
    tmp_path: Path, then: str
) -> None:
    drafts = open_drafts(tmp_path / "data")
    shaky = Shaky(drafts)
    tab, other = a_tab(shaky), a_tab(drafts)
    tab.take(classed("One"))
    tab.take(labelled("NEG"))
    other.look()
    shaky.before = then == "has a step waiting"
    if then == "has a step waiting":
        tab.take(classed("Two"))
    before = tab.draft
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    shaky.before = False
    if then == "takes a step":
        tab.take(classed("Two"))
    else:
        tab.look()
    other.look()
    wanted = ["One"] if then == "looks" else ["One", "Two"]
    assert added(tab.draft) == added(other.draft) == added(a_tab(drafts).draft) == wanted
    assert tab.draft.documents == before.documents == a_tab(drafts).draft.documents
    assert tab.was_lost
    assert (tab.why, tab.waiting) == (None, 0)
    drafts.close()


def test_a_draft_of_which_an_older_copy_was_put_back_goes_on_from_what_the_tab_holds(tmp_path: Path) -> None:
    drafts = open_drafts(tmp_path / "data")
    tab = a_tab(drafts)
    tab.take(classed("One"))
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(tmp_path / "data" / "drafts.db")) as connection:
        connection.execute("VACUUM INTO ?", [str(copy)])
    tab.take(classed("Two"))
    tab.take(labelled("NEG"))
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    copy.rename(tmp_path / "data" / "drafts.db")
    tab.look()
    assert tab.was_lost
    again = a_tab(drafts).draft
    assert added(again) == ["One", "Two"]
    assert again.documents == tab.draft.documents
    drafts.close()


def test_steps_taken_in_a_new_tab_after_the_store_was_lost_come_after_those_of_the_tab_that_was_open(
    tmp_path: Path,
) -> None:
    drafts = open_drafts(tmp_path / "data")
    tab = a_tab(drafts)
    tab.take(classed("One"))
    tab.take(labelled("NEG"))
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    fresh = a_tab(drafts)
    fresh.take(classed("New"))
    fresh.take(tagged("k"))
    tab.look()
    assert sorted(added(tab.draft)) == ["New", "One"]
    (view,) = tab.draft.changed_documents
    assert len(view.changed_keys) == 2
    fresh.look()
    assert fresh.draft == tab.draft == a_tab(drafts).draft
    drafts.close()


def test_the_session_as_read_anew_is_the_base_and_what_was_changed_here_stays(store: DraftStore) -> None:
    tab = a_tab(store)
    tab.take(named("Mine"))
    tab.follow(a_session(classes=["Staff", "New"], name="Theirs"))
    assert (tab.draft.name, tab.draft.classes) == ("Mine", ("Staff", "New"))
    tab.take(classed("Food"))
    again = a_tab(store, session=a_session(classes=["Staff", "New", "Newer"], name="Theirs"))
    assert again.draft.classes == ("Staff", "New", "Food", "Newer")
    assert again.draft.session_change.to_json() == {
        "name": "Mine",
        "classes": ["Staff", "New", "Food", "Newer"],
    }


@pytest.mark.parametrize("has_kept", [True, False])
def test_a_tab_that_read_the_session_long_ago_takes_nothing_back_of_what_another_did_since(
    store: DraftStore, has_kept: bool
) -> None:
    old, new = a_session(), a_session(classes=["Staff", "Room", "Price", "New"])
    first, second = a_tab(store, session=old), a_tab(store, session=old)
    if has_kept:
        first.take(named("Mine"))
        first.follow(a_session(progress=50.0))
    second.follow(new)
    second.take(named("Mine"))
    second.take(making(lambda draft: remove_name(draft, "classes", "New", 0)))
    for _ in range(2):
        first.follow(first.session)
        first.look()
        first.take(labelled("NEG" if first.draft.taken % 2 else "NEU"))
        second.follow(new)
        second.look()
        for tab in (first, second):
            assert tab.draft.session_change.to_json() == {
                "name": "Mine",
                "classes": ["Staff", "Room", "Price"],
            }


def test_drafts_of_two_persons_of_two_sessions_and_at_two_servers_never_meet(store: DraftStore) -> None:
    keys = [KEY, KEY._replace(person="8"), KEY._replace(session="1/5"), KEY._replace(api="https://x")]
    tabs = [a_tab(store, key) for key in keys]
    for number, tab in enumerate(tabs):
        tab.take(classed(f"Class {number}"), of=("browser", 1))
    for number, key in enumerate(keys):
        assert added(a_tab(store, key).draft) == [f"Class {number}"]


def test_what_no_version_has_written_is_said_and_edits_stay_in_the_tab(store: DraftStore) -> None:
    tab = a_tab(store)
    tab.take(classed("One"))
    kept = store.read(KEY)
    assert kept is not None
    facts = store.drafts("embedded", "7")[0].facts
    store.append(KEY, kept.revision, Write(state='{"from": "a later version"}', facts=facts))
    tab.take(classed("Two"))
    assert tab.waiting == 1
    assert "cannot be read" in str(tab.why)
    assert added(tab.draft) == ["One", "Two"]
    fresh = a_tab(store)
    assert fresh.why is not None


def test_a_change_that_others_forestall_each_time_stays_in_the_tab_and_is_tried_again(
    store: DraftStore, shaky: Shaky
) -> None:
    other, tab = a_tab(store), a_tab(shaky)
    shaky.first = lambda: other.take(classed(f"Class {other.draft.taken}"))
    tab.take(named("Mine"))
    assert tab.waiting == 1
    assert "all the time" in str(tab.why)
    shaky.first = None
    tab.look()
    assert (tab.waiting, tab.why) == (0, None)
    assert tab.draft.name == "Mine"
    assert added(tab.draft) == added(other.draft)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_fails_and_whoever_is_first_every_edit_is_kept_once_and_in_order(
    store: DraftStore, shaky: Shaky, seed: int
) -> None:
    choose = random.Random(seed)
    tabs = [a_tab(shaky, window=f"w{n}") for n in range(3)]
    counts = [0, 0, 0]
    for _ in range(60):
        shaky.before, shaky.after = choose.random() < 0.3, choose.random() < 0.3
        at = choose.randrange(3)
        if choose.random() < 0.2:
            tabs[at].look()
            continue
        counts[at] += 1
        tabs[at].take(noted(f"{at} {counts[at]}"), of=(f"browser {at}", counts[at]))
        if choose.random() < 0.3:
            # A browser goes on in another tab: it sends everything again that is not acknowledged there.
            other = tabs[choose.randrange(3)]
            for n in range(other.draft.windows.get(f"browser {at}", 0) + 1, counts[at] + 1):
                other.take(noted(f"{at} {n}"), of=(f"browser {at}", n))
    shaky.before = shaky.after = False
    for tab in (*tabs, *tabs):
        tab.look()
        assert (tab.waiting, tab.why, tab.refused) == (0, None, [])
    assert tabs[0].draft == tabs[1].draft == tabs[2].draft == a_tab(store).draft
    names = [step.name for step in tabs[0].draft.steps]
    for at, count in enumerate(counts):
        assert [name for name in names if name.startswith(f"{at} ")] == [
            f"{at} {n}" for n in range(1, count + 1)
        ]
    assert len(names) == sum(counts)
