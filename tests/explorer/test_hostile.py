"""Whatever functions, their docs, models and addresses say, it is text: nothing of it runs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Dev, MakeDev, Watched

IMAGE = "<img src=x onerror='window.hacked = 1'>"
HTML = f"{IMAGE}<script>window.hacked = 1</script>"

APP = f'''"""An app that means no good."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from atoll.sdk import UserError, console, http, models, span

HTML = """{HTML}"""


@dataclass
class Trap:
    """{HTML}

    Attributes:
        spring: {HTML}
    """

    spring: str = HTML


def documented(text: str = HTML, trap: Trap | None = None) -> str:
    """{HTML}

    [link](javascript:window.hacked=1) ![picture](https://example.com/spy.png)
    <javascript:window.hacked=1> [data](data:text/html,<script>top.hacked=1</script>)
    <a href="javascript:window.hacked=1">anchor</a>

    Args:
        text: {HTML}
        trap: {HTML}
    """
    return text


def keyed() -> Any:
    return {{HTML: [{{HTML: HTML}}], "__proto__": {{"x": 1}}, "constructor": HTML}}


def logged() -> int:
    console.warn(HTML)
    print(HTML)
    print("\\x1b[31mred\\x1b[0m \\u202eturned \\x00")
    os.write(1, b"\\xff\\xfe invalid <b>\\xc3</b>\\n")
    return 1


def half() -> str:
    """Half of a character, which is no text."""
    return "half \\ud800 of it"


def failed() -> int:
    raise RuntimeError("{IMAGE}")


def refused() -> int:
    raise UserError(HTML)


def hosted() -> int:
    with span(HTML, value=HTML):
        try:
            http.fetch("http://127.0.0.1:9/" + HTML)
        except Exception as error:
            console.warn(error)
    return 1


def asked() -> str:
    return models.get("writer").chat(HTML).text


async def streamed() -> AsyncIterator[str]:
    yield HTML
    yield HTML
