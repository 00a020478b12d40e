"""The page Collections: texts are browsed, searched, compared, and seen on a map."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

TOUR = Path(__file__).parents[1] / "apps" / "tour"
SCRIPT = "<img src=x onerror='window.hacked = 1'> <script>window.hacked = 1</script>"
FILL = f'''

def add_all() -> int:
    """Store what the tests of collections look for."""
    animals = ["a lion roars", "a lioness sleeps", "a tiger hunts", "an owl hoots at night"]
    for number, text in enumerate(animals):
        docs.upsert(text, key=f"animal-{{number}}", labels=["animal"], metadata={{"year": number}})
    docs.upsert_many(
        [
            collections.Entry(
                f"page {{number:03}} of a long book", f"book-{{number:03}}", ["book"],
                {{"year": 2000 + number, "of": {{"author": "Ann"}}}},
            )
            for number in range(130)
        ]
    )
    docs.upsert("{SCRIPT}", key="hostile", labels=["<b>odd</b>"])
    docs.upsert("ein Loewe bruellt", key="tier-0", namespace="de", labels=["animal"])
    return 136
'''
VIEWS = ["search", "browse", "compare", "map"]


@pytest.fixture(scope="package")
def library(_all_devs: Any) -> Any:
    """The tour, with texts in its collection."""

    def change(folder: Path) -> None:
        source = folder / "app.py"
        source.write_text(source.read_text() + FILL)

    dev = _all_devs(TOUR, change=change)
    assert dev.ask("mutation { addAll }")["data"] == {"addAll": 136}
    return dev


@pytest.fixture
def at(library: Any, page: Page) -> Callable[..., Page]:
    """Opens a place of the collection."""

    def go(query: str = "", name: str = "docs", on: Page = page) -> Page:
        on.goto(f"{library.origin}/explorer/collections/{name}?{query}")
        expect(on.get_by_role("heading", name=name, exact=True)).to_be_visible()
        return on

    return go


def hits(page: Page) -> Any:
    return page.get_by_role("list", name="Texts that were found").get_by_role("listitem")


def search_for(page: Page, text: str) -> None:
    page.get_by_label("Text to search for").fill(text)
    page.get_by_label("Text to search for").press("Enter")


def options(page: Page) -> None:
    page.get_by_role("button", name="Options").click()


def test_collections_are_listed_with_how_many_texts_they_have(library: Any, page: Page) -> None:
    page.goto(f"{library.origin}/explorer/collections")
    listed = page.get_by_role("navigation", name="Collections").get_by_role("link")
    expect(listed.first).to_have_text("docs136 texts")
    expect(listed.first).to_have_attribute("aria-current", "page")
    expect(page).to_have_url(re.compile("/explorer/collections/docs$"))
    methods = page.get_by_role("list", name="Search methods").get_by_role("listitem")
    expect(methods).to_have_count(2)
    expect(methods.first).to_contain_text("byLetters")
    expect(methods.first).to_contain_text("26 numbers each")
    expect(methods.first).to_contain_text("cosine")


def test_a_search_shows_the_best_first_with_scores(at: Callable[..., Page]) -> None:
    page = at()
    search_for(page, "a lion roars")
    first = hits(page).first
    expect(first).to_contain_text("a lion roars")
    expect(first).to_contain_text("Score 1.00")
    texts = page.locator(".hit-score-number").all_inner_texts()
    scores = [float(each.split()[-1]) for each in texts]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True)


def test_a_search_is_made_again_after_a_reload(at: Callable[..., Page]) -> None:
    page = at("mode=text&q=lioness")
    expect(hits(page)).to_have_count(1)
    page.reload()
    expect(page.get_by_label("Text to search for")).to_have_value("lioness")
    expect(page.get_by_role("tab", name="Words")).to_have_attribute("aria-selected", "true")
    expect(hits(page)).to_have_count(1)


def test_another_mode_searches_at_once(at: Callable[..., Page]) -> None:
    page = at("q=lioness")
    expect(hits(page)).to_have_count(10)
    page.get_by_role("tab", name="Words").click()
    expect(hits(page)).to_have_count(1)
    expect(page.get_by_text("scores by rank")).to_be_visible()


def test_a_filter_leaves_out_what_does_not_fulfil_it(at: Callable[..., Page]) -> None:
    page = at("q=a%20long%20book")
    options(page)
    page.get_by_label("Filter").fill('{"year": {"gte": 2128}}')
    page.get_by_label("Filter").press("Control+Enter")
    expect(hits(page)).to_have_count(2)
    page.reload()
    expect(page.get_by_label("Filter")).to_have_value('{"year": {"gte": 2128}}')
    expect(hits(page)).to_have_count(2)


def test_a_filter_that_is_wrong_is_pointed_out_at_its_field(
    at: Callable[..., Page], watched: Any
) -> None:
    watched.allowed.append("400")
    page = at("q=book")
    options(page)
    field = page.get_by_label("Filter")
    field.fill('{"year": nothing}')
    field.press("Control+Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Line 1, column 10")).to_be_visible()
    field.fill('{"year": {"above": 3}}')
    field.press("Control+Enter")
    expect(page.locator(".search-form-filter .field-error")).to_contain_text("above")
    expect(hits(page)).to_have_count(0)
    page.get_by_label("Filter").fill("")
    page.get_by_role("button", name="Use it").click()
    expect(field).to_have_value('{"year": {"gte": 2020}, "$labels": {"contains": "new"}}')


def test_a_limit_that_is_none_is_pointed_out(at: Callable[..., Page]) -> None:
    page = at("q=book")
    options(page)
    page.get_by_label("Limit").fill("many")
    search_for(page, "book")
    expect(page.get_by_text("A whole number from 1 to 100.")).to_be_visible()
    page.get_by_label("Limit").fill("3")
    search_for(page, "book")
    expect(hits(page)).to_have_count(3)


def test_namespaces_are_chosen(at: Callable[..., Page]) -> None:
    page = at("q=lion")
    options(page)
    page.get_by_label("default", exact=True).uncheck()
    search_for(page, "lion")
    expect(hits(page)).to_have_count(1)
    expect(hits(page).first).to_contain_text("ein Loewe bruellt")


def test_arrow_keys_go_through_hits_and_enter_opens_one(at: Callable[..., Page]) -> None:
    page = at("q=a%20lion%20roars")
    hits(page).first.get_by_role("button", name="a lion roars").focus()
    page.keyboard.press("ArrowDown")
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == page.locator(".hit-open").nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text(focused)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_more_like_this_finds_others_than_this(at: Callable[..., Page]) -> None:
    page = at("q=a%20lion%20roars")
    first = hits(page).first
    first.hover()
    first.get_by_role("button", name="More like this").click()
    dialog = page.get_by_role("dialog")
    similar = dialog.get_by_role("list", name="Texts that mean much the same")
    expect(similar.get_by_role("listitem")).to_have_count(8)
    expect(similar).not_to_contain_text("animal-0")
    similar.get_by_role("button").first.click()
    expect(dialog.get_by_role("heading").first).not_to_have_text("animal-0")
    expect(similar).to_contain_text("animal-0")


def test_a_text_is_shown_whole_with_its_metadata(at: Callable[..., Page]) -> None:
    page = at("view=browse&key=book-007")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("page 007 of a long book")
    metadata = dialog.get_by_role("tree", name="Metadata")
    expect(metadata).to_contain_text("2007")
    expect(metadata).to_contain_text('"Ann"')
    page.get_by_role("button", name="Close").click()
    expect(page).to_have_url(re.compile(r"view=browse$"))


def test_a_text_that_is_gone_is_said_to_be(at: Callable[..., Page]) -> None:
    page = at("view=browse&key=nothing")
    expect(page.get_by_role("dialog")).to_contain_text("This text is not there any more.")


def test_texts_are_browsed_page_by_page(at: Callable[..., Page]) -> None:
    page = at("view=browse")
    rows = page.locator(".browse-table tbody tr")
    expect(rows).to_have_count(100)
    expect(page.get_by_text("100 of 135 texts")).to_be_visible()
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(135)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    keys = page.locator(".browse-open").all_inner_texts()
    assert keys == sorted(keys)


def test_texts_are_browsed_by_what_they_contain(at: Callable[..., Page]) -> None:
    page = at("view=browse")
    page.get_by_label("Show texts that contain").fill("page 01")
    expect(page.locator(".browse-table tbody tr")).to_have_count(10)
    page.get_by_label("Show texts that contain").fill("nowhere in them")
    expect(page.get_by_text("No text contains this")).to_be_visible()


def test_another_namespace_is_browsed(at: Callable[..., Page]) -> None:
    page = at("view=browse")
    page.get_by_label("Namespace").select_option("de (1)")
    expect(page.locator(".browse-open")).to_have_text(["tier-0"])
    page.reload()
    expect(page.locator(".browse-open")).to_have_text(["tier-0"])


def test_ways_to_search_are_compared_side_by_side(at: Callable[..., Page]) -> None:
    page = at("view=compare")
    search_for(page, "a lion roars")
    columns = page.locator(".compared-column")
    expect(columns.locator("h3")).to_have_text(["byLetters", "byLength", "Words"])
    letters, _, words = columns.all()
    expect(letters.get_by_role("listitem").first).to_contain_text("a lion roars")
    expect(words.locator(".compared-head")).to_contain_text(re.compile(r"\d+ of 10 shared"))
    expect(words.get_by_role("listitem").first).to_contain_text("The same rank as by byLetters")
    # The same text is pointed out in all columns.
    words.get_by_role("button").first.focus()
    expect(letters.locator(".is-pointed")).to_contain_text("a lion roars")
    expect(words.locator(".is-pointed")).to_contain_text("a lion roars")


def test_columns_are_chosen_and_kept(at: Callable[..., Page]) -> None:
    page = at("view=compare&q=lion")
    heads = page.locator(".compared-column h3")
    expect(heads).to_have_count(3)
    page.get_by_role("checkbox", name="byLength", exact=True).uncheck()
    expect(heads).to_have_text(["byLetters", "Words"])
    page.get_by_role("checkbox", name="byLetters and words").check()
    expect(heads).to_have_text(["byLetters", "Words", "byLetters and words"])
    page.reload()
    expect(heads).to_have_text(["byLetters", "Words", "byLetters and words"])


def test_the_map_says_what_it_shows(at: Callable[..., Page]) -> None:
    page = at("view=map")
    about = page.locator(".map-about")
    expect(about).to_contain_text("136 vectors")
    share = re.search(r"(\d+)% of the variance", about.inner_text())
    assert share
    assert 10 < int(share[1]) <= 100
    legend = page.get_by_role("list", name="Colours").get_by_role("button")
    expect(legend).to_have_text(["book130", "animal5", "<b>odd</b>1"])
    page.get_by_role("tab", name="Namespace").click()
    expect(legend).to_have_text(["default135", "de1"])


def test_a_point_of_the_map_is_chosen_by_keys(at: Callable[..., Page]) -> None:
    page = at("view=map&namespace=")
    stage = page.get_by_role("application")
    stage.focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    chosen = page.locator(".map-chosen")
    expect(chosen).to_be_visible()
    key, text = (chosen.locator(f".map-chosen-{each}").inner_text() for each in ("key", "text"))
    expect(page.locator(".map-canvas [aria-live]")).to_contain_text(text)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text(key)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    stage.focus()
    page.keyboard.press("Escape")
    expect(chosen).to_be_hidden()


def picture(page: Page) -> str:
    found: str = page.locator(".map-canvas canvas").evaluate("canvas => canvas.toDataURL()")
    return found


def test_the_map_is_drawn_moved_and_zoomed(at: Callable[..., Page]) -> None:
    page = at("view=map&namespace=")
    expect(page.get_by_role("application")).to_be_visible()
    whole = picture(page)
    page.get_by_role("button", name="Zoom in").click()
    near = picture(page)
    assert near != whole
    box = page.locator(".map-canvas canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 170)
    page.mouse.up()
    page.mouse.move(box["x"] - 20, box["y"] - 20)
    assert picture(page) not in (whole, near)
    page.get_by_role("button", name="Show all").click()
    page.mouse.move(box["x"] - 20, box["y"] - 20)
    assert picture(page) == whole


def test_what_a_search_finds_is_marked_on_the_map(at: Callable[..., Page]) -> None:
    page = at("view=map")
    expect(page.get_by_role("application")).to_be_visible()
    plain = picture(page)
    page.get_by_label("Mark what is nearest to").fill("a lion roars")
    page.get_by_role("button", name="Mark", exact=True).click()
    expect(page.get_by_text("10 nearest marked")).to_be_visible()
    assert picture(page) != plain
    page.get_by_role("tab", name="Table").click()
    first = page.locator(".browse-table tbody tr").first
    expect(first).to_contain_text("animal-0")
    expect(first.locator("td").first).to_have_text("1")


def test_the_map_is_a_table_too(at: Callable[..., Page]) -> None:
    page = at("view=map&namespace=de")
    page.get_by_role("tab", name="Table").click()
    row = page.locator(".browse-table tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("ein Loewe bruellt")
    row.get_by_role("button", name="tier-0").click()
    expect(page.get_by_role("dialog")).to_contain_text("ein Loewe bruellt")


def test_texts_are_never_markup(at: Callable[..., Page]) -> None:
    page = at("mode=text&q=onerror")
    expect(hits(page).first).to_contain_text("<script>window.hacked = 1</script>")
    hits(page).first.get_by_role("button").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("<b>odd</b>")
    at("view=browse")
    page.get_by_label("Show texts that contain").fill("onerror")
    expect(page.locator(".browse-table tbody")).to_contain_text("<img src=x")
    at("view=map&namespace=")
    page.get_by_label("Mark what is nearest to").fill("window.hacked")
    page.get_by_role("button", name="Mark", exact=True).click()
    expect(page.get_by_text("nearest marked")).to_be_visible()
    assert page.evaluate("window.hacked") is None


def test_an_empty_collection_teaches_how_it_is_filled(
    library: Any, at: Callable[..., Page], tmp_path: Path
) -> None:
    page = at(name="empty")
    expect(page.get_by_text("No texts yet")).to_be_visible()
    function = page.get_by_role("group", name="A function that stores a text").inner_text()
    compile(function, "app.py", "exec")
    # What the page says is what is done.
    command = page.get_by_role("group", name="The command that imports a file").inner_text()
    lines = page.get_by_role("group", name="Lines of such a file").inner_text()
    (tmp_path / "texts.jsonl").write_text(lines)
    program, *rest = shlex.split(command)
    assert program == "atoll"
    atoll = Path(sys.executable).with_name("atoll")
    ran = subprocess.run(
        [atoll, *rest, "--app", library.folder],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    page.get_by_role("button", name="Count anew").click()
    expect(page.locator(".collection-counts")).to_have_text("2 texts")
    expect(page.get_by_role("tab", name="Search")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(
    at: Callable[..., Page], new_page: Any, check_axe: Callable[[Page], None], scheme: str
) -> None:
    page = new_page(color_scheme=scheme)
    for view in VIEWS:
        at(f"view={view}&q=a%20lion", on=page)
        if view in ("search", "compare"):
            expect(page.locator(".hit, .compared-hit").first).to_be_visible()
        if view == "search":
            options(page)
        if view == "map":
            expect(page.get_by_role("application")).to_be_visible()
        check_axe(page)
    at("view=browse&key=book-001&similar=1", on=page)
    expect(page.get_by_role("dialog").locator(".hit").first).to_be_visible()
    check_axe(page)


@pytest.mark.parametrize("view", VIEWS)
def test_narrow_windows_have_all_of_it(at: Callable[..., Page], new_page: Any, view: str) -> None:
    page = new_page(width=360, height=720)
    at(f"view={view}&q=a%20lion", on=page)
    shown = {"browse": ".browse-table", "map": ".map-canvas"}.get(view, ".hit, .compared-hit")
    expect(page.locator(shown).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 360
