"""The list of documents is what the draft says of each, page by page and from one to the next,
over any server."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import httpx
import pytest

from labeling.documents.listing import (
    DraftListing,
    admitted,
    drafted,
    listing_of,
    named_now,
    needs_whole,
)
from labeling.documents.reader import PAGE, Reader
from labeling.documents.rows import RowFilter
from labeling.draft.document import Loaded, loaded_from
from labeling.draft.draft import Draft, new_draft
from labeling.draft.edits import Change, Refused
from labeling.draft.history import take, undo
from labeling.editing.session import remove_name, rename_name
from labeling.editing.table import add_segment, set_done
from labeling.model import Document
from labeling.studio.client import LabelingClient
from labeling.studio.filter import DocumentFilter
from tests.unit.build import a_document, a_draft, a_segment, a_session

TO_DO = DocumentFilter(annotated=False)
STAFF = DocumentFilter(class_="Staff")


class Server:
    """Answers the documents listing, filtered where it names that; counts what it is asked."""

    def __init__(self, documents: Sequence[Document], *abilities: str) -> None:
        self.documents, self.abilities, self.calls = list(documents), abilities, 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/info"):
            return httpx.Response(200, json={"version": "1", "abilities": list(self.abilities)})
        self.calls += 1
        query = dict(request.url.params)
        marks = {"true": True, "false": False}
        wanted = DocumentFilter(
            query.get("search", ""),
            marks.get(query.get("annotated", "")),
            query.get("class", ""),
            query.get("label", ""),
        )
        admits = wanted.admits if "filters" in self.abilities else lambda document: True
        items = [
            {**document.model_dump(by_alias=True, exclude_unset=True, mode="json"), "position": place}
            for place, document in enumerate(self.documents)
            if admits(document)
        ]
        offset, limit = int(query["offset"]), int(query["limit"])
        body = {"id": 5, "project_id": 1, "documents": items[offset : offset + limit], "total": len(items)}
        return httpx.Response(200, content=json.dumps(body), headers={"Content-Type": "application/json"})


def reader_over(server: Server) -> Reader:
    api = LabelingClient(httpx.Client(transport=httpx.MockTransport(server), base_url="http://api"))
    return Reader(api, a_session(document_count=len(server.documents)))


def taken(draft: Draft, change: Change | Refused) -> Draft:
    assert isinstance(change, Change), change
    return take(draft, change)


def letters(count: int, done: Sequence[int] = (), staff: Sequence[int] = ()) -> list[Document]:
    """Documents, some of them done, some with a tag of the class Staff."""
    return [
        a_document(
            f"letter {n}",
            *([a_segment(f"letter {n}", 0, 6, ("Staff", "POS"))] if n in staff else []),
            id=n + 1,
            annotated=n in done,
        )
        for n in range(count)
    ]


def marked(draft: Draft, documents: Sequence[Document], places: Sequence[int], done: bool) -> Draft:
    for place in places:
        view = draft.view(Loaded(f"id:{place + 1}", place, documents[place]))
        draft = take(draft, set_done(view, done), view)
    return draft


def tagged(draft: Draft, documents: Sequence[Document], place: int) -> Draft:
    view = draft.view(Loaded(f"id:{place + 1}", place, documents[place]))
    change = add_segment(view, 0, 6, "Staff", "POS", f"w-{draft.taken}")
    assert isinstance(change, Change)
    return take(draft, change, view)


def places_of(listing: DraftListing) -> list[int]:
    """The places of all documents of a list, a page at a time; each page says how many there are."""
    found: list[int] = []
    offset, total = 0, 1
    while offset < total:
        page = listing.page(offset)
        total = page.total
        assert len(page.items) == min(PAGE, total - offset)
        found += [item.position for item in page.items]
        offset += PAGE
    assert total == len(found)
    return found


def walked(listing: DraftListing) -> list[int]:
    """The places that one comes to by going to the next document from before the first."""
    found: list[int] = []
    while (item := listing.first_after(found[-1] if found else -1)) is not None:
        found.append(item.position)
    return found


def walked_back(listing: DraftListing, end: int) -> list[int]:
    found: list[int] = []
    while (item := listing.last_before(found[-1] if found else end)) is not None:
        found.append(item.position)
    return found[::-1]


@pytest.mark.parametrize("filter_", [DocumentFilter(class_="Staff"), RowFilter(class_="Staff")])
def test_a_filter_follows_its_class_through_renames_merges_and_undo_and_falls_with_it(
    filter_: DocumentFilter | RowFilter,
) -> None:
    draft = a_draft()
    renamed = taken(draft, rename_name(draft, "classes", "Staff", "Team"))
    assert named_now(filter_, renamed, 0).class_ == "Team"
    assert named_now(filter_._replace(class_="Team"), undo(renamed), 1).class_ == "Staff"
    merged = taken(renamed, remove_name(renamed, "classes", "Team", 2, "Room"))
    assert named_now(filter_, merged, 0).class_ == "Room"
    assert named_now(filter_._replace(class_="Room"), merged, 2).class_ == "Room"
    removed = taken(draft, remove_name(draft, "classes", "Staff", 2))
    assert named_now(filter_, removed, 0).class_ == ""


@pytest.mark.parametrize("is_whole", [False, True])
@pytest.mark.parametrize(
    "filter_", [TO_DO, DocumentFilter(annotated=True), STAFF, TO_DO._replace(class_="Staff")]
)
@pytest.mark.parametrize("count", [3, 100, 420])
def test_pages_and_steps_are_what_the_draft_says_of_each_document(
    count: int, filter_: DocumentFilter, is_whole: bool
) -> None:
    chance = random.Random(f"{count} {filter_}")
    some = [place for place in range(count) if chance.random() < 0.5]
    documents = letters(count, done=some, staff=[p for p in range(count) if chance.random() < 0.4])
    server = Server(documents, "ids", "filters")
    reader = reader_over(server)
    draft = new_draft(reader.session)
    for _ in range(6):
        begin = chance.randrange(count)
        draft = marked(
            draft, documents, range(begin, min(count, begin + chance.choice((1, 80)))), chance.random() < 0.5
        )
        draft = tagged(draft, documents, chance.randrange(count))
        if is_whole:
            reader.all()
        listing = listing_of(reader, draft, filter_)
        wanted = [
            place
            for place, document in enumerate(documents)
            if filter_.admits(drafted(Loaded(f"id:{place + 1}", place, document), draft))
        ]
        assert places_of(listing) == wanted
        assert walked(listing) == wanted
        assert walked_back(listing, count) == wanted
        for rank, place in enumerate(wanted):
            assert listing.page_of(place) == rank // PAGE * PAGE


def test_a_page_far_back_in_a_long_session_is_read_in_few_requests() -> None:
    documents = letters(5_000)
    server = Server(documents, "ids", "filters")
    reader = reader_over(server)
    draft = marked(new_draft(reader.session), documents, range(3_000), True)
    listing = listing_of(reader, draft, TO_DO)
    assert [item.position for item in listing.page(50).items] == list(range(3_050, 3_100))
    assert server.calls < 12
    before = server.calls
    assert listing.page_of(4_321) == 1_300
    assert server.calls - before < 12


def test_without_a_filter_the_list_is_the_servers() -> None:
    documents = letters(120)
    server = Server(documents, "ids", "filters")
    reader = reader_over(server)
    draft = marked(new_draft(reader.session), documents, range(60), True)
    assert places_of(listing_of(reader, draft)) == list(range(120))
    assert server.calls == 3


def test_documents_given_are_listed_alone_as_far_as_the_filter_admits_them() -> None:
    documents = letters(120, done=[5])
    reader = reader_over(Server(documents, "ids", "filters"))
    draft = marked(new_draft(reader.session), documents, [7, 90], True)
    among = [Loaded(f"id:{place + 1}", place, documents[place]) for place in (3, 5, 7, 90, 101)]
    assert places_of(listing_of(reader, draft, among=among)) == [3, 5, 7, 90, 101]
    assert walked(listing_of(reader, draft, TO_DO, among)) == [3, 101]
    changed = [loaded_from(document) for document in draft.changed_documents]
    assert places_of(listing_of(reader, draft, DocumentFilter(annotated=True), changed)) == [7, 90]


def test_a_renamed_class_is_listed_by_its_new_name_once_every_document_was_read() -> None:
    documents = letters(120, staff=range(0, 120, 3))
    reader = reader_over(Server(documents, "ids", "filters"))
    change = rename_name(new_draft(reader.session), "classes", "Staff", "Team")
    assert isinstance(change, Change)
    draft = take(new_draft(reader.session), change)
    team = DocumentFilter(class_="Team")
    assert needs_whole(reader, draft, team)
    assert not needs_whole(reader, draft, TO_DO)
    reader.all()
    assert not needs_whole(reader, draft, team)
    assert places_of(listing_of(reader, draft, team)) == list(range(0, 120, 3))
    assert places_of(listing_of(reader, draft, STAFF)) == []


def test_a_server_that_cannot_filter_is_read_whole_before() -> None:
    documents = letters(120, done=[0, 1])
    reader = reader_over(Server(documents))
    draft = new_draft(reader.session)
    assert needs_whole(reader, draft, TO_DO)
    assert not needs_whole(reader, draft, DocumentFilter())
    reader.all()
    assert places_of(listing_of(reader, draft, TO_DO)) == list(range(2, 120))


def test_a_look_again_costs_only_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = letters(300)
    reader = reader_over(Server(documents, "ids"))
    reader.all()
    looked: list[str] = []
    admits = DocumentFilter.admits

    def counted(filter_: DocumentFilter, document: Document) -> bool:
        looked.append(document.text)
        return admits(filter_, document)

    monkeypatch.setattr(DocumentFilter, "admits", counted)
    remembered, draft = admitted(TO_DO), new_draft(reader.session)
    assert len(places_of(listing_of(reader, draft, TO_DO, remembered=remembered))) == 300
    looked.clear()
    draft = marked(draft, documents, [17], True)
    assert len(places_of(listing_of(reader, draft, TO_DO, remembered=remembered))) == 299
    assert set(looked) == {"letter 17"}
