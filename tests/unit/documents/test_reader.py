from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import httpx
import pytest

from labeling.documents.listing import DraftListing
from labeling.documents.reader import PAGE, Reader
from labeling.draft.document import Loaded, opened
from labeling.draft.draft import new_draft
from labeling.draft.history import take
from labeling.editing.table import set_done
from labeling.errors import Unreadable
from labeling.model import Document
from labeling.studio.client import LabelingClient
from labeling.studio.filter import EVERYTHING, DocumentFilter
from tests.unit.build import a_session


class Listing:
    """Answers the documents listing over a list of texts, as a server with or without abilities does."""

    def __init__(self, texts: Sequence[object], *abilities: str) -> None:
        self.texts, self.abilities, self.calls = list(texts), abilities, []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/info"):
            return httpx.Response(200, json={"version": "1", "abilities": list(self.abilities)})
        query = dict(request.url.params)
        self.calls.append(query)
        offset, limit = int(query["offset"]), int(query["limit"])
        items = [
            {"text": t, **({"id": n + 10} if "ids" in self.abilities else {})}
            for n, t in enumerate(self.texts)
        ]
        if "filters" in self.abilities and "search" in query:
            items = [item for item in items if query["search"] in item["text"]]
        body = {
            "id": 5,
            "project_id": 1,
            "document_count": len(self.texts),
            "documents": items[offset : offset + limit],
        }
        if "filters" in self.abilities:
            body["total"] = len(items)
        return httpx.Response(200, content=json.dumps(body), headers={"Content-Type": "application/json"})


def reader_over(listing: Listing) -> Reader:
    api = LabelingClient(httpx.Client(transport=httpx.MockTransport(listing), base_url="http://api"))
    return Reader(api, a_session(document_count=len(listing.texts)))


TEXTS = [f"text {n % 70}" for n in range(430)]


@pytest.mark.parametrize("abilities", [(), ("ids",), ("ids", "filters")])
def test_pages_are_the_documents_in_order_with_a_key_each(abilities):
    reader = reader_over(Listing(TEXTS, *abilities))
    seen = []
    for offset in range(0, 450, PAGE):
        page = reader.page(offset)
        assert page.total == len(TEXTS)
        seen += page.items
    assert [item.document.text for item in seen] == TEXTS
    assert [item.position for item in seen] == list(range(len(TEXTS)))
    assert len({item.key for item in seen}) == len(TEXTS)


def test_a_page_is_asked_for_once_until_it_is_forgotten():
    listing = Listing(TEXTS, "ids", "filters")
    reader = reader_over(listing)
    reader.page(50)
    reader.page(50)
    assert len(listing.calls) == 1
    assert listing.calls[0]["limit"] == str(PAGE)
    reader.forget()
    reader.page(50)
    assert len(listing.calls) == 2


def test_a_key_without_ids_counts_equal_texts_before_it_even_on_a_late_page():
    reader = reader_over(Listing(TEXTS))
    late = reader.at(429)
    assert late is not None
    assert late.key.endswith("#7")
    assert reader.at(430) is None


def test_a_server_that_filters_is_asked_and_one_that_cannot_is_read_whole_and_filtered_here():
    wanted = DocumentFilter(search="text 7")
    remote = reader_over(Listing(TEXTS, "ids", "filters"))
    local = reader_over(Listing(TEXTS))
    assert local.needs_all(wanted)
    assert not remote.needs_all(wanted)
    there, here = remote.page(0, wanted), local.page(0, wanted)
    assert [i.document.text for i in there.items] == [i.document.text for i in here.items]
    assert there.total == here.total
    assert not local.needs_all(wanted)


def test_what_no_server_filters_by_is_read_whole():
    remote = reader_over(Listing(TEXTS, "ids", "filters"))
    assert remote.needs_all(DocumentFilter(information="stars: 4"))


def test_each_reads_every_document_and_all_tells_how_far_it_is():
    reader = reader_over(Listing(TEXTS, "ids"))
    told: list[tuple[int, int]] = []
    everything = reader.all(lambda done, total: told.append((done, total)))
    assert [item.key for item in everything] == [item.key for item in reader.each()]
    assert told[-1] == (430, 430)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_an_empty_session_has_no_first_document():
    reader = reader_over(Listing([]))
    assert reader.at(0) is None
    assert reader.page(0).items == ()
    assert reader.all() == ()


