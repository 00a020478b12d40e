"""Apps of any language under test in the sandbox: the same fakes and recordings."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from atoll_providers.replies import Say
from atoll_providers.server import Providers

from atoll.testing import FunctionFailed, NoRecording, TestSetupError
from atoll.testing.opening import Apps

ROOT = Path(__file__).parents[2]
EVENT = "the Monday meeting"


@pytest.fixture(scope="module")
def apps() -> Iterator[Apps]:
    opened = Apps()
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["excuses", "excuses-as", "excuses-go"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("sandbox") / str(request.param)
    ignored = shutil.ignore_patterns("build", "node_modules", "go.work*", "recordings")
    return Path(shutil.copytree(ROOT / "examples" / request.param, target, ignore=ignored))


def test_fakes(apps: Apps, folder: Path) -> None:
    with apps.open(folder, mode="sandbox") as app:
        writer = app.models["text-generator"]
        writer.answers("My cat is ill.")
        assert app.call("generateExcuses", event=EVENT) == "My cat is ill."
        assert EVENT in str(writer.requests[0].messages)
        body = app.graphql("query($e: String!) { generateExcuses(event: $e) }", {"e": EVENT})
        assert body["data"] == {"generateExcuses": "My cat is ill."}
        writer.fails("MODEL_FAILED", "not now")
        with pytest.raises(FunctionFailed, match="not now"):
            app.call("generateExcuses", event=EVENT)


def test_each_test_begins_anew(apps: Apps, folder: Path) -> None:
    with apps.open(folder, mode="sandbox") as app:
        assert app.models["text-generator"].requests == []
        with pytest.raises(NoRecording, match=r"request to model \[text-generator\]"):
            app.call("generateExcuses", event=EVENT)


def test_what_a_test_asserts_in_an_answer(apps: Apps, folder: Path) -> None:
    def answer(request: Any) -> str:
        raise AssertionError("asked too much")

    with apps.open(folder, mode="sandbox") as app:
        app.models["text-generator"].answers(answer)
        with pytest.raises(AssertionError, match="asked too much"):
            app.call("generateExcuses", event=EVENT)


async def test_from_a_coroutine(apps: Apps, folder: Path) -> None:
    with apps.open(folder, mode="sandbox") as app:
        app.models["text-generator"].answers("My cat is ill.")
        assert await app.call_async("generateExcuses", event=EVENT) == "My cat is ill."


def test_recorded_and_replayed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODUS_PROVIDER_API_KEY", "sk-very-secret-key")
    copy = Path(shutil.copytree(folder, tmp_path / folder.name))
    apps = Apps()
    try:
        with Providers() as provider:
            _ask_provider(copy, provider.url)
            provider.answer(Say("one"), Say("two"))
            with apps.open(copy, mode="sandbox", record="once") as app:
                assert app.call("generateExcuses", event=EVENT) == "one"
                assert app.call("generateExcuses", event=EVENT) == "two"
        with apps.open(copy, mode="sandbox") as app:
            found = [app.call("generateExcuses", event=EVENT) for _ in range(3)]
            assert found == ["one", "two", "two"]
            with pytest.raises(NoRecording, match=r"the nearest one, .* differs at messages\["):
                app.call("generateExcuses", event="the Tuesday meeting")
    finally:
        apps.close()
    (file,) = copy.rglob("recordings/models/text-generator/*.json")
    assert "sk-very-secret-key" not in file.read_text()


def test_python_recordings_are_the_same_in_both_modes(
    make_app: Any, chat_model: Any, apps: Apps
) -> None:
    source = """
    from atoll.sdk import models

    def ask(prompt: str) -> str:
        return models.get("writer").chat(prompt).text
    """
    with Providers() as provider:
        folder = make_app(source, **chat_model(provider.url))
        with apps.open(folder, record="once") as app:
            assert (app.mode, app.call("ask", prompt="Hi")) == ("native", "Hello")
    with apps.open(folder, mode="sandbox") as app:
        assert (app.mode, app.call("ask", prompt="Hi")) == ("sandbox", "Hello")


async def test_a_build_that_fails_while_a_loop_runs(make_app: Any, apps: Apps) -> None:
    folder = make_app("def hello(name) -> str:\n    return name\n")
    with (
        pytest.raises(TestSetupError, match=r"app_under_test_\d+\.py.*\n?.*has no type hint"),
        apps.open(folder, mode="sandbox"),
    ):
        pass


def test_streams(make_app: Any, apps: Apps) -> None:
    source = """
    from collections.abc import Iterator

    def number_up(to: int) -> Iterator[int]:
        for number in range(to):
            yield number
        if to == 3:
            raise ValueError("three is too many")
    """
    with apps.open(make_app(source), mode="sandbox") as app:
        assert list(app.stream("number_up", to=4)) == [0, 1, 2, 3]
        with app.stream("number_up", to=1000) as elements:
            assert next(iter(elements)) == 0
        with pytest.raises(FunctionFailed, match="three is too many"):
            list(app.stream("number_up", to=3))


def _ask_provider(folder: Path, url: str) -> None:
    text = (folder / "modus.json").read_text()
    model = '{"sourceModel": "m", "connection": "provider", "path": "v1/chat/completions"}'
    text = re.sub(r'("text-generator": )\{[^}]*\}', rf"\1{model}", text)
    connection = (
        f'"connections": {{"provider": {{"type": "http", "baseUrl": "{url}",'
        ' "headers": {"Authorization": "Bearer {{API_KEY}}"}}},'
    )
    (folder / "modus.json").write_text(text.replace("{", "{" + connection, 1))
