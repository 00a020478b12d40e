"""One HTTP response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from atoll.server.types import Send


class Response(msgspec.Struct, frozen=True):
    status: int
    body: bytes
    content_type: str | None
    headers: Mapping[str, str] | None = None

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self.body)

    def with_headers(self, more: Mapping[str, str]) -> Response:
        return msgspec.structs.replace(self, headers={**(self.headers or {}), **more})

    async def send(self, send: Send, extra: Mapping[str, str] | None = None) -> None:
        """Send the response, with ``extra`` headers that do not depend on its content."""
        headers = [*_type_headers(self.content_type)]
        if self.status != 204:
            headers.append((b"content-length", b"%d" % len(self.body)))
        for named in (self.headers, extra):
            if named:
                headers += [
                    (name.encode("latin-1"), value.encode("latin-1"))
                    for name, value in named.items()
                ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


@lru_cache(maxsize=64)
def _type_headers(content_type: str | None) -> Sequence[tuple[bytes, bytes]]:
    if content_type is None:
        return ()
    return (
        (b"content-type", content_type.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
    )


def text(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """A plain text response; its body ends with a newline."""
    return Response(
        status, f"{message}\n".encode(), "text/plain; charset=utf-8", dict(headers or {})
    )
