"""Functions of Python apps that run in the test's own process."""

from __future__ import annotations

import asyncio
import importlib
import threading
from typing import Any

import pytest

from atoll.sdk import HostError, UserError
from atoll.testing import FunctionFailed, TestSetupError, open_app

SOURCE = """
from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from atoll.sdk import UserError, auth, console, secrets


@dataclass
class Person:
    first_name: str
    age: int = 0


closed: list[int] = []
yielded: list[int] = []


def say_hello(name: str = "World") -> str:
    return f"Hello, {name}!"


def older(a_person: Person, years: int) -> Person:
    if years < 0:
        raise UserError("Nobody grows younger.")
    return Person(a_person.first_name, a_person.age + years)


def thread() -> str:
    return str(threading.get_ident())


def divide(number: int) -> float:
    return 1 / number


def wrong() -> int:
    return "text"


def who() -> str:
    return f"{auth.claims().get('sub', 'nobody')} in {os.environ['TZ']}"


async def together(count: int) -> list[int]:
    async def one(number: int) -> int:
        await asyncio.sleep(0.001)
        return number

    return list(await asyncio.gather(*map(one, range(count))))


def key() -> str:
    return secrets.get("STRIPE_KEY")


def log(text: str) -> None:
    console.log(text)
    console.error("an error that does not end the function")


def number_up(to: int) -> Iterator[int]:
    try:
        for number in range(to):
            yielded.append(number)
            yield number
    finally:
        closed.append(to)


async def number_up_async(to: int) -> AsyncIterator[Person]:
    for number in range(to):
        await asyncio.sleep(0)
        yield Person("Ada", number)


def fail_midway() -> Iterator[str]:
    yield "first"
    raise ValueError("no second")
"""


def test_calls_by_both_names_with_python_values(make_app: Any) -> None:
    folder = make_app(SOURCE)
    with open_app(folder) as app:
        assert app.mode == "native"
        functions = importlib.import_module(folder.name)
        assert app.call("say_hello", name="Ada") == "Hello, Ada!"
        assert app.call("sayHello") == "Hello, World!"
        person = functions.Person("Ada", 36)
        expected = {"firstName": "Ada", "age": 37}
        assert app.call("older", aPerson={"firstName": "Ada", "age": 36}, years=1) == expected
        assert app.call("older", a_person={"firstName": person.first_name}, years=2)["age"] == 2


def test_runs_in_the_test_s_own_thread(make_app: Any) -> None:
    with open_app(make_app(SOURCE)) as app:
        own = str(threading.get_ident())
        assert app.call("thread") == own
        assert app.graphql("{ thread }")["data"] == {"thread": own}


def test_failures_say_what_a_client_would_be_told_and_have_their_cause(make_app: Any) -> None:
    with open_app(make_app(SOURCE)) as app:
        with pytest.raises(FunctionFailed, match=r"^Nobody grows younger\.$") as failed:
            app.call("older", aPerson={"firstName": "Ada"}, years=-1)
        assert failed.value.code == "USER_ERROR"
        assert isinstance(failed.value.__cause__, UserError)
        with pytest.raises(FunctionFailed, match="ZeroDivisionError: division by zero") as failed:
            app.call("divide", number=0)
        assert failed.value.code == "FUNCTION_FAILED"
        assert isinstance(failed.value.__cause__, ZeroDivisionError)
        with pytest.raises(FunctionFailed, match="expected int, got str") as failed:
            app.call("wrong")
        assert failed.value.code == "INVALID_RESULT"
        with pytest.raises(FunctionFailed, match="parameter 'number' is invalid") as failed:
            app.call("divide", number="two")
        assert failed.value.code == "INVALID_ARGUMENT"


def test_what_is_for_the_test_runner_reaches_it(make_app: Any) -> None:
    source = """
    import pytest

    def stop() -> None:
        raise KeyboardInterrupt

    def skip() -> None:
        pytest.skip("not here")

    def leave() -> None:
        raise SystemExit(3)
    """
    with open_app(make_app(source)) as app:
        with pytest.raises(KeyboardInterrupt):
            app.call("stop")
        with pytest.raises(pytest.skip.Exception, match="not here"):
            app.call("skip")
        with pytest.raises(FunctionFailed, match=r"sys\.exit\(3\)") as failed:
            app.call("leave")
        assert failed.value.code == "EXITED"


def test_a_manifest_that_cannot_be_read(make_app: Any) -> None:
    folder = make_app(SOURCE)
    (folder / "modus.json").write_text('{"endpoints": {}, "models": {"a": 1}}')
    with pytest.raises(TestSetupError, match=r"modus\.json:1"), open_app(folder):
        pass


