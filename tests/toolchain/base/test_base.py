from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from atoll.engine import CacheUnwritable, Engine
from atoll.guest.component.base import DamagedBase, find_code
from atoll.toolchain import Base, BuildError, PythonBuilder, Unsplit, ensure_base
from atoll.toolchain.base import base as base_module
from atoll.toolchain.base.bench import base_bench
from atoll.toolchain.base.loading import LIMITS, BuildSurroundings
from atoll.toolchain.base.sources import base_sources


class Steps:
    def __init__(self) -> None:
        self.names: list[str] = []

    def step(self, name: str) -> None:
        self.names.append(name)

    def done(self) -> None:
        pass


def test_sources_are_the_guest_runtime_the_sdk_and_the_time_zones() -> None:
    sources = base_sources()
    assert {"atoll_guest.py", "atoll/sdk/__init__.py", "tzdata/zoneinfo/UTC"} <= set(sources.files)
    assert not any("__pycache__" in path or path.endswith(".wit") for path in sources.files)
    assert sources.key == base_sources().key


def test_the_base_of_this_installation_is_found_again(base: Base) -> None:
    steps = Steps()
    assert ensure_base(progress=steps) == base
    assert steps.names == []
    assert find_code(None, base.code.identity) == base.code


def test_two_processes_build_one_base_whose_code_is_that_of_any_other(
    base: Base, tmp_path: Path
) -> None:
    """Images differ between bases (CPython draws its hash seed), but the code that an app file
    names does not: what is built here runs there."""
    program = (
        "import json; from atoll.toolchain import ensure_base\n"
        "class Steps:\n"
        "    names = []\n"
        "    def step(self, name): self.names.append(name)\n"
        "    def done(self): pass\n"
        "base = ensure_base(progress=Steps())\n"
        "print(json.dumps([base.key, base.code.identity, Steps.names]))"
    )
    environment = {**os.environ, "ATOLL_CACHE_DIR": os.fspath(tmp_path / "cache")}
    processes = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    reports = [json.loads(process.communicate(timeout=300)[0]) for process in processes]
    assert [report[:2] for report in reports] == [[base.key, base.code.identity]] * 2
    built = [report for report in reports if "Building the Python base (once)" in report[2]]
    assert len(built) == 1


def test_an_unexpected_layout_gives_an_unsplit_base_and_a_warning(
    base_component: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    renamed = base_component.replace(b"libpython3.14.so", b"libpython3.15.so")
    monkeypatch.setattr(base_module, "componentize", lambda sources, entry: renamed)
    first = ensure_base(tmp_path)
    assert isinstance(first, Unsplit)
    assert "libpython3.14.so" in first.reason
    assert "not laid out as expected" in caplog.text
    caplog.clear()
    steps = Steps()
    assert ensure_base(tmp_path, steps) == first
    assert steps.names == []
    assert "not laid out as expected" in caplog.text


def test_incomplete_directories_are_built_again(
    base_component: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_module, "componentize", lambda sources, entry: base_component)
    built = ensure_base(tmp_path)
    assert isinstance(built, Base)
    (built.directory / "base.json").write_text("{")
    (built.code.directory / "code.json").unlink()
    assert ensure_base(tmp_path) == built


def test_damaged_code_is_noticed(
    base_component: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_module, "componentize", lambda sources, entry: base_component)
    built = ensure_base(tmp_path)
    assert isinstance(built, Base)
    frame = built.code.directory / "frame.wasm"
    frame.write_bytes(frame.read_bytes()[:-1])
    with pytest.raises(DamagedBase):
        built.code.frame()


@pytest.mark.parametrize("file", ["shell", "libpython", "image", "workbench"])
@pytest.mark.parametrize("how", ["cut", "gone"])
def test_damaged_files_are_told_as_such(
    base_component: bytes,
    engine: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    how: str,
) -> None:
    monkeypatch.setattr(base_module, "componentize", lambda sources, entry: base_component)
    built = ensure_base(tmp_path)
    assert isinstance(built, Base)
    folder = built.directory if file in ("image", "workbench") else built.code.directory
    path = folder / f"{file}.wasm"
    if how == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        path.unlink()
    # Under names of its own, so that nothing of it is in memory or among the compiled code.
    code = built.code if file == "image" else replace(built.code, identity=str(tmp_path))
    unknown = replace(built, key=str(tmp_path), code=code)
    parts: dict[str, Callable[[], object]] = {
        "workbench": lambda: unknown._workbench(engine),
        "image": lambda: base_bench(built, engine, Steps()),
    }
    with pytest.raises(DamagedBase, match=str(folder)):
        parts.get(file, lambda: unknown.code.compiled(engine))()


async def test_a_base_that_is_built_again_is_compiled_again(
    base: Base, builder: PythonBuilder, engine: Engine, app: Callable[..., Path], tmp_path: Path
) -> None:
    """Its key is the same, but its image is not. Here it is the image of an app."""
    await builder.build(app("def first() -> int: return 1"))  # all is in the cache now
    again = replace(base, directory=tmp_path / "again")
    again.directory.mkdir()
    (again.directory / "workbench.wasm").symlink_to(base.directory / "workbench.wasm")
    image = (await builder.build(app("def second() -> int: return 2"))).wasm
    (again.directory / "image.wasm").write_bytes(image)
    bench = base_bench(again, engine, Steps())
    async with bench.program.execute(LIMITS, BuildSurroundings()) as execution:
        assert "second" in await execution.call("describe")


def test_a_failure_of_componentize_py_is_a_build_error(tmp_path: Path) -> None:
    from atoll.toolchain.base.componentize import componentize

    sources = base_sources()
    broken = replace(sources, files={**sources.files, "broken.py": b"raise RuntimeError('so sad')"})
    with pytest.raises(BuildError, match="so sad") as raised:
        componentize(broken, "broken")
    assert raised.value.code == "BASE_BUILD_FAILED"


def test_a_cache_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(CacheUnwritable):
        ensure_base(tmp_path / "cache")
