"""One HTTP response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from atoll.server.types import Send


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes
    content_type: str | None
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send, extra: Mapping[str, str] | None = None) -> None:
        """Send the response, with ``extra`` headers that do not depend on its content."""
        headers = [(b"content-length", str(len(self.body)).encode())]
        if self.status == 204:
            headers = []
        if self.content_type is not None:
            headers.append((b"content-type", self.content_type.encode("latin-1")))
            headers.append((b"x-content-type-options", b"nosniff"))
        for named in (self.headers, extra or {}):
            headers += [
                (name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()
            ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def text(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """A plain text response; its body ends with a newline."""
    return Response(
        status, f"{message}\n".encode(), "text/plain; charset=utf-8", dict(headers or {})
    )
