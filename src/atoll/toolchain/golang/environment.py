"""The variables that Go and TinyGo are run with: those that tell them where to find what, and none
that hold an app's secrets."""

from __future__ import annotations

import os
from pathlib import Path

_PASSED_ON = frozenset(
    ("HOME", "LANG", "LC_ALL", "NETRC", "PATH", "SSH_AUTH_SOCK", "TMPDIR", "TZ", "XDG_CACHE_HOME",
     "XDG_CONFIG_HOME",
     "GIT_CONFIG_GLOBAL", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_TERMINAL_PROMPT",
     "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
     "SSL_CERT_DIR", "SSL_CERT_FILE",
     "GOAUTH", "GOCACHE", "GOCACHEPROG", "GODEBUG", "GOENV", "GOEXPERIMENT", "GOFIPS140", "GOFLAGS",
     "GOGC", "GOINSECURE", "GOMAXPROCS", "GOMEMLIMIT", "GOMODCACHE", "GONOPROXY", "GONOSUMDB",
     "GOPATH", "GOPRIVATE", "GOPROXY", "GOROOT", "GOSUMDB", "GOTELEMETRY", "GOTMPDIR", "GOVCS",
     "GOWASM", "TINYGOROOT", "WASMOPT")
)  # fmt: skip
"""By name, since GOOGLE_API_KEY begins with GO as well."""


def environment(root: Path | None, caches: Path) -> dict[str, str]:
    """For programs that are built for this machine.

    Args:
        root: Go's own folder, where the program does not know it.
        caches: where to keep what is compiled, unless the user has said where.
    """
    found = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
    found.setdefault("HOME", os.path.expanduser("~"))  # noqa: PTH111 - never fails
    found.setdefault("GOCACHE", os.fspath(caches / "build"))
    if root is not None:
        found["GOROOT"] = os.fspath(root)
    # The Go that was found is the one that is used, and modules are as go.mod says.
    return {**found, "GOTOOLCHAIN": "local", "GOWORK": "off", "GO111MODULE": "on"}


def wasm(variables: dict[str, str]) -> dict[str, str]:
    """The same for modules."""
    return {**variables, "GOOS": "wasip1", "GOARCH": "wasm", "CGO_ENABLED": "0"}
