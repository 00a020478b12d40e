"""Sending requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Unpack

from atoll.sdk import _host
from atoll.sdk.errors import HostError, HostUnavailable, HttpError
from atoll.sdk.http.request import RequestOptions, payload
from atoll.sdk.http.response import Response, StreamedResponse


def fetch(url: str, *, method: str = "GET", **options: Unpack[RequestOptions]) -> Response:
    """Send a request to a URL that a connection of ``modus.json`` covers; any status is an answer.

    Raises ``HttpError``: there is no such connection, or no answer.
    """
    answer = _call("http.fetch", payload(method, url, options))
    return Response(_without_query(url), answer)


async def fetch_async(
    url: str, *, method: str = "GET", **options: Unpack[RequestOptions]
) -> Response:
    answer = await _call_async("http.fetch", payload(method, url, options))
    return Response(_without_query(url), answer)


def get(url: str, **options: Unpack[RequestOptions]) -> Response:
    return fetch(url, **options)


async def get_async(url: str, **options: Unpack[RequestOptions]) -> Response:
    return await fetch_async(url, **options)


def post(url: str, **options: Unpack[RequestOptions]) -> Response:
    return fetch(url, method="POST", **options)


async def post_async(url: str, **options: Unpack[RequestOptions]) -> Response:
    return await fetch_async(url, method="POST", **options)


def put(url: str, **options: Unpack[RequestOptions]) -> Response:
    return fetch(url, method="PUT", **options)


async def put_async(url: str, **options: Unpack[RequestOptions]) -> Response:
    return await fetch_async(url, method="PUT", **options)


def patch(url: str, **options: Unpack[RequestOptions]) -> Response:
    return fetch(url, method="PATCH", **options)


async def patch_async(url: str, **options: Unpack[RequestOptions]) -> Response:
    return await fetch_async(url, method="PATCH", **options)


def delete(url: str, **options: Unpack[RequestOptions]) -> Response:
    return fetch(url, method="DELETE", **options)


async def delete_async(url: str, **options: Unpack[RequestOptions]) -> Response:
    return await fetch_async(url, method="DELETE", **options)


@contextmanager
def stream(
    url: str, *, method: str = "GET", **options: Unpack[RequestOptions]
) -> Iterator[StreamedResponse]:
    """Send a request, and read its answer piece by piece while it arrives::

        with http.stream("https://api.example.com/events") as response:
            for line in response.lines():
                ...

    Raises ``HttpError`` as ``fetch`` does, and ``HostError`` when the body breaks off.
    """
    answer = _call("http.stream", payload(method, url, options))
    with StreamedResponse(_without_query(url), answer) as response:
        yield response


@asynccontextmanager
async def stream_async(
    url: str, *, method: str = "GET", **options: Unpack[RequestOptions]
) -> AsyncIterator[StreamedResponse]:
    """Like ``stream``, with ``async with`` and ``async for``; other tasks run meanwhile."""
    answer = await _call_async("http.stream", payload(method, url, options))
    with StreamedResponse(_without_query(url), answer) as response:
        yield response


def _without_query(url: str) -> str:
    """What may stand in messages: queries and user info may hold credentials."""
    bare = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"


def _call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = _host.call(operation, request)
    except HostError as error:
        raise _http_error(error) from None
    return answer


async def _call_async(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = await _host.call_async(operation, request)
    except HostError as error:
        raise _http_error(error) from None
    return answer


def _http_error(error: HostError) -> HostError:
    if isinstance(error, (HttpError, HostUnavailable)):
        return error
    return HttpError(error.code, error.message, error.hint, error.details)
