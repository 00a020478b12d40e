from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.sdk import HostUnavailable, _host, console, testing


def test_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; before = set(sys.modules); import atoll.sdk, atoll.sdk.testing\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before if name[0] != '_'}\n"
        "print(sorted(new - set(sys.stdlib_module_names)))\n"
        "print([n for n in sys.modules if n.startswith('atoll.') and n[:9] != 'atoll.sdk'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['atoll']", "[]"]


def test_without_a_host() -> None:
    with pytest.raises(HostUnavailable, match="outside"):
        _host.call("models.info", {})


def test_log_without_a_host_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console.warn("careful")
    assert capsys.readouterr().err == "warning: careful\n"


def test_stand_in_is_taken_away_again() -> None:
    with testing.host():
        pass
    with pytest.raises(HostUnavailable):
        _host.call("models.info", {})


@given(st.text())
def test_any_text_crosses_the_border(text: str) -> None:
    encoded = _host.encode({"text": text})
    encoded.encode("utf-8")  # no lone surrogate
    assert json.loads(encoded) == {"text": text}


@given(st.text())
def test_any_error_text_is_an_error(text: str) -> None:
    assert _host.error_from(text).message


def test_error_from_the_host() -> None:
    error = _host.error_from('{"code":"X","message":"m","hint":"h"}')
    assert (error.code, error.message, error.hint) == ("X", "m", "h")
