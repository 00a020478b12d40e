"""The pytest plugin, in projects as users have them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from atoll_providers.replies import Say
from atoll_providers.server import Providers

import atoll.testing.opening  # noqa: F401 - runs within this process drop what they import first

pytest_plugins = ["pytester"]

APP = """
from atoll.sdk import models


def say_hello(name: str = "World") -> str:
    return f"Hello, {name}!"


def ask(prompt: str) -> str:
    return models.get("writer").chat(prompt).text
"""
ASK = 'def test_ask(atoll_app):\n    assert atoll_app.call("ask", prompt="Hi") == "recorded"\n'


@pytest.fixture(autouse=True)
def only_this_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def project(pytester: pytest.Pytester, chat_model: Any) -> pytest.Pytester:
    write(pytester, ".", chat_model())
    return pytester


def write(pytester: pytest.Pytester, folder: str, manifest: Any, source: str = APP) -> None:
    place = pytester.path / folder
    place.mkdir(exist_ok=True)
    (place / "app.py").write_text(source)
    (place / "modus.json").write_text(json.dumps(manifest))


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    plugins = ("-p", "atoll.testing.plugin", "-p", "no:cacheprovider")
    return pytester.runpytest_inprocess("-W", "error", *plugins, *arguments)


def test_finds_the_app_above_the_test(project: pytest.Pytester) -> None:
    (project.path / "tests").mkdir()
    (project.path / "tests/test_app.py").write_text(
        "import app\n\n"
        "def test_hello(atoll_app):\n"
        '    assert atoll_app.call("say_hello", name="Ada") == "Hello, Ada!"\n'
        '    assert app.say_hello() == "Hello, World!"\n'
    )
    project.makepyprojecttoml("[tool.pytest.ini_options]\npythonpath = ['.']\n")
    run(project).assert_outcomes(passed=1)


def test_finds_the_app_that_the_ini_file_or_a_marker_names(
    project: pytest.Pytester, chat_model: Any
) -> None:
    write(project, "other", chat_model(), APP.replace("Hello", "Ahoy"))
    (project.path / "modus.json").unlink()
    project.makeini("[pytest]\natoll_app = other\n")
    project.makepyfile(
        'def test_it(atoll_app):\n    assert atoll_app.call("say_hello") == "Ahoy, World!"\n'
    )
    run(project).assert_outcomes(passed=1)
    project.makeini("[pytest]\n")
    failed = run(project)
    failed.assert_outcomes(errors=1)
    failed.stdout.fnmatch_lines(["*there is no modus.json in*", "*hint: say where the app is*"])
    project.makepyfile(
        'import pytest\n@pytest.mark.atoll("other")\n'
        'def test_it(atoll_app):\n    assert atoll_app.call("say_hello") == "Ahoy, World!"\n'
    )
    run(project, "--strict-markers").assert_outcomes(passed=1)


def test_two_apps_in_one_run(project: pytest.Pytester, chat_model: Any) -> None:
    write(project, "other", chat_model())
    project.makepyfile(
        'import pytest\n@pytest.mark.atoll("other")\n'
        'def test_other(atoll_app):\n    atoll_app.call("say_hello")\n'
        'def test_it(atoll_app):\n    atoll_app.call("say_hello")\n'
    )
    failed = run(project)
    failed.assert_outcomes(passed=1, errors=1)
    failed.stdout.fnmatch_lines(["*the module app of * cannot be tested here*"])


def test_never_reaches_out_unless_it_is_told_to_record(
    pytester: pytest.Pytester, chat_model: Any
) -> None:
    with Providers() as provider:
        provider.answer(Say("recorded"), Say("anew"))
        write(pytester, ".", chat_model(provider.url))
        pytester.makepyfile(ASK)
        failed = run(pytester)
        failed.assert_outcomes(failed=1)
        failed.stdout.fnmatch_lines(["*no recording for this request to model [[]writer]*"])
        assert provider.requests == []
        run(pytester, "--atoll-record=once").assert_outcomes(passed=1)
        run(pytester, "--atoll-record=once").assert_outcomes(passed=1)
        assert len(provider.requests) == 1
        run(pytester, "--atoll-record=all").assert_outcomes(failed=1)  # it says something else now
        assert len(provider.requests) == 2
    assert list((pytester.path / "tests/recordings/models/writer").glob("hi-*.json"))


def test_recordings_of_a_marker(pytester: pytest.Pytester, chat_model: Any) -> None:
    with Providers() as provider:
        provider.answer(Say("recorded"))
        write(pytester, ".", chat_model(provider.url))
        pytester.makepyfile(f"import pytest\n@pytest.mark.atoll(recordings='mine')\n{ASK}")
        run(pytester, "--atoll-record=once").assert_outcomes(passed=1)
    assert list((pytester.path / "mine/models/writer").glob("hi-*.json"))
    run(pytester).assert_outcomes(passed=1)


def test_what_is_said_wrong(project: pytest.Pytester) -> None:
    test = 'def test_it(atoll_app):\n    atoll_app.call("say_hello")\n'
    project.makepyfile(f"import pytest\n@pytest.mark.atoll(modes='native')\n{test}")
    run(project).stdout.fnmatch_lines(["*@pytest.mark.atoll has no modes*"])
    project.makepyfile(test)
    project.makeini("[pytest]\natoll_mode = naive\n")
    run(project).stdout.fnmatch_lines(["*atoll_mode is 'naive', expected native or sandbox*"])
    assert run(project, "--atoll-record=twice").ret == pytest.ExitCode.USAGE_ERROR


def test_coroutines_and_a_test_that_fails(project: pytest.Pytester) -> None:
    project.makepyfile(
        "import asyncio\n"
        "def test_async(atoll_app):\n"
        '    assert asyncio.run(atoll_app.call_async("say_hello")) == "Hello, World!"\n'
        "def test_failure(atoll_app):\n"
        '    atoll_app.models["writer"].answers(ValueError("not today"))\n'
        '    atoll_app.call("ask", prompt="Hi")\n'
    )
    result = run(project)
    result.assert_outcomes(passed=1, failed=1)
    # The user's own line, and what was wrong with it.
    result.stdout.fnmatch_lines(['*return models.get("writer").chat(prompt).text*'])
    result.stdout.fnmatch_lines(["*FunctionFailed: ModelError: not today*"])


def test_projects_that_do_not_use_it_import_nothing_of_atoll() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import atoll.testing.plugin;"
        "print(sorted(m for m in set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert set(eval(done.stdout)) <= {
        "atoll", "atoll._version", "atoll.testing", "atoll.testing.plugin"
    }  # fmt: skip
