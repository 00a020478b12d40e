"""What compilers learn of the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from atoll.toolchain.golang.environment import environment, wasm

CACHES = Path("/cache/go")


@pytest.mark.parametrize(
    "name",
    ["MODUS_OPENAI_API_KEY", "OPENAI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS",
     "GOOS", "GOARCH", "AWS_SECRET_ACCESS_KEY"],
)  # fmt: skip
def test_no_secrets_and_nothing_that_atoll_decides(monkeypatch, name):
    monkeypatch.setenv(name, "s3cret")
    assert name not in environment(None, CACHES)


@pytest.mark.parametrize(
    "name",
    ["HOME", "PATH", "TMPDIR", "NETRC", "GOPROXY", "GOPRIVATE", "GOFLAGS", "GOMODCACHE", "GOAUTH",
     "HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "SSH_AUTH_SOCK", "GOCACHE", "TINYGOROOT",
     "WASMOPT"],
)  # fmt: skip
def test_the_users_settings_of_go(monkeypatch, name):
    monkeypatch.setenv(name, "/mine")
    assert environment(None, CACHES)[name] == "/mine"


def test_the_go_that_was_found_is_used_and_no_other(monkeypatch):
    for name, value in (("GOTOOLCHAIN", "auto"), ("GOWORK", "/w"), ("GO111MODULE", "off")):
        monkeypatch.setenv(name, value)
    found = environment(Path("/wheel/go"), CACHES)
    assert found["GOTOOLCHAIN"] == "local"
    assert found["GOWORK"] == "off"
    assert found["GO111MODULE"] == "on"
    assert found["GOROOT"] == "/wheel/go"


def test_what_is_compiled_is_kept(monkeypatch):
    monkeypatch.delenv("GOCACHE", raising=False)
    assert environment(None, CACHES)["GOCACHE"] == "/cache/go/build"


def test_there_is_a_home(monkeypatch):
    monkeypatch.delenv("HOME")
    assert environment(None, CACHES)["HOME"]


def test_modules():
    found = wasm({"PATH": "/bin"})
    assert found == {"PATH": "/bin", "GOOS": "wasip1", "GOARCH": "wasm", "CGO_ENABLED": "0"}
