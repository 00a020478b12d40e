"""gzip: of responses to those who take it, and of requests (RFC 9110 §8.4)."""

from __future__ import annotations

import asyncio
import zlib
from functools import lru_cache
from typing import Final

import msgspec

from atoll.server.quality import weights
from atoll.server.request import Refusal
from atoll.server.response import Response

MIN_BODY: Final = 1024
"""Bytes from which a response is compressed."""

_SMALL: Final = 16 << 10
"""Bytes up to which a response is compressed with a small window."""
_LARGE: Final = 64 << 10
"""Bytes from which a response is compressed on another thread (0.2 ms)."""
_LARGE_PACKED: Final = 2 << 10
"""Bytes from which a request is unpacked on another thread; they may stand for 2 MiB."""
_LEVEL: Final = 1  # a tenth larger than the default, in two thirds of the time
_GZIP: Final = 16  # added to the window's size
_NAMES: Final = ("gzip", "x-gzip")


async def compressed(response: Response, accept_encoding: str | None) -> Response:
    """The response as a client with this ``Accept-Encoding`` gets it."""
    body = response.body
    if len(body) < MIN_BODY or accept_encoding is None or not takes_gzip(accept_encoding):
        return response
    packed = await asyncio.to_thread(pack, body) if len(body) >= _LARGE else pack(body)
    smaller = msgspec.structs.replace(response, body=packed)
    return smaller.with_headers({"content-encoding": "gzip", "vary": "Accept-Encoding"})


@lru_cache(maxsize=64)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether an ``Accept-Encoding`` header allows gzip (RFC 9110 §12.5.3)."""
    given = weights(accept_encoding)
    named = [given[name] for name in _NAMES if name in given]
    return (max(named) if named else given.get("*", 0)) > 0


def pack(body: bytes) -> bytes:
    # Laying out the state of a full window takes four times as long as packing a small body.
    window, memory = (15, 8) if len(body) > _SMALL else (13, 6)
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP + window, memory)
    return packer.compress(body) + packer.flush()


def is_gzip(content_encoding: str | None) -> bool:
    """Read a ``Content-Encoding`` header. Raises `Refusal` (415) for all but gzip or none."""
    if content_encoding is None:
        return False
    codings = [coding.strip().lower() for coding in content_encoding.split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if not codings:
        return False
    if len(codings) > 1 or codings[0] not in _NAMES:
        raise Refusal(415, "Of compressed requests only gzip is accepted.", accept_encoding="gzip")
    return True


async def unpacked(body: bytes, limit: int) -> bytes:
    """The body of a gzip request, of at most ``limit`` bytes. Raises `Refusal` (400, 413)."""
    if len(body) >= _LARGE_PACKED:
        return await asyncio.to_thread(unpack, body, limit)
    return unpack(body, limit)


def unpack(body: bytes, limit: int) -> bytes:
    reader = zlib.decompressobj(_GZIP + 15)
    try:
        plain = reader.decompress(body, limit + 1)
    except zlib.error:
        raise _no_gzip() from None
    if len(plain) > limit:
        raise Refusal(
            413, f"The request's body is too large: at most {limit} bytes are accepted, unpacked."
        )
    # One member: a body of a million empty ones would keep us for minutes.
    if not reader.eof or reader.unused_data:
        raise _no_gzip()
    return plain


def _no_gzip() -> Refusal:
    return Refusal(400, "Failed to parse GraphQL request.\nThe body is not one whole gzip stream.")
