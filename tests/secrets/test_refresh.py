from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atoll.secrets import SecretProviderError, SecretSources, SecretsRefresher, make_providers


class Following:
    """What a refresher told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self.failure: Exception | None = None

    def on_change(self, environ: dict[str, str]) -> None:
        assert asyncio.get_running_loop()
        self.told.put_nowait(environ)
        if self.failure is not None:
            raise self.failure

    async def next(self) -> dict[str, str]:
        return await asyncio.wait_for(self.told.get(), 30)


@contextlib.asynccontextmanager
async def following(
    folder: Path, *names: str, seconds: float = 3600, look: float = 0.01
) -> AsyncIterator[Following]:
    sources = SecretSources(make_providers(names, folder, {}), {})
    sources.load()
    seen = Following()
    async with SecretsRefresher(sources, seen.on_change, seconds, look=look):
        yield seen


def replace(path: Path, text: str) -> None:
    """Write a file as a whole, so that nobody reads half of it."""
    path.with_name("new").write_text(text)
    path.with_name("new").rename(path)


@pytest.mark.parametrize("kind", ["dir", "dotenv"])
async def test_files_are_followed(tmp_path: Path, kind: str) -> None:
    name = "dotenv" if kind == "dotenv" else f"dir:{tmp_path}"
    file = tmp_path / (".env" if kind == "dotenv" else "MODUS_A")
    async with following(tmp_path, name) as seen:
        for value in ("1", "2", "3"):
            replace(file, f"MODUS_A={value}" if kind == "dotenv" else value)
            assert await seen.next() == {"MODUS_A": value}
        file.unlink()
        assert await seen.next() == {}


async def test_what_is_not_seen_cheaply_is_read_in_time(tmp_path: Path, monkeypatch) -> None:
    from atoll.secrets.directory import DirectoryProvider

    monkeypatch.setattr(DirectoryProvider, "stamp", lambda self: None)
    (tmp_path / "MODUS_A").write_text("1")
    async with following(tmp_path, f"dir:{tmp_path}", seconds=0.05) as seen:
        replace(tmp_path / "MODUS_A", "2")
        assert await seen.next() == {"MODUS_A": "2"}


async def test_a_file_that_breaks_does_not_end_it(tmp_path: Path) -> None:
    file = tmp_path / "MODUS_A"
    file.write_text("1")
    async with following(tmp_path, f"dir:{tmp_path}") as seen:
        file.unlink()
        file.mkdir()
        (tmp_path / "MODUS_B").write_text("so that it is asked")
        await asyncio.sleep(0.1)
        file.rmdir()
        file.write_text("2")
        while (await seen.next())["MODUS_A"] != "2":
            pass


async def test_who_cannot_use_the_new_values_does_not_end_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "MODUS_A"
    async with following(tmp_path, f"dir:{tmp_path}") as seen:
        seen.failure = SecretProviderError("INVALID_KEYS", "the key is none", "make another")
        replace(file, "hunter1")
        await seen.next()
        seen.failure = RuntimeError("hunter2")
        replace(file, "hunter2")
        await seen.next()
        seen.failure = None
        replace(file, "hunter3")
        assert await seen.next() == {"MODUS_A": "hunter3"}
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.__dict__["fields"] for record in errors] == [
        {"reason": "the key is none", "hint": "make another"},
        {"reason": "RuntimeError"},
    ]
    assert all(record.exc_info is None for record in errors)


async def test_its_end_waits_for_no_provider(tmp_path: Path, monkeypatch) -> None:
    from atoll.secrets.directory import DirectoryProvider

    asked, release = threading.Event(), threading.Event()

    def wait(self: DirectoryProvider) -> None:
        if threading.current_thread() is not threading.main_thread():
            asked.set()
            assert release.wait(60)

    monkeypatch.setattr(DirectoryProvider, "stamp", wait)
    try:
        async with following(tmp_path, f"dir:{tmp_path}") as seen:
            assert await asyncio.to_thread(asked.wait, 30)
        (tmp_path / "MODUS_A").write_text("1")
    finally:
        release.set()
    await asyncio.sleep(0.1)
    assert seen.told.empty()
