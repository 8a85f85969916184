"""axe finds nothing serious on any page, light or dark; and in forced colours nothing that matters is
lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from labeling.model import Document, NewSession, Segment, Session, SessionChange, Tag, Type
from tests.e2e import runs
from tests.e2e.app_server import AppServer
from tests.e2e.at_work import a_session, another_round, client, come_to_the_text, go, press

SERIOUS = ("serious", "critical")
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""All that axe looks at which is another in the dark."""
STILL = """() => document.getAnimations().every(
  (one) => one.playState !== "running" || one.effect.getComputedTiming().iterations === Infinity
)"""
"""Nothing is half faded: nobody could read it."""
LETTER = "Kind staff 🙂 in a small room. The staff smiled, the room did not."


class Site(NamedTuple):
    """An app with sessions of several kinds, and another one on the same server that nobody has signed in
    to."""

    app: AppServer
    outside: AppServer
    mail: Session
    busy: Session
    forty: Session


@pytest.fixture(scope="module")
def site(shared_app: AppServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    app = shared_app
    env = {"LABELING_API_URL": f"{app.url}/api"}
    outside = AppServer(tmp_path_factory.mktemp("outside") / "data", env=env)
    mail = a_session(app, "Reset my password", "The room was cold", name="Mail", type_=Type.CLASS, labels=())
    busy = a_session(app, a_letter(), name="Being predicted")
    classes = tuple(f"Topic {n}" for n in range(1, 41))
    forty = a_session(app, "Forty classes", name="Forty", classes=classes)
    app.write("update sessions set status = 'PREDICTING' where id = ?", busy.id)
    yield Site(app, outside, mail, busy, forty)
    outside.stop()


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    yield page
    page.emulate_media(color_scheme="null", forced_colors="null")


def a_letter() -> Document:
    """Segments that overlap and nest, one without tags, one with a problem."""
    spans = (
        ("Kind staff 🙂", Tag.of("Staff", "POS")),
        ("staff 🙂 in a small room", Tag.of("Room", "NEG")),
        ("small room", Tag.of("Room", "NEG")),
        ("smiled", None),
        (" did not", Tag.of("Room", "NEG")),
    )
    segments = []
    for words, tag in spans:
        start = LETTER.index(words)
        tags = () if tag is None else (tag,)
        segments.append(Segment(text=words, span=(start, start + len(words)), tags=tags))
    return Document(text=LETTER, segments=tuple(segments))


def opened(page: Page, site: Site, place: str, session: Session | None = None) -> None:
    """What is open and chosen on a page belongs to a session: each scene has one of its own."""
    session = session or a_session(site.app, a_letter(), "Nothing to say")
    go(page, f"{site.app.url}/{place}?project={session.project_id}&session={session.id}")
    settled(page)


def settled(page: Page) -> None:
    """The app has answered, and what it shows has been drawn."""
    expect(page.get_by_test_id("stHeading").first).to_be_attached()
    runs.settled(page)
    page.wait_for_function(STILL)


def annotate(page: Page, site: Site) -> None:
    opened(page, site, "annotate")
    come_to_the_text(page)


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def tab(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()
    settled(page)


def sign_in(page: Page, site: Site) -> None:
    page.goto(site.outside.url)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()


def sessions(page: Page, site: Site) -> None:
    opened(page, site, "")
    expect(page.get_by_label("Session name")).to_be_visible()


def all_sessions(page: Page, site: Site) -> None:
    a_session(site.app, a_letter(), "Nothing to say")
    page.goto(site.app.url)
    expect(page.get_by_text("Choose a session to edit")).to_be_visible()
    settled(page)


def new_session(page: Page, site: Site) -> None:
    opened(page, site, "new_session")


def dealing(page: Page, site: Site) -> None:
    """A new plan, whose people cannot be compared."""
    opened(page, site, "assign")
    page.get_by_role("textbox", name="People").fill("Ann\nBob")
    page.get_by_role("textbox", name="People").press("Control+Enter")
    expect(page.get_by_text("No pair of people can be judged")).to_be_visible()
    settled(page)


def dealt(page: Page, site: Site) -> None:
    dealing(page, site)
    click(page, "Create 2 sessions")
    expect(page.get_by_role("tab", name="Pairs")).to_be_visible()
    page.get_by_role("tab", name="People").click()
    expect(page.get_by_text("0 of 1 done").first).to_be_visible()
    settled(page)


def review(page: Page, site: Site) -> None:
    opened(page, site, "review")
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible()


def all_tags(page: Page, site: Site) -> None:
    review(page, site)
    tab(page, "All tags")


def agreement(page: Page, site: Site) -> None:
    one = a_session(site.app, a_letter(), "Nothing to say")
    other = another_round(site.app, one)
    place = f"project={one.project_id}&tab=agreement&sessions={one.id},{other.id}&counted=shared"
    go(page, f"{site.app.url}/review?{place}&row=Room&column=-")
    expect(page.get_by_text("Letters: Room · Second round: not tagged")).to_be_visible()
    settled(page)


def suspects(page: Page, site: Site) -> None:
    opened(page, site, "review")
    page.get_by_role("tab", name="Check").click()
    expect(page.locator(".st-key-check-card")).to_be_visible()
    settled(page)


def saves(page: Page, site: Site) -> None:
    """A save in words, with who made each tag of its document."""
    session = a_session(site.app, a_letter(), "Nothing to say")
    with client(site.app) as api:
        said = Segment(span=(0, 7), text="Nothing", tags=(Tag.of("Room", "NEG"),))
        changed = Document(text="Nothing to say", segments=(said,))
        api.update_session(*session.key, SessionChange(documents=(changed,)))
    where = f"project={session.project_id}&session={session.id}&tab=history&save=2"
    go(page, f"{site.app.url}/review?{where}")
    settled(page)
    click(page, "Who made each tag")
    expect(page.get_by_role("button", name="Hide who made each tag")).to_be_visible()
    settled(page)


def picked(page: Page, site: Site) -> None:
    annotate(page, site)
    press(page, "Tab", "Tab")
    expect(page.locator("mark.picked")).not_to_have_count(0)


LIES_ON_TOP = """node => {
  const { x, y, width, height } = node.getBoundingClientRect();
  return node.getRootNode().elementFromPoint(x + width / 2, y + height / 2) === node;
}"""


def searching(page: Page, site: Site) -> None:
    annotate(page, site)
    press(page, "/")
    page.keyboard.type("o")
    offered = page.get_by_role("option", name="Room class")
    expect(offered).to_be_visible()
    assert offered.evaluate(LIES_ON_TOP)


def all_documents(page: Page, site: Site) -> None:
    annotate(page, site)
    tab(page, "All documents")


def pasting(page: Page, site: Site) -> None:
    annotate(page, site)
    tab(page, "Paste")
    page.get_by_role("textbox", name="Rows").fill("text\tclass\tlabel\nroom\tRoom\tNEG\nsea\tRoom\tNEG")
    press(page, "Control+Enter")
    expect(page.get_by_text("refused").first).to_be_visible()
    settled(page)


def occurrences(page: Page, site: Site) -> None:
    annotate(page, site)
    press(page, "Control+ArrowRight", "Control+Shift+ArrowRight", "=")
    expect(page.get_by_role("radio", name="Every occurrence")).to_be_checked()
    settled(page)


def checks(page: Page, site: Site) -> None:
    annotate(page, site)
    tab(page, "Problems")
    expect(page.get_by_text("problem in this document")).to_be_visible()
    click(page, "Check all 2 documents")
    expect(page.get_by_text("of 2 with problems")).to_be_visible()


def guidelines(page: Page, site: Site) -> None:
    annotate(page, site)
    click(page, "Guidelines")
    expect(page.get_by_role("button", name="Write notes of your own")).to_be_visible()


def help_(page: Page, site: Site) -> None:
    annotate(page, site)
    press(page, "?")
    expect(page.get_by_role("dialog")).to_be_visible()
    settled(page)


def own_keys(page: Page, site: Site) -> None:
    help_(page, site)
    page.get_by_role("tab", name="Your keys").click()
    settled(page)


def filtered(page: Page, site: Site) -> None:
    annotate(page, site)
    click(page, "Show only")
    page.get_by_role("combobox", name="Classes").click()
    page.get_by_role("option", name="Room", exact=True).click()
    settled(page)
    expect(page.locator(".st-key-show-all")).to_be_visible()


def whole_documents(page: Page, site: Site) -> None:
    opened(page, site, "annotate", site.mail)
    come_to_the_text(page)
    press(page, "*", "1")
    expect(page.get_by_role("button", name="1 unsaved")).to_be_visible()


def read_only(page: Page, site: Site) -> None:
    """What is only news is told in the corner."""
    place = f"project={site.busy.project_id}&session={site.busy.id}&document=9"
    go(page, f"{site.app.url}/annotate?{place}")
    expect(page.get_by_text("predicting tags right now")).to_be_visible()
    expect(page.get_by_role("alertdialog", name="There is no document 9")).to_be_visible()
    settled(page)


def deciding(page: Page, site: Site) -> None:
    """Two people, who have other tags in one document."""
    one = a_session(site.app, a_letter())
    with client(site.app) as api:
        letter = a_letter()
        other = letter.model_copy(update={"segments": letter.segments[1:3]})
        project = one.project_id
        second = api.create_session(project, NewSession(name="Second", documents=(other,)))
    words = f"tab=decide&counted=tagged&sessions={one.id},{second.id}"
    go(page, f"{site.app.url}/review?project={project}&{words}")
    click(page, "Start deciding")
    expect(page.get_by_role("toolbar", name="What the final version has here")).to_be_visible()


def notes(page: Page, site: Site) -> None:
    picked(page, site)
    for words in ("1 > is this a class?", "and p a label?"):
        press(page, "#")
        page.keyboard.type(words)
        expect(page.locator("[class*='st-key-note-words'] input")).to_have_value(words)
        click(page, "Add note")
        expect(page.get_by_text(f": {words}")).to_be_visible()
        come_to_the_text(page)


SCENES: tuple[Callable[[Page, Site], None], ...] = (
    sign_in,
    sessions,
    all_sessions,
    new_session,
    picked,
    searching,
    all_documents,
    pasting,
    occurrences,
    checks,
    guidelines,
    help_,
    own_keys,
    filtered,
    whole_documents,
    read_only,
    dealing,
    dealt,
    saves,
    review,
    all_tags,
    deciding,
    notes,
    suspects,
    agreement,
)


def close_dialog(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)


LEFT: dict[Callable[[Page, Site], None], Callable[[Page], None]] = {
    **dict.fromkeys((all_documents, pasting, occurrences, checks, notes), partial(tab, name="Tags")),
    guidelines: partial(click, name="Guidelines"),
    help_: close_dialog,
    own_keys: close_dialog,
}
"""How a person leaves what else would be open in the next session too."""


def violations(page: Page, **only: Any) -> list[str]:
    """What axe finds serious or worse, each with where it is and why."""
    only |= {"resultTypes": ["violations"]}  # listing what is right as well takes longer than looking
    found: list[dict[str, Any]] = Axe().run(page, options=only).response["violations"]
    return [
        f"{rule['id']} at {node['target']}: {node['failureSummary']}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__.strip("_"))
def test_axe_finds_nothing_serious_in_light_and_in_dark(
    site: Site, page: Page, scene: Callable[[Page, Site], None]
) -> None:
    scene(page, site)
    page.mouse.move(2, 2)
    expect(page.get_by_test_id("stTooltipContent")).to_have_count(0)  # half faded, nobody could read it
    for scheme, rules in (("light", {}), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        ground = "rgb(255, 255, 255)" if scheme == "light" else "rgb(16, 25, 27)"
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", ground)
        assert violations(page, **rules) == [], f"in {scheme}"
    LEFT.get(scene, settled)(page)


def look(place: Locator, *properties: str, pseudo: str = "") -> tuple[str, ...]:
    """What the browser makes of the style of an element."""
    found: list[str] = place.evaluate(
        "(node, [names, pseudo]) => names.map((name) => getComputedStyle(node, pseudo)[name])",
        [list(properties), pseudo],
    )
    return tuple(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_what_is_chosen_and_where_segments_end_is_still_seen(
    site: Site, page: Page, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme, forced_colors="active")
    picked(page, site)
    chosen, other = page.get_by_role("radio", name="All", exact=True), page.get_by_role("radio", name="To do")
    assert look(chosen, "backgroundColor", "color") != look(other, "backgroundColor", "color")
    documents = page.get_by_role("listbox", name="Documents")
    row, another = (documents.get_by_role("option").nth(at) for at in (0, 1))
    ground, words = look(row, "backgroundColor", "color")
    assert ground not in (words, *look(another, "backgroundColor"))
    assert look(row.locator(".number"), "color") == (words,)
    done = page.get_by_role("switch", name="Done")
    marks = []
    for _ in range(2):
        marks.append(
            (done.get_attribute("aria-checked"), *look(done, "borderStyle", "content", pseudo="::before"))
        )
        done.click()
    assert sorted(marks) == [("false", "solid", '""'), ("true", "none", '"✓"')]
    page.get_by_role("button", name="Filter", exact=True).click()
    track = page.get_by_role("switch", name="With problems").locator("xpath=../following-sibling::div[1]")
    assert look(track, "outlineStyle", "outlineWidth") == ("solid", "1px")
    press(page, "Escape")
    assert look(page.get_by_test_id("stProgressBarTrack").first, "outlineStyle") == ("solid",)
    first, last = page.locator("mark.first").first, page.locator("mark.last").first
    assert look(first, "borderInlineStartWidth", "borderInlineStartStyle") == ("1px", "solid")
    assert look(last, "borderInlineEndWidth", "borderInlineEndStyle") == ("1px", "solid")
    canvas = look(page.locator(".highlighter"), "backgroundColor")[0]
    for edge in ("borderInlineStartColor", "boxShadow"):
        assert canvas not in look(page.locator("mark.picked").first, edge)[0]
    assert look(page.locator("mark.picked").first, "boxShadow") != ("none",)
    assert "linear-gradient" in look(first, "backgroundImage")[0], "the underlines keep their patterns"


def test_forty_classes_are_found_by_typing_and_the_first_ten_by_their_keys(site: Site, page: Page) -> None:
    opened(page, site, "annotate", site.forty)
    come_to_the_text(page)
    chips = page.get_by_role("list", name="Classes").locator(".chip")
    expect(chips).to_have_count(40)
    assert chips.locator("kbd").all_inner_texts() == [*"1234567890"]
    press(page, "Control+Shift+ArrowRight", "/")
    page.keyboard.type("topic 37")
    press(page, "Enter", "p")
    expect(page.get_by_role("status").first).to_have_text("Tagged “Forty” Topic 37 · POS")
    expect(page.get_by_role("button", name="1 unsaved")).to_be_visible()
