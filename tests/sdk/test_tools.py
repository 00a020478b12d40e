"""Functions as tools of models, and the loop in which they run."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest

from atoll.sdk import HostUnavailable, ModelError, UserError, models, testing
from atoll.sdk.testing import in_turn, tool_call

writer = models.get("writer")


@dataclass
class Place:
    city: str
    country: str = "Norway"


@dataclass
class Report:
    rain: bool
    on: date


def weather(
    place: Place, days: Annotated[int, "how far to look ahead"] = 1, *, unit: Literal["C", "F"]
) -> Report:
    """The weather to come.

    Args:
        place: where
        unit: of temperatures
    """
    return Report(place.city == "Bergen", date(2026, 1, days))


async def lookup(word: str) -> str:
    """What a word means."""
    await asyncio.sleep(0)
    return word.upper()


def run(*answers: Any, tools: Sequence[Any], **options: Any) -> models.Transcript[str]:
    with testing.host(models={"writer": in_turn(*answers)}):
        return writer.run("Go", tools=tools, **options)


def told(transcript: models.Transcript[Any]) -> list[str]:
    """What the model was told that its calls gave."""
    return [result.content for step in transcript.steps for result in step.results]


def test_tool_is_described_by_hints_and_docstring() -> None:
    tool = models.Tool.of(weather)
    assert (tool.name, tool.description) == ("weather", "The weather to come.")
    assert tool.parameters == {
        "type": "object",
        "properties": {
            "place": {
                "type": "object",
                "properties": {
                    "city": {"type": "string"},
                    "country": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                },
                "required": ["city", "country"],
                "additionalProperties": False,
                "description": "where",
            },
            "days": {"type": "integer", "description": "how far to look ahead"},
            "unit": {"type": "string", "enum": ["C", "F"], "description": "of temperatures"},
        },
        "required": ["place", "unit"],
        "additionalProperties": False,
    }
    renamed = models.Tool.of(weather, name="forecast", description="Look ahead.")
    assert (renamed.name, renamed.description) == ("forecast", "Look ahead.")


def test_what_can_be_no_tool() -> None:
    def no_hint(city) -> str:  # type: ignore[no-untyped-def]
        return "x"

    def stars(*cities: str) -> str:
        return "x"

    def keywords(**cities: str) -> str:
        return "x"

    def no_json(value: complex) -> str:
        return "x"

    for function, message in (
        (no_hint, "parameter city of the tool no_hint has no type hint"),
        (stars, r"takes \*cities"),
        (keywords, "not one that a model can be told of"),
        (no_json, "complex cannot be made"),
        (lambda: "x", "another name"),
    ):
        with pytest.raises(TypeError, match=message):
            models.Tool.of(function)
    with pytest.raises(TypeError, match="two tools by the name lookup"):
        run("x", tools=[lookup, lookup])
    for lone in (lookup, "lookup", models.Tool.of(lookup)):
        with pytest.raises(TypeError, match=r"tools is a list, as in tools=\[weather\], not"):
            run("x", tools=lone)


def test_tools_are_run_until_the_model_answers() -> None:
    with testing.host(
        models={
            "writer": in_turn(
                tool_call("weather", place={"city": "Bergen"}, unit="C"),
                [
                    tool_call("weather", place={"city": "Oslo", "country": None}, days=2, unit="F"),
                    tool_call("lookup", word="rain"),
                ],
                "It rains.",
            )
        }
    ) as host:
        found = writer.run("Is it raining?", tools=[weather, lookup], temperature=0)
    assert found.value == found.text == "It rains."
    assert told(found) == [
        '{"rain":true,"on":"2026-01-01"}',
        '{"rain":false,"on":"2026-01-02"}',
        "RAIN",
    ]
    assert found.steps[0].results[0].value == Report(True, date(2026, 1, 1))
    assert [each["role"] for each in host.requests[2].input["messages"]] == [
        "user", "assistant", "tool", "assistant", "tool", "tool",
    ]  # fmt: skip
    asked = [tool["function"]["name"] for tool in host.requests[2].input["tools"]]
    assert asked == ["weather", "lookup"]
    assert host.requests[2].input["messages"][2] == {
        "role": "tool",
        "content": '{"rain":true,"on":"2026-01-01"}',
        "tool_call_id": "call_weather",
    }
    assert [type(each).__name__ for each in found.messages[-2:]] == [
        "ToolMessage", "AssistantMessage",
    ]  # fmt: skip


def test_usage_is_that_of_all_steps() -> None:
    first = testing.completion(None, tool_calls=[tool_call("lookup", word="a")])
    last = testing.completion("A")
    for each, tokens in ((first, 3), (last, 4)):
        each["usage"] = {
            "prompt_tokens": tokens,
            "completion_tokens": 1,
            "total_tokens": tokens + 1,
        }
    assert run(first, last, tools=[lookup]).usage == models.Usage(7, 2, 9)


def test_generate_gives_the_answer_only() -> None:
    with testing.host(models={"writer": in_turn(tool_call("lookup", word="a"), "It is A.")}):
        assert writer.generate("What is a?", tools=[lookup]) == "It is A."
    answers = in_turn(tool_call("lookup", word="a"), "hm", '{"city": "Oslo", "country": "Norway"}')
    with testing.host(models={"writer": answers}) as host:
        assert writer.generate("Where?", tools=[lookup], as_=Place) == Place("Oslo")
    assert "does not fit" in host.requests[2].input["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("{", "the arguments are not JSON"),
        ("[1]", "the arguments are not a JSON object"),
        ("[" * 100_000, "the arguments are not JSON"),
        ("{}", "missing: place, unit"),
        ("", "missing: place, unit"),
        ("null", "missing: place, unit"),
        ('{"place": {"city": "Oslo"}, "unit": "K"}', "unit: expected one of 'C', 'F'"),
        ('{"place": {}, "unit": "C"}', "place: there is no field for Place.city"),
        ('{"place": {"city": 5}, "unit": "C"}', "place.city: expected str, got a number"),
        (
            '{"place": {"city": "Oslo"}, "unit": "C", "wind": 1}',
            "there is no parameter 'wind'; there are: place, days, unit",
        ),
    ],
)
def test_bad_arguments_are_told_to_the_model(arguments: str, message: str) -> None:
    found = run(models.ToolCall("c", "weather", arguments), "Sorry.", tools=[weather])
    [text] = told(found)
    assert text.startswith("Error: ")
    assert message in text
    assert found.steps[0].results[0].error == text.removeprefix("Error: ")
    assert found.value == "Sorry."


def test_null_leaves_out_an_argument_that_has_a_default() -> None:
    arguments = '{"place": {"city": "Oslo", "country": null}, "unit": "C", "days": null}'
    found = run(models.ToolCall("c", "weather", arguments), "ok", tools=[weather])
    assert told(found) == ['{"rain":false,"on":"2026-01-01"}']


def test_unknown_tool_is_told_to_the_model() -> None:
    found = run(tool_call("wether"), "Sorry.", tools=[weather, lookup])
    assert told(found) == ["Error: there is no tool 'wether'; there are: weather, lookup"]


def test_exception_is_told_to_the_model_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def divide(a: int, b: int) -> float:
        return a / b

    with caplog.at_level(logging.WARNING):
        found = run(tool_call("divide", a=1, b=0), "Cannot.", tools=[divide])
    assert told(found) == ["Error: ZeroDivisionError: division by zero"]
    assert "Tool divide raised ZeroDivisionError" in caplog.text
    assert "return a / b" in caplog.text


@pytest.mark.parametrize("error", [UserError("Pay first."), KeyboardInterrupt()])
def test_errors_that_end_the_run(error: BaseException) -> None:
    def pay() -> str:
        raise error

    with pytest.raises(type(error)):
        run(tool_call("pay"), "x", tools=[pay])


def test_tool_that_needs_a_host_says_so_to_the_developer() -> None:
    def ask() -> str:
        raise HostUnavailable("http.fetch")

    with pytest.raises(HostUnavailable):
        run(tool_call("ask"), "x", tools=[ask])


def test_result_that_is_no_json_is_a_fault_of_the_app() -> None:
    def thing() -> object:
        return object()

    with pytest.raises(TypeError, match="result of the tool thing"):
        run(tool_call("thing"), "x", tools=[thing])


def test_step_limit() -> None:
    with (
        testing.host(models={"writer": lambda request: tool_call("lookup", word="a")}) as host,
        pytest.raises(
            ModelError, match=r"in each of 3 steps .* last it asked for lookup"
        ) as failed,
    ):
        writer.generate("Go", tools=[lookup], max_steps=3)
    assert failed.value.code == "MODEL_STEP_LIMIT"
    assert failed.value.details == {"steps": "3", "calls": 'lookup({"word": "a"})'}
    assert len(host.requests) == 3
    with testing.host(models={"writer": lambda request: tool_call("lookup", word="a")}) as host:
        with pytest.raises(ModelError, match="in each of 8 steps"):
            writer.generate("Go", tools=[lookup])
        assert len(host.requests) == 8
        with pytest.raises(ValueError, match="max_steps"):
            writer.generate("Go", tools=[lookup], max_steps=0)


def test_choice_that_forces_a_tool_holds_for_the_first_step() -> None:
    answers = in_turn(tool_call("lookup", word="a"), "done")
    with testing.host(models={"writer": answers}) as host:
        writer.run("Go", tools=[lookup], tool_choice="required")
    assert [each.input.get("tool_choice") for each in host.requests] == ["required", None]


def test_model_that_asks_only_for_what_it_was_told_is_made_to_answer() -> None:
    def answer(request: dict[str, Any]) -> Any:
        if request.get("tool_choice") == "none":
            return "It is A."
        return models.ToolCall("c", "lookup", '{"word":"a"}' + " " * len(request["messages"]))

    with testing.host(models={"writer": answer}) as host:
        assert writer.generate("What is a?", tools=[lookup]) == "It is A."
    assert len(host.requests) == 3
    counted = iter(range(9))

    def count(of: str) -> int:
        return next(counted)

    with (
        testing.host(models={"writer": lambda request: tool_call("count", of="x")}) as host,
        pytest.raises(ModelError, match="each of 4 steps"),
    ):
        writer.generate("Wait until there are many", tools=[count], max_steps=4)
    assert [each.input.get("tool_choice") for each in host.requests] == [None] * 4


def test_tool_objects_run_their_functions() -> None:
    def search(query: str, **others: Any) -> Any:
        return [query, others]

    tool = models.Tool("find", function=search).with_parameter("query", "string")
    found = run(tool_call("find", query="x", limit=3), "ok", tools=[tool, weather])
    assert told(found) == ['["x",{"limit":3}]']


def test_tool_without_a_function_is_left_to_the_caller() -> None:
    tool = models.Tool("confirm", "Ask the user").with_parameter("what", "string")
    call = tool_call("confirm", what="delete")
    found = run([call, tool_call("lookup", word="a")], tools=[tool, lookup])
    assert [each.name for each in found.pending] == ["confirm", "lookup"]
    answered = [models.tool_result(each, "yes") for each in found.pending]
    with testing.host(models={"writer": in_turn("Deleted.")}):
        assert writer.generate([*found.messages, *answered], tools=[tool]) == "Deleted."
    with (
        testing.host(models={"writer": in_turn(call)}),
        pytest.raises(ModelError, match="confirm, which has no function"),
    ):
        writer.generate("Go", tools=[tool])


def test_methods_and_objects_that_can_be_called() -> None:
    class Shop:
        def price(self, item: str) -> int:
            """What an item costs."""
            return len(item)

        def __call__(self, item: str) -> str:
            return item

    tools = [Shop().price, models.Tool.of(Shop(), name="shop")]
    found = run([tool_call("price", item="abc"), tool_call("shop", item="d")], "ok", tools=tools)
    assert told(found) == ["3", "d"]


def test_decimals_and_untyped_values_keep_apart() -> None:
    got: list[Any] = []

    def pay(amount: Decimal, note: Any, rate: float) -> None:
        got.extend((amount, note, rate))

    arguments = '{"amount": 0.10000000000000000001, "note": [1.5], "rate": 2.5}'
    found = run(models.ToolCall("c", "pay", arguments), "ok", tools=[pay])
    assert got == [Decimal("0.10000000000000000001"), [1.5], 2.5]
    assert type(got[1][0]) is type(got[2]) is float
    assert told(found) == ["null"]


async def test_async_tools_run_at_the_same_time() -> None:
    running = 0
    most = 0

    async def wait(name: str) -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(5):
            await asyncio.sleep(0)
        running -= 1
        return name

    calls = [models.ToolCall(f"c{n}", "wait", json.dumps({"name": str(n)})) for n in range(3)]
    with testing.host(models={"writer": in_turn(calls, "done")}):
        found = await writer.run_async("Go", tools=[wait])
    assert told(found) == ["0", "1", "2"]
    assert most == 3
    with testing.host(models={"writer": in_turn(calls, "done")}):
        assert await asyncio.to_thread(writer.generate, "Go", tools=[wait]) == "done"


async def test_failing_tool_stops_those_beside_it() -> None:
    stopped = asyncio.Event()

    async def slow() -> str:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()
        return "x"

    async def refuse() -> str:
        await asyncio.sleep(0)
        raise UserError("No.")

    with (
        testing.host(models={"writer": in_turn([tool_call("slow"), tool_call("refuse")])}),
        pytest.raises(UserError, match="No"),
    ):
        await writer.generate_async("Go", tools=[slow, refuse])
    assert stopped.is_set()


async def test_async_tool_in_a_sync_run_inside_a_loop() -> None:
    with pytest.raises(TypeError, match="use run_async"):
        run(tool_call("lookup", word="a"), "x", tools=[lookup])


def test_chat_describes_functions_without_calling_them() -> None:
    with testing.host(models={"writer": in_turn(tool_call("lookup", word="a"))}) as host:
        reply = writer.chat("Go", tools=[lookup])
    assert [call.parsed() for call in reply.tool_calls] == [{"word": "a"}]
    assert host.requests[0].input["tools"][0]["function"]["description"] == "What a word means."
