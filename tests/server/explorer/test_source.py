"""Which files are shown: the author's source, and nothing besides."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.server.explorer.source import own_file

LINES = [f"line = {number}" for number in range(1, 101)]
SECRET = "hunter2"


@pytest.fixture
def app(page: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    (folder / "shop").mkdir()
    (folder / "shop" / "cart.py").write_text("\n".join(LINES))
    (folder / "modus.json").write_text("{\n}\n")
    for name in (
        ".env", ".env.dev.local", "key.pem", "service-account.json", "secrets.toml", ".env.py",
        ".git/config.py", ".atoll/x.py", "node_modules/x/index.ts", "build/app.py", ".venv/x.py",
        "notes.txt", "id_ed25519",
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"KEY={SECRET}")
    (tmp_path / "outside.py").write_text(SECRET)
    (folder / "out.py").symlink_to(tmp_path / "outside.py")
    (folder / "env.py").symlink_to(folder / ".env")
    (folder / "loop.py").symlink_to(folder / "loop.py")
    (folder / "shop2").symlink_to(tmp_path)
    (folder / "large.py").write_text(f"# {SECRET}\n" * 120_000)
    (folder / "binary.py").write_bytes(b"\0" + SECRET.encode())
    (folder / "folder.py").mkdir()
    return folder


async def test_the_lines_around_one(page: Any, app: Path) -> None:
    source = await page.get("source?file=shop/cart.py&line=50")

    assert source == {
        "file": "shop/cart.py",
        "path": str(app / "shop" / "cart.py"),
        "line": 50,
        "first": 35,
        "lines": LINES[34:65],
    }


@pytest.mark.parametrize(
    ("line", "first", "count"), [("1", 1, 16), ("100", 85, 16), ("5000", 85, 16), ("", 1, 16)]
)
async def test_at_the_ends(page: Any, app: Path, line: str, first: int, count: int) -> None:
    source = await page.get(f"source?file=shop/cart.py&line={line}")
    assert (source["first"], len(source["lines"])) == (first, count)


async def test_the_manifest_is_shown(page: Any, app: Path) -> None:
    assert (await page.get("source?file=modus.json"))["lines"] == ["{", "}", ""]


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "/", "..", "../outside.py", "shop/../../outside.py", "/etc/passwd", "~/.ssh/id.py",
        ".env", ".env.dev.local", "./.env", "shop/../.env", ".env.py", "key.pem", "id_ed25519",
        "service-account.json", "secrets.toml", "notes.txt", ".git/config.py", ".atoll/x.py",
        "node_modules/x/index.ts", "build/app.py", ".venv/x.py", "out.py", "env.py", "loop.py",
        "shop2/outside.py", "large.py", "folder.py", "missing.py", "shop\\cart.py",
        "shop/cart.py\0", "x" * 5000 + ".py", "shop/cart.py/", "\udcff.py",
    ],
)  # fmt: skip
async def test_nothing_else_is(page: Any, app: Path, name: str) -> None:
    path = f"source?file={quote(name.encode(errors='surrogatepass'))}"
    if name == "shop/cart.py/":  # the same file, by an odd name
        assert (await page.get(path))["file"] == "shop/cart.py"
        return
    status, data = await page.ask("GET", path)
    assert (status, data["error"]["code"]) == (404, "SOURCE_UNKNOWN")
    assert SECRET not in str(data)


async def test_absolute_paths_of_the_own_folder_are_refused_too(page: Any, app: Path) -> None:
    found = await page.refusal("GET", f"source?file={app}/shop/cart.py")
    assert found == (404, "SOURCE_UNKNOWN")


async def test_what_is_no_text_has_no_lines(page: Any, app: Path) -> None:
    assert (await page.get("source?file=binary.py"))["lines"] == []


@pytest.mark.parametrize("line", ["0", "-1", "x", "1.5", "9" * 30])
async def test_lines_are_numbers(page: Any, app: Path, line: str) -> None:
    found = await page.refusal("GET", f"source?file=shop/cart.py&line={line}")
    assert found == (400, "BAD_REQUEST")


@given(st.lists(st.sampled_from(["..", ".", "/", "a", "b.py", ".env", "\0", "~"]), max_size=6))
def test_no_name_leads_out(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp() / "closed" / "a"
    folder.mkdir(parents=True, exist_ok=True)
    for file in (folder / "b.py", folder.parent / "b.py"):
        file.write_text("")
    found = own_file(folder, "/".join(parts))
    assert found in (None, folder / "b.py")


@pytest.mark.parametrize("name", ["a/" * 40 + "x.py", "a" * 498 + ".py"])
def test_names_that_nobody_gives_are_not_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(Path, "resolve", lambda path: pytest.fail(f"{path} was looked up"))
    assert own_file(tmp_path, name) is None
