"""Addresses of repositories, as a module may tell them to others."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.toolchain.provenance import public_url


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
