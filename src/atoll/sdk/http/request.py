"""What is sent."""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from urllib.parse import urlencode

from atoll.sdk._encoder import NotJson, json_text
from atoll.sdk.http.headers import Headers, HeaderValues

Parameters = Mapping[str, str | int | float | bool | Sequence[str | int | float] | None]


class RequestOptions(TypedDict, total=False):
    """What a request has besides method and URL."""

    headers: HeaderValues
    params: Parameters
    """Added to the URL's query; a list gives its name several times, None is left out."""
    json: Any
    """The body: any JSON, also dataclasses, dates and decimals."""
    data: bytes | str | Mapping[str, Any]
    """The body: bytes, text in UTF-8, or the fields of a form."""


def payload(method: str, url: str, options: RequestOptions) -> dict[str, Any]:
    """The request as the host takes it. Raises ``TypeError`` for what cannot be sent."""
    unknown = options.keys() - RequestOptions.__annotations__.keys()
    if unknown:
        raise TypeError(f"a request has no option {min(unknown)}")
    headers = Headers(options.get("headers") or ())
    body = _body(options, headers)
    return {
        "url": _url(url, options.get("params")),
        "method": method.upper(),
        "headers": headers.pairs(),
        "body": binascii.b2a_base64(body, newline=False).decode(),
    }


def _url(url: str, params: Parameters | None) -> str:
    if not isinstance(url, str):
        raise TypeError(f"a URL is a str, not a {type(url).__name__}")
    if not params:
        return url
    given = {name: _text(value) for name, value in params.items() if value is not None}
    before, mark, fragment = url.partition("#")
    joint = "&" if "?" in before else "?"
    return f"{before}{joint}{urlencode(given, doseq=True)}{mark}{fragment}"


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _body(options: RequestOptions, headers: Headers) -> bytes:
    if "json" in options:
        if "data" in options:
            raise TypeError("a request has one body: json or data")
        _default(headers, "application/json")
        try:
            return json_text(options["json"]).encode()
        except NotJson as error:
            raise TypeError(f"json cannot be sent: {error}") from None
    data = options.get("data", b"")
    if isinstance(data, Mapping):
        _default(headers, "application/x-www-form-urlencoded")
        return urlencode({name: _text(value) for name, value in data.items()}, doseq=True).encode()
    if isinstance(data, str):
        _default(headers, "text/plain; charset=utf-8")
        return data.encode()
    return bytes(data)


def _default(headers: Headers, content_type: str) -> None:
    if "Content-Type" not in headers:
        headers.append("Content-Type", content_type)
