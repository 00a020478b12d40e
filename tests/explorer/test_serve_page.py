"""The page of ``atoll serve --explorer``, which lets in who has a token with its scope."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Dev, NewPage, Watched, _free_port, atoll

LEEWAY = 10
"""Seconds by which clocks may differ: so long is a token good after its end."""


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys") / "key.pem"


@pytest.fixture(scope="module")
def served(hello: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """A new app whose endpoint wants tokens, in production."""
    folder = tmp_path_factory.mktemp("served") / "hello"
    shutil.copytree(hello, folder)
    manifest = folder / "modus.json"
    manifest.write_text(manifest.read_text().replace('"auth": "none"', '"auth": "bearer-token"'))
    (folder / ".env").write_text(atoll("token", folder, "--key", key, "--pems"))
    atoll("build", folder)
    server = Dev(folder, _free_port(), ("--explorer",), command="serve")
    try:
        server.start()
        yield server
    finally:
        server.stop()


MakeToken = Callable[..., str]


@pytest.fixture
def token(key: Path, served: Dev) -> MakeToken:
    """Makes a token with scopes, good for some seconds yet."""

    def make(*scopes: str, seconds: float = 3600) -> str:
        claims: dict[str, Any] = {"sub": "ada", "exp": time.time() + seconds - LEEWAY}
        return jwt.encode({**claims, "scope": " ".join(scopes)}, key.read_text(), "EdDSA")

    return make


def panel(page: Page, title: str) -> Locator:
    return page.get_by_role("dialog", name=title, exact=True)


def paste(page: Page, token: str) -> None:
    page.get_by_role("dialog").get_by_label("Bearer token", exact=True).fill(token)
    page.get_by_role("button", name="Go on").click()


@pytest.fixture
def at_the_door(page: Page, served: Dev, watched: Watched) -> Page:
    """A page that nobody has signed in to."""
    watched.allowed += ["status of 401", "status of 403"]
    page.goto(f"{served.origin}/explorer/functions/query.sayHello")
    expect(panel(page, "Sign in to the Explorer")).to_be_visible()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_seen_before_one_has_signed_in(
    new_page: NewPage,
    served: Dev,
    watched: Watched,
    check_axe: Callable[[Page], None],
    scheme: str,
) -> None:
    watched.allowed.append("status of 401")
    page = new_page(color_scheme=scheme, width=360, height=640)
    page.goto(f"{served.origin}/explorer")

    asked = panel(page, "Sign in to the Explorer")
    expect(asked).to_contain_text("Authorization: Bearer")
    expect(asked).to_contain_text("explorer")
    expect(asked.get_by_label("Bearer token", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(asked).to_be_visible()
    expect(page.get_by_text("sayHello")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    check_axe(page)


def test_refused_tokens_say_why_and_a_good_one_goes_on(
    at_the_door: Page, token: MakeToken, check_axe: Callable[[Page], None]
) -> None:
    page = at_the_door

    paste(page, "no token at all")
    refused = panel(page, "That token was not accepted")
    expect(refused.get_by_role("alert")).to_contain_text("The token is not valid here.")
    paste(page, token("users:read"))
    refused = panel(page, "That token is not for the Explorer")
    expect(refused.get_by_role("alert").first).to_contain_text('the scope "explorer"')
    check_axe(page)
    paste(page, token("explorer", seconds=-60))
    expect(panel(page, "Your token has expired")).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("This token expired")
    expect(page.get_by_text("gives")).to_have_count(0)

    paste(page, f"Bearer {token('users:read', 'explorer')}")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name="sayHello", level=1)).to_be_visible()


def test_token_stays_in_its_tab(
    at_the_door: Page, new_page: NewPage, served: Dev, token: MakeToken
) -> None:
    page, good = at_the_door, token("explorer")
    paste(page, good)
    expect(page.get_by_role("heading", name="sayHello", level=1)).to_be_visible()

    page.reload()

    expect(page.get_by_role("heading", name="sayHello", level=1)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert good not in page.evaluate("JSON.stringify(localStorage)")
    assert page.context.cookies() == []
    other = page.context.new_page()
    other.goto(f"{served.origin}/explorer")
    expect(panel(other, "Sign in to the Explorer")).to_be_visible()


def test_token_that_ends_is_asked_for_anew_and_the_page_goes_on_where_it_was(
    at_the_door: Page, token: MakeToken
) -> None:
    page = at_the_door
    paste(page, token("explorer", seconds=8))
    page.get_by_label("name", exact=True).fill("Ada")

    expect(panel(page, "Your token has expired")).to_be_visible(timeout=60_000)
    paste(page, token("explorer"))

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("name", exact=True)).to_have_value("Ada")
    expect(page.get_by_role("banner")).to_contain_text("Live")


def test_functions_are_run_with_the_token_of_the_endpoint(
    at_the_door: Page, token: MakeToken
) -> None:
    page = at_the_door
    paste(page, token("explorer"))
    result = page.get_by_role("region", name="Result of the last run")
    page.get_by_label("name", exact=True).fill("Ada")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(result).to_contain_text("Access Denied")  # who watches need not be who may call

    page.get_by_role("button", name="Endpoint default, needs a token").click()
    menu = page.get_by_role("dialog", name="Endpoint default")
    menu.get_by_label("Bearer token", exact=True).fill(token())
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Run", exact=True).click()

    expect(result.get_by_text("Hello, Ada!", exact=True)).to_be_visible()
    # Neither sources nor values are for those who watch.
    expect(page.get_by_role("button", name="Source")).to_have_count(0)
    result.get_by_role("link", name="Call in full").click()
    call = page.get_by_role("region", name="Call of sayHello", exact=True)
    expect(call).to_be_visible()
    expect(call.get_by_text("Ada")).to_have_count(0)
    expect(page.get_by_role("button", name="Run again")).to_have_count(0)
