"""Fetching the document that a provider publishes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from atoll._version import __version__
from atoll.connections.library import load_library

if TYPE_CHECKING:
    import aiohttp

MAX_BYTES: Final = 1 << 20
SECONDS: Final = 10.0
"""For a document, redirects included."""
MAX_REDIRECTS: Final = 3

_REDIRECTS: Final = (301, 302, 303, 307, 308)
# Not compressed: what comes in is then no larger than what is counted.
_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": f"atoll/{__version__}",
}


class FetchFailed(Exception):
    """Why there is no document. Names neither URL nor anything that was sent."""


async def fetch(url: str) -> bytes:
    """Get a small document. Redirects are followed on the same host only. Raises `FetchFailed`."""
    await load_library()
    import aiohttp

    try:
        async with (
            asyncio.timeout(SECONDS),
            aiohttp.ClientSession(
                headers=_HEADERS, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
            ) as session,
        ):
            return await _get(session, url)
    except TimeoutError:
        raise FetchFailed(f"it did not answer within {SECONDS:g} seconds") from None
    except aiohttp.ClientSSLError:
        raise FetchFailed("its certificate was not accepted, or TLS failed") from None
    except aiohttp.ClientConnectorError:
        raise FetchFailed("it cannot be reached") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise FetchFailed(f"the connection failed ({type(error).__name__})") from None


async def _get(session: aiohttp.ClientSession, url: str) -> bytes:
    for _ in range(MAX_REDIRECTS + 1):
        async with session.get(url, allow_redirects=False) as response:
            if response.status in _REDIRECTS:
                url = _followed(url, response.headers.get("location", ""))
                continue
            if response.status != 200:
                raise FetchFailed(f"it answered {response.status}")
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise FetchFailed(f"it answered with more than {MAX_BYTES >> 20} MiB")
            return bytes(body)
    raise FetchFailed("it redirects without end")


def _followed(url: str, location: str) -> str:
    target = urljoin(url, location)
    if urlsplit(target)[:2] != urlsplit(url)[:2]:  # scheme, and host with port
        raise FetchFailed("it redirects to another host, which is not followed")
    return target
