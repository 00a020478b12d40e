"""A served app whose embedder becomes another one while it holds texts, in ``dev``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

MANIFEST = """{
  "endpoints": {"default": {"type": "graphql", "path": "/graphql", "auth": "none"}},
  "collections": {"docs": {"searchMethods": {"one": {"embedder": "embed"}}}}
}"""
SOURCE = """
from atoll.sdk import collections

TURN = False


def embed(texts: list[str]) -> list[list[float]]:
    vectors = [[float(text.count(letter)) for letter in "abcdef"] for text in texts]
    return [vector[::-1] if TURN else vector for vector in vectors]


def add_doc(text: str) -> str:
    return collections.get("docs").upsert(text, key=text)


def nearest(text: str) -> list[str]:
    return [each.key for each in collections.get("docs").search(text, limit=1)]


def vector(text: str) -> list[float] | None:
    return collections.get("docs").vector(text)
"""


def test_searches_are_right_before_and_after(
    start: Any, follow: Any, ask: Any, free_port: int, tmp_path: Path
):
    app = tmp_path / "letters"
    app.mkdir()
    (app / "modus.json").write_text(MANIFEST)
    (app / "app.py").write_text(SOURCE)
    output = follow(start("dev", app, "--port", str(free_port)))
    output.wait_for(f":{free_port}")
    for text in ("aaab", "cccd", "eeef"):
        ask(free_port, f'mutation {{ addDoc(text: "{text}") }}')

    def vector(text: str) -> Any:
        return ask(free_port, f'{{ vector(text: "{text}") }}')["data"]["vector"]

    def nearest(text: str) -> Any:
        return ask(free_port, f'{{ nearest(text: "{text}") }}')["data"]["nearest"]

    assert vector("aaab") == [3, 1, 0, 0, 0, 0]
    (app / "app.py").write_text(SOURCE.replace("TURN = False", "TURN = True"))
    output.wait_for("All texts are embedded anew")
    end = time.monotonic() + 60
    while vector("aaab") != [0, 0, 0, 0, 1, 3]:
        assert time.monotonic() < end
        assert nearest("aab") == ["aaab"]  # whichever of them answers
        time.sleep(0.05)
    for text in ("aaab", "cccd", "eeef"):
        assert nearest(text[1:]) == [text]
