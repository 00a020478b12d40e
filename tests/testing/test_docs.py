"""The examples of docs/testing.md are tests of its app."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from atoll_providers.replies import Say
from atoll_providers.server import Providers

import atoll.testing.opening  # noqa: F401 - runs within this process drop what they import first

pytest_plugins = ["pytester"]

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def only_this_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    plugins = ("-p", "atoll.testing.plugin", "-p", "no:cacheprovider")
    return pytester.runpytest_inprocess("-W", "error", *plugins, *arguments)


def test_examples(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    app, *tests = blocks("python")
    assert app.startswith("# app.py")
    (manifest,) = blocks("json")
    (pytester.path / "app.py").write_text(app)
    (pytester.path / "test_app.py").write_text("\n\n".join(tests))
    written = pytester.path / "modus.json"
    monkeypatch.setenv("MODUS_OPENAI_API_KEY", "sk-very-secret-key")
    recorded = "test_what_the_model_said"
    with Providers() as provider:
        provider.answer(Say("An umbrella, whatever the weather."))
        written.write_text(manifest.replace("https://api.openai.com/", provider.url))
        once = run(pytester, "-k", recorded, "--atoll-record=once")
        once.assert_outcomes(passed=1, deselected=9)
    written.write_text(manifest)
    run(pytester).assert_outcomes(passed=10)
    (file,) = pytester.path.rglob("write-a-slogan-for-umbrellas-*.json")
    assert file.parent == pytester.path / "tests/recordings/models/writer"
    (pytester.path / "test_app.py").write_text(
        "def test_it(atoll_app):\n    atoll_app.call('slogan', product='boots')\n"
    )
    failed = run(pytester, "--tb=line")
    [told] = [text for text in blocks("text") if "NoRecording" in text]
    expected = re.escape(" ".join(told.split())).replace("1f0a2b3c4d", "[0-9a-f]{10}")
    assert re.search(expected, " ".join(failed.stdout.str().split()))


def test_options_are_those_of_the_plugin(pytester: pytest.Pytester) -> None:
    text = run(pytester, "--help").stdout.str()
    for option in re.findall(r"--atoll-[a-z]+|\batoll_(?:app|mode|recordings)\b", PAGE):
        assert option in text
    assert json.loads(blocks("json")[0])["models"]
