"""What the page may do, and what nobody else may do with it, as a browser enforces it."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page, Response, expect

from .conftest import Dev, Watched

POLICY = (
    "default-src 'self'; img-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
PLACES = {
    "functions/query.sayHello": "sayHello",
    "graphql": "API",
    "calls": "Calls",
    "models": "Models",
    "collections/docs": "docs",
    "manifest": "Manifest",
}

_INLINE = """() => {
    const found = [];
    const look = (root) => {
        for (const one of root.querySelectorAll('script:not([src]), style'))
            found.push(one.outerHTML);
        for (const one of root.querySelectorAll('*')) {
            for (const { name } of one.attributes)
                if (name.startsWith('on')) found.push(one.outerHTML);
            if (one.shadowRoot) look(one.shadowRoot);
        }
    };
    look(document);
    return found;
}"""


def visit_all(page: Page, dev: Dev) -> Iterator[str]:
    for place, heading in PLACES.items():
        page.goto(f"{dev.origin}/explorer/{place}")
        expect(page.get_by_role("heading", name=heading, exact=True).first).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        yield place


def test_pages_ask_their_own_server_only_and_each_answer_is_guarded(page: Page, tour: Dev) -> None:
    tour.ask("{ sayHello }")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))

    for place in visit_all(page, tour):
        assert page.evaluate(_INLINE) == [], place
    page.get_by_role("link", name="Functions", exact=True).click()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("region", name="Result of the last run")).to_contain_text("OK")

    kinds = set()
    for answer in answers:
        path = urlsplit(answer.url).path
        assert answer.url.startswith(f"{tour.origin}/"), answer.url
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "access-control-allow-origin" not in headers, path
        if path.startswith("/explorer/api/"):
            kinds.add("api")
            assert headers["cache-control"] == "no-store", path
            assert headers["cross-origin-resource-policy"] == "same-origin", path
        elif path.startswith("/explorer"):
            kinds.add("assets" if path.startswith("/explorer/assets/") else "page")
            assert headers["content-security-policy"] == POLICY, path
            assert headers["x-frame-options"] == "DENY", path
            assert headers["referrer-policy"] == "no-referrer", path
            assert headers["cross-origin-opener-policy"] == "same-origin", path
            assert headers["cross-origin-resource-policy"] == "same-origin", path
    assert kinds == {"api", "assets", "page"}


class Markup(HTMLParser):
    """What a page's markup brings with it."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        for name, value in attrs:
            if name in ("src", "href"):
                self.addresses.append(value or "")
            if name.startswith("on") or name == "style":
                self.inline.append(f"{tag} {name}")

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in ("script", "style") and data.strip():
            self.inline.append(data)


def test_markup_has_no_script_or_style_of_its_own(tour: Dev) -> None:
    with urllib.request.urlopen(f"{tour.origin}/explorer", timeout=60) as response:
        markup = Markup()
        markup.feed(response.read().decode())

    assert markup.inline == []
    assert len(markup.addresses) >= 3
    for address in markup.addresses:
        assert address.startswith("/explorer/"), address
        urllib.request.urlopen(f"{tour.origin}{address}", timeout=60).close()


@pytest.mark.parametrize(
    "attack",
    [
        "const it = document.createElement('script'); it.text = 'window.hacked = 1';"
        " document.body.append(it)",
        "const it = document.createElement('div');"
        """ it.innerHTML = "<img src=x onerror='window.hacked = 1'>"; document.body.append(it)""",
        "location.href = 'javascript:window.hacked = 1'",
        "const it = document.createElement('iframe'); it.src = 'data:text/html,<script>top.hacked"
        " = 1</script>'; document.body.append(it)",
        "const it = document.createElement('script'); it.src = 'https://example.com/x.js';"
        " document.body.append(it)",
    ],
    ids=["script", "handler", "address", "frame", "elsewhere"],
)
def test_markup_that_got_into_the_page_could_run_nothing(
    page: Page, tour: Dev, watched: Watched, attack: str
) -> None:
    watched.allowed += ["Content Security Policy", "status of 404", "example.com/x.js"]
    page.goto(f"{tour.origin}/explorer/manifest")
    expect(page.get_by_role("heading", name="Manifest", level=1)).to_be_visible()
    page.evaluate("() => addEventListener('securitypolicyviolation', () => { window.stopped = 1 })")

    page.evaluate(f"() => {{ {attack} }}")

    # Asked by a function, since the page's policy forbids expressions in a loop.
    for _ in range(100):
        if page.evaluate("() => window.stopped") == 1:
            break
        page.wait_for_timeout(50)
    assert page.evaluate("() => window.stopped") == 1
    assert page.evaluate("() => window.hacked") is None


@pytest.fixture
def another_site() -> Iterator[str]:
    """A site at another port of this machine, which is as near as another origin can be."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Another</title>")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_page_of_another_site_learns_nothing_and_runs_nothing(
    page: Page, tour: Dev, another_site: str, watched: Watched
) -> None:
    with urllib.request.urlopen(f"{tour.origin}/explorer/api/session", timeout=60) as response:
        assert b'"token"' in response.read()
    page.goto(another_site)
    watched.allowed += ["CORS policy", "ERR_FAILED", "ERR_BLOCKED", "status of 4", "Refused"]

    read = """async ([address, options]) => {
        try { const answer = await fetch(address, options); return await answer.text(); }
        catch (error) { return 'nothing'; }
    }"""
    api = f"{tour.origin}/explorer/api"
    for path in ("session", "state", "functions", "calls"):
        assert page.evaluate(read, [f"{api}/{path}", {}]) == "nothing"
        sent = {"headers": {"x-atoll-token": "x"}}
        assert page.evaluate(read, [f"{api}/{path}", sent]) == "nothing"
        # What cannot be read has nothing in it either.
        assert page.evaluate(read, [f"{api}/{path}", {"mode": "no-cors"}]) in ("", "nothing")
    assert page.evaluate(read, [f"{tour.origin}/explorer/theme.js", {}]) == "nothing"


def test_page_of_another_site_cannot_show_it_in_a_frame(
    page: Page, tour: Dev, another_site: str, watched: Watched
) -> None:
    page.goto(another_site)
    watched.allowed += ["frame-ancestors", "X-Frame-Options", "ERR_BLOCKED", "Refused"]
    page.evaluate(
        "(address) => { const it = document.createElement('iframe'); it.src = address;"
        " document.body.append(it); }",
        f"{tour.origin}/explorer",
    )
    for _ in range(100):
        if watched.found:
            break
        page.wait_for_timeout(50)
    assert any("frame-ancestors" in each or "X-Frame" in each for each in watched.found)
    assert not any(frame.url.startswith(tour.origin) for frame in page.frames)


def test_pages_are_tested_without_a_network(page: Page, watched: Watched) -> None:
    watched.allowed.append("request to http://")
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.com/")
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://192.0.2.1/")
