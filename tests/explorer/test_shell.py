"""What is around all pages: the places, the keys, the theme, and the tie to the server."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Dev, MakeDev, NewPage, Watched

PLACES = {
    "functions/query.sayHello": ("sayHello", "query.sayHello · Functions · tour · Atoll"),
    "graphql": ("API", "API · tour · Atoll"),
    "calls": ("Calls", "Calls · tour · Atoll"),
    "models": ("Models", "Models · tour · Atoll"),
    "collections/docs": ("docs", "docs · Collections · tour · Atoll"),
    "manifest": ("Manifest", "Manifest · tour · Atoll"),
}
"""The heading of each page, and the title of its window."""

KEYS = {
    "f": "functions",
    "a": "graphql",
    "c": "calls",
    "m": "models",
    "o": "collections",
    "n": "manifest",
}

RETURN = 30_000
"""Milliseconds that a test waits for a page to find a server again."""


def heading(page: Page, place: str) -> Locator:
    return page.get_by_role("heading", name=PLACES[place][0], exact=True).first


def open_place(page: Page, dev: Dev, place: str) -> None:
    page.goto(f"{dev.origin}/explorer/{place}")
    expect(heading(page, place)).to_be_visible()


def live(page: Page) -> Locator:
    return page.get_by_role("banner").locator(".live")


def theme(page: Page) -> str:
    return str(page.evaluate("document.documentElement.dataset.theme"))


@pytest.mark.parametrize("place", PLACES)
def test_each_page_has_a_title_and_is_there_after_a_reload(
    page: Page, tour: Dev, place: str
) -> None:
    open_place(page, tour, place)
    expect(page).to_have_title(PLACES[place][1])
    current = page.get_by_role("navigation", name="Pages").locator("[aria-current=page]")
    expect(current).to_have_count(1)

    page.reload()

    expect(heading(page, place)).to_be_visible()
    expect(page).to_have_url(re.compile(f"/explorer/{re.escape(place)}$"))


def test_history_leads_back_through_the_pages(page: Page, tour: Dev) -> None:
    open_place(page, tour, "functions/query.sayHello")
    pages = page.get_by_role("navigation", name="Pages")
    for name in ("Calls", "Manifest"):
        pages.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()

    page.go_back()
    expect(page.get_by_role("heading", name="Calls", level=1)).to_be_visible()
    page.go_back()
    expect(heading(page, "functions/query.sayHello")).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("heading", name="Calls", level=1)).to_be_visible()


def test_place_that_is_none_leads_to_the_functions(page: Page, tour: Dev) -> None:
    page.goto(f"{tour.origin}/explorer/no/such/place")
    expect(page).to_have_url(re.compile(r"/explorer/functions/query\.\w+$"))
    page.goto(f"{tour.origin}/explorer/functions/query.nothing")
    expect(page.get_by_text("There is no function query.nothing")).to_be_visible()


def test_all_pages_are_reached_by_two_keys(page: Page, tour: Dev) -> None:
    open_place(page, tour, "manifest")

    for key, name in KEYS.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(f"/explorer/{name}(/|$)"))
        expect(page.locator("main h1").first).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        # Screen readers are at the new page, and Tab goes on from there.
        expect(page.locator("main :focus, main:focus")).to_have_count(1)
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        assert focus.evaluate("one => document.querySelector('main').contains(one)")
        assert focus.evaluate("one => one.matches(':focus-visible')")
        seen = focus.evaluate(
            "one => { const style = getComputedStyle(one);"
            " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"
        )
        assert seen, focus.evaluate("one => one.outerHTML")
        focus.evaluate("one => one.blur()")  # in a field, keys are typed


def test_keys_that_are_typed_into_fields_lead_nowhere(page: Page, tour: Dev) -> None:
    open_place(page, tour, "functions/query.sayHello")

    page.get_by_label("name", exact=True).fill("")
    page.keyboard.type("g c ?/")

    expect(page.get_by_label("name", exact=True)).to_have_value("g c ?/")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith("query.sayHello")


def test_slash_goes_to_the_search_of_the_page(page: Page, tour: Dev) -> None:
    open_place(page, tour, "functions/query.sayHello")
    page.keyboard.press("/")
    expect(page.get_by_label("Filter functions")).to_be_focused()
    expect(page.get_by_label("Filter functions")).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_question_mark_shows_all_keys(
    new_page: NewPage, tour: Dev, check_axe: Callable[[Page], None], scheme: str
) -> None:
    page = new_page(color_scheme=scheme)
    open_place(page, tour, "manifest")
    page.get_by_role("link", name="Calls", exact=True).focus()

    page.keyboard.press("?")

    help = page.get_by_role("dialog", name="Keyboard shortcuts")
    for title in ("Functions", "API", "Calls", "Models", "Collections", "Manifest"):
        expect(help.get_by_role("term").get_by_text(title, exact=True)).to_be_visible()
    check_axe(page)
    page.keyboard.press("g")  # not while something is above the page
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    expect(help).to_have_count(0)
    expect(page.get_by_role("link", name="Calls", exact=True)).to_be_focused()
    expect(page).to_have_url(re.compile("/manifest$"))


def test_first_tab_leads_past_the_navigation(page: Page, tour: Dev) -> None:
    open_place(page, tour, "calls")

    page.keyboard.press("Tab")

    skip = page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    expect(page).to_have_url(re.compile("/explorer/calls(#main)?$"))
    expect(page.get_by_role("heading", name="Calls", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_theme_follows_the_system_until_one_is_chosen(new_page: NewPage, tour: Dev) -> None:
    page = new_page(color_scheme="dark")
    open_place(page, tour, "manifest")
    background = "getComputedStyle(document.documentElement).backgroundColor"
    assert theme(page) == "dark"
    dark = page.evaluate(background)
    page.emulate_media(color_scheme="light")
    expect(page.locator("html[data-theme=light]")).to_be_attached()
    light = page.evaluate(background)
    assert dark != light

    switch = page.get_by_role("navigation", name="Pages").get_by_role("button", name="Theme")
    switch.click()  # to light
    switch.click()
    assert theme(page) == "dark"
    assert page.evaluate(background) == dark
    expect(switch).to_have_accessible_name("Theme: dark")
    page.emulate_media(color_scheme="light")
    page.reload()

    # Before anything of the page is there: it does not flash.
    assert theme(page) == "dark"
    expect(switch).to_have_accessible_name("Theme: dark")
    assert theme(page) == "dark"
    assert page.evaluate(background) == dark


@pytest.mark.parametrize("place", PLACES)
def test_pages_fit_into_a_narrow_window(new_page: NewPage, tour: Dev, place: str) -> None:
    page = new_page(width=360, height=640)
    open_place(page, tour, place)
    expect(page.locator(".skeleton")).to_have_count(0)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 360
    for link in page.get_by_role("navigation", name="Pages").get_by_role("link").all():
        if link.is_visible():
            expect(link).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_endpoint_is_chosen_with_a_token_that_stays_in_the_tab(
    new_page: NewPage,
    tour: Dev,
    check_axe: Callable[[Page], None],
    scheme: str,
    width: int,
) -> None:
    page = new_page(color_scheme=scheme, width=width)
    open_place(page, tour, "manifest")

    page.get_by_role("button", name="Endpoint default").click()
    menu = page.get_by_role("dialog", name="Endpoint")
    expect(menu).to_contain_text(f"{tour.origin}/graphql")
    menu.get_by_role("radio", name="guarded").check()
    expect(menu).to_contain_text(f"{tour.origin}/guarded")
    menu.get_by_label("Bearer token", exact=True).fill("hunter2")
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.reload()

    page.get_by_role("button", name="Endpoint guarded").click()
    expect(menu.get_by_label("Bearer token", exact=True)).to_have_value("hunter2")
    assert "hunter2" not in page.evaluate("JSON.stringify(localStorage)")
    assert "hunter2" not in page.content()


def test_server_that_ends_is_missed_and_found_again(
    start_dev: MakeDev, hello: Path, page: Page, watched: Watched
) -> None:
    dev = start_dev(hello)
    page.goto(f"{dev.origin}/explorer/functions/query.sayHello")
    page.get_by_label("name", exact=True).fill("Ada")
    expect(live(page)).to_have_text("Live")
    watched.allowed += ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING"]

    dev.stop()

    notice = page.get_by_role("alert").filter(has_text="The server is gone")
    expect(notice).to_be_visible()
    expect(live(page)).to_have_text("Server gone")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("The server does not answer.").first).to_be_visible()
    # What was not opened before cannot be now, and says so.
    page.keyboard.press("Escape")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Calls").click()
    expect(page.get_by_text("This page could not be loaded.")).to_be_visible()

    # It comes back as another process, with another token and another function.
    source = (dev.folder / "app.py").read_text()
    (dev.folder / "app.py").write_text(f"{source}\n\ndef answer() -> int:\n    return 42\n")
    watched.allowed.append("status of 401")
    dev.start()

    expect(notice).to_have_count(0, timeout=RETURN)
    expect(live(page)).to_have_text("Live")
    expect(page.get_by_role("heading", name="Calls", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_label("name", exact=True)).to_have_value("Ada")
    functions = page.get_by_role("navigation", name="Functions", exact=True)
    expect(functions.get_by_role("link", name="answer")).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    result = page.get_by_role("region", name="Result of the last run")
    expect(result.get_by_text("Hello, Ada!", exact=True)).to_be_visible()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Calls").click()
    expect(page.get_by_role("heading", name="Calls", level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("sayHello")


def test_browser_of_another_machine_is_asked_for_the_token(
    new_page: NewPage, tour: Dev, watched: Watched, check_axe: Callable[[Page], None]
) -> None:
    here = new_page()
    token: str = here.request.get(f"{tour.origin}/explorer/api/session").json()["token"]
    # So is what a proxy sends on.
    page = new_page(extra_http_headers={"x-forwarded-for": "192.0.2.9"})
    watched.allowed.append("status of 401")
    page.goto(f"{tour.origin}/explorer/manifest")

    panel = page.get_by_role("dialog", name="Sign in to the Explorer")
    expect(panel).to_contain_text("atoll dev")
    expect(live(page)).to_have_text("Signed out")
    check_axe(page)
    page.keyboard.press("Escape")  # there is nothing to see without
    panel.get_by_label("Token", exact=True).fill("wrong")
    page.keyboard.press("Enter")
    refused = page.get_by_role("dialog", name="That token was not accepted")
    expect(refused.get_by_role("alert")).to_contain_text("Did you copy all of it?")
    refused.get_by_label("Token", exact=True).fill(f" {token}\n")
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("gpt-4o-mini")
    expect(live(page)).to_have_text("Live")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("gpt-4o-mini")
    assert token not in page.evaluate("JSON.stringify(localStorage)")
