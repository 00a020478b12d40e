"""The page Models: what was asked of models is read as a conversation, counted, and asked again."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from atoll_providers.replies import Call, Fail, Predictions, Say, Vectors
from playwright.sync_api import Locator, Page, expect

CHATTER = Path(__file__).parents[1] / "apps" / "chatter"
HOSTILE = (
    "<img src=x onerror='window.hacked = 1'><script>window.hacked = 1</script> "
    "[a link](javascript:window.hacked=1) ![a picture](https://elsewhere.example/a.png)"
)


def _at(providers: Any) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        manifest = json.loads((folder / "modus.json").read_text())
        manifest["connections"]["provider"]["baseUrl"] = f"{providers.url}/"
        (folder / "modus.json").write_text(json.dumps(manifest, indent=2) + "\n")

    return change


@pytest.fixture(scope="package")
def chatter(_all_devs: Any, _package_providers: Any) -> Any:
    """An app that asks models in all the ways there are."""
    return _all_devs(CHATTER, change=_at(_package_providers))


@pytest.fixture
def ask(chatter: Any, tour_providers: Any) -> Callable[..., Any]:
    """Calls a function, for which the models answer as told."""

    def call(field: str, *answers: Any) -> Any:
        tour_providers.answer(*answers)
        found = chatter.ask(f"{{ {field} }}")
        assert tour_providers.unsaid == 0
        return found

    return call


@pytest.fixture
def history(chatter: Any, page: Page) -> Callable[..., Page]:
    """Opens the list."""

    def go(query: str = "", on: Page = page) -> Page:
        on.goto(f"{chatter.origin}/explorer/models?{query}")
        expect(on.get_by_role("heading", name="Models", exact=True)).to_be_visible()
        return on

    return go


@pytest.fixture
def opened(history: Callable[..., Page]) -> Callable[..., Page]:
    """Opens one invocation, by a text in it."""

    def go(text: str, tab: str = "Conversation", **options: Any) -> Page:
        page = history(f"search={text}", **options)
        _row(page, text).click()
        expect(page.get_by_role("tab", name="Conversation")).to_be_visible()
        page.get_by_role("tab", name=tab).click()
        return page

    return go


def _rows(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Invocations of models").get_by_role("option")


def _row(page: Page, text: str) -> Locator:
    return _rows(page).filter(has_text=text).first


def _turns(page: Page) -> Locator:
    return page.locator(".conversation > li")


def _fields(*questions: str) -> str:
    return " ".join(
        f"a{number}: ask(question: {json.dumps(text)})" for number, text in enumerate(questions)
    )


def test_the_list_tells_what_was_asked_and_answered(ask: Any, history: Any):
    ask('ask(question: "Is the soup hot?")', Say("Very hot.", usage=(1200, 34)))
    row = _row(history(), "Is the soup hot?")
    expect(row).to_contain_text("Very hot.")
    expect(row).to_contain_text("writer")
    expect(row).to_contain_text("1.2k / 34")
    expect(row).to_contain_text("$1.27")  # by the prices in modus.json


def test_an_invocation_reads_like_a_conversation(ask: Any, opened: Any):
    ask(
        'askByRules(question: "What do you cook?")',
        Say("A **soup**:\n\n1. fish\n2. fennel", thinking="They are hungry.", usage=(90, 12)),
    )
    page = opened("What do you cook")
    system, user, answer = _turns(page).all()
    expect(system).to_contain_text("System")
    expect(system).not_to_contain_text("Rule 19.")
    system.get_by_role("button", name="Show all").click()
    expect(system).to_contain_text("Rule 19.")
    expect(user).to_contain_text("What do you cook?")
    expect(answer.locator("strong")).to_have_text("soup")
    expect(answer.get_by_role("listitem")).to_have_count(2)
    expect(answer.get_by_text("They are hungry.")).to_be_hidden()
    answer.get_by_text("Reasoning").click()
    expect(answer.get_by_text("They are hungry.")).to_be_visible()


def test_an_answer_can_be_seen_as_it_was_written(ask: Any, opened: Any):
    ask('ask(question: "With stars?")', Say("**Yes**"))
    page = opened("With stars")
    expect(_turns(page).last.locator("strong")).to_be_visible()
    page.get_by_role("switch", name="Plain text").click()
    expect(_turns(page).last).to_contain_text("**Yes**")
    page.reload()
    expect(_turns(page).last).to_contain_text("**Yes**")


def test_facts_lead_to_the_call_and_to_the_manifest(ask: Any, opened: Any, chatter: Any):
    ask('ask(question: "What are the facts?")', Say("These.", usage=(20, 4)))
    page = opened("What are the facts")
    facts = page.get_by_role("complementary", name="About this invocation")
    for text in ("Duration", "Tokens in20", "Tokens out4", "Attempts1", "Cost$0.028"):
        expect(facts).to_contain_text(text)
    expect(facts.get_by_role("link", name="writer")).to_have_attribute(
        "href", "/explorer/manifest?model=writer"
    )
    call = facts.locator("a[href^='/explorer/calls/']")
    call.click()
    expect(page).to_have_url(re.compile(f"{chatter.origin}/explorer/calls/.+"))


def test_calls_of_tools_stand_with_what_the_tools_gave(ask: Any, opened: Any):
    calls = [
        Call("opening_hours", {"day": "Friday"}),
        Call("price_of", {"dish": "soup"}),
    ]
    ask('answerGuest(question: "Friday and soup?")', Say(None, calls=calls), Say("12 to 23, 14.5"))
    page = opened("12 to 23, 14.5")
    hours = page.get_by_role("region", name="Call of opening_hours")
    expect(hours).to_contain_text('day"Friday"')
    expect(hours).to_contain_text("12 to 23 on Friday")
    price = page.get_by_role("region", name="Call of price_of")
    expect(price.get_by_role("tree", name="Result of price_of")).to_contain_text("euros: 14.5")
    expect(_turns(page)).to_have_count(3)


def test_pictures_are_shown_and_none_is_fetched(ask: Any, opened: Any, watched: Any):
    ask('look(question: "What is this picture?")', Say("A dot."))
    page = opened("What is this picture")
    picture = page.get_by_role("img", name="Part of the message")
    expect(picture).to_have_attribute("src", re.compile("^blob:"))
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    expect(_turns(page).first).to_contain_text("https://pictures.example/menu.png")
    assert page.locator("img").count() == 1
    watched.check()


def test_numbers_are_summed_up(ask: Any, opened: Any):
    ask('embedAll(texts: ["a red fox", "a blue whale"])', Vectors([[0.5, -1, 0], [1, 0, 0]]))
    page = opened("a red fox")
    strip = page.get_by_role("img", name="a red fox: 3 numbers from \N{MINUS SIGN}1 to 0.5")
    expect(strip).to_be_visible()
    expect(_turns(page).last).to_contain_text("a blue whale")
    expect(_turns(page).last).to_contain_text("length 1.12")


def test_labels_have_bars(ask: Any, opened: Any):
    likely = [{"label": "praise", "probability": 0.75}, {"label": "blame", "probability": 0.25}]
    found = {"label": "praise", "confidence": 0.75, "probabilities": likely}
    ask('feel(texts: ["So good!"])', Predictions([found]))
    answer = _turns(opened("So good")).last
    expect(answer).to_contain_text("So good!")
    expect(answer.get_by_role("term")).to_have_text(["praise", "blame"])
    expect(answer).to_contain_text("25%")


def test_structured_answers_are_trees(ask: Any, opened: Any):
    ask('describe(dish: "stew") { name }', Say('{"name": "Stew", "price": 9.5}'))
    tree = _turns(opened("Describe stew")).last.get_by_role("tree")
    expect(tree).to_contain_text('name: "Stew"')


def test_what_models_say_is_text_and_runs_nothing(ask: Any, opened: Any, watched: Any):
    ask('ask(question: "Are you hostile?")', Say(HOSTILE))
    page = opened("Are you hostile")
    expect(_turns(page).last).to_contain_text("<script>window.hacked = 1</script>")
    page.get_by_role("tab", name="JSON").click()
    expect(page.get_by_role("tree", name="Output")).to_be_visible()
    page.get_by_role("tab", name="Replay").click()
    expect(page.get_by_role("button", name="Ask again")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.locator("main img").count() == 0
    watched.check()


def test_a_failure_tells_its_code_and_what_the_host_said(ask: Any, opened: Any):
    ask('ask(question: "Too much?")', Fail("overloaded"))
    page = opened("Too much")
    expect(page.get_by_role("alert")).to_contain_text("MODEL_SERVER_ERROR")
    expect(_turns(page).nth(2)).to_contain_text("currently overloaded")
    expect(page.get_by_role("link", name="The call has the whole error")).to_be_visible()


def test_input_and_output_can_be_copied(ask: Any, opened: Any):
    ask('ask(question: "Can it be copied?")', Say("It can."))
    page = opened("Can it be copied", "JSON")
    page.get_by_role("button", name="Copy input").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied["messages"][1] == {"role": "user", "content": "Can it be copied?"}


def test_an_input_of_unknown_form_is_shown_as_json(
    ask: Any, chatter: Any, history: Any, page: Page
):
    ask('ask(question: "of a form that is known")', Say("Yes."))
    history("search=of a form that is known")
    expect(_rows(page)).to_have_count(1)
    with sqlite3.connect(chatter.folder / ".atoll" / "history.db") as database:
        database.execute(
            "UPDATE inferences SET input = ?, output = ? WHERE input LIKE ?",
            ('{"strange": [1, 2]}', '{"odd": true}', "%of a form that is known%"),
        )
    history("search=strange")
    _rows(page).first.click()
    expect(page.get_by_text("Its form is not known")).to_be_visible()
    expect(page.get_by_role("tree", name="Input")).to_contain_text("strange")
    expect(page.get_by_role("tree", name="Output")).to_contain_text("odd: true")


def test_filters_stand_in_the_address(ask: Any, history: Any, page: Page):
    ask(_fields("apples and pears", "apples alone"), Say("One."), Fail("rate_limited"))
    history()
    page.get_by_role("searchbox", name="Text in questions and answers").fill("apples")
    expect(_rows(page)).to_have_count(2)
    page.get_by_label("Status").select_option("Failed")
    expect(_rows(page)).to_have_count(1)
    page.get_by_role("tab", name="1 h").click()
    page.get_by_label("Function", exact=True).select_option("ask")
    page.get_by_label("Model", exact=True).select_option("writer")
    expect(page).to_have_url(
        re.compile(r"models\?model=writer&function=ask&status=failed&search=apples&period=1h$")
    )
    page.reload()
    expect(_rows(page)).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("apples")
    page.get_by_role("searchbox").fill("nobody ever asked this")
    expect(page.get_by_text("No invocation passes these filters")).to_be_visible()
    page.get_by_role("button", name="Reset filters").last.click()
    expect(page).to_have_url(re.compile("models$"))


def test_the_models_of_one_call_are_shown_alone(ask: Any, history: Any, page: Page):
    found = ask('ask(question: "Of which call?")', Say("Of this."))
    call = found["extensions"]["invocations"]["ask"]["executionId"]
    history(f"call={call}")
    expect(_rows(page)).to_have_count(1)
    page.get_by_role("button", name=f"Of call {call}").click()
    expect(page).to_have_url(re.compile("models$"))


def test_older_ones_come_when_one_scrolls(ask: Any, history: Any, page: Page):
    for part in range(3):
        numbers = range(part * 30, part * 30 + 30)
        ask(_fields(*(f"scroll {number:02}" for number in numbers)), *[Say("So.")] * 30)
    history("search=scroll")
    rows = page.get_by_role("listbox")
    expect(rows).to_have_css("height", f"{60 * 56}px")
    rows.locator("xpath=..").evaluate("list => { list.scrollTop = list.scrollHeight }")
    expect(rows).to_have_css("height", f"{90 * 56}px")
    rows.locator("xpath=..").evaluate("list => { list.scrollTop = list.scrollHeight }")
    expect(page.get_by_text("That is all.")).to_be_visible()
    # Back from a row far down, one is where one was.
    row = _rows(page).nth(3)
    name = row.get_attribute("aria-label")
    row.click()
    page.get_by_role("navigation", name="Invocations").get_by_role("link", name="Models").click()
    expect(page.get_by_role("option", name=name)).to_be_in_viewport()


def test_new_ones_come_in_without_moving_what_one_reads(ask: Any, history: Any, page: Page):
    ask(_fields(*(f"news {number:02}" for number in range(30))), *[Say("So.")] * 30)
    history("search=news")
    expect(_rows(page).first).to_be_visible()
    ask('ask(question: "news on top")', Say("Seen."))
    expect(_rows(page).first).to_contain_text("news on top")
    scroller = page.get_by_role("listbox").locator("xpath=..")
    scroller.evaluate("list => { list.scrollTop = 800 }")
    words = page.locator("[aria-posinset='18'] .inference-row-question").inner_text()
    read = _row(page, words)
    before = read.bounding_box()
    ask('ask(question: "news above")', Say("Not seen yet."))
    expect(page.get_by_role("listbox")).to_have_css("height", f"{32 * 56}px")
    assert read.bounding_box() == before


def test_the_list_can_be_used_by_keyboard(ask: Any, history: Any, page: Page):
    ask(_fields("keys one", "keys two"), Say("1"), Say("2"))
    history("search=keys")
    expect(_rows(page)).to_have_count(2)
    page.get_by_role("listbox").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("listbox").get_by_role("option", selected=True)
    expect(chosen).to_have_attribute("aria-posinset", "2")
    question = chosen.locator(".inference-row-question").inner_text()
    page.keyboard.press("Enter")
    expect(_turns(page).nth(1)).to_contain_text(question)
    page.get_by_role("button", name="Newer").click()
    expect(_turns(page).nth(1)).not_to_contain_text(question)


def test_a_chart_shows_what_models_took(ask: Any, history: Any, page: Page):
    ask('ask(question: "What does it cost?")', Say("A lot.", usage=(1000, 500)))
    history()
    usage = page.get_by_role("region", name="What models took")
    expect(usage.get_by_role("img", name="Requests over time")).to_be_visible()
    usage.get_by_role("button", name="Cost").click()
    expect(
        usage.get_by_role("img", name=re.compile(r"Cost over time. writer: .*\$"))
    ).to_be_visible()
    page.reload()
    expect(usage.get_by_role("button", name="Cost")).to_have_attribute("aria-pressed", "true")
    before = _count(usage)
    ask('ask(question: "And now?")', Say("More."))
    expect(usage.get_by_role("button", name=re.compile("^Requests"))).to_contain_text(
        f"{before + 1:,}"
    )
    usage.get_by_role("region", name="By model").get_by_role("button", name="writer").click()
    expect(page).to_have_url(re.compile("model=writer"))


def _count(usage: Locator) -> int:
    return int(usage.locator(".usage-value").first.inner_text().replace(",", ""))


def test_a_replay_asks_another_model_with_other_settings(
    ask: Any, opened: Any, tour_providers: Any
):
    ask('ask(question: "Replay this?")', Say("The soup is hot.", usage=(20, 5)))
    page = opened("Replay this", "Replay")
    expect(page.get_by_text("asks the real model")).to_contain_text("may cost money")
    expect(page.get_by_role("textbox", name="Temperature")).to_have_value("0.7")
    page.get_by_label("Model", exact=True).select_option("second (gpt-4.1)")
    page.get_by_role("textbox", name="Temperature").fill("0.1")
    page.get_by_role("textbox", name="Max tokens").fill("")
    tour_providers.answer(Say("The soup is cold.", usage=(20, 9)))
    page.get_by_role("button", name="Ask again").click()
    replay = page.get_by_role("article", name="Replay with second, temperature 0.1, no max_tokens")
    expect(replay.locator("mark")).to_have_text(["hot", "cold"])
    expect(replay.locator("del, ins")).to_have_count(0)  # neither answer corrects the other
    expect(replay).to_contain_text("75% of the words are the same")
    expect(replay).to_contain_text("Out9+4")
    asked = tour_providers.last.json
    assert asked["model"] == "gpt-4.1"
    assert asked["temperature"] == 0.1
    assert "max_tokens" not in asked
    page.get_by_role("switch", name="Mark differences").click()
    expect(replay.locator("mark")).to_have_count(0)


def test_replays_stack_and_errors_stand_beside_the_original(
    ask: Any, opened: Any, tour_providers: Any, watched: Any
):
    watched.allowed.append("status of 502")
    ask('ask(question: "Replay twice?")', Say("Once."))
    page = opened("Replay twice", "Replay")
    tour_providers.answer(Say("Once."), Fail("rate_limited"))
    page.get_by_role("button", name="Ask again").click()
    replays = page.get_by_role("article", name="Replay with writer")
    expect(replays).to_contain_text("Same answer")
    page.get_by_role("button", name="Ask again").click()
    expect(replays).to_have_count(2)
    expect(replays.first).to_contain_text("MODEL_RATE_LIMITED")
    expect(replays.first).to_contain_text("Once.")
    replays.first.get_by_role("button", name="Remove this replay").click()
    expect(replays).to_have_count(1)


def test_any_field_of_the_input_can_be_changed(ask: Any, opened: Any, tour_providers: Any):
    ask('ask(question: "Change me?")', Say("No."))
    page = opened("Change me", "Replay")
    page.get_by_text("Whole input as JSON").click()
    editor = page.get_by_role("textbox", name="Input of the model")
    # Until the editor is loaded, a plain field is in its place.
    expect(page.locator("[data-editor='Input of the model']")).to_be_visible()

    def write(text: str) -> None:
        editor.click()
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        expect(editor).to_have_text("")
        page.keyboard.insert_text(text)

    write('{"messages": 1')
    expect(page.get_by_role("alert")).to_contain_text("missing")
    expect(page.get_by_role("button", name="Ask again")).to_be_disabled()
    write('{"messages": [{"role": "user", "content": "changed"}], "temperature": 0.3}')
    expect(page.get_by_role("textbox", name="Temperature")).to_have_value("0.3")
    page.reload()  # the draft stays
    expect(page.get_by_role("textbox", name="Temperature")).to_have_value("0.3")
    tour_providers.answer(Say("Yes."))
    page.get_by_role("textbox", name="Temperature").press("Control+Enter")
    expect(page.get_by_role("article")).to_contain_text("Yes.")
    assert tour_providers.last.json["messages"] == [{"role": "user", "content": "changed"}]
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("textbox", name="Temperature")).to_have_value("0.7")


def test_an_empty_history_teaches(start_dev: Any, page: Page):
    dev = start_dev(CHATTER)
    page.goto(f"{dev.origin}/explorer/models")
    expect(page.get_by_text("No model was asked yet")).to_be_visible()
    expect(page.get_by_role("group", name="How a function asks a model")).to_contain_text(
        'models.get("writer")'
    )


def test_a_history_that_is_off_says_so(start_dev: Any, page: Page):
    dev = start_dev(CHATTER, environment={"ATOLL_INFERENCES": "off"})
    page.goto(f"{dev.origin}/explorer/models")
    expect(page.get_by_text("There is no history of models")).to_be_visible()
    expect(page.get_by_text("ATOLL_INFERENCES")).to_be_visible()


def test_an_unknown_invocation_leads_back(chatter: Any, page: Page, watched: Any):
    watched.allowed.append("status of 404")
    page.goto(f"{chatter.origin}/explorer/models/nothing")
    expect(page.get_by_text("is not in the history")).to_be_visible()
    page.get_by_role("link", name="All invocations").click()
    expect(page.get_by_role("heading", name="Models", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(
    ask: Any,
    opened: Any,
    history: Any,
    new_page: Any,
    check_axe: Any,
    tour_providers: Any,
    scheme: str,
):
    calls = [Call("opening_hours", {"day": "Monday"})]
    ask(f'answerGuest(question: "{scheme}?")', Say(None, calls=calls), Say(f"So {scheme}."))
    ask(f'ask(question: "{scheme} fails?")', Fail("rate_limited"))
    page = new_page(color_scheme=scheme)
    history(on=page)
    expect(_rows(page).first).to_be_visible()
    expect(page.get_by_role("img", name="Requests over time")).to_be_visible()
    check_axe(page)
    opened(f"So {scheme}", on=page)
    check_axe(page)
    page.get_by_role("tab", name="Replay").click()
    tour_providers.answer(Say("Other."))
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("article")).to_contain_text("Other.")
    check_axe(page)


@pytest.mark.parametrize("tab", ["Conversation", "Replay", "JSON"])
def test_narrow_windows_have_all_of_it(ask: Any, opened: Any, new_page: Any, tab: str):
    ask(f'ask(question: "narrow {tab}?")', Say(f"{'wide' * 60} as it is"))
    page = new_page(width=360, height=740)
    opened(f"narrow {tab}", tab, on=page)
    expect(page.get_by_role("tabpanel")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
