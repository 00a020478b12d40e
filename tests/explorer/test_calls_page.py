"""The page of calls: what comes in is seen, found, kept still, and understood."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .conftest import Dev, NewPage

Check = Callable[[Page], None]


def calls(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Calls")


def row(page: Page, words: str | re.Pattern[str]) -> Locator:
    """A call in the list, by what a screen reader says of it."""
    return calls(page).get_by_role("option", name=words).first


def detail(page: Page, function: str) -> Locator:
    return page.get_by_role("region", name=f"Call of {function}", exact=True)


def section(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def open_calls(page: Page, dev: Dev, query: str = "") -> None:
    page.goto(f"{dev.origin}/explorer/calls{query}")
    expect(page.get_by_role("heading", name="Calls", level=1)).to_be_visible()
    # Events come in, so that no call can be missed.
    expect(page.get_by_text("Live", exact=True)).to_be_attached()


def forget_calls(page: Page, dev: Dev) -> None:
    """Empty the list: other tests call the same functions of the same app."""
    open_calls(page, dev)
    page.get_by_role("button", name="Clear").click()
    expect(rows(page)).to_have_count(0)


def rows(page: Page) -> Locator:
    return calls(page).get_by_role("option")


def test_call_that_somebody_makes_appears_and_says_all_of_itself(page: Page, tour: Dev) -> None:
    tour.ask("{ sayHello }")
    forget_calls(page, tour)
    open_calls(page, tour, "?function=sayHello")
    tour.ask('{ sayHello(name: "Ophelia") }')

    row(page, re.compile("^sayHello, went well")).click()

    shown = detail(page, "sayHello")
    expect(shown.get_by_text("OK", exact=True)).to_be_visible()
    expect(section(page, "Arguments")).to_contain_text("Ophelia")
    expect(section(page, "Result")).to_contain_text("Hello, Ophelia!")
    log = page.get_by_role("list", name="Log").get_by_role("listitem")
    expect(log.filter(has_text="greeting Ophelia")).to_contain_text("info")
    expect(log.filter(has_text="printed")).to_have_count(1)
    for part in ("Queue", "Start", "Function", "Host calls"):
        expect(section(page, "Time").get_by_text(part, exact=True)).to_be_visible()


def test_address_of_a_call_shows_it_to_somebody_else(new_page: NewPage, tour: Dev) -> None:
    mine, theirs = new_page(), new_page()
    tour.ask('{ sayHello(name: "Polonius") }')
    open_calls(mine, tour, "?function=sayHello")
    row(mine, re.compile("^sayHello")).click()
    expect(section(mine, "Arguments")).to_contain_text("Polonius")

    theirs.goto(mine.url)

    expect(section(theirs, "Arguments")).to_contain_text("Polonius")
    expect(calls(theirs).get_by_role("option", selected=True)).to_have_count(1)


def test_error_shows_the_line_of_the_source_that_it_comes_from(page: Page, tour: Dev) -> None:
    tour.ask('{ fail(message: "rotten in Denmark") }')
    open_calls(page, tour)

    row(page, re.compile("^fail, failed.*rotten in Denmark")).click()

    errors = page.get_by_role("list", name="Errors")
    expect(errors).to_contain_text("RuntimeError: rotten in Denmark")
    expect(errors).to_contain_text("FUNCTION_FAILED")
    marked = errors.locator("[aria-current=location]")
    expect(marked).to_contain_text("raise RuntimeError(message)")
    expect(marked).to_be_in_viewport()
    line = _line_of(tour, "    raise RuntimeError(message)")
    link = errors.get_by_role("link", name="Open in editor")
    expect(link).to_have_attribute("href", re.compile(rf"^vscode://file/.*/app\.py:{line}:\d+$"))

    errors.get_by_role("button", name=re.compile("^fail app.py")).click()
    expect(errors.locator("[aria-current=location]")).to_contain_text("return _inner(message)")


def _line_of(dev: Dev, text: str) -> int:
    return (dev.folder / "app.py").read_text().splitlines().index(text) + 1


def test_waterfall_says_what_was_asked_of_the_host(page: Page, tour: Dev) -> None:
    tour.ask('{ fetch(path: "https://elsinore.example/") }')
    open_calls(page, tour)

    row(page, re.compile("^fetch, failed.*elsinore")).click()

    table = page.get_by_role("table", name="Host functions and spans of the call")
    asked = table.get_by_role("row").filter(has_text="http.fetch")
    expect(asked.get_by_role("cell").first).to_contain_text("elsinore.example")
    expect(asked).to_contain_text(re.compile(r"\d\sms"))
    expect(asked.locator(".waterfall-failure")).to_be_visible()


def test_call_that_asks_a_model_leads_to_its_traffic(
    page: Page, tour: Dev, tour_providers: Any
) -> None:
    answer = tour.ask('{ ask(question: "To be?") }')
    id = answer["extensions"]["invocations"]["ask"]["executionId"]

    page.goto(f"{tour.origin}/explorer/calls/{id}")

    link = detail(page, "ask").get_by_role("link", name="Model traffic")
    assert parse_qs(urlsplit(link.get_attribute("href") or "").query) == {"call": [id]}


def test_run_again_leads_to_the_function_with_the_same_arguments(page: Page, tour: Dev) -> None:
    answer = tour.ask('{ sayHello(name: "poor Yorick") }')
    id = answer["extensions"]["invocations"]["sayHello"]["executionId"]

    page.goto(f"{tour.origin}/explorer/calls/{id}")
    page.get_by_role("button", name="Run again").click()

    expect(page).to_have_url(f"{tour.origin}/explorer/functions/query.sayHello")
    form = page.get_by_role("textbox", name=re.compile("name", re.IGNORECASE))
    expect(form.first).to_have_value("poor Yorick")


def test_copy_as_json_is_the_whole_call(page: Page, tour: Dev) -> None:
    answer = tour.ask('{ sayHello(name: "Horatio") }')
    id = answer["extensions"]["invocations"]["sayHello"]["executionId"]
    page.goto(f"{tour.origin}/explorer/calls/{id}")

    page.get_by_role("button", name="Copy as JSON").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied["id"] == id
    assert copied["arguments"] == {"value": {"name": "Horatio"}}


def test_numbers_stand_above_calls_and_not_above_nothing(page: Page, tour: Dev) -> None:
    tour.ask("{ markup }")
    open_calls(page, tour)
    overview = page.get_by_role("region", name="Overview of the calls shown")
    expect(overview).to_contain_text("In the last minute")

    page.get_by_label("Text in the error").fill("an error that never was")

    expect(rows(page)).to_have_count(0)
    expect(overview).to_have_count(0)


def test_filters_are_in_the_address_and_survive_a_reload(page: Page, tour: Dev) -> None:
    tour.ask("{ markup }")
    tour.ask('{ refuse(why: "the rest is silence") }')
    open_calls(page, tour)

    page.get_by_label("Text in the error").fill("REST IS")
    expect(rows(page).filter(has_not_text="the rest is silence")).to_have_count(0)
    expect(row(page, re.compile("^refuse"))).to_be_visible()
    page.get_by_label("Status").select_option("failed")
    page.get_by_label("Function", exact=True).select_option("refuse")
    page.get_by_label("Minimal duration").press_sequentially("0.01")
    page.get_by_label("Calls of embedders").uncheck()
    query = parse_qs(urlsplit(page.url).query)
    assert query == {
        "error": ["REST IS"],
        "status": ["failed"],
        "function": ["refuse"],
        "min": ["0.01"],
        "embedders": ["off"],
    }

    page.reload()

    expect(row(page, re.compile("^refuse"))).to_be_visible()
    expect(page.get_by_label("Text in the error")).to_have_value("REST IS")
    expect(page.get_by_label("Calls of embedders")).not_to_be_checked()
    page.get_by_role("button", name="Reset filters").click()
    expect(row(page, re.compile("^markup"))).to_be_visible()
    assert urlsplit(page.url).query == ""


def test_minimal_duration_leaves_quick_calls_out(page: Page, tour: Dev) -> None:
    tour.ask("{ wait(seconds: 0.4) }")
    tour.ask("{ markup }")
    open_calls(page, tour, "?min=400&embedders=off")
    expect(row(page, re.compile("^wait"))).to_be_visible()
    page.get_by_label("Function", exact=True).select_option("wait")
    expect(rows(page).filter(has_not_text="wait")).to_have_count(0)


def test_filters_without_a_match_say_how_to_go_on(page: Page, tour: Dev) -> None:
    tour.ask("{ markup }")
    open_calls(page, tour, "?function=nobody")
    page.get_by_role("button", name="Reset filters").last.click()
    expect(row(page, re.compile("^markup"))).to_be_visible()


def test_paused_list_stands_still_and_counts_what_comes(page: Page, tour: Dev) -> None:
    tour.ask('{ sayHello(name: "first") }')
    forget_calls(page, tour)
    tour.ask('{ sayHello(name: "first") }')
    open_calls(page, tour, "?function=sayHello")
    expect(row(page, re.compile("^sayHello"))).to_be_visible()
    before = rows(page).first.get_attribute("id"), rows(page).count()
    setsize = rows(page).first.get_attribute("aria-setsize")
    page.get_by_role("button", name="Pause").click()

    for number in range(3):
        tour.ask(f'{{ sayHello(name: "later {number}") }}')

    news = page.get_by_role("button", name="3 new calls")
    expect(news).to_be_visible()
    assert (rows(page).first.get_attribute("id"), rows(page).count()) == before
    assert rows(page).first.get_attribute("aria-setsize") == setsize

    news.click()
    expect(rows(page).first).to_have_attribute("aria-setsize", str(int(setsize or 0) + 3))
    tour.ask('{ sayHello(name: "last") }')
    expect(page.get_by_role("button", name="1 new call")).to_be_visible()
    page.get_by_role("button", name="Follow").click()
    expect(rows(page).first).to_have_attribute("aria-setsize", str(int(setsize or 0) + 4))
    expect(page.get_by_role("button", name="new call")).to_have_count(0)


def test_scrolled_list_stays_where_one_reads(page: Page, tour: Dev) -> None:
    for _ in range(2):
        fields = " ".join(f'a{number}: sayHello(name: "{number}")' for number in range(40))
        tour.ask(f"{{ {fields} }}")
    open_calls(page, tour, "?function=sayHello")
    expect(rows(page).first).to_be_visible()
    rows(page).nth(3).hover()
    page.mouse.wheel(0, 900)
    expect(page.locator(".virtual-list")).to_have_js_property("scrollTop", 900)
    at = _in_sight(page)

    tour.ask('{ sayHello(name: "new") }')

    news = page.get_by_role("button", name="1 new call")
    expect(news).to_be_visible()
    assert _in_sight(page) == at
    news.click()
    expect(page.locator(".virtual-list")).to_have_js_property("scrollTop", 0)
    expect(news).to_have_count(0)


def _in_sight(page: Page) -> list[str]:
    """When the calls that are in sight started, and where they are."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("[role=option] time")]
            .map((each) => [each.dateTime, each.getBoundingClientRect().top])
            .filter(([, top]) => top > 400 && top < 700)
            .map(([at, top]) => `${at} ${Math.round(top)}`)"""
    )
    assert found
    return found


def test_keys_move_open_and_close(page: Page, tour: Dev) -> None:
    for name in ("one", "two", "three"):
        tour.ask(f'{{ sayHello(name: "{name}") }}')
    open_calls(page, tour, "?function=sayHello")
    expect(rows(page).nth(2)).to_be_visible()

    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(rows(page).nth(1)).to_have_attribute("aria-selected", "true")
    expect(detail(page, "sayHello")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(section(page, "Arguments")).to_contain_text("two")

    page.keyboard.press("k")
    expect(section(page, "Arguments")).to_contain_text("three")
    page.keyboard.press("Escape")
    expect(detail(page, "sayHello")).to_have_count(0)
    expect(page).to_have_url(f"{tour.origin}/explorer/calls?function=sayHello")
    expect(calls(page)).to_be_focused()


def test_running_call_is_shown_and_becomes_what_it_was(page: Page, tour: Dev) -> None:
    open_calls(page, tour, "?function=wait")
    page.evaluate(
        """() => { fetch("/graphql", {
            method: "POST",
            headers: {"content-type": "application/json"},
            body: JSON.stringify({query: "{ wait(seconds: 3) }"}),
        }) }"""
    )

    running = row(page, "wait, running")
    expect(running).to_be_visible()
    running.click()
    expect(detail(page, "wait").get_by_text("still at work")).to_be_visible()

    expect(detail(page, "wait").get_by_text("OK", exact=True)).to_be_visible()
    expect(section(page, "Result")).to_contain_text("waited")


def test_what_functions_return_is_text_whatever_it_says(page: Page, tour: Dev) -> None:
    answer = tour.ask("{ markup }")
    id = answer["extensions"]["invocations"]["markup"]["executionId"]
    page.goto(f"{tour.origin}/explorer/calls/{id}")
    expect(section(page, "Result")).to_contain_text("<script>window.hacked = 1</script>")
    assert page.evaluate("window.hacked") is None


def test_long_results_are_cut_and_say_so(page: Page, tour: Dev) -> None:
    answer = tour.ask("{ longText(megabytes: 1) }")
    id = answer["extensions"]["invocations"]["longText"]["executionId"]
    page.goto(f"{tour.origin}/explorer/calls/{id}")
    expect(section(page, "Result")).to_contain_text(re.compile(r"beginning of 1\sMB of JSON"))


def test_call_that_is_not_kept_says_so(page: Page, tour: Dev, watched: Any) -> None:
    watched.allowed.append("404")
    page.goto(f"{tour.origin}/explorer/calls/nobody")
    expect(page.get_by_text("This call is not kept any more")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page).to_have_url(f"{tour.origin}/explorer/calls")


def test_cleared_list_teaches_what_to_do(page: Page, tour: Dev) -> None:
    tour.ask("{ markup }")
    open_calls(page, tour)
    expect(rows(page).first).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("No calls yet")).to_be_visible()
    expect(page.get_by_text(f"{tour.origin}/graphql")).to_be_visible()
    tour.ask("{ markup }")
    expect(row(page, re.compile("^markup"))).to_be_visible()


def _many(route: Route) -> None:
    """The answer of a server that has been at work for long."""
    query = parse_qs(urlsplit(route.request.url).query)
    before = int(query["before"][0]) if "before" in query else 10_000
    newest_first = range(before - 1, max(-1, before - 1 - int(query["limit"][0])), -1)
    found = [
        {
            "id": str(number),
            "function": "failing" if number % 10 == 0 else "working",
            "reason": "request",
            "status": "failed" if number % 10 == 0 else "ok",
            "startedAt": 1_700_000_000_000 + number * 100,
            "ms": 1.5 + number % 97,
            "queueMs": 0.1,
            "instantiateMs": 0.4,
            "hostMs": 0,
            "guestMs": 1,
            "operations": 0,
            "lines": 0,
            "error": {"code": "ODD", "message": f"odd {number}"} if number % 10 == 0 else None,
        }
        for number in newest_first
    ]
    route.fulfill(json={"calls": found, "forgotten": 7})


def test_ten_thousand_calls_are_scrolled_and_filtered_with_few_rows_in_the_page(
    page: Page, tour: Dev
) -> None:
    page.route(re.compile(r"/explorer/api/calls\?"), _many)
    open_calls(page, tour)

    expect(rows(page).first).to_have_attribute("aria-setsize", "10000")
    assert rows(page).count() < 100
    calls(page).press("End")
    expect(row(page, re.compile("^failing.*odd 0$"))).to_be_in_viewport()
    assert rows(page).count() < 100
    expect(page.get_by_text("7 older calls are forgotten")).to_be_attached()

    page.get_by_label("Text in the error").fill("odd 99")
    expect(rows(page).first).to_have_attribute("aria-setsize", "11")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_nobody_is_kept_out(
    new_page: NewPage, tour: Dev, check_axe: Check, scheme: str, width: int
) -> None:
    tour.ask('{ sayHello(name: "Rosencrantz") }')
    answer = tour.ask('{ fail(message: "out of joint") }')
    id = answer["extensions"]["invocations"]["fail"]["executionId"]
    page = new_page(width=width, height=900, color_scheme=scheme)
    open_calls(page, tour)
    expect(row(page, re.compile("^sayHello"))).to_be_visible()
    check_axe(page)
    page.goto(f"{tour.origin}/explorer/calls/{id}")
    expect(page.locator("[aria-current=location]")).to_be_visible()
    check_axe(page)
