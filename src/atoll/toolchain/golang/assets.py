"""The SDK and the tool that prepares builds, as they come with Atoll."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from atoll.toolchain.errors import BuildError
from atoll.toolchain.fingerprint import fingerprint

SDK = "github.com/hypermodeinc/modus/sdk/go"
"""The module that apps import, whose place Atoll's own SDK takes."""

TOOL = Path(__file__).with_name("tool")
TESTS = "_test.go"


def sdk() -> Path:
    """The folder of the SDK. Raises BuildError (``TOOLCHAIN_MISSING``)."""
    folder = Path(str(files("atoll"))) / "_assets" / "go" / "sdk"
    if not (folder / "go.mod").is_file():
        raise BuildError(
            "TOOLCHAIN_MISSING",
            "this installation of Atoll lacks the Go SDK",
            "install Atoll from its wheel: pip install --force-reinstall 'atoll[go]'",
        )
    return folder.resolve()


def sdk_files() -> dict[str, Path]:
    """What builds need of the SDK, by the names in its folder."""
    folder = sdk()
    found = sorted(folder.rglob("*.go"))
    named = {file.relative_to(folder).as_posix(): file for file in found}
    own = {name: file for name, file in named.items() if not name.endswith(TESTS)}
    return {"go.mod": folder / "go.mod", **own}


@cache
def identity() -> str:
    """Identifies SDK and tool: what they make of a source depends on all of them."""
    return fingerprint(*sdk_files().values(), Path(__file__).parent, without=TESTS)
