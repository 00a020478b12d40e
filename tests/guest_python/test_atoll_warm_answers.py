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
    ],
)
def test_app_has_what_its_calls_need(call: str, modules: set[str]) -> None:
    assert modules <= loaded("x = 1", HEAD + f"async def f():\n    {call}\n")


def test_app_that_asks_no_model_has_no_more() -> None:
    assert loaded("re.compile('x').run()", HEAD + "m.invoke({})") == set()
    assert "run" not in loaded(HEAD + "m.chat('Hi')")
