"""``atoll dev --record``: what functions ask for is kept for tests that replay it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from atoll_providers.replies import Say

from atoll.testing import open_app

SOURCE = """
from atoll.sdk import models


def ask(prompt: str) -> str:
    return models.get("writer").chat(prompt).text
"""


def test_what_is_served_is_recorded(
    start: Any, follow: Any, ask: Any, app: Path, free_port: int, providers: Any
):
    secret = "sk-very-secret-key"
    manifest = json.loads(re.sub(r"^\s*//.*$", "", (app / "modus.json").read_text(), flags=re.M))
    manifest["models"] = {
        "writer": {"sourceModel": "m", "connection": "provider", "path": "v1/chat/completions"}
    }
    headers = {"Authorization": "Bearer {{API_KEY}}"}
    connection = {"type": "http", "baseUrl": providers.url, "headers": headers}
    manifest["connections"] = {"provider": connection}
    (app / "modus.json").write_text(json.dumps(manifest))
    (app / "pyproject.toml").write_text('[tool.atoll]\nentry = "recorded.py"\n')
    (app / "recorded.py").write_text(SOURCE)
    providers.answer(Say("first"), Say("second"))
    output = follow(
        start(
            "dev",
            app,
            *("--port", str(free_port), "--record", str(app / "tests/recordings")),
            env={"MODUS_PROVIDER_API_KEY": secret},
        )
    )
    output.wait_for("is ready")
    for expected in ("first", "second"):
        assert ask(free_port, '{ ask(prompt: "Hi") }')["data"] == {"ask": expected}
    assert providers.last.headers["authorization"] == f"Bearer {secret}"
    (file,) = app.rglob("recordings/models/writer/*.json")
    assert secret not in file.read_text()
    with open_app(app) as tested:
        assert [tested.call("ask", prompt="Hi") for _ in range(2)] == ["first", "second"]


def test_a_file_is_no_folder(fails: Any, app: Path):
    done = fails("dev", app, "--record", app / "app.py")
    assert "error[NOT_A_FOLDER]" in done.stderr
