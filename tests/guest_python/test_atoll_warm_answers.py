"""What apps that ask models find in their memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import atoll.toolchain

GUEST = Path(atoll.toolchain.__file__).with_name("guest_python")
HEAD = "from atoll.sdk import models\nm = models.get('m')\n"
PROGRAM = """
import json, sys
import atoll_warm_answers
from atoll.sdk import HostUnavailable, models
before = set(sys.modules)
atoll_warm_answers.run(json.loads(sys.argv[1]))
print(json.dumps(sorted(set(sys.modules) - before)))
try:
    models.get("plain").generate("Hi")
except HostUnavailable:
    print("the host is as before")
"""


def loaded(*sources: str) -> set[str]:
    """The modules that loading such sources brings."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(sources)],
        env={**os.environ, "PYTHONPATH": str(GUEST)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    modules, host = done.stdout.splitlines()
    assert host == "the host is as before"
    return {name.removeprefix("atoll.sdk.models.") for name in json.loads(modules)}


@pytest.mark.parametrize(
    ("call", "modules"),
    [
        ("m.chat('Hi')", {"wire.anthropic", "wire.gemini"}),
        ("m.generate('Hi')", {"run", "structure", "function", "toolbox", "wire.gemini"}),
        ("await m.run_async('Hi')", {"run", "toolbox"}),
        ("m.stream('Hi')", {"streaming", "wire.gathering"}),
        ("m.classify('Hi')", {"classification", "run"}),
        ("ask = m.generate", {"run", "structure"}),
        ("getattr(m, 'stream')('Hi')", {"streaming"}),
        ("models.anthropic.get('m')", {"anthropic", "raw"}),
        ("def f(s: models.ModelStream): ...", {"streaming"}),
    ],
)
def test_app_has_what_its_calls_need(call: str, modules: set[str]) -> None:
    assert modules <= loaded("x = 1", HEAD + f"async def f():\n    {call}\n")
    assert modules <= loaded(HEAD, f"async def f(m):\n    {call}\n")


def test_classes_and_functions_of_the_app_are_described() -> None:
    program = """
import json, sys
import atoll_sources
import atoll_warm_answers
source = sys.argv[1]
module = {"source": source, "path": "app.py", "package": False, "dependency": False}
atoll_sources.install({"app": module}, {})
import app
atoll_warm_answers.run([source])
from atoll.sdk.models import structure, toolbox
structure.Structure = toolbox.Caller = None
toolbox.Toolbox([app.add])
structure.structure_of(app.Island)
structure.structure_of(list[app.Island])
structure.structure_of(app.Mood)
"""
    source = HEAD + (
        "import enum, typing\n"
        "class Mood(enum.Enum):\n    GOOD = 'good'\n"
        "class Island(typing.NamedTuple):\n    name: str\n    mood: Mood\n"
        "class Bad(typing.NamedTuple):\n    what: 'Missing'\n"
        "def add(a: int) -> int:\n    return a\n"
        "def no_tool(a): m.generate('Hi', tools=[add])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(GUEST)}
    subprocess.run(
        [sys.executable, "-c", program, source], env=environment, check=True, timeout=120
    )


def test_app_that_asks_no_model_has_no_more() -> None:
    assert loaded("import json", HEAD + "m.invoke({})") == set()
    assert loaded("app.run(); generate()", "print('chat')") == set()
    assert "run" not in loaded(HEAD + "m.chat('Hi')")
