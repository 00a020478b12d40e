"""How quick the Explorer is: its first paint on each page, and its list of 10,000 calls.

Runs ``atoll dev`` on a copy of ``examples/simple-as`` and Chromium (which draws in software here).
The peer is an empty page of the same server: what a browser takes for nothing.

    python benchmarks/explorer.py
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ATOLL = Path(sys.executable).with_name("atoll")
PAGES = ("functions", "graphql", "calls", "models", "collections", "manifest")
ROUNDS = 7
CALLS = 10_000
FRAMES = """async () => {
    const list = document.querySelector('[role=listbox]');
    const times = [];
    let last = performance.now();
    for (let frame = 0; frame < 200; frame++) {
        list.scrollTop += frame < 100 ? 700 : -700;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        times.push(now - last);
        last = now;
    }
    return times;
}"""
IDLE = FRAMES.replace("list.scrollTop += frame < 100 ? 700 : -700;", "")
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def main() -> None:
    with sync_playwright() as playwright, _dev() as origin:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        print(f"first contentful paint, median of {ROUNDS} in new browser contexts")
        nothing = _paint(browser, f"{origin}/health")
        print(f"  {'nothing (/health)':20}{nothing:8.0f} ms")
        for name in PAGES:
            found = _paint(browser, f"{origin}/explorer/{name}")
            print(f"  {name:20}{found:8.0f} ms{found / nothing:8.1f} times nothing")
        _call(origin, CALLS)
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.goto(f"{origin}/explorer/calls")
        page.locator("[role=listbox] [role=option]").first.wait_for()
        _load_all(page)
        print(f"time between frames of the list of {CALLS} calls")
        _tell("at rest", page.evaluate(IDLE))
        _tell("700 px a frame", page.evaluate(FRAMES))
        browser.close()


def _paint(browser: Browser, url: str) -> float:
    found = []
    for _ in range(ROUNDS):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(url, wait_until="load")
        while (paint := page.evaluate(PAINT)) is None:
            page.wait_for_timeout(20)
        found.append(paint)
        context.close()
    return statistics.median(found)


def _load_all(page: Page) -> None:
    """Scroll to the end until there is no more."""
    before = -1
    while (
        height := page.evaluate("document.querySelector('[role=listbox]').scrollHeight")
    ) > before:
        before = height
        page.evaluate("document.querySelector('[role=listbox]').scrollTop = 1e9")
        page.wait_for_timeout(1_000)
    print(f"  rows: {page.evaluate(ROWS)}")
    page.evaluate("document.querySelector('[role=listbox]').scrollTop = 0")
    page.wait_for_timeout(500)


ROWS = "document.querySelector('[role=option]')?.getAttribute('aria-setsize')"


def _tell(what: str, times: list[float]) -> None:
    times = sorted(times[5:])
    middle, high = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"  {what:20}{middle:8.1f} ms median{high:8.1f} ms p95{times[-1]:8.1f} ms longest")


def _call(origin: str, count: int) -> None:
    fields = " ".join(f"c{number}: sayHello" for number in range(50))
    body = json.dumps({"query": f"{{ {fields} }}"}).encode()
    for _ in range(count // 50):
        request = urllib.request.Request(
            f"{origin}/graphql", body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        if "errors" in answer:
            raise SystemExit(answer["errors"][0])


@contextlib.contextmanager
def _dev() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as probe:
        folder = Path(scratch, "app")
        ignored = shutil.ignore_patterns("build", ".atoll", "node_modules")
        shutil.copytree(ROOT / "examples" / "simple-as", folder, ignore=ignored)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        command = [ATOLL, "dev", folder, "--port", str(port), "--log-level", "error"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            origin = f"http://localhost:{port}"
            while True:
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{origin}/health", timeout=5).close()
                    break
                time.sleep(0.1)
            yield origin
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
