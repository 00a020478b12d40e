"""What is answered."""

from __future__ import annotations

import binascii
import codecs
import json
import re
from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Any, TypeVar, overload

from atoll.sdk._decoder import decoder, show
from atoll.sdk._mismatch import Mismatch
from atoll.sdk.errors import HttpError
from atoll.sdk.http.headers import Headers
from atoll.sdk.streams import HostStream

T = TypeVar("T")

_CHARSET = re.compile(r'charset\s*=\s*"?([^\s";]+)', re.IGNORECASE)


class StatusError(HttpError):
    """The answer says by its status that the request failed."""

    def __init__(self, response: Head) -> None:
        super().__init__(
            "HTTP_STATUS",
            f"{response.url} answered with status {response.status} {response.status_text}".strip(),
        )
        self.response = response


class Head:
    """What comes before the body of an answer."""

    def __init__(self, url: str, answer: dict[str, Any]) -> None:
        self.url = url
        """That was asked, without its query."""
        self.status: int = answer["status"]
        self.status_text: str = answer["statusText"]
        self.headers = Headers((name, value) for name, value in answer["headers"])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.status} {self.status_text}>"

    @property
    def ok(self) -> bool:
        """Whether the status is one from 200 to 299."""
        return 200 <= self.status <= 299

    @property
    def encoding(self) -> str:
        """The charset of the headers, if Python knows it, or UTF-8."""
        found = _CHARSET.search(self.headers.get("Content-Type", ""))
        return found[1].lower() if found and _is_text(found[1]) else "utf-8"


class Response(Head):
    """An answer with its body."""

    def __init__(self, url: str, answer: dict[str, Any]) -> None:
        super().__init__(url, answer)
        self.bytes: bytes = binascii.a2b_base64(answer["body"])

    def raise_for_status(self) -> Response:
        """The response itself. Raises ``StatusError`` unless it is ``ok``."""
        if not self.ok:
            raise StatusError(self)
        return self

    def text(self) -> str:
        """The body as text; what its charset does not have becomes a question mark."""
        return self.bytes.decode(self.encoding, "replace")

    @overload
    def json(self) -> Any: ...
    @overload
    def json(self, kind: type[T]) -> T: ...
    @overload
    def json(self, kind: object) -> Any: ...
    def json(self, kind: Any = Any) -> Any:
        """The body as JSON; with a type, as that: ``response.json(Person)``.

        Raises ``HttpError``: it is no JSON, or does not fit.
        """
        found = decoder(kind)
        try:
            return found.decode(json.loads(self.bytes, parse_float=found.number))
        except (ValueError, RecursionError):
            raise HttpError("BAD_RESPONSE", f"the answer of {self.url} is not JSON") from None
        except Mismatch as mismatch:
            raise HttpError(
                "RESULT_MISMATCH",
                f"the answer of {self.url} does not fit {show(kind)}: {mismatch}",
                mismatch.hint,
            ) from None


class StreamedResponse(Head):
    """An answer whose body arrives piece by piece: iterate over it once, by ``for`` or
    ``async for``, inside of ``with http.stream(...)``.
    """

    def __init__(self, url: str, answer: dict[str, Any]) -> None:
        super().__init__(url, answer)
        self._stream = HostStream(answer["handle"])

    def raise_for_status(self) -> StreamedResponse:
        """The response itself. Raises ``StatusError`` unless it is ``ok``."""
        if not self.ok:
            raise StatusError(self)
        return self

    def __iter__(self) -> Iterator[bytes]:
        """Pieces of the body, as they come."""
        for chunk in self._stream:
            yield binascii.a2b_base64(chunk)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield binascii.a2b_base64(chunk)

    def lines(self) -> Iterator[str]:
        """Lines of text, without their ends."""
        lines = _Lines(self.encoding)
        for chunk in self:
            yield from lines.feed(chunk)
        yield from lines.end()

    async def lines_async(self) -> AsyncIterator[str]:
        lines = _Lines(self.encoding)
        async for chunk in self:
            for line in lines.feed(chunk):
                yield line
        for line in lines.end():
            yield line

    def close(self) -> None:
        """Let go of what has not arrived."""
        self._stream.close()

    def __enter__(self) -> StreamedResponse:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _is_text(encoding: str) -> bool:
    """Python has codecs for other things too, such as base64."""
    try:
        return isinstance(codecs.getincrementaldecoder(encoding)("replace").decode(b"", True), str)
    except Exception:  # each of them refuses in its own way
        return False


class _Lines:
    """Lines of text from pieces of bytes, which end anywhere."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._rest: list[str] = []

    def feed(self, chunk: bytes, final: bool = False) -> Iterator[str]:
        text = self._decoder.decode(chunk, final)
        *lines, rest = text.split("\n")
        for line in lines:
            yield ("".join(self._rest) + line).removesuffix("\r")
            self._rest.clear()
        self._rest.append(rest)

    def end(self) -> Iterator[str]:
        yield from self.feed(b"", final=True)
        last = "".join(self._rest)
        if last:
            yield last
