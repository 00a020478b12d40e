"""The page of the GraphQL editor, used as somebody would."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Dev, MakeDev, NewPage, Watched

PERSON = """query Person($name: String!, $mood: Mood) {
  person(name: $name, mood: $mood) {
    name
    mood
  }
}
"""
SEVERAL = """query First {
  sayHello(name: "first")
}

query Second {
  sayHello(name: "second")
}
"""
COUNT = "subscription Count {\n  countTo(last: 5)\n}\n"

CheckAxe = Callable[[Page], None]


@pytest.fixture
def open_page(tour: Dev) -> Callable[[Page], Page]:
    def open_(page: Page) -> Page:
        page.goto(f"{tour.origin}/explorer")
        page.get_by_role("link", name="API", exact=True).click()
        expect(editor(page, "GraphQL")).to_be_visible()
        # Completion and problems need the schema.
        expect(page.get_by_role("button", name="Begin with an example")).to_be_visible()
        return page

    return open_


@pytest.fixture
def api_page(open_page: Callable[[Page], Page], page: Page) -> Page:
    return open_page(page)


def editor(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def write(page: Page, name: str, text: str) -> None:
    """Put ``text`` in place of what an editor has."""
    editor(page, name).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def answer(page: Page) -> Locator:
    return page.get_by_role("region", name="Answer", exact=True)


def run(page: Page) -> None:
    page.keyboard.press("Control+Enter")


def marks(page: Page, kind: str) -> Locator:
    return page.locator(f".cm-lintRange-{kind}")


def test_a_query_runs_with_its_variables(api_page: Page) -> None:
    write(api_page, "GraphQL", PERSON)
    write(api_page, "Variables", '{"name": "Ada", "mood": "HAPPY"}')
    run(api_page)
    expect(answer(api_page)).to_contain_text("200 OK")
    expect(answer(api_page)).to_contain_text('name: "Ada"')
    expect(answer(api_page)).to_contain_text("Total")
    expect(answer(api_page)).to_contain_text("First byte")
    api_page.get_by_role("tab", name="Text").click()
    shown = answer(api_page).get_by_role("group", name="Text of the answer").inner_text()
    assert json.loads(shown)["data"] == {"person": {"name": "Ada", "mood": "HAPPY"}}


def test_the_answer_leads_to_its_call(api_page: Page) -> None:
    write(api_page, "GraphQL", "{ sayHello }")
    run(api_page)
    expect(answer(api_page).get_by_role("link", name="sayHello")).to_be_visible()
    answer(api_page).get_by_role("link", name="sayHello").click()
    expect(api_page).to_have_url(re.compile(r"/explorer/calls/\w+$"))


def take_option(page: Page, name: str) -> None:
    """Choose what the editor offers."""
    option = page.get_by_role("option", name=re.compile(name))
    option.wait_for()
    page.wait_for_timeout(200)  # a list that has just opened does not take keys yet
    page.keyboard.press("Enter")
    expect(option).to_have_count(0)


def test_the_schema_completes_what_is_typed(api_page: Page) -> None:
    editor(api_page, "GraphQL").click()
    api_page.keyboard.type("{ sayH")
    take_option(api_page, "sayHello")
    expect(editor(api_page, "GraphQL")).to_have_text("{ sayHello}")
    run(api_page)
    expect(answer(api_page)).to_contain_text("Hello, World!")


def test_the_names_and_values_of_variables_are_completed(api_page: Page) -> None:
    write(api_page, "GraphQL", PERSON)
    write(api_page, "Variables", "")
    api_page.keyboard.type('{ "mo')
    take_option(api_page, "mood")
    api_page.keyboard.type('"HA', delay=50)
    take_option(api_page, "HAPPY")
    expect(editor(api_page, "Variables")).to_have_text('{ "mood": "HAPPY"}')


def test_mistakes_are_marked_where_they_are(api_page: Page) -> None:
    write(api_page, "GraphQL", "{ sayHelo }")
    expect(marks(api_page, "error")).to_have_text("sayHelo")
    marks(api_page, "error").hover()
    expect(api_page.locator(".cm-tooltip-lint")).to_contain_text("sayHello")


def test_variables_that_do_not_fit_are_marked_where_they_are(api_page: Page) -> None:
    write(api_page, "GraphQL", PERSON)
    write(api_page, "Variables", '{"name": 5, "mod": "HAPPY"}')
    expect(marks(api_page, "error")).to_have_text("5")
    expect(marks(api_page, "warning")).to_have_text('"HAPPY"')


def test_variables_that_are_no_json_are_not_sent(api_page: Page) -> None:
    write(api_page, "GraphQL", PERSON)
    write(api_page, "Variables", '{"name": "Ada",}')
    expect(marks(api_page, "error")).to_have_text(",")
    run(api_page)
    expect(answer(api_page).get_by_role("alert")).to_contain_text("no JSON object")


def test_variables_are_filled_in_by_their_types(api_page: Page) -> None:
    write(api_page, "GraphQL", PERSON)
    api_page.get_by_role("button", name="Fill in").click()
    expect(editor(api_page, "Variables")).to_contain_text('"name": ""')
    expect(editor(api_page, "Variables")).to_contain_text('"mood": "HAPPY"')


def test_the_operation_at_the_cursor_runs(api_page: Page) -> None:
    write(api_page, "GraphQL", SEVERAL)
    api_page.keyboard.press("Control+Home")
    run(api_page)
    expect(answer(api_page)).to_contain_text("Hello, first!")
    api_page.get_by_label("Operation to run").select_option(label="query Second")
    run(api_page)
    expect(answer(api_page)).to_contain_text("Hello, second!")


def test_errors_of_functions_say_what_and_lead_to_their_place(api_page: Page) -> None:
    write(api_page, "GraphQL", '{\n  refuse(why: "I am closed")\n}')
    run(api_page)
    errors = answer(api_page).get_by_role("list", name="Errors")
    expect(errors).to_contain_text("I am closed")
    expect(errors).to_contain_text("USER_ERROR")
    expect(errors.get_by_role("link", name="Show the call")).to_be_visible()
    expect(api_page.locator(".cm-serverError")).to_have_text("refuse")
    errors.get_by_role("button", name="line 2, column 3").click()
    expect(editor(api_page, "GraphQL")).to_be_focused()
    api_page.keyboard.type("sayHello #")
    expect(api_page.locator(".cm-serverError")).to_have_count(0)


def test_errors_of_a_query_are_shown(api_page: Page, watched: Watched) -> None:
    watched.allowed.append("400 (Bad Request)")
    write(api_page, "GraphQL", "{ sayHelo }")
    run(api_page)
    errors = answer(api_page).get_by_role("list", name="Errors")
    expect(errors).to_contain_text("VALIDATION_ERROR")
    expect(answer(api_page)).to_contain_text("400 1 error")


def test_a_subscription_is_shown_live_and_can_be_stopped(api_page: Page) -> None:
    write(api_page, "GraphQL", COUNT)
    run(api_page)
    events = answer(api_page).get_by_role("region", name="Events of the subscription")
    expect(events.get_by_role("listitem")).to_have_count(5)
    expect(answer(api_page)).to_contain_text("Complete")
    expect(events.get_by_role("listitem").last).to_contain_text("5")
    write(api_page, "GraphQL", COUNT.replace("5", "100000"))
    run(api_page)
    expect(answer(api_page)).to_contain_text("Listening")
    expect(events.get_by_role("listitem").nth(2)).to_be_visible()
    api_page.get_by_role("button", name="Stop", exact=True).click()
    expect(answer(api_page)).to_contain_text("Stopped")


def test_headers_are_sent_and_secrets_are_not_kept(
    api_page: Page, open_page: Callable[[Page], Page]
) -> None:
    write(api_page, "GraphQL", "{ sayHello }")
    api_page.get_by_role("tab", name="Headers").click()
    api_page.get_by_label("Name of header 1").fill("X-Tag")
    api_page.get_by_label("Value of header 1").fill("seen")
    api_page.get_by_role("button", name="Add a header").click()
    api_page.get_by_label("Name of header 2").fill("Authorization")
    api_page.get_by_label("Value of header 2").fill("Bearer hush")
    with api_page.expect_request("**/graphql") as request:
        run(api_page)
    assert request.value.headers["x-tag"] == "seen"
    assert request.value.headers["authorization"] == "Bearer hush"
    expect(answer(api_page)).to_contain_text("200 OK")
    kept = api_page.evaluate("JSON.stringify(localStorage)")
    assert "hush" not in kept
    assert "seen" in kept
    api_page.reload()
    expect(api_page.get_by_label("Value of header 2")).to_have_value("Bearer hush")


def test_documents_survive_a_reload(api_page: Page) -> None:
    write(api_page, "GraphQL", PERSON)
    write(api_page, "Variables", '{"name": "kept"}')
    api_page.get_by_role("button", name="New document").click()
    write(api_page, "GraphQL", "{ sayHello }")
    api_page.reload()
    tabs = api_page.get_by_role("navigation", name="Open documents")
    expect(editor(api_page, "GraphQL")).to_have_text("{ sayHello }")
    tabs.get_by_role("button", name="Person", exact=True).click()
    expect(editor(api_page, "Variables")).to_contain_text("kept")
    tabs.get_by_role("button", name="Close Person").click()
    expect(editor(api_page, "GraphQL")).to_have_text("{ sayHello }")


def test_what_was_sent_can_be_found_and_opened_again(api_page: Page) -> None:
    for query in ('{ sayHello(name: "one") }', '{ sayHello(name: "two") }'):
        write(api_page, "GraphQL", query)
        run(api_page)
        expect(answer(api_page)).to_contain_text(f"Hello, {query[18:21]}!")
    api_page.get_by_role("button", name="History", exact=True).click()
    history = api_page.get_by_role("list", name="What was sent")
    expect(history.get_by_role("listitem")).to_have_count(2)
    api_page.get_by_label("Search the history").fill("one")
    expect(history.get_by_role("listitem")).to_have_count(1)
    history.get_by_role("button").click()
    expect(editor(api_page, "GraphQL")).to_have_text('{ sayHello(name: "one") }')


def test_the_docs_lead_from_a_function_to_its_types_and_back(api_page: Page) -> None:
    api_page.get_by_role("button", name="Docs", exact=True).click()
    docs = api_page.get_by_role("region", name="Docs of the API")
    api_page.get_by_label("Search types and fields").fill("person")
    docs.get_by_role("button", name=re.compile("^Query.person")).click()
    expect(docs).to_contain_text("Make up a person.")
    docs.get_by_role("button", name="Mood", exact=True).first.click()
    expect(docs).to_contain_text("How somebody feels.")
    api_page.get_by_role("button", name="Back", exact=True).click()
    expect(docs.get_by_role("heading", name="person", exact=True)).to_be_visible()
    api_page.get_by_role("button", name="Forward", exact=True).click()
    expect(docs.get_by_role("heading", name="Mood", exact=True)).to_be_visible()
    api_page.get_by_role("button", name="Back", exact=True).click()
    docs.get_by_role("button", name="Write this query").click()
    expect(editor(api_page, "GraphQL")).to_contain_text("query Person($name: String!)")
    run(api_page)
    expect(answer(api_page)).to_contain_text("200 OK")


def test_f1_shows_the_docs_of_the_word_at_the_cursor(api_page: Page) -> None:
    write(api_page, "GraphQL", "{ sayHello }")
    api_page.keyboard.press("Control+Home")
    for _ in range(4):
        api_page.keyboard.press("ArrowRight")
    api_page.keyboard.press("F1")
    docs = api_page.get_by_role("region", name="Docs of the API")
    expect(docs).to_contain_text("Greet somebody.")


def test_a_document_is_formatted(api_page: Page) -> None:
    write(api_page, "GraphQL", "{sayHello(name:1) person(name:2){name}}")
    api_page.get_by_role("button", name=re.compile("^Format")).click()
    expect(editor(api_page, "GraphQL").locator(".cm-line")).to_have_count(7)


def test_the_copied_command_of_curl_gives_the_same_answer(api_page: Page) -> None:
    write(api_page, "GraphQL", PERSON)
    write(api_page, "Variables", '{"name": "it\'s \\"Ada\\""}')
    api_page.get_by_role("button", name="Copy as curl").click()
    expect(api_page.get_by_role("button", name="Copied")).to_be_visible()
    command = api_page.evaluate("navigator.clipboard.readText()")
    assert command.startswith("curl ")
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout)["data"]["person"]["name"] == 'it\'s "Ada"'


def test_requests_go_to_the_chosen_endpoint_with_its_token(
    api_page: Page, watched: Watched
) -> None:
    watched.allowed.append("401 (Unauthorized)")
    api_page.get_by_role("button", name="Endpoint default").click()
    api_page.get_by_role("radio", name=re.compile("guarded")).check()
    api_page.get_by_label("Bearer token").fill("not.a.token")
    api_page.keyboard.press("Escape")
    write(api_page, "GraphQL", "{ sayHello }")
    with api_page.expect_request("**/guarded") as request:
        run(api_page)
    assert request.value.headers["authorization"] == "Bearer not.a.token"
    assert "not.a.token" not in api_page.evaluate("JSON.stringify(localStorage)")


def test_scripts_in_results_are_only_text(api_page: Page) -> None:
    write(api_page, "GraphQL", "query($n: String!) { sayHello(name: $n) }")
    text = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    write(api_page, "Variables", json.dumps({"n": text}))
    run(api_page)
    expect(answer(api_page)).to_contain_text(text)


def test_a_changed_app_brings_its_schema_and_the_text_stays(start_dev: MakeDev, page: Page) -> None:
    dev = start_dev(Path(__file__).parents[1] / "apps" / "tour")
    page.goto(f"{dev.origin}/explorer")
    page.get_by_role("link", name="API", exact=True).click()
    expect(page.get_by_role("button", name="Begin with an example")).to_be_visible()
    write(page, "GraphQL", "{ sayGoodbye }")
    expect(marks(page, "error")).to_have_text("sayGoodbye")
    dev.edit(
        "app.py",
        "def say_hello(",
        'def say_goodbye() -> str:\n    return "Bye"\n\n\ndef say_hello(',
    )
    expect(marks(page, "error")).to_have_count(0, timeout=60_000)
    editor(page, "GraphQL").click()
    run(page)
    expect(answer(page)).to_contain_text("Bye")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_page_is_for_everybody(
    scheme: str,
    width: int,
    new_page: NewPage,
    open_page: Callable[[Page], Page],
    check_axe: CheckAxe,
) -> None:
    page = open_page(new_page(width=width, color_scheme=scheme))
    check_axe(page)
    write(page, "GraphQL", SEVERAL + PERSON + "{ sayHelo }")
    write(page, "Variables", '{"name": 5}')
    expect(marks(page, "error").first).to_be_visible()
    check_axe(page)
    write(page, "GraphQL", '{ a: sayHello b: fail(message: "x") }')
    write(page, "Variables", "")
    run(page)
    expect(answer(page).get_by_role("list", name="Errors")).to_be_visible()
    check_axe(page)
    page.get_by_role("tab", name="Headers").click()
    page.get_by_role("button", name="Add a header").click()
    page.get_by_label("Name of header 1").fill("a b")
    check_axe(page)
    for name in ("Docs", "History"):
        page.get_by_role("button", name=name, exact=True).click()
        check_axe(page)
        page.get_by_role("button", name=re.compile("^Close( docs| history)?$")).first.click()
    wide: Any = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def test_the_completions_are_for_everybody(api_page: Page, check_axe: CheckAxe) -> None:
    editor(api_page, "GraphQL").click()
    api_page.keyboard.type("{ sa")
    expect(api_page.get_by_role("option").first).to_be_visible()
    check_axe(api_page)
    api_page.keyboard.press("Escape")
    api_page.keyboard.press("Control+f")
    expect(api_page.get_by_role("textbox", name="Find")).to_be_focused()
    check_axe(api_page)
