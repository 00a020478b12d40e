"""The page Manifest: what ``modus.json`` says, what is missing, which connections are well."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

TOUR = Path(__file__).parents[1] / "apps" / "tour"


def with_gaps(folder: Path) -> None:
    """Make the manifest name what there is not."""
    file = folder / "modus.json"
    manifest = json.loads(file.read_text())
    manifest["connections"]["shop"] = {
        "type": "postgresql",
        "connString": "postgresql://{{USER}}@127.0.0.1:9/shop",
    }
    manifest["connections"]["provider"]["baseUrl"] = "http://127.0.0.1:9/without-a-slash"
    manifest["models"]["near"] = {"sourceModel": "no-such-model", "connection": "local"}
    file.write_text(json.dumps(manifest, indent=2) + "\n")


@pytest.fixture(scope="package")
def gaps(_all_devs: Any) -> Any:
    """The tour without its secrets, with a model that is not here and a warning."""
    return _all_devs(TOUR, change=with_gaps)


@pytest.fixture
def manifest(tour: Any, page: Page) -> Page:
    """The page of an app that has all it needs."""
    page.goto(f"{tour.origin}/explorer/manifest")
    expect(page.get_by_role("heading", name="Endpoints")).to_be_visible()
    return page


@pytest.fixture
def lacking(gaps: Any, page: Page) -> Page:
    """The page of an app that lacks something."""
    page.goto(f"{gaps.origin}/explorer/manifest")
    expect(page.get_by_role("heading", name="Warnings")).to_be_visible()
    return page


def rows(page: Page, section: str) -> Any:
    return page.get_by_role("region", name=section).get_by_role("listitem")


def row(page: Page, section: str, name: str) -> Any:
    return rows(page, section).filter(has=page.get_by_text(name, exact=True)).first


def test_endpoints_and_models_are_shown(manifest: Page) -> None:
    expect(rows(manifest, "Endpoints")).to_have_count(2)
    expect(row(manifest, "Endpoints", "guarded")).to_contain_text("bearer token")
    expect(row(manifest, "Endpoints", "default")).to_contain_text(re.compile(r"localhost:\d+/gr"))
    writer = row(manifest, "Models", "writer")
    expect(writer).to_contain_text("gpt-4o-mini")
    expect(writer).to_contain_text("by connection provider")
    expect(manifest.get_by_text("All that modus.json needs is here")).to_be_visible()


def test_nothing_is_checked_before_one_asks(tour: Any, page: Page) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(f"{tour.origin}/explorer/manifest")
    expect(rows(page, "Connections")).to_have_count(2)
    closed = row(page, "Connections", "closed")
    closed.get_by_role("button", name="Check closed").click()
    expect(closed.get_by_role("status")).not_to_be_empty()
    checks = [each.url for each in asked if each.method == "POST"]
    assert checks == [f"{tour.origin}/explorer/api/connections/closed/check"]


def test_one_connection_is_checked(manifest: Page) -> None:
    closed = row(manifest, "Connections", "closed")
    closed.get_by_role("button", name="Check closed").click()
    expect(closed.get_by_role("status")).to_contain_text("could not reach 127.0.0.1:9")
    expect(closed.get_by_role("img", name="Failing")).to_be_visible()
    expect(row(manifest, "Connections", "provider").get_by_role("status")).to_be_empty()
    expect(manifest.get_by_text("1 failing, 0 healthy, 1 not checked")).to_be_visible()


def test_all_connections_are_checked(manifest: Page) -> None:
    manifest.get_by_role("button", name="Check all").click()
    expect(manifest.get_by_text("1 failing, 1 healthy", exact=True)).to_be_visible()
    provider = row(manifest, "Connections", "provider")
    expect(provider.get_by_role("img", name="Healthy")).to_be_visible()
    expect(provider.get_by_role("status")).to_contain_text("HTTP status")


def test_secrets_are_shown_by_name_only(manifest: Page) -> None:
    secret = row(manifest, "Secrets", "MODUS_PROVIDER_API_KEY")
    expect(secret.get_by_text("set", exact=True)).to_be_visible()
    expect(secret).to_contain_text("connections.provider")
    manifest.get_by_role("button", name="Check all").click()
    expect(manifest.get_by_text("1 failing, 1 healthy", exact=True)).to_be_visible()
    assert "very-secret" not in manifest.content()


def test_limits_have_units_and_say_which_are_changed(manifest: Page) -> None:
    limits = manifest.get_by_role("region", name="Limits").get_by_role("row")
    expect(limits.nth(1)).to_contain_text("wallSeconds")
    expect(limits.nth(1)).to_contain_text("changed")
    expect(limits.nth(1)).to_contain_text("20 seconds")
    memory = limits.filter(has_text="memoryMb")
    expect(memory).to_contain_text("256 MiB")
    expect(memory).not_to_contain_text("changed")


def test_each_thing_leads_to_its_line_in_the_manifest(tour: Any, manifest: Page) -> None:
    lines = (tour.folder / "modus.json").read_text().splitlines()
    for section, name in (
        ("Endpoints", "guarded"),
        ("Connections", "closed"),
        ("Models", "second"),
        ("Collections", "docs"),
    ):
        number = next(at for at, line in enumerate(lines, 1) if f'"{name}"' in line)
        row(manifest, section, name).get_by_text(f"modus.json:{number}").click()
        dialog = manifest.get_by_role("dialog")
        expect(dialog.locator("[aria-current=location]")).to_contain_text(f'"{name}"')
        manifest.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_a_collection_leads_to_its_page(manifest: Page) -> None:
    row(manifest, "Collections", "empty").get_by_role("link").click()
    expect(manifest).to_have_url(re.compile("/explorer/collections/empty$"))


def test_what_is_missing_is_said_at_the_top(lacking: Page) -> None:
    for text in ("1 warning", "2 secrets missing", "1 model not installed"):
        expect(lacking.get_by_role("button", name=text)).to_be_visible()
    lacking.get_by_role("button", name="2 secrets missing").click()
    expect(lacking.get_by_role("heading", name="Secrets")).to_be_in_viewport()


def test_a_warning_has_its_hint_and_line(lacking: Page) -> None:
    warning = lacking.get_by_role("region", name="Warnings").get_by_role("alert")
    expect(warning).to_contain_text("baseUrl")
    expect(warning).to_contain_text('Write "http://127.0.0.1:9/without-a-slash/"')
    warning.get_by_text(re.compile(r"modus\.json:\d+")).click()
    marked = lacking.get_by_role("dialog").locator("[aria-current=location]")
    expect(marked).to_contain_text("without-a-slash")


def test_a_missing_secret_comes_with_the_line_to_write(lacking: Page) -> None:
    secret = row(lacking, "Secrets", "MODUS_SHOP_USER")
    expect(secret.get_by_text("missing", exact=True)).to_be_visible()
    expect(secret).to_contain_text(".env")
    secret.get_by_role("button", name="Copy the line").click()
    assert lacking.evaluate("navigator.clipboard.readText()") == "MODUS_SHOP_USER="
    expect(row(lacking, "Connections", "shop")).to_contain_text("MODUS_SHOP_USER is missing")


def test_a_check_names_the_secret_that_is_missing(lacking: Page) -> None:
    shop = row(lacking, "Connections", "shop")
    shop.get_by_role("button", name="Check shop").click()
    expect(shop.get_by_role("status")).to_contain_text("MODUS_SHOP_USER")


def test_a_model_that_is_not_here_comes_with_what_helps(lacking: Page) -> None:
    near = row(lacking, "Models", "near")
    expect(near.get_by_text("not installed")).to_be_visible()
    expect(near).to_contain_text("Local models are: ")


def test_a_link_points_out_a_model(gaps: Any, page: Page) -> None:
    page.set_viewport_size({"width": 1000, "height": 400})
    page.goto(f"{gaps.origin}/explorer/manifest?model=near")
    pointed = page.locator(".manifest-row[aria-current]")
    expect(pointed).to_contain_text("no-such-model")
    expect(pointed).to_be_in_viewport()


def test_it_follows_the_manifest(start_dev: Any, page: Page) -> None:
    dev = start_dev(TOUR, change=with_gaps)
    page.goto(f"{dev.origin}/explorer/manifest")
    expect(page.get_by_role("button", name="2 secrets missing")).to_be_visible()
    dev.edit("modus.json", "postgresql://{{USER}}@", "postgresql://ann@")
    expect(page.get_by_role("button", name="1 secret missing")).to_be_visible()
    expect(row(page, "Secrets", "MODUS_SHOP_USER")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(
    gaps: Any, new_page: Any, check_axe: Callable[[Page], None], scheme: str
) -> None:
    page = new_page(color_scheme=scheme)
    page.goto(f"{gaps.origin}/explorer/manifest")
    page.get_by_role("button", name="Check all").click()
    expect(page.get_by_text("3 failing, 0 healthy")).to_be_visible()
    check_axe(page)


def test_narrow_windows_have_all_of_it(gaps: Any, new_page: Any) -> None:
    page = new_page(width=360, height=720)
    page.goto(f"{gaps.origin}/explorer/manifest")
    expect(page.get_by_role("heading", name="Limits")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 360
