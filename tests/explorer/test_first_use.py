"""The first minutes with a new app: it is made, served, tried, edited, broken and mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from .conftest import MakeDev, NewPage, Watched

BUILD = 60_000
"""Milliseconds that a test waits for a build."""


def banner(page: Page) -> Locator:
    return page.get_by_role("alert", name="The build failed")


def function_list(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Functions", exact=True)


def greeting(page: Page, text: str) -> Locator:
    result = page.get_by_role("region", name="Result of the last run")
    return result.get_by_text(text, exact=True)


def test_new_app_is_tried_edited_broken_and_mended(
    start_dev: MakeDev, hello: Path, page: Page, check_axe: Callable[[Page], None]
) -> None:
    dev = start_dev(hello)

    # What one is told to open leads to a function that can be run as it stands.
    page.goto(f"{dev.origin}/")
    expect(page).to_have_url(f"{dev.origin}/explorer/functions/query.sayHello")
    expect(page.get_by_role("heading", name="sayHello", level=1)).to_be_visible()
    expect(function_list(page).get_by_role("link")).to_have_text(["sayHello", "generateSlogan"])
    expect(page.get_by_role("banner")).to_contain_text("hello")
    expect(page.get_by_role("banner")).to_contain_text("Python")
    page.get_by_label("name", exact=True).fill("Ada")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(greeting(page, "Hello, Ada!")).to_be_visible()

    # An edit shows by itself: another result, another function.
    dev.edit("app.py", 'f"Hello, {name}!"', 'f"Moin, {name}!"')
    source = (dev.folder / "app.py").read_text()
    addition = "\n\ndef count_words(text: str) -> int:\n    return len(text.split())\n"
    (dev.folder / "app.py").write_text(source + addition)
    new = function_list(page).get_by_role("link", name="countWords")
    expect(new).to_be_visible(timeout=BUILD)
    expect(page.get_by_label("name", exact=True)).to_have_value("Ada")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(greeting(page, "Moin, Ada!")).to_be_visible()

    # A mistake is told with its place, while the version before goes on answering.
    dev.edit("app.py", "text: str", "text: complex")
    expect(banner(page)).to_be_visible(timeout=BUILD)
    expect(banner(page)).to_contain_text("complex")
    expect(banner(page)).to_contain_text("UNSUPPORTED_TYPE")
    expect(banner(page).locator(".build-banner-hint")).not_to_be_empty()
    expect(banner(page)).to_contain_text("The app as it was before still answers.")
    expect(page.get_by_role("banner")).to_contain_text("Build failed")
    check_axe(page)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(greeting(page, "Moin, Ada!")).to_be_visible()
    mistake = "def count_words(text: complex) -> int:"
    line = (dev.folder / "app.py").read_text().split("\n").index(mistake) + 1
    banner(page).get_by_role("button", name=f"app.py:{line}", exact=True).click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text(mistake)
    expect(panel.get_by_role("link", name="Open in editor")).to_have_attribute(
        "href", re.compile(rf"^vscode://file/.*/app\.py:{line}(:\d+)?$")
    )
    check_axe(page)
    page.keyboard.press("Escape")

    # Once it is mended, nothing is left of it.
    dev.edit("app.py", "text: complex", "text: str")
    expect(banner(page)).to_have_count(0, timeout=BUILD)
    new.click()
    page.get_by_label("text", exact=True).fill("one two three")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(greeting(page, "3")).to_be_visible()


def broken(folder: Path) -> None:
    source = (folder / "app.py").read_text()
    (folder / "app.py").write_text(source.replace("-> str:", "-> str", 1))


def test_app_that_never_built_says_why_and_appears_when_it_is_mended(
    start_dev: MakeDev,
    hello: Path,
    page: Page,
    watched: Watched,
    check_axe: Callable[[Page], None],
) -> None:
    watched.allowed.append("status of 503")  # there are no functions to ask for yet
    dev = start_dev(hello, change=broken)

    page.goto(f"{dev.origin}/")
    expect(banner(page)).to_contain_text("expected ':'")
    expect(banner(page)).to_contain_text("It is tried again as soon as you save a file.")
    # Said once in red; the page itself tells what it waits for.
    expect(page.get_by_role("main").get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("as soon as its build succeeds")
    check_axe(page)
    banner(page).get_by_role("button", name=re.compile(r"^app\.py:\d+$")).click()
    expect(page.get_by_role("dialog")).to_contain_text("def say_hello")
    page.keyboard.press("Escape")

    dev.edit("app.py", "-> str\n", "-> str:\n")

    expect(banner(page)).to_have_count(0, timeout=BUILD)
    function_list(page).get_by_role("link", name="sayHello").click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(greeting(page, "Hello, World!")).to_be_visible()


def test_build_error_is_text_and_fits_into_a_narrow_window(
    start_dev: MakeDev, hello: Path, new_page: NewPage, watched: Watched
) -> None:
    def hostile(folder: Path) -> None:
        source = (folder / "app.py").read_text()
        message = "<img src=x onerror='window.hacked = 1'>" + "x" * 300
        (folder / "app.py").write_text(f'{source}\n\nraise RuntimeError("{message}")\n')

    watched.allowed.append("status of 503")
    dev = start_dev(hello, change=hostile)
    page = new_page(width=360, height=640)
    page.goto(f"{dev.origin}/explorer")

    expect(banner(page)).to_contain_text("<img src=x onerror='window.hacked = 1'>xxx")
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
