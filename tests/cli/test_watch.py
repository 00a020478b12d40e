from __future__ import annotations

import asyncio
from pathlib import Path

from atoll.cli.watch import Watcher


async def until(changes, name: str) -> None:
    async with asyncio.timeout(30):
        async for names in changes:
            if name in names:
                return


async def touch_until(changes, file: Path) -> None:
    """The watch may begin a moment later than it is asked for."""
    seen = asyncio.create_task(until(changes, file.name))
    while not seen.done():
        file.write_text("")
        await asyncio.wait([seen], timeout=0.2)
    await seen


async def test_edits_are_followed_after_a_file_whose_name_is_not_text(tmp_path: Path, caplog):
    (tmp_path / "assembly").mkdir()
    async with Watcher(tmp_path) as watcher:
        changes = watcher.changes()
        await touch_until(changes, tmp_path / "assembly" / "one.ts")
        for _ in range(2):
            (Path(tmp_path) / "assembly" / "\udcff.ts").write_text("")
            await until(changes, tmp_path.name)  # anything may have changed
            await touch_until(changes, tmp_path / "assembly" / "two.ts")
    (record,) = caplog.records
    assert "Not all edits can be followed" in record.message
    assert "xFF.ts" in record.message


async def test_a_folder_that_is_gone_for_a_while(tmp_path: Path, caplog):
    folder = tmp_path / "app"
    async with Watcher(folder) as watcher:
        changes = watcher.changes()
        async with asyncio.timeout(30):
            while not caplog.records:
                await asyncio.sleep(0.05)
        folder.mkdir()
        await touch_until(changes, folder / "app.py")
    (record,) = caplog.records
    assert "Edits cannot be followed" in record.message
