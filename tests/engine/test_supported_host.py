"""Hosts that are refused, in one sentence."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from atoll.engine.supported_host import require_supported, unsupported_reason


class Version(NamedTuple):
    major: int
    minor: int
    micro: int = 0


def test_this_host_is_supported() -> None:
    assert unsupported_reason() is None
    require_supported()


@pytest.mark.parametrize(
    ("target", "name", "value"),
    [
        (sys, "version_info", Version(3, 14)),
        (sys, "version_info", Version(3, 10)),
        (sys, "platform", "darwin"),
        (platform, "machine", lambda: "aarch64"),
        (platform, "libc_ver", lambda: ("", "")),
        (sys, "maxsize", 2**31 - 1),
    ],
)
def test_others_are_not(
    monkeypatch: pytest.MonkeyPatch, target: Any, name: str, value: Any
) -> None:
    monkeypatch.setattr(target, name, value)
    reason = unsupported_reason()
    monkeypatch.undo()
    assert reason is not None
    assert "CPython 3.11 to 3.13 on Linux x86-64 with glibc" in reason
    assert reason.count(". ") == 0


def test_the_import_fails_with_that_sentence(run_python: Callable[[str], str]) -> None:
    output = run_python(
        "import platform\nplatform.machine = lambda: 'riscv64'\n"
        "try:\n    import atoll.engine\nexcept ImportError as error:\n    print(error)\n"
    )
    assert "riscv64" in output
    assert len(output.strip().splitlines()) == 1
