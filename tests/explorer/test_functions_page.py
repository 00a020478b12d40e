"""The page of functions: a form for each, made of its signature, and what comes of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import PATIENCE, TOUR, Dev, MakeDev, NewPage

expect.set_options(timeout=PATIENCE)

Check = Callable[[Page], None]

NASTY = (
    'it\'s "quoted" \\ $HOME `id` $(id) !! ; & | < > \n\tnext \u2028 line '
    "日本 \U0001f600 ''' \"\"\" ${x}"
)


def open_function(page: Page, dev: Dev, key: str) -> None:
    page.goto(f"{dev.origin}/explorer/functions/{key}")
    name = key.rpartition(".")[2]
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def run(page: Page) -> None:
    page.get_by_role("button", name="Run", exact=True).click()


def result(page: Page) -> Locator:
    return page.get_by_role("region", name="Result of the last run")


def ran(page: Page, word: str = "OK") -> Locator:
    """The result, once the function has ended so."""
    expect(result(page).get_by_role("status").get_by_text(word, exact=True)).to_be_visible()
    return result(page)


def argument(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def give(page: Page, name: str, how: str) -> None:
    """Say in which way a value is given: Default, Left out, Null, Value."""
    ways = page.get_by_role("radiogroup", name=f"How {name} is given", exact=True)
    ways.get_by_text(how, exact=True).click()


def the_same_as(page: Page, language: str) -> str:
    tabs = page.get_by_role("tablist", name="The same call as")
    tabs.get_by_role("tab", name=language, exact=True).click()
    code = page.get_by_label(f"The call as {language}", exact=True)
    return code.text_content() or ""


def functions(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Functions", exact=True)


def come_to_rest(page: Page) -> None:
    """Wait until nothing moves any more. It is asked from outside: the page allows no eval."""
    for _ in range(200):
        if page.evaluate("document.getAnimations().every((each) => each.playState !== 'running')"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("something moves without end")


def test_explorer_opens_the_first_function(page: Page, tour: Dev) -> None:
    page.goto(f"{tour.origin}/explorer")

    links = functions(page).get_by_role("link")
    first = links.first.text_content()
    expect(page.get_by_role("heading", level=1)).to_have_text(str(first))
    expect(page).to_have_url(f"{tour.origin}/explorer/functions/query.{first}")
    for title in ("Query", "Mutation", "Subscription"):
        expect(functions(page).get_by_role("heading", name=re.compile(title))).to_be_visible()


def test_functions_are_found_by_keyboard_alone(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.deep")
    links = functions(page).get_by_role("link")

    page.get_by_label("Filter functions").focus()
    page.keyboard.type("greet")
    expect(links).to_have_text(["greetAll", "sayHello"])  # one by its name, one by its doc
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="sayHello", level=1)).to_be_visible()
    expect(functions(page).locator("[aria-current=page]")).to_have_text("sayHello")
    page.get_by_label("Filter functions").press("Escape")
    expect(links.filter(has_text="deep")).to_be_visible()


def test_function_shows_its_doc_and_its_source(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.sayHello")

    head = page.get_by_role("article", name="sayHello")
    expect(head.locator("strong")).to_have_text("markdown")
    expect(head.get_by_role("link", name="link")).to_have_attribute("rel", "noopener noreferrer")
    expect(page.get_by_text("whom to greet")).to_be_visible()
    page.get_by_role("button", name=re.compile("Source: .*app.py")).click()

    expect(page.get_by_role("dialog")).to_contain_text("def say_hello(name: str")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_function_runs_by_ctrl_enter_and_shows_result_log_and_time(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.sayHello")
    expect(page.get_by_text(re.compile("^Not run (yet|since)"))).to_be_visible()

    argument(page, "name").fill("Ada")
    page.keyboard.press("Control+Enter")

    shown = ran(page)
    expect(shown.get_by_text("Hello, Ada!", exact=True)).to_be_visible()
    for part in ("Queue", "Start", "Function", "Host calls"):
        expect(shown.get_by_text(part, exact=True)).to_be_visible()
    expect(shown.get_by_text(re.compile(r"^Round trip \d"))).to_be_visible()
    expect(shown.get_by_text(re.compile(r"^In Atoll \d"))).to_be_visible()
    shown.get_by_role("tab", name=re.compile("Log")).click()
    log = page.get_by_role("list", name="Log")
    expect(log).to_contain_text("greeting Ada")
    expect(log).to_contain_text("printed")
    shown.get_by_role("link", name="Call in full").click()
    expect(page).to_have_url(re.compile("/explorer/calls/[a-z0-9]+"))


def test_result_is_copied_as_it_is(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.sayHello")
    argument(page, "name").fill(NASTY)
    run(page)

    ran(page).get_by_role("button", name="Copy text").click()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"Hello, {NASTY}!"


def test_values_may_be_left_out_null_or_given(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.person")
    argument(page, "name").fill("Ada")
    age = argument(page, "age")

    expect(age).to_have_attribute("placeholder", "7")
    assert "$age" not in the_same_as(page, "GraphQL")
    age.fill("36")
    assert '"age": 36' in the_same_as(page, "GraphQL")
    give(page, "age", "Default")
    assert "$age" not in the_same_as(page, "GraphQL")
    give(page, "age", "Value")
    expect(age).to_have_value("36")  # what was typed is not lost
    argument(page, "mood").select_option("Null")
    assert '"mood": null' in the_same_as(page, "GraphQL")
    argument(page, "mood").select_option("HAPPY")
    run(page)

    shown = ran(page)
    tree = shown.get_by_role("tree", name="Result")
    expect(tree.get_by_role("treeitem", name="age: 36")).to_be_visible()
    expect(tree.get_by_role("treeitem", name=re.compile("^mood: .HAPPY")).first).to_be_visible()


def test_all_scalars_reach_the_function_as_they_were_typed(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.echoScalars")
    typed = {
        "text": "line\nbreak",
        "whole": "-2147483648",
        "large": "9223372036854775807",
        "real": "1e-3",
        "at": "2025-01-31T12:30:00.5Z",
        "day": "2024-02-29",
        "lasting": "1h30m",
        "id": "6fa459ea-ee8a-3ca4-894e-db77e160355e",
        "exact": "0.12345678901234567890",
        "anything": '{"a": [1, null]}',
        "maybe": "",
    }
    for name, text in typed.items():
        argument(page, name).fill(text)
    page.get_by_role("radiogroup", name="yes").get_by_text("true").click()
    give(page, "maybe", "Null")
    expect(page.get_by_text("5,400,000,000,000 ns")).to_be_visible()
    run(page)

    ran(page).get_by_role("tab", name="Response").click()
    answer = json.loads(page.get_by_label("The response as it came", exact=True).inner_text())
    got = {pair["key"]: pair["value"] for pair in answer["data"]["echoScalars"]}
    utc = "tzinfo=datetime.timezone.utc"
    assert got == {
        "text": repr("line\nbreak"),
        "whole": "-2147483648",
        "large": "9223372036854775807",
        "real": "0.001",
        "yes": "True",
        "at": f"datetime.datetime(2025, 1, 31, 12, 30, 0, 500000, {utc})",
        "day": "datetime.date(2024, 2, 29)",
        "lasting": "datetime.timedelta(seconds=5400)",
        "id": "UUID('6fa459ea-ee8a-3ca4-894e-db77e160355e')",
        "exact": "Decimal('0.12345678901234567890')",
        "anything": "{'a': [1, None]}",
        "maybe": "None",
    }


def test_an_empty_text_is_said_to_be_sent(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.person")
    name = argument(page, "name")

    expect(name).to_have_attribute("placeholder", "empty text")
    expect(name).to_have_accessible_description(re.compile("An empty text will be sent"))
    name.fill("Ada")
    expect(page.get_by_text("An empty text will be sent")).to_have_count(0)


def test_narrow_page_names_the_endpoint_and_no_keys(new_page: NewPage, tour: Dev) -> None:
    page = new_page(width=390, height=740)
    open_function(page, tour, "query.sayHello")

    expect(page.get_by_role("button", name="Endpoint default")).to_contain_text("/graphql")
    expect(page.locator(".endpoint-menu-path")).to_be_visible()
    expect(page.get_by_role("main").locator("kbd:visible")).to_have_count(0)


def test_what_does_not_fit_is_said_at_its_field_and_not_sent(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.echoScalars")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    argument(page, "whole").fill("abc")
    argument(page, "day").fill("2025-02-29")

    run(page)

    whole = argument(page, "whole")
    expect(whole).to_have_accessible_description(
        re.compile("Write a whole number, from -2147483648")
    )
    expect(whole).to_be_focused()
    expect(argument(page, "day")).to_have_accessible_description(re.compile("such as 2025-01-31"))
    expect(page.get_by_text("2 values to correct")).to_be_visible()
    assert not [url for url in asked if url.endswith("/graphql")]
    whole.fill("5")
    argument(page, "day").fill("2025-02-28")
    run(page)
    ran(page)


def test_lists_objects_in_objects_and_maps_are_filled_in(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.greetAll")
    people = page.get_by_role("group", name="people", exact=True)

    people.get_by_role("button", name="Add item").click()
    people.get_by_role("button", name="Add item").click()
    first = people.get_by_role("group", name="people 1", exact=True)
    second = people.get_by_role("group", name="people 2", exact=True)
    first.get_by_label("name", exact=True).fill("Ada")
    second.get_by_label("name", exact=True).fill("Bo")
    give(page, "by", "Value")
    by = page.get_by_role("group", name="by", exact=True)
    by.get_by_role("button", name="Add entry").click()
    by.get_by_label("key", exact=True).fill("Bo")
    by.get_by_label("value", exact=True).fill("2")
    run(page)

    tree = ran(page).get_by_role("tree", name="Result")
    expect(tree).to_contain_text("Hello, Ada!")
    expect(tree).to_contain_text("Hello, Bo!Hello, Bo!")
    people.get_by_role("button", name="Remove people 1").click()
    expect(people.get_by_label("name", exact=True)).to_have_value("Bo")


def test_types_within_themselves_go_as_deep_as_one_wants(page: Page, tour: Dev) -> None:
    open_function(page, tour, "mutation.updatePerson")

    path = "person"
    for _ in range(3):
        here = page.locator(f'[data-path="{path}.friends"]')
        here.get_by_text("Value", exact=True).first.click()
        here.get_by_role("button", name="Add item").first.click()
        path = f"{path}.friends.0"
    page.locator(f'[data-path="{path}"]').get_by_label("name", exact=True).fill("Innermost")

    variables = the_same_as(page, "GraphQL").partition("# Variables:")[2].replace("\n# ", "\n")
    person = json.loads(variables)["person"]
    assert person["friends"][0]["friends"][0]["friends"][0]["name"] == "Innermost"


def test_bytes_are_files(page: Page, tour: Dev, tmp_path: Path) -> None:
    small, big = tmp_path / "small.bin", tmp_path / "big.bin"
    small.write_bytes(b"\x00\xff\n" * 3)
    big.write_bytes(bytes(range(256)) * 4096)
    open_function(page, tour, "query.sizeOf")

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Insert a file as base64").click()
    chooser.value.set_files(small)
    expect(argument(page, "data")).to_have_value("AP8KAP8KAP8K")
    run(page)
    expect(ran(page).get_by_role("tree", name="Result")).to_have_text("9")

    page.get_by_label("File for data").set_input_files(big)
    expect(page.get_by_text("1,398,104 characters")).to_be_visible()
    run(page)
    expect(ran(page).get_by_role("tree", name="Result")).to_have_text(str(256 * 4096))


def test_arguments_may_be_edited_as_json_and_back(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.person")
    argument(page, "name").fill("Ada")
    page.get_by_role("button", name="Edit as JSON").click()
    editor = page.get_by_role("textbox", name="Arguments as JSON")
    expect(editor).to_contain_text('"name": "Ada"')

    def write(text: str) -> None:
        # By keys: what is filled in over highlighted words gets styles that the policy forbids.
        editor.click()
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.insert_text(text)

    write('{"name": "Bo", "age": "old"}')
    expect(page.get_by_role("alert").filter(has_text="age")).to_be_visible()
    expect(page.get_by_role("button", name="Edit as a form")).to_be_disabled()
    write('{"name": "Bo", "age": 9}')
    page.keyboard.press("Control+Enter")
    expect(ran(page).get_by_role("tree", name="Result")).to_contain_text('"Bo"')

    page.get_by_role("button", name="Edit as a form").click()
    expect(argument(page, "name")).to_have_value("Bo")
    expect(argument(page, "age")).to_have_value("9")


def test_failure_leads_to_the_line_of_the_source(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.fail")
    argument(page, "message").fill("something <b>broke</b>")

    run(page)

    shown = ran(page, "Failed")
    expect(shown.get_by_text("RuntimeError: something <b>broke</b>", exact=True)).to_be_visible()
    expect(shown.locator("[aria-current=location]")).to_contain_text("raise RuntimeError(message)")
    link = shown.get_by_role("link", name="Open in editor").first
    expect(link).to_have_attribute("href", re.compile(r"^vscode://file/.*app\.py:\d+"))


def test_error_for_the_caller_is_shown_as_it_was_said(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.refuse")
    argument(page, "why").fill("closed on Sundays")

    run(page)

    shown = ran(page, "Failed")
    expect(shown.get_by_text("closed on Sundays").first).to_be_visible()
    expect(shown.get_by_text("USER_ERROR").first).to_be_visible()


def test_run_is_cancelled_and_the_function_with_it(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.wait")
    argument(page, "seconds").fill("19")
    run(page)
    expect(result(page).get_by_text("Running").first).to_be_visible()
    expect(functions(page).get_by_role("img", name="Running")).to_be_visible()

    page.get_by_role("button", name="Cancel").click()

    shown = ran(page, "Cancelled")
    shown.get_by_role("link", name="Call in full").click()
    expect(page.get_by_role("region", name="Call of wait")).to_contain_text("Cancelled")


def test_texts_of_a_stream_are_joined_as_they_come(page: Page, tour: Dev) -> None:
    open_function(page, tour, "subscription.tell")
    argument(page, "story").fill("one two three")

    run(page)

    shown = ran(page)
    expect(shown.get_by_text("one two three")).to_be_visible()
    expect(shown.get_by_text(re.compile("^3 elements"))).to_be_visible()
    shown.get_by_text("One by one").click()
    elements = shown.get_by_role("list", name="Elements")
    expect(elements.get_by_role("listitem")).to_have_count(3)
    expect(elements).to_contain_text('"two "')


def test_stream_shows_elements_while_it_runs_until_it_is_stopped(page: Page, tour: Dev) -> None:
    open_function(page, tour, "subscription.countTo")
    argument(page, "last").fill("100000")

    run(page)

    elements = result(page).get_by_role("list", name="Elements").get_by_role("listitem")
    expect(elements.nth(2)).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    ran(page, "Cancelled")
    count = elements.count()
    assert 3 <= count < 5000
    page.wait_for_timeout(300)
    assert elements.count() == count


def test_selection_of_fields_is_what_is_asked_for(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.person")
    argument(page, "name").fill("Ada")

    page.get_by_text("Fields of the result").click()
    page.get_by_role("checkbox", name=re.compile("^address")).uncheck()
    page.get_by_role("checkbox", name=re.compile("^age")).uncheck()
    page.get_by_role("button", name="Fields of friends").click()
    run(page)

    tree = ran(page).get_by_role("tree", name="Result")
    expect(tree).to_contain_text('"Ada"')
    expect(
        tree.get_by_role("treeitem", name=re.compile("^age"), exact=False).first
    ).to_contain_text("7")  # of the friend, in which it was left on
    assert "address" not in the_same_as(page, "GraphQL").partition("friends")[0]


def test_result_is_still_there_after_a_look_at_another_function(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.sayHello")
    argument(page, "name").fill("Ada")
    run(page)
    expect(ran(page).get_by_text("Hello, Ada!", exact=True)).to_be_visible()

    functions(page).get_by_role("link", name="deep").click()
    expect(page.get_by_text(re.compile("^Not run (yet|since)"))).to_be_visible()
    page.go_back()

    expect(result(page).get_by_text("Hello, Ada!", exact=True)).to_be_visible()
    expect(argument(page, "name")).to_have_value("Ada")


def test_what_was_typed_survives_a_reload(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.greetAll")
    people = page.get_by_role("group", name="people", exact=True)
    people.get_by_role("button", name="Add item").click()
    people.get_by_label("name", exact=True).fill("Ada")

    page.reload()

    expect(people.get_by_label("name", exact=True)).to_have_value("Ada")
    page.get_by_role("button", name="Begin anew").click()
    expect(people.get_by_label("name", exact=True)).to_have_count(0)


def test_copied_curl_command_makes_the_same_call(page: Page, tour: Dev) -> None:
    open_function(page, tour, "query.sayHello")
    argument(page, "name").fill(NASTY)

    command = the_same_as(page, "curl")

    said = subprocess.run(["sh", "-c", command], capture_output=True, check=True, timeout=60)
    assert json.loads(said.stdout)["data"] == {"sayHello": f"Hello, {NASTY}!"}


def test_copied_curl_command_of_a_stream_gets_all_of_it(page: Page, tour: Dev) -> None:
    open_function(page, tour, "subscription.tell")
    argument(page, "story").fill(NASTY)

    command = the_same_as(page, "curl")

    said = subprocess.run(["sh", "-c", command], capture_output=True, check=True, timeout=60)
    events = [line[6:] for line in said.stdout.decode().split("\n") if line.startswith("data: {")]
    assert "".join(json.loads(each)["data"]["tell"] for each in events) == f"{NASTY} "


@pytest.mark.parametrize(
    ("key", "name"), [("query.sayHello", "name"), ("subscription.tell", "story")]
)
def test_copied_python_makes_the_same_call(page: Page, tour: Dev, key: str, name: str) -> None:
    open_function(page, tour, key)
    argument(page, name).fill(NASTY)

    code = the_same_as(page, "Python")

    said = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, check=True, timeout=60
    )
    answers = [eval(line) for line in said.stdout.decode().splitlines()]
    got = "".join(each["data"][key.partition(".")[2]] for each in answers)
    assert got == (f"Hello, {NASTY}!" if key.startswith("query") else f"{NASTY} ")


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js on PATH")
@pytest.mark.parametrize(
    ("key", "name"), [("query.sayHello", "name"), ("subscription.tell", "story")]
)
def test_copied_typescript_makes_the_same_call(
    page: Page, tour: Dev, tmp_path: Path, key: str, name: str
) -> None:
    open_function(page, tour, key)
    argument(page, name).fill(NASTY)

    # The two signs that only TypeScript has, which older versions of Node do not read.
    code = the_same_as(page, "TypeScript").replace("body!", "body").replace("pop()!", "pop()")
    script = tmp_path / "call.mjs"
    script.write_text(code.replace("console.log(", "say("))
    script.write_text(
        "const say = (one) => console.log(JSON.stringify(one.data ?? one));\n" + script.read_text()
    )

    said = subprocess.run(["node", script], capture_output=True, check=True, timeout=60)
    field = key.partition(".")[2]
    got = "".join(json.loads(line)[field] for line in said.stdout.decode().split("\n") if line)
    assert got == (f"Hello, {NASTY}!" if key.startswith("query") else f"{NASTY} ")


def test_endpoint_with_a_token_is_called_with_one_that_no_snippet_shows(
    page: Page, tour: Dev
) -> None:
    page.goto(f"{tour.origin}/explorer/functions/query.sayHello")
    page.evaluate(
        """localStorage.setItem('atoll.endpoint', '"guarded"');
        sessionStorage.setItem('atoll.endpoint-token.guarded', '"very-secret-token"')"""
    )
    page.reload()
    open_function(page, tour, "query.sayHello")

    for language in ("curl", "Python", "TypeScript"):
        code = the_same_as(page, language)
        assert "/guarded" in code
        assert "ATOLL_TOKEN" in code
        assert "very-secret-token" not in code


def test_latest_calls_are_drawn_and_lead_to_their_pages(page: Page, tour: Dev) -> None:
    for _ in range(3):
        tour.ask("{ oddText }")
    open_function(page, tour, "query.oddText")

    recent = page.get_by_role("region", name="Recent calls")
    bars = recent.get_by_role("listitem")
    expect(bars.nth(2)).to_be_visible()
    before = bars.count()
    expect(recent).to_contain_text("median")
    run(page)
    expect(bars).to_have_count(before + 1)
    bars.last.get_by_role("link").click()
    expect(page.get_by_role("region", name="Call of oddText")).to_be_visible()


@pytest.mark.parametrize("field", ["markup", "inMarkdown", "oddText"])
def test_hostile_texts_stay_texts(page: Page, tour: Dev, field: str) -> None:
    open_function(page, tour, f"query.{field}")

    run(page)

    shown = ran(page)
    for look in ("Text", "Markdown", "JSON"):
        choice = shown.get_by_role("radiogroup", name="Shown as").get_by_text(look, exact=True)
        if choice.count():
            choice.click()
            page.wait_for_timeout(50)
            assert shown.locator("img[src], script, b").count() == 0
            assert shown.locator("a[href^='javascript']").count() == 0
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("field", ["large", "longText", "deep"])
def test_results_of_any_size_are_shown_and_the_page_stays_alive(
    page: Page, tour: Dev, field: str
) -> None:
    open_function(page, tour, f"query.{field}")

    run(page)

    ran(page)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    assert nodes < 5_000  # what is not looked at is not in the document
    functions(page).get_by_role("link", name="sayHello").click()
    run(page)
    expect(ran(page).get_by_text("Hello, World!", exact=True)).to_be_visible()


def test_form_follows_the_source_and_keeps_what_still_fits(start_dev: MakeDev, page: Page) -> None:
    dev = start_dev(TOUR)
    open_function(page, dev, "query.person")
    argument(page, "name").fill("Ada")
    argument(page, "age").fill("36")

    dev.edit(
        "app.py",
        "def get_person(name: str, mood: Mood | None = None, age: int = 7)",
        "def get_person(name: str, nick: str, mood: Mood | None = None, age: int = 7)",
    )

    expect(argument(page, "nick")).to_be_visible(timeout=60_000)
    expect(argument(page, "name")).to_have_value("Ada")
    expect(argument(page, "age")).to_have_value("36")
    argument(page, "nick").fill("A.")
    run(page)
    expect(ran(page).get_by_role("tree", name="Result")).to_contain_text("36")
    dev.edit("app.py", "def get_person(", "def get_somebody(")
    expect(page.get_by_text("There is no function query.person")).to_be_visible(timeout=60_000)
    functions(page).get_by_role("link", name="somebody").click()
    expect(page.get_by_role("heading", name="somebody", level=1)).to_be_visible()


@pytest.mark.parametrize("width", [360, 700, 1024])
def test_page_fits_into_windows_of_any_width(new_page: NewPage, tour: Dev, width: int) -> None:
    page = new_page(width=width, height=740)
    open_function(page, tour, "query.greetAll")
    page.get_by_role("button", name="Add item").first.click()
    run(page)
    ran(page)

    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0
    if width < 860:
        page.get_by_label("Function", exact=True).select_option("query.sayHello")
        expect(page.get_by_role("heading", name="sayHello", level=1)).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("key", ["query.greetAll", "query.fail", "subscription.tell"])
def test_nobody_is_kept_out(
    new_page: NewPage, tour: Dev, check_axe: Check, theme: str, key: str
) -> None:
    page = new_page(color_scheme=theme)
    open_function(page, tour, key)
    if key == "query.greetAll":
        page.get_by_role("button", name="Add item").click()
        give(page, "by", "Value")
        page.get_by_role("button", name="Add entry").click()
        page.get_by_label("value", exact=True).fill("no number")
        page.get_by_role("group", name="people 1", exact=True).locator(
            '[data-path="people.0.tags"]'
        ).get_by_text("Value", exact=True).click()
        page.get_by_role("button", name="Add item").first.click()
    else:
        run(page)
        ran(page, "Failed" if key == "query.fail" else "OK")
    come_to_rest(page)
    check_axe(page)