@pytest.mark.parametrize(
    ("filter_", "admitted"),
    [
        (EVERYTHING, True),
        (DocumentFilter(search="ROOM"), True),
        (DocumentFilter(search="pool"), False),
        (DocumentFilter(annotated=True), False),
        (DocumentFilter(annotated=False), True),
        (DocumentFilter(class_="Room", label="NEG"), True),
        (DocumentFilter(class_="Staff"), False),
        (DocumentFilter(information="Stars: 4"), True),
        (DocumentFilter(information="stars: 5"), False),
    ],
)
def test_a_filter_admits_by_text_done_mark_class_and_label(filter_, admitted):
    document = Document.model_validate(
        {
            "text": "Small room",
            "segments": [{"span": [6, 10], "tags": [{"class": "Room", "label": "NEG"}]}],
            "meta": {"stars": 4},
        }
    )
    assert filter_.admits(document) == admitted


@pytest.mark.parametrize("abilities", [(), ("ids",), ("ids", "filters")])
def test_the_first_document_behind_a_place_is_found_in_few_reads(abilities):
    listing = Listing(TEXTS, *abilities)
    found = DraftListing(reader_over(listing), EVERYTHING).first_after(
        130, lambda item: item.document.text == "text 60"
    )
    assert found is not None
    assert found.position == 200
    if "ids" in abilities:
        assert len(listing.calls) == 3
    assert DraftListing(reader_over(listing), EVERYTHING).first_after(429) is None


@pytest.mark.parametrize("abilities", [(), ("ids",), ("ids", "filters")])
def test_the_last_document_before_a_place_is_found_in_few_reads(abilities):
    listing = Listing(TEXTS, *abilities)
    found = DraftListing(reader_over(listing), EVERYTHING).last_before(
        271, lambda item: item.document.text == "text 60"
    )
    assert found is not None
    assert found.position == 270
    found = DraftListing(reader_over(listing), EVERYTHING).last_before(
        270, lambda item: item.document.text == "text 60"
    )
    assert found is not None
    assert found.position == 200
    if "ids" in abilities:
        assert len(listing.calls) == 1 + 2
    assert DraftListing(reader_over(listing), EVERYTHING).last_before(0) is None
    last = DraftListing(reader_over(listing), EVERYTHING).last_before(430)
    assert last is not None
    assert last.position == 429


@pytest.mark.parametrize("abilities", [(), ("ids",)])
def test_documents_as_they_are_now_are_the_drafts_or_read_again_and_what_is_gone_is_left_out(abilities):
    listing = Listing(TEXTS, *abilities)
    reader = reader_over(listing)
    first, second, third = reader.page(0).items[:3]
    draft = new_draft(reader.session)
    view = draft.view(Loaded(second.key, 1, second.document.model_copy(update={"meta": "newer"})))
    draft = take(draft, set_done(view, True), view)
    reader.forget()
    gone = first._replace(key="id:99999")
    now = reader.as_now(draft, [second, gone, third, third])
    assert [item.key for item in now] == [second.key, third.key]
    assert now[0].document is draft.documents[second.key].source
    assert now[1].document is not third.document


@pytest.mark.parametrize("abilities", [(), ("ids",)])
def test_one_document_that_cannot_be_read_stands_in_its_place_and_nothing_that_needs_it_goes_on(
    abilities: tuple[str, ...],
) -> None:
    reader = reader_over(Listing(["one", 2, "three"], *abilities))
    items = reader.page(0).items
    assert [(item.document.text, bool(item.document.fault)) for item in items] == [
        ("one", False),
        ("", True),
        ("three", False),
    ]
    assert [item.key for item in reader.each_said()] == [item.key for item in items]
    with pytest.raises(Unreadable, match=r"document 2 in another form: text: .*string"):
        list(reader.each())
    one, two, three = map(opened, items)
    many = [replace(three, key=f"id:{n}") for n in range(100, 130)]
    assert set(reader.find([one, three, *many])) == {one.key, three.key}
    with pytest.raises(Unreadable, match="document 2"):
        reader.find([one, two, *many])