def test_names_that_are_wrong_are_answered_with_those_that_are_there(make_app: Any) -> None:
    with open_app(make_app(SOURCE)) as app:
        with pytest.raises(
            TestSetupError, match=r"no function say_helo\nhint: did you mean say_hello"
        ):
            app.call("say_helo")
        with pytest.raises(TestSetupError, match=r"no parameter nam\nhint: its parameters: name"):
            app.call("say_hello", nam="Ada")
        with pytest.raises(TestSetupError, match="divide needs the argument number"):
            app.call("divide")
        with pytest.raises(TestSetupError, match="no model named 'writer': it has none"):
            app.models["writer"]
        with pytest.raises(TestSetupError, match="say_hello does not stream"):
            app.stream("say_hello")
        with pytest.raises(TestSetupError, match=r"number_up streams\nhint: use app\.stream"):
            app.call("number_up", to=1)


def test_caller_and_time_zone(make_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    with open_app(make_app(SOURCE)) as app:
        with app.caller(claims={"sub": "ada"}, time_zone="Europe/Oslo"):
            assert app.call("who") == "ada in Europe/Oslo"
            assert app.graphql("{ who }")["data"] == {"who": "ada in Europe/Oslo"}
        assert app.call("who") == "nobody in UTC"


def test_waiting_functions(make_app: Any) -> None:
    with open_app(make_app(SOURCE)) as app:
        assert app.call("together", count=5) == [0, 1, 2, 3, 4]
        body = app.graphql("{ a: together(count: 2) b: together(count: 3) }")
        assert body["data"] == {"a": [0, 1], "b": [0, 1, 2]}


async def test_from_coroutines(make_app: Any) -> None:
    with open_app(make_app(SOURCE)) as app:
        found = await asyncio.gather(*(app.call_async("together", count=n) for n in range(20)))
        assert [len(each) for each in found] == list(range(20))
        assert app.call("together", count=2) == [0, 1]
        assert (await app.graphql_async("{ sayHello }"))["data"] == {"sayHello": "Hello, World!"}
        assert [each async for each in app.stream("number_up", to=3)] == [0, 1, 2]


def test_secrets_are_those_of_the_test(make_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODUS_APP_STRIPE_KEY", "real")
    with open_app(make_app(SOURCE)) as app:
        with pytest.raises(FunctionFailed, match="the app has no secret 'STRIPE_KEY'"):
            app.call("key")
        app.secrets["STRIPE_KEY"] = "made up"
        assert app.call("key") == "made up"


def test_logs(make_app: Any) -> None:
    with open_app(make_app(SOURCE)) as app:
        app.call("log", text="here")
        assert app.logs == [
            ("info", "here"),
            ("error", "an error that does not end the function"),
        ]


def test_streams(make_app: Any) -> None:
    folder = make_app(SOURCE)
    with open_app(folder) as app:
        assert list(app.stream("number_up", to=3)) == [0, 1, 2]
        people = list(app.stream("number_up_async", to=2))
        assert people == [{"firstName": "Ada", "age": 0}, {"firstName": "Ada", "age": 1}]
        elements = iter(app.stream("fail_midway"))
        assert next(elements) == "first"
        with pytest.raises(FunctionFailed, match="ValueError: no second") as failed:
            next(elements)
        assert isinstance(failed.value.__cause__, ValueError)


def test_subscriptions(make_app: Any) -> None:
    with open_app(make_app(SOURCE)) as app:
        found = list(app.subscribe("subscription($to: Int!) { numberUp(to: $to) }", {"to": 2}))
        assert [each["data"] for each in found] == [{"numberUp": 0}, {"numberUp": 1}]
        last = list(app.subscribe("subscription { failMidway }"))[-1]
        assert "no second" in last["errors"][0]["message"]
        [refused] = app.subscribe("subscription { nothing }")
        assert "nothing" in refused["errors"][0]["message"]


def test_a_stream_that_is_left_ends_the_function(make_app: Any) -> None:
    folder = make_app(SOURCE)
    with open_app(folder) as app:
        functions = importlib.import_module(folder.name)
        with app.stream("number_up", to=1000) as elements:
            for number in elements:
                if number == 2:
                    break
        assert functions.closed == [1000]
        assert len(functions.yielded) <= 4  # the one after those that were taken is held up
        assert app.call("say_hello") == "Hello, World!"


def test_functions_that_a_test_calls_itself_have_the_same_host(make_app: Any) -> None:
    folder = make_app(SOURCE)
    with open_app(folder) as app:
        functions = importlib.import_module(folder.name)
        app.secrets["STRIPE_KEY"] = "made up"
        assert functions.key() == "made up"
        functions.log("here")
        assert app.logs[0] == ("info", "here")
    with pytest.raises(HostError, match="runs outside of it"):
        functions.key()


def test_a_folder_without_an_app(tmp_path: Any) -> None:
    with (
        pytest.raises(TestSetupError, match=r"there is no modus\.json in .*\nhint: say where"),
        open_app(tmp_path),
    ):
        pass


def test_functions_that_make_no_api(make_app: Any) -> None:
    folder = make_app("def hello(name) -> str:\n    return name\n")
    with pytest.raises(TestSetupError, match="name of hello has no type hint"), open_app(folder):
        pass
