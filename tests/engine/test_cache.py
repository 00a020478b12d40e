"""The cache of compiled code: privacy, integrity, concurrency."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.engine import CacheUnwritable, CoreProgram, Engine, EngineConfig, Limits, _capi, native
from atoll.engine.cache import CodeCache, default_cache_directory, private_directory


def entries(cache: Path) -> list[Path]:
    return sorted((cache / "native").glob("*/*"))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


MakeEngine = Callable[..., Engine]


# Where --------------------------------------------------------------------------------------------


def test_the_directory_is_chosen_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ATOLL_CACHE_DIR", str(tmp_path / "mine"))
    assert default_cache_directory() == tmp_path / "mine"
    monkeypatch.setenv("ATOLL_CACHE_DIR", "relative")
    assert default_cache_directory().is_absolute()
    monkeypatch.delenv("ATOLL_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_directory() == tmp_path / "atoll"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # the specification says to ignore it
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache_directory() == tmp_path / ".cache" / "atoll"


# Privacy ------------------------------------------------------------------------------------------


def test_directories_are_made_private(tmp_path: Path) -> None:
    made = private_directory(tmp_path / "a" / "b")
    assert made.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o777, 0o701])
def test_a_directory_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    with pytest.raises(CacheUnwritable) as caught:
        private_directory(tmp_path)
    assert "chmod 700" in (caught.value.hint or "")
    assert caught.value.code == "CACHE_UNWRITABLE"


def test_a_directory_that_others_can_replace_is_refused(tmp_path: Path) -> None:
    around = tmp_path / "around"
    around.mkdir()
    private_directory(around / "cache")
    around.chmod(0o777)
    with pytest.raises(CacheUnwritable, match="replace") as raised:
        private_directory(around / "cache")
    assert raised.value.hint is not None
    assert f"chmod o-w {around}" in raised.value.hint
    around.chmod(0o1777)  # as /tmp is: only the owner renames
    private_directory(around / "cache")


def test_a_directory_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(CacheUnwritable, match="another user"):
        private_directory(tmp_path)


def test_a_link_or_a_file_is_refused(tmp_path: Path) -> None:
    private_directory(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("")
    for name in ("link", "file", "file/below"):
        with pytest.raises(CacheUnwritable):
            private_directory(tmp_path / name)


@pytest.mark.parametrize("path", ["/proc/nothing", "/dev/null/cache"])
def test_an_unwritable_cache_fails_before_compiling(
    path: str, core_wasm: bytes, make_engine: MakeEngine
) -> None:
    engine = make_engine(cache=Path(path))
    with pytest.raises(CacheUnwritable) as caught:
        engine.compile_module(core_wasm)
    assert "ATOLL_CACHE_DIR" in (caught.value.hint or "")
    assert path in caught.value.message
    assert engine.compile_module(core_wasm, cached=False) is not None


# Hits and misses ----------------------------------------------------------------------------------


def test_a_second_engine_finds_what_the_first_compiled(
    cache: Path, core_wasm: bytes, component_wasm: bytes, make_engine: MakeEngine
) -> None:
    first = make_engine()
    assert not first.is_cached(core_wasm)
    first.compile_module(core_wasm)
    first.compile_component(component_wasm)
    before = {path: path.stat().st_ino for path in entries(cache)}
    assert len(before) == 2
    second = make_engine()
    assert second.is_cached(core_wasm)
    assert second.is_cached(component_wasm, component=True)
    assert not second.is_cached(core_wasm, for_component=True)
    second.compile_module(core_wasm)
    second.compile_component(component_wasm)
    assert {path: path.stat().st_ino for path in entries(cache)} == before


def test_by_key_the_bytes_are_not_needed(core_wasm: bytes, make_engine: MakeEngine) -> None:
    calls = []

    def produce() -> bytes:
        calls.append(True)
        return core_wasm

    def refuse() -> bytes:
        pytest.fail("not needed")

    engine = make_engine()
    engine.compile_module(produce, key="k")
    engine.compile_module(refuse, key="k")
    assert engine.is_cached(key="k")
    assert not engine.is_cached(key="other")
    assert calls == [True]


def test_not_cached_leaves_nothing(cache: Path, core_wasm: bytes, make_engine: MakeEngine) -> None:
    make_engine().compile_module(core_wasm, cached=False)
    assert not cache.exists()


@pytest.mark.parametrize("change", ["version", "settings"])
def test_another_version_or_setting_has_another_key(
    change: str, core_wasm: bytes, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_engine().compile_module(core_wasm)
    if change == "version":
        monkeypatch.setattr(_capi, "VERSION", "50.0.2")
        assert native._capi.VERSION == "50.0.2"
        assert not make_engine().is_cached(core_wasm)
    else:
        assert not make_engine(max_memory=1 << 20).is_cached(core_wasm)
    assert make_engine(tick=0.01, concurrency=3).is_cached(core_wasm) is (change != "version")


# Damage -------------------------------------------------------------------------------------------


async def works(engine: Engine, wasm: bytes) -> None:
    program = CoreProgram(engine, engine.compile_module(wasm), [])
    async with program.execute(Limits()) as execution:
        assert await execution.call("new", 1, 1) == 1024


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _other_build(path: Path) -> None:
    """Intact by its name, but not for this wasmtime."""
    data = path.read_bytes().replace(b"50.0.1", b"49.0.1")
    path.unlink()
    path.with_name(f"{zlib.crc32(data):08x}-{len(data):x}.cwasm").write_bytes(data)


def _garbage(path: Path) -> None:
    path.unlink()
    data = b"\x7fELF" + bytes(1000)
    path.with_name(f"{zlib.crc32(data):08x}-{len(data):x}.cwasm").write_bytes(data)


@pytest.mark.parametrize("damage", [_truncate, _flip, _empty, _other_build, _garbage])
async def test_a_damaged_entry_is_compiled_again(
    damage: Callable[[Path], None], cache: Path, core_wasm: bytes, make_engine: MakeEngine
) -> None:
    make_engine().compile_module(core_wasm)
    [entry] = entries(cache)
    damage(entry)
    [damaged] = entries(cache)
    await works(make_engine(), core_wasm)
    [again] = entries(cache)
    assert again.name == entry.name
    data = again.read_bytes()
    assert f"{zlib.crc32(data):08x}-{len(data):x}" == again.stem
    assert damaged == again or not damaged.exists()


async def test_an_entry_may_be_removed_while_it_runs(
    cache: Path, core_wasm: bytes, make_engine: MakeEngine
) -> None:
    engine = make_engine()
    program = CoreProgram(engine, engine.compile_module(core_wasm), [])
    for entry in entries(cache):
        entry.unlink()
    async with program.execute(Limits()) as execution:
        assert await execution.call("count", 10) == 10


def test_leftovers_of_a_killed_writer_do_no_harm(
    cache: Path, core_wasm: bytes, make_engine: MakeEngine
) -> None:
    make_engine().compile_module(core_wasm)
    [entry] = entries(cache)
    (entry.parent / ".writing-abc").write_bytes(b"half")
    make_engine().compile_module(core_wasm)
    assert make_engine().is_cached(core_wasm)


# Size ---------------------------------------------------------------------------------------------


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = CodeCache(tmp_path / "cache", max_bytes=250)
    for number, key in enumerate(("a", "b", "c")):
        path = cache.store(key, bytes([number]) * 100)
        os.utime(path, (number, number))
    assert [cache.contains(key) for key in "abc"] == [False, True, True]
    assert cache.load("b", lambda path: path.read_bytes()) is not None  # now it is the newest
    cache.store("d", b"d" * 100)
    assert [cache.contains(key) for key in "abcd"] == [False, True, False, True]
    cache.store("e", b"e" * 1000)  # what is being stored stays, whatever its size
    assert [cache.contains(key) for key in "abcde"] == [False] * 4 + [True]


# Several processes --------------------------------------------------------------------------------

_WRITER = """
import sys
from pathlib import Path
from atoll.engine import Engine, EngineConfig
for _ in range(10):
    engine = Engine(EngineConfig(concurrency=2, cache=Path(sys.argv[1])))
    engine.compile_module(Path(sys.argv[2]).read_bytes())
    for entry in Path(sys.argv[1]).glob("native/*/*.cwasm"):
        entry.unlink(missing_ok=True)  # so that everyone writes again, while others map it
    engine.close()
"""


def test_entries_may_go_while_the_cache_is_looked_through(tmp_path: Path) -> None:
    """Pruning by two processes at once: each writes beyond the limit, and removes the others'."""
    cache = CodeCache(tmp_path / "cache", max_bytes=1)
    failed: list[BaseException] = []

    def write(worker: int) -> None:
        try:
            for number in range(150):
                cache.store(f"{worker}-{number}", b"code")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


async def test_several_processes_write_at_once(
    tmp_path: Path, cache: Path, core_wasm: bytes, make_engine: MakeEngine
) -> None:
    source = tmp_path / "core.wasm"
    source.write_bytes(core_wasm)
    command = [sys.executable, "-c", _WRITER, str(cache), str(source)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    await works(make_engine(), core_wasm)
    assert [path.suffix for path in entries(cache)] == [".cwasm"]


def test_the_configured_cache_wins_over_the_default(tmp_path: Path) -> None:
    engine = Engine(EngineConfig(cache=tmp_path / "mine"))
    assert engine.cache.directory == tmp_path / "mine" / "native"
    engine.close()
