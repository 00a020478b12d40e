"""HTTP and GraphQL connections, recorded and replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from multidict import CIMultiDict

from atoll.connections.allow_list import require_connection
from atoll.host.context import HttpAnswer, HttpService, StreamedAnswer
from atoll.host.errors import HostError
from atoll.manifest import HttpConnection, Manifest
from atoll.recording import content, json_form
from atoll.recording.chunks import Chunks
from atoll.recording.models import Learn, chunks_of, end_of_stream
from atoll.recording.redaction import Redaction
from atoll.recording.request import Request
from atoll.recording.tape import Replayed, Take, Tape

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    phrase: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Stream:
    """A streamed answer out of a recording."""

    status: int
    phrase: str
    headers: Mapping[str, str]
    found: Replayed
    left: list[bytes] = field(default_factory=list)

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> bytes:
        if self.left:
            return self.left.pop(0)
        end_of_stream(self.found)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Nothing is open."""


class RecordedStream:
    """A streamed answer on its way, which is kept when it has ended."""

    def __init__(self, own: StreamedAnswer, take: Take) -> None:
        self._own = own
        self._take = take
        self._chunks = Chunks()
        self._kept = False
        self.status = own.status
        self.phrase = own.phrase
        self.headers = own.headers

    def __aiter__(self) -> RecordedStream:
        return self

    async def __anext__(self) -> bytes:
        try:
            chunk = await self._own.__anext__()
        except StopAsyncIteration:
            self._keep(ended=True)
            raise
        except Exception as error:
            self._kept = True
            self._take.failed(error, self._form(ended=True))
            raise
        self._chunks.add(content.of_chunk(chunk), len(chunk))
        return chunk

    async def aclose(self) -> None:
        try:
            self._keep(ended=False)
        finally:
            await self._own.aclose()

    def _keep(self, *, ended: bool) -> None:
        if not self._kept:
            self._kept = True
            self._take.done(self._form(ended=ended))

    def _form(self, *, ended: bool) -> content.Form:
        return {**_head(self), **self._chunks.form(ended=ended)}


class TapedHttp:
    def __init__(
        self, tape: Tape, manifest: Manifest, own: HttpService | None, learn: Learn | None
    ) -> None:
        self._tape = tape
        self._own = own
        self._learn = learn
        self._connections = http_connections(manifest)

    async def fetch(self, method: str, url: str, headers: Headers, body: bytes) -> HttpAnswer:
        request = self._request("fetch", method, url, headers, body)
        own = self._own

        async def real() -> content.Form:
            assert own is not None
            return _answer_form(await own.fetch(method, url, headers, body))

        return _answer(await self._tape.ask(request, real))

    async def stream(self, method: str, url: str, headers: Headers, body: bytes) -> StreamedAnswer:
        request = self._request("stream", method, url, headers, body)
        found = self._tape.replay(request)
        if found is not None:
            return _stream(found)
        assert self._own is not None
        take = self._tape.record(request)
        try:
            answer = await self._own.stream(method, url, headers, body)
        except Exception as error:
            take.failed(error)
            raise
        return RecordedStream(answer, take)

    async def post(self, connection: str, body: bytes) -> HttpAnswer:
        """A GraphQL operation."""
        if self._learn is not None:
            self._learn()
        name = with_endpoint(self._connections, connection)
        form = {"operation": "graphql", **_graphql_form(body)}
        request = Request("connection", name, self._tape.redaction.json(form))
        own = self._own

        async def real() -> content.Form:
            assert own is not None
            return _answer_form(await own.post(connection, body))

        return _answer(await self._tape.ask(request, real))

    def _request(
        self, operation: str, method: str, url: str, headers: Headers, body: bytes
    ) -> Request:
        connection = require_connection(self._connections, url)
        if self._learn is not None:
            self._learn()
        redaction = self._tape.redaction
        form = {
            "operation": operation,
            "method": method.upper(),
            "url": redaction.url(url),
            "headers": redaction.headers(headers),
            **_body_form(redaction, body),
        }
        return Request("connection", connection.name, form)


def http_connections(manifest: Manifest) -> tuple[HttpConnection, ...]:
    return tuple(
        found for found in manifest.connections.values() if isinstance(found, HttpConnection)
    )


def with_endpoint(connections: Sequence[HttpConnection], name: str) -> str:
    """The connection that a GraphQL operation goes to: "" is the only one with an endpoint.

    Raises HostError: there is no such connection.
    """
    found = [each.name for each in connections if each.endpoint and name in ("", each.name)]
    if len(found) == 1:
        return found[0]
    raise HostError(
        "NO_SUCH_CONNECTION",
        f'the http connection [{name[:100]}] is not in the manifest, or has no "endpoint"'
        if name
        else f'the manifest has {len(found) or "no"} http connections with an "endpoint", so the'
        " function must say which one",
    )


def _body_form(redaction: Redaction, body: bytes) -> content.Form:
    form = content.of_bytes("body", body)
    if "bodyBase64" in form:
        form = content.of_bytes("body", redaction.bytes(body))
    found: content.Form = redaction.json(form)
    return found


def _graphql_form(body: bytes) -> content.Form:
    try:
        asked = json_form.loads(body)
        return {"query": asked["query"], "variables": asked["variables"]}
    except (ValueError, KeyError, TypeError):
        return content.of_bytes("body", body)


def _head(answer: HttpAnswer | StreamedAnswer) -> content.Form:
    headers = [[str(name), value] for name, value in answer.headers.items()]
    return {"status": answer.status, "phrase": answer.phrase, "headers": headers}


def _answer_form(answer: HttpAnswer) -> content.Form:
    return {**_head(answer), **content.of_bytes("body", bytes(answer.body))}


def _answer(found: Replayed) -> Answer:
    try:
        body = content.to_bytes("body", found.form)
    except ValueError as error:
        raise found.unusable(str(error)) from None
    status, phrase, headers = _read_head(found)
    if "Content-Length" in headers and len(body) != 0:
        headers["Content-Length"] = str(len(body))  # the spaces of JSON are gone
    return Answer(status, phrase, headers, body)


def _stream(found: Replayed) -> Stream:
    chunks = chunks_of(found)
    try:
        left = [content.to_chunk(chunk) for chunk in chunks]
    except ValueError as error:
        raise found.unusable(str(error)) from None
    if "status" not in found.form:
        found.raise_failure()
    return Stream(*_read_head(found), found, left)


def _read_head(found: Replayed) -> tuple[int, str, CIMultiDict[str]]:
    status, phrase = found.form.get("status"), found.form.get("phrase", "")
    if not isinstance(status, int) or isinstance(status, bool):
        raise found.unusable("its status is not a whole number")
    headers: CIMultiDict[str] = CIMultiDict()
    pairs = found.form.get("headers", [])
    for pair in pairs if isinstance(pairs, list) else [None]:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(s) is str for s in pair)):
            raise found.unusable("its headers are not a list of names with their values")
        headers.add(*pair)
    return status, str(phrase), headers
