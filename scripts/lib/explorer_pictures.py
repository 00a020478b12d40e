"""Runs the example apps, and takes a picture of each page of their Explorer."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
ATOLL = Path(sys.executable).with_name("atoll")
SIZE = {"width": 1280, "height": 800}
QUERY = """\
query Find {
  search(meaning: "a bird that cannot fly", limit: 3) {
    words
    part
    gloss
    score
  }
}
"""


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(viewport=SIZE, color_scheme="light").new_page()
        page.set_default_timeout(120_000)
        with _example("excuses") as (_, origin):
            _excuses(page, f"{origin}/explorer")
        with _example("semantic-search") as (folder, origin):
            _semantic_search(page, folder, f"{origin}/explorer")
        browser.close()


def _excuses(page: Page, explorer: str) -> None:
    page.goto(f"{explorer}/functions/query.generateExcuses")
    page.get_by_label("event").first.fill("the Monday meeting")
    page.get_by_role("button", name="Run").first.click()
    page.get_by_role("tab", name="Response").wait_for()
    page.goto(f"{explorer}/models")
    page.get_by_role("listbox", name="Invocations of models").get_by_role("option").first.click()
    page.get_by_role("tab", name="Replay").click()
    page.get_by_role("button", name="Ask again").click()
    page.get_by_role("region", name="Replays").get_by_text("Stop").wait_for(state="hidden")
    _take(page, "models")


def _semantic_search(page: Page, folder: Path, explorer: str) -> None:
    glosses = ["import", "glosses/excerpt.jsonl", "--collection", "glosses"]
    subprocess.run([ATOLL, "collections", *glosses], cwd=folder, check=True)
    for meaning in ("a dish of eggs and cheese", "thunder and lightning"):
        page.goto(f"{explorer}/functions/query.search")
        page.get_by_label("meaning").first.fill(meaning)
        page.get_by_role("button", name="Run").first.click()
        page.get_by_role("tab", name="Response").wait_for()
    _take(page, "functions")

    page.goto(f"{explorer}/graphql")
    page.get_by_role("textbox", name="GraphQL", exact=True).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(QUERY)
    page.keyboard.press("Control+Enter")
    page.get_by_text("200 OK").first.wait_for()
    _take(page, "api")

    page.goto(f"{explorer}/calls?function=search")
    page.get_by_role("listbox", name="Calls").get_by_role("option").first.click()
    page.get_by_text("collections.search").first.wait_for()
    _take(page, "calls")

    page.goto(f"{explorer}/collections/glosses")
    field = page.get_by_label("Text to search for")
    field.fill("thunder and lightning")
    field.press("Enter")
    page.get_by_role("list", name="Texts that were found").wait_for()
    page.get_by_role("tab", name="Map").click()
    page.get_by_label("Mark what is nearest to").fill("thunder and lightning")
    page.get_by_label("Mark what is nearest to").press("Enter")
    _take(page, "collections")
    page.goto(f"{explorer}/manifest")
    page.get_by_text("embedder").first.wait_for()
    _take(page, "manifest")


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(1_500)  # for what moves, and for news of the last call
    page.screenshot(path=IMAGES / f"{name}.png")


@contextlib.contextmanager
def _example(name: str) -> Iterator[tuple[Path, str]]:
    """A copy of an example, and where ``atoll dev`` serves it."""
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as probe:
        folder = Path(scratch, name)
        ignored = shutil.ignore_patterns("build", ".atoll", "__pycache__")
        shutil.copytree(ROOT / "examples" / name, folder, ignore=ignored)
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        process = subprocess.Popen([ATOLL, "dev", folder, "--port", port])
        try:
            origin = f"http://localhost:{port}"
            _wait(f"{origin}/health")
            yield folder, origin
        finally:
            process.terminate()
            process.wait()


def _wait(url: str) -> None:
    while True:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.2)


if __name__ == "__main__":
    main()
