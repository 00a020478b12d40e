"""Web services: the http connections of the manifest.

    from atoll.sdk import http

    answer = http.get("https://api.example.com/people", params={"page": 2}).raise_for_status()
    people = answer.json(list[Person])

The host adds what the connection has of headers and credentials, and refuses URLs that no
connection covers. Every operation has an ``_async`` twin, for ``asyncio.gather`` and the like.
Failures raise ``atoll.sdk.HttpError``.
"""

from __future__ import annotations

from atoll.sdk.errors import HttpError
from atoll.sdk.http.client import (
    delete,
    delete_async,
    fetch,
    fetch_async,
    get,
    get_async,
    patch,
    patch_async,
    post,
    post_async,
    put,
    put_async,
    stream,
    stream_async,
)
from atoll.sdk.http.headers import Headers
from atoll.sdk.http.request import RequestOptions
from atoll.sdk.http.response import Response, StatusError, StreamedResponse

__all__ = [
    "Headers",
    "HttpError",
    "RequestOptions",
    "Response",
    "StatusError",
    "StreamedResponse",
    "delete",
    "delete_async",
    "fetch",
    "fetch_async",
    "get",
    "get_async",
    "patch",
    "patch_async",
    "post",
    "post_async",
    "put",
    "put_async",
    "stream",
    "stream_async",
]