'''

MANIFEST = {
    "endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}},
    "connections": {"nowhere": {"type": "http", "baseUrl": "http://127.0.0.1:9/"}},
    "models": {"writer": {"sourceModel": HTML, "connection": "nowhere", "path": "v1/chat"}},
}


@pytest.fixture(scope="module")
def hostile(_all_devs: MakeDev, hello: Path) -> Dev:
    def change(folder: Path) -> None:
        (folder / "app.py").write_text(APP)
        (folder / "modus.json").write_text(json.dumps(MANIFEST))

    return _all_devs(hello, change=change)


def check_nothing_ran(page: Page) -> None:
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x], #root script, #root b").count() == 0
    for link in page.locator("#root a[href]").all():
        assert re.match("(https?://|/|#|vscode:)", str(link.get_attribute("href")))
    page.get_by_role("button", name="Keyboard shortcuts").first.click()
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")


def open_function(page: Page, dev: Dev, key: str) -> None:
    page.goto(f"{dev.origin}/explorer/functions/{key}")
    name = key.rpartition(".")[2]
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def run(page: Page, word: str) -> Locator:
    page.get_by_role("button", name="Run", exact=True).click()
    result = page.get_by_role("region", name="Result of the last run")
    expect(result.get_by_role("status").get_by_text(word, exact=True)).to_be_visible()
    return result


def test_docs_of_functions_are_text(page: Page, hostile: Dev) -> None:
    open_function(page, hostile, "query.documented")

    expect(page.get_by_role("article", name="documented")).to_contain_text(IMAGE)
    expect(page.get_by_role("region", name="Arguments")).to_contain_text(IMAGE)
    check_nothing_ran(page)
    for kind in ("GraphQL", "curl", "Python", "TypeScript"):
        page.get_by_role("tab", name=kind, exact=True).click()
    check_nothing_ran(page)
    page.get_by_role("link", name="API", exact=True).click()
    expect(page.get_by_role("button", name="Begin with an example")).to_be_visible()
    page.get_by_role("button", name="Docs", exact=True).click()
    docs = page.get_by_role("region", name="Docs of the API")
    page.get_by_label("Search types and fields").fill("documented")
    docs.get_by_role("button", name=re.compile("^Query.documented")).click()
    expect(docs).to_contain_text(IMAGE)
    check_nothing_ran(page)


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("query.documented", "OK"),
        ("query.keyed", "OK"),
        ("query.logged", "OK"),
        ("query.half", "Failed"),
        ("query.failed", "Failed"),
        ("query.refused", "Failed"),
        ("query.hosted", "OK"),
        ("query.asked", "Failed"),
        ("subscription.streamed", "OK"),
    ],
)
def test_what_comes_of_functions_is_text(page: Page, hostile: Dev, key: str, word: str) -> None:
    open_function(page, hostile, key)

    result = run(page, word)

    for tab in result.get_by_role("tab").all():
        tab.click()
        check_nothing_ran(page)
    result.get_by_role("link", name="Call in full").click()
    name = key.rpartition(".")[2]
    shown = page.get_by_role("region", name=f"Call of {name}", exact=True)
    expect(shown).to_be_visible()
    if key == "query.half":
        expect(shown).to_contain_text("half")
    elif key not in ("query.asked", "subscription.streamed"):
        expect(shown).to_contain_text("<img src=x onerror=")
    if key == "query.logged":
        log = page.get_by_role("list", name="Log")
        expect(log).to_contain_text("invalid <b>")
        expect(log).to_contain_text("turned")
    if key == "query.failed":
        expect(shown).to_contain_text("app.py")
    check_nothing_ran(page)


def test_what_models_were_asked_and_are_called_is_text(page: Page, hostile: Dev) -> None:
    hostile.ask("{ asked }")

    page.goto(f"{hostile.origin}/explorer/models")
    invocations = page.get_by_role("listbox", name="Invocations of models").get_by_role("option")
    expect(invocations.first).to_contain_text("<img")
    check_nothing_ran(page)
    invocations.first.click()
    expect(page.get_by_role("main")).to_contain_text(HTML)
    check_nothing_ran(page)
    page.goto(f"{hostile.origin}/explorer/manifest")
    expect(page.get_by_role("main")).to_contain_text(HTML)
    check_nothing_ran(page)


@pytest.mark.parametrize(
    ("page_name", "said"),
    [
        ("functions", f"There is no function {HTML}"),
        ("calls", "This call is not kept any more"),
        ("models", "This invocation is not in the history"),
        ("collections", "No texts yet"),
    ],
    ids=["functions", "calls", "models", "collections"],
)
def test_places_that_addresses_name_are_text(
    page: Page, tour: Dev, watched: Watched, page_name: str, said: str
) -> None:
    watched.allowed.append("status of 404")
    place = quote(HTML, safe="")
    page.goto(f"{tour.origin}/explorer/{page_name}/{place}?search={place}&q={place}#{place}")

    expect(page.get_by_role("main")).to_contain_text(said)
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.locator("main h1")).not_to_have_count(0)
    if page_name != "collections":
        assert HTML in page.title()
    check_nothing_ran(page)


def test_anything_may_have_been_kept_in_the_browser(page: Page, tour: Dev) -> None:
    page.goto(f"{tour.origin}/explorer/functions/query.sayHello")
    page.get_by_label("name", exact=True).fill("Ada")
    page.get_by_role("link", name="API", exact=True).click()
    expect(page.get_by_role("textbox", name="GraphQL", exact=True)).to_be_visible()
    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page.get_by_role("heading", name="Calls", level=1)).to_be_visible()
    names = page.evaluate("Object.keys(localStorage)")
    assert len(names) >= 1

    for value in ("{", "null", "7", '"<img>"', '{"a": [null]}', "[null, 1, {}]"):
        page.evaluate(
            "([names, value]) => names.forEach(name => localStorage.setItem(name, value))",
            [[*names, "atoll.theme", "atoll.endpoint"], value],
        )
        for place in ("functions/query.sayHello", "graphql", "calls"):
            page.goto(f"{tour.origin}/explorer/{place}")
            expect(page.locator("main h1").first).to_be_visible()
            expect(page.locator(".skeleton")).to_have_count(0)
            expect(page.get_by_text("Something went wrong in this page.")).to_have_count(0)


@pytest.mark.parametrize("field", ["large { key value }", "longText", "deep", "oddText"])
def test_answers_of_any_size_leave_the_editor_alive(page: Page, tour: Dev, field: str) -> None:
    page.goto(f"{tour.origin}/explorer/graphql")
    editor = page.get_by_role("textbox", name="GraphQL", exact=True)
    answer = page.get_by_role("region", name="Answer", exact=True)

    def ask(query: str) -> None:
        editor.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(query)
        page.keyboard.press("Control+Enter")

    ask(f"{{ {field} }}")

    expect(answer).to_contain_text("200 OK")
    for tab in answer.get_by_role("tab").all():
        tab.click()
        assert page.evaluate("document.querySelectorAll('*').length") < 5_000
    check_nothing_ran(page)
    ask('{ sayHello(name: "somebody else") }')
    expect(answer).to_contain_text("Hello, somebody else!")
