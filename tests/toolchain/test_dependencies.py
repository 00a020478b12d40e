from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from atoll.toolchain import BuildError, PythonBuilder, Quiet
from atoll.toolchain.dependencies import (
    Dependencies,
    NativeModule,
    install_dependencies,
    native_cause,
)
from atoll.toolchain.source import SourceModule

WriteApp = Callable[..., Path]
WriteWheel = Callable[..., str]


class Steps:
    def __init__(self) -> None:
        self.names: list[str] = []

    def step(self, name: str) -> None:
        self.names.append(name)

    def done(self) -> None:
        pass


def pyproject(*requirements: str) -> dict[str, str]:
    return {"pyproject.toml": f"[project]\nname = 'x'\ndependencies = {list(requirements)}\n"}


def test_without_requirements_nothing_runs(tmp_path: Path) -> None:
    assert install_dependencies((), Quiet(), tmp_path) == Dependencies()
    assert list(tmp_path.iterdir()) == []


def test_modules_metadata_files_and_native_modules(tmp_path: Path, wheel: WriteWheel) -> None:
    requirement = wheel(
        "fast",
        {
            "fast/__init__.py": b"x = 1",
            "fast/_core.cpython-311-x86_64-linux-gnu.so": b"\x7fELF",
            "fast/data/table.json": b"{}",
            "fast/py.typed": b"",
            "fast/tests/test_fast.py": b"",
            "_accel.abi3.so": b"\x7fELF",
        },
    )
    found = install_dependencies([requirement], Quiet(), tmp_path / "cache")
    assert found.modules == {"fast": SourceModule("x = 1", "fast/__init__.py", True)}
    assert found.metadata == {"fast": "Metadata-Version: 2.1\nName: fast\nVersion: 1.0"}
    assert found.files == {"fast/data/table.json": b"{}", "fast/py.typed": b""}
    assert found.native == (NativeModule("_accel", "fast"), NativeModule("fast._core", "fast"))


def test_the_same_list_is_installed_once(tmp_path: Path, wheel: WriteWheel) -> None:
    steps = Steps()
    requirement = wheel("once", {"once.py": b""})
    first = install_dependencies([requirement], steps, tmp_path / "cache")
    assert install_dependencies([requirement], steps, tmp_path / "cache") == first
    assert steps.names == ["Installing dependencies"]


def test_what_pip_refuses(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="Invalid requirement") as raised:
        install_dependencies(["not a requirement!"], Quiet(), tmp_path / "cache")
    assert raised.value.code == "DEPENDENCY_FAILED"
    assert raised.value.location is not None
    assert raised.value.location.file == "pyproject.toml"
    assert not list((tmp_path / "cache" / "python" / "dependencies").iterdir())


def test_a_requirement_cannot_be_an_option_of_pip(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="Invalid requirement"):
        install_dependencies(["--version"], Quiet(), tmp_path / "cache")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No module named 'fast._core'", True),
        ("ImportError: cannot import name '_core' from 'fast' (site-packages/fast)", True),
        ("cannot import name '_core' from partially initialized module 'fast' (most likely", True),
        ("No module named 'slow'", False),
        ("fast._core is mentioned", False),
    ],
)
def test_the_native_module_behind_a_failed_import(text: str, found: bool) -> None:
    native = NativeModule("fast._core", "fast")
    dependencies = Dependencies(native=(NativeModule("other", "other"), native))
    assert native_cause(dependencies, text) == (native if found else None)


async def test_a_package_that_needs_native_code(
    app: WriteApp, wheel: WriteWheel, builder: PythonBuilder
) -> None:
    files = {"needs/__init__.py": b"from needs import _core", "needs/_core.abi3.so": b"\x7fELF"}
    folder = app("import needs\ndef f() -> int:\n    return 1", pyproject(wheel("needs", files)))
    with pytest.raises(BuildError, match=r"needs cannot be used.*needs\._core") as raised:
        await builder.build(folder)
    error = raised.value
    assert error.code == "NATIVE_DEPENDENCY"
    assert error.location is not None
    assert (error.location.file, error.location.line) == ("app.py", 1)


@pytest.mark.parametrize(
    "files",
    [
        {"needs/__init__.py": b"from needs import _core", "needs/_core.abi3.so": b"\x7fELF"},
        {"needs.abi3.so": b"\x7fELF"},
    ],
)
async def test_a_package_that_needs_native_code_and_is_not_imported_yet(
    app: WriteApp, wheel: WriteWheel, builder: PythonBuilder, files: dict[str, bytes]
) -> None:
    source = "def f() -> int:\n    import needs\n    return needs.n"
    folder = app(source, pyproject(wheel("needs", files)))
    with pytest.raises(BuildError, match=r"the package needs cannot be used") as raised:
        await builder.build(folder)
    assert raised.value.code == "NATIVE_DEPENDENCY"


async def test_a_package_with_a_pure_fallback(
    app: WriteApp, wheel: WriteWheel, builder: PythonBuilder
) -> None:
    source = b"try:\n    from soft._core import n\nexcept ImportError:\n    n = 7"
    files = {"soft/__init__.py": source, "soft/_core.abi3.so": b"\x7fELF"}
    folder = app(
        "import soft\nprint(soft.n)\ndef f() -> int:\n    return 1",
        pyproject(wheel("soft", files)),
    )
    assert (await builder.build(folder)).output == ((0, "7"),)


async def test_dependencies_know_version_and_data_and_may_be_broken_elsewhere(
    app: WriteApp, wheel: WriteWheel, builder: PythonBuilder
) -> None:
    """What packages do at import: read their version and data files, and hold modules that are
    for another Python."""
    package = b"""
import importlib.metadata, importlib.resources, pkgutil
version = importlib.metadata.version("rich-er")
folder = importlib.resources.files(__name__)
text = (folder / "data" / "a.txt").read_text()
names = sorted(entry.name for entry in (folder / "data").iterdir())
raw = pkgutil.get_data(__name__, "data/b.bin")
missing = (folder / "data" / "c.txt").is_file()
"""
    files = {
        "rich_er/__init__.py": package,
        "rich_er/old.py": b"print 'hello'",
        "rich_er/data/a.txt": "é".encode(),
        "rich_er/data/b.bin": b"\x00\xff",
    }
    app_source = """
import rich_er as r
print(r.version, r.text, r.names, r.raw, r.missing)
try:
    import rich_er.old
except SyntaxError as error:
    print(error.filename)
def f() -> int:
    return 1
"""
    folder = app(app_source, pyproject(wheel("rich_er", files)))
    printed = [line for _, line in (await builder.build(folder)).output]
    assert printed == [
        "1.0 é ['a.txt', 'b.bin'] b'\\x00\\xff' False",
        "site-packages/rich_er/old.py",
    ]


async def test_the_apps_own_modules_win(
    app: WriteApp, wheel: WriteWheel, builder: PythonBuilder
) -> None:
    requirement = wheel("mine", {"mine.py": b"print('theirs')"})
    folder = app(
        "import mine\ndef f() -> int:\n    return 1",
        {"mine.py": "print('own')", **pyproject(requirement)},
    )
    assert (await builder.build(folder)).output == ((0, "own"),)
