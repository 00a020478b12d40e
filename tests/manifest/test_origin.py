from __future__ import annotations

from collections.abc import Callable

import pytest

from atoll.manifest import Manifest, Problem


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://example.com",
        "http://localhost:3000",
        "http://127.0.0.1:8080",
        "http://[::1]:3000",
        "https://xn--bcher-kva.example",
        "https://my_host.internal:8443",
        "chrome-extension://abcdefghijklmnop",
        "tauri://localhost",
        "http://example.com:443",
    ],
)
def test_origins(origin: str, read: Callable[..., Manifest]) -> None:
    assert read({"cors": [origin, origin]}).cors == (origin,)


@pytest.mark.parametrize(
    ("origin", "reason", "hint"),
    [
        ("", "it has no scheme", 'Origins look like "https://app.example.com".'),
        ("example.com", "it has no scheme", 'Origins look like "https://app.example.com".'),
        ("null", "pages of any origin can send it", 'To allow every origin, write "*".'),
        ("https://example.com/", "it has a path", 'Write "https://example.com".'),
        ("https://Example.com/a/b", "it has a path", 'Write "https://example.com".'),
        ("https://Example.com", "browsers send it in lower case", 'Write "https://example.com".'),
        (
            "https://example.com:443",
            "browsers leave out the default port",
            'Write "https://example.com".',
        ),
        ("http://[::1]:80", "browsers leave out the default port", 'Write "http://[::1]".'),
        ("https://*.example.com", "patterns are not supported", "List each origin."),
        ("https://bücher.example", "browsers send such a host in Punycode", 'Write it as "xn--…".'),
        ("https://a:99999", "the port is above 65535", None),
        ("https://", "expected scheme://host or scheme://host:port", None),
        ("https://u:p@example.com", "expected scheme://host or scheme://host:port", None),
        ("https://a b", "expected scheme://host or scheme://host:port", None),
        ("https://example.com\n", "expected scheme://host or scheme://host:port", None),
        ("https://example.com?x", "expected scheme://host or scheme://host:port", None),
    ],
)
def test_what_no_browser_sends_is_refused(
    origin: str, reason: str, hint: str | None, check: Callable[..., tuple[Problem, ...]]
) -> None:
    (problem,) = check({"cors": [origin]})
    assert (problem.severity, problem.code, problem.message, problem.hint) == (
        "error",
        "INVALID_ORIGIN",
        f'"{origin}" in "cors" is not an origin: {reason}.',
        hint,
    )
