"""Addresses of repositories, as a module may tell them to others."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.toolchain.provenance import build_time, commit, public_url, repository


@pytest.mark.parametrize(
    ("remote", "public"),
    [
        ("git@github.com:me/fruit.git", "https://github.com/me/fruit"),
        ("github.com:me/fruit", "https://github.com/me/fruit"),
        ("https://github.com/me/fruit.git", "https://github.com/me/fruit"),
        ("https://github.com/@me/fruit", "https://github.com/@me/fruit"),
        ("https://token@github.com/me/fruit", "https://github.com/me/fruit"),
        ("https://ada:p@ss@github.com/me/fruit.git", "https://github.com/me/fruit"),
        ("https://ada:p%2Fss@github.com:8443/me/fruit", "https://github.com:8443/me/fruit"),
        ("https://github.com/me/fruit.git?access_token=x#y", "https://github.com/me/fruit"),
        ("ssh://git@host:22/me/fruit.git", "ssh://host:22/me/fruit"),
        ("https://[::1]:80/fruit", "https://[::1]:80/fruit"),
        ("https://ada:p/ss@github.com/me/fruit", ""),
        ("https://ada:p#ss@github.com/me/fruit", ""),
        ("https://ada:1/ss@github.com/me/fruit", ""),
        ("https://a/da:pass@github.com/me/fruit", ""),
        ("file:///home/ada/fruit", ""),
        ("/home/ada/fruit", ""),
        ("../fruit", ""),
        ("", ""),
    ],
)
def test_addresses_as_others_may_see_them(remote, public):
    assert public_url(remote) == public


@given(st.text(), st.text())
def test_no_password_is_told(user, password):
    written = f"{quote(user, safe='')}:SECRET{quote(password, safe='')}"
    assert public_url(f"https://{written}@example.com/a.git") == "https://example.com/a"
    assert "SECRET" not in public_url(f"https://{user}:SECRET{password}@example.com/a.git")


@pytest.mark.parametrize("name", ["odd", "o=dd.clean"])
def test_no_program_runs_that_a_repository_names(tmp_path: Path, name):
    """What the folder brings with it is not what its reader has chosen."""
    folder, trace = tmp_path / "app", tmp_path / "trace"
    source = folder / "main.go"
    folder.mkdir()
    source.write_text("package main\n")
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\necho ran >>'{trace}'\ncat\n")
    spy.chmod(0o755)

    def git(*arguments: str) -> None:
        person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        subprocess.run(["git", *person, *arguments], cwd=folder, check=True, capture_output=True)

    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        git(*command)
    for key in ("core.fsmonitor", f"filter.{name}.clean", f"filter.{name}.process"):
        git("config", key, str(spy))
    (folder / ".gitattributes").write_text(f"*.go filter={name}\n")
    os.utime(source, (1_000_000_000, 1_000_000_000))  # so that git looks into it
    assert build_time(folder, [source], ["*.go"])
    assert (len(commit(folder)), repository(folder)) == (40, "")
    assert not trace.exists()
