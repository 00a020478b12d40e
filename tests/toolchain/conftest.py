"""The real base of this machine (built if it is not in the cache), and folders of source."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from atoll.engine import Engine, EngineConfig
from atoll.guest.component.frame import compose
from atoll.toolchain import Base, PythonBuilder, ensure_base


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=100))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def base() -> Base:
    base = ensure_base()
    assert isinstance(base, Base)
    return base


@pytest.fixture(scope="session")
def base_component(base: Base) -> bytes:
    """The base as componentize-py wrote it, but for the state of its adapter."""
    return compose(base.code.frame(), base.read_image())


@pytest.fixture(scope="session")
def builder(engine: Engine, base: Base) -> PythonBuilder:
    return PythonBuilder(engine)


@pytest.fixture
def app(tmp_path: Path) -> Callable[..., Path]:
    """Writes an app: ``app.py``, and other files by path."""

    def write(source: str | None = None, files: Mapping[str, str] | None = None) -> Path:
        folder = tmp_path / "app"
        folder.mkdir(exist_ok=True)
        named = dict(files or {})
        if source is not None:
            named["app.py"] = source
        for path, content in named.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return folder

    return write


@pytest.fixture
def wheel(tmp_path: Path) -> Callable[..., str]:
    """Writes a wheel from files by path, and gives the requirement that installs it."""

    def write(name: str, files: Mapping[str, bytes]) -> str:
        tag = "py3-none-any"
        info = f"{name}-1.0.dist-info"
        contents = {
            **files,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n\nLong.\n",
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        }
        record = "".join(f"{path},,\n" for path in contents) + f"{info}/RECORD,,\n"
        path = tmp_path / f"{name}-1.0-{tag}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for file, content in {**contents, f"{info}/RECORD": record}.items():
                archive.writestr(file, content)
        return f"{name} @ {path.as_uri()}"

    return write
